//! The thing of a claim: its words and ratings, what was counted before, and what is broken and no help.

use super::{Before, Reader};
use crate::draft::Field;
use crate::frame::figures::{Figure, Thing, What};
use crate::frame::verbs::Verb;
use crate::lexicon::{Sense, Situation, Sort};
use relight_ledger::model::{Category, Lot, Rating};

impl Reader<'_> {
    /// The thing with the ratings that stand near it.
    pub(super) fn lot(&self, thing: &Thing, figure: usize) -> Lot {
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
    pub(super) fn antecedent(
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
        // "the first 20 of 52 generators".
        if s.body(figure.end) == "of"
            && let Some(Figure { what: What::Count { thing: Some(thing), .. }, start, .. }) =
                self.figures.get(at + 1)
            && *start <= figure.end + 2
            && thing.sort != Sort::Generic
        {
            let words = s.words(thing.start, thing.end);
            return Some(Field::new(
                Lot::new(thing.sort.category(), words),
                s.span(thing.start, thing.end),
                80,
            ));
        }
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

    /// Where adjectives before a noun begin.
    pub(super) fn phrase_start(&self, noun: usize) -> usize {
        let s = self.s;
        let mut start = noun;
        loop {
            // "a 1 MW generator".
            if let Some(rating) =
                self.figures.iter().find(|f| matches!(f.what, What::Rating(_)) && f.end == start)
            {
                start = rating.start;
                continue;
            }
            let stands = start > s.range.0
                && noun - start < 8
                && s.is_word(start - 1)
                && !matches!(
                    s.before(start).to_lowercase().as_str(),
                    "a" | "an" | "the" | "of" | "with" | "and" | "to" | "for" | "in"
                );
            if !stands {
                return start;
            }
            start -= 1;
        }
    }

    /// Whether a rating stands by it.
    pub(super) fn is_rated(&self, np: (usize, usize)) -> bool {
        self.figures.iter().any(|f| {
            matches!(&f.what, What::Rating(r) if r.range.is_known())
                && f.end + 8 >= np.0
                && f.start <= np.1 + 8
        })
    }

    pub(super) fn is_harm(&self, np: (usize, usize), verb: Option<&Verb>) -> bool {
        if verb.is_some_and(|v| !v.weak) {
            return false;
        }
        let s = self.s;
        let like = Sense::Situation(Situation::Damage);
        // "to repair destroyed lines with 40 transformers", "for damaged substations": what is given is not what is broken.
        let open = |from: usize, to: usize| {
            (from..to).all(|at| {
                !matches!(
                    s.body(at),
                    "with"
                        | "for"
                        | "to"
                        | "from"
                        | "by"
                        | ";"
                        | "для"
                        | "für"
                        | "pour"
                        | "dla"
                        | "pentru"
                )
            })
        };
        s.layer(like).iter().filter(|m| m.sense == like).any(|m| {
            let repaired = matches!(
                s.before(m.start).to_lowercase().as_str(),
                "repair"
                    | "restore"
                    | "replace"
                    | "rebuild"
                    | "repairing"
                    | "restoring"
                    | "replacing"
                    | "of"
                    | "the"
                    | "'s"
                    | "’s"
                    | "for"
            );
            let before = m.end <= np.0 && np.0 - m.end <= 10 && !repaired && open(m.end, np.0);
            let after = m.start >= np.1 && m.start - np.1 <= 5 && open(np.1, m.start);
            before || after
        })
    }
}

/// What a damaged grid needs, by itself a word of help.
pub(super) fn is_core(sort: Sort) -> bool {
    !sort.is_abstract()
        && !matches!(
            sort,
            Sort::Military
                | Sort::Food
                | Sort::Crew
                | Sort::Transport
                | Sort::Vehicle
                | Sort::Fuel
                | Sort::Generic
                | Sort::Unnamed
        )
}
