//! The factorisation that callers use: quick first, checked always, safe in the end.

use super::{Block, Symbolic, lu::Lu, pivoting::PivotingLu};

/// A residual this large, relative to the right-hand side, calls for a step of refinement. Newton's method
/// corrects what is left by itself.
const REFINE_ABOVE: f64 = 1e-9;
/// A residual this large after refinement is not accepted.
const REFUSE_ABOVE: f64 = 1e-6;
const REFINEMENTS: usize = 3;

/// Solves systems with one matrix after another of the same pattern.
#[derive(Debug, Clone)]
pub struct Solver<B: Block> {
    lu: Lu<B>,
    usable: bool,
    pivoting: Option<PivotingLu>,
    answer: Vec<B::Vector>,
    residual: Vec<B::Vector>,
}

impl<B: Block> Solver<B> {
    /// A solver for matrices with the pattern of `s`.
    pub fn new(s: &Symbolic) -> Self {
        Solver {
            lu: Lu::new(s),
            usable: false,
            pivoting: None,
            answer: vec![B::ZERO_VECTOR; s.len()],
            residual: vec![B::ZERO_VECTOR; s.len()],
        }
    }

    /// Takes a new matrix, given by its entries at the positions of `s`.
    pub fn factor(&mut self, s: &Symbolic, entries: &[B]) {
        self.usable = self.lu.factor(s, entries);
        self.pivoting = None;
    }

    /// Solves for one right-hand side, in place. `entries` are those of [`Solver::factor`].
    ///
    /// `Err` gives a row of the matrix at which it is singular; `rhs` is then unchanged.
    pub fn solve(
        &mut self,
        s: &Symbolic,
        entries: &[B],
        rhs: &mut [B::Vector],
    ) -> Result<(), usize> {
        if self.usable {
            if self.refined(s, entries, rhs).is_ok() {
                rhs.copy_from_slice(&self.answer);
                return Ok(());
            }
            self.usable = false;
        }
        if self.pivoting.is_none() {
            self.pivoting = Some(PivotingLu::factor(s, entries)?);
        }
        self.refined(s, entries, rhs)?;
        rhs.copy_from_slice(&self.answer);
        Ok(())
    }

    /// The same by the quick factorisation alone: `false` where it is no good, and `rhs` then unchanged.
    pub fn solve_quickly(&mut self, s: &Symbolic, entries: &[B], rhs: &mut [B::Vector]) -> bool {
        self.usable &= self.pivoting.is_none() && self.refined(s, entries, rhs).is_ok();
        if self.usable {
            rhs.copy_from_slice(&self.answer);
        }
        self.usable
    }

    /// Solves and refines into `answer`; `Err` gives the row with the largest residual if the answer is no good.
    fn refined(&mut self, s: &Symbolic, entries: &[B], rhs: &[B::Vector]) -> Result<(), usize> {
        let size = largest::<B>(rhs);
        self.answer.copy_from_slice(rhs);
        match &self.pivoting {
            Some(lu) => lu.solve::<B>(&mut self.answer),
            None => self.lu.solve(s, &mut self.answer),
        }
        for round in 0..=REFINEMENTS {
            residual(s, entries, &self.answer, rhs, &mut self.residual);
            let error = largest::<B>(&self.residual);
            if error <= REFINE_ABOVE * size {
                return Ok(());
            }
            if round == REFINEMENTS || !error.is_finite() {
                let good = error <= REFUSE_ABOVE * size;
                return if good { Ok(()) } else { Err(worst_row::<B>(&self.residual)) };
            }
            match &self.pivoting {
                Some(lu) => lu.solve::<B>(&mut self.residual),
                None => self.lu.solve(s, &mut self.residual),
            }
            for (x, d) in self.answer.iter_mut().zip(&self.residual) {
                for (x, d) in x.as_mut().iter_mut().zip(d.as_ref()) {
                    *x += d;
                }
            }
        }
        Ok(())
    }
}

/// `out = rhs - A x`.
fn residual<B: Block>(
    s: &Symbolic,
    entries: &[B],
    x: &[B::Vector],
    rhs: &[B::Vector],
    out: &mut [B::Vector],
) {
    for (i, (out, rhs)) in out.iter_mut().zip(rhs).enumerate() {
        let mut value = *rhs;
        for (&j, entry) in s.columns(i).iter().zip(&entries[s.row(i)]) {
            entry.subtract_applied(&x[j as usize], &mut value);
        }
        *out = value;
    }
}

/// The largest number by magnitude; infinite if any is not a number.
fn largest<B: Block>(vectors: &[B::Vector]) -> f64 {
    // Number by number of a vector, which the processor does side by side.
    let (mut worst, mut poison) = (B::ZERO_VECTOR, B::ZERO_VECTOR);
    for v in vectors {
        let both = worst.as_mut().iter_mut().zip(poison.as_mut());
        for ((worst, poison), value) in both.zip(v.as_ref()) {
            let size = value.abs();
            *worst = if size > *worst { size } else { *worst };
            // Zero as long as all are numbers.
            *poison += value * 0.0;
        }
    }
    let sound = poison.as_ref().iter().all(|p| *p == 0.0);
    if sound { worst.as_ref().iter().copied().fold(0.0, f64::max) } else { f64::INFINITY }
}

/// The first row with the largest number by magnitude, or with one that is none.
fn worst_row<B: Block>(vectors: &[B::Vector]) -> usize {
    let mut worst = (0, 0.0);
    for (i, v) in vectors.iter().enumerate() {
        for value in v.as_ref() {
            let size = if value.is_nan() { f64::INFINITY } else { value.abs() };
            if size > worst.1 {
                worst = (i, size);
            }
        }
    }
    worst.0
}
