//! What a study says, from its rows.

use std::fmt::Write as _;

use relight_restore::scenario::{Measure, OfferStatus};
use serde::Serialize;

use crate::course::Course;
use crate::log::{Rows, part};
use crate::run::{Losses, Row};
use crate::stats::{Interval, Spread};
use crate::study::{Class, Order, Policy, Ready, Study};

/// What a study says. Losses are in people-hours and unweighted where not said otherwise; means are per scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Name for people.
    pub name: String,
    /// Name of the scenario that it is of.
    pub scenario: String,
    /// Digest of that scenario's files, without damage.
    pub digest: String,
    /// Seed of all scenarios.
    pub seed: u64,
    /// Hours in a step.
    pub step_hours: f64,
    /// Hours that each scenario is followed.
    pub horizon_hours: f64,
    /// Unit of what is minimised.
    pub unit: &'static str,
    /// Confidence of each interval.
    pub confidence: f64,
    /// Scenarios that were asked for, at most.
    pub scenarios_asked: u64,
    /// Scenarios that were run.
    pub scenarios_run: u64,
    /// Scenarios as bad as was asked for: the others count nowhere.
    pub scenarios_counted: u64,
    /// Whether it ended before all were run, since it was certain which policy loses least.
    pub stopped_early: bool,
    /// What was drawn from.
    pub hazards: Vec<Struck>,
    /// What is lost: `power`, and services.
    pub measures: Vec<String>,
    /// Regions; the last is for what has none.
    pub regions: Vec<String>,
    /// What the policies lose.
    pub policies: Vec<Held>,
    /// The policy of the least mean loss.
    pub leader: usize,
    /// Whether it is certain that no other loses less.
    pub certain: bool,
    /// The leader beside each other policy.
    pub pairs: Vec<Pair>,
    /// Equipment on offer, most used first.
    pub offers: Vec<Used>,
    /// Equipment that was lacking, most lacking first.
    pub lacking: Vec<Lacking>,
    /// What to hold ready.
    pub ready: Option<Prepared>,
}

/// A hazard of the study.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Struck {
    /// Its word.
    pub hazard: &'static str,
    /// How bad, in words.
    pub severity: String,
    /// Its share of all draws.
    pub share: f64,
    /// Scenarios of it.
    pub scenarios: u64,
    /// Of these, out of reach: no event of their seed is as bad as was asked for.
    pub out_of_reach: u64,
    /// Mean numbers of elements out, transformers lost and lines down, of those within reach.
    pub elements: f64,
    /// See `elements`.
    pub transformers: f64,
    /// See `elements`.
    pub lines: f64,
}

/// What a policy loses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Held {
    /// Its name.
    pub policy: String,
    /// What it does, in words.
    pub words: String,
    /// What is minimised.
    pub weighted: Spread,
    /// Unserved energy, `MWh`.
    pub unserved_mwh: Spread,
    /// Mean share of the jobs that are finished within the horizon.
    pub jobs_done: f64,
    /// By measure.
    pub lost: Vec<LostOf>,
}

/// What is lost of a measure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LostOf {
    /// All regions together.
    pub all: Spread,
    /// By region.
    pub regions: Vec<Spread>,
}

/// The leader beside another policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// Place of the other policy.
    pub other: usize,
    /// What the other loses more of what is minimised.
    pub weighted: Interval,
    /// Whether that is certain, all such statements of the study together.
    pub certain: bool,
    /// What it loses more of each measure.
    pub lost: Vec<Interval>,
    /// Share of scenarios in which it loses more.
    pub worse: f64,
    /// Share of scenarios in which both lose the same.
    pub same: f64,
}

/// An offer, and what hangs on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Used {
    /// Its id.
    pub offer: String,
    /// Who gives it.
    pub donor: String,
    /// What it is.
    pub what: String,
    /// Pieces.
    pub count: u32,
    /// How certain it is.
    pub status: &'static str,
    /// Probability that it comes.
    pub confidence: f64,
    /// Share of scenarios in which the first policy uses some of it.
    pub share: f64,
    /// Pieces used where some are.
    pub pieces: f64,
    /// What the first policy loses more of what is minimised if it does not come; `None`: not looked at.
    pub missing: Option<Interval>,
    /// What it loses more of each measure.
    pub missing_of: Vec<Interval>,
}

/// Equipment that was lacking under the first policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lacking {
    /// What.
    pub what: String,
    /// Where.
    pub region: String,
    /// Share of scenarios in which some was lacking.
    pub share: f64,
    /// Places without it, per scenario.
    pub places: f64,
}

/// What to hold ready before the next event, under the first policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prepared {
    /// Scenarios on which pieces were chosen.
    pub chosen_on: u64,
    /// Other scenarios, on which the gain was measured.
    pub measured_on: u64,
    /// Steps from a piece's region to any other.
    pub elsewhere_steps: u32,
    /// Pieces in the order in which they were chosen.
    pub pieces: Vec<Piece>,
    /// What was tried for the first piece, best first: chosen on these very scenarios, so the best look better than they
    /// are.
    pub tried: Vec<Tried>,
}

/// A piece to hold ready.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Piece {
    /// What.
    pub what: String,
    /// Its nameplate, in words.
    pub plate: String,
    /// Where.
    pub region: String,
    /// What it saves together with the pieces before it, weighted, on scenarios that had no part in the choice.
    pub together: Interval,
    /// The same, by measure.
    pub together_of: Vec<Interval>,
}

/// A piece that was tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tried {
    /// What.
    pub what: String,
    /// Where.
    pub region: String,
    /// Mean that it saves on the scenarios that pieces were chosen on, weighted.
    pub gain: f64,
}

impl Summary {
    /// What the rows of a study say. Those that are missing are taken not to have been asked for.
    pub fn of(name: &str, course: &Course, rows: &Rows) -> Self {
        let study = course.study();
        let progress = course.progress(rows);
        let extent = course.extent();
        let run = progress.run;
        let base = study.base();
        let main: Vec<&[Row]> = (0..run).filter_map(|s| rows.of(course.main(), s)).collect();
        let counted = main.iter().filter(|r| r.iter().all(|row| row.losses.is_some())).count();
        let leader = course.leader(rows, run);
        let policies = &study.settings().policies;
        let alpha = extent.alpha;
        let held = policies.iter().enumerate();
        let held = held.map(|(p, policy)| hold(study, policy, &of_policy(&main, p), alpha));
        let pairs: Vec<Pair> = (0..policies.len())
            .filter(|&p| p != leader)
            .map(|other| pair(course, rows, (leader, other), run))
            .collect();
        Summary {
            name: name.to_owned(),
            scenario: base.name.clone(),
            digest: base.digest.clone(),
            seed: study.settings().seed,
            step_hours: base.step_hours,
            horizon_hours: base.horizon_hours(),
            unit: match base.measure {
                Measure::People => "weighted people-hours",
                Measure::Energy => "weighted MWh",
            },
            confidence: 1.0 - alpha,
            scenarios_asked: extent.scenarios,
            scenarios_run: run,
            scenarios_counted: counted as u64,
            stopped_early: progress.main && run < extent.scenarios,
            hazards: struck(study, &main),
            measures: study.measures().to_vec(),
            regions: study.regions().to_vec(),
            policies: held.collect(),
            leader,
            certain: !pairs.is_empty() && pairs.iter().all(|p| p.certain),
            pairs,
            offers: offers(course, rows, &progress.missing, run, counted),
            lacking: lacking(course, rows, run, counted),
            ready: prepared(course, rows, &progress),
        }
    }
}

fn of_policy<'r>(main: &[&'r [Row]], policy: usize) -> Vec<&'r Losses> {
    main.iter().filter_map(|rows| rows.get(policy)?.losses.as_ref()).collect()
}

fn share(part: u64, whole: usize) -> f64 {
    if whole > 0 { part as f64 / whole as f64 } else { 0.0 }
}

fn struck(study: &Study, main: &[&[Row]]) -> Vec<Struck> {
    let draws = &study.settings().draws;
    let weights: f64 = draws.iter().map(|d| d.weight).sum();
    let line = |(k, draw): (usize, &crate::study::Draw)| {
        let rows: Vec<&Row> =
            (main.iter().filter_map(|r| r.first())).filter(|row| row.draw as usize == k).collect();
        let within: Vec<&&Row> = rows.iter().filter(|row| row.losses.is_some()).collect();
        let mean = |of: fn(&Row) -> u32| {
            share(within.iter().map(|row| u64::from(of(row))).sum(), within.len())
        };
        Struck {
            hazard: draw.hazard.word(),
            severity: draw.severity.to_string(),
            share: if weights > 0.0 { draw.weight / weights } else { 0.0 },
            scenarios: rows.len() as u64,
            out_of_reach: (rows.len() - within.len()) as u64,
            elements: mean(|r| r.elements),
            transformers: mean(|r| r.transformers),
            lines: mean(|r| r.lines),
        }
    };
    draws.iter().enumerate().map(line).collect()
}

fn hold(study: &Study, policy: &Policy, losses: &[&Losses], alpha: f64) -> Held {
    let spread = |of: &dyn Fn(&Losses) -> i64| {
        let values: Vec<f64> = losses.iter().map(|l| of(l) as f64).collect();
        Spread::of(&values, alpha)
    };
    let regions = study.regions().len();
    let done: f64 =
        losses.iter().map(|l| share(u64::from(l.jobs_done), l.jobs.max(1) as usize)).sum();
    Held {
        policy: policy.name.clone(),
        words: words(study, policy),
        weighted: spread(&|l| l.weighted),
        unserved_mwh: spread(&|l| l.unserved_mwh),
        jobs_done: done / losses.len().max(1) as f64,
        lost: (0..study.measures().len())
            .map(|m| LostOf {
                all: spread(&|l| l.of_measure(study, m)),
                regions: (0..regions)
                    .map(|r| spread(&|l| l.lost.get(m * regions + r).copied().unwrap_or(0)))
                    .collect(),
            })
            .collect(),
    }
}

/// What a policy does, in a sentence.
pub fn words(study: &Study, policy: &Policy) -> String {
    let order = match &policy.order {
        Order::Ratio => "repairs first what brings back most for its work".to_owned(),
        Order::Listed => "repairs in the order of the list".to_owned(),
        Order::Plan(ranks) => {
            format!("repairs in the order of a plan for {} elements", ranks.len())
        }
    };
    let offers = match policy.least_certain {
        OfferStatus::Offered => "counts on every offer that comes".to_owned(),
        least => format!("counts only on offers that are {least} or surer"),
    };
    let mut words = format!("{order}; {offers}");
    for lot in &policy.stock {
        let _ = write!(words, "; {}", ready_words(study, lot));
    }
    words
}

fn ready_words(study: &Study, lot: &Ready) -> String {
    let region = study.regions().get(lot.region).map_or("", String::as_str);
    format!("{} × {} ready in {region}", lot.count, Class::of(&lot.item).words())
}

fn pair(course: &Course, rows: &Rows, (leader, other): (usize, usize), run: u64) -> Pair {
    let study = course.study();
    let all = course.differences(rows, (leader, other), run, |l| l.weighted);
    let weighted = Interval::of(&all, course.alpha_of_pair());
    let of = |m: usize| {
        let of = |l: &Losses| l.of_measure(study, m);
        course.difference(rows, (leader, other), run, course.alpha_of_pair(), of)
    };
    let count = |what: fn(&f64) -> bool| all.iter().filter(|d| what(d)).count() as u64;
    Pair {
        other,
        certain: weighted.sign() > 0,
        weighted,
        lost: (0..study.measures().len()).map(of).collect(),
        worse: share(count(|d| *d > 0.0), all.len()),
        same: share(count(|d| *d == 0.0), all.len()),
    }
}

fn offers(course: &Course, rows: &Rows, missing: &[usize], run: u64, counted: usize) -> Vec<Used> {
    let study = course.study();
    let used = course.use_of_offers(rows, run);
    let without: Vec<Policy> = missing.iter().map(|&o| course.without(o)).collect();
    let without = part(&without);
    let probed = course.extent().probe.min(run);
    // What is lost more when it is missing: the gain of having it.
    let lost_more = |place: usize, of: &dyn Fn(&Losses) -> i64| {
        let values: Vec<f64> = (0..probed)
            .filter_map(|s| {
                let with = course.losses(rows, course.main(), 0, s)?;
                let missing = course.losses(rows, without, place, s)?;
                Some((of(missing) - of(with)) as f64)
            })
            .collect();
        (!values.is_empty()).then(|| Interval::of(&values, course.extent().alpha))
    };
    let mut lines: Vec<(u64, usize, Used)> = (study.base().offers.iter().enumerate())
        .filter(|(o, _)| used[*o].0 > 0)
        .map(|(o, offer)| {
            let (scenarios, pieces) = used[o];
            let place = missing.iter().position(|m| *m == o);
            let of = |m: usize| move |l: &Losses| l.of_measure(study, m);
            let line = Used {
                offer: offer.id.clone(),
                donor: offer.donor.clone(),
                what: Class::of_offer(&offer.item).words(),
                count: offer.count,
                status: offer.status.word(),
                confidence: if offer.status == OfferStatus::Received {
                    1.0
                } else {
                    offer.confidence
                },
                share: share(scenarios, counted),
                pieces: share(pieces, scenarios as usize),
                missing: place.and_then(|p| lost_more(p, &|l| l.weighted)),
                missing_of: place.map_or(Vec::new(), |p| {
                    (0..study.measures().len()).filter_map(|m| lost_more(p, &of(m))).collect()
                }),
            };
            (scenarios, o, line)
        })
        .collect();
    let loss = |line: &Used| line.missing.map_or(f64::NEG_INFINITY, |m| m.mean);
    lines.sort_by(|a, b| loss(&b.2).total_cmp(&loss(&a.2)).then(b.0.cmp(&a.0)).then(a.1.cmp(&b.1)));
    lines.into_iter().map(|(_, _, line)| line).collect()
}

fn lacking(course: &Course, rows: &Rows, run: u64, counted: usize) -> Vec<Lacking> {
    let study = course.study();
    let all = course.lacking(rows, run).into_iter();
    all.filter_map(|((class, region), (scenarios, places))| {
        Some(Lacking {
            what: study.classes().get(class)?.words(),
            region: study.regions().get(region)?.clone(),
            share: share(scenarios, counted),
            places: share(places, counted),
        })
    })
    .collect()
}

fn prepared(course: &Course, rows: &Rows, progress: &crate::course::Progress) -> Option<Prepared> {
    let study = course.study();
    let first = progress.rounds.first()?;
    let probed = course.extent().probe.min(progress.run);
    let half = probed / 2;
    let within = |range: std::ops::Range<u64>| {
        range.filter(|&s| course.losses(rows, course.main(), 0, s).is_some()).count() as u64
    };
    let words = |ready: &Ready| Class::of(&ready.item).words();
    let region = |ready: &Ready| study.regions().get(ready.region).cloned().unwrap_or_default();
    let mut held: Vec<Ready> = Vec::new();
    let mut pieces = Vec::new();
    for round in &progress.rounds {
        let Some((candidate, _)) = round.chosen.and_then(|k| round.tried.get(k)) else { break };
        held.push(candidate.ready.clone());
        let chosen = part(&[course.with(&held)]);
        let gain = |of: &dyn Fn(&Losses) -> i64| {
            let values: Vec<f64> = (half..probed)
                .filter_map(|s| {
                    let before = course.losses(rows, course.main(), 0, s)?;
                    let after = course.losses(rows, chosen, 0, s)?;
                    Some((of(before) - of(after)) as f64)
                })
                .collect();
            Interval::of(&values, course.extent().alpha)
        };
        pieces.push(Piece {
            what: words(&candidate.ready),
            plate: plate(&candidate.ready),
            region: region(&candidate.ready),
            together: gain(&|l| l.weighted),
            together_of: (0..study.measures().len())
                .map(|m| gain(&|l| l.of_measure(study, m)))
                .collect(),
        });
    }
    let mut tried: Vec<Tried> = (first.tried.iter())
        .map(|(c, gain)| Tried { what: words(&c.ready), region: region(&c.ready), gain: gain.mean })
        .collect();
    tried.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    Some(Prepared {
        chosen_on: within(0..half),
        measured_on: within(half..probed),
        elsewhere_steps: course.extent().elsewhere,
        pieces,
        tried,
    })
}

fn plate(ready: &Ready) -> String {
    let plate = &ready.item.nameplate;
    let parts = [
        plate.mva.map(|x| format!("{x} MVA")),
        plate.rated_a.map(|x| format!("{x} A")),
        plate.breaking_ka.map(|x| format!("{x} kA")),
        plate.length_km.map(|x| format!("{x} km")),
        plate.mass_t.map(|x| format!("{x} t")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
