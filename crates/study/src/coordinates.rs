//! Where the buses of a case are: from a table beside it, or made up.

use std::collections::{BTreeMap, VecDeque};

use relight_grid::Network;

use crate::dice::Dice;

/// Where a bus stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Identifier of its site.
    pub site: String,
    /// Name of its site.
    pub name: String,
    /// Region, where the table says one.
    pub region: Option<String>,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// What is wrong with a table of coordinates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCoordinates {
    /// It is no table.
    #[error("line {line}: {message}")]
    Line {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong, with what was expected.
        message: String,
    },
    /// A bus has no row.
    #[error("bus {bus} of the case has no row; expected one for each bus")]
    Missing {
        /// Number of the bus.
        bus: u64,
    },
}

/// Most degrees that two buses of one site can differ in, where no site is named: some ten metres.
const SAME: f64 = 1e-4;

/// Reads a table with columns `bus`, `lat`, `lon`, and if they are there `site` (or `sub_id`), `name` (or `sub_name`) and
/// `region` (or `zone`). Buses without a named site share one where they are at the same point. One spot for each bus.
pub fn read(bytes: &[u8], network: &Network) -> Result<Vec<Spot>, BadCoordinates> {
    let at = |line, message: String| BadCoordinates::Line { line, message };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|e| at(1, e.to_string()))?.clone();
    let column = |names: &[&str]| names.iter().find_map(|n| header.iter().position(|h| h == *n));
    let needed = |name: &str| {
        column(&[name])
            .ok_or_else(|| at(1, format!("there is no column `{name}`; expected bus, lat, lon")))
    };
    let (bus, lat, lon) = (needed("bus")?, needed("lat")?, needed("lon")?);
    let (site, name) = (column(&["site", "sub_id"]), column(&["name", "sub_name"]));
    let region = column(&["region", "zone"]);
    let mut spots: Vec<Option<Spot>> = vec![None; network.buses.len()];
    let mut of_point: BTreeMap<(i64, i64), String> = BTreeMap::new();
    for row in reader.records() {
        let row =
            row.map_err(|e| at(e.position().map_or(1, csv::Position::line), e.to_string()))?;
        let line = row.position().map_or(1, csv::Position::line);
        let cell = |k: usize| row.get(k).unwrap_or_default();
        let number = |k: usize, what: &str, most: f64| {
            let value = cell(k).parse().ok().filter(|x: &f64| x.abs() <= most);
            value.ok_or_else(|| at(line, format!("`{}` is no {what}", cell(k))))
        };
        let id: u64 = (cell(bus).parse())
            .map_err(|_| at(line, format!("`{}` is no number of a bus", cell(bus))))?;
        let (lat, lon) = (number(lat, "latitude", 90.0)?, number(lon, "longitude", 180.0)?);
        // A table may cover more than the case.
        let Some(place) = network.bus_index(id) else { continue };
        let point = (libm::round(lat / SAME) as i64, libm::round(lon / SAME) as i64);
        let named = site.map(cell).filter(|s| !s.is_empty()).map(|s| format!("s{s}"));
        let site = named
            .unwrap_or_else(|| of_point.entry(point).or_insert_with(|| format!("s{id}")).clone());
        let name = name.map(cell).filter(|n| !n.is_empty()).unwrap_or(&site).to_owned();
        let region = region.map(cell).filter(|r| !r.is_empty()).map(str::to_owned);
        if spots[place].replace(Spot { site, name, region, lat, lon }).is_some() {
            return Err(at(line, format!("bus {id} has a row already; expected one for each bus")));
        }
    }
    (spots.into_iter().zip(&network.buses))
        .map(|(spot, bus)| spot.ok_or(BadCoordinates::Missing { bus: bus.id }))
        .collect()
}

/// Where a grid without coordinates is laid: in the Gulf of Guinea, where nobody can take it for a real one.
const NULL_ISLAND: (f64, f64) = (0.0, 0.0);
/// The median line of such a grid, km: that of `ACTIVSg2000`.
const MEDIAN_KM: f64 = 13.0;
/// Branches of so little impedance stay within a site, p.u.
const WITHIN_SITE: f64 = 0.0005;

/// Makes positions up for a case that has none. Buses joined by a transformer, or by a branch of next to no impedance,
/// are one site. A site lies by how many branches it is from four sites that are far from each other, moved towards its
/// neighbours, with some chance: near on the grid is near on the map, and that is all that can be said for it.
pub fn made_up(network: &Network, seed: u64) -> Vec<Spot> {
    let n = network.buses.len();
    let mut parent: Vec<usize> = (0..n).collect();
    for (l, branch) in network.branches.iter().enumerate() {
        if network.is_transformer(l) || libm::hypot(branch.r, branch.x) < WITHIN_SITE {
            let (a, b) = (root(&mut parent, branch.from), root(&mut parent, branch.to));
            parent[a.max(b)] = a.min(b);
        }
    }
    let of_bus: Vec<usize> = (0..n).map(|b| root(&mut parent, b)).collect();
    let mut sites = of_bus.clone();
    sites.sort_unstable();
    sites.dedup();
    let place: BTreeMap<usize, usize> = sites.iter().enumerate().map(|(k, &s)| (s, k)).collect();
    let site_of = |bus: usize| place[&of_bus[bus]];
    let mut near = vec![Vec::new(); sites.len()];
    let mut lines = Vec::new();
    for branch in &network.branches {
        let (a, b) = (site_of(branch.from), site_of(branch.to));
        if a != b {
            near[a].push(b);
            near[b].push(a);
            lines.push((a, b));
        }
    }
    let mut at = by_distances(&near, seed);
    for _ in 0..SMOOTHINGS {
        at = smoothed(&at, &near);
    }
    let mut lengths: Vec<f64> =
        lines.iter().map(|&(a, b)| libm::hypot(at[a].0 - at[b].0, at[a].1 - at[b].1)).collect();
    lengths.sort_by(f64::total_cmp);
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(1.0).max(1e-9);
    let degrees = MEDIAN_KM / median / 111.2;
    let round = |x: f64| libm::round(x * 1e4) / 1e4;
    (0..n)
        .map(|b| {
            let (x, y) = at[site_of(b)];
            let site = format!("s{}", network.buses[of_bus[b]].id);
            Spot {
                name: network.buses[of_bus[b]].name.clone().unwrap_or_else(|| site.clone()),
                site,
                region: None,
                lat: round((NULL_ISLAND.0 + y * degrees).clamp(-89.0, 89.0)),
                lon: round((NULL_ISLAND.1 + x * degrees).clamp(-179.0, 179.0)),
            }
        })
        .collect()
}

/// The first of those that are one with `k`.
fn root(parent: &mut [usize], mut k: usize) -> usize {
    while parent[k] != k {
        parent[k] = parent[parent[k]];
        k = parent[k];
    }
    k
}

/// Rounds in which sites move halfway to the middle of their neighbours.
const SMOOTHINGS: usize = 6;

/// Two coordinates for each site from its distances, in branches, to two pairs of far sites.
fn by_distances(near: &[Vec<usize>], seed: u64) -> Vec<(f64, f64)> {
    let mut dice = Dice::of(seed, "layout", 0);
    let first = dice.below(near.len() as u64) as usize;
    let farthest = |from: &[u32]| {
        (0..near.len()).max_by_key(|&k| (from[k], std::cmp::Reverse(k))).unwrap_or(0)
    };
    let a = farthest(&hops(near, first));
    let to_a = hops(near, a);
    let b = farthest(&to_a);
    let to_b = hops(near, b);
    // Far from both, and then far from that as well.
    let least: Vec<u32> = to_a.iter().zip(&to_b).map(|(a, b)| *a.min(b)).collect();
    let c = farthest(&least);
    let to_c = hops(near, c);
    let least: Vec<u32> =
        to_c.iter().zip(&to_a).zip(&to_b).map(|((c, a), b)| *c.min(&(a.min(b) + 1))).collect();
    let to_d = hops(near, farthest(&least));
    (0..near.len())
        .map(|k| {
            let part = |p: &[u32], q: &[u32]| f64::from(p[k]) - f64::from(q[k]);
            (part(&to_a, &to_b) + 0.8 * dice.normal(), part(&to_c, &to_d) + 0.8 * dice.normal())
        })
        .collect()
}

/// Branches from a site to every other; those out of reach count as just beyond the farthest.
fn hops(near: &[Vec<usize>], from: usize) -> Vec<u32> {
    let mut found = vec![u32::MAX; near.len()];
    let mut queue = VecDeque::from([from]);
    let mut farthest = 0;
    if let Some(first) = found.get_mut(from) {
        *first = 0;
    }
    while let Some(k) = queue.pop_front() {
        farthest = found[k];
        for &next in near.get(k).into_iter().flatten() {
            if found[next] == u32::MAX {
                found[next] = farthest + 1;
                queue.push_back(next);
            }
        }
    }
    found.into_iter().map(|h| h.min(farthest + 1)).collect()
}

fn smoothed(at: &[(f64, f64)], near: &[Vec<usize>]) -> Vec<(f64, f64)> {
    (at.iter().zip(near))
        .map(|(&(x, y), near)| {
            if near.is_empty() {
                return (x, y);
            }
            let sum = near.iter().fold((0.0, 0.0), |sum, &k| (sum.0 + at[k].0, sum.1 + at[k].1));
            let n = near.len() as f64;
            (f64::midpoint(x, sum.0 / n), f64::midpoint(y, sum.1 / n))
        })
        .collect()
}
