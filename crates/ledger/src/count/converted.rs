//! A total of money over all currencies: each pledge in its own currency first, then what it comes to in another.
//!
//! A pledge counts in one currency: that of its latest figure. What is contained in another pledge is not added, in
//! whatever currencies the two were told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use super::Measure;
use super::book::Book;
use super::figure::{Figure, figure};
use super::total::{LeftOut, Rule, Why, is_inside, leave_the_rest, raise_by_parts, sure};
use crate::date::Day;
use crate::decimal::Decimal;
use crate::id::Id;
use crate::interval::Interval;
use crate::model::{Claim, Currency, Pledge};
use crate::rates::{Conversion, NotConverted, Rates, convert};

/// A pledge that counts, in its own currency, and what that comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedMoney {
    /// The pledge.
    pub pledge: Id<Pledge>,
    /// The currency that it was told in.
    pub currency: Currency,
    /// With what, in that currency, and from which claims and steps.
    pub figure: Figure,
    /// The same in the currency that was asked for, or why it is not.
    pub converted: Result<Conversion, NotConverted>,
}

/// A total of money over all currencies.
#[derive(Debug, Clone, PartialEq)]
pub struct MoneyTotal {
    /// By which rule; its measure is the currency that was converted to.
    pub rule: Rule,
    /// Pledges with a sum, by id.
    pub counted: Vec<CountedMoney>,
    /// What counts, by the currency that it was told in. Original currency first.
    pub originals: BTreeMap<Currency, Interval>,
    /// The sum of what could be converted, those told in that currency included; either end may be missing.
    pub sum: Interval,
    /// Pledges of which it was said that there is money, but not how much.
    pub without_number: Vec<Id<Pledge>>,
    /// What does not count, and why, by record.
    pub left_out: Vec<LeftOut>,
}

impl MoneyTotal {
    /// The pledges that stand in their own currency alone.
    pub fn not_converted(&self) -> impl Iterator<Item = (&CountedMoney, &NotConverted)> {
        self.counted.iter().filter_map(|c| Some((c, c.converted.as_ref().err()?)))
    }

    fn to(&self) -> String {
        self.rule.measure.word()
    }
}

/// `415`, `at least 415`, `at least 415, up to 420`; `not known` where neither end is.
pub(super) fn in_words(range: Interval) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("at least {min}, up to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("up to {max}"),
        (None, None) => "not known".to_owned(),
    }
}

impl fmt::Display for MoneyTotal {
    /// A line for each original currency, then the converted sum, what was not converted, and the rule.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (currency, range) in &self.originals {
            writeln!(text, "{} {currency}", in_words(*range))?;
        }
        let done: Vec<&Conversion> =
            self.counted.iter().filter_map(|c| c.converted.as_ref().ok()).collect();
        match (done.len(), self.counted.len()) {
            (0, _) => write!(text, "not known in {}", self.to())?,
            (some, all) if some < all => {
                write!(
                    text,
                    "converted, {some} of {all} pledges: {} {}",
                    in_words(self.sum),
                    self.to()
                )?;
            }
            _ => write!(text, "converted: {} {}", in_words(self.sum), self.to())?,
        }
        let sources: BTreeSet<&str> =
            done.iter().map(|c| c.source.as_str()).filter(|s| !s.is_empty()).collect();
        let sources: Vec<&str> = sources.into_iter().collect();
        if !sources.is_empty() {
            write!(text, ", at the rates of {}", sources.join(", "))?;
        }
        let mut not: BTreeMap<Currency, (usize, Interval)> = BTreeMap::new();
        for (counted, _) in self.not_converted() {
            let entry = not.entry(counted.currency).or_insert((0, Interval::ZERO));
            *entry = (entry.0 + 1, entry.1.plus(counted.figure.range));
        }
        for (currency, (count, range)) in not {
            let pledges = if count == 1 { "pledge" } else { "pledges" };
            write!(text, "\nnot converted: {} {currency} of {count} {pledges}", in_words(range))?;
        }
        match self.without_number.len() {
            0 => {}
            1 => text.push_str("\nand 1 pledge without a sum"),
            n => write!(text, "\nand {n} pledges without a sum")?,
        }
        let rule = self.rule.to_string();
        write!(
            f,
            "{text}\n{rule}; each pledge in the currency of its latest figure, converted at the rate of the day of that \
             figure or the nearest business day before it; {} left out",
            self.left_out.len()
        )
    }
}

/// Adds up money of all currencies. The measure of the rule says which currency to convert to; a rule that counts things
/// gives `None`.
pub fn total_of_money(book: &Book, rule: &Rule, rates: &[Rates]) -> Option<MoneyTotal> {
    let Measure::Money(to) = rule.measure else { return None };
    let chosen: BTreeMap<Id<Pledge>, &Pledge> =
        book.pledges().filter(|(_, p)| rule.takes(p)).collect();
    let mut left_out = Vec::new();
    let mut without_number = Vec::new();
    let mut figures: BTreeMap<Id<Pledge>, Figure> = BTreeMap::new();
    let mut told_in: BTreeMap<Id<Pledge>, Currency> = BTreeMap::new();
    for id in chosen.keys().copied() {
        match latest(book, id, rule, to, &mut left_out) {
            Told::Sum(currency, found) => {
                told_in.insert(id, currency);
                figures.insert(id, found);
            }
            Told::WithoutNumber => without_number.push(id),
            Told::Nothing => {}
        }
    }
    let mut counted = figures.clone();
    counted.retain(|id, _| match is_inside(book, *id, &figures) {
        None => true,
        Some(why) => {
            left_out.push(LeftOut { record: id.any(), why });
            false
        }
    });
    without_number.retain(|id| match is_inside(book, *id, &figures) {
        None => true,
        Some(why) => {
            left_out.push(LeftOut { record: id.any(), why });
            false
        }
    });
    // Parts raise their whole in its own currency; those told in another do so once both are converted.
    for currency in told_in.values().copied().collect::<BTreeSet<_>>() {
        let of = |figures: &BTreeMap<Id<Pledge>, Figure>| -> BTreeMap<Id<Pledge>, Figure> {
            let same = figures.iter().filter(|(id, _)| told_in.get(id) == Some(&currency));
            same.map(|(id, figure)| (*id, figure.clone())).collect()
        };
        let mut wholes = of(&counted);
        raise_by_parts(book, &of(&figures), &mut wholes);
        counted.extend(wholes);
    }
    let day = |figure: &Figure| day_of(book, figure);
    let in_other = |id: &Id<Pledge>, figure: &Figure| {
        convert(figure.range, told_in.get(id).copied(), to, day(figure), rates)
    };
    let parts: BTreeMap<Id<Pledge>, Figure> = figures
        .iter()
        .filter_map(|(id, figure)| {
            let range = in_other(id, figure).ok()?.range;
            Some((*id, Figure { range, ..figure.clone() }))
        })
        .collect();
    let counted: Vec<CountedMoney> = counted
        .into_iter()
        .filter_map(|(pledge, figure)| {
            let converted = in_other(&pledge, &figure).map(|conversion| {
                let range = conversion.range;
                let mut whole = BTreeMap::from([(pledge, Figure { range, ..figure.clone() })]);
                raise_by_parts(book, &parts, &mut whole);
                let range = whole.get(&pledge).map_or(range, |raised| raised.range);
                Conversion { range, ..conversion }
            });
            Some(CountedMoney { pledge, currency: *told_in.get(&pledge)?, figure, converted })
        })
        .collect();
    let mut originals: BTreeMap<Currency, Interval> = BTreeMap::new();
    for c in &counted {
        let sum = originals.entry(c.currency).or_insert(Interval::ZERO);
        *sum = sum.plus(c.figure.range);
    }
    let done: Vec<Interval> =
        counted.iter().filter_map(|c| Some(c.converted.as_ref().ok()?.range)).collect();
    let sum = if done.is_empty() {
        Interval::UNKNOWN
    } else {
        done.into_iter().fold(Interval::ZERO, Interval::plus)
    };
    let speaks = |claim: &Claim| claim.money.range.is_known();
    leave_the_rest(book, rule, &speaks, &chosen, &mut left_out);
    left_out.sort();
    left_out.dedup();
    Some(MoneyTotal { rule: rule.clone(), counted, originals, sum, without_number, left_out })
}

enum Told {
    Sum(Currency, Figure),
    WithoutNumber,
    Nothing,
}

/// The figure of a pledge in the currency of its latest word.
fn latest(
    book: &Book,
    id: Id<Pledge>,
    rule: &Rule,
    to: Currency,
    left_out: &mut Vec<LeftOut>,
) -> Told {
    let told = currencies(book, id);
    let mut said = false;
    let mut best: Option<(Option<Day>, Currency, Figure, Vec<LeftOut>)> = None;
    // Without any currency there may still be money that is not disclosed.
    let asked = if told.is_empty() { vec![to] } else { told.into_iter().collect() };
    for currency in asked {
        let mut aside = Vec::new();
        let found = figure(book, id, &Measure::Money(currency), rule.stage, rule.as_of, &mut aside);
        said |= found.said;
        if !found.range.is_known() {
            left_out.extend(aside.into_iter().filter(|l| !matches!(l.why, Why::OtherCurrency(_))));
            continue;
        }
        let day = day_of(book, &found);
        if best.as_ref().is_none_or(|(latest, ..)| day > *latest) {
            best = Some((day, currency, found, aside));
        }
    }
    match best {
        Some((_, currency, found, aside)) => {
            left_out.extend(aside.into_iter().map(|left| match left.why {
                Why::OtherCurrency(_) => LeftOut { why: Why::CountedIn(currency), ..left },
                _ => left,
            }));
            Told::Sum(currency, found)
        }
        None if said => Told::WithoutNumber,
        None => Told::Nothing,
    }
}

/// The currencies that a pledge is told in.
fn currencies(book: &Book, id: Id<Pledge>) -> BTreeSet<Currency> {
    let claims = book.claims_of(id).filter_map(|(_, claim)| claim.money.currency);
    let steps = book.steps_of.get(&id).into_iter().flatten();
    let steps = steps.filter_map(|step| book.steps.get(step)?.money.currency);
    let own = book.pledges.get(&id).and_then(|pledge| pledge.money.currency);
    claims.chain(steps).chain(own).collect()
}

/// The day that a figure holds as of: that of the latest claim or step in it, or of the announcement.
fn day_of(book: &Book, figure: &Figure) -> Option<Day> {
    let days = figure.from.iter().filter_map(|id| {
        let claim = book.claims.get(&id.of()).and_then(|claim| claim.as_of.last);
        let step = || book.steps.get(&id.of()).and_then(|step| step.date.last);
        let pledge = || book.pledges.get(&id.of()).and_then(|pledge| pledge.announced.last);
        claim.or_else(step).or_else(pledge)
    });
    days.max()
}

impl MoneyTotal {
    /// The least that is sure, in the currency that was converted to.
    pub fn at_least(&self) -> Decimal {
        sure(self.sum)
    }
}
