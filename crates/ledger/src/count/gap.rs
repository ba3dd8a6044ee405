//! The donor's figures beside the recipient's: what was sent and not yet said to be received, and for how long.

use super::Measure;
use super::book::Book;
use super::figure::{Figure, figure_of_side};
use crate::date::Day;
use crate::decimal::Decimal;
use crate::id::Id;
use crate::interval::Interval;
use crate::model::{Pledge, Side, Stage};

/// What lies between the two sides of a pledge.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// What the donor says to have sent, or handed over.
    pub sent: Figure,
    /// What the recipient says to have received.
    pub received: Figure,
    /// What is between them: sent less received. Below nought the recipient says more than the donor.
    pub missing: Interval,
    /// Days from the donor's last word on it to the day of the question; `None` where nothing was said to be sent.
    pub age_days: Option<i64>,
}

/// Compares the two sides of a pledge, as of a day; `None` where neither says anything.
pub fn gap(book: &Book, pledge: Id<Pledge>, measure: &Measure, as_of: Day) -> Option<Gap> {
    let sent = figure_of_side(book, pledge, measure, Stage::Sent, as_of, Side::Donor);
    let received = figure_of_side(book, pledge, measure, Stage::Received, as_of, Side::Recipient);
    if !sent.said && !received.said {
        return None;
    }
    // Nothing said of receiving is nothing known to be received: the gap is all that was sent.
    let got = if received.said { received.range } else { Interval::exactly(Decimal::ZERO) };
    let missing = sent.range.minus(got);
    let last_word = sent.from.iter().filter_map(|id| {
        let claim = book.claims.get(&id.of()).and_then(|claim| claim.as_of.last);
        claim.or_else(|| book.steps.get(&id.of()).and_then(|step| step.date.last))
    });
    let age_days = last_word.max().map(|day| as_of.days_since(day));
    Some(Gap { sent, received, missing, age_days })
}
