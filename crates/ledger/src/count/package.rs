//! How far a package is filled, line by line, as intervals: what was asked for, what was given, what is open.

use super::Measure;
use super::figure::Figure;
use crate::date::Day;
use crate::decimal::Decimal;
use crate::id::Id;
use crate::interval::Interval;
use crate::model::{Contribution, Line, Money, Package, Quantity};

/// A line of a package in one measure, and what was given to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fill {
    /// The line; `None`: the package as a whole, with contributions to no line.
    pub line: Option<String>,
    /// What was asked for. Not known where only the appeal as such is.
    pub asked: Interval,
    /// What was given, and by which contributions.
    pub given: Figure,
    /// Contributions of which the number is not known.
    pub without_number: Vec<Id<Contribution>>,
    /// What is open: asked less given, and never below nought.
    pub open: Interval,
}

/// How far a package is filled in a measure, as of a day: the whole first, where it has a target or contributions to no line,
/// then line by line. Lines that ask for nothing in this measure, and were given nothing in it, are not in it.
pub fn fill<'a>(
    package: Id<Package>,
    content: &Package,
    contributions: impl IntoIterator<Item = (Id<Contribution>, &'a Contribution)>,
    measure: &Measure,
    as_of: Day,
) -> Vec<Fill> {
    let nothing = Quantity::default();
    let whole = asked(measure, &nothing, &content.target);
    let mut fills = vec![empty(None, whole)];
    let of_line = |line: &Line| asked(measure, &line.quantity, &line.money);
    fills.extend(content.lines.iter().map(|l| empty(Some(l.line.clone()), of_line(l))));
    for (id, contribution) in contributions {
        if contribution.package != package || !contribution.date.surely_by(as_of) {
            continue;
        }
        let Some((range, _)) = measure.of(&contribution.quantity, &contribution.money) else {
            continue;
        };
        // A line that the package no longer has counts for the package as a whole.
        let at = fills.iter().position(|f| f.line.is_some() && f.line == contribution.line);
        let Some(fill) = fills.get_mut(at.unwrap_or(0)) else { continue };
        fill.given.said = true;
        if range.is_known() {
            let so_far = fill.given.range;
            fill.given.range = if fill.given.from.is_empty() { range } else { so_far.plus(range) };
            fill.given.from.push(id.any());
        } else {
            fill.without_number.push(id);
        }
    }
    for fill in &mut fills {
        let sure = fill.given.range.min.unwrap_or(Decimal::ZERO);
        // Whoever gave without a number may have given anything; where nobody gave, nothing was given.
        let most = match (fill.given.said, fill.without_number.is_empty()) {
            (false, _) => Some(Decimal::ZERO),
            (true, true) => fill.given.range.max,
            (true, false) => None,
        };
        let given = Interval { min: Some(sure), max: most };
        let floor = |end: Option<Decimal>| end.map(|e| e.max(Decimal::ZERO));
        let open = fill.asked.minus(given);
        // A lower end of nought is sure of anything that is open.
        let min = floor(open.min).or(fill.asked.is_known().then_some(Decimal::ZERO));
        fill.open = Interval { min, max: floor(open.max) };
    }
    fills.retain(|fill| fill.asked.is_known() || fill.given.said);
    fills
}

fn empty(line: Option<String>, asked: Interval) -> Fill {
    Fill {
        line,
        asked,
        given: Figure::default(),
        without_number: Vec::new(),
        open: Interval::UNKNOWN,
    }
}

fn asked(measure: &Measure, quantity: &Quantity, money: &Money) -> Interval {
    measure.of(quantity, money).map_or(Interval::UNKNOWN, |(range, _)| range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Currency, Qualifier, Unit};

    fn given(line: Option<&str>, quantity: Quantity) -> Contribution {
        Contribution {
            package: Id::from_bits(1),
            line: line.map(str::to_owned),
            quantity,
            date: "2022-11-29".parse().expect("a day"),
            ..Contribution::default()
        }
    }

    #[test]
    fn a_line_is_filled_by_intervals_and_unknown_gifts_leave_it_open() {
        let line =
            Line { line: "generators".into(), quantity: Quantity::pieces(100), ..Line::default() };
        let package = Package { lines: vec![line], ..Package::default() };
        let over_30 = Quantity {
            range: Interval::at_least(30),
            qualifier: Qualifier::Over,
            ..Quantity::default()
        };
        let unspecified = Quantity { qualifier: Qualifier::Unspecified, ..Quantity::default() };
        let list = [
            given(Some("generators"), Quantity::pieces(20)),
            given(Some("generators"), over_30),
            given(None, unspecified),
        ];
        let ids = [11, 12, 13].map(Id::from_bits);
        let day = "2022-12-31".parse().expect("a day");
        let pieces = Measure::Count(Unit::Piece);
        let fills = fill(Id::from_bits(1), &package, ids.into_iter().zip(&list), &pieces, day);
        // One gave to the package as a whole, without a number.
        assert_eq!((fills[0].line.clone(), fills[0].without_number.len()), (None, 1));
        assert_eq!(fills[1].given.range, Interval::at_least(50));
        assert_eq!(fills[1].open, Interval::between(0, 50));
        let exact = [given(Some("generators"), Quantity::pieces(120))];
        let fills = fill(Id::from_bits(1), &package, ids.into_iter().zip(&exact), &pieces, day);
        assert_eq!(fills[0].open, Interval::ZERO, "more than was asked for leaves nothing open");
        let none = fill(Id::from_bits(1), &package, [], &pieces, day);
        assert_eq!(none[0].open, Interval::exactly(100));
        // In money nothing was asked and nothing given.
        let euros = Measure::Money(Currency::EUR);
        assert!(
            fill(Id::from_bits(1), &package, ids.into_iter().zip(&exact), &euros, day).is_empty()
        );
        // Later contributions do not count yet.
        let early = "2022-11-28".parse().expect("a day");
        let fills = fill(Id::from_bits(1), &package, ids.into_iter().zip(&exact), &pieces, early);
        assert_eq!(fills[0].open, Interval::exactly(100));
    }
}
