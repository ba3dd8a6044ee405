//! A total over pledges, with its rule and with all that was left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use super::Measure;
use super::book::Book;
use super::figure::{Figure, figure};
use crate::date::Day;
use crate::decimal::Decimal;
use crate::id::Id;
use crate::interval::Interval;
use crate::model::{Category, Claim, ClaimKind, Currency, Named, Party, Pledge, Relation, Stage};

/// What is added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// In which measure.
    pub measure: Measure,
    /// At which stage.
    pub stage: Stage,
    /// As of which day.
    pub as_of: Day,
    /// Of whom, by name; `None`: of all.
    pub donor: Option<String>,
    /// Of whom, by record; `None`: of all.
    pub party: Option<Id<Party>>,
    /// Of which sort of things; `None`: of all. A pledge of money is counted by its currency alone.
    pub category: Option<Category>,
    /// Within which scope, as pledges state it; `None`: whatever they cover.
    pub scope: Option<String>,
}

impl Rule {
    /// All pledges in a measure, at a stage, as of a day.
    pub fn all(measure: Measure, stage: Stage, as_of: Day) -> Rule {
        Rule { measure, stage, as_of, donor: None, party: None, category: None, scope: None }
    }

    pub(super) fn takes(&self, pledge: &Pledge) -> bool {
        let named = |donor: &Named| {
            self.donor.as_ref().is_none_or(|name| donor.words.to_lowercase() == name.to_lowercase())
                && self.party.is_none_or(|party| donor.party == Some(party))
        };
        let category = |wanted: Category| pledge.lots.iter().any(|lot| lot.item.category == wanted);
        named(&pledge.donor)
            && self.category.is_none_or(category)
            && self.scope.as_ref().is_none_or(|scope| pledge.scope == *scope)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "counted: {} {}", self.measure.word(), self.stage.word())?;
        if let Some(category) = self.category {
            write!(f, ", {}", category.word())?;
        }
        if let Some(donor) = &self.donor {
            write!(f, ", of {donor}")?;
        }
        if let Some(party) = &self.party {
            write!(f, ", of party {party}")?;
        }
        if let Some(scope) = &self.scope {
            write!(f, ", scope {scope}")?;
        }
        write!(
            f,
            "; as of {}; in each pledge the latest figure at this stage or a later one; pledges that are the same as, \
             part of, superseded by or a sum of others are not added; claims without a pledge do not count",
            self.as_of
        )
    }
}

/// Why a record does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its kind never counts: a repeat, a need, a sum of donors.
    Kind(ClaimKind),
    /// Nobody has taken it for evidence of a pledge.
    NoPledge,
    /// It has no date, so that it cannot be told whether it was before the day.
    Undated,
    /// It was said, or holds, after the day.
    Later,
    /// A later figure of the same pledge stands in its place.
    Outdated {
        /// The later one.
        by: Id<Claim>,
    },
    /// It is copied from another.
    CopyOf(Id),
    /// It is the same as another.
    SameAs(Id),
    /// Another stands in its place.
    SupersededBy(Id),
    /// It is contained in another that is counted.
    PartOf(Id),
    /// It is a sum of others.
    TotalOf(Id),
    /// It was decided that another holds.
    LostTo(Id),
    /// The step that it is evidence of is counted.
    ToldByStep,
    /// No number was said.
    NoNumber,
    /// A sum in a currency that nobody has named.
    NoCurrency,
    /// A sum in another currency; it is not converted.
    OtherCurrency(Currency),
    /// The same pledge told in another currency, and counted in this one.
    CountedIn(Currency),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Kind(kind) => write!(f, "a {} does not count", kind.word().replace('_', " ")),
            Why::NoPledge => write!(f, "nobody has assigned it to a pledge"),
            Why::Undated => write!(f, "it has no date"),
            Why::Later => write!(f, "it is later than the day"),
            Why::Outdated { by } => write!(f, "{by} is a later figure"),
            Why::CopyOf(of) => write!(f, "a copy of {of}"),
            Why::SameAs(as_) => write!(f, "the same as {as_}"),
            Why::SupersededBy(by) => write!(f, "superseded by {by}"),
            Why::PartOf(of) => write!(f, "contained in {of}"),
            Why::TotalOf(of) => write!(f, "a sum that holds {of}"),
            Why::LostTo(to) => write!(f, "it was decided that {to} holds"),
            Why::ToldByStep => write!(f, "the step that it is evidence of is counted"),
            Why::NoNumber => write!(f, "no number was said"),
            Why::NoCurrency => write!(f, "the currency is not known"),
            Why::OtherCurrency(currency) => write!(f, "in {currency}, and not converted"),
            Why::CountedIn(currency) => write!(f, "the pledge is counted in {currency}"),
        }
    }
}

/// A record that does not count, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The claim or pledge.
    pub record: Id,
    /// Why.
    pub why: Why,
}

/// A pledge that counts, and with what.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The pledge.
    pub pledge: Id<Pledge>,
    /// With what, and from which claims and steps.
    pub figure: Figure,
}

/// A total.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// By which rule.
    pub rule: Rule,
    /// The sum of what is sure.
    pub at_least: Decimal,
    /// The sum of the upper ends; `None` where one is not known.
    pub up_to: Option<Decimal>,
    /// Pledges with a number, by id.
    pub counted: Vec<Counted>,
    /// Pledges of which it was said that there is something, but not how much.
    pub without_number: Vec<Id<Pledge>>,
    /// What does not count, and why, by record.
    pub left_out: Vec<LeftOut>,
}

impl Total {
    /// Whether a number in it was hedged.
    pub fn hedged(&self) -> bool {
        self.counted.iter().any(|c| c.figure.hedged)
    }

    /// How many of the counted figures are disputed.
    pub fn disputed(&self) -> usize {
        self.counted.iter().filter(|c| c.figure.disputed).count()
    }
}

impl fmt::Display for Total {
    /// "at least X, up to Y, and N without a number", then the rule.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = String::new();
        match self.up_to {
            None if self.counted.is_empty() => write!(line, "not known:")?,
            Some(up_to) if up_to == self.at_least => write!(line, "{}", self.at_least)?,
            Some(up_to) => write!(line, "at least {}, up to {up_to}", self.at_least)?,
            None => write!(line, "at least {}", self.at_least)?,
        }
        write!(line, " {}", self.rule.measure.word())?;
        if self.hedged() {
            line.push_str(", with hedged numbers");
        }
        match self.without_number.len() {
            0 => {}
            1 => line.push_str(", and 1 pledge without a number"),
            n => write!(line, ", and {n} pledges without a number")?,
        }
        match self.disputed() {
            0 => {}
            n => write!(line, "; {n} disputed")?,
        }
        write!(f, "{line}\n{}; {} left out", self.rule, self.left_out.len())
    }
}

/// Adds up.
pub fn total(book: &Book, rule: &Rule) -> Total {
    let mut left_out = Vec::new();
    let chosen: BTreeMap<Id<Pledge>, &Pledge> =
        book.pledges().filter(|(_, p)| rule.takes(p)).collect();
    let mut counted: BTreeMap<Id<Pledge>, Figure> = BTreeMap::new();
    let mut without_number = Vec::new();
    for id in chosen.keys().copied() {
        let found = figure(book, id, &rule.measure, rule.stage, rule.as_of, &mut left_out);
        if !found.said {
            continue;
        }
        if found.range.is_known() {
            counted.insert(id, found);
        } else {
            without_number.push(id);
        }
    }
    let figures = counted.clone();
    for id in figures.keys() {
        if let Some(why) = is_inside(book, *id, &figures) {
            counted.remove(id);
            left_out.push(LeftOut { record: id.any(), why });
        }
    }
    raise_by_parts(book, &figures, &mut counted);
    without_number.retain(|id| match is_inside(book, *id, &figures) {
        None => true,
        Some(why) => {
            left_out.push(LeftOut { record: id.any(), why });
            false
        }
    });
    let speaks = |claim: &Claim| rule.measure.of_claim(claim).is_some();
    leave_the_rest(book, rule, &speaks, &chosen, &mut left_out);
    left_out.sort();
    left_out.dedup();
    let sum = counted.values().fold(Interval::ZERO, |sum, figure| sum.plus(figure.range));
    Total {
        rule: rule.clone(),
        at_least: sure(sum),
        up_to: sum.max.filter(|_| !counted.is_empty() || without_number.is_empty()),
        counted: counted.into_iter().map(|(pledge, figure)| Counted { pledge, figure }).collect(),
        without_number,
        left_out,
    }
}

/// Why a pledge is not added although it has a figure: because it is in another figure, or others are in it.
pub fn is_inside(
    book: &Book,
    id: Id<Pledge>,
    figures: &BTreeMap<Id<Pledge>, Figure>,
) -> Option<Why> {
    if let Some(by) = book.relating(id.any(), Relation::Supersedes).find(|by| *by != id.any()) {
        return Some(Why::SupersededBy(by));
    }
    if let Some(other) = same_and_earlier(book, id, figures) {
        return Some(Why::SameAs(other));
    }
    if let Some(part) =
        book.related(id.any(), Relation::TotalOf).find(|p| figures.contains_key(&p.of()))
    {
        return Some(Why::TotalOf(part));
    }
    whole_of(book, id, figures).map(Why::PartOf)
}

/// The counted pledge that contains this one, directly or through others. In a circle the one with the least id counts.
fn whole_of(book: &Book, id: Id<Pledge>, figures: &BTreeMap<Id<Pledge>, Figure>) -> Option<Id> {
    let mut seen: BTreeSet<Id> = BTreeSet::from([id.any()]);
    let mut open = vec![id.any()];
    let mut wholes = BTreeSet::new();
    while let Some(at) = open.pop() {
        for whole in book.related(at, Relation::PartOf) {
            if whole == id.any() {
                // A circle: all in it contain each other.
                return wholes.into_iter().find(|w| *w < id.any());
            }
            if seen.insert(whole) {
                if figures.contains_key(&whole.of()) {
                    wholes.insert(whole);
                }
                open.push(whole);
            }
        }
    }
    wholes.into_iter().next()
}

/// Of pledges that are the same, the one with the least id stands for all.
fn same_and_earlier(
    book: &Book,
    id: Id<Pledge>,
    figures: &BTreeMap<Id<Pledge>, Figure>,
) -> Option<Id> {
    let mut same: BTreeSet<Id> = BTreeSet::from([id.any()]);
    let mut open = vec![id.any()];
    while let Some(at) = open.pop() {
        let out = book.related(at, Relation::SameAs);
        for other in out.chain(book.relating(at, Relation::SameAs)) {
            if same.insert(other) {
                open.push(other);
            }
        }
    }
    let first = same.into_iter().find(|s| figures.contains_key(&s.of()))?;
    (first != id.any()).then_some(first)
}

/// What is sure of a number.
pub(super) fn sure(range: Interval) -> Decimal {
    range.min.unwrap_or(Decimal::ZERO)
}

/// A whole is at least the sum of its parts.
pub(super) fn raise_by_parts(
    book: &Book,
    figures: &BTreeMap<Id<Pledge>, Figure>,
    counted: &mut BTreeMap<Id<Pledge>, Figure>,
) {
    for (id, whole) in counted.iter_mut() {
        let parts = book.relating(id.any(), Relation::PartOf);
        let parts: Vec<Interval> =
            parts.filter_map(|part| figures.get(&part.of())).map(|part| part.range).collect();
        let sum = parts.into_iter().fold(Interval::ZERO, Interval::plus);
        if sure(sum) > sure(whole.range) {
            let max = whole.range.max.filter(|max| *max >= sure(sum)).or(sum.max);
            whole.range = Interval { min: Some(sure(sum)), max };
        }
    }
}

/// Claims that speak of what was asked for and are evidence of no pledge.
pub(super) fn leave_the_rest(
    book: &Book,
    rule: &Rule,
    in_measure: &dyn Fn(&Claim) -> bool,
    chosen: &BTreeMap<Id<Pledge>, &Pledge>,
    left_out: &mut Vec<LeftOut>,
) {
    for (id, claim) in book.claims() {
        let asked_for = claim.pledge.is_none() && speaks_of(rule, claim) && in_measure(claim);
        let assigned = claim.pledge.is_some_and(|pledge| chosen.contains_key(&pledge));
        if asked_for {
            let why = match claim.kind {
                ClaimKind::NewPledge | ClaimKind::RunningTotal | ClaimKind::Part => Why::NoPledge,
                kind => Why::Kind(kind),
            };
            left_out.push(LeftOut { record: id.any(), why });
        } else if assigned && matches!(claim.kind, ClaimKind::Repeat | ClaimKind::SumOfDonors) {
            left_out.push(LeftOut { record: id.any(), why: Why::Kind(claim.kind) });
        }
    }
}

fn speaks_of(rule: &Rule, claim: &Claim) -> bool {
    let donor = rule.donor.as_ref().is_none_or(|name| {
        claim.donors.iter().any(|donor| donor.words.to_lowercase() == name.to_lowercase())
    });
    let party = rule.party.is_none_or(|p| claim.donors.iter().any(|donor| donor.party == Some(p)));
    let category = rule.category.is_none_or(|category| claim.item.category == category);
    donor && party && category
}
