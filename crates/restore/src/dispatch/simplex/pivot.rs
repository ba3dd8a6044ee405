//! One pivot: something leaves the basis, something enters, and everything follows.

use super::ratio::Choice;
use super::{
    Active, Basic, Column, Entering, Leaving, Numbers, Place, Row, Simplex, Trouble, add_by_island,
    clear,
};
use crate::dispatch::laplacian::Sparse;

/// How far the pivot by row and by column may lie apart, relative to its size (at least 1e-3).
const SAME_PIVOT: f64 = 1e-6;

/// The row of what leaves.
struct Out {
    leaving: Leaving,
    /// Positive: it must grow.
    gap: f64,
    /// A line that leaves, half solved.
    own: Sparse,
    /// The row over the basic columns, where a line or an island leaves, and times the inverse of the kernel.
    row: Vec<f64>,
    z: Vec<f64>,
}

/// The column of what enters, if it is one.
#[derive(Default)]
struct In {
    half: Sparse,
    /// The inverse of the kernel times its entries in the active rows.
    t: Vec<f64>,
    /// Its entry in the row of what leaves.
    corner: f64,
}

/// What moves outside of the kernel.
struct Moves {
    /// MW let in, by position.
    injections: Vec<(u32, f64)>,
    /// Change of what the active rows are held at, MW.
    rows: Vec<f64>,
    /// What is left of the gap.
    left: f64,
}

impl Simplex<'_> {
    /// Closes the gap of what leaves.
    pub(super) fn pivot(&mut self, leaving: Leaving, gap: f64) -> Result<(), Trouble> {
        let out = self.leave(leaving, gap);
        self.find_effects(&out);
        let choice = self.choose(gap.signum(), gap.abs(), &out.z)?;
        let enters = self.enter(&out, &choice);
        let found = match (leaving, choice.entering) {
            (Leaving::Column(p), Entering::Column(_)) => -enters.t[p],
            (_, Entering::Column(_)) => enters.corner - dot(&out.row, &enters.t),
            (_, Entering::Active(r)) => out.z[r],
        };
        let apart = (found - choice.effect).abs();
        if apart.is_nan() || apart > SAME_PIVOT * choice.effect.abs().max(1e-3) {
            return Err(Trouble::Numerical);
        }
        let mut moves = self.flip(&out, &choice.flips);
        let step = moves.left / choice.effect;
        match choice.entering {
            Entering::Column(q) => {
                let Column { position, sign, .. } = self.columns[q];
                moves.injections.push((position, sign * step));
            }
            Entering::Active(r) => moves.rows[r] = step,
        }
        self.follow(moves);
        let price_step = gap.signum() * choice.ratio;
        let Numbers { price, effect, .. } = &mut *self.v;
        for (price, effect) in price.iter_mut().zip(&*effect) {
            *price += price_step * effect;
        }
        for (active, z) in self.active.iter_mut().zip(&out.z) {
            active.multiplier -= price_step * z;
        }
        match choice.entering {
            Entering::Column(q) => self.exchange_column(out, q, enters, step, price_step),
            Entering::Active(r) => self.exchange_row(out, r, price_step),
        }
        self.pivots += 1;
        Ok(())
    }

    fn leave(&mut self, leaving: Leaving, gap: f64) -> Out {
        let (mut own, mut row) = (Sparse::default(), Vec::new());
        match leaving {
            Leaving::Column(_) => {}
            Leaving::Line(l) => {
                own = self.line_half(l);
                self.factor.scale_into(&own, &mut self.v.scratch);
                row = (self.basics.iter())
                    .map(|b| self.columns[b.column].sign * b.half.dot(&self.v.scratch))
                    .collect();
                clear(&own, &mut self.v.scratch);
            }
            Leaving::Island(k) => {
                row = (self.basics.iter())
                    .map(|b| {
                        let Column { position, sign, .. } = self.columns[b.column];
                        if self.v.island[position as usize] == k as u32 { sign } else { 0.0 }
                    })
                    .collect();
            }
        }
        let z = match leaving {
            Leaving::Column(p) => self.kernel.row(p).to_vec(),
            _ => self.kernel.transposed_times(&row),
        };
        Out { leaving, gap, own, row, z }
    }

    /// By how much the leaving variable changes for each MW let in at each position.
    fn find_effects(&mut self, out: &Out) {
        self.v.effect.fill(0.0);
        out.own.add_to(1.0, &mut self.v.effect);
        let mut flat = vec![0.0; self.islands.len()];
        if let Leaving::Island(k) = out.leaving {
            flat[k] = 1.0;
        }
        for (active, z) in self.active.iter().zip(&out.z) {
            match active.row {
                Row::Island(k) => flat[k as usize] -= z,
                Row::Line(..) => active.half.add_to(-z, &mut self.v.effect),
            }
        }
        self.factor.backward(self.pattern, &mut self.v.effect);
        add_by_island(&flat, &self.v.island, &mut self.v.effect);
    }

    fn enter(&mut self, out: &Out, choice: &Choice) -> In {
        let Entering::Column(q) = choice.entering else { return In::default() };
        let Column { position, sign, .. } = self.columns[q];
        let half = self.factor.half(self.pattern, self.room, std::iter::once((position, 1.0)));
        self.factor.scale_into(&half, &mut self.v.scratch);
        let island = self.v.island[position as usize];
        let column: Vec<f64> = (self.active.iter())
            .map(|a| match a.row {
                Row::Island(k) => f64::from(u8::from(k == island)),
                Row::Line(..) => a.half.dot(&self.v.scratch),
            })
            .map(|entry| entry * sign)
            .collect();
        let corner = match out.leaving {
            Leaving::Line(_) => out.own.dot(&self.v.scratch),
            Leaving::Island(k) => f64::from(u8::from(k as u32 == island)),
            Leaving::Column(_) => 0.0,
        };
        clear(&half, &mut self.v.scratch);
        In { half, t: self.kernel.times(&column), corner: corner * sign }
    }

    /// Moves what was passed in the ratio test to its other bound.
    fn flip(&mut self, out: &Out, flips: &[Entering]) -> Moves {
        let rows = vec![0.0; self.active.len()];
        let mut moves = Moves { injections: Vec::new(), rows, left: out.gap };
        for &flip in flips {
            match flip {
                Entering::Column(j) => {
                    let (c, upper) = (&self.columns[j], self.v.upper[j]);
                    let grows = self.v.place[j] == Place::Lower;
                    let change = c.sign * if grows { upper } else { -upper };
                    self.v.place[j].flip();
                    moves.injections.push((c.position, change));
                    moves.left -= self.v.effect[c.position as usize] * change;
                }
                Entering::Active(r) => {
                    if let Row::Line(l, upper) = &mut self.active[r].row {
                        let width = 2.0 * self.v.limit[*l as usize];
                        moves.rows[r] = if *upper { -width } else { width };
                        *upper = !*upper;
                        moves.left -= out.z[r] * moves.rows[r];
                    }
                }
            }
        }
        moves
    }

    /// Moves the basic columns so that active rows go on holding, and all flows with them.
    fn follow(&mut self, moves: Moves) {
        let Moves { mut injections, mut rows, .. } = moves;
        let half = self.factor.half(self.pattern, self.room, injections.iter().copied());
        self.factor.scale_into(&half, &mut self.v.scratch);
        for (row, active) in rows.iter_mut().zip(&self.active) {
            *row -= match active.row {
                Row::Line(..) => active.half.dot(&self.v.scratch),
                Row::Island(k) => (injections.iter())
                    .filter(|(at, _)| self.v.island[*at as usize] == k)
                    .map(|(_, change)| change)
                    .sum(),
            };
        }
        clear(&half, &mut self.v.scratch);
        let change = self.kernel.times(&rows);
        half.add_to(1.0, &mut self.v.scratch);
        for (basic, change) in self.basics.iter_mut().zip(&change) {
            if *change != 0.0 {
                basic.value += change;
                let Column { position, sign, .. } = self.columns[basic.column];
                basic.half.add_to(sign * change, &mut self.v.scratch);
                injections.push((position, sign * change));
            }
        }
        for &(at, change) in &injections {
            self.islands[self.v.island[at as usize] as usize].imbalance += change;
        }
        self.factor.backward(self.pattern, &mut self.v.scratch);
        let Numbers { flow, b, scratch, .. } = &mut *self.v;
        for ((flow, b), &(from, to)) in flow.iter_mut().zip(&*b).zip(self.ends) {
            *flow += b * (scratch[from as usize] - scratch[to as usize]);
        }
        scratch.fill(0.0);
    }

    /// Column `q` becomes basic.
    fn exchange_column(&mut self, out: Out, q: usize, enters: In, step: f64, multiplier: f64) {
        let from = if self.v.place[q] == Place::Upper { self.v.upper[q] } else { 0.0 };
        let basic = Basic { column: q, value: from + step, half: enters.half };
        match self.new_row(&out, multiplier) {
            None => {
                if let Leaving::Column(p) = out.leaving {
                    self.put_at_bound(p, out.gap);
                    self.kernel.replace_column(p, &enters.t);
                    self.basics[p] = basic;
                }
            }
            Some(row) => {
                self.kernel.grow(&enters.t, &out.z, &out.row, enters.corner);
                self.basics.push(basic);
                self.active.push(Active { half: out.own, ..row });
            }
        }
        self.v.place[q] = Place::Basic;
    }

    /// Active row `r` leaves its limit.
    fn exchange_row(&mut self, out: Out, r: usize, multiplier: f64) {
        if let Row::Line(l, _) = self.active[r].row {
            self.v.held[l as usize] = false;
        }
        match self.new_row(&out, multiplier) {
            None => {
                if let Leaving::Column(p) = out.leaving {
                    self.put_at_bound(p, out.gap);
                    self.kernel.shrink(p, r);
                    self.basics.swap_remove(p);
                    self.active.swap_remove(r);
                }
            }
            Some(row) => {
                self.kernel.replace_row(r, &out.z);
                self.active[r] = Active { half: out.own, ..row };
            }
        }
    }

    /// The row that becomes active, if one does.
    fn new_row(&mut self, out: &Out, multiplier: f64) -> Option<Active> {
        let row = match out.leaving {
            Leaving::Column(_) => return None,
            Leaving::Line(l) => Row::Line(l as u32, out.gap < 0.0),
            Leaving::Island(k) => Row::Island(k as u32),
        };
        row.set_active(true, &mut self.v.held, &mut self.islands);
        Some(Active { row, half: Sparse::default(), multiplier })
    }

    fn put_at_bound(&mut self, p: usize, gap: f64) {
        // A gap that asks for growth is one below the lower bound.
        let place = if gap > 0.0 { Place::Lower } else { Place::Upper };
        self.v.place[self.basics[p].column] = place;
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
