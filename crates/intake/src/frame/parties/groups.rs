//! Parties named in a row, and what a sentence says of them besides who gives.

use super::super::sentence::Sentence;
use super::super::verbs::Verb;
use super::Found;
use super::place::{Place, place};
use crate::lexicon::{PartySort, Role, Sense, Words, lexicon};

/// Several parties named in a row: "France, Germany and Italy".
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub start: usize,
    pub end: usize,
    pub members: Vec<(u16, usize, usize)>,
    pub place: Place,
}

/// The groups of a sentence; news outlets are left to attribution.
pub(super) fn groups(s: &Sentence) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    for mention in s.parties() {
        let Sense::Party(row) = mention.sense else { continue };
        let sort = lexicon().party(row).map(|p| p.sort);
        let (start, end) = (mention.start, mention.end);
        // "2.57 million US dollars" names no giver.
        let money = s.layer(Sense::Currency(None)).iter().any(|m| m.start < end && start < m.end);
        if sort == Some(PartySort::Outlet) || money || is_dateline(s, end) {
            continue;
        }
        if let Some(last) = out.last_mut() {
            let between = s.words(last.end, start);
            let gap = if last.end == start { "" } else { between };
            let listed = matches!(
                gap,
                "," | "and"
                    | "&"
                    | ", and"
                    | "і"
                    | "та"
                    | "und"
                    | "et"
                    | "i"
                    | "oraz"
                    | "și"
                    | "e"
                    | "y"
                    | "и"
                    | "as well as"
                    | "și a"
                    | "та з"
                    | "and the"
                    | ", the"
                    | "et l’"
                    | "et l'"
                    | "et de"
            );
            if listed {
                last.members.push((row, start, end));
                last.end = end;
                continue;
            }
            // "Germany's THW", "the German Federal Agency THW", "US State Department": one party, the more special.
            let owner = (matches!(gap, "" | "'s" | "’s" | "(" | "’" | "'")
                || is_kind_of_body(s, last.end, start))
                && !s.things().iter().any(|t| t.start == end);
            if owner && last.members.len() == 1 {
                last.members[0] = (row, last.members[0].1, end);
                last.end = end;
                continue;
            }
        }
        // "British-funded generators", "thanked Norway for": who gives is plain.
        let place =
            if is_payer(s, end) || is_thanked(s, start) { Place::Source } else { place(s, start) };
        out.push(Group { start, end, members: vec![(row, start, end)], place });
    }
    out
}

/// "BUCHAREST - Western governments", "WARSAW (AP) —": where it was written, at the head of a paragraph.
fn is_dateline(s: &Sentence, end: usize) -> bool {
    let capitals =
        (s.range.0..end).all(|at| !s.is_word(at) || s.token(at).is_some_and(|t| t.capitals));
    let dash = (end..end + 10).find(|at| {
        matches!(s.body(*at), "-" | "–" | "—") && s.token(*at).is_some_and(|t| !t.glued)
    });
    let clear = |dash: usize| {
        (end..dash)
            .all(|at| !s.is_word(at) || s.is_date(at) || s.token(at).is_some_and(|t| t.capital))
    };
    end - s.range.0 <= 4 && capitals && dash.is_some_and(|at| clear(at) && s.is_word(at + 1))
}

/// "British-funded", "EU-financed".
fn is_payer(s: &Sentence, end: usize) -> bool {
    s.body(end) == "-"
        && matches!(
            s.body(end + 1),
            "funded" | "financed" | "donated" | "supplied" | "sponsored" | "provided"
        )
}

/// "thanked Romania for 52 generators": those who are thanked gave.
fn is_thanked(s: &Sentence, start: usize) -> bool {
    (1..=4).any(|back| start.checked_sub(back).is_some_and(|at| s.is(at, Words::Thank)))
        && !(start.saturating_sub(4)..start).any(|at| matches!(s.body(at), "," | ";"))
}

/// Who does what a verb says, where the name stands right before it.
pub(in crate::frame) fn subject_of(s: &Sentence, verb: &Verb, page: Option<Found>) -> Vec<Found> {
    let page = page.and_then(|p| p.row);
    groups(s)
        .iter()
        .rev()
        .find(|g| g.end <= verb.start && verb.start <= g.end + 2)
        .filter(|g| g.place == Place::Plain && g.members.iter().all(|(row, ..)| Some(*row) != page))
        .map_or(Vec::new(), |g| members(s, g, 40))
}

/// "the Japanese agency JICA", "Austrian power utility Verbund": what the second name is stands between the two.
fn is_kind_of_body(s: &Sentence, start: usize, end: usize) -> bool {
    let words = end.saturating_sub(start);
    (1..=3).contains(&words)
        && s.ending(Sense::Role(Role::Body), end).is_some()
        && (start..end).all(|at| s.is_word(at) && s.token(at).is_some_and(|t| !t.capital))
}

pub(super) fn members(s: &Sentence, group: &Group, confidence: u8) -> Vec<Found> {
    group
        .members
        .iter()
        .map(|(row, start, end)| Found { row: Some(*row), span: s.span(*start, *end), confidence })
        .collect()
}

/// Whom a sentence speaks of first, besides those who get and those far away.
pub(in crate::frame) fn spoken_of(s: &Sentence, page: Option<Found>) -> Vec<Found> {
    let page = page.and_then(|p| p.row);
    let known = |g: &&Group| {
        matches!(g.place, Place::Plain | Place::Source)
            && g.members.iter().all(|(row, ..)| Some(*row) != page)
    };
    let groups = groups(s);
    // "A State Department official said the United States was": the country before its office.
    let country = |g: &&Group| {
        known(g)
            && g.members.iter().any(|(row, ..)| {
                lexicon().party(*row).is_some_and(|p| p.sort == PartySort::Country)
            })
    };
    groups
        .iter()
        .find(country)
        .or_else(|| groups.iter().find(known))
        .map_or(Vec::new(), |g| members(s, g, 40))
}

/// Whether a verb of arriving names a place that is not the country that the page helps.
pub(in crate::frame) fn elsewhere(s: &Sentence, verb: &Verb, page: Option<Found>) -> bool {
    // Help for Ukraine and Moldova comes through its neighbours: where nobody else is named, it is not there yet.
    const NEIGHBOURS: [&str; 3] = ["PL", "RO", "SK"];
    let page = page.filter(|p| p.confidence >= 50).and_then(|p| p.party());
    let other = |row: u16| {
        lexicon().party(row).and_then(|p| p.country).is_some_and(|country| match page {
            Some(page) => page.country != Some(country),
            None => NEIGHBOURS.contains(&country),
        })
    };
    groups(s).iter().any(|g| {
        g.place == Place::Location
            && g.start >= verb.end
            && g.start <= verb.end + 2
            && g.members.iter().all(|(row, ..)| other(*row))
    })
}

/// Whether somebody who gets stands right after the verb, or is named with "to" or "for".
pub(in crate::frame) fn gives_to(s: &Sentence, verb: &Verb) -> bool {
    groups(s).iter().any(|g| {
        g.start >= verb.end
            && (g.place == Place::Target || g.start <= verb.end + 4 && g.place != Place::Source)
    })
}

/// A speaker with those who are named in the same breath: "the ministers of Italy and Austria".
pub(in crate::frame) fn together_with(s: &Sentence, speaker: Found) -> Vec<Found> {
    groups(s)
        .iter()
        .map(|g| members(s, g, 60))
        .find(|m| m.iter().any(|f| f.span == speaker.span))
        .unwrap_or_else(|| vec![Found { confidence: 60, ..speaker }])
}

/// Whether the sentence names somebody from whom something is.
pub(in crate::frame) fn has_source(s: &Sentence) -> bool {
    groups(s).iter().any(|g| g.place == Place::Source)
}

/// Whether the sentence names somebody for whom something is.
pub(in crate::frame) fn has_target(s: &Sentence) -> bool {
    groups(s).iter().any(|g| g.place == Place::Target)
}
