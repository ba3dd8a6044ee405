//! What a request does: all of it or nothing, once, and never over what another one said meanwhile.

use super::{add, refusal};
use crate::common::{Author, Place, open, pledge};
use relight_ledger::event::Act;
use relight_ledger::fold::Refusal;
use relight_ledger::id::Id;
use relight_ledger::model::{Claim, Kind, Operation, Pledge};
use relight_store::{Filter, Store, Writer};

pub fn events_are_kept_and_folded(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (events, claim) = author.claim("one", 350);
    assert_eq!(add(&mut store, &events), [1, 2, 3]);
    drop(store);

    let mut store = Store::open(&place.address).expect("a ledger");
    let record = store.record(claim.any()).expect("works").expect("the claim");
    assert_eq!(record.version, 1);
    assert_eq!(record.get::<Claim>().expect("a claim").quantity.range.value(), Some(350.into()));
    let of_statement = store.referring(Id::derive(&["statement", "one"]), None, 10).expect("works");
    assert_eq!(
        of_statement.iter().map(|r| (r.role.as_str(), r.record.id)).collect::<Vec<_>>(),
        [("statement", claim.any())]
    );
    let history = store.history(claim.any(), 0, 10).expect("works");
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].1, events[2].event);
    assert_eq!(store.verify(None).expect("sound").head, store.head().expect("works"));
}

pub fn the_same_request_twice_happens_once(place: &Place) {
    let mut store = open(place);
    let (events, _) = Author::new("a").claim("one", 350);
    assert_eq!(add(&mut store, &events), [1, 2, 3]);
    assert_eq!(add(&mut store, &events), [1, 2, 3]);
    let twice = [events.clone(), events].concat();
    assert_eq!(add(&mut store, &twice), [1, 2, 3, 1, 2, 3]);
    assert_eq!(store.head().expect("works").seq, 3);
}

pub fn an_id_is_not_used_for_two_events(place: &Place) {
    let mut store = open(place);
    let (events, _) = Author::new("a").claim("one", 350);
    add(&mut store, &events);
    let mut other = events[0].clone();
    "another reason".clone_into(&mut other.event.reason);
    assert!(matches!(refusal(&mut store, other), Refusal::IdReused { .. }));
}

pub fn a_request_is_all_or_nothing_and_leaves_the_others_alone(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (first, _) = author.claim("first", 1);
    let (mut broken, claim) = author.claim("broken", 2);
    broken.push(author.event(Act::Withdraw { record: claim.any(), seen: 7 }));
    let (last, _) = author.claim("last", 3);
    let answers = store.append_all(&[first, broken, last]).expect("works");
    assert_eq!(answers[0], Ok(vec![1, 2, 3]));
    let rejected = answers[1].as_ref().expect_err("a refusal");
    assert_eq!(rejected.at, 3);
    assert_eq!(rejected.refusal, Refusal::Conflict { id: claim.any(), seen: 7, now: 1 });
    assert_eq!(answers[2], Ok(vec![4, 5, 6]));
    assert_eq!(store.record(claim.any()).expect("works"), None);
    store.verify(None).expect("sound");
}

pub fn a_lost_race_is_a_conflict(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let id: Id = Id::derive(&["pledge"]);
    let first = author.record(id, pledge("THW", 350));
    add(&mut store, &[first]);
    let correct = |author: &mut Author, pieces| {
        author.event(Act::Correct { record: id, seen: 1, content: pledge("THW", pieces).into() })
    };
    let one = correct(&mut author, 470);
    let other = correct(&mut Author::new("b"), 480);
    add(&mut store, &[one]);
    let refused = refusal(&mut store, other);
    assert_eq!(refused, Refusal::Conflict { id, seen: 1, now: 2 });
    let kept = store.record(id).expect("works").expect("the pledge");
    assert_eq!(
        kept.get::<Pledge>().expect("a pledge").lots[0].quantity.range.value(),
        Some(470.into())
    );
}

pub fn what_is_named_must_be_there_and_of_its_kind(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (events, claim) = author.claim("one", 350);
    let early = author.record(
        Id::derive(&["x"]),
        Claim { statement: Id::derive(&["statement", "one"]), ..Claim::default() },
    );
    assert!(matches!(refusal(&mut store, early), Refusal::Missing { role: "statement", .. }));
    add(&mut store, &events);
    let wrong =
        author.record(Id::derive(&["x"]), Claim { statement: claim.of(), ..Claim::default() });
    assert!(matches!(
        refusal(&mut store, wrong),
        Refusal::WrongKind { role: "statement", found: Kind::Claim, .. }
    ));
    let nil = author.record(Id::derive(&["x"]), Claim::default());
    assert!(matches!(refusal(&mut store, nil), Refusal::Unsound { .. }));
    // What belongs to one operation is not named by another.
    let operation: Id<Operation> = Id::derive(&["operation"]);
    let opened =
        author.record(operation.any(), Operation { name: "Winter".into(), ..Operation::default() });
    author.operation = Some(operation);
    let (inside, _) = author.claim("inside", 1);
    author.operation = None;
    let outside = author.record(
        Id::derive(&["y"]),
        Claim { statement: Id::derive(&["statement", "inside"]), ..Claim::default() },
    );
    add(&mut store, &[opened]);
    add(&mut store, &inside);
    assert!(matches!(refusal(&mut store, outside), Refusal::OtherOperation { .. }));
}

/// Some threads share one writer, some have stores of their own: nothing is lost, and the chain holds.
pub fn many_writers_lose_nothing(place: &Place) {
    drop(open(place));
    let writer = Writer::open(&place.address).expect("a writer");
    let shared: Id = Id::derive(&["shared"]);
    let first = Author::new("first").record(shared, pledge("counter", 0));
    writer.submit(&[first]).expect("works").expect("accepted");
    let each = 20;
    let corrected: u32 = std::thread::scope(|scope| {
        let by_writer = (0..6).map(|n| {
            let writer = &writer;
            scope.spawn(move || {
                let mut author = Author::new(&format!("w{n}"));
                for k in 0..each {
                    let (events, _) = author.claim(&format!("w{n}-{k}"), k);
                    writer.submit(&events).expect("works").expect("accepted");
                }
                0
            })
        });
        let by_store = (0..3).map(|n| {
            scope.spawn(move || {
                let mut store = Store::open(&place.address).expect("a ledger");
                let mut author = Author::new(&format!("s{n}"));
                let mut won = 0;
                for k in 0..each {
                    // A race for one record: whoever loses sees a conflict, and looks again.
                    let seen = store.record(shared).expect("works").expect("it").version;
                    let content = pledge("counter", k).into();
                    let event = author.event(Act::Correct { record: shared, seen, content });
                    match store.append(&[event]).expect("works") {
                        Ok(_) => won += 1,
                        Err(rejected) => {
                            assert!(matches!(rejected.refusal, Refusal::Conflict { .. }));
                        }
                    }
                }
                won
            })
        });
        let threads: Vec<_> = by_writer.chain(by_store).collect();
        threads.into_iter().map(|t| t.join().expect("no panic")).sum()
    });
    drop(writer);
    let mut store = Store::open(&place.address).expect("a ledger");
    let counter = store.record(shared).expect("works").expect("it");
    assert_eq!(counter.version, 1 + corrected, "each accepted correction is a version");
    assert_eq!(store.head().expect("works").seq, u64::from(1 + corrected + 6 * 3 * each as u32));
    let claims = Filter { kind: Some(Kind::Claim), ..Filter::default() };
    assert_eq!(store.all(&claims).expect("works").len(), 6 * each as usize);
    store.verify(None).expect("sound");
}
