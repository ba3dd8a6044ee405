//! `schedule.csv`: when each job is done, with which team and which equipment. Both sides of the format.

use std::collections::HashMap;

use relight_restore::plan::{ItemUse, ScheduledJob};
use relight_restore::{Plan, Scenario};

use crate::tables::table;
use crate::view::View;

/// `schedule.csv`: a row for each job of the plan, in order of start.
pub fn schedule_csv(scenario: &Scenario, plan: &Plan) -> Vec<u8> {
    let view = View::new(scenario, plan);
    table(
        &["job", "start", "finish", "skill", "crew", "region", "items", "crews"],
        plan.jobs.iter().map(|j| {
            let items = j
                .items
                .iter()
                .map(|i| format!("{}={}*{}", view.need(i.need), view.offer(i.offer), i.count));
            let teams: Vec<String> = j.teams.iter().map(u32::to_string).collect();
            vec![
                view.job(j.job).to_owned(),
                j.start.to_string(),
                j.finish.to_string(),
                view.job_skill(j.job).to_owned(),
                teams.first().cloned().unwrap_or_default(),
                view.job_region(j.job).unwrap_or_default().to_owned(),
                items.collect::<Vec<_>>().join(";"),
                teams.join(";"),
            ]
        }),
    )
}

/// Something in a schedule that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column `{column}`: `{value}` found, {expected} expected")]
pub struct ScheduleError {
    /// Line of the file, 1-based.
    pub line: u64,
    /// Column name; empty where the whole line is meant.
    pub column: String,
    /// What is written there.
    pub value: String,
    /// What was expected.
    pub expected: String,
}

/// Reads a `schedule.csv`, of this program's or anyone's making, against its scenario.
///
/// Columns `job` and `start` are required; `finish`, `skill`, `crew`, `crews`, `region` and `items` are
/// optional, and what they say must agree with the scenario. Other columns are passed over. Teams are left
/// empty where the file does not name as many as the job needs. Jobs come back in order of start,
/// then of the scenario. Whether the schedule can be carried out is not looked at here.
///
/// # Errors
/// Everything that is wrong with the file, in order of lines.
pub fn read_schedule(
    bytes: &[u8],
    scenario: &Scenario,
) -> Result<Vec<ScheduledJob>, Vec<ScheduleError>> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes[..e.valid_up_to()].split(|b| *b == b'\n').count() as u64;
        let value = format!("{:?}", bytes.get(e.valid_up_to()).copied().unwrap_or_default());
        vec![error(line, "", &value, "UTF-8 text".into())]
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = Columns::of(reader.headers())?;
    let names = Names::of(scenario);
    let mut jobs: Vec<ScheduledJob> = Vec::new();
    let mut errors = Vec::new();
    let mut seen: HashMap<usize, u64> = HashMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                errors.push(error(
                    line,
                    "",
                    &e.to_string(),
                    "a row of comma-separated cells".into(),
                ));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row { line, record: &record, columns: &columns, scenario, names: &names };
        let Some(job) = row.job(&mut errors) else { continue };
        if let Some(first) = seen.insert(job.job, line) {
            let expected = format!("each job once (it is on line {first} already)");
            errors.push(error(line, "job", row.cell("job"), expected));
            continue;
        }
        jobs.push(job);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    jobs.sort_by_key(|j| (j.start, j.job));
    Ok(jobs)
}

fn error(line: u64, column: &str, value: &str, expected: String) -> ScheduleError {
    // A cell can be as long as the file; a message cannot.
    let mut value: String = value.chars().take(81).collect();
    if value.chars().count() > 80 {
        value.pop();
        value.push('…');
    }
    ScheduleError { line, column: column.to_owned(), value, expected }
}

/// Where the columns are.
struct Columns(HashMap<String, usize>);

impl Columns {
    fn of(header: Result<&csv::StringRecord, csv::Error>) -> Result<Self, Vec<ScheduleError>> {
        let header =
            header.map_err(|e| vec![error(1, "", &e.to_string(), "a header row".into())])?;
        let mut columns = HashMap::new();
        let mut errors = Vec::new();
        for (i, name) in header.iter().enumerate() {
            if columns.insert(name.to_owned(), i).is_some() {
                errors.push(error(1, name, name, "each column once".into()));
            }
        }
        for name in ["job", "start"] {
            if !columns.contains_key(name) {
                let found = header.iter().collect::<Vec<_>>().join(",");
                errors.push(error(
                    1,
                    name,
                    &found,
                    "a header row with the columns job and start".into(),
                ));
            }
        }
        if errors.is_empty() { Ok(Columns(columns)) } else { Err(errors) }
    }
}

/// The names of a scenario, to be looked up.
struct Names<'a> {
    jobs: HashMap<&'a str, usize>,
    needs: HashMap<&'a str, usize>,
    offers: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    fn of(scenario: &'a Scenario) -> Self {
        Names {
            jobs: scenario.jobs.iter().enumerate().map(|(i, j)| (j.id.as_str(), i)).collect(),
            needs: scenario.needs.iter().enumerate().map(|(i, n)| (n.id.as_str(), i)).collect(),
            offers: scenario.offers.iter().enumerate().map(|(i, o)| (o.id.as_str(), i)).collect(),
        }
    }
}

/// A row with what is needed to read it.
struct Row<'a> {
    line: u64,
    record: &'a csv::StringRecord,
    columns: &'a Columns,
    scenario: &'a Scenario,
    names: &'a Names<'a>,
}

impl Row<'_> {
    /// The text of a cell; empty where the column or the cell is missing.
    fn cell(&self, column: &str) -> &str {
        self.columns.0.get(column).and_then(|&i| self.record.get(i)).unwrap_or("")
    }

    fn refuse(&self, errors: &mut Vec<ScheduleError>, column: &str, value: &str, expected: String) {
        errors.push(error(self.line, column, value, expected));
    }

    fn job(&self, errors: &mut Vec<ScheduleError>) -> Option<ScheduledJob> {
        let before = errors.len();
        let id = self.cell("job");
        let Some(&index) = self.names.jobs.get(id) else {
            self.refuse(errors, "job", id, "the name of a job of the scenario".into());
            return None;
        };
        let job = self.scenario.jobs.get(index)?;
        let last = self.scenario.horizon_steps.saturating_sub(1);
        let start = self.cell("start").parse::<u32>().ok().filter(|s| *s <= last);
        if start.is_none() {
            let expected = format!("a step from 0 to {last}");
            self.refuse(errors, "start", self.cell("start"), expected);
        }
        let finish = start.map(|s| s.saturating_add(job.steps));
        let written = self.cell("finish");
        if let Some(finish) = finish
            && !written.is_empty()
            && written.parse() != Ok(finish)
        {
            let expected = format!("{finish} (the start and {} steps of work)", job.steps);
            self.refuse(errors, "finish", written, expected);
        }
        let skill = self.scenario.skills.get(job.skill).map_or("", String::as_str);
        self.agree(errors, "skill", skill);
        let region = self.scenario.job_region(index).and_then(|r| self.scenario.regions.get(r));
        self.agree(errors, "region", region.map_or("", String::as_str));
        let teams = self.teams(job.skill, job.crews, errors);
        let items = self.items(index, errors);
        if errors.len() > before {
            return None;
        }
        Some(ScheduledJob { job: index, start: start?, finish: finish?, teams, items })
    }

    /// A cell that repeats what the scenario says.
    fn agree(&self, errors: &mut Vec<ScheduleError>, column: &str, is: &str) {
        let written = self.cell(column);
        if !written.is_empty() && written != is {
            let expected = if is.is_empty() { "an empty cell".into() } else { format!("`{is}`") };
            self.refuse(errors, column, written, format!("{expected}, as in the scenario,"));
        }
    }

    fn teams(&self, skill: usize, crews: u32, errors: &mut Vec<ScheduleError>) -> Vec<u32> {
        let column = if self.cell("crews").is_empty() { "crew" } else { "crews" };
        let written = self.cell(column);
        if written.is_empty() {
            return Vec::new();
        }
        let pools = self.scenario.crews.iter().filter(|c| c.skill == skill);
        let most = pools.fold(0_u32, |sum, c| sum.saturating_add(c.teams));
        let mut teams = Vec::new();
        for part in written.split(';') {
            match part.trim().parse::<u32>().ok().filter(|t| (1..=most).contains(t)) {
                Some(team) if !teams.contains(&team) => teams.push(team),
                Some(_) => self.refuse(errors, column, part, "each team once".into()),
                None => {
                    let expected = format!("the number of a team of the skill, from 1 to {most},");
                    self.refuse(errors, column, part, expected);
                }
            }
        }
        if teams.len() == crews as usize {
            teams
        } else if column == "crews" {
            self.refuse(errors, column, written, format!("{crews} teams"));
            Vec::new()
        } else {
            // `crew` names the first team alone; the others are not told.
            Vec::new()
        }
    }

    fn items(&self, job: usize, errors: &mut Vec<ScheduleError>) -> Vec<ItemUse> {
        let mut items = Vec::new();
        for part in self.cell("items").split(';').map(str::trim).filter(|p| !p.is_empty()) {
            match self.item(job, part) {
                Ok(item) => items.push(item),
                Err(expected) => self.refuse(errors, "items", part, expected),
            }
        }
        items
    }

    /// Reads `need=offer*count`; `*count` may be left out for one piece.
    fn item(&self, job: usize, part: &str) -> Result<ItemUse, String> {
        let (need, rest) = part.split_once('=').ok_or("`need=offer*count`")?;
        let &need = self
            .names
            .needs
            .get(need.trim())
            .filter(|&&n| self.scenario.needs.get(n).is_some_and(|n| n.job == job))
            .ok_or("a need of this job")?;
        let whole = self.names.offers.get(rest.trim());
        let (offer, count) = match (whole, rest.rsplit_once('*')) {
            (Some(_), _) | (None, None) => (rest, "1"),
            (None, Some((offer, count))) => (offer, count),
        };
        let &offer = self.names.offers.get(offer.trim()).ok_or("the name of an offer")?;
        let count = count.trim().parse().ok().filter(|c| *c > 0).ok_or("a count from 1 up")?;
        Ok(ItemUse { need, offer, count })
    }
}
