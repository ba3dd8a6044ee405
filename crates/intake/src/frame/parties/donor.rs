//! How much speaks for a group as the giver.

use super::super::sentence::Sentence;
use super::super::verbs::Verb;
use super::Found;
use super::groups::{Group, members};
use super::place::{Place, is_genitive, is_slavic};
use crate::lexicon::{Action, Cue, Manner, Role, Sense};

/// How much speaks for a group as the giver of what stands at `np`; nothing at or below nought.
pub(super) fn donor_score(
    s: &Sentence,
    verb: Option<&Verb>,
    np: (usize, usize),
    group: &Group,
    page: Option<u16>,
) -> i32 {
    let mut score = 0;
    let getting = verb.is_some_and(|v| v.action.is_getting());
    let moves = verb.is_some_and(|v| v.action.moves_itself() && v.action != Action::Total);
    let is_page = group.members.iter().any(|(row, ..)| Some(*row) == page);
    score += match group.place {
        // Right behind what is given: "15 from Romania and 30 from Poland".
        Place::Source
            if group.start > np.1
                && group.start <= np.1 + 2
                && !matches!(s.body(np.1), ";" | ",") =>
        {
            11
        }
        // "from Poland, 200; from Italy, 30".
        Place::Source if group.end + 1 == np.0 && matches!(s.body(group.end), "," | ":") => 9,
        Place::Source => 7,
        Place::Target => -9,
        Place::Location => -4,
        Place::Channel => -5,
        Place::Plain => 0,
    };
    score += order_score(s, verb, np, group);
    // "Canada: $50 million for the grid".
    if s.body(group.end) == ":" && group.end + 1 == np.0 && group.start == s.range.0 {
        score += 9;
    }
    // "100 French generators", "French generators", "Germany's generators".
    let in_phrase = group.start >= np.0 && group.end <= np.1;
    // "Washington's 40 generators", "Croatia's first shipment, 50 generators".
    let owner = matches!(s.body(group.end), "'s" | "’s" | "'" | "’")
        && (group.end + 1 == np.0 || is_apposition(s, group.end + 1, np.0));
    let adjective = owner
        || s.things().iter().any(|t| {
            t.start == group.end
                || t.start == group.end + 1 && matches!(s.body(group.end), "'s" | "’s" | "-")
        });
    if (in_phrase || adjective && group.end <= np.1 && group.end + 4 >= np.0)
        && group.place != Place::Target
    {
        score += if in_phrase { 5 } else { 3 };
    }
    if let Some(verb) = verb {
        if group.end <= verb.start {
            let between: i32 = (group.end..verb.start)
                .map(|at| match s.body(at) {
                    ";" => 6,
                    "," | "that" | "said" | "because" | "що" | "dass" | "que" | "że" | "că" => {
                        1
                    }
                    _ => 0,
                })
                .sum();
            let distance = i32::try_from((verb.start - group.end) / 6).unwrap_or(i32::MAX);
            let subject = if in_phrase || adjective && (getting || moves) {
                0
            } else if getting || moves {
                -6
            } else if verb.passive {
                -1
            } else {
                5
            };
            score += subject - between - distance;
        } else if group.place == Place::Plain && !in_phrase && !getting && group.start >= verb.end {
            score -= if adjective { 0 } else { 4 };
        }
        if getting && group.place == Place::Source {
            score += 3;
        }
        // "Canada will transfer revenue from imports from Russia": an active verb has its giver before it.
        let active = !verb.passive && !getting && !moves && !verb.bare;
        if active && group.place == Place::Source && group.start >= verb.end && group.start > np.1 {
            score -= 5;
        }
        if verb.passive && group.place == Place::Source && group.start >= verb.end {
            score += 2;
        }
    } else if group.place == Place::Plain
        && group.end <= np.0
        && s.starting(Sense::Manner(Manner::Said), group.end)
            .is_none_or(|m| m.sense != Sense::Manner(Manner::Said))
    {
        score += 2;
    }
    if is_page {
        score -= 6;
    }
    // "from the rescEU reserve", "our rescEU reserves".
    if (group.end..group.end + 2).any(|at| {
        matches!(
            s.body(at),
            "reserve" | "reserves" | "stock" | "stocks" | "stockpile" | "stockpiles"
        )
    }) {
        score += 6;
    }
    // The minister of somebody, "the Ukrainian government said": who speaks is not always who gives.
    if s.starting(Sense::Role(Role::Minister), group.end).is_some()
        && verb.is_none_or(|v| v.start > group.end + 6)
    {
        score -= 1;
    }
    score
}

/// "first shipment," before what it is of.
fn is_apposition(s: &Sentence, start: usize, np: usize) -> bool {
    np > start
        && np - start <= 4
        && matches!(s.before(np), "," | ":" | "–" | "—" | "of")
        && (start..np - 1).all(|at| s.is_word(at) && s.token(at).is_some_and(|t| !t.capital))
}

/// "Portugal 10", "Чехія — ще 20", "Germany - 350": at most a dash and a word for more stand between.
fn is_beside(s: &Sentence, end: usize, np: usize) -> bool {
    end <= np
        && np - end <= 3
        && (end..np).all(|at| {
            matches!(s.body(at), "-" | "–" | "—" | ":" | "with") || s.cue_at(at, Cue::More)
        })
}

/// What the order of words says: gaps, genitives, and subjects that follow their verb.
fn order_score(s: &Sentence, verb: Option<&Verb>, np: (usize, usize), group: &Group) -> i32 {
    let mut score = 0;
    // "Spain will send 14 generators and Portugal 10 transformers".
    if is_beside(s, group.end, np.0)
        && group.place == Place::Plain
        && matches!(
            s.before(group.start),
            "and"
                | ","
                | ";"
                | "та"
                | "і"
                | "а"
                | "und"
                | "et"
                | "i"
                | "a"
                | "și"
                | "iar"
                | "while"
        )
        && verb.is_some_and(|v| v.end < group.start)
    {
        score += 12;
    }
    // "a reçu 18 transformateurs de la Lituanie": of whom it is got.
    if verb.is_some_and(|v| v.action.is_getting())
        && group.start >= verb.map_or(0, |v| v.end)
        && is_genitive(s, group.start)
    {
        score += 11;
    }
    // "Kilkaset koców dostarczyła Belgia": where cases say who acts, the subject may follow.
    if is_slavic(s)
        && group.place == Place::Plain
        && verb.is_some_and(|v| {
            v.end == group.start
                && np.1 <= v.start
                && !v.passive
                && !v.action.is_getting()
                && !v.action.moves_itself()
        })
    {
        score += 7;
    }
    score
}

/// "320 more are being prepared, the THW announced": who announces gives, where nobody else does.
pub(super) fn announcer(s: &Sentence, groups: &[Group], page: Option<u16>) -> Vec<Found> {
    let like = Sense::Manner(crate::lexicon::Manner::Announced);
    let announced = s.layer(like).iter().filter(|m| m.sense == like);
    for mention in announced {
        let before = groups.iter().find(|g| g.end <= mention.start && mention.start <= g.end + 2);
        if let Some(group) = before.filter(|g| {
            g.place == Place::Plain && g.members.iter().all(|(row, ..)| Some(*row) != page)
        }) {
            return members(s, group, 40);
        }
    }
    Vec::new()
}
