//! What ties a claim to others: who shares it, the package it is of, what it adds to, when.

use super::Reader;
use crate::draft::{Field, Relation};
use crate::frame::parties::Found;
use crate::frame::verbs::Verb;
use crate::lexicon::{Cue, PartySort, Sense, Sort};
use relight_ledger::date::When;
use relight_ledger::model::Sharing;

impl Reader<'_> {
    pub(super) fn sharing(&self, np: (usize, usize), donors: &[Found]) -> Field<Sharing> {
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

    pub(super) fn package(&self, np: (usize, usize)) -> Option<Field<String>> {
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

    pub(super) fn relation(&self, np: (usize, usize)) -> Option<Field<Relation>> {
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

    pub(super) fn when(&self, verb: Option<&Verb>, np: (usize, usize)) -> Option<Field<When>> {
        let s = self.s;
        let near = verb.map_or(np.0, |v| v.head);
        let dated = s.dates.iter().min_by_key(|d| d.start.abs_diff(near))?;
        let span = s.span(dated.start, dated.end);
        Some(Field::new(dated.when.clone().called(span.of(s.paragraph.text)), span, 60))
    }
}
