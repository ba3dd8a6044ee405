//! Needs and offers: equipment that jobs wait for, and equipment that somebody would give.

use relight_catalogue::{Form, Item, Kind, Nameplate, Value};

use super::cell::{amount, between, id, name, phases, positive, text, whole, word};
use super::finding::{Code, Finding};
use super::model::{Damage, Element, Job, Need, Offer, OfferStatus};
use super::names::Names;
use super::reader::Reader;
use super::table::{Column, Record, Row, record};

/// The nameplate columns, which needs and offers share. Empty: not known, or does not apply.
pub(super) struct Plate(Nameplate);

impl Record for Plate {
    fn columns() -> Vec<Column> {
        Nameplate::COLUMNS.iter().map(|c| Column { name: c.name, required: false }).collect()
    }

    fn read(row: &mut Row<'_>) -> Self {
        let mut plate = Nameplate::default();
        for column in Nameplate::COLUMNS {
            let text;
            let value = match column.form {
                Form::Positive => row.known(column.name, positive).map(Value::Number),
                Form::Amount => row.known(column.name, amount).map(Value::Number),
                Form::Phases => row.known(column.name, phases).map(Value::Phases),
                Form::Name => {
                    text = row.known(column.name, name);
                    text.as_deref().map(Value::Name)
                }
            };
            if let Some(value) = value {
                plate.fill(column.name, value);
            }
        }
        Plate(plate)
    }
}

record! {
    /// A row of `needs.csv`.
    NeedRow = "needs.csv", "equipment without which a job cannot start";
    need: Option<String> = key(id),
    job: Option<String> = key(id),
    kind: Option<Kind> = key(word(Kind::ALL, Kind::word)),
    count: u32 = required(whole(1));
    plate: Plate
}

record! {
    /// A row of `offers.csv`.
    OfferRow = "offers.csv", "equipment on offer";
    offer: Option<String> = key(id),
    donor: String = or(text, String::new()),
    kind: Option<Kind> = key(word(Kind::ALL, Kind::word)),
    count: u32 = required(whole(1)),
    origin: String = or(text, String::new()),
    ready: u32 = assumed(whole(0), 0),
    transit: u32 = assumed(whole(0), 0),
    status: OfferStatus = assumed(word(OfferStatus::ALL, OfferStatus::word), OfferStatus::Offered),
    confidence: f64 = assumed(between(0.0, 1.0), 1.0);
    plate: Plate
}

/// An item of the kind, or of a stand-in kind where that could not be read.
fn item(kind: Option<Kind>, plate: Plate) -> Item {
    Item { kind: kind.unwrap_or(Kind::Other), nameplate: plate.0 }
}

/// Reads the needs, and lists them at their jobs.
pub(super) fn needs(
    reader: &mut Reader<'_>,
    job_names: &Names,
    jobs: &mut [Job],
    damages: &[Damage],
) -> Vec<Need> {
    let table = reader.table::<NeedRow>();
    let mut names = Names::of(&table);
    if !table.present {
        let message = "there is no such table; no job waits for equipment";
        reader.findings.push(Finding::warning("needs.csv", Code::Assumed, message));
    }
    let mut needs = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows {
        names.define(place, "need", row.need.as_ref(), &mut reader.findings);
        let job = job_names.find(place, "job", row.job.as_ref(), &mut reader.findings);
        if let Some(job) = job.and_then(|j| jobs.get_mut(j)) {
            job.needs.push(needs.len());
            let element = damages.get(job.damage).map(|d| d.element);
            let at_branch = matches!(element, Some(Element::Branch(_)));
            if row.kind == Some(Kind::Transformer) && !at_branch {
                let message = "a transformer for a damage that is no branch";
                reader.findings.push(place.warning("kind", Code::Inconsistent, message));
            }
        }
        needs.push(Need {
            id: row.need.unwrap_or_default(),
            job: job.unwrap_or(0),
            item: item(row.kind, row.plate),
            count: row.count,
        });
    }
    needs
}

/// Reads the offers.
pub(super) fn offers(reader: &mut Reader<'_>, horizon: Option<u32>) -> Vec<Offer> {
    let table = reader.table::<OfferRow>();
    let mut names = Names::of(&table);
    if !table.present {
        let message = "there is no such table; nothing is on offer";
        reader.findings.push(Finding::warning("offers.csv", Code::Assumed, message));
    }
    let mut offers = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows {
        names.define(place, "offer", row.offer.as_ref(), &mut reader.findings);
        let offer = Offer {
            id: row.offer.unwrap_or_default(),
            donor: row.donor,
            item: item(row.kind, row.plate),
            count: row.count,
            origin: row.origin,
            ready: row.ready,
            transit: row.transit,
            status: row.status,
            confidence: row.confidence,
        };
        if horizon.is_some_and(|h| offer.arrival() >= h) {
            let message = format!("it arrives at step {}, after the horizon", offer.arrival());
            reader.findings.push(place.warning("transit", Code::Inconsistent, message));
        }
        offers.push(offer);
    }
    offers
}
