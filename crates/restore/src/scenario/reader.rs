//! Puts the scenario together: the order in which the files are read, and what they must be to each other.

use std::collections::BTreeSet;

use relight_grid::{Network, matpower};

use super::finding::{Code, Finding, Findings, Severity};
use super::folder::{Folder, SETTINGS};
use super::model::{Measure, Scenario};
use super::names::Interner;
use super::settings::{self, Settings};
use super::table::{self, Loaded, Place, TableRecord};
use super::{Reading, equipment, places, services, tables, work};

/// What is gathered while a folder is read.
pub(super) struct Reader<'a> {
    pub folder: &'a Folder,
    pub findings: Findings,
    /// The name of the grid file, where it is known.
    pub grid: Option<String>,
    /// The grid, where it could be read.
    pub network: Option<Network>,
    pub regions: Interner,
    pub skills: Interner,
}

/// Reads a scenario from the files of its folder.
///
/// Time and memory grow with the size of the files, whatever is in them; what is too large is refused
/// (see [`MOST_BYTES`](super::MOST_BYTES), [`MOST_ROWS`](super::MOST_ROWS)).
///
/// # Errors
/// All that is wrong with the folder, not the first only, and the warnings beside it.
pub fn read(folder: &Folder) -> Result<Reading, Findings> {
    let mut reader = Reader {
        folder,
        findings: Findings::default(),
        grid: None,
        network: None,
        regions: Interner::default(),
        skills: Interner::default(),
    };
    let settings = settings::read(folder, &mut reader.findings);
    reader.grid = settings.as_ref().and_then(|s| s.grid.clone());
    reader.read_grid();
    let scenario = reader.scenario(settings);
    let findings = reader.settle();
    match scenario {
        Some(scenario) if findings.errors().next().is_none() => {
            Ok(Reading { scenario, warnings: findings.findings, more_warnings: findings.more })
        }
        _ => Err(findings),
    }
}

impl Reader<'_> {
    /// The rows of a table.
    pub fn table<T: TableRecord>(&mut self) -> Loaded<T> {
        table::read(self.folder, &mut self.findings)
    }

    /// The index of a bus that a row mentions. Nothing is said where there is no grid to look into.
    pub fn bus(&mut self, place: Place, column: &str, number: u64) -> Option<usize> {
        let network = self.network.as_ref()?;
        let index = network.bus_index(number);
        if index.is_none() {
            let numbers = || network.buses.iter().map(|b| b.id);
            let (low, high) = (numbers().min().unwrap_or(0), numbers().max().unwrap_or(0));
            let message = format!("the grid has no bus {number}");
            let count = network.buses.len();
            let expected = format!("the number of one of its {count} buses, {low} to {high}");
            let finding = place.error(column, Code::UnknownReference, message);
            self.findings.push(finding.value(&number.to_string()).expected(expected));
        }
        index
    }

    fn read_grid(&mut self) {
        let Some(name) = self.grid.clone() else { return };
        let Some(bytes) = self.folder.files.get(&name) else {
            let message = "the file is missing";
            let expected = format!("the grid that {SETTINGS} names");
            self.findings
                .push(Finding::error(&name, Code::MissingFile, message).expected(expected));
            return;
        };
        let case = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let line = |line: usize| (line > 0).then_some(line);
        match matpower::read(bytes, case) {
            Ok(case) => {
                for note in case.notes {
                    let finding = Finding::warning(&name, Code::Grid, note.kind.to_string());
                    self.findings.push(Finding { line: line(note.line), ..finding });
                }
                self.network = Some(case.network);
            }
            Err(errors) => {
                for error in errors.errors {
                    let message = match &error.field {
                        Some(field) => format!("{field}: {}", error.kind),
                        None => error.kind.to_string(),
                    };
                    let finding = Finding::error(&name, Code::Grid, message);
                    self.findings.push(Finding { line: line(error.line), ..finding });
                }
                self.findings.more += errors.more;
            }
        }
    }

    /// Reads every table, whatever is wrong with the others. `None` without settings or grid.
    fn scenario(&mut self, settings: Option<Settings>) -> Option<Scenario> {
        let horizon = settings.as_ref().map(|s| s.horizon_steps);
        let (sites, site_names) = places::sites(self);
        let buses = places::buses(self, &site_names);
        let regions_with_sites = self.regions.len();
        let (damages, damage_names) = work::damages(self, &site_names, &sites, &buses);
        let (mut jobs, job_names) = work::jobs(self, &damages, &damage_names);
        let crews = work::crews(self, &damages, &jobs, horizon);
        let needs = equipment::needs(self, &job_names, &mut jobs, &damages);
        let offers = equipment::offers(self, horizon);
        let facilities = services::facilities(self, &site_names, &buses, settings.as_ref());
        let fuel = services::fuel(self, horizon);
        let weather = services::weather(self, horizon);
        self.check_regions(regions_with_sites);
        let people = buses.iter().map(|b| b.people).sum::<f64>()
            + facilities.iter().map(|f| f.people).sum::<f64>();
        if settings.as_ref().is_some_and(|s| s.measure == Measure::People) && people == 0.0 {
            let message = "no bus and no facility has people; every plan is as good as any other";
            let finding = Finding::warning(SETTINGS, Code::Inconsistent, message);
            let finding = finding.column("scenario.measure");
            self.findings.push(finding.expected("people in buses.csv, or measure = \"energy\""));
        }
        let settings = settings?;
        Some(Scenario {
            name: settings.name,
            digest: self.folder.digest(),
            network: self.network.take()?,
            frequency_hz: settings.frequency_hz,
            start: settings.start,
            horizon_steps: settings.horizon_steps,
            step_hours: settings.step_hours,
            measure: settings.measure,
            model: settings.model,
            weights: settings.weights,
            cold: settings.cold,
            regions: std::mem::take(&mut self.regions).into_names(),
            skills: std::mem::take(&mut self.skills).into_names(),
            sites,
            buses,
            damages,
            jobs,
            crews,
            needs,
            offers,
            facilities,
            fuel,
            weather,
        })
    }

    /// A region where nothing stands is often a region that is written in two ways.
    fn check_regions(&mut self, with_sites: usize) {
        let names: Vec<String> = self.regions.names().skip(with_sites).map(str::to_owned).collect();
        for name in names {
            let message = format!("no site is in region \"{name}\", which other tables name");
            let finding = Finding::warning("sites.csv", Code::Inconsistent, message);
            self.findings.push(finding.column("region").value(&name));
        }
    }

    /// The findings, by file and line.
    fn settle(&mut self) -> Findings {
        let mut findings = std::mem::take(&mut self.findings);
        let tables: Vec<_> = tables().into_iter().map(|t| t.file).collect();
        let known: BTreeSet<&str> =
            tables.iter().copied().chain([SETTINGS]).chain(self.grid.as_deref()).collect();
        let csv = |name: &&String| name.to_ascii_lowercase().ends_with(".csv");
        for file in self.folder.files.keys().filter(csv) {
            if !known.contains(file.as_str()) {
                let message = "not a table that is used";
                let finding = Finding::warning(file, Code::UnknownKey, message);
                findings.push(finding.expected(format!("one of {}", tables.join(", "))));
            }
        }
        let rank = |file: &str| match tables.iter().position(|t| *t == file) {
            _ if file == SETTINGS => 0,
            Some(table) => table + 2,
            None => 1,
        };
        // Stable: what was found at one line stays in the order in which it was found.
        findings.findings.sort_by_key(|f| {
            (rank(&f.file), f.severity == Severity::Warning && f.line.is_none(), f.line)
        });
        findings
    }
}
