//! Names, numbers and dates of a scenario as its tables give them.

use jiff::ToSpan;
use relight_restore::scenario::{Element, Measure};
use relight_restore::{Plan, Scenario};

/// A scenario and its plan, with what several files ask of both.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub scenario: &'a Scenario,
    pub plan: &'a Plan,
}

impl<'a> View<'a> {
    pub fn new(scenario: &'a Scenario, plan: &'a Plan) -> Self {
        View { scenario, plan }
    }

    /// Whether the grid file says whom it supplies: without people, megawatts are what there is to show.
    pub fn has_people(&self) -> bool {
        self.scenario.buses.iter().any(|b| b.people > 0.0)
    }

    /// Steps are days in most scenarios, and then people read "day 6".
    pub fn daily(&self) -> bool {
        self.scenario.step_hours == 24.0
    }

    /// `day 6`, `hour 12` or, where a step is neither, `step 6`.
    pub fn step(&self, step: u32) -> String {
        format!("{} {step}", self.unit())
    }

    /// `1 day`, `6 days`.
    pub fn steps(&self, count: u32) -> String {
        format!("{count} {}{}", self.unit(), if count == 1 { "" } else { "s" })
    }

    /// The word for a step.
    pub fn unit(&self) -> &'static str {
        match self.scenario.step_hours {
            24.0 => "day",
            1.0 => "hour",
            _ => "step",
        }
    }

    /// `Mon 12 Jan 2026`, with the time of day where steps are not whole days.
    pub fn date(&self, step: u32) -> String {
        let form = if self.whole_days() { "%a %-d %b %Y" } else { "%a %-d %b %Y %H:%M" };
        self.scenario.moment(step).strftime(form).to_string()
    }

    /// `Sun 18 Jan`; the year only where it is not that of the start.
    pub fn day(&self, step: u32) -> String {
        if self.scenario.moment(step).year() != self.scenario.start.year() {
            return self.date(step);
        }
        let form = if self.whole_days() { "%a %-d %b" } else { "%a %-d %b %H:%M" };
        self.scenario.moment(step).strftime(form).to_string()
    }

    /// `12 Jan`, with the time of day where steps are not whole days.
    pub fn short_date(&self, step: u32) -> String {
        let form = if self.whole_days() { "%-d %b" } else { "%-d %b %H:%M" };
        self.scenario.moment(step).strftime(form).to_string()
    }

    /// The date of the last day within the horizon.
    pub fn last_day(&self) -> String {
        let end = self.scenario.moment(self.scenario.horizon_steps);
        let last = end.checked_sub(1.minute()).unwrap_or(end);
        last.strftime("%a %-d %b %Y").to_string()
    }

    fn whole_days(&self) -> bool {
        self.scenario.step_hours % 24.0 == 0.0
    }

    /// What kind of table an element is in, and its id there: the bus number, or the 1-based row.
    pub fn id(&self, element: Element) -> (&'static str, u64) {
        match element {
            Element::Bus(i) => ("bus", self.bus(i)),
            Element::Branch(i) => ("branch", row(i)),
            Element::Generator(i) => ("generator", row(i)),
        }
    }

    /// The number of a bus.
    pub fn bus(&self, index: usize) -> u64 {
        self.scenario.network.buses.get(index).map_or(0, |b| b.id)
    }

    /// An element in words: `transformer 12 (400/110 kV)`, `line 7 (110 kV)`.
    pub fn element(&self, element: Element) -> String {
        let (kind, id) = self.id(element);
        let net = &self.scenario.network;
        let kv = |i: usize| net.buses.get(i).map_or(0.0, |b| b.base_kv);
        match element {
            Element::Bus(i) if kv(i) > 0.0 => format!("bus {id} ({} kV)", kv(i)),
            Element::Branch(i) => match net.branches.get(i) {
                Some(l) if net.is_transformer(i) && kv(l.from) != kv(l.to) => {
                    let (hi, lo) = (kv(l.from).max(kv(l.to)), kv(l.from).min(kv(l.to)));
                    format!("transformer {id} ({hi}/{lo} kV)")
                }
                Some(_) if net.is_transformer(i) => format!("transformer {id}"),
                Some(l) if kv(l.from) > 0.0 => format!("line {id} ({} kV)", kv(l.from)),
                _ => format!("line {id}"),
            },
            _ => format!("{kind} {id}"),
        }
    }

    /// Name of a site; its identifier where it has no name.
    pub fn site(&self, index: Option<usize>) -> Option<&'a str> {
        let site = self.scenario.sites.get(index?)?;
        Some(if site.name.is_empty() { &site.id } else { &site.name })
    }

    /// Name of the region of a job.
    pub fn job_region(&self, job: usize) -> Option<&'a str> {
        self.scenario.job_region(job).and_then(|r| self.scenario.regions.get(r)).map(String::as_str)
    }

    /// Name of the skill of a job.
    pub fn job_skill(&self, job: usize) -> &'a str {
        let s = self.scenario;
        s.jobs.get(job).and_then(|j| s.skills.get(j.skill)).map_or("", String::as_str)
    }

    /// Identifier of a job.
    pub fn job(&self, index: usize) -> &'a str {
        self.scenario.jobs.get(index).map_or("", |j| &j.id)
    }

    /// Identifier of a need.
    pub fn need(&self, index: usize) -> &'a str {
        self.scenario.needs.get(index).map_or("", |n| &n.id)
    }

    /// Identifier of an offer.
    pub fn offer(&self, index: usize) -> &'a str {
        self.scenario.offers.get(index).map_or("", |o| &o.id)
    }

    /// Identifier of a facility.
    pub fn facility(&self, index: usize) -> &'a str {
        self.scenario.facilities.get(index).map_or("", |f| &f.id)
    }

    /// Name of a facility for people; its identifier where it has no name.
    pub fn facility_name(&self, index: usize) -> &'a str {
        let facility = self.scenario.facilities.get(index);
        facility.map_or("", |f| if f.name.is_empty() { &f.id } else { &f.name })
    }

    /// The word of the file contract for what is minimised.
    pub fn measure(&self) -> &'static str {
        match self.scenario.measure {
            Measure::People => "people",
            Measure::Energy => "energy",
        }
    }
}

/// The 1-based row of an index.
pub(crate) fn row(index: usize) -> u64 {
    index as u64 + 1
}
