//! The programme of a state: the dispatch that it starts from, its columns, and what its solution means.

use super::case::{Case, Injection};
use super::engine::{Engine, Grid, Workspace};
use super::simplex::{Basis, Island, Kind, Place, Simplex};
use super::{interpolate, share};

/// What an island has in all, MW.
#[derive(Clone, Default)]
struct Sums {
    low: f64,
    usual: f64,
    high: f64,
    fixed: f64,
    demand: f64,
}

/// The dispatch that a programme starts from.
pub(super) struct Start {
    pub injection: Injection,
    /// For each island with too little generation the column of the block of load that is met in part.
    marginal: Vec<Option<usize>>,
    /// Columns of blocks that get nothing.
    without: Vec<usize>,
}

impl Engine<'_> {
    /// Load by weight as far as generation reaches, island by island, without regard to line limits, and each
    /// generator as near to its reference output as that allows.
    pub(super) fn by_balance(&self, case: &Case, lowest: &[f64], reference: &[f64]) -> Start {
        let n = lowest.len();
        let count = case.islands.count;
        let mut injection = Injection::none(n);
        let island = |i: usize| case.islands.of_bus[i].filter(|_| case.live[i]);
        let usual = |i: usize| reference[i].clamp(lowest[i], case.highest[i]);
        let mut sums = vec![Sums::default(); count];
        for (i, low) in lowest.iter().enumerate() {
            if let Some(k) = island(i) {
                let sums = &mut sums[k];
                sums.low += low;
                sums.usual += usual(i);
                sums.high += case.highest[i];
                sums.fixed += case.feed_in[i];
                sums.demand += case.demand[i];
            }
        }
        // Rounding must not make an island short.
        let short = |s: &Sums| s.demand > (s.high + s.fixed) * (1.0 + 1e-12);
        let mut left: Vec<f64> = sums.iter().map(|s| s.high + s.fixed).collect();
        let mut marginal = vec![None; count];
        let mut without = Vec::new();
        for &j in &self.grid.by_cost {
            let i = self.grid.of_bus[j];
            let Some(k) = island(i) else { continue };
            let mw = self.block_mw(j);
            let served = if short(&sums[k]) { mw.min(left[k]) } else { mw };
            injection.served[i] = (injection.served[i] + served).min(case.demand[i]);
            left[k] -= served;
            if served < mw && marginal[k].is_none() {
                marginal[k] = Some(j);
            }
            if served <= 0.0 {
                without.push(j);
            }
        }
        // Feed-in is used before generators move; it is let in as far as there is load.
        let output: Vec<(f64, f64)> = (sums.iter())
            .map(|s| {
                let served = s.demand.min(s.high + s.fixed);
                let used = s.fixed.min((served - s.low.max(0.0)).max(0.0));
                (served - used, share(used, s.fixed))
            })
            .collect();
        for (i, &lowest) in lowest.iter().enumerate() {
            let Some(k) = island(i) else { continue };
            let (Sums { low, usual: middle, high, .. }, (output, fed)) = (&sums[k], output[k]);
            injection.fixed[i] = case.feed_in[i] * fed;
            injection.generated[i] = if marginal[k].is_some() {
                case.highest[i]
            } else if output >= *middle {
                interpolate(usual(i), case.highest[i], share(output - middle, high - middle))
            } else {
                interpolate(lowest, usual(i), share(output - low, middle - low))
            };
        }
        Start { injection, marginal, without }
    }

    /// MW of the block of load that a column sheds.
    fn block_mw(&self, column: usize) -> f64 {
        let Grid { load, of_bus, block, .. } = &*self.grid;
        load.of(of_bus[column])[block[column] as usize].mw
    }

    pub(super) fn programme<'w>(
        &'w self,
        ws: &'w mut Workspace,
        case: &Case,
        lowest: &[f64],
        start: &Start,
        basis: &Basis,
    ) -> Simplex<'w> {
        let Grid { pattern, columns, of_bus, ends, .. } = &*self.grid;
        let Workspace { factor, room, numbers, .. } = ws;
        numbers.reset(columns.len(), ends.len(), pattern.len());
        let mut islands =
            vec![Island { imbalance: 0.0, tolerance: 1e-9, active: false }; case.islands.count];
        let injection = &start.injection;
        for (i, &at) in pattern.position.iter().enumerate() {
            if let Some(k) = case.islands.of_bus[i].filter(|_| case.live[i]) {
                let free = injection.generated[i] + injection.fixed[i];
                numbers.island[at as usize] = k as u32;
                numbers.base[at as usize] = free - case.demand[i];
                islands[k].tolerance += 1e-12 * (free.abs() + case.demand[i]);
            }
        }
        for (j, (c, &i)) in columns.iter().zip(of_bus).enumerate() {
            if !case.live[i] {
                continue;
            }
            let free = injection.generated[i] + injection.fixed[i];
            numbers.upper[j] = match c.kind {
                Kind::Up => case.highest[i] + case.feed_in[i] - free,
                Kind::Down => free - lowest[i],
                Kind::Shed => self.block_mw(j),
            };
        }
        for &j in &start.without {
            numbers.place[j] = Place::Upper;
        }
        numbers.b.clone_from(&case.b);
        numbers.limit.clone_from(&case.limit);
        for (l, by) in self.drives(case) {
            let (from, to) = ends[l];
            numbers.drive[from as usize] += by;
            numbers.drive[to as usize] -= by;
            numbers.driven.push((l, by));
        }
        let mut programme = Simplex::new(pattern, (factor, room), columns, ends, numbers, islands);
        programme.start(basis, &start.marginal);
        programme
    }

    /// The injections and prices that a solved programme stands for.
    pub(super) fn read(
        &self,
        case: &Case,
        lowest: &[f64],
        mut injection: Injection,
        programme: &Simplex<'_>,
    ) -> (Injection, Vec<f64>) {
        let Grid { pattern, columns, of_bus, .. } = &*self.grid;
        injection.served.clone_from(&case.demand);
        for ((c, &i), value) in columns.iter().zip(of_bus).zip(programme.values()) {
            match c.kind {
                _ if !case.live[i] => injection.served[i] = 0.0,
                Kind::Shed => injection.served[i] -= value,
                Kind::Up | Kind::Down => injection.generated[i] += c.sign * value,
            }
        }
        // The blocks of a load are the whole but for rounding.
        injection.served.iter_mut().for_each(|served| *served = served.max(0.0));
        for (i, fixed) in injection.fixed.iter_mut().enumerate() {
            // Feed-in first; what is left of it is no output of a generator.
            let free = injection.generated[i] + *fixed;
            *fixed = (free - lowest[i]).clamp(0.0, case.feed_in[i]);
            injection.generated[i] = (free - *fixed).clamp(lowest[i], case.highest[i]);
        }
        let prices = programme.prices();
        let price = pattern.position.iter().map(|&at| prices[at as usize]).collect();
        (injection, price)
    }
}
