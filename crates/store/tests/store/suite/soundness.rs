//! What is found out: a database that somebody changed behind the store's back, or of another time.

use super::add;
use crate::common::{Author, Place, open, pledge};
use relight_ledger::event::{Act, Fault};
use relight_ledger::id::Id;
use relight_store::{Filter, Store, StoreError};

/// Changes the database behind the store's back.
fn tamper(place: &Place, sqlite: &str, postgres: &str) -> Result<(), String> {
    if place.address.starts_with("postgres") {
        let mut client = ::postgres::Client::connect(&place.address, ::postgres::NoTls)
            .map_err(|e| e.to_string())?;
        client.batch_execute(postgres).map_err(|e| e.to_string())
    } else {
        let connection = rusqlite::Connection::open(&place.address).map_err(|e| e.to_string())?;
        connection.execute_batch(sqlite).map_err(|e| e.to_string())
    }
}

pub fn a_rebuild_gives_the_same_records(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let mut events = Vec::new();
    for n in 0..50 {
        let (three, claim) = author.claim(&format!("c{n}"), n);
        events.extend(three);
        if n % 3 == 0 {
            events.push(author.event(Act::Withdraw { record: claim.any(), seen: 1 }));
        }
        if n % 5 == 0 {
            let id: Id = Id::derive(&["pledge", &n.to_string()]);
            events.push(author.record(id, pledge("p", n)));
            let content = pledge("p, corrected", n + 1).into();
            events.push(author.event(Act::Correct { record: id, seen: 1, content }));
        }
    }
    add(&mut store, &events);
    let (before, all) =
        (store.digest().expect("works"), store.all(&Filter::default()).expect("works"));
    let count = store.rebuild(&mut |_| {}).expect("works");
    assert_eq!(count, events.len() as u64);
    assert_eq!(store.digest().expect("works"), before);
    assert_eq!(store.all(&Filter::default()).expect("works"), all);
}

pub fn a_changed_event_is_named(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    for n in 0..10 {
        let (events, _) = author.claim(&format!("c{n}"), 100 + n);
        add(&mut store, &events);
    }
    tamper(
        place,
        "drop trigger event_is_not_changed; update event set bytes = cast(replace(cast(bytes as text), '\"104\"', '\"940\"') as blob) where seq = 15",
        "alter table event disable trigger user; update event set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '\"104\"', '\"940\"'), 'UTF8') where seq = 15",
    )
    .expect("tampered");
    let StoreError::Broken(broken) = store.verify(None).expect_err("it shows") else {
        panic!("broken")
    };
    assert_eq!((broken.seq, broken.fault), (15, Fault::Changed));
    tamper(
        place,
        "drop trigger event_is_not_deleted; delete from event where seq = 7",
        "delete from event where seq = 7",
    )
    .expect("tampered");
    let StoreError::Broken(broken) = store.verify(None).expect_err("it shows") else {
        panic!("broken")
    };
    assert_eq!((broken.seq, broken.fault), (7, Fault::Missing { found: 8 }));
}

pub fn a_misfiled_event_is_named(place: &Place) {
    let mut store = open(place);
    let (events, _) = Author::new("a").claim("one", 350);
    add(&mut store, &events);
    store.verify(None).expect("sound");
    // Its bytes are as they were, but the history of its record would not show it.
    tamper(
        place,
        "drop trigger event_is_not_changed; update event set record = id where seq = 2",
        "alter table event disable trigger user; update event set record = id where seq = 2",
    )
    .expect("tampered");
    let StoreError::Broken(broken) = store.verify(None).expect_err("it shows") else {
        panic!("broken")
    };
    assert_eq!((broken.seq, broken.fault), (2, Fault::Misfiled));
}

pub fn a_cut_log_is_known_from_its_checkpoint(place: &Place) {
    let mut store = open(place);
    let (events, _) = Author::new("a").claim("one", 350);
    add(&mut store, &events);
    let published = store.head().expect("works");
    store.verify(Some(published)).expect("sound");
    tamper(
        place,
        "drop trigger event_is_not_deleted; delete from event where seq = 3",
        "alter table event disable trigger user; delete from event where seq = 3",
    )
    .expect("tampered");
    store.verify(None).expect("what is left is sound by itself");
    let StoreError::Broken(broken) = store.verify(Some(published)).expect_err("it shows") else {
        panic!("broken")
    };
    assert_eq!((broken.seq, broken.fault), (3, Fault::Truncated));
    // Written anew with another third event, it is sound, and another one.
    let mut author = Author::new("b");
    let (other, _) = author.claim("two", 1);
    add(&mut store, &other);
    let StoreError::Broken(broken) = store.verify(Some(published)).expect_err("it shows") else {
        panic!("broken")
    };
    assert_eq!((broken.seq, broken.fault), (3, Fault::Rewritten));
}

pub fn events_refuse_to_be_changed_by_hand(place: &Place) {
    let mut store = open(place);
    let (events, _) = Author::new("a").claim("one", 350);
    add(&mut store, &events);
    for change in ["update event set seq = seq + 10", "delete from event where seq = 1"] {
        assert!(tamper(place, change, change).is_err(), "{change}");
    }
    if place.address.starts_with("postgres") {
        assert!(tamper(place, "", "truncate event").is_err());
    }
    store.verify(None).expect("sound");
}

pub fn a_ledger_that_is_not_there_is_not_made_by_looking(place: &Place) {
    assert!(matches!(Store::open(&place.address), Err(StoreError::Absent { .. })));
    assert!(matches!(Store::open(&place.address), Err(StoreError::Absent { .. })));
}

pub fn a_newer_layout_is_refused(place: &Place) {
    drop(open(place));
    tamper(place, "pragma user_version = 99", "update layout set version = 99").expect("tampered");
    assert!(matches!(Store::open(&place.address), Err(StoreError::Newer { found: 99, .. })));
    assert!(matches!(Store::create(&place.address), Err(StoreError::Newer { found: 99, .. })));
}
