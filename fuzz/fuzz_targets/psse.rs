//! No bytes make the reader of PSS/E raw data panic, and what it does read is sound.
//!
//!     RUSTC_BOOTSTRAP=1 cargo fuzz run psse -s none -- -max_total_time=60
#![no_main]

mod sound;

use libfuzzer_sys::fuzz_target;
use relight_grid::formats::read;

fuzz_target!(|bytes: &[u8]| {
    // The heading, so that every input comes to this reader.
    let file = [&b"0,100.0,33\n"[..], bytes].concat();
    if let Ok(case) = read(&file, "fuzz") {
        sound::assert_sound(&case.network);
    }
});
