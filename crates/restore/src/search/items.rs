//! Changes of who gets which item. Whatever comes out respects the pieces that there are.

use super::dice::Dice;
use crate::matching::{Allowed, Choice, choices};
use crate::plan::{ItemUse, MatchRow};
use crate::scenario::Scenario;
use crate::schedule::Assignment;

/// Which offers may fill which needs.
#[derive(Debug, Clone)]
pub struct Market<'a> {
    scenario: &'a Scenario,
    by_need: Vec<Vec<Choice>>,
    /// Needs that have a choice at all.
    open: Vec<usize>,
}

impl<'a> Market<'a> {
    /// The choices of a scenario.
    pub fn new(scenario: &'a Scenario, rows: &[MatchRow], allowed: Allowed) -> Self {
        let mut by_need = vec![Vec::new(); scenario.needs.len()];
        for choice in choices(scenario, rows, allowed, &vec![1.0; scenario.jobs.len()]) {
            by_need[choice.need].push(choice);
        }
        let open = (0..by_need.len()).filter(|&n| !by_need[n].is_empty()).collect();
        Market { scenario, by_need, open }
    }

    /// Whether there is anything to choose.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Changes an assignment: an item is replaced, two are exchanged, or a job is supplied at the cost of
    /// others. `None`: what was drawn cannot be done.
    pub fn change(&self, from: &Assignment, dice: &mut Dice) -> Option<Assignment> {
        let need = self.open[dice.below(self.open.len())];
        let mut to = from.clone();
        let done = match &from.by_need[need] {
            None => self.supply(&mut to, self.scenario.needs[need].job, dice),
            Some(_) if dice.below(2) == 0 => self.replace(&mut to, need, dice),
            Some(_) => self.exchange(&mut to, need, dice),
        };
        (done && to != *from).then_some(to)
    }

    fn choice(&self, need: usize, offer: usize) -> Option<&Choice> {
        self.by_need[need].iter().find(|c| c.offer == offer)
    }

    /// Pieces of each offer that nobody has.
    fn free(&self, assignment: &Assignment) -> Vec<u32> {
        let mut free: Vec<u32> = self.scenario.offers.iter().map(|o| o.count).collect();
        for item in assignment.by_need.iter().flatten().flatten() {
            free[item.offer] = free[item.offer].saturating_sub(item.count);
        }
        free
    }

    /// Fills a place of `need` with another offer that has pieces left.
    fn replace(&self, to: &mut Assignment, need: usize, dice: &mut Dice) -> bool {
        let free = self.free(to);
        let Some(items) = to.by_need[need].as_mut() else { return false };
        let item = dice.below(items.len());
        let Some(old) = self.choice(need, items[item].offer) else { return false };
        let other: Vec<&Choice> = (self.by_need[need].iter())
            .filter(|c| c.offer != old.offer && free[c.offer] >= c.pieces)
            .collect();
        if other.is_empty() {
            return false;
        }
        let new = other[dice.below(other.len())];
        put(items, item, old.pieces, new);
        true
    }

    /// Exchanges an item of `need` with one of another need, where each fits in the other's place.
    fn exchange(&self, to: &mut Assignment, need: usize, dice: &mut Dice) -> bool {
        let Some(items) = &to.by_need[need] else { return false };
        let mine = dice.below(items.len());
        let offer = items[mine].offer;
        let mut others = Vec::new();
        for &n in self.open.iter().filter(|&&n| n != need) {
            for (k, item) in to.by_need[n].iter().flatten().enumerate() {
                if item.offer != offer
                    && self.choice(n, offer).is_some()
                    && self.choice(need, item.offer).is_some()
                {
                    others.push((n, k));
                }
            }
        }
        if others.is_empty() {
            return false;
        }
        let (n, theirs) = others[dice.below(others.len())];
        let Some(other) = to.by_need[n].as_ref().map(|items| items[theirs].offer) else {
            return false;
        };
        for (at, place, old, new) in [(need, mine, offer, other), (n, theirs, other, offer)] {
            let (Some(old), Some(new), Some(items)) =
                (self.choice(at, old), self.choice(at, new), to.by_need[at].as_mut())
            else {
                return false;
            };
            put(items, place, old.pieces, new);
        }
        // A bank of three takes three pieces where a single unit took one: there may be too few.
        let mut used = vec![0_u64; self.scenario.offers.len()];
        for item in to.by_need.iter().flatten().flatten() {
            used[item.offer] += u64::from(item.count);
        }
        used.iter().zip(&self.scenario.offers).all(|(&used, o)| used <= u64::from(o.count))
    }

    /// Gives a job all that it needs, from what is free, and from others where it must. Whoever loses
    /// something loses all, and is supplied again from what is left, where that is possible.
    fn supply(&self, to: &mut Assignment, job: usize, dice: &mut Dice) -> bool {
        let mut free = self.free(to);
        let mut losers = Vec::new();
        for &need in &self.scenario.jobs[job].needs {
            if let Some(items) = to.by_need[need].take() {
                give_back(&mut free, &items);
            }
        }
        for &need in &self.scenario.jobs[job].needs {
            let mut items: Vec<ItemUse> = Vec::new();
            for _ in 0..self.scenario.needs[need].count {
                let able = |free: &[u32]| -> Vec<&Choice> {
                    self.by_need[need].iter().filter(|c| free[c.offer] >= c.pieces).collect()
                };
                let mut choices = able(&free);
                if choices.is_empty() {
                    let holders: Vec<usize> = (self.open.iter().copied())
                        .filter(|&n| {
                            let held = to.by_need[n].iter().flatten();
                            self.scenario.needs[n].job != job
                                && held.into_iter().any(|i| self.choice(need, i.offer).is_some())
                        })
                        .collect();
                    if holders.is_empty() {
                        return false;
                    }
                    let loser = self.scenario.needs[holders[dice.below(holders.len())]].job;
                    for &n in &self.scenario.jobs[loser].needs {
                        if let Some(items) = to.by_need[n].take() {
                            give_back(&mut free, &items);
                        }
                    }
                    losers.push(loser);
                    choices = able(&free);
                }
                if choices.is_empty() {
                    return false;
                }
                let choice = choices[dice.below(choices.len())];
                free[choice.offer] -= choice.pieces;
                add(&mut items, need, choice);
            }
            to.by_need[need] = Some(items);
        }
        for loser in losers {
            self.supply_from(to, &mut free, loser);
        }
        true
    }

    /// Gives a job all that it needs from what is free, or nothing.
    fn supply_from(&self, to: &mut Assignment, free: &mut [u32], job: usize) {
        let mut left = free.to_vec();
        let mut filled = Vec::new();
        for &need in &self.scenario.jobs[job].needs {
            let mut items = Vec::new();
            for _ in 0..self.scenario.needs[need].count {
                let able = self.by_need[need].iter().find(|c| left[c.offer] >= c.pieces);
                let Some(choice) = able else { return };
                left[choice.offer] -= choice.pieces;
                add(&mut items, need, choice);
            }
            filled.push((need, items));
        }
        for (need, items) in filled {
            to.by_need[need] = Some(items);
        }
        free.copy_from_slice(&left);
    }
}

fn give_back(free: &mut [u32], items: &[ItemUse]) {
    for item in items {
        free[item.offer] += item.count;
    }
}

fn add(items: &mut Vec<ItemUse>, need: usize, choice: &Choice) {
    match items.iter_mut().find(|i| i.offer == choice.offer) {
        Some(item) => item.count += choice.pieces,
        None => items.push(ItemUse { need, offer: choice.offer, count: choice.pieces }),
    }
}

/// Takes one place from an item, `pieces` each, and gives it to another offer.
fn put(items: &mut Vec<ItemUse>, item: usize, pieces: u32, new: &Choice) {
    let need = items[item].need;
    items[item].count = items[item].count.saturating_sub(pieces);
    if items[item].count == 0 {
        items.remove(item);
    }
    add(items, need, new);
}
