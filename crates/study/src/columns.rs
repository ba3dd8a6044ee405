//! The rows of a study as columns: what Parquet and Arrow are made of.
//!
//! Losses of a scenario that is out of reach are null: no mean can take them for nothing lost.

use crate::run::{Losses, Row};
use crate::study::Study;

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Texts.
    Text(Vec<String>),
    /// Whole numbers, `None` where there is nothing to tell.
    Whole(Vec<Option<i64>>),
    /// Yes or no.
    Flag(Vec<bool>),
}

/// Columns with their names, all of one length.
pub type Columns = Vec<(String, Column)>;

/// `results`: a row for each scenario and policy. `studies` gives rows with the study whose policies they are of.
pub fn results(studies: &[(&Study, Vec<&Row>)]) -> Columns {
    let all =
        || studies.iter().flat_map(|(study, rows)| rows.iter().map(move |row| (*study, *row)));
    let whole = |of: &dyn Fn(&Row) -> i64| Column::Whole(all().map(|(_, r)| Some(of(r))).collect());
    let lost = |of: &dyn Fn(&Study, &Losses) -> i64| {
        Column::Whole(all().map(|(s, r)| r.losses.as_ref().map(|l| of(s, l))).collect())
    };
    let hazard = |s: &Study, r: &Row| {
        let draw = s.settings().draws.get(r.draw as usize);
        draw.map_or("", |d| d.hazard.word()).to_owned()
    };
    let policy = |s: &Study, r: &Row| {
        s.settings().policies.get(r.policy as usize).map_or(String::new(), |p| p.name.clone())
    };
    let mut columns = vec![
        ("scenario".to_owned(), whole(&|r| r.scenario.cast_signed())),
        ("policy".to_owned(), Column::Text(all().map(|(s, r)| policy(s, r)).collect())),
        ("hazard".to_owned(), Column::Text(all().map(|(s, r)| hazard(s, r)).collect())),
        ("reached".to_owned(), Column::Flag(all().map(|(_, r)| r.losses.is_some()).collect())),
        ("elements_out".to_owned(), whole(&|r| r.elements.into())),
        ("transformers_lost".to_owned(), whole(&|r| r.transformers.into())),
        ("lines_down".to_owned(), whole(&|r| r.lines.into())),
        ("jobs".to_owned(), lost(&|_, l| l.jobs.into())),
        ("jobs_done".to_owned(), lost(&|_, l| l.jobs_done.into())),
        ("weighted".to_owned(), lost(&|_, l| l.weighted)),
        ("unserved_mwh".to_owned(), lost(&|_, l| l.unserved_mwh)),
    ];
    let measures = studies.first().map_or(&[][..], |(study, _)| study.measures());
    for (m, measure) in measures.iter().enumerate() {
        let name = format!("people_hours_without_{measure}");
        columns.push((name, lost(&|s, l| l.of_measure(s, m))));
    }
    columns
}

/// `losses`: a row for each scenario, policy, measure and region in which something is lost.
pub fn losses(study: &Study, rows: &[&Row]) -> Columns {
    let regions = study.regions().len();
    let mut scenario = Vec::new();
    let (mut policy, mut measure, mut region) = (Vec::new(), Vec::new(), Vec::new());
    let mut people_hours = Vec::new();
    for row in rows {
        let Some(losses) = &row.losses else { continue };
        let name = study.settings().policies.get(row.policy as usize).map_or("", |p| &p.name);
        for (k, &lost) in losses.lost.iter().enumerate().filter(|(_, lost)| **lost != 0) {
            let of = |names: &[String], k: usize| names.get(k).cloned().unwrap_or_default();
            scenario.push(Some(row.scenario.cast_signed()));
            policy.push(name.to_owned());
            measure.push(of(study.measures(), k / regions));
            region.push(of(study.regions(), k % regions));
            people_hours.push(Some(lost));
        }
    }
    vec![
        ("scenario".to_owned(), Column::Whole(scenario)),
        ("policy".to_owned(), Column::Text(policy)),
        ("measure".to_owned(), Column::Text(measure)),
        ("region".to_owned(), Column::Text(region)),
        ("people_hours".to_owned(), Column::Whole(people_hours)),
    ]
}
