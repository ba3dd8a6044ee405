//! Needs and offers: equipment that jobs wait for, and equipment that somebody would give.

use relight_catalogue::{Item, Kind, Nameplate};

use super::cell::{amount, between, id, name, phases, positive, text, whole, word};
use super::finding::{Code, Finding};
use super::model::{Damage, Element, Job, Need, Offer, OfferStatus};
use super::names::Names;
use super::reader::Reader;
use super::table::record;

record! {
    /// The nameplate columns, which needs and offers share. Empty: not known, or does not apply.
    Plate;
    hv_kv: Option<f64> = known(positive),
    lv_kv: Option<f64> = known(positive),
    tertiary_kv: Option<f64> = known(positive),
    mva: Option<f64> = known(positive),
    phases: Option<u8> = known(phases),
    frequency_hz: Option<f64> = known(positive),
    vector_group: Option<String> = known(name),
    uk_pct: Option<f64> = known(positive),
    tap_range_pct: Option<f64> = known(amount),
    tap_step_pct: Option<f64> = known(amount),
    mass_t: Option<f64> = known(positive),
    rated_kv: Option<f64> = known(positive),
    rated_a: Option<f64> = known(positive),
    breaking_ka: Option<f64> = known(positive),
    kw: Option<f64> = known(positive),
    volts: Option<f64> = known(positive),
    fuel_lph_full: Option<f64> = known(positive),
    length_km: Option<f64> = known(positive)
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
    let Plate {
        hv_kv,
        lv_kv,
        tertiary_kv,
        mva,
        phases,
        frequency_hz,
        vector_group,
        uk_pct,
        tap_range_pct,
        tap_step_pct,
        mass_t,
        rated_kv,
        rated_a,
        breaking_ka,
        kw,
        volts,
        fuel_lph_full,
        length_km,
    } = plate;
    let nameplate = Nameplate {
        hv_kv,
        lv_kv,
        tertiary_kv,
        mva,
        phases,
        frequency_hz,
        vector_group,
        uk_pct,
        tap_range_pct,
        tap_step_pct,
        mass_t,
        rated_kv,
        rated_a,
        breaking_ka,
        kw,
        volts,
        fuel_lph_full,
        length_km,
    };
    Item { kind: kind.unwrap_or(Kind::Other), nameplate }
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
