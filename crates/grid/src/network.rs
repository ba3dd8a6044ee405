//! The network model: buses, branches and generators as the case file lists them.
//!
//! Every row of the case is kept, in its order, in service or not: a damage table names an element by
//! its row, and two parallel circuits between the same buses are two rows. What is in service *now* is a
//! [`Status`], which is apart from the network so that thousands of states can share one network.

use std::collections::HashMap;

/// What a bus does in a power flow, as the case declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BusKind {
    /// Load bus: active and reactive injection are given.
    Pq,
    /// Voltage-controlled bus: active injection and voltage magnitude are given.
    Pv,
    /// Reference bus: voltage magnitude and angle are given.
    Reference,
    /// Cut off: takes no part in any solution.
    Isolated,
}

/// A bus (node) of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Bus {
    /// The number that the case file gives the bus; not an index.
    pub id: u64,
    /// Name, where the case has one.
    pub name: Option<String>,
    /// Role in the power flow.
    pub kind: BusKind,
    /// Active demand, MW. Negative: a fixed injection.
    pub pd_mw: f64,
    /// Reactive demand, `MVAr`.
    pub qd_mvar: f64,
    /// Shunt conductance, MW drawn at 1 p.u. voltage.
    pub gs_mw: f64,
    /// Shunt susceptance, `MVAr` injected at 1 p.u. voltage.
    pub bs_mvar: f64,
    /// Area number.
    pub area: i64,
    /// Zone number.
    pub zone: i64,
    /// Initial or solved voltage magnitude, p.u.
    pub vm_pu: f64,
    /// Initial or solved voltage angle, degrees.
    pub va_deg: f64,
    /// Nominal voltage, kV. 0 where the case does not say.
    pub base_kv: f64,
    /// Highest allowed voltage, p.u.
    pub vmax_pu: f64,
    /// Lowest allowed voltage, p.u.
    pub vmin_pu: f64,
}

/// A line or a transformer between two buses.
///
/// The model is the standard π circuit with an ideal transformer of complex ratio
/// `ratio * exp(j * shift)` at the *from* end (MATPOWER manual, section 3.2).
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// Index of the from bus in [`Network::buses`].
    pub from: usize,
    /// Index of the to bus in [`Network::buses`].
    pub to: usize,
    /// Series resistance, p.u.
    pub r: f64,
    /// Series reactance, p.u.
    pub x: f64,
    /// Total line charging susceptance, p.u.
    pub b: f64,
    /// Ratings A, B and C, MVA. 0 means unlimited.
    pub rate_mva: [f64; 3],
    /// Off-nominal tap ratio as written: 0 stands for a line (ratio 1).
    pub ratio: f64,
    /// Phase shift, degrees; positive delays the to side.
    pub shift_deg: f64,
    /// In service according to the case.
    pub in_service: bool,
    /// Smallest allowed angle difference, degrees.
    pub angmin_deg: f64,
    /// Largest allowed angle difference, degrees.
    pub angmax_deg: f64,
}

impl Branch {
    /// The tap ratio with 0 read as 1.
    pub fn tap(&self) -> f64 {
        if self.ratio == 0.0 { 1.0 } else { self.ratio }
    }
}

/// A generator, or anything else that the case lists in its generator table.
#[derive(Debug, Clone, PartialEq)]
pub struct Generator {
    /// Index of its bus in [`Network::buses`].
    pub bus: usize,
    /// Active output, MW.
    pub pg_mw: f64,
    /// Reactive output, `MVAr`.
    pub qg_mvar: f64,
    /// Largest reactive output, `MVAr`; may be infinite.
    pub qmax_mvar: f64,
    /// Smallest reactive output, `MVAr`; may be infinite.
    pub qmin_mvar: f64,
    /// Voltage set point, p.u.
    pub vg_pu: f64,
    /// Machine base, MVA.
    pub mbase_mva: f64,
    /// In service according to the case.
    pub in_service: bool,
    /// Largest active output, MW.
    pub pmax_mw: f64,
    /// Smallest active output, MW.
    pub pmin_mw: f64,
    /// Kind of unit (`genfuel` or `gentype`), where the case says.
    pub fuel: Option<String>,
}

/// A direct-current line of the MATPOWER `dcline` table: power leaves at one bus and arrives at the other.
#[derive(Debug, Clone, PartialEq)]
pub struct DcLine {
    /// Index of the from bus.
    pub from: usize,
    /// Index of the to bus.
    pub to: usize,
    /// In service according to the case.
    pub in_service: bool,
    /// Active power taken at the from bus, MW.
    pub pf_mw: f64,
    /// Active power delivered at the to bus, MW.
    pub pt_mw: f64,
    /// Reactive power injected at the from bus, `MVAr`.
    pub qf_mvar: f64,
    /// Reactive power injected at the to bus, `MVAr`.
    pub qt_mvar: f64,
}

/// A power network as its case file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Name of the case.
    pub name: String,
    /// Power base, MVA.
    pub base_mva: f64,
    /// Buses in file order.
    pub buses: Vec<Bus>,
    /// Branches in file order; the 1-based row is the element id of a damage table.
    pub branches: Vec<Branch>,
    /// Generators in file order; the 1-based row is the element id of a damage table.
    pub generators: Vec<Generator>,
    /// Direct-current lines.
    pub dc_lines: Vec<DcLine>,
    index: HashMap<u64, usize>,
}

impl Network {
    /// Puts a network together. The caller has checked that bus ids are unique and that every
    /// `from`, `to` and `bus` is an index into `buses`.
    pub fn new(
        name: String,
        base_mva: f64,
        buses: Vec<Bus>,
        branches: Vec<Branch>,
        generators: Vec<Generator>,
        dc_lines: Vec<DcLine>,
    ) -> Self {
        let index = buses.iter().enumerate().map(|(i, b)| (b.id, i)).collect();
        Network { name, base_mva, buses, branches, generators, dc_lines, index }
    }

    /// The index of the bus with this number.
    pub fn bus_index(&self, id: u64) -> Option<usize> {
        self.index.get(&id).copied()
    }

    /// What is in service as the case says; elements at an isolated bus are not.
    pub fn status(&self) -> Status {
        let bus: Vec<bool> = self.buses.iter().map(|b| b.kind != BusKind::Isolated).collect();
        let branch =
            self.branches.iter().map(|l| l.in_service && bus[l.from] && bus[l.to]).collect();
        let generator = self.generators.iter().map(|g| g.in_service && bus[g.bus]).collect();
        Status { bus, branch, generator }
    }

    /// Whether a branch is a transformer: its ends differ in nominal voltage, or it has a tap other than
    /// 1, or a phase shift. (A ratio of 1 alone says nothing: some cases write it on every line.)
    pub fn is_transformer(&self, branch: usize) -> bool {
        let l = &self.branches[branch];
        let (kf, kt) = (self.buses[l.from].base_kv, self.buses[l.to].base_kv);
        kf != kt || (l.ratio != 0.0 && l.ratio != 1.0) || l.shift_deg != 0.0
    }

    /// Total positive demand, MW.
    pub fn demand_mw(&self) -> f64 {
        self.buses.iter().map(|b| b.pd_mw.max(0.0)).sum()
    }
}

/// Which elements of a network are in service, by index.
///
/// Invariant kept by [`Status::settle`]: nothing is in service at a bus that is not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Status {
    /// One flag a bus.
    pub bus: Vec<bool>,
    /// One flag a branch.
    pub branch: Vec<bool>,
    /// One flag a generator.
    pub generator: Vec<bool>,
}

impl Status {
    /// Takes out of service what is connected to a bus that is out.
    pub fn settle(&mut self, network: &Network) {
        for (on, l) in self.branch.iter_mut().zip(&network.branches) {
            *on &= self.bus[l.from] && self.bus[l.to];
        }
        for (on, g) in self.generator.iter_mut().zip(&network.generators) {
            *on &= self.bus[g.bus];
        }
    }
}

/// The injections that a power flow starts from, by index.
#[derive(Debug, Clone, PartialEq)]
pub struct Injections {
    /// Active demand served at each bus, MW.
    pub pd_mw: Vec<f64>,
    /// Reactive demand served at each bus, `MVAr`.
    pub qd_mvar: Vec<f64>,
    /// Active output of each generator, MW.
    pub pg_mw: Vec<f64>,
}

impl Injections {
    /// Demand and generation as the case has them.
    pub fn of_case(network: &Network) -> Self {
        Injections {
            pd_mw: network.buses.iter().map(|b| b.pd_mw).collect(),
            qd_mvar: network.buses.iter().map(|b| b.qd_mvar).collect(),
            pg_mw: network.generators.iter().map(|g| g.pg_mw).collect(),
        }
    }
}
