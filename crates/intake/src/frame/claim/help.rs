//! Help as such, of which no thing is named: "Italy is willing to help mend the grid".

use super::{Before, Reader};
use crate::draft::{Draft, Field, Modality, Polarity};
use crate::frame::{parties, verbs};
use crate::lexicon::{self, Manner, Sense, Words};
use relight_ledger::model::{Category, Lot, Qualifier, Quantity, Status};

impl Reader<'_> {
    /// "was planning additional assistance", "is weighing further aid": no verb of giving, but a plan of it.
    fn planned(&self) -> Option<(usize, Status, usize)> {
        let s = self.s;
        s.layer(Sense::Modal(lexicon::Modality::Planned)).iter().find_map(|m| {
            let status = match m.sense {
                Sense::Modal(lexicon::Modality::Planned) => Status::Planned,
                Sense::Modal(lexicon::Modality::Possible) => Status::Possible,
                _ => return None,
            };
            // Of verbs that take an object alone: "planning", "considering".
            let takes = s.words(m.start, m.end).to_lowercase();
            let object = [
                "planning",
                "considering",
                "weighing",
                "mulling",
                "weighs",
                "mulls",
                "considers",
                "discussing",
                "exploring",
                "preparing",
            ]
            .iter()
            .any(|w| takes == *w || takes.ends_with(&format!(" {w}")));
            let thing = s.things().iter().find(|t| t.start >= m.end && t.start <= m.end + 3)?;
            let aid = matches!(thing.sense, Sense::Thing(sort) if sort.is_abstract());
            (object && aid).then_some((thing.start, status, m.start))
        })
    }

    /// An offer or a promise to help, by somebody who is named, on a page that helps somebody.
    pub(super) fn help(&self, before: &mut Before) -> Option<Draft> {
        let s = self.s;
        self.context.recipient?;
        let (at, status, start) = self.planned().or_else(|| {
            s.tokens().find_map(|at| {
                if !s.is(at, Words::Help) {
                    return None;
                }
                let (modalities, start) = verbs::helpers(s, at, s.range.0);
                let has = |m: lexicon::Modality| modalities.contains(&m);
                let status = if has(lexicon::Modality::Pledged) {
                    Status::Pledged
                } else if has(lexicon::Modality::Possible) && !is_chance(s.body(start)) {
                    Status::Possible
                } else {
                    return None;
                };
                (!has(lexicon::Modality::Negated)).then_some((at, status, start))
            })
        })?;
        let donors = parties::spoken_of(s, self.context.recipient);
        if donors.is_empty()
            || donors.iter().all(|d| d.row == self.context.recipient.and_then(|r| r.row))
        {
            return None;
        }
        let mut draft = self.frame((at, at + 1), None, true, before);
        let span = s.span(at, at + 1);
        let word = s.span(start, at + 1);
        draft.donors = donors.iter().map(|f| self.who(f)).collect();
        draft.sharing = self.sharing((at, at + 1), &donors);
        draft.status = Field::new(status, word, 60);
        let modality = match status {
            Status::Possible => Modality::Possible,
            Status::Planned => Modality::Intended,
            _ => Modality::Future,
        };
        draft.modality = Field::new(modality, word, 60);
        draft.item = Some(Field::new(Lot::new(Category::Money, s.words(at, at + 1)), span, 40));
        let told =
            self.context.attribution.sayings.iter().find(|x| x.manner == Manner::DidNotSpecify);
        let (qualifier, evidence) = match told {
            Some(told) => (Qualifier::Undisclosed, Some(told.span)),
            None => (Qualifier::Unspecified, None),
        };
        let quantity = Quantity { qualifier, ..Quantity::default() };
        draft.quantity = match evidence {
            Some(span) => {
                draft.polarity = Field::new(Polarity::NotTold, span, 80);
                Field::new(quantity, span, 75)
            }
            None => Field::unsaid(quantity, 60),
        };
        Some(self.finish(draft, (at, at + 1), before))
    }
}

/// "could help" says what something is good for; "is willing to help" that somebody will.
fn is_chance(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "could"
            | "may"
            | "might"
            | "can"
            | "kann"
            | "können"
            | "könnte"
            | "könnten"
            | "peut"
            | "peuvent"
            | "pourrait"
            | "pourraient"
            | "może"
            | "mogą"
            | "poate"
            | "pot"
            | "може"
            | "можуть"
            | "può"
            | "possono"
            | "может"
            | "могут"
            | "be"
            | "able"
    )
}
