//! What a ledger promises, tried on each of its stores: one list of tests, run on both.

use std::io::Cursor;

use crate::common::{self, Author, Place, open, pledge};
use relight_ledger::event::{Act, Fault, Proposal};
use relight_ledger::fold::{Refusal, State};
use relight_ledger::id::Id;
use relight_ledger::model::{
    Assignment, Claim, Decision, Draft, Kind, Link, Operation, Person, Pledge, Relation, Ruling,
    Source, Threshold,
};
use relight_ledger::seal::Secret;
use relight_store::{Filter, Store, StoreError, Writer};

/// Runs each function on each store. On `PostgreSQL` one test runs them all, since a server takes seconds to start.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod in_a_file { $(#[test] fn $name() { super::$name(&super::common::sqlite()); })* }

        #[test]
        fn in_postgres() {
            let Some(server) = common::Served::start() else { return };
            $(
                eprintln!(stringify!($name));
                $name(&server.place());
            )*
            // From a file into a server: the other direction is among those above.
            a_dump_is_the_whole_ledger(&common::sqlite());
        }
    };
}
on_both!(
    events_are_kept_and_folded,
    the_same_request_twice_happens_once,
    an_id_is_not_used_for_two_events,
    a_request_is_all_or_nothing_and_leaves_the_others_alone,
    a_lost_race_is_a_conflict,
    what_is_named_must_be_there_and_of_its_kind,
    a_large_merge_waits_for_a_second_person,
    a_disputed_merge_waits_for_a_second_person,
    a_contradiction_is_ruled_by_two,
    a_piece_is_assigned_once,
    a_draft_is_decided_once,
    what_is_redacted_is_gone_and_the_chain_holds,
    a_secret_must_open_its_seal,
    a_rebuild_gives_the_same_records,
    a_changed_event_is_named,
    a_misfiled_event_is_named,
    a_cut_log_is_known_from_its_checkpoint,
    events_refuse_to_be_changed_by_hand,
    a_dump_is_the_whole_ledger,
    a_dump_of_another_ledger_is_refused,
    a_damaged_dump_is_refused_with_its_line,
    many_writers_lose_nothing,
    pages_follow_each_other_without_gaps,
    a_ledger_that_is_not_there_is_not_made_by_looking,
    a_newer_layout_is_refused,
);

fn add(store: &mut Store, events: &[Proposal]) -> Vec<u64> {
    store.append(events).expect("the store works").expect("the request is accepted")
}

fn refusal(store: &mut Store, event: Proposal) -> Refusal {
    store.append(&[event]).expect("the store works").expect_err("a refusal").refusal
}

fn events_are_kept_and_folded(place: &Place) {
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

fn the_same_request_twice_happens_once(place: &Place) {
    let mut store = open(place);
    let (events, _) = Author::new("a").claim("one", 350);
    assert_eq!(add(&mut store, &events), [1, 2, 3]);
    assert_eq!(add(&mut store, &events), [1, 2, 3]);
    let twice = [events.clone(), events].concat();
    assert_eq!(add(&mut store, &twice), [1, 2, 3, 1, 2, 3]);
    assert_eq!(store.head().expect("works").seq, 3);
}

fn an_id_is_not_used_for_two_events(place: &Place) {
    let mut store = open(place);
    let (events, _) = Author::new("a").claim("one", 350);
    add(&mut store, &events);
    let mut other = events[0].clone();
    "another reason".clone_into(&mut other.event.reason);
    assert!(matches!(refusal(&mut store, other), Refusal::IdReused { .. }));
}

fn a_request_is_all_or_nothing_and_leaves_the_others_alone(place: &Place) {
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

fn a_lost_race_is_a_conflict(place: &Place) {
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

fn what_is_named_must_be_there_and_of_its_kind(place: &Place) {
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

fn a_large_merge_waits_for_a_second_person(place: &Place) {
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

fn a_disputed_merge_waits_for_a_second_person(place: &Place) {
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

fn a_contradiction_is_ruled_by_two(place: &Place) {
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

fn a_piece_is_assigned_once(place: &Place) {
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

fn a_draft_is_decided_once(place: &Place) {
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

fn person(author: &mut Author, name: &str, salt: u8) -> (Proposal, Person, Secret) {
    let secret = Secret::new([salt; 32], name);
    let person = Person { name: Some(secret.seal().expect("a salt")), ..Person::default() };
    let mut event = author.record(Id::derive(&["person", name]), person.clone());
    event.secrets.push(secret.clone());
    (event, person, secret)
}

fn what_is_redacted_is_gone_and_the_chain_holds(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (event, who, secret) = person(&mut author, "Olena", 1);
    let (other, _, _) = person(&mut author, "Petro", 2);
    add(&mut store, &[event, other]);
    let seal = who.name.expect("a seal");
    assert_eq!(store.secret(seal).expect("works"), Some(secret));
    let redacted = author.event(Act::Redact { seals: vec![seal] });
    add(&mut store, &[redacted]);
    assert_eq!(store.secret(seal).expect("works"), None);
    let verified = store.verify(None).expect("the chain holds");
    assert_eq!((verified.head.seq, verified.redacted), (3, 1));
    store.rebuild(&mut |_| {}).expect("works");
    assert_eq!(store.secret(seal).expect("works"), None, "a rebuild brings nothing back");
    let mut dump = Vec::new();
    store.dump(&mut dump).expect("works");
    let dump = String::from_utf8(dump).expect("text");
    assert!(!dump.contains("Olena") && dump.contains("Petro"));
}

fn a_secret_must_open_its_seal(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (mut event, _, _) = person(&mut author, "Olena", 1);
    event.secrets.clear();
    assert_eq!(refusal(&mut store, event.clone()), Refusal::Secrets);
    event.secrets.push(Secret::new([1; 32], "Olga"));
    assert_eq!(refusal(&mut store, event), Refusal::Secrets);
}

fn a_rebuild_gives_the_same_records(place: &Place) {
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

/// The chain as the chapter on the ledger tells it: this dump was made by a few lines of Python that follow the chapter, and
/// share no code with us.
#[test]
fn a_dump_made_by_another_program_is_read_and_written_the_same() {
    let theirs = include_bytes!("../data/made_elsewhere.jsonl");
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

fn a_changed_event_is_named(place: &Place) {
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

fn a_misfiled_event_is_named(place: &Place) {
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

fn a_cut_log_is_known_from_its_checkpoint(place: &Place) {
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

fn events_refuse_to_be_changed_by_hand(place: &Place) {
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

fn filled(place: &Place) -> Store {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (event, ..) = person(&mut author, "Olena", 1);
    add(&mut store, &[event]);
    for n in 0..30 {
        let (events, _) = author.claim(&format!("c{n}"), n);
        add(&mut store, &events);
    }
    store
}

/// From each store into each store, so that both directions are tried.
fn a_dump_is_the_whole_ledger(place: &Place) {
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

fn a_dump_of_another_ledger_is_refused(place: &Place) {
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

fn a_damaged_dump_is_refused_with_its_line(place: &Place) {
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

/// Some threads share one writer, some have stores of their own: nothing is lost, and the chain holds.
fn many_writers_lose_nothing(place: &Place) {
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

fn pages_follow_each_other_without_gaps(place: &Place) {
    let mut store = filled(place);
    let sources = Filter { kind: Some(Kind::Source), ..Filter::default() };
    let all = store.all(&sources).expect("works");
    assert_eq!(all.len(), 30);
    let mut paged: Vec<Id> = Vec::new();
    loop {
        let after = paged.last().copied().unwrap_or(Id::NIL);
        let page = store.list(&sources, after, 7).expect("works");
        if page.is_empty() {
            break;
        }
        paged.extend(page.iter().map(|record| record.id));
    }
    assert_eq!(paged, all.iter().map(|record| record.id).collect::<Vec<_>>());
    // Many records that name one: page by page as well.
    let mut author = Author::new("hub");
    let source: Id<Source> = Id::derive(&["source", "c0"]);
    for n in 0..12 {
        let statement = relight_ledger::model::Statement { source, ..Default::default() };
        let event = author.record(Id::derive(&["st", &n.to_string()]), statement);
        add(&mut store, &[event]);
    }
    let mut seen = Vec::new();
    loop {
        let after = seen.last().map(|(role, id): &(String, Id)| (role.clone(), *id));
        let page = store
            .referring(source.any(), after.as_ref().map(|(r, id)| (r.as_str(), *id)), 5)
            .expect("works");
        if page.is_empty() {
            break;
        }
        seen.extend(page.into_iter().map(|r| (r.role, r.record.id)));
    }
    assert_eq!(seen.len(), 13);
    seen.dedup();
    assert_eq!(seen.len(), 13);
    let head = store.head().expect("works");
    let changed = store.changed(head.seq - 4, 10).expect("works");
    assert_eq!(changed.len(), 4);
}

fn a_ledger_that_is_not_there_is_not_made_by_looking(place: &Place) {
    assert!(matches!(Store::open(&place.address), Err(StoreError::Absent { .. })));
    assert!(matches!(Store::open(&place.address), Err(StoreError::Absent { .. })));
}

fn a_newer_layout_is_refused(place: &Place) {
    drop(open(place));
    tamper(place, "pragma user_version = 99", "update layout set version = 99").expect("tampered");
    assert!(matches!(Store::open(&place.address), Err(StoreError::Newer { found: 99, .. })));
    assert!(matches!(Store::create(&place.address), Err(StoreError::Newer { found: 99, .. })));
}
