//! What is expected of a plan, and whether it is met.

use std::fmt;

use super::measure::Measured;
use crate::bench::restoration::numbers;

/// Values in `known.json` are rounded to whole `MWh`.
const ROUNDING: f64 = 0.5;
/// The largest gap on the small folders: where only the order counts, and with crews and dates.
const GAP_ORDER: f64 = 0.06;
const GAP_CREWS: f64 = 0.10;
/// The largest gap on the winter storm.
const GAP_STORM: f64 = 0.15;
/// A plan that is a fifth better than greedy costs at most so much of it.
const BETTER: f64 = 0.8;
/// Or it costs at most so much of the bound.
const NEAR_BOUND: f64 = 1.05;
/// Two sums of the same plan may differ by rounding.
const SAME: f64 = 1e-9;
/// The wall time of the whole program over the time limit that it was given: starting, reading and writing.
const LATE: f64 = 1.05;
/// Bytes that the two large instances may take.
const LARGE_BYTES: u64 = 2_000_000_000;
const HUGE_BYTES: u64 = 4_000_000_000;

/// Values of other methods on a small folder, `MWh`.
#[derive(Debug, PartialEq)]
pub struct Known {
    /// The local search.
    pub search: Option<f64>,
    /// The bound by best states.
    pub best_state: Option<f64>,
}

impl Known {
    /// Reads `known.json`.
    pub fn of(json: &str) -> Self {
        let first =
            |members: [&str; 2]| members.iter().find_map(|member| numbers(json, member).next());
        Known {
            search: first(["local_search_12s_python", "local_search_20s_python"]),
            best_state: first(["sum_k_best_state_lower_bound", "best_state_lower_bound"]),
        }
    }
}

/// What is expected on an instance.
#[derive(Debug)]
pub enum Target {
    /// A folder of `bench/restoration`.
    Known { known: Known, crews: bool },
    /// The winter storm.
    Storm,
    /// 2,869 buses.
    Large,
    /// 10,000 buses.
    Huge,
}

/// What a target is held against.
pub struct Facts<'a> {
    /// The run.
    pub measured: &'a Measured,
    /// The time limit, seconds.
    pub limit: u32,
    /// Greedy to its end, where it is known.
    pub greedy: Option<f64>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Known { crews, .. } => {
                let gap = 100.0 * if *crews { GAP_CREWS } else { GAP_ORDER };
                write!(f, "at most local search, bound at least best state, gap {gap:.0} %")
            }
            Target::Storm => {
                let gap = 100.0 * GAP_STORM;
                write!(f, "gap {gap:.0} %, at most {BETTER} of greedy")
            }
            Target::Large => {
                write!(f, "at most {BETTER} of greedy or {NEAR_BOUND} of the bound, 2 GB")
            }
            Target::Huge => write!(f, "at most greedy, a bound, 4 GB"),
        }
    }
}

impl Target {
    /// What is missed, in words; nothing where the target is met.
    pub fn missed(&self, facts: &Facts<'_>) -> Vec<String> {
        let Facts { measured, limit, greedy } = facts;
        let mut missed = Vec::new();
        let mut expect = |met: bool, words: &str| {
            if !met {
                missed.push(words.to_owned());
            }
        };
        let Some(plan) = &measured.plan else {
            expect(false, "no plan in the time");
            return missed;
        };
        let greedy = greedy.unwrap_or(plan.greedy) * (1.0 + SAME);
        let bytes = measured.peak_bytes.unwrap_or(0);
        match self {
            Target::Known { known, crews } => {
                let gap = if *crews { GAP_CREWS } else { GAP_ORDER };
                let search = known.search.unwrap_or(f64::INFINITY);
                expect(plan.weighted <= search + ROUNDING, "plan above local search");
                let best_state = known.best_state.unwrap_or(0.0);
                expect(plan.bound >= best_state - ROUNDING, "bound below best state");
                expect(plan.gap <= gap, "gap");
            }
            Target::Storm => {
                expect(plan.gap <= GAP_STORM, "gap");
                expect(plan.weighted <= BETTER * greedy, "too near to greedy");
            }
            Target::Large => {
                let good =
                    plan.weighted <= BETTER * greedy || plan.weighted <= NEAR_BOUND * plan.bound;
                expect(good, "too near to greedy, and far from the bound");
                expect(bytes <= LARGE_BYTES, "memory");
            }
            Target::Huge => {
                expect(plan.weighted <= greedy, "plan above greedy");
                expect(plan.bound > 0.0, "no bound");
                expect(bytes <= HUGE_BYTES, "memory");
            }
        }
        // No plan can be below its bound: one of the two is wrong.
        expect(plan.bound <= plan.weighted * (1.0 + 1e-6) + 1e-6, "bound above the plan");
        expect(measured.seconds <= LATE * f64::from(*limit), "time");
        missed
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::Plan;
    use super::*;

    fn measured(weighted: f64, bound: f64, greedy: f64) -> Measured {
        let gap = (weighted - bound) / weighted;
        Measured {
            plan: Some(Plan { weighted, bound, gap, greedy }),
            seconds: 59.0,
            peak_bytes: Some(1_000_000_000),
        }
    }

    fn missed(target: &Target, measured: &Measured, greedy: Option<f64>) -> Vec<String> {
        target.missed(&Facts { measured, limit: 60, greedy })
    }

    #[test]
    fn reads_the_values_of_other_methods() {
        let json = r#"{"values": {"greedy_one_step": 5.0, "local_search_12s_python": 4.0,
            "lp_relaxation_lower_bound": 2.0, "sum_k_best_state_lower_bound": 3.0}}"#;
        assert_eq!(Known::of(json), Known { search: Some(4.0), best_state: Some(3.0) });
        assert_eq!(Known::of("{}"), Known { search: None, best_state: None });
    }

    #[test]
    fn small_folders_are_held_to_the_rounded_values() {
        let known = Known { search: Some(100.0), best_state: Some(97.0) };
        let target = Target::Known { known, crews: false };
        assert_eq!(missed(&target, &measured(100.4, 96.6, 200.0), None), [""; 0]);
        assert_eq!(
            missed(&target, &measured(100.6, 97.0, 200.0), None),
            ["plan above local search"]
        );
        let bound = missed(&target, &measured(100.0, 90.0, 200.0), None);
        assert_eq!(bound, ["bound below best state", "gap"]);
    }

    #[test]
    fn the_large_instance_is_met_in_either_way() {
        assert_eq!(missed(&Target::Large, &measured(80.0, 10.0, 100.0), None), [""; 0]);
        assert_eq!(missed(&Target::Large, &measured(100.0, 96.0, 100.0), None), [""; 0]);
        assert_eq!(missed(&Target::Large, &measured(81.0, 10.0, 100.0), None).len(), 1);
        // Greedy to its end counts, not what a run cut short says of it.
        assert_eq!(missed(&Target::Large, &measured(80.0, 10.0, 100.0), Some(90.0)).len(), 1);
    }

    #[test]
    fn memory_time_and_a_wrong_bound_are_seen() {
        let mut run = measured(100.0, 0.0, 100.0);
        assert_eq!(missed(&Target::Huge, &run, None), ["no bound"]);
        run.peak_bytes = Some(5_000_000_000);
        run.seconds = 64.0;
        assert_eq!(missed(&Target::Huge, &run, None), ["no bound", "memory", "time"]);
        let above = missed(&Target::Huge, &measured(100.0, 101.0, 100.0), None);
        assert_eq!(above, ["bound above the plan"]);
        run.plan = None;
        assert_eq!(missed(&Target::Huge, &run, None), ["no plan in the time"]);
    }
}
