//! A workbook of any parts: reading it must end, and must not panic.
//!
//! The input is an archive in one file: `=== NAME` on a line of its own begins a part, which is packed without compression.
//! Bytes that begin with `PK` are an archive as they are.
//!
//! The crate that reads workbooks panics on some of these (its numbers overflow), and ours turns that into a refusal: the hook
//! that would abort is taken away, so that only a panic that leaves our reader is a finding.
#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use relight_ledger::exchange::tables::Table;
use relight_ledger::exchange::workbook::read;
use zip::write::SimpleFileOptions;

static QUIET: std::sync::Once = std::sync::Once::new();

fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let wanted = Table::ALL.map(Table::word);
    if bytes.starts_with(b"PK") {
        let _ = read(bytes, &wanted);
        return;
    }
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut open = false;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if let Some(name) = line.strip_prefix(b"=== ") {
            let name = String::from_utf8_lossy(name);
            open = archive.start_file(name.trim(), plain).is_ok();
        } else if open {
            open = archive.write_all(line).is_ok();
        }
    }
    let Ok(packed) = archive.finish() else { return };
    if let Ok((sheets, _)) = read(packed.get_ref(), &wanted) {
        for sheet in sheets {
            assert!(!sheet.header.is_empty());
        }
    }
});
