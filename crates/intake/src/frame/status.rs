//! From a verb and its time to a class of status, and which verb governs a figure.

use relight_ledger::model::Status;

use super::figures::Figure;
use super::sentence::Sentence;
use super::verbs::{Aspect, Verb, has_subject};
use crate::lexicon::{Action, Cue, Sense};

#[expect(
    clippy::match_same_arms,
    reason = "the order of the arms decides, and each is a rule of its own"
)]
/// The class of a verb. `money`: what is given is money, which is paid and not shipped. `None`: it says nothing.
pub(super) fn class(verb: &Verb, money: bool) -> Option<Status> {
    if verb.negated {
        return None;
    }
    let done = |action: Action| match action {
        Action::Send | Action::Depart => Status::Sent,
        Action::Way => Status::InTransit,
        Action::Deliver | Action::Receive | Action::Arrive if money => Status::Disbursed,
        Action::Deliver | Action::Receive | Action::Arrive => Status::Delivered,
        Action::Give if money => Status::Allocated,
        Action::Give => Status::Delivered,
        Action::Donate => Status::Donated,
        Action::Allocate => Status::Allocated,
        Action::Spend => Status::Disbursed,
        Action::Buy => Status::Purchased,
        Action::Prepare => Status::Preparing,
        Action::Mobilise => Status::Mobilised,
        Action::Pledge | Action::Announce => Status::Pledged,
        Action::Commit => Status::Committed,
        Action::Agree => Status::Agreed,
        Action::Offer => Status::Offered,
        Action::Install => Status::Installed,
        Action::Energise => Status::Energised,
        Action::Fund | Action::Total if money => Status::Allocated,
        Action::Fund => Status::Purchased,
        Action::Total => Status::Unclear,
    };
    Some(match (verb.aspect, verb.action) {
        // "The number of generators stands at 300": it says nothing of how far they have come.
        (_, Action::Total) if !money => return None,
        // Money is set up, not installed: it says nothing of how far it has come.
        (_, Action::Install | Action::Energise) if money => return None,
        (_, Action::Way) => Status::InTransit,
        (Aspect::Done, action) => done(action),
        (
            Aspect::Ongoing,
            Action::Send | Action::Depart | Action::Arrive | Action::Deliver | Action::Receive,
        ) => Status::InTransit,
        (Aspect::Ongoing | Aspect::Present, Action::Give | Action::Fund) => Status::Pledged,
        (Aspect::Ongoing, Action::Donate) => Status::Pledged,
        (Aspect::Present, Action::Deliver) => Status::Sent,
        (Aspect::Present, Action::Arrive) => Status::InTransit,
        (Aspect::Ongoing, Action::Buy) => Status::Planned,
        (Aspect::Ongoing, Action::Install) => Status::Delivered,
        (Aspect::Ongoing | Aspect::Present, action) => done(action),
        // A government that decides on money is bound by it.
        (Aspect::Future, Action::Give | Action::Allocate | Action::Spend | Action::Fund)
            if money && verb.decided =>
        {
            Status::Committed
        }
        (Aspect::Planned, Action::Send | Action::Deliver) if money && verb.headline => {
            Status::Pledged
        }
        // "Berlin to provide 350 generators" promises; "to send" and "to deliver" say when.
        (
            Aspect::Planned,
            Action::Give | Action::Donate | Action::Offer | Action::Allocate | Action::Fund,
        ) if verb.headline => Status::Pledged,
        (Aspect::Possible, Action::Prepare | Action::Mobilise) => Status::Preparing,
        (Aspect::Possible, _) => Status::Possible,
        (Aspect::Planned | Aspect::Future, Action::Prepare) => Status::Preparing,
        (Aspect::Planned, _) => Status::Planned,
        (Aspect::Pledged, _) => Status::Pledged,
        (Aspect::Agreed, _) => Status::Agreed,
        (
            Aspect::Future,
            Action::Buy | Action::Install | Action::Depart | Action::Arrive | Action::Energise,
        ) => Status::Planned,
        // "will be delivered": a plan, of which nobody says that he promises it.
        (Aspect::Future, Action::Send | Action::Deliver) if verb.passive => Status::Planned,
        (Aspect::Future, _) => Status::Pledged,
        (Aspect::Purpose, _) => return None,
    })
}

/// A verb further away than this says nothing of a figure.
const FAR: usize = 28;

/// The verb that governs what stands from `start` to `end`, and how far away it is.
pub(super) fn governing<'v>(
    s: &Sentence,
    verbs: &'v [Verb],
    figures: &[Figure],
    start: usize,
    end: usize,
) -> Option<(&'v Verb, usize)> {
    let mut participles = participles(s, verbs, figures, end);
    participles.extend(postponed(s, verbs, figures, start, end));
    let best = verbs
        .iter()
        .filter(|v| !participles.contains(&v.head))
        .filter_map(|verb| cost(s, verb, figures, start, end).map(|cost| (verb, cost)))
        .min_by_key(|(_, cost)| *cost)?;
    // "generators bought and delivered by": the last of verbs that are joined says how far it has come.
    let last = verbs.iter().find(|v| {
        let joined = v.start == best.0.end + 1
            && matches!(
                s.body(best.0.end),
                "and" | "or" | "та" | "і" | "und" | "et" | "i" | "și" | "и"
            );
        joined
            && best.0.start >= end
            && v.aspect == best.0.aspect
            && v.bare == best.0.bare
            && !v.weak
    });
    (best.1 <= FAR).then_some((last.unwrap_or(best.0), best.1))
}

/// "generators provided by Japan arrived": participles after a noun that its predicate follows say less than it.
fn participles(s: &Sentence, verbs: &[Verb], figures: &[Figure], end: usize) -> Vec<usize> {
    let mut out = Vec::new();
    for (i, verb) in verbs.iter().enumerate() {
        if is_relative(s, verb, verbs.get(i + 1), end) || is_aside(s, verb, verbs.get(i + 1), end) {
            out.push(verb.head);
            continue;
        }
        if !verb.bare || !is_participle(s, verb) || verb.start < end || verb.start > end + 1 {
            continue;
        }
        let follows = verbs.iter().skip(i + 1).find(|v| !v.weak && !v.negated);
        if let Some(next) = follows {
            let clear = !(verb.end..next.start).any(|at| {
                matches!(s.body(at), "," | ";" | "that" | "which" | "and" | "while" | "–" | "—")
            });
            let figures = figures.iter().any(|f| f.start >= verb.end && f.end <= next.start);
            if clear && !figures && next.start <= verb.end + 12 {
                out.push(verb.head);
            }
        }
    }
    out
}

/// "12 of the 40 generators that Athens promised have arrived": the predicate says more than the relative clause.
fn is_relative(s: &Sentence, verb: &Verb, next: Option<&Verb>, end: usize) -> bool {
    let Some(next) = next.filter(|v| !v.weak && !v.negated) else {
        return false;
    };
    let pronoun =
        matches!(s.body(end), "that" | "which" | "що" | "які" | "qui" | "que" | "które" | "care");
    // "the generators Spain sent have arrived".
    let contact = s.starting(Sense::Party(0), end).is_some_and(|p| p.end == verb.start);
    let helped = next.start < next.head || next.action.moves_itself();
    let clear = !(end..next.start)
        .any(|at| matches!(s.body(at), "," | ";" | "and" | "та" | "і" | "et" | "i" | "și"));
    (pronoun || contact) && verb.start <= end + 4 && helped && clear && next.start <= verb.end + 5
}

/// "60 generators, bought by businesses, set off": a participle between commas before the predicate.
fn is_aside(s: &Sentence, verb: &Verb, next: Option<&Verb>, end: usize) -> bool {
    let Some(next) = next.filter(|v| !v.weak && !v.negated && !v.bare || v.action.moves_itself())
    else {
        return false;
    };
    let near = verb.start > end && verb.start <= end + 6 && s.before(verb.start) == ",";
    let commas: Vec<usize> = (verb.end..next.start).filter(|at| s.body(*at) == ",").collect();
    verb.bare
        && is_participle(s, verb)
        && near
        && matches!(commas[..], [only] if next.start <= only + 2)
}

/// Whether a past form without helper may be a participle: Slavic languages tell them by their endings, German has none.
fn is_participle(s: &Sentence, verb: &Verb) -> bool {
    use crate::text::language::Language as L;
    let word = s.body(verb.head).to_lowercase();
    let ends = |list: &[&str]| list.iter().any(|e| word.ends_with(e));
    match s.language() {
        Some(L::English | L::French | L::Romanian | L::Italian | L::Spanish) => true,
        Some(L::Polish) => ends(&["ne", "nych", "ny", "na", "te", "tych", "nymi"]),
        Some(L::Ukrainian) => ends(&["ні", "них", "ний", "на", "ними", "ті", "тих"]),
        Some(L::Russian) => ends(&["ные", "ных", "ный", "ная", "ными"]),
        _ => false,
    }
}

/// "sent 14 transformers donated by companies": the verb before says how far they have come, the participle whose they were.
fn postponed(
    s: &Sentence,
    verbs: &[Verb],
    figures: &[Figure],
    start: usize,
    end: usize,
) -> Option<usize> {
    let bare = verbs
        .iter()
        .find(|v| v.bare && is_participle(s, v) && (end..=end + 1).contains(&v.start))?;
    let before = verbs.iter().rev().find(|v| v.end <= start)?;
    let finite = !before.weak
        && !before.bare
        && !before.passive
        && !matches!(before.action, Action::Announce | Action::Way)
        || before.bare && has_subject(s, before.start);
    let near = start - before.end <= 6
        && !(before.end..start).any(|at| matches!(s.body(at), "," | ";" | ":" | "that" | "which"))
        && !figures.iter().any(|f| f.start >= before.end && f.end <= start);
    (finite && near && bare.action != before.action).then_some(bare.head)
}

fn cost(s: &Sentence, verb: &Verb, figures: &[Figure], start: usize, end: usize) -> Option<usize> {
    let left = verb.end <= start;
    let (from, to) = if left { (verb.end, start) } else { (end, verb.start) };
    if verb.head >= start && verb.end <= end || from > to {
        // "150 donated generators": no more than a word about them, where no other verb says where they are.
        return if verb.weak { verb.bare.then_some(14) } else { Some(0) };
    }
    let mut cost = to - from;
    for at in from..to {
        cost += match s.body(at) {
            ";" | ":" => 20,
            "," if left && at + 1 == to => 5,
            "," if left => 2,
            "," => 5,
            "–" | "—" | "(" | ")" => 6,
            "while" | "whereas" | "but" | "тоді" | "але" | "während" | "aber" | "tandis"
            | "mais" | "natomiast" | "ale" | "iar" | "dar" => 12,
            "with" if left && s.before(at) == "," => 10,
            "who" | "whose" | "where" | "when" | "because" | "after" if left => 5,
            "that" | "which" | "що" | "які" | "die" | "qui" | "które" | "care" if left => 3,
            _ => 0,
        };
    }
    // "in addition to 50 already sent" is no object of the verb before.
    if left && s.cue_between(from, to, Cue::Beside) {
        cost += 25;
    }
    let counted = |f: &&Figure| {
        !matches!(
            f.what,
            super::figures::What::Rating(_) | super::figures::What::Sum { equivalent: true, .. }
        )
    };
    let between = figures.iter().filter(counted).filter(|f| f.start >= from && f.end <= to).count();
    cost += if left { between } else { between * 10 };
    if !left {
        let relative = matches!(
            s.body(end),
            "that" | "which" | "що" | "які" | "qui" | "które" | "care" | "die"
        );
        let participle =
            verb.start <= end + 1 && matches!(verb.aspect, Aspect::Done | Aspect::Ongoing);
        // What follows governs as predicate: fewer words, and no object of its own.
        cost += if relative || participle { 0 } else { 2 };
        let active_object = !verb.passive
            && !verb.action.moves_itself()
            && !participle
            && !relative
            && matches!(s.language(), Some(crate::text::language::Language::English));
        if active_object {
            cost += 6;
        }
    } else if verb.passive && !verb.action.moves_itself() {
        // "were delivered by 156 trucks": the figure after a passive verb is not its object.
        cost += 6;
    }
    // Announcing leaves it to other verbs to say what is done.
    if matches!(verb.action, Action::Announce) {
        cost += 4;
    }
    if verb.weak {
        cost += 12;
    }
    if verb.aspect == Aspect::Purpose || verb.noun {
        return None;
    }
    Some(cost)
}
