//! Plans a scenario without a search, checks every state by AC power flow, and says what came of it and how long it took.
//!
//! ```sh
//! cargo run --release -p relight-restore --example ac_check -- examples/winter-storm
//! ```
//!
//! *Unserved* is weighted as the planner weighs it: what the linear model leaves, and what the state leaves as it would be operated. The last line
//! tells what part of the time the first power flows of all states take, which is what could be solved side by side.

mod folder;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use relight_restore::ac_correct::operate;
use relight_restore::dispatch::Dispatcher;
use relight_restore::planner::{Settings, Unwatched, plan};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which scenario folder?")?;
    let scenario = folder::load(Path::new(&path))?;
    let settings = Settings { ac: false, iterations: Some(5), ..Settings::default() };
    let plan = plan(&scenario, &settings, &mut Unwatched);
    let mut dispatcher = Dispatcher::new(&scenario);
    let (mut all, mut flows) = (Duration::ZERO, Duration::ZERO);
    let mut unserved = [0.0; 2];
    for (k, state) in plan.states.iter().enumerate() {
        let began = Instant::now();
        let operation = operate(&mut dispatcher, state);
        let took = began.elapsed();
        all += took;
        let again = Instant::now();
        operation.model.solve();
        flows += again.elapsed();
        let weighted = [&state.dispatch, &operation.dispatch]
            .map(|d| dispatcher.load().all_unserved(&d.served_mw));
        unserved = [unserved[0] + weighted[0], unserved[1] + weighted[1]];
        let check = operation.check;
        println!(
            "state {k}: {} {:.1} of {:.1} MW, unserved {:.0}, planned {:.0}, {:.3} s; {}",
            check.verdict.word(),
            check.served_mw,
            state.served_mw,
            weighted[1],
            weighted[0],
            took.as_secs_f64(),
            check.note
        );
    }
    let part = flows.as_secs_f64() / all.as_secs_f64();
    println!(
        "{} states, {:.2} s, one power flow of each {:.1} % of that; unserved {:.0}, planned {:.0}",
        plan.states.len(),
        all.as_secs_f64(),
        100.0 * part,
        unserved[1],
        unserved[0]
    );
    Ok(())
}
