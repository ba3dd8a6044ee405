//! IATI 2.03 out: an activity for each pledge of which a transaction can truthfully be told.
//!
//! A transaction needs a sum, a currency and a day. Where one was not said there is none, and the claim is listed with the
//! reason; nothing is ever written as 0. Only what a total counts is told, each once: consumers add transactions up. What the
//! sum was in words, its upper end and its claim stand beside it in a namespace of ours.

use std::collections::{BTreeMap, BTreeSet};

use super::NotExported;
use super::xml::Xml;
use crate::count::{Book, Dispute, Measure, Rule, Why, total};
use crate::date::{Day, Moment};
use crate::decimal::Decimal;
use crate::id::Id;
use crate::model::{Basis, Claim, ClaimKind, Currency, Money, Pledge, Qualifier, Stage, Step};

/// The namespace of what IATI has no place for.
pub const NAMESPACE: &str = "urn:x-relight:ledger:1";

/// Who reports. Relight reports on what others do, so that it is a secondary reporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporter {
    /// Its identifier, such as `XI-IATI-EC_ECHO` or `UA-EDR-12345678`.
    pub reference: String,
    /// Its sort, by the code list `OrganisationType`: 10 government, 40 multilateral, 21 international NGO, ...
    pub sort: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 code of the country that receives, where there is one.
    pub country: Option<String>,
}

/// A document, and what is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The XML.
    pub xml: String,
    /// How many activities are in it.
    pub activities: usize,
    /// How many transactions.
    pub transactions: usize,
    /// Every pledge, claim and step that speaks of no transaction in it, and why.
    pub not_exported: Vec<NotExported>,
}

struct Transaction {
    code: &'static str,
    day: Day,
    amount: Decimal,
    currency: Currency,
    money: Money,
    words: String,
    of: Id,
}

/// The stages that have a transaction type, by the code list `TransactionType`.
const TYPES: [(Stage, &str); 3] =
    [(Stage::Pledged, "12"), (Stage::Committed, "2"), (Stage::Sent, "3")];

/// Makes the document, as of a day; `generated` is when that is done.
pub fn write(book: &Book, reporter: &Reporter, as_of: Day, generated: Moment) -> Document {
    let mut found: BTreeMap<Id<Pledge>, Vec<Transaction>> = BTreeMap::new();
    let mut told: BTreeSet<Id> = BTreeSet::new();
    let mut why: BTreeMap<Id, String> = BTreeMap::new();
    let mut left_out: BTreeMap<Id, Why> = BTreeMap::new();
    for currency in currencies(book) {
        for (stage, code) in TYPES {
            let total = total(book, &Rule::all(Measure::Money(currency), stage, as_of));
            for left in &total.left_out {
                if !matches!(left.why, Why::OtherCurrency(_) | Why::Kind(_)) {
                    left_out.insert(left.record, left.why);
                }
            }
            for counted in &total.counted {
                for id in own(book, &counted.figure.from, stage) {
                    if told.contains(&id) {
                        continue;
                    }
                    match transaction(book, id, code, currency) {
                        Ok(transaction) => {
                            told.insert(id);
                            found.entry(counted.pledge).or_default().push(transaction);
                        }
                        Err(reason) => {
                            why.insert(id, reason);
                        }
                    }
                }
            }
        }
    }
    let mut xml = Xml::new();
    let generated = generated.to_string();
    xml.open(
        "iati-activities",
        &[("version", "2.03"), ("generated-datetime", &generated), ("xmlns:relight", NAMESPACE)],
    );
    let mut transactions = 0;
    for (id, list) in &mut found {
        let Some(pledge) = book.pledge(*id) else { continue };
        list.sort_by_key(|t| (t.day, t.code, t.of));
        transactions += list.len();
        activity(&mut xml, *id, pledge, list, reporter);
    }
    let mut not_exported: Vec<NotExported> = Vec::new();
    let mut leave = |record: Id, why: String| not_exported.push(NotExported { record, why });
    for (id, claim) in book.claims().filter(|(id, _)| !told.contains(&id.any())) {
        let reason = why.remove(&id.any());
        let reason = reason.unwrap_or_else(|| reason_of(claim, left_out.get(&id.any())));
        leave(id.any(), reason);
    }
    for (id, step) in book.steps().filter(|(id, _)| !told.contains(&id.any())) {
        let reason = why.remove(&id.any());
        leave(id.any(), reason.unwrap_or_else(|| no_value(&step.money).to_owned()));
    }
    for (id, pledge) in book.pledges().filter(|(id, _)| !found.contains_key(id)) {
        let inside = left_out.get(&id.any()).map(ToString::to_string);
        let reason = why.remove(&id.any()).or(inside);
        leave(id.any(), reason.unwrap_or_else(|| match no_value(&pledge.money) {
            "" => "nothing said of it has a sum, a currency and a day".to_owned(),
            reason => format!("nothing said of it has a sum, a currency and a day; the pledge itself: {reason}"),
        }));
    }
    not_exported.sort();
    Document { activities: found.len(), transactions, not_exported, xml: xml.finish() }
}

fn currencies(book: &Book) -> BTreeSet<Currency> {
    let claims = book.claims().filter_map(|(_, claim)| claim.money.currency);
    let pledges = book.pledges().filter_map(|(_, pledge)| pledge.money.currency);
    let steps = book.steps().filter_map(|(_, step)| step.money.currency);
    claims.chain(pledges).chain(steps).collect()
}

/// Of what a figure comes from, what was said of this stage itself: the parts or the snapshot, never both. What came further
/// is told under its own type.
fn own(book: &Book, from: &[Id], stage: Stage) -> Vec<Id> {
    // Goods that were handed over have been sent: there is no type of its own for that.
    let at = |s: Option<Stage>| match s {
        Some(Stage::Received | Stage::Installed | Stage::Energised) => stage == Stage::Sent,
        other => other == Some(stage),
    };
    let (mut parts, mut snapshots) = (Vec::new(), Vec::new());
    for id in from {
        if let Some(claim) = book.claim(id.of()) {
            match claim.kind {
                _ if !at(claim.status.stage()) => {}
                ClaimKind::Part => parts.push(*id),
                _ => snapshots.push(*id),
            }
        } else if let Some(step) = book.step(id.of()) {
            if at(Some(step.stage)) {
                parts.push(*id);
            }
        } else if stage == Stage::Pledged && book.pledge(id.of()).is_some() {
            snapshots.push(*id);
        }
    }
    let least = |list: &[Id]| {
        let sums = list.iter().filter_map(|id| money_of(book, *id)?.range.min);
        sums.fold(Decimal::ZERO, |sum, one| sum.plus(one).unwrap_or(sum))
    };
    // Of several snapshots the one that is furthest on is the latest word.
    snapshots.sort_by_key(|id| (book.claim(id.of()).and_then(|c| c.status.stage()), *id));
    let last = snapshots.split_off(snapshots.len().saturating_sub(1));
    if least(&parts) > least(&last) { parts } else { last }
}

fn money_of(book: &Book, id: Id) -> Option<&Money> {
    let claim = book.claim(id.of()).map(|claim: &Claim| &claim.money);
    let step = || book.step(id.of()).map(|step: &Step| &step.money);
    claim.or_else(step).or_else(|| book.pledge(id.of()).map(|pledge: &Pledge| &pledge.money))
}

/// A transaction, where one can truthfully be told.
fn transaction(
    book: &Book,
    id: Id,
    code: &'static str,
    currency: Currency,
) -> Result<Transaction, String> {
    let (money, when, words) = if let Some(claim) = book.claim(id.of()) {
        (&claim.money, &claim.as_of, claim.status_words.clone())
    } else if let Some(step) = book.step(id.of()) {
        (&step.money, &step.date, step.stage.word().to_owned())
    } else if let Some(pledge) = book.pledge(id.of()) {
        (&pledge.money, &pledge.announced, "pledged".to_owned())
    } else {
        return Err("it is not there".to_owned());
    };
    if book.disputes(id).iter().any(|d| matches!(d, Dispute::Open { .. })) {
        return Err("it is disputed, and nobody has ruled".to_owned());
    }
    match no_value(money) {
        "" => {}
        reason => return Err(reason.to_owned()),
    }
    let amount = money.range.min.filter(|sum| *sum > Decimal::ZERO).ok_or("no sum is sure")?;
    let day = when.exact().ok_or("its day is not known")?;
    let day_and_sum = (day, amount.to_places(2));
    Ok(Transaction {
        code,
        day: day_and_sum.0,
        amount: day_and_sum.1,
        currency,
        money: money.clone(),
        words,
        of: id,
    })
}

/// Why a sum cannot be the value of a transaction; empty where it can.
fn no_value(money: &Money) -> &'static str {
    match money {
        Money { qualifier: Qualifier::Undisclosed, .. } => "its value was not disclosed",
        m if !m.range.is_known() => "it has no value",
        m if m.currency.is_none() => "its currency is not known",
        m if m.range.min.is_none() => "only the most that it may be is known",
        m if m.range.min == Some(Decimal::ZERO) => "its value is nought",
        m if m.basis == Basis::Guarantee => "a guarantee or loan is no transaction of these types",
        _ => "",
    }
}

fn reason_of(claim: &Claim, left_out: Option<&Why>) -> String {
    let counts =
        matches!(claim.kind, ClaimKind::NewPledge | ClaimKind::RunningTotal | ClaimKind::Part);
    if !counts {
        return Why::Kind(claim.kind).to_string();
    }
    if !no_value(&claim.money).is_empty() {
        return no_value(&claim.money).to_owned();
    }
    if let Some(why) = left_out {
        return why.to_string();
    }
    match claim.status.stage() {
        None => "how far it has come is not clear".to_owned(),
        Some(Stage::Announced) => "it was spoken of, not promised".to_owned(),
        Some(_) if claim.pledge.is_none() => Why::NoPledge.to_string(),
        Some(_) if claim.as_of.exact().is_none() => "its day is not known".to_owned(),
        Some(_) => "another figure of the same pledge stands in its place".to_owned(),
    }
}

fn activity(
    xml: &mut Xml,
    id: Id<Pledge>,
    pledge: &Pledge,
    list: &[Transaction],
    reporter: &Reporter,
) {
    let narrative = |xml: &mut Xml, name: &'static str, attributes: &[(&str, &str)], text: &str| {
        xml.open(name, attributes);
        xml.text("narrative", &[], text);
        xml.close();
    };
    let donor = if pledge.donor.words.is_empty() { "not named" } else { &pledge.donor.words };
    let title = if pledge.title.is_empty() { "Pledge" } else { &pledge.title };
    xml.open("iati-activity", &[("xml:lang", "en"), ("humanitarian", "1")]);
    xml.text("iati-identifier", &[], &format!("{}-{id}", reporter.reference));
    let reporting = [
        ("ref", reporter.reference.as_str()),
        ("type", &reporter.sort),
        ("secondary-reporter", "1"),
    ];
    narrative(xml, "reporting-org", &reporting, &reporter.name);
    narrative(xml, "title", &[], title);
    let scope =
        if pledge.scope.is_empty() { String::new() } else { format!(" Scope: {}.", pledge.scope) };
    let about = format!("A pledge of {donor}, as put together from what was said of it.{scope}");
    narrative(xml, "description", &[("type", "1")], &about);
    narrative(xml, "participating-org", &[("role", "1")], donor);
    if let Some(channel) = &pledge.channel {
        narrative(xml, "participating-org", &[("role", "4")], &channel.words);
    }
    let moved = list.iter().find(|t| t.code != "12");
    let status = if moved.is_some() { "2" } else { "1" };
    xml.empty("activity-status", &[("code", status)]);
    // Planned start where there are promises alone, actual start where something was done.
    if let Some(first) = moved.or(list.first()) {
        let sort = if moved.is_some() { "2" } else { "1" };
        xml.empty("activity-date", &[("type", sort), ("iso-date", &first.day.to_string())]);
    }
    if let Some(country) = &reporter.country {
        xml.empty("recipient-country", &[("code", country)]);
    }
    for t in list {
        xml.open("transaction", &[("humanitarian", "1")]);
        let day = t.day.to_string();
        xml.empty("transaction-type", &[("code", t.code)]);
        xml.empty("transaction-date", &[("iso-date", &day)]);
        let value = [("currency", t.currency.code()), ("value-date", day.as_str())];
        xml.text("value", &value, &t.amount.to_string());
        if !t.words.is_empty() {
            narrative(xml, "description", &[], &t.words);
        }
        narrative(xml, "provider-org", &[], donor);
        let max = t.money.range.max.map(|m| m.to_string());
        let (qualifier, basis) = (word(&t.money.qualifier), word(&t.money.basis));
        let of = t.of.to_string();
        let mut said = vec![("qualifier", qualifier.as_str()), ("basis", &basis), ("of", &of)];
        said.extend(max.as_deref().map(|max| ("max", max)));
        xml.empty("relight:said", &said);
        xml.close();
    }
    xml.close();
}

fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
