//! What fits where: the places of a scenario, what is on offer for them, and every check with its margin.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::Method;
use axum::routing::{get, post};
use relight_catalogue::{
    Form, Item, Kind as Equipment, Match as Outcome, Nameplate, Value as Cell, check,
};
use relight_ledger::date::Day;
use relight_ledger::id::Id;
use relight_ledger::model::Operation;
use relight_ledger::offers::{Calendar, Offer};
use relight_restore::Scenario;
use relight_restore::matching::kind_can_fill;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::scenario::{is_name, offered};
use crate::api::{Answer, Asked, Body, Piece, json};
use crate::app::{App, blocking, today};
use crate::guard::Caller;
use crate::policy::public::Records as _;
use crate::policy::{self, READERS};
use crate::problem::Problem;
use crate::routes::{Route, schema_of};

/// Places that wait for equipment.
#[derive(Debug, Serialize, JsonSchema)]
struct Bays {
    /// In the order of the scenario.
    items: Vec<Bay>,
}

/// A place that waits for equipment.
#[derive(Debug, Serialize, JsonSchema)]
struct Bay {
    /// The need.
    need: String,
    /// The job that waits for it.
    job: String,
    /// What is needed, in words.
    what: String,
    /// Where.
    site: Option<String>,
    /// In which region.
    region: Option<String>,
    /// How many places.
    count: u32,
    /// `transformer`, `breaker`, ...
    kind: String,
    /// What the place asks for, by column of the file contract.
    nameplate: BTreeMap<String, Value>,
}

/// Offers held against a place.
#[derive(Debug, Serialize, JsonSchema)]
struct Matches {
    /// What fits best first.
    items: Vec<Match>,
    /// Lots of the ledger that are not on offer, and why.
    not_offered: Vec<NotOffered>,
}

/// An offer held against a place.
#[derive(Debug, Serialize, JsonSchema)]
struct Match {
    /// The need; empty where the place was described by hand.
    need: String,
    /// The offer.
    offer: String,
    /// Who gives it.
    donor: String,
    /// What it is, in words.
    what: String,
    /// Pieces on offer.
    count: u32,
    /// Where it is.
    origin: String,
    /// How far it has come: `offered` to `received`.
    status: String,
    /// The step at which it is there, counted from the beginning of the scenario, or from today.
    arrival: u32,
    /// `fits`, `fits derated`, `not known`, `does not fit`.
    verdict: String,
    /// Pieces that fill one place.
    pieces: u32,
    /// Power that the place carries with it, MVA.
    usable_mva: Option<f64>,
    /// Every check that applies.
    checks: Vec<Check>,
}

/// One check.
#[derive(Debug, Serialize, JsonSchema)]
struct Check {
    /// Its name.
    name: String,
    /// What it comes to.
    verdict: String,
    /// What the offer has.
    value: Option<f64>,
    /// What is asked or allowed.
    limit: Option<f64>,
    /// How far inside the limit; negative when outside.
    margin: Option<f64>,
    /// The unit of these.
    unit: String,
    /// The standard or practice that the limit comes from.
    source: String,
    /// A sentence for a person.
    note: String,
}

/// Things on offer.
#[derive(Debug, Serialize, JsonSchema)]
struct Offers {
    /// By name.
    items: Vec<Offered>,
    /// Lots that are not on offer, and why.
    not_offered: Vec<NotOffered>,
}

/// Pieces of one lot that have come equally far.
#[derive(Debug, Serialize, JsonSchema)]
struct Offered {
    /// Its name in plans.
    offer: String,
    /// The pledge or stock that it is of.
    record: String,
    /// Which of its lots, from 0.
    lot: u32,
    /// Who gives.
    donor: String,
    /// `transformer`, `generator_set`, ...
    kind: String,
    /// What it is, in words.
    what: String,
    /// What is written on it, by column of the file contract.
    nameplate: BTreeMap<String, Value>,
    /// Pieces.
    count: u32,
    /// Where it is.
    origin: String,
    /// How far it has come.
    status: String,
    /// The step at which it is there.
    arrival: u32,
}

/// A lot that is not on offer.
#[derive(Debug, Serialize, JsonSchema)]
struct NotOffered {
    /// The pledge or stock.
    record: String,
    /// Which of its lots, from 0.
    lot: u32,
    /// What it is called.
    title: String,
    /// Why.
    why: String,
}

/// A place that is described by hand.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Described {
    /// The operation whose pledges and stock are searched.
    operation: String,
    /// `transformer`, `generator_set`, `breaker`, `mobile_substation`, `line_kit`, `other`.
    kind: String,
    /// What the place asks for, by column of the file contract: `hv_kv`, `mva`, `vector_group`, ...
    #[serde(default)]
    nameplate: BTreeMap<String, Value>,
    /// Frequency of the grid, Hz.
    #[serde(default = "fifty")]
    frequency_hz: f64,
}

fn fifty() -> f64 {
    50.0
}

#[derive(Debug, Deserialize)]
struct MatchQuery {
    need: Option<String>,
    operation: Option<String>,
    all: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct OffersQuery {
    start: Option<String>,
    step_hours: Option<f64>,
    undated: Option<u32>,
}

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/scenarios/{scenario}/needs", "listBays", get(bays))
            .about("The places of a scenario that wait for equipment.")
            .who(READERS)
            .gives(200, schema_of::<Bays>),
        Route::get("/api/v1/scenarios/{scenario}/matches", "listMatches", get(matches))
            .about("What is on offer for the places of a scenario, with every check and its margin.")
            .who(READERS)
            .query("need", "For this place alone.")
            .query("operation", "What this operation's ledger offers, in place of the offers of the scenario.")
            .flag("all", "With what does not fit. So it is too where `need` is given.")
            .gives(200, schema_of::<Matches>),
        Route::change(Method::POST, "/api/v1/matches", "matchBay", post(match_bay))
            .about("What a ledger offers for a place that is described by hand. Nothing is kept.")
            .who(READERS)
            .takes(schema_of::<Described>)
            .gives(200, schema_of::<Matches>),
        Route::get("/api/v1/operations/{id}/offers", "listOffers", get(list_offers))
            .about("What a plan can count on: pieces of pledges and stock that are not assigned yet.")
            .who(READERS)
            .query("start", "The day from which steps are counted; today where not given.")
            .number("step_hours", "Hours of a step: 24 where not given.")
            .whole("undated", "The step at which things arrive whose day is not known; without it they are not offered.")
            .gives(200, schema_of::<Offers>),
    ]
}

async fn scenario_of(
    app: &Arc<App>,
    caller: &Caller,
    name: String,
) -> Result<Arc<Scenario>, Problem> {
    policy::sees_plans(&caller.viewer)?;
    if !is_name(&name) {
        return Err(Problem::not_found(""));
    }
    let shared = Arc::clone(app);
    let read = blocking(move || {
        let place = shared.settings.plans.scenarios.join(&name);
        place.is_dir().then(|| shared.jobs.last.get(&place))
    });
    match read.await? {
        Some(Ok(scenario)) => Ok(scenario),
        Some(Err(why)) => Err(Problem::conflict(why)),
        None => Err(Problem::not_found("")),
    }
}

/// What is known of a thing, by column.
fn plate(nameplate: &Nameplate) -> BTreeMap<String, Value> {
    let known = Nameplate::COLUMNS.iter().filter_map(|column| {
        let value = match nameplate.value(column.name)? {
            Cell::Number(number) => Value::from(number),
            Cell::Phases(phases) => Value::from(phases),
            Cell::Name(name) => Value::from(name),
        };
        Some((column.name.to_owned(), value))
    });
    known.collect()
}

async fn bays(State(app): State<Arc<App>>, caller: Caller, Piece(name): Piece<String>) -> Answer {
    let scenario = scenario_of(&app, &caller, name).await?;
    let items = scenario.needs.iter().map(|need| {
        let job = scenario.jobs.get(need.job);
        let damage = job.and_then(|job| scenario.damages.get(job.damage));
        let site = damage.and_then(|damage| scenario.sites.get(damage.site?));
        let region = damage.and_then(|damage| scenario.regions.get(damage.region?));
        Bay {
            need: need.id.clone(),
            job: job.map_or(String::new(), |job| job.id.clone()),
            what: need.item.to_string(),
            site: site.map(|s| if s.name.is_empty() { s.id.clone() } else { s.name.clone() }),
            region: region.cloned(),
            count: need.count,
            kind: need.item.kind.word().to_owned(),
            nameplate: plate(&need.item.nameplate),
        }
    });
    json(&Bays { items: items.collect() })
}

/// A thing on offer, whoever says so.
struct Candidate {
    offer: String,
    donor: String,
    item: Item,
    count: u32,
    origin: String,
    status: &'static str,
    arrival: u32,
}

impl From<&Offer> for Candidate {
    fn from(offer: &Offer) -> Candidate {
        Candidate {
            offer: offer.id.to_string(),
            donor: offer.donor.clone(),
            item: Item { kind: offer.kind, nameplate: offer.nameplate.clone() },
            count: offer.count,
            origin: offer.origin.clone(),
            status: offer.id.status(),
            arrival: offer.arrival,
        }
    }
}

impl From<&relight_restore::scenario::Offer> for Candidate {
    fn from(offer: &relight_restore::scenario::Offer) -> Candidate {
        Candidate {
            offer: offer.id.clone(),
            donor: offer.donor.clone(),
            item: offer.item.clone(),
            count: offer.count,
            origin: offer.origin.clone(),
            status: offer.status.word(),
            arrival: offer.arrival(),
        }
    }
}

fn matched(need: &str, candidate: &Candidate, outcome: Outcome) -> Match {
    Match {
        need: need.to_owned(),
        offer: candidate.offer.clone(),
        donor: candidate.donor.clone(),
        what: candidate.item.to_string(),
        count: candidate.count,
        origin: candidate.origin.clone(),
        status: candidate.status.to_owned(),
        arrival: candidate.arrival,
        verdict: outcome.verdict.words().to_owned(),
        pieces: outcome.pieces,
        usable_mva: outcome.usable_mva,
        checks: outcome
            .checks
            .into_iter()
            .map(|c| Check {
                name: c.name.to_owned(),
                verdict: c.verdict.words().to_owned(),
                value: c.value,
                limit: c.limit,
                margin: c.margin,
                unit: c.unit.to_owned(),
                source: c.source.to_owned(),
                note: c.note,
            })
            .collect(),
    }
}

/// Holds candidates against places; what fits best, and then what is there first, comes first.
fn hold(
    needs: &[(&str, &Item)],
    candidates: &[Candidate],
    frequency_hz: f64,
    all: bool,
) -> Vec<Match> {
    let mut rows = Vec::new();
    for (order, (need, item)) in needs.iter().enumerate() {
        for candidate in candidates.iter().filter(|c| kind_can_fill(item.kind, c.item.kind)) {
            let outcome = check(item, &candidate.item, frequency_hz);
            if all || outcome.verdict != relight_catalogue::Verdict::DoesNotFit {
                let rank = (order, outcome.verdict, candidate.arrival, candidate.offer.clone());
                rows.push((rank, matched(need, candidate, outcome)));
            }
        }
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Lots that are not on offer, by the names of their records.
fn left_out(app: &App, found: &relight_ledger::offers::Offers) -> Vec<NotOffered> {
    let shelf = app.shelf();
    let lots = found.left_out.iter().map(|(id, lot, why)| NotOffered {
        record: id.to_string(),
        lot: *lot,
        title: shelf.get(*id).map_or(String::new(), |record| record.content.title()),
        why: why.to_string(),
    });
    lots.collect()
}

fn operation_of(app: &App, text: &str) -> Result<Id<Operation>, Problem> {
    let there = text.parse().ok().filter(|id: &Id<Operation>| app.has_operation(*id));
    there.ok_or_else(|| Problem::unsound("there is no such operation"))
}

fn calendar(
    start: Option<&str>,
    step_hours: f64,
    undated: Option<u32>,
) -> Result<Calendar, Problem> {
    if !(step_hours.is_finite() && (0.01..=8_784.0).contains(&step_hours)) {
        return Err(Problem::bad_request("`step_hours` is between 0.01 and 8784"));
    }
    let start: Day = match start.filter(|text| !text.is_empty()) {
        Some(text) => {
            text.parse().map_err(|_| Problem::bad_request("`start` is a day such as 2026-01-12"))?
        }
        None => today()?,
    };
    Ok(Calendar { start, step_hours, undated })
}

async fn matches(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(name): Piece<String>,
    Asked(query): Asked<MatchQuery>,
) -> Answer {
    let scenario = scenario_of(&app, &caller, name).await?;
    let need = query.need.filter(|need| !need.is_empty());
    if need.as_ref().is_some_and(|id| scenario.needs.iter().all(|n| n.id != *id)) {
        return Err(Problem::unsound("the scenario has no such need"));
    }
    let operation =
        query.operation.filter(|o| !o.is_empty()).map(|o| operation_of(&app, &o)).transpose()?;
    let all = query.all.unwrap_or(false) || need.is_some();
    let found = blocking(move || {
        let asked = scenario.needs.iter().filter(|n| need.as_ref().is_none_or(|id| n.id == *id));
        let needs: Vec<(&str, &Item)> = asked.map(|n| (n.id.as_str(), &n.item)).collect();
        let (candidates, not_offered): (Vec<Candidate>, _) = match operation {
            None => (scenario.offers.iter().map(Candidate::from).collect(), Vec::new()),
            Some(operation) => {
                let start = scenario.start.to_string();
                let calendar = calendar(Some(&start), scenario.step_hours, None)?;
                let found = offered(&app, operation, &calendar, today()?);
                (found.offers.iter().map(Candidate::from).collect(), left_out(&app, &found))
            }
        };
        let items = hold(&needs, &candidates, scenario.frequency_hz, all);
        Ok::<_, Problem>(Matches { items, not_offered })
    });
    json(&found.await??)
}

async fn match_bay(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(bay): Body<Described>,
) -> Answer {
    policy::sees_plans(&caller.viewer)?;
    let operation = operation_of(&app, &bay.operation)?;
    let item = described(&bay)?;
    let calendar = calendar(None, 24.0, Some(u32::MAX))?;
    let found = blocking(move || {
        let found = offered(&app, operation, &calendar, today()?);
        let candidates: Vec<Candidate> = found.offers.iter().map(Candidate::from).collect();
        let items = hold(&[("", &item)], &candidates, bay.frequency_hz, true);
        Ok::<_, Problem>(Matches { items, not_offered: left_out(&app, &found) })
    });
    json(&found.await??)
}

/// The place in the types of the catalogue.
fn described(bay: &Described) -> Result<Item, Problem> {
    let wrong = |field: &str, detail: String| {
        let mut problem = Problem::unsound("the place cannot be read");
        problem.errors = vec![crate::problem::Field { field: field.to_owned(), detail }];
        problem
    };
    let kinds = || Equipment::ALL.map(Equipment::word).join(", ");
    let kind = Equipment::from_word(&bay.kind)
        .ok_or_else(|| wrong("kind", format!("expected one of {}", kinds())))?;
    if !(bay.frequency_hz.is_finite() && bay.frequency_hz > 0.0) {
        return Err(wrong("frequency_hz", "expected a number above 0".to_owned()));
    }
    let mut nameplate = Nameplate::default();
    for (name, value) in &bay.nameplate {
        let field = format!("nameplate.{name}");
        let column = Nameplate::COLUMNS.iter().find(|column| column.name == name);
        let Some(column) = column else {
            return Err(wrong(&field, "there is no such column".to_owned()));
        };
        let number = value.as_f64().filter(|n| n.is_finite());
        let cell = match column.form {
            Form::Positive => number.filter(|n| *n > 0.0).map(Cell::Number),
            Form::Amount => number.filter(|n| *n >= 0.0).map(Cell::Number),
            Form::Phases => {
                number.filter(|n| [1.0, 3.0].contains(n)).map(|n| Cell::Phases(n as u8))
            }
            Form::Name => value.as_str().filter(|text| text.len() <= 200).map(Cell::Name),
        };
        let Some(cell) = cell else {
            return Err(wrong(&field, format!("expected: {}", column.meaning)));
        };
        nameplate.fill(name, cell);
    }
    Ok(Item { kind, nameplate })
}

async fn list_offers(
    State(app): State<Arc<App>>,
    caller: Caller,
    Piece(operation): Piece<Id<Operation>>,
    Asked(query): Asked<OffersQuery>,
) -> Answer {
    policy::sees_plans(&caller.viewer)?;
    if !app.has_operation(operation) {
        return Err(Problem::not_found(""));
    }
    let hours = query.step_hours.unwrap_or(24.0);
    let calendar = calendar(query.start.as_deref(), hours, query.undated)?;
    let found = blocking(move || {
        let found = offered(&app, operation, &calendar, today()?);
        let items = found.offers.iter().map(|offer| Offered {
            offer: offer.id.to_string(),
            record: offer.id.of.to_string(),
            lot: offer.id.lot,
            donor: offer.donor.clone(),
            kind: offer.kind.word().to_owned(),
            what: Item { kind: offer.kind, nameplate: offer.nameplate.clone() }.to_string(),
            nameplate: plate(&offer.nameplate),
            count: offer.count,
            origin: offer.origin.clone(),
            status: offer.id.status().to_owned(),
            arrival: offer.arrival,
        });
        Ok::<_, Problem>(Offers { items: items.collect(), not_offered: left_out(&app, &found) })
    });
    json(&found.await??)
}
