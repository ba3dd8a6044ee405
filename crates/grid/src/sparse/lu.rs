//! Numeric LU with diagonal pivots in the order of the analysis.

use super::{Block, Symbolic};

/// The factors of a matrix and the work space to make them, row by row.
#[derive(Debug, Clone)]
pub(super) struct Lu<B: Block> {
    /// L by rows, unit diagonal left out.
    lower: Vec<B>,
    /// U by rows, diagonal left out.
    upper: Vec<B>,
    /// Inverses of the diagonal of U.
    pivots: Vec<B>,
    /// One row, spread out; zero between two rows.
    row: Vec<B>,
    /// A right-hand side in elimination order.
    vector: Vec<B::Vector>,
}

impl<B: Block> Lu<B> {
    pub(super) fn new(s: &Symbolic) -> Self {
        Lu {
            lower: vec![B::ZERO; s.lower.len()],
            upper: vec![B::ZERO; s.upper.len()],
            pivots: vec![B::ZERO; s.len()],
            row: vec![B::ZERO; s.len()],
            vector: vec![B::ZERO_VECTOR; s.len()],
        }
    }

    /// Factorises the matrix with these entries (positions of `s`). `false` if a pivot is singular; the
    /// factors are then not to be used.
    pub(super) fn factor(&mut self, s: &Symbolic, entries: &[B]) -> bool {
        let row = &mut self.row;
        for (k, &i) in s.order.iter().enumerate() {
            let range = s.row(i as usize);
            for (&place, entry) in s.places[range.clone()].iter().zip(&entries[range]) {
                row[place as usize] = *entry;
            }
            let lower = s.lower_starts[k]..s.lower_starts[k + 1];
            for (&j, stored) in s.lower[lower.clone()].iter().zip(&mut self.lower[lower]) {
                let j = j as usize;
                let value = std::mem::replace(&mut row[j], B::ZERO);
                // A branch out of service leaves a zero, and so does all fill that comes of it alone.
                if value.is_zero() {
                    *stored = B::ZERO;
                    continue;
                }
                let factor = value.times(&self.pivots[j]);
                *stored = factor;
                let upper = s.upper_starts[j]..s.upper_starts[j + 1];
                for (&c, u) in s.upper[upper.clone()].iter().zip(&self.upper[upper]) {
                    row[c as usize].subtract_product(&factor, u);
                }
            }
            let Some(pivot) = std::mem::replace(&mut row[k], B::ZERO).inverse() else {
                row.fill(B::ZERO);
                return false;
            };
            self.pivots[k] = pivot;
            let upper = s.upper_starts[k]..s.upper_starts[k + 1];
            for (&c, stored) in s.upper[upper.clone()].iter().zip(&mut self.upper[upper]) {
                *stored = std::mem::replace(&mut row[c as usize], B::ZERO);
            }
        }
        true
    }

    /// Solves for one right-hand side in the caller's numbering, in place.
    pub(super) fn solve(&mut self, s: &Symbolic, rhs: &mut [B::Vector]) {
        let x = &mut self.vector;
        for (k, &i) in s.order.iter().enumerate() {
            let mut value = rhs[i as usize];
            let lower = s.lower_starts[k]..s.lower_starts[k + 1];
            for (&j, l) in s.lower[lower.clone()].iter().zip(&self.lower[lower]) {
                l.subtract_applied(&x[j as usize], &mut value);
            }
            x[k] = value;
        }
        for (k, &i) in s.order.iter().enumerate().rev() {
            let mut value = x[k];
            let upper = s.upper_starts[k]..s.upper_starts[k + 1];
            for (&j, u) in s.upper[upper.clone()].iter().zip(&self.upper[upper]) {
                u.subtract_applied(&x[j as usize], &mut value);
            }
            x[k] = self.pivots[k].apply(&value);
            rhs[i as usize] = x[k];
        }
    }
}
