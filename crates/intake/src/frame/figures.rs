//! What the numbers of a sentence are: counts of things, sums of money, ratings of a piece, or nothing of ours.

use relight_ledger::decimal::Decimal;
use relight_ledger::interval::Interval;
use relight_ledger::model::{Currency, Money, Qualifier, Quantity, Rating, RatingUnit, Unit};

use super::sentence::Sentence;
use crate::lexicon::{Cue, Form, Mention, Role, Sense, Situation, Sort, UnitSort};
use crate::number::{Number, NumberSort};
use crate::text::token::Shape;

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

/// The figures of a sentence, in order.
pub(super) fn find(s: &Sentence) -> Vec<Figure> {
    let mut out: Vec<Figure> = Vec::new();
    for number in s.numbers {
        if s.is_date(number.start) && number.sort != NumberSort::Vague {
            continue;
        }
        let found =
            sum(s, number, &out).or_else(|| measure(s, number)).or_else(|| count(s, number));
        out.extend(found);
    }
    carriers(s, &mut out);
    out
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
            if gap > 0 && !bridges(s, at, from) || is_particle(s, &found) {
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

/// A sum of money: a currency before or after the number.
fn sum(s: &Sentence, number: &Number, before: &[Figure]) -> Option<Figure> {
    let like = Sense::Currency(None);
    let mut start = number.start;
    let mut end = number.end;
    let mut found = s.ending(like, number.start);
    if let Some(mention) = found {
        start = mention.start;
    }
    // "1.05 billion US dollars", "millions of euros", "50-million-euro": before and after may both be there.
    let skip = usize::from(matches!(s.body(end), "of" | "de" | "d" | "di" | "-"));
    if let Some(mention) = s.starting(like, end + skip) {
        let after_is_better = found.is_none_or(|f| f.sense == Sense::Currency(None));
        if after_is_better {
            found = Some(mention);
        }
        end = mention.end;
    }
    let Sense::Currency(currency) = found?.sense else { return None };
    let (qualifier, start) = hedge(s, number, start);
    let range = interval(qualifier, number.low, number.high);
    let money = Money {
        range,
        currency,
        qualifier,
        words: s.words(start, end).to_owned(),
        ..Money::default()
    };
    let previous = before.last().filter(|f| matches!(f.what, What::Sum { .. }));
    let bracket = s.before(start) == "("
        || matches!(s.before(start), "or" | "або" | "oder" | "ou" | "czyli" | "sau");
    let equivalent = bracket && previous.is_some_and(|f| f.end + 1 >= start.saturating_sub(1));
    Some(Figure { start, end, tail: end, what: What::Sum { money, equivalent } })
}

/// A rating, a quantity of stuff, or a unit that takes the number out of play.
fn measure(s: &Sentence, number: &Number) -> Option<Figure> {
    // "5-kW", "3.5 kW to 8 kW", "330/110 kV".
    let mut at = number.end;
    if matches!(s.body(at), "-" | "/") {
        let next = s.numbers.iter().find(|n| n.start == at + 1);
        at = next.map_or(at + 1, |n| n.end);
    }
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
        UnitSort::Measure => {
            let thing = thing_after(s, unit.end, 4)
                .filter(|t| !t.sort.is_abstract() || t.sort == Sort::Money);
            let (qualifier, start) = hedge(s, number, number.start);
            let (low, high) = (number.low, number.high);
            let weight = matches!(
                s.before(start),
                "weighing" | "weighs" | "weigh" | "масою" | "вагою" | "schwer" | "pesant"
            );
            let whole = thing.is_some() && !weight && name != "kilometre";
            if whole {
                let unit_of = if name == "litre" { Unit::Litre } else { Unit::Tonne };
                let quantity = Quantity {
                    range: interval(qualifier, low, high),
                    qualifier,
                    unit: unit_of,
                    words: s.words(start, unit.end).to_owned(),
                };
                return Some(Figure {
                    start,
                    end: unit.end,
                    tail: thing.map_or(unit.end, |t| t.end),
                    what: What::Count { quantity, thing },
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
            nothing()
        }
        UnitSort::Other => nothing(),
    }
}

/// The thing whose words begin at that token or soon after, with nothing but adjectives between.
fn thing_after(s: &Sentence, from: usize, near: usize) -> Option<Thing> {
    let mut at = from;
    let end = (from + near).min(s.range.1);
    while at < end {
        if let Some(found) = s.starting(Sense::Thing(Sort::Generic), at)
            && let Sense::Thing(sort) = found.sense
        {
            return Some(compound(s, Thing { start: found.start, end: found.end, sort }));
        }
        if !is_adjective_like(s, at) {
            return None;
        }
        at += 1;
    }
    None
}

/// English puts the head last: "gas turbine transformers" are transformers, "fuel trucks" are trucks.
fn compound(s: &Sentence, first: Thing) -> Thing {
    let mut thing = first;
    if s.language() == Some(crate::text::language::Language::English) {
        while let Some(next) = s.starting(Sense::Thing(Sort::Generic), thing.end)
            && let Sense::Thing(sort) = next.sense
        {
            if matches!(sort, Sort::Generic | Sort::Money | Sort::Package) {
                break;
            }
            thing = Thing { start: thing.start, end: next.end, sort };
        }
    }
    // "planeloads of equipment", "truckloads of generators": what is in them.
    if thing.sort == Sort::Transport
        && matches!(s.body(thing.end), "of" | "de" | "з" | "із" | "mit" | "cu")
    {
        let of = matches!(s.body(thing.end), "of" | "de");
        if let Some(inner) =
            thing_after(s, thing.end + 1, 4).filter(|t| of && t.sort != Sort::Transport)
        {
            return Thing { start: thing.start, end: inner.end, sort: inner.sort };
        }
    }
    thing
}

/// Words that may stand between a number and its noun.
#[expect(clippy::too_many_lines, reason = "one case after another, each of them short")]
fn is_adjective_like(s: &Sentence, at: usize) -> bool {
    let Some(token) = s.token(at) else { return false };
    let body = s.body(at);
    if token.shape == Shape::Number {
        return s.numbers.iter().all(|n| n.start != at);
    }
    if token.shape == Shape::Sign {
        return matches!(body, "“" | "”" | "\"" | "«" | "»" | "-" | "'");
    }
    let next_is_thing = s.starting(Sense::Thing(Sort::Generic), at + 1).is_some();
    let verb = s.starting(Sense::Verb(crate::lexicon::Action::Send, Form::Done), at);
    if let Some(verb) = verb
        && !(next_is_thing && matches!(verb.sense, Sense::Verb(_, Form::Done)))
    {
        return false;
    }
    let blocks = |like: Sense| s.starting(like, at).is_some();
    if blocks(Sense::Modal(crate::lexicon::Modality::Future))
        || blocks(Sense::Unit(UnitSort::Other, ""))
        || blocks(Sense::Role(Role::Body)) && !next_is_thing
        || blocks(Sense::Month(1))
        || s.starting(Sense::Situation(Situation::People), at)
            .is_some_and(|m| m.sense == Sense::Situation(Situation::People))
    {
        return false;
    }
    let folded = body.to_lowercase();
    let joins = matches!(
        folded.as_str(),
        "of" | "the"
            | "these"
            | "those"
            | "its"
            | "their"
            | "de"
            | "d"
            | "di"
            | "des"
            | "такі"
            | "таких"
            | "цих"
            | "tych"
    );
    let stops = matches!(
        folded.as_str(),
        "and"
            | "or"
            | "with"
            | "in"
            | "on"
            | "at"
            | "as"
            | "that"
            | "which"
            | "who"
            | "will"
            | "to"
            | "for"
            | "from"
            | "by"
            | "was"
            | "were"
            | "is"
            | "are"
            | "have"
            | "has"
            | "had"
            | "і"
            | "та"
            | "й"
            | "з"
            | "із"
            | "у"
            | "в"
            | "на"
            | "до"
            | "для"
            | "від"
            | "що"
            | "які"
            | "який"
            | "und"
            | "mit"
            | "für"
            | "von"
            | "aus"
            | "nach"
            | "an"
            | "et"
            | "avec"
            | "pour"
            | "dans"
            | "vers"
            | "qui"
            | "que"
            | "à"
            | "i"
            | "z"
            | "ze"
            | "w"
            | "dla"
            | "od"
            | "oraz"
            | "które"
            | "și"
            | "cu"
            | "pentru"
            | "din"
            | "la"
            | "care"
            | "în"
            | "states"
            | "countries"
            | "nations"
            | "percent"
            | "people"
            | "men"
            | "women"
            | "children"
            | "country"
            | "state"
            | "держав"
            | "країн"
            | "країни"
            | "länder"
            | "staaten"
            | "pays"
            | "krajów"
            | "państw"
            | "țări"
            | "state-"
    );
    joins || !stops
}

/// So many of a thing, or a bare number that takes its thing from before.
fn count(s: &Sentence, number: &Number) -> Option<Figure> {
    let next = s.body(number.end);
    // Ordinals, shares, times, sections.
    let ordinal = s.token(number.end).is_some_and(|t| t.glued)
        && matches!(next, "st" | "nd" | "rd" | "th" | "%" | ":" | "-й" | "го" | "й" | "." if next != "." || s.token(number.end + 1).is_some_and(|t| !t.capital));
    let labelled = matches!(
        s.before(number.start).to_lowercase().as_str(),
        "no" | "№" | "article" | "page" | ":" | "#" | "day" | "version" | "phase"
    );
    if ordinal || labelled || next == "%" {
        return None;
    }
    let (low, high) = number.as_count();
    let thing = thing_after(s, number.end, NEAR);
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
    let (qualifier, start) = hedge(s, number, number.start);
    if number.sort == NumberSort::Article && qualifier != Qualifier::Exact {
        return None;
    }
    match thing {
        Some(thing) => {
            if thing.sort.is_abstract() {
                return None;
            }
            let years = low >= Decimal::from(1990)
                && low <= Decimal::from(2100)
                && number.end - number.start == 1;
            let year = years
                && s.body(number.start).len() == 4
                && (matches!(
                    s.before(start).to_lowercase().as_str(),
                    "in" | "of" | "since" | "by" | "у" | "в" | "im" | "en" | "w" | "în"
                ) || s.body(number.end) == ",");
            if year {
                return None;
            }
            let unit = unit_of(s, &thing);
            let words = s.words(start, number.end).to_owned();
            let quantity =
                Quantity { range: interval(qualifier, low, high), qualifier, unit, words };
            Some(Figure {
                start,
                end: number.end,
                tail: thing.end,
                what: What::Count { quantity, thing: Some(thing) },
            })
        }
        None => bare(s, number, start, qualifier, interval(qualifier, low, high)),
    }
}

fn unit_of(s: &Sentence, thing: &Thing) -> Unit {
    let first = s.body(thing.start).to_lowercase();
    let words = s.words(thing.start, thing.end).to_lowercase();
    if first.starts_with("planeload")
        || first == "planes"
        || first == "flights"
        || first.starts_with("літак")
    {
        Unit::Planeload
    } else if words.contains("kit") && thing.sort != Sort::Transport {
        Unit::Kit
    } else if first.contains("cargo")
        || words.contains("cargo")
        || first.starts_with("вантаж") && !first.starts_with("вантажів")
    {
        Unit::Cargo
    } else if [
        "truck",
        "lorr",
        "convoy",
        "вантажів",
        "фур",
        "lkw",
        "lastwagen",
        "camion",
        "tir",
        "ciężar",
        "train",
        "wagon",
    ]
    .iter()
    .any(|w| first.starts_with(w))
        && thing.sort != Sort::Vehicle
    {
        Unit::Transport
    } else {
        Unit::Piece
    }
}

/// "another 900 will be delivered", "the 550 that have been sent": a number that leaves its thing to what was said before.
fn bare(
    s: &Sentence,
    number: &Number,
    start: usize,
    qualifier: Qualifier,
    range: Interval,
) -> Option<Figure> {
    if !matches!(number.sort, NumberSort::Digits | NumberSort::Words)
        || number.low.whole().is_none()
    {
        return None;
    }
    // "320 weitere werden": the word for more may follow.
    let skip = s
        .starting(Sense::Cue(Cue::More), number.end)
        .filter(|m| m.sense == Sense::Cue(Cue::More))
        .map_or(number.end, |m| m.end);
    let next = s.body(skip).to_lowercase();
    let verb = s.starting(Sense::Verb(crate::lexicon::Action::Send, Form::Done), skip).is_some()
        || s.starting(Sense::Modal(crate::lexicon::Modality::Future), skip).is_some();
    let relative = matches!(
        next.as_str(),
        "that"
            | "which"
            | "of"
            | "які"
            | "що"
            | "die"
            | "qui"
            | "które"
            | "care"
            | "from"
            | "z"
            | "від"
            | "з"
            | "now"
    );
    let more = number.start.checked_sub(1).is_some_and(|b| s.cue_at(b, Cue::More));
    let more_after = s.cue_at(number.end, Cue::More);
    let year = number.low >= Decimal::from(1900) && number.low <= Decimal::from(2100) && !more;
    let of_them = next == "of" && matches!(s.body(number.end + 1), "them" | "these" | "those");
    let named = next == "of" && !of_them;
    let holds = !year
        && (verb && (more || s.before(start) == "the" || number.low >= Decimal::from(10))
            || relative
                && !named
                && (more
                    || s.before(start).eq_ignore_ascii_case("the")
                    || number.low >= Decimal::from(10))
            || of_them
            || more
            || more_after && (verb || !s.is_word(skip)));
    if !holds || is_of_parties(s, number.end) {
        return None;
    }
    // "another 50 people" and "another 12 regions" count something else.
    let noun = s.is_word(skip)
        && !verb
        && !relative
        && !matches!(
            next.as_str(),
            "to" | "in"
                | "for"
                | "by"
                | "were"
                | "was"
                | "are"
                | "have"
                | "had"
                | "has"
                | "and"
                | "before"
                | "on"
                | "at"
                | "until"
                | "this"
                | "next"
                | "later"
                | "soon"
        );
    if noun {
        return None;
    }
    let quantity = Quantity {
        range,
        qualifier,
        unit: Unit::Piece,
        words: s.words(start, number.end).to_owned(),
    };
    Some(Figure {
        start,
        end: number.end,
        tail: number.end,
        what: What::Count { quantity, thing: None },
    })
}

/// "17 of the allies", "30 from the member states".
fn is_of_parties(s: &Sentence, at: usize) -> bool {
    (at..at + 3).any(|i| s.starting(Sense::Party(0), i).is_some()) && s.body(at) == "of"
}

/// Trucks that carry what is counted are no help of their own.
fn carriers(s: &Sentence, figures: &mut Vec<Figure>) {
    let others = figures.iter().any(
        |f| matches!(&f.what, What::Count { thing: Some(t), .. } if t.sort != Sort::Transport),
    );
    figures.retain(|f| {
        let What::Count { thing: Some(thing), .. } = &f.what else { return true };
        if thing.sort != Sort::Transport {
            return true;
        }
        let by = matches!(
            s.before(f.start).to_lowercase().as_str(),
            "by" | "in"
                | "on"
                | "aboard"
                | "with"
                | "у"
                | "в"
                | "на"
                | "mit"
                | "auf"
                | "dans"
                | "w"
                | "în"
                | "con"
        );
        let with = matches!(
            s.body(f.tail).to_lowercase().as_str(),
            "with" | "carrying" | "loaded" | "з" | "із" | "mit" | "avec" | "z" | "ze" | "cu"
        );
        !(by || others && with)
    });
}

/// The currency of a bare dollar, from who gives: the dollar of the United States, unless a country with a dollar of its
/// own speaks.
pub(super) fn dollar(donor_countries: &[&str], page_countries: &[&str]) -> Option<Currency> {
    const OWN: [&str; 8] = ["CA", "AU", "NZ", "TW", "SG", "HK", "JM", "LR"];
    let own = |list: &[&str]| list.iter().any(|c| OWN.contains(c));
    let us = donor_countries.contains(&"US");
    if !us && (own(donor_countries) || donor_countries.is_empty() && own(page_countries)) {
        return None;
    }
    Some(Currency::USD)
}
