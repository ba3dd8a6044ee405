//! Flows of OCHA's Financial Tracking Service in: the JSON of its public API, and what others write alike.
//!
//! A flow becomes a source, a statement and a claim. Whether it is a pledge of its own, or the same as one that is known
//! already, a person decides; [`Settings::as_pledges`] says so for a whole file. An amount of 0 is a flow whose money was
//! passed on to others: it is no sum. A flow that is a part of another says so by a link.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Number, Value};

use super::Incoming;
use super::fault::{Fault, Faults, Place, short};
use crate::date::{Day, When};
use crate::decimal::Decimal;
use crate::id::Id;
use crate::interval::Interval;
use crate::model::{
    Category, Claim, ClaimKind, Content, Currency, DateBasis, External, Link, Lot, Money, Named,
    Operation, Pledge, Qualifier, Relation, Side, Source, Statement, Status,
};

/// The most bytes of a file: what bounds the memory that it can ask for.
pub const MOST_BYTES: usize = 16 << 20;

/// The most flows of a file.
pub const MOST_FLOWS: usize = 100_000;

/// How flows are taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// For which operation.
    pub operation: Option<Id<Operation>>,
    /// Each flow is taken for a pledge of its own.
    pub as_pledges: bool,
}

/// A flow, as far as it is looked at. Other fields are passed over: the service adds some now and then.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Flow {
    id: Value,
    #[serde(rename = "amountUSD")]
    amount_usd: Option<Number>,
    original_amount: Option<Number>,
    original_currency: Option<String>,
    exchange_rate: Option<Number>,
    date: Option<String>,
    first_reported_date: Option<String>,
    contribution_type: Option<String>,
    #[serde(rename = "flowType")]
    sort: Option<String>,
    description: Option<String>,
    status: Option<String>,
    parent_flow_id: Option<Value>,
    #[serde(default)]
    source_objects: Vec<Object>,
    #[serde(default)]
    destination_objects: Vec<Object>,
    #[serde(default)]
    report_details: Vec<Report>,
}

#[derive(Debug, Deserialize)]
struct Object {
    #[serde(rename = "type")]
    sort: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    organization: Option<String>,
}

/// Reads flows: `{"data": {"flows": [...]}}`, `{"flows": [...]}` or a list.
///
/// # Errors
///
/// Everything that is wrong, by flow and field.
pub fn read(bytes: &[u8], settings: &Settings) -> Result<(Vec<Incoming>, Vec<Fault>), Faults> {
    if bytes.len() > MOST_BYTES {
        let message = format!("{} bytes; expected {MOST_BYTES} at most", bytes.len());
        return Err(Faults::of_file(message));
    }
    let document: Value = serde_json::from_slice(bytes)
        .map_err(|error| Faults::of_file(format!("this is no JSON: {error}")))?;
    let flows = document
        .pointer("/data/flows")
        .or_else(|| document.get("flows"))
        .unwrap_or(&document)
        .as_array()
        .ok_or_else(|| {
            Faults::of_file(
                "there is no list `flows` in it; expected the answer of the flow search",
            )
        })?;
    if flows.len() > MOST_FLOWS {
        return Err(Faults::of_file(format!("more than {MOST_FLOWS} flows")));
    }
    let mut faults = Faults::default();
    let mut incoming = Vec::new();
    let mut parents: BTreeMap<String, (Option<String>, Place)> = BTreeMap::new();
    for (at, flow) in (1..).zip(flows) {
        let place = Place::new("flows", at);
        match Flow::deserialize(flow) {
            Err(error) => faults.error(place, "", format!("this is no flow: {error}")),
            Ok(flow) => {
                let Some(id) = plain(&flow.id) else {
                    faults.error(place, "id", "a flow needs an id, a number or a text");
                    continue;
                };
                let parent = flow.parent_flow_id.as_ref().and_then(plain);
                if parents.insert(id.clone(), (parent, place.clone())).is_some() {
                    faults.error(place, "id", format!("flow {} stands there twice", short(&id)));
                    continue;
                }
                take(&flow, &id, &place, settings, &mut incoming, &mut faults);
            }
        }
    }
    for (id, (parent, place)) in &parents {
        let Some(parent) = parent.as_ref().filter(|p| parents.contains_key(*p)) else { continue };
        incoming.push(part_of("claim", id, parent, place, settings));
        if settings.as_pledges {
            incoming.push(part_of("pledge", id, parent, place, settings));
        }
    }
    for one in &incoming {
        for problem in one.content.problems() {
            faults.error(one.place.clone(), "", problem.to_string());
        }
    }
    if faults.is_sound() { Ok((incoming, faults.warnings)) } else { Err(faults) }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() && text.len() <= 100 => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn identity<T>(what: &str, flow: &str, settings: &Settings) -> Id<T> {
    let operation = settings.operation.unwrap_or_default().to_string();
    Id::derive(&["import", &operation, "fts", what, flow])
}

fn part_of(what: &str, id: &str, parent: &str, place: &Place, settings: &Settings) -> Incoming {
    let from: Id = identity(what, id, settings);
    let to: Id = identity(what, parent, settings);
    let relation = Relation::PartOf;
    let link = Link {
        from,
        relation,
        to,
        because: vec![format!("flow {id} names {parent} as its parent")],
    };
    Incoming {
        id: Link::id(from, relation, to).any(),
        content: link.into(),
        operation: None,
        place: place.clone(),
    }
}

fn take(
    flow: &Flow,
    id: &str,
    place: &Place,
    settings: &Settings,
    incoming: &mut Vec<Incoming>,
    faults: &mut Faults,
) {
    let Parties { donors, channel, recipients } = parties(flow);
    let money = money(flow, place, faults);
    let mut day = |column: &str, text: &Option<String>| -> When {
        let Some(text) = text else { return When::unknown() };
        let found = text.get(..10).and_then(|day| day.parse::<Day>().ok());
        if found.is_none() {
            let message = format!("`{}` is no date; expected 2022-12-13", short(text));
            faults.error(place.clone(), column, message);
        }
        found.map_or_else(When::unknown, When::day)
    };
    let as_of = day("date", &flow.date);
    let reported = day("firstReportedDate", &flow.first_reported_date);
    let status = status(flow, place, faults);
    let in_kind =
        flow.contribution_type.as_deref().is_some_and(|t| t.eq_ignore_ascii_case("in kind"));
    let item = Lot::new(if in_kind { Category::Other } else { Category::Money }, "");
    let source: Id<Source> = identity("source", id, settings);
    let statement: Id<Statement> = identity("statement", id, settings);
    let claim: Id<Claim> = identity("claim", id, settings);
    let pledge: Id<Pledge> = identity("pledge", id, settings);
    let text = clean(flow.description.as_deref().unwrap_or_default());
    let reporter =
        flow.report_details.first().and_then(|r| r.organization.clone()).unwrap_or_default();
    let note = match flow.sort.as_deref() {
        Some(sort) if sort != "Standard" => format!("flow type: {}", clean(sort)),
        _ => String::new(),
    };
    let mut add = |id: Id, content: Content| {
        incoming.push(Incoming { id, content, operation: None, place: place.clone() });
    };
    add(
        source.any(),
        Content::from(Source {
            url: format!("https://api.hpc.tools/v1/public/fts/flow?flowid={id}"),
            outlet: "OCHA Financial Tracking Service".to_owned(),
            title: format!("flow {id}"),
            published: reported,
            published_basis: DateBasis::Page,
            ..Source::default()
        }),
    );
    add(
        statement.any(),
        Content::from(Statement {
            source,
            quote: text.clone(),
            speaker: Named::new(clean(&reporter)),
            ..Statement::default()
        }),
    );
    let first_donor = donors.first().cloned().unwrap_or_default();
    let side = if first_donor.words == reporter && !reporter.is_empty() {
        Side::Donor
    } else {
        Side::Other
    };
    if settings.as_pledges {
        add(
            pledge.any(),
            Content::from(Pledge {
                title: if text.is_empty() {
                    format!("FTS flow {id}")
                } else {
                    text.chars().take(200).collect()
                },
                donor: first_donor,
                channel: channel.clone(),
                recipient: recipients.first().cloned().unwrap_or_default(),
                external: vec![External { scheme: "fts-flow".to_owned(), id: id.to_owned() }],
                ..Pledge::default()
            }),
        );
    }
    let is_part = flow.parent_flow_id.as_ref().and_then(plain).is_some();
    add(
        claim.any(),
        Content::from(Claim {
            statement,
            // A part of a parent flow is a pledge of its own here; the link says where it belongs.
            kind: if is_part && !settings.as_pledges {
                ClaimKind::Part
            } else {
                ClaimKind::NewPledge
            },
            donors,
            channel,
            recipients,
            item,
            money,
            status,
            status_words: flow.status.clone().unwrap_or_default(),
            as_of,
            side,
            pledge: settings.as_pledges.then_some(pledge),
            note,
            ..Claim::default()
        }),
    );
}

struct Parties {
    donors: Vec<Named>,
    channel: Option<Named>,
    recipients: Vec<Named>,
}

/// Who gives, through whom, and who receives: organisations before places.
fn parties(flow: &Flow) -> Parties {
    let names = |objects: &[Object], sort: &str| -> Vec<Named> {
        let of_sort = objects.iter().filter(|o| o.sort.as_deref() == Some(sort));
        of_sort.filter_map(|o| o.name.as_deref()).map(|name| Named::new(clean(name))).collect()
    };
    let or_else = |first: Vec<Named>, then: Vec<Named>| if first.is_empty() { then } else { first };
    let (from, to) = (&flow.source_objects, &flow.destination_objects);
    let donors = or_else(names(from, "Organization"), names(from, "Location"));
    let through = names(to, "Organization");
    let recipients = or_else(names(to, "Location"), through.clone());
    let channel = through.into_iter().next().filter(|c| !recipients.contains(c));
    Parties { donors, channel, recipients }
}

fn status(flow: &Flow, place: &Place, faults: &mut Faults) -> Status {
    match flow.status.as_deref() {
        Some("pledge") => Status::Pledged,
        Some("commitment") => Status::Committed,
        Some("paid") => Status::Disbursed,
        other => {
            let word = short(other.unwrap_or(""));
            let message = format!("`{word}` is no status that is known; taken as unclear");
            faults.warn(place.clone(), "status", message);
            Status::Unclear
        }
    }
}

/// The original sum first, else the dollars that the service made of it.
fn money(flow: &Flow, place: &Place, faults: &mut Faults) -> Money {
    let mut sum = |column: &str, number: &Option<Number>| -> Option<Decimal> {
        let number = number.as_ref()?;
        match number.to_string().parse::<Decimal>() {
            Ok(value) if value >= Decimal::ZERO => Some(value).filter(|v| *v > Decimal::ZERO),
            _ => {
                let message = format!("`{}` is no sum", short(&number.to_string()));
                faults.error(place.clone(), column, message);
                None
            }
        }
    };
    let original = sum("originalAmount", &flow.original_amount);
    let dollars = sum("amountUSD", &flow.amount_usd);
    let exact = |value: Decimal, currency: Currency, words: String| Money {
        range: Interval::exactly(value),
        currency: Some(currency),
        qualifier: Qualifier::Exact,
        words,
        ..Money::default()
    };
    let currency = match flow.original_currency.as_deref().unwrap_or_default() {
        "" => None,
        code => match code.parse::<Currency>() {
            Ok(currency) => Some(currency),
            Err(error) => {
                faults.error(place.clone(), "originalCurrency", error.to_string());
                None
            }
        },
    };
    match (original, currency, dollars) {
        (Some(value), Some(currency), _) => exact(value, currency, String::new()),
        (_, _, Some(value)) => {
            let rate =
                flow.exchange_rate.as_ref().map(|r| format!(", rate {r}")).unwrap_or_default();
            exact(value, Currency::USD, format!("in dollars as the service has it{rate}"))
        }
        _ => Money::default(),
    }
}

/// A text as the ledger takes it: without control characters, and not longer than a field.
fn clean(text: &str) -> String {
    let held = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    held.take(10_000).collect::<String>().trim().to_owned()
}
