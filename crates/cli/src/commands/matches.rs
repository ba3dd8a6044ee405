//! `relight match`: what fits where, and why not.

use std::fmt::Write as _;
use std::path::Path;

use relight_catalogue::{Check, Verdict};
use relight_restore::Scenario;
use relight_restore::matching::{fits, matches};
use relight_restore::plan::MatchRow;
use serde::Serialize;

use crate::args::Match;
use crate::console::{Console, Ink};
use crate::failure::{Answer, Failure};
use crate::load;
use crate::numbers::{count, short};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    scenario: About<'a>,
    matches: Vec<Row<'a>>,
    not_shown: usize,
}

#[derive(Serialize)]
struct About<'a> {
    name: &'a str,
    digest: &'a str,
}

#[derive(Serialize)]
struct Row<'a> {
    need: &'a str,
    job: &'a str,
    kind: &'static str,
    offer: &'a str,
    donor: &'a str,
    status: &'static str,
    arrival: u32,
    verdict: &'static str,
    pieces: u32,
    usable_mva: Option<f64>,
    checks: Vec<CheckRow<'a>>,
}

#[derive(Serialize)]
struct CheckRow<'a> {
    name: &'static str,
    verdict: &'static str,
    value: Option<f64>,
    limit: Option<f64>,
    margin: Option<f64>,
    unit: &'static str,
    source: &'static str,
    note: &'a str,
}

pub fn run(args: &Match, console: Console) -> Result<Answer, Failure> {
    let loaded = load::scenario(&args.scenario.path)?;
    let scenario = &loaded.reading.scenario;
    let needs = scenario.needs.iter().map(|n| n.id.as_str());
    let need = index(args.need.as_deref(), needs, "need", &loaded.folder)?;
    let offers = scenario.offers.iter().map(|o| o.id.as_str());
    let offer = index(args.offer.as_deref(), offers, "offer", &loaded.folder)?;
    let detailed = need.is_some() || offer.is_some();

    let asked: Vec<MatchRow> = matches(scenario)
        .into_iter()
        .filter(|r| need.is_none_or(|n| r.need == n) && offer.is_none_or(|o| r.offer == o))
        .collect();
    let shown: Vec<&MatchRow> = asked
        .iter()
        .filter(|r| detailed || args.all || r.result.verdict != Verdict::DoesNotFit)
        .collect();
    let not_shown = asked.len() - shown.len();

    if console.json {
        let about = About { name: &scenario.name, digest: &scenario.digest };
        let matches = shown.iter().map(|r| document_row(scenario, r)).collect();
        console.document(&Document {
            schema: "relight.match/1",
            scenario: about,
            matches,
            not_shown,
        })?;
    } else if detailed {
        console.say(&details(scenario, &shown, need, offer, console))?;
    } else {
        console.say(&table(scenario, &asked, &shown, not_shown, console))?;
    }
    Ok(if detailed && !asked.iter().any(fits) { Answer::No } else { Answer::Yes })
}

/// The index of the name that was asked for.
fn index<'a>(
    asked: Option<&str>,
    names: impl Iterator<Item = &'a str>,
    what: &str,
    folder: &Path,
) -> Result<Option<usize>, Failure> {
    let Some(asked) = asked else { return Ok(None) };
    let names: Vec<&str> = names.collect();
    if let Some(index) = names.iter().position(|name| *name == asked) {
        return Ok(Some(index));
    }
    Err(Failure::unknown_name(asked, &names, what, folder))
}

fn ink(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Fits => Ink::Green,
        Verdict::FitsDerated | Verdict::NotKnown => Ink::Yellow,
        Verdict::DoesNotFit => Ink::Red,
    }
}

/// What a person must know beside the verdict: the checks that it comes from.
fn why(row: &MatchRow) -> String {
    if row.result.verdict == Verdict::Fits {
        return String::new();
    }
    let deciding = row.result.checks.iter().filter(|c| c.verdict == row.result.verdict);
    deciding.map(short_check).collect::<Vec<_>>().join("; ")
}

/// `over excitation 1.2 (limit 1.05)`.
fn short_check(check: &Check) -> String {
    let unit = if check.unit.is_empty() { String::new() } else { format!(" {}", check.unit) };
    let name = check.name.replace('_', " ");
    match (check.value, check.limit) {
        (Some(value), Some(limit)) => {
            format!("{name} {} against {}{unit}", short(value), short(limit))
        }
        (Some(value), None) => format!("{name} {}{unit}", short(value)),
        (None, Some(limit)) => format!("{name} not told, asked {}{unit}", short(limit)),
        (None, None) => name,
    }
}

/// Every need with its offers, a line each.
fn table(
    scenario: &Scenario,
    asked: &[MatchRow],
    shown: &[&MatchRow],
    not_shown: usize,
    console: Console,
) -> String {
    let widest = |all: &mut dyn Iterator<Item = &str>| {
        all.map(|s| s.chars().count()).max().unwrap_or(0).min(24)
    };
    let id = widest(&mut scenario.offers.iter().map(|o| o.id.as_str()));
    let donor = widest(&mut scenario.offers.iter().map(|o| o.donor.as_str()));
    let mut text = String::new();
    for (n, need) in scenario.needs.iter().enumerate() {
        let of_need = asked.iter().filter(|r| r.need == n);
        let fitting = of_need.clone().filter(|r| fits(r)).count();
        let kind = need.item.kind.word().replace('_', " ");
        let job = scenario.jobs.get(need.job).map_or("", |j| &j.id);
        let title = console.ink(Ink::Bold, format!("{}: {} x {kind}", need.id, need.count));
        let sum = match (fitting, of_need.count()) {
            (_, 0) => console.ink(Ink::Red, "nobody offers one"),
            (0, all) => console.ink(Ink::Red, format!("none of {all} fits")),
            (some, all) => format!("{some} of {all} fit"),
        };
        let _ = writeln!(text, "{title} for job {job}; {sum}");
        for row in shown.iter().filter(|r| r.need == n) {
            let Some(offer) = scenario.offers.get(row.offer) else { continue };
            let verdict = row.result.verdict;
            let word = console.ink(ink(verdict), format!("{:<13}", verdict.words()));
            let rest = format!("from step {:<4} {}", offer.arrival(), why(row));
            let line = format!("{:<id$}  {:<donor$}  {word} {rest}", offer.id, offer.donor);
            let _ = writeln!(text, "  {}", line.trim_end());
        }
    }
    if scenario.needs.is_empty() {
        text.push_str("No job of this scenario needs equipment.\n");
    }
    if not_shown > 0 {
        let pairs = count(not_shown, "offer that does not fit", "offers that do not fit");
        let _ =
            writeln!(text, "\nNot shown: {pairs} (--all); each check: --need ID or --offer ID.");
    }
    text
}

/// Every check of the rows, with all that is known of it.
fn details(
    scenario: &Scenario,
    rows: &[&MatchRow],
    need: Option<usize>,
    offer: Option<usize>,
    console: Console,
) -> String {
    let mut text = String::new();
    for row in rows {
        let (Some(need), Some(offer)) =
            (scenario.needs.get(row.need), scenario.offers.get(row.offer))
        else {
            continue;
        };
        if !text.is_empty() {
            text.push('\n');
        }
        let result = &row.result;
        let title = format!("need {} <- offer {} ({})", need.id, offer.id, offer.donor);
        let _ = write!(text, "{}: ", console.ink(Ink::Bold, title));
        let _ = write!(text, "{}", console.ink(ink(result.verdict), result.verdict.words()));
        if result.pieces > 1 {
            let _ = write!(text, ", {} pieces a place", result.pieces);
        }
        if let Some(mva) = result.usable_mva {
            let _ = write!(text, ", {} MVA usable", short(mva));
        }
        let _ = writeln!(text, ", there from step {}", offer.arrival());
        let _ = writeln!(
            text,
            "  {:<22} {:<13} {:>10} {:>10} {:>10}",
            "check", "verdict", "value", "limit", "margin"
        );
        for check in &result.checks {
            let number = |v: Option<f64>| v.map_or("-".to_owned(), short);
            let word = console.ink(ink(check.verdict), format!("{:<13}", check.verdict.words()));
            let row = format!(
                "  {:<22} {word} {:>10} {:>10} {:>10} {}",
                check.name,
                number(check.value),
                number(check.limit),
                number(check.margin),
                check.unit
            );
            let _ = writeln!(text, "{}", row.trim_end());
            let words = format!("{} [{}]", check.note, check.source);
            let _ = writeln!(text, "      {}", console.ink(Ink::Dim, words.trim_start()));
        }
    }
    if rows.is_empty() {
        text.push_str(match (need, offer) {
            (Some(_), None) => "Nobody offers equipment of the kind that this need asks for.\n",
            (None, Some(_)) => "No need asks for equipment of the kind of this offer.\n",
            _ => "This offer is not of the kind that this need asks for.\n",
        });
    }
    text
}

fn document_row<'a>(scenario: &'a Scenario, row: &'a MatchRow) -> Row<'a> {
    let (need, offer) = (&scenario.needs[row.need], &scenario.offers[row.offer]);
    let check = |c: &'a Check| CheckRow {
        name: c.name,
        verdict: c.verdict.words(),
        value: c.value,
        limit: c.limit,
        margin: c.margin,
        unit: c.unit,
        source: c.source,
        note: &c.note,
    };
    Row {
        need: &need.id,
        job: &scenario.jobs[need.job].id,
        kind: need.item.kind.word(),
        offer: &offer.id,
        donor: &offer.donor,
        status: offer.status.word(),
        arrival: offer.arrival(),
        verdict: row.result.verdict.words(),
        pieces: row.result.pieces,
        usable_mva: row.result.usable_mva,
        checks: row.result.checks.iter().map(check).collect(),
    }
}
