//! A bounded dual simplex for the programme of a state, on the factorised susceptance matrix.
//!
//! The programme: columns are changes of the injection at a bus, each between 0 and its room, at a cost that is
//! not negative; rows are the balance of each island and the flow of each limited line. Two things make it small
//! and quick:
//!
//! - A row whose logical variable is basic takes no part. The basis is then a *kernel* of the active rows - short
//!   islands, lines at their limits - and as many basic columns, kept as a dense inverse. All other lines
//!   are followed as flows; no row of transfer factors is ever stored. What a row means at every
//!   bus, and what a column means on every line, is one back substitution each.
//! - Every column is bounded, so that every basis is dual feasible once each column stands at the right bound;
//!   the ratio test walks over breakpoints and flips columns to their other bounds as long as that helps
//!   (I. Maros, *Computational Techniques of the Simplex Method*, Springer 2003, section 10.2).
//!
//! An entry between a line and a bus is a product of two half solved vectors, whose few entries lie on paths of
//! the elimination tree.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::kernel::Kernel;
use super::laplacian::{Factor, Pattern, Room, Sparse};

/// How far a flow may lie above its limit, relative to the limit (at least 1 MW).
const FLOW: f64 = 5e-9;
/// How far a column may lie beyond its bounds, relative to its room (at least 1 MW).
const BOUND: f64 = 1e-9;
/// Effects below this are none.
const NO_EFFECT: f64 = 1e-9;
/// A pivot below this is taken only where there is no larger one.
const SMALL_PIVOT: f64 = 1e-5;
/// Reduced costs of the wrong sign below this are rounding errors, relative to the largest multiplier.
const PRICE: f64 = 1e-12;
/// Pivots between two looks at what rounding has done.
const REFRESH: usize = 60;

/// No island.
pub(super) const DEAD: u32 = u32::MAX;

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    Lower,
    Upper,
    Basic,
}

/// What a column does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// More output than in the start.
    Up,
    /// Less output than in the start.
    Down,
    /// Load that is shed.
    Shed,
}

/// A basis, by names that hold in other states as well.
#[derive(Debug, Clone, Default)]
pub(super) struct Basis {
    /// Position and kind of the basic columns, ascending.
    pub columns: Vec<(u32, Kind)>,
    /// Branches at their limits, ascending.
    pub lines: Vec<u32>,
}

/// MW, from 0 to `upper`, that are let in (`sign` 1) or taken out (-1) at a bus.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub position: u32,
    pub sign: f64,
    pub cost: f64,
    pub upper: f64,
    pub place: Place,
    pub kind: Kind,
}

/// A line in service with a limit.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub branch: u32,
    pub from: u32,
    pub to: u32,
    pub b: f64,
    /// What a phase shifter takes off the flow, MW.
    pub drive: f64,
    pub limit: f64,
    pub flow: f64,
    pub active: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Island {
    pub imbalance: f64,
    /// Rounding errors of its sums, MW.
    pub tolerance: f64,
    pub active: bool,
}

/// A row that holds with equality: a line at its limit, or an island.
#[derive(Debug, Clone, Copy)]
enum Row {
    Island(u32),
    /// The line, and whether it is at its upper limit.
    Line(u32, bool),
}

#[derive(Debug, Clone)]
struct Active {
    row: Row,
    /// Susceptance times the half solved difference of the ends of the line.
    half: Sparse,
    multiplier: f64,
}

#[derive(Debug, Clone)]
struct Basic {
    column: usize,
    value: f64,
    half: Sparse,
}

/// What leaves the basis.
#[derive(Debug, Clone, Copy)]
enum Leaving {
    Column(usize),
    Line(usize),
    Island(usize),
}

/// What enters: a column, or the logical of an active row.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Entering {
    Column(usize),
    Active(usize),
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing keeps all limits.
    Infeasible,
    /// Rounding, or too many pivots.
    Numerical,
}

pub(super) struct Simplex<'w> {
    pub pattern: &'w Pattern,
    pub factor: &'w Factor,
    pub room: &'w mut Room,
    /// Island of each position, or [`DEAD`].
    pub island: &'w [u32],
    /// Net injection at each position when every column is 0, and what phase shifters add to it, MW.
    pub base: Vec<f64>,
    pub drive: Vec<f64>,
    pub columns: Vec<Column>,
    pub lines: Vec<Line>,
    pub islands: Vec<Island>,
    basics: Vec<Basic>,
    active: Vec<Active>,
    kernel: Kernel,
    /// Cost saved by one more MW let in at each position.
    price: Vec<f64>,
    effect: Vec<f64>,
    scratch: Vec<f64>,
    pub pivots: usize,
}

struct Candidate {
    entering: Entering,
    effect: f64,
    gain: f64,
    ratio: f64,
}

impl<'w> Simplex<'w> {
    #[expect(clippy::too_many_arguments, reason = "the parts of one programme")]
    pub fn new(
        pattern: &'w Pattern,
        factor: &'w Factor,
        room: &'w mut Room,
        island: &'w [u32],
        base: Vec<f64>,
        drive: Vec<f64>,
        columns: Vec<Column>,
        lines: Vec<Line>,
        islands: Vec<Island>,
    ) -> Self {
        let n = pattern.len();
        Simplex {
            pattern,
            factor,
            room,
            island,
            base,
            drive,
            columns,
            lines,
            islands,
            basics: Vec::new(),
            active: Vec::new(),
            kernel: Kernel::default(),
            price: vec![0.0; n],
            effect: vec![0.0; n],
            scratch: vec![0.0; n],
            pivots: 0,
        }
    }

    /// Starts with a basis made of these columns, of the limits of these lines, and of the balance of islands; what
    /// does not fit is left out. In islands that are short `marginal` is there to keep the balance.
    pub fn start(&mut self, columns: &[usize], lines: &[usize], marginal: &[Option<usize>]) {
        let mut seen = vec![false; self.islands.len()];
        for &j in columns {
            seen[self.island[self.columns[j].position as usize] as usize] = true;
        }
        // A marginal column that is not needed for the balance finds no row, and stays out.
        let more = marginal.iter().flatten().filter(|j| !columns.contains(j));
        self.basics = (columns.iter().chain(more))
            .map(|&column| {
                let unit = std::iter::once((self.columns[column].position, 1.0));
                let half = self.factor.half(self.pattern, self.room, unit);
                Basic { column, value: 0.0, half }
            })
            .collect();
        let islands = (0..self.islands.len() as u32)
            .filter(|&k| seen[k as usize] || marginal[k as usize].is_some())
            .map(Row::Island);
        let rows = islands.chain(lines.iter().map(|&l| Row::Line(l as u32, false)));
        self.active = rows
            .map(|row| {
                let half = match row {
                    Row::Island(_) => Sparse::default(),
                    Row::Line(l, _) => {
                        let Line { from, to, b, .. } = self.lines[l as usize];
                        self.factor.half(self.pattern, self.room, [(from, b), (to, -b)].into_iter())
                    }
                };
                Active { row, half, multiplier: 0.0 }
            })
            .collect();
        self.invert();
    }

    /// The basis, to start another state from.
    pub fn basis(&self) -> Basis {
        let name = |b: &Basic| (self.columns[b.column].position, self.columns[b.column].kind);
        let mut columns: Vec<_> = self.basics.iter().map(name).collect();
        let mut lines: Vec<u32> = (self.active.iter())
            .filter_map(|a| match a.row {
                Row::Line(l, _) => Some(self.lines[l as usize].branch),
                Row::Island(_) => None,
            })
            .collect();
        columns.sort_unstable();
        lines.sort_unstable();
        Basis { columns, lines }
    }

    /// Solves. Afterwards columns, flows and prices are those of the optimum.
    pub fn run(&mut self, most_pivots: usize) -> Result<(), Trouble> {
        self.refresh()?;
        let mut since = 0;
        loop {
            let Some((leaving, gap)) = self.leaving() else {
                if since == 0 {
                    return Ok(());
                }
                self.refresh()?;
                since = 0;
                continue;
            };
            if self.pivots >= most_pivots {
                return Err(Trouble::Numerical);
            }
            match self.pivot(leaving, gap) {
                Ok(()) => since += 1,
                Err(_) if since > 0 => {
                    self.refresh()?;
                    since = 0;
                }
                Err(trouble) => return Err(trouble),
            }
            if since >= REFRESH {
                self.refresh()?;
                since = 0;
            }
        }
    }

    /// The value of a column.
    pub fn values(&self) -> Vec<f64> {
        let at_bound = |c: &Column| if c.place == Place::Upper { c.upper } else { 0.0 };
        let mut value: Vec<f64> = self.columns.iter().map(at_bound).collect();
        for basic in &self.basics {
            value[basic.column] = basic.value.clamp(0.0, self.columns[basic.column].upper);
        }
        value
    }

    /// Cost saved by one more MW let in at each position.
    pub fn prices(&self) -> &[f64] {
        &self.price
    }

    /// What is furthest out of its bounds, and by how much (positive: it must grow).
    fn leaving(&self) -> Option<(Leaving, f64)> {
        let mut best: Option<(Leaving, f64)> = None;
        let mut offer = |leaving, gap: f64, tolerance: f64| {
            if gap.abs() > tolerance && best.is_none_or(|(_, most)| gap.abs() > most.abs()) {
                best = Some((leaving, gap));
            }
        };
        for (p, basic) in self.basics.iter().enumerate() {
            let upper = self.columns[basic.column].upper;
            let gap = basic.value.clamp(0.0, upper) - basic.value;
            offer(Leaving::Column(p), gap, BOUND * upper.max(1.0));
        }
        for (k, island) in self.islands.iter().enumerate() {
            if !island.active {
                offer(Leaving::Island(k), -island.imbalance, island.tolerance);
            }
        }
        for (l, line) in self.lines.iter().enumerate() {
            if line.flow.abs() > line.limit && !line.active {
                let gap = line.flow.clamp(-line.limit, line.limit) - line.flow;
                offer(Leaving::Line(l), gap, FLOW * line.limit.max(1.0));
            }
        }
        best
    }

    fn pivot(&mut self, leaving: Leaving, gap: f64) -> Result<(), Trouble> {
        let sign = gap.signum();
        let own = match leaving {
            Leaving::Line(l) => self.line_half(l),
            _ => Sparse::default(),
        };
        // The row of the leaving variable over the basic columns, and times the inverse of the kernel.
        let row: Vec<f64> = match leaving {
            Leaving::Column(_) => Vec::new(),
            Leaving::Line(_) => {
                self.factor.scale_into(&own, &mut self.scratch);
                let row = (self.basics.iter())
                    .map(|b| self.columns[b.column].sign * b.half.dot(&self.scratch))
                    .collect();
                clear(&own, &mut self.scratch);
                row
            }
            Leaving::Island(k) => (self.basics.iter())
                .map(|b| {
                    let Column { position, sign, .. } = self.columns[b.column];
                    if self.island[position as usize] == k as u32 { sign } else { 0.0 }
                })
                .collect(),
        };
        let z = match leaving {
            Leaving::Column(p) => self.kernel.row(p).to_vec(),
            _ => self.kernel.transposed_times(&row),
        };
        self.find_effects(leaving, &own, &z);
        let (entering, effect, ratio, flips) = self.entering(sign, gap.abs(), &z)?;
        // What moves outside of the kernel: flipped columns and rows, then the entering one.
        let mut moves: Vec<(u32, f64)> = Vec::new();
        let mut shift = vec![0.0; self.active.len()];
        let mut left = gap;
        for flip in &flips {
            match flip.entering {
                Entering::Column(j) => {
                    let c = &mut self.columns[j];
                    let change = if c.place == Place::Lower { c.upper } else { -c.upper };
                    c.place = if c.place == Place::Lower { Place::Upper } else { Place::Lower };
                    moves.push((c.position, c.sign * change));
                    left -= c.sign * self.effect[c.position as usize] * change;
                }
                Entering::Active(r) => {
                    if let Row::Line(l, upper) = &mut self.active[r].row {
                        let width = 2.0 * self.lines[*l as usize].limit;
                        shift[r] = if *upper { -width } else { width };
                        *upper = !*upper;
                        left -= z[r] * shift[r];
                    }
                }
            }
        }
        let step = left / effect;
        let mut entering_half = Sparse::default();
        let mut entering_column = Vec::new();
        let mut corner = 0.0;
        let half = match entering {
            Entering::Column(q) => {
                let Column { position, sign, .. } = self.columns[q];
                entering_half =
                    self.factor.half(self.pattern, self.room, std::iter::once((position, 1.0)));
                self.factor.scale_into(&entering_half, &mut self.scratch);
                let island = self.island[position as usize];
                entering_column = (self.active.iter())
                    .map(|a| match a.row {
                        Row::Island(k) => f64::from(u8::from(k == island)),
                        Row::Line(..) => a.half.dot(&self.scratch),
                    })
                    .map(|entry| entry * sign)
                    .collect();
                corner = sign
                    * match leaving {
                        Leaving::Line(_) => own.dot(&self.scratch),
                        Leaving::Island(k) => f64::from(u8::from(k as u32 == island)),
                        Leaving::Column(_) => 0.0,
                    };
                clear(&entering_half, &mut self.scratch);
                moves.push((position, sign * step));
                if flips.is_empty() {
                    let mut half = entering_half.clone();
                    half.value.iter_mut().for_each(|v| *v *= sign * step);
                    half
                } else {
                    self.factor.half(self.pattern, self.room, moves.iter().copied())
                }
            }
            Entering::Active(r) => {
                shift[r] = step;
                self.factor.half(self.pattern, self.room, moves.iter().copied())
            }
        };
        // What that means for the basic columns.
        let t = self.kernel.times(&entering_column);
        let found = match (leaving, entering) {
            (Leaving::Column(p), Entering::Column(_)) => -t[p],
            (_, Entering::Column(_)) => corner - dot(&row, &t),
            (_, Entering::Active(r)) => z[r],
        };
        if !(found - effect).abs().le(&(1e-6 * effect.abs().max(1e-3))) {
            self.undo(&flips);
            return Err(Trouble::Numerical);
        }
        self.factor.scale_into(&half, &mut self.scratch);
        for (r, active) in self.active.iter().enumerate() {
            shift[r] -= match active.row {
                Row::Line(..) => active.half.dot(&self.scratch),
                Row::Island(k) => (moves.iter())
                    .filter(|(at, _)| self.island[*at as usize] == k)
                    .map(|(_, change)| change)
                    .sum(),
            };
        }
        clear(&half, &mut self.scratch);
        let change = self.kernel.times(&shift);
        half.add_to(1.0, &mut self.scratch);
        for (basic, change) in self.basics.iter_mut().zip(&change) {
            if *change != 0.0 {
                basic.value += change;
                let Column { position, sign, .. } = self.columns[basic.column];
                basic.half.add_to(sign * change, &mut self.scratch);
                moves.push((position, sign * change));
            }
        }
        for &(at, change) in &moves {
            self.islands[self.island[at as usize] as usize].imbalance += change;
        }
        self.factor.backward(self.pattern, &mut self.scratch);
        for line in &mut self.lines {
            line.flow +=
                line.b * (self.scratch[line.from as usize] - self.scratch[line.to as usize]);
        }
        self.scratch.fill(0.0);
        // Prices.
        let price_step = sign * ratio;
        for (price, effect) in self.price.iter_mut().zip(&self.effect) {
            *price += price_step * effect;
        }
        for (active, z) in self.active.iter_mut().zip(&z) {
            active.multiplier -= price_step * z;
        }
        self.exchange(
            leaving,
            entering,
            step,
            sign,
            own,
            entering_half,
            &row,
            &z,
            &t,
            corner,
            price_step,
        );
        self.pivots += 1;
        Ok(())
    }

    fn undo(&mut self, flips: &[Candidate]) {
        for flip in flips {
            match flip.entering {
                Entering::Column(j) => {
                    let place = &mut self.columns[j].place;
                    *place = if *place == Place::Lower { Place::Upper } else { Place::Lower };
                }
                Entering::Active(r) => {
                    if let Row::Line(_, upper) = &mut self.active[r].row {
                        *upper = !*upper;
                    }
                }
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one step in four variants, each with its own parts"
    )]
    fn exchange(
        &mut self,
        leaving: Leaving,
        entering: Entering,
        step: f64,
        sign: f64,
        own: Sparse,
        entering_half: Sparse,
        row: &[f64],
        z: &[f64],
        t: &[f64],
        corner: f64,
        multiplier: f64,
    ) {
        let newly_active = match leaving {
            Leaving::Column(_) => None,
            Leaving::Line(l) => {
                self.lines[l].active = true;
                Some(Active { row: Row::Line(l as u32, sign < 0.0), half: own, multiplier })
            }
            Leaving::Island(k) => {
                self.islands[k].active = true;
                Some(Active { row: Row::Island(k as u32), half: own, multiplier })
            }
        };
        if let Leaving::Column(p) = leaving {
            // A gap that asks for growth is one below the lower bound.
            let place = if sign > 0.0 { Place::Lower } else { Place::Upper };
            self.columns[self.basics[p].column].place = place;
        }
        match entering {
            Entering::Column(q) => {
                let column = &mut self.columns[q];
                let from = if column.place == Place::Upper { column.upper } else { 0.0 };
                column.place = Place::Basic;
                let basic = Basic { column: q, value: from + step, half: entering_half };
                match (leaving, newly_active) {
                    (Leaving::Column(p), _) => {
                        self.kernel.replace_column(p, t);
                        self.basics[p] = basic;
                    }
                    (_, Some(active)) => {
                        self.kernel.grow(t, z, row, corner);
                        self.basics.push(basic);
                        self.active.push(active);
                    }
                    (_, None) => {}
                }
            }
            Entering::Active(r) => {
                if let Row::Line(l, _) = self.active[r].row {
                    self.lines[l as usize].active = false;
                }
                match (leaving, newly_active) {
                    (Leaving::Column(p), _) => {
                        self.kernel.shrink(p, r);
                        self.basics.swap_remove(p);
                        self.active.swap_remove(r);
                    }
                    (_, Some(active)) => {
                        self.kernel.replace_row(r, z);
                        self.active[r] = active;
                    }
                    (_, None) => {}
                }
            }
        }
    }

    fn line_half(&mut self, l: usize) -> Sparse {
        let Line { from, to, b, .. } = self.lines[l];
        self.factor.half(self.pattern, self.room, [(from, b), (to, -b)].into_iter())
    }

    /// By how much the leaving variable changes for each MW let in at each position.
    fn find_effects(&mut self, leaving: Leaving, own: &Sparse, z: &[f64]) {
        self.effect.fill(0.0);
        own.add_to(1.0, &mut self.effect);
        let mut flat = vec![0.0; self.islands.len()];
        if let Leaving::Island(k) = leaving {
            flat[k] = 1.0;
        }
        for (active, z) in self.active.iter().zip(z) {
            match active.row {
                Row::Island(k) => flat[k as usize] -= z,
                Row::Line(..) => active.half.add_to(-z, &mut self.effect),
            }
        }
        self.factor.backward(self.pattern, &mut self.effect);
        add_by_island(&flat, self.island, &mut self.effect);
    }

    /// The ratio test: what enters, its effect on the leaving variable, the step in cost, and what is flipped on
    /// the way.
    fn entering(
        &self,
        sign: f64,
        need: f64,
        z: &[f64],
    ) -> Result<(Entering, f64, f64, Vec<Candidate>), Trouble> {
        let mut candidates = Vec::new();
        for (j, c) in self.columns.iter().enumerate() {
            let at = c.position as usize;
            let effect = c.sign * self.effect[at] * sign;
            let helps = match c.place {
                Place::Lower => effect > NO_EFFECT,
                Place::Upper => effect < -NO_EFFECT,
                Place::Basic => false,
            };
            if helps {
                let reduced = c.cost - c.sign * self.price[at];
                let reduced = if c.place == Place::Lower { reduced } else { -reduced };
                candidates.push(Candidate {
                    entering: Entering::Column(j),
                    effect,
                    gain: effect.abs() * c.upper,
                    ratio: reduced.max(0.0) / effect.abs(),
                });
            }
        }
        for (r, active) in self.active.iter().enumerate() {
            let Row::Line(l, upper) = active.row else { continue };
            let effect = z[r] * sign;
            if (upper && effect < -NO_EFFECT) || (!upper && effect > NO_EFFECT) {
                let reduced = if upper { -active.multiplier } else { active.multiplier };
                candidates.push(Candidate {
                    entering: Entering::Active(r),
                    effect,
                    gain: effect.abs() * 2.0 * self.lines[l as usize].limit,
                    ratio: reduced.max(0.0) / effect.abs(),
                });
            }
        }
        // Ratios are not negative: their bits sort as they do.
        let mut heap: BinaryHeap<Reverse<(u64, u32)>> = (candidates.iter().enumerate())
            .map(|(i, c)| Reverse((c.ratio.to_bits(), i as u32)))
            .collect::<Vec<_>>()
            .into();
        let mut passed: Vec<u32> = Vec::new();
        let mut left = need;
        while left > 0.0 {
            let Some(Reverse((_, i))) = heap.pop() else { break };
            left -= candidates[i as usize].gain;
            passed.push(i);
        }
        if passed.is_empty() || left > 1e-9 * need.max(1.0) {
            let clear = left > 1e-6 * need.max(1.0);
            return Err(if clear { Trouble::Infeasible } else { Trouble::Numerical });
        }
        let effect = |&i: &u32| candidates[i as usize].effect.abs();
        let chosen = (0..passed.len())
            .rev()
            .find(|&k| effect(&passed[k]) >= SMALL_PIVOT)
            .or_else(|| {
                (0..passed.len()).max_by(|&a, &b| effect(&passed[a]).total_cmp(&effect(&passed[b])))
            })
            .ok_or(Trouble::Numerical)?;
        let enters = passed[chosen] as usize;
        let found = (
            candidates[enters].entering,
            candidates[enters].effect * sign,
            candidates[enters].ratio,
        );
        let mut flips: Vec<u32> = passed[..chosen].to_vec();
        flips.sort_unstable();
        let mut flips = flips.into_iter().peekable();
        let flipped = (candidates.into_iter().enumerate())
            .filter(|(i, _)| flips.next_if_eq(&(*i as u32)).is_some())
            .map(|(_, c)| c)
            .collect();
        Ok((found.0, found.1, found.2, flipped))
    }

    /// Computes everything from the basis alone: what rounding has done is gone afterwards.
    fn refresh(&mut self) -> Result<(), Trouble> {
        for _ in 0..2 {
            self.refresh_dual();
            if self.refresh_primal() {
                return Ok(());
            }
            self.invert();
        }
        Err(Trouble::Numerical)
    }

    /// Flows and imbalances from the values of the columns; the basic ones are corrected until active rows hold.
    /// Returns whether they do.
    fn refresh_primal(&mut self) -> bool {
        for _ in 0..3 {
            let mut net = std::mem::take(&mut self.scratch);
            net.copy_from_slice(&self.base);
            for c in self.columns.iter().filter(|c| c.place == Place::Upper) {
                net[c.position as usize] += c.sign * c.upper;
            }
            for basic in &self.basics {
                let c = &self.columns[basic.column];
                net[c.position as usize] += c.sign * basic.value;
            }
            self.islands.iter_mut().for_each(|k| k.imbalance = 0.0);
            for (net, &k) in net.iter().zip(self.island) {
                if k != DEAD {
                    self.islands[k as usize].imbalance += net;
                }
            }
            net.iter_mut().zip(&self.drive).for_each(|(net, drive)| *net += drive);
            self.factor.forward(self.pattern, &mut net);
            self.factor.backward(self.pattern, &mut net);
            for line in &mut self.lines {
                line.flow = line.b * (net[line.from as usize] - net[line.to as usize]) - line.drive;
            }
            net.fill(0.0);
            self.scratch = net;
            let mut worst = 0.0;
            let residual: Vec<f64> = (self.active.iter())
                .map(|active| match active.row {
                    Row::Island(k) => {
                        let island = &self.islands[k as usize];
                        worst = f64::max(worst, island.imbalance.abs() / island.tolerance);
                        -island.imbalance
                    }
                    Row::Line(l, upper) => {
                        let line = &self.lines[l as usize];
                        let gap = if upper { line.limit } else { -line.limit } - line.flow;
                        worst = f64::max(worst, gap.abs() / (FLOW * line.limit.max(1.0)));
                        gap
                    }
                })
                .collect();
            if worst <= 0.1 {
                return true;
            }
            let change = self.kernel.times(&residual);
            for (basic, change) in self.basics.iter_mut().zip(&change) {
                basic.value += change;
            }
        }
        false
    }

    /// Multipliers and prices from the kernel. What stands at the wrong bound is flipped.
    fn refresh_dual(&mut self) {
        let cost: Vec<f64> = self.basics.iter().map(|b| self.columns[b.column].cost).collect();
        let multiplier = self.kernel.transposed_times(&cost);
        self.price.fill(0.0);
        let mut flat = vec![0.0; self.islands.len()];
        let mut largest = 1.0;
        for (active, &y) in self.active.iter_mut().zip(&multiplier) {
            largest = f64::max(largest, y.abs());
            active.multiplier = y;
            match active.row {
                Row::Island(k) => flat[k as usize] += y,
                Row::Line(..) => active.half.add_to(y, &mut self.price),
            }
        }
        self.factor.backward(self.pattern, &mut self.price);
        add_by_island(&flat, self.island, &mut self.price);
        for c in &mut self.columns {
            let reduced = c.cost - c.sign * self.price[c.position as usize];
            c.place = match c.place {
                Place::Lower if reduced < -PRICE * largest => Place::Upper,
                Place::Upper if reduced > PRICE * largest => Place::Lower,
                place => place,
            };
        }
        for active in &mut self.active {
            if let Row::Line(_, upper) = &mut active.row {
                let wrong = if *upper { active.multiplier } else { -active.multiplier };
                if wrong > PRICE * largest {
                    *upper = !*upper;
                }
            }
        }
    }

    /// Inverts the kernel anew. Rows and columns that make it singular leave it.
    fn invert(&mut self) {
        let mut matrix = Vec::with_capacity(self.active.len());
        for active in &self.active {
            self.factor.scale_into(&active.half, &mut self.scratch);
            let row: Vec<f64> = (self.basics.iter())
                .map(|b| {
                    let Column { position, sign, .. } = self.columns[b.column];
                    sign * match active.row {
                        Row::Island(k) => f64::from(u8::from(self.island[position as usize] == k)),
                        Row::Line(..) => b.half.dot(&self.scratch),
                    }
                })
                .collect();
            clear(&active.half, &mut self.scratch);
            matrix.push(row);
        }
        let (columns, rows) = self.kernel.invert(matrix);
        for basic in &self.basics {
            let column = &mut self.columns[basic.column];
            // Out of the basis for now; the nearer bound is a guess until prices tell.
            let upper = 2.0 * basic.value > column.upper;
            column.place = if upper { Place::Upper } else { Place::Lower };
        }
        for active in &self.active {
            active.row.set_active(false, &mut self.lines, &mut self.islands);
        }
        self.basics = picked(std::mem::take(&mut self.basics), &columns);
        self.active = picked(std::mem::take(&mut self.active), &rows);
        for basic in &self.basics {
            self.columns[basic.column].place = Place::Basic;
        }
        for active in &self.active {
            active.row.set_active(true, &mut self.lines, &mut self.islands);
        }
    }
}

impl Row {
    fn set_active(self, active: bool, lines: &mut [Line], islands: &mut [Island]) {
        match self {
            Row::Island(k) => islands[k as usize].active = active,
            Row::Line(l, _) => lines[l as usize].active = active,
        }
    }
}

/// The entries at `which`, each at most once, in that order.
fn picked<T>(from: Vec<T>, which: &[usize]) -> Vec<T> {
    let mut from: Vec<Option<T>> = from.into_iter().map(Some).collect();
    which.iter().filter_map(|&i| from[i].take()).collect()
}

fn add_by_island(flat: &[f64], island: &[u32], dense: &mut [f64]) {
    if flat.iter().any(|&f| f != 0.0) {
        for (value, &k) in dense.iter_mut().zip(island) {
            if k != DEAD {
                *value += flat[k as usize];
            }
        }
    }
}

fn clear(pattern: &Sparse, dense: &mut [f64]) {
    for &i in &pattern.at {
        dense[i as usize] = 0.0;
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
