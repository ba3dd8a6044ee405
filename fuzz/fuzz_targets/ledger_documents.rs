//! Documents of others of any bytes: records, flows, alerts. What is read is sound, and records are written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use relight_ledger::exchange::{cap, fts, json};

fuzz_target!(|bytes: &[u8]| {
    let alert = cap::read(bytes, None).into_iter();
    let flows = fts::read(bytes, &fts::Settings { operation: None, as_pledges: true });
    let flows = flows.into_iter().flat_map(|(list, _)| list);
    let records = json::read(bytes).into_iter().flatten();
    for one in alert.chain(flows).chain(records) {
        assert!(one.content.problems().is_empty());
    }
});
