//! No bytes make the case reader panic, and what it does read is sound.
//!
//!     RUSTC_BOOTSTRAP=1 cargo fuzz run matpower -s none -- -max_total_time=60
#![no_main]

mod sound;

use libfuzzer_sys::fuzz_target;
use relight_grid::matpower::read;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(case) = read(bytes, "fuzz") {
        sound::assert_sound(&case.network);
    }
});
