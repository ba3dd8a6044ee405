//! Drafts of claims from one sentence: each figure, or each thing that is given without one, with its verb and parties.

use relight_ledger::date::When;
use relight_ledger::model::{
    Category, ClaimKind, Lot, Money, Qualifier, Quantity, Rating, Sharing, Side, Status, Unit,
};

use super::attribution::Attribution;
use super::figures::{self, Figure, Thing, What};
use super::parties::{self, Found, Roles};
use super::sentence::Sentence;
use super::status;
use super::verbs::{self, Aspect, Verb};
use crate::draft::{Draft, Field, Modality, Polarity, Relation, Who};
use crate::lexicon::{Action, Cue, Manner, PartySort, Sense, Situation, Sort};
use crate::text::Span;

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
    /// Countries that the page speaks of as its own: whose dollar a bare one may be.
    pub countries: &'a [&'static str],
}

/// The drafts of a sentence, in order.
pub(crate) fn read(s: &Sentence, context: &Context, before: &mut Before) -> Vec<Draft> {
    let figures = figures::find(s);
    let verbs = verbs::find(s);
    let mut out = Vec::new();
    let mut used: Vec<(usize, usize)> = Vec::new();
    let reader = Reader { s, context, figures: &figures, verbs: &verbs };
    for (i, figure) in figures.iter().enumerate() {
        match &figure.what {
            What::Rating(_) | What::Sum { equivalent: true, .. } => {}
            What::Sum { .. } if reader.values(i).is_some() => {}
            What::Sum { .. } => {
                if let Some(draft) = reader.sum(i, before, &mut used) {
                    out.push(draft);
                }
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
    /// The count whose worth the sum at that place is: "470 generators worth 19.5 million euros".
    fn values(&self, sum: usize) -> Option<usize> {
        let s = self.s;
        let figure = self.figures.get(sum)?;
        let before = sum
            .checked_sub(1)
            .filter(|i| matches!(&self.figures[*i].what, What::Count { thing: Some(_), .. }));
        if let Some(i) = before {
            let gap = (self.figures[i].tail, figure.start);
            let worth = s.cues().iter().any(|m| {
                m.start + 1 >= gap.0 && m.end <= gap.1 + 1 && m.sense == Sense::Cue(Cue::Worth)
            });
            if worth && gap.1.saturating_sub(gap.0) <= 12 {
                return Some(i);
            }
        }
        // "£7 million for the purchase of more than 850 generators".
        let next = sum + 1;
        if let Some(Figure { what: What::Count { thing: Some(_), .. }, start, .. }) =
            self.figures.get(next)
        {
            let gap = (figure.end, *start);
            let buys = (gap.0..gap.1).any(|at| {
                matches!(
                    s.body(at).to_lowercase().as_str(),
                    "purchase"
                        | "buy"
                        | "acquire"
                        | "procure"
                        | "worth"
                        | "закупівлю"
                        | "придбання"
                        | "купівлю"
                        | "kauf"
                        | "achat"
                        | "zakup"
                        | "achiziția"
                        | "cumpărarea"
                        | "buying"
                        | "purchasing"
                )
            });
            let clear = !(gap.0..gap.1).any(|at| matches!(s.body(at), "," | ";"));
            if buys && clear && gap.1 - gap.0 <= 8 {
                return Some(next);
            }
        }
        None
    }

    /// "a total of 1,400 generators and 3,000 tonnes of equipment": what is joined by "and" alone is of one kind.
    fn share_kind(&self, at: usize, last: Option<&Draft>, draft: &mut Draft) {
        let s = self.s;
        let Some((last, before)) = last.zip(at.checked_sub(1).and_then(|i| self.figures.get(i)))
        else {
            return;
        };
        let joined = before.tail + 1 == self.figures[at].start
            && matches!(
                s.body(before.tail),
                "and" | "і" | "та" | "und" | "et" | "i" | "oraz" | "și" | "e" | "и"
            );
        if joined
            && draft.kind.value == ClaimKind::NewPledge
            && matches!(last.kind.value, ClaimKind::RunningTotal | ClaimKind::Part)
        {
            draft.kind = last.kind.clone();
        }
    }

    fn worth(&self, count: usize) -> Option<usize> {
        let sums = [count.checked_sub(1), Some(count + 1), Some(count + 2)];
        sums.into_iter().flatten().find(|i| {
            self.figures
                .get(*i)
                .is_some_and(|f| matches!(f.what, What::Sum { equivalent: false, .. }))
                && self.values(*i) == Some(count)
        })
    }

    fn count(&self, at: usize, before: &mut Before) -> Option<Draft> {
        let s = self.s;
        let figure = &self.figures[at];
        let What::Count { quantity, thing } = &figure.what else { return None };
        let np = (figure.start, figure.tail);
        let governing = status::governing(s, self.verbs, self.figures, np.0, np.1);
        let verb = governing.map(|(v, _)| *v);
        // What was fired, destroyed or lost is no help.
        if self.is_harm(np, verb.as_ref()) {
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
                    | Sort::Water
                    | Sort::Shelter
                    | Sort::Medical
            )
        });
        let bound = parties::has_target(s) && !thing.is_some_and(|t| t.sort == Sort::Military);
        let cargo = matches!(quantity.unit, Unit::Cargo | Unit::Planeload);
        if verb.is_none() && (thing.is_none() || sort_is_other && !bound && !cargo) {
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
        draft.item = item;
        draft.quantity = quantity;
        draft.money = money;
        draft.equivalents = equivalents;
        Some(self.finish(draft, np, before))
    }

    fn sum(&self, at: usize, before: &mut Before, used: &mut Vec<(usize, usize)>) -> Option<Draft> {
        let s = self.s;
        let figure = &self.figures[at];
        let thing = self.paid_for(at);
        let category = thing.map_or(Category::Money, |t| t.sort.category());
        let money_as_such = matches!(
            category,
            Category::Money | Category::Fund | Category::Guarantee | Category::Package
        );
        used.extend(thing.map(|t| (t.start, t.end)));
        // The sum in another currency, in brackets, belongs to the phrase.
        let last = self
            .figures
            .iter()
            .skip(at + 1)
            .take_while(|f| matches!(f.what, What::Sum { equivalent: true, .. }))
            .last();
        let tail = last.map_or(figure.end, |f| f.end + usize::from(s.body(f.end) == ")"));
        let np = (
            figure.start,
            thing.filter(|t| t.start >= tail && t.start <= tail + 6).map_or(tail, |t| t.end),
        );
        let governing = status::governing(s, self.verbs, self.figures, np.0, np.1).or_else(|| {
            thing
                .filter(|t| t.end <= figure.start)
                .and_then(|t| status::governing(s, self.verbs, self.figures, t.start, np.1))
        });
        let verb = governing.map(|(v, _)| *v);
        if self.is_harm(np, verb.as_ref()) {
            return None;
        }
        let mut draft = self.frame(np, verb.as_ref(), money_as_such, before);
        draft.money = self.money(at);
        draft.equivalents = self.equivalents(at);
        let fund = s.parties().iter().find(|m| {
            let Sense::Party(row) = m.sense else { return false };
            crate::lexicon::lexicon().party(row).is_some_and(|p| p.sort == PartySort::Fund)
                && m.start.abs_diff(figure.end).min(m.end.abs_diff(figure.start)) <= 14
        });
        draft.item = Some(match thing {
            None | Some(Thing { sort: Sort::Money | Sort::Fund, .. }) if fund.is_some() => {
                let (start, end) = fund.map_or(np, |m| (m.start, m.end));
                Field::new(Lot::new(Category::Fund, s.words(start, end)), s.span(start, end), 65)
            }
            Some(thing) => Field::new(self.lot(&thing, at), s.span(thing.start, thing.end), 70),
            None => Field::unsaid(Lot::new(Category::Money, ""), 60),
        });
        Some(self.finish(draft, np, before))
    }

    /// What the money is, or what it is for.
    fn paid_for(&self, at: usize) -> Option<Thing> {
        let s = self.s;
        let figure = &self.figures[at];
        let mut best: Option<(usize, Thing)> = None;
        for mention in s.things() {
            let Sense::Thing(sort) = mention.sense else { continue };
            if sort == Sort::Generic || self.figures.iter().any(|f| matches!(&f.what, What::Count { thing: Some(t), .. } if t.start == mention.start)) {
                continue;
            }
            let thing = Thing { start: mention.start, end: mention.end, sort };
            let distance = if mention.start >= figure.end {
                mention.start - figure.end
            } else {
                (figure.start - mention.end.min(figure.start)) * 2 + 3
            };
            let between = if mention.start >= figure.end {
                (figure.end, mention.start)
            } else {
                (mention.end, figure.start)
            };
            let commas = (between.0..between.1).filter(|i| matches!(s.body(*i), "," | ";")).count();
            let others = self
                .figures
                .iter()
                .filter(|f| {
                    f.start >= between.0
                        && f.end <= between.1
                        && !matches!(f.what, What::Rating(_) | What::Sum { equivalent: true, .. })
                })
                .count();
            // A thing says more than "aid".
            let adjacent = thing.start >= figure.end && thing.start <= figure.end + 3;
            let abstract_cost = match sort {
                Sort::Guarantee | Sort::Fund if adjacent => 0,
                Sort::Money | Sort::Package | Sort::Fund | Sort::Guarantee => 16,
                Sort::Crew | Sort::Transport => 8,
                _ => 0,
            };
            // "to support": a verb, and no support.
            if sort.is_abstract()
                && matches!(s.before(mention.start), "to" | "will" | "would" | "can")
            {
                continue;
            }
            let cost = distance + commas * 6 + others * 12 + abstract_cost;
            if cost <= 26 && best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, thing));
            }
        }
        best.map(|(_, thing)| thing)
    }

    fn money(&self, at: usize) -> Option<Field<Money>> {
        let figure = self.figures.get(at)?;
        let What::Sum { money, .. } = &figure.what else { return None };
        Some(Field::new(
            money.clone(),
            self.s.span(figure.start, figure.end),
            confidence(money.qualifier),
        ))
    }

    fn equivalents(&self, at: usize) -> Vec<Field<Money>> {
        let following = self.figures.iter().enumerate().skip(at + 1);
        following
            .take_while(|(_, f)| matches!(f.what, What::Sum { equivalent: true, .. }))
            .filter_map(|(i, _)| self.money(i))
            .collect()
    }

    /// The thing with the ratings that stand near it.
    fn lot(&self, thing: &Thing, figure: usize) -> Lot {
        let s = self.s;
        let from = figure
            .checked_sub(1)
            .and_then(|i| self.figures.get(i))
            .filter(|f| !matches!(f.what, What::Rating(_)))
            .map_or(s.range.0, |f| f.tail);
        let to = self
            .figures
            .iter()
            .skip(figure + 1)
            .find(|f| !matches!(f.what, What::Rating(_)))
            .map_or(s.range.1, |f| f.start);
        let mut ratings: Vec<Rating> = Vec::new();
        for f in self.figures {
            if let What::Rating(rating) = &f.what
                && rating.range.is_known()
                && f.start >= from.min(thing.start)
                && f.end <= to.max(thing.end)
                && f.start <= thing.end + 12
            {
                ratings.push(rating.clone());
            }
        }
        let words = s.words(thing.start, thing.end).to_owned();
        Lot { words, category: thing.sort.category(), ratings, ..Lot::default() }
    }

    /// "another 900", "150 devices": what was counted before, in this sentence or the last; else what comes next.
    fn antecedent(
        &self,
        at: usize,
        generic: Option<&Thing>,
        before: &Before,
    ) -> Option<Field<Lot>> {
        let s = self.s;
        let figure = &self.figures[at];
        let named = |m: &&crate::lexicon::Mention| matches!(m.sense, Sense::Thing(sort) if sort != Sort::Generic && !sort.is_abstract());
        let lot = |m: &crate::lexicon::Mention| {
            let Sense::Thing(sort) = m.sense else { return Lot::default() };
            Lot::new(sort.category(), s.words(m.start, m.end))
        };
        let earlier = s.things().iter().rev().filter(named).find(|m| m.end <= figure.start);
        if let Some(found) = earlier {
            return Some(Field::new(lot(found), s.span(found.start, found.end), 70));
        }
        if let Some((sort, span, words)) = &before.thing {
            return Some(Field::new(Lot::new(sort.category(), words.clone()), *span, 55));
        }
        let later = s.things().iter().filter(named).find(|m| m.start >= figure.end);
        if let Some(found) = later {
            return Some(Field::new(lot(found), s.span(found.start, found.end), 50));
        }
        generic.map(|t| {
            Field::new(
                Lot::new(Category::Other, s.words(t.start, t.end)),
                s.span(t.start, t.end),
                30,
            )
        })
    }

    fn is_harm(&self, np: (usize, usize), verb: Option<&Verb>) -> bool {
        if verb.is_some_and(|v| !v.weak) {
            return false;
        }
        let s = self.s;
        let like = Sense::Situation(Situation::Damage);
        s.layer(like)
            .iter()
            .any(|m| m.sense == like && m.start.abs_diff(np.0).min(m.start.abs_diff(np.1)) <= 10)
    }

    /// Parties, status, kind and relations of what stands at `np`.
    fn frame(
        &self,
        np: (usize, usize),
        verb: Option<&Verb>,
        money: bool,
        before: &Before,
    ) -> Draft {
        let s = self.s;
        let Roles { mut donors, recipients, channel } =
            parties::roles(s, verb, np, self.context.recipient);
        let gives =
            verb.is_some_and(|v| !v.passive && !v.action.is_getting() && !v.action.moves_itself());
        if donors.is_empty()
            && gives
            && !before.donors.is_empty()
            && verb.is_some_and(|v| refers_back(s, v))
        {
            donors = before.donors.iter().map(|d| Found { confidence: 45, ..*d }).collect();
        }
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

    fn who(&self, f: &Found) -> Field<Who> {
        Field::new(
            Who { words: f.span.of(self.s.paragraph.text).to_owned(), party: f.party() },
            f.span,
            f.confidence,
        )
    }

    fn status(
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

    fn kind(
        &self,
        np: (usize, usize),
        verb: Option<&Verb>,
        donors: &[Found],
    ) -> (Field<ClaimKind>, Field<Polarity>) {
        let s = self.s;
        let positive = Field::unsaid(Polarity::Positive, 85);
        let cue = |cue: Cue, from: usize, to: usize| {
            s.cues().iter().find(|m| m.start >= from && m.end <= to && m.sense == Sense::Cue(cue))
        };
        let at = |m: &crate::lexicon::Mention| s.span(m.start, m.end);
        if let Some(saying) = self
            .context
            .attribution
            .sayings
            .iter()
            .find(|x| matches!(x.manner, Manner::Denied | Manner::Accused))
        {
            let kind = if saying.manner == Manner::Denied {
                ClaimKind::Denial
            } else {
                ClaimKind::Dispute
            };
            return (
                Field::new(kind, saying.span, 75),
                Field::new(Polarity::Negative, saying.span, 70),
            );
        }
        if verb.is_some_and(|v| v.negated) {
            let span = verb.map_or(Span::default(), |v| s.span(v.start, v.end));
            return (
                Field::new(ClaimKind::Denial, span, 70),
                Field::new(Polarity::Negative, span, 80),
            );
        }
        if let Some(need) = self.need(np, verb) {
            return (Field::new(ClaimKind::Need, need, 75), positive);
        }
        let given = verb.is_some_and(|v| !v.weak && !v.noun);
        if let Some(trade) = cue(Cue::Trade, s.range.0, s.range.1).filter(|_| !given) {
            return (Field::new(ClaimKind::Trade, at(trade), 70), positive);
        }
        let last = self
            .figures
            .iter()
            .filter(|f| f.end <= np.0 && !matches!(f.what, What::Rating(_)))
            .map(|f| f.tail.min(np.0))
            .max();
        let near = np.0.saturating_sub(8).max(s.range.0).max(last.unwrap_or(0));
        if let Some(part) = cue(Cue::Part, near, np.0 + 1) {
            return (Field::new(ClaimKind::Part, at(part), 65), positive);
        }
        // "comes on top of 500 already sent": said before.
        let told = verb.is_some_and(|v| {
            v.passive
                && v.start >= np.1
                && v.aspect == Aspect::Done
                && (v.start..v.end).any(|i| {
                    matches!(
                        s.body(i),
                        "already" | "вже" | "уже" | "bereits" | "déjà" | "już" | "deja"
                    )
                })
        });
        let total = cue(Cue::Total, near, (np.1 + 10).min(s.range.1)).filter(|m| {
            !matches!(
                s.words(m.start, m.end).to_lowercase().as_str(),
                "already"
                    | "вже"
                    | "уже"
                    | "bereits"
                    | "déjà"
                    | "już"
                    | "deja"
                    | "già"
                    | "since the start"
            )
        });
        let total =
            total.or_else(|| cue(Cue::Together, near, np.0 + 1).filter(|_| donors.len() < 2));
        if let Some(total) = total {
            return (Field::new(ClaimKind::RunningTotal, at(total), 65), positive);
        }
        let received = verb.is_some_and(|v| {
            v.action.is_getting()
                && v.aspect == Aspect::Done
                && (v.start..v.end).any(|i| matches!(s.body(i), "already" | "вже" | "уже"))
        });
        if told || received {
            let span = verb.map_or(Span::default(), |v| s.span(v.start, v.end));
            return (Field::new(ClaimKind::RunningTotal, span, 55), positive);
        }
        let several = donors.len() > 1;
        let each = s.cues().iter().any(|m| m.sense == Sense::Cue(Cue::Each));
        let groups = donors.iter().any(|d| d.party().is_some_and(|p| p.sort == PartySort::Group));
        let together = s.cues().iter().find(|m| m.sense == Sense::Cue(Cue::Together));
        if several && !each && (together.is_some() || s.paragraph.title) && !groups {
            return (Field::unsaid(ClaimKind::SumOfDonors, 60), positive);
        }
        (Field::unsaid(ClaimKind::NewPledge, 60), positive)
    }

    /// "needs 17,000 generators": the word of need is nearer than any verb of giving.
    fn need(&self, np: (usize, usize), verb: Option<&Verb>) -> Option<Span> {
        let s = self.s;
        let found = s.cues().iter().filter(|m| m.sense == Sense::Cue(Cue::Need)).find(|m| {
            let left = m.end <= np.0 && np.0 - m.end <= 10;
            let right = m.start >= np.1 && m.start - np.1 <= 3;
            // "badly needed equipment", "meet the needs of": no need of its own.
            let adjective = s.body(m.start).eq_ignore_ascii_case("needed")
                && s.starting(Sense::Thing(Sort::Generic), m.end).is_some();
            let meets = matches!(
                s.before(m.start),
                "the" | "urgent" | "essential" | "basic" | "such" | "meet"
            );
            (left || right) && !adjective && !meets
        })?;
        let stronger = verb.is_some_and(|v| {
            !v.weak
                && !matches!(v.action, Action::Receive | Action::Offer)
                && v.aspect != Aspect::Purpose
                && v.end <= np.0
                && v.start > found.end
        }) || verb
            .is_some_and(|v| !v.weak && v.start >= np.1 && v.aspect == Aspect::Done);
        (!stronger).then(|| s.span(found.start, found.end))
    }

    fn sharing(&self, np: (usize, usize), donors: &[Found]) -> Field<Sharing> {
        let s = self.s;
        if donors.len() < 2 {
            let group =
                donors.first().and_then(Found::party).is_some_and(|p| p.sort == PartySort::Group);
            return Field::unsaid(if group { Sharing::Together } else { Sharing::Each }, 80);
        }
        let find = |cue: Cue| {
            s.cues().iter().find(|m| {
                m.sense == Sense::Cue(cue) && m.start + 14 >= np.0 && m.start <= np.1 + 10
            })
        };
        if let Some(m) = find(Cue::Each)
            .filter(|m| !(s.body(m.start).to_lowercase() == "по" && m.start + 4 < np.0))
        {
            return Field::new(Sharing::Each, s.span(m.start, m.end), 85);
        }
        if let Some(m) = find(Cue::Together) {
            return Field::new(Sharing::Together, s.span(m.start, m.end), 75);
        }
        Field::unsaid(Sharing::Unclear, 70)
    }

    fn package(&self, np: (usize, usize)) -> Option<Field<String>> {
        let s = self.s;
        let package = s
            .things()
            .iter()
            .filter(|m| matches!(m.sense, Sense::Thing(Sort::Package | Sort::Fund)))
            .min_by_key(|m| m.start.abs_diff(np.0).min(m.end.abs_diff(np.1)))?;
        if package.start.abs_diff(np.1).min(package.end.abs_diff(np.0)) > 14 {
            return None;
        }
        // The capitals before it are its name: "Comprehensive Assistance Package".
        let mut start = package.start;
        while start > s.range.0
            && s.token(start - 1).is_some_and(|t| {
                t.capital && t.shape == crate::text::token::Shape::Word
                    || matches!(t.span.of(s.paragraph.text), "'s" | "’s")
            })
        {
            start -= 1;
        }
        let named = s.token(package.end - 1).is_some_and(|t| t.capital) || start < package.start;
        if matches!(s.body(start), "The" | "This" | "A" | "New") {
            start += 1;
        }
        let span = s.span(start, package.end);
        Some(Field::new(span.of(s.paragraph.text).to_owned(), span, if named { 80 } else { 50 }))
    }

    fn relation(&self, np: (usize, usize)) -> Option<Field<Relation>> {
        let s = self.s;
        let near = np.0.saturating_sub(8).max(s.range.0);
        let find = |cue: Cue, from: usize, to: usize| {
            s.cues()
                .iter()
                .find(|m| m.sense == Sense::Cue(cue) && m.start >= from && m.end <= to)
                .map(|m| s.span(m.start, m.end))
        };
        let more = find(Cue::More, np.0.saturating_sub(2).max(s.range.0), np.1);
        let beside = find(Cue::Beside, np.1, (np.1 + 8).min(s.range.1));
        if let Some(span) = more.or(beside) {
            return Some(Field::new(Relation::InAdditionTo, span, 70));
        }
        if let Some(span) = find(Cue::Part, near, np.0 + 1) {
            return Some(Field::new(Relation::PartOf, span, 65));
        }
        find(Cue::Together, near, np.0 + 1).map(|span| Field::new(Relation::TotalOf, span, 60))
    }

    fn when(&self, verb: Option<&Verb>, np: (usize, usize)) -> Option<Field<When>> {
        let s = self.s;
        let near = verb.map_or(np.0, |v| v.head);
        let dated = s.dates.iter().min_by_key(|d| d.start.abs_diff(near))?;
        let span = s.span(dated.start, dated.end);
        Some(Field::new(dated.when.clone().called(span.of(s.paragraph.text)), span, 60))
    }

    /// Fills what depends on the rest, and remembers for the next sentence.
    fn finish(&self, mut draft: Draft, np: (usize, usize), before: &mut Before) -> Draft {
        let countries: Vec<&str> =
            draft.donors.iter().filter_map(|d| d.value.party.and_then(|p| p.country)).collect();
        let bare = |m: &Money| {
            m.currency.is_none() && m.words.contains(['$'])
                || m.currency.is_none() && !m.words.is_empty()
        };
        for money in draft.money.iter_mut().chain(draft.equivalents.iter_mut()) {
            if bare(&money.value) {
                money.value.currency = figures::dollar(&countries, self.context.countries);
                money.confidence = money.confidence.min(70);
            }
        }
        let _ = np;
        if !draft.donors.is_empty() && draft.is_aid() {
            before.donors = draft.donors.iter().filter_map(found).collect();
        }
        draft
    }

    /// Help without a number: "Estonian generators are on their way", "contributions to the package", "a gas turbine".
    #[expect(clippy::too_many_lines, reason = "one case after another, each of them short")]
    fn unnumbered(
        &self,
        used: &[(usize, usize)],
        before: &mut Before,
        numbered: bool,
    ) -> Vec<Draft> {
        let s = self.s;
        let told =
            self.context.attribution.sayings.iter().find(|x| x.manner == Manner::DidNotSpecify);
        let free: Vec<Thing> = s
            .things()
            .iter()
            .filter_map(|m| match m.sense {
                Sense::Thing(sort) if sort != Sort::Generic => {
                    Some(Thing { start: m.start, end: m.end, sort })
                }
                _ => None,
            })
            .filter(|t| !used.iter().any(|(start, end)| t.start < *end && *start < t.end))
            .collect();
        let mut out: Vec<Draft> = Vec::new();
        let mut taken: Vec<usize> = Vec::new();
        for (i, thing) in free.iter().enumerate() {
            if taken.contains(&i) {
                continue;
            }
            let np = (thing.start, thing.end);
            let Some((verb, cost)) = status::governing(s, self.verbs, self.figures, np.0, np.1)
            else {
                continue;
            };
            let governed = verb.head.abs_diff(np.0) <= 24 && cost <= 16 && !verb.weak;
            // What a number with the same verb says already needs no second draft.
            let doubled = numbered
                && self
                    .figures
                    .iter()
                    .any(|f| !matches!(f.what, What::Rating(_)) && f.start.abs_diff(np.0) <= 24);
            let vague_money = matches!(thing.sort, Sort::Money)
                && verb.action != Action::Announce
                && verb.action != Action::Pledge
                && told.is_none();
            if !governed || doubled || vague_money && thing.sort == Sort::Money && !gives_aid(verb)
            {
                continue;
            }
            let roles = parties::roles(s, Some(verb), np, self.context.recipient);
            let somebody =
                !roles.donors.is_empty() || !before.donors.is_empty() && refers_back(s, verb);
            let aid = thing.sort.is_abstract()
                || !matches!(
                    thing.sort,
                    Sort::Military | Sort::Food | Sort::Transport | Sort::Crew
                );
            let given_to = !verb.passive
                && !verb.action.moves_itself()
                && matches!(
                    verb.action,
                    Action::Give | Action::Send | Action::Deliver | Action::Donate
                )
                && parties::gives_to(s, verb);
            if !(somebody || given_to)
                || !aid
                || verb.action.is_getting() && roles.donors.is_empty()
            {
                continue;
            }
            // Other things of the same verb are named in one draft.
            let mut end = thing.end;
            let mut lead = *thing;
            for (j, other) in free.iter().enumerate().skip(i + 1) {
                let same = status::governing(s, self.verbs, self.figures, other.start, other.end)
                    .is_some_and(|(v, _)| v.head == verb.head);
                if same && other.start <= end + 14 {
                    taken.push(j);
                    end = other.end;
                    if lead.sort == Sort::Money
                        || matches!(other.sort, Sort::Package | Sort::Fund)
                            && lead.sort != Sort::Package
                    {
                        lead = *other;
                    }
                }
            }
            let money = lead.sort.is_abstract();
            let mut draft = self.frame((lead.start, lead.end), Some(verb), money, before);
            let words = s.words(thing.start, end).to_owned();
            let category = lead.sort.category();
            let mut lot = self.lot(&lead, usize::MAX - 1);
            lot.words = words;
            lot.category = category;
            draft.item = Some(Field::new(lot, s.span(thing.start, end), 65));
            let one = matches!(
                s.before(self.phrase_start(lead.start)).to_lowercase().as_str(),
                "a" | "an"
            );
            let phrase = self.phrase_start(lead.start);
            draft.quantity = if let Some(told) = told {
                Field::new(
                    Quantity { qualifier: Qualifier::Undisclosed, ..Quantity::default() },
                    told.span,
                    75,
                )
            } else if one
                && !lead.sort.is_abstract()
                && is_singular(s, lead.end)
                && lead.sort != Sort::Grid
            {
                let span = s.span(phrase - 1, lead.end);
                Field::new(
                    Quantity {
                        words: s.words(phrase - 1, phrase).to_owned(),
                        ..Quantity::pieces(1)
                    },
                    span,
                    65,
                )
            } else {
                Field::unsaid(
                    Quantity {
                        qualifier: Qualifier::Unspecified,
                        unit: Unit::Piece,
                        ..Quantity::default()
                    },
                    70,
                )
            };
            out.push(self.finish(draft, np, before));
        }
        if out.is_empty()
            && !numbered
            && let Some(told) = told
        {
            out.extend(self.undisclosed(told.span, before));
        }
        out
    }

    /// Where adjectives before a noun begin.
    fn phrase_start(&self, noun: usize) -> usize {
        let s = self.s;
        let mut start = noun;
        while start > s.range.0
            && noun - start < 5
            && s.is_word(start - 1)
            && !matches!(
                s.before(start).to_lowercase().as_str(),
                "a" | "an" | "the" | "of" | "with" | "and" | "to" | "for" | "in"
            )
        {
            start -= 1;
        }
        start
    }

    /// "did not specify what form the assistance would take": an offer that is left open.
    fn undisclosed(&self, told: Span, before: &mut Before) -> Option<Draft> {
        let s = self.s;
        // When and where are no quantity.
        let after = s.tokens().find(|i| s.token(*i).is_some_and(|t| t.span.start >= told.end));
        let other = after.is_some_and(|i| {
            (i..i + 2).any(|i| {
                matches!(
                    s.body(i),
                    "when"
                        | "where"
                        | "who"
                        | "why"
                        | "коли"
                        | "де"
                        | "wann"
                        | "wo"
                        | "quand"
                        | "où"
                        | "kiedy"
                        | "gdzie"
                        | "când"
                        | "unde"
                )
            })
        });
        if other {
            return None;
        }
        let thing = s.things().iter().find_map(|m| match m.sense {
            Sense::Thing(sort) if sort != Sort::Generic => {
                Some(Thing { start: m.start, end: m.end, sort })
            }
            _ => None,
        })?;
        let np = (thing.start, thing.end);
        let verb = status::governing(s, self.verbs, self.figures, np.0, np.1)
            .map(|(v, _)| *v)
            .filter(|v| !v.negated);
        let mut draft = self.frame(np, verb.as_ref(), thing.sort.is_abstract(), before);
        if draft.donors.is_empty() {
            let known = if before.spoken.is_empty() { &before.donors } else { &before.spoken };
            if known.is_empty() && verb.is_none() {
                return None;
            }
            draft.donors =
                known.iter().map(|f| self.who(&Found { confidence: 40, ..*f })).collect();
        }
        draft.kind = Field::unsaid(ClaimKind::NewPledge, 50);
        draft.polarity = Field::new(Polarity::NotTold, told, 80);
        draft.quantity = Field::new(
            Quantity { qualifier: Qualifier::Undisclosed, ..Quantity::default() },
            told,
            80,
        );
        draft.item = Some(Field::new(
            Lot::new(thing.sort.category(), s.words(thing.start, thing.end)),
            s.span(thing.start, thing.end),
            60,
        ));
        Some(self.finish(draft, np, before))
    }
}

fn confidence(qualifier: Qualifier) -> u8 {
    match qualifier {
        Qualifier::Exact => 90,
        Qualifier::Vague | Qualifier::Between => 75,
        _ => 85,
    }
}

/// The English plural ends in s.
fn is_singular(s: &Sentence, end: usize) -> bool {
    !s.before(end).ends_with('s')
}

/// Whether a verb's subject is somebody named before: "it", "they", "the country", or nobody.
fn refers_back(s: &Sentence, verb: &Verb) -> bool {
    let mut at = verb.start;
    for _ in 0..4 {
        let word = s.before(at).to_lowercase();
        if matches!(
            word.as_str(),
            "it" | "they"
                | "country"
                | "government"
                | "ministry"
                | "we"
                | "which"
                | "who"
                | "he"
                | "she"
                | "він"
                | "вона"
                | "вони"
                | "країна"
                | "es"
                | "sie"
                | "er"
                | "wir"
                | "il"
                | "elle"
                | "ils"
                | "pays"
                | "nous"
                | "kraj"
                | "rząd"
                | "țara"
                | "el"
                | "ea"
                | ""
        ) {
            return true;
        }
        if word == "," || at <= s.range.0 {
            return false;
        }
        at -= 1;
    }
    false
}

/// A donor that a later sentence may mean.
fn found(donor: &Field<Who>) -> Option<Found> {
    let party = donor.value.party?;
    let row = crate::lexicon::lexicon().parties.iter().position(|p| std::ptr::eq(p, party))?;
    Some(Found { row: Some(row as u16), span: *donor.evidence.first()?, confidence: 45 })
}

/// Whether aid is given or promised by it.
fn gives_aid(verb: &Verb) -> bool {
    matches!(
        verb.action,
        Action::Pledge
            | Action::Announce
            | Action::Send
            | Action::Give
            | Action::Allocate
            | Action::Offer
            | Action::Commit
            | Action::Deliver
            | Action::Donate
    )
}
