//! Verbs of giving with what shifts them: "has already sent", "will be delivered", "is ready to provide".

mod separable;
mod split;

use super::sentence::Sentence;
use crate::lexicon::{Action, Form, Mention, Modality, Sense, Words};
use crate::text::language::Language;

/// A verb as it is meant.
#[expect(clippy::struct_excessive_bools, reason = "each is seen by itself in the words")]
#[derive(Debug, Clone, Copy)]
pub(super) struct Verb {
    /// The first token, helpers included.
    pub start: usize,
    /// The verb itself.
    pub head: usize,
    pub end: usize,
    pub action: Action,
    pub aspect: Aspect,
    /// Whether its subject is what is given.
    pub passive: bool,
    pub negated: bool,
    /// Whether it may be no verb at all: a noun, or what something is for.
    pub weak: bool,
    /// Whether it is a noun as likely as not: "the purchase of", "supplies".
    pub noun: bool,
    /// Whether it has no helper: a participle after its noun, where it follows one.
    pub bare: bool,
    /// Whether it was decided: "decided to extend".
    pub decided: bool,
    /// Whether it is the infinitive of a headline: "France to send", "is to send".
    pub headline: bool,
}

/// When, and how surely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aspect {
    Done,
    Ongoing,
    Present,
    Future,
    Planned,
    Possible,
    Pledged,
    Agreed,
    /// What something is for: "to buy".
    Purpose,
}

/// The verbs of a sentence, in order.
pub(super) fn find(s: &Sentence) -> Vec<Verb> {
    let mentions = s.layer(Sense::Verb(Action::Send, Form::Done));
    let mut out: Vec<Verb> = Vec::new();
    for mention in mentions {
        let Sense::Verb(action, form) = mention.sense else { continue };
        // "medical supplies", "shipments": the longer name of a thing is no verb.
        // "ready to send", "prepared to help": a modality, and nothing that is prepared.
        let modal = action == Action::Prepare
            && s.layer(Sense::Modal(Modality::Possible)).iter().any(|m| {
                m.start <= mention.start && mention.end <= m.end && mention.len() < m.len()
            });
        // "the European Commission": part of a name.
        let named = s
            .parties()
            .iter()
            .any(|p| p.len() > mention.len() && p.start <= mention.start && mention.end <= p.end);
        if modal
            || named
            || is_untold(s, mention)
            || is_talk(s, mention, action)
            || is_office(s, mention)
            || s.things().iter().any(|t| t.start <= mention.start && mention.end <= t.end)
            || is_verbal_noun(s, mention)
        {
            continue;
        }
        // "support has reached 520 million": a sum that is reached is a total.
        let sums = action == Action::Arrive
            && s.body(mention.start).to_lowercase().starts_with("reach")
            && (mention.end..mention.end + 4)
                .any(|at| s.starting(Sense::Currency(None), at).is_some());
        let action = if sums { Action::Total } else { action };
        out.push(group(s, mention, action, form, &out));
    }
    if s.language() == Some(Language::English) {
        let apart = split::find(s, &out);
        if !apart.is_empty() {
            out.retain(|v| !apart.iter().any(|a| a.start <= v.head && v.head < a.end));
            out.extend(apart);
            out.sort_by_key(|v| v.head);
        }
    }
    if s.language() == Some(Language::German) {
        out.extend(separable::find(s));
        out.sort_by_key(|v| v.head);
    }
    out
}

/// "without giving details": what is not told is no deed.
fn is_untold(s: &Sentence, mention: &Mention) -> bool {
    let like = Sense::Manner(crate::lexicon::Manner::DidNotSpecify);
    s.layer(like)
        .iter()
        .any(|m| m.sense == like && m.start <= mention.start && mention.end <= m.end)
}

/// "Finance Minister": the first word of an office is no verb.
fn is_office(s: &Sentence, mention: &Mention) -> bool {
    s.layer(Sense::Role(crate::lexicon::Role::Minister))
        .iter()
        .any(|m| m.start <= mention.start && mention.end <= m.end && m.len() > mention.len())
}

/// "talks are under way", "we are working to supply": no help is under way, and nothing works.
fn is_talk(s: &Sentence, mention: &Mention, action: Action) -> bool {
    let modal = s.layer(Sense::Modal(Modality::Future)).iter().any(|m| {
        m.len() > 1 && mention.len() > 1 && m.start + 1 == mention.end && m.end > mention.end
    });
    let way = matches!(s.body(mention.start), "under" | "underway");
    let talks = (1..=4).any(|back| {
        mention.start.checked_sub(back).is_some_and(|at| {
            matches!(
                s.body(at).to_lowercase().as_str(),
                "negotiations"
                    | "talks"
                    | "discussions"
                    | "preparations"
                    | "work"
                    | "efforts"
                    | "repairs"
            )
        })
    });
    action == Action::Install && modal || way && talks
}

/// "доставлення", "przekazanie", "доставление": the noun of a verb says that there is something, not that it was done.
fn is_verbal_noun(s: &Sentence, mention: &Mention) -> bool {
    let word = s.body(mention.start).to_lowercase();
    let ends =
        |list: &[&str]| mention.end - mention.start == 1 && list.iter().any(|e| word.ends_with(e));
    match s.language() {
        Some(Language::Ukrainian) => {
            ends(&["ння", "нні", "нням", "ннями", "ття", "ка", "ку", "ки"])
        }
        Some(Language::Russian) => ends(&["ние", "ния", "нию", "нием", "ка", "ку", "ки"]),
        Some(Language::Polish) => {
            ends(&["anie", "ania", "aniu", "aniem", "enie", "enia", "eniu", "eniem"])
        }
        _ => false,
    }
}

fn group(s: &Sentence, mention: &Mention, action: Action, form: Form, before: &[Verb]) -> Verb {
    let floor = before.last().map_or(s.range.0, |v| v.end);
    let (modalities, start) = helpers(s, mention.start, floor);
    let has = |m: Modality| modalities.contains(&m);
    let english = matches!(s.language(), Some(Language::English) | None);
    let to = s.before(mention.start) == "to";
    let mut weak = false;
    // "was able to deliver", "managed to send": it was done; "will be able to" is not.
    let managed = to
        && s.is(mention.start.saturating_sub(2), Words::Able)
        && (start..mention.start)
            .any(|at| matches!(s.body(at), "was" | "were" | "been" | "managed"));
    let shifted = [
        (Modality::Possible, Aspect::Possible),
        (Modality::Planned, Aspect::Planned),
        (Modality::Pledged, Aspect::Pledged),
        (Modality::Agreed, Aspect::Agreed),
        (Modality::Future, Aspect::Future),
    ]
    .into_iter()
    .find(|(m, _)| has(*m) && !managed)
    .map(|(_, aspect)| aspect);
    // "has set aside" is past, "will set aside" is not.
    let form = match form {
        Form::Same
            if to
                || modalities
                    .iter()
                    .any(|m| !matches!(m, Modality::Perfect | Modality::Passive)) =>
        {
            Form::Infinitive
        }
        Form::Same => Form::Done,
        Form::Infinitive if managed => Form::Done,
        _ => form,
    };
    let being = (start..mention.start).any(|i| s.body(i).eq_ignore_ascii_case("being"));
    let aspect = match (shifted, form) {
        // "has been ready to", "could have been sent": the perfect of a shifted verb stays shifted.
        (Some(aspect), _) => aspect,
        (None, Form::Done) if being => Aspect::Ongoing,
        (None, Form::Done | Form::Same) => Aspect::Done,
        (None, Form::Progressive) => {
            // "for buying", "of sending" name a deed; ", providing 25 million" tells of one.
            let before = s.before(mention.start);
            let told = matches!(before, "," | "and" | "by" | "is" | "are");
            weak = english && !has(Modality::Passive) && start == mention.start && !told;
            Aspect::Ongoing
        }
        (None, Form::Present) => {
            weak = english && !has_subject(s, mention.start);
            Aspect::Present
        }
        (None, Form::Future) => Aspect::Future,
        (None, Form::Infinitive) if to && is_headline(s, mention.start - 1, before) => {
            Aspect::Planned
        }
        (None, Form::Infinitive) if has(Modality::Negated) => Aspect::Present,
        // "закликав партнерів передати": what is asked of somebody is not what he does.
        (None, Form::Infinitive) if !english && is_asked_for(s, mention.start) => Aspect::Purpose,
        (None, Form::Infinitive) if !english || !to => {
            // "France and Germany send", "we provide", "Estland und Lettland liefern"; else a noun or a bare infinitive.
            weak = !has_subject(s, mention.start);
            if english || !weak { Aspect::Present } else { Aspect::Purpose }
        }
        (None, Form::Infinitive) => Aspect::Purpose,
    };
    weak |= english && form == Form::Done && is_attribute(s, mention, start);
    let homograph = english
        && aspect == Aspect::Present
        && !action.moves_itself()
        && start == mention.start
        && ends_a_noun(s, mention.end);
    weak |= homograph;
    let passive = english
        && form == Form::Done
        && !managed
        && (has(Modality::Passive) || postmodifies(s, mention, &modalities));
    let negated = has(Modality::Negated) || nothing_follows(s, mention.end);
    Verb {
        start,
        head: mention.start,
        end: mention.end,
        action,
        aspect,
        passive: passive || !english && is_foreign_passive(s, mention, form),
        negated,
        weak: weak || aspect == Aspect::Purpose,
        noun: homograph || weak && english && form == Form::Infinitive,
        bare: start == mention.start && form == Form::Done,
        decided: (start..mention.start).any(|at| s.is(at, Words::Decided)),
        headline: to && aspect == Aspect::Planned && (modalities.is_empty() || is_to(s, start)),
    }
}

/// "its promised generators", "150 donated heaters": a participle that only describes a noun.
fn is_attribute(s: &Sentence, mention: &Mention, start: usize) -> bool {
    let before = s.before(mention.start).to_lowercase();
    let counted = s.numbers.iter().any(|n| n.end == mention.start);
    let determined = matches!(
        before.as_str(),
        "the"
            | "its"
            | "their"
            | "our"
            | "a"
            | "an"
            | "these"
            | "those"
            | "'s"
            | "’s"
            | "newly"
            | "recently"
            | "long"
    );
    let noun = (mention.end..mention.end + 3)
        .find(|at| s.starting(Sense::Thing(crate::lexicon::Sort::Generic), *at).is_some());
    let numbered = s.numbers.iter().any(|n| n.start == mention.end);
    let plain = |to: usize| (mention.end..to).all(|at| s.is_word(at) && !s.is(at, Words::NounStop));
    start == mention.start
        && (counted || determined)
        && (noun.is_some_and(plain) || determined && numbered)
}

/// "reserves to send", "the Support Fund of": what follows shows that the word is a noun.
fn ends_a_noun(s: &Sentence, at: usize) -> bool {
    matches!(
        s.body(at),
        "" | "through"
            | "ready"
            | "of"
            | "to"
            | "for"
            | "from"
            | "in"
            | "by"
            | "with"
            | "at"
            | "on"
            | "via"
            | "and"
            | "or"
            | "that"
            | "which"
            | "is"
            | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "had"
            | "will"
            | "would"
            | "could"
            | "should"
            | "can"
            | ","
            | "."
            | ")"
            | ";"
            | ":"
    )
}

/// "has sent no generators", "sent neither": what is denied stands behind the verb. "No more than 40" denies nothing.
fn nothing_follows(s: &Sentence, at: usize) -> bool {
    matches!(
        s.body(at),
        "no" | "neither"
            | "nothing"
            | "keine"
            | "keinen"
            | "kein"
            | "weder"
            | "aucun"
            | "aucune"
            | "жодного"
            | "жодних"
            | "жодної"
            | "żadnych"
            | "żadnego"
            | "niciun"
            | "nicio"
            | "nessun"
    ) && s.starting(Sense::Hedge(relight_ledger::model::Qualifier::Over, false), at).is_none()
}

/// Whether a word of calling on somebody stands before, in the same clause.
fn is_asked_for(s: &Sentence, at: usize) -> bool {
    let like = Sense::Manner(crate::lexicon::Manner::CalledOn);
    s.layer(like).iter().any(|m| {
        m.sense == like
            && m.end <= at
            && at - m.end <= 10
            && !(m.end..at).any(|i| matches!(s.body(i), "," | ";"))
    })
}

/// "is to", "are to", "set to": as good as the infinitive of a headline.
fn is_to(s: &Sentence, start: usize) -> bool {
    matches!(s.body(start), "is" | "are" | "set")
        && (start + 1..start + 3).any(|i| s.body(i) == "to")
}

/// What shifts the verb that begins at that token, and where the group begins.
pub(super) fn helpers(s: &Sentence, head: usize, floor: usize) -> (Vec<Modality>, usize) {
    let mut out = Vec::new();
    let mut start = head;
    let like = Sense::Modal(Modality::Future);
    let mut gap = 0;
    let mut at = head;
    while at > floor && gap <= 3 {
        if let Some(found) = s.ending(like, at)
            && let Sense::Modal(modality) = found.sense
            && found.start >= floor
        {
            out.push(modality);
            (start, at, gap) = (found.start, found.start, 0);
            continue;
        }
        let word = s.body(at - 1);
        // Adverbs, "to", and the names of who acts within "will France send" or "hat Deutschland geliefert".
        let adverb = s.is_word(at - 1)
            && (word.ends_with("ly")
                || matches!(
                    word,
                    "to" | "be"
                        | "been"
                        | "also"
                        | "still"
                        | "soon"
                        | "now"
                        | "just"
                        | "have"
                        | "że"
                        | "să"
                        | "уже"
                        | "вже"
                        | "також"
                        | "auch"
                        | "aussi"
                        | "też"
                        | "și"
                        | "de"
                        | "d"
                        | "even"
                        | "then"
                        | "yet"
                        | "immediately"
                        | "itself"
                        | "each"
                        | "both"
                        | "together"
                        | "jointly"
                        | "only"
                        | "first"
                ));
        if !adverb {
            break;
        }
        gap += 1;
        at -= 1;
    }
    // German keeps helper and verb apart, up to the next clause; Ukrainian and others put the date between.
    if !matches!(s.language(), Some(Language::English) | None)
        && out.iter().all(|m| matches!(m, Modality::Perfect | Modality::Passive))
    {
        let reach = if s.language() == Some(Language::German) { 24 } else { 4 };
        let mut at = start;
        for _ in 0..reach {
            if at <= floor || matches!(s.body(at - 1), "," | ";" | ":" | "–" | "—") {
                break;
            }
            if let Some(found) = s.ending(like, at)
                && let Sense::Modal(modality) = found.sense
            {
                out.push(modality);
                if s.language() == Some(Language::German) {
                    start = found.start;
                }
                break;
            }
            at -= 1;
        }
        // "wird ... liefern wollen", "liefern könnte", "liefern will": the helper may come last.
        if s.language() == Some(Language::German)
            && let Some(found) = s.starting(like, head + 1)
            && let Sense::Modal(modality) = found.sense
        {
            out.push(modality);
        }
    }
    (out, start)
}

/// Somebody who acts stands right before: a party, "we", "they", "countries".
pub(super) fn has_subject(s: &Sentence, at: usize) -> bool {
    if s.ending(Sense::Party(0), at).is_some() {
        return true;
    }
    if s.ending(Sense::Role(crate::lexicon::Role::Body), at).is_some() {
        return true;
    }
    let word = s.before(at).to_lowercase();
    let subject = matches!(
        word.as_str(),
        "we" | "they"
            | "it"
            | "he"
            | "she"
            | "who"
            | "which"
            | "that"
            | "countries"
            | "states"
            | "also"
            | "allies"
            | "nations"
            | "already"
            | ")"
    );
    let name = at
        .checked_sub(1)
        .and_then(|b| s.token(b))
        .is_some_and(|t| t.capital && t.shape == crate::text::token::Shape::Word);
    subject || name && word != "the"
}

/// "France to send 100 generators": a title, with no verb of time before the "to".
fn is_headline(s: &Sentence, to: usize, before: &[Verb]) -> bool {
    let named = s.ending(Sense::Party(0), to).is_some()
        || s.ending(Sense::Role(crate::lexicon::Role::Body), to).is_some()
        || to.checked_sub(1).and_then(|b| s.token(b)).is_some_and(|t| t.capital);
    let started = before.iter().any(|v| !v.weak);
    let auxiliary = (s.range.0..to).any(|i| {
        matches!(
            s.body(i),
            "is" | "are"
                | "was"
                | "were"
                | "has"
                | "have"
                | "said"
                | "asked"
                | "urged"
                | "helped"
                | "called"
                | "wants"
                | "allow"
                | "allows"
                | "allowed"
                | "aid"
                | "support"
                | "help"
        )
    });
    named && !started && !auxiliary
}

/// A past participle without helper right after a noun: "generators purchased by", "the 1,400 provided via".
fn postmodifies(s: &Sentence, mention: &Mention, modalities: &[Modality]) -> bool {
    if modalities.contains(&Modality::Perfect) && !modalities.contains(&Modality::Passive) {
        return modalities.iter().all(|m| *m == Modality::Perfect)
            && s.before(mention.start) == "already"
            && !matches!(s.body(mention.start.saturating_sub(2)), "has" | "have" | "had");
    }
    let by =
        matches!(s.body(mention.end), "by" | "from" | "via" | "under" | "through" | "to" | "for");
    let after_thing = s.things().iter().any(|t| t.end == mention.start);
    by && (after_thing || s.ending(Sense::Currency(None), mention.start).is_some())
}

fn is_foreign_passive(s: &Sentence, mention: &Mention, form: Form) -> bool {
    if form != Form::Done {
        return false;
    }
    let word = s.body(mention.start).to_lowercase();
    match s.language() {
        Some(Language::German) => (s.range.0..s.range.1)
            .any(|i| matches!(s.body(i), "wurde" | "wurden" | "worden" | "sind" | "seien" | "sei")),
        Some(Language::Ukrainian) => {
            word.ends_with("но")
                || word.ends_with("то")
                || word.ends_with("ні")
                || word.ends_with("ний")
                || word.ends_with("на")
        }
        Some(Language::French) => matches!(s.before(mention.start), "été" | "sont" | "seront"),
        Some(Language::Polish) => {
            word.ends_with("ne")
                || word.ends_with("ny")
                || word.ends_with("no")
                || word.ends_with("na")
        }
        Some(Language::Romanian) => matches!(s.before(mention.start), "fost" | "fi"),
        _ => false,
    }
}
