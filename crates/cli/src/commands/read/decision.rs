//! What a person decides on a draft, and how a file says so.

use std::collections::BTreeMap;
use std::path::Path;

use relight_intake::Characters;
use relight_ledger::decimal::Decimal;
use relight_ledger::interval::Interval;
use relight_ledger::model::{
    Category, Claim, ClaimKind, Named, Qualifier, Statement, Status, Unit,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Taken, view};
use crate::failure::{Failure, Problem};
use crate::load;

/// Field and value, as a person writes them.
pub type Changes = Vec<(String, String)>;

/// A decision on one draft, or on something else of the page.
pub struct Decided {
    /// The draft by its number; `None` for a word on the situation or a claim by hand.
    pub draft: Option<usize>,
    pub what: What,
}

pub enum What {
    Accept,
    /// Taken with changes.
    Edit(Changes, String),
    Reject(String),
    /// A word on the situation, by its number, taken as it is.
    Situation(usize),
    /// What the machine did not read as a claim: where it stands, and what it says.
    Mark(Box<Statement>, Changes),
}

/// A line of a file of decisions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The page within the input, from 0.
    #[serde(default)]
    page: usize,
    draft: Option<usize>,
    situation: Option<usize>,
    decision: Word,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    set: BTreeMap<String, String>,
    /// For a mark: where the words stand, in characters.
    span: Option<(u64, u64)>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Word {
    Accept,
    Edit,
    Reject,
    Mark,
}

/// The decisions of a file on one page. All of its lines are checked before any is used.
pub fn from_file(path: &Path, page: usize, taken: &Taken) -> Result<Vec<Decided>, Failure> {
    let bytes = load::file(path)?;
    let mut out = Vec::new();
    let mut failure = Failure::default();
    for (at, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let read = serde_json::from_slice::<Line>(line).map_err(|e| e.to_string());
        let decision =
            read.and_then(|line| (line.page == page).then(|| decided(line, taken)).transpose());
        match decision {
            Ok(found) => out.extend(found),
            Err(message) => {
                let mut problem = Problem::new("decision", Some(path), &message);
                problem.text = format!("{}:{}: {message}", path.display(), at + 1);
                problem.line = Some(at as u64 + 1);
                failure.errors.push(problem);
            }
        }
    }
    if failure.errors.is_empty() { Ok(out) } else { Err(failure) }
}

fn decided(line: Line, taken: &Taken) -> Result<Decided, String> {
    let changes: Changes = line.set.into_iter().collect();
    apply(&mut Claim::default(), &changes)?;
    let number = |given: Option<usize>, known: usize, what: &str| {
        given
            .filter(|n| *n < known)
            .ok_or(format!("names no {what} of this page; it has {known}, from 0"))
    };
    if line.decision == Word::Mark {
        let (start, end) =
            line.span.ok_or("a mark needs `span`: where its words stand, in characters")?;
        let statement = Box::new(statement(taken, start, end)?);
        return Ok(Decided { draft: None, what: What::Mark(statement, changes) });
    }
    if line.situation.is_some() {
        let n = number(line.situation, taken.reading.occasions.len(), "word on the situation")?;
        return match line.decision {
            Word::Accept => Ok(Decided { draft: None, what: What::Situation(n) }),
            _ => Err("a word on the situation can be accepted, or left out".to_owned()),
        };
    }
    let draft = number(line.draft, taken.reading.drafts.len(), "draft")?;
    let what = match line.decision {
        Word::Accept if changes.is_empty() => What::Accept,
        Word::Accept | Word::Edit => What::Edit(changes, line.reason),
        Word::Reject | Word::Mark => What::Reject(line.reason),
    };
    Ok(Decided { draft: Some(draft), what })
}

/// The statement of words that a person marked.
pub fn statement(taken: &Taken, start: u64, end: u64) -> Result<Statement, String> {
    let text = &taken.page.text;
    let length = Characters::new(text).before(text, text.len());
    if start >= end || end > length {
        return Err(format!(
            "[{start}, {end}) is no part of the text, which has {length} characters"
        ));
    }
    let quote: String = text.chars().skip(start as usize).take((end - start) as usize).collect();
    Ok(Statement {
        span: Some((start, end)),
        quote: view::one_line(&quote),
        ..Statement::default()
    })
}

/// The fields that can be set, for help.
pub const FIELDS: &str = "kind donor recipient channel sharing item category quantity qualifier unit money currency status note";

/// Sets fields of a claim: `quantity=120`, `quantity=100..120`, `donor=France; Germany`, `status=sent`.
pub fn apply(claim: &mut Claim, changes: &[(String, String)]) -> Result<(), String> {
    for (field, value) in changes {
        set(claim, field, value.trim())
            .map_err(|expected| format!("{field}={value}: expected {expected}"))?;
    }
    Ok(())
}

fn set(claim: &mut Claim, field: &str, value: &str) -> Result<(), String> {
    let names =
        || value.split(';').map(str::trim).filter(|n| !n.is_empty()).map(Named::new).collect();
    match field {
        "kind" => {
            claim.kind =
                ClaimKind::from_word(value).ok_or("a kind such as new_pledge or running_total")?;
        }
        "donor" => claim.donors = names(),
        "recipient" => claim.recipients = names(),
        "channel" => claim.channel = Some(value).filter(|v| !v.is_empty()).map(Named::new),
        "sharing" => claim.sharing = word(value).ok_or("each, together or unclear")?,
        "item" => value.clone_into(&mut claim.item.words),
        "category" => {
            claim.item.category =
                Category::from_word(value).ok_or("a category such as generator_set")?;
        }
        "quantity" => {
            claim.quantity.range = range(value)?;
            claim.quantity.qualifier = said(claim.quantity.range, claim.quantity.qualifier);
        }
        "qualifier" => {
            claim.quantity.qualifier =
                word(value).ok_or("a qualifier such as exact, over or about")?;
        }
        "unit" => claim.quantity.unit = Unit::from_word(value),
        "money" => {
            claim.money.range = range(value)?;
            claim.money.qualifier = said(claim.money.range, claim.money.qualifier);
        }
        "currency" if value.is_empty() => claim.money.currency = None,
        "currency" => {
            claim.money.currency =
                Some(value.parse().map_err(|_| "three capital letters such as EUR")?);
        }
        "status" => {
            claim.status =
                Status::from_word(value).ok_or("a status such as pledged, sent or delivered")?;
        }
        "note" => value.clone_into(&mut claim.note),
        _ => return Err(format!("one of these fields: {FIELDS}")),
    }
    Ok(())
}

/// The value of an enumeration by its word.
fn word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// The qualifier of a number that a person gave.
fn said(range: Interval, before: Qualifier) -> Qualifier {
    match (range.min, range.max) {
        (None, None) => Qualifier::NotStated,
        (Some(_), None) => {
            if before == Qualifier::AtLeast {
                before
            } else {
                Qualifier::Over
            }
        }
        (None, Some(_)) => Qualifier::UpTo,
        (min, max) if min != max => Qualifier::Between,
        _ if matches!(before, Qualifier::About | Qualifier::Almost | Qualifier::Estimated) => {
            before
        }
        _ => Qualifier::Exact,
    }
}

/// `120`, `100..`, `..50`, `100..120`.
fn range(text: &str) -> Result<Interval, String> {
    const EXPECTED: &str = "a number such as 120, or ends such as 100..120, the lower one first";
    let end = |t: &str| -> Result<Option<Decimal>, String> {
        if t.trim().is_empty() {
            Ok(None)
        } else {
            t.trim().parse().map(Some).map_err(|_| EXPECTED.to_owned())
        }
    };
    let (min, max) = text.split_once("..").unwrap_or((text, text));
    let range = Interval { min: end(min)?, max: end(max)? };
    if range.is_valid() { Ok(range) } else { Err(EXPECTED.to_owned()) }
}
