//! The susceptance matrix of the DC model, factorised once for each grid state.
//!
//! The pattern is that of the whole network, ordered and analysed once; a branch that is out of service
//! is a zero in it. The factorisation is the up-looking `LDLᵀ` of T. A. Davis, "Algorithm 849: a concise
//! sparse Cholesky factorization package", ACM Trans. Math. Softw. 31(4), 2005. The matrix of a connected
//! island with one grounded bus is positive definite when every reactance is positive, and in practice
//! nonsingular with the few series capacitors of real cases; a pivot that vanishes is reported.

use std::collections::BTreeSet;

use relight_grid::Network;

const NONE: usize = usize::MAX;

/// The analysed pattern of a network, and the numbers of one state.
#[derive(Debug, Clone)]
pub struct Laplacian {
    ends: Vec<(usize, usize)>,
    /// Elimination position of each bus, and the bus at each position.
    position: Vec<usize>,
    order: Vec<usize>,
    /// Upper triangle by columns: for column k the rows i < k, and the branches that make up the entry.
    column_start: Vec<usize>,
    row: Vec<usize>,
    entry_of_branch: Vec<usize>,
    /// Elimination tree and the columns of L.
    parent: Vec<usize>,
    l_start: Vec<usize>,
    l_row: Vec<usize>,
    l_value: Vec<f64>,
    pivot: Vec<f64>,
    /// Values of the upper triangle, by entry, and of the diagonal, by position.
    upper: Vec<f64>,
    diagonal: Vec<f64>,
    count: Vec<usize>,
    flag: Vec<usize>,
    pattern: Vec<usize>,
    work: Vec<f64>,
}

impl Laplacian {
    /// Orders and analyses the pattern of `network` with every branch in place.
    pub fn new(network: &Network) -> Self {
        let n = network.buses.len();
        let ends: Vec<_> = network.branches.iter().map(|l| (l.from, l.to)).collect();
        let order = minimum_degree(n, &ends);
        let mut position = vec![0; n];
        for (k, &bus) in order.iter().enumerate() {
            position[bus] = k;
        }
        // The distinct off-diagonal entries of the upper triangle, column by column.
        let mut entries: Vec<(usize, usize)> = ends
            .iter()
            .filter(|(a, b)| a != b)
            .map(|&(a, b)| (position[a].max(position[b]), position[a].min(position[b])))
            .collect();
        entries.sort_unstable();
        entries.dedup();
        let entry_of_branch = ends
            .iter()
            .map(|&(a, b)| {
                let key = (position[a].max(position[b]), position[a].min(position[b]));
                entries.binary_search(&key).unwrap_or(NONE)
            })
            .collect();
        let mut column_start = vec![0; n + 1];
        for &(column, _) in &entries {
            column_start[column + 1] += 1;
        }
        for k in 0..n {
            column_start[k + 1] += column_start[k];
        }
        let row: Vec<usize> = entries.iter().map(|&(_, row)| row).collect();
        let (parent, l_start) = analyse(n, &column_start, &row);
        let fill = l_start[n];
        Laplacian {
            ends,
            position,
            order,
            upper: vec![0.0; row.len()],
            column_start,
            row,
            entry_of_branch,
            parent,
            l_start,
            l_row: vec![0; fill],
            l_value: vec![0.0; fill],
            pivot: vec![1.0; n],
            diagonal: vec![0.0; n],
            count: vec![0; n],
            flag: vec![NONE; n],
            pattern: vec![0; n],
            work: vec![0.0; n],
        }
    }

    /// Factorises the matrix of branch susceptances `b` (0 for a branch that is out), with the buses of
    /// `grounded` held at angle 0. Every island needs a grounded bus, and a bus without branches must be
    /// grounded. Returns whether every pivot was usable.
    pub fn factor(&mut self, b: &[f64], grounded: &[bool]) -> bool {
        self.upper.fill(0.0);
        self.diagonal.fill(0.0);
        for (l, &value) in b.iter().enumerate() {
            let (from, to) = self.ends[l];
            let entry = self.entry_of_branch[l];
            if value == 0.0 || entry == NONE {
                continue;
            }
            self.diagonal[self.position[from]] += value;
            self.diagonal[self.position[to]] += value;
            if !grounded[from] && !grounded[to] {
                self.upper[entry] -= value;
            }
        }
        for (bus, &ground) in grounded.iter().enumerate() {
            if ground {
                self.diagonal[self.position[bus]] = 1.0;
            }
        }
        self.eliminate()
    }

    fn eliminate(&mut self) -> bool {
        let n = self.order.len();
        self.flag.fill(NONE);
        self.count.fill(0);
        for k in 0..n {
            // The pattern of row k of L, in topological order, with the numbers of column k of the matrix.
            let mut top = n;
            self.flag[k] = k;
            for entry in self.column_start[k]..self.column_start[k + 1] {
                let mut i = self.row[entry];
                self.work[i] += self.upper[entry];
                let mut length = 0;
                while self.flag[i] != k {
                    self.pattern[length] = i;
                    length += 1;
                    self.flag[i] = k;
                    i = self.parent[i];
                }
                while length > 0 {
                    top -= 1;
                    length -= 1;
                    self.pattern[top] = self.pattern[length];
                }
            }
            let mut pivot = self.diagonal[k];
            for t in top..n {
                let i = self.pattern[t];
                let y = std::mem::take(&mut self.work[i]);
                let (start, end) = (self.l_start[i], self.l_start[i] + self.count[i]);
                for p in start..end {
                    self.work[self.l_row[p]] -= self.l_value[p] * y;
                }
                let l = y / self.pivot[i];
                pivot -= l * y;
                self.l_row[end] = k;
                self.l_value[end] = l;
                self.count[i] += 1;
            }
            if pivot.is_nan() || pivot.abs() <= 1e-9 {
                self.work.fill(0.0);
                return false;
            }
            self.pivot[k] = pivot;
        }
        true
    }

    /// Solves for the angles, in place: right-hand side in, solution out, by bus. The right-hand side is
    /// taken as 0 at grounded buses.
    pub fn solve(&mut self, x: &mut [f64], grounded: &[bool]) {
        let n = self.order.len();
        let mut y = std::mem::take(&mut self.work);
        for (k, &bus) in self.order.iter().enumerate() {
            y[k] = if grounded[bus] { 0.0 } else { x[bus] };
        }
        for j in 0..n {
            let value = y[j];
            if value != 0.0 {
                for p in self.l_start[j]..self.l_start[j + 1] {
                    y[self.l_row[p]] -= self.l_value[p] * value;
                }
            }
        }
        for j in (0..n).rev() {
            let mut value = y[j] / self.pivot[j];
            for p in self.l_start[j]..self.l_start[j + 1] {
                value -= self.l_value[p] * y[self.l_row[p]];
            }
            y[j] = value;
        }
        for (k, &bus) in self.order.iter().enumerate() {
            x[bus] = y[k];
        }
        y.fill(0.0);
        self.work = y;
    }
}

/// The elimination tree, and where each column of L starts.
fn analyse(n: usize, column_start: &[usize], row: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut parent = vec![NONE; n];
    let mut flag = vec![NONE; n];
    let mut count = vec![0; n];
    for k in 0..n {
        flag[k] = k;
        for &start in &row[column_start[k]..column_start[k + 1]] {
            let mut i = start;
            while flag[i] != k {
                if parent[i] == NONE {
                    parent[i] = k;
                }
                count[i] += 1;
                flag[i] = k;
                i = parent[i];
            }
        }
    }
    let mut l_start = vec![0; n + 1];
    for k in 0..n {
        l_start[k + 1] = l_start[k] + count[k];
    }
    (parent, l_start)
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
