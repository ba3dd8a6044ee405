//! Sums of a sentence: what they are of, whose worth they are, and what they are in other currencies.

use super::{Before, Reader, confidence};
use crate::draft::{Draft, Field};
use crate::frame::figures::{Figure, Thing, What};
use crate::frame::status;
use crate::lexicon::{Cue, PartySort, Sense, Sort};
use relight_ledger::model::{Category, Lot, Money};

impl Reader<'_> {
    /// The count whose worth the sum at that place is: "470 generators worth 19.5 million euros".
    pub(super) fn values(&self, sum: usize) -> Option<usize> {
        let s = self.s;
        let figure = self.figures.get(sum)?;
        // Ratings may stand between: "a transformer of 200 MVA, worth two million euros".
        let before = (0..sum)
            .rev()
            .find(|i| !matches!(self.figures[*i].what, What::Rating(_)))
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

    pub(super) fn worth(&self, count: usize) -> Option<usize> {
        let sums = [count.checked_sub(1), Some(count + 1), Some(count + 2), Some(count + 3)];
        sums.into_iter().flatten().find(|i| {
            self.figures
                .get(*i)
                .is_some_and(|f| matches!(f.what, What::Sum { equivalent: false, .. }))
                && self.values(*i) == Some(count)
        })
    }

    pub(super) fn sum(
        &self,
        at: usize,
        before: &mut Before,
        used: &mut Vec<(usize, usize)>,
    ) -> Draft {
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
        self.finish(draft, np, before)
    }

    /// What the money is, or what it is for.
    pub(super) fn paid_for(&self, at: usize) -> Option<Thing> {
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
            // A thing says more than "aid", and a generator more than "equipment".
            let vague = sort == Sort::Grid
                && matches!(
                    s.before(mention.end).to_lowercase().as_str(),
                    "equipment"
                        | "materials"
                        | "parts"
                        | "обладнання"
                        | "ausrüstung"
                        | "matériel"
                        | "équipements"
                        | "sprzętu"
                        | "echipamente"
                );
            let adjacent = thing.start >= figure.end && thing.start <= figure.end + 3;
            let abstract_cost = match sort {
                Sort::Guarantee | Sort::Fund if adjacent => 0,
                // "was transferred to the fund".
                Sort::Fund if goes_into(s, mention.start) => 4,
                Sort::Money | Sort::Package | Sort::Fund | Sort::Guarantee => 16,
                Sort::Crew | Sort::Transport => 8,
                _ if vague => 8,
                _ => 0,
            };
            // "to support": a verb, and no support.
            if sort.is_abstract()
                && matches!(s.before(mention.start), "to" | "will" | "would" | "can")
            {
                continue;
            }
            let repaired =
                (1..=3).any(|back| is_repair(s.before((mention.start + 1).saturating_sub(back))));
            let abstract_cost = abstract_cost + if repaired { 14 } else { 0 };
            let cost = distance + commas * 14 + others * 12 + abstract_cost;
            if cost <= 26 && best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, thing));
            }
        }
        best.map(|(_, thing)| thing)
    }

    pub(super) fn money(&self, at: usize) -> Option<Field<Money>> {
        let figure = self.figures.get(at)?;
        let What::Sum { money, .. } = &figure.what else { return None };
        Some(Field::new(
            money.clone(),
            self.s.span(figure.start, figure.end),
            confidence(money.qualifier),
        ))
    }

    pub(super) fn equivalents(&self, at: usize) -> Vec<Field<Money>> {
        let following = self.figures.iter().enumerate().skip(at + 1);
        following
            .take_while(|(_, f)| matches!(f.what, What::Sum { equivalent: true, .. }))
            .filter_map(|(i, _)| self.money(i))
            .collect()
    }
}

/// "to the fund", "into a trust fund": where the money goes.
fn goes_into(s: &crate::frame::sentence::Sentence, start: usize) -> bool {
    let article = matches!(s.before(start), "the" | "a" | "this" | "its");
    let at = start - usize::from(article && start > 0);
    matches!(s.before(at), "to" | "into" | "до" | "у" | "do" | "an" | "au" | "către")
}

/// "for the repair of substations": what is repaired is not what is given.
fn is_repair(word: &str) -> bool {
    const STEMS: [&str; 14] = [
        "repair",
        "fix",
        "restor",
        "rebuil",
        "mend",
        "ремонт",
        "відновл",
        "відбудов",
        "reparatur",
        "wiederaufbau",
        "répar",
        "naprawę",
        "odbudow",
        "repara",
    ];
    let word = word.to_lowercase();
    STEMS.iter().any(|stem| word.starts_with(stem))
}
