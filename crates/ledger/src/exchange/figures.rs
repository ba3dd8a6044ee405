//! The public table: a row for each pledge and measure, and for each stage how much of it counts.
//!
//! A cell holds what the total of its column counts of that pledge, so that the columns add up to the totals. What is not
//! known is empty, and never 0.

use std::collections::{BTreeMap, BTreeSet};

use super::NotExported;
use super::sheet::{csv_text, guarded_line};
use super::tables::Column;
use super::workbook::Page;
use crate::count::{Book, Figure, Measure, Rule, total};
use crate::date::Day;
use crate::id::Id;
use crate::model::{Pledge, Stage};

/// The table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its lines, a cell for each column.
    pub lines: Vec<Vec<String>>,
    /// Pledges that have no line, and why.
    pub not_exported: Vec<NotExported>,
}

/// Every measure that pledges, claims and steps of a ledger speak in.
pub fn measures(book: &Book) -> BTreeSet<Measure> {
    let of = |quantity: &crate::model::Quantity, money: &crate::model::Money| {
        let count = quantity.range.is_known().then(|| Measure::Count(quantity.unit.clone()));
        let sum = money.currency.map(Measure::Money);
        [count, sum].into_iter().flatten().collect::<Vec<_>>()
    };
    let claims = book.claims().filter(|(_, claim)| claim.pledge.is_some());
    let claims = claims.flat_map(|(_, claim)| of(&claim.quantity, &claim.money));
    let nothing = crate::model::Money::default();
    let pledges = book.pledges().flat_map(|(id, pledge)| {
        let lots = pledge.lots.iter().flat_map(|lot| of(&lot.quantity, &nothing));
        let own = of(&crate::model::Quantity::default(), &pledge.money);
        let steps = book.steps_of(id).flat_map(|step| {
            let lots = step.lots.iter().flat_map(|lot| of(&lot.quantity, &nothing));
            lots.chain(of(&crate::model::Quantity::default(), &step.money)).collect::<Vec<_>>()
        });
        lots.chain(own).chain(steps).collect::<Vec<_>>()
    });
    claims.chain(pledges).collect()
}

/// Makes the table, as of a day.
pub fn figures(book: &Book, as_of: Day) -> Figures {
    let mut lines = Vec::new();
    let mut told: BTreeSet<Id<Pledge>> = BTreeSet::new();
    let mut why: BTreeMap<Id<Pledge>, String> = BTreeMap::new();
    let pledges: BTreeMap<Id<Pledge>, &Pledge> = book.pledges().collect();
    for measure in measures(book) {
        let mut rows: BTreeMap<Id<Pledge>, BTreeMap<Stage, Figure>> = BTreeMap::new();
        for stage in Stage::ALL {
            let total = total(book, &Rule::all(measure.clone(), stage, as_of));
            for counted in total.counted {
                rows.entry(counted.pledge).or_default().insert(stage, counted.figure);
            }
            for left in total.left_out {
                if pledges.contains_key(&left.record.of()) {
                    why.insert(left.record.of(), left.why.to_string());
                }
            }
        }
        for (id, stages) in rows {
            let Some(pledge) = pledges.get(&id) else { continue };
            told.insert(id);
            lines.push(line(id, pledge, &measure, &stages, as_of));
        }
    }
    lines.sort();
    let not_exported = pledges
        .keys()
        .filter(|id| !told.contains(id))
        .map(|id| NotExported {
            record: id.any(),
            why: why
                .remove(id)
                .unwrap_or_else(|| "no number was said of it by that day".to_owned()),
        })
        .collect();
    Figures { columns: columns(), lines, not_exported }
}

fn line(
    id: Id<Pledge>,
    pledge: &Pledge,
    measure: &Measure,
    stages: &BTreeMap<Stage, Figure>,
    as_of: Day,
) -> Vec<String> {
    let yes = |is: fn(&Figure) -> bool| if stages.values().any(is) { "yes" } else { "" };
    let category = pledge.lots.first().map_or("", |lot| lot.item.category.word());
    let (unit, currency) = match measure {
        Measure::Count(unit) => (unit.word().to_owned(), String::new()),
        Measure::Money(currency) => (String::new(), currency.to_string()),
    };
    let mut line = vec![
        pledge.donor.words.clone(),
        pledge.recipient.words.clone(),
        category.to_owned(),
        pledge.title.clone(),
        pledge.scope.clone(),
        unit,
        currency,
    ];
    for stage in Stage::ALL {
        let range = stages.get(&stage).map(|figure| figure.range).unwrap_or_default();
        for end in [range.min, range.max] {
            line.push(end.map(|e| e.to_string()).unwrap_or_default());
        }
    }
    line.extend([
        yes(|f| f.hedged).to_owned(),
        yes(|f| f.disputed).to_owned(),
        as_of.to_string(),
        id.to_string(),
    ]);
    line
}

/// The columns of each stage: the lower end, the upper end, and what they mean.
const ENDS: [(&str, &str, &str); 7] = [
    ("announced_min", "announced_max", "spoken of"),
    ("pledged_min", "pledged_max", "promised"),
    ("committed_min", "committed_max", "bought, allocated, being prepared"),
    ("sent_min", "sent_max", "sent; of money: paid out"),
    ("received_min", "received_max", "received"),
    ("installed_min", "installed_max", "standing where it works"),
    ("energised_min", "energised_max", "switched on"),
];

fn columns() -> Vec<Column> {
    let one = |name: &'static str, tag: &str, meaning: &'static str| Column {
        name,
        tag: tag.to_owned(),
        meaning,
        required: false,
        withheld: false,
    };
    let mut list = vec![
        one("donor", "#org+donor", "who gives"),
        one("recipient", "#org+recipient", "who receives"),
        one("item", "#item+category", "what sort of things"),
        one("title", "#activity+name", "the pledge"),
        one("scope", "#indicator+scope", "what it covers"),
        one("unit", "#indicator+unit", "what is counted"),
        one("currency", "#currency+code", "or the currency of the sums"),
    ];
    for (stage, (min, max, meaning)) in Stage::ALL.into_iter().zip(ENDS) {
        list.push(one(min, &format!("#indicator+num+{}+min", stage.word()), meaning));
        list.push(one(max, &format!("#indicator+num+{}+max", stage.word()), meaning));
    }
    list.extend([
        one("hedged", "#status+hedged", "yes: a number was said with about, almost, over"),
        one("disputed", "#status+disputed", "yes: somebody contradicts, and nobody has ruled"),
        one("as_of", "#date+asof", "as of this day"),
        one("pledge", "#meta+id", "the id of the pledge"),
    ]);
    list
}

impl Figures {
    fn head(&self) -> [Vec<String>; 2] {
        let names = self.columns.iter().map(|c| c.name.to_owned()).collect();
        [names, self.columns.iter().map(|c| c.tag.clone()).collect()]
    }

    /// CSV with names, HXL tags, and guarded cells.
    pub fn csv(&self) -> String {
        let lines = self.lines.iter().map(|line| guarded_line(line));
        csv_text(&self.head().into_iter().chain(lines).collect::<Vec<_>>())
    }

    /// A sheet of a workbook.
    pub fn page(&self) -> Page {
        Page { name: "figures".to_owned(), head: self.head().to_vec(), lines: self.lines.clone() }
    }
}
