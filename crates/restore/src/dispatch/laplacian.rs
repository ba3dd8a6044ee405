//! The susceptance matrix of the DC model: ordered and analysed once, factorised for each grid state.
//!
//! The pattern is that of the whole network; a branch that is out of service is a zero in it. The
//! factorisation is a left-looking `LDLᵀ` on the static pattern that the elimination tree gives
//! (T. A. Davis, *Direct Methods for Sparse Linear Systems*, SIAM 2006, chapter 4). In each connected part the
//! bus that is eliminated last is held at angle 0: nothing comes after it, so which one it is changes no other
//! column. A column depends on its descendants in the tree alone; that is why a state which differs from a
//! factorised one in a few branches is factorised again only along the paths from these to the root, with the
//! same digits as if all of it had been. The matrix is positive definite when every reactance is
//! positive, and in practice nonsingular with the few series capacitors of real cases; a pivot that vanishes is
//! reported.

use std::collections::BTreeSet;
use std::ops::Range;

use relight_grid::{Islands, Network};

const NONE: u32 = u32::MAX;
/// A pivot below this part of what was added up on its diagonal is a zero with rounding errors.
const VANISHED: f64 = 1e-12;

/// The analysed pattern of a network. Rows and columns stand in the order of elimination: a *position*.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Elimination position of each bus.
    pub position: Vec<u32>,
    parent: Vec<u32>,
    /// L by columns, rows ascending.
    column: Vec<u32>,
    row: Vec<u32>,
    /// L by rows: for row j the columns i < j, and where the entry stands in column i.
    row_start: Vec<u32>,
    row_entry: Vec<(u32, u32)>,
    /// Branches at each position, with the entry of L that each adds to if this is its lower end.
    incident_start: Vec<u32>,
    incident: Vec<(u32, u32)>,
}

/// The numbers of one state.
#[derive(Debug, Clone)]
pub(super) struct Factor {
    /// Susceptance of each branch, 0 for one that is out of service.
    pub b: Vec<f64>,
    /// Positions that are held at angle 0.
    grounded: Vec<bool>,
    /// L by entry; its unit diagonal is not stored.
    value: Vec<f64>,
    /// Pivots, and their inverses: 0 where grounded.
    pivot: Vec<f64>,
    inverse: Vec<f64>,
}

/// A vector with few entries, by ascending position.
#[derive(Debug, Clone, Default)]
pub(super) struct Sparse {
    pub at: Vec<u32>,
    pub value: Vec<f64>,
}

impl Sparse {
    /// The product with a dense vector.
    pub fn dot(&self, dense: &[f64]) -> f64 {
        self.at.iter().zip(&self.value).map(|(&i, v)| v * dense[i as usize]).sum()
    }

    /// Adds a multiple to a dense vector.
    pub fn add_to(&self, factor: f64, dense: &mut [f64]) {
        for (&i, v) in self.at.iter().zip(&self.value) {
            dense[i as usize] += factor * v;
        }
    }
}

/// Marks and room for factorising and solving; all zero between calls.
#[derive(Debug, Clone)]
pub(super) struct Room {
    dense: Vec<f64>,
    marked: Vec<bool>,
    list: Vec<u32>,
}

impl Room {
    pub fn new(n: usize) -> Self {
        Room { dense: vec![0.0; n], marked: vec![false; n], list: Vec::new() }
    }
}

impl Pattern {
    /// Orders and analyses the pattern of `network` with every branch in place.
    pub fn new(network: &Network) -> Self {
        let n = network.buses.len();
        let ends: Vec<_> = network.branches.iter().map(|l| (l.from, l.to)).collect();
        let order = minimum_degree(n, &ends);
        let mut position = vec![0; n];
        for (k, &bus) in order.iter().enumerate() {
            position[bus] = k as u32;
        }
        // The upper triangle of the matrix: in column k the rows above the diagonal.
        let pair = |&(a, b): &(usize, usize)| {
            let (a, b) = (position[a], position[b]);
            (a.min(b), a.max(b))
        };
        let mut upper: Vec<Vec<u32>> = vec![Vec::new(); n];
        for (low, high) in ends.iter().map(pair).filter(|(a, b)| a != b) {
            upper[high as usize].push(low);
        }
        // Row k of L: the paths in the elimination tree from the rows of column k up to k.
        let mut parent = vec![NONE; n];
        let mut flag = vec![NONE; n];
        let mut columns: Vec<Vec<u32>> = vec![Vec::new(); n];
        for k in 0..n as u32 {
            flag[k as usize] = k;
            for &start in &upper[k as usize] {
                let mut i = start as usize;
                while flag[i] != k {
                    if parent[i] == NONE {
                        parent[i] = k;
                    }
                    columns[i].push(k);
                    flag[i] = k;
                    i = parent[i] as usize;
                }
            }
        }
        let column = starts(columns.iter().map(Vec::len));
        let row: Vec<u32> = columns.concat();
        let mut rows: Vec<Vec<(u32, u32)>> = vec![Vec::new(); n];
        for i in 0..n {
            for entry in column[i]..column[i + 1] {
                rows[row[entry as usize] as usize].push((i as u32, entry));
            }
        }
        let mut incident: Vec<Vec<(u32, u32)>> = vec![Vec::new(); n];
        for (l, (low, high)) in ends.iter().map(pair).enumerate().filter(|(_, (a, b))| a != b) {
            let of_low = column[low as usize]..column[low as usize + 1];
            let rows = &row[of_low.start as usize..of_low.end as usize];
            let entry = rows.binary_search(&high).map_or(NONE, |k| of_low.start + k as u32);
            incident[low as usize].push((l as u32, entry));
            incident[high as usize].push((l as u32, NONE));
        }
        Pattern {
            position,
            parent,
            column,
            row,
            row_start: starts(rows.iter().map(Vec::len)),
            row_entry: rows.concat(),
            incident_start: starts(incident.iter().map(Vec::len)),
            incident: incident.concat(),
        }
    }

    /// Number of buses.
    pub fn len(&self) -> usize {
        self.position.len()
    }

    fn entries(&self, j: usize) -> Range<usize> {
        self.column[j] as usize..self.column[j + 1] as usize
    }

    /// Marks the positions from `start` to the root of its tree, up to the first that is marked.
    fn climb(&self, start: u32, room: &mut Room) {
        let mut i = start;
        while i != NONE && !room.marked[i as usize] {
            room.marked[i as usize] = true;
            room.list.push(i);
            i = self.parent[i as usize];
        }
    }
}

/// Where each of the lists starts when they stand one behind the other.
fn starts(lengths: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut at = 0;
    let mut starts = vec![0];
    starts.extend(lengths.map(|length| {
        at += length as u32;
        at
    }));
    starts
}

impl Factor {
    /// The factorisation of nothing in service.
    pub fn new(pattern: &Pattern, branches: usize) -> Self {
        let n = pattern.len();
        Factor {
            b: vec![0.0; branches],
            grounded: vec![true; n],
            value: vec![0.0; pattern.row.len()],
            pivot: vec![0.0; n],
            inverse: vec![0.0; n],
        }
    }

    /// Factorises the state with branch susceptances `b` between the positions `ends`, and with these islands,
    /// starting from this factor of another state. Returns whether
    /// every pivot was usable; if not, the factor is that of no state, and must be replaced.
    pub fn change_to(
        &mut self,
        pattern: &Pattern,
        room: &mut Room,
        ends: &[(u32, u32)],
        b: &[f64],
        islands: &Islands,
    ) -> bool {
        for (l, (old, &new)) in self.b.iter_mut().zip(b).enumerate() {
            if *old != new {
                *old = new;
                let (from, to) = ends[l];
                pattern.climb(from, room);
                pattern.climb(to, room);
            }
        }
        let mut last = vec![NONE; islands.count];
        for (bus, island) in islands.of_bus.iter().enumerate() {
            if let Some(k) = *island {
                let position = pattern.position[bus];
                if last[k] == NONE || last[k] < position {
                    last[k] = position;
                }
            }
        }
        for (bus, island) in islands.of_bus.iter().enumerate() {
            let position = pattern.position[bus];
            let ground = island.is_none_or(|k| last[k] == position);
            if ground != self.grounded[position as usize] {
                self.grounded[position as usize] = ground;
                pattern.climb(position, room);
            }
        }
        let mut list = std::mem::take(&mut room.list);
        list.sort_unstable();
        let sound = list.iter().fold(true, |sound, &j| {
            room.marked[j as usize] = false;
            sound && self.eliminate(pattern, j as usize, &mut room.dense)
        });
        list.clear();
        room.list = list;
        sound
    }

    /// Computes column `j` from the columns before it.
    fn eliminate(&mut self, pattern: &Pattern, j: usize, work: &mut [f64]) -> bool {
        let own = pattern.entries(j);
        self.value[own.clone()].fill(0.0);
        let (mut diagonal, mut sum) = (0.0, 0.0);
        let incident = pattern.incident_start[j] as usize..pattern.incident_start[j + 1] as usize;
        for &(branch, entry) in &pattern.incident[incident] {
            let b = self.b[branch as usize];
            diagonal += b;
            sum += f64::abs(b);
            if entry != NONE {
                self.value[entry as usize] -= b;
            }
        }
        let before = pattern.row_start[j] as usize..pattern.row_start[j + 1] as usize;
        for &(i, entry) in &pattern.row_entry[before] {
            let l = self.value[entry as usize];
            if l != 0.0 {
                let factor = l * self.pivot[i as usize];
                diagonal -= l * factor;
                let below = entry as usize + 1..pattern.column[i as usize + 1] as usize;
                for (&row, value) in pattern.row[below.clone()].iter().zip(&self.value[below]) {
                    work[row as usize] -= value * factor;
                }
            }
        }
        let sound = self.grounded[j] || diagonal.abs() > VANISHED * sum;
        let (pivot, inverse) =
            if self.grounded[j] || !sound { (0.0, 0.0) } else { (diagonal, 1.0 / diagonal) };
        self.pivot[j] = pivot;
        self.inverse[j] = inverse;
        for (&row, value) in pattern.row[own.clone()].iter().zip(&mut self.value[own]) {
            *value = (*value + std::mem::take(&mut work[row as usize])) * inverse;
        }
        sound
    }

    /// Solves `L y = right` for a right-hand side with few entries, by position.
    pub fn half(
        &self,
        pattern: &Pattern,
        room: &mut Room,
        right: impl Iterator<Item = (u32, f64)>,
    ) -> Sparse {
        for (at, value) in right {
            room.dense[at as usize] += value;
            pattern.climb(at, room);
        }
        let mut at = std::mem::take(&mut room.list);
        at.sort_unstable();
        let mut out =
            Sparse { at: Vec::with_capacity(at.len()), value: Vec::with_capacity(at.len()) };
        for &j in &at {
            let y = std::mem::take(&mut room.dense[j as usize]);
            room.marked[j as usize] = false;
            if y != 0.0 {
                let own = pattern.entries(j as usize);
                for (&row, value) in pattern.row[own.clone()].iter().zip(&self.value[own]) {
                    room.dense[row as usize] -= value * y;
                }
                out.at.push(j);
                out.value.push(y);
            }
        }
        at.clear();
        room.list = at;
        out
    }

    /// Spreads `D⁻¹ y` into a dense vector of zeros.
    pub fn scale_into(&self, y: &Sparse, dense: &mut [f64]) {
        for (&i, v) in y.at.iter().zip(&y.value) {
            dense[i as usize] = v * self.inverse[i as usize];
        }
    }

    /// Solves `L y = right`, in place.
    pub fn forward(&self, pattern: &Pattern, y: &mut [f64]) {
        for j in 0..y.len() {
            let value = y[j];
            if value != 0.0 {
                let own = pattern.entries(j);
                for (&row, l) in pattern.row[own.clone()].iter().zip(&self.value[own]) {
                    y[row as usize] -= l * value;
                }
            }
        }
    }

    /// Solves `D Lᵀ x = y`, in place: what [`Self::forward`] left to do.
    pub fn backward(&self, pattern: &Pattern, y: &mut [f64]) {
        for j in (0..y.len()).rev() {
            let own = pattern.entries(j);
            let sum: f64 = (pattern.row[own.clone()].iter().zip(&self.value[own]))
                .map(|(&row, l)| l * y[row as usize])
                .sum();
            y[j] = y[j] * self.inverse[j] - sum;
        }
    }
}

/// A minimum-degree elimination order; ties go to the lower bus index. It runs once for each network, so
/// plain sets are quick enough.
fn minimum_degree(n: usize, ends: &[(usize, usize)]) -> Vec<usize> {
    let mut neighbours = vec![BTreeSet::new(); n];
    for &(a, b) in ends {
        if a != b {
            neighbours[a].insert(b);
            neighbours[b].insert(a);
        }
    }
    let mut queue: BTreeSet<(usize, usize)> =
        neighbours.iter().enumerate().map(|(bus, set)| (set.len(), bus)).collect();
    let mut order = Vec::with_capacity(n);
    while let Some((_, bus)) = queue.pop_first() {
        order.push(bus);
        let around = std::mem::take(&mut neighbours[bus]);
        for &a in &around {
            queue.remove(&(neighbours[a].len(), a));
            neighbours[a].remove(&bus);
            neighbours[a].extend(around.iter().copied().filter(|&c| c != a));
            queue.insert((neighbours[a].len(), a));
        }
    }
    order
}
