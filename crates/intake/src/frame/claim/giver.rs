//! Whom a claim has for its giver where the words around its verb name nobody.

use super::Reader;
use super::subject::{is_we, refers_back};
use crate::frame::claim::Before;
use crate::frame::parties::{self, Found};
use crate::frame::verbs::{Aspect, Verb};
use crate::lexicon::{Action, PartySort};

impl Reader<'_> {
    /// The givers that the sentence names, or those who speak, who decided, or who gave before.
    pub(super) fn givers(
        &self,
        np: (usize, usize),
        verb: Option<&Verb>,
        mut donors: Vec<Found>,
        before: &Before,
    ) -> Vec<Found> {
        let s = self.s;
        let gives =
            verb.is_some_and(|v| !v.passive && !v.action.is_getting() && !v.action.moves_itself());
        // "We will send 50 generators," the Danish prime minister said.
        if let Some(speaker) = self.context.speaker
            && gives
            && verb.is_some_and(|v| is_we(s, v))
            && (donors.is_empty() || donors.iter().any(|d| speaker.span == d.span))
            && self.context.recipient.is_none_or(|r| r.row != speaker.row)
        {
            donors = parties::together_with(s, speaker);
        }
        if donors.is_empty()
            && gives
            && !before.donors.is_empty()
            && verb.is_some_and(|v| refers_back(s, v))
        {
            donors = before.donors.iter().map(|d| Found { confidence: 45, ..*d }).collect();
        }

        // "126 generators would be sent, Hungary's foreign minister said": who speaks for a government speaks of its gifts.
        let to_come = verb.is_some_and(|v| {
            v.passive
                && !v.negated
                && (matches!(
                    v.aspect,
                    Aspect::Future | Aspect::Planned | Aspect::Pledged | Aspect::Ongoing
                ) || matches!(
                    v.action,
                    Action::Donate
                        | Action::Give
                        | Action::Fund
                        | Action::Allocate
                        | Action::Spend
                        | Action::Send
                        | Action::Buy
                ))
        });
        if donors.is_empty()
            && to_come
            && let Some(speaker) = self.context.speaker
            && speaker
                .party()
                .is_some_and(|p| matches!(p.sort, PartySort::Country | PartySort::Government))
            && self.context.recipient.is_none_or(|r| {
                r.row != speaker.row
                    && r.party().and_then(|p| p.country) != speaker.party().and_then(|p| p.country)
            })
        {
            donors = vec![Found { confidence: 40, ..speaker }];
        }

        // "Italy approved a decree under which 52 tonnes will be handed over": who decided gives.
        if donors.is_empty() && verb.is_none_or(|v| v.passive && !v.negated) {
            let deciding = |v: &&Verb| {
                !v.weak
                    && !v.passive
                    && !v.negated
                    && v.end <= np.0
                    && matches!(
                        v.action,
                        Action::Allocate
                            | Action::Agree
                            | Action::Commit
                            | Action::Announce
                            | Action::Pledge
                            | Action::Offer
                            | Action::Give
                    )
            };
            donors = self
                .verbs
                .iter()
                .rev()
                .find(deciding)
                .map_or(Vec::new(), |v| parties::subject_of(s, v, self.context.recipient));
        }
        donors
    }
}
