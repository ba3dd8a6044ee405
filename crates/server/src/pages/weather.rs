//! The weather of the place, from a file that somebody (or an adapter) keeps up to date.

use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

/// An observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// When it was measured.
    pub time: Timestamp,
    /// Degrees Celsius.
    pub celsius: f64,
    /// Who measured: "UKKK (Kyiv Zhuliany), METAR".
    pub source: String,
}

/// The file, in JSON: `{ "time": "2022-11-29T08:00:00Z", "celsius": -3, "source": "..." }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    time: String,
    celsius: f64,
    source: String,
}

/// More bytes than this are no observation.
const MOST_BYTES: u64 = 4096;

/// The observation of a file; `None` where there is none to be had. A page is no worse without it.
pub fn read(path: &Path) -> Option<Observation> {
    use std::io::Read as _;
    let mut text = String::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(MOST_BYTES).read_to_string(&mut text).ok()?;
    match serde_json::from_str::<File>(&text) {
        Ok(File { time, celsius, source }) => {
            let time = time.parse().ok().filter(|_| (-90.0..=60.0).contains(&celsius))?;
            Some(Observation { time, celsius, source })
        }
        Err(error) => {
            tracing::warn!(%error, file = %path.display(), "this is no observation of the weather");
            None
        }
    }
}
