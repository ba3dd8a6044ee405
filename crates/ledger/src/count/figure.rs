//! The figure of one pledge at one stage, as of a day.

use super::Measure;
use super::book::{Book, Dispute};
use super::total::{LeftOut, Why};
use crate::date::Day;
use crate::decimal::Decimal;
use crate::id::Id;
use crate::interval::Interval;
use crate::model::{Claim, ClaimKind, Pledge, Qualifier, Quantity, Relation, Side, Stage, Step};

/// What is known of a pledge at a stage.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// How much; an end that is `None` is not known.
    pub range: Interval,
    /// The claims and steps that it comes from.
    pub from: Vec<Id>,
    /// Whether a number in it was hedged: "about", "almost".
    pub hedged: bool,
    /// Whether somebody contradicts it, and nobody has decided.
    pub disputed: bool,
    /// Whether it was said that there is something, whatever the number.
    pub said: bool,
}

/// A claim that may give the figure, and when its number was true.
struct Candidate<'a> {
    id: Id<Claim>,
    claim: &'a Claim,
    day: Day,
    order: u64,
    range: Interval,
    hedged: bool,
}

/// What was pledged, sent, received... of a pledge, as of a day: the figures of the stage itself, raised by those of later
/// stages, since what was received has been sent. Claims that do not count are added to `left_out`, with the reason.
pub fn figure(
    book: &Book,
    pledge: Id<Pledge>,
    measure: &Measure,
    stage: Stage,
    as_of: Day,
    left_out: &mut Vec<LeftOut>,
) -> Figure {
    let later = Stage::ALL.into_iter().filter(|s| *s >= stage).rev();
    let mut figure = Figure::default();
    for at in later {
        let own = own_figure(book, pledge, measure, at, as_of, None, left_out);
        figure = raise(own, figure);
    }
    figure
}

/// The figures of one side alone, for comparing the donor's with the recipient's.
pub(super) fn figure_of_side(
    book: &Book,
    pledge: Id<Pledge>,
    measure: &Measure,
    stage: Stage,
    as_of: Day,
    side: Side,
) -> Figure {
    let mut ignored = Vec::new();
    let later = Stage::ALL.into_iter().filter(|s| *s >= stage).rev();
    later.fold(Figure::default(), |figure, at| {
        raise(own_figure(book, pledge, measure, at, as_of, Some(side), &mut ignored), figure)
    })
}

/// A stage's own figure, and what has gone further: what was received was sent, whatever else was said of sending.
fn raise(own: Figure, further: Figure) -> Figure {
    if !further.said {
        return own;
    }
    if !own.said {
        return further;
    }
    let min = own.range.min.max(further.range.min);
    let max = match (own.range.max, min) {
        (Some(max), Some(min)) if max < min => further.range.max.map(|m| m.max(min)),
        (max, _) => max,
    };
    let raised = min != own.range.min || max != own.range.max;
    let mut from = own.from;
    if raised {
        from.extend(further.from);
    }
    Figure {
        range: Interval { min, max },
        from,
        hedged: own.hedged || (raised && further.hedged),
        disputed: own.disputed || (raised && further.disputed),
        said: true,
    }
}

fn own_figure(
    book: &Book,
    pledge: Id<Pledge>,
    measure: &Measure,
    stage: Stage,
    as_of: Day,
    side: Option<Side>,
    left_out: &mut Vec<LeftOut>,
) -> Figure {
    let steps = steps_at(book, pledge, stage, as_of, side);
    let told_by_steps: Vec<Id<Claim>> = steps.iter().flat_map(|(_, s)| s.claims.clone()).collect();
    let mut snapshots = Vec::new();
    let mut parts = Vec::new();
    let mut said = false;
    for (id, claim) in book.claims_of(pledge) {
        let here = claim.status.stage() == Some(stage) && side.is_none_or(|s| claim.side == s);
        if !here {
            continue;
        }
        let mut leave = |why: Why| left_out.push(LeftOut { record: id.any(), why });
        if told_by_steps.contains(&id) {
            leave(Why::ToldByStep);
            continue;
        }
        if let Some(why) = does_not_count(book, id, claim, as_of) {
            leave(why);
            continue;
        }
        let Some((range, qualifier)) = measure.of_claim(claim) else {
            if measure.is_money() && claim.money.range.is_known() {
                leave(claim.money.currency.map_or(Why::NoCurrency, Why::OtherCurrency));
            }
            continue;
        };
        said = true;
        let Some(day) = claim.as_of.last.filter(|_| range.is_known()) else {
            leave(Why::NoNumber);
            continue;
        };
        let order = book.order.get(&id.any()).copied().unwrap_or(0);
        let hedged = !matches!(qualifier, Qualifier::Exact | Qualifier::Between);
        let candidate = Candidate { id, claim, day, order, range, hedged };
        if claim.kind == ClaimKind::Part {
            parts.push(candidate);
        } else {
            snapshots.push(candidate);
        }
    }
    let mut figure = latest(book, snapshots, left_out);
    figure.said |= said;
    add_parts(&mut figure, &parts, &steps, measure);
    if stage == Stage::Pledged && side.is_none() && !figure.range.is_known() {
        add_own(&mut figure, book, pledge, measure, as_of, left_out);
    }
    figure
}

/// Where no claim tells a number, that which a person wrote into the pledge itself.
fn add_own(
    figure: &mut Figure,
    book: &Book,
    id: Id<Pledge>,
    measure: &Measure,
    as_of: Day,
    left_out: &mut Vec<LeftOut>,
) {
    let Some(pledge) = book.pledges.get(&id) else { return };
    if !pledge.announced.surely_by(as_of) {
        return;
    }
    if measure.is_money() && pledge.money.range.is_known() {
        let why = match pledge.money.currency {
            None => Some(Why::NoCurrency),
            Some(currency) if *measure != Measure::Money(currency) => {
                Some(Why::OtherCurrency(currency))
            }
            Some(_) => None,
        };
        left_out.extend(why.map(|why| LeftOut { record: id.any(), why }));
    }
    let nothing = Quantity::default();
    let lots = pledge.lots.iter().map(|lot| &lot.quantity);
    let quantities: Vec<&Quantity> =
        if measure.is_money() { vec![&nothing] } else { lots.collect() };
    let told = quantities.into_iter().filter_map(|q| measure.of(q, &pledge.money));
    let mut sum: Option<Interval> = None;
    for (range, qualifier) in told {
        figure.said = true;
        if range.is_known() {
            sum = Some(sum.map_or(range, |so_far| so_far.plus(range)));
            figure.hedged |= !matches!(qualifier, Qualifier::Exact | Qualifier::Between);
        }
    }
    if let Some(sum) = sum {
        figure.range = sum;
        figure.from.push(id.any());
    }
}

/// Of snapshots the latest stands. Where others contradict it and nobody has decided, what is sure is the least of all.
fn latest(book: &Book, mut snapshots: Vec<Candidate<'_>>, left_out: &mut Vec<LeftOut>) -> Figure {
    snapshots.sort_by_key(|c| (c.day, c.order, c.id));
    let Some(last) = snapshots.pop() else { return Figure::default() };
    let mut figure = Figure {
        range: last.range,
        from: vec![last.id.any()],
        hedged: last.hedged,
        disputed: false,
        said: true,
    };
    let against: Vec<Id> = book
        .disputes(last.id.any())
        .into_iter()
        .filter_map(|d| if let Dispute::Open { against } = d { Some(against) } else { None })
        .collect();
    for earlier in snapshots {
        if against.contains(&earlier.id.any()) {
            figure.range = figure.range.hull(earlier.range);
            figure.from.push(earlier.id.any());
            figure.disputed = true;
        } else {
            left_out.push(LeftOut { record: earlier.id.any(), why: Why::Outdated { by: last.id } });
        }
    }
    debug_assert!(last.claim.kind != ClaimKind::Part);
    figure
}

/// Parts add up among themselves, and never come on top of a total.
fn add_parts(
    figure: &mut Figure,
    parts: &[Candidate<'_>],
    steps: &[(Id<Step>, &Step)],
    measure: &Measure,
) {
    let mut sum: Option<Interval> = None;
    let mut from = Vec::new();
    let mut hedged = false;
    let mut add = |id: Id, range: Interval, is_hedged: bool| {
        sum = Some(sum.map_or(range, |so_far| so_far.plus(range)));
        from.push(id);
        hedged |= is_hedged;
    };
    for part in parts {
        add(part.id.any(), part.range, part.hedged);
    }
    for (id, step) in steps {
        let mut quantities: Vec<&Quantity> = step.lots.iter().map(|lot| &lot.quantity).collect();
        let nothing = Quantity::default();
        if quantities.is_empty() {
            quantities.push(&nothing);
        }
        for quantity in quantities {
            if let Some((range, qualifier)) = measure.of(quantity, &step.money)
                && range.is_known()
            {
                add(id.any(), range, qualifier != Qualifier::Exact);
            }
        }
    }
    let Some(sum) = sum else { return };
    let is_alone = !figure.range.is_known();
    let is_more = sum.min.unwrap_or(Decimal::ZERO) > figure.range.min.unwrap_or(Decimal::ZERO);
    if is_alone {
        figure.range = sum;
    } else if is_more {
        let max = figure.range.max.filter(|max| sum.min.is_some_and(|min| min <= *max)).or(sum.max);
        figure.range = Interval { min: sum.min, max };
    }
    if is_alone || is_more {
        figure.from.extend(from);
        figure.hedged |= hedged;
    }
    figure.said = true;
}

fn steps_at(
    book: &Book,
    pledge: Id<Pledge>,
    stage: Stage,
    as_of: Day,
    side: Option<Side>,
) -> Vec<(Id<Step>, &Step)> {
    let ids = book.steps_of.get(&pledge).into_iter().flatten();
    ids.filter_map(|id| Some((*id, book.steps.get(id)?)))
        .filter(|(_, step)| {
            let on_time = step.date.surely_by(as_of);
            step.stage == stage && on_time && side.is_none_or(|s| step.side == s)
        })
        .collect()
}

/// Why a claim does not count, where it does not.
fn does_not_count(book: &Book, id: Id<Claim>, claim: &Claim, as_of: Day) -> Option<Why> {
    match claim.kind {
        ClaimKind::NewPledge | ClaimKind::RunningTotal | ClaimKind::Part => {}
        kind => return Some(Why::Kind(kind)),
    }
    let first = |relation| book.related(id.any(), relation).next();
    if let Some(of) = first(Relation::CopyOf) {
        return Some(Why::CopyOf(of));
    }
    if let Some(as_) = first(Relation::SameAs) {
        return Some(Why::SameAs(as_));
    }
    if let Some(by) = book.relating(id.any(), Relation::Supersedes).next() {
        return Some(Why::SupersededBy(by));
    }
    let lost = book.disputes(id.any()).into_iter().find_map(|d| match d {
        Dispute::Lost { against } => Some(against),
        _ => None,
    });
    if let Some(to) = lost {
        return Some(Why::LostTo(to));
    }
    if !claim.as_of.is_known() {
        return Some(Why::Undated);
    }
    if !claim.as_of.surely_by(as_of) {
        return Some(Why::Later);
    }
    None
}
