//! Scenarios for the tests: built by hand, drawn at random from a seed, or read from folders.
#![allow(dead_code, reason = "every test file takes what it needs")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use relight_catalogue::{Item, Kind, Nameplate};
use relight_grid::ac::Rating;
use relight_grid::{Branch, Bus, BusKind, Generator, Network, Susceptance};
use relight_restore::scenario::{
    BusInfo, Cold, CrewPool, Damage, Element, Facility, Folder, Job, Measure, Model, Need, Offer,
    OfferStatus, Pmin, SETTINGS, Scenario, default_weights, read,
};

/// Random numbers from a seed (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
pub struct Rng(pub u64);

impl Rng {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    /// From `low` to `high`, both included.
    pub fn whole(&mut self, low: u32, high: u32) -> u32 {
        low + self.below((high - low + 1) as usize) as u32
    }

    /// From `low` to `high`.
    pub fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.real(0.0, 1.0) < p
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub fn shuffled(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, self.below(i + 1));
        }
        order
    }
}

/// Seeds `0..few`, or `0..many` when `RELIGHT_SOAK` is set.
pub fn seeds(few: u64, many: u64) -> std::ops::Range<u64> {
    0..if std::env::var_os("RELIGHT_SOAK").is_some() { many } else { few }
}

pub fn bus(id: u64, pd_mw: f64) -> Bus {
    Bus {
        id,
        name: None,
        kind: BusKind::Pq,
        pd_mw,
        qd_mvar: 0.2 * pd_mw,
        gs_mw: 0.0,
        bs_mvar: 0.0,
        area: 1,
        zone: 1,
        vm_pu: 1.0,
        va_deg: 0.0,
        base_kv: 110.0,
        vmax_pu: 1.1,
        vmin_pu: 0.9,
    }
}

/// A branch with r = x / 10. A rate of 0 is unlimited.
pub fn branch(from: usize, to: usize, x: f64, rate: f64) -> Branch {
    Branch {
        from,
        to,
        r: x / 10.0,
        x,
        b: 0.0,
        rate_mva: [rate; 3],
        ratio: 0.0,
        shift_deg: 0.0,
        in_service: true,
        angmin_deg: -360.0,
        angmax_deg: 360.0,
    }
}

pub fn generator(bus: usize, pmin_mw: f64, pmax_mw: f64) -> Generator {
    Generator {
        bus,
        pg_mw: 0.5 * pmax_mw,
        qg_mvar: 0.0,
        qmax_mvar: 100.0,
        qmin_mvar: -100.0,
        vg_pu: 1.0,
        mbase_mva: 100.0,
        in_service: true,
        pmax_mw,
        pmin_mw,
        fuel: None,
    }
}

pub fn network(buses: Vec<Bus>, branches: Vec<Branch>, generators: Vec<Generator>) -> Network {
    Network::new("test".into(), 100.0, buses, branches, generators, Vec::new())
}

/// A scenario with nothing broken: 10 steps of one hour, energy, MATPOWER's susceptances, rating A.
pub fn scenario(network: Network) -> Scenario {
    let info = BusInfo { site: None, people: 0.0, priority: 1.0 };
    Scenario {
        name: "test".into(),
        digest: String::new(),
        buses: vec![info; network.buses.len()],
        network,
        frequency_hz: 50.0,
        start: jiff::civil::date(2026, 1, 12),
        horizon_steps: 10,
        step_hours: 1.0,
        measure: Measure::Energy,
        model: Model { susceptance: Susceptance::X, rating: Rating::A, pmin: Pmin::Zero },
        weights: default_weights(),
        cold: Cold::default(),
        regions: Vec::new(),
        skills: vec!["line".into()],
        sites: Vec::new(),
        damages: Vec::new(),
        jobs: Vec::new(),
        crews: vec![pool(0, 1)],
        needs: Vec::new(),
        offers: Vec::new(),
        facilities: Vec::new(),
        fuel: Vec::new(),
        weather: Vec::new(),
    }
}

pub fn pool(skill: usize, teams: u32) -> CrewPool {
    CrewPool { skill, region: None, teams, from: 0, until: None }
}

/// Adds a broken element without any work.
pub fn damage(scenario: &mut Scenario, element: Element) -> usize {
    let d = scenario.damages.len();
    scenario.damages.push(Damage {
        id: format!("d{d}"),
        element,
        site: None,
        region: None,
        state: String::new(),
        note: String::new(),
    });
    d
}

/// Adds a job of one team of skill 0 for a damage.
pub fn job(scenario: &mut Scenario, damage: usize, steps: u32) -> usize {
    let j = scenario.jobs.len();
    scenario.jobs.push(Job {
        id: format!("j{j}"),
        damage,
        skill: 0,
        crews: 1,
        steps,
        ready: 0,
        after: Vec::new(),
        needs: Vec::new(),
    });
    j
}

/// Breaks an element that one job of `steps` repairs.
pub fn broken(scenario: &mut Scenario, element: Element, steps: u32) -> usize {
    let d = damage(scenario, element);
    job(scenario, d, steps)
}

/// A transformer of 110/20 kV at 50 Hz.
pub fn transformer(mva: Option<f64>, phases: Option<u8>) -> Item {
    let nameplate = Nameplate {
        hv_kv: Some(110.0),
        lv_kv: Some(20.0),
        mva,
        phases,
        frequency_hz: Some(50.0),
        ..Nameplate::default()
    };
    Item { kind: Kind::Transformer, nameplate }
}

pub fn generator_set(kw: f64) -> Item {
    Item { kind: Kind::GeneratorSet, nameplate: Nameplate { kw: Some(kw), ..Nameplate::default() } }
}

pub fn need(scenario: &mut Scenario, job: usize, item: Item, count: u32) -> usize {
    let n = scenario.needs.len();
    scenario.needs.push(Need { id: format!("n{n}"), job, item, count });
    scenario.jobs[job].needs.push(n);
    n
}

/// Adds pieces that are there at `arrival`, as good as received.
pub fn offer(scenario: &mut Scenario, item: Item, count: u32, arrival: u32) -> usize {
    let o = scenario.offers.len();
    scenario.offers.push(Offer {
        id: format!("o{o}"),
        donor: "donor".into(),
        item,
        count,
        origin: String::new(),
        ready: arrival,
        transit: 0,
        status: OfferStatus::Received,
        confidence: 1.0,
    });
    o
}

/// A facility of 100 people at a bus, without buffer, own set or tank.
pub fn facility(bus: Option<usize>, service: &str, essential_kw: f64) -> Facility {
    Facility {
        id: "f".into(),
        name: "facility".into(),
        service: service.into(),
        bus,
        site: None,
        people: 100.0,
        essential_kw: Some(essential_kw),
        full_kw: Some(essential_kw),
        buffer_hours: 0.0,
        own_kw: 0.0,
        fuel_litres: 0.0,
    }
}

/// A path from the root of the repository.
pub fn path(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(name)
}

/// The scenario in a folder of the repository.
pub fn example(name: &str) -> Scenario {
    load(&path("examples").join(name)).expect("the example is part of the repository")
}

/// A scenario of the shared bench; `None`, with a message, where that is absent.
pub fn bench(name: &str) -> Option<Scenario> {
    let folder = path("../shared/bench/restoration").join(name);
    let loaded = load(&folder);
    if loaded.is_none() {
        println!("skipped: there is no {}", folder.display());
    }
    loaded
}

/// The files of the shared folder of published cases; `None`, with a message, where that is absent.
pub fn toy(name: &str) -> Option<Network> {
    let file = path("../shared/bench/toys").join(name);
    let Ok(bytes) = std::fs::read(&file) else {
        println!("skipped: there is no {}", file.display());
        return None;
    };
    Some(relight_grid::formats::read(&bytes, name).expect("a case that reads").network)
}

fn load(folder: &Path) -> Option<Scenario> {
    let settings = std::fs::read(folder.join(SETTINGS)).ok()?;
    let files: BTreeMap<String, Vec<u8>> = Folder::wanted(&settings)
        .into_iter()
        .filter_map(|name| Some((name.clone(), std::fs::read(folder.join(name)).ok()?)))
        .collect();
    Some(read(&Folder { files }).unwrap_or_else(|findings| panic!("{findings}")).scenario)
}

/// Calls `f` with every order of `items`.
pub fn orders(items: &mut Vec<usize>, f: &mut impl FnMut(&[usize])) {
    fn swap_in(items: &mut Vec<usize>, at: usize, f: &mut impl FnMut(&[usize])) {
        if at == items.len() {
            f(items);
        }
        for i in at..items.len() {
            items.swap(at, i);
            swap_in(items, at + 1, f);
            items.swap(at, i);
        }
    }
    swap_in(items, 0, f);
}
