//! Reactive limits: which buses hold their voltage, and how generators at one bus share.
//!
//! A bus that holds its voltage and would need more than its generators' summed limits is fixed at the
//! limit and lets the voltage go. It holds its voltage again when the limit no longer binds: at the upper
//! limit with the voltage above the set point, at the lower one with the voltage below. A bus may return a few
//! times and is then kept fixed, so that the switching ends.

use crate::network::Generator;

/// How often a bus may return from its limit.
const RETURNS: u8 = 3;

/// Whether a bus that could hold its voltage does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Voltage,
    AtLeast,
    AtMost,
}

/// The reactive limits of one bus with voltage-controlling generators, p.u.
#[derive(Debug, Clone)]
pub(crate) struct ReactiveLimit {
    pub(crate) bus: usize,
    pub(crate) set_point: f64,
    lowest: f64,
    highest: f64,
    hold: Hold,
    returns: u8,
}

impl ReactiveLimit {
    pub(super) fn new(bus: usize, set_point: f64, lowest: f64, highest: f64) -> Self {
        ReactiveLimit { bus, set_point, lowest, highest, hold: Hold::Voltage, returns: 0 }
    }

    /// Back to holding the voltage, as at the beginning.
    pub(crate) fn reset(&mut self) {
        self.hold = Hold::Voltage;
        self.returns = 0;
    }

    /// Takes over how the bus stands in a state that was solved under this limit, from its voltage there, p.u.
    pub(crate) fn take(&mut self, voltage: f64) {
        // A voltage that is held is the set point to the last digits.
        self.hold = if (voltage - self.set_point).abs() <= 1e-12 * self.set_point {
            Hold::Voltage
        } else if voltage < self.set_point {
            Hold::AtMost
        } else {
            Hold::AtLeast
        };
    }

    /// Begins as the same bus stands in another state.
    pub(crate) fn stand_as(&mut self, other: &ReactiveLimit) {
        self.hold = other.hold;
    }

    /// The output that the bus is fixed at, p.u.; `None` where it holds its voltage.
    pub(crate) fn fixed(&self) -> Option<f64> {
        match self.hold {
            Hold::Voltage => None,
            Hold::AtLeast => Some(self.lowest),
            Hold::AtMost => Some(self.highest),
        }
    }

    /// Looks at a solved state: the generators' output at the bus and its voltage, p.u. `true` if the bus changes
    /// over and the equations with it.
    pub(crate) fn update(&mut self, output: f64, voltage: f64, tolerance: f64) -> bool {
        // Limits that contradict each other, or are not numbers, cannot be kept.
        if self.lowest > self.highest || self.lowest.is_nan() || self.highest.is_nan() {
            return false;
        }
        let before = self.hold;
        match self.hold {
            Hold::Voltage if output > self.highest + tolerance => self.hold = Hold::AtMost,
            Hold::Voltage if output < self.lowest - tolerance => self.hold = Hold::AtLeast,
            Hold::AtMost if voltage > self.set_point + tolerance => self.release(),
            Hold::AtLeast if voltage < self.set_point - tolerance => self.release(),
            _ => {}
        }
        self.hold != before
    }

    fn release(&mut self) {
        if self.returns < RETURNS {
            self.returns += 1;
            self.hold = Hold::Voltage;
        }
    }
}

/// Shares the reactive output of a bus among its generators in proportion to their ranges, as MATPOWER's
/// `pfsoln` does: an infinite limit stands for one that all finite numbers together cannot reach.
pub(super) fn share_reactive(total: f64, generators: &[(usize, &Generator)], out: &mut [f64]) {
    let finite = |v: f64| if v.is_finite() { v.abs() } else { 0.0 };
    let beyond = 1.0
        + total.abs()
        + generators.iter().map(|(_, g)| finite(g.qmin_mvar) + finite(g.qmax_mvar)).sum::<f64>();
    let limit = |v: f64, sign: f64| if v.is_finite() { v } else { sign * beyond };
    let ranges: Vec<(f64, f64)> = generators
        .iter()
        .map(|(_, g)| {
            let low = limit(g.qmin_mvar, -1.0);
            (low, (limit(g.qmax_mvar, 1.0) - low).max(0.0))
        })
        .collect();
    let lowest: f64 = ranges.iter().map(|r| r.0).sum();
    let range: f64 = ranges.iter().map(|r| r.1).sum();
    let equal = 1.0 / generators.len().max(1) as f64;
    for ((k, _), (low, width)) in generators.iter().zip(&ranges) {
        let part = if range > 0.0 { width / range } else { equal };
        out[*k] = low + (total - lowest) * part;
    }
}
