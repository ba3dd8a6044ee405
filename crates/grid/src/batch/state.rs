//! One solved state as a reader sees it.

use crate::ac::{AcSolution, AcStatus, Rating, TwoPort};
use crate::live::Live;
use crate::network::{Network, Status};

/// How a state was solved.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer<'s> {
    /// Beside others in lanes.
    Lanes { iterations: usize },
    /// Alone, by `ac::AcSolver`.
    Scalar(&'s AcSolution),
}

/// One state of a batch, solved or not. Values are computed when they are asked for.
#[derive(Debug)]
pub struct State<'s> {
    pub(super) network: &'s Network,
    pub(super) two_ports: &'s [TwoPort],
    pub(super) status: &'s Status,
    pub(super) live: &'s Live,
    /// By buses.
    pub(super) voltages: &'s [[f64; 2]],
    pub(super) answer: Answer<'s>,
}

/// An island of a state.
#[derive(Debug, Clone, Copy)]
pub struct IslandView<'s> {
    /// Its buses by index, ascending.
    pub buses: &'s [usize],
    /// Its reference bus; `None` where no generator is in service: the island is dead.
    pub slack: Option<usize>,
    /// Whether it has an answer.
    pub solved: bool,
}

impl<'s> State<'s> {
    /// What is in service.
    pub fn status(&self) -> &'s Status {
        self.status
    }

    /// Whether every island with a generator has an answer, and there is one; the reason where not.
    pub fn outcome(&self) -> AcStatus {
        match self.answer {
            Answer::Scalar(solution) => solution.status.clone(),
            Answer::Lanes { .. } if self.live.slack.iter().any(Option::is_some) => {
                AcStatus::Converged
            }
            Answer::Lanes { .. } => AcStatus::NothingToSolve,
        }
    }

    /// Whether every island with a generator has an answer, and there is one.
    pub fn converged(&self) -> bool {
        match self.answer {
            Answer::Scalar(solution) => solution.converged(),
            Answer::Lanes { .. } => self.live.slack.iter().any(Option::is_some),
        }
    }

    /// Newton steps; of the island that took most where it was solved alone.
    pub fn iterations(&self) -> usize {
        match self.answer {
            Answer::Lanes { iterations } => iterations,
            Answer::Scalar(solution) => solution.iterations,
        }
    }

    /// Whether it was solved alone, by [`AcSolver`](crate::ac::AcSolver), because it did not converge beside the others.
    pub fn alone(&self) -> bool {
        matches!(self.answer, Answer::Scalar(_))
    }

    /// The islands, in the order of their lowest bus.
    pub fn islands(&self) -> impl Iterator<Item = IslandView<'s>> + '_ {
        self.live.buses.iter().zip(&self.live.slack).enumerate().map(|(k, (buses, slack))| {
            let solved = match self.answer {
                Answer::Lanes { .. } => slack.is_some(),
                Answer::Scalar(solution) => solution.islands[k].status == AcStatus::Converged,
            };
            IslandView { buses, slack: *slack, solved }
        })
    }

    /// Whether a bus is in an island that has an answer.
    pub fn live(&self, bus: usize) -> bool {
        match self.answer {
            Answer::Lanes { .. } => self.live.bus(bus),
            Answer::Scalar(solution) => solution.live[bus],
        }
    }

    /// Complex voltage of a bus, p.u.; 0 where not live.
    pub fn voltage(&self, bus: usize) -> [f64; 2] {
        if self.live(bus) { self.voltages[bus] } else { [0.0; 2] }
    }

    /// Voltage magnitude of a bus, p.u.; 0 where not live.
    pub fn vm_pu(&self, bus: usize) -> f64 {
        let [e, f] = self.voltage(bus);
        e.hypot(f)
    }

    /// Voltage angle of a bus between -π and π, radians; 0 where not live.
    pub fn va_rad(&self, bus: usize) -> f64 {
        let [e, f] = self.voltage(bus);
        f.atan2(e)
    }

    /// Power into a branch at its from and its to end, (MW, `MVAr`) each; 0 where it is out of service or not live.
    pub fn flow(&self, branch: usize) -> [[f64; 2]; 2] {
        let l = &self.network.branches[branch];
        if !self.status.branch[branch] || !self.live(l.from) || !self.live(l.to) {
            return [[0.0; 2]; 2];
        }
        let (from, to) = self.two_ports[branch].flows(self.voltages[l.from], self.voltages[l.to]);
        [from, to].map(|end| end.map(|v| v * self.network.base_mva))
    }

    /// Power that a bus puts into branches and its shunt, MW and `MVAr`: what its generators and direct-current
    /// lines supply less its demand.
    pub fn injected(&self, bus: usize) -> [f64; 2] {
        let mut out = [0.0; 2];
        if !self.live(bus) {
            return out;
        }
        for (k, l) in self.network.branches.iter().enumerate() {
            for (end, at) in [l.from, l.to].into_iter().enumerate() {
                if at == bus {
                    let [p, q] = self.flow(k)[end];
                    out = [out[0] + p, out[1] + q];
                }
            }
        }
        let [e, f] = self.voltages[bus];
        let (shunt, square) = (&self.network.buses[bus], e * e + f * f);
        [out[0] + shunt.gs_mw * square, out[1] - shunt.bs_mvar * square]
    }

    /// Apparent power at the more loaded end of a branch, MVA.
    pub fn flow_mva(&self, branch: usize) -> f64 {
        let squares = self.flow(branch).map(|[p, q]| p * p + q * q);
        squares[0].max(squares[1]).sqrt()
    }

    /// Branches that carry more than their rating, with their load and the rating, MVA.
    pub fn overloads(&self, rating: Rating) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
        let slack = Rating::TOLERANCE_PU * self.network.base_mva;
        self.network.branches.iter().enumerate().filter_map(move |(k, l)| {
            let limit = rating.limit_mva(l)?;
            let mva = self.flow_mva(k);
            (mva > limit + slack).then_some((k, mva, limit))
        })
    }

    /// Live buses outside their voltage limits, with the voltage and the limit, p.u.
    pub fn voltage_violations(&self) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
        let slack = Rating::TOLERANCE_PU;
        self.network.buses.iter().enumerate().filter_map(move |(i, bus)| {
            if !self.live(i) {
                return None;
            }
            let vm = self.vm_pu(i);
            let low = bus.vmin_pu > 0.0 && vm < bus.vmin_pu - slack;
            let high = bus.vmax_pu > 0.0 && vm > bus.vmax_pu + slack;
            let limit = if low { bus.vmin_pu } else { bus.vmax_pu };
            (low || high).then_some((i, vm, limit))
        })
    }
}
