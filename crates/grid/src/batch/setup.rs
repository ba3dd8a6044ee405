//! From a change to what one lane has in addition to the base.

use std::collections::{BTreeMap, BTreeSet};

use super::Batch;
use super::change::{Change, Element};
use super::chord::{Chord, Correction};
use super::newton::{DIAGONAL, FIXED, FREE, HELD};
use super::structure::Structure;
use crate::ac::{AcOptions, ReactiveLimit};
use crate::live::{Live, branch_on};
use crate::network::{Injections, Status};
use crate::sides::Side;

/// What one lane has in addition to the base, by places.
#[derive(Debug, Default)]
pub(super) struct Setup {
    /// Row, entry or `DIAGONAL`, admittance.
    pub(super) patches: Vec<(u32, u32, [f64; 2])>,
    pub(super) deltas: Vec<(u32, [f64; 2])>,
    pub(super) roles: Vec<(u32, u32)>,
    pub(super) voltages: Vec<(u32, [f64; 2])>,
    /// The place at the far end of a branch that is out, where what is behind it takes no part.
    pub(super) far: Option<u32>,
    /// Islands and roles where they are not those of the base.
    pub(super) structure: Option<Box<Structure>>,
    /// Reactive limits on their way; empty where they are not enforced.
    pub(super) limits: Vec<ReactiveLimit>,
}

impl Batch<'_> {
    /// The status of a state.
    pub(super) fn status_of(&self, change: &Change) -> Status {
        let mut status = self.status.clone();
        change.switch(self.network, &mut status);
        status
    }

    /// The injections of a state.
    pub(super) fn injections_of(&self, change: &Change) -> Injections {
        let mut injections = self.injections.clone();
        change.inject(&mut injections);
        injections
    }

    pub(super) fn setup(&self, change: &Change, options: &AcOptions) -> Setup {
        let mut setup = Setup::default();
        if self.keeps_structure(change) {
            self.plain_deltas(change, &mut setup);
            if let [Element::Branch(k)] = change.out[..] {
                self.switch_branch(k, -1.0, &mut setup);
            }
            if options.enforce_q {
                setup.limits.clone_from(&self.structure.limits);
            }
            return setup;
        }
        if let Some((k, side)) = self.cut(change) {
            self.cut_off(k, side, change, options, &mut setup);
            return setup;
        }
        let status = self.status_of(change);
        let mut structure = Structure::new(self.network, &status, &self.injections_of(change));
        for k in 0..self.network.branches.len() {
            match [&self.status, &status].map(|s| branch_on(self.network, s, k)) {
                [true, false] => self.switch_branch(k, -1.0, &mut setup),
                [false, true] => self.switch_branch(k, 1.0, &mut setup),
                _ => {}
            }
        }
        self.switch_shunts(&status, &mut setup);
        self.differences(&mut structure, options, &mut setup);
        setup.structure = Some(Box::new(structure));
        setup
    }

    /// Whether islands, references and roles are surely those of the base.
    pub(super) fn keeps_structure(&self, change: &Change) -> bool {
        let branch = match change.out[..] {
            [] => true,
            [Element::Branch(k)] => {
                branch_on(self.network, &self.status, k) && !self.sides.splits(k)
            }
            _ => false,
        };
        branch && change.back.is_empty()
    }

    /// The branch that a change takes out and the side that this cuts off, where that side is dead by itself or nothing but a bus
    /// that holds its voltage: for the rest nothing changes but that the branch is gone.
    pub(super) fn cut(&self, change: &Change) -> Option<(usize, Side)> {
        let [Element::Branch(k)] = change.out[..] else { return None };
        let injects = [&change.pd_mw, &change.qd_mvar, &change.pg_mw];
        if !change.back.is_empty() || injects.iter().any(|l| !l.is_empty()) || self.dc_lines {
            return None;
        }
        let side = self.sides.of(k)?;
        let buses = self.sides.buses(side);
        let simple = match side.slack {
            None => true,
            Some(slack) => buses == [slack] && self.structure.role[slack] == HELD,
        };
        simple.then_some((k, side))
    }

    /// A branch out, and what is behind it with it.
    fn cut_off(
        &self,
        k: usize,
        side: Side,
        change: &Change,
        options: &AcOptions,
        setup: &mut Setup,
    ) {
        self.switch_branch(k, -1.0, setup);
        let mut structure = self.structure.clone();
        structure.live = Live::new(self.network, &self.status_of(change));
        for &i in self.sides.buses(side) {
            structure.role[i] = FIXED;
            setup.roles.push((self.layout.place[i], FIXED));
        }
        setup.far = self.sides.buses(side).first().map(|i| self.layout.place[*i]);
        if let Some(slack) = side.slack {
            let angle = Structure::reference(self.network, slack);
            let size = structure.set_point[slack];
            let v = [size * angle.cos(), size * angle.sin()];
            setup.voltages.push((self.layout.place[slack], v));
        }
        if options.enforce_q {
            setup.limits.clone_from(&self.structure.limits);
        }
        setup.structure = Some(Box::new(structure));
    }

    /// How the base's factors serve a state that keeps its structure; `None` where they do not.
    pub(super) fn chord(&self, setup: &Setup) -> Option<Chord> {
        let factors = self.factors.as_ref()?;
        if setup.patches.is_empty() {
            return Some(Chord::AsItIs);
        }
        let correction = Correction::new(&self.layout, &self.shared, factors, setup)?;
        Some(Chord::Corrected(correction))
    }

    /// Injections of a state that has the structure of the base.
    fn plain_deltas(&self, change: &Change, setup: &mut Setup) {
        let base = self.network.base_mva;
        let place = |bus: usize| self.layout.place[bus];
        for (i, pd) in last(&change.pd_mw) {
            setup.deltas.push((place(i), [(self.injections.pd_mw[i] - pd) / base, 0.0]));
        }
        for (i, qd) in last(&change.qd_mvar) {
            setup.deltas.push((place(i), [0.0, (self.injections.qd_mvar[i] - qd) / base]));
        }
        for (g, pg) in last(&change.pg_mw) {
            let bus = self.network.generators[g].bus;
            if self.status.generator[g] && self.status.bus[bus] {
                let more = (pg - self.injections.pg_mw[g]) / base;
                setup.deltas.push((place(bus), [more, 0.0]));
            }
        }
    }

    /// Adds a branch (`sign` 1) or takes it away (-1).
    fn switch_branch(&self, k: usize, sign: f64, setup: &mut Setup) {
        let l = &self.network.branches[k];
        let y = &self.two_ports[k];
        let scaled = |c: [f64; 2]| [sign * c[0], sign * c[1]];
        let (from, to) = (self.layout.place[l.from], self.layout.place[l.to]);
        if from == to {
            for c in [y.ff, y.ft, y.tf, y.tt] {
                setup.patches.push((from, DIAGONAL, scaled(c)));
            }
            return;
        }
        let [ft, tf] = self.entries[k];
        setup.patches.push((from, DIAGONAL, scaled(y.ff)));
        setup.patches.push((from, ft, scaled(y.ft)));
        setup.patches.push((to, tf, scaled(y.tf)));
        setup.patches.push((to, DIAGONAL, scaled(y.tt)));
    }

    /// Shunts count where their bus is in service.
    fn switch_shunts(&self, status: &Status, setup: &mut Setup) {
        let base = self.network.base_mva;
        for (i, bus) in self.network.buses.iter().enumerate() {
            let sign = f64::from(u8::from(status.bus[i])) - f64::from(u8::from(self.status.bus[i]));
            if sign != 0.0 && (bus.gs_mw != 0.0 || bus.bs_mvar != 0.0) {
                let y = [sign * bus.gs_mw / base, sign * bus.bs_mvar / base];
                setup.patches.push((self.layout.place[i], DIAGONAL, y));
            }
        }
    }

    /// What a state with a structure of its own has in addition.
    fn differences(&self, structure: &mut Structure, options: &AcOptions, setup: &mut Setup) {
        if options.enforce_q {
            // What was at its limit in the base is so at first.
            for limit in &mut structure.limits {
                let i = limit.bus;
                let before = self.structure.limits.binary_search_by_key(&i, |l| l.bus);
                let Some(before) = before.ok().map(|at| &self.structure.limits[at]) else {
                    continue;
                };
                limit.stand_as(before);
                if let (Some(output), true) = (limit.fixed(), structure.role[i] != FIXED) {
                    structure.role[i] = FREE;
                    structure.set_point[i] = 0.0;
                    structure.given[i][1] += output;
                } else {
                    limit.reset();
                }
            }
            setup.limits.clone_from(&structure.limits);
        }
        let turns = self.turns(structure);
        let waking = self.waking(structure);
        for i in 0..self.network.buses.len() {
            let place = self.layout.place[i];
            let row = place as usize;
            let role = structure.role[i];
            if role != self.shared.role[row] {
                setup.roles.push((place, role));
            }
            let more = [0, 1].map(|part| structure.given[i][part] - self.shared.given[row][part]);
            if more != [0.0; 2] && role != FIXED {
                setup.deltas.push((place, more));
            }
            let Some(island) = structure.live.islands.of_bus[i] else { continue };
            let Some(turn) = turns[island] else { continue };
            let start = self.shared.start[row];
            let mut v = if let Some(near) = waking.get(&place) {
                self.shared.start[*near as usize]
            } else if turn.by == [1.0, 0.0] {
                start
            } else {
                [
                    start[0] * turn.by[0] - start[1] * turn.by[1],
                    start[0] * turn.by[1] + start[1] * turn.by[0],
                ]
            };
            let wanted = structure.set_point[i];
            if wanted > 0.0 {
                let size = v[0].hypot(v[1]);
                if (size - wanted).abs() > 1e-12 * wanted {
                    v = v.map(|part| part * wanted / size);
                }
            }
            if v != start {
                setup.voltages.push((place, v));
            }
        }
    }

    /// The buses that were dead in the base and are live now, each with a live place of the base nearby, whose voltage
    /// is a better start than none. A flat start amid voltages of a loaded grid leads to solutions of collapsed voltage.
    fn waking(&self, structure: &Structure) -> BTreeMap<u32, u32> {
        let place = |bus: usize| self.layout.place[bus];
        let now = (0..self.network.buses.len()).filter(|&i| structure.live.bus(i));
        let (was, woken): (Vec<usize>, Vec<usize>) = now.partition(|&i| self.structure.live.bus(i));
        let mut out = BTreeMap::new();
        if woken.is_empty() {
            return out;
        }
        let mut waiting: BTreeSet<u32> = woken.into_iter().map(place).collect();
        let mut front: Vec<(u32, u32)> = was.into_iter().map(|i| (place(i), place(i))).collect();
        while !waiting.is_empty() && !front.is_empty() {
            let mut next = Vec::new();
            for (at, from) in front {
                for neighbour in &self.layout.columns[self.layout.row(at as usize)] {
                    if waiting.remove(neighbour) {
                        out.insert(*neighbour, from);
                        next.push((*neighbour, from));
                    }
                }
            }
            front = next;
        }
        out
    }

    /// How the starting voltages of each live island are turned, so that its reference has its angle.
    fn turns(&self, structure: &Structure) -> Vec<Option<Turn>> {
        let turn = |slack: usize| {
            let wanted = Structure::reference(self.network, slack);
            let [e, f] = self.shared.start[self.layout.place[slack] as usize];
            let by = wanted - f.atan2(e);
            let near = by.abs() < 1e-12 || !self.structure.live.bus(slack);
            Turn { by: if near { [1.0, 0.0] } else { [by.cos(), by.sin()] } }
        };
        structure.live.slack.iter().map(|s| s.map(turn)).collect()
    }
}

/// The last value that a list gives to each index, ascending.
fn last(list: &[(usize, f64)]) -> BTreeMap<usize, f64> {
    list.iter().copied().collect()
}

/// How starting voltages of an island come about.
#[derive(Debug, Clone, Copy)]
struct Turn {
    by: [f64; 2],
}
