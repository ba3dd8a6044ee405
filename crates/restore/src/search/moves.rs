//! Small changes of a solution. Each is drawn by chance; none looks at what it is worth.

use super::dice::Dice;
use super::solution::Solution;
use crate::construct::Related;

/// The longest run that is moved as one.
const LONGEST_RUN: usize = 6;
/// The longest stretch that is put in another order.
const LONGEST_SHUFFLE: usize = 7;

/// A kind of change of the order of repairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// A run of repairs goes forward or back.
    Shift,
    /// Two repairs change places.
    Swap,
    /// Repairs that are near each other on the grid go together to another place.
    Gather,
    /// A stretch is put in any order.
    Shuffle,
    /// A repair goes to the front, as far as it likes.
    Advance,
    /// A repair is left out, or taken in again.
    Toggle,
}

impl Move {
    /// Every kind.
    pub const ALL: [Move; 6] =
        [Move::Shift, Move::Swap, Move::Gather, Move::Shuffle, Move::Advance, Move::Toggle];

    /// The changed solution. `None`: there is nothing to change.
    pub fn apply(self, from: &Solution, related: &Related, dice: &mut Dice) -> Option<Solution> {
        let n = from.order.len();
        if n == 0 || (n == 1 && self != Move::Toggle) {
            return None;
        }
        let mut to = from.clone();
        // What comes early matters for longer: half of the changes stay within a first part of any length.
        let n = if dice.below(2) == 0 { n } else { 2 + dice.below(n - 1) }.min(n);
        match self {
            Move::Shift => {
                let run = dice.distance(LONGEST_RUN.min(n - 1));
                let distance = dice.distance(n - run);
                let start = dice.below(n - run - distance + 1);
                let part = &mut to.order[start..start + run + distance];
                // The run behind comes forward, or the run in front goes back.
                part.rotate_left(if dice.below(2) == 0 { distance } else { run });
            }
            Move::Swap => {
                let distance = dice.distance(n - 1);
                let first = dice.below(n - distance);
                to.order.swap(first, first + distance);
            }
            Move::Gather => {
                let place = dice.below(n);
                let seed = to.order[place];
                let mut group = vec![seed];
                let near = related.of(seed);
                let most = dice.distance(LONGEST_RUN);
                for &other in near {
                    if group.len() > most {
                        break;
                    }
                    if dice.below(3) > 0 {
                        group.push(other);
                    }
                }
                let in_group = |d: &usize| group.contains(d);
                let members: Vec<usize> = to.order.iter().copied().filter(in_group).collect();
                to.order.retain(|d| !group.contains(d));
                let distance = dice.distance(n) - 1;
                let at = if dice.below(3) == 0 {
                    place + distance
                } else {
                    place.saturating_sub(distance)
                };
                let at = at.min(to.order.len());
                to.order.splice(at..at, members);
            }
            Move::Shuffle => {
                let length = (2 + dice.below(LONGEST_SHUFFLE - 1)).min(n);
                let start = dice.below(n - length + 1);
                let part = &mut to.order[start..start + length];
                for k in (1..part.len()).rev() {
                    part.swap(k, dice.below(k + 1));
                }
            }
            Move::Advance => {
                let place = 1 + dice.below(n - 1);
                let to_place = dice.below(place);
                to.order[to_place..=place].rotate_right(1);
            }
            Move::Toggle => {
                let damage = to.order[dice.below(n)];
                to.out[damage] = !to.out[damage];
            }
        }
        (to != *from).then_some(to)
    }
}
