//! Drafts of claims from one sentence: each figure, or each thing that is given without one, with its verb and parties.

mod giver;
mod help;
mod item;
mod kind;
mod money;
mod subject;
mod ties;
mod unnumbered;

use self::item::is_core;
use self::subject::found;
use super::{figures, parties, status, verbs};
use crate::draft::{Draft, Field, Modality, Who};
use crate::frame::attribution::Attribution;
use crate::frame::figures::{Figure, What};
use crate::frame::parties::{Found, Roles};
use crate::frame::sentence::Sentence;
use crate::frame::verbs::{Aspect, Verb};
use crate::lexicon::{Action, Cue, Sense, Sort};
use crate::text::Span;
use relight_ledger::model::{ClaimKind, Money, Qualifier, Quantity, Sharing, Side, Status, Unit};

/// What was said before, for what a sentence leaves out.
#[derive(Debug, Default, Clone)]
pub(crate) struct Before {
    /// The things that were counted last.
    pub thing: Option<(Sort, Span, String)>,
    /// Who gave last.
    pub donors: Vec<Found>,
    /// Whom the last sentence spoke of first, besides those who get.
    pub spoken: Vec<Found>,
}

/// All that reading a sentence needs besides the sentence.
pub(crate) struct Context<'a> {
    pub recipient: Option<Found>,
    pub statement: usize,
    pub attribution: &'a Attribution,
    /// Who says it, where that is a party that is known.
    pub speaker: Option<Found>,
    /// Whether all of the page is this one sentence: somebody took it for a claim, so that a number or a thing is enough.
    pub quote: bool,
    /// Countries that the page speaks of as its own: whose dollar a bare one may be.
    pub countries: &'a [&'static str],
}

/// The drafts of a sentence, in order.
pub(crate) fn read(s: &Sentence, context: &Context, before: &mut Before) -> Vec<Draft> {
    let figures = figures::find(s, context.quote);
    let verbs = verbs::find(s);
    let mut out = Vec::new();
    let mut used: Vec<(usize, usize)> = Vec::new();
    let reader = Reader { s, context, figures: &figures, verbs: &verbs };
    for (i, figure) in figures.iter().enumerate() {
        match &figure.what {
            What::Rating(_) | What::Sum { equivalent: true, .. } => {}
            What::Sum { .. } if reader.values(i).is_some() => {}
            What::Sum { .. } => {
                out.push(reader.sum(i, before, &mut used));
            }
            What::Count { thing, .. } => {
                used.extend(thing.map(|t| (t.start, t.end)));
                if let Some(mut draft) = reader.count(i, before) {
                    reader.share_kind(i, out.last(), &mut draft);
                    out.push(draft);
                }
            }
        }
    }
    out.extend(reader.unnumbered(&used, before, !out.is_empty()));
    if out.is_empty() {
        out.extend(reader.help(before));
    }
    let spoken = parties::spoken_of(s, context.recipient);
    if !spoken.is_empty() {
        before.spoken = spoken;
    }
    out.into_iter().flat_map(split_each).collect()
}

struct Reader<'a> {
    s: &'a Sentence<'a>,
    context: &'a Context<'a>,
    figures: &'a [Figure],
    verbs: &'a [Verb],
}

/// "more than 100 each": two pledges of two donors.
fn split_each(draft: Draft) -> Vec<Draft> {
    if draft.sharing.value != Sharing::Each || draft.donors.len() < 2 {
        return vec![draft];
    }
    let one = |donor: &Field<Who>| Draft { donors: vec![donor.clone()], ..draft.clone() };
    draft.donors.iter().map(one).collect()
}

impl Reader<'_> {
    pub(super) fn count(&self, at: usize, before: &mut Before) -> Option<Draft> {
        let s = self.s;
        let figure = &self.figures[at];
        let What::Count { quantity, thing } = &figure.what else { return None };
        let np = (figure.start, figure.tail);
        let whole = self.whole_of(at);
        let governing =
            status::governing(s, self.verbs, self.figures, np.0, whole.map_or(np.1, |w| w.tail));
        let verb = governing.map(|(v, _)| *v);
        // What was fired, destroyed or lost is no help.
        let quote = self.context.quote;
        let weapon = thing.is_some_and(|t| t.sort == Sort::Military);
        if self.is_harm(np, verb.as_ref()) || quote && weapon && verb.is_none() {
            return None;
        }
        let item = match thing {
            Some(thing) if thing.sort != Sort::Generic => {
                let lot = self.lot(thing, at);
                before.thing = Some((
                    thing.sort,
                    s.span(thing.start, thing.end),
                    s.words(thing.start, thing.end).to_owned(),
                ));
                Some(Field::new(lot, s.span(thing.start, thing.end), 90))
            }
            _ => self.antecedent(at, thing.as_ref(), before),
        };
        let sort_is_other = thing.is_some_and(|t| {
            matches!(
                t.sort,
                Sort::Military
                    | Sort::Food
                    | Sort::Crew
                    | Sort::Transport
                    | Sort::Vehicle
                    | Sort::Fuel
            )
        });
        let bound = parties::has_target(s) && !thing.is_some_and(|t| t.sort == Sort::Military);
        let cargo = matches!(quantity.unit, Unit::Cargo | Unit::Planeload);
        // "another 300", "1,400 in total": what was counted before is known.
        let elliptic = thing.is_none()
            && (item.is_some()
                || s.cue_between(np.0.saturating_sub(3), (np.1 + 2).min(s.range.1), Cue::Total));
        // "30 vehicles and 5 generators": one list, one gift.
        let listed = self.figures.iter().any(|f| {
            matches!(&f.what, What::Count { thing: Some(t), .. } if is_core(t.sort))
                && (f.tail + 1 == np.0 || np.1 + 1 == f.start)
        });
        let filled = thing.is_some_and(|t| {
            t.sort == Sort::Transport
                && matches!(s.body(t.end), "of" | "with" | "з" | "із" | "mit" | "avec" | "cu")
        });
        let other = sort_is_other && !bound && !cargo && !listed && !filled;
        // "a generator" by itself is a word of any story; one that is given, rated or somebody's is a piece of help.
        let article = is_article(&quantity.words) || thing.is_some_and(|t| t.start == figure.start);
        let meant =
            self.is_rated(np) || self.worth(at).is_some() || bound || parties::has_source(s);
        // "the Lithuanian gift of an autotransformer": somebody is named who may give it.
        let meant = meant || !parties::spoken_of(s, self.context.recipient).is_empty();
        if article && verb.is_none() && !meant && !quote {
            return None;
        }
        if verb.is_none()
            && (thing.is_none() && !elliptic || other)
            && !(quote && s.body(figure.end) != "of")
        {
            return None;
        }
        let quantity = Field::new(
            quantity.clone(),
            s.span(figure.start, figure.end),
            confidence(quantity.qualifier),
        );
        let money = self.worth(at).and_then(|i| self.money(i));
        let equivalents = self.worth(at).map_or(Vec::new(), |i| self.equivalents(i));
        let mut draft = self.frame(np, verb.as_ref(), false, before);
        // "another 900 will follow": from whom the others came.
        let elliptic = thing.is_none()
            && draft.donors.is_empty()
            && !verb.is_some_and(|v| v.action.is_getting());
        if elliptic {
            draft.donors =
                before.donors.iter().map(|f| self.who(&Found { confidence: 45, ..*f })).collect();
            draft.sharing = self.sharing(np, &before.donors);
        }
        if whole.is_some() && draft.kind.value == ClaimKind::NewPledge {
            draft.kind = Field::new(ClaimKind::Part, s.span(figure.end, figure.end + 1), 60);
        }
        draft.item = item;
        draft.quantity = quantity;
        draft.money = money;
        draft.equivalents = equivalents;
        Some(self.finish(draft, np, before))
    }

    /// "the first 200 of 1,000 generators pledged by": of what a count is a part. What was done was done to the 200.
    fn whole_of(&self, at: usize) -> Option<&Figure> {
        let end = self.figures.get(at)?.end;
        let of = matches!(
            self.s.body(end),
            "of" | "z" | "ze" | "з" | "із" | "зі" | "von" | "sur" | "din" | "из" | "su"
        );
        // "5 out of 15".
        let out = self.s.body(end) == "out" && self.s.body(end + 1) == "of";
        self.figures.get(at + 1).filter(|next| {
            (of || out)
                && next.start <= end + 2 + usize::from(out)
                && matches!(next.what, What::Count { .. })
        })
    }

    /// Parties, status, kind and relations of what stands at `np`.
    pub(super) fn frame(
        &self,
        np: (usize, usize),
        verb: Option<&Verb>,
        money: bool,
        before: &Before,
    ) -> Draft {
        let s = self.s;
        let Roles { donors, recipients, channel } =
            parties::roles(s, verb, np, self.context.recipient);
        let mut donors = self.givers(np, verb, donors, before);

        let who = |f: &Found| self.who(f);
        let (mut status, modality) = self.status(verb, money, np);
        // Arrived, but not where it is needed: on the way.
        if verb.is_some_and(|v| {
            v.action == Action::Arrive
                && status.value == Status::Delivered
                && parties::elsewhere(s, v, self.context.recipient)
        }) {
            status.value = Status::InTransit;
        }
        let (kind, polarity) = self.kind(np, verb, &donors);
        // Who needs something gives nothing.
        let recipients = if kind.value == ClaimKind::Need && recipients.is_empty() {
            std::mem::take(&mut donors)
        } else {
            recipients
        };
        if kind.value == ClaimKind::Need {
            donors.clear();
        }
        let sharing = self.sharing(np, &donors);
        let getting = verb.is_some_and(|v| v.action.is_getting() || v.action == Action::Arrive);
        Draft {
            span: s.whole(),
            statement: self.context.statement,
            kind,
            sharing,
            side: if getting { Side::Recipient } else { Side::Other },
            donors: donors.iter().map(who).collect(),
            recipients: recipients.iter().map(who).collect(),
            channel: channel.as_ref().map(who),
            item: None,
            quantity: Field::unsaid(Quantity::default(), 80),
            money: None,
            equivalents: Vec::new(),
            status,
            modality,
            polarity,
            package: self.package(np),
            relation: self.relation(np),
            when: self.when(verb, np),
        }
    }

    pub(super) fn who(&self, f: &Found) -> Field<Who> {
        Field::new(
            Who { words: f.span.of(self.s.paragraph.text).to_owned(), party: f.party() },
            f.span,
            f.confidence,
        )
    }

    pub(super) fn status(
        &self,
        verb: Option<&Verb>,
        money: bool,
        np: (usize, usize),
    ) -> (Field<Status>, Field<Modality>) {
        let s = self.s;
        let Some((verb, class)) = verb.and_then(|v| status::class(v, money).map(|c| (v, c))) else {
            // "is considering a further contribution": no verb of giving, but how sure it is.
            let like = Sense::Modal(crate::lexicon::Modality::Possible);
            let near = s
                .layer(like)
                .iter()
                .rev()
                .find(|m| m.end <= np.0 && np.0 - m.end <= 6 && m.sense == like);
            if let Some(found) = near.filter(|_| verb.is_none()) {
                let span = s.span(found.start, found.end);
                return (
                    Field::new(Status::Possible, span, 60),
                    Field::new(Modality::Possible, span, 60),
                );
            }
            return (Field::unsaid(Status::Unclear, 60), Field::unsaid(Modality::Unclear, 60));
        };
        let span = s.span(verb.start, verb.end);
        let modality = match verb.aspect {
            Aspect::Done | Aspect::Ongoing | Aspect::Present => Modality::Actual,
            Aspect::Future | Aspect::Pledged | Aspect::Agreed => Modality::Future,
            Aspect::Planned => Modality::Intended,
            Aspect::Possible => Modality::Possible,
            Aspect::Purpose => Modality::Unclear,
        };
        let distance =
            if verb.end <= np.0 { np.0 - verb.end } else { verb.start.saturating_sub(np.1) };
        let confidence =
            (88_usize.saturating_sub(distance * 3)).max(40) as u8 - if verb.weak { 20 } else { 0 };
        (Field::new(class, span, confidence), Field::new(modality, span, confidence))
    }

    /// Fills what depends on the rest, and remembers for the next sentence.
    pub(super) fn finish(
        &self,
        mut draft: Draft,
        np: (usize, usize),
        before: &mut Before,
    ) -> Draft {
        let countries: Vec<&str> =
            draft.donors.iter().filter_map(|d| d.value.party.and_then(|p| p.country)).collect();
        let bare = |m: &Money| {
            m.currency.is_none() && m.words.contains(['$'])
                || m.currency.is_none() && !m.words.is_empty()
        };
        for money in draft.money.iter_mut().chain(draft.equivalents.iter_mut()) {
            if bare(&money.value) {
                money.value.currency =
                    figures::bare_currency(&money.value.words, &countries, self.context.countries);
                money.confidence = money.confidence.min(70);
            }
        }
        let _ = np;
        if !draft.donors.is_empty() && draft.is_aid() {
            before.donors = draft.donors.iter().filter_map(found).collect();
        }
        draft
    }
}

pub(super) fn confidence(qualifier: Qualifier) -> u8 {
    match qualifier {
        Qualifier::Exact => 90,
        Qualifier::Vague | Qualifier::Between => 75,
        _ => 85,
    }
}

/// Words that count one without a number.
fn is_article(words: &str) -> bool {
    matches!(
        words.to_lowercase().as_str(),
        "a" | "an"
            | "another"
            | "the"
            | "this"
            | "its"
            | "our"
            | "their"
            | "first"
            | "second"
            | "third"
            | "single"
            | "latest"
    )
}
