//! A plan as work: who does what where and when, with which equipment; what is left out and why; what to ask for next.

use std::collections::BTreeMap;

use relight_report::json::Document;
use relight_restore::scenario::Element;
use relight_restore::{Plan, Scenario};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A plan as work. Times are steps from 0, with the local time that a step begins at beside them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Work {
    /// Name of the scenario.
    pub scenario: String,
    /// Digest of the scenario's files.
    pub digest: String,
    /// Hours of a step.
    pub step_hours: f64,
    /// Steps that are planned.
    pub horizon_steps: u32,
    /// When step 0 begins.
    pub start: String,
    /// What it costs, and what simpler ways would.
    pub costs: Costs,
    /// Jobs in order of start: the bars of a Gantt chart.
    pub jobs: Vec<Job>,
    /// Jobs that are not in the plan.
    pub left_out: Vec<LeftOut>,
    /// Needs that nothing fills.
    pub unmatched: Vec<LeftOut>,
    /// Generator sets at facilities.
    pub placements: Vec<Placement>,
    /// What the AC check says of each state of the grid.
    pub checks: Vec<AcState>,
    /// Offers in use that may not come.
    pub at_risk: Vec<AtRisk>,
    /// Heating networks that stand still in frost for long.
    pub frost: Vec<Frost>,
    /// Remarks for people.
    pub warnings: Vec<String>,
}

/// What a plan costs, in its own measure, and in people-hours and megawatt-hours.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Costs {
    /// `people` or `energy`: what `weighted` and those below are counted in.
    pub measure: String,
    /// What was made small.
    pub weighted: f64,
    /// What no plan can beat.
    pub bound: f64,
    /// Nothing is repaired.
    pub no_repair: f64,
    /// Jobs in the order of the file.
    pub input_order: f64,
    /// One job at a time, the best next one first.
    pub greedy: f64,
    /// Energy not supplied, `MWh`.
    pub unserved_mwh: f64,
    /// People-hours without power at home.
    pub people_hours: f64,
    /// People-hours without each service of facilities.
    pub by_service: BTreeMap<String, f64>,
}

/// A job with its place in time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Job {
    /// Its identifier.
    pub job: String,
    /// What is repaired: `transformer 12 (400/110 kV)`.
    pub what: String,
    /// Where, by name.
    pub site: Option<String>,
    /// In which region.
    pub region: Option<String>,
    /// The skill of its teams.
    pub skill: String,
    /// The numbers of its teams.
    pub crews: Vec<u32>,
    /// The first step at which it could have begun.
    pub ready: u32,
    /// The step at which its last piece of equipment is there; `null`: it needs none.
    pub arrives: Option<u32>,
    /// The step at which it begins.
    pub start: u32,
    /// The step from which it is done.
    pub finish: u32,
    /// When it begins, local time.
    pub starts: String,
    /// When it is done, local time.
    pub ends: String,
    /// Jobs that must be done before.
    pub after: Vec<String>,
    /// Equipment.
    pub items: Vec<Piece>,
}

/// Pieces of an offer for a need.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Piece {
    /// The need.
    pub need: String,
    /// What is needed, in words.
    pub what: String,
    /// The offer.
    pub offer: String,
    /// Who gives it.
    pub donor: String,
    /// How far it has come: `offered` to `received`.
    pub status: String,
    /// How many.
    pub count: u32,
    /// The step at which it is there.
    pub arrives: u32,
}

/// A job or need that is left over.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LeftOut {
    /// The job.
    pub job: String,
    /// The need, where it is one.
    pub need: Option<String>,
    /// What it is, in words.
    pub what: String,
    /// Where.
    pub site: Option<String>,
    /// Why.
    pub reasons: Vec<String>,
}

/// A generator set at a facility.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Placement {
    /// The facility.
    pub facility: String,
    /// Its name.
    pub name: String,
    /// Its service.
    pub service: String,
    /// The offer.
    pub offer: String,
    /// Who gives it.
    pub donor: String,
    /// Which piece of the offer, from 1.
    pub piece: u32,
    /// First step.
    pub from: u32,
    /// First step after.
    pub to: u32,
    /// Power that it gives, kW.
    pub kw: f64,
    /// Diesel that it uses, litres.
    pub litres: f64,
}

/// The AC check of a state.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AcState {
    /// First step.
    pub from: u32,
    /// First step after.
    pub to: u32,
    /// When it begins, local time.
    pub at: String,
    /// `holds`, `corrected`, `fails`, `skipped`.
    pub verdict: String,
    /// Load that the AC state supplies, MW.
    pub served_mw: f64,
    /// Highest loading, percent.
    pub max_loading_pct: f64,
    /// Lowest voltage, per unit.
    pub vm_min_pu: f64,
    /// Highest voltage, per unit.
    pub vm_max_pu: f64,
    /// Limits that are broken.
    pub broken: Vec<Broken>,
    /// How many more there are.
    pub more_broken: usize,
    /// Why there is no solution, and other words for a person.
    pub note: String,
}

/// A limit that is broken.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Broken {
    /// The element in words.
    pub element: String,
    /// What is outside its limit.
    pub quantity: String,
    /// Its value.
    pub value: f64,
    /// The limit.
    pub limit: f64,
    /// The unit of both.
    pub unit: String,
}

/// An offer in use that may not come.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AtRisk {
    /// The offer.
    pub offer: String,
    /// How far it has come.
    pub status: String,
    /// How likely it is to come, 0 to 1.
    pub confidence: f64,
    /// Jobs that wait for it.
    pub jobs: Vec<String>,
    /// Facilities at which its sets stand.
    pub facilities: Vec<String>,
    /// What is lost without it, in the measure of the plan; `null`: not looked at.
    pub loss: Option<f64>,
}

/// A heating network that stands still in frost.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Frost {
    /// The facility.
    pub facility: String,
    /// First step.
    pub from: u32,
    /// First step after.
    pub to: u32,
    /// The lowest mean temperature, degrees Celsius.
    pub coldest_c: f64,
    /// Hours until it is taken to freeze; `null`: it does not.
    pub hours_to_freezing: Option<f64>,
}

/// What to ask partners for.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Asks {
    /// Whether the plan was asked for it at all.
    pub asked: bool,
    /// A row for each class of things, number and time of arrival, the best class first.
    pub items: Vec<Ask>,
}

/// What something more would save.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Ask {
    /// Place of its class, from 1.
    pub rank: usize,
    /// `transformer`, `crew`, `fuel`, `bundle`, ...
    pub kind: String,
    /// One of it in words.
    pub what: String,
    /// How many.
    pub count: u32,
    /// The step by which it must be there.
    pub arrival: u32,
    /// The same as local time.
    pub by: String,
    /// What it saves in the measure of the plan.
    pub saved: f64,
    /// The least over re-plans.
    pub low: f64,
    /// The most over re-plans.
    pub high: f64,
    /// Tonnes of one.
    pub mass_t: Option<f64>,
    /// Energy saved, `MWh`.
    pub mwh_saved: f64,
    /// People-hours saved: `power` at home, and each service.
    pub people_hours: BTreeMap<String, f64>,
    /// Regions in which it is put to use: for those who must know where things stand.
    pub regions: Vec<String>,
    /// What a person should know of it.
    pub note: String,
}

struct Words<'a>(&'a Scenario);

impl Words<'_> {
    fn moment(&self, step: u32) -> String {
        self.0.moment(step).strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }

    fn site(&self, site: Option<usize>) -> Option<String> {
        let site = self.0.sites.get(site?)?;
        Some(if site.name.is_empty() { site.id.clone() } else { site.name.clone() })
    }

    /// `transformer 12 (400/110 kV)`, as the report has it.
    fn element(&self, element: Element) -> String {
        let network = &self.0.network;
        let kv = |bus: usize| network.buses.get(bus).map_or(0.0, |bus| bus.base_kv);
        match element {
            Element::Bus(at) => {
                let id = network.buses.get(at).map_or(0, |bus| bus.id);
                format!("bus {id} ({} kV)", kv(at))
            }
            Element::Generator(at) => format!("generator {}", at + 1),
            Element::Branch(at) => {
                let (a, b) =
                    network.branches.get(at).map_or((0.0, 0.0), |l| (kv(l.from), kv(l.to)));
                if network.is_transformer(at) {
                    format!("transformer {} ({}/{} kV)", at + 1, a.max(b), a.min(b))
                } else {
                    format!("line {} ({} kV)", at + 1, a.max(b))
                }
            }
        }
    }

    /// What a job repairs, where, in which region.
    fn job(&self, job: usize) -> (String, Option<String>, Option<String>) {
        let damage = self.0.jobs.get(job).and_then(|job| self.0.damages.get(job.damage));
        let Some(damage) = damage else { return (String::new(), None, None) };
        let region = damage.region.and_then(|r| self.0.regions.get(r)).cloned();
        (self.element(damage.element), self.site(damage.site), region)
    }

    fn job_id(&self, job: usize) -> String {
        self.0.jobs.get(job).map_or(String::new(), |job| job.id.clone())
    }
}

/// Limits of one state that are told one by one; a state that fails can break thousands.
const MOST_BROKEN: usize = 20;

impl Work {
    /// The work of a plan.
    pub fn of(scenario: &Scenario, plan: &Plan) -> Work {
        let words = Words(scenario);
        let document = Document::of(scenario, plan);
        let costs = Costs {
            measure: document.objective.measure,
            weighted: document.objective.weighted,
            bound: document.bound.weighted,
            no_repair: document.baseline.no_repair,
            input_order: document.baseline.input_order,
            greedy: document.baseline.greedy,
            unserved_mwh: document.objective.unserved_mwh,
            people_hours: document.objective.unserved_people_hours,
            by_service: document.objective.by_service,
        };
        let at_risk = document.at_risk.into_iter().map(|risk| AtRisk {
            offer: risk.offer,
            status: risk.status,
            confidence: risk.confidence,
            jobs: risk.jobs,
            facilities: risk.facilities,
            loss: risk.loss.map(|loss| loss.weighted),
        });
        let frost = document.frost.into_iter().map(|frost| Frost {
            facility: frost.facility,
            from: frost.from,
            to: frost.to,
            coldest_c: frost.coldest_c,
            hours_to_freezing: frost.hours_to_freezing,
        });
        Work {
            scenario: scenario.name.clone(),
            digest: scenario.digest.clone(),
            step_hours: scenario.step_hours,
            horizon_steps: scenario.horizon_steps,
            start: words.moment(0),
            costs,
            jobs: plan.jobs.iter().map(|job| words.scheduled(job)).collect(),
            left_out: plan
                .unscheduled
                .iter()
                .map(|u| words.left_out(u.job, None, &u.reasons))
                .collect(),
            unmatched: plan
                .unmatched
                .iter()
                .map(|u| {
                    let job = scenario.needs.get(u.need).map_or(0, |need| need.job);
                    words.left_out(job, Some(u.need), &u.reasons)
                })
                .collect(),
            placements: plan.placements.iter().map(|p| words.placement(p)).collect(),
            checks: plan.states.iter().map(|state| words.check(state)).collect(),
            at_risk: at_risk.collect(),
            frost: frost.collect(),
            warnings: document.warnings,
        }
    }
}

impl Asks {
    /// What a plan was found to lack.
    pub fn of(scenario: &Scenario, plan: &Plan) -> Asks {
        let words = Words(scenario);
        let document = Document::of(scenario, plan);
        let items = document.asks.into_iter().map(|ask| Ask {
            rank: ask.rank,
            kind: ask.kind,
            what: ask.what,
            count: ask.count,
            arrival: ask.arrival,
            by: words.moment(ask.arrival),
            saved: ask.weighted.saved,
            low: ask.weighted.low,
            high: ask.weighted.high,
            mass_t: ask.mass_t,
            mwh_saved: ask.mwh_saved,
            people_hours: ask.saved,
            regions: ask.regions,
            note: ask.note,
        });
        Asks { asked: plan.asks.is_some(), items: items.collect() }
    }

    /// Without where things go: crews and diesel are asked for by region, and are left out with it.
    #[must_use]
    pub fn without_places(mut self) -> Asks {
        self.items.retain(|ask| !matches!(ask.kind.as_str(), "crew" | "fuel" | "bundle"));
        for ask in &mut self.items {
            ask.regions.clear();
            ask.note.clear();
        }
        self
    }
}

impl Words<'_> {
    fn scheduled(&self, job: &relight_restore::plan::ScheduledJob) -> Job {
        let scenario = self.0;
        let (what, site, region) = self.job(job.job);
        let told = scenario.jobs.get(job.job);
        let items: Vec<Piece> = job
            .items
            .iter()
            .filter_map(|used| {
                let (need, offer) =
                    (scenario.needs.get(used.need)?, scenario.offers.get(used.offer)?);
                Some(Piece {
                    need: need.id.clone(),
                    what: need.item.to_string(),
                    offer: offer.id.clone(),
                    donor: offer.donor.clone(),
                    status: offer.status.word().to_owned(),
                    count: used.count,
                    arrives: offer.arrival(),
                })
            })
            .collect();
        Job {
            job: self.job_id(job.job),
            what,
            site,
            region,
            skill: told.and_then(|j| scenario.skills.get(j.skill)).cloned().unwrap_or_default(),
            crews: job.teams.clone(),
            ready: told.map_or(0, |job| job.ready),
            arrives: items.iter().map(|item| item.arrives).max(),
            start: job.start,
            finish: job.finish,
            starts: self.moment(job.start),
            ends: self.moment(job.finish),
            after: told.iter().flat_map(|job| &job.after).map(|j| self.job_id(*j)).collect(),
            items,
        }
    }

    fn left_out(&self, job: usize, need: Option<usize>, reasons: &[String]) -> LeftOut {
        let (element, site, _) = self.job(job);
        let need = need.and_then(|need| self.0.needs.get(need));
        LeftOut {
            job: self.job_id(job),
            need: need.map(|need| need.id.clone()),
            what: need.map_or(element, |need| need.item.to_string()),
            site,
            reasons: reasons.to_vec(),
        }
    }

    fn placement(&self, placed: &relight_restore::plan::Placement) -> Placement {
        let facility = self.0.facilities.get(placed.facility);
        let offer = self.0.offers.get(placed.offer);
        Placement {
            facility: facility.map_or(String::new(), |f| f.id.clone()),
            name: facility.map_or(String::new(), |f| f.name.clone()),
            service: facility.map_or(String::new(), |f| f.service.clone()),
            offer: offer.map_or(String::new(), |o| o.id.clone()),
            donor: offer.map_or(String::new(), |o| o.donor.clone()),
            piece: placed.piece,
            from: placed.from,
            to: placed.to,
            kw: placed.kw,
            litres: placed.litres,
        }
    }

    fn check(&self, state: &relight_restore::plan::PlanState) -> AcState {
        let ac = &state.ac;
        let broken = ac.violations.iter().take(MOST_BROKEN).map(|broken| Broken {
            element: self.element(broken.element),
            quantity: broken.quantity.to_owned(),
            value: broken.value,
            limit: broken.limit,
            unit: broken.unit.to_owned(),
        });
        AcState {
            from: state.from,
            to: state.to,
            at: self.moment(state.from),
            verdict: ac.verdict.word().to_owned(),
            served_mw: ac.served_mw,
            max_loading_pct: ac.max_loading_pct,
            vm_min_pu: ac.vm_min_pu,
            vm_max_pu: ac.vm_max_pu,
            broken: broken.collect(),
            more_broken: ac.violations.len().saturating_sub(MOST_BROKEN),
            note: ac.note.clone(),
        }
    }
}
