//! Maximal load delivery: the most weighted load that a grid state can supply, by the DC model, exactly.
//!
//! For each state:
//!
//! 1. Islands without a generator in service are dead (`case`). In every other island the load is met in the order
//!    of weight as far as generation reaches, each generator near its output in the case (`programme`). If no
//!    line limit is broken by that, nothing can be better.
//! 2. Otherwise `simplex` goes on from there, or from the basis of a similar state that the [`Engine`] keeps as an
//!    *anchor*. It sees one balance row for each island and those line limits alone that bind; all other lines are
//!    followed as flows on the factorised susceptance matrix (`laplacian`), so that every limit holds at the
//!    end, and the answer is that of the full programme ([`mod@reference`]).
//!
//! What numbers defeat is left to the full programme, and counted ([`Effort::fallbacks`]). Settled dispatches, and those
//! within the margins of an AC check, are solved by a general solver (`lp`).
//!
//! The answer is a function of the state and of the immutable [`Engine`]: a [`Workspace`] carries room and a
//! factorisation from state to state, whose digits are those of one made anew, so that a plan does not depend on the
//! order or the thread in which its states were looked at.

mod case;
mod engine;
mod kernel;
mod laplacian;
mod load;
mod lp;
mod programme;
pub mod reference;
mod simplex;

pub use engine::{Effort, Engine, StateValue, Workspace};
pub use load::{Block, LoadBlocks};

use crate::plan::Dispatch;
use crate::scenario::{Pmin, Scenario};
use crate::state::GridState;

/// The answer for a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Load supplied, generator output, branch flows.
    pub dispatch: Dispatch,
    /// Total load supplied, MW.
    pub served_mw: f64,
    /// Weighted load not supplied: the sum of weight times MW, by [`LoadBlocks`].
    pub unserved: f64,
    /// Generators of some island had to go below their least output of the case, because its load is less.
    pub below_pmin: bool,
}

/// What a state must keep within besides the limits of its DC model, as the AC check finds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Margins {
    /// The most load that may be supplied at each bus, MW.
    pub demand: Vec<f64>,
    /// The most active power on each branch, MW.
    pub limit: Vec<f64>,
    /// Losses, drawn at each bus, MW.
    pub losses: Vec<f64>,
}

/// Computes the delivery of states of one scenario: an [`Engine`] with a [`Workspace`].
#[derive(Debug, Clone)]
pub struct Dispatcher<'a> {
    engine: Engine<'a>,
    workspace: Workspace,
}

impl<'a> Dispatcher<'a> {
    /// Prepares for the states of `scenario`.
    pub fn new(scenario: &'a Scenario) -> Self {
        let engine = Engine::new(scenario);
        let workspace = engine.workspace();
        Dispatcher { engine, workspace }
    }

    /// The scenario.
    pub fn scenario(&self) -> &'a Scenario {
        self.engine.scenario()
    }

    /// Load in blocks by weight.
    pub fn load(&self) -> &LoadBlocks {
        self.engine.load()
    }

    /// The engine. A clone shares everything with it.
    pub fn engine(&self) -> &Engine<'a> {
        &self.engine
    }

    /// Work done so far.
    pub fn effort(&self) -> Effort {
        self.workspace.effort()
    }

    /// Takes typical states as [anchors](Engine::anchored): it changes how soon an answer is found, not how good it is.
    pub fn learn(&mut self, states: &[GridState]) {
        self.engine = self.engine.anchored(states);
    }

    /// Takes the anchors of another dispatcher of the same scenario.
    pub(crate) fn learn_from(&mut self, other: &Self) {
        self.engine = other.engine.clone();
    }

    /// The maximal load delivery of a state.
    pub fn deliver(&mut self, state: &GridState) -> Delivery {
        self.engine.deliver(&mut self.workspace, state)
    }

    /// The prices of a state, weighted unserved load saved for one more MW let in at each bus, and the load supplied
    /// at each, MW.
    pub(crate) fn price(&mut self, state: &GridState) -> (Vec<f64>, Vec<f64>) {
        let value = self.engine.value(&mut self.workspace, state);
        (value.price, value.served_mw)
    }

    /// Keeps what a delivery supplies, and brings generators as near to their output in the case as the
    /// limits let them: of the many dispatches with the same load, one that an operator could recognise.
    pub fn settle(&mut self, state: &GridState, delivery: Delivery) -> Delivery {
        let (engine, ws) = (&self.engine, &mut self.workspace);
        let Some(case) = engine.prepare(ws, state) else { return delivery };
        let Some(injection) = lp::nearest(engine, ws, &case, &delivery.dispatch.served_mw) else {
            return delivery;
        };
        let flow = engine.flows(ws, &case, &injection);
        let below = delivery.below_pmin;
        let settled = engine.delivery(&case, injection, flow, below, state);
        // What is supplied was fixed, but for rounding; never trade load for a nicer dispatch.
        if settled.unserved > delivery.unserved * (1.0 + 1e-9) + 1e-6 { delivery } else { settled }
    }

    /// The maximal load delivery within `margins`, settled. `None`: it could not be found.
    pub(crate) fn deliver_within(
        &mut self,
        state: &GridState,
        margins: &Margins,
    ) -> Option<Delivery> {
        let (engine, ws) = (&self.engine, &mut self.workspace);
        let mut case = engine.prepare(ws, state)?;
        let mut tightened = Vec::new();
        for (l, &limit) in margins.limit.iter().enumerate() {
            if limit < case.limit[l] {
                case.limit[l] = limit.max(case.shifted[l].abs());
                tightened.push(l);
            }
        }
        for (demand, most) in case.demand.iter_mut().zip(&margins.demand) {
            *demand = demand.min(most.max(0.0));
        }
        case.losses.clone_from(&margins.losses);
        let (found, below_pmin) = lp::solve(engine, ws, &case, &tightened)?;
        let injection = lp::nearest(engine, ws, &case, &found.served).unwrap_or(found);
        let flow = engine.flows(ws, &case, &injection);
        Some(engine.delivery(&case, injection, flow, below_pmin, state))
    }
}

fn finish(load: &LoadBlocks, dispatch: Dispatch, below_pmin: bool) -> Delivery {
    let unserved = load.all_unserved(&dispatch.served_mw);
    Delivery { served_mw: dispatch.served_mw.iter().sum(), unserved, dispatch, below_pmin }
}

/// Lowest and highest output of a unit, MW. A unit that can only draw power can be left off.
pub fn output_limits(pmin_mw: f64, pmax_mw: f64, pmin: Pmin) -> (f64, f64) {
    let high = pmax_mw.max(0.0);
    let low = match pmin {
        Pmin::Zero => 0.0,
        Pmin::Case => pmin_mw.min(high),
    };
    (low, high)
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

fn interpolate(from: f64, to: f64, share: f64) -> f64 {
    from + (to - from) * share
}
