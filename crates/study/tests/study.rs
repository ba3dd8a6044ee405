//! A small study of the winter storm's grid.

mod common;

use std::sync::atomic::AtomicBool;

use relight_restore::scenario::OfferStatus;
use relight_study::hazard::Hazard;
use relight_study::severity::Severity;
use relight_study::study::{Draw, Order, StudyError};
use relight_study::{Policy, Row, Settings, Study, run_scenarios};

fn policy(name: &str, order: Order, least_certain: OfferStatus) -> Policy {
    Policy { least_certain, ..Policy::new(name, order) }
}

fn study() -> Study {
    let draw = |hazard| Draw { hazard, severity: Severity::Elements(40.0), weight: 1.0 };
    let draws = [Hazard::Wind, Hazard::Quake, Hazard::Stations].map(draw).to_vec();
    let policies = vec![
        policy("ratio", Order::Ratio, OfferStatus::Offered),
        policy("listed", Order::Listed, OfferStatus::Offered),
        policy("certain", Order::Ratio, OfferStatus::Committed),
    ];
    Study::new(common::base("winter-storm"), Settings { seed: 4, draws, policies }).unwrap()
}

fn run(study: &Study, scenarios: &[u64], threads: usize) -> Vec<Row> {
    run_scenarios(study, scenarios, threads, &AtomicBool::new(false))
}

/// A row is a function of the study and its number: not of threads, nor of what was run before it.
#[test]
fn rows_are_the_same_however_they_are_run() {
    let study = study();
    let numbers: Vec<u64> = (0..6).collect();
    let one = run(&study, &numbers, 1);
    assert_eq!(one, run(&study, &numbers, 8));
    assert_eq!(one[9..12], run(&study, &[3], 1));
    let backwards: Vec<u64> = numbers.iter().rev().copied().collect();
    let mut again = run(&study, &backwards, 2);
    again.sort_by_key(|r| (r.scenario, r.policy));
    assert_eq!(one, again);
}

/// Rows say what the planner's own evaluation of no repair bounds, and rules that look are no worse than the list.
#[test]
fn rows_make_sense() {
    let study = study();
    let rows = run(&study, &(0..12).collect::<Vec<u64>>(), 2);
    let regions = study.regions().len();
    let mut sum = [0_i64; 3];
    for row in &rows {
        let losses = row.losses.as_ref().expect("within reach");
        assert_eq!(losses.lost.len(), regions * study.measures().len());
        assert!(losses.lost.iter().all(|lost| *lost >= 0) && losses.weighted >= 0);
        assert!(losses.jobs_done <= losses.jobs && losses.jobs > 0);
        // Homes weigh 1: what is minimised is at least what they lose, but for rounding by region.
        let power: i64 = losses.lost[..regions].iter().sum();
        assert!(losses.weighted >= power - i64::try_from(regions).unwrap(), "{row:?}");
        sum[row.policy as usize] += losses.weighted;
    }
    assert!(sum[0] < sum[1], "by ratio {} and as listed {}", sum[0], sum[1]);
}

#[test]
fn a_study_that_cannot_be_is_refused() {
    let base = common::base("five-bus");
    let none = Settings { seed: 1, draws: Vec::new(), policies: Vec::new() };
    assert_eq!(Study::new(base.clone(), none.clone()).unwrap_err(), StudyError::NoHazard);
    let draws = vec![Draw { hazard: Hazard::Wind, severity: Severity::Drawn, weight: 1.0 }];
    let bare = Settings { draws, ..none };
    assert_eq!(Study::new(base.clone(), bare.clone()).unwrap_err(), StudyError::NoPolicy);
    let same = policy("a", Order::Ratio, OfferStatus::Offered);
    let twice = Settings { policies: vec![same.clone(), same], ..bare };
    let refused = Study::new(base, twice).unwrap_err();
    assert_eq!(refused, StudyError::TwoPolicies("a".into()));
}
