//! Which generator set stands where and when, and which facility gets the diesel.
//!
//! A set is placed along the best path through time: for each step and facility there is what it would save there, a
//! move loses a step, and the path of most savings is found backwards in time. Of all sets the one whose path saves most goes first.
//! Only the first stay of a path is settled at once: with its hours served and the facility's buffer full again, the rest of the
//! path is looked for anew, and competes with the paths of others. A set runs only while it saves something: not while a buffer
//! holds, where that is better. The diesel of a stay is promised to it from the [`Depot`].
//!
//! Where diesel is short, it is first promised to the places and steps where a litre saves most, as if sets were everywhere; sets
//! are placed for these, and what diesel is left is used where it still helps. Last, sets are taken up again one by one and
//! placed anew, by any set that is free, as long as that helps.

use super::depot::Depot;
use super::facility::{Buffer, NOTHING, Site, lost_hours};
use super::sets::{MOST_AT_A_PLACE, SetLot};

/// Steps times facilities times sets that the second look at the placed sets may cost.
const SECOND_LOOK: usize = 50_000;
/// Rounds of the second look, at most.
const ROUNDS: usize = 3;
/// Between outcomes of equal worth less diesel counts: all of it together weighs this share of all losses.
const THRIFT: f64 = 1e-9;
/// Savings below this share of all losses are none.
const NO_GAIN: f64 = 1e-12;
/// A set that stands somewhere moves on for no less than this share of the losses.
const WORTH_MOVING: f64 = 1e-5;
/// What a litre must save at first where diesel is short, as parts of what the last litre could save; the first
/// of them always, the others where there is little to place.
const PRICED: [f64; 4] = [0.7, 0.4, 1.0, 1.5];
/// Steps times facilities times sets times prices that may be looked at.
const PRICE_LOOK: usize = 10_000;

/// A set runs for a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Run {
    pub step: usize,
    /// Load while it runs, kW.
    pub load_kw: f64,
    /// Share of the step for which it runs.
    pub share: f64,
    pub litres: f64,
}

/// A set stands at a facility and runs there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stay {
    /// Index into the lots.
    pub lot: usize,
    /// Which piece of the lot, from 0.
    pub piece: u32,
    /// Index into the places.
    pub place: usize,
    /// Steps at which it runs, in order; never empty.
    pub runs: Vec<Run>,
}

impl Stay {
    fn steps(&self) -> std::ops::Range<usize> {
        let at = |run: Option<&Run>| run.map_or(0, |r| r.step);
        at(self.runs.first())..at(self.runs.last()) + 1
    }
}

/// What does not change while sets are placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task<'a> {
    pub sites: &'a [Site],
    pub lots: &'a [SetLot],
    pub steps: usize,
    pub hours: f64,
    /// Facilities at which a set could help, as indices of `sites`.
    pub places: &'a [usize],
    /// Weighted people at each place and step: what an hour lost there costs.
    pub worth: &'a [f64],
}

/// The places with the sets that stand there.
#[derive(Debug, Clone)]
pub(super) struct Board {
    /// kW that lack at each place and step.
    pub short: Vec<f64>,
    /// Hours of full service lost at each place and step.
    pub lost: Vec<f64>,
    /// Sets that stand at each place and step.
    standing: Vec<u8>,
    pub depot: Depot,
    pub stays: Vec<Stay>,
    /// Which pieces of each lot are placed.
    placed: Vec<Vec<bool>>,
    /// What the losses cost.
    pub cost: f64,
    /// A number for the content of each row of places, and for that of each row of the depot.
    stamp: Vec<u64>,
    fuel_stamp: Vec<u64>,
}

/// The first stay of a path.
#[derive(Debug, Clone, Copy)]
struct Leg {
    /// What the whole path saves, by what is known before it is settled.
    gain: f64,
    place: usize,
    from: usize,
    to: usize,
    /// Places of the path, and their rows of the depot, each a bit by its index modulo 64.
    places: u64,
    fuel: u64,
}

/// A bit for an index.
fn bit(index: usize) -> u64 {
    1 << (index % 64)
}

/// A set that can be sent somewhere: any piece of a lot that stands nowhere, or one that has had a stay.
#[derive(Debug, Clone, Copy)]
struct Mover {
    lot: usize,
    /// Which piece; `None`: any that stands nowhere.
    piece: Option<u32>,
    /// The step from which it is free, and where it stands then.
    from: usize,
    at: Option<usize>,
    /// Where it would go; with a gain that is too high where it is `stale`.
    leg: Option<Leg>,
    stale: bool,
}

impl Mover {
    fn idle(lot: usize, from: usize) -> Self {
        let unknown = Leg { gain: f64::INFINITY, place: 0, from: 0, to: 0, places: 0, fuel: 0 };
        Mover { lot, piece: None, from, at: None, leg: Some(unknown), stale: true }
    }
}

/// Room for the search of paths, used again and again.
#[derive(Debug, Default)]
struct Room {
    /// For each lot what one set would save, and what a full buffer would save afterwards, by step and then place.
    gains: Vec<Gains>,
    path: Vec<f64>,
    start: Vec<(f64, usize, usize)>,
    most: Vec<f64>,
    /// The last stamp that was given out.
    stamp: u64,
    /// Whether some set got less diesel than it could have used.
    rationed: bool,
    /// Whether what was taken for the last stay leaves less diesel to other regions.
    shared: bool,
}

#[derive(Debug, Clone, Default)]
struct Gains {
    gain: Vec<f64>,
    refill: Vec<f64>,
    /// The stamps of place and depot row for which a place's row holds.
    stamps: Vec<(u64, u64)>,
}

impl Room {
    fn new(lots: usize) -> Self {
        Room { gains: vec![Gains::default(); lots], ..Room::default() }
    }

    fn next_stamp(&mut self) -> u64 {
        self.stamp += 1;
        self.stamp
    }

    /// What is known no longer holds: another price.
    fn forget(&mut self) {
        self.gains.fill(Gains::default());
    }
}

impl Task<'_> {
    /// No set anywhere: `short` as the facilities' own sets leave it.
    pub fn board(&self, short: Vec<f64>, depot: Depot) -> Board {
        let mut board = Board {
            lost: vec![0.0; short.len()],
            standing: vec![0; short.len()],
            short,
            depot,
            stays: Vec::new(),
            placed: self.lots.iter().map(|lot| vec![false; lot.pieces as usize]).collect(),
            cost: 0.0,
            stamp: vec![0; self.places.len()],
            fuel_stamp: Vec::new(),
        };
        board.fuel_stamp.resize(board.depot.rows(), 0);
        for place in 0..self.places.len() {
            let row = self.row(place);
            let site = &self.sites[self.places[place]];
            lost_hours(site, &board.short[row.clone()], self.hours, &mut board.lost[row.clone()]);
            board.cost += self.cost_of(&board.lost, row);
        }
        board
    }

    fn row(&self, place: usize) -> std::ops::Range<usize> {
        place * self.steps..(place + 1) * self.steps
    }

    fn cost_of(&self, lost: &[f64], row: std::ops::Range<usize>) -> f64 {
        lost[row.clone()].iter().zip(&self.worth[row]).map(|(lost, worth)| lost * worth).sum()
    }

    /// Places the sets of the lots `which` on a board.
    pub fn place(&self, board: &Board, which: &[usize]) -> Board {
        if which.is_empty() || board.cost <= 0.0 {
            return board.clone();
        }
        let mut room = Room::new(self.lots.len());
        let burn: f64 = which
            .iter()
            .map(|&k| self.lots[k].lph(self.lots[k].kw) * f64::from(self.lots[k].pieces))
            .sum();
        let least = THRIFT * board.cost / (burn * self.hours * self.steps as f64).max(1.0);
        let thrift = vec![least; self.places.len()];
        let mut tries = vec![self.filled(board, which, &thrift, &thrift, &mut room)];
        if room.rationed {
            let scarce = self.prices(board, which, least);
            let each = board.short.len() * which.len();
            let count = (PRICE_LOOK / each.max(1)).clamp(1, PRICED.len());
            tries.extend(PRICED[..count].iter().map(|part| {
                let price: Vec<f64> = scarce.iter().map(|p| (p * part).max(least)).collect();
                self.filled(board, which, &price, &thrift, &mut room)
            }));
        }
        // Where there is little to place, each of them is looked at again; else only the best.
        tries.sort_by(|a, b| worth(a, least).total_cmp(&worth(b, least)));
        if tries.len() <= 2 {
            tries.truncate(1);
        }
        let first = board.stays.len();
        for other in &mut tries {
            self.second_look(other, which, first, &thrift, &mut room);
        }
        tries.sort_by(|a, b| worth(a, least).total_cmp(&worth(b, least)));
        tries.swap_remove(0)
    }

    /// Sets placed first where a litre saves its price, then with what is left where it saves anything.
    fn filled(
        &self,
        board: &Board,
        which: &[usize],
        price: &[f64],
        thrift: &[f64],
        room: &mut Room,
    ) -> Board {
        let mut board = board.clone();
        room.forget();
        self.fill(&mut board, which, price, room);
        if price != thrift {
            room.forget();
            self.fill(&mut board, which, thrift, room);
        }
        board
    }

    /// What a litre saves at each place where diesel runs out, if it goes first to the places and steps where it saves
    /// most, with the largest sets everywhere: less than that it need not be used for.
    fn prices(&self, board: &Board, which: &[usize], least: f64) -> Vec<f64> {
        let mut prices = vec![least; self.places.len()];
        let largest = which.iter().map(|&k| &self.lots[k]).max_by(|a, b| a.kw.total_cmp(&b.kw));
        let Some(largest) = largest else { return prices };
        let most_kw = f64::from(MOST_AT_A_PLACE) * largest.kw;
        let mut wishes: Vec<(f64, usize, f64)> = Vec::new();
        for (place, &site) in self.places.iter().enumerate() {
            let (row, site) = (self.row(place), &self.sites[site]);
            for at in row.clone().filter(|&at| board.lost[at] > 0.0) {
                let load = board.short[at].min(most_kw);
                let litres = largest.lph(largest.kw) / largest.kw * load * self.hours;
                let by_run = self.hours * load / site.essential_kw;
                wishes.push((self.worth[at] * board.lost[at].min(by_run) / litres, at, litres));
            }
        }
        wishes.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut depot = board.depot.clone();
        let mut by_row = vec![None; depot.rows()];
        let place_of = |at: usize| self.sites[self.places[at / self.steps]].region;
        for (saving, at, litres) in wishes {
            let (region, step) = (place_of(at), at % self.steps);
            let got = litres.min(depot.most_at(region, step));
            depot.take(region, step, got);
            if got < 0.5 * litres {
                by_row[depot.row(region)].get_or_insert(saving);
            }
        }
        for (price, &site) in prices.iter_mut().zip(self.places) {
            if let Some(saving) = by_row[depot.row(self.sites[site].region)] {
                *price = price.max(saving);
            }
        }
        prices
    }

    /// Settles stays one by one, that of the set whose path saves most first: of sets that stand nowhere yet, and
    /// of those that can go on from a stay settled here.
    fn fill(&self, board: &mut Board, which: &[usize], price: &[f64], room: &mut Room) {
        let least = NO_GAIN * board.cost;
        let worth_moving = WORTH_MOVING * board.cost;
        let mut movers: Vec<Mover> = (which.iter())
            .map(|&lot| Mover::idle(lot, self.lots[lot].arrival))
            .filter(|mover| board.placed[mover.lot].contains(&false))
            .collect();
        // A stale gain is taken as the most that there can be: what others have served is no longer to be had.
        while let Some(m) = best_mover(&movers, least) {
            let mover = movers[m];
            if mover.stale {
                let leg = self.first_leg(board, mover.lot, mover.from, mover.at, price, room);
                let leg = leg.filter(|leg| {
                    mover.at.is_none_or(|at| at == leg.place) || leg.gain > worth_moving
                });
                movers[m] = Mover { leg, stale: false, ..mover };
                continue;
            }
            let next_idle = |board: &Board| {
                let idle = board.placed[mover.lot].iter().position(|placed| !placed);
                idle.and_then(|p| u32::try_from(p).ok())
            };
            let (Some(leg), Some(mut piece)) = (mover.leg, mover.piece.or(next_idle(board))) else {
                movers[m].leg = None;
                continue;
            };
            let Some(saved) = self.settle(board, mover.lot, piece, leg, least, price, room) else {
                movers[m].leg = None;
                continue;
            };
            let mut shared = room.shared;
            loop {
                let Some(stay) = board.stays.last() else { return };
                let next = Mover {
                    piece: Some(piece),
                    from: stay.steps().end,
                    at: Some(leg.place),
                    stale: true,
                    ..mover
                };
                if mover.piece.is_some() {
                    movers[m] = next;
                    break;
                }
                movers.push(next);
                // While the next piece of the lot saves as much there, no other can save more.
                let Some(another) = next_idle(board) else { break };
                let as_much = saved * (1.0 - 1e-3);
                if self.settle(board, mover.lot, another, leg, as_much, price, room).is_none() {
                    break;
                }
                shared |= room.shared;
                piece = another;
            }
            // Who meant to go elsewhere for other diesel still means to: there is only less to do at other places.
            let row = self.fuel_of(board, leg.place);
            for other in &mut movers {
                let touched =
                    |l: Leg| shared || l.places & bit(leg.place) != 0 || l.fuel & row != 0;
                other.stale |= other.leg.is_some_and(touched);
            }
            movers[m].stale = true;
        }
    }

    /// The depot's row of a place as a bit; 0 without limit.
    fn fuel_of(&self, board: &Board, place: usize) -> u64 {
        let region = self.sites[self.places[place]].region;
        if board.depot.limited() { bit(board.depot.row(region)) } else { 0 }
    }

    /// Runs a set over a leg: only in steps in which something would be lost, or in all of them, whichever comes out
    /// better, and says what that saves beyond the price of its diesel. `None`, and no change: not more than `least`.
    #[expect(clippy::too_many_arguments, reason = "one stay, with all its parts")]
    fn settle(
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

    /// What a set would do over a leg: what it saves less the price of its diesel, and its runs.
    fn tried(
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

    /// Takes sets off the board: all stays from `first` on of every piece of which one is `gone`.
    fn take_up(
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

    /// Looks at the placed sets again, as long as that helps: takes up one, and lets the best free sets take
    /// over; or gives one a place from which it turns out all others, and lets these look for new ones.
    fn second_look(
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

    /// The first leg of the best path of a set that is free from `from` on; `at`: where it stands then.
    fn first_leg(
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
    fn refill(&self, board: &Board, site: &Site, after: std::ops::Range<usize>) -> f64 {
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
    fn gains(&self, board: &Board, lot: usize, price: &[f64], room: &mut Room) {
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

/// The mover with the best path that saves more than `least`; of equals the first.
fn best_mover(movers: &[Mover], least: f64) -> Option<usize> {
    let mut best = None;
    let mut most = least;
    for (m, mover) in movers.iter().enumerate() {
        if let Some(leg) = mover.leg.filter(|leg| leg.gain > most) {
            (best, most) = (Some(m), leg.gain);
        }
    }
    best
}

/// What counts when outcomes are compared: losses, and a little diesel.
fn worth(board: &Board, thrift: f64) -> f64 {
    board.cost + thrift * board.depot.used
}

/// Whether anything is lost from `at` to the end of the row.
fn wanted_later(lost: &[f64], at: usize, end: usize) -> bool {
    lost[at..end].iter().any(|lost| *lost > 0.0)
}

fn without_dust(site: &Site, short: f64) -> f64 {
    if short <= NOTHING * site.essential_kw { 0.0 } else { short }
}
