//! Help without a number: "Estonian generators are on their way", "contributions to the package", "a gas turbine".

use super::item::is_core;
use super::subject::refers_back;
use super::{Before, Reader};
use crate::draft::{Draft, Field, Polarity};
use crate::frame::figures::{Thing, What};
use crate::frame::parties::Found;
use crate::frame::sentence::Sentence;
use crate::frame::verbs::{Aspect, Verb};
use crate::frame::{parties, status};
use crate::lexicon::{Action, Manner, Sense, Sort, Words};
use crate::text::Span;
use relight_ledger::model::{Category, ClaimKind, Lot, Qualifier, Quantity, Unit};

impl Reader<'_> {
    /// Help without a number: "Estonian generators are on their way", "contributions to the package", "a gas turbine".
    #[expect(clippy::too_many_lines, reason = "one case after another, each of them short")]
    pub(super) fn unnumbered(
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
        // Asked of each thing once: a list of many would ask again for every pair of them.
        let governing: Vec<Option<(&Verb, usize)>> = free
            .iter()
            .map(|t| status::governing(s, self.verbs, self.figures, t.start, t.end))
            .collect();
        let mut out: Vec<Draft> = Vec::new();
        let mut taken: Vec<usize> = Vec::new();
        for (i, thing) in free.iter().enumerate() {
            if taken.contains(&i) {
                continue;
            }
            let np = (thing.start, thing.end);
            let found = governing.get(i).copied().flatten();
            let asked = matches!(s.before(np.0), "many" | "much");
            if self.context.quote && !numbered && told.is_none() && !asked {
                out.push(self.named(thing, found.map(|(v, _)| v), before));
                break;
            }
            let Some((verb, cost)) = found else { continue };
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
            // "The generators are on their way to Ukraine": from nobody, but to somebody.
            let bound = (verb.passive || verb.action.moves_itself())
                && is_core(thing.sort)
                && (parties::has_target(s) || cost <= 4 && verb.aspect == Aspect::Done);
            if !(somebody || given_to || bound)
                || !aid
                || verb.action.is_getting() && roles.donors.is_empty()
            {
                continue;
            }
            // Other things of the same verb are named in one draft.
            let mut end = thing.end;
            let mut lead = *thing;
            for (j, other) in free.iter().enumerate().skip(i + 1) {
                let same =
                    governing.get(j).copied().flatten().is_some_and(|(v, _)| v.head == verb.head);
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
        // "promised more help, announcing an aid package": one promise, told twice.
        let names =
            |d: &Draft| d.donors.iter().map(|w| w.value.name().to_owned()).collect::<Vec<_>>();
        let of = |d: &Draft, category: Category| {
            d.item.as_ref().is_some_and(|i| i.value.category == category)
        };
        if let Some(package) = out.iter().find(|d| of(d, Category::Package)).map(names) {
            out.retain(|d| !of(d, Category::Money) || names(d) != package);
        }
        if out.is_empty()
            && !numbered
            && let Some(told) = told
        {
            out.extend(self.undisclosed(told.span, before));
        }
        if out.is_empty() && !numbered {
            out.extend(self.contents(&free, before));
        }
        out
    }

    /// A thing that a quote names, whatever is said of it.
    fn named(&self, thing: &Thing, verb: Option<&Verb>, before: &mut Before) -> Draft {
        let s = self.s;
        let np = (thing.start, thing.end);
        let mut draft = self.frame(np, verb, thing.sort.is_abstract(), before);
        let lot = Lot::new(thing.sort.category(), s.words(thing.start, thing.end));
        draft.item = Some(Field::new(lot, s.span(thing.start, thing.end), 50));
        draft.quantity = Field::unsaid(
            Quantity { qualifier: Qualifier::Unspecified, ..Quantity::default() },
            50,
        );
        self.finish(draft, np, before)
    }

    /// "The package includes fuel, generators and blankets": what was promised before, named at last.
    fn contents(&self, free: &[Thing], before: &mut Before) -> Option<Draft> {
        let s = self.s;
        let package = free.iter().find(|t| t.sort == Sort::Package)?;
        let last = free.iter().rfind(|t| t.start > package.end && !t.sort.is_abstract())?;
        let holds = (package.end..package.end + 5).any(|at| s.is(at, Words::Holds));
        if !holds || before.donors.is_empty() {
            return None;
        }
        let np = (package.start, package.end);
        let mut draft = self.frame(np, None, true, before);
        draft.donors =
            before.donors.iter().map(|f| self.who(&Found { confidence: 45, ..*f })).collect();
        draft.sharing = self.sharing(np, &before.donors);
        let span = s.span(package.start, last.end);
        let lot = Lot::new(Category::Package, s.words(package.start, last.end));
        draft.item = Some(Field::new(lot, span, 65));
        draft.quantity = Field::unsaid(
            Quantity { qualifier: Qualifier::Unspecified, ..Quantity::default() },
            60,
        );
        Some(self.finish(draft, np, before))
    }

    /// "did not specify what form the assistance would take": an offer that is left open.
    pub(super) fn undisclosed(&self, told: Span, before: &mut Before) -> Option<Draft> {
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
        });
        let at = after.unwrap_or(s.range.1);
        // "did not say what form it would take" names nothing: it says more of what was offered before.
        let Some(thing) = thing else {
            let mut draft = self.frame((at, at), None, true, before);
            let known = if before.spoken.is_empty() { &before.donors } else { &before.spoken };
            draft.donors =
                known.iter().map(|f| self.who(&Found { confidence: 40, ..*f })).collect();
            draft.polarity = Field::new(Polarity::NotTold, told, 80);
            draft.quantity = Field::new(
                Quantity { qualifier: Qualifier::Undisclosed, ..Quantity::default() },
                told,
                70,
            );
            draft.status = Field::unsaid(relight_ledger::model::Status::Unclear, 50);
            return Some(draft).filter(|d| !d.donors.is_empty());
        };
        let np = (thing.start, thing.end);
        let verb = status::governing(s, self.verbs, self.figures, np.0, np.1)
            .map(|(v, _)| *v)
            .filter(|v| !v.negated)
            // "is ready to assist, but would not say what the aid would consist of".
            .or_else(|| {
                let offers = |v: &&Verb| !v.weak && !v.negated && gives_aid(v) && v.end < at;
                self.verbs.iter().rev().find(offers).copied()
            });
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

/// The English plural ends in s.
fn is_singular(s: &Sentence, end: usize) -> bool {
    !s.before(end).ends_with('s')
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
            | Action::Fund
    )
}
