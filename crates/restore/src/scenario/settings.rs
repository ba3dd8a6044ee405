//! Reads `scenario.toml`: what the scenario is called, its grid, its time, what is minimised and by which
//! weights.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use relight_grid::Susceptance;
use toml::de::{DeTable, DeValue};

use super::cell::{self, Cell, Refusal};
use super::finding::{Code, Finding, Findings, shown};
use super::folder::{self, Folder, SETTINGS};
use super::model::{Cold, Measure, Model, Pmin, Rating, Weights};

/// Steps in a horizon, at most: what a plan holds in memory grows with them.
pub const MOST_STEPS: u32 = 100_000;

/// The keys of `[scenario]`, all of them required.
pub const SCENARIO_KEYS: [&str; 7] =
    ["name", "grid", "frequency_hz", "start", "horizon_steps", "step_hours", "measure"];

/// The keys of `[model]`, none of them required.
pub const MODEL_KEYS: [&str; 3] = ["dc_susceptance", "ratings", "pmin"];

/// The keys of `[cold]`, none of them required.
pub const COLD_KEYS: [&str; 4] = ["base_c", "limit_c", "reference_c", "freeze_degree_hours"];

/// The content of `scenario.toml`, with stand-ins where something was reported.
pub(super) struct Settings {
    pub name: String,
    pub grid: Option<String>,
    pub frequency_hz: f64,
    pub start: Date,
    pub horizon_steps: u32,
    pub step_hours: f64,
    pub measure: Measure,
    pub model: Model,
    pub weights: Weights,
    pub cold: Cold,
}

/// The weights that hold where `[weights]` says nothing else.
pub fn default_weights() -> Weights {
    let services = [("hospital", 10.0), ("heat", 5.0), ("water", 5.0)];
    Weights {
        residents: 1.0,
        services: services.into_iter().map(|(name, weight)| (name.to_owned(), weight)).collect(),
    }
}

/// The name of the grid file, where the settings have one that is a plain name.
pub(super) fn grid_name(settings: &[u8]) -> Option<String> {
    let text = folder::text(SETTINGS, settings).ok()?;
    let (document, _) = DeTable::parse_recoverable(text);
    let DeValue::Table(section) = document.get_ref().get("scenario")?.get_ref() else {
        return None;
    };
    let name = string(section.get("grid")?.get_ref()).ok()?;
    folder::not_a_grid_name(&name).is_none().then_some(name)
}

/// Reads the settings. `None` where there is no file, or its text cannot be read at all.
pub(super) fn read(folder: &Folder, findings: &mut Findings) -> Option<Settings> {
    let Some(bytes) = folder.files.get(SETTINGS) else {
        let finding = Finding::error(SETTINGS, Code::MissingFile, "the file is missing");
        findings.push(finding.expected("a file with the table [scenario]"));
        return None;
    };
    let text = folder::text(SETTINGS, bytes).map_err(|f| findings.push(*f)).ok()?;
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut broken = Vec::new();
    for error in errors {
        let at = line_at(text, error.span().map_or(0, |s| s.start));
        let message = format!("not TOML: {}", error.message().replace('\n', ", "));
        findings.push(Finding::error(SETTINGS, Code::Toml, message).at(at));
        broken.push(at);
    }
    let document = entries(text, document.into_inner());
    let mut section = |name| Section::new(name, text, &document, &broken, findings);
    let (scenario, model, weights) = (section("scenario"), section("model"), section("weights"));
    let cold = section("cold");
    scenario.warn_of_others(&SCENARIO_KEYS, findings);
    model.warn_of_others(&MODEL_KEYS, findings);
    cold.warn_of_others(&COLD_KEYS, findings);
    for (name, (line, _)) in &document {
        if !["scenario", "model", "weights", "cold"].contains(&name.as_str()) {
            let message = "not a table that is used";
            let finding = Finding::warning(SETTINGS, Code::UnknownKey, message).at(*line);
            findings.push(finding.column(shown(name)).expected("scenario, model, weights, cold"));
        }
    }
    let mut settings = Settings {
        name: scenario.required("name", string, findings).unwrap_or_default(),
        grid: scenario.required("grid", string, findings),
        frequency_hz: scenario.required("frequency_hz", positive, findings).unwrap_or(50.0),
        start: scenario.required("start", date, findings).unwrap_or_default(),
        horizon_steps: scenario.required("horizon_steps", steps, findings).unwrap_or(1),
        step_hours: scenario.required("step_hours", positive, findings).unwrap_or(1.0),
        measure: scenario.required("measure", measure, findings).unwrap_or(Measure::Energy),
        model: Model {
            susceptance: model.known("dc_susceptance", susceptance, findings).unwrap_or_default(),
            rating: model.known("ratings", rating, findings).unwrap_or_default(),
            pmin: model.known("pmin", pmin, findings).unwrap_or_default(),
        },
        weights: read_weights(&weights, findings),
        cold: read_cold(&cold, findings),
    };
    check(&mut settings, &scenario, findings);
    Some(settings)
}

/// What the type of a key does not say.
fn check(settings: &mut Settings, scenario: &Section<'_>, findings: &mut Findings) {
    if let Some(name) = settings.grid.take() {
        if let Some(problem) = folder::not_a_grid_name(&name) {
            let message = format!("\"{}\" {problem}", shown(&name));
            let finding = scenario.error("grid", Code::GridName, message).value(&name);
            findings.push(finding.expected("the plain name of a file of the folder"));
        } else {
            settings.grid = Some(name);
        }
    }
    if ![50.0, 60.0].contains(&settings.frequency_hz) {
        let message = format!("{} Hz is not a common frequency", settings.frequency_hz);
        let finding = scenario.error("frequency_hz", Code::Value, message).expected("50 or 60");
        findings.push(finding.into_warning());
    }
    let days = (f64::from(settings.horizon_steps) * settings.step_hours / 24.0).ceil();
    // Beyond this many days there is no date at all.
    let end = (days < 1e7).then(|| settings.start.checked_add((days as i64).days()).ok()).flatten();
    if end.is_none_or(|end| end.year() > LAST_YEAR) {
        let message = format!("the horizon of {days} days ends after the year {LAST_YEAR}");
        findings.push(scenario.error("horizon_steps", Code::Value, message));
    }
}

/// Dates of plans stay below the last that can be written.
const LAST_YEAR: i16 = 9000;

fn read_weights(section: &Section<'_>, findings: &mut Findings) -> Weights {
    let mut weights = default_weights();
    for (service, (_, value)) in &section.entries {
        if service.is_empty() || service.trim() != service || cell::name(service).is_err() {
            let finding = section.error(service, Code::Value, "this is not the name of a service");
            findings.push(finding.expected("a service of facilities.csv, or residents"));
        }
        match section.value(service, value, amount, findings) {
            Some(weight) if service == "residents" => weights.residents = weight,
            Some(weight) => {
                weights.services.insert(service.clone(), weight);
            }
            None => {}
        }
    }
    weights
}

fn read_cold(section: &Section<'_>, findings: &mut Findings) -> Cold {
    let usual = Cold::default();
    let mut degrees = |key, usual| section.known(key, temperature, findings).unwrap_or(usual);
    let mut cold = Cold {
        base_c: degrees("base_c", usual.base_c),
        limit_c: degrees("limit_c", usual.limit_c),
        reference_c: degrees("reference_c", usual.reference_c),
        ..usual
    };
    if let Some(hours) = section.known("freeze_degree_hours", positive, findings) {
        cold.freeze_degree_hours = hours;
    }
    if cold.reference_c >= cold.base_c {
        let message = format!(
            "the reference of {} degrees is not below the base of {}",
            cold.reference_c, cold.base_c
        );
        let finding = section.error("reference_c", Code::Value, message);
        findings.push(finding.expected("a temperature below base_c"));
    }
    cold
}

type Entries<'t> = BTreeMap<String, (usize, DeValue<'t>)>;

fn entries<'t>(text: &str, table: DeTable<'t>) -> Entries<'t> {
    let entry = |(key, value): (toml::Spanned<toml::de::DeString<'t>>, toml::Spanned<_>)| {
        let line = line_at(text, key.span().start);
        (key.into_inner().into_owned(), (line, value.into_inner()))
    };
    table.into_iter().map(entry).collect()
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|b| *b == b'\n').count()
}

/// One `[table]` of the settings.
struct Section<'t> {
    name: &'static str,
    line: Option<usize>,
    entries: Entries<'t>,
    /// Lines with broken syntax. Where there are any, nothing is said of missing keys: they may be there.
    broken: Vec<usize>,
}

impl<'t> Section<'t> {
    fn new(
        name: &'static str,
        text: &str,
        document: &Entries<'t>,
        broken: &[usize],
        findings: &mut Findings,
    ) -> Self {
        let mut section =
            Section { name, line: None, entries: Entries::new(), broken: broken.to_vec() };
        match document.get(name) {
            Some((line, DeValue::Table(table))) => {
                section.line = Some(*line);
                section.entries = entries(text, table.clone());
            }
            Some((line, _)) => {
                section.broken.push(*line);
                let finding = Finding::error(SETTINGS, Code::Value, "this is not a table");
                findings.push(finding.at(*line).column(name).expected(format!("[{name}]")));
            }
            None => {}
        }
        section
    }

    /// An error about a key; at the line of the section where the key is not there.
    fn error(&self, key: &str, code: Code, message: impl Into<String>) -> Finding {
        let finding = Finding::error(SETTINGS, code, message);
        let line = self.entries.get(key).map(|(line, _)| *line).or(self.line);
        Finding { line, ..finding }.column(format!("{}.{}", self.name, shown(key)))
    }

    fn warn_of_others(&self, keys: &[&str], findings: &mut Findings) {
        for key in self.entries.keys().filter(|k| !keys.contains(&k.as_str())) {
            let finding = self.error(key, Code::UnknownKey, "not a key that is used");
            findings.push(finding.expected(keys.join(", ")).into_warning());
        }
    }

    fn known<T>(&self, key: &str, kind: Kind<T>, findings: &mut Findings) -> Option<T> {
        let (line, value) = self.entries.get(key)?;
        // What the parser made of a broken line is not what was written.
        if self.broken.contains(line) {
            return None;
        }
        self.value(key, value, kind, findings)
    }

    fn value<T>(
        &self,
        key: &str,
        value: &DeValue<'_>,
        kind: Kind<T>,
        findings: &mut Findings,
    ) -> Option<T> {
        let refuse = |refusal: Refusal| {
            let written = written(value);
            let message = refusal.message(&written);
            let finding = self.error(key, Code::Value, message).value(&written);
            findings.push(finding.expected(refusal.expected));
        };
        kind(value).map_err(refuse).ok()
    }

    fn required<T>(&self, key: &str, kind: Kind<T>, findings: &mut Findings) -> Option<T> {
        if self.broken.is_empty() && !self.entries.contains_key(key) {
            findings.push(self.error(key, Code::MissingKey, "the key is missing"));
        }
        self.known(key, kind, findings)
    }
}

type Kind<T> = fn(&DeValue<'_>) -> Cell<T>;

/// A value as a message shows it.
fn written(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(value) => value.to_string(),
        DeValue::Array(_) => "[...]".to_owned(),
        DeValue::Table(_) => "{...}".to_owned(),
    }
}

fn string(value: &DeValue<'_>) -> Cell<String> {
    match value {
        DeValue::String(text) if !text.trim().is_empty() => cell::name(text.trim()),
        _ => Err(Refusal::new("a text in quotes that is not empty")),
    }
}

/// The digits of a number, for the readers of cells. Anything else gives a text that is no number.
fn digits(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        _ => "?".to_owned(),
    }
}

fn positive(value: &DeValue<'_>) -> Cell<f64> {
    cell::positive(&digits(value)).map_err(Refusal::without_hint)
}

fn amount(value: &DeValue<'_>) -> Cell<f64> {
    cell::amount(&digits(value)).map_err(Refusal::without_hint)
}

fn temperature(value: &DeValue<'_>) -> Cell<f64> {
    cell::between(-90.0, 60.0)(&digits(value)).map_err(Refusal::without_hint)
}

fn steps(value: &DeValue<'_>) -> Cell<u32> {
    let steps = cell::whole(1)(&digits(value)).map_err(Refusal::without_hint)?;
    if steps > MOST_STEPS {
        return Err(Refusal::new(format!("a whole number of at most {MOST_STEPS}")));
    }
    Ok(steps)
}

fn date(value: &DeValue<'_>) -> Cell<Date> {
    let expected = "a date such as 2026-01-12, without quotes and without a time";
    let date = match value {
        DeValue::Datetime(value) if value.time.is_none() => value.date,
        _ => None,
    };
    let date = date.and_then(|d| {
        let small = |part: u8| i8::try_from(part).ok();
        Date::new(i16::try_from(d.year).ok()?, small(d.month)?, small(d.day)?).ok()
    });
    date.ok_or_else(|| Refusal::new(expected))
}

/// One of some quoted words.
fn choice<T: Copy>(value: &DeValue<'_>, all: &[(&str, T)]) -> Cell<T> {
    let found = match value {
        DeValue::String(word) => all.iter().find(|(name, _)| name == word),
        _ => None,
    };
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = all.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        Refusal::new(words.join(" or "))
    })
}

fn measure(value: &DeValue<'_>) -> Cell<Measure> {
    choice(value, &[("people", Measure::People), ("energy", Measure::Energy)])
}

fn susceptance(value: &DeValue<'_>) -> Cell<Susceptance> {
    choice(value, &[("x", Susceptance::X), ("r-x", Susceptance::RX)])
}

fn rating(value: &DeValue<'_>) -> Cell<Rating> {
    choice(value, &[("rate_a", Rating::A), ("rate_b", Rating::B), ("rate_c", Rating::C)])
}

fn pmin(value: &DeValue<'_>) -> Cell<Pmin> {
    choice(value, &[("zero", Pmin::Zero), ("case", Pmin::Case)])
}
