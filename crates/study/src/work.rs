//! The work that mends an event, and what it needs: an event becomes damages, jobs and needs of a scenario.

use relight_catalogue::{Item, Kind, Nameplate, highest_voltage_kv};
use relight_restore::Scenario;
use relight_restore::scenario::{Damage, Element, Job, Need};

use crate::dice::Dice;
use crate::event::{Broken, Event, Part};
use crate::fragility::{DamageState, TOWERS_PER_KM};
use crate::terrain::{Terrain, rating};

/// Skills of generated work.
pub const SKILLS: [&str; 3] = ["line", "station", "heavy"];
const LINE: usize = 0;
const STATION: usize = 1;
const HEAVY: usize = 2;

/// A line that has lost more than so many towers is rebuilt with kits from elsewhere: the country's stores have the
/// rest (an estimate).
const OWN_TOWERS: u32 = 8;
/// One way to a station in five has a weak bridge (an estimate).
const WEAK_BRIDGE: f64 = 0.2;
/// Damage is inspected within so many days.
const INSPECTED_DAYS: f64 = 4.0;

/// Days of work: fewest and most, drawn alike (estimates within published ranges; Hazus has 1, 3, 7 and 30 days for
/// stations and 0.5, 3.6, 22 and 65 for plants, with spares at hand).
fn days(part: Part) -> (f64, f64) {
    match part {
        // Of a transformer the site works; its erection comes after.
        Part::Bushing | Part::Breaker | Part::Transformer => (4.0, 8.0),
        Part::Yard => (7.0, 14.0),
        Part::Tower(_) => (2.0, 4.0),
        Part::Unit(DamageState::Moderate) => (2.0, 6.0),
        Part::Unit(DamageState::Extensive) => (15.0, 29.0),
        Part::Unit(_) => (45.0, 85.0),
    }
}

/// Days to erect a transformer, lighter and heavier ones (from 350 kV).
const ERECTION: [(f64, f64); 2] = [(7.0, 11.0), (10.0, 16.0)];
/// Days for each tower beyond the first, of one or more crews.
const TOWER_DAYS: f64 = 1.0;

/// Damages, jobs and needs of an event.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Work {
    /// Broken elements.
    pub damages: Vec<Damage>,
    /// What mends them. Skills are places in the list that [`Work::of`] was given or made.
    pub jobs: Vec<Job>,
    /// What they need.
    pub needs: Vec<Need>,
    /// The scenario's skills, and those of [`SKILLS`] that it did not have.
    pub skills: Vec<String>,
}

impl Work {
    /// The work that an event makes in a scenario.
    pub fn of(terrain: &Terrain, scenario: &Scenario, event: &Event) -> Self {
        let mut work = Work { skills: scenario.skills.clone(), ..Work::default() };
        let skill = SKILLS.map(|name| {
            work.skills.iter().position(|s| s == name).unwrap_or_else(|| {
                work.skills.push(name.to_owned());
                work.skills.len() - 1
            })
        });
        let mut lost = vec![false; scenario.network.branches.len()];
        for broken in &event.broken {
            if let Element::Branch(l) = broken.element {
                lost[l] = true;
            }
        }
        for broken in &event.broken {
            work.add(terrain, scenario, event, &skill, &lost, broken);
        }
        work
    }

    fn add(
        &mut self,
        terrain: &Terrain,
        scenario: &Scenario,
        event: &Event,
        skill: &[usize; 3],
        lost: &[bool],
        broken: &Broken,
    ) {
        let network = &scenario.network;
        let (id, kind, number) = match broken.element {
            Element::Bus(b) => (format!("b{}", network.buses[b].id), 0, b),
            Element::Branch(l) if matches!(broken.part, Part::Tower(_)) => {
                (format!("l{}", l + 1), 1, l)
            }
            Element::Branch(l) => (format!("t{}", l + 1), 2, l),
            Element::Generator(g) => (format!("g{}", g + 1), 3, g),
        };
        let mut dice = Dice::of(event.seed, "work", (number as u64) << 2 | kind);
        let step_days = scenario.step_hours / 24.0;
        let most = (scenario.horizon_steps / 2).max(1);
        let steps = |days: f64| (libm::ceil(days / step_days - 1e-9) as u32).clamp(1, most);
        let damage = self.damages.len();
        let site = terrain.stations[broken.station].site;
        self.damages.push(Damage {
            id: id.clone(),
            element: broken.element,
            site: Some(site),
            region: scenario.sites[site].region,
            state: broken.part.word().to_owned(),
            note: note(scenario, event, broken),
        });
        let ready = steps(dice.within(0.0, INSPECTED_DAYS)).saturating_sub(1);
        let (low, high) = days(broken.part);
        let length = dice.within(low, high);
        let job = |work: &mut Work, suffix: &str, skill, crews, days: f64, after: Vec<usize>| {
            let steps = steps(days);
            let id = format!("j-{id}{suffix}");
            let needs = Vec::new();
            work.jobs.push(Job { id, damage, skill, crews, steps, ready, after, needs });
            work.jobs.len() - 1
        };
        match (broken.part, broken.element) {
            (Part::Tower(towers), Element::Branch(l)) => {
                let kv = network.buses[network.branches[l].from].base_kv;
                let crews = if kv >= 220.0 { 2 } else { 1 };
                let days = length + TOWER_DAYS * f64::from(towers - 1) / f64::from(crews);
                let j = job(self, "", skill[LINE], crews, days.min(21.0), vec![]);
                if towers > OWN_TOWERS {
                    let length_km = libm::round(10.0 * f64::from(towers) / TOWERS_PER_KM) / 10.0;
                    let plate = Nameplate {
                        rated_kv: Some(kv),
                        length_km: Some(length_km),
                        ..Nameplate::default()
                    };
                    self.need(j, Kind::LineKit, 1, plate);
                }
            }
            (Part::Transformer, Element::Branch(l)) => {
                let works = job(self, "-site", skill[STATION], 1, length, vec![]);
                let (plate, heavy) = bay(scenario, l, lost, &mut dice);
                let (low, high) = ERECTION[usize::from(heavy)];
                let erection = dice.within(low, high);
                let unit = job(self, "-unit", skill[HEAVY], 1, erection, vec![works]);
                self.need(unit, Kind::Transformer, 1, plate);
            }
            (Part::Breaker | Part::Yard, Element::Bus(b)) => {
                let kv = network.buses[b].base_kv;
                let yard = broken.part == Part::Yard;
                let crews = if yard && kv >= 200.0 { 2 } else { 1 };
                let j = job(self, "", skill[STATION], crews, length, vec![]);
                // What stands in stores suffices for low voltages and for every second bus of others.
                if kv >= 100.0 && (yard || dice.chance(0.5)) {
                    let plate = Nameplate {
                        rated_kv: Some(highest_voltage_kv(kv).unwrap_or(kv)),
                        rated_a: Some(2000.0),
                        breaking_ka: Some(40.0),
                        frequency_hz: Some(scenario.frequency_hz),
                        ..Nameplate::default()
                    };
                    let count = if yard { 2 } else { 1 };
                    self.need(j, Kind::Breaker, count, plate);
                }
            }
            _ => {
                job(self, "", skill[STATION], 1, length, vec![]);
            }
        }
    }

    fn need(&mut self, job: usize, kind: Kind, count: u32, nameplate: Nameplate) {
        let need = self.needs.len();
        let id = format!("n{}", need + 1);
        self.needs.push(Need { id, job, item: Item { kind, nameplate }, count });
        self.jobs[job].needs.push(need);
    }

    /// The scenario with this work in place of its own.
    pub fn into_scenario(self, base: &Scenario) -> Scenario {
        let mut scenario = base.clone();
        self.put_into(&mut scenario);
        scenario
    }

    /// Replaces the work of a scenario by this.
    pub fn put_into(self, scenario: &mut Scenario) {
        scenario.damages = self.damages;
        scenario.jobs = self.jobs;
        scenario.needs = self.needs;
        scenario.skills = self.skills;
    }
}

/// What the bay of a transformer asks for, and whether it is one of the heavy ones.
fn bay(scenario: &Scenario, l: usize, lost: &[bool], dice: &mut Dice) -> (Nameplate, bool) {
    let network = &scenario.network;
    let branch = &network.branches[l];
    let (from, to) = (network.buses[branch.from].base_kv, network.buses[branch.to].base_kv);
    let (hv, lv) = (from.max(to), from.min(to));
    let mva = rating(scenario, l);
    let heavy = hv >= 350.0;
    // Short-circuit voltage on its own rating of a unit that stands beside it.
    let beside = |k: usize| {
        let other = &network.branches[k];
        let alike = (other.from, other.to) == (branch.from, branch.to);
        (alike && k != l && !lost[k])
            .then(|| 100.0 * other.x * rating(scenario, k) / network.base_mva)
    };
    let uk = (0..network.branches.len()).find_map(beside).filter(|uk| *uk > 0.0 && *uk < 100.0);
    let bears = match dice.chance(WEAK_BRIDGE) {
        true => 160.0,
        false if heavy => 400.0,
        false => 220.0,
    };
    let group = match (lv >= 60.0, scenario.frequency_hz > 55.0) {
        (true, true) => "YNa0d1",
        (true, false) => "YNa0d11",
        (false, true) => "YNd1",
        (false, false) => "YNd11",
    };
    let plate = Nameplate {
        hv_kv: Some(hv),
        lv_kv: Some(lv),
        mva: Some(libm::round(10.0 * mva) / 10.0),
        phases: Some(3),
        frequency_hz: Some(scenario.frequency_hz),
        vector_group: Some(group.to_owned()),
        uk_pct: uk.map(|uk| libm::round(10.0 * uk) / 10.0),
        mass_t: Some(bears),
        ..Nameplate::default()
    };
    (plate, heavy)
}

fn note(scenario: &Scenario, event: &Event, broken: &Broken) -> String {
    let network = &scenario.network;
    let kv = |bus: usize| network.buses[bus].base_kv;
    let what = match (broken.part, broken.element) {
        (Part::Tower(n), Element::Branch(l)) => format!(
            "{:.0} kV line of {:.1} km, {n} of {:.0} towers down",
            kv(network.branches[l].from),
            broken.length_km,
            libm::ceil(TOWERS_PER_KM * broken.length_km).max(1.0)
        ),
        (part, Element::Branch(l)) => {
            let (a, b) = (kv(network.branches[l].from), kv(network.branches[l].to));
            let words = if part == Part::Bushing { "bushing broken" } else { "beyond repair" };
            format!(
                "{:.0}/{:.0} kV transformer of {:.0} MVA, {words}",
                a.max(b),
                a.min(b),
                rating(scenario, l)
            )
        }
        (part, Element::Bus(b)) => {
            let words = if part == Part::Yard { "busbars and switchgear" } else { "breakers" };
            format!("{words} at {:.0} kV", kv(b))
        }
        (_, Element::Generator(g)) => {
            let unit = &network.generators[g];
            format!(
                "{} unit of {:.0} MW",
                unit.fuel.as_deref().unwrap_or("generating"),
                unit.pmax_mw
            )
        }
    };
    match event.unit {
        "failures nearby" => what,
        unit => format!("{what}; {:.2} {unit}", broken.intensity),
    }
}
