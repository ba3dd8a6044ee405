//! Pledges and stock as offers, and an accepted plan back as assignments.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use relight_catalogue::Nameplate;
use relight_ledger::date::{Day, When};
use relight_ledger::event::Act;
use relight_ledger::fold::{Memory, Record, Refusal};
use relight_ledger::id::Id;
use relight_ledger::interval::Interval;
use relight_ledger::model::{
    Assignment, Category, Content, Link, Lot, Named, Pledge, PledgedLot, Qualifier, Quantity,
    Relation, Stage, Step, Stock,
};
use relight_ledger::offers::{
    Calendar, NotOffered, OfferId, Offers, Wanted, assign, csv, offers, taken,
};

use crate::common::Clerk;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn when(text: &str) -> When {
    text.parse().expect("a date")
}

fn transformers(quantity: Quantity) -> PledgedLot {
    let nameplate = Nameplate {
        hv_kv: Some(330.0),
        lv_kv: Some(110.0),
        mva: Some(200.0),
        ..Default::default()
    };
    let item =
        Lot { nameplate: Some(nameplate), ..Lot::new(Category::Transformer, "autotransformer") };
    PledgedLot { item, quantity }
}

fn pledge(lots: Vec<PledgedLot>) -> Pledge {
    Pledge {
        title: "330/110 kV".into(),
        donor: Named::new("=Litgrid"),
        lots,
        expected: when("2022-12-20"),
        announced: when("2022-12-01"),
        ..Pledge::default()
    }
}

/// A ledger of these contents, by the names of their ids.
struct Desk {
    memory: Memory,
    clerk: Clerk,
}

impl Desk {
    fn new() -> Desk {
        Desk { memory: Memory::new(), clerk: Clerk::new("desk") }
    }

    fn add(&mut self, name: &str, content: impl Into<Content>) -> Id {
        let id = Id::derive(&["test", name]);
        let event = self.clerk.record(id, content, "");
        self.memory.append(&event).expect("accepted");
        id
    }

    fn act(&mut self, act: Act) -> Result<u64, Refusal> {
        let event = self.clerk.act(act, "a reason");
        self.memory.append(&event)
    }

    fn offers(&self) -> Offers {
        let calendar = Calendar { start: day("2022-12-10"), step_hours: 24.0, undated: None };
        offers(self.memory.records().collect::<Vec<_>>(), &calendar, day("2022-12-31"))
    }

    fn assign(&self, wanted: &[Wanted]) -> relight_ledger::offers::Assigned {
        let records: Vec<&Record> = self.memory.records().collect();
        assign(wanted, "winter", "sha256:1", records.clone(), &taken(records), day("2022-12-31"))
    }

    fn left_out(&self, id: Id) -> Vec<NotOffered> {
        self.offers()
            .left_out
            .into_iter()
            .filter(|(of, ..)| *of == id)
            .map(|(.., why)| why)
            .collect()
    }
}

fn want(of: Id, job: &str, count: u32) -> Wanted {
    Wanted { of, lot: 0, need: format!("n-{job}"), job: job.into(), count, wanted: When::unknown() }
}

#[test]
fn pieces_are_offered_as_far_as_they_have_come() {
    let mut desk = Desk::new();
    let ten = desk.add("ten", pledge(vec![transformers(Quantity::pieces(10))]));
    for (name, stage, count, date) in [
        ("sent", Stage::Sent, 5, "2022-12-12"),
        ("received", Stage::Received, 3, "2022-12-15"),
        ("installed", Stage::Installed, 1, "2022-12-18"),
    ] {
        let lots = vec![transformers(Quantity::pieces(count))];
        desk.add(
            name,
            Step { stage, pledge: Some(ten.of()), lots, date: when(date), ..Step::default() },
        );
    }
    let found = desk.offers();
    let told: Vec<(&str, u32, u32)> =
        found.offers.iter().map(|o| (o.id.status(), o.count, o.arrival)).collect();
    // Of ten one stands where it works, two more were received, two more are on the way, five are promised: for the 20th,
    // so that they can be used from the 21st on, which is step 11.
    assert_eq!(told, [("pledged", 5, 11), ("shipped", 2, 11), ("received", 2, 0)]);
    let table = csv(&found.offers);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[0],
        "offer,donor,kind,count,hv_kv,lv_kv,tertiary_kv,mva,phases,frequency_hz,vector_group,uk_pct,tap_range_pct,\
         tap_step_pct,mass_t,rated_kv,rated_a,breaking_ka,kw,volts,fuel_lph_full,length_km,origin,ready,transit,status,\
         confidence"
    );
    assert_eq!(
        lines[1],
        format!(
            "{ten}-0-pledged,'=Litgrid,transformer,5,330,110,,200,,,,,,,,,,,,,,,,11,0,pledged,"
        )
    );
}

#[test]
fn what_is_not_offered_has_a_reason() {
    let mut desk = Desk::new();
    let over =
        Quantity { range: Interval::up_to(30), qualifier: Qualifier::UpTo, ..Quantity::default() };
    let vague = desk.add("vague", pledge(vec![transformers(over)]));
    let bare = PledgedLot {
        item: Lot::new(Category::GeneratorSet, "generators"),
        quantity: Quantity::pieces(100),
    };
    let bare = desk.add("bare", pledge(vec![bare]));
    let lamps =
        PledgedLot { item: Lot::new(Category::Lighting, "lamps"), quantity: Quantity::pieces(100) };
    let lamps = desk.add("lamps", pledge(vec![lamps]));
    let undated =
        Pledge { expected: When::unknown(), ..pledge(vec![transformers(Quantity::pieces(1))]) };
    let undated = desk.add("undated", undated);
    assert_eq!(desk.left_out(vague), [NotOffered::NoNumber]);
    assert_eq!(desk.left_out(bare), [NotOffered::NoNameplate]);
    assert_eq!(desk.left_out(lamps), [NotOffered::NoKind("lighting")]);
    assert_eq!(desk.left_out(undated), [NotOffered::NoArrival]);
    assert!(desk.offers().offers.is_empty());
    // A batch that is inside another pledge is offered once.
    let whole = desk.add("whole", pledge(vec![transformers(Quantity::pieces(5))]));
    let part = desk.add("part", pledge(vec![transformers(Quantity::pieces(2))]));
    let link = Link { from: part, relation: Relation::PartOf, to: whole, ..Link::default() };
    let link = desk.clerk.record(Link::id(part, Relation::PartOf, whole).any(), link, "");
    desk.memory.append(&link).expect("accepted");
    assert_eq!(desk.offers().offers.iter().map(|o| o.count).sum::<u32>(), 5);
    assert!(matches!(desk.left_out(part)[..], [NotOffered::Inside(_)]));
}

#[test]
fn stock_is_there_and_an_assigned_piece_is_not_offered_again() {
    let mut desk = Desk::new();
    let stock = Stock {
        holder: Named::new("Hub"),
        lots: vec![transformers(Quantity::pieces(3))],
        place: "the hub".into(),
        ..Stock::default()
    };
    let stock = desk.add("stock", stock);
    assert_eq!(desk.offers().offers[0].id.to_string(), format!("{stock}-0-received"));
    let first = desk.assign(&[want(stock, "j1", 2)]);
    assert_eq!((first.acts.len(), first.known, first.short.len()), (2, 0, 0));
    for (_, act) in first.acts {
        desk.act(act).expect("free");
    }
    assert_eq!(desk.offers().offers[0].count, 1);
    // The same plan a second time gives nothing again; another job gets what is left, and not more.
    let again = desk.assign(&[want(stock, "j1", 2), want(stock, "j2", 2)]);
    assert_eq!((again.acts.len(), again.known, again.short[0].missing), (1, 2, 1));
    for (_, act) in again.acts {
        desk.act(act).expect("free");
    }
    assert_eq!(desk.left_out(stock), [NotOffered::AllUsed]);
    // A piece that is given back can be given again.
    let piece = Assignment::id(stock, 0, 1).any();
    desk.act(Act::Withdraw { record: piece, seen: 1 }).expect("withdrawn");
    assert_eq!(desk.offers().offers[0].count, 1);
    let given = desk.assign(&[want(stock, "j3", 1)]);
    assert!(matches!(given.acts[..], [(id, Act::Correct { seen: 2, .. })] if id == piece));
    for (_, act) in given.acts {
        desk.act(act).expect("free again");
    }
}

#[test]
fn a_piece_cannot_be_given_twice_whoever_tries() {
    let mut desk = Desk::new();
    let one = desk.add("one", pledge(vec![transformers(Quantity::pieces(1))]));
    // Two planners saw the same state.
    let (first, second) = (desk.assign(&[want(one, "a", 1)]), desk.assign(&[want(one, "b", 1)]));
    desk.act(first.acts[0].1.clone()).expect("free");
    let lost = desk.act(second.acts[0].1.clone());
    assert!(matches!(lost, Err(Refusal::Exists { .. })), "{lost:?}");
    // Nor by choosing another id for the same piece, nor a piece that is not there.
    let content =
        |piece: u32| Content::from(Assignment { of: one, lot: 0, piece, ..Assignment::default() });
    let other = desk.act(Act::Record { record: Id::derive(&["mine"]), content: content(0) });
    assert!(matches!(other, Err(Refusal::WrongId { .. })), "{other:?}");
    let beyond = Act::Record { record: Assignment::id(one, 0, 1).any(), content: content(1) };
    assert!(matches!(desk.act(beyond), Err(Refusal::NoSuchPiece { available: 1, .. })));
}

#[test]
fn names_of_offers_are_read_back() {
    let id = OfferId { of: Id::derive(&["x"]), lot: 7, stage: Stage::Sent };
    assert_eq!(id.to_string().parse::<OfferId>(), Ok(id));
    for bad in
        ["", "o1", "01ARZ3NDEKTSV4RRFFQ69G5FAV-0-lost", "01ARZ3NDEKTSV4RRFFQ69G5FAV--pledged"]
    {
        assert!(bad.parse::<OfferId>().is_err(), "{bad}");
    }
}

proptest! {
    /// However plans come and are taken back, no piece is ever held by two, no more are held than there are, and what is
    /// offered and what is held are together never more than was promised.
    #[test]
    fn pieces_are_conserved(promised in 1i64..8, asks in proptest::collection::vec((0u8..5, 1u32..4, any::<bool>()), 1..12)) {
        let mut desk = Desk::new();
        let of = desk.add("of", pledge(vec![transformers(Quantity::pieces(promised))]));
        for (job, count, take_back) in asks {
            let done = desk.assign(&[want(of, &job.to_string(), count)]);
            for (_, act) in done.acts {
                prop_assert!(desk.act(act).is_ok());
            }
            let held: BTreeMap<Id, u32> = desk.memory.records().filter(|r| r.stands() && r.get::<Assignment>().is_some()).map(|r| (r.id, r.version)).collect();
            let pieces: BTreeSet<u32> = desk.memory.records().filter(|r| r.stands()).filter_map(|r| Some(r.get::<Assignment>()?.piece)).collect();
            prop_assert_eq!(pieces.len(), held.len());
            let offered: u32 = desk.offers().offers.iter().map(|o| o.count).sum();
            prop_assert_eq!(u64::from(offered) + held.len() as u64, promised.unsigned_abs());
            if let Some((record, seen)) = held.into_iter().next().filter(|_| take_back) {
                let back = desk.act(Act::Withdraw { record, seen });
                prop_assert!(back.is_ok());
            }
        }
    }
}
