//! What becomes of contingencies, as tables and as a few numbers.
//!
//! Columns of power are in MW or MVA, of voltages in p.u., of loadings in percent of the rating; buses go by their numbers, branches by
//! their row in the case, from 1. A value is missing where there is nothing to tell.

use relight_grid::Network;
use relight_grid::contingencies::{Base, Broken, Contingency, Outcome, Verdict};
use relight_table::{Column, Table};
use serde::Serialize;

/// The names of the tables, in the order in which they are written.
pub const NAMES: [&str; 4] = ["contingencies", "overloads", "voltages", "islands"];

/// The name of the state before anything fails.
const BASE: &str = "base";
/// Contingencies listed as the worst.
const MOST_LISTED: usize = 5;

/// Contingencies, what became of them, and what was before: those of one analysis.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The grid.
    pub network: &'a Network,
    /// The state before anything fails.
    pub base: &'a Base,
    /// What may fail.
    pub contingencies: &'a [Contingency],
    /// What becomes of each.
    pub outcomes: &'a [Outcome],
}

impl<'a> Found<'a> {
    /// All tables, by [`NAMES`].
    pub fn tables(&self) -> [Table; 4] {
        [self.contingencies(), self.overloads(), self.voltages(), self.islands()]
    }

    fn each(&self) -> impl Iterator<Item = (&'a Contingency, &'a Outcome)> + use<'a> {
        self.contingencies.iter().zip(self.outcomes)
    }

    fn id(&self, bus: usize) -> u64 {
        self.network.buses[bus].id
    }

    /// A row for each contingency.
    pub fn contingencies(&self) -> Table {
        let text = |of: &dyn Fn(&Outcome) -> &'static str| {
            Column::Text(
                self.outcomes
                    .iter()
                    .map(|o| Some(of(o)).filter(|t| !t.is_empty()))
                    .map(|t| t.map(str::to_owned))
                    .collect(),
            )
        };
        let count = |of: &dyn Fn(&Outcome) -> usize| Column::whole(self.outcomes.iter().map(of));
        let number = |of: &dyn Fn(&Outcome) -> Option<f64>| {
            Column::Number(self.outcomes.iter().map(of).collect())
        };
        let bus = |of: &dyn Fn(&Outcome) -> Option<usize>| {
            Column::wholes(self.outcomes.iter().map(|o| of(o).map(|i| self.id(i))))
        };
        let highest = self.outcomes.iter().map(|o| o.highest.map(|h| h.0 + 1));
        let columns = vec![
            ("contingency", Column::text(self.each().map(|(c, _)| c.name.clone()))),
            ("status", text(&|o| o.verdict.word())),
            ("reason", text(&reason)),
            (
                "mismatch_bus",
                bus(&|o| match o.verdict {
                    Verdict::NotSolved { bus, .. } => bus,
                    _ => None,
                }),
            ),
            ("alone", Column::Flag(self.outcomes.iter().map(|o| o.alone).collect())),
            ("steps", count(&|o| o.steps)),
            ("islands", count(&|o| o.islands.len().max(1))),
            ("dead_buses", count(&|o| o.dead_buses)),
            ("lost_load_mw", number(&|o| Some(o.lost_load_mw))),
            ("short_mw", number(&|o| Some(o.short_mw))),
            ("vm_min_bus", bus(&|o| o.vm_min.map(|v| v.0))),
            ("vm_min_pu", number(&|o| o.vm_min.map(|v| v.1))),
            ("vm_max_bus", bus(&|o| o.vm_max.map(|v| v.0))),
            ("vm_max_pu", number(&|o| o.vm_max.map(|v| v.1))),
            ("highest_loading_branch", Column::wholes(highest)),
            ("highest_loading_pct", number(&|o| o.highest.map(|h| h.1))),
            ("new_overloads", count(&|o| o.overloads.len())),
            ("new_voltage_violations", count(&|o| o.voltages.len())),
        ];
        Table::new(NAMES[0], columns)
    }

    /// What is broken before anything fails, then what each contingency adds.
    fn broken(
        &self,
        base: &'a [Broken],
        of: impl Fn(&'a Outcome) -> &'a [Broken],
    ) -> Vec<(&'a str, &'a Broken)> {
        let mut out: Vec<(&str, &Broken)> = base.iter().map(|b| (BASE, b)).collect();
        for (c, o) in self.each() {
            out.extend(of(o).iter().map(|b| (c.name.as_str(), b)));
        }
        out
    }

    /// A row for each branch over its rating: in `base`, and where a contingency adds it or makes it worse.
    pub fn overloads(&self) -> Table {
        let rows = self.broken(&self.base.overloads, |o| &o.overloads);
        let branch = |b: &Broken| &self.network.branches[b.at];
        let columns = vec![
            ("contingency", Column::text(rows.iter().map(|r| r.0))),
            ("branch", Column::whole(rows.iter().map(|(_, b)| b.at + 1))),
            ("from_bus", Column::whole(rows.iter().map(|(_, b)| self.id(branch(b).from)))),
            ("to_bus", Column::whole(rows.iter().map(|(_, b)| self.id(branch(b).to)))),
            ("flow_mva", Column::number(rows.iter().map(|(_, b)| b.value))),
            ("rate_mva", Column::number(rows.iter().map(|(_, b)| b.limit))),
            ("loading_pct", Column::number(rows.iter().map(|(_, b)| 100.0 * b.value / b.limit))),
        ];
        Table::new(NAMES[1], columns)
    }

    /// A row for each bus outside its voltages: in `base`, and where a contingency adds it or makes it worse.
    pub fn voltages(&self) -> Table {
        let rows = self.broken(&self.base.voltages, |o| &o.voltages);
        let columns = vec![
            ("contingency", Column::text(rows.iter().map(|r| r.0))),
            ("bus", Column::whole(rows.iter().map(|(_, b)| self.id(b.at)))),
            ("vm_pu", Column::number(rows.iter().map(|(_, b)| b.value))),
            ("limit_pu", Column::number(rows.iter().map(|(_, b)| b.limit))),
        ];
        Table::new(NAMES[2], columns)
    }

    /// The islands of each contingency that leaves more than one.
    pub fn islands(&self) -> Table {
        let rows: Vec<_> = self
            .each()
            .flat_map(|(c, o)| o.islands.iter().enumerate().map(move |(k, i)| (c, k + 1, i)))
            .collect();
        let elements = |c: &Contingency| {
            let name = |e: &relight_grid::batch::Element| {
                format!("{} {}", e.word(), e.number(self.network))
            };
            c.out.iter().map(name).collect::<Vec<_>>().join("; ")
        };
        let reference = rows.iter().map(|r| r.2.slack.map(|s| self.id(s)));
        let columns = vec![
            ("contingency", Column::text(rows.iter().map(|r| r.0.name.clone()))),
            ("elements", Column::text(rows.iter().map(|r| elements(r.0)))),
            ("island", Column::whole(rows.iter().map(|r| r.1))),
            ("status", Column::text(rows.iter().map(|r| r.2.status.word()))),
            ("buses", Column::whole(rows.iter().map(|r| r.2.buses))),
            ("lowest_bus", Column::whole(rows.iter().map(|r| self.id(r.2.first)))),
            ("reference_bus", Column::wholes(reference)),
            ("demand_mw", Column::number(rows.iter().map(|r| r.2.demand_mw))),
            ("short_mw", Column::number(rows.iter().map(|r| r.2.short_mw))),
        ];
        Table::new(NAMES[3], columns)
    }

    /// All contingencies in a few numbers.
    pub fn summary(&self) -> Summary {
        let count = |f: &dyn Fn(&Outcome) -> bool| self.outcomes.iter().filter(|o| f(o)).count();
        let screened = count(&|o| o.verdict == Verdict::Screened);
        let unsolved = |o: &Outcome| matches!(o.verdict, Verdict::NotSolved { .. });
        let steps: usize = self.outcomes.iter().map(|o| o.steps).sum();
        Summary {
            case: self.network.name.clone(),
            base_solved: true,
            base_overloads: self.base.overloads.len(),
            base_voltages: self.base.voltages.len(),
            contingencies: self.outcomes.len(),
            solved: count(&|o| o.verdict == Verdict::Solved),
            screened,
            not_solved: self
                .each()
                .filter(|(_, o)| unsolved(o))
                .map(|(c, _)| c.name.clone())
                .collect(),
            split: count(&|o| !o.islands.is_empty() || o.verdict == Verdict::Dead),
            with_lost_load: count(&|o| o.lost_load_mw > 0.0),
            with_shortage: count(&|o| o.short_mw > 0.0),
            with_new_overloads: count(&|o| !o.overloads.is_empty()),
            with_new_voltage_violations: count(&|o| !o.voltages.is_empty()),
            alone: count(&|o| o.alone),
            mean_steps: steps as f64 / (self.outcomes.len() - screened).max(1) as f64,
            most_lost_load: self
                .worst(|o| (o.lost_load_mw > 0.0).then_some((o.lost_load_mw, None))),
            most_short: self.worst(|o| (o.short_mw > 0.0).then_some((o.short_mw, None))),
            highest_loadings: self.worst(|o| {
                let worst = o.overloads.iter().max_by(|a, b| a.beyond().total_cmp(&b.beyond()))?;
                Some((100.0 * worst.value / worst.limit, Some(worst.at + 1)))
            }),
        }
    }

    /// The contingencies with the highest of something, and the row of the branch that has it.
    fn worst(&self, of: impl Fn(&Outcome) -> Option<Measure>) -> Vec<Worst> {
        let worst = |(c, o): (&Contingency, &Outcome)| {
            let (value, branch) = of(o)?;
            Some(Worst { contingency: c.name.clone(), value, branch })
        };
        let mut all: Vec<Worst> = self.each().filter_map(worst).collect();
        all.sort_by(|a, b| b.value.total_cmp(&a.value));
        all.truncate(MOST_LISTED);
        all
    }
}

/// Why there is no answer; empty where there is one.
fn reason(outcome: &Outcome) -> &'static str {
    match outcome.verdict {
        Verdict::NotSolved { reason: Some(reason), .. } => reason.text(),
        Verdict::NotSolved { reason: None, .. } => "it names what the grid does not have",
        Verdict::Solved | Verdict::Screened | Verdict::Dead => "",
    }
}

/// A contingency among the worst.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Worst {
    /// Its name.
    pub contingency: String,
    /// MW of load lost, or percent of a rating.
    pub value: f64,
    /// 1-based row of the branch.
    pub branch: Option<usize>,
}

/// A value to rank by, and the row of the branch that has it.
type Measure = (f64, Option<usize>);

/// All contingencies in a few numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Name of the case.
    pub case: String,
    /// Whether the grid has a solution before anything fails.
    pub base_solved: bool,
    /// Branches over their rating before anything fails.
    pub base_overloads: usize,
    /// Buses outside their voltages before anything fails.
    pub base_voltages: usize,
    /// All contingencies.
    pub contingencies: usize,
    /// Contingencies with a solution.
    pub solved: usize,
    /// Contingencies that the linear power flow showed to need no full one.
    pub screened: usize,
    /// Names of those without a solution.
    pub not_solved: Vec<String>,
    /// Contingencies that leave more than one island, or none.
    pub split: usize,
    /// Contingencies in which a bus loses its voltage that has demand.
    pub with_lost_load: usize,
    /// Contingencies in which a reference bus supplies more than its generators can.
    pub with_shortage: usize,
    /// Contingencies that bring an overload, or make one worse.
    pub with_new_overloads: usize,
    /// Contingencies that bring a voltage outside its limits, or make one worse.
    pub with_new_voltage_violations: usize,
    /// Contingencies that were solved apart from the others.
    pub alone: usize,
    /// Newton steps of a contingency that was solved in full.
    pub mean_steps: f64,
    /// Where most load is lost, MW.
    pub most_lost_load: Vec<Worst>,
    /// Where references supply most beyond their generators, MW.
    pub most_short: Vec<Worst>,
    /// Where an overload is highest, percent.
    pub highest_loadings: Vec<Worst>,
}

impl Summary {
    /// That of a grid without a solution before anything fails.
    pub fn unsolved(network: &Network) -> Self {
        Summary { case: network.name.clone(), ..Summary::default() }
    }
}
