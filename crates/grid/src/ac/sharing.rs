//! Who covers the active imbalance of an island.
//!
//! The imbalance `a` is one more unknown of the island: generator `g` produces its given output plus
//! `weight_g * a`. With a single reference bus all weight is there, and `a` is simply what comes out; with
//! sharing the weights are headroom over total headroom, which keeps every generator within its limits
//! until all of them are at theirs.

use super::result::SlackSharing;
use crate::network::Network;

/// What a weight is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// How the imbalance of an island is spread over its generators. Powers in p.u.
#[derive(Debug, Clone)]
pub(super) struct Sharing {
    /// Generators in service in the island.
    pub(super) generators: Vec<usize>,
    /// Output of each of them at no imbalance, p.u.
    pub(super) base: Vec<f64>,
    /// Part of the imbalance that each of them takes; the sum is 1.
    pub(super) weight: Vec<f64>,
    /// The imbalance now, p.u.
    pub(super) imbalance: f64,
    given: Vec<f64>,
    headroom: [Vec<f64>; 2],
    at_slack: Vec<bool>,
    direction: Direction,
    shared: bool,
    saturated: bool,
    turns: u8,
}

impl Sharing {
    /// `surplus` says whether the given outputs exceed the demand even before losses.
    pub(super) fn new(
        network: &Network,
        generators: Vec<usize>,
        pg_mw: &[f64],
        slack: usize,
        mode: SlackSharing,
        surplus: bool,
    ) -> Self {
        let unit = |k: &usize| &network.generators[*k];
        let base = network.base_mva;
        let given: Vec<f64> = generators.iter().map(|k| pg_mw[*k] / base).collect();
        let room = |k: &usize, sign: f64| {
            let limit = if sign > 0.0 { unit(k).pmax_mw } else { unit(k).pmin_mw };
            let room = sign * (limit - pg_mw[*k]) / base;
            if room > 0.0 { room } else { 0.0 }
        };
        let headroom = [1.0, -1.0].map(|sign| generators.iter().map(|k| room(k, sign)).collect());
        let at_slack = generators.iter().map(|k| unit(k).bus == slack).collect();
        let mut sharing = Sharing {
            base: given.clone(),
            weight: vec![0.0; generators.len()],
            imbalance: 0.0,
            given,
            headroom,
            at_slack,
            direction: if surplus { Direction::Down } else { Direction::Up },
            shared: mode == SlackSharing::Headroom,
            saturated: false,
            turns: 0,
            generators,
        };
        sharing.spread();
        sharing
    }

    /// Whether the imbalance is spread beyond the reference bus, so that the equations hold it.
    pub(super) fn shared(&self) -> bool {
        self.shared && !self.saturated
    }

    /// As at the beginning.
    pub(super) fn reset(&mut self) {
        self.imbalance = 0.0;
        self.turns = 0;
        self.saturated = false;
        self.base.clone_from(&self.given);
        self.spread();
    }

    /// The output of each generator, p.u.
    pub(super) fn outputs(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let parts = self.base.iter().zip(&self.weight);
        self.generators.iter().zip(parts).map(|(k, (b, w))| (*k, b + w * self.imbalance))
    }

    /// What all generators produce beyond their given outputs, p.u.
    pub(super) fn beyond_given(&self) -> f64 {
        self.outputs().zip(&self.given).map(|((_, now), given)| now - given).sum()
    }

    /// Looks at a solved state. `true` if the weights change and the equations with them.
    pub(super) fn update(&mut self, tolerance: f64) -> bool {
        let sign = if self.direction == Direction::Up { 1.0 } else { -1.0 };
        let wanted = sign * self.imbalance;
        // Two turns settle any case; more would mean that the imbalance is nothing, either way.
        if self.turns >= 4 || !self.shared {
            return false;
        }
        let room: f64 = self.room().iter().sum();
        if self.saturated {
            if wanted >= -tolerance {
                return false;
            }
            // Back within the headroom.
            self.saturated = false;
            self.imbalance += sign * room;
            self.base.clone_from(&self.given);
        } else if wanted < -tolerance {
            self.direction =
                if self.direction == Direction::Up { Direction::Down } else { Direction::Up };
        } else if room > 0.0 && wanted > room + tolerance {
            self.saturated = true;
            self.imbalance -= sign * room;
            let full = self.room().iter().map(|h| sign * h);
            self.base = self.given.iter().zip(full).map(|(g, h)| g + h).collect();
        } else {
            return false;
        }
        self.turns += 1;
        self.spread();
        true
    }

    /// The headroom in the present direction.
    fn room(&self) -> &[f64] {
        &self.headroom[usize::from(self.direction == Direction::Down)]
    }

    fn spread(&mut self) {
        let everywhere = self.shared();
        let room = self.room();
        let takes = |k: usize| everywhere || self.at_slack[k];
        // With a machine of unlimited output the others need not help.
        let unlimited = (0..room.len()).any(|k| takes(k) && room[k].is_infinite());
        let mut weight: Vec<f64> = (0..room.len())
            .map(|k| match takes(k) {
                true if unlimited => f64::from(u8::from(room[k].is_infinite())),
                true if !self.saturated => room[k],
                _ => 0.0,
            })
            .collect();
        let total: f64 = weight.iter().sum();
        if total > 0.0 {
            for w in &mut weight {
                *w /= total;
            }
        } else if let Some(first) = self.at_slack.iter().position(|s| *s) {
            weight[first] = 1.0;
        }
        self.weight = weight;
    }

    /// Gives the single reference bus what came out for it: in proportion to headroom at that bus, and to
    /// its first generator beyond that.
    pub(super) fn settle_single(&mut self, imbalance: f64) {
        if self.shared() {
            return;
        }
        self.imbalance = imbalance;
        if self.saturated {
            return;
        }
        self.direction = if imbalance < 0.0 { Direction::Down } else { Direction::Up };
        self.spread();
        let room: f64 =
            self.room().iter().zip(&self.at_slack).filter(|(_, s)| **s).map(|(r, _)| *r).sum();
        if imbalance.abs() > room {
            // All at their limits, the rest on the first.
            let sign = imbalance.signum();
            let rest = imbalance - sign * room;
            for (k, at_slack) in self.at_slack.iter().enumerate() {
                let room = self.headroom[usize::from(sign < 0.0)][k];
                self.base[k] = self.given[k] + if *at_slack { sign * room } else { 0.0 };
            }
            self.weight.fill(0.0);
            if let Some(first) = self.at_slack.iter().position(|s| *s) {
                self.weight[first] = 1.0;
            }
            self.imbalance = rest;
        }
    }
}
