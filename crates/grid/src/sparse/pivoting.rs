//! Scalar LU with partial pivoting: the slow and safe way.

use super::{Block, Symbolic};

const NONE: usize = usize::MAX;

/// Factors of a scalar matrix, left-looking by columns (Gilbert and Peierls, SIAM J. Sci. Stat. Comput. 9, 1988).
#[derive(Debug, Clone)]
pub(super) struct PivotingLu {
    /// The column that is eliminated as the `k`-th.
    order: Vec<usize>,
    /// The step at which each row is the pivot.
    step: Vec<usize>,
    /// Columns of L below its unit diagonal: row, value.
    lower: Vec<Vec<(usize, f64)>>,
    /// Columns of U above its diagonal: step, value.
    upper: Vec<Vec<(usize, f64)>>,
    diagonal: Vec<f64>,
}

impl PivotingLu {
    /// Factorises a block matrix as scalars. `Err` gives the block row in which no pivot was left.
    pub(super) fn factor<B: Block>(s: &Symbolic, entries: &[B]) -> Result<Self, usize> {
        let m = B::SIZE;
        let n = s.len() * m;
        let columns = scalar_columns(s, entries);
        let order: Vec<usize> =
            s.order.iter().flat_map(|&i| (0..m).map(move |a| i as usize * m + a)).collect();
        let mut lu = PivotingLu {
            order,
            step: vec![NONE; n],
            lower: Vec::with_capacity(n),
            upper: Vec::with_capacity(n),
            diagonal: Vec::with_capacity(n),
        };
        let mut x = vec![0.0; n];
        let mut seen = vec![NONE; n];
        let mut found = Vec::new();
        for k in 0..n {
            let column = lu.order[k];
            lu.reach(&columns[column], k, &mut seen, &mut found);
            let mut scale = 0.0_f64;
            for &(r, v) in &columns[column] {
                x[r] = v;
                scale = scale.max(v.abs());
            }
            // `found` is in post-order: its reverse is an order in which each row is final when used.
            for &r in found.iter().rev() {
                let step = lu.step[r];
                if step != NONE && x[r] != 0.0 {
                    let value = x[r];
                    for &(below, l) in &lu.lower[step] {
                        x[below] -= l * value;
                    }
                }
            }
            let pivot_row = found
                .iter()
                .copied()
                .filter(|&r| lu.step[r] == NONE)
                .max_by(|&a, &b| x[a].abs().total_cmp(&x[b].abs()).then(b.cmp(&a)));
            let pivot = pivot_row.map_or(0.0, |r| x[r]);
            // Below this the pivot is what rounding left of a zero. The negation catches a NaN too.
            let Some(pivot_row) =
                pivot_row.filter(|_| pivot.is_finite() && pivot.abs() > 1e-13 * scale)
            else {
                return Err(column / m);
            };
            let (mut below, mut above) = (Vec::new(), Vec::new());
            for &r in &found {
                let value = std::mem::replace(&mut x[r], 0.0);
                if lu.step[r] != NONE {
                    above.push((lu.step[r], value));
                } else if r != pivot_row {
                    below.push((r, value / pivot));
                }
            }
            lu.step[pivot_row] = k;
            lu.lower.push(below);
            lu.upper.push(above);
            lu.diagonal.push(pivot);
        }
        Ok(lu)
    }

    /// The rows that the elimination of a column touches, in post-order of the graph of L.
    fn reach(
        &self,
        column: &[(usize, f64)],
        mark: usize,
        seen: &mut [usize],
        found: &mut Vec<usize>,
    ) {
        found.clear();
        let mut stack: Vec<(usize, usize)> = Vec::new();
        for &(root, _) in column {
            if seen[root] == mark {
                continue;
            }
            seen[root] = mark;
            stack.push((root, 0));
            while let Some((r, next)) = stack.pop() {
                let children = self.lower.get(self.step[r]).map_or(&[][..], Vec::as_slice);
                match children.iter().enumerate().skip(next).find(|(_, c)| seen[c.0] != mark) {
                    Some((at, &(child, _))) => {
                        stack.push((r, at + 1));
                        seen[child] = mark;
                        stack.push((child, 0));
                    }
                    None => found.push(r),
                }
            }
        }
    }

    /// Solves for one right-hand side, in place.
    pub(super) fn solve<B: Block>(&self, rhs: &mut [B::Vector]) {
        let m = B::SIZE;
        let n = self.order.len();
        let mut x = vec![0.0; n];
        // A vector may hold several right-hand sides, one after the other.
        let sides = B::ZERO_VECTOR.as_ref().len() / m;
        for first in (0..sides).map(|side| side * m) {
            for (i, v) in rhs.iter().enumerate() {
                for (a, value) in v.as_ref()[first..first + m].iter().enumerate() {
                    x[self.step[i * m + a]] = *value;
                }
            }
            for k in 0..n {
                let value = x[k];
                for &(r, l) in &self.lower[k] {
                    x[self.step[r]] -= l * value;
                }
            }
            for k in (0..n).rev() {
                x[k] /= self.diagonal[k];
                let value = x[k];
                for &(step, u) in &self.upper[k] {
                    x[step] -= u * value;
                }
            }
            for (k, &column) in self.order.iter().enumerate() {
                rhs[column / m].as_mut()[first + column % m] = x[k];
            }
        }
    }
}

/// The matrix by scalar columns: row, value; zeros left out.
fn scalar_columns<B: Block>(s: &Symbolic, entries: &[B]) -> Vec<Vec<(usize, f64)>> {
    let m = B::SIZE;
    let mut columns = vec![Vec::new(); s.len() * m];
    for i in 0..s.len() {
        for (&j, block) in s.columns(i).iter().zip(&entries[s.row(i)]) {
            for a in 0..m {
                for b in 0..m {
                    let value = block.entry(a, b);
                    if value != 0.0 {
                        columns[j as usize * m + b].push((i * m + a, value));
                    }
                }
            }
        }
    }
    columns
}
