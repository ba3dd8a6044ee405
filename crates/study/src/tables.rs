//! Damage, jobs and needs as the tables of a scenario folder.

use relight_catalogue::{Nameplate, Value};
use relight_restore::Scenario;
use relight_restore::scenario::Element;

/// A table of texts as CSV: a header, then rows, quoted where they must be.
#[derive(Debug)]
pub struct Sheet {
    writer: csv::Writer<Vec<u8>>,
}

impl Sheet {
    /// An empty table with these columns.
    pub fn new<'t>(columns: impl IntoIterator<Item = &'t str>) -> Self {
        let mut sheet = Sheet { writer: csv::Writer::from_writer(Vec::new()) };
        sheet.row(columns);
        sheet
    }

    /// Adds a row.
    pub fn row<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) {
        // A vector takes whatever is written to it, and all rows of a table are as long as its header.
        let _ = self.writer.write_record(cells);
    }

    /// The bytes of the file.
    pub fn bytes(self) -> Vec<u8> {
        self.writer.into_inner().unwrap_or_default()
    }
}

/// A number as it stands in a table: no digits that say nothing.
pub fn number(x: f64) -> String {
    format!("{x}")
}

/// The columns of a nameplate in `needs.csv` and `offers.csv`.
pub fn nameplate_columns() -> impl Iterator<Item = &'static str> {
    Nameplate::COLUMNS.iter().map(|column| column.name)
}

/// The cells of a nameplate, in the order of [`nameplate_columns`].
pub fn nameplate(plate: &Nameplate) -> impl Iterator<Item = String> {
    nameplate_columns().map(|column| match plate.value(column) {
        None => String::new(),
        Some(Value::Number(x)) => number(x),
        Some(Value::Phases(phases)) => phases.to_string(),
        Some(Value::Name(name)) => name.to_owned(),
    })
}

/// `damage.csv`, `jobs.csv` and `needs.csv` of a scenario.
pub fn work(scenario: &Scenario) -> Vec<(&'static str, Vec<u8>)> {
    let network = &scenario.network;
    let mut damage = Sheet::new(["damage", "element", "id", "site", "state", "note"]);
    for d in &scenario.damages {
        let (element, id) = match d.element {
            Element::Bus(b) => ("bus", network.buses[b].id),
            Element::Branch(l) => ("branch", l as u64 + 1),
            Element::Generator(g) => ("generator", g as u64 + 1),
        };
        let site = d.site.map_or("", |s| &scenario.sites[s].id);
        damage.row([&d.id, element, &id.to_string(), site, &d.state, &d.note]);
    }
    let mut jobs = Sheet::new(["job", "damage", "skill", "crews", "steps", "ready", "after"]);
    for j in &scenario.jobs {
        let after: Vec<&str> = j.after.iter().map(|&p| scenario.jobs[p].id.as_str()).collect();
        jobs.row([
            j.id.as_str(),
            &scenario.damages[j.damage].id,
            &scenario.skills[j.skill],
            &j.crews.to_string(),
            &j.steps.to_string(),
            &j.ready.to_string(),
            &after.join(";"),
        ]);
    }
    let mut needs =
        Sheet::new(["need", "job", "kind", "count"].into_iter().chain(nameplate_columns()));
    for n in &scenario.needs {
        let first = [
            n.id.clone(),
            scenario.jobs[n.job].id.clone(),
            n.item.kind.word().to_owned(),
            n.count.to_string(),
        ];
        needs.row(first.into_iter().chain(nameplate(&n.item.nameplate)));
    }
    vec![("damage.csv", damage.bytes()), ("jobs.csv", jobs.bytes()), ("needs.csv", needs.bytes())]
}
