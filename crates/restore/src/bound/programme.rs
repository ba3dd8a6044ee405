//! The least loss over the steps of a window, as a mixed-integer programme over the states that can be reached.

use std::ops::RangeInclusive;

use highs::{Col, RowProblem};

use super::losses::Losses;
use super::reach::{Reach, Row};
use super::skeleton::{Limit, Ohm, Skeleton};
use super::solve::{Limits, Programme};
use super::supply::Supply;
use crate::scenario::Element;

/// The weight of everything, in the units of the programme: the solver's tolerances are absolute.
const TOTAL: f64 = 1e4;
/// What a value of the solver may be too high by, as a share of the weight of everything.
const SLACK: f64 = 1e-8;

/// What all windows share.
#[derive(Debug)]
pub(super) struct Model<'a> {
    pub reach: Reach<'a>,
    pub skeleton: Skeleton<'a>,
    pub losses: Losses<'a>,
    pub limits: Vec<Limit>,
    pub ohms: Vec<Ohm>,
    /// By service: whether windows follow its buffer and its diesel from step to step.
    pub followed: Vec<bool>,
}

/// The columns of one step.
pub(super) struct Step {
    pub done: Vec<Option<Col>>,
    /// By bus of a piece: what is injected there, columns and signs.
    pub at: Vec<Vec<(Col, f64)>>,
    /// By branch that depends on repairs: its flow, and the damages that must be repaired.
    pub flows: Vec<Option<(Col, Vec<Col>)>>,
    pub services: Vec<Supply>,
}

impl Model<'_> {
    /// The programme of the least loss over the steps of `window` (step, how often it counts), nested in each other.
    pub(super) fn programme(
        &self,
        window: &[(u32, f64)],
        cuts: &[Row],
        laws: &[usize],
        limits: Limits,
    ) -> Programme {
        let scale = TOTAL / self.losses.total.max(f64::MIN_POSITIVE);
        let mut build = Build {
            model: self,
            problem: RowProblem::default(),
            scale,
            offset: 0.0,
            mixed: matches!(limits, Limits::Mixed { .. }),
            laws,
        };
        let mut steps: Vec<Step> = Vec::new();
        for &(step, count) in window {
            let jobs = build.jobs(step, steps.last());
            steps.push(build.step(step, count, jobs, window.len() > 1));
        }
        let times: Vec<u32> = window.iter().map(|w| w.0).collect();
        if window.len() > 1 {
            let supplies: Vec<&[Supply]> = steps.iter().map(|s| s.services.as_slice()).collect();
            build.follow(&times, &supplies);
        }
        for row in self.reach.work(&times).iter().chain(cuts) {
            let terms = row.columns(&steps);
            if !terms.is_empty() {
                build.problem.add_row(..=row.right, terms);
            }
        }
        for step in &steps {
            for limit in &self.limits {
                let (range, terms) = limit_row(limit, step);
                if !terms.is_empty() {
                    build.problem.add_row(range, terms);
                }
            }
        }
        let Build { problem, offset, .. } = build;
        let counts: f64 = window.iter().map(|w| w.1).sum();
        let mut programme = Programme::new(problem, steps, limits);
        programme.known = (cuts.len(), self.limits.len());
        programme.offset = offset - SLACK * TOTAL * counts;
        programme.scale = scale;
        programme
    }

    /// Adds to a programme the rows that came after it was made, so that it is solved from where it stands.
    pub(super) fn extend(&self, programme: &mut Programme, cuts: &[Row]) {
        let (cuts_known, limits_known) = programme.known;
        for row in &cuts[cuts_known.min(cuts.len())..] {
            let terms = row.columns(&programme.steps);
            programme.add(..=row.right, terms);
        }
        for k in 0..programme.steps.len() {
            for limit in &self.limits[limits_known..] {
                let (range, terms) = limit_row(limit, &programme.steps[k]);
                programme.add(range, terms);
            }
        }
        programme.known = (cuts.len(), self.limits.len());
    }
}

/// The row of a branch limit in a step.
fn limit_row(limit: &Limit, step: &Step) -> (RangeInclusive<f64>, Vec<(Col, f64)>) {
    let mut row = Vec::new();
    for &(bus, factor) in &limit.factors {
        row.extend(step.at[bus].iter().map(|&(column, sign)| (column, factor * sign)));
    }
    (-limit.most - limit.base..=limit.most - limit.base, summed(row))
}

impl Row {
    fn columns(&self, steps: &[Step]) -> Vec<(Col, f64)> {
        let terms = self.terms.iter();
        terms.filter_map(|&(k, j, factor)| Some((steps[k].done[j]?, factor))).collect()
    }
}

pub(super) struct Build<'m, 'a> {
    pub model: &'m Model<'a>,
    pub problem: RowProblem,
    pub scale: f64,
    /// Loss that no choice changes.
    offset: f64,
    mixed: bool,
    /// Indices into the branches that are held to Ohm's law.
    laws: &'m [usize],
}

impl Build<'_, '_> {
    pub(super) fn column(&mut self, cost: f64, range: RangeInclusive<f64>) -> Col {
        self.problem.add_column(cost, range)
    }

    /// Columns that say whether each job is done by `step`, with what ties them to each other, to equipment and to
    /// the step before.
    fn jobs(&mut self, step: u32, before: Option<&Step>) -> Vec<Option<Col>> {
        let reach = &self.model.reach;
        let scenario = reach.scenario;
        let mut done = vec![None; scenario.jobs.len()];
        for (j, column) in done.iter_mut().enumerate() {
            if reach.finish(j).is_some_and(|finish| finish <= step) {
                *column = Some(if self.mixed {
                    self.problem.add_integer_column(0.0, 0..=1)
                } else {
                    self.problem.add_column(0.0, 0..=1)
                });
            }
        }
        for (j, job) in scenario.jobs.iter().enumerate() {
            let Some(column) = done[j] else { continue };
            for p in job.after.iter().filter_map(|&p| done[p]) {
                self.problem.add_row(..=0.0, [(column, 1.0), (p, -1.0)]);
            }
            if let Some(earlier) = before.and_then(|b| b.done[j]) {
                self.problem.add_row(..=0.0, [(earlier, 1.0), (column, -1.0)]);
            }
        }
        done
    }

    /// Columns for the places of needs that offers fill by `step`: by need, offer.
    fn items(&mut self, step: u32, done: &[Option<Col>]) -> Vec<Vec<(usize, Col)>> {
        let reach = &self.model.reach;
        let scenario = reach.scenario;
        let mut filled = vec![Vec::new(); scenario.needs.len()];
        let mut used: Vec<Vec<(Col, f64)>> = vec![Vec::new(); scenario.offers.len()];
        for (n, need) in scenario.needs.iter().enumerate() {
            let Some(job) = done[need.job] else { continue };
            let steps = scenario.jobs[need.job].steps;
            let mut row = vec![(job, -f64::from(need.count))];
            for (c, choice) in reach.choices[n].iter().enumerate() {
                let start = reach.start[need.job].unwrap_or(u32::MAX).max(choice.arrival);
                if start.saturating_add(steps) > step {
                    continue;
                }
                let most = need.count.min(scenario.offers[choice.offer].count / choice.pieces);
                let column = self.column(0.0, 0.0..=f64::from(most));
                row.push((column, 1.0));
                used[choice.offer].push((column, f64::from(choice.pieces)));
                filled[n].push((c, column));
            }
            self.problem.add_row(0.0..=0.0, row);
        }
        for (offer, used) in scenario.offers.iter().zip(used) {
            if !used.is_empty() {
                self.problem.add_row(..=f64::from(offer.count), used);
            }
        }
        filled
    }

    /// For each damage a column that is at most 1, and 0 unless all its jobs are done; `None`: never by this step.
    ///
    /// A repaired element may stay open, as operators leave it where closing it would do harm.
    fn repaired(&mut self, done: &[Option<Col>], several: bool) -> Vec<Option<Col>> {
        let scenario = self.model.reach.scenario;
        let mut alone = vec![!several; scenario.jobs.len()];
        for &p in scenario.jobs.iter().flat_map(|j| &j.after) {
            alone[p] = false;
        }
        let skeleton = &self.model.skeleton;
        let mut lawful = vec![false; scenario.damages.len()];
        for ohm in self.laws.iter().map(|&k| &self.model.ohms[k]) {
            for &d in &skeleton.branches[ohm.switch].damages {
                lawful[d] = true;
            }
        }
        let mut jobs = vec![Vec::new(); scenario.damages.len()];
        for (j, job) in scenario.jobs.iter().enumerate() {
            jobs[job.damage].push(j);
        }
        (jobs.iter().enumerate())
            .map(|(d, jobs)| {
                let columns: Vec<Col> =
                    jobs.iter().map(|&j| done[j]).collect::<Option<Vec<Col>>>()?;
                match columns[..] {
                    [] => None,
                    // Not to close it is then as good as not to repair it.
                    [one] if alone[jobs[0]] || !lawful[d] => Some(one),
                    _ => {
                        let all = if lawful[d] && self.mixed {
                            self.problem.add_integer_column(0.0, 0..=1)
                        } else {
                            self.column(0.0, 0.0..=1.0)
                        };
                        for column in columns {
                            self.problem.add_row(..=0.0, [(all, 1.0), (column, -1.0)]);
                        }
                        Some(all)
                    }
                }
            })
            .collect()
    }

    fn step(&mut self, step: u32, count: f64, done: Vec<Option<Col>>, several: bool) -> Step {
        let model = self.model;
        let skeleton = &model.skeleton;
        let network = &skeleton.scenario.network;
        let filled = self.items(step, &done);
        let repaired = self.repaired(&done, several);
        let mut flows = Vec::with_capacity(skeleton.branches.len());
        let mut injections: Vec<(Col, usize, f64)> = Vec::new();
        // What brings power into a piece without a source: column of the repair, MW.
        let mut entries: Vec<Vec<(Col, f64)>> = vec![Vec::new(); skeleton.pieces];

        let switch =
            |damages: &[usize]| damages.iter().map(|&d| repaired[d]).collect::<Option<Vec<Col>>>();
        for s in &skeleton.generators {
            let Some(on) = switch(&s.damages) else { continue };
            let bus = network.generators[s.element].bus;
            let column = self.column(0.0, s.least..=s.most);
            for &z in &on {
                self.problem.add_row(..=0.0, [(column, 1.0), (z, -s.most)]);
                if s.least < 0.0 {
                    self.problem.add_row(0.0.., [(column, 1.0), (z, -s.least)]);
                }
            }
            injections.push((column, bus, 1.0));
            if let (Some(p), Some(&z)) = (skeleton.piece[bus], on.first()) {
                entries[p].push((z, s.most));
            }
        }
        for s in &skeleton.branches {
            let Some(on) = switch(&s.damages) else {
                flows.push(None);
                continue;
            };
            let l = &network.branches[s.element];
            let column = self.column(0.0, -s.most..=s.most);
            if s.most.is_finite() {
                for &z in &on {
                    self.problem.add_row(..=0.0, [(column, 1.0), (z, -s.most)]);
                    self.problem.add_row(0.0.., [(column, 1.0), (z, s.most)]);
                }
                self.smaller_unit(s.element, column, s.most, &filled);
            }
            injections.push((column, l.from, -1.0));
            injections.push((column, l.to, 1.0));
            for (bus, other) in [(l.from, l.to), (l.to, l.from)] {
                let piece =
                    skeleton.piece[bus].filter(|_| skeleton.piece[bus] != skeleton.piece[other]);
                if let (Some(p), Some(&z)) = (piece, on.first()) {
                    entries[p].push((z, s.most));
                }
            }
            flows.push(Some((column, on)));
        }

        let mut served = vec![None; network.buses.len()];
        let mut by_piece: Vec<Vec<(Col, f64)>> = vec![Vec::new(); skeleton.pieces];
        for (i, bus) in network.buses.iter().enumerate() {
            let homes = model.losses.homes[i] * count * self.scale;
            self.offset += homes;
            let Some(piece) = skeleton.piece[i] else { continue };
            let Some(on) = switch(&skeleton.bus_damages[i]) else { continue };
            if bus.pd_mw > 0.0 {
                let column = self.column(-homes / bus.pd_mw, 0.0..=bus.pd_mw);
                for &z in &on {
                    self.problem.add_row(..=0.0, [(column, 1.0), (z, -bus.pd_mw)]);
                }
                served[i] = Some(column);
                injections.push((column, i, -1.0));
                by_piece[piece].push((column, 1.0));
            } else if bus.pd_mw < 0.0 {
                let column = self.column(0.0, 0.0..=-bus.pd_mw);
                injections.push((column, i, 1.0));
            }
            let (least, most) = skeleton.output[i];
            if most > least {
                let column = self.column(0.0, least..=most);
                injections.push((column, i, 1.0));
            }
        }
        self.entry(&entries, by_piece);
        let services = self.services(step, count, &served, &entries, &repaired, several);
        let at = self.balance(&injections, &flows, &filled);
        Step { done, at, flows, services }
    }

    /// A branch carries no more than the unit that is put in.
    fn smaller_unit(&mut self, branch: usize, flow: Col, most: f64, filled: &[Vec<(usize, Col)>]) {
        let reach = &self.model.reach;
        let scenario = reach.scenario;
        for (n, need) in scenario.needs.iter().enumerate() {
            let damage = scenario.jobs[need.job].damage;
            let choices = &reach.choices[n];
            if need.count != 1
                || scenario.damages[damage].element != Element::Branch(branch)
                || choices.iter().all(|c| c.smaller.is_none())
            {
                continue;
            }
            for sign in [1.0, -1.0] {
                let mut row = vec![(flow, sign)];
                row.extend(filled[n].iter().map(|&(c, column)| {
                    // Eased as the limit itself is.
                    let mva = choices[c].smaller.map_or(most, |mva| (mva * (1.0 + 1e-7)).min(most));
                    (column, -mva)
                }));
                self.problem.add_row(..=0.0, row);
            }
        }
    }

    /// A piece without a source is served no more than what is repaired lets in, and nothing lets in more than
    /// there is to serve.
    fn entry(&mut self, entries: &[Vec<(Col, f64)>], by_piece: Vec<Vec<(Col, f64)>>) {
        let skeleton = &self.model.skeleton;
        for (p, mut row) in by_piece.into_iter().enumerate() {
            if skeleton.has_source[p] || row.is_empty() || self.feeds_itself(p) {
                continue;
            }
            let demand = skeleton.demand[p];
            let lets_in = summed(entries[p].clone()).into_iter();
            row.extend(lets_in.map(|(z, most)| (z, -most.min(demand))));
            self.problem.add_row(..=0.0, row);
        }
    }

    /// Whether a piece has negative loads, which count as fixed injections.
    fn feeds_itself(&self, piece: usize) -> bool {
        let skeleton = &self.model.skeleton;
        let buses = &skeleton.scenario.network.buses;
        (buses.iter().zip(&skeleton.piece)).any(|(b, p)| *p == Some(piece) && b.pd_mw < 0.0)
    }

    /// What is injected into a piece is drawn from it, and Ohm's law holds where it is asked for. Returns what is
    /// injected at each bus.
    fn balance(
        &mut self,
        injections: &[(Col, usize, f64)],
        flows: &[Option<(Col, Vec<Col>)>],
        filled: &[Vec<(usize, Col)>],
    ) -> Vec<Vec<(Col, f64)>> {
        let model = self.model;
        let skeleton = &model.skeleton;
        let mut balance: Vec<Vec<(Col, f64)>> = vec![Vec::new(); skeleton.pieces];
        let mut at: Vec<Vec<(Col, f64)>> = vec![Vec::new(); skeleton.piece.len()];
        for &(column, bus, sign) in injections {
            if let Some(p) = skeleton.piece[bus] {
                balance[p].push((column, sign));
                at[bus].push((column, sign));
            }
        }
        for row in balance {
            if !row.is_empty() {
                self.problem.add_row(0.0..=0.0, summed(row));
            }
        }
        if self.laws.is_empty() {
            return at;
        }
        let angles: Vec<Col> =
            (0..skeleton.pieces).map(|_| self.problem.add_column::<f64, _>(0.0, ..)).collect();
        for ohm in self.laws.iter().map(|&k| &model.ohms[k]) {
            let Some((flow, on)) = &flows[ohm.switch] else { continue };
            let mut law = vec![(*flow, 1.0)];
            for &(bus, factor) in &ohm.factors {
                law.extend(at[bus].iter().map(|&(column, sign)| (column, -factor * sign)));
            }
            if let Some((p, q, b)) = ohm.joins {
                law.extend([(angles[p], -b), (angles[q], b)]);
            }
            let law = summed(law);
            // Open, or with another unit than before, it is free of the law.
            let mut free: Vec<(Col, f64)> = on.iter().map(|&z| (z, ohm.apart)).collect();
            free.extend(self.other_unit(skeleton.branches[ohm.switch].element, ohm.apart, filled));
            let right = ohm.apart * on.len() as f64 + 1e-4;
            for sign in [1.0, -1.0] {
                let row = law.iter().map(|&(column, factor)| (column, sign * factor));
                self.problem.add_row(..=right, summed(row.chain(free.iter().copied()).collect()));
            }
        }
        at
    }

    /// How far a smaller unit, whose impedance is higher, frees a branch from the law.
    fn other_unit(
        &self,
        branch: usize,
        apart: f64,
        filled: &[Vec<(usize, Col)>],
    ) -> Vec<(Col, f64)> {
        let reach = &self.model.reach;
        let scenario = reach.scenario;
        let mut free = Vec::new();
        for (n, need) in scenario.needs.iter().enumerate() {
            let damage = scenario.jobs[need.job].damage;
            let Some(asked) = need.item.nameplate.mva else { continue };
            if scenario.damages[damage].element == Element::Branch(branch) {
                free.extend(filled[n].iter().filter_map(|&(c, column)| {
                    let mva = reach.choices[n][c].smaller?;
                    Some((column, -apart * (1.0 - mva / asked)))
                }));
            }
        }
        free
    }
}

/// A branch within a piece has both its ends there: its column must come once in a row.
pub(super) fn summed(mut row: Vec<(Col, f64)>) -> Vec<(Col, f64)> {
    row.sort_by_key(|(column, _)| column.index());
    let mut sums: Vec<(Col, f64)> = Vec::with_capacity(row.len());
    for (column, factor) in row {
        match sums.last_mut() {
            Some(last) if last.0 == column => last.1 += factor,
            _ => sums.push((column, factor)),
        }
    }
    sums.retain(|(_, factor)| *factor != 0.0);
    sums
}
