//! What people decide: what waits for a second person, and what can be decided once.

use super::{add, refusal};
use crate::common::{Author, Place, open, pledge};
use relight_ledger::event::Act;
use relight_ledger::fold::{Refusal, State};
use relight_ledger::id::Id;
use relight_ledger::model::{
    Assignment, Claim, Decision, Draft, Kind, Link, Operation, Relation, Ruling, Threshold,
};

pub fn a_large_merge_waits_for_a_second_person(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let operation: Id<Operation> = Id::derive(&["operation"]);
    let second_person = Threshold { pieces: Some(100.into()), ..Threshold::default() };
    let opened =
        author.record(operation.any(), Operation { second_person, ..Operation::default() });
    author.operation = Some(operation);
    let [small, other, large] = ["small", "other", "large"].map(|name| Id::derive(&[name]));
    let events = [
        opened,
        author.record(small, pledge("small", 80)),
        author.record(other, pledge("other", 100)),
        author.record(large, pledge("large", 101)),
    ];
    add(&mut store, &events);
    let link = |from: Id, relation, to: Id| {
        let link = Link { from, relation, to, ..Link::default() };
        (Link::id(from, relation, to).any(), link)
    };
    let (plain, content) = link(small, Relation::SameAs, other);
    let event = author.record(plain, content);
    add(&mut store, &[event]);
    assert_eq!(store.record(plain).expect("works").expect("a link").state, State::Standing);
    let (waiting, content) = link(small, Relation::SameAs, large);
    let event = author.record(waiting, content.clone());
    add(&mut store, &[event]);
    assert_eq!(store.record(waiting).expect("works").expect("a link").state, State::Pending);
    let own = author.event(Act::Confirm { record: waiting, seen: 1 });
    assert_eq!(refusal(&mut store, own), Refusal::SamePerson { id: waiting });
    let mut other_person = Author::new("b");
    other_person.operation = Some(operation);
    let agreed = other_person.event(Act::Confirm { record: waiting, seen: 1 });
    add(&mut store, &[agreed]);
    let link_now = store.record(waiting).expect("works").expect("a link");
    assert_eq!((link_now.state, link_now.second), (State::Standing, Some(other_person.actor)));
    // Its id is made of what it is about, so that it is there once.
    let misnamed = author.record(Id::derive(&["any"]), content);
    assert!(matches!(refusal(&mut store, misnamed), Refusal::WrongId { kind: Kind::Link, .. }));
}

pub fn a_disputed_merge_waits_for_a_second_person(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (first, one) = author.claim("one", 20);
    let (second, other) = author.claim("other", 17);
    let link = |from: Id<Claim>, relation, to: Id<Claim>| Link {
        from: from.any(),
        relation,
        to: to.any(),
        ..Link::default()
    };
    let contradiction = Link::id(one.any(), Relation::Contradicts, other.any());
    let dispute = author.record(contradiction.any(), link(one, Relation::Contradicts, other));
    let merge = Link::id(other.any(), Relation::SameAs, one.any());
    let merged = author.record(merge.any(), link(other, Relation::SameAs, one));
    add(&mut store, &[first, second].concat());
    // In one request too: the merge sees the dispute that stands before it.
    add(&mut store, &[dispute, merged]);
    assert_eq!(store.record(merge.any()).expect("works").expect("a link").state, State::Pending);
}

pub fn a_contradiction_is_ruled_by_two(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (first, one) = author.claim("one", 252);
    let (second, other) = author.claim("other", 252);
    let id = Link::id(one.any(), Relation::Contradicts, other.any());
    let link = Link {
        from: one.any(),
        relation: Relation::Contradicts,
        to: other.any(),
        ..Link::default()
    };
    let dispute = author.record(id.any(), link);
    let ruling =
        Ruling { contradiction: id, holds: Some(other), why: "the donor's own word".into() };
    let ruled = author.record(Id::derive(&["ruling"]), ruling);
    add(&mut store, &[first, second, vec![dispute, ruled]].concat());
    let waiting = store.record(Id::derive(&["ruling"])).expect("works").expect("a ruling");
    assert_eq!(waiting.state, State::Pending);
    let agreed = Author::new("b").event(Act::Confirm { record: waiting.id, seen: 1 });
    add(&mut store, &[agreed]);
    assert!(store.record(waiting.id).expect("works").expect("a ruling").stands());
}

pub fn a_piece_is_assigned_once(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let of: Id = Id::derive(&["pledge"]);
    let assign = |piece, job: &str| {
        let content = Assignment { of, piece, job: job.to_owned(), ..Assignment::default() };
        (Assignment::id(of, 0, piece).any(), content)
    };
    let pledged = author.record(of, pledge("two sets", 2));
    let (id, content) = assign(0, "j1");
    let first = author.record(id, content);
    add(&mut store, &[pledged, first]);
    let (id, content) = assign(0, "j2");
    let again = Author::new("b").record(id, content.clone());
    assert_eq!(refusal(&mut store, again), Refusal::Exists { id, version: 1 });
    let (third, beyond) = assign(2, "j3");
    let none = author.record(third, beyond);
    assert_eq!(
        refusal(&mut store, none),
        Refusal::NoSuchPiece { of, lot: 0, piece: 2, available: 2 }
    );
    // Given back, it can be given to another job, by whoever saw that it was given back.
    let back = author.event(Act::Withdraw { record: id, seen: 1 });
    let anew = author.event(Act::Correct { record: id, seen: 2, content: content.into() });
    add(&mut store, &[back, anew]);
    let now = store.record(id).expect("works").expect("the assignment");
    assert_eq!((now.version, now.get::<Assignment>().expect("one").job.as_str()), (3, "j2"));
}

pub fn a_draft_is_decided_once(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (events, claim) = author.claim("one", 100);
    let draft: Id<Draft> = Id::derive(&["draft"]);
    let read = Draft {
        source: Id::derive(&["source", "one"]),
        reader: "test/1".into(),
        ..Draft::default()
    };
    let drafted = author.record(draft.any(), read);
    let decide = |author: &mut Author, seen| {
        author.event(Act::Decide { draft, seen, decision: Decision::Edited, made: vec![claim] })
    };
    let decided = decide(&mut author, 1);
    add(&mut store, &[events, vec![drafted, decided]].concat());
    let record = store.record(draft.any()).expect("works").expect("the draft");
    assert_eq!(record.state, State::Decided(Decision::Edited));
    let again = decide(&mut author, 2);
    assert_eq!(refusal(&mut store, again), Refusal::Decided { id: draft.any() });
}
