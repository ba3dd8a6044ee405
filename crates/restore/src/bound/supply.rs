//! What supplies facilities in a programme: the grid, their buffers, their own sets and sets that are brought.
//!
//! In a step by itself every buffer is full, every tank too, and sets stand anywhere. In a window of steps that follow
//! each other, buffers, tanks, depots and sets are followed from one to the next.

use highs::Col;

use super::losses::Lacking;
use super::programme::{Build, summed};

/// What supplies a facility in a step, by columns.
#[derive(Clone, Copy, Default)]
pub(super) struct Supply {
    /// Whether it can lack power at all.
    open: bool,
    essential_kw: f64,
    /// The share of the service that is lost.
    lost: Option<Col>,
    /// Power from the grid, and the share of the service that a unit of it gives.
    grid: Option<(Col, f64)>,
    /// kW of its own set, and of sets that are brought.
    own: Option<Col>,
    sets: Option<Col>,
    /// The share of the service that the buffer gives; only where it is followed.
    given: Option<Col>,
}

impl Supply {
    /// What the facility lacks where columns have these values.
    pub(super) fn lacking(&self, value: impl Fn(Col) -> f64) -> Lacking {
        if !self.open {
            return Lacking::default();
        }
        let grid = self.grid.map_or(0.0, |(column, share)| share * value(column));
        let share = (1.0 - grid).max(0.0);
        let kw = if self.lost.is_some() { self.essential_kw * share } else { 0.0 };
        Lacking { share, kw, set_kw: self.sets.map_or(0.0, &value) }
    }

    /// The share of the service that is supplied without the buffer, as terms of a row.
    fn supplied(&self) -> Vec<(Col, f64)> {
        let sets = self.own.into_iter().chain(self.sets);
        self.grid.into_iter().chain(sets.map(|kw| (kw, 1.0 / self.essential_kw))).collect()
    }
}

enum Live {
    Always,
    Never,
    By(Col),
}

impl Build<'_, '_> {
    /// Columns for what each facility lacks in a step, and what it gets.
    pub(super) fn services(
        &mut self,
        step: u32,
        count: f64,
        served: &[Option<Col>],
        entries: &[Vec<(Col, f64)>],
        repaired: &[Option<Col>],
        several: bool,
    ) -> Vec<Supply> {
        let model = self.model;
        let buses = &model.skeleton.scenario.network.buses;
        let sets = model.losses.sets(step);
        let mut placed = Vec::new();
        let mut supplies = vec![Supply::default(); model.losses.services.len()];
        for (k, (service, supply)) in model.losses.services.iter().zip(&mut supplies).enumerate() {
            let bus = service.bus;
            // The share of the service that power from the grid gives, for each unit of a column.
            let grid = if buses[bus].pd_mw > 0.0 {
                served[bus].map(|column| (column, service.by_grid / buses[bus].pd_mw))
            } else {
                match self.live(bus, entries, repaired) {
                    Live::Always => continue,
                    Live::Never => None,
                    Live::By(column) => Some((column, service.by_grid)),
                }
            };
            let followed = several && model.followed.get(k) == Some(&true);
            let essential = service.essential_kw.unwrap_or(f64::INFINITY);
            let own = service.own_kw / essential;
            // A column of its own has what costs something, or is followed.
            let as_column = own > 0.0 && (followed || service.own_price > 0.0);
            let free = if as_column { 0.0 } else { own };
            let buffer = if followed { 0.0 } else { service.buffer };
            let essential_kw = if essential.is_finite() { essential } else { 0.0 };
            *supply = Supply { open: true, essential_kw, grid, ..Supply::default() };
            let left = 1.0 - buffer - free;
            let unit = count * self.scale;
            let cost = model.losses.weight(service, step) * unit;
            if left <= 1e-9 || cost <= 0.0 {
                continue;
            }
            let lost = self.column(cost, 0.0..=1.0);
            supply.lost = Some(lost);
            if as_column {
                supply.own = Some(self.column(service.own_price * unit, 0.0..=service.own_kw));
            }
            if essential.is_finite() && sets.all_kw > 0.0 {
                let most = sets.place_kw.min(essential);
                let here = self.column(service.set_price * unit, 0.0..=most);
                placed.push((here, 1.0));
                supply.sets = Some(here);
            }
            if followed && service.buffer > 0.0 {
                supply.given = Some(self.column(0.0, 0.0..=service.buffer.min(1.0)));
            }
            let mut row = vec![(lost, 1.0)];
            row.extend(supply.supplied());
            row.extend(supply.given.map(|given| (given, 1.0)));
            self.problem.add_row(left.., row);
        }
        if !placed.is_empty() {
            self.problem.add_row(..=sets.all_kw, placed);
        }
        supplies
    }

    /// Whether a bus without load has power.
    fn live(&mut self, bus: usize, entries: &[Vec<(Col, f64)>], repaired: &[Option<Col>]) -> Live {
        let skeleton = &self.model.skeleton;
        let Some(piece) = skeleton.piece[bus] else { return Live::Never };
        let broken = &skeleton.bus_damages[bus];
        let Some(on) = broken.iter().map(|&d| repaired[d]).collect::<Option<Vec<Col>>>() else {
            return Live::Never;
        };
        if skeleton.has_source[piece] && on.is_empty() {
            return Live::Always;
        }
        let column = self.column(0.0, 0.0..=1.0);
        for z in on {
            self.problem.add_row(..=0.0, [(column, 1.0), (z, -1.0)]);
        }
        if !skeleton.has_source[piece] {
            let mut row = vec![(column, 1.0)];
            row.extend(summed(entries[piece].clone()).into_iter().map(|(z, _)| (z, -1.0)));
            self.problem.add_row(..=0.0, row);
        }
        Live::By(column)
    }

    /// Ties the steps of a window, each of which follows the one before it, by what is used up or moved.
    pub(super) fn follow(&mut self, times: &[u32], steps: &[&[Supply]]) {
        let losses = &self.model.losses;
        for k in (0..losses.services.len()).filter(|&k| self.model.followed.get(k) == Some(&true)) {
            let over: Vec<Supply> = steps.iter().map(|s| s[k]).collect();
            self.buffer(losses.services[k].buffer, &over);
            let own: Vec<(Col, f64)> =
                (over.iter().filter_map(|s| s.own)).map(|kw| (kw, losses.step_hours())).collect();
            if own.len() > 1 {
                self.problem.add_row(..=losses.services[k].tank_kwh, own);
            }
        }
        for (k, pair) in steps.windows(2).enumerate() {
            self.moves(times[k + 1], pair[0], pair[1]);
        }
        self.depots(times, steps);
    }

    /// A buffer gives what it has left, and is full again only after a step in which nothing lacked.
    fn buffer(&mut self, full: f64, steps: &[Supply]) {
        let mut before: Option<(Col, Supply)> = None;
        for supply in steps {
            // Without a column the step needs nothing, and whatever it leaves may be full.
            let Some(given) = supply.given else {
                before = None;
                continue;
            };
            let left = self.column(0.0, 0.0..=full);
            self.problem.add_row(..=0.0, [(given, 1.0), (left, -1.0)]);
            if let Some((last, supply)) = before {
                // left <= left before - given before + full * refilled, and refilled at most what was supplied.
                let mut row = vec![(left, 1.0), (last, -1.0)];
                row.extend(supply.given.map(|given| (given, 1.0)));
                row.extend(supply.supplied().into_iter().map(|(c, share)| (c, -full * share)));
                self.problem.add_row(..=0.0, summed(row));
            }
            before = Some((left, *supply));
        }
    }

    /// A set that moves loses a step: what stands at a place in one of two successive steps stands at no other.
    fn moves(&mut self, step: u32, before: &[Supply], now: &[Supply]) {
        let mut there = Vec::new();
        for (k, (before, now)) in before.iter().zip(now).enumerate() {
            match (before.sets, now.sets) {
                (Some(before), Some(now)) if self.model.followed.get(k) == Some(&true) => {
                    let most = self.problem.add_column::<f64, _>(0.0, 0.0..);
                    for kw in [before, now] {
                        self.problem.add_row(..=0.0, [(kw, 1.0), (most, -1.0)]);
                    }
                    there.push((most, 1.0));
                }
                (_, kw) => there.extend(kw.map(|kw| (kw, 1.0))),
            }
        }
        if !there.is_empty() {
            self.problem.add_row(..=self.model.losses.sets(step).all_kw, there);
        }
    }

    /// Sets that are brought burn no more diesel than came by then to their regions, and to no region in particular.
    fn depots(&mut self, times: &[u32], steps: &[&[Supply]]) {
        let losses = &self.model.losses;
        let Some(litres_per_kw) = losses.litres_per_kw() else { return };
        let mut used: Vec<Vec<(Col, f64)>> = vec![Vec::new(); losses.regions() + 1];
        for (&step, supplies) in times.iter().zip(steps) {
            for (service, supply) in losses.services.iter().zip(*supplies) {
                let region = service.region.unwrap_or(losses.regions());
                used[region].extend(supply.sets.map(|kw| (kw, litres_per_kw)));
            }
            let mut from_anywhere = Vec::new();
            for (r, used) in used.iter().enumerate() {
                if !used.is_empty() {
                    let more = self.problem.add_column::<f64, _>(0.0, 0.0..);
                    from_anywhere.push((more, 1.0));
                    let own = if r < losses.regions() { losses.came(Some(r), step) } else { 0.0 };
                    let row = used.iter().copied().chain([(more, -1.0)]);
                    self.problem.add_row(..=own, row.collect::<Vec<_>>());
                }
            }
            if !from_anywhere.is_empty() {
                self.problem.add_row(..=losses.came(None, step), from_anywhere);
            }
        }
    }
}
