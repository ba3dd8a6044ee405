//! Sets that are placed are looked at again, one by one.

use super::{Board, Leg, NO_GAIN, Room, Task, worth};

/// Steps times facilities times sets that the second look at the placed sets may cost.
const SECOND_LOOK: usize = 50_000;
/// Rounds of the second look, at most.
const ROUNDS: usize = 3;

impl Task<'_> {
    /// Looks at the placed sets again, as long as that helps: takes up one, and lets the best free sets take
    /// over; or gives one a place from which it turns out all others, and lets these look for new ones.
    pub(super) fn second_look(
        &self,
        board: &mut Board,
        which: &[usize],
        first: usize,
        thrift: &[f64],
        room: &mut Room,
    ) {
        let each = self.steps * self.places.len() * which.len();
        let mut looks = SECOND_LOOK / each.max(1);
        for _ in 0..ROUNDS {
            let mut pieces: Vec<(usize, u32)> =
                board.stays[first..].iter().map(|s| (s.lot, s.piece)).collect();
            pieces.sort_unstable();
            pieces.dedup();
            let before = worth(board, thrift[0]);
            for &piece in &pieces {
                for place in [None].into_iter().chain((0..self.places.len()).map(Some)) {
                    if looks == 0 {
                        return;
                    }
                    looks -= 1;
                    let mut other = board.clone();
                    self.take_up(&mut other, first, room, |s| {
                        (s.lot, s.piece) == piece || Some(s.place) == place
                    });
                    if let Some(place) = place {
                        let from = self.lots[piece.0].arrival;
                        let leg =
                            Leg { gain: 0.0, place, from, to: self.steps, places: 0, fuel: 0 };
                        let least = NO_GAIN * board.cost;
                        self.settle(&mut other, piece.0, piece.1, leg, least, thrift, room);
                    }
                    self.fill(&mut other, which, thrift, room);
                    if worth(&other, thrift[0]) < worth(board, thrift[0]) * (1.0 - NO_GAIN) {
                        *board = other;
                    }
                }
            }
            if worth(board, thrift[0]) >= before * (1.0 - NO_GAIN) {
                return;
            }
        }
    }
}
