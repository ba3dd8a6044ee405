//! What a server is told: a file, then variables of the environment over it, then a check that names all that is wrong.
//!
//! A variable is the path of a setting in capitals behind `RELIGHT_`, parts joined by two underscores:
//! `RELIGHT_SERVER__LISTEN` is `listen` of `[server]`. Lists of tables (`[[operation]]`) are told by file alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use relight_ledger::id::Id;
use relight_ledger::model::Operation;
use serde::Deserialize;
use toml::Value;

use crate::policy::Role;
use crate::weather::Service;
use crate::words::Tongue;

/// The example file, with every setting at its default: documentation and test at once.
pub const EXAMPLE: &str = include_str!("example.toml");

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

/// Signing in by way of a provider (`OpenID` Connect).
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Oidc {
    /// The provider, as it calls itself. Without it there is none.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// What this server proves itself with; empty: a public client.
    pub client_secret: String,
    /// What the button says; the issuer where empty.
    pub name: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// The claim that names what somebody is.
    pub claim: String,
    /// Which role follows from which value of the claim; the first that fits counts.
    pub roles: Vec<Follows>,
}

/// A role that follows from a claim.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// What the claim is, or holds in a list.
    pub value: String,
    /// The role.
    pub role: Role,
}

// The secret is in no message.
impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Oidc { issuer, client_id, name, scopes, claim, roles, .. } = self;
        f.debug_struct("Oidc")
            .field("issuer", issuer)
            .field("client_id", client_id)
            .field("name", name)
            .field("scopes", scopes)
            .field("claim", claim)
            .field("roles", roles)
            .finish_non_exhaustive()
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

fn utc() -> String {
    "UTC".to_owned()
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

impl Default for Oidc {
    fn default() -> Self {
        Oidc {
            issuer: String::new(),
            client_id: String::new(),
            client_secret: String::new(),
            name: String::new(),
            scopes: ["openid", "profile", "email"].map(str::to_owned).to_vec(),
            claim: String::new(),
            roles: Vec::new(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Log { format: LogFormat::Json, level: "info".to_owned() }
    }
}

impl Oidc {
    /// What is wrong with it.
    fn faults(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let rest = [&self.client_id, &self.client_secret, &self.claim];
        if self.issuer.is_empty() {
            if rest.iter().any(|text| !text.is_empty()) || !self.roles.is_empty() {
                wrong.push("oidc.issuer is empty; expected the provider's address".to_owned());
            }
            return wrong;
        }
        if !is_safe_address(&self.issuer) {
            wrong.push(format!(
                "oidc.issuer is `{}`; expected https://, or http:// on this machine alone",
                self.issuer
            ));
        }
        if self.client_id.is_empty() {
            wrong.push("oidc.client_id is empty; the provider gives one".to_owned());
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            wrong.push("oidc.scopes lacks `openid`".to_owned());
        }
        if self.claim.is_empty() != self.roles.is_empty() {
            wrong.push(
                "oidc.claim and oidc.roles belong together: which claim, and what follows"
                    .to_owned(),
            );
        }
        for Follows { value, role } in &self.roles {
            if *role == Role::Public || value.is_empty() {
                wrong.push(format!(
                    "oidc.roles: nothing follows from `{value}`; expected a value and a role"
                ));
            }
        }
        wrong
    }
}

/// Whether what is sent to an address is safe from those in between: it is encrypted, or stays on this machine.
pub fn is_safe_address(address: &str) -> bool {
    if address.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()) {
        return true;
    }
    let Some(rest) = address.strip_prefix("http://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.strip_prefix("[::1]").map_or_else(
        || host.split(':').next().unwrap_or_default(),
        |port| if port.is_empty() || port.starts_with(':') { "localhost" } else { "" },
    );
    matches!(host, "localhost" | "127.0.0.1")
}

impl Place {
    /// What is wrong with it.
    fn faults(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let airport = |c: char| c.is_ascii_alphanumeric();
        if self.service == Service::Metar {
            if self.station.len() != 4 || !self.station.chars().all(airport) {
                wrong.push(format!("station is `{}`; expected four letters", self.station));
            }
        } else if !((-90.0..=90.0).contains(&self.latitude)
            && (-180.0..=180.0).contains(&self.longitude))
        {
            wrong.push("latitude is -90 to 90, longitude -180 to 180".to_owned());
        }
        wrong
    }
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

    fn checked(self) -> Result<Settings, BadSettings> {
        let mut wrong = Vec::new();
        let mut say = |message: String| wrong.push(message);
        let url = &self.server.public_url;
        if !(url.starts_with("http://") || url.starts_with("https://")) || url.ends_with('/') {
            say(format!(
                "server.public_url is `{url}`; expected http:// or https://, without a slash at the end"
            ));
        }
        if !(1..=600).contains(&self.server.timeout_seconds) {
            say(format!(
                "server.timeout_seconds is {}; expected 1 to 600",
                self.server.timeout_seconds
            ));
        }
        if !(1..=720).contains(&self.server.session_hours) {
            say(format!(
                "server.session_hours is {}; expected 1 to 720",
                self.server.session_hours
            ));
        }
        if !(1..=64).contains(&self.store.readers) {
            say(format!("store.readers is {}; expected 1 to 64", self.store.readers));
        }
        if self.public.smallest_cell == 0 {
            say("public.smallest_cell is 0; expected 1 or more, and 10 as a rule".to_owned());
        }
        if self.log.level.parse::<tracing::Level>().is_err() {
            say(format!(
                "log.level is `{}`; expected error, warn, info, debug or trace",
                self.log.level
            ));
        }
        let endpoint = &self.traces.endpoint;
        let is_web = endpoint.starts_with("http://") || endpoint.starts_with("https://");
        if !endpoint.is_empty() && !is_web {
            say(format!(
                "traces.endpoint is `{endpoint}`; expected http:// or https://, such as http://127.0.0.1:4318/v1/traces"
            ));
        }
        for message in self.oidc.faults() {
            say(message);
        }
        let mut slugs = BTreeSet::new();
        for face in &self.operation {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let slug = &face.slug;
            if slug.is_empty() || slug.len() > 64 || !slug.chars().all(plain) {
                say(format!(
                    "operation.slug is `{slug}`; expected small letters, digits and hyphens, 64 at most"
                ));
            }
            if !slugs.insert(slug) {
                say(format!("operation.slug `{slug}` is there twice"));
            }
            if let Some(place) = &face.observed {
                for message in place.faults() {
                    say(format!("operation.observed of `{slug}`: {message}"));
                }
                if face.weather.is_none() {
                    say(format!(
                        "operation.observed of `{slug}` needs `weather`, the file to write"
                    ));
                }
                if self.weather.contact.trim().is_empty() {
                    say("weather.contact is empty; services ask to be told who asks".to_owned());
                }
            }
            if jiff::tz::TimeZone::get(&face.time_zone).is_err() {
                say(format!(
                    "operation.time_zone is `{}`; expected a name such as Europe/Kyiv",
                    face.time_zone
                ));
            }
        }
        if wrong.is_empty() { Ok(self) } else { Err(BadSettings(wrong)) }
    }

    /// The settings in force, a line each, for `relight config check`. Passwords in addresses are not shown.
    pub fn summary(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &dyn std::fmt::Display| {
            let _ = writeln!(text, "{name:<26} {value}");
        };
        line("server.listen", &self.server.listen);
        line("server.public_url", &self.server.public_url);
        line("server.behind_proxy", &self.server.behind_proxy);
        line("server.timeout_seconds", &self.server.timeout_seconds);
        line("server.session_hours", &self.server.session_hours);
        line("store.ledger", &without_password(&self.store.ledger));
        line("store.desk", &without_password(&self.store.desk));
        line("store.readers", &self.store.readers);
        line("public.delay_days", &self.public.delay_days);
        line("public.smallest_cell", &self.public.smallest_cell);
        line("plans.scenarios", &self.plans.scenarios.display());
        line("plans.folder", &self.plans.folder.display());
        line("plans.seconds", &self.plans.seconds);
        line("plans.threads", &self.plans.threads);
        line("weather.folder", &self.weather.folder.display());
        line("weather.contact", &self.weather.contact);
        let oidc = &self.oidc;
        line("oidc.issuer", &oidc.issuer);
        if !oidc.issuer.is_empty() {
            line("oidc.client_id", &oidc.client_id);
            let secret = if oidc.client_secret.is_empty() { "none" } else { "set" };
            line("oidc.client_secret", &secret);
            line("oidc.redirect", &format!("{}/sign-in/return", self.server.public_url));
            for Follows { value, role } in &oidc.roles {
                line("oidc.roles", &format!("{} {value}: {}", oidc.claim, role.word()));
            }
        }
        line("log.level", &self.log.level);
        line("traces.endpoint", &self.traces.endpoint);
        for face in &self.operation {
            line("operation", &format!("{} ({})", face.slug, face.operation()));
        }
        text
    }

    /// Whether browsers reach it by TLS.
    pub fn is_encrypted(&self) -> bool {
        self.server.public_url.starts_with("https://")
    }
}

fn without_password(place: &str) -> String {
    let Some((scheme, rest)) = place.split_once("://") else { return place.to_owned() };
    match rest.split_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        None => place.to_owned(),
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

    #[test]
    fn a_provider_is_checked_and_its_secret_is_not_shown() {
        let read = |text: &str| Settings::read(text, none());
        let good = "[oidc]\nissuer = \"https://id.example\"\nclient_id = \"relight\"\n\
                    client_secret = \"hush-hush\"\nclaim = \"groups\"\n\
                    roles = [{ value = \"grid\", role = \"grid_engineer\" }]\n";
        let settings = read(good).expect("good");
        let shown = format!("{settings:?}{}", settings.summary());
        assert!(shown.contains("id.example") && !shown.contains("hush"), "{shown}");
        for (text, wrong) in [
            ("[oidc]\nclient_id = \"x\"\n", 1),
            ("[oidc]\nissuer = \"http://id.example\"\nclient_id = \"x\"\n", 1),
            ("[oidc]\nissuer = \"https://id.example\"\nscopes = [\"email\"]\nclaim = \"x\"\n", 3),
        ] {
            let BadSettings(found) = read(text).expect_err("bad");
            assert_eq!(found.len(), wrong, "{found:?}");
        }
        for (address, safe) in [
            ("http://127.0.0.1:3000/x", true),
            ("http://localhost", true),
            ("http://[::1]:1", true),
            ("http://127.0.0.1.evil.example", false),
            ("http://localhost@evil.example", false),
            ("http://[::1].evil.example", false),
            ("ftp://localhost", false),
        ] {
            assert_eq!(is_safe_address(address), safe, "{address}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(without_password("postgres://me:secret@host/db"), "postgres://me@host/db");
        assert_eq!(without_password("ledger.db"), "ledger.db");
    }
}
