//! What happens to a grid when something in it fails.
//!
//! A [`Contingency`] is what fails, with a name: one element of a kind ([`single`]), or several that fail together. [`Analysis`] solves the
//! state before anything fails, then every contingency as a full power flow, those that split the grid too: each island with a generator
//! has its own reference, the others are dead and their load is lost. [`screen`] tells by the linear power flow which need none.

mod outcome;
mod screen;

use std::num::NonZeroUsize;

pub use outcome::{Base, Broken, Island, IslandStatus, Outcome, Verdict};
pub use screen::screen;

use crate::ac::{AcOptions, Rating};
use crate::batch::{Batch, BatchOptions, Change, Element};
use crate::network::{Injections, Network, Status};

/// Contingencies of each thread between two words on how far it is.
const AT_A_TIME: usize = 256;

/// Something that may fail.
#[derive(Debug, Clone, PartialEq)]
pub struct Contingency {
    /// What people call it.
    pub name: String,
    /// What goes out of service then.
    pub out: Vec<Element>,
}

/// A kind of element that fails by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Branches that are no transformers.
    Lines,
    /// Branches for which [`Network::is_transformer`] holds.
    Transformers,
    /// Generators.
    Generators,
}

impl Kind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [Kind; 3] = [Kind::Lines, Kind::Transformers, Kind::Generators];

    /// The word for many of them.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Lines => "lines",
            Kind::Transformers => "transformers",
            Kind::Generators => "generators",
        }
    }

    /// The word for one of them, which begins the name of its contingency.
    fn one(self) -> &'static str {
        match self {
            Kind::Lines => "line",
            Kind::Transformers => "transformer",
            Kind::Generators => "generator",
        }
    }

    /// Its elements in service, in the order of the case.
    fn elements(self, network: &Network, status: &Status) -> Vec<Element> {
        fn on(flags: &[bool]) -> impl Iterator<Item = usize> + '_ {
            flags.iter().enumerate().filter(|(_, on)| **on).map(|(at, _)| at)
        }
        match self {
            Kind::Generators => on(&status.generator).map(Element::Generator).collect(),
            Kind::Lines | Kind::Transformers => {
                let transformers = self == Kind::Transformers;
                let branches = on(&status.branch);
                branches
                    .filter(|&k| network.is_transformer(k) == transformers)
                    .map(Element::Branch)
                    .collect()
            }
        }
    }
}

/// The loss of each element in service of these kinds, one at a time: `line 7` is row 7 of the branches.
pub fn single(network: &Network, status: &Status, kinds: &[Kind]) -> Vec<Contingency> {
    let of = |kind: &Kind| {
        let word = kind.one();
        kind.elements(network, status).into_iter().map(move |element| Contingency {
            name: format!("{word} {}", element.number(network)),
            out: vec![element],
        })
    };
    kinds.iter().flat_map(of).collect()
}

/// How to analyse contingencies.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How a power flow is solved.
    pub ac: AcOptions,
    /// The ratings that count.
    pub rating: Rating,
    /// Solve in full only what the linear power flow brings to this percentage of a rating, and all that it cannot tell
    /// ([`screen`]).
    pub screen_pct: Option<f64>,
    /// Threads to work with. The answers do not depend on it.
    pub threads: NonZeroUsize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            ac: AcOptions::default(),
            rating: Rating::A,
            screen_pct: None,
            threads: NonZeroUsize::MIN,
        }
    }
}

/// Why nothing can be said of contingencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoBase {
    /// The analysis of its graph has more entries than can be numbered.
    #[error("this grid is too large for one analysis")]
    TooLarge,
    /// There is nothing to compare with.
    #[error("the grid has no power flow solution before anything fails")]
    Unsolved,
}

/// A grid before anything fails, solved, and ready to be asked about failures.
#[derive(Debug)]
pub struct Analysis<'n> {
    network: &'n Network,
    settings: Settings,
    options: BatchOptions,
    batch: Batch<'n>,
    base: Base,
}

impl<'n> Analysis<'n> {
    /// Solves the grid with what is in service by `status` and the injections of the case.
    ///
    /// # Errors
    /// If the grid is too large, or has no solution before anything fails.
    ///
    /// # Panics
    /// If `status` does not have the lengths of the network's tables.
    pub fn new(network: &'n Network, status: Status, settings: Settings) -> Result<Self, NoBase> {
        let options = BatchOptions {
            ac: settings.ac.clone(),
            threads: settings.threads,
            ..BatchOptions::default()
        };
        let batch = Batch::new(network, status, Injections::of_case(network), &options.ac)
            .ok_or(NoBase::TooLarge)?;
        if !batch.base().converged() {
            return Err(NoBase::Unsolved);
        }
        let itself = [Change::default()];
        let base = batch.solve(&itself, &options, |_, s| Base::of(network, s, settings.rating));
        let base = base.into_iter().next().flatten().ok_or(NoBase::Unsolved)?;
        Ok(Analysis { network, settings, options, batch, base })
    }

    /// The state before anything fails.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// What becomes of each contingency, in their order. `tell` hears what is being done and how much of it is done, 0 to 1; where it
    /// answers `false`, the outcomes found so far are given, which are fewer than the contingencies.
    pub fn outcomes(
        &self,
        contingencies: &[Contingency],
        mut tell: impl FnMut(&str, f64) -> bool,
    ) -> Vec<Outcome> {
        let mut harmless = vec![None; contingencies.len()];
        if let Some(percent) = self.settings.screen_pct {
            if !tell("screening by line-outage factors", 0.0) {
                return Vec::new();
            }
            let status = self.batch.status();
            harmless = screen(self.network, status, &self.base, contingencies, percent);
        }
        let left: Vec<&Contingency> = contingencies
            .iter()
            .zip(&harmless)
            .filter(|(_, harmless)| harmless.is_none())
            .map(|(c, _)| c)
            .collect();
        let mut solved = Vec::with_capacity(left.len());
        for part in left.chunks(AT_A_TIME * self.settings.threads.get()) {
            if !tell("solving contingencies", solved.len() as f64 / left.len() as f64) {
                break;
            }
            let changes: Vec<Change> =
                part.iter().map(|c| Change { out: c.out.clone(), ..Change::default() }).collect();
            let found = self.batch.solve(&changes, &self.options, |_, state| {
                Outcome::of(self.network, &self.base, state)
            });
            solved.extend(found.into_iter().map(|o| o.unwrap_or_else(Outcome::unfit)));
        }
        let mut solved = solved.into_iter();
        let outcome = |harmless: Option<(usize, f64)>| match harmless {
            Some(highest) => Some(Outcome::screened(highest)),
            None => solved.next(),
        };
        harmless.into_iter().map_while(outcome).collect()
    }
}
