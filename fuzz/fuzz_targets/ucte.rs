//! No bytes make the reader of UCTE-DEF panic, and what it does read is sound.
//!
//!     RUSTC_BOOTSTRAP=1 cargo fuzz run ucte -s none -- -max_total_time=60
#![no_main]

mod sound;

use libfuzzer_sys::fuzz_target;
use relight_grid::formats::read;

fuzz_target!(|bytes: &[u8]| {
    // The heading, so that every input comes to this reader.
    let file = [&b"##C\n##N\n"[..], bytes].concat();
    if let Ok(case) = read(&file, "fuzz") {
        sound::assert_sound(&case.network);
    }
});
