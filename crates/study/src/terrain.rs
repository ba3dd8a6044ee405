//! The grid as a hazard meets it: sites on a plane with what stands there, and lines between them.

use std::collections::BTreeMap;

use relight_restore::Scenario;

/// Why a scenario cannot be damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TerrainError {
    /// A bus stands nowhere.
    #[error("bus {bus} has no site: give it one in buses.csv, or coordinates beside the case")]
    NoSite {
        /// Number of the bus.
        bus: u64,
    },
    /// A site has no position.
    #[error("site {site} has no position: fill in lat and lon in sites.csv")]
    NoPosition {
        /// Identifier of the site.
        site: String,
    },
    /// There is nothing to damage.
    #[error("the grid has fewer than two sites with equipment in service")]
    Empty,
}

/// A site with equipment in service.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// Index into the scenario's sites.
    pub site: usize,
    /// Position on a plane that touches the earth amid the grid, km east and north.
    pub at: (f64, f64),
    /// Highest nominal voltage, kV.
    pub highest_kv: f64,
    /// Indices of buses.
    pub buses: Vec<usize>,
    /// Indices of branches that are transformers, both ends here (or the first, where they differ).
    pub transformers: Vec<usize>,
    /// Indices of generators.
    pub generators: Vec<usize>,
    /// Rating of all transformers, MVA.
    pub mva: f64,
    /// Most output of all generators, MW.
    pub plant_mw: f64,
}

/// All circuits between two sites: they share a corridor.
#[derive(Debug, Clone, PartialEq)]
pub struct Corridor {
    /// The stations that it joins, as places in [`Terrain::stations`], the lower first.
    pub ends: (usize, usize),
    /// Indices of branches.
    pub lines: Vec<usize>,
    /// Length, km: the straight way, and a tenth more.
    pub length_km: f64,
    /// Highest nominal voltage, kV.
    pub kv: f64,
}

/// What hazards act on.
#[derive(Debug, Clone, PartialEq)]
pub struct Terrain {
    /// Sites with equipment, in the order of the scenario.
    pub stations: Vec<Station>,
    /// Lines by corridor, in order of their ends.
    pub corridors: Vec<Corridor>,
}

/// Way of a line over the straight way.
const DETOUR: f64 = 1.1;
/// Kilometres in a degree of latitude.
const KM_PER_DEGREE: f64 = 111.2;
/// Rating taken where the case has none, MVA.
pub(crate) const USUAL_MVA: f64 = 200.0;

impl Terrain {
    /// Takes a scenario apart. What is out of service in the case is left out.
    pub fn new(scenario: &Scenario) -> Result<Self, TerrainError> {
        let network = &scenario.network;
        let status = network.status();
        let at_of = positions(scenario)?;
        let mut place_of = BTreeMap::new();
        let mut stations: Vec<Station> = Vec::new();
        let mut site_of_bus = vec![usize::MAX; network.buses.len()];
        for (b, info) in scenario.buses.iter().enumerate() {
            site_of_bus[b] = info.site.ok_or(TerrainError::NoSite { bus: network.buses[b].id })?;
        }
        let mut used: Vec<usize> =
            (0..site_of_bus.len()).filter(|&b| status.bus[b]).map(|b| site_of_bus[b]).collect();
        used.sort_unstable();
        used.dedup();
        for site in used {
            place_of.insert(site, stations.len());
            stations.push(Station {
                site,
                at: at_of[site],
                highest_kv: 0.0,
                buses: Vec::new(),
                transformers: Vec::new(),
                generators: Vec::new(),
                mva: 0.0,
                plant_mw: 0.0,
            });
        }
        let place = |bus: usize| place_of[&site_of_bus[bus]];
        for b in (0..network.buses.len()).filter(|&b| status.bus[b]) {
            let station = &mut stations[place(b)];
            station.highest_kv = station.highest_kv.max(network.buses[b].base_kv);
            station.buses.push(b);
        }
        for (g, unit) in network.generators.iter().enumerate().filter(|(g, _)| status.generator[*g])
        {
            let station = &mut stations[place(unit.bus)];
            station.generators.push(g);
            station.plant_mw += unit.pmax_mw.max(0.0);
        }
        let mut corridors: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (l, branch) in network.branches.iter().enumerate().filter(|(l, _)| status.branch[*l]) {
            let (a, b) = (place(branch.from), place(branch.to));
            if network.is_transformer(l) {
                stations[a].transformers.push(l);
                stations[a].mva += rating(scenario, l);
            } else if a != b {
                corridors.entry((a.min(b), a.max(b))).or_default().push(l);
            }
        }
        let corridors: Vec<Corridor> = (corridors.into_iter())
            .map(|(ends, lines)| {
                let (a, b) = (stations[ends.0].at, stations[ends.1].at);
                let kv = |l: &usize| network.buses[network.branches[*l].from].base_kv;
                Corridor {
                    ends,
                    length_km: DETOUR * libm::hypot(a.0 - b.0, a.1 - b.1),
                    kv: lines.iter().map(kv).fold(0.0, f64::max),
                    lines,
                }
            })
            .collect();
        if stations.len() < 2 {
            return Err(TerrainError::Empty);
        }
        Ok(Terrain { stations, corridors })
    }

    /// Circuits of all corridors.
    pub fn lines(&self) -> usize {
        self.corridors.iter().map(|c| c.lines.len()).sum()
    }
}

/// Rating of a branch, MVA; [`USUAL_MVA`] where the case has none or a placeholder.
pub(crate) fn rating(scenario: &Scenario, branch: usize) -> f64 {
    let mva = scenario.network.branches[branch].rate_mva[0];
    if mva > 0.0 && mva < 5_000.0 { mva } else { USUAL_MVA }
}

/// The positions of all sites on a plane, km. Sites where no bus stands need none.
fn positions(scenario: &Scenario) -> Result<Vec<(f64, f64)>, TerrainError> {
    let mut needed = vec![false; scenario.sites.len()];
    for site in scenario.buses.iter().filter_map(|b| b.site) {
        needed[site] = true;
    }
    let (mut lat_sum, mut count) = (0.0, 0.0);
    for site in scenario.sites.iter().zip(&needed).filter_map(|(s, needed)| needed.then_some(s)) {
        let (Some(lat), Some(_)) = (site.lat, site.lon) else {
            return Err(TerrainError::NoPosition { site: site.id.clone() });
        };
        lat_sum += lat;
        count += 1.0;
    }
    let narrow = libm::cos((lat_sum / f64::max(count, 1.0)).to_radians());
    let known = scenario.sites.iter().filter_map(|s| Some((s.lat?, s.lon?)));
    let (lat0, lon0) = known.clone().next().unwrap_or((0.0, 0.0));
    let project = |lat: f64, lon: f64| {
        // The short way round the globe.
        let mut east = lon - lon0;
        if east > 180.0 {
            east -= 360.0;
        } else if east < -180.0 {
            east += 360.0;
        }
        (east * KM_PER_DEGREE * narrow, (lat - lat0) * KM_PER_DEGREE)
    };
    Ok((scenario.sites.iter())
        .map(|s| project(s.lat.unwrap_or(lat0), s.lon.unwrap_or(lon0)))
        .collect())
}
