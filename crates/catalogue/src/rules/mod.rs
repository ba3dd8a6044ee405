//! The rules, one idea a file, and the order in which they are asked.

mod breaker;
pub(crate) mod excitation;
mod generator_set;
mod kind;
mod line_kit;
pub(crate) mod parallel;
mod phases;
mod power;
pub(crate) mod transport;
pub(crate) mod vector_group;
mod voltage;

use crate::check::{Check, Match, Verdict};
use crate::units::known;
use crate::{Item, Kind, Nameplate};

/// What a limit rests on where no standard gives it.
const PRACTICE: &str = "engineering practice";

/// What every rule looks at.
pub(crate) struct Case<'a> {
    /// What the place asks.
    need: &'a Nameplate,
    /// What is offered.
    offer: &'a Nameplate,
    /// Frequency of the place, Hz.
    grid_hz: Option<f64>,
    /// Pieces of the offer that fill the place.
    pieces: u32,
}

impl Case<'_> {
    /// Rated frequency of the offer, Hz.
    fn offer_hz(&self) -> Option<f64> {
        known(self.offer.frequency_hz)
    }
}

pub(crate) fn check(need: &Item, offer: &Item, grid_frequency_hz: f64) -> Match {
    let mut case = Case {
        need: &need.nameplate,
        offer: &offer.nameplate,
        grid_hz: known(need.nameplate.frequency_hz).or(known(Some(grid_frequency_hz))),
        pieces: 1,
    };
    let mut checks = vec![kind::check(need.kind, offer.kind)];
    let mut usable_mva = None;
    // The rules of one kind say nothing about another.
    if checks.iter().all(|c| c.verdict == Verdict::Fits) {
        match need.kind {
            Kind::Transformer | Kind::MobileSubstation => {
                case.pieces = phases::pieces(&case);
                usable_mva = transformer(&case, &mut checks);
            }
            Kind::Breaker => breaker::check(&case, &mut checks),
            Kind::GeneratorSet => generator_set::check(&case, &mut checks),
            Kind::LineKit => case.pieces = line_kit::check(&case, &mut checks),
            Kind::Other => kind::other(&case, &mut checks),
        }
        checks.extend(transport::check(&case));
    }
    let verdict = checks.iter().map(|c| c.verdict).max().unwrap_or(Verdict::NotKnown);
    if verdict == Verdict::DoesNotFit {
        usable_mva = None;
    }
    Match { verdict, checks, pieces: case.pieces, usable_mva }
}

/// The rules for transformers; returns the usable power, MVA.
fn transformer(case: &Case<'_>, checks: &mut Vec<Check>) -> Option<f64> {
    checks.push(excitation::frequency(case));
    checks.extend(phases::check(case));
    voltage::check(case, checks);
    checks.extend(excitation::check(case));
    vector_group::check(case, checks);
    checks.extend(parallel::check(case));
    let usable = power::usable_mva(case);
    checks.extend(power::check(case, usable));
    usable
}
