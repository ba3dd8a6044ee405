//! From an accepted plan to the pieces of the ledger that it counts on.

use std::collections::{BTreeMap, BTreeSet};

use relight_ledger::date::{Day, When};
use relight_ledger::offers::{OfferId, Wanted};
use relight_report::json::Document;

/// What a plan wants of a ledger, and the offers in it that are of no ledger.
///
/// # Errors
///
/// Where the plan does not say on which day it begins.
pub fn wanted(plan: &Document) -> Result<(Vec<Wanted>, BTreeSet<String>), String> {
    let told = &plan.scenario.start;
    let start: Option<Day> = told.get(..10).and_then(|day| day.parse().ok());
    let start = start.ok_or_else(|| format!("`{told}` does not begin with a day"))?;
    let on = |step: u32| {
        let days = f64::from(step) * plan.scenario.step_hours / 24.0;
        start.plus_days(days.floor() as i64).map_or_else(When::unknown, When::day)
    };
    let mut foreign = BTreeSet::new();
    let mut wanted = Vec::new();
    let mut take = |offer: &str, need: String, job: String, count: u32, step: u32| match offer
        .parse::<OfferId>(
    ) {
        Err(_) => {
            foreign.insert(offer.to_owned());
        }
        Ok(OfferId { of, lot, .. }) => {
            wanted.push(Wanted { of, lot, need, job, count, wanted: on(step) });
        }
    };
    for job in &plan.jobs {
        for item in &job.items {
            take(&item.offer, item.need.clone(), job.job.clone(), item.count, job.start);
        }
    }
    // A generator set may go from one facility to the next: it is one piece.
    let mut sets: BTreeMap<(&str, u32), (Vec<&str>, u32)> = BTreeMap::new();
    for placement in &plan.placements {
        let (facilities, first) = sets
            .entry((&placement.offer, placement.piece))
            .or_insert_with(|| (Vec::new(), placement.from));
        if !facilities.contains(&placement.facility.as_str()) {
            facilities.push(&placement.facility);
        }
        *first = (*first).min(placement.from);
    }
    for ((offer, piece), (facilities, first)) in sets {
        let need = format!("set {piece}: {}", facilities.join(", "));
        take(offer, need, String::new(), 1, first);
    }
    Ok((wanted, foreign))
}
