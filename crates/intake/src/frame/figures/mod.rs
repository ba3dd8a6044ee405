//! What the numbers of a sentence are: counts of things, sums of money, ratings of a piece, or nothing of ours.

mod bare;
mod sums;
mod thing;

pub(super) use self::sums::bare_currency;

use self::bare::{bare, carriers, unit_of};
use self::sums::sum;
use self::thing::{articles, is_piece, listed, rating_end, shared, thing_after, unnamed};
use crate::frame::sentence::Sentence;
use crate::lexicon::{Cue, Form, Mention, Sense, Sort, UnitSort};
use crate::number::{Number, NumberSort};
use crate::text::token::Shape;
use relight_ledger::decimal::Decimal;
use relight_ledger::interval::Interval;
use relight_ledger::model::{Money, Qualifier, Quantity, Rating, RatingUnit, Unit};

/// A figure: where it stands with its hedges, and what it is.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    /// The first token, hedges included.
    pub start: usize,
    /// The token after the last of number, currency and unit.
    pub end: usize,
    /// The token after the thing that is counted.
    pub tail: usize,
    pub what: What,
}

/// What a figure is of.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// So many of a thing.
    Count { quantity: Quantity, thing: Option<Thing> },
    /// Money; `true` where it says the sum before it in another currency.
    Sum { money: Money, equivalent: bool },
    /// A rating of each piece.
    Rating(Rating),
}

/// What is counted, and where its words stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thing {
    pub start: usize,
    pub end: usize,
    pub sort: Sort,
}

/// Tokens between a number and what it counts.
const NEAR: usize = 6;

/// The figures of a sentence, in order. `quote`: a number by itself is one too.
pub(super) fn find(s: &Sentence, quote: bool) -> Vec<Figure> {
    let mut out: Vec<Figure> = Vec::new();
    for number in s.numbers {
        // "fourteen (14) generators": said twice.
        let again = s.before(number.start) == "("
            && s.body(number.end) == ")"
            && s.numbers.iter().any(|n| n.end + 1 == number.start && n.low == number.low);
        let dated = s.is_date(number.start) && !is_count_after_month(s, number);
        if dated && number.sort != NumberSort::Vague || again {
            continue;
        }
        let found = sum(s, number, &out)
            .or_else(|| measure(s, number))
            .or_else(|| count(s, number))
            .or_else(|| if quote { bare::by_itself(s, number) } else { None });
        out.extend(found);
    }
    articles(s, &mut out);
    carriers(s, &mut out);
    out
}

/// "In November 22 generators were sent": the number is of what follows, and no day.
fn is_count_after_month(s: &Sentence, number: &Number) -> bool {
    let month = number.start.checked_sub(1).filter(|b| s.starting(Sense::Month(1), *b).is_some());
    let within = month.is_some_and(|m| {
        matches!(
            s.before(m).to_lowercase().as_str(),
            "in" | "during" | "since" | "for" | "im" | "en" | "w" | "în" | "у" | "в"
        )
    });
    within && thing_after(s, number.end, 2).is_some_and(|t| !t.sort.is_abstract())
}

/// The hedge of a number and the first token of it.
fn hedge(s: &Sentence, number: &Number, from: usize) -> (Qualifier, usize) {
    let like = Sense::Hedge(Qualifier::Over, false);
    let plain = match number.sort {
        NumberSort::Vague => Qualifier::Vague,
        NumberSort::Range => Qualifier::Between,
        _ => Qualifier::Exact,
    };
    // "more than another 100", "over the 100", "about $": one or two small words may stand between.
    for gap in 0..=2usize {
        let Some(at) = from.checked_sub(gap) else { break };
        if let Some(found) = s.ending(like, at)
            && let Sense::Hedge(qualifier, false) = found.sense
        {
            // "over" and its like bind to the number, not to a verb: "hand over 100", "over the weekend 100".
            let some_of = gap > 0
                && s.before(found.end).eq_ignore_ascii_case("some")
                && s.body(found.end) == "of";
            if gap > 0 && !bridges(s, at, from) || is_particle(s, &found) || some_of {
                continue;
            }
            return (if plain == Qualifier::Vague { plain } else { qualifier }, found.start);
        }
    }
    let after = s.starting(like, number.end).or_else(|| {
        let hyphen = s.body(number.end) == "-" || s.body(number.end) == "+";
        hyphen.then(|| s.starting(like, number.end + 1)).flatten()
    });
    if let Some(Mention { sense: Sense::Hedge(qualifier, true), .. }) = after
        && plain == Qualifier::Exact
    {
        return (qualifier, from);
    }
    if s.body(number.end) == "+" && plain == Qualifier::Exact {
        return (Qualifier::Over, from);
    }
    (plain, from)
}

/// "another", "the", a currency: what may stand between a hedge and its number.
fn bridges(s: &Sentence, start: usize, end: usize) -> bool {
    (start..end).all(|at| {
        s.cue_at(at, Cue::More)
            || matches!(
                s.body(at).to_lowercase().as_str(),
                "the" | "a" | "us" | "de" | "d" | "of" | "die" | "den" | "les"
            )
    })
}

/// "hand over", "took over", "over the weekend".
fn is_particle(s: &Sentence, hedge: &Mention) -> bool {
    let verb = s.layer(Sense::Verb(crate::lexicon::Action::Send, Form::Done));
    verb.iter().any(|v| v.start < hedge.start && v.end >= hedge.end)
}

fn interval(qualifier: Qualifier, low: Decimal, high: Decimal) -> Interval {
    match qualifier {
        Qualifier::Over | Qualifier::AtLeast => Interval::at_least(low),
        Qualifier::UpTo => Interval::up_to(high),
        _ => Interval { min: Some(low), max: Some(high) },
    }
}

/// A rating, a quantity of stuff, or a unit that takes the number out of play.
fn measure(s: &Sentence, number: &Number) -> Option<Figure> {
    // "5-kW", "3.5 kW to 8 kW", "330/110 kV".
    let mut at = number.end;
    if matches!(s.body(at), "-" | "/") {
        let next = s.numbers.iter().find(|n| n.start == at + 1);
        at = next.map_or(at + 1, |n| n.end);
    }
    let at = joined_unit(s, at);
    let unit = s.starting(Sense::Unit(UnitSort::Rating, ""), at)?;
    let Sense::Unit(sort, name) = unit.sense else { return None };
    let nothing = || {
        Some(Figure {
            start: number.start,
            end: unit.end,
            tail: unit.end,
            what: What::Rating(Rating { range: Interval::UNKNOWN, unit: RatingUnit::Kw }),
        })
    };
    match sort {
        UnitSort::Rating => {
            let (factor, unit_of) = match name {
                "kw" => (Decimal::ONE, RatingUnit::Kw),
                "mw" => (Decimal::from(1000), RatingUnit::Kw),
                "gw" => (Decimal::from(1_000_000), RatingUnit::Kw),
                "kva" => (Decimal::ONE, RatingUnit::Kva),
                "mva" => (Decimal::from(1000), RatingUnit::Kva),
                "kv" => (Decimal::ONE, RatingUnit::Kv),
                _ => return nothing(),
            };
            let range = Interval { min: number.low.times(factor), max: number.high.times(factor) };
            Some(Figure {
                start: number.start,
                end: unit.end,
                tail: unit.end,
                what: What::Rating(Rating { range, unit: unit_of }),
            })
        }
        UnitSort::Measure => stuff(s, number, &unit, name).or_else(nothing),
        UnitSort::Other => nothing(),
    }
}

/// "200, 125 and 63 MVA": the unit of the last is of all.
fn joined_unit(s: &Sentence, from: usize) -> usize {
    let mut at = from;
    for _ in 0..3 {
        let joint =
            matches!(s.body(at), "," | "and" | "or" | "і" | "та" | "und" | "et" | "i" | "și");
        match s.numbers.iter().find(|n| joint && n.start == at + 1) {
            Some(next)
                if rating_end(s, next.start).is_some()
                    || matches!(s.body(next.end), "," | "and") =>
            {
                at = next.end;
            }
            _ => break,
        }
    }
    at
}

/// Tonnes, litres and kilometres: so much of a thing, the weight of a whole cargo, or of each piece.
fn stuff(s: &Sentence, number: &Number, unit: &Mention, name: &str) -> Option<Figure> {
    let thing =
        thing_after(s, unit.end, 4).filter(|t| !t.sort.is_abstract() || t.sort == Sort::Money);
    let (qualifier, start) = hedge(s, number, number.start);
    let (low, high) = (number.low, number.high);
    // "a 200-tonne autotransformer": the weight of a piece.
    let of_piece = name == "tonne"
        && (s.body(number.end) == "-" || matches!(s.before(number.start), "a" | "an" | "A" | "An"))
        && thing.is_some_and(|t| is_piece(t.sort) && t.start <= unit.end + 3);
    if of_piece {
        let range = Interval { min: Some(low), max: Some(high) };
        return Some(Figure {
            start: number.start,
            end: unit.end,
            tail: unit.end,
            what: What::Rating(Rating { range, unit: RatingUnit::Tonne }),
        });
    }
    let weight = matches!(
        s.before(start),
        "weighing" | "weighs" | "weigh" | "масою" | "вагою" | "schwer" | "pesant"
    );
    // Tonnes of aid are goods, whatever they are.
    let thing =
        thing.map(|t| if t.sort == Sort::Money { Thing { sort: Sort::Package, ..t } } else { t });
    // "16 km of cable", "cable (16 km)"; other lengths are of places.
    let thing = thing.or_else(|| listed(s, start, unit.end));
    let length = name == "kilometre"
        && !thing.is_some_and(|t| {
            matches!(t.sort, Sort::LineKit | Sort::Grid)
                && (t.end <= start || t.start <= unit.end + 3)
        });
    let whole = thing.is_some() && !weight && !length;
    if whole {
        let unit_of = match name {
            "litre" => Unit::Litre,
            "kilometre" => Unit::Kilometre,
            _ => Unit::Tonne,
        };
        let quantity = Quantity {
            range: interval(qualifier, low, high),
            qualifier,
            unit: unit_of,
            words: s.words(start, unit.end).to_owned(),
        };
        return Some(Figure {
            start,
            end: unit.end,
            tail: thing.map_or(unit.end, |t| t.end.max(unit.end)),
            what: What::Count { quantity, thing },
        });
    }
    // "aid weighing over 270 tonnes", "270 tonnes have arrived": the weight of it all, and not of a piece.
    let bulk = s.things().iter().rev().find(|m| m.end <= start).and_then(|m| match m.sense {
        Sense::Thing(sort) if sort.is_abstract() || sort == Sort::Transport => {
            let sort = if sort == Sort::Transport { sort } else { Sort::Package };
            Some(Thing { start: m.start, end: m.end, sort })
        }
        _ => None,
    });
    let near = bulk.filter(|t| start - t.end <= 8);
    let of = matches!(s.body(unit.end), "of" | "de" | "have" | "has" | "were" | "was" | "had");
    if name == "tonne" && (near.is_some() || of && !weight) {
        let quantity = Quantity {
            range: interval(qualifier, low, high),
            qualifier,
            unit: Unit::Tonne,
            words: s.words(start, unit.end).to_owned(),
        };
        return Some(Figure {
            start,
            end: unit.end,
            tail: unit.end,
            what: What::Count { quantity, thing: near },
        });
    }
    if name == "tonne" {
        let range = Interval { min: Some(low), max: Some(high) };
        return Some(Figure {
            start,
            end: unit.end,
            tail: unit.end,
            what: What::Rating(Rating { range, unit: RatingUnit::Tonne }),
        });
    }
    None
}

/// So many of a thing, or a bare number that takes its thing from before.
fn count(s: &Sentence, number: &Number) -> Option<Figure> {
    let next = s.body(number.end);
    // Ordinals, shares, times, sections.
    let ordinal = s.token(number.end).is_some_and(|t| t.glued)
        && matches!(next, "st" | "nd" | "rd" | "th" | "%" | ":" | "-й" | "го" | "й" | "." if next != "." || s.token(number.end + 1).is_some_and(|t| !t.capital));
    // "10:30" is a clock; "Ministry: 4 generators" is none.
    let clock = s.before(number.start) == ":"
        && s.token(number.start).is_some_and(|t| t.glued)
        && number
            .start
            .checked_sub(2)
            .and_then(|b| s.token(b))
            .is_some_and(|t| t.shape == Shape::Number);
    let labelled = clock
        || matches!(
            s.before(number.start).to_lowercase().as_str(),
            "no" | "№" | "article" | "page" | "#" | "day" | "version" | "phase"
        );
    if ordinal || labelled || next == "%" {
        return None;
    }
    let (low, high) = number.as_count();
    let (qualifier, start) = hedge(s, number, number.start);
    // "100 or so generators", "12 x 110 kV transformers": the noun comes after these.
    let from = match s.starting(Sense::Hedge(Qualifier::Over, false), number.end) {
        Some(Mention { sense: Sense::Hedge(_, true), end, .. }) => end,
        _ if matches!(next, "x" | "×" | "х" | "+") => number.end + 1,
        _ if next == "(" && s.body(number.end + 2) == ")" => number.end + 3,
        _ if next == "-" && number.sort == NumberSort::Digits => {
            match s.starting(Sense::Hedge(Qualifier::Over, false), number.end + 1) {
                Some(Mention { sense: Sense::Hedge(_, true), end, .. }) => end,
                _ => number.end,
            }
        }
        _ => number.end,
    };
    let thing = thing_after(s, from, NEAR)
        .or_else(|| shared(s, from))
        .or_else(|| listed(s, start, from))
        .or_else(|| unnamed(s, start, from));
    if number.sort == NumberSort::Article
        && thing.is_none_or(|t| {
            t.sort.is_abstract()
                || t.sort == Sort::Transport
                || t.sort == Sort::Generic
                || t.start > number.end + 3
        })
    {
        return None;
    }
    if number.sort == NumberSort::Article && qualifier != Qualifier::Exact {
        return None;
    }
    match thing {
        Some(thing) => {
            if thing.sort.is_abstract() {
                return None;
            }
            let years = low >= Decimal::from(2010)
                && low <= Decimal::from(2040)
                && number.end - number.start == 1;
            let year = years
                && s.body(number.start).len() == 4
                && (matches!(
                    s.before(start).to_lowercase().as_str(),
                    "in" | "since" | "by" | "у" | "в" | "im" | "en" | "w" | "în"
                ) || s.body(number.end) == ",");
            if year {
                return None;
            }
            let unit = unit_of(s, &thing);
            let end = from.max(number.end);
            let tail = thing.end.max(end);
            let words = s.words(start, number.end).to_owned();
            let quantity =
                Quantity { range: interval(qualifier, low, high), qualifier, unit, words };
            Some(Figure {
                start,
                end: number.end,
                tail,
                what: What::Count { quantity, thing: Some(thing) },
            })
        }
        None => bare(s, number, start, qualifier, interval(qualifier, low, high)),
    }
}
