//! Which settings can be worked with. All that is wrong is named at once, each with its place.

use std::collections::BTreeSet;

use super::{BadSettings, Face, Log, Place, Public, Server, Settings, Stores, Tracing};
use crate::weather::Service;

impl Settings {
    /// The settings, where nothing is wrong with them.
    pub(super) fn checked(self) -> Result<Settings, BadSettings> {
        let mut wrong = self.server.faults();
        wrong.extend(self.store.faults());
        wrong.extend(self.public.faults());
        wrong.extend(self.log.faults());
        wrong.extend(self.traces.faults());
        wrong.extend(self.oidc.faults());
        let mut slugs = BTreeSet::new();
        for face in &self.operation {
            wrong.extend(face.faults());
            if !slugs.insert(&face.slug) {
                wrong.push(format!("operation.slug `{}` is there twice", face.slug));
            }
        }
        let asks = self.operation.iter().any(|face| face.observed.is_some());
        if asks && self.weather.contact.trim().is_empty() {
            wrong.push("weather.contact is empty; services ask to be told who asks".to_owned());
        }
        if wrong.is_empty() { Ok(self) } else { Err(BadSettings(wrong)) }
    }
}

/// Whether an address is one of the web.
fn is_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

impl Server {
    fn faults(&self) -> Vec<String> {
        let Server { public_url, timeout_seconds, session_hours, .. } = self;
        let mut wrong = Vec::new();
        if !is_web(public_url) || public_url.ends_with('/') {
            wrong.push(format!(
                "server.public_url is `{public_url}`; expected http:// or https://, without a slash at the end"
            ));
        }
        if !(1..=600).contains(timeout_seconds) {
            wrong.push(format!("server.timeout_seconds is {timeout_seconds}; expected 1 to 600"));
        }
        if !(1..=720).contains(session_hours) {
            wrong.push(format!("server.session_hours is {session_hours}; expected 1 to 720"));
        }
        wrong
    }
}

impl Stores {
    fn faults(&self) -> Option<String> {
        let wrong = !(1..=64).contains(&self.readers);
        wrong.then(|| format!("store.readers is {}; expected 1 to 64", self.readers))
    }
}

impl Public {
    fn faults(&self) -> Option<String> {
        (self.smallest_cell == 0)
            .then(|| "public.smallest_cell is 0; expected 1 or more, and 10 as a rule".to_owned())
    }
}

impl Log {
    fn faults(&self) -> Option<String> {
        self.level.parse::<tracing::Level>().is_err().then(|| {
            format!("log.level is `{}`; expected error, warn, info, debug or trace", self.level)
        })
    }
}

impl Tracing {
    fn faults(&self) -> Option<String> {
        let Tracing { endpoint } = self;
        (!endpoint.is_empty() && !is_web(endpoint)).then(|| {
            format!(
                "traces.endpoint is `{endpoint}`; expected http:// or https://, such as http://127.0.0.1:4318/v1/traces"
            )
        })
    }
}

impl Face {
    fn faults(&self) -> Vec<String> {
        let Face { slug, time_zone, .. } = self;
        let mut wrong = Vec::new();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if slug.is_empty() || slug.len() > 64 || !slug.chars().all(plain) {
            wrong.push(format!(
                "operation.slug is `{slug}`; expected small letters, digits and hyphens, 64 at most"
            ));
        }
        if let Some(place) = &self.observed {
            let fault = place.fault();
            wrong.extend(fault.map(|fault| format!("operation.observed of `{slug}`: {fault}")));
            if self.weather.is_none() {
                wrong.push(format!(
                    "operation.observed of `{slug}` needs `weather`, the file to write"
                ));
            }
        }
        if jiff::tz::TimeZone::get(time_zone).is_err() {
            wrong.push(format!(
                "operation.time_zone is `{time_zone}`; expected a name such as Europe/Kyiv"
            ));
        }
        wrong
    }
}

impl Place {
    fn fault(&self) -> Option<String> {
        let Place { service, latitude, longitude, station, .. } = self;
        if *service == Service::Metar {
            let is_code = station.len() == 4 && station.chars().all(|c| c.is_ascii_alphanumeric());
            return (!is_code).then(|| format!("station is `{station}`; expected four letters"));
        }
        let is_on_earth = (-90.0..=90.0).contains(latitude) && (-180.0..=180.0).contains(longitude);
        (!is_on_earth).then(|| "latitude is -90 to 90, longitude -180 to 180".to_owned())
    }
}
