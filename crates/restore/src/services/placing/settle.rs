//! A stay is settled, or taken up again: its runs, their diesel, and what it leaves for others to do.

use super::{Board, Leg, Room, Run, Stay, Task};
use crate::services::facility::{Buffer, NOTHING, Site, lost_hours};
use crate::services::sets::MOST_AT_A_PLACE;

impl Task<'_> {
    /// Runs a set over a leg: only in steps in which something would be lost, or in all of them, whichever comes out
    /// better, and says what that saves beyond the price of its diesel. `None`, and no change: not more than `least`.
    #[expect(clippy::too_many_arguments, reason = "one stay, with all its parts")]
    pub(super) fn settle(
        &self,
        board: &mut Board,
        lot: usize,
        piece: u32,
        leg: Leg,
        least: f64,
        price: &[f64],
        room: &mut Room,
    ) -> Option<f64> {
        let (mut worth, mut runs) = self.tried(board, lot, leg, price, true, room);
        if self.sites[self.places[leg.place]].buffer_hours > 0.0 {
            let always = self.tried(board, lot, leg, price, false, room);
            if always.0 > worth {
                (worth, runs) = always;
            }
        }
        if worth <= least || runs.is_empty() {
            return None;
        }
        let site = &self.sites[self.places[leg.place]];
        let row = self.row(leg.place);
        let old = self.cost_of(&board.lost, row.clone());
        room.shared = false;
        for run in &runs {
            let at = row.start + run.step;
            Self::take(board, site, run.step, run.litres, room);
            board.short[at] = without_dust(site, board.short[at] - run.load_kw * run.share);
        }
        lost_hours(site, &board.short[row.clone()], self.hours, &mut board.lost[row.clone()]);
        board.cost += self.cost_of(&board.lost, row.clone()) - old;
        board.stamp[leg.place] = room.next_stamp();
        let stay = Stay { lot, piece, place: leg.place, runs };
        for standing in &mut board.standing[row][stay.steps()] {
            *standing += 1;
        }
        board.stays.push(stay);
        board.placed[lot][piece as usize] = true;
        Some(worth)
    }

    /// What a set would do over a leg: what it saves less the price of its diesel, and its runs.
    pub(super) fn tried(
        &self,
        board: &mut Board,
        lot: usize,
        leg: Leg,
        price: &[f64],
        just_in_time: bool,
        room: &mut Room,
    ) -> (f64, Vec<Run>) {
        let set = &self.lots[lot];
        let site = &self.sites[self.places[leg.place]];
        let row = self.row(leg.place);
        let price = price[leg.place];
        let mut buffer = Buffer::full(site);
        let mut runs = Vec::new();
        let (mut saved, mut litres) = (0.0, 0.0);
        let kept = board.depot.keep(site.region);
        // A stay ends where the place is full.
        let mut open = true;
        for t in 0..self.steps {
            let at = row.start + t;
            let short = board.short[at];
            let mut left = short;
            open &= board.standing[at] < MOST_AT_A_PLACE || runs.is_empty();
            let here = open && (leg.from..leg.to).contains(&t);
            if here && short > 0.0 && board.standing[at] < MOST_AT_A_PLACE {
                let mut ahead = buffer;
                let would_lose = ahead.step(site, short, self.hours);
                let load = short.min(set.kw);
                let wanted = set.lph(load) * self.hours;
                let useful =
                    would_lose > 0.0 || (!just_in_time && wanted_later(&board.lost, at, row.end));
                // A price above thrift holds a run against what it saves at once, and the buffer that it fills.
                let refill = if load >= short { site.buffer_hours } else { 0.0 };
                let by_run = self.hours * load / site.essential_kw;
                let at_once = self.worth[at] * (would_lose.min(by_run) + refill);
                let dear = just_in_time && at_once < price * wanted;
                if useful && !dear {
                    let most = board.depot.most_at(site.region, t);
                    let got = wanted.min(most);
                    let share = if wanted > 0.0 { got / wanted } else { 1.0 };
                    room.rationed |= share < 1.0 - NOTHING;
                    if share > NOTHING {
                        board.depot.take(site.region, t, got);
                        left = without_dust(site, short - load * share);
                        litres += got;
                        runs.push(Run { step: t, load_kw: load, share, litres: got });
                    }
                }
            }
            let lost = buffer.step(site, left, self.hours);
            saved += self.worth[at] * (board.lost[at] - lost);
        }
        board.depot.put_back(site.region, &kept);
        (saved - price * litres, runs)
    }

    /// Diesel for a run out of the depot; less than nothing is put back.
    fn take(board: &mut Board, site: &Site, step: usize, litres: f64, room: &mut Room) {
        if !board.depot.limited() {
            board.depot.used += litres;
            return;
        }
        let stamp = room.next_stamp();
        if board.depot.take(site.region, step, litres) {
            room.shared = true;
            board.fuel_stamp.fill(stamp);
        } else {
            board.fuel_stamp[board.depot.row(site.region)] = stamp;
        }
    }

    /// Takes sets off the board: all stays from `first` on of every piece of which one is `gone`.
    pub(super) fn take_up(
        &self,
        board: &mut Board,
        first: usize,
        room: &mut Room,
        gone: impl Fn(&Stay) -> bool,
    ) {
        let mut pieces: Vec<(usize, u32)> =
            board.stays[first..].iter().filter(|s| gone(s)).map(|s| (s.lot, s.piece)).collect();
        pieces.sort_unstable();
        let (taken, kept): (Vec<Stay>, Vec<Stay>) = (board.stays.split_off(first).into_iter())
            .partition(|s| pieces.binary_search(&(s.lot, s.piece)).is_ok());
        board.stays.extend(kept);
        for (lot, piece) in pieces {
            board.placed[lot][piece as usize] = false;
        }
        for stay in taken {
            let site = &self.sites[self.places[stay.place]];
            let row = self.row(stay.place);
            let old = self.cost_of(&board.lost, row.clone());
            for run in &stay.runs {
                Self::take(board, site, run.step, -run.litres, room);
                board.short[row.start + run.step] += run.load_kw * run.share;
            }
            lost_hours(site, &board.short[row.clone()], self.hours, &mut board.lost[row.clone()]);
            board.cost += self.cost_of(&board.lost, row.clone()) - old;
            for standing in &mut board.standing[row][stay.steps()] {
                *standing -= 1;
            }
            board.stamp[stay.place] = room.next_stamp();
        }
    }
}

/// Whether anything is lost from `at` to the end of the row.
fn wanted_later(lost: &[f64], at: usize, end: usize) -> bool {
    lost[at..end].iter().any(|lost| *lost > 0.0)
}

fn without_dust(site: &Site, short: f64) -> f64 {
    if short <= NOTHING * site.essential_kw { 0.0 } else { short }
}
