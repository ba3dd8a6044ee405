//! The linear power flow of many states that each lack many branches: eight at once, each with its own factors.
//!
//! A state is solved from scratch: the matrix of its branches is factorised as `U' D⁻¹ U` in the order of the whole network, where a branch
//! that is out is a zero. What a state falls into shows in its factors, exactly: a row of U that is all zeros ends an island, since elimination never
//! joins what no branch joins. There the angle is 0. On the way to it each island passes up the best candidate for a reference and, in the forward
//! solution, the sum of what is injected, which the reference then covers; on the way back it passes down whether it has one. So no graph is searched.
//!
//! Each state's flows are held against what is injected at its buses; where they do not balance (negative reactances that cancel), it is solved by
//! itself.

#![expect(
    clippy::inline_always,
    reason = "code that is not inlined into a kernel is not compiled for its processor"
)]
use fearless_simd::prelude::*;
use fearless_simd::{Simd, f64x8};

use super::{DcSolver, Susceptance, shift_rad, susceptance};
use crate::live::{Live, active_injections, branch_on, generators_on};
use crate::network::{BusKind, Injections, Network, Status};
use crate::sparse::Symbolic;
use crate::wide::{Kernel, wide};

/// States side by side: a vector of the widest registers.
const K: usize = 8;
/// A bus may lack this part of the largest injection, or of 1 p.u., before the state is solved by itself.
const UNBALANCED: f64 = 1e-9;

/// A number of each lane.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
struct Lanes([f64; K]);

const ZERO: Lanes = Lanes([0.0; K]);

/// What came of a state.
#[derive(Debug, Clone, Copy)]
pub struct Flows<'s> {
    /// Flow of each branch from its from bus to its to bus, MW; 0 where it is out, or no generator feeds it.
    pub flow_mw: &'s [f64],
    /// Whether the state was solved by itself.
    pub alone: bool,
}

/// A network in a base state, ready for states that lack some of its branches.
#[derive(Debug, Clone)]
pub struct States<'n> {
    network: &'n Network,
    status: Status,
    injections: Injections,
    model: Susceptance,
    alone: DcSolver,
    /// Whether states can be solved side by side: a direct-current line depends on which of its ends are live.
    together: bool,
    pattern: Pattern,
    work: Work,
}

/// What all states share, by places in the order of elimination.
#[derive(Debug, Clone)]
struct Pattern {
    /// Where each row of U begins; the diagonal is left out.
    upper_starts: Vec<u32>,
    /// Columns of U by rows, ascending.
    upper: Vec<u32>,
    /// Where each row of L begins.
    lower_starts: Vec<u32>,
    /// Columns of L by rows, ascending, and where its transpose stands in U.
    lower: Vec<(u32, u32)>,
    /// Slots in a row of U of the products that it takes, in the order in which they arise.
    targets: Vec<u16>,
    /// Where the branches of each place begin in `ends`.
    end_starts: Vec<u32>,
    /// Branches that carry something, by the places that they end at.
    ends: Vec<End>,
    /// What is injected at each place, p.u.
    right: Vec<f64>,
    branches: Vec<Line>,
    /// How good a reference each place is: a rank from 1 up; 0 without a generator.
    rank: Vec<f64>,
    /// The place of each rank.
    ranked: Vec<u32>,
    /// The largest injection, at least 1 p.u.
    scale: f64,
}

/// A branch in the base.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Places of its ends.
    from: u32,
    to: u32,
    /// Susceptance, p.u., 0 where it carries nothing.
    b: f64,
    /// What its phase shift takes off its flow, p.u.
    shifted: f64,
}

/// A branch as one of its ends sees it.
#[derive(Debug, Clone, Copy)]
struct End {
    b: f64,
    /// What its phase shift adds to the injection here, p.u.
    shifted: f64,
    branch: u32,
    /// Slot of the other end in this row of U; none where the other end is eliminated before.
    slot: Option<u16>,
}

/// The numbers of eight states.
#[derive(Debug, Clone)]
struct Work {
    places: Vec<Place>,
    upper: Vec<Lanes>,
    /// Where islands of any lane end, and what is injected in them.
    ends: Vec<(u32, Lanes)>,
    /// The same flows as in [`Flows`], one lane after the other.
    flows: Vec<f64>,
    /// In which lanes each branch is out, a bit each.
    out: Vec<u8>,
    /// 1 in the lanes whose bits are not set.
    keep: Vec<Lanes>,
}

/// What is kept of a place: close together, since it is read together.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The inverse of D; 0 where an island ends.
    over: Lanes,
    /// Forward solution over D, then the angle.
    x: Lanes,
    /// The best rank of what was eliminated into it, then 1 where it is live and 0 where not.
    rank: Lanes,
    /// What is injected, then what the flows leave of it, p.u.
    right: Lanes,
}

impl<'n> States<'n> {
    /// Analyses the graph of `network` with every branch in service.
    ///
    /// # Panics
    /// If `status` or `injections` do not have the lengths of `network`'s tables.
    pub fn new(
        network: &'n Network,
        status: Status,
        injections: Injections,
        model: Susceptance,
    ) -> Self {
        let alone = DcSolver::new(network);
        let pattern = Pattern::new(network, &status, &injections, model, &alone.pattern.symbolic);
        let (n, entries) = (network.buses.len(), pattern.upper.len());
        let work = Work {
            places: vec![Place { over: ZERO, x: ZERO, rank: ZERO, right: ZERO }; n],
            upper: vec![ZERO; entries],
            ends: Vec::new(),
            flows: vec![0.0; K * network.branches.len()],
            out: vec![0; network.branches.len()],
            keep: (0..1_u32 << K)
                .map(|bits| Lanes(std::array::from_fn(|l| f64::from(1 - (bits >> l & 1)))))
                .collect(),
        };
        let together = !network.dc_lines.iter().any(|d| d.in_service);
        States { network, status, injections, model, alone, together, pattern, work }
    }

    /// Solves the base without each of these lists of branches, and reads something of the state, in their order. Branches that are out
    /// already, or not there, make no difference.
    pub fn each<T>(
        &mut self,
        states: &[Vec<usize>],
        mut read: impl FnMut(usize, Flows<'_>) -> T,
    ) -> Vec<T> {
        let m = self.network.branches.len();
        let mut out = Vec::with_capacity(states.len());
        for (group, states) in states.chunks(K).enumerate() {
            let worst = if self.together { self.group(states) } else { [f64::INFINITY; K] };
            for (lane, lost) in states.iter().enumerate() {
                let at = group * K + lane;
                if worst[lane] <= UNBALANCED * self.pattern.scale {
                    let flow_mw = &self.work.flows[lane * m..(lane + 1) * m];
                    out.push(read(at, Flows { flow_mw, alone: false }));
                    continue;
                }
                let mut status = self.status.clone();
                for k in lost.iter().filter(|k| **k < m) {
                    status.branch[*k] = false;
                }
                let alone = self.alone.solve(self.network, &status, &self.injections, self.model);
                out.push(read(at, Flows { flow_mw: &alone.flow_mw, alone: true }));
            }
        }
        out
    }

    /// Solves up to eight states; gives what the bus that balances worst lacks in each, p.u., infinite where a number is none.
    fn group(&mut self, states: &[Vec<usize>]) -> [f64; K] {
        let Self { pattern, work, network, .. } = self;
        work.load(states);
        wide(false, Solve { pattern, work: &mut *work });
        wide(false, Carry { pattern, work: &mut *work, base_mva: network.base_mva });
        wide(false, Balance { work })
    }
}

impl Pattern {
    fn new(
        network: &Network,
        status: &Status,
        injections: &Injections,
        model: Susceptance,
        s: &Symbolic,
    ) -> Self {
        let n = s.len();
        let mut place = vec![0_u32; n];
        for (k, &i) in s.order.iter().enumerate() {
            place[i as usize] = k as u32;
        }
        let row = |k: usize| s.upper_starts[k]..s.upper_starts[k + 1];
        let mut next: Vec<u32> = s.upper_starts.iter().map(|&at| at as u32).collect();
        let (mut lower, mut targets) = (Vec::with_capacity(s.lower.len()), Vec::new());
        // The slot of each column in the row that is being looked at.
        let mut slot = vec![0_u16; n];
        for k in 0..n {
            for (at, &c) in s.upper[row(k)].iter().enumerate() {
                slot[c as usize] = at as u16;
            }
            for &j in &s.lower[s.lower_starts[k]..s.lower_starts[k + 1]] {
                // Rows of U are ascending: the next of row `j` that was not yet met is `k`.
                let at = next[j as usize];
                next[j as usize] += 1;
                lower.push((j, at));
                let after = &s.upper[at as usize + 1..s.upper_starts[j as usize + 1]];
                targets.extend(after.iter().map(|&c| slot[c as usize]));
            }
        }
        let live = Live::new(network, status);
        let mut right = vec![0.0; n];
        for (i, mw) in active_injections(network, status, injections, &live).iter().enumerate() {
            right[place[i] as usize] = mw / network.base_mva;
        }
        let mut branches = Vec::with_capacity(network.branches.len());
        let mut ends: Vec<Vec<End>> = vec![Vec::new(); n];
        for (k, l) in network.branches.iter().enumerate() {
            let [from, to] = [l.from, l.to].map(|i| place[i]);
            if !branch_on(network, status, k) || l.from == l.to {
                branches.push(Line { from, to, b: 0.0, shifted: 0.0 });
                continue;
            }
            let b = susceptance(l, model);
            let shifted = b * shift_rad(l, model);
            branches.push(Line { from, to, b, shifted });
            for (here, there, shifted) in [(from, to, shifted), (to, from, -shifted)] {
                let columns = &s.upper[row(here as usize)];
                let slot = columns.partition_point(|c| *c < there) as u16;
                let slot = (here < there).then_some(slot);
                ends[here as usize].push(End { b, shifted, branch: k as u32, slot });
            }
        }
        let mut end_starts = vec![0];
        for ends in &ends {
            end_starts.push(end_starts.last().copied().unwrap_or(0) + ends.len() as u32);
        }
        let injected = right.iter().map(|v| v.abs());
        let scale = injected.chain(branches.iter().map(|l| l.shifted.abs())).fold(1.0, f64::max);
        let ranked = references(network, status);
        let mut rank = vec![0.0; n];
        for (k, i) in ranked.iter().enumerate() {
            rank[place[*i] as usize] = (k + 1) as f64;
        }
        Pattern {
            upper_starts: s.upper_starts.iter().map(|&at| at as u32).collect(),
            upper: s.upper.clone(),
            lower_starts: s.lower_starts.iter().map(|&at| at as u32).collect(),
            lower,
            targets,
            end_starts,
            ends: ends.into_iter().flatten().collect(),
            right,
            branches,
            rank,
            ranked: ranked.iter().map(|i| place[*i]).collect(),
            scale,
        }
    }

    #[inline(always)]
    fn upper_row(&self, k: usize) -> std::ops::Range<usize> {
        self.upper_starts[k] as usize..self.upper_starts[k + 1] as usize
    }

    #[inline(always)]
    fn ends(&self, k: usize) -> &[End] {
        &self.ends[self.end_starts[k] as usize..self.end_starts[k + 1] as usize]
    }

    #[inline(always)]
    fn lower_row(&self, k: usize) -> &[(u32, u32)] {
        &self.lower[self.lower_starts[k] as usize..self.lower_starts[k + 1] as usize]
    }
}

/// Buses with a generator in service, the worst reference first: the best is the one that [`Live`] takes.
fn references(network: &Network, status: &Status) -> Vec<usize> {
    let mut capacity: Vec<Option<f64>> = vec![None; network.buses.len()];
    for (g, bus) in generators_on(network, status) {
        *capacity[bus].get_or_insert(0.0) += network.generators[g].pmax_mw;
    }
    let mut out: Vec<(bool, f64, usize)> = Vec::new();
    for (i, capacity) in capacity.iter().enumerate() {
        if let Some(capacity) = capacity {
            let reference = network.buses[i].kind == BusKind::Reference;
            // Among those the case names, the first counts, whatever it can produce.
            out.push((reference, if reference { 0.0 } else { *capacity }, i));
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2)));
    out.into_iter().map(|(_, _, i)| i).collect()
}

impl Work {
    /// Notes which branches each state lacks.
    fn load(&mut self, states: &[Vec<usize>]) {
        self.out.fill(0);
        for (lane, lost) in states.iter().enumerate() {
            for &k in lost {
                if let Some(out) = self.out.get_mut(k) {
                    *out |= 1 << lane;
                }
            }
        }
    }

    /// Lets the reference of each island cover what it lacks.
    fn cover(&mut self, pattern: &Pattern) {
        for (k, lacks) in &self.ends {
            let k = *k as usize;
            for l in 0..K {
                let Place { over, rank, .. } = &self.places[k];
                let rank = rank.0[l];
                if over.0[l] == 0.0 && rank > 0.0 {
                    let reference = pattern.ranked[rank as usize - 1] as usize;
                    self.places[reference].right.0[l] -= lacks.0[l];
                }
            }
        }
    }
}

/// Factorises, and finds the angles.
struct Solve<'a> {
    pattern: &'a Pattern,
    work: &'a mut Work,
}

impl Kernel for Solve<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Solve { pattern, work } = self;
        factor(simd, pattern, work);
        work.cover(pattern);
        forward(simd, pattern, work);
        backward(simd, pattern, work);
    }
}

#[inline(always)]
fn load<S: Simd>(simd: S, lanes: &Lanes) -> f64x8<S> {
    f64x8::from_slice(simd, &lanes.0)
}

/// `rank` where `u` joins, 0 where it does not.
#[inline(always)]
fn joined<S: Simd>(simd: S, u: f64x8<S>, rank: f64x8<S>) -> f64x8<S> {
    let zero = f64x8::splat(simd, 0.0);
    u.simd_eq(zero).select(zero, rank)
}

/// Rows of U, and what is injected moved up to where each island ends.
#[inline(always)]
fn factor<S: Simd>(simd: S, pattern: &Pattern, work: &mut Work) {
    let Work { places, upper, ends, out, keep, .. } = work;
    let zero = f64x8::splat(simd, 0.0);
    let mut targets = &pattern.targets[..];
    ends.clear();
    for k in 0..places.len() {
        let own = pattern.upper_row(k);
        let (above, row) = upper.split_at_mut(own.start);
        let row = &mut row[..own.len()];
        row.fill(ZERO);
        let mut pivot = zero;
        let mut best = f64x8::splat(simd, pattern.rank[k]);
        let mut value = f64x8::splat(simd, pattern.right[k]);
        for end in pattern.ends(k) {
            let keep = load(simd, &keep[usize::from(out[end.branch as usize])]);
            let b = keep * end.b;
            pivot += b;
            value += keep * end.shifted;
            // Exactly nothing where all branches beside each other are out.
            if let Some(slot) = end.slot {
                let target = &mut row[usize::from(slot)];
                (load(simd, target) - b).store_slice(&mut target.0);
            }
        }
        value.store_slice(&mut places[k].right.0);
        for &(j, at) in pattern.lower_row(k) {
            let (j, at) = (j as usize, at as usize);
            let u = load(simd, &above[at]);
            let place = &places[j];
            let part = u * load(simd, &place.over);
            pivot -= part * u;
            value -= u * load(simd, &place.x);
            best = best.max(joined(simd, u, load(simd, &place.rank)));
            let rest = &above[at + 1..pattern.upper_starts[j + 1] as usize];
            let (now, later) = targets.split_at(rest.len());
            targets = later;
            for (slot, u) in now.iter().zip(rest) {
                let target = &mut row[usize::from(*slot)];
                (load(simd, target) - part * load(simd, u)).store_slice(&mut target.0);
            }
        }
        let mut most = zero;
        for u in &*row {
            most = most.max(load(simd, u).abs());
        }
        let end = most.simd_eq(zero);
        let over = end.select(zero, f64x8::splat(simd, 1.0) / pivot);
        let place = &mut places[k];
        over.store_slice(&mut place.over.0);
        best.store_slice(&mut place.rank.0);
        (value * over).store_slice(&mut place.x.0);
        if end.any_true() {
            let mut lacks = ZERO;
            value.store_slice(&mut lacks.0);
            ends.push((k as u32, lacks));
        }
    }
}

/// Moves what is injected up once more.
#[inline(always)]
fn forward<S: Simd>(simd: S, pattern: &Pattern, work: &mut Work) {
    let Work { places, upper, .. } = work;
    for k in 0..places.len() {
        let mut value = load(simd, &places[k].right);
        for &(j, at) in pattern.lower_row(k) {
            value -= load(simd, &upper[at as usize]) * load(simd, &places[j as usize].x);
        }
        (value * load(simd, &places[k].over)).store_slice(&mut places[k].x.0);
    }
}

/// Angles, and which places are live, from where each island ends.
#[inline(always)]
fn backward<S: Simd>(simd: S, pattern: &Pattern, work: &mut Work) {
    let Work { places, upper, .. } = work;
    let (zero, one) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 1.0));
    for k in (0..places.len()).rev() {
        let over = load(simd, &places[k].over);
        let (mut sum, mut live) = (zero, zero);
        let row = pattern.upper_row(k);
        for (c, u) in pattern.upper[row.clone()].iter().zip(&upper[row]) {
            let u = load(simd, u);
            let place = &places[*c as usize];
            sum += u * load(simd, &place.x);
            live = live.max(joined(simd, u, load(simd, &place.rank)));
        }
        let place = &mut places[k];
        let fed = load(simd, &place.rank).simd_eq(zero).select(zero, one);
        let live = over.simd_eq(zero).select(fed, live);
        ((load(simd, &place.x) - sum * over) * live).store_slice(&mut place.x.0);
        live.store_slice(&mut place.rank.0);
    }
}

/// Writes the flows, and what each bus then lacks.
struct Carry<'a> {
    pattern: &'a Pattern,
    work: &'a mut Work,
    base_mva: f64,
}

impl Kernel for Carry<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Carry { pattern, work, base_mva } = self;
        let Work { places, flows, out, keep, .. } = work;
        let m = pattern.branches.len();
        // Eight branches at a time, so that each lane's flows are written a line of the cache at once.
        for (part, lines) in pattern.branches.chunks(K).enumerate() {
            let mut together = [ZERO; K];
            for (at, (line, flows)) in lines.iter().zip(&mut together).enumerate() {
                let (from, to) = (line.from as usize, line.to as usize);
                let keep = load(simd, &keep[usize::from(out[part * K + at])]);
                let across = load(simd, &places[from].x) - load(simd, &places[to].x);
                let flow = across * line.b * keep;
                (load(simd, &places[from].right) - flow).store_slice(&mut places[from].right.0);
                (load(simd, &places[to].right) + flow).store_slice(&mut places[to].right.0);
                let mut flow = flow;
                if line.shifted != 0.0 {
                    flow -= load(simd, &places[from].rank) * keep * line.shifted;
                }
                (flow * base_mva).store_slice(&mut flows.0);
            }
            for lane in 0..K {
                let at = lane * m + part * K;
                for (out, flows) in flows[at..at + lines.len()].iter_mut().zip(&together) {
                    *out = flows.0[lane];
                }
            }
        }
    }
}

/// Gives what the worst live bus of each lane lacks, p.u.
struct Balance<'a> {
    work: &'a Work,
}

impl Kernel for Balance<'_> {
    type Output = [f64; K];

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> [f64; K] {
        let (mut worst, mut poison) = ([0.0_f64; K], [0.0; K]);
        for place in &self.work.places {
            for l in 0..K {
                let size = place.right.0[l].abs() * place.rank.0[l];
                worst[l] = worst[l].max(size);
                // Zero as long as all are numbers.
                poison[l] += size * 0.0;
            }
        }
        std::array::from_fn(|l| if poison[l] == 0.0 { worst[l] } else { f64::INFINITY })
    }
}
