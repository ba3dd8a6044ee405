//! `relight check`: is this folder a scenario, and what is in it?

use std::collections::BTreeMap;
use std::fmt::Write as _;

use relight_restore::Scenario;
use relight_restore::scenario::{Code, Measure};
use serde::Serialize;

use crate::args::Check;
use crate::console::{Console, Ink};
use crate::failure::{Answer, Failure, Problem};
use crate::load::{self, Loaded};
use crate::numbers::{count, mw, short, whole};
use crate::time;

/// The answer to programs, for a folder that is good and for one that is not.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    ok: bool,
    scenario: Option<About>,
    errors: &'a [Problem],
    warnings: &'a [Problem],
    more: usize,
}

#[derive(Serialize)]
struct About {
    name: String,
    digest: String,
    start: String,
    horizon_steps: u32,
    step_hours: f64,
    measure: &'static str,
    buses: usize,
    branches: usize,
    generators: usize,
    demand_mw: f64,
    people: f64,
    sites: usize,
    damages: usize,
    jobs: usize,
    skills: usize,
    teams: u64,
    needs: usize,
    places: u64,
    offers: usize,
    pieces: u64,
    donors: usize,
    facilities: BTreeMap<String, usize>,
}

const SCHEMA: &str = "relight.check/1";

pub fn run(args: &Check, console: Console) -> Result<Answer, Failure> {
    let Loaded { folder, reading } = match load::scenario(&args.scenario.path) {
        Ok(loaded) => loaded,
        Err(failure) => return refuse(failure, console),
    };
    let scenario = &reading.scenario;
    let about = About::of(scenario);
    let of = |assumed: bool| -> Vec<Problem> {
        let chosen = reading.warnings.iter().filter(|w| (w.code == Code::Assumed) == assumed);
        chosen.map(|w| Problem::of_finding(&folder, w)).collect()
    };
    let (assumed, other) = (of(true), of(false));
    let mut text = format!(
        "{}\n\n{}",
        console.ink(Ink::Bold, format!("{}: ready to plan", scenario.name)),
        about.text(scenario)
    );
    for (title, ink, list) in [("Assumed", Ink::Bold, &assumed), ("Warnings", Ink::Yellow, &other)]
    {
        if !list.is_empty() {
            let _ = writeln!(text, "\n{}", console.ink(ink, title));
            for problem in list {
                let _ = writeln!(text, "  {}", problem.text);
            }
        }
    }
    if reading.more_warnings > 0 {
        let _ = writeln!(text, "  and {} more of the same files", reading.more_warnings);
    }
    console.say(&text)?;
    console.document(&Document {
        schema: SCHEMA,
        ok: true,
        scenario: Some(about),
        errors: &[],
        warnings: &[assumed, other].concat(),
        more: reading.more_warnings,
    })?;
    Ok(Answer::Yes)
}

/// A folder that is no scenario: for programs that is an answer of the same form.
fn refuse(failure: Failure, console: Console) -> Result<Answer, Failure> {
    if console.json {
        let (errors, warnings) = (&failure.errors, &failure.warnings);
        let more = failure.more;
        console.document(&Document {
            schema: SCHEMA,
            ok: false,
            scenario: None,
            errors,
            warnings,
            more,
        })?;
        return Ok(Answer::BadInput);
    }
    Err(failure)
}

impl About {
    fn of(s: &Scenario) -> Self {
        let mut facilities: BTreeMap<String, usize> = BTreeMap::new();
        for facility in &s.facilities {
            *facilities.entry(facility.service.clone()).or_default() += 1;
        }
        let mut donors: Vec<&str> = s.offers.iter().map(|o| o.donor.as_str()).collect();
        donors.sort_unstable();
        donors.dedup();
        About {
            name: s.name.clone(),
            digest: s.digest.clone(),
            start: s.start.to_string(),
            horizon_steps: s.horizon_steps,
            step_hours: s.step_hours,
            measure: match s.measure {
                Measure::People => "people",
                Measure::Energy => "energy",
            },
            buses: s.network.buses.len(),
            branches: s.network.branches.len(),
            generators: s.network.generators.len(),
            demand_mw: s.network.demand_mw(),
            people: s.buses.iter().map(|b| b.people).sum(),
            sites: s.sites.len(),
            damages: s.damages.len(),
            jobs: s.jobs.len(),
            skills: s.skills.len(),
            teams: s.crews.iter().map(|c| u64::from(c.teams)).sum(),
            needs: s.needs.len(),
            places: s.needs.iter().map(|n| u64::from(n.count)).sum(),
            offers: s.offers.len(),
            pieces: s.offers.iter().map(|o| u64::from(o.count)).sum(),
            donors: donors.iter().filter(|d| !d.is_empty()).count(),
            facilities,
        }
    }

    fn text(&self, s: &Scenario) -> String {
        let facilities: Vec<String> =
            self.facilities.iter().map(|(service, n)| format!("{n} {service}")).collect();
        let number = |n: u64| whole(n as f64);
        let rows = [
            (
                "grid",
                format!(
                    "{}, {}, {}; {} MW of demand",
                    count(self.buses, "bus", "buses"),
                    count(self.branches, "branch", "branches"),
                    count(self.generators, "generator", "generators"),
                    mw(self.demand_mw)
                ),
            ),
            ("people", format!("{} at {}", whole(self.people), count(self.sites, "site", "sites"))),
            ("damage", count(self.damages, "broken element", "broken elements")),
            (
                "work",
                format!(
                    "{}; {} of {}",
                    count(self.jobs, "job", "jobs"),
                    count(self.teams as usize, "team", "teams"),
                    count(self.skills, "skill", "skills")
                ),
            ),
            (
                "needs",
                format!("{}, {} to fill", count(self.needs, "need", "needs"), number(self.places)),
            ),
            (
                "offers",
                format!(
                    "{}, {} from {}",
                    count(self.offers, "offer", "offers"),
                    count(self.pieces as usize, "piece", "pieces"),
                    count(self.donors, "donor", "donors")
                ),
            ),
            (
                "facilities",
                if facilities.is_empty() { "none".to_owned() } else { facilities.join(", ") },
            ),
            (
                "horizon",
                format!(
                    "{} of {} h, {} to {}",
                    count(self.horizon_steps as usize, "step", "steps"),
                    short(self.step_hours),
                    time::date(s, 0),
                    time::last_day(s)
                ),
            ),
            (
                "minimises",
                match s.measure {
                    Measure::People => {
                        "people-hours without power and services, by their weights".to_owned()
                    }
                    Measure::Energy => "unserved energy, by the priority of each bus".to_owned(),
                },
            ),
        ];
        rows.iter().fold(String::new(), |mut text, (name, value)| {
            let _ = writeln!(text, "  {name:<11} {value}");
            text
        })
    }
}
