//! A scenario folder of any bytes: reading it must end, and must not panic.
//!
//! The input is a folder in one file: `=== NAME` on a line of its own begins a file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use relight_restore::scenario::{Folder, read};

fuzz_target!(|data: &[u8]| {
    let mut folder = Folder::default();
    let mut name = String::new();
    for line in data.split_inclusive(|b| *b == b'\n') {
        if let Some(begun) = line.strip_prefix(b"=== ") {
            name = String::from_utf8_lossy(begun).trim().to_owned();
        } else {
            folder.files.entry(name.clone()).or_default().extend_from_slice(line);
        }
    }
    if let Ok(reading) = read(&folder) {
        assert_eq!(reading.scenario.buses.len(), reading.scenario.network.buses.len());
    }
});
