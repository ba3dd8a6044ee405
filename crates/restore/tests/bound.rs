//! The bound against plans and against optima found by trying everything.

mod common;

use common::{bench, example};
use relight_restore::bound::{Effort, Stop, best_state};
use relight_restore::matching::{Allowed, matches};
use relight_restore::plan::Bound;
use relight_restore::scenario::{OfferStatus, Scenario};

struct Never;

impl Stop for Never {
    fn stop(&self) -> bool {
        false
    }
}

const EFFORT: Effort = Effort::Counted { solves: 100_000, nodes: 2_000 };

fn bound(s: &Scenario) -> Bound {
    let rows = matches(s);
    let allowed = Allowed { status: OfferStatus::Offered };
    best_state(s, &rows, allowed, EFFORT, &Never, &mut |_| ())
}

#[test]
fn reaches_the_values_of_another_program() {
    // `known.json`: best-state bounds computed in Python with HiGHS, rounded to whole MWh.
    for (name, known) in [
        ("case118_ieee-order-1", 190.0),
        ("case118_ieee-order-2", 456.0),
        ("case118_ieee-crews-1", 200.0),
    ] {
        let Some(s) = bench(name) else { return };
        let found = bound(&s).weighted;
        assert!((found - known).abs() < 0.5, "{name}: {found}, known {known}");
    }
}

#[test]
fn an_example_has_a_bound() {
    let found = bound(&example("five-bus"));
    assert!(found.complete && found.weighted > 0.0, "{found:?}");
}
