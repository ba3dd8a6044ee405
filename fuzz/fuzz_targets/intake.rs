//! A page of any bytes: reading it must end, must not panic, and every place that it names must lie in the text.
//!
//!     RUSTC_BOOTSTRAP=1 cargo fuzz run intake -s none -- -max_total_time=60
#![no_main]

use libfuzzer_sys::fuzz_target;
use relight_intake::{Format, open, read};
use relight_ledger::id::Id;

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let format =
        [Format::Detect, Format::Text, Format::Html, Format::Feed][usize::from(*first % 4)];
    let Ok(pages) = open(bytes, format) else { return };
    for page in &pages {
        let reading = read(page);
        let length = page.text.chars().count() as u64;
        for draft in reading.ledger_drafts(page, Id::NIL) {
            assert!(draft.claim.quantity.range.is_valid() && draft.claim.money.range.is_valid());
            assert!(draft.evidence.iter().all(|e| e.span.0 <= e.span.1 && e.span.1 <= length));
        }
        for draft in &reading.drafts {
            assert!(page.text.get(draft.span.start..draft.span.end).is_some_and(|t| !t.is_empty()));
            assert!(draft.statement < reading.statements.len());
        }
    }
});
