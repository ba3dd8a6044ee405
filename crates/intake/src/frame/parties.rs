//! Who gives and who gets: the parties of a sentence, weighed by where they stand around the verb.

use std::collections::BTreeMap;

use super::sentence::Sentence;
use super::verbs::{Aspect, Verb};
use crate::lexicon::{Action, Cue, Party, PartySort, Role, Sense, lexicon};
use crate::text::Span;
use crate::text::language::Language;
use crate::text::token::Shape;

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

/// Several parties named in a row: "France, Germany and Italy".
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub start: usize,
    pub end: usize,
    pub members: Vec<(u16, usize, usize)>,
    place: Place,
}

/// What stands before a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Plain,
    Source,
    Target,
    Location,
    Channel,
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
        if sort == Some(PartySort::Outlet) || money {
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
        out.push(Group { start, end, members: vec![(row, start, end)], place: place(s, start) });
    }
    out
}

/// "the Japanese agency JICA", "Austrian power utility Verbund": what the second name is stands between the two.
fn is_kind_of_body(s: &Sentence, start: usize, end: usize) -> bool {
    let words = end.saturating_sub(start);
    (1..=3).contains(&words)
        && s.ending(Sense::Role(Role::Body), end).is_some()
        && (start..end).all(|at| s.is_word(at) && s.token(at).is_some_and(|t| !t.capital))
}

/// What the words before a name make of it.
fn place(s: &Sentence, start: usize) -> Place {
    if is_dative(s, start) {
        return Place::Target;
    }
    let mut at = start;
    for _ in 0..4 {
        let word = s.before(at).to_lowercase();
        if word.is_empty() {
            return Place::Plain;
        }
        // "the government in Oslo": the seat stands for who sits there.
        let seat = word == "in"
            && at.checked_sub(1).is_some_and(|b| {
                matches!(s.before(b), "government" | "governments" | "authorities" | "Government")
            });
        if seat {
            return Place::Plain;
        }
        // "with Swedish money".
        if word == "with"
            && s.things().iter().any(|t| {
                matches!(t.sense, Sense::Thing(sort) if sort.is_abstract())
                    && t.start > start
                    && t.start <= start + 2
            })
        {
            return Place::Source;
        }
        if matches!(word.as_str(), "in" | "at" | "near" | "across" | "inside" | "throughout" | "у" | "в" | "во" | "w" | "we" | "în" | "à" | "en" | "au" | "aux" | "dans" | "auf" | "during" | "against" | "with" | "за" | "über" | "on" | "of" | "od" if word != "of" && word != "od")
        {
            return Place::Location;
        }
        let before = at - 1;
        if s.cue_at(before, Cue::Via) {
            return Place::Channel;
        }
        // "з Японії" is from there, "з Японією" and "z Japonią" with it.
        let name = s.body(start).to_lowercase();
        let with = matches!(word.as_str(), "з" | "із" | "зі" | "z" | "ze" | "с")
            && ["ею", "єю", "ою", "ами", "ями", "ей", "ой", "ą", "ami"]
                .iter()
                .any(|e| name.ends_with(e));
        if with {
            return Place::Location;
        }
        if s.cue_at(before, Cue::By) {
            return Place::Source;
        }
        if s.cue_at(before, Cue::To) {
            return Place::Target;
        }
        // Small words and offices may stand between: "by the government of Japan".
        let skips = matches!(
            word.as_str(),
            "the"
                | "of"
                | "its"
                | "neighbouring"
                | "die"
                | "der"
                | "den"
                | "dem"
                | "das"
                | "la"
                | "le"
                | "les"
                | "l"
                | "l’"
                | "l'"
                | "government"
                | "people"
                | "our"
                | "war-torn"
        ) || s.ending(Sense::Role(Role::Body), at).is_some();
        if !skips {
            return Place::Plain;
        }
        at = before;
    }
    Place::Plain
}

/// Whom a sentence speaks of first, besides those who get and those far away.
pub(super) fn spoken_of(s: &Sentence, page: Option<Found>) -> Vec<Found> {
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
pub(super) fn elsewhere(s: &Sentence, verb: &Verb, page: Option<Found>) -> bool {
    let Some(page) = page.filter(|p| p.confidence >= 50).and_then(|p| p.party()) else {
        return false;
    };
    let other = |row: u16| {
        lexicon().party(row).is_some_and(|p| p.country.is_some() && p.country != page.country)
    };
    groups(s).iter().any(|g| {
        g.place == Place::Location
            && g.start >= verb.end
            && g.start <= verb.end + 2
            && g.members.iter().all(|(row, ..)| other(*row))
    })
}

/// Whether somebody who gets stands right after the verb, or is named with "to" or "for".
pub(super) fn gives_to(s: &Sentence, verb: &Verb) -> bool {
    groups(s).iter().any(|g| {
        g.start >= verb.end
            && (g.place == Place::Target || g.start <= verb.end + 4 && g.place != Place::Source)
    })
}

/// A speaker with those who are named in the same breath: "the ministers of Italy and Austria".
pub(super) fn together_with(s: &Sentence, speaker: Found) -> Vec<Found> {
    groups(s)
        .iter()
        .map(|g| members(s, g, 60))
        .find(|m| m.iter().any(|f| f.span == speaker.span))
        .unwrap_or_else(|| vec![Found { confidence: 60, ..speaker }])
}

/// Whether the sentence names somebody from whom something is.
pub(super) fn has_source(s: &Sentence) -> bool {
    groups(s).iter().any(|g| g.place == Place::Source)
}

/// Whether the sentence names somebody for whom something is.
pub(super) fn has_target(s: &Sentence) -> bool {
    groups(s).iter().any(|g| g.place == Place::Target)
}

/// Languages whose endings say who acts, so that words may stand in any order.
fn is_slavic(s: &Sentence) -> bool {
    matches!(
        s.language(),
        Some(Language::Ukrainian | Language::Polish | Language::Russian | Language::Bulgarian)
    )
}

/// "de la Lituanie", "der Schweiz", "від Литви": the words before a name that say of whom.
fn is_genitive(s: &Sentence, start: usize) -> bool {
    (1..=2).any(|back| {
        start.checked_sub(back).is_some_and(|at| {
            matches!(
                s.body(at),
                "de" | "d"
                    | "du"
                    | "des"
                    | "din"
                    | "von"
                    | "od"
                    | "від"
                    | "da"
                    | "dal"
                    | "dalla"
                    | "от"
            )
        })
    })
}

/// "hat der Ukraine geliefert", "передала Україні", "przekazała Ukrainie": the case says who gets.
fn is_dative(s: &Sentence, start: usize) -> bool {
    let before = s.before(start).to_lowercase();
    let word = s.body(start).to_lowercase();
    match s.language() {
        Some(Language::German) => {
            let noun = start
                .checked_sub(2)
                .and_then(|b| s.token(b))
                .is_some_and(|t| t.capital && b_is_noun(s, start - 2));
            before == "der"
                && !noun
                && start >= 2
                && !matches!(
                    s.body(start - 2),
                    "aus" | "in" | "mit" | "von" | "bei" | "seitens" | "an"
                )
        }
        Some(Language::Ukrainian) => {
            word.ends_with('і')
                && !word.ends_with("ії")
                && !word.ends_with("ькі")
                && !word.ends_with("ені")
                && !word.ends_with("ані")
                && !matches!(
                    before.as_str(),
                    "у" | "в"
                        | "на"
                        | "по"
                        | "о"
                        | "при"
                        | "від"
                        | "з"
                        | "із"
                        | "зі"
                        | "до"
                        | "для"
                        | "про"
                        | "без"
                        | "крім"
                        | "щодо"
                        | "проти"
                        | "за"
                        | "через"
                        | "між"
                        | "серед"
                        | "після"
                        | "біля"
                )
        }
        Some(Language::Polish) => {
            word == "ukrainie" && !matches!(before.as_str(), "w" | "na" | "o" | "po" | "we")
        }
        _ => false,
    }
}

/// German nouns have capitals; the first word of a sentence need not be one.
fn b_is_noun(s: &Sentence, at: usize) -> bool {
    at > s.range.0
}

/// Whom a page speaks of as getting help, told over all of its sentences.
#[derive(Debug, Default)]
pub(crate) struct Recipients {
    votes: BTreeMap<u16, (u32, Span)>,
}

impl Recipients {
    /// Counts what a sentence says.
    pub fn hear(&mut self, s: &Sentence) {
        if s.parties().is_empty() {
            return;
        }
        let verbs = super::verbs::find(s);
        for group in groups(s) {
            let points = recipient_points(s, &verbs, &group);
            if points > 0 {
                for (row, start, end) in &group.members {
                    let votes = self.votes.entry(*row).or_insert((0, s.span(*start, *end)));
                    votes.0 += points;
                }
            }
        }
    }

    /// Who got the most, where that is clear.
    pub fn best(&self) -> Option<Found> {
        let (row, (_, span)) =
            self.votes.iter().max_by_key(|(row, (votes, _))| (*votes, std::cmp::Reverse(**row)))?;
        Some(Found { row: Some(*row), span: *span, confidence: 50 })
    }
}

fn recipient_points(s: &Sentence, verbs: &[Verb], group: &Group) -> u32 {
    let giving = |v: &&Verb| !v.action.is_getting() && !v.action.moves_itself() && !v.passive;
    match group.place {
        Place::Target => 3,
        Place::Source | Place::Channel => 0,
        Place::Plain | Place::Location => {
            let after_verb = verbs.iter().filter(giving).any(|v| {
                let turned = is_slavic(s)
                    && v.end == group.start
                    && s.things().iter().any(|t| t.end <= v.start && v.start <= t.end + 1);
                v.end <= group.start && group.start <= v.end + 2 && !turned
            });
            let arrives = verbs.iter().any(|v| {
                v.action == Action::Arrive && v.end < group.start && group.start <= v.end + 2
            });
            let gets = arrives && group.place == Place::Location
                || verbs.iter().any(|v| {
                    v.action.is_getting() && group.end <= v.start && v.start <= group.end + 6
                });
            let attribute = s.things().iter().any(|t| t.start == group.end);
            if after_verb && !attribute && group.place == Place::Plain {
                2
            } else {
                u32::from(gets) * 2
            }
        }
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

fn members(s: &Sentence, group: &Group, confidence: u8) -> Vec<Found> {
    group
        .members
        .iter()
        .map(|(row, start, end)| Found { row: Some(*row), span: s.span(*start, *end), confidence })
        .collect()
}

/// How much speaks for a group as the giver of what stands at `np`; nothing at or below nought.
fn donor_score(
    s: &Sentence,
    verb: Option<&Verb>,
    np: (usize, usize),
    group: &Group,
    page: Option<u16>,
) -> i32 {
    let mut score = 0;
    let getting = verb.is_some_and(|v| v.action.is_getting());
    let moves = verb.is_some_and(|v| v.action.moves_itself());
    let is_page = group.members.iter().any(|(row, ..)| Some(*row) == page);
    score += match group.place {
        // Right behind what is given: "15 from Romania and 30 from Poland".
        Place::Source if group.start > np.1 && group.start <= np.1 + 2 => 11,
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
    } else if group.place == Place::Plain && group.end <= np.0 {
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

/// What the order of words says: gaps, genitives, and subjects that follow their verb.
fn order_score(s: &Sentence, verb: Option<&Verb>, np: (usize, usize), group: &Group) -> i32 {
    let mut score = 0;
    // "Spain will send 14 generators and Portugal 10 transformers".
    if group.end == np.0
        && group.place == Place::Plain
        && matches!(
            s.before(group.start),
            "and" | "," | "та" | "і" | "а" | "und" | "et" | "i" | "a" | "și" | "iar" | "while"
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
fn announcer(s: &Sentence, groups: &[Group], page: Option<u16>) -> Vec<Found> {
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

/// "donated by the Howard Foundation", "received from Acme": a name that the lexicon does not know, behind the verb.
fn unknown_source(s: &Sentence, verb: &Verb, groups: &[Group]) -> Option<Found> {
    let by = verb.passive && s.body(verb.end) == "by";
    let from = verb
        .action
        .is_getting()
        .then(|| (verb.end..(verb.end + 12).min(s.range.1)).find(|at| s.body(*at) == "from"))
        .flatten();
    let at = if by { verb.end } else { from? };
    let mut start = at + 1 + usize::from(matches!(s.body(at + 1), "the" | "a"));
    // "by the city of Hamburg".
    if s.body(start + 1) == "of" && s.token(start).is_some_and(|t| !t.capital) {
        start += 2;
    }
    let mut end = start;
    while s.token(end).is_some_and(|t| t.capital && t.shape == Shape::Word)
        && !s.is_date(end)
        && groups.iter().all(|g| !(g.start <= end && end < g.end))
        && s.starting(Sense::Month(1), end).is_none()
    {
        end += 1;
    }
    let letters = s.words(start, end).chars().count();
    let day = ["day", "mas", "tine"].iter().any(|d| end == start + 1 && s.body(start).ends_with(d));
    (end > start && letters > 3 && !day).then(|| Found {
        row: None,
        span: s.span(start, end),
        confidence: 40,
    })
}

/// A name that the lexicon does not know, right before the verb: "Augstsprieguma tīkls will hand over".
fn unknown(s: &Sentence, verb: Option<&Verb>, groups: &[Group]) -> Option<Found> {
    let verb = verb
        .filter(|v| !v.passive && !v.weak && !v.action.is_getting() && !v.action.moves_itself())?;
    let gives = matches!(
        verb.action,
        Action::Send
            | Action::Deliver
            | Action::Give
            | Action::Donate
            | Action::Allocate
            | Action::Buy
            | Action::Prepare
            | Action::Pledge
            | Action::Mobilise
            | Action::Announce
            | Action::Offer
    );
    if !gives || verb.aspect == Aspect::Purpose {
        return None;
    }
    // German gives every noun a capital.
    if s.language() == Some(crate::text::language::Language::German) {
        return None;
    }
    let end = verb.start;
    let mut start = end;
    while start > s.range.0 {
        let token = s.token(start - 1)?;
        if token.shape != Shape::Word
            || !token.capital
            || groups.iter().any(|g| g.start < start && start <= g.end)
        {
            break;
        }
        start -= 1;
    }
    if start == end {
        return None;
    }
    // The first word of a sentence has a capital anyway.
    let first = s.body(start);
    let alone = end - start == 1 && start == s.range.0;
    let small = matches!(
        first,
        "The"
            | "It"
            | "He"
            | "She"
            | "They"
            | "We"
            | "This"
            | "That"
            | "These"
            | "I"
            | "You"
            | "Who"
            | "Which"
            | "Also"
            | "More"
            | "Some"
            | "Another"
            | "Other"
            | "Ці"
            | "Він"
            | "Вона"
            | "Вони"
            | "Ми"
            | "Es"
            | "Er"
            | "Sie"
            | "Wir"
            | "Il"
            | "Elle"
            | "Ils"
            | "Nous"
            | "On"
            | "To"
            | "Są"
            | "El"
            | "Ea"
            | "Ei"
            | "Das"
            | "Die"
            | "Der"
    );
    let role = (start..end).any(|at| s.starting(Sense::Role(Role::Head), at).is_some());
    let person = s.ending(Sense::Role(Role::Head), start).is_some();
    if small || role || person || alone && first.chars().count() < 4 {
        return None;
    }
    Some(Found { row: None, span: s.span(start, end), confidence: if alone { 30 } else { 45 } })
}
