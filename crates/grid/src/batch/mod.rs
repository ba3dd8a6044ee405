//! Many power flows of one network at once: each state a small difference from a base.
//!
//! Data go through it like this: `setup` turns a [`Change`] into what one lane has in addition to the base
//! (admittances, injections, roles of buses, starting voltages); `run` loads as many states as there are lanes,
//! lets `newton` or `chord` iterate them side by side, and hands each answer as a [`State`] to the caller's reader. A state
//! that does not converge there is solved alone by [`AcSolver`], with all its ways to start and its reasons.
//!
//! States that differ by injections or by one branch that splits nothing begin with steps that share the factors of the
//! base (`chord`), and go on with their own where those are slow.
//!
//! What is solved is what [`ac`](crate::ac) solves: the same model, islands, reference buses, reactive limits and
//! tolerance. States start from the base, so that most need two or three steps. An answer depends on its
//! state alone: not on its neighbours, the number of lanes or of threads.
//!
//! The idea is published: Cui, Yang, Hug and Franchetti, "Accelerated AC contingency calculation on commodity
//! multi-core SIMD CPUs" (IEEE PES General Meeting, 2014); Wang, Wende-von Berg and Braun, "Fast parallel
//! Newton-Raphson power flow solver for large number of system calculations with CPU and GPU" (Sustainable
//! Energy, Grids and Networks 27, 2021).

mod change;
mod chord;
mod lanes;
mod layout;
mod measure;
mod newton;
mod run;
mod setup;
mod state;
mod structure;

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use change::{Change, Element, UnknownElement};
pub use measure::StepWork;
pub use state::{IslandView, State};

use crate::ac::{AcOptions, AcSolution, AcSolver, SlackSharing, TwoPort};
use crate::live::{Pattern, branch_on};
use crate::network::{Injections, Network, Status};
use chord::Factors;
use layout::Layout;
use newton::Shared;
use run::Runner;
use structure::Structure;

use crate::sides::Sides;

/// States that one thread takes at a time.
const UNIT: usize = 256;
/// Above this many bytes of U in 16 lanes, 8 are quicker, as the factors of one group stay closer to the core.
const WIDE_UP_TO: usize = 16 << 20;

/// How to solve a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchOptions {
    /// As for a single power flow. `start` counts for the base, and for states that are solved alone.
    pub ac: AcOptions,
    /// Threads to work with.
    pub threads: NonZeroUsize,
    /// Whether to do without vector instructions. Answers are the same, later.
    pub portable: bool,
    /// States side by side, 8 or 16; what suits the processor and the network where not given.
    pub lanes: Option<usize>,
}

impl Default for BatchOptions {
    fn default() -> Self {
        BatchOptions {
            ac: AcOptions::default(),
            threads: NonZeroUsize::MIN,
            portable: false,
            lanes: None,
        }
    }
}

/// A network in a base state, ready to solve many states that differ from it.
#[derive(Debug)]
pub struct Batch<'n> {
    network: &'n Network,
    status: Status,
    injections: Injections,
    base: AcSolution,
    structure: Structure,
    /// What an outage of a branch on no cycle cuts off.
    sides: Sides,
    /// Whether a direct-current line is in service: where one of its ends dies, the other changes too.
    dc_lines: bool,
    two_ports: Vec<TwoPort>,
    layout: Layout,
    /// Entries (from, to) and (to, from) of each branch in the layout.
    entries: Vec<[u32; 2]>,
    shared: Shared,
    usable: bool,
    /// Factors of the base; `None` where there are none, and each state makes its own.
    factors: Option<Factors>,
    /// The lowest voltage of the base, p.u.
    lowest: f64,
}

impl<'n> Batch<'n> {
    /// Solves the base and makes the analysis that all states share. `None` if the tables of `status` or `injections` do not
    /// have the lengths of the network's.
    pub fn new(
        network: &'n Network,
        status: Status,
        injections: Injections,
        options: &AcOptions,
    ) -> Option<Self> {
        let (n, m, g) = (network.buses.len(), network.branches.len(), network.generators.len());
        let lengths = [status.bus.len(), injections.pd_mw.len(), injections.qd_mvar.len()];
        if lengths != [n; 3]
            || status.branch.len() != m
            || [status.generator.len(), injections.pg_mw.len()] != [g; 2]
        {
            return None;
        }
        let base = AcSolver::new(network).solve(&status, &injections, options);
        let mut structure = Structure::new(network, &status, &injections);
        if options.enforce_q && base.converged() {
            structure.take_limits_from(&base.vm_pu);
        }
        let pattern = Pattern::new(network);
        let layout = Layout::new(&pattern.symbolic)?;
        let two_ports: Vec<TwoPort> = network.branches.iter().map(TwoPort::new).collect();
        let entry = |a: usize, b: usize| {
            let at = layout.entry(layout.place[a] as usize, layout.place[b]);
            at.map_or(newton::DIAGONAL, |at| at as u32)
        };
        let entries: Vec<[u32; 2]> =
            network.branches.iter().map(|l| [entry(l.from, l.to), entry(l.to, l.from)]).collect();
        let shared = shared(network, &status, &layout, &two_ports, &entries, &structure, &base);
        let usable = base.converged();
        let lowest = base.vm_min_pu().unwrap_or(0.0);
        let factors = Factors::new(&layout, &shared).filter(|_| usable);
        let references = structure.live.slack.iter().copied().flatten();
        let sides = Sides::new(network, &status, references, |i| structure.live.bus(i));
        Some(Batch {
            sides,
            dc_lines: network.dc_lines.iter().any(|d| d.in_service),
            network,
            status,
            injections,
            base,
            structure,
            two_ports,
            layout,
            entries,
            shared,
            factors,
            usable,
            lowest,
        })
    }

    /// The base as it was solved.
    pub fn base(&self) -> &AcSolution {
        &self.base
    }

    /// What is in service in the base.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Whether states can be solved in lanes: the base has an answer to start from, and each island has a
    /// single reference.
    fn lanes_can(&self, options: &AcOptions) -> bool {
        self.usable && options.slack == SlackSharing::Single
    }

    /// States side by side.
    fn lanes(&self, options: &BatchOptions) -> usize {
        options.lanes.unwrap_or_else(|| {
            let bytes = self.layout.upper.len() * size_of::<[[f32; 16]; 4]>();
            if bytes > WIDE_UP_TO { 8 } else { lanes::natural() }
        })
    }

    /// Solves the states and gives what `read` makes of each, in their order; `None` for a change that does not fit
    /// the network ([`Change::fits`]). `read` gets the index of the state, and is called from several threads.
    pub fn solve<T: Send>(
        &self,
        changes: &[Change],
        options: &BatchOptions,
        read: impl Fn(usize, &State<'_>) -> T + Sync,
    ) -> Vec<Option<T>> {
        if self.lanes(options) > 8 {
            self.solve_in::<16, T>(changes, options, &read)
        } else {
            self.solve_in::<8, T>(changes, options, &read)
        }
    }

    fn solve_in<const K: usize, T: Send>(
        &self,
        changes: &[Change],
        options: &BatchOptions,
        read: &(impl Fn(usize, &State<'_>) -> T + Sync),
    ) -> Vec<Option<T>> {
        let mut out: Vec<Option<T>> = Vec::with_capacity(changes.len());
        out.resize_with(changes.len(), || None);
        let parts = changes.chunks(UNIT).zip(out.chunks_mut(UNIT)).enumerate();
        let units: Vec<Mutex<_>> =
            parts.map(|(k, (changes, out))| Mutex::new((k * UNIT, changes, out))).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut runner = Runner::<K>::new(self, options);
            while let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
                let Ok(mut unit) = unit.lock() else { continue };
                let (first, changes, out) = &mut *unit;
                runner.unit(*first, changes, read, out);
            }
        };
        let threads = options.threads.get().min(units.len());
        if threads <= 1 {
            work();
        } else {
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(work);
                }
            });
        }
        drop(units);
        out
    }
}

/// The base by places.
fn shared(
    network: &Network,
    status: &Status,
    layout: &Layout,
    two_ports: &[TwoPort],
    entries: &[[u32; 2]],
    structure: &Structure,
    base: &AcSolution,
) -> Shared {
    let n = layout.len();
    let mut shared = Shared {
        y: vec![[0.0; 2]; layout.columns.len()],
        y_diagonal: vec![[0.0; 2]; n],
        given: vec![[0.0; 2]; n],
        role: vec![newton::FIXED; n],
        start: vec![[1.0, 0.0]; n],
    };
    let add = |to: &mut [f64; 2], y: [f64; 2]| {
        to[0] += y[0];
        to[1] += y[1];
    };
    for (k, l) in network.branches.iter().enumerate() {
        if !branch_on(network, status, k) {
            continue;
        }
        let y = &two_ports[k];
        let (from, to) = (layout.place[l.from] as usize, layout.place[l.to] as usize);
        add(&mut shared.y_diagonal[from], y.ff);
        add(&mut shared.y_diagonal[to], y.tt);
        for (row, entry, y) in [(from, entries[k][0], y.ft), (to, entries[k][1], y.tf)] {
            match shared.y.get_mut(entry as usize) {
                Some(at) => add(at, y),
                // A branch from a bus to itself.
                None => add(&mut shared.y_diagonal[row], y),
            }
        }
    }
    for (i, bus) in network.buses.iter().enumerate() {
        let k = layout.place[i] as usize;
        if status.bus[i] {
            let shunt = [bus.gs_mw, bus.bs_mvar].map(|v| v / network.base_mva);
            add(&mut shared.y_diagonal[k], shunt);
        }
        shared.given[k] = structure.given[i];
        shared.role[k] = structure.role[i];
        if base.live[i] {
            let (sin, cos) = base.va_rad[i].sin_cos();
            shared.start[k] = [base.vm_pu[i] * cos, base.vm_pu[i] * sin];
        }
    }
    shared
}
