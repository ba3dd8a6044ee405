//! Scenario folders as the server reads them: as they lie there, or with the offers of a ledger in place of their own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use jiff::tz::TimeZone;
use relight_ledger::date::Day;
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::Operation;
use relight_ledger::offers::{self, Calendar, Offers};
use relight_restore::Scenario;
use relight_restore::scenario::{self, Folder, MOST_BYTES, SETTINGS};

use crate::app::{App, lock, now};
use crate::config::Place;
use crate::policy::public::Records as _;
use crate::weather::{self, Keeper, Service};

/// The largest public case has 23 MB.
const MOST_GRID: u64 = 1 << 30;

/// The table that a ledger's offers stand in for.
const OFFERS: &str = "offers.csv";

/// The table that a forecast is laid over.
const WEATHER: &str = "weather.csv";

/// The scenario folders that there are, by name.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join(SETTINGS).is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_name(name))
        .collect();
    names.sort();
    names
}

/// Whether it names a folder, and no way out of one.
pub fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= 100 && name.chars().all(plain)
}

/// The files of a scenario.
///
/// # Errors
///
/// Which file cannot be read.
pub fn folder(place: &Path) -> Result<Folder, String> {
    use std::io::Read as _;
    let mut files = Folder::default();
    let mut wanted = vec![SETTINGS.to_owned()];
    while let Some(name) = wanted.pop() {
        let path = place.join(&name);
        let is_inside = Path::new(&name).components().count() == 1;
        if files.files.contains_key(&name) || !is_inside || !path.is_file() {
            continue;
        }
        let is_grid = path.extension().is_some_and(|e| e == "m");
        let most = if is_grid { MOST_GRID } else { MOST_BYTES as u64 };
        let mut bytes = Vec::new();
        fs::File::open(&path)
            .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
            .map_err(|_| format!("{name} of the scenario cannot be read"))?;
        if name == SETTINGS {
            wanted.extend(Folder::wanted(&bytes));
        }
        files.files.insert(name, bytes);
    }
    Ok(files)
}

/// Reads a scenario.
///
/// # Errors
///
/// What is wrong with it, the first things.
pub fn read(files: &Folder) -> Result<Scenario, String> {
    let reading = scenario::read(files).map_err(|findings| {
        let first: Vec<String> =
            findings.findings.iter().take(5).map(ToString::to_string).collect();
        format!("the scenario is not sound: {}", first.join("; "))
    })?;
    Ok(reading.scenario)
}

/// Puts the offers of a ledger in place of a scenario's own. The digest of what is then read is of both.
///
/// # Errors
///
/// As [`read`].
pub fn take_offers(
    app: &App,
    files: &mut Folder,
    operation: Id<Operation>,
    undated: Option<u32>,
) -> Result<(), String> {
    let own = read(files)?;
    let start: Day = own
        .start
        .to_string()
        .parse()
        .map_err(|_| "the scenario begins on a day that no ledger knows".to_owned())?;
    let calendar = Calendar { start, step_hours: own.step_hours, undated };
    let today = now().day().ok_or_else(|| "the clock of the system is wrong".to_owned())?;
    let found = offered(app, operation, &calendar, today);
    files.files.insert(OFFERS.to_owned(), offers::csv(&found.offers).into_bytes());
    Ok(())
}

/// Lays what a service forecasts over a scenario's temperatures: for each region in the middle of its sites, for each step
/// that the forecast reaches. Days are counted in UTC. `address` is another server with the same service.
///
/// # Errors
///
/// As [`read`], and where a service cannot be reached.
pub fn take_weather(
    files: &mut Folder,
    keeper: &Keeper,
    service: Service,
    address: Option<&str>,
) -> Result<(), String> {
    let own = read(files)?;
    let start = own.moment(0).to_zoned(TimeZone::UTC).map_err(|e| e.to_string())?.timestamp();
    let mut regions: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for (at, name) in own.regions.iter().enumerate() {
        let of_file = |step: u32| {
            let here = own.weather.iter().filter(|w| w.region.is_none_or(|r| r == at));
            here.filter(|w| w.step == step).map(|w| w.temp_c).next_back()
        };
        let mut means: Vec<Option<f64>> = (0..own.horizon_steps).map(of_file).collect();
        if let Some((latitude, longitude)) = middle(&own, at) {
            let address = address.map(str::to_owned);
            let place = Place { service, latitude, longitude, station: String::new(), address };
            let series = weather::forecast(keeper, &place)
                .map_err(|error| format!("the weather of {name}: {error}"))?;
            let told = series.means(start, own.step_hours, own.horizon_steps);
            for (mean, told) in means.iter_mut().zip(told) {
                *mean = told.or(*mean);
            }
        }
        regions.insert(name.clone(), means);
    }
    files.files.insert(WEATHER.to_owned(), weather::table(&regions).into_bytes());
    Ok(())
}

/// The middle of the sites of a region, degrees north and east.
fn middle(scenario: &Scenario, region: usize) -> Option<(f64, f64)> {
    let here = scenario.sites.iter().filter(|site| site.region == Some(region));
    let (mut north, mut east, mut count) = (0.0, 0.0, 0.0);
    for (lat, lon) in here.filter_map(|site| site.lat.zip(site.lon)) {
        (north, east, count) = (north + lat, east + lon, count + 1.0);
    }
    (count > 0.0).then(|| (north / count, east / count))
}

/// What the ledger has to offer in an operation, as of a day.
pub fn offered(app: &App, operation: Id<Operation>, calendar: &Calendar, as_of: Day) -> Offers {
    let shelf = app.shelf();
    let records = about_offers(&shelf, operation);
    offers::offers(records.iter().copied(), calendar, as_of)
}

/// The records that offers and assignments are made of.
pub fn about_offers(shelf: &crate::shelf::Shelf, operation: Id<Operation>) -> Vec<&Record> {
    let of_kinds = offers::KINDS.into_iter().flat_map(|kind| shelf.of_kind(kind));
    of_kinds.filter(|r| r.operation.is_none_or(|of| of == operation)).collect()
}

/// The scenario that was read last, for those who look up matches one after the other.
#[derive(Default)]
pub struct Last(Mutex<Option<(PathBuf, Stamp, Arc<Scenario>)>>);

/// Sizes and times of the files: they change with them.
type Stamp = Vec<(String, u64, Option<SystemTime>)>;

impl Last {
    /// The scenario in a folder, read anew where a file has changed.
    ///
    /// # Errors
    ///
    /// As [`folder`] and [`read`].
    pub fn get(&self, place: &Path) -> Result<Arc<Scenario>, String> {
        let stamp = stamp(place);
        if let Some((path, then, scenario)) = &*lock(&self.0)
            && (path.as_path(), then) == (place, &stamp)
        {
            return Ok(Arc::clone(scenario));
        }
        let scenario = Arc::new(read(&folder(place)?)?);
        *lock(&self.0) = Some((place.to_owned(), stamp, Arc::clone(&scenario)));
        Ok(scenario)
    }
}

fn stamp(place: &Path) -> Stamp {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let mut stamp: Stamp = entries
        .filter_map(|entry| {
            let about = entry.metadata().ok()?;
            let name = entry.file_name().into_string().ok()?;
            Some((name, about.len(), about.modified().ok()))
        })
        .collect();
    stamp.sort();
    stamp
}
