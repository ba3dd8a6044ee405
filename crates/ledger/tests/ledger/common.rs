//! The real pledges of winter 2022/23 as events: 180 rows outside the repository, and the decisions about them inside.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use relight_ledger::date::{Moment, When};
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::exchange::intake::{Stamp, changes};
use relight_ledger::exchange::sheet::Sheet;
use relight_ledger::exchange::tables::{self, Keys, Table};
use relight_ledger::exchange::{Incoming, csv_text};
use relight_ledger::fold::Memory;
use relight_ledger::id::Id;
use relight_ledger::model::{
    Category, Claim, ClaimKind, Content, Link, Lot, Money, Named, Person, Pledge, PledgedLot,
    Qualifier, Relation, Ruling, Status,
};

/// A row by its columns.
pub type Row = BTreeMap<String, String>;

/// Reads a table with a header.
pub fn table(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// The real rows; `None`, and a message, where they are absent.
pub fn rows() -> Option<Vec<Row>> {
    let path =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/pledges/pledges.csv"));
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    };
    let rows = table(&text);
    assert_eq!(rows.len(), 180);
    Some(rows)
}

/// The decisions about them.
pub fn decisions() -> Vec<Row> {
    table(include_str!("../data/decisions.csv"))
}

pub fn claim_id(row: &str) -> Id<Claim> {
    keys().id(row)
}

pub fn pledge_id(key: &str) -> Id<Pledge> {
    Id::derive(&["pledge", key])
}

/// Proposals in a row, each with an id of its own.
pub struct Clerk {
    actor: Id<Person>,
    count: i64,
}

impl Clerk {
    pub fn new(name: &str) -> Clerk {
        Clerk { actor: Id::derive(&["person", name]), count: 0 }
    }

    pub fn act(&mut self, act: Act, reason: &str) -> Proposal {
        self.count += 1;
        let id = Id::derive(&["event", &self.actor.to_string(), &self.count.to_string()]);
        let at = Moment::from_milliseconds(1_680_000_000_000 + self.count);
        Event { id, at, actor: self.actor, operation: None, reason: reason.to_owned(), act }.into()
    }

    pub fn record(&mut self, record: Id, content: impl Into<Content>, reason: &str) -> Proposal {
        self.act(Act::Record { record, content: content.into() }, reason)
    }
}

/// The rows as others would send them: their own columns, and what the labels do not tell added as further ones.
pub fn sheet(rows: &[Row]) -> String {
    let mut names: Vec<String> = rows[0].keys().cloned().collect();
    names.extend(["side", "rating_min", "rating_max", "rating_unit"].map(str::to_owned));
    let mut lines = vec![names.clone()];
    for row in rows {
        let mut row = row.clone();
        // Labels that are no stage of help: "disputed", "need", "not_aid".
        if Status::from_word(&row["status"]).is_none() {
            row.insert("status".into(), String::new());
        }
        if row["category"] == "transformer" && row["item"].contains("current transformer") {
            row.insert("category".into(), "instrument_transformer".into());
        }
        row.insert("side".into(), side(&row["attributed_to"]).into());
        if let Some((min, max, unit)) = rating(&row["item"]) {
            row.insert("rating_min".into(), min);
            row.insert("rating_max".into(), max);
            row.insert("rating_unit".into(), unit.into());
        }
        lines.push(names.iter().map(|n| row.get(n).cloned().unwrap_or_default()).collect());
    }
    csv_text(&lines)
}

/// Who the rows are from.
pub fn keys() -> Keys {
    Keys { operation: None, from: "desk".into() }
}

/// What a file that was read changes in a ledger that holds nothing.
pub fn fresh(incoming: &[Incoming]) -> Vec<Proposal> {
    let stamp = Stamp {
        actor: Id::derive(&["person", "importer"]),
        at: Moment::from_milliseconds(1_679_000_000_000),
        operation: None,
        reason: "imported".into(),
    };
    let changes = changes(incoming, &BTreeMap::new(), &stamp).expect("whole");
    changes.events.into_iter().map(|(event, _)| event).collect()
}

/// The rows as sources, statements and claims, of which nobody has said anything yet.
pub fn loaded(rows: &[Row]) -> Vec<Proposal> {
    let sheet = Sheet::of_csv(sheet(rows).as_bytes(), "statements").expect("a table");
    let (incoming, _) = tables::read(&[(Table::Statements, &sheet)], &keys()).expect("sound");
    fresh(&incoming)
}

/// The claims as they were read, by the row.
fn claims(rows: &[Row]) -> BTreeMap<String, Claim> {
    let of = |p: &Proposal| {
        Some((p.event.act.record()?, p.event.act.content()?.get::<Claim>()?.clone()))
    };
    let by_id: BTreeMap<Id, Claim> = loaded(rows).iter().filter_map(of).collect();
    rows.iter().map(|r| (r["id"].clone(), by_id[&claim_id(&r["id"]).any()].clone())).collect()
}

/// What a person made of them, and what a second person agreed to.
pub fn decided(rows: &[Row]) -> Vec<Proposal> {
    let (mut clerk, mut second) = (Clerk::new("reviewer"), Clerk::new("second reviewer"));
    let read = claims(rows);
    let mut events = Vec::new();
    let decisions = decisions();
    let is_pledge = |d: &&Row| d["kind"] == "pledge";
    for d in decisions.iter().filter(is_pledge) {
        let category = Category::from_word(&d["item"]).expect("a category");
        // What a person knows beyond the numbers: the worth of this package is kept back.
        let undisclosed = d["record"] == "NATO-CAP";
        let qualifier = if undisclosed { Qualifier::Undisclosed } else { Qualifier::NotStated };
        let pledge = Pledge {
            title: d["record"].clone(),
            donor: Named::new(d["donor"].clone()),
            recipient: Named::new("Ukraine"),
            lots: vec![PledgedLot { item: Lot::new(category, ""), ..PledgedLot::default() }],
            money: Money { qualifier, ..Money::default() },
            announced: if undisclosed {
                "2022-11-29".parse().expect("a day")
            } else {
                When::unknown()
            },
            scope: d["scope"].clone(),
            ..Pledge::default()
        };
        events.push(clerk.record(pledge_id(&d["record"]).any(), pledge, &d["reason"]));
    }
    for d in decisions.iter().filter(|d| d["record"].starts_with('R') && d["kind"] != "link") {
        let mut claim = read[&d["record"]].clone();
        claim.kind = ClaimKind::from_word(&d["kind"]).expect("a kind");
        claim.pledge = Some(&d["pledge"]).filter(|p| !p.is_empty()).map(|p| pledge_id(p));
        let correct =
            Act::Correct { record: claim_id(&d["record"]).any(), seen: 1, content: claim.into() };
        events.push(
            clerk.act(correct, if d["reason"].is_empty() { "reviewed" } else { &d["reason"] }),
        );
    }
    for d in decisions.iter().filter(|d| !d["relation"].is_empty()) {
        let relation = Relation::from_word(&d["relation"]).expect("a relation");
        let name = |key: &str| {
            if read.contains_key(key) { claim_id(key).any() } else { pledge_id(key).any() }
        };
        let (from, to) = (name(&d["record"]), name(&d["other"]));
        let link = Link::id(from, relation, to);
        events.push(clerk.record(
            link.any(),
            Link { from, relation, to, ..Link::default() },
            &d["reason"],
        ));
        if !d["holds"].is_empty() {
            let ruling: Id = Id::derive(&["ruling", &d["record"]]);
            let holds = Some(claim_id(&d["holds"]));
            let content = Ruling { contradiction: link, holds, why: d["reason"].clone() };
            events.push(clerk.record(ruling, content, &d["reason"]));
            events.push(second.act(Act::Confirm { record: ruling, seen: 1 }, "agreed"));
        }
    }
    events
}

/// All of it, folded.
pub fn ledger(rows: &[Row]) -> Memory {
    let mut memory = Memory::new();
    for proposal in loaded(rows).iter().chain(&decided(rows)) {
        if let Err(refusal) = memory.append(proposal) {
            panic!("{refusal}: {:?}", proposal.event.act);
        }
    }
    memory
}

/// Whose figure it is, by who is quoted.
fn side(by: &str) -> &'static str {
    let told_by = |names: &[&str]| names.iter().any(|name| by.contains(name));
    if told_by(&["Ukrain", "Shmyhal", "Zelensk"]) {
        "recipient"
    } else if told_by(&["European Commission", "THW", "USAID", "Blinken", "Leyen"]) {
        "donor"
    } else {
        "other"
    }
}

/// "50–100 kVA" in the name of an item; whatever else is in it is left alone.
fn rating(item: &str) -> Option<(String, String, &'static str)> {
    let units = [("kVA", "kva"), ("kW", "kw")];
    units.iter().find_map(|(word, unit)| {
        let before = item.split_once(word)?.0.trim_end();
        let numbers = before.rsplit(' ').next()?;
        let (low, high) = numbers.split_once(['–', '-']).unwrap_or((numbers, numbers));
        let number = |text: &str| text.parse::<f64>().map_or(String::new(), |_| text.to_owned());
        let (low, high) = (number(low), number(high));
        (!low.is_empty() || !high.is_empty()).then_some((low, high, *unit))
    })
}
