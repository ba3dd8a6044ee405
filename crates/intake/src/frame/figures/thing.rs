//! The noun that a number counts: after it, before it, shared by several, or with an article alone.

use super::{Figure, NEAR, Thing, What};
use crate::frame::sentence::Sentence;
use crate::lexicon::{Cue, Form, Role, Sense, Situation, Sort, UnitSort, Words};
use crate::text::token::Shape;
use relight_ledger::model::Quantity;

/// The thing whose words begin at that token or soon after, with nothing but adjectives between.
pub(super) fn thing_after(s: &Sentence, from: usize, near: usize) -> Option<Thing> {
    let mut at = from;
    let mut end = (from + near).min(s.range.1);
    while at < end {
        // "20 100-kVA generators", "50 (mostly small) generators": ratings and brackets are no words of the noun.
        let skip = rating_end(s, at).or_else(|| bracket_end(s, at));
        if let Some(next) = skip {
            end = (end + next - at).min(s.range.1);
            at = next;
            continue;
        }
        if let Some(found) = s.starting(Sense::Thing(Sort::Generic), at)
            && let Sense::Thing(sort) = found.sense
        {
            let thing = Thing { start: found.start, end: found.end, sort };
            // "gas and diesel generators" are generators.
            let fired = (sort == Sort::Fuel
                && matches!(s.body(found.end), "and" | "or" | "/" | ","))
            .then(|| thing_after(s, found.end + 1, 3))
            .flatten()
            .filter(|t| matches!(t.sort, Sort::Generator | Sort::Turbine));
            return Some(fired.unwrap_or_else(|| compound(s, thing)));
        }
        // "50 new, powerful generators", "20 mobile and stationary generators"; but not "40 doctors and generators".
        let joint =
            matches!(s.body(at), "," | "and" | "or" | "/" | "та" | "і" | "und" | "et" | "i" | "și")
                && at > from
                && s.is_word(at - 1)
                && !s.before(at).ends_with('s')
                && s.is_word(at + 1)
                && is_adjective_like(s, at + 1);
        if !joint && !is_adjective_like(s, at) {
            return None;
        }
        at += 1;
    }
    None
}

/// The token after a rating that begins at that token: `100-kVA`, `5 to 10 kW`.
pub(super) fn rating_end(s: &Sentence, at: usize) -> Option<usize> {
    let number = s.numbers.iter().find(|n| n.start == at)?;
    let unit = number.end + usize::from(s.body(number.end) == "-");
    let found = s.starting(Sense::Unit(UnitSort::Rating, ""), unit)?;
    matches!(found.sense, Sense::Unit(UnitSort::Rating, _)).then_some(found.end)
}

/// The token after a bracket of a few words that begins at that token.
pub(super) fn bracket_end(s: &Sentence, at: usize) -> Option<usize> {
    let close = (s.body(at) == "(").then(|| (at + 1..at + 9).find(|i| s.body(*i) == ")"))??;
    Some(close + 1)
}

/// English puts the head last: "gas turbine transformers" are transformers, "fuel trucks" are trucks.
pub(super) fn compound(s: &Sentence, first: Thing) -> Thing {
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
    // "planeloads of equipment", "trucks with transformers", "72 sets of generators": what is in them.
    let inner = || {
        let holds = matches!(s.body(thing.end), "of" | "de" | "d" | "di");
        thing_after(s, thing.end + 1, 4).filter(|t| {
            holds && !t.sort.is_abstract() && t.sort != Sort::Generic && t.sort != Sort::Transport
        })
    };
    match thing.sort {
        Sort::Transport => inner().map_or(thing, |inner| Thing {
            start: thing.start,
            end: inner.end,
            sort: inner.sort,
        }),
        Sort::Generic => inner().unwrap_or(thing),
        _ => thing,
    }
}

/// Words that may stand between a number and its noun.
pub(super) fn is_adjective_like(s: &Sentence, at: usize) -> bool {
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
            .is_some_and(|m| m.sense == Sense::Situation(Situation::People) && !next_is_thing)
    {
        return false;
    }
    !s.is(at, Words::NounStop)
}

/// Words that may follow a noun that is whole: a preposition, a verb, a participle.
pub(super) fn is_after_noun(s: &Sentence, at: usize) -> bool {
    s.is(at, Words::AfterNoun)
        || s.starting(Sense::Verb(crate::lexicon::Action::Send, Form::Done), at).is_some()
}

/// "50 large, 30 medium and 20 small generators": the noun of the last number is of all.
pub(super) fn shared(s: &Sentence, from: usize) -> Option<Thing> {
    let mut at = from;
    for _ in 0..4 {
        let adjectives =
            (at..at + 3).find(|i| !s.is_word(*i) || !is_adjective_like(s, *i)).unwrap_or(at + 3);
        let joint = matches!(
            s.body(adjectives),
            "," | "and" | "or" | "і" | "та" | "und" | "et" | "i" | "oraz" | "și" | "e"
        );
        let next = s
            .numbers
            .iter()
            .find(|n| n.start > adjectives && n.start <= adjectives + 2)
            .filter(|_| joint && adjectives > at)?;
        if let Some(thing) = thing_after(s, next.end, NEAR) {
            return Some(thing);
        }
        at = next.end;
    }
    None
}

/// "Generators: 50", "transformers - 45, cables - 12 km", "generators (fifty)": the number after its noun.
pub(super) fn listed(s: &Sentence, start: usize, end: usize) -> Option<Thing> {
    let mark = s.before(start);
    let last =
        !s.is_word(end) || matches!(s.body(end), "and" | "та" | "і" | "und" | "et" | "i" | "și");
    let mention = s.ending(Sense::Thing(Sort::Generic), start.checked_sub(1)?)?;
    let Sense::Thing(sort) = mention.sense else { return None };
    let numbered = matches!(mark, "-" | "–" | "—" | ":" | "(" | "numbering");
    (numbered && last && sort != Sort::Generic && !sort.is_abstract()).then_some(Thing {
        start: mention.start,
        end: mention.end,
        sort,
    })
}

/// "sent 40 widgets to Ukraine": what is given has a name that the lexicon does not know.
pub(super) fn unnamed(s: &Sentence, start: usize, from: usize) -> Option<Thing> {
    use crate::lexicon::Action;
    // "has handed Ukraine 12 snow blowers": who gets it may stand between.
    let object = s.parties().iter().rev().find(|p| p.end == start).map_or(start, |p| p.start);
    let Sense::Verb(action, _) = s.ending(Sense::Verb(Action::Send, Form::Done), object)?.sense
    else {
        return None;
    };
    let gives = matches!(
        action,
        Action::Send
            | Action::Deliver
            | Action::Give
            | Action::Donate
            | Action::Buy
            | Action::Offer
            | Action::Pledge
            | Action::Receive
    );
    let mut end = from;
    while end < from + 3
        && s.is_word(end)
        && is_adjective_like(s, end)
        && !s.is(end, Words::AfterNoun)
        && !s.token(end).is_some_and(|t| t.capital)
    {
        end += 1;
    }
    // Something is named, and somebody gets it.
    let to = s.cue_at(end, Cue::To)
        && (end + 1..end + 4).any(|at| s.starting(Sense::Party(0), at).is_some());
    // "sent Ukraine more than 500 units of": giver and receiver are both known.
    let between = s.parties().len() > 1
        && matches!(action, Action::Send | Action::Deliver | Action::Donate | Action::Receive);
    let people = s.starting(Sense::Situation(Situation::People), from).is_some();
    (gives && (to || between) && end > from && !people).then_some(Thing {
        start: from,
        end,
        sort: Sort::Unnamed,
    })
}

/// "a 1 MW generator", "an autotransformer weighing 54 tonnes", "another mobile gas turbine": one of it.
pub(super) fn articles(s: &Sentence, out: &mut Vec<Figure>) {
    use crate::text::language::Language;
    match s.language() {
        Some(Language::English) => {}
        Some(Language::Ukrainian | Language::Polish | Language::Russian | Language::Bulgarian) => {
            return singulars(s, out);
        }
        _ => return,
    }
    let mut found = Vec::new();
    for mention in s.things() {
        let Sense::Thing(sort) = mention.sense else { continue };
        let piece = is_piece(sort);
        let last = s.before(mention.end).to_lowercase();
        let plural = last.ends_with('s') || last.ends_with("switchgear");
        let counted = out.iter().any(|f| {
            matches!(&f.what, What::Count { .. }) && f.start < mention.end && mention.start < f.tail
        });
        // "a generator shortage" is no generator.
        let compound = s.is_word(mention.end)
            && s.token(mention.end).is_some_and(|t| !t.capital)
            && !is_after_noun(s, mention.end);
        if !piece || plural || counted || compound {
            continue;
        }
        let mut start = mention.start;
        while start > s.range.0 && mention.start - start < 8 {
            let word = s.body(start - 1).to_lowercase();
            let ordinal =
                matches!(word.as_str(), "first" | "second" | "third" | "single" | "latest");
            if ordinal
                || matches!(
                    word.as_str(),
                    "a" | "an" | "another" | "the" | "this" | "its" | "our" | "their"
                )
            {
                let quantity =
                    Quantity { words: s.words(start - 1, start).to_owned(), ..Quantity::pieces(1) };
                let thing = Some(Thing { start: mention.start, end: mention.end, sort });
                found.push(Figure {
                    start: start - 1,
                    end: start,
                    tail: mention.end,
                    what: What::Count { quantity, thing },
                });
                break;
            }
            // Over adjectives and ratings: "a mobile 28 MW gas turbine".
            let rating = out
                .iter()
                .any(|f| matches!(f.what, What::Rating(_)) && f.start < start && start <= f.end);
            let adjective = s.is_word(start - 1)
                && is_adjective_like(s, start - 1)
                && !matches!(word.as_str(), "of" | "these" | "those");
            // "a new, more powerful autotransformer".
            let comma = word == "," && s.is_word(start) && start < mention.start;
            if !(rating || adjective || comma || word == "-") {
                break;
            }
            start -= 1;
        }
    }
    out.extend(found);
    out.sort_by_key(|f| f.start);
}

/// Things that come one by one, each of them worth a word.
pub(super) fn is_piece(sort: Sort) -> bool {
    matches!(
        sort,
        Sort::Generator
            | Sort::Turbine
            | Sort::Transformer
            | Sort::InstrumentTransformer
            | Sort::Breaker
            | Sort::MobileSubstation
            | Sort::Vehicle
    )
}

/// "передала автотрансформатор", "podarowała transformator": languages without articles say one by the ending.
fn singulars(s: &Sentence, out: &mut Vec<Figure>) {
    const ENDINGS: [&str; 8] =
        ["атор", "ator", "турбіну", "turbinę", "турбину", "підстанцію", "podstację", "агрегат"];
    let mut found = Vec::new();
    for mention in s.things() {
        let Sense::Thing(sort) = mention.sense else { continue };
        let piece = matches!(
            sort,
            Sort::Generator | Sort::Turbine | Sort::Transformer | Sort::MobileSubstation
        );
        let words = s.words(mention.start, mention.end).to_lowercase();
        let one = ENDINGS.iter().any(|e| words.split_whitespace().any(|w| w.ends_with(e)));
        let counted = out.iter().any(|f| {
            matches!(&f.what, What::Count { .. }) && f.start < mention.end && mention.start < f.tail
        });
        if !piece || !one || counted {
            continue;
        }
        let thing = Some(Thing { start: mention.start, end: mention.end, sort });
        let words = s.words(mention.start, mention.end).to_owned();
        let quantity = Quantity { words, ..Quantity::pieces(1) };
        found.push(Figure {
            start: mention.start,
            end: mention.end,
            tail: mention.end,
            what: What::Count { quantity, thing },
        });
    }
    out.extend(found);
    out.sort_by_key(|f| f.start);
}
