//! The analysis of a pattern: fill-reducing order and fill, before any number is known.

/// The pattern of a structurally symmetric matrix and of its LU factors.
///
/// The matrix is kept by rows in the caller's numbering, the diagonal always present. The factors are
/// kept by rows in elimination order; with a symmetric pattern row `k` of U has the pattern of column `k`
/// of L, and the elimination tree alone gives both (Davis, "Direct Methods for Sparse Linear Systems",
/// SIAM 2006, chapter 4).
#[derive(Debug, Clone)]
pub struct Symbolic {
    /// Where each row of the matrix begins in `columns`; one more than there are rows.
    pub(crate) starts: Vec<usize>,
    /// Column of each entry, ascending within a row.
    pub(crate) columns: Vec<u32>,
    /// The same column in elimination order.
    pub(crate) places: Vec<u32>,
    /// The row that is eliminated as the `k`-th.
    pub(crate) order: Vec<u32>,
    /// Where each row of L begins in `lower`, in elimination order; the diagonal is left out.
    pub(crate) lower_starts: Vec<usize>,
    /// Columns of L by rows, ascending.
    pub(crate) lower: Vec<u32>,
    /// Where each row of U begins in `upper`; the diagonal is left out.
    pub(crate) upper_starts: Vec<usize>,
    /// Columns of U by rows, ascending.
    pub(crate) upper: Vec<u32>,
}

impl Symbolic {
    /// Analyses the graph of `n` nodes with these edges. Parallel edges and loops do no harm.
    pub fn new(n: usize, edges: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut rows: Vec<Vec<u32>> = (0..n).map(|i| vec![i as u32]).collect();
        for (a, b) in edges {
            rows[a].push(b as u32);
            rows[b].push(a as u32);
        }
        let mut starts = Vec::with_capacity(n + 1);
        let mut columns = Vec::new();
        starts.push(0);
        for row in &mut rows {
            row.sort_unstable();
            row.dedup();
            columns.extend_from_slice(row);
            starts.push(columns.len());
        }

        let order = minimum_degree(&starts, &columns);
        let mut place = vec![0_u32; n];
        for (k, &i) in order.iter().enumerate() {
            place[i as usize] = k as u32;
        }
        let places: Vec<u32> = columns.iter().map(|&j| place[j as usize]).collect();

        let (lower_starts, lower) = fill(&starts, &places, &order);
        let (upper_starts, upper) = transpose(n, &lower_starts, &lower);
        Symbolic { starts, columns, places, order, lower_starts, lower, upper_starts, upper }
    }

    /// Rows of the matrix.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Entries of the matrix, the diagonal among them.
    pub fn entries(&self) -> usize {
        self.columns.len()
    }

    /// The entries of a row, as a range of positions.
    pub fn row(&self, i: usize) -> std::ops::Range<usize> {
        self.starts[i]..self.starts[i + 1]
    }

    /// The columns of a row, ascending.
    pub fn columns(&self, i: usize) -> &[u32] {
        &self.columns[self.row(i)]
    }

    /// The position of entry (`i`, `j`), which must be in the pattern.
    pub fn position(&self, i: usize, j: usize) -> usize {
        self.starts[i] + self.columns(i).partition_point(|&c| (c as usize) < j)
    }
}

/// An approximate minimum degree order of a symmetric pattern.
#[expect(clippy::cast_possible_wrap, reason = "counts of buses and branches, which are u32 here")]
fn minimum_degree(starts: &[usize], columns: &[u32]) -> Vec<u32> {
    let n = starts.len() - 1;
    let starts: Vec<isize> = starts.iter().map(|&s| s as isize).collect();
    let columns: Vec<isize> = columns.iter().map(|&c| c as isize).collect();
    match amd::order(n as isize, &starts, &columns, &amd::Control::default()) {
        Ok((order, _, _)) => order.into_iter().map(|i| i as u32).collect(),
        // Only an invalid pattern is refused, which this one is not; any order gives a right answer.
        Err(_) => (0..n as u32).collect(),
    }
}

/// The rows of L: from each entry of the lower triangle up the elimination tree to the row itself.
fn fill(starts: &[usize], places: &[u32], order: &[u32]) -> (Vec<usize>, Vec<u32>) {
    const NONE: u32 = u32::MAX;
    let n = order.len();
    let mut parent = vec![NONE; n];
    let mut seen = vec![NONE; n];
    let mut lower_starts = Vec::with_capacity(n + 1);
    let mut lower: Vec<u32> = Vec::new();
    lower_starts.push(0);
    for (k, &i) in order.iter().enumerate() {
        let (k32, begin) = (k as u32, lower.len());
        seen[k] = k32;
        for &place in &places[starts[i as usize]..starts[i as usize + 1]] {
            let mut j = place;
            while j < k32 && seen[j as usize] != k32 {
                seen[j as usize] = k32;
                lower.push(j);
                if parent[j as usize] == NONE {
                    parent[j as usize] = k32;
                }
                j = parent[j as usize];
            }
        }
        lower[begin..].sort_unstable();
        lower_starts.push(lower.len());
    }
    (lower_starts, lower)
}

/// The pattern by columns of a pattern by rows.
fn transpose(n: usize, starts: &[usize], columns: &[u32]) -> (Vec<usize>, Vec<u32>) {
    let mut out_starts = vec![0_usize; n + 1];
    for &j in columns {
        out_starts[j as usize + 1] += 1;
    }
    for j in 0..n {
        out_starts[j + 1] += out_starts[j];
    }
    let mut next = out_starts.clone();
    let mut out = vec![0_u32; columns.len()];
    for i in 0..n {
        for &j in &columns[starts[i]..starts[i + 1]] {
            out[next[j as usize]] = i as u32;
            next[j as usize] += 1;
        }
    }
    (out_starts, out)
}
