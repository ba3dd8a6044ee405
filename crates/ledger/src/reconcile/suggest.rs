//! Candidate links between claims.

use std::collections::BTreeMap;
use std::fmt;

use super::text::likeness;
use crate::date::When;
use crate::decimal::Decimal;
use crate::id::Id;
use crate::interval::Interval;
use crate::model::{Category, Claim, ClaimKind, Rating, Relation, Stage, Statement, Unit};

/// Claims further apart than this are not held against each other.
pub const WINDOW_DAYS: i64 = 45;

/// Contradictions are looked for between claims of about the same time alone: figures grow.
const CONTRADICTION_DAYS: i64 = 10;

/// From this likeness on a text may be a copy.
const COPY: f64 = 0.6;

/// The most claims of one donor and sort that are all held against each other.
const MOST_AT_ONCE: usize = 2_000;

/// A claim with what was said, as reconciliation looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Speech<'a> {
    /// The claim's id.
    pub id: Id<Claim>,
    /// The claim.
    pub claim: &'a Claim,
    /// Its statement, where it is at hand.
    pub statement: Option<&'a Statement>,
}

/// A fact that speaks for or against a link.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The same donor.
    SameDonor(String),
    /// The numbers may mean the same.
    NumbersOverlap(Interval, Interval),
    /// The numbers exclude each other.
    NumbersExclude(Interval, Interval),
    /// One number is about ten times the other: a digit too many.
    TenTimes(Interval, Interval),
    /// The same number of other things.
    OtherItem(Category, Category),
    /// The sizes of the pieces exclude each other: other machines.
    OtherSize(String, String),
    /// The sizes of the pieces may be the same.
    SameSize(String, String),
    /// So many days lie between them at the least.
    DaysApart(i64),
    /// The texts are alike, in percent.
    TextAlike(u8),
    /// The words say that it comes on top: "another", "in addition to".
    OnTop(String),
    /// The words say that it is a part: "first batch", "of these".
    APart(String),
    /// Several numbers add up to this one.
    AddsUp(Vec<Id<Claim>>),
    /// Both speak of the same stage.
    SameStage(Stage),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |end: Option<Decimal>| end.map_or("?".to_owned(), |e| e.to_string());
        let show = |i: &Interval| match i.value() {
            Some(value) => value.to_string(),
            None => format!("{} to {}", end(i.min), end(i.max)),
        };
        match self {
            Reason::SameDonor(name) => write!(f, "same donor: {name}"),
            Reason::NumbersOverlap(a, b) => {
                write!(f, "the numbers may be the same: {} and {}", show(a), show(b))
            }
            Reason::NumbersExclude(a, b) => {
                write!(f, "the numbers exclude each other: {} and {}", show(a), show(b))
            }
            Reason::TenTimes(a, b) => write!(f, "a digit too many? {} and {}", show(a), show(b)),
            Reason::OtherItem(a, b) => {
                write!(f, "the same number of other things: {} and {}", a.word(), b.word())
            }
            Reason::OtherSize(a, b) => write!(f, "the pieces are of other sizes: {a} and {b}"),
            Reason::SameSize(a, b) => write!(f, "the pieces may be of the same size: {a} and {b}"),
            Reason::DaysApart(0) => write!(f, "they may be of the same day"),
            Reason::DaysApart(days) => write!(f, "{days} days apart"),
            Reason::TextAlike(percent) => write!(f, "the texts are alike ({percent} %)"),
            Reason::OnTop(words) => write!(f, "said to come on top: `{words}`"),
            Reason::APart(words) => write!(f, "said to be a part: `{words}`"),
            Reason::AddsUp(parts) => write!(f, "{} others add up to it", parts.len()),
            Reason::SameStage(stage) => write!(f, "both {}", stage.word()),
        }
    }
}

/// A link that may hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The first claim: the later one, where dates tell.
    pub from: Id<Claim>,
    /// What it may be to the second.
    pub relation: Relation,
    /// The second claim.
    pub to: Id<Claim>,
    /// What speaks for it.
    pub reasons: Vec<Reason>,
    /// What speaks against it.
    pub against: Vec<Reason>,
}

/// Holds claims of the same donor against each other, and texts against all texts. Pairs in `decided` are passed over.
/// The answer is in the order of the claims given, and does not depend on anything else.
pub fn suggest(
    speeches: &[Speech<'_>],
    decided: &dyn Fn(Id<Claim>, Id<Claim>) -> bool,
) -> Vec<Suggestion> {
    let mut found = Vec::new();
    for group in by_donor(speeches).values() {
        for (at, one) in group.iter().take(MOST_AT_ONCE).enumerate() {
            for other in group.iter().take(at) {
                let (one, other) = (&speeches[*one], &speeches[*other]);
                if one.id != other.id && !decided(one.id, other.id) {
                    found.extend(of_pair(other, one));
                }
            }
        }
        found.extend(sums(speeches, group, decided));
    }
    found.sort_by_key(|s| (s.from.min(s.to), s.from.max(s.to), s.relation));
    found.dedup_by(|a, b| (a.from, a.relation, a.to) == (b.from, b.relation, b.to));
    found
}

/// The country or body in front of what stands in brackets: "Germany (THW)" is looked at with "Germany".
fn stem(name: &str) -> String {
    let stem = name.split('(').next().unwrap_or(name).trim().to_lowercase();
    if stem.is_empty() { name.to_lowercase() } else { stem }
}

fn by_donor(speeches: &[Speech<'_>]) -> BTreeMap<String, Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, speech) in speeches.iter().enumerate() {
        let help = !matches!(speech.claim.kind, ClaimKind::Need | ClaimKind::Trade);
        if help && let [donor] = speech.claim.donors.as_slice() {
            groups.entry(stem(&donor.words)).or_default().push(at);
        }
    }
    groups
}

/// What two claims of one donor may be to each other. The second comes later in the list.
fn of_pair(one: &Speech<'_>, other: &Speech<'_>) -> Vec<Suggestion> {
    let (a, b) = (one.claim, other.claim);
    let apart = a.as_of.days_apart(&b.as_of);
    if apart.is_some_and(|days| days > WINDOW_DAYS) {
        return Vec::new();
    }
    let Some((x, y)) = numbers(a, b) else { return copies(one, other).into_iter().collect() };
    let mut reasons = vec![Reason::SameDonor(stem(&a.donors[0].words))];
    reasons.extend(apart.map(Reason::DaysApart));
    let mut against = Vec::new();
    let alike = text_of(one).zip(text_of(other)).map_or(0.0, |(s, t)| likeness(s, t));
    if alike >= COPY {
        reasons.push(Reason::TextAlike((alike * 100.0).round() as u8));
    }
    match sizes(a, b) {
        Some((true, s, t)) => reasons.push(Reason::SameSize(s, t)),
        Some((false, s, t)) => against.push(Reason::OtherSize(s, t)),
        None => {}
    }
    for speech in [one, other] {
        against.extend(words_in(speech, &ON_TOP).map(Reason::OnTop));
    }
    let part = [one, other].into_iter().find_map(|s| words_in(s, &PART).map(|w| (s.id, w)));
    let (late, early) = in_order(one, other);
    let make = |relation, reasons, against| Suggestion {
        from: late.id,
        relation,
        to: early.id,
        reasons,
        against,
    };
    let same_item = a.item.category == b.item.category;
    let (exact, other_exact) = (said(a), said(b));
    let mut found: Vec<Suggestion> = copies(one, other).into_iter().collect();
    if same_item && ten_times(exact, other_exact) {
        reasons.push(Reason::TenTimes(exact, other_exact));
        found.push(make(Relation::Contradicts, reasons, against));
    } else if same_item && x.overlaps(y) {
        reasons.push(Reason::NumbersOverlap(exact, other_exact));
        found.push(make(Relation::SameAs, reasons, against));
    } else if !same_item
        && exact.value().is_some()
        && exact == other_exact
        && is_thing(a)
        && is_thing(b)
    {
        reasons.push(Reason::OtherItem(a.item.category, b.item.category));
        found.push(make(Relation::Contradicts, reasons, against));
    } else if same_item {
        let soon = apart.is_none_or(|days| days <= CONTRADICTION_DAYS);
        let stage = a.status.stage().filter(|stage| b.status.stage() == Some(*stage));
        if let Some((part_id, words)) = part {
            let whole = if part_id == one.id { other.id } else { one.id };
            reasons.push(Reason::APart(words));
            found.push(Suggestion {
                from: part_id,
                relation: Relation::PartOf,
                to: whole,
                reasons,
                against,
            });
        } else if let Some(stage) = stage.filter(|_| soon) {
            reasons.push(Reason::SameStage(stage));
            reasons.push(Reason::NumbersExclude(exact, other_exact));
            found.push(make(Relation::Contradicts, reasons, against));
        }
    }
    // A part that contradicts is worth both questions.
    if part_contradicts(one, other, x, y, apart)
        && !found.iter().any(|s| s.relation == Relation::Contradicts)
    {
        let reasons = vec![
            Reason::SameStage(a.status.stage().unwrap_or_default()),
            Reason::NumbersExclude(exact, other_exact),
        ];
        found.push(make(Relation::Contradicts, reasons, Vec::new()));
    }
    found
}

/// Both speak of the first part, and give other numbers for it.
fn part_contradicts(
    one: &Speech<'_>,
    other: &Speech<'_>,
    x: Interval,
    y: Interval,
    apart: Option<i64>,
) -> bool {
    let (a, b) = (one.claim, other.claim);
    words_in(one, &PART).is_some()
        && words_in(other, &PART).is_some()
        && a.item.category == b.item.category
        && a.status.stage() == b.status.stage()
        && !x.overlaps(y)
        && apart.is_none_or(|days| days <= WINDOW_DAYS)
}

fn copies(one: &Speech<'_>, other: &Speech<'_>) -> Option<Suggestion> {
    let sources = one.statement.zip(other.statement);
    let same_page = sources.is_some_and(|(s, t)| s.source == t.source);
    let (s, t) = text_of(one).zip(text_of(other))?;
    let alike = likeness(s, t);
    let long = |text: &str| text.split_whitespace().count() >= 6;
    if same_page || alike < COPY || !long(s) || !long(t) {
        return None;
    }
    let (late, early) = in_order(one, other);
    Some(Suggestion {
        from: late.id,
        relation: Relation::CopyOf,
        to: early.id,
        reasons: vec![Reason::TextAlike((alike * 100.0).round() as u8)],
        against: Vec::new(),
    })
}

/// Two or three parts of one group that add up to a total of it.
fn sums(
    speeches: &[Speech<'_>],
    group: &[usize],
    decided: &dyn Fn(Id<Claim>, Id<Claim>) -> bool,
) -> Vec<Suggestion> {
    /// Sums are looked for in small groups: in large ones some numbers always add up.
    const MOST: usize = 60;
    let pieces = |at: &usize| {
        let speech = &speeches[*at];
        let value = speech.claim.quantity.range.value()?.whole()?;
        (is_thing(speech.claim) && value > 1).then_some((speech, value))
    };
    let known: Vec<(&Speech<'_>, i64)> = group.iter().take(MOST).filter_map(pieces).collect();
    let near = |a: &When, b: &When| a.days_apart(b).is_none_or(|days| days <= WINDOW_DAYS);
    let mut found = Vec::new();
    for (whole, total) in &known {
        for (at, (one, first)) in known.iter().enumerate() {
            for (other, second) in known.iter().take(at) {
                let fits = first + second == *total
                    && [one, other].iter().all(|part| {
                        part.id != whole.id
                            && part.claim.item.category == whole.claim.item.category
                            && near(&part.claim.as_of, &whole.claim.as_of)
                            && !decided(part.id, whole.id)
                    });
                if fits {
                    for part in [one, other] {
                        found.push(Suggestion {
                            from: part.id,
                            relation: Relation::PartOf,
                            to: whole.id,
                            reasons: vec![Reason::AddsUp(vec![one.id, other.id])],
                            against: Vec::new(),
                        });
                    }
                }
            }
        }
    }
    found
}

/// The numbers that may be meant, in the measure that both have: pieces first, then money of one currency.
fn numbers(a: &Claim, b: &Claim) -> Option<(Interval, Interval)> {
    let (x, y) = (a.quantity.reach(), b.quantity.reach());
    if x.is_known() && y.is_known() && a.quantity.unit == b.quantity.unit {
        return Some((x, y));
    }
    a.money.same_currency(&b.money)?;
    Some((a.money.reach(), b.money.reach())).filter(|(x, y)| x.is_known() && y.is_known())
}

/// The number as it was said: pieces first, then money.
fn said(claim: &Claim) -> Interval {
    if claim.quantity.range.is_known() { claim.quantity.range } else { claim.money.range }
}

fn is_thing(claim: &Claim) -> bool {
    claim.quantity.unit == Unit::Piece && claim.quantity.range.is_known()
}

fn ten_times(a: Interval, b: Interval) -> bool {
    let near = |low: Interval, high: Interval| {
        let (Some(low), Some(high)) = (low.min.or(low.max), high.min.or(high.max)) else {
            return false;
        };
        let ratio = high.to_f64() / low.to_f64().max(f64::MIN_POSITIVE);
        (8.5..=11.8).contains(&ratio)
    };
    near(a, b) || near(b, a)
}

/// Whether the sizes of the pieces may be the same, where both tell them in the same unit.
fn sizes(a: &Claim, b: &Claim) -> Option<(bool, String, String)> {
    let show = |r: &Rating| {
        let end = |e: Option<Decimal>| e.map_or("?".to_owned(), |e| e.to_string());
        let unit = format!("{:?}", r.unit).to_lowercase();
        match r.range.value() {
            Some(value) => format!("{value} {unit}"),
            None => format!("{} to {} {unit}", end(r.range.min), end(r.range.max)),
        }
    };
    a.item.ratings.iter().find_map(|r| {
        let other = b.item.ratings.iter().find(|s| s.unit == r.unit)?;
        // Ranges that touch at one end are still two classes of machines: 5-40 and 40-100 kVA.
        let both = r.range.meet(other.range);
        let touching = both.is_some_and(|m| m.value().is_some())
            && r.range.value().is_none()
            && other.range.value().is_none();
        Some((both.is_some() && !touching, show(r), show(other)))
    })
}

fn text_of<'a>(speech: &Speech<'a>) -> Option<&'a str> {
    speech.statement.map(|s| s.quote.as_str()).filter(|quote| !quote.is_empty())
}

const ON_TOP: [&str; 12] = [
    "in addition",
    "additional",
    "another",
    "on top of",
    "adds to",
    "added to",
    "further",
    "weitere",
    "на додачу",
    "in plus",
    "oltre",
    "dodatkow",
];
const PART: [&str; 11] = [
    "first batch",
    "first tranche",
    "part of",
    "of which",
    "of this amount",
    "second batch",
    "second shipment",
    "first shipment",
    "the first $",
    "of the planned",
    "of them",
];

fn words_in(speech: &Speech<'_>, list: &[&str]) -> Option<String> {
    let text = text_of(speech)?.to_lowercase();
    list.iter().find(|words| text.contains(**words)).map(|words| (*words).to_owned())
}

/// The later of the two first; where dates do not tell, the later in the list.
fn in_order<'a, 'b>(
    one: &'b Speech<'a>,
    other: &'b Speech<'a>,
) -> (&'b Speech<'a>, &'b Speech<'a>) {
    let later =
        one.claim.as_of.first > other.claim.as_of.first && other.claim.as_of.first.is_some();
    if later { (one, other) } else { (other, one) }
}
