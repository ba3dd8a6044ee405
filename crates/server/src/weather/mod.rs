//! The weather: what services say, kept in a file, for the pages and for planning.
//!
//! A file comes first: whoever writes `{ "time", "celsius", "source" }` needs no network. Where an operation names a
//! service, [`keep`] asks it now and then and writes that very file; without a network the file stays as it is, and a page
//! says of when it is. [`table`] makes `weather.csv` of a forecast, for [planning](crate::plans).

mod fetch;
mod services;

pub use fetch::{Keeper, Kept, Unreachable};
pub use services::{Service, Unreadable, met_norway, metar, open_meteo};

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::app::App;
use crate::config::Place;

/// What a service says of one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Moments and degrees Celsius, in the order of time. Of an observation there is one.
    pub values: Vec<(Timestamp, f64)>,
    /// Who says so, for a page: `MET Norway`, `UKKK, METAR`.
    pub source: String,
}

impl Series {
    /// The value of the latest moment that is not after `now`; of a forecast that begins later, the first.
    pub fn at(&self, now: Timestamp) -> Option<(Timestamp, f64)> {
        let before = self.values.iter().rev().find(|(at, _)| *at <= now);
        before.or(self.values.first()).copied()
    }

    /// The mean over each step from `start` on; `None` where nothing is said of it. Values count for the time until the next
    /// one, six hours at most, so that a forecast that grows coarse weighs no hour twice.
    pub fn means(&self, start: Timestamp, step_hours: f64, steps: u32) -> Vec<Option<f64>> {
        const LONGEST: f64 = 6.0;
        let hours = |at: Timestamp| at.duration_since(start).as_secs_f64() / 3600.0;
        let mut sums = vec![(0.0, 0.0); steps as usize];
        for (n, (at, celsius)) in self.values.iter().enumerate() {
            let next = self.values.get(n + 1).map_or(1.0, |(next, _)| hours(*next) - hours(*at));
            let (mut from, to) = (hours(*at), hours(*at) + next.clamp(0.0, LONGEST));
            while from < to {
                let step = (from / step_hours).floor();
                let end = ((step + 1.0) * step_hours).min(to);
                if step >= 0.0
                    && let Some((sum, weight)) = sums.get_mut(step as usize)
                {
                    *sum += celsius * (end - from);
                    *weight += end - from;
                }
                if end <= from {
                    break;
                }
                from = end;
            }
        }
        // A step of which less than half is known has no mean.
        sums.iter().map(|(sum, known)| (*known >= step_hours / 2.0).then(|| sum / known)).collect()
    }
}

/// Heating degrees of a day by its mean temperature, as Eurostat counts them: `18 - T` where `T` is 15 °C or less, else 0
/// (<https://ec.europa.eu/eurostat/cache/metadata/en/nrg_chdd_esms.htm>).
pub fn heating_degrees(mean_c: f64) -> f64 {
    if mean_c <= 15.0 { 18.0 - mean_c } else { 0.0 }
}

/// `weather.csv` of a scenario: the means of each region by step. Steps of which nothing is known are left out.
pub fn table(regions: &BTreeMap<String, Vec<Option<f64>>>) -> String {
    let mut text = "step,region,temp_c\n".to_owned();
    for (region, means) in regions {
        let quoted = if region.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", region.replace('"', "\"\""))
        } else {
            region.clone()
        };
        for (step, mean) in means.iter().enumerate() {
            if let Some(mean) = mean.filter(|mean| (-90.0..=60.0).contains(mean)) {
                let _ = writeln!(text, "{step},{quoted},{mean:.1}");
            }
        }
    }
    text
}

/// How often a service is asked whether there is something new. What it says of how long an answer holds comes before.
const EVERY: Duration = Duration::from_secs(600);

/// The thread that keeps the files of the operations up to date, until the server ends.
pub fn keep(app: &Arc<App>) {
    let settings = &app.settings.weather;
    let keeper = Keeper::new(&settings.folder, &settings.contact);
    while !app.is_ending() {
        for face in &app.settings.operation {
            let (Some(place), Some(file)) = (&face.observed, &face.weather) else { continue };
            if let Err(error) = observe(&keeper, place, file) {
                tracing::warn!(operation = face.slug, %error, "the weather is as it was");
            }
        }
        let mut rest = EVERY;
        while !app.is_ending() && rest > Duration::ZERO {
            let nap = rest.min(Duration::from_millis(500));
            std::thread::sleep(nap);
            rest = rest.saturating_sub(nap);
        }
    }
}

/// Asks the service of a place, and writes the file of a page.
///
/// # Errors
///
/// Why the file is as it was.
pub fn observe(keeper: &Keeper, place: &Place, file: &Path) -> Result<(), Unreachable> {
    let series = forecast(keeper, place)?;
    let now = Timestamp::now();
    let Some((time, celsius)) = series.at(now) else { return Err(Unreachable::Nothing) };
    let told = serde_json::json!({
        "time": time.to_string(), "celsius": celsius, "source": series.source,
    });
    let beside = file.with_extension("part");
    std::fs::write(&beside, format!("{told}\n"))?;
    std::fs::rename(&beside, file)?;
    Ok(())
}

/// What the service of a place says, as new as it can be had.
///
/// # Errors
///
/// Where nothing was ever heard, or it cannot be read.
pub fn forecast(keeper: &Keeper, place: &Place) -> Result<Series, Unreachable> {
    let service = place.service;
    let kept = keeper.get(&service.address(place))?;
    Ok(service.read(&kept.body, place)?)
}
