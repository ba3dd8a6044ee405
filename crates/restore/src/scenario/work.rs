//! Damage, jobs and crews: what is broken, the work that restores it, and who does it.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{element_number, id, ids, name, text, whole, word};
use super::cycle::cycles;
use super::finding::{Code, Finding, shown};
use super::model::{BusInfo, CrewPool, Damage, Element, Job, Site};
use super::names::Names;
use super::reader::Reader;
use super::table::{Loaded, Place, record};

/// The skill of a job that no table describes.
const DEFAULT_SKILL: &str = "line";

/// Jobs of a cycle that a message names.
const SHOWN_JOBS: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Bus,
    Branch,
    Generator,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Bus, Kind::Branch, Kind::Generator];

    fn word(self) -> &'static str {
        match self {
            Kind::Bus => "bus",
            Kind::Branch => "branch",
            Kind::Generator => "generator",
        }
    }
}

record! {
    /// A row of `damage.csv`.
    DamageRow = "damage.csv", "a broken element";
    damage: Option<String> = key(id),
    element: Option<Kind> = key(word(Kind::ALL, Kind::word)),
    id: Option<u64> = key(element_number),
    site: Option<String> = known(id),
    state: String = or(text, String::new()),
    note: String = or(text, String::new())
}

record! {
    /// A row of `jobs.csv`.
    JobRow = "jobs.csv", "a piece of the work that restores a damage";
    job: Option<String> = key(id),
    damage: Option<String> = key(id),
    skill: Option<String> = key(name),
    crews: u32 = or(whole(1), 1),
    steps: u32 = required(whole(1)),
    ready: u32 = or(whole(0), 0),
    after: Vec<String> = or(ids, Vec::new())
}

record! {
    /// A row of `crews.csv`.
    CrewRow = "crews.csv", "teams of one skill";
    skill: Option<String> = key(name),
    region: Option<String> = known(name),
    teams: u32 = required(whole(1)),
    from: u32 = or(whole(0), 0),
    until: Option<u32> = known(whole(1))
}

/// Reads the damage.
pub(super) fn damages(
    reader: &mut Reader<'_>,
    site_names: &Names,
    sites: &[Site],
    buses: &[BusInfo],
) -> (Vec<Damage>, Names) {
    let table = reader.table::<DamageRow>();
    if !table.present {
        let finding = Finding::error("damage.csv", Code::MissingFile, "the file is missing");
        reader.findings.push(finding.expected("a table of what is broken"));
    } else if table.rows.is_empty() && !table.partial {
        let finding = Finding::warning("damage.csv", Code::Inconsistent, "nothing is broken");
        reader.findings.push(finding);
    }
    let mut names = Names::of(&table);
    let mut first = BTreeMap::new();
    let mut damages = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows {
        names.define(place, "damage", row.damage.as_ref(), &mut reader.findings);
        let own = site_names.find(place, "site", row.site.as_ref(), &mut reader.findings);
        let element = row.element.zip(row.id).and_then(|(k, n)| element(reader, place, k, n));
        if let Some(line) = element.and_then(|e| first.insert(e, place.line)) {
            let message = format!("this element is damaged already (line {line})");
            let finding = place.error("id", Code::Duplicate, message);
            reader.findings.push(finding.expected("each element once"));
        }
        let site = own.or_else(|| buses.get(bus_of(reader, element?)?)?.site);
        damages.push(Damage {
            id: row.damage.unwrap_or_default(),
            element: element.unwrap_or(Element::Bus(0)),
            site,
            region: site.and_then(|s| sites.get(s)?.region),
            state: row.state,
            note: row.note,
        });
    }
    (damages, names)
}

/// Finds an element of the network. Nothing is said where there is no grid to look into.
fn element(reader: &mut Reader<'_>, place: Place, kind: Kind, number: u64) -> Option<Element> {
    if kind == Kind::Bus {
        let bus = reader.bus(place, "id", number)?;
        warn_if_out(reader, place, Element::Bus(bus));
        return Some(Element::Bus(bus));
    }
    let network = reader.network.as_ref()?;
    let (rows, make): (usize, fn(usize) -> Element) = match kind {
        Kind::Generator => (network.generators.len(), Element::Generator),
        _ => (network.branches.len(), Element::Branch),
    };
    let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1)).filter(|i| *i < rows);
    let Some(index) = index else {
        let kind = kind.word();
        let message = format!("the grid has no {kind} {number}");
        let expected = match rows {
            0 => format!("none, as its {kind} table has no rows"),
            _ => format!("a row of its {kind} table, 1 to {rows}"),
        };
        let finding = place.error("id", Code::UnknownReference, message);
        reader.findings.push(finding.value(&number.to_string()).expected(expected));
        return None;
    };
    warn_if_out(reader, place, make(index));
    Some(make(index))
}

fn warn_if_out(reader: &mut Reader<'_>, place: Place, element: Element) {
    let Some(network) = &reader.network else { return };
    let bus_on = |b: usize| network.buses[b].kind != relight_grid::BusKind::Isolated;
    let on = match element {
        Element::Bus(b) => bus_on(b),
        Element::Branch(l) => {
            let branch = &network.branches[l];
            branch.in_service && bus_on(branch.from) && bus_on(branch.to)
        }
        Element::Generator(g) => {
            let generator = &network.generators[g];
            generator.in_service && bus_on(generator.bus)
        }
    };
    if !on {
        let message = "out of service in the grid anyway; its repair changes nothing";
        reader.findings.push(place.warning("id", Code::Inconsistent, message));
    }
}

/// The bus at which an element stands.
fn bus_of(reader: &Reader<'_>, element: Element) -> Option<usize> {
    let network = reader.network.as_ref()?;
    match element {
        Element::Bus(b) => Some(b),
        Element::Branch(l) => network.branches.get(l).map(|l| l.from),
        Element::Generator(g) => network.generators.get(g).map(|g| g.bus),
    }
}

/// Reads the jobs, or makes one for each damage where there is no table.
pub(super) fn jobs(
    reader: &mut Reader<'_>,
    damages: &[Damage],
    damage_names: &Names,
) -> (Vec<Job>, Names) {
    let table = reader.table::<JobRow>();
    let mut names = Names::of(&table);
    if !table.present {
        let message = "there is no such table; one job a damage is assumed, named after the damage: 1 crew \
                       of skill line, 1 step";
        reader.findings.push(Finding::warning("jobs.csv", Code::Assumed, message));
        let skill = match damages {
            [] => 0,
            _ => reader.skills.index(DEFAULT_SKILL),
        };
        let job = |(damage, d): (usize, &Damage)| {
            let (id, after, needs) = (d.id.clone(), Vec::new(), Vec::new());
            Job { id, damage, skill, crews: 1, steps: 1, ready: 0, after, needs }
        };
        names.take_over(damage_names);
        return (damages.iter().enumerate().map(job).collect(), names);
    }
    let Loaded { rows, partial, spoiled, .. } = table;
    for (place, row) in &rows {
        names.define(*place, "job", row.job.as_ref(), &mut reader.findings);
    }
    let mut jobs = Vec::with_capacity(rows.len());
    let mut places = Vec::with_capacity(rows.len());
    let mut repaired = vec![false; damages.len()];
    for (index, (place, row)) in rows.into_iter().enumerate() {
        let findings = &mut reader.findings;
        let damage = damage_names.find(place, "damage", row.damage.as_ref(), findings);
        if let Some(repaired) = damage.and_then(|d| repaired.get_mut(d)) {
            *repaired = true;
        }
        let mut after = BTreeSet::new();
        for earlier in &row.after {
            match names.find(place, "after", Some(earlier), findings) {
                Some(e) if e == index => {
                    let message = format!("job \"{earlier}\" waits for itself");
                    let finding = place.error("after", Code::Cycle, message).value(earlier);
                    findings.push(finding.expected("other jobs"));
                }
                Some(e) => {
                    after.insert(e);
                }
                None => {}
            }
        }
        places.push(place);
        jobs.push(Job {
            id: row.job.unwrap_or_default(),
            damage: damage.unwrap_or(0),
            skill: row.skill.map_or(0, |skill| reader.skills.index(&skill)),
            crews: row.crews,
            steps: row.steps,
            ready: row.ready,
            after: after.into_iter().collect(),
            needs: Vec::new(),
        });
    }
    report_cycles(reader, &jobs, &places);
    if !partial && spoiled.is_empty() {
        for (damage, _) in damages.iter().zip(repaired).filter(|(_, repaired)| !repaired) {
            let message =
                format!("no job repairs damage \"{}\"; it will not be repaired", damage.id);
            let finding = Finding::warning("jobs.csv", Code::Inconsistent, message);
            reader.findings.push(finding.column("damage").value(&damage.id));
        }
    }
    (jobs, names)
}

fn report_cycles(reader: &mut Reader<'_>, jobs: &[Job], places: &[Place]) {
    let after: Vec<_> = jobs.iter().map(|j| j.after.clone()).collect();
    for cycle in cycles(&after) {
        let Some(place) = cycle.first().and_then(|j| places.get(*j)) else { continue };
        let mut path: Vec<String> =
            cycle.iter().take(SHOWN_JOBS).map(|j| format!("\"{}\"", shown(&jobs[*j].id))).collect();
        if cycle.len() > SHOWN_JOBS {
            path.push(format!("… ({} jobs)", cycle.len()));
        }
        path.extend(path.first().cloned());
        let message = format!("jobs wait for each other: {}", path.join(" after "));
        let finding = place.error("after", Code::Cycle, message);
        reader.findings.push(finding.expected("an order in which they can be done"));
    }
}

/// Reads the crews, or makes one team of each skill where there is no table.
pub(super) fn crews(
    reader: &mut Reader<'_>,
    damages: &[Damage],
    jobs: &[Job],
    horizon: Option<u32>,
) -> Vec<CrewPool> {
    let table = reader.table::<CrewRow>();
    if !table.present {
        let message = "there is no such table; one crew of each skill is assumed, anywhere, always";
        reader.findings.push(Finding::warning("crews.csv", Code::Assumed, message));
        let skills = 0..reader.skills.len();
        let crew = |skill| CrewPool { skill, region: None, teams: 1, from: 0, until: None };
        let crews: Vec<_> = skills.map(crew).collect();
        warn_of_undoable(reader, damages, jobs, &crews);
        return crews;
    }
    let whole = !table.partial && table.spoiled.is_empty();
    let mut crews = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows {
        if let Some(until) = row.until.filter(|until| *until <= row.from) {
            let message = format!("\"{until}\" is not after from ({})", row.from);
            let finding = place.error("until", Code::Value, message).value(&until.to_string());
            reader.findings.push(finding.expected(format!("a step after {}", row.from)));
        }
        if horizon.is_some_and(|h| row.from >= h) {
            let message = "the crews come after the horizon";
            reader.findings.push(place.warning("from", Code::Inconsistent, message));
        }
        crews.push(CrewPool {
            skill: row.skill.map_or(usize::MAX, |skill| reader.skills.index(&skill)),
            region: row.region.map(|region| reader.regions.index(&region)),
            teams: row.teams,
            from: row.from,
            until: row.until,
        });
    }
    if whole {
        warn_of_undoable(reader, damages, jobs, &crews);
    }
    crews
}

/// Warns of each skill and region for whose jobs there are never enough teams at one time.
fn warn_of_undoable(reader: &mut Reader<'_>, damages: &[Damage], jobs: &[Job], crews: &[CrewPool]) {
    // The same answer serves all jobs of one skill and region.
    let mut most = BTreeMap::new();
    for job in jobs {
        let region = damages.get(job.damage).and_then(|d| d.region);
        let teams = *most
            .entry((job.skill, region))
            .or_insert_with(|| most_teams(crews, job.skill, region));
        if u64::from(job.crews) > teams {
            let skill = reader.skills.names().nth(job.skill).unwrap_or_default();
            let what = match teams {
                0 => "no crew".to_owned(),
                n => format!("at most {n} at a time"),
            };
            let message = format!(
                "job \"{}\" needs {} of skill \"{skill}\", and there is {what} where it is; it can never be done",
                job.id, job.crews
            );
            let finding = Finding::warning("crews.csv", Code::Inconsistent, message);
            reader.findings.push(finding.column("teams").value(&job.id));
        }
    }
}

/// The most teams of a skill that are at one time where a job in `region` is: those of the region, and those
/// that work anywhere.
fn most_teams(crews: &[CrewPool], skill: usize, region: Option<usize>) -> u64 {
    let here = |c: &&CrewPool| c.skill == skill && (c.region.is_none() || c.region == region);
    let mut changes: Vec<(u32, i64)> = Vec::new();
    for crew in crews.iter().filter(here) {
        changes.push((crew.from, i64::from(crew.teams)));
        changes.extend(crew.until.map(|until| (until, -i64::from(crew.teams))));
    }
    // At one step those who leave go before those who come.
    changes.sort_unstable();
    let (mut now, mut most) = (0, 0);
    for (_, change) in changes {
        now += change;
        most = most.max(now);
    }
    most.unsigned_abs()
}
