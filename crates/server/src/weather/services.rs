//! Three services: how each is asked, and how its answer is read. Bytes in, values out.

use jiff::Timestamp;
use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Series;
use crate::config::Place;

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// <https://open-meteo.com>: CC BY 4.0; without a key for what is not commerce.
    OpenMeteo,
    /// <https://api.met.no>: CC BY 4.0; asks to be told who asks.
    MetNorway,
    /// <https://aviationweather.gov>: reports of airports; in the public domain.
    Metar,
}

/// An answer that is none of the service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no JSON, or of another form.
    #[error("the answer cannot be read: {0}")]
    Form(String),
    /// The service says why not.
    #[error("the service refuses: {0}")]
    Refused(String),
    /// There is nothing in it.
    #[error("the answer holds no temperature")]
    Empty,
}

impl Service {
    /// What to ask of it for a place. Coordinates have two decimals: about a kilometre, which no service can tell apart, and
    /// which tells the service less.
    pub fn address(self, place: &Place) -> String {
        let base = place.address.as_deref();
        let (lat, lon) = (place.latitude, place.longitude);
        match self {
            Service::OpenMeteo => format!(
                "{}/v1/forecast?latitude={lat:.2}&longitude={lon:.2}&hourly=temperature_2m&past_days=1&forecast_days=16&timezone=GMT",
                base.unwrap_or("https://api.open-meteo.com")
            ),
            Service::MetNorway => format!(
                "{}/weatherapi/locationforecast/2.0/compact?lat={lat:.2}&lon={lon:.2}",
                base.unwrap_or("https://api.met.no")
            ),
            Service::Metar => format!(
                "{}/api/data/metar?ids={}&format=json",
                base.unwrap_or("https://aviationweather.gov"),
                place.station
            ),
        }
    }

    /// Reads its answer.
    ///
    /// # Errors
    ///
    /// Where it is none.
    pub fn read(self, body: &[u8], place: &Place) -> Result<Series, Unreadable> {
        match self {
            Service::OpenMeteo => open_meteo(body),
            Service::MetNorway => met_norway(body),
            Service::Metar => metar(body, &place.station),
        }
    }
}

fn form(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::Form(error.to_string())
}

/// In order of time, within what the weather can be.
fn series(mut values: Vec<(Timestamp, f64)>, source: String) -> Result<Series, Unreadable> {
    values.retain(|(_, celsius)| (-90.0..=60.0).contains(celsius));
    values.sort_by_key(|(at, _)| *at);
    values.dedup_by_key(|(at, _)| *at);
    if values.is_empty() { Err(Unreadable::Empty) } else { Ok(Series { values, source }) }
}

/// Reads `/v1/forecast` of Open-Meteo: parallel columns, local times without a zone, and how far that zone is off.
///
/// # Errors
///
/// Where it is none.
pub fn open_meteo(body: &[u8]) -> Result<Series, Unreadable> {
    #[derive(Deserialize)]
    struct Forecast {
        #[serde(default)]
        utc_offset_seconds: i64,
        hourly: Hourly,
    }
    #[derive(Deserialize)]
    struct Hourly {
        time: Vec<String>,
        temperature_2m: Vec<Option<f64>>,
    }
    let told: Value = serde_json::from_slice(body).map_err(form)?;
    if told.get("error").and_then(Value::as_bool) == Some(true) {
        let reason = told.get("reason").and_then(Value::as_str).unwrap_or("no reason given");
        return Err(Unreadable::Refused(reason.chars().take(200).collect()));
    }
    let forecast: Forecast = serde_json::from_value(told).map_err(form)?;
    if forecast.hourly.time.len() != forecast.hourly.temperature_2m.len() {
        return Err(form("columns of different length"));
    }
    let mut values = Vec::new();
    for (time, celsius) in forecast.hourly.time.iter().zip(forecast.hourly.temperature_2m) {
        let local: DateTime = time.parse().map_err(form)?;
        let utc = local.to_zoned(jiff::tz::TimeZone::UTC).map_err(form)?.timestamp();
        let offset = jiff::SignedDuration::from_secs(forecast.utc_offset_seconds);
        let at = utc.checked_sub(offset).map_err(form)?;
        values.extend(celsius.map(|celsius| (at, celsius)));
    }
    series(values, "Open-Meteo (CC BY 4.0)".to_owned())
}

/// Reads `locationforecast` of MET Norway.
///
/// # Errors
///
/// Where it is none, or its unit is not degrees Celsius.
pub fn met_norway(body: &[u8]) -> Result<Series, Unreadable> {
    let told: Value = serde_json::from_slice(body).map_err(form)?;
    let properties = told.get("properties").ok_or_else(|| form("there are no `properties`"))?;
    let unit = properties.pointer("/meta/units/air_temperature").and_then(Value::as_str);
    if unit.is_some_and(|unit| unit != "celsius") {
        return Err(form("the unit of `air_temperature` is not celsius"));
    }
    let steps = properties.get("timeseries").and_then(Value::as_array);
    let steps = steps.ok_or_else(|| form("there is no `timeseries`"))?;
    let mut values = Vec::new();
    for step in steps {
        let time = step.get("time").and_then(Value::as_str).unwrap_or_default();
        let at: Timestamp = time.parse().map_err(form)?;
        let celsius = step.pointer("/data/instant/details/air_temperature").and_then(Value::as_f64);
        values.extend(celsius.map(|celsius| (at, celsius)));
    }
    series(values, "MET Norway (CC BY 4.0)".to_owned())
}

/// Reads reports of airports as JSON: those of one station, or, without one, of the first.
///
/// # Errors
///
/// Where it is none.
pub fn metar(body: &[u8], station: &str) -> Result<Series, Unreadable> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Report {
        icao_id: String,
        #[serde(default)]
        name: Option<String>,
        obs_time: i64,
        #[serde(default)]
        temp: Option<f64>,
    }
    let reports: Vec<Report> = serde_json::from_slice(body).map_err(form)?;
    let ours =
        |report: &&Report| station.is_empty() || report.icao_id.eq_ignore_ascii_case(station);
    let first = reports.iter().find(ours).ok_or(Unreadable::Empty)?;
    let name = first.name.as_deref().and_then(|name| name.split(',').next()).unwrap_or_default();
    let source = if name.is_empty() {
        format!("{}, METAR", first.icao_id)
    } else {
        format!("{} ({}), METAR", first.icao_id, name.trim())
    };
    let of_station = reports.iter().filter(|report| report.icao_id == first.icao_id);
    let mut values = Vec::new();
    for report in of_station {
        let at = Timestamp::from_second(report.obs_time).map_err(form)?;
        values.extend(report.temp.map(|celsius| (at, celsius)));
    }
    series(values, source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_none_is_refused_with_the_reason() {
        let error = open_meteo(br#"{"error":true,"reason":"Latitude must be in range"}"#);
        assert_eq!(error, Err(Unreadable::Refused("Latitude must be in range".to_owned())));
        assert!(matches!(met_norway(b"<html>"), Err(Unreadable::Form(_))));
        assert_eq!(metar(b"[]", "UKKK"), Err(Unreadable::Empty));
        let fahrenheit = br#"{"properties":{"meta":{"units":{"air_temperature":"fahrenheit"}},"timeseries":[]}}"#;
        assert!(matches!(met_norway(fahrenheit), Err(Unreadable::Form(_))));
    }
}
