//! Properties of events and of folding them.

use crate::common::{self, decided, loaded, rows};
use proptest::prelude::*;
use relight_ledger::date::Moment;
use relight_ledger::decimal::Decimal;
use relight_ledger::event::{Act, Event, Head, Proposal, UnreadableEvent, VERSION, Verifier};
use relight_ledger::fold::{Memory, Record, Refusal};
use relight_ledger::id::Id;
use relight_ledger::interval::Interval;
use relight_ledger::model::{
    Category, Claim, ClaimKind, Content, Link, Lot, Money, Named, Pledge, PledgedLot, Publication,
    Qualifier, Quantity, Relation, Source, Statement, Status, Unit,
};

fn decimal() -> impl Strategy<Value = Decimal> {
    (0i128..4_000_000_000_000).prop_map(|n| Decimal::from_millionths(n).expect("small"))
}

fn interval() -> impl Strategy<Value = Interval> {
    (proptest::option::of(decimal()), proptest::option::of(decimal())).prop_map(|(a, b)| {
        match (a, b) {
            (Some(a), Some(b)) => Interval { min: Some(a.min(b)), max: Some(a.max(b)) },
            (min, max) => Interval { min, max },
        }
    })
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (interval(), 0usize..4, "[^\\p{C}]{0,12}").prop_map(|(range, at, words)| Quantity {
        range,
        qualifier: [Qualifier::Exact, Qualifier::Over, Qualifier::Vague, Qualifier::NotStated][at],
        unit: [Unit::Piece, Unit::Tonne, Unit::Other("piece per day".into()), Unit::Item][at]
            .clone(),
        words,
    })
}

fn claim() -> impl Strategy<Value = Content> {
    let names = proptest::collection::vec("[^\\p{C}]{0,9}", 0..3);
    (names, quantity(), interval(), 0usize..9, 0usize..18).prop_map(
        |(names, quantity, sum, kind, status)| {
            let money = Money { range: sum, currency: "EUR".parse().ok(), ..Money::default() };
            Content::from(Claim {
                statement: Id::from_bits(1),
                kind: ClaimKind::ALL[kind],
                donors: names.into_iter().map(Named::new).collect(),
                quantity,
                money,
                status: Status::ALL[status],
                ..Claim::default()
            })
        },
    )
}

fn pledge() -> impl Strategy<Value = Content> {
    let plate =
        (proptest::option::of(0.1f64..1e6), proptest::option::of(1u8..4), "[A-Za-z0-9]{0,8}");
    (quantity(), plate, "[^\\p{C}]{0,20}").prop_map(|(quantity, (mva, phases, group), title)| {
        let nameplate = relight_catalogue::Nameplate {
            mva,
            phases,
            vector_group: Some(group).filter(|g| !g.is_empty()),
            ..Default::default()
        };
        let nameplate =
            Some(nameplate).filter(|plate| *plate != relight_catalogue::Nameplate::default());
        let item = Lot { nameplate, ..Lot::new(Category::Transformer, "autotransformer") };
        Content::from(Pledge {
            title,
            lots: vec![PledgedLot { item, quantity }],
            ..Pledge::default()
        })
    })
}

fn event() -> impl Strategy<Value = Event> {
    (any::<u128>(), any::<u32>(), prop_oneof![claim(), pledge()], "[^\\p{C}]{0,30}", any::<bool>())
        .prop_map(|(bits, at, content, reason, first)| Event {
            id: Id::from_bits(bits),
            at: Moment::from_milliseconds(i64::from(at)),
            actor: Id::from_bits(7),
            operation: first.then(|| Id::from_bits(9)),
            reason,
            act: if first {
                Act::Record { record: Id::from_bits(bits), content }
            } else {
                Act::Correct { record: Id::from_bits(bits), seen: at, content }
            },
        })
}

proptest! {
    /// Bytes are read as they were written, and written again are the same.
    #[test]
    fn events_survive_their_bytes(event in event()) {
        let bytes = event.to_bytes().expect("finite and small");
        let read = Event::from_bytes(&bytes).expect("readable");
        prop_assert_eq!(&read, &event);
        prop_assert_eq!(read.to_bytes().expect("finite and small"), bytes);
    }

    /// A change of any byte of any event is found, at that event.
    #[test]
    fn any_changed_byte_shows(events in proptest::collection::vec(event(), 1..6), which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), by in 1u8..=255) {
        let mut head = Head::default();
        let mut entries: Vec<_> = events.iter().map(|e| head.push(e.to_bytes().expect("small"))).collect();
        let which = which.index(entries.len());
        let at = at.index(entries[which].bytes.len());
        entries[which].bytes[at] = entries[which].bytes[at].wrapping_add(by);
        let mut verifier = Verifier::new();
        let first_bad = entries.iter().find_map(|e| verifier.next(e.seq, e.previous, e.hash, &e.bytes).err());
        prop_assert_eq!(first_bad.map(|b| b.seq), Some(which as u64 + 1));
    }

    /// Whatever bytes come, nothing panics, and what is read is canonical once written.
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Event::from_bytes(&bytes).is_err());
    }
}

#[test]
fn a_later_form_is_refused_with_its_number() {
    let event = Event {
        id: Id::from_bits(1),
        at: Moment::default(),
        actor: Id::from_bits(2),
        operation: None,
        reason: String::new(),
        act: Act::Withdraw { record: Id::from_bits(3), seen: 1 },
    };
    let text = String::from_utf8(event.to_bytes().expect("small")).expect("text");
    let later = text.replace(&format!("\"v\":{VERSION}"), "\"v\":99");
    assert_eq!(Event::from_bytes(later.as_bytes()), Err(UnreadableEvent::Newer { found: 99 }));
}

/// The form of the bytes is a promise to those who verify: it is written down here.
#[test]
fn canonical_bytes_are_these() {
    let claim = Claim {
        statement: Id::from_bits(2),
        donors: vec![Named::new("Germany")],
        quantity: Quantity::pieces(350),
        status: Status::Pledged,
        ..Claim::default()
    };
    let event = Event {
        id: Id::from_bits(1),
        at: Moment::from_milliseconds(0),
        actor: Id::from_bits(3),
        operation: None,
        reason: "first \"word\"".to_owned(),
        act: Act::Record { record: Id::from_bits(4), content: claim.into() },
    };
    let expected = concat!(
        r#"{"act":{"record":{"content":{"claim":{"#,
        r#""as_of":{"precision":"unknown"},"donors":[{"words":"Germany"}],"#,
        r#""expected":{"precision":"unknown"},"item":{"category":"other"},"kind":"new_pledge","#,
        r#""money":{"basis":"stated","qualifier":"not_stated"},"#,
        r#""quantity":{"qualifier":"exact","range":{"max":"350","min":"350"},"unit":"piece"},"#,
        r#""sharing":"unclear","side":"other","statement":"00000000000000000000000002","status":"pledged"}},"#,
        r#""record":"00000000000000000000000004"}},"actor":"00000000000000000000000003","#,
        r#""at":"1970-01-01T00:00:00.000Z","id":"00000000000000000000000001","reason":"first \"word\"","v":1}"#,
    );
    assert_eq!(String::from_utf8(event.to_bytes().expect("small")).expect("text"), expected);
}

#[test]
fn what_is_not_sound_by_itself_is_refused_with_all_that_is_wrong() {
    let quantity = Quantity {
        range: Interval { min: Some(5.into()), max: Some(3.into()) },
        ..Quantity::pieces(1)
    };
    let claim =
        Claim { statement: Id::from_bits(2), quantity, note: "a\u{0}b".into(), ..Claim::default() };
    let event = Event {
        id: Id::from_bits(1),
        at: Moment::default(),
        actor: Id::from_bits(3),
        operation: None,
        reason: String::new(),
        act: Act::Record { record: Id::from_bits(4), content: claim.into() },
    };
    let Err(Refusal::Unsound { problems }) = Memory::new().append(&Proposal::from(event)) else {
        panic!("refused")
    };
    let fields: Vec<&str> = problems.iter().map(|p| p.field.as_str()).collect();
    assert_eq!(fields, ["claim.note", "claim.quantity"]);
}

/// The records of the real rows do not depend on how the events were handed in, nor on what was refused between.
#[test]
fn records_do_not_depend_on_how_events_come() {
    let Some(rows) = rows() else { return };
    let events = [loaded(&rows), decided(&rows)].concat();
    let fold = |repeat: bool| {
        let mut memory = Memory::new();
        for (at, event) in events.iter().enumerate() {
            memory.append(event).expect("accepted");
            if repeat {
                // Sent again, and a refusal between: neither leaves a trace.
                memory.append(&events[at / 2]).expect("known");
                let mut clash = events[at].clone();
                clash.event.reason.push('!');
                assert!(memory.append(&clash).is_err());
            }
        }
        (memory.head(), memory.records().cloned().collect::<Vec<Record>>())
    };
    assert_eq!(fold(false), fold(true));
}

/// A link may be withdrawn and stand again; what it held apart is counted apart meanwhile.
#[test]
fn a_withdrawn_merge_no_longer_counts() {
    use relight_ledger::count::Book;
    let mut clerk = common::Clerk::new("a");
    let mut memory = Memory::new();
    let [one, other] = ["one", "other"].map(|name| Id::derive(&["pledge", name]));
    for id in [one, other] {
        let pledged = clerk.record(id, Pledge::default(), "");
        memory.append(&pledged).expect("accepted");
    }
    let id = Link::id(one, Relation::SameAs, other).any();
    let link = Link { from: one, relation: Relation::SameAs, to: other, ..Link::default() };
    let linked = clerk.record(id, link, "");
    memory.append(&linked).expect("accepted");
    assert_eq!(Book::new(memory.records()).related(one, Relation::SameAs).count(), 1);
    let back = clerk.act(Act::Withdraw { record: id, seen: 1 }, "a mistake");
    memory.append(&back).expect("accepted");
    assert_eq!(Book::new(memory.records()).related(one, Relation::SameAs).count(), 0);
    let silent = clerk.act(Act::Withdraw { record: one, seen: 1 }, " ");
    assert_eq!(memory.append(&silent), Err(Refusal::NoReason { act: "withdraw" }));
    // A record that was withdrawn is not named by a new one.
    let gone = clerk.act(Act::Withdraw { record: one, seen: 1 }, "never was");
    memory.append(&gone).expect("accepted");
    let late = Link::id(other, Relation::PartOf, one);
    let link = Link { from: other, relation: Relation::PartOf, to: one, ..Link::default() };
    let late = clerk.record(late.any(), link, "");
    assert!(matches!(memory.append(&late), Err(Refusal::Withdrawn { role: "to", .. })));
}

/// A source may be named by several statements, and a statement names its source by kind.
#[test]
fn a_statement_needs_its_source() {
    let mut clerk = common::Clerk::new("a");
    let mut memory = Memory::new();
    let source: Id<Source> = Id::derive(&["source"]);
    let statement = Statement { source, ..Statement::default() };
    let early = clerk.record(Id::derive(&["s"]), statement.clone(), "");
    assert!(matches!(memory.append(&early), Err(Refusal::Missing { role: "source", .. })));
    let filed = clerk.record(source.any(), Source::default(), "");
    memory.append(&filed).expect("accepted");
    let late = clerk.record(Id::derive(&["s"]), statement, "");
    memory.append(&late).expect("accepted");
}

#[test]
fn nothing_becomes_public_by_one_person_alone() {
    let mut memory = Memory::new();
    let (mut first, mut second) = (common::Clerk::new("first"), common::Clerk::new("second"));
    let source: Id = Id::derive(&["source"]);
    let publication: Id = Id::derive(&["publication"]);
    let content = Publication { records: vec![source], ..Publication::default() };
    let early = first.record(publication, content.clone(), "");
    assert!(matches!(memory.append(&early), Err(Refusal::Missing { role: "publishes", .. })));
    memory.append(&first.record(source, Source::default(), "")).expect("a source");
    memory.append(&first.record(publication, content, "")).expect("a publication");
    assert!(!memory.get(publication).expect("is there").stands());
    let agree = Act::Confirm { record: publication, seen: 1 };
    let alone = memory.append(&first.act(agree.clone(), ""));
    assert!(matches!(alone, Err(Refusal::SamePerson { .. })));
    memory.append(&second.act(agree, "")).expect("agreed");
    assert!(memory.get(publication).expect("is there").stands());
    let back = Act::Withdraw { record: publication, seen: 2 };
    memory.append(&first.act(back, "names a site")).expect("taken back by one");
    assert!(!memory.get(publication).expect("is there").stands());
}
