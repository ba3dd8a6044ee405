//! Whom a page helps, told over all of its sentences.

use std::collections::BTreeMap;

use super::super::sentence::Sentence;
use super::super::verbs::{self, Verb};
use super::Found;
use super::groups::{Group, groups};
use super::place::{Place, is_slavic};
use crate::lexicon::Action;
use crate::text::Span;

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
        let verbs = verbs::find(s);
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

pub(super) fn recipient_points(s: &Sentence, verbs: &[Verb], group: &Group) -> u32 {
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
