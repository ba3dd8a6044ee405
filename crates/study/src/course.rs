//! The course of a study: what is to be run next, given what has been.
//!
//! First the policies, block by block, until it is certain which of them holds best or all scenarios are spent. Then, on the
//! first of the same scenarios and under the first policy, what is lost without each of the offers that are used most,
//! and what would be saved by equipment that lies ready. Each step is a function of the rows before it, so that a study
//! that was cut off goes on to the same end.

use std::sync::atomic::{AtomicBool, Ordering};

use relight_catalogue::{Item, Kind};
use relight_restore::scenario::Scenario;

use crate::furnish;
use crate::log::{Rows, part};
use crate::run::{Losses, Row, run_each};
use crate::stats::Interval;
use crate::study::{Class, Policy, Ready, Study};
use crate::terrain::rating;

/// How far a study goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Extent {
    /// Scenarios, at most.
    pub scenarios: u64,
    /// Whether it ends once it is certain which policy loses least, and all are run that are probed.
    pub stop: bool,
    /// Scenarios between two looks at that.
    pub look_every: u64,
    /// How often a statement of certainty may be wrong: 0.05 for 95 % confidence.
    pub alpha: f64,
    /// Scenarios, the first of all, on which offers are taken away and equipment is laid ready.
    pub probe: u64,
    /// Offers that are taken away, one at a time: those that are used most.
    pub missing: usize,
    /// Pieces that are laid ready, one after the other.
    pub pieces: usize,
    /// Places and things that are tried for each piece.
    pub candidates: usize,
    /// Steps from the region where a piece lies to any other.
    pub elsewhere: u32,
}

/// Something to be run: these scenarios under these policies.
#[derive(Debug, Clone)]
pub struct Task {
    /// The study with the policies of the part.
    pub study: Study,
    /// Which part.
    pub part: u64,
    /// What is left of it, or of its next block.
    pub scenarios: Vec<u64>,
    /// What it is for, in words.
    pub words: &'static str,
    /// Scenarios times policies that are left of the whole study, this task and all that is known to follow; at most.
    pub left: u64,
}

/// A piece that may lie ready.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Place in [`Study::classes`].
    pub class: usize,
    /// What lies ready, and where.
    pub ready: Ready,
    /// Places of the class in the region that stayed without equipment, over all scenarios looked at.
    pub lacking: u64,
}

/// A round of pre-positioning: the pieces before it, and what each further one would save.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// What was tried, and what it saves beside the pieces before, in weighted people-hours per scenario of the first
    /// half.
    pub tried: Vec<(Candidate, Interval)>,
    /// The one that saves most; `None` where none saves anything.
    pub chosen: Option<usize>,
}

/// Where a study stands.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// Scenarios run under all policies, a prefix of all.
    pub run: u64,
    /// Whether it is certain which policy loses least, by then.
    pub decided: bool,
    /// Whether the first part is finished.
    pub main: bool,
    /// Offers that were taken away, as indices, most used first.
    pub missing: Vec<usize>,
    /// Rounds of pre-positioning that are finished.
    pub rounds: Vec<Round>,
}

/// A study and how far it goes.
#[derive(Debug, Clone)]
pub struct Course {
    study: Study,
    extent: Extent,
    main: u64,
}

impl Course {
    /// Prepares.
    pub fn new(study: Study, extent: Extent) -> Self {
        let main = part(&study.settings().policies);
        Course { study, extent, main }
    }

    /// The study.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// How far it goes.
    pub fn extent(&self) -> &Extent {
        &self.extent
    }

    /// The part of the policies.
    pub fn main(&self) -> u64 {
        self.main
    }

    /// How sure each of several statements must be for all of them to be: their error is shared out (Bonferroni).
    pub fn alpha_of_pair(&self) -> f64 {
        let n = self.study.settings().policies.len();
        self.extent.alpha / (n * n.saturating_sub(1) / 2).max(1) as f64
    }

    /// What is to be run next; `None` where all is done.
    pub fn next(&self, rows: &Rows) -> Option<Task> {
        self.advance(rows).1
    }

    /// Where the study stands.
    pub fn progress(&self, rows: &Rows) -> Progress {
        self.advance(rows).0
    }

    fn advance(&self, rows: &Rows) -> (Progress, Option<Task>) {
        let mut progress = Progress::default();
        let policies = &self.study.settings().policies;
        let all = self.extent.scenarios;
        // What is probed is probed on scenarios that are run in any case.
        let least = self.extent.probe.min(all);
        let ends = |p: &Progress| self.extent.stop && p.decided && p.run >= least;
        while progress.run < all && !ends(&progress) {
            let end = (progress.run + self.extent.look_every.max(1)).min(all);
            if let Some(task) = self.task(rows, policies, progress.run..end, "policies") {
                let later = (all - end) * policies.len() as u64 + self.most_probes();
                return (progress, Some(Task { left: task.left + later, ..task }));
            }
            progress.run = end;
            progress.decided = self.decided(rows, end);
        }
        progress.main = true;
        let probed = self.extent.probe.min(progress.run);
        progress.missing = self.most_used(rows, progress.run);
        let without: Vec<Policy> = progress.missing.iter().map(|&o| self.without(o)).collect();
        if let Some(task) = self.task(rows, &without, 0..probed, "without an offer") {
            let later = self.most_rounds(0);
            return (progress, Some(Task { left: task.left + later, ..task }));
        }
        let half = probed / 2;
        let candidates = self.candidates(rows, half);
        let mut held: Vec<Ready> = Vec::new();
        for _ in 0..self.extent.pieces {
            let with = |c: &Candidate| self.with(&[held.clone(), vec![c.ready.clone()]].concat());
            let tried: Vec<Policy> = candidates.iter().map(with).collect();
            if let Some(task) = self.task(rows, &tried, 0..half, "equipment held ready") {
                let later = probed + self.most_rounds(held.len() + 1);
                return (progress, Some(Task { left: task.left + later, ..task }));
            }
            let before = self.with(&held);
            let gains: Vec<Interval> = (0..candidates.len())
                .map(|k| self.gain(rows, (std::slice::from_ref(&before), 0), (&tried, k), 0..half))
                .collect();
            let best = (0..gains.len())
                .max_by(|a, b| gains[*a].mean.total_cmp(&gains[*b].mean).then(b.cmp(a)))
                .filter(|&k| gains[k].mean > 0.0);
            let found = candidates.iter().cloned().zip(gains).collect();
            progress.rounds.push(Round { tried: found, chosen: best });
            let Some(best) = best else { break };
            held.push(candidates[best].ready.clone());
            // What the next round starts from, and in the end what the second half says of it.
            let chosen = [self.with(&held)];
            if let Some(task) = self.task(rows, &chosen, 0..probed, "equipment held ready") {
                let later = self.most_rounds(held.len());
                return (progress, Some(Task { left: task.left + later, ..task }));
            }
        }
        (progress, None)
    }

    /// Scenarios times policies of all that follows the policies, at most.
    fn most_probes(&self) -> u64 {
        self.extent.probe * self.extent.missing as u64 + self.most_rounds(0)
    }

    /// The same of the rounds of pre-positioning that are left when so many pieces are chosen.
    fn most_rounds(&self, chosen: usize) -> u64 {
        let Extent { probe, pieces, candidates, .. } = self.extent;
        pieces.saturating_sub(chosen) as u64 * (probe / 2 * candidates as u64 + probe)
    }

    fn task(
        &self,
        rows: &Rows,
        policies: &[Policy],
        scenarios: std::ops::Range<u64>,
        words: &'static str,
    ) -> Option<Task> {
        let part = part(policies);
        let scenarios: Vec<u64> = scenarios.filter(|&s| rows.of(part, s).is_none()).collect();
        if policies.is_empty() || scenarios.is_empty() {
            return None;
        }
        let left = (scenarios.len() * policies.len()) as u64;
        let study = self.study.with_policies(policies.to_vec());
        Some(Task { study, part, scenarios, words, left })
    }

    /// The rows of the policies, in the order of scenarios.
    pub fn main_rows<'r>(&self, rows: &'r Rows, run: u64) -> Vec<&'r Row> {
        (0..run).filter_map(|s| rows.of(self.main, s)).flatten().collect()
    }

    /// The rows of all that was probed, each with the study of its policies.
    pub fn probed_rows<'r>(&self, rows: &'r Rows) -> Vec<(Study, Vec<&'r Row>)> {
        let progress = self.progress(rows);
        let probed = self.extent.probe.min(progress.run);
        let mut held: Vec<Ready> = Vec::new();
        let mut parts = vec![progress.missing.iter().map(|&o| self.without(o)).collect()];
        for Round { tried, chosen } in &progress.rounds {
            let with = |c: &Candidate| self.with(&[held.clone(), vec![c.ready.clone()]].concat());
            let all: Vec<Policy> = tried.iter().map(|(c, _)| with(c)).collect();
            parts.push(all);
            let Some((best, _)) = chosen.and_then(|k| tried.get(k)) else { break };
            held.push(best.ready.clone());
            parts.push(vec![self.with(&held)]);
        }
        let rows_of = |policies: Vec<Policy>| {
            let key = part(&policies);
            let found = (0..probed).filter_map(|s| rows.of(key, s)).flatten().collect();
            (self.study.with_policies(policies), found)
        };
        parts.into_iter().map(rows_of).collect()
    }

    /// The policy that is probed: the first.
    fn reference(&self) -> &Policy {
        &self.study.settings().policies[0]
    }

    /// The first policy, without an offer.
    pub fn without(&self, offer: usize) -> Policy {
        let id = &self.study.base().offers[offer].id;
        let mut policy = self.reference().clone();
        policy.name = format!("{} without {id}", policy.name);
        policy.without.push(offer);
        policy
    }

    /// The first policy, with this ready beside what it has.
    pub fn with(&self, ready: &[Ready]) -> Policy {
        let mut policy = self.reference().clone();
        if let Some(last) = ready.last() {
            let class = Class::of(&last.item).words();
            let region = &self.study.regions()[last.region];
            policy.name =
                format!("{} with {} ready, last {class} in {region}", policy.name, ready.len());
        }
        policy.stock.extend(ready.iter().cloned());
        policy
    }

    /// What a policy loses in a scenario; `None` where it was not run, or was out of reach.
    pub fn losses<'r>(
        &self,
        rows: &'r Rows,
        part: u64,
        policy: usize,
        scenario: u64,
    ) -> Option<&'r Losses> {
        rows.of(part, scenario)?.get(policy)?.losses.as_ref()
    }

    /// What the second policy loses less than the first, per scenario, of the weighted people-hours: scenario by
    /// scenario, so that what both of them suffer alike falls out. Each is given by the policies of its part and its place
    /// among them. The first policy of the study is found among those of the study.
    pub fn gain(
        &self,
        rows: &Rows,
        from: (&[Policy], usize),
        to: (&[Policy], usize),
        scenarios: std::ops::Range<u64>,
    ) -> Interval {
        let place = |(policies, k): (&[Policy], usize)| match policies.get(k) {
            Some(policy) if policy == self.reference() => (self.main, 0),
            _ => (part(policies), k),
        };
        let (from, to) = (place(from), place(to));
        let saved: Vec<f64> = scenarios
            .filter_map(|s| {
                let before = self.losses(rows, from.0, from.1, s)?.weighted;
                let after = self.losses(rows, to.0, to.1, s)?.weighted;
                Some((before - after) as f64)
            })
            .collect();
        Interval::of(&saved, self.extent.alpha)
    }

    /// What policy `b` of the study loses more than policy `a`, by what `of` says of losses.
    pub fn difference(
        &self,
        rows: &Rows,
        (a, b): (usize, usize),
        run: u64,
        alpha: f64,
        of: impl Fn(&Losses) -> i64,
    ) -> Interval {
        Interval::of(&self.differences(rows, (a, b), run, of), alpha)
    }

    /// The same, scenario by scenario.
    pub fn differences(
        &self,
        rows: &Rows,
        (a, b): (usize, usize),
        run: u64,
        of: impl Fn(&Losses) -> i64,
    ) -> Vec<f64> {
        (0..run)
            .filter_map(|s| {
                let of = |p| self.losses(rows, self.main, p, s).map(&of);
                Some((of(b)? - of(a)?) as f64)
            })
            .collect()
    }

    /// The policy of the least mean loss; the first of several.
    pub fn leader(&self, rows: &Rows, run: u64) -> usize {
        let sum = |p: usize| -> i128 {
            (0..run)
                .filter_map(|s| self.losses(rows, self.main, p, s))
                .map(|l| i128::from(l.weighted))
                .sum()
        };
        let policies = 0..self.study.settings().policies.len();
        policies.min_by_key(|&p| (sum(p), p)).unwrap_or(0)
    }

    /// Whether it is certain that one policy loses less than each other.
    fn decided(&self, rows: &Rows, run: u64) -> bool {
        let policies = self.study.settings().policies.len();
        let leader = self.leader(rows, run);
        let certain = |p: usize| {
            let of = |l: &Losses| l.weighted;
            self.difference(rows, (leader, p), run, self.alpha_of_pair(), of).sign() > 0
        };
        policies > 1 && (0..policies).filter(|&p| p != leader).all(certain)
    }

    /// Offers of the base by the number of scenarios in which the first policy uses them.
    pub fn use_of_offers(&self, rows: &Rows, run: u64) -> Vec<(u64, u64)> {
        let mut used = vec![(0, 0); self.study.base().offers.len()];
        for losses in (0..run).filter_map(|s| self.losses(rows, self.main, 0, s)) {
            for &(offer, count) in &losses.used {
                if let Some((scenarios, pieces)) = used.get_mut(offer as usize) {
                    *scenarios += 1;
                    *pieces += u64::from(count);
                }
            }
        }
        used
    }

    fn most_used(&self, rows: &Rows, run: u64) -> Vec<usize> {
        let used = self.use_of_offers(rows, run);
        let mut offers: Vec<usize> = (0..used.len()).filter(|&o| used[o].0 > 0).collect();
        offers.sort_by(|&a, &b| used[b].cmp(&used[a]).then(a.cmp(&b)));
        offers.truncate(self.extent.missing);
        offers
    }

    /// What stayed without equipment under the first policy, by class and region: the number of scenarios, and of places.
    pub fn lacking(&self, rows: &Rows, run: u64) -> Vec<((usize, usize), (u64, u64))> {
        let mut found = std::collections::BTreeMap::new();
        for losses in (0..run).filter_map(|s| self.losses(rows, self.main, 0, s)) {
            for &(class, region, count) in &losses.open {
                let entry = found.entry((class as usize, region as usize)).or_insert((0, 0));
                *entry = (entry.0 + 1, entry.1 + u64::from(count));
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by(|a, b| b.1.1.cmp(&a.1.1).then(a.0.cmp(&b.0)));
        found
    }

    /// What is tried: a piece of what is lacking most, where it is lacking.
    fn candidates(&self, rows: &Rows, run: u64) -> Vec<Candidate> {
        let regions = self.study.base().regions.len();
        let lacking = self.lacking(rows, run).into_iter();
        lacking
            .filter(|((_, region), _)| *region < regions)
            .filter_map(|((class, region), (_, places))| {
                let item = usual(self.study.base(), self.study.classes().get(class)?)?;
                let ready = Ready { item, count: 1, region, elsewhere: self.extent.elsewhere };
                Some(Candidate { class, ready, lacking: places })
            })
            .take(self.extent.candidates)
            .collect()
    }
}

/// Runs what is left of a study, and keeps the rows. `finished` is told of each scenario as soon as it is done, by one
/// thread at a time: the task that it belongs to, its rows, and how many rows are left of the whole study, at most, which
/// only ever falls. Ends early once `stop` is true; gives whether all is done.
pub fn run(
    course: &Course,
    rows: &mut Rows,
    threads: usize,
    stop: &AtomicBool,
    mut finished: impl FnMut(&Task, &[Row], u64) + Send,
) -> bool {
    while let Some(task) = course.next(rows) {
        let mut left = task.left;
        run_each(&task.study, &task.scenarios, threads, stop, |_, done| {
            left = left.saturating_sub(done.len() as u64);
            finished(&task, &done, left);
            rows.keep(task.part, done);
        });
        if stop.load(Ordering::Relaxed) {
            return course.next(rows).is_none();
        }
    }
    true
}

/// A piece of a class as donors have it: of transformers one that carries as much as nine in ten of those that stand.
pub fn usual(base: &Scenario, class: &Class) -> Option<Item> {
    let network = &base.network;
    let nameplate = match class.kind {
        Kind::Transformer => {
            let kv = |bus: usize| network.buses[bus].base_kv;
            let mut ratings: Vec<f64> = (0..network.branches.len())
                .filter(|&l| {
                    let (a, b) = (kv(network.branches[l].from), kv(network.branches[l].to));
                    network.is_transformer(l) && (a.max(b), a.min(b)) == (class.kv, class.lv_kv)
                })
                .map(|l| rating(base, l))
                .collect();
            ratings.sort_by(f64::total_cmp);
            let mva = libm::round(*ratings.get(ratings.len() * 9 / 10)?);
            furnish::transformer(class.kv, class.lv_kv, mva, base.frequency_hz, 10.0)
        }
        Kind::Breaker => furnish::breaker(class.kv, base.frequency_hz),
        Kind::LineKit => furnish::line_kit(class.kv),
        _ => return None,
    };
    Some(Item { kind: class.kind, nameplate })
}
