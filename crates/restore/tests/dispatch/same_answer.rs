//! The answer for a state depends on the state alone.

use relight_restore::GridState;
use relight_restore::dispatch::{Delivery, Dispatcher, Engine, StateValue};

use crate::common::{Rng, seeds};
use crate::random::{random_scenario, random_state};

#[test]
fn what_was_learned_and_what_was_asked_before_change_nothing() {
    for seed in seeds(60, 2000) {
        let rng = &mut Rng(seed ^ 0xabc);
        let s = random_scenario(rng);
        let states: Vec<GridState> = (0..4).map(|_| random_state(rng, &s)).collect();
        let mut used = Dispatcher::new(&s);
        let first: Vec<Delivery> = states.iter().map(|state| used.deliver(state)).collect();
        for (k, state) in states.iter().enumerate().rev() {
            assert_eq!(used.deliver(state), first[k], "seed {seed}: asked again");
            assert_eq!(Dispatcher::new(&s).deliver(state), first[k], "seed {seed}: asked alone");
        }
        let mut learned = Dispatcher::new(&s);
        learned.learn(&states[..2]);
        for (state, first) in states.iter().zip(&first) {
            let found = learned.deliver(state);
            let room = 1e-7 * first.unserved.max(1.0);
            assert!((found.unserved - first.unserved).abs() <= room, "seed {seed}: learned");
        }
    }
}

#[test]
fn threads_that_share_an_engine_give_the_same_digits() {
    for seed in seeds(40, 2000) {
        let rng = &mut Rng(seed ^ 0x7ab1e);
        let s = random_scenario(rng);
        let states: Vec<GridState> = (0..8).map(|_| random_state(rng, &s)).collect();
        let engine = Engine::new(&s).anchored(&states[..2]);
        // Forward by one thread, backward by another, each state alone by the third.
        let run = |order: Vec<usize>| -> Vec<StateValue> {
            let mut ws = engine.workspace();
            let mut found: Vec<(usize, StateValue)> =
                order.into_iter().map(|k| (k, engine.value(&mut ws, &states[k]))).collect();
            found.sort_by_key(|(k, _)| *k);
            found.into_iter().map(|(_, value)| value).collect()
        };
        let (forward, backward, alone) = std::thread::scope(|scope| {
            let forward = scope.spawn(|| run((0..states.len()).collect()));
            let backward = scope.spawn(|| run((0..states.len()).rev().collect()));
            let alone: Vec<StateValue> =
                (states.iter()).map(|state| engine.value(&mut engine.workspace(), state)).collect();
            (forward.join().unwrap(), backward.join().unwrap(), alone)
        });
        assert_eq!(forward, backward, "seed {seed}");
        assert_eq!(forward, alone, "seed {seed}");
    }
}
