//! A whole ledger as lines of text: out of each store, into each store, and refused where it is not whole.

use std::io::Cursor;

use super::{add, filled};
use crate::common::{self, Author, Place, open};
use relight_store::StoreError;

/// The chain as the chapter on the ledger tells it: this dump was made by a few lines of Python that follow the chapter, and
/// share no code with us.
#[test]
fn a_dump_made_by_another_program_is_read_and_written_the_same() {
    let theirs = include_bytes!("../../data/made_elsewhere.jsonl");
    let mut store = open(&common::sqlite());
    let loaded = store.load(&mut Cursor::new(theirs)).expect("it is read");
    assert_eq!((loaded.known, loaded.added), (0, 4));
    assert_eq!(
        store.head().expect("works").hash.to_string(),
        "b4380fa28d82dba1d144dfe64b9df8ebc9b414d25851009b98691468061d5c34"
    );
    let mut ours = Vec::new();
    store.dump(&mut ours).expect("works");
    assert_eq!(String::from_utf8(ours), String::from_utf8(theirs.to_vec()));
}

/// From each store into each store, so that both directions are tried.
pub fn a_dump_is_the_whole_ledger(place: &Place) {
    let mut store = filled(place);
    let mut dump = Vec::new();
    let dumped = store.dump(&mut dump).expect("works");
    for target in [Some(common::sqlite()), common::postgres()].into_iter().flatten() {
        let mut copy = open(&target);
        let loaded = copy.load(&mut Cursor::new(&dump)).expect("loads");
        assert_eq!((loaded.known, loaded.added), (0, dumped.head.seq));
        assert_eq!(copy.verify(None).expect("sound").head, dumped.head);
        assert_eq!(copy.digest().expect("works"), store.digest().expect("works"));
        let mut again = Vec::new();
        copy.dump(&mut again).expect("works");
        assert_eq!(again, dump, "export after import is the same to the byte");
        let loaded = copy.load(&mut Cursor::new(&dump)).expect("loads");
        assert_eq!(
            (loaded.known, loaded.added),
            (dumped.head.seq, 0),
            "a second import changes nothing"
        );
        // And a ledger that has the beginning gets the rest.
        let (more, _) = Author::new("more").claim("more", 1);
        add(&mut copy, &more);
        let mut longer = Vec::new();
        copy.dump(&mut longer).expect("works");
        let mut behind = open(&common::sqlite());
        behind.load(&mut Cursor::new(&dump)).expect("loads");
        let loaded = behind.load(&mut Cursor::new(&longer)).expect("loads");
        assert_eq!((loaded.known, loaded.added), (dumped.head.seq, 3));
    }
}

pub fn a_dump_of_another_ledger_is_refused(place: &Place) {
    let mut store = filled(place);
    let mut other = open(&common::sqlite());
    let (events, _) = Author::new("z").claim("z", 1);
    add(&mut other, &events);
    let mut dump = Vec::new();
    other.dump(&mut dump).expect("works");
    let before = store.head().expect("works");
    let error = store.load(&mut Cursor::new(&dump)).expect_err("refused");
    assert!(matches!(error, StoreError::Dump { line: 2, .. }), "{error}");
    assert_eq!(store.head().expect("works"), before);
}

pub fn a_damaged_dump_is_refused_with_its_line(place: &Place) {
    let mut store = filled(&common::sqlite());
    let mut dump = Vec::new();
    store.dump(&mut dump).expect("works");
    let text = String::from_utf8(dump).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    let cases: [(String, u64); 5] = [
        (lines[..50].join("\n"), 50),
        (format!("{}\n", lines[..50].join("\n")), 51),
        (text.replacen("\"29\"", "\"92\"", 1), 92),
        (format!("{}\n", [&lines[..40], &lines[41..]].concat().join("\n")), 41),
        ("{\"format\":\"other\"}\n".to_owned(), 1),
    ];
    let mut copy = open(place);
    for (at, (damaged, line)) in cases.into_iter().enumerate() {
        match copy.load(&mut Cursor::new(damaged.as_bytes())) {
            Err(StoreError::Dump { line: found, .. }) => assert_eq!(found, line, "case {at}"),
            other => panic!("case {at}: {other:?}"),
        }
        assert_eq!(copy.head().expect("works").seq, 0, "nothing is added of a damaged dump");
    }
}
