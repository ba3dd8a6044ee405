//! What kind of assertion a claim is: a pledge, a total, a part, a need, a trade, a denial.

use super::Reader;
use crate::draft::{Draft, Field, Polarity};
use crate::frame::figures::What;
use crate::frame::parties::Found;
use crate::frame::sentence::Sentence;
use crate::frame::verbs::{Aspect, Verb};
use crate::lexicon::{Action, Cue, Manner, PartySort, Sense, Sort, Words};
use crate::text::Span;
use relight_ledger::model::ClaimKind;

impl Reader<'_> {
    /// The kind of what stands at `np`, and whether it is asserted or denied.
    pub(super) fn kind(
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
        // "a batch of 48 generators" is no part of anything that is named.
        let part = cue(Cue::Part, near, np.0 + 1).filter(|m| {
            !(s.body(m.start) == "batch"
                && matches!(s.before(m.start), "a" | "A" | "another" | "Another"))
        });
        if let Some(part) = part {
            return (Field::new(ClaimKind::Part, at(part), 65), positive);
        }
        let told = verb.is_some_and(|v| v.passive && v.start >= np.1 && is_already_done(s, v));
        // "63 generators, bringing the total to 163": the total is of what follows the comma.
        let clause = (np.1..(np.1 + 10).min(s.range.1))
            .find(|at| {
                matches!(s.body(*at), "," | ";") || self.figures.iter().any(|f| f.start == *at)
            })
            .unwrap_or((np.1 + 10).min(s.range.1));
        let total = cue(Cue::Total, near, clause)
            .filter(|m| !s.is(m.start, Words::Already) && s.body(m.start) != "since");
        let total =
            total.or_else(|| cue(Cue::Together, near, np.0 + 1).filter(|_| donors.len() < 2));
        if let Some(total) = total {
            return (Field::new(ClaimKind::RunningTotal, at(total), 65), positive);
        }
        let received = verb.is_some_and(|v| v.action.is_getting() && is_already_done(s, v));
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
    pub(super) fn need(&self, np: (usize, usize), verb: Option<&Verb>) -> Option<Span> {
        let s = self.s;
        // "asked the G7 for 17,000 generators".
        let like = Sense::Manner(Manner::CalledOn);
        let asked = s.layer(like).iter().find(|m| {
            m.sense == like
                && s.before(np.0) == "for"
                && m.end < np.0
                && np.0 - m.end <= 6
                && !(m.end..np.0).any(|at| matches!(s.body(at), "," | ";"))
        });
        if let Some(asked) = asked {
            return Some(s.span(asked.start, asked.end));
        }
        let found = s.cues().iter().filter(|m| m.sense == Sense::Cue(Cue::Need)).find(|m| {
            let left = m.end <= np.0 && np.0 - m.end <= 10;
            let right = m.start >= np.1 && m.start - np.1 <= 3;
            // "badly needed equipment", "meet the needs of": no need of its own.
            let adjective = s.body(m.start).eq_ignore_ascii_case("needed")
                && s.starting(Sense::Thing(Sort::Generic), m.end).is_some();
            let meets = matches!(
                s.before(m.start),
                "the"
                    | "urgent"
                    | "essential"
                    | "basic"
                    | "such"
                    | "meet"
                    | "energy"
                    | "humanitarian"
                    | "winter"
                    | "heating"
                    | "immediate"
                    | "pressing"
                    | "critical"
                    | "current"
                    | "priority"
                    | "repair"
                    | "their"
                    | "its"
                    | "our"
                    | "'s"
                    | "’s"
                    | "most"
            );
            (left || right) && !adjective && !meets
        })?;
        let stronger = verb.is_some_and(|v| {
            !v.weak
                && !matches!(v.action, Action::Receive | Action::Offer)
                && v.aspect != Aspect::Purpose
                && v.end <= np.0
                && v.head >= found.end
        }) || verb
            .is_some_and(|v| !v.weak && v.start >= np.1 && v.aspect == Aspect::Done);
        (!stronger).then(|| s.span(found.start, found.end))
    }

    /// "a total of 1,400 generators and 3,000 tonnes of equipment": what is joined by "and" alone is of one kind.
    pub(super) fn share_kind(&self, at: usize, last: Option<&Draft>, draft: &mut Draft) {
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
}

/// "500 already sent": said before.
fn is_already_done(s: &Sentence, verb: &Verb) -> bool {
    verb.aspect == Aspect::Done && (verb.start..verb.end).any(|at| s.is(at, Words::Already))
}
