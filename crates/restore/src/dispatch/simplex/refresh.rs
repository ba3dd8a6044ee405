//! What rounding has done is undone: numbers from the basis alone, and the kernel inverted anew.

use super::{DEAD, FLOW, Numbers, Place, Row, Simplex, Trouble, add_by_island, clear};

/// Reduced costs of the wrong sign below this are rounding errors, relative to the largest multiplier.
const PRICE: f64 = 1e-12;

impl Simplex<'_> {
    /// Computes everything from the basis alone: what rounding has done is gone afterwards.
    pub(super) fn refresh(&mut self) -> Result<(), Trouble> {
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
            let mut net = std::mem::take(&mut self.v.scratch);
            net.copy_from_slice(&self.v.base);
            for (c, (&place, upper)) in
                self.columns.iter().zip(self.v.place.iter().zip(&self.v.upper))
            {
                if place == Place::Upper {
                    net[c.position as usize] += c.sign * upper;
                }
            }
            for basic in &self.basics {
                let c = &self.columns[basic.column];
                net[c.position as usize] += c.sign * basic.value;
            }
            self.islands.iter_mut().for_each(|k| k.imbalance = 0.0);
            for (net, &k) in net.iter().zip(&self.v.island) {
                if k != DEAD {
                    self.islands[k as usize].imbalance += net;
                }
            }
            net.iter_mut().zip(&self.v.drive).for_each(|(net, drive)| *net += drive);
            self.factor.forward(self.pattern, &mut net);
            self.factor.backward(self.pattern, &mut net);
            let Numbers { flow, b, driven, .. } = &mut *self.v;
            for ((flow, b), &(from, to)) in flow.iter_mut().zip(&*b).zip(self.ends) {
                *flow = b * (net[from as usize] - net[to as usize]);
            }
            for &(l, drive) in &*driven {
                flow[l] -= drive;
            }
            net.fill(0.0);
            self.v.scratch = net;
            let mut worst = 0.0;
            let residual: Vec<f64> = (self.active.iter())
                .map(|active| match active.row {
                    Row::Island(k) => {
                        let island = &self.islands[k as usize];
                        worst = f64::max(worst, island.imbalance.abs() / island.tolerance);
                        -island.imbalance
                    }
                    Row::Line(l, upper) => {
                        let (flow, limit) = (self.v.flow[l as usize], self.v.limit[l as usize]);
                        let gap = if upper { limit } else { -limit } - flow;
                        worst = f64::max(worst, gap.abs() / (FLOW * limit.max(1.0)));
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
        self.v.price.fill(0.0);
        let mut flat = vec![0.0; self.islands.len()];
        let mut largest = 1.0;
        for (active, &y) in self.active.iter_mut().zip(&multiplier) {
            largest = f64::max(largest, y.abs());
            active.multiplier = y;
            match active.row {
                Row::Island(k) => flat[k as usize] += y,
                Row::Line(..) => active.half.add_to(y, &mut self.v.price),
            }
        }
        self.factor.backward(self.pattern, &mut self.v.price);
        add_by_island(&flat, &self.v.island, &mut self.v.price);
        let Numbers { price, place, .. } = &mut *self.v;
        for (c, place) in self.columns.iter().zip(place) {
            let reduced = c.cost - c.sign * price[c.position as usize];
            match place {
                Place::Lower if reduced < -PRICE * largest => *place = Place::Upper,
                Place::Upper if reduced > PRICE * largest => *place = Place::Lower,
                _ => {}
            }
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
    pub(super) fn invert(&mut self) {
        let mut matrix = Vec::with_capacity(self.active.len());
        for active in &self.active {
            self.factor.scale_into(&active.half, &mut self.v.scratch);
            let row: Vec<f64> = (self.basics.iter())
                .map(|b| {
                    let super::Column { position, sign, .. } = self.columns[b.column];
                    sign * match active.row {
                        Row::Island(k) => {
                            f64::from(u8::from(self.v.island[position as usize] == k))
                        }
                        Row::Line(..) => b.half.dot(&self.v.scratch),
                    }
                })
                .collect();
            clear(&active.half, &mut self.v.scratch);
            matrix.push(row);
        }
        let (columns, rows) = self.kernel.invert(matrix);
        for basic in &self.basics {
            // Out of the basis for now; the nearer bound is a guess until prices tell.
            let upper = 2.0 * basic.value > self.v.upper[basic.column];
            self.v.place[basic.column] = if upper { Place::Upper } else { Place::Lower };
        }
        for active in &self.active {
            active.row.set_active(false, &mut self.v.held, &mut self.islands);
        }
        self.basics = picked(std::mem::take(&mut self.basics), &columns);
        self.active = picked(std::mem::take(&mut self.active), &rows);
        for basic in &self.basics {
            self.v.place[basic.column] = Place::Basic;
        }
        for active in &self.active {
            active.row.set_active(true, &mut self.v.held, &mut self.islands);
        }
    }
}

/// The entries at `which`, each at most once, in that order.
fn picked<T>(from: Vec<T>, which: &[usize]) -> Vec<T> {
    let mut from: Vec<Option<T>> = from.into_iter().map(Some).collect();
    which.iter().filter_map(|&i| from[i].take()).collect()
}
