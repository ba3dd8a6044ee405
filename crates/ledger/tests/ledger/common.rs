//! The real pledges of winter 2022/23 as events: 180 rows outside the repository, and the decisions about them inside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use relight_ledger::date::{Moment, When};
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::fold::Memory;
use relight_ledger::id::Id;
use relight_ledger::interval::Interval;
use relight_ledger::model::{
    Category, Claim, ClaimKind, Content, DateBasis, Link, Lot, Money, Named, Person, Pledge,
    PledgedLot, Qualifier, Quantity, Rating, RatingUnit, Relation, Ruling, Side, Source, Statement,
    Status, Unit,
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
    Id::derive(&["claim", row])
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

/// The rows as sources, statements and claims, of which nobody has said anything yet.
pub fn loaded(rows: &[Row]) -> Vec<Proposal> {
    let mut clerk = Clerk::new("importer");
    let mut events = Vec::new();
    let mut sources = BTreeSet::new();
    for row in rows {
        let source: Id<Source> = Id::derive(&["source", &row["url"]]);
        if sources.insert(source) {
            events.push(clerk.record(source.any(), source_of(row), ""));
        }
        let statement: Id<Statement> = Id::derive(&["statement", &row["id"]]);
        let said = Statement {
            source,
            quote: row["quote"].clone(),
            speaker: Named::new(row["attributed_to"].clone()),
            chain: row["source_chain"].split(" <- ").map(str::to_owned).collect(),
            ..Statement::default()
        };
        events.push(clerk.record(statement.any(), said, ""));
        events.push(clerk.record(claim_id(&row["id"]).any(), claim_of(row, statement), ""));
    }
    events
}

/// What a person made of them, and what a second person agreed to.
pub fn decided(rows: &[Row]) -> Vec<Proposal> {
    let (mut clerk, mut second) = (Clerk::new("reviewer"), Clerk::new("second reviewer"));
    let rows: BTreeMap<&str, &Row> = rows.iter().map(|r| (r["id"].as_str(), r)).collect();
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
        let row = rows[d["record"].as_str()];
        let mut claim = claim_of(row, Id::derive(&["statement", &row["id"]]));
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
            if rows.contains_key(key) { claim_id(key).any() } else { pledge_id(key).any() }
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

fn source_of(row: &Row) -> Source {
    Source {
        url: row["url"].clone(),
        outlet: row["outlet"].clone(),
        language: row["language"].clone(),
        published: row["published"].parse().expect("a date"),
        published_basis: match row["published_basis"].as_str() {
            "page" => DateBasis::Page,
            "url" => DateBasis::Url,
            "title" => DateBasis::Title,
            "inferred" => DateBasis::Inferred,
            _ => DateBasis::Unknown,
        },
        ..Source::default()
    }
}

fn claim_of(row: &Row, statement: Id<Statement>) -> Claim {
    let end = |name: &str| {
        Some(&row[name]).filter(|text| !text.is_empty()).map(|text| text.parse().expect("a number"))
    };
    let quantity = Quantity {
        range: Interval { min: end("qty_min"), max: end("qty_max") },
        qualifier: qualifier(&row["qty_qualifier"]),
        unit: Unit::from_word(&row["unit"]),
        words: row["qty_qualifier"].clone(),
    };
    let value = end("value");
    let money = Money {
        range: match row["value_qualifier"].as_str() {
            "over" => Interval { min: value, max: None },
            "up_to" => Interval { min: None, max: value },
            _ => Interval { min: value, max: value },
        },
        currency: Some(&row["currency"])
            .filter(|c| !c.is_empty())
            .map(|c| c.parse().expect("a code")),
        qualifier: qualifier(&row["value_qualifier"]),
        words: row["value_qualifier"].clone(),
        ..Money::default()
    };
    let by = &row["attributed_to"];
    let told_by = |names: &[&str]| names.iter().any(|name| by.contains(name));
    let side = if told_by(&["Ukrain", "Shmyhal", "Zelensk"]) {
        Side::Recipient
    } else if told_by(&["European Commission", "THW", "USAID", "Blinken", "Leyen"]) {
        Side::Donor
    } else {
        Side::Other
    };
    Claim {
        statement,
        donors: vec![Named::new(row["donor"].clone())],
        recipients: vec![Named::new(row["recipient"].clone())],
        item: Lot {
            ratings: ratings(&row["item"]),
            ..Lot::new(category(&row["category"], &row["item"]), row["item"].clone())
        },
        // A rate is no count: 8,500 a day.
        quantity,
        money,
        status: Status::from_word(&row["status"]).unwrap_or(Status::Unclear),
        status_words: row["status_words"].clone(),
        as_of: row["published"].parse().expect("a date"),
        side,
        note: row["note"].clone(),
        ..Claim::default()
    }
}

fn qualifier(word: &str) -> Qualifier {
    match word {
        "exact" => Qualifier::Exact,
        "about" | "around" => Qualifier::About,
        "over" => Qualifier::Over,
        "almost" | "nearly" => Qualifier::Almost,
        "up_to" => Qualifier::UpTo,
        "estimated" => Qualifier::Estimated,
        "several_hundred" | "several_million" => Qualifier::Vague,
        "ambiguous" => Qualifier::Ambiguous,
        "unspecified" => Qualifier::Unspecified,
        "none_stated" | "" => Qualifier::NotStated,
        other => panic!("no qualifier: {other}"),
    }
}

fn category(word: &str, item: &str) -> Category {
    match word {
        "generator" => Category::GeneratorSet,
        "transformer" if item.contains("current transformer") => Category::InstrumentTransformer,
        "grid equipment" => Category::GridEquipment,
        "winter equipment" => Category::WinterEquipment,
        "mixed equipment" => Category::Other,
        other => Category::from_word(other).expect("a category"),
    }
}

/// "50–100 kVA" in the name of an item; whatever else is in it is left alone.
fn ratings(item: &str) -> Vec<Rating> {
    let units = [("kVA", RatingUnit::Kva), ("kW", RatingUnit::Kw)];
    let found = units.iter().find_map(|(word, unit)| {
        let before = item.split_once(word)?.0.trim_end();
        let numbers = before.rsplit(' ').next()?;
        let (low, high) = numbers.split_once(['–', '-']).unwrap_or((numbers, numbers));
        Some(Rating {
            range: Interval { min: low.parse().ok(), max: high.parse().ok() },
            unit: *unit,
        })
    });
    found.into_iter().filter(|r| r.range.is_known()).collect()
}
