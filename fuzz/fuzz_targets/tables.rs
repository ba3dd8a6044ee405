//! A table of any bytes: what is read is sound, and written again is the same where it says that it is whole.
//!
//! The first byte chooses the table.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use relight_ledger::date::Moment;
use relight_ledger::exchange::Audience;
use relight_ledger::exchange::intake::{Stamp, changes};
use relight_ledger::exchange::sheet::Sheet;
use relight_ledger::exchange::tables::{self, Keys, Table};
use relight_ledger::fold::{Memory, Record};
use relight_ledger::id::Id;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let table = Table::ALL[usize::from(*first) % Table::ALL.len()];
    let Ok(sheet) = Sheet::of_csv(rest, table.word()) else { return };
    let keys = Keys { operation: None, from: "fuzz".to_owned() };
    let Ok((incoming, _)) = tables::read(&[(table, &sheet)], &keys) else { return };
    for one in &incoming {
        assert!(one.content.problems().is_empty());
    }
    let stamp = Stamp {
        actor: Id::from_bits(1),
        at: Moment::default(),
        operation: None,
        reason: String::new(),
    };
    let Ok(found) = changes(&incoming, &BTreeMap::new(), &stamp) else { return };
    let mut memory = Memory::new();
    for (event, _) in &found.events {
        if memory.append(event).is_err() {
            return;
        }
    }
    let all: BTreeMap<Id, Record> = memory.records().map(|r| (r.id, r.clone())).collect();
    let records: Vec<&Record> = memory.records().collect();
    let written = tables::write(table, &records, &all, Audience::NeedToKnow);
    let csv = written.csv();
    // Cell by cell: a line of the file may be the middle of a text.
    let mut cells = csv::ReaderBuilder::new().flexible(true).from_reader(csv.as_bytes());
    for row in cells.records() {
        for cell in &row.expect("what was written is CSV") {
            let formula = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
            assert!(!formula, "{cell}");
        }
    }
    let sheet = Sheet::of_csv(csv.as_bytes(), table.word()).expect("what was written is a table");
    if written.not_exported.is_empty() {
        let (back, _) = tables::read(&[(table, &sheet)], &Keys::default()).expect("readable");
        for record in records.iter().filter(|r| r.kind() == table.kind()) {
            let same = back.iter().any(|one| one.id == record.id && one.content == record.content);
            assert!(same, "{record:?}");
        }
    }
});
