//! The best path of a set through time: what it would save at each place and step, and where it stays first.

use super::{Board, Gains, Leg, Room, Task, bit};
use crate::services::facility::{Buffer, Site};
use crate::services::sets::MOST_AT_A_PLACE;

impl Task<'_> {
    /// The first leg of the best path of a set that is free from `from` on; `at`: where it stands then.
    pub(super) fn first_leg(
        &self,
        board: &Board,
        lot: usize,
        from: usize,
        at: Option<usize>,
        price: &[f64],
        room: &mut Room,
    ) -> Option<Leg> {
        let steps = self.steps;
        if from >= steps {
            return None;
        }
        self.gains(board, lot, price, room);
        let places = self.places.len();
        let Room { gains, path, start, .. } = room;
        let Gains { gain, refill, .. } = &gains[lot];
        // `path[t][p]`: what can still be saved by one who stands at p at t; `start[t]`: the best of these from t on,
        // with its step and place.
        path.clear();
        path.resize((steps + 1) * places, 0.0);
        start.clear();
        start.resize(steps + 2, (0.0, steps, 0));
        for t in (from..steps).rev() {
            let away = start[t + 2].0;
            let (gain, refill) = (&gain[t * places..][..places], &refill[t * places..][..places]);
            let (now, later) = path.split_at_mut((t + 1) * places);
            let (now, later) = (&mut now[t * places..], &later[..places]);
            // A stay begins with something to do.
            let mut most = 0.0;
            for p in 0..places {
                let moved = away + refill[p];
                now[p] = gain[p] + if later[p] > moved { later[p] } else { moved };
                let begun = if gain[p] > 0.0 { now[p] } else { 0.0 };
                most = if begun > most { begun } else { most };
            }
            start[t] = start[t + 1];
            if most > 0.0 && most >= start[t].0 {
                let p = (0..places).find(|&p| gain[p] > 0.0 && now[p] >= most);
                start[t] = (most, t, p.unwrap_or(0));
            }
        }
        // Who moves on loses a step.
        let (gain, begin, place) = match at {
            Some(p) if path[from * places + p] > start[from + 1].0 => {
                (path[from * places + p], from, p)
            }
            Some(_) => start[from + 1],
            None => start[from],
        };
        if gain <= 0.0 {
            return None;
        }
        let stays = |t: usize, p: usize| {
            let value = path[t * places + p];
            value > 0.0 && value >= start[t + 1].0 + refill[(t - 1) * places + p]
        };
        let mut to = begin + 1;
        while to < steps && stays(to, place) {
            to += 1;
        }
        // Nothing keeps it from being there before there is something to do.
        let mut leg = Leg {
            gain,
            place,
            from: from + usize::from(at.is_some_and(|at| at != place)),
            to,
            places: bit(place),
            fuel: 0,
        };
        // The rest of the path, for what it touches.
        let (mut t, mut p) = (to, place);
        loop {
            leg.places |= bit(p);
            leg.fuel |= self.fuel_of(board, p);
            if t >= steps || start[t + 1].0 <= 0.0 {
                break;
            }
            (t, p) = (start[t + 1].1 + 1, start[t + 1].2);
            while t < steps && stays(t, p) {
                t += 1;
            }
        }
        Some(leg)
    }

    /// What it would save in the steps `after` to have a full buffer before them.
    pub(super) fn refill(&self, board: &Board, site: &Site, after: std::ops::Range<usize>) -> f64 {
        let mut buffer = Buffer::full(site);
        let mut saved = 0.0;
        for at in after {
            let lost = buffer.step(site, board.short[at], self.hours);
            saved += self.worth[at] * (board.lost[at] - lost);
            if buffer.left_hours <= 0.0 || board.short[at] <= 0.0 {
                break;
            }
        }
        saved
    }

    /// Brings up to date what a set of the lot would save at each place and step, each alone, less the price of its diesel.
    pub(super) fn gains(&self, board: &Board, lot: usize, price: &[f64], room: &mut Room) {
        let set = &self.lots[lot];
        let Gains { mut gain, mut refill, mut stamps } = std::mem::take(&mut room.gains[lot]);
        gain.resize(board.short.len(), 0.0);
        refill.resize(board.short.len(), 0.0);
        stamps.resize(self.places.len(), (u64::MAX, u64::MAX));
        room.most.resize(self.steps, f64::INFINITY);
        let mut known_row = None;
        for (place, &site) in self.places.iter().enumerate() {
            let site = &self.sites[site];
            let fuel_stamp = board.fuel_stamp.get(board.depot.row(site.region));
            let stamp = (board.stamp[place], fuel_stamp.copied().unwrap_or(0));
            if std::mem::replace(&mut stamps[place], stamp) == stamp {
                continue;
            }
            let row = self.row(place);
            let fuel_row = board.depot.row(site.region);
            if known_row != Some(fuel_row) {
                board.depot.most(site.region, &mut room.most);
                known_row = Some(fuel_row);
            }
            // What a set wants, at the last load that was looked at.
            let mut last = (0.0, 0.0);
            for t in 0..self.steps {
                let (at, cell) = (row.start + t, t * self.places.len() + place);
                (gain[cell], refill[cell]) = (0.0, 0.0);
                let (lost, short) = (board.lost[at], board.short[at]);
                if lost <= 0.0 || board.standing[at] >= MOST_AT_A_PLACE {
                    continue;
                }
                let load = short.min(set.kw);
                if last.0 != load {
                    last = (load, set.lph(load) * self.hours);
                }
                let (wanted, most) = (last.1, room.most[t]);
                let share = if wanted > most { most / wanted } else { 1.0 };
                room.rationed |= share < 1.0;
                let saved = lost.min(self.hours * load * share / site.essential_kw);
                gain[cell] = (self.worth[at] * saved - price[place] * wanted * share).max(0.0);
                if load >= short && share >= 1.0 && site.buffer_hours > 0.0 {
                    refill[cell] = self.refill(board, site, at + 1..row.end);
                }
            }
        }
        room.gains[lot] = Gains { gain, refill, stamps };
    }
}
