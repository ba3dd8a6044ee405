//! What a page says of the situation: who is without power, heat and water, what is asked for, what may come.

use relight_ledger::decimal::Decimal;
use relight_ledger::interval::Interval;
use relight_ledger::model::{Lot, Qualifier, Quantity, Unit};

use crate::draft::{Field, Occasion, OccasionKind};
use crate::frame::sentence::Sentence;
use crate::lexicon::{Mention, Sense, Situation, Sort};
use crate::number::NumberSort;

/// The word on the situation that a sentence holds, if it does.
pub(crate) fn read(s: &Sentence, statement: usize) -> Vec<Occasion> {
    let words = s.layer(Sense::Situation(Situation::Power));
    if words.is_empty() {
        return Vec::new();
    }
    let has = |situation: Situation| words.iter().find(|m| m.sense == Sense::Situation(situation));
    let mut out = Vec::new();
    if let Some(report) = outage(s, statement, words) {
        out.push(report);
    }
    if let Some(warning) = has(Situation::Warn) {
        let span = s.span(warning.start, warning.end);
        out.push(Occasion {
            span: s.whole(),
            statement,
            kind: Field::new(OccasionKind::Warning, span, 70),
            figures: Vec::new(),
            asks: Vec::new(),
        });
    }
    if let Some(need) = has(Situation::Need) {
        let asks = asked(s, need);
        let service =
            [Situation::Power, Situation::Heat, Situation::Water].iter().any(|x| has(*x).is_some());
        if !asks.is_empty() || service && is_asking(s, need) {
            let span = s.span(need.start, need.end);
            out.push(Occasion {
                span: s.whole(),
                statement,
                kind: Field::new(OccasionKind::Appeal, span, 65),
                figures: Vec::new(),
                asks,
            });
        }
    }
    out
}

/// "left millions of people with no heat, water or power", "10,000 households without electricity".
fn outage(s: &Sentence, statement: usize, words: &[Mention]) -> Option<Occasion> {
    let without = words.iter().find(|m| m.sense == Sense::Situation(Situation::Without))?;
    // "prepare for new blackouts": what may come is no report.
    let to_come = words.iter().any(|m| {
        m.sense == Sense::Situation(Situation::Warn)
            && m.end <= without.start
            && without.start - m.end <= 3
    });
    if to_come {
        return None;
    }
    let services: Vec<(&str, &Mention)> = words
        .iter()
        .filter_map(|m| match m.sense {
            Sense::Situation(Situation::Power) => Some(("power", m)),
            Sense::Situation(Situation::Heat) => Some(("heat", m)),
            Sense::Situation(Situation::Water) => Some(("water", m)),
            Sense::Situation(Situation::Communication) => Some(("communication", m)),
            _ => None,
        })
        .filter(|(_, m)| {
            // "no" is of the word that follows: "attacked power stations and sent no generators".
            let no = s.body(without.start).eq_ignore_ascii_case("no");
            let next = m.start >= without.end && m.start - without.end <= 8;
            m.start.abs_diff(without.start) <= 16 && (next || !no)
        })
        .collect();
    let dark = s.words(without.start, without.end).to_lowercase();
    let implied = [
        "blackout",
        "outage",
        "power cut",
        "dark",
        "знеструмлен",
        "блекаут",
        "stromausf",
        "de-energi",
        "обесточен",
    ]
    .iter()
    .any(|w| dark.contains(w));
    let people = words.iter().filter(|m| m.sense == Sense::Situation(Situation::People));
    // Those who are counted are meant, before the place where they live.
    let who = people.min_by_key(|m| {
        let counted = s.numbers.iter().any(|n| n.end <= m.start && m.start - n.end <= 2);
        (!counted, m.start.abs_diff(without.start))
    });
    if services.is_empty() && !implied || who.is_none() && services.is_empty() {
        return None;
    }
    let mut named: Vec<&str> = services.iter().map(|(name, _)| *name).collect();
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        named.push("power");
    }
    let quantity = who.and_then(|who| affected(s, who.start, Some(who))).or_else(|| {
        // "left millions with no heat": nobody is named, but how many.
        let many = s.numbers.iter().any(|n| n.end <= without.start && n.low >= Decimal::from(1000));
        (many && who.is_none()).then(|| affected(s, without.start, None)).flatten()
    });
    let at = s.span(without.start, without.end);
    let figures = named
        .iter()
        .map(|name| {
            let unsaid = Quantity {
                qualifier: Qualifier::Unspecified,
                unit: Unit::Person,
                ..Quantity::default()
            };
            let quantity = quantity.clone().unwrap_or_else(|| Field::new(unsaid, at, 50));
            let counted = who.is_some_and(|w| is_household(s, w));
            let what = if counted {
                format!("households_without_{name}")
            } else {
                format!("people_without_{name}")
            };
            (what, quantity)
        })
        .collect();
    Some(Occasion {
        span: s.whole(),
        statement,
        kind: Field::new(OccasionKind::Report, at, 75),
        figures,
        asks: Vec::new(),
    })
}

fn is_household(s: &Sentence, who: &Mention) -> bool {
    let word = s.body(who.start).to_lowercase();
    [
        "household",
        "home",
        "customer",
        "consumer",
        "subscriber",
        "haushalt",
        "kund",
        "foyer",
        "abonn",
        "client",
        "gospodar",
        "odbiorc",
        "gospodăr",
        "consum",
        "абонент",
        "споживач",
        "осель",
        "домогосп",
        "user",
        "building",
        "house",
    ]
    .iter()
    .any(|w| word.starts_with(w))
}

/// The number right before the people.
fn affected(s: &Sentence, at: usize, who: Option<&Mention>) -> Option<Field<Quantity>> {
    let number =
        s.numbers.iter().rev().find(|n| n.end <= at && at - n.end <= 3 && !s.is_date(n.start))?;
    let (low, high) = number.as_count();
    let like = Sense::Hedge(Qualifier::Over, false);
    let hedge = s.ending(like, number.start);
    let (qualifier, start) = match hedge.map(|h| (h.sense, h.start)) {
        Some((Sense::Hedge(qualifier, false), start)) if number.sort != NumberSort::Vague => {
            (qualifier, start)
        }
        _ if number.sort == NumberSort::Vague => (Qualifier::Vague, number.start),
        _ if number.sort == NumberSort::Range => (Qualifier::Between, number.start),
        _ => (Qualifier::Exact, number.start),
    };
    let range = match qualifier {
        Qualifier::Over | Qualifier::AtLeast => Interval::at_least(low),
        Qualifier::UpTo => Interval::up_to(high),
        _ => Interval { min: Some(low), max: Some(high) },
    };
    let unit = if who.is_some_and(|w| is_household(s, w)) {
        Unit::Other("household".to_owned())
    } else {
        Unit::Person
    };
    let span = s.span(start, number.end);
    Some(Field::new(
        Quantity { range, qualifier, unit, words: s.words(start, number.end).to_owned() },
        span,
        80,
    ))
}

/// Things that follow a word of need.
fn asked(s: &Sentence, need: &Mention) -> Vec<Field<Lot>> {
    let mut out = Vec::new();
    for mention in s
        .things()
        .iter()
        .filter(|m| m.start >= need.start.saturating_sub(6) && m.start <= need.end + 24)
    {
        let Sense::Thing(sort) = mention.sense else { continue };
        if sort == Sort::Generic || sort == Sort::Transport {
            continue;
        }
        let lot = Lot::new(sort.category(), s.words(mention.start, mention.end));
        out.push(Field::new(lot, s.span(mention.start, mention.end), 60));
    }
    out
}

/// Words that ask by themselves, whatever they ask for.
fn is_asking(s: &Sentence, need: &Mention) -> bool {
    let word = s.words(need.start, need.end).to_lowercase();
    [
        "call",
        "urge",
        "appeal",
        "plead",
        "ask",
        "request",
        "заклик",
        "просить",
        "forder",
        "bat",
        "appel",
        "exhort",
        "apel",
        "wezw",
        "pros",
        "cerut",
        "cere",
        "solicit",
        "призв",
    ]
    .iter()
    .any(|w| word.starts_with(w) || word.contains(&format!(" {w}")))
}
