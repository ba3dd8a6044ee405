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

mod pivot;
mod ratio;
mod refresh;

use super::kernel::Kernel;
use super::laplacian::{Factor, Pattern, Room, Sparse};

/// How far a flow may lie above its limit, relative to the limit (at least 1 MW).
const FLOW: f64 = 5e-9;
/// How far a column may lie beyond its bounds, relative to its room (at least 1 MW).
const BOUND: f64 = 1e-9;
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

impl Place {
    /// To the other bound.
    fn flip(&mut self) {
        *self = match self {
            Place::Lower => Place::Upper,
            Place::Upper => Place::Lower,
            Place::Basic => Place::Basic,
        };
    }
}

/// What a column does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// More output than in the start.
    Up,
    /// Less output than in the start.
    Down,
    /// Load that is shed.
    Shed,
}

/// MW that are let in (`sign` 1) or taken out (-1) at a bus.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub position: u32,
    pub kind: Kind,
    pub sign: f64,
    pub cost: f64,
}

/// A basis, by names that hold in other states as well, ascending.
#[derive(Debug, Clone, Default)]
pub(super) struct Basis {
    pub columns: Vec<usize>,
    /// Branches at their limits.
    pub lines: Vec<usize>,
    /// How many of these limits cost load.
    pub costly: usize,
}

/// The numbers of a programme, kept from one to the next to save the room alone.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    /// By column: the most MW, and where it stands.
    pub upper: Vec<f64>,
    pub place: Vec<Place>,
    /// By branch: susceptance (0: out of service), limit, flow, and whether it is held at its limit.
    pub b: Vec<f64>,
    pub limit: Vec<f64>,
    flow: Vec<f64>,
    held: Vec<bool>,
    /// By position: its island or [`DEAD`], the net injection when every column is 0, and what phase shifters add to
    /// that, MW.
    pub island: Vec<u32>,
    pub base: Vec<f64>,
    pub drive: Vec<f64>,
    /// What phase shifters take off the flow of a branch, MW.
    pub driven: Vec<(usize, f64)>,
    /// By position: cost saved by one more MW let in.
    price: Vec<f64>,
    effect: Vec<f64>,
    scratch: Vec<f64>,
}

impl Numbers {
    /// Room for a programme of that many columns, branches and buses, in which nothing is in service.
    pub fn reset(&mut self, columns: usize, branches: usize, buses: usize) {
        fn fill<T: Clone>(what: &mut Vec<T>, with: T, length: usize) {
            what.clear();
            what.resize(length, with);
        }
        fill(&mut self.upper, 0.0, columns);
        fill(&mut self.place, Place::Lower, columns);
        fill(&mut self.flow, 0.0, branches);
        fill(&mut self.held, false, branches);
        fill(&mut self.island, DEAD, buses);
        for by_position in
            [&mut self.base, &mut self.drive, &mut self.price, &mut self.effect, &mut self.scratch]
        {
            fill(by_position, 0.0, buses);
        }
        self.driven.clear();
    }
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
    pattern: &'w Pattern,
    factor: &'w Factor,
    room: &'w mut Room,
    columns: &'w [Column],
    /// The positions that each branch joins.
    ends: &'w [(u32, u32)],
    v: &'w mut Numbers,
    islands: Vec<Island>,
    basics: Vec<Basic>,
    active: Vec<Active>,
    kernel: Kernel,
    pub pivots: usize,
}

impl<'w> Simplex<'w> {
    pub fn new(
        pattern: &'w Pattern,
        (factor, room): (&'w Factor, &'w mut Room),
        columns: &'w [Column],
        ends: &'w [(u32, u32)],
        numbers: &'w mut Numbers,
        islands: Vec<Island>,
    ) -> Self {
        Simplex {
            pattern,
            factor,
            room,
            columns,
            ends,
            v: numbers,
            islands,
            basics: Vec::new(),
            active: Vec::new(),
            kernel: Kernel::default(),
            pivots: 0,
        }
    }

    /// Starts with what is left of a basis of another state; what does not fit is left out. In islands that are
    /// short, `marginal` is there to keep the balance.
    pub fn start(&mut self, basis: &Basis, marginal: &[Option<usize>]) {
        let usable = |&&j: &&usize| self.v.upper[j] > 0.0;
        let columns: Vec<usize> = basis.columns.iter().filter(usable).copied().collect();
        let mut seen = vec![false; self.islands.len()];
        for &j in &columns {
            seen[self.v.island[self.columns[j].position as usize] as usize] = true;
        }
        // A marginal column that is not needed for the balance finds no row, and stays out.
        let more = marginal.iter().flatten().filter(|j| columns.binary_search(j).is_err());
        self.basics = (columns.iter().chain(more))
            .map(|&column| {
                let unit = std::iter::once((self.columns[column].position, 1.0));
                let half = self.factor.half(self.pattern, self.room, unit);
                Basic { column, value: 0.0, half }
            })
            .collect();
        let islands = (0..self.islands.len() as u32)
            .filter(|&k| seen[k as usize] || marginal[k as usize].is_some())
            .map(|k| Active { row: Row::Island(k), half: Sparse::default(), multiplier: 0.0 });
        let mut active: Vec<Active> = islands.collect();
        for &l in &basis.lines {
            if self.v.b[l] != 0.0 && self.v.limit[l].is_finite() {
                let half = self.line_half(l);
                active.push(Active { row: Row::Line(l as u32, false), half, multiplier: 0.0 });
            }
        }
        self.active = active;
        self.invert();
    }

    /// The basis, to start another state from. Multipliers up to `no_price` cost no load.
    pub fn basis(&self, no_price: f64) -> Basis {
        let mut columns: Vec<usize> = self.basics.iter().map(|b| b.column).collect();
        let mut lines: Vec<usize> = (self.active.iter())
            .filter_map(|a| match a.row {
                Row::Line(l, _) => Some(l as usize),
                Row::Island(_) => None,
            })
            .collect();
        columns.sort_unstable();
        lines.sort_unstable();
        let costs = |a: &&Active| matches!(a.row, Row::Line(..)) && a.multiplier.abs() > no_price;
        let costly = self.active.iter().filter(costs).count();
        Basis { columns, lines, costly }
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

    /// The MW of each column.
    pub fn values(&self) -> Vec<f64> {
        let mut value: Vec<f64> = (self.v.place.iter().zip(&self.v.upper))
            .map(|(&place, &upper)| if place == Place::Upper { upper } else { 0.0 })
            .collect();
        for basic in &self.basics {
            value[basic.column] = basic.value.clamp(0.0, self.v.upper[basic.column]);
        }
        value
    }

    /// Cost saved by one more MW let in at each position.
    pub fn prices(&self) -> &[f64] {
        &self.v.price
    }

    /// What is furthest out of its bounds, and by how much (positive: it must grow).
    fn leaving(&self) -> Option<(Leaving, f64)> {
        let mut best = None;
        let mut most = 0.0;
        for (p, basic) in self.basics.iter().enumerate() {
            let upper = self.v.upper[basic.column];
            let gap = basic.value.clamp(0.0, upper) - basic.value;
            if gap.abs() > f64::max(most, BOUND * upper.max(1.0)) {
                (best, most) = (Some((Leaving::Column(p), gap)), gap.abs());
            }
        }
        for (k, island) in self.islands.iter().enumerate() {
            let gap = -island.imbalance;
            if !island.active && gap.abs() > f64::max(most, island.tolerance) {
                (best, most) = (Some((Leaving::Island(k), gap)), gap.abs());
            }
        }
        for (l, (&flow, &limit)) in self.v.flow.iter().zip(&self.v.limit).enumerate() {
            let excess = flow.abs() - limit;
            if excess > most && excess > FLOW * limit.max(1.0) && !self.v.held[l] {
                (best, most) = (Some((Leaving::Line(l), -excess.copysign(flow))), excess);
            }
        }
        best
    }

    fn line_half(&mut self, l: usize) -> Sparse {
        let ((from, to), b) = (self.ends[l], self.v.b[l]);
        self.factor.half(self.pattern, self.room, [(from, b), (to, -b)].into_iter())
    }
}

impl Row {
    fn set_active(self, active: bool, held: &mut [bool], islands: &mut [Island]) {
        match self {
            Row::Island(k) => islands[k as usize].active = active,
            Row::Line(l, _) => held[l as usize] = active,
        }
    }
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
