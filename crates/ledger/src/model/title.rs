//! What a person would call a record, in one line.

use super::{Claim, Content, Named};
use crate::decimal::Decimal;
use crate::interval::Interval;

impl Content {
    /// What a person would call it, in one line. It says nothing of places.
    pub fn title(&self) -> String {
        match self {
            Content::Operation(c) => c.name.clone(),
            Content::Party(c) => c.name.clone(),
            Content::Person(c) => c.role.clone(),
            Content::Source(c) => format!("{} {}", c.outlet, c.url),
            Content::Statement(c) => c.quote.clone(),
            Content::Claim(c) => claim(c),
            Content::Pledge(c) => format!("{}: {}", c.donor.words, c.title),
            Content::Step(c) => format!("{} {}", c.stage.word(), c.date),
            Content::Stock(c) => c.holder.words.clone(),
            Content::Assignment(c) => {
                let to = if c.job.is_empty() { &c.need } else { &c.job };
                format!("piece {} of lot {} to {to}", c.piece, c.lot)
            }
            Content::Package(c) => c.title.clone(),
            Content::Contribution(c) => c.donor.words.clone(),
            Content::Need(c) => format!("{} {}", c.who.words, c.item.words),
            Content::Meeting(c) => c.title.clone(),
            Content::Warning(c) => {
                let first = c.infos.first();
                let line =
                    first.map(|i| if i.headline.is_empty() { &i.event } else { &i.headline });
                line.cloned().unwrap_or_default()
            }
            Content::Report(c) => c.title.clone(),
            Content::Link(c) => format!("{} {} {}", c.from, c.relation.word(), c.to),
            Content::Ruling(c) => c.why.clone(),
            Content::Draft(c) => c.statement.quote.clone(),
            Content::Publication(c) => format!("{} records", c.records.len()),
        }
    }
}

/// Donor, kind, number or sum, thing, how far, when.
fn claim(claim: &Claim) -> String {
    let count = claim.quantity.range;
    let (range, currency) = if count.is_known() {
        (count, String::new())
    } else {
        (claim.money.range, claim.money.currency.map(|c| format!(" {c}")).unwrap_or_default())
    };
    let (donors, kind, status) = (names(&claim.donors), claim.kind.word(), claim.status.word());
    let Claim { item, as_of, .. } = claim;
    format!("{donors} {kind} {}{currency} {}, {status}, {as_of}", ends(range), item.words)
}

fn ends(range: Interval) -> String {
    let end = |e: Option<Decimal>| e.map_or(String::new(), |e| e.to_string());
    match range.value() {
        Some(value) => value.to_string(),
        None => format!("{}..{}", end(range.min), end(range.max)),
    }
}

fn names(list: &[Named]) -> String {
    list.iter().map(|named| named.words.as_str()).collect::<Vec<_>>().join(", ")
}
