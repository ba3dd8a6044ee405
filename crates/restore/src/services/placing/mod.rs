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

mod look;
mod paths;
mod settle;

use super::depot::Depot;
use super::facility::{Site, lost_hours};
use super::sets::{MOST_AT_A_PLACE, SetLot};

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
