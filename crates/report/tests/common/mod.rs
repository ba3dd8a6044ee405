//! A small scenario with its plan, by hand: three buses in a row, a line and a transformer broken.
#![allow(dead_code, missing_docs, reason = "each test binary uses its part")]

use std::collections::BTreeMap;

use relight_catalogue::{Check, Item, Kind, Match, Nameplate, Verdict};
use relight_grid::{Branch, Bus, BusKind, Generator, Network, Susceptance};
use relight_restore::ask::{Ask, Asks, Part};
use relight_restore::plan::*;
use relight_restore::scenario::*;
use relight_restore::{Plan, Scenario};

/// A name that must never reach a page as markup.
pub const HOSTILE: &str = "<script>alert(\"1\")</script> & 'Sons', Ltd";

/// A cost of which only the weighted figure and the people-hours matter.
fn cost(weighted: f64) -> Objective {
    Objective { weighted, unserved_people_hours: weighted / 2.0, ..Objective::default() }
}

fn bus(id: u64, pd_mw: f64, base_kv: f64) -> Bus {
    Bus {
        id,
        name: None,
        kind: BusKind::Pq,
        pd_mw,
        qd_mvar: 0.0,
        gs_mw: 0.0,
        bs_mvar: 0.0,
        area: 1,
        zone: 1,
        vm_pu: 1.0,
        va_deg: 0.0,
        base_kv,
        vmax_pu: 1.1,
        vmin_pu: 0.9,
    }
}

fn branch(from: usize, to: usize) -> Branch {
    Branch {
        from,
        to,
        r: 0.01,
        x: 0.1,
        b: 0.0,
        rate_mva: [100.0; 3],
        ratio: 0.0,
        shift_deg: 0.0,
        in_service: true,
        angmin_deg: -360.0,
        angmax_deg: 360.0,
    }
}

fn network() -> Network {
    let generator = Generator {
        bus: 0,
        pg_mw: 60.0,
        qg_mvar: 0.0,
        qmax_mvar: 50.0,
        qmin_mvar: -50.0,
        vg_pu: 1.0,
        mbase_mva: 100.0,
        in_service: true,
        pmax_mw: 100.0,
        pmin_mw: 0.0,
        fuel: None,
    };
    Network::new(
        "three".into(),
        100.0,
        vec![bus(10, 0.0, 330.0), bus(20, 20.0, 330.0), bus(30, 40.0, 110.0)],
        vec![branch(0, 1), branch(1, 2)],
        vec![generator],
        vec![],
    )
}

fn site(id: &str, lat: f64, lon: f64) -> Site {
    let name = format!("{id} town");
    Site { id: id.into(), name, region: Some(0), lat: Some(lat), lon: Some(lon) }
}

fn job(id: &str, damage: usize, skill: usize, needs: Vec<usize>) -> Job {
    Job { id: id.into(), damage, skill, crews: 1, steps: 2, ready: 0, after: vec![], needs }
}

fn transformer(mva: f64) -> Item {
    let nameplate = Nameplate {
        hv_kv: Some(330.0),
        lv_kv: Some(110.0),
        mva: Some(mva),
        ..Nameplate::default()
    };
    Item { kind: Kind::Transformer, nameplate }
}

fn offer(id: &str, donor: &str, mva: f64) -> Offer {
    Offer {
        id: id.into(),
        donor: donor.into(),
        item: transformer(mva),
        count: 1,
        origin: "port".into(),
        ready: 1,
        transit: 2,
        status: OfferStatus::Pledged,
        confidence: 0.8,
    }
}

fn damage(id: &str, element: Element, site: usize) -> Damage {
    Damage {
        id: id.into(),
        element,
        site: Some(site),
        region: Some(0),
        state: "destroyed".into(),
        note: String::new(),
    }
}

pub fn scenario() -> Scenario {
    let at = |site, people| BusInfo { site: Some(site), people, priority: 1.0 };
    let pool = |skill, teams| CrewPool { skill, region: None, teams, from: 0, until: None };
    let need = |id: &str| Need { id: id.into(), job: 1, item: transformer(80.0), count: 1 };
    Scenario {
        name: "Three <buses>".into(),
        digest: "sha256:00ff".into(),
        network: network(),
        frequency_hz: 50.0,
        start: jiff::civil::date(2026, 1, 12),
        horizon_steps: 10,
        step_hours: 24.0,
        measure: Measure::People,
        model: Model { susceptance: Susceptance::X, rating: Rating::A, pmin: Pmin::Zero },
        weights: Weights { residents: 1.0, services: BTreeMap::from([("heat".into(), 5.0)]) },
        cold: Cold::default(),
        regions: vec!["North, \"upper\"".into()],
        skills: vec!["line".into(), "station".into()],
        sites: vec![site("a", 50.0, 20.0), site("b", 50.5, 21.0), site("c", 49.5, 22.0)],
        buses: vec![at(0, 0.0), at(1, 20_000.0), at(2, 40_000.0)],
        damages: vec![
            damage("d1", Element::Branch(0), 0),
            damage("d2", Element::Branch(1), 1),
            damage("d3", Element::Bus(2), 2),
        ],
        jobs: vec![job("j1", 0, 0, vec![]), job("j2", 1, 1, vec![0]), job("j3", 2, 1, vec![1])],
        crews: vec![pool(0, 2), pool(1, 1)],
        needs: vec![need("n1"), Need { job: 2, ..need("n2") }],
        offers: vec![offer("o1", HOSTILE, 63.0), offer("o2", "Elsewhere", 40.0)],
        facilities: vec![Facility {
            id: "f1".into(),
            name: "St Mary".into(),
            service: "heat".into(),
            bus: Some(2),
            site: Some(2),
            people: 5_000.0,
            essential_kw: None,
            full_kw: None,
            buffer_hours: 12.0,
            own_kw: 0.0,
            fuel_litres: 0.0,
        }],
        fuel: vec![],
        weather: vec![],
    }
}

fn check(verdict: Verdict, value: f64) -> Check {
    Check {
        name: "power",
        value: Some(value),
        limit: Some(80.0),
        unit: "MVA",
        margin: Some(value - 80.0),
        verdict,
        source: "a standard",
        note: format!("Says <b>{HOSTILE}</b>."),
    }
}

fn state(s: &Scenario, from: u32, to: u32, out: &[usize], served: [f64; 3]) -> PlanState {
    let mut status = s.network.status();
    for &b in out {
        status.branch[b] = false;
    }
    let served_mw: f64 = served.iter().sum();
    let shed = 60.0 - served_mw;
    PlanState {
        from,
        to,
        status,
        derated: if from == 5 {
            vec![Derating { branch: 1, mva: 63.0, impedance: 80.0 / 63.0 }]
        } else {
            vec![]
        },
        dispatch: Dispatch {
            served_mw: served.to_vec(),
            pg_mw: vec![served_mw],
            flow_mw: vec![],
            fixed_mw: vec![],
        },
        served_mw,
        shed_mw: shed,
        people_without_power: shed * 1000.0,
        left_open: Vec::new(),
        people_without_in: Vec::new(),
        people_without: BTreeMap::from([(
            "heat".into(),
            if out.is_empty() { 0.0 } else { 5_000.0 },
        )]),
        ac: AcCheck {
            verdict: AcVerdict::Holds,
            served_mw,
            max_loading_pct: 61.5,
            vm_min_pu: 0.97,
            vm_max_pu: 1.02,
            iterations: 3,
            violations: vec![],
            note: String::new(),
        },
    }
}

pub fn plan(s: &Scenario) -> Plan {
    let mut last = state(s, 5, 10, &[], [0.0, 20.0, 39.5]);
    last.ac.verdict = AcVerdict::Fails;
    last.ac.violations = vec![LimitBroken {
        element: Element::Branch(1),
        quantity: "loading",
        value: 104.25,
        limit: 100.0,
        unit: "%",
    }];
    let mut first = state(s, 0, 2, &[0, 1], [0.0; 3]);
    first.ac = AcCheck {
        verdict: AcVerdict::Skipped,
        served_mw: 0.0,
        max_loading_pct: 0.0,
        vm_min_pu: 0.0,
        vm_max_pu: 0.0,
        iterations: 0,
        violations: vec![],
        note: "Nothing is live.".into(),
    };
    let row = |need, offer, verdict, value, chosen| MatchRow {
        need,
        offer,
        result: Match {
            verdict,
            checks: if verdict == Verdict::Fits { vec![] } else { vec![check(verdict, value)] },
            pieces: 1,
            usable_mva: Some(value),
        },
        chosen,
        withheld: false,
    };
    Plan {
        seed: 7,
        objective: Objective {
            unserved_mwh: 5_940.0,
            unserved_people_hours: 5_940_000.0,
            weighted: 6_540_000.0,
            by_service: BTreeMap::from([("heat".into(), 600_000.0)]),
        },
        bound: Bound { weighted: 0.0, gap: 1.0, method: "none".into(), complete: true },
        baseline: Baselines { no_repair: cost(2e7), input_order: cost(7e6), greedy: cost(6.6e6) },
        jobs: vec![
            ScheduledJob { job: 0, start: 0, finish: 2, teams: vec![2], items: vec![] },
            ScheduledJob {
                job: 1,
                start: 3,
                finish: 5,
                teams: vec![1],
                items: vec![ItemUse { need: 0, offer: 0, count: 1 }],
            },
        ],
        unscheduled: vec![Unscheduled { job: 2, reasons: vec!["Need n2 is open.".into()] }],
        states: vec![first, state(s, 2, 5, &[1], [0.0, 20.0, 0.0]), last],
        placements: vec![Placement {
            offer: 1,
            piece: 1,
            facility: 0,
            from: 0,
            to: 5,
            kw: 120.5,
            litres: 900.0,
        }],
        matches: vec![
            row(0, 0, Verdict::FitsDerated, 63.0, 1),
            row(0, 1, Verdict::DoesNotFit, 40.0, 0),
            row(1, 0, Verdict::Fits, 80.0, 0),
        ],
        unmatched: vec![Unmatched { need: 1, reasons: vec!["The one that fits is taken.".into()] }],
        unrecoverable: Unrecoverable { mw: 0.5, people: 500.0, buses: vec![2] },
        frozen: vec![FrozenNetwork {
            facility: 0,
            from: 0,
            to: 2,
            coldest_c: -12.5,
            hours_to_freezing: Some(19.2),
            clock: 2.5,
        }],
        at_risk: vec![AtRisk {
            offer: 0,
            jobs: vec![1],
            facilities: vec![],
            loss: Some(Loss {
                jobs: vec![1],
                weighted: 120_000.0,
                unserved_mwh: 60.0,
                unserved_people_hours: 80_000.0,
                by_service: BTreeMap::from([("heat".into(), 8_000.0)]),
            }),
        }],
        warnings: vec!["Mind the <gap>.".into()],
        asks: None,
    }
}

/// The same plan with something to ask for: a unit alone, and a bundle.
pub fn plan_with_asks(s: &Scenario) -> Plan {
    let unit = Part::Item { item: transformer(80.0), count: 1 };
    let team = Part::Crew { skill: 1, region: Some(0), teams: 2 };
    let ask = |rank, parts: &[Part], count, arrival, weighted: f64| Ask {
        rank,
        parts: parts.to_vec(),
        count,
        arrival,
        weighted,
        low: 0.5 * weighted,
        high: weighted,
        certain: (rank == 1).then_some((0.25 * weighted, 1.5 * weighted)),
        saved: Objective {
            unserved_mwh: 10.0,
            unserved_people_hours: 0.5 * weighted,
            weighted,
            by_service: BTreeMap::from([("heat".into(), 0.1 * weighted)]),
        },
        mass_t: (rank == 1).then_some(50.0),
        regions: vec![0],
        litres: 0.0,
    };
    let one = std::slice::from_ref(&unit);
    let rows = vec![
        ask(1, one, 1, 1, 1.2e6),
        ask(1, one, 2, 1, 1.5e6),
        ask(1, one, 5, 1, 1.5e6),
        ask(1, one, 1, 3, 800_000.0),
        ask(2, &[unit.clone(), team], 1, 1, 40_000.0),
    ];
    let asks = Asks {
        rows,
        cost: 6.5e6,
        rounds: 10,
        seeds: 3,
        looked_at: 2,
        left_aside: 1,
        complete: true,
    };
    Plan { asks: Some(asks), ..plan(s) }
}
