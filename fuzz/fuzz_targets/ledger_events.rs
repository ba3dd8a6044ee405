//! No bytes make the readers of events panic, what they read is written again to the byte, and what they let in is sound.
//!
//! The bytes are lines; each is tried as an event, and folded where it is one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use relight_ledger::count::{Book, Measure, Rule, total};
use relight_ledger::event::{Event, Proposal};
use relight_ledger::fold::Memory;
use relight_ledger::model::{Stage, Unit};

fuzz_target!(|bytes: &[u8]| {
    let mut memory = Memory::new();
    for line in bytes.split(|b| *b == b'\n').take(64) {
        let Ok(event) = Event::from_bytes(line) else { continue };
        let written = event.to_bytes().expect("what was read can be written");
        let again = Event::from_bytes(&written).expect("what was written can be read");
        assert_eq!(again.to_bytes().expect("writable"), written);
        let before = memory.head();
        match memory.append(&Proposal::from(event)) {
            Ok(seq) => assert!(seq <= before.seq + 1),
            Err(_) => assert_eq!(memory.head(), before),
        }
    }
    let Ok(day) = "2022-12-28".parse() else { return };
    let book = Book::new(memory.records());
    for stage in Stage::ALL {
        let total = total(&book, &Rule::all(Measure::Count(Unit::Piece), stage, day));
        assert!(total.up_to.is_none_or(|up_to| up_to >= total.at_least), "{total}");
    }
});
