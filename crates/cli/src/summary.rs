//! The numbers of a plan that matter, for a person at a terminal.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use relight_restore::plan::{AcVerdict, PlanState};
use relight_restore::scenario::Measure;
use relight_restore::{Plan, Scenario};

use crate::console::{Console, Ink};
use crate::numbers::{count, mw, mwh, share, whole};
use crate::time;

/// Reasons and names listed before the rest is left to the report.
const MOST_LISTED: usize = 8;

/// Below this nobody is left, and no load that matters.
const NOTHING_PEOPLE: f64 = 0.5;
const NOTHING_MW: f64 = 1e-6;

/// The summary. `ours` is what the plan is called beside the simpler ways.
pub fn text(scenario: &Scenario, plan: &Plan, console: Console, ours: &str) -> String {
    let summary = Summary { scenario, plan, console, out: String::new() };
    summary.heading().costs(ours).power().services().ac().undone().at_risk().warnings().out
}

struct Summary<'a> {
    scenario: &'a Scenario,
    plan: &'a Plan,
    console: Console,
    out: String,
}

impl Summary<'_> {
    fn title(&mut self, title: &str) {
        let _ = writeln!(self.out, "\n{}", self.console.ink(Ink::Bold, title));
    }

    fn line(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.out, "  {name:<22} {value}");
    }

    fn list(&mut self, title: &str, items: Vec<(String, String)>) {
        if items.is_empty() {
            return;
        }
        self.title(&format!("{title}: {}", items.len()));
        let beyond = items.len().saturating_sub(MOST_LISTED);
        for (name, reasons) in items.into_iter().take(MOST_LISTED) {
            let _ = writeln!(self.out, "  {name}: {reasons}");
        }
        if beyond > 0 {
            let _ = writeln!(self.out, "  and {beyond} more, in the report");
        }
    }

    fn heading(mut self) -> Self {
        let s = self.scenario;
        let name = self.console.ink(Ink::Bold, &s.name);
        let jobs = format!("{} of {} jobs planned", self.plan.jobs.len(), s.jobs.len());
        let _ = writeln!(self.out, "{name}, {} to {}: {jobs}", time::date(s, 0), time::last_day(s));
        self
    }

    /// What each way costs in the measure that is minimised, and this plan in every measure.
    fn costs(mut self, ours: &str) -> Self {
        let plan = self.plan;
        let unit = match self.scenario.measure {
            Measure::People => "weighted people-hours without power and services",
            Measure::Energy => "unserved MWh, weighted by priority",
        };
        let base = &plan.baseline;
        let rows = [
            ("no repair", &base.no_repair),
            ("jobs in file order", &base.input_order),
            ("greedy", &base.greedy),
            (ours, &plan.objective),
        ];
        if self.has_people() {
            self.title("People-hours without power at home");
            for (name, cost) in rows {
                let (hours, all) =
                    (cost.unserved_people_hours, base.no_repair.unserved_people_hours);
                self.line(name, &format!("{:>16}  {:>8}", whole(hours), share(hours, all)));
            }
        }
        self.title(&format!("What it costs ({unit})"));
        for (name, cost) in rows {
            let (cost, all) = (cost.weighted, base.no_repair.weighted);
            self.line(name, &format!("{:>16}  {:>8}", mwh(cost), share(cost, all)));
        }
        if plan.bound.weighted > 0.0 {
            let gap =
                format!("{:>16}  gap {:.1} %", mwh(plan.bound.weighted), 100.0 * plan.bound.gap);
            self.line("no plan can beat", &gap);
        }
        self.title(
            "Unserved, unweighted (people are counted for each service by itself; do not add up)",
        );
        if self.has_people() {
            let hours = format!("{:>16} people-hours", whole(plan.objective.unserved_people_hours));
            self.line("power at home", &hours);
        }
        for (service, hours) in &plan.objective.by_service {
            self.line(service, &format!("{:>16} people-hours", whole(*hours)));
        }
        self.line("energy", &format!("{:>16} MWh", mwh(plan.objective.unserved_mwh)));
        self
    }

    fn has_people(&self) -> bool {
        self.scenario.buses.iter().any(|b| b.people > 0.0)
    }

    /// Whom, or how much load, a state leaves without power.
    fn missing(&self, state: &PlanState) -> f64 {
        if self.has_people() { state.people_without_power } else { state.shed_mw }
    }

    fn nothing(&self) -> f64 {
        if self.has_people() { NOTHING_PEOPLE } else { NOTHING_MW }
    }

    fn amount(&self, value: f64) -> String {
        if self.has_people() {
            format!("{} people", whole(value))
        } else {
            format!("{} MW", mw(value))
        }
    }

    fn power(mut self) -> Self {
        let states = &self.plan.states;
        let (Some(first), Some(last)) = (states.first(), states.last()) else { return self };
        let (start, end) = (self.missing(first), self.missing(last));
        self.title(if self.has_people() { "Without power at home" } else { "Load not supplied" });
        let line = format!("{}, {}", self.amount(start), time::date(self.scenario, 0));
        self.line("at the start", &line);
        for (part, name) in [(0.5, "half are back"), (0.9, "9 in 10 are back")] {
            // For good: a later state must not fall behind again.
            let limit = start * (1.0 - part) + self.nothing() * 0.5;
            let good = states.iter().rposition(|s| self.missing(s) > limit).map_or(0, |i| i + 1);
            let when = states.get(good).map_or("not within the horizon".to_owned(), |s| {
                let (step, date) =
                    (time::step(self.scenario, s.from), time::date(self.scenario, s.from));
                format!("{step}, {date}")
            });
            self.line(name, &when);
        }
        let line = format!("{}, {}", self.amount(end), time::last_day(self.scenario));
        self.line("at the end", &line);
        self
    }

    /// Each service by itself: people are never added up over services.
    fn services(mut self) -> Self {
        let states = &self.plan.states;
        let services: BTreeSet<&str> =
            states.iter().flat_map(|s| s.people_without.keys()).map(String::as_str).collect();
        if !services.is_empty() {
            self.title("Without other services");
        }
        for service in services {
            let people = |s: &PlanState| s.people_without.get(service).copied().unwrap_or(0.0);
            // The first of equals, and nobody is without where there is no state.
            let worst = states.iter().rev().max_by(|a, b| people(a).total_cmp(&people(b)));
            let Some(worst) = worst.filter(|s| people(s) >= NOTHING_PEOPLE) else {
                self.line(service, "nobody");
                continue;
            };
            let most = format!(
                "{} people at worst, from {}",
                whole(people(worst)),
                time::step(self.scenario, worst.from)
            );
            let end = states.last().map_or(0.0, people);
            let end = if end < NOTHING_PEOPLE { "nobody".to_owned() } else { whole(end) };
            self.line(service, &format!("{most}; {end} at the end"));
        }
        self
    }

    fn ac(mut self) -> Self {
        let of = |verdict: AcVerdict| {
            self.plan.states.iter().filter(|s| s.ac.verdict == verdict).count()
        };
        let all = [AcVerdict::Holds, AcVerdict::Corrected, AcVerdict::Fails, AcVerdict::Skipped];
        let counts: Vec<String> = all
            .into_iter()
            .map(|v| (of(v), v.word()))
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{n} {word}"))
            .collect();
        let states = count(self.plan.states.len(), "grid state", "grid states");
        self.title(&format!("AC power flow check of {states}: {}", counts.join(", ")));
        let failing = || self.plan.states.iter().filter(|s| s.ac.verdict == AcVerdict::Fails);
        let from = |state: &PlanState| format!("from {}", time::step(self.scenario, state.from));
        let unsolved = failing().filter(|s| s.ac.violations.is_empty());
        let mut lines = Vec::new();
        if let Some(first) = unsolved.clone().next() {
            let why = format!("{} without a solution; {}", unsolved.count(), first.ac.note);
            lines.push((from(first), why.trim_end_matches("; ").to_owned()));
        }
        if let Some(worst) = failing().rev().max_by_key(|s| s.ac.violations.len()) {
            let broken = worst.ac.violations.len();
            if broken > 0 {
                let why = format!("{} broken, at worst", count(broken, "limit", "limits"));
                lines.push((from(worst), why));
            }
        }
        for (when, why) in lines {
            self.line(&when, &why);
        }
        self
    }

    fn undone(mut self) -> Self {
        let (s, plan) = (self.scenario, self.plan);
        let unmatched = plan
            .unmatched
            .iter()
            .filter_map(|u| Some((s.needs.get(u.need)?.id.clone(), u.reasons.join("; "))));
        self.list("Needs that nothing fills", unmatched.collect());
        let unscheduled = plan
            .unscheduled
            .iter()
            .filter_map(|u| Some((s.jobs.get(u.job)?.id.clone(), u.reasons.join("; "))));
        self.list("Jobs not in the plan", unscheduled.collect());
        let lost = &plan.unrecoverable;
        if lost.mw > NOTHING_MW {
            self.title("Beyond any plan of this scenario");
            let buses = count(lost.buses.len(), "bus", "buses");
            let line = format!("{} MW, {} people, at {buses}", mw(lost.mw), whole(lost.people));
            let _ = writeln!(self.out, "  {line}");
        }
        self
    }

    /// Offers that may not come, and what that costs; the greatest expected loss first.
    fn at_risk(mut self) -> Self {
        let (s, plan) = (self.scenario, self.plan);
        let unit = match s.measure {
            Measure::People => "weighted people-hours",
            Measure::Energy => "MWh, weighted",
        };
        let rows = plan.at_risk.iter().filter_map(|risk| {
            let offer = s.offers.get(risk.offer)?;
            let loss = risk.loss.as_ref().map_or("not looked at".to_owned(), |loss| {
                format!(
                    "without it {} {unit} more ({}), {} not done",
                    whole(loss.weighted),
                    share(loss.weighted, plan.objective.weighted),
                    count(loss.jobs.len(), "job", "jobs")
                )
            });
            let promise = format!("{}, {:.0} % likely", offer.status, 100.0 * offer.confidence);
            Some((offer.id.clone(), format!("{promise}; {loss}")))
        });
        self.list("Offers in use that may not come", rows.collect());
        self
    }

    fn warnings(mut self) -> Self {
        let warnings = &self.plan.warnings;
        if !warnings.is_empty() {
            self.title(&format!("Warnings: {}", warnings.len()));
            for warning in warnings.iter().take(MOST_LISTED) {
                let _ = writeln!(self.out, "  {warning}");
            }
            if warnings.len() > MOST_LISTED {
                let _ = writeln!(
                    self.out,
                    "  and {} more, in the report",
                    warnings.len() - MOST_LISTED
                );
            }
        }
        self
    }
}
