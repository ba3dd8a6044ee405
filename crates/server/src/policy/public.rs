//! What everybody may see: plain types that are made here and nowhere else. Pages, feeds, downloads and the public part
//! of the API print them; none of them holds a record.
//!
//! Figures are per country, as of a day that lies some days back. A small figure reads "fewer than", since one transformer of
//! one kind can be told from all others; kinds of which no figure is larger are added up as "other". What arrived or was installed is rounded down, so that two pages of two days
//! do not tell a single piece. What is needed is told by kind, without numbers.

use std::collections::{BTreeMap, BTreeSet};

use relight_ledger::count::{Book, Dispute, Measure, Rule, total};
use relight_ledger::date::{Day, When};
use relight_ledger::decimal::Decimal;
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::interval::Interval;
use relight_ledger::model::{
    Category, Claim, ClaimKind, Currency, Kind, Named, Need, Operation, Package, Party, PartyKind,
    Publication, Qualifier, Source, Stage, Statement, Status, Step, Unit,
};

use crate::config;

/// The columns of the public table, in order.
pub const STAGES: [Stage; 5] =
    [Stage::Pledged, Stage::Committed, Stage::Sent, Stage::Received, Stage::Installed];

/// All that everybody may see of an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// ISO 3166-1 codes of the countries that receive.
    pub countries: Vec<String>,
    /// As of which day.
    pub as_of: Day,
    /// Things, a sort a row.
    pub things: Vec<Row>,
    /// Money, a currency a row.
    pub money: Vec<Row>,
    /// What was said, the latest first.
    pub bulletins: Vec<Bulletin>,
    /// What is most needed, by kind, the most first.
    pub needed: Vec<Category>,
    /// Pieces below which a figure is not shown by itself.
    pub smallest: u32,
    /// How many published pledges are behind the figures.
    pub pledges: usize,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What is counted.
    pub what: What,
    /// A figure a stage, as [`STAGES`] has them.
    pub cells: [Cell; 5],
}

/// What a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Pieces of a sort.
    Things(Category),
    /// Pieces of sorts that are too few to be shown apart.
    Others,
    /// A currency.
    Money(Currency),
}

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// Nothing is known of it.
    Nothing,
    /// There is something, and it is less than the smallest number that is shown.
    Fewer,
    /// It was said that there is something, and not how much.
    Some,
    /// So much.
    Known {
        /// At least so much.
        at_least: Decimal,
        /// At most so much, where that is known.
        up_to: Option<Decimal>,
        /// Whether a figure in it is disputed, and nobody has decided.
        disputed: bool,
    },
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Bulletin {
    /// As of when.
    pub date: When,
    /// Who gives.
    pub donors: Vec<Who>,
    /// Who receives.
    pub recipients: Vec<Who>,
    /// What.
    pub category: Category,
    /// How much, in pieces.
    pub pieces: Option<(Interval, Qualifier)>,
    /// How much money.
    pub money: Option<(Interval, Qualifier, Currency)>,
    /// How far it has come.
    pub status: Status,
    /// What kind of assertion it is.
    pub kind: ClaimKind,
    /// What became of a contradiction.
    pub doubt: Option<Doubt>,
    /// Who said it.
    pub speaker: String,
    /// Through whom it came, the nearest first.
    pub chain: Vec<String>,
    /// Who published it.
    pub outlet: String,
    /// Where it can be read; empty where there is no web address.
    pub url: String,
    /// The language of the source, as BCP 47; empty where not known.
    pub language: String,
    /// A name that stays the same, for feeds; it tells nothing.
    pub key: Id,
}

/// What became of a contradiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Somebody says otherwise, and nobody has decided.
    Open,
    /// Two people decided that another figure holds.
    Lost,
    /// Two people decided that this figure holds.
    Won,
}

/// Somebody by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// As it was written.
    pub words: String,
    /// The ISO 3166-1 code, where a country as such is meant.
    pub country: Option<String>,
}

/// The records that a snapshot is made of.
pub trait Records {
    /// Every record of a kind that stands.
    fn of_kind(&self, kind: Kind) -> Box<dyn Iterator<Item = &Record> + '_>;

    /// The record of that id.
    fn get(&self, id: Id) -> Option<&Record>;
}

/// What was published, with the statements and sources of what was; a publication counts after the delay.
pub fn published(records: &dyn Records, until_milliseconds: i64) -> BTreeSet<Id> {
    let mut ids = BTreeSet::new();
    for record in records.of_kind(Kind::Publication) {
        if !record.stands() || record.changed.milliseconds() > until_milliseconds {
            continue;
        }
        // What was released to one partner is not for everybody.
        let open = record.get::<Publication>().filter(|publication| publication.to.is_none());
        for id in open.into_iter().flat_map(|p| &p.records) {
            ids.insert(*id);
            let claim = records.get(*id).and_then(Record::get::<Claim>);
            let Some(claim) = claim else { continue };
            ids.insert(claim.statement.any());
            let statement = records.get(claim.statement.any()).and_then(Record::get::<Statement>);
            ids.extend(statement.map(|s| s.source.any()));
        }
    }
    ids
}

/// What two people have agreed to release to single partners, sites and all: record and partner.
pub fn released(records: &dyn Records) -> BTreeSet<(Id, Id<Party>)> {
    let standing = records.of_kind(Kind::Publication).filter(|record| record.stands());
    let publications = standing.filter_map(Record::get::<Publication>);
    publications
        .filter_map(|publication| Some((publication, publication.to?)))
        .flat_map(|(publication, to)| publication.records.iter().map(move |id| (*id, to)))
        .collect()
}

/// Makes the snapshot of an operation.
pub fn snapshot(
    records: &dyn Records,
    operation: Id<Operation>,
    published: &BTreeSet<Id>,
    as_of: Day,
    settings: &config::Public,
) -> Option<Snapshot> {
    let face = records.get(operation.any()).filter(|r| r.stands())?.get::<Operation>()?;
    let mine = |record: &&Record| record.stands() && record.operation == Some(operation);
    let shown = |record: &&Record| published.contains(&record.id);
    let mut chosen: Vec<&Record> = Vec::new();
    for kind in [Kind::Claim, Kind::Pledge] {
        chosen.extend(records.of_kind(kind).filter(mine).filter(shown));
    }
    for kind in [Kind::Link, Kind::Ruling] {
        chosen.extend(records.of_kind(kind).filter(mine));
    }
    // Steps are not published one by one: the pledge that they belong to is.
    let of_published = |record: &&Record| {
        let pledge = record.get::<Step>().and_then(|step| step.pledge);
        pledge.is_some_and(|pledge| published.contains(&pledge.any()))
    };
    chosen.extend(records.of_kind(Kind::Step).filter(mine).filter(of_published));
    let book = Book::new(chosen.iter().copied());
    let smallest = settings.smallest_cell;
    let mut bulletins: Vec<Bulletin> = book
        .claims()
        .filter(|(_, claim)| speaks_to_all(claim, as_of))
        .map(|(id, claim)| bulletin(records, &book, id, claim))
        .collect();
    bulletins.sort_by_key(|b| std::cmp::Reverse((b.date.last, b.key)));
    Some(Snapshot {
        name: face.name.clone(),
        countries: face.countries.clone(),
        as_of,
        things: things(&book, as_of, smallest),
        money: money(&book, as_of),
        bulletins,
        needed: needed(records, operation, smallest),
        smallest,
        pledges: book.pledges().count(),
    })
}

/// Needs, and the state of what stands at a site, are for those who must know.
fn speaks_to_all(claim: &Claim, as_of: Day) -> bool {
    let site = matches!(claim.status.stage(), Some(Stage::Installed | Stage::Energised));
    let need = matches!(claim.kind, ClaimKind::Need | ClaimKind::Trade);
    !site && !need && claim.as_of.surely_by(as_of)
}

fn things(book: &Book, as_of: Day, smallest: u32) -> Vec<Row> {
    let categories: BTreeSet<Category> = book
        .pledges()
        .flat_map(|(_, pledge)| pledge.lots.iter().map(|lot| lot.item.category))
        .filter(|c| !matches!(c, Category::Money | Category::Fund | Category::Guarantee))
        .collect();
    let measure = Measure::Count(Unit::Piece);
    let mut rows = Vec::new();
    let mut small: Option<[Cell; 5]> = None;
    for category in categories {
        let cells = cells(book, &measure, Some(category), as_of);
        if cells.iter().all(|cell| matches!(cell, Cell::Nothing)) {
            continue;
        }
        let limit = Decimal::from(i64::from(smallest));
        // A kind of which some figure is large enough is named; its small figures are hidden one by one below. No sum over
        // rows is told anywhere from which they could be had.
        let is_told = cells.iter().any(|cell| matches!(cell, Cell::Known { .. }));
        let is_small = is_told && most(&cells) < limit;
        if is_small {
            small = Some(small.map_or(cells, |so_far| add(&so_far, &cells)));
        } else {
            rows.push(Row { what: What::Things(category), cells });
        }
    }
    rows.sort_by(|a, b| most(&b.cells).cmp(&most(&a.cells)).then(a.what.cmp(&b.what)));
    rows.extend(small.map(|cells| Row { what: What::Others, cells }));
    for row in &mut rows {
        for (cell, stage) in row.cells.iter_mut().zip(STAGES) {
            *cell = coarse(*cell, stage, smallest);
        }
    }
    rows
}

fn money(book: &Book, as_of: Day) -> Vec<Row> {
    let currencies: BTreeSet<Currency> = book
        .claims()
        .filter_map(|(_, claim)| claim.money.currency)
        .chain(book.pledges().filter_map(|(_, pledge)| pledge.money.currency))
        .collect();
    let mut rows: Vec<Row> = currencies
        .into_iter()
        .map(|currency| Row {
            what: What::Money(currency),
            cells: cells(book, &Measure::Money(currency), None, as_of),
        })
        .filter(|row| row.cells.iter().any(|cell| matches!(cell, Cell::Known { .. })))
        .collect();
    // Sums that are small everywhere are no worse to show: they stand where no site is.
    rows.sort_by(|a, b| most(&b.cells).cmp(&most(&a.cells)).then(a.what.cmp(&b.what)));
    for row in &mut rows {
        // Money is not received and installed at a place; only its way to the recipient is told.
        row.cells[4] = Cell::Nothing;
    }
    rows
}

fn cells(book: &Book, measure: &Measure, category: Option<Category>, as_of: Day) -> [Cell; 5] {
    STAGES.map(|stage| {
        let rule = Rule { category, ..Rule::all(measure.clone(), stage, as_of) };
        let found = total(book, &rule);
        if !found.counted.is_empty() {
            let up_to = found.up_to.filter(|_| found.without_number.is_empty());
            Cell::Known { at_least: found.at_least, up_to, disputed: found.disputed() > 0 }
        } else if found.without_number.is_empty() {
            Cell::Nothing
        } else {
            Cell::Some
        }
    })
}

fn most(cells: &[Cell; 5]) -> Decimal {
    let known = cells.iter().filter_map(|cell| match cell {
        Cell::Known { at_least, .. } => Some(*at_least),
        _ => None,
    });
    known.max().unwrap_or(Decimal::ZERO)
}

fn add(one: &[Cell; 5], other: &[Cell; 5]) -> [Cell; 5] {
    let mut sum = *one;
    for (cell, other) in sum.iter_mut().zip(other) {
        *cell = match (*cell, *other) {
            (Cell::Nothing, cell) | (cell, Cell::Nothing) => cell,
            (
                Cell::Known { at_least, up_to, disputed },
                Cell::Known { at_least: more, up_to: most, disputed: doubt },
            ) => Cell::Known {
                at_least: at_least.plus(more).unwrap_or(at_least),
                up_to: up_to.zip(most).and_then(|(a, b)| a.plus(b)),
                disputed: disputed || doubt,
            },
            // Something without a number comes on top of the number: there is no upper end.
            (Cell::Known { at_least, disputed, .. }, _)
            | (_, Cell::Known { at_least, disputed, .. }) => {
                Cell::Known { at_least, up_to: None, disputed }
            }
            (cell, _) => cell,
        };
    }
    sum
}

/// Small figures become "fewer than"; what has arrived is rounded down to a multiple of the smallest number.
fn coarse(cell: Cell, stage: Stage, smallest: u32) -> Cell {
    let Cell::Known { at_least, up_to, disputed } = cell else { return cell };
    let limit = Decimal::from(i64::from(smallest));
    if at_least < limit {
        return Cell::Fewer;
    }
    if stage < Stage::Received || smallest <= 1 {
        return cell;
    }
    let step = i64::from(smallest);
    let whole = at_least.whole().unwrap_or_else(|| at_least.to_f64() as i64);
    let down = Decimal::from(whole / step * step);
    let exact = up_to == Some(at_least) && down == at_least;
    Cell::Known { at_least: down, up_to: up_to.filter(|_| exact), disputed }
}

/// The kinds that are lacking, where so many pieces or at least three needs stand behind each that none can be told.
fn needed(records: &dyn Records, operation: Id<Operation>, smallest: u32) -> Vec<Category> {
    let mut kinds: BTreeMap<Category, (Decimal, usize)> = BTreeMap::new();
    let mine = |record: &&Record| record.stands() && record.operation == Some(operation);
    let mut count = |category: Category, pieces: Option<Decimal>| {
        let (sum, times) = kinds.entry(category).or_default();
        *sum = sum.plus(pieces.unwrap_or(Decimal::ZERO)).unwrap_or(*sum);
        *times += 1;
    };
    for record in records.of_kind(Kind::Need).filter(mine) {
        let Some(need) = record.get::<Need>() else { continue };
        count(need.item.category, need.quantity.range.min.or(need.quantity.range.max));
    }
    for record in records.of_kind(Kind::Package).filter(mine) {
        for line in record.get::<Package>().into_iter().flat_map(|p| &p.lines) {
            count(line.item.category, line.quantity.range.min.or(line.quantity.range.max));
        }
    }
    let limit = Decimal::from(i64::from(smallest));
    let mut list: Vec<(Category, Decimal, usize)> = kinds
        .into_iter()
        .filter(|(category, (sum, times))| {
            !matches!(category, Category::Other) && (*sum >= limit || *times >= 3)
        })
        .map(|(category, (sum, times))| (category, sum, times))
        .collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0)));
    list.into_iter().map(|(category, ..)| category).collect()
}

fn bulletin(records: &dyn Records, book: &Book, id: Id<Claim>, claim: &Claim) -> Bulletin {
    let statement = records.get(claim.statement.any()).and_then(Record::get::<Statement>);
    let source =
        statement.and_then(|s| records.get(s.source.any())).and_then(Record::get::<Source>);
    let who = |named: &Named| who(records, named);
    let known = claim.quantity.range.is_known() && claim.quantity.unit == Unit::Piece;
    let money = claim.money.currency.filter(|_| claim.money.range.is_known());
    let doubt = book.disputes(id.any()).into_iter().map(|dispute| match dispute {
        Dispute::Open { .. } => Doubt::Open,
        Dispute::Lost { .. } => Doubt::Lost,
        Dispute::Won { .. } => Doubt::Won,
    });
    let url = source.map_or("", |s| s.url.as_str());
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    Bulletin {
        date: claim.as_of.clone(),
        donors: claim.donors.iter().map(who).collect(),
        recipients: claim.recipients.iter().map(who).collect(),
        category: claim.item.category,
        pieces: known.then_some((claim.quantity.range, claim.quantity.qualifier)),
        money: money.map(|c| (claim.money.range, claim.money.qualifier, c)),
        status: claim.status,
        kind: claim.kind,
        // What is open weighs more than what was decided.
        doubt: doubt.min_by_key(|doubt| *doubt as u8),
        speaker: statement.map_or(String::new(), |s| s.speaker.words.clone()),
        chain: statement.map_or(Vec::new(), |s| s.chain.clone()),
        outlet: source.map_or(String::new(), |s| s.outlet.clone()),
        url: if is_web { url.to_owned() } else { String::new() },
        language: source.map_or(String::new(), |s| s.language.clone()),
        key: Id::derive(&["bulletin", &id.to_string()]),
    }
}

fn who(records: &dyn Records, named: &Named) -> Who {
    let party = named.party.and_then(|id| records.get(id.any())).and_then(Record::get::<Party>);
    let as_such = |p: &&Party| p.kind == PartyKind::Government && p.part_of.is_none();
    let country = party.filter(as_such).and_then(|p| p.country.clone());
    let is_code = |c: &String| c.len() == 2 && c.bytes().all(|b| b.is_ascii_uppercase());
    Who { words: named.words.clone(), country: country.filter(is_code) }
}
