//! A bare case becomes a scenario folder: sites, people, services, crews and offers, all invented from a seed.
//!
//! Sizes follow published figures where there are some (beds and kilowatts by people) and estimates where there are
//! none; all of it is meant to be edited.

use std::collections::BTreeMap;

use relight_catalogue::{Kind, Nameplate, highest_voltage_kv};
use relight_grid::Network;

use crate::coordinates::Spot;
use crate::dice::Dice;
use crate::tables::{Sheet, nameplate, nameplate_columns, number};

/// How a case is furnished.
#[derive(Debug, Clone, PartialEq)]
pub struct Furnishing {
    /// Name of the scenario.
    pub name: String,
    /// Name of the grid file in the folder.
    pub grid: String,
    /// Nominal frequency, Hz.
    pub frequency_hz: u32,
    /// Steps and their hours.
    pub steps: u32,
    /// Hours in a step.
    pub step_hours: u32,
    /// People for each MW of load (US synthetic grids have some 330, Europe some 1,000).
    pub people_per_mw: f64,
    /// Seed of all that is drawn.
    pub seed: u64,
}

impl Default for Furnishing {
    fn default() -> Self {
        Furnishing {
            name: "Made-up damage".into(),
            grid: "grid.m".into(),
            frequency_hz: 60,
            steps: 60,
            step_hours: 24,
            people_per_mw: 500.0,
            seed: 1,
        }
    }
}

/// Regions that are made where the coordinates name none.
const REGIONS: usize = 6;

/// The files of the folder, but for the grid and the damage. `spots`: one for each bus.
pub fn files(network: &Network, spots: &[Spot], how: &Furnishing) -> Vec<(&'static str, Vec<u8>)> {
    let regions = regions(spots);
    let people = people(network, how);
    vec![
        ("scenario.toml", settings(how).into_bytes()),
        ("sites.csv", sites(spots, &regions)),
        ("buses.csv", buses(network, spots, &people)),
        ("crews.csv", crews(network, spots, &regions)),
        ("facilities.csv", facilities(network, spots, &people, how.seed)),
        ("fuel.csv", fuel(&regions, how)),
        ("offers.csv", offers(network, how)),
    ]
}

fn settings(how: &Furnishing) -> String {
    // What stands in quotes must not end them.
    let plain = |text: &str| text.replace(['"', '\\'], "'").replace(char::is_control, " ");
    format!(
        "# Made from a bare case with seed {}: people, services, crews and offers are invented.\n[scenario]\nname = \"{}\"\n\
         grid = \"{}\"\nfrequency_hz = {}\nstart = 2026-01-12\nhorizon_steps = {}\nstep_hours = {}\nmeasure = \"people\"\n\n\
         [weights]\nhospital = 10.0\nheat = 5.0\nwater = 5.0\ntelecom = 3.0\nshelter = 10.0\nresidents = 1.0\n",
        how.seed,
        plain(&how.name),
        plain(&how.grid),
        how.frequency_hz,
        how.steps,
        how.step_hours
    )
}

/// The region of each site: as the coordinates name it, or by cutting the map in parts of as many sites.
fn regions(spots: &[Spot]) -> BTreeMap<String, String> {
    let mut sites: BTreeMap<&str, &Spot> = BTreeMap::new();
    for spot in spots {
        sites.entry(&spot.site).or_insert(spot);
    }
    if sites.values().all(|s| s.region.is_some()) {
        let name = |s: &Spot| s.region.clone().unwrap_or_default();
        return sites.into_iter().map(|(id, s)| (id.to_owned(), name(s))).collect();
    }
    let mut parts: Vec<Vec<&Spot>> = vec![sites.values().copied().collect()];
    while parts.len() < REGIONS {
        let Some(largest) =
            (0..parts.len()).max_by_key(|&k| (parts[k].len(), std::cmp::Reverse(k)))
        else {
            break;
        };
        if parts[largest].len() < 2 {
            break;
        }
        let mut part = parts.swap_remove(largest);
        let span = |of: fn(&Spot) -> f64| {
            let values = || part.iter().map(|s| of(s));
            values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
        };
        let of: fn(&Spot) -> f64 =
            if span(|s| s.lat) > span(|s| s.lon) { |s| s.lat } else { |s| s.lon };
        part.sort_by(|a, b| of(a).total_cmp(&of(b)).then(a.site.cmp(&b.site)));
        let other = part.split_off(part.len() / 2);
        parts.push(part);
        parts.push(other);
    }
    let named = parts.iter().enumerate();
    named
        .flat_map(|(k, part)| {
            part.iter().map(move |s| (s.site.clone(), format!("Region {}", k + 1)))
        })
        .collect()
}

fn sites(spots: &[Spot], regions: &BTreeMap<String, String>) -> Vec<u8> {
    let mut sheet = Sheet::new(["site", "name", "region", "lat", "lon"]);
    let mut seen = std::collections::BTreeSet::new();
    for spot in spots.iter().filter(|s| seen.insert(s.site.as_str())) {
        let region = regions.get(&spot.site).map_or("", String::as_str);
        sheet.row([&spot.site, &spot.name, region, &number(spot.lat), &number(spot.lon)]);
    }
    sheet.bytes()
}

/// People by bus: by load, with more or fewer homes among it.
fn people(network: &Network, how: &Furnishing) -> Vec<u64> {
    let homes = |b: usize| Dice::of(how.seed, "homes", b as u64).within(0.4, 1.6);
    (network.buses.iter().enumerate())
        .map(|(b, bus)| libm::round(bus.pd_mw.max(0.0) * how.people_per_mw * homes(b)) as u64)
        .collect()
}

fn buses(network: &Network, spots: &[Spot], people: &[u64]) -> Vec<u8> {
    let mut sheet = Sheet::new(["bus", "site", "people", "priority"]);
    for ((bus, spot), people) in network.buses.iter().zip(spots).zip(people) {
        sheet.row([bus.id.to_string(), spot.site.clone(), people.to_string(), "1".into()]);
    }
    sheet.bytes()
}

/// Teams: at home by what there is to look after, two that go anywhere, and mutual aid from the fifth step on.
fn crews(network: &Network, spots: &[Spot], regions: &BTreeMap<String, String>) -> Vec<u8> {
    let mut buses: BTreeMap<&str, usize> = BTreeMap::new();
    for spot in spots {
        if let Some(region) = regions.get(&spot.site) {
            *buses.entry(region).or_default() += 1;
        }
    }
    let mut sheet = Sheet::new(["skill", "region", "teams", "from", "until"]);
    let mut row = |skill: &str, region: &str, teams: usize, from: &str, until: &str| {
        sheet.row([skill, region, &teams.to_string(), from, until]);
    };
    for (region, buses) in buses {
        row("line", region, buses.div_ceil(100), "0", "");
        row("station", region, buses.div_ceil(150), "0", "");
    }
    let all = network.buses.len();
    row("line", "", all.div_ceil(700).max(2), "0", "");
    row("station", "", all.div_ceil(700).max(2), "0", "");
    row("heavy", "", all.div_ceil(700).max(2), "0", "");
    row("line", "", all.div_ceil(350).max(2), "5", "40");
    row("station", "", all.div_ceil(500).max(2), "7", "45");
    row("heavy", "", all.div_ceil(1000).max(1), "12", "");
    sheet.bytes()
}

/// Services at the larger loads: beds, litres and kilowatts by people, as `docs/study.md` tells.
fn facilities(network: &Network, spots: &[Spot], people: &[u64], seed: u64) -> Vec<u8> {
    let mut sheet = Sheet::new([
        "facility",
        "name",
        "service",
        "bus",
        "site",
        "people",
        "essential_kw",
        "full_kw",
        "buffer_hours",
        "own_kw",
        "fuel_litres",
    ]);
    for (b, bus) in network.buses.iter().enumerate() {
        let mut dice = Dice::of(seed, "facilities", b as u64);
        let n = people[b];
        let mut add = |service: &str, people: u64, kw: (u64, u64), buffer: u32, own_hours: u32| {
            let essential = kw.0.max(1);
            let own = if own_hours > 0 { (essential * 5 / 4).div_ceil(10) * 10 } else { 0 };
            // Litres an hour by rating and load: the fit of published charts.
            let litres = f64::from(own_hours) * (0.0247 * own as f64 + 0.2416 * essential as f64);
            sheet.row([
                format!("{service}-{}", bus.id),
                format!("{service} at {}", spots[b].name),
                service.to_owned(),
                bus.id.to_string(),
                spots[b].site.clone(),
                people.to_string(),
                essential.to_string(),
                kw.1.max(2).to_string(),
                buffer.to_string(),
                own.to_string(),
                number(if own > 0 { libm::round(litres) } else { 0.0 }),
            ]);
        };
        if n > 20_000 {
            let beds = n * 5 / 1000;
            let hours = if dice.chance(0.6) { dice.between(24, 96) } else { 0 };
            add("hospital", n, (beds * 3 / 2, beds * 3), 0, hours);
        }
        if n > 10_000 {
            let hours = if dice.chance(0.15) { 24 } else { 0 };
            add("water", n, (n * 27 / 10_000, n * 7 / 1000), dice.between(4, 12), hours);
        }
        if n > 40_000 {
            let heated = n * 2 / 3;
            add("heat", heated, (heated * 30 / 1000, heated * 60 / 1000), dice.between(2, 12), 0);
        }
        if n > 60_000 {
            let hours = if dice.chance(0.5) { 48 } else { 0 };
            add("telecom", n, (200, 800), dice.between(8, 72), hours);
        }
    }
    sheet.bytes()
}

fn fuel(regions: &BTreeMap<String, String>, how: &Furnishing) -> Vec<u8> {
    let mut names: Vec<&String> = regions.values().collect();
    names.sort_unstable();
    names.dedup();
    let mut sheet = Sheet::new(["step", "region", "litres"]);
    let mut dice = Dice::of(how.seed, "fuel", 0);
    for step in (0..how.steps).step_by(3) {
        for region in &names {
            let litres = 1000 * dice.between(10, 30);
            sheet.row([step.to_string(), (*region).clone(), litres.to_string()]);
        }
    }
    sheet.bytes()
}

/// Donors, their statuses and how sure these are, percent.
const STATUS: [(&str, (u32, u32)); 4] = [
    ("received", (100, 100)),
    ("committed", (80, 95)),
    ("pledged", (60, 85)),
    ("offered", (30, 60)),
];
/// Ratings of generator sets, kW.
const SETS_KW: [u32; 6] = [50, 100, 200, 500, 1000, 2000];
/// Lots of transformers for each that stands in the grid: what donors offer is far less than what there is.
const TRANSFORMERS_A_LOT: usize = 90;
/// Transformers are offered from this low voltage on, kV; smaller ones stand in stores.
const LARGE_KV: f64 = 60.0;

/// Offers of the kinds that the grid is made of, few of each.
fn offers(network: &Network, how: &Furnishing) -> Vec<u8> {
    let mut dice = Dice::of(how.seed, "offers", 0);
    let mut sheet = Sheet::new(
        (["offer", "donor", "kind", "count"].into_iter()).chain(nameplate_columns()).chain([
            "origin",
            "ready",
            "transit",
            "status",
            "confidence",
        ]),
    );
    let mut rows = 0;
    let mut lot = |dice: &mut Dice, kind: Kind, count: u32, plate: &Nameplate| {
        rows += 1;
        let donor = format!("Donor {}", dice.between(1, 12));
        let (status, sure) = STATUS[dice.below(STATUS.len() as u64) as usize];
        let (ready, transit) = match (status, kind) {
            ("received", _) => (0, 0),
            (_, Kind::Transformer | Kind::MobileSubstation) => {
                (dice.between(0, how.steps / 4), dice.between(4, how.steps / 3))
            }
            _ => (dice.between(0, how.steps / 8), dice.between(1, how.steps / 8)),
        };
        let first = [format!("o{rows}"), donor.clone(), kind.word().to_owned(), count.to_string()];
        let last = [
            format!("Yard of {donor}"),
            ready.to_string(),
            transit.to_string(),
            status.to_owned(),
            number(f64::from(dice.between(sure.0, sure.1)) / 100.0),
        ];
        sheet.row(first.into_iter().chain(nameplate(plate)).chain(last));
    };
    let hz = f64::from(how.frequency_hz);
    let mut pairs: BTreeMap<(u64, u64), Vec<f64>> = BTreeMap::new();
    let mut line_kv: Vec<u64> = Vec::new();
    for (l, branch) in network.branches.iter().enumerate() {
        let (a, b) = (network.buses[branch.from].base_kv, network.buses[branch.to].base_kv);
        if network.is_transformer(l) && a.min(b) >= LARGE_KV {
            let mva = branch.rate_mva[0];
            let mva = if mva > 0.0 && mva < 5000.0 { mva } else { crate::terrain::USUAL_MVA };
            pairs.entry((a.max(b).to_bits(), a.min(b).to_bits())).or_default().push(mva);
        } else if a == b && a >= LARGE_KV {
            line_kv.push(a.to_bits());
        }
    }
    for ((hv, lv), mut ratings) in pairs {
        let (hv, lv) = (f64::from_bits(hv), f64::from_bits(lv));
        ratings.sort_by(f64::total_cmp);
        for k in 0..ratings.len().div_ceil(TRANSFORMERS_A_LOT).max(2) {
            // One that carries as much as nine in ten of those that stand, one that carries half as much as the median.
            let mva = if k % 2 == 0 {
                ratings[ratings.len() * 9 / 10]
            } else {
                ratings[ratings.len() / 2] / 2.0
            };
            let uk_pct = f64::from(dice.between(80, 140)) / 10.0;
            let plate = transformer(hv, lv, libm::round(mva), hz, uk_pct);
            let count = dice.between(1, 2);
            lot(&mut dice, Kind::Transformer, count, &plate);
        }
    }
    line_kv.sort_unstable();
    line_kv.dedup();
    for kv in line_kv.into_iter().map(f64::from_bits) {
        let (breaker, kit) = (breaker(highest_voltage_kv(kv).unwrap_or(kv), hz), line_kit(kv));
        for _ in 0..2 {
            let count = dice.between(3, 8);
            lot(&mut dice, Kind::Breaker, count, &breaker);
        }
        let count = dice.between(2, 5);
        lot(&mut dice, Kind::LineKit, count, &kit);
    }
    for kw in SETS_KW {
        let plate = Nameplate {
            kw: Some(f64::from(kw)),
            phases: Some(3),
            frequency_hz: Some(hz),
            volts: Some(if how.frequency_hz == 60 { 480.0 } else { 400.0 }),
            fuel_lph_full: Some(libm::round(2.7 * f64::from(kw)) / 10.0),
            ..Nameplate::default()
        };
        let count = dice.between(4, 16);
        lot(&mut dice, Kind::GeneratorSet, count, &plate);
    }
    sheet.bytes()
}

/// A transformer as donors have it.
pub(crate) fn transformer(hv_kv: f64, lv_kv: f64, mva: f64, hz: f64, uk_pct: f64) -> Nameplate {
    Nameplate {
        hv_kv: Some(hv_kv),
        lv_kv: Some(lv_kv),
        mva: Some(mva),
        phases: Some(3),
        frequency_hz: Some(hz),
        vector_group: Some(if hz > 55.0 { "YNa0d1" } else { "YNa0d11" }.to_owned()),
        uk_pct: Some(uk_pct),
        tap_range_pct: Some(10.0),
        tap_step_pct: Some(1.25),
        // A power law through published masses: 100 MVA 77 t, 300 MVA 176 t.
        mass_t: Some(libm::round(2.3 * libm::pow(mva, 0.76))),
        ..Nameplate::default()
    }
}

/// A breaker as donors have it, by its rated voltage.
pub(crate) fn breaker(rated_kv: f64, hz: f64) -> Nameplate {
    Nameplate {
        rated_kv: Some(rated_kv),
        rated_a: Some(3150.0),
        breaking_ka: Some(63.0),
        frequency_hz: Some(hz),
        ..Nameplate::default()
    }
}

/// What rebuilds 20 km of line.
pub(crate) fn line_kit(rated_kv: f64) -> Nameplate {
    Nameplate { rated_kv: Some(rated_kv), length_km: Some(20.0), ..Nameplate::default() }
}
