//! Diesel in the regions over time: what has arrived, what is spoken for, and how much more can be had when.
//!
//! A use at step `t` in region `r` draws on what came to `r`, or to no region in particular, by `t`; what is not
//! used is kept. With `e_r(t)` the uses in `r` up to `t` less what came to `r` up to `t`, the uses can be met if and
//! only if at every `t` the shortages of the regions, `max(0, max e_r(t') for t' <= t)`, sum to no more than
//! what came to no region by `t` (Hall's condition for this transport problem; its sets of sinks are chains in time).
//! So fuel can be promised for later steps without being taken from earlier promises.

use crate::scenario::Scenario;

/// Litres of diesel by region and step.
#[derive(Debug, Clone)]
pub(super) struct Depot {
    /// `None`: no fuel table, and so no limit.
    stock: Option<Stock>,
    /// Litres used in all.
    pub used: f64,
}

/// Diesel as it was.
#[derive(Debug)]
pub(super) struct Kept {
    used: f64,
    rows: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Stock {
    steps: usize,
    /// Place of each region in the rows below. Regions without deliveries of their own share the last row.
    row_of: Vec<usize>,
    /// `e_r(t)`, a row for each region.
    excess: Vec<f64>,
    /// `max(0, max e_r(t') for t' <= t)`.
    short: Vec<f64>,
    /// What came to no region by `t`, less the shortages of all regions.
    slack: Vec<f64>,
}

impl Depot {
    /// All that arrives within the horizon; no limit where the scenario has no fuel table.
    pub fn new(scenario: &Scenario) -> Self {
        if scenario.fuel.is_empty() {
            return Depot::bottomless();
        }
        let deliveries: Vec<_> =
            scenario.fuel.iter().map(|d| (d.step as usize, d.region, d.litres)).collect();
        Depot::of(scenario.horizon_steps as usize, &deliveries)
    }

    /// Deliveries (step, region, litres) over some steps; without any there is no diesel.
    pub fn of(steps: usize, deliveries: &[(usize, Option<usize>, f64)]) -> Self {
        let regions = deliveries.iter().filter_map(|d| d.1).max().map_or(0, |r| r + 1);
        Depot { stock: Some(Stock::new(steps, regions, deliveries)), used: 0.0 }
    }

    /// No limit.
    pub fn bottomless() -> Self {
        Depot { stock: None, used: 0.0 }
    }

    /// Whether there is a limit.
    pub fn limited(&self) -> bool {
        self.stock.is_some()
    }

    /// Writes the litres that can be had at each step in the region, each step alone.
    pub fn most(&self, region: Option<usize>, most: &mut [f64]) {
        let Some(s) = &self.stock else {
            most.fill(f64::INFINITY);
            return;
        };
        let row = s.row(region);
        let (mut room, mut later) = (f64::INFINITY, f64::INFINITY);
        for t in (0..s.steps).rev() {
            let at = row * s.steps + t;
            room = room.min(s.slack[t] + s.short[at]);
            later = later.min(room - s.excess[at]);
            most[t] = later.max(0.0);
        }
    }

    /// Litres that can be had at `step` in the region.
    pub fn most_at(&self, region: Option<usize>, step: usize) -> f64 {
        let Some(s) = &self.stock else { return f64::INFINITY };
        let row = s.row(region);
        let (mut most, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for t in step..s.steps {
            let at = row * s.steps + t;
            highest = highest.max(s.excess[at]);
            most = most.min(s.slack[t] + s.short[at] - highest);
        }
        most.max(0.0)
    }

    /// Takes litres at `step` in the region, at most [`most_at`](Self::most_at); a negative number gives back
    /// what was taken there. Says whether that leaves more or less to other regions.
    pub fn take(&mut self, region: Option<usize>, step: usize, litres: f64) -> bool {
        self.used += litres;
        let Some(s) = &mut self.stock else { return false };
        let row = s.row(region) * s.steps;
        for t in step..s.steps {
            s.excess[row + t] += litres;
        }
        s.settle(row, step)
    }

    /// Rows of regions that have the same diesel.
    pub fn rows(&self) -> usize {
        self.stock.as_ref().map_or(1, |s| s.short.len() / s.steps.max(1))
    }

    /// The row of a region.
    pub fn row(&self, region: Option<usize>) -> usize {
        self.stock.as_ref().map_or(0, |s| s.row(region))
    }

    /// What [`put_back`](Self::put_back) needs to undo what is taken in the region from here on.
    pub fn keep(&self, region: Option<usize>) -> Kept {
        let used = self.used;
        let Some(s) = &self.stock else { return Kept { used, rows: Vec::new() } };
        let row = s.row(region) * s.steps;
        let row = row..row + s.steps;
        let rows = [&s.excess[row.clone()], &s.short[row], &s.slack[..]].concat();
        Kept { used, rows }
    }

    /// Undoes what was taken in the region since [`keep`](Self::keep).
    pub fn put_back(&mut self, region: Option<usize>, kept: &Kept) {
        self.used = kept.used;
        let Some(s) = &mut self.stock else { return };
        let steps = s.steps;
        let row = s.row(region) * steps;
        s.excess[row..row + steps].copy_from_slice(&kept.rows[..steps]);
        s.short[row..row + steps].copy_from_slice(&kept.rows[steps..2 * steps]);
        s.slack.copy_from_slice(&kept.rows[2 * steps..]);
    }
}

impl Stock {
    fn new(steps: usize, regions: usize, deliveries: &[(usize, Option<usize>, f64)]) -> Self {
        let mut row_of = vec![usize::MAX; regions];
        let mut rows = 0;
        for region in deliveries.iter().filter_map(|d| d.1) {
            if row_of[region] == usize::MAX {
                row_of[region] = rows;
                rows += 1;
            }
        }
        for row in row_of.iter_mut().filter(|row| **row == usize::MAX) {
            *row = rows;
        }
        let mut stock = Stock {
            steps,
            row_of,
            excess: vec![0.0; (rows + 1) * steps],
            short: vec![0.0; (rows + 1) * steps],
            slack: vec![0.0; steps],
        };
        for &(step, region, litres) in deliveries {
            for t in step.min(steps)..steps {
                match region {
                    Some(region) => stock.excess[stock.row_of[region] * steps + t] -= litres,
                    None => stock.slack[t] += litres,
                }
            }
        }
        stock
    }

    fn row(&self, region: Option<usize>) -> usize {
        let last = self.short.len() / self.steps.max(1) - 1;
        region.and_then(|r| self.row_of.get(r)).map_or(last, |row| *row)
    }

    /// Brings shortages and slack up to date from `step` on, in the row that begins at `row`. Says whether the
    /// slack changes.
    fn settle(&mut self, row: usize, step: usize) -> bool {
        let mut changes = false;
        let mut short = if step > 0 { self.short[row + step - 1] } else { 0.0 };
        for t in step..self.steps {
            short = short.max(self.excess[row + t]);
            if short != self.short[row + t] {
                self.slack[t] -= short - self.short[row + t];
                self.short[row + t] = short;
                changes = true;
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::Depot;

    #[test]
    fn what_is_promised_for_later_is_not_taken_before() {
        let mut d = Depot::of(4, &[(0, Some(0), 10.0), (2, None, 5.0)]);
        assert_eq!(d.most_at(Some(0), 0), 10.0);
        assert_eq!(d.most_at(Some(0), 3), 15.0);
        assert_eq!(d.most_at(Some(1), 1), 0.0);
        assert_eq!(d.most_at(None, 2), 5.0);
        // Twelve at step 3: two of them must come from what arrives anywhere at step 2, or from what is here.
        d.take(Some(0), 3, 12.0);
        assert_eq!(d.most_at(Some(0), 0), 3.0);
        assert_eq!(d.most_at(Some(1), 2), 3.0);
        d.take(Some(1), 2, 3.0);
        assert_eq!(d.most_at(Some(0), 0), 0.0);
        d.take(Some(0), 3, -12.0);
        assert_eq!(d.most_at(Some(0), 1), 10.0);
        let mut most = [0.0; 4];
        d.most(Some(0), &mut most);
        assert_eq!(most, [10.0, 10.0, 12.0, 12.0]);
    }
}
