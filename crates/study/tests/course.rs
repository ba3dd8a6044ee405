//! Whole studies of five buses, whose answer is known: the one transformer is lost in every scenario, and only a policy
//! that has another one brings back what is behind it.

mod common;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use relight_restore::scenario::{self, OfferStatus};
use relight_study::course::{Course, Extent, run, usual};
use relight_study::hazard::Hazard;
use relight_study::log::{self, LogError, Rows};
use relight_study::severity::Severity;
use relight_study::study::{Class, Draw, Order, Ready};
use relight_study::summary::Summary;
use relight_study::{Policy, Settings, Study, parquet};

/// Breakers for whatever yard is destroyed.
const BREAKERS: &str = "offer,donor,kind,count,hv_kv,lv_kv,mva,phases,frequency_hz,vector_group,uk_pct,mass_t,rated_kv,rated_a,breaking_ka,origin,ready,transit,status,confidence\n\
    b1,Us,breaker,20,,,,,50,,,,245,3150,63,Here,0,0,received,1\n\
    b2,Us,breaker,20,,,,,50,,,,123,3150,63,Here,0,0,received,1\n";
/// A spare that fits, there from the start.
const SPARE: &str = "o1,Us,transformer,1,220,110,100,3,50,YNa0d11,10,76,,,,Here,0,2,received,1\n";

fn study(spare: bool, severity: Severity) -> Study {
    let mut folder = common::folder("five-bus");
    let offers = [BREAKERS, if spare { SPARE } else { "" }].concat();
    folder.files.insert("offers.csv".into(), offers.into_bytes());
    let settings = String::from_utf8(folder.files["scenario.toml"].clone()).unwrap();
    let longer = settings.replace("horizon_steps = 10", "horizon_steps = 120");
    folder.files.insert("scenario.toml".into(), longer.into_bytes());
    let crews = "skill,region,teams,from,until\nline,,1,0,\nstation,,9,0,\nheavy,,1,0,\n";
    folder.files.insert("crews.csv".into(), crews.into());
    let base = scenario::read(&folder).unwrap().scenario;
    let class = Class { kind: relight_catalogue::Kind::Transformer, kv: 220.0, lv_kv: 110.0 };
    let item = usual(&base, &class).unwrap();
    // The transformer stands at the power station.
    let hills = base.regions.iter().position(|r| r == "Hills").unwrap();
    let ready = |region| vec![Ready { item: item.clone(), count: 1, region, elsewhere: 20 }];
    let policies = vec![
        Policy::new("nothing", Order::Ratio),
        Policy { stock: ready(hills), ..Policy::new("in the hills", Order::Ratio) },
        Policy { stock: ready(1 - hills), ..Policy::new("in the plain", Order::Ratio) },
    ];
    let draws = vec![Draw { hazard: Hazard::Quake, severity, weight: 1.0 }];
    Study::new(base, Settings { seed: 5, draws, policies }).unwrap()
}

fn extent(scenarios: u64) -> Extent {
    Extent {
        scenarios,
        stop: true,
        look_every: 40,
        alpha: 0.05,
        probe: 80,
        missing: 4,
        pieces: 2,
        candidates: 4,
        elsewhere: 20,
    }
}

fn finished(course: &Course, threads: usize) -> Rows {
    let mut rows = Rows::default();
    assert!(run(course, &mut rows, threads, &AtomicBool::new(false), |_, _, _| ()));
    rows
}

#[test]
fn a_policy_that_is_better_by_construction_is_found_so() {
    let course = Course::new(study(false, Severity::Transformers(1.0)), extent(400));
    let rows = finished(&course, 2);
    let summary = Summary::of("spares", &course, &rows);
    assert_eq!(summary.policies[summary.leader].policy, "in the hills");
    assert!(summary.certain && summary.stopped_early, "{summary:#?}");
    assert!(summary.scenarios_run < 400 && summary.scenarios_run.is_multiple_of(40));
    let nothing = summary.pairs.iter().find(|p| p.other == 0).unwrap();
    assert!(nothing.worse > 0.95 && nothing.worse + nothing.same == 1.0, "{nothing:?}");
    // Twenty steps on the way: never better.
    let plain = summary.pairs.iter().find(|p| p.other == 2).unwrap();
    assert!(plain.weighted.mean > 0.0 && plain.worse + plain.same == 1.0, "{plain:?}");

    // What is to be held ready is that very piece, and what it saves is the difference of those policies: the first
    // half chooses, and the other half, scenario by scenario, says how much.
    let ready = summary.ready.as_ref().unwrap();
    let counts = |range: std::ops::Range<u64>| {
        range.filter(|&s| course.losses(&rows, course.main(), 0, s).is_some()).count() as u64
    };
    assert_eq!((ready.chosen_on, ready.measured_on), (counts(0..40), counts(40..80)));
    assert!(ready.measured_on > 30);
    assert_eq!(ready.pieces[0].what, "transformer 220/110 kV");
    assert_eq!(ready.pieces[0].region, "Hills");
    let losses = |p: usize, s: u64| Some(course.losses(&rows, course.main(), p, s)?.weighted);
    let saved: i64 = (40..80).filter_map(|s| Some(losses(0, s)? - losses(1, s)?)).sum();
    let mean = saved as f64 / ready.measured_on as f64;
    assert!((ready.pieces[0].together.mean - mean).abs() < 1e-6);
    let lacking = summary.lacking.iter().find(|l| l.what == "transformer 220/110 kV").unwrap();
    assert!(lacking.share == 1.0 && lacking.places == 1.0, "{lacking:?}");

    // Means and quantiles are those of the rows.
    let power: Vec<f64> = (0..summary.scenarios_run)
        .filter_map(|s| course.losses(&rows, course.main(), 1, s))
        .map(|losses| losses.of_measure(course.study(), 0) as f64)
        .collect();
    let told = &summary.policies[1].lost[0].all;
    assert!((told.mean.mean - power.iter().sum::<f64>() / power.len() as f64).abs() < 1e-6);
    assert_eq!(told.most, power.iter().copied().fold(0.0, f64::max));
}

#[test]
fn an_offer_on_which_all_hangs_decides() {
    let study = study(true, Severity::Transformers(1.0));
    let study = study.with_policies(vec![Policy::new("as offered", Order::Ratio)]);
    let course = Course::new(study, Extent { pieces: 0, ..extent(80) });
    let summary = Summary::of("offer", &course, &finished(&course, 2));
    let used = summary.offers.iter().find(|o| o.offer == "o1").unwrap();
    assert!(used.pieces == 1.0 && used.share > 0.95, "{used:?}");
    let missing = used.missing.unwrap();
    assert!(missing.low().unwrap() > 0.0, "{missing:?}");
    assert!(summary.pairs.is_empty() && !summary.certain && !summary.stopped_early);
}

/// What is out of reach is a row that says so, and counts nowhere.
#[test]
fn severity_out_of_reach_is_no_result() {
    let course = Course::new(study(false, Severity::Transformers(2.0)), extent(40));
    let rows = finished(&course, 2);
    assert!(course.main_rows(&rows, 40).iter().all(|row| row.losses.is_none()));
    let summary = Summary::of("too much", &course, &rows);
    assert_eq!((summary.scenarios_run, summary.scenarios_counted), (40, 0));
    assert_eq!((summary.hazards[0].scenarios, summary.hazards[0].out_of_reach), (40, 40));
    assert!(!summary.certain && summary.offers.is_empty());
    let json = serde_json::to_string(&summary).unwrap();
    assert!(!json.contains("NaN"), "{json}");
    assert!(parquet::results(&[(course.study(), course.main_rows(&rows, 40))]).is_ok());
}

fn files(course: &Course, rows: &Rows) -> (String, Vec<u8>, Vec<u8>, Vec<u8>) {
    let summary = Summary::of("whole", course, rows);
    let main = course.main_rows(rows, summary.scenarios_run);
    let losses = parquet::losses(course.study(), &main).unwrap();
    let probed = course.probed_rows(rows);
    let probed: Vec<_> = probed.iter().map(|(study, rows)| (study, rows.clone())).collect();
    let probes = parquet::results(&probed).unwrap();
    let results = parquet::results(&[(course.study(), main)]).unwrap();
    (serde_json::to_string(&summary).unwrap(), results, losses, probes)
}

/// Stopped again and again at other places, with other numbers of threads, its log torn each time: the same files, and no
/// scenario is run twice that was kept.
#[test]
fn a_study_that_is_cut_off_comes_to_the_same_end() {
    let course = Course::new(study(true, Severity::Transformers(1.0)), extent(120));
    let whole = files(&course, &finished(&course, 1));
    let mut bytes = log::header(course.study());
    let mut done = false;
    let mut kept: BTreeMap<(u64, u64), u32> = BTreeMap::new();
    for attempt in 0_usize.. {
        assert!(attempt < 100, "it never ends");
        let read = log::read(course.study(), &bytes).unwrap();
        assert_eq!(read.torn, attempt > 0, "attempt {attempt}");
        bytes.truncate(read.whole);
        let mut rows = read.rows;
        let stop = AtomicBool::new(false);
        let written = Mutex::new((&mut bytes, 0));
        let seen = &mut kept;
        done |= run(&course, &mut rows, 1 + attempt % 3, &stop, |task, found, _| {
            let mut written = written.lock().unwrap();
            assert!(seen.insert((task.part, found[0].scenario), 1).is_none(), "run twice");
            written.0.extend(log::finished(task.part, found));
            written.1 += 1;
            stop.store(written.1 >= 17 + attempt, Ordering::Relaxed);
        });
        // The last line is torn, as by a killed process: its scenario alone is run again.
        let read = log::read(course.study(), &bytes).unwrap();
        assert!(!read.torn && read.whole == bytes.len());
        if done {
            assert_eq!(files(&course, &read.rows), whole);
            break;
        }
        let last = bytes[..bytes.len() - 1].iter().rposition(|b| *b == b'\n').unwrap();
        bytes.truncate(bytes.len() - (bytes.len() - last) / 2);
        let cut = log::read(course.study(), &bytes).unwrap();
        seen.retain(|(part, scenario), _| cut.rows.of(*part, *scenario).is_some());
    }
}

#[test]
fn a_log_of_something_else_is_refused_and_a_changed_line_is_run_again() {
    let course = Course::new(study(false, Severity::Transformers(1.0)), extent(40));
    let mut bytes = log::header(course.study());
    let mut rows = Rows::default();
    let stop = AtomicBool::new(false);
    run(&course, &mut rows, 1, &stop, |task, found, _| {
        bytes.extend(log::finished(task.part, found));
    });
    let lines = String::from_utf8_lossy(&bytes).lines().count();
    assert_eq!(log::read(course.study(), &bytes).unwrap().rows.len(), lines - 1);
    // A digit that flipped: this line and what follows is not taken.
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let read = log::read(course.study(), &bytes).unwrap();
    assert!(read.torn && read.whole <= middle && read.rows.len() < lines - 1);
    let other = study(false, Severity::Transformers(2.0));
    assert_eq!(log::read(&other, &bytes).unwrap_err(), LogError::OtherStudy);
    assert_eq!(log::read(&other, b"my notes\n").unwrap_err(), LogError::NoLog);
    assert!(log::read(&other, b"").unwrap().rows.is_empty());
    assert!(log::read(&other, &log::header(&other)[..30]).unwrap().torn);
}

/// The share that is done never goes back, whatever the study turns to, and is whole in the end where nothing is saved.
#[test]
fn what_is_left_only_falls() {
    for (scenarios, probe) in [(120, 80), (40, 80), (120, 0)] {
        let extent = Extent { probe, stop: probe > 0, ..extent(scenarios) };
        let course = Course::new(study(false, Severity::Transformers(1.0)), extent);
        let (mut rows, mut done, mut shares) = (Rows::default(), 0_u64, vec![0.0]);
        let mut words = Vec::new();
        run(&course, &mut rows, 2, &AtomicBool::new(false), |task, found, left| {
            done += found.len() as u64;
            shares.push(done as f64 / (done + left) as f64);
            words.push(task.words);
        });
        words.dedup();
        assert!(shares.is_sorted(), "{words:?}: {shares:?}");
        let parts: &[&str] = &["policies", "without an offer", "equipment held ready"];
        assert_eq!(words, if probe > 0 { parts } else { &parts[..1] });
        // Nothing was decided early here, and nothing is probed: what was foreseen is what was done.
        assert!(probe > 0 || shares.last() == Some(&1.0), "{shares:?}");
    }
}

/// Rows of other policies are never taken for those of these.
#[test]
fn a_policy_that_changed_is_run_anew() {
    let first = Course::new(study(false, Severity::Transformers(1.0)), extent(40));
    let rows = finished(&first, 2);
    let mut policies = first.study().settings().policies.clone();
    policies[0].least_certain = OfferStatus::Committed;
    let second = Course::new(first.study().with_policies(policies), extent(40));
    assert_eq!(second.progress(&rows).run, 0);
    assert_eq!(second.next(&rows).unwrap().scenarios.len(), 40);
}
