//! An emergency that has pages: its name in addresses, what it is called, and the place whose weather heads them.

use std::path::PathBuf;

use relight_ledger::id::Id;
use relight_ledger::model::Operation;
use serde::Deserialize;

use crate::weather::Service;
use crate::words::Tongue;

/// An emergency that has pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// Its name in addresses: small letters, digits and hyphens.
    pub slug: String,
    /// Its record in the ledger; made of the slug where not given.
    #[serde(default)]
    pub id: Option<Id<Operation>>,
    /// What the page is called, by language; the operation's name where not given.
    #[serde(default)]
    pub title: Names,
    /// The place that the page is headed with, by language; empty: none.
    #[serde(default)]
    pub place: Names,
    /// The place's time zone, such as `Europe/Kyiv`.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// A file with the latest observation of the weather there, where there is one.
    #[serde(default)]
    pub weather: Option<PathBuf>,
    /// The service that keeps that file up to date.
    #[serde(default)]
    pub observed: Option<Place>,
}

/// A name in the languages of the pages.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Names {
    /// English.
    pub en: String,
    /// Ukrainian.
    pub uk: String,
    /// Romanian.
    pub ro: String,
}

impl Names {
    /// The name in a language; in English where it is not told in that one.
    fn of(&self, tongue: Tongue) -> &str {
        let told = match tongue {
            Tongue::English => &self.en,
            Tongue::Ukrainian => &self.uk,
            Tongue::Romanian => &self.ro,
        };
        if told.is_empty() { &self.en } else { told }
    }
}

/// A place of which a service tells the weather.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Which service.
    pub service: Service,
    /// Degrees north.
    #[serde(default)]
    pub latitude: f64,
    /// Degrees east.
    #[serde(default)]
    pub longitude: f64,
    /// The airport, of reports: `UKKK`.
    #[serde(default)]
    pub station: String,
    /// Another server with the same service, without a slash at the end.
    #[serde(default)]
    pub address: Option<String>,
}

fn utc() -> String {
    "UTC".to_owned()
}

impl Face {
    /// Its record in the ledger.
    pub fn operation(&self) -> Id<Operation> {
        self.id.unwrap_or_else(|| Id::derive(&["operation", &self.slug]))
    }

    /// What the page is called in a language; `name` is the operation's own.
    pub fn title(&self, tongue: Tongue, name: &str) -> String {
        let title = self.title.of(tongue);
        if title.is_empty() { name.to_owned() } else { title.to_owned() }
    }

    /// The place in a language; empty where none is told.
    pub fn place_in(&self, tongue: Tongue) -> &str {
        self.place.of(tongue)
    }
}
