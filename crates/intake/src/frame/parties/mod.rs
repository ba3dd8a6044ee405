//! Who gives and who gets: the parties of a sentence, weighed by where they stand around the verb.

mod donor;
mod groups;
mod place;
mod recipients;
mod unknown;

pub(super) use self::groups::{
    elsewhere, gives_to, has_source, has_target, spoken_of, subject_of, together_with,
};
pub(crate) use self::recipients::Recipients;

use self::donor::{announcer, donor_score};
use self::groups::{Group, groups, members};
use self::place::Place;
use self::recipients::recipient_points;
use self::unknown::{unknown, unknown_source};
use super::sentence::Sentence;
use super::verbs::Verb;
use crate::lexicon::{Party, PartySort, lexicon};
use crate::text::Span;

/// A party as it was found: its row, if it is known, and where its name stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub row: Option<u16>,
    pub span: Span,
    pub confidence: u8,
}

impl Found {
    pub fn party(&self) -> Option<&'static Party> {
        self.row.and_then(|row| lexicon().party(row))
    }
}

/// Who gives, to whom, through whom: of one figure and the verb that governs it.
#[derive(Debug, Default)]
pub(super) struct Roles {
    pub donors: Vec<Found>,
    pub recipients: Vec<Found>,
    pub channel: Option<Found>,
}

/// Weighs the parties of a sentence. `np`: the tokens of what is given; `page`: whom the page helps.
pub(super) fn roles(
    s: &Sentence,
    verb: Option<&Verb>,
    np: (usize, usize),
    page: Option<Found>,
) -> Roles {
    let mut out = Roles::default();
    let groups = groups(s);
    let page_row = page.and_then(|p| p.row);
    let mut best: Option<(i32, &Group)> = None;
    for group in &groups {
        let score = donor_score(s, verb, np, group, page_row);
        if score > 0 && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, group));
        }
    }
    if let Some((score, group)) = best {
        out.donors = members(s, group, (55 + score * 4).clamp(40, 95) as u8);
    }
    let chosen = best.map(|(_, g)| (g.start, g.end));
    let mut found: Option<(u32, &Group)> = None;
    for group in groups.iter().filter(|g| Some((g.start, g.end)) != chosen) {
        if group.place == Place::Channel {
            out.channel = out.channel.or_else(|| members(s, group, 70).into_iter().next());
            continue;
        }
        let verbs: Vec<Verb> = verb.copied().into_iter().collect();
        let known = group.members.iter().any(|(row, ..)| Some(*row) == page_row);
        let points = recipient_points(s, &verbs, group) * 2 + u32::from(known);
        if points > 0 && found.is_none_or(|(top, _)| points > top) {
            found = Some((points, group));
        }
    }
    if let Some((points, group)) = found {
        out.recipients = members(s, group, (60 + points * 5).min(90) as u8);
    } else {
        let taken = |f: &Found| out.donors.iter().any(|d| d.row == f.row);
        out.recipients = page.into_iter().filter(|f| !taken(f)).collect();
    }
    // "already sent via the EU Civil Protection Mechanism": who carries it stands for those who give.
    if out.donors.is_empty()
        && let Some(channel) =
            out.channel.filter(|c| c.party().is_some_and(|p| p.sort == PartySort::Multilateral))
    {
        out.donors.push(Found { confidence: 45, ..channel });
    }
    if out.donors.is_empty() && verb.is_some_and(|v| !v.action.is_getting()) {
        out.donors = announcer(s, &groups, page_row);
    }
    if out.donors.is_empty()
        && let Some(name) = unknown(s, verb, &groups).or_else(|| unknown_source(s, verb?, &groups))
    {
        out.donors.push(name);
    }
    out
}
