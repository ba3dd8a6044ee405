//! What a server is told: a file, then variables of the environment over it, then a check that names all that is wrong.
//!
//! A variable is the path of a setting in capitals behind `RELIGHT_`, parts joined by two underscores:
//! `RELIGHT_SERVER__LISTEN` is `listen` of `[server]`. Lists of tables (`[[operation]]`) are told by file alone.
//!
//! Here are the settings and how they are read. A provider of sign-in and the face of an operation have a file each; `checks`
//! says what is wrong, and `summary` what is in force.

mod checks;
mod face;
mod oidc;
mod summary;

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Value;

pub use face::{Face, Names, Place};
pub use oidc::{Follows, Oidc, is_safe_address};

/// The example file, with every setting at its default: documentation and test at once.
pub const EXAMPLE: &str = include_str!("../example.toml");

/// All settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where it listens, and how it is reached.
    pub server: Server,
    /// Where things are kept.
    pub store: Stores,
    /// What the public sees.
    pub public: Public,
    /// Plans made in the background.
    pub plans: Plans,
    /// Services that tell the weather.
    pub weather: Weather,
    /// Signing in by way of a provider.
    pub oidc: Oidc,
    /// What is written about requests.
    pub log: Log,
    /// Traces of requests and plans.
    pub traces: Tracing,
    /// The emergencies that have pages.
    pub operation: Vec<Face>,
}

/// Where it listens, and how it is reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// The address that browsers see, without a slash at the end. With `https://` cookies travel encrypted alone.
    pub public_url: String,
    /// Whether a proxy in front tells the visitor's address in `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Seconds that a request may take.
    pub timeout_seconds: u64,
    /// Hours until one must sign in again.
    pub session_hours: u32,
}

/// Where things are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stores {
    /// The ledger: a file, or an address of `PostgreSQL`.
    pub ledger: String,
    /// Accounts, sessions, jobs: a file, or an address of `PostgreSQL`.
    pub desk: String,
    /// Connections that read the ledger.
    pub readers: usize,
}

/// What the public sees.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Public {
    /// Days between what happens and what is shown.
    pub delay_days: u32,
    /// Pieces below which a figure is not shown by itself.
    pub smallest_cell: u32,
}

/// Plans made in the background.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plans {
    /// The folder of scenario folders.
    pub scenarios: PathBuf,
    /// Where plan folders go.
    pub folder: PathBuf,
    /// Seconds that the search of one plan may take.
    pub seconds: u32,
    /// Threads of a plan; 0: all processors but one.
    pub threads: usize,
}

/// Services that tell the weather.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weather {
    /// Where their answers are kept.
    pub folder: PathBuf,
    /// What services are told of who asks: an address of mail or of the web. Without it none is asked.
    pub contact: String,
}

/// What is written about requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `json` or `text`.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
}

/// Traces of requests and plans.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tracing {
    /// Where OTLP over HTTP goes; empty: nowhere.
    pub endpoint: String,
}

/// The form of a line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For programs.
    Json,
    /// For people.
    Text,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://127.0.0.1:8080".to_owned(),
            behind_proxy: false,
            timeout_seconds: 30,
            session_hours: 12,
        }
    }
}

impl Default for Stores {
    fn default() -> Self {
        Stores { ledger: "ledger.db".to_owned(), desk: "desk.db".to_owned(), readers: 4 }
    }
}

impl Default for Public {
    fn default() -> Self {
        Public { delay_days: 2, smallest_cell: 10 }
    }
}

impl Default for Plans {
    fn default() -> Self {
        Plans { scenarios: "scenarios".into(), folder: "plans".into(), seconds: 60, threads: 0 }
    }
}

impl Default for Weather {
    fn default() -> Self {
        Weather { folder: "weather".into(), contact: String::new() }
    }
}

impl Default for Log {
    fn default() -> Self {
        Log { format: LogFormat::Json, level: "info".to_owned() }
    }
}

/// Settings that cannot be worked with: all that is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct BadSettings(pub Vec<String>);

impl Settings {
    /// Reads a file's text (empty: defaults alone) and lays variables over it.
    ///
    /// # Errors
    ///
    /// All that is wrong, with the place of each.
    pub fn read(
        text: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Settings, BadSettings> {
        let mut table: toml::Table =
            text.parse().map_err(|e: toml::de::Error| BadSettings(vec![e.to_string()]))?;
        let mut told: Vec<(String, String)> = variables
            .into_iter()
            .filter_map(|(name, value)| {
                let path = name.strip_prefix("RELIGHT_")?;
                path.contains("__").then(|| (path.to_ascii_lowercase(), value))
            })
            .collect();
        told.sort();
        let mut wrong = Vec::new();
        for (path, value) in &told {
            if let Err(message) = lay(&mut table, path, value) {
                wrong.push(message);
            }
        }
        if !wrong.is_empty() {
            return Err(BadSettings(wrong));
        }
        // Through text again, so that messages name line and key alike whether file or variable was wrong.
        let settings: Settings = if told.is_empty() {
            toml::from_str(text).map_err(|e| BadSettings(vec![e.to_string()]))?
        } else {
            table.try_into().map_err(|e: toml::de::Error| BadSettings(vec![e.to_string()]))?
        };
        settings.checked()
    }

    /// Whether browsers reach it by TLS.
    pub fn is_encrypted(&self) -> bool {
        self.server.public_url.starts_with("https://")
    }
}

/// Lays one value over the table. It is taken as TOML where it is some, else as text.
fn lay(table: &mut toml::Table, path: &str, value: &str) -> Result<(), String> {
    let name = || format!("RELIGHT_{}", path.to_ascii_uppercase());
    let mut at = table;
    let mut parts = path.split("__").peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            let parsed = format!("v = {value}").parse::<toml::Table>().ok();
            let parsed = parsed.and_then(|mut t| t.remove("v")).filter(|v| !v.is_table());
            at.insert(part.to_owned(), parsed.unwrap_or_else(|| Value::String(value.to_owned())));
            return Ok(());
        }
        let next = at.entry(part.to_owned()).or_insert_with(|| Value::Table(toml::Table::new()));
        at = next.as_table_mut().ok_or_else(|| {
            format!("{}: `{part}` is no section; expected the path of a setting", name())
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> Vec<(String, String)> {
        Vec::new()
    }

    #[test]
    fn the_example_says_the_defaults() {
        let example = Settings::read(EXAMPLE, none()).expect("the example is good");
        let default = Settings::read("", none()).expect("defaults are good");
        assert_eq!(format!("{example:?}"), format!("{default:?}"));
    }

    #[test]
    fn variables_stand_over_the_file() {
        let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let settings = Settings::read(
            "[server]\nlisten = \"127.0.0.1:1\"\n",
            [
                set("RELIGHT_SERVER__LISTEN", "0.0.0.0:80"),
                set("RELIGHT_PUBLIC__DELAY_DAYS", "7"),
                set("RELIGHT_LEDGER", "not/a/setting.db"),
                set("HOME", "x"),
            ],
        )
        .expect("good");
        assert_eq!(settings.server.listen.to_string(), "0.0.0.0:80");
        assert_eq!(settings.public.delay_days, 7);
    }

    #[test]
    fn all_that_is_wrong_is_named() {
        let text = "[server]\npublic_url = \"relief.example/\"\n[public]\nsmallest_cell = 0\n\
                    [[operation]]\nslug = \"A b\"\ntime_zone = \"Mars\"\n";
        let BadSettings(wrong) = Settings::read(text, none()).expect_err("bad");
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        let unknown = Settings::read("[server]\nport = 1\n", none()).expect_err("unknown");
        assert!(unknown.to_string().contains("port"), "{unknown}");
    }
}
