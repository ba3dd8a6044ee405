//! The way between the ledger and a plan: pledges and stock as offers, and an accepted plan back as assignments.
//!
//! An [`Offer`] is pieces of one lot that have come equally far. Only what can be placed is on offer: a kind that a plan
//! knows, with a nameplate, a sure number of pieces, a day of arrival, and not yet assigned or installed. Everything else is
//! named with the reason ([`NotOffered`]). [`assign()`] gives single pieces to jobs; the id of an assignment is made of lot and
//! piece, so that a piece cannot be given twice.

mod assign;
mod table;

pub use assign::{Assigned, Short, Wanted, assign};
pub use table::{COLUMNS, csv};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use relight_catalogue::{Kind as Equipment, Nameplate};

use crate::count::{Book, Figure, Measure, Why, figure, inside};
use crate::date::{Day, When};
use crate::fold::{Record, State};
use crate::id::Id;
use crate::model::{Assignment, Content, Kind, Lot, Pledge, PledgedLot, Stage, Unit};

/// What offers and assignments are made of.
pub const KINDS: [Kind; 7] = [
    Kind::Pledge,
    Kind::Stock,
    Kind::Step,
    Kind::Claim,
    Kind::Link,
    Kind::Ruling,
    Kind::Assignment,
];

/// The calendar of the scenario that the offers are for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calendar {
    /// The day of step 0.
    pub start: Day,
    /// Hours of a step, above 0.
    pub step_hours: f64,
    /// The step at which things arrive whose day of arrival is not known; `None`: they are not offered.
    pub undated: Option<u32>,
}

impl Calendar {
    /// The first step at which something can be used that arrives in the course of a day; 0 for what came before.
    pub fn arrival(&self, day: Day) -> u32 {
        let hours = 24.0 * (day.days_since(self.start) + 1) as f64;
        let step = (hours / self.step_hours).ceil();
        // A cast of a float keeps within the range of the integer.
        step.max(0.0) as u32
    }
}

/// The name of an offer: the lot that it is of, and how far it has come. In text `01ARZ3NDEKTSV4RRFFQ69G5FAV-0-pledged`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfferId {
    /// The pledge or stock.
    pub of: Id,
    /// Which of its lots, from 0.
    pub lot: u32,
    /// How far it has come.
    pub stage: Stage,
}

/// The words of the file contract for how far an offer has come.
const STATUS: [(Stage, &str); 5] = [
    (Stage::Announced, "offered"),
    (Stage::Pledged, "pledged"),
    (Stage::Committed, "committed"),
    (Stage::Sent, "shipped"),
    (Stage::Received, "received"),
];

impl OfferId {
    /// The word of the file contract for how far it has come.
    pub fn status(&self) -> &'static str {
        STATUS.iter().find(|(stage, _)| *stage == self.stage).map_or("received", |(_, word)| word)
    }
}

impl fmt::Display for OfferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.of, self.lot, self.status())
    }
}

/// Text that names no offer of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no offer of a ledger; expected such as 01ARZ3NDEKTSV4RRFFQ69G5FAV-0-pledged")]
pub struct NotAnOffer(String);

impl FromStr for OfferId {
    type Err = NotAnOffer;

    fn from_str(text: &str) -> Result<OfferId, NotAnOffer> {
        let parts = || {
            let mut parts = text.splitn(3, '-');
            let of = parts.next()?.parse().ok()?;
            let lot = parts.next()?.parse().ok()?;
            let word = parts.next()?;
            let stage = STATUS.iter().find(|(_, w)| *w == word).map(|(stage, _)| *stage)?;
            Some(OfferId { of, lot, stage })
        };
        parts().ok_or_else(|| NotAnOffer(text.chars().take(64).collect()))
    }
}

/// Pieces that a plan can place.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Its name.
    pub id: OfferId,
    /// Who gives.
    pub donor: String,
    /// What it is.
    pub kind: Equipment,
    /// How many pieces, at least 1.
    pub count: u32,
    /// What is known of each.
    pub nameplate: Nameplate,
    /// Where it stands, in words. Need-to-know.
    pub origin: String,
    /// The step from which on it can be used.
    pub arrival: u32,
}

/// Why pieces of a lot are not on offer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotOffered {
    /// No plan can place such things.
    NoKind(&'static str),
    /// Nothing is written of voltages or ratings.
    NoNameplate,
    /// They are not counted in pieces.
    NotPieces(String),
    /// No number is sure.
    NoNumber,
    /// The pledge is in another that counts.
    Inside(Why),
    /// When they arrive is not known.
    NoArrival,
    /// All of them are assigned or stand where they work.
    AllUsed,
}

impl fmt::Display for NotOffered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotOffered::NoKind(word) => write!(f, "no plan can place a {word}"),
            NotOffered::NoNameplate => write!(f, "its nameplate is not known"),
            NotOffered::NotPieces(unit) => write!(f, "it is counted by {unit}, not in pieces"),
            NotOffered::NoNumber => write!(f, "no number of pieces is sure"),
            NotOffered::Inside(why) => write!(f, "{why}"),
            NotOffered::NoArrival => write!(f, "when it arrives is not known"),
            NotOffered::AllUsed => write!(f, "every piece is assigned or stands where it works"),
        }
    }
}

/// What a ledger has to offer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Offers {
    /// By name.
    pub offers: Vec<Offer>,
    /// Lots that are not on offer, and why.
    pub left_out: Vec<(Id, u32, NotOffered)>,
}

/// The assignments of each lot, by piece.
pub type Taken = BTreeMap<(Id, u32), BTreeMap<u32, Record>>;

/// The assignments among records, those that were withdrawn included.
pub fn taken<'a>(records: impl IntoIterator<Item = &'a Record>) -> Taken {
    let mut taken = Taken::new();
    for record in records {
        if let Some(Assignment { of, lot, piece, .. }) = record.get::<Assignment>() {
            taken.entry((*of, *lot)).or_default().insert(*piece, record.clone());
        }
    }
    taken
}

/// Makes offers of what stands in the records, as of a day.
pub fn offers<'a>(
    records: impl IntoIterator<Item = &'a Record> + Clone,
    calendar: &Calendar,
    as_of: Day,
) -> Offers {
    let book = Book::new(records.clone());
    let taken = taken(records.clone());
    let mut found = Offers::default();
    // A pledge is not offered beside the one that contains it.
    let placeable: BTreeMap<Id<Pledge>, Figure> = book
        .pledges()
        .filter(|(_, pledge)| pledge.lots.iter().any(|lot| fit_for_a_plan(lot).is_ok()))
        .map(|(id, _)| (id, Figure::default()))
        .collect();
    for record in records {
        if !record.stands() {
            continue;
        }
        match &record.content {
            Content::Pledge(pledge) => {
                let id: Id<Pledge> = record.id.of();
                let why = inside(&book, id, &placeable);
                for (at, lot) in (0..).zip(&pledge.lots) {
                    if let Some(why) = why {
                        found.left_out.push((record.id, at, NotOffered::Inside(why)));
                        continue;
                    }
                    let progress = progress(&book, id, pledge, lot, as_of);
                    let place = Source {
                        id: record.id,
                        at,
                        lot,
                        donor: &pledge.donor.words,
                        origin: "",
                        arrives: Some(&pledge.expected),
                    };
                    found.take(&place, &progress, taken.get(&(record.id, at)), calendar);
                }
            }
            Content::Stock(stock) => {
                for (at, lot) in (0..).zip(&stock.lots) {
                    let progress = Progress {
                        reached: BTreeMap::from([(Stage::Received, lot.sure())]),
                        least: Stage::Received,
                    };
                    let place = Source {
                        id: record.id,
                        at,
                        lot,
                        donor: &stock.holder.words,
                        origin: &stock.place,
                        arrives: None,
                    };
                    found.take(&place, &progress, taken.get(&(record.id, at)), calendar);
                }
            }
            _ => {}
        }
    }
    found.offers.sort_by_key(|offer| offer.id);
    found.left_out.sort();
    found
}

/// A lot and where it belongs.
struct Source<'a> {
    id: Id,
    at: u32,
    lot: &'a PledgedLot,
    donor: &'a str,
    origin: &'a str,
    /// `None`: it is there.
    arrives: Option<&'a When>,
}

/// How many pieces have surely come how far.
struct Progress {
    reached: BTreeMap<Stage, u64>,
    /// Where those stand of which nothing else is known.
    least: Stage,
}

impl Progress {
    fn at(&self, stage: Stage) -> u64 {
        self.reached.range(stage..).map(|(_, pieces)| *pieces).max().unwrap_or(0)
    }
}

impl Offers {
    fn take(
        &mut self,
        source: &Source<'_>,
        progress: &Progress,
        taken: Option<&BTreeMap<u32, Record>>,
        calendar: &Calendar,
    ) {
        let mut leave = |why: NotOffered| self.left_out.push((source.id, source.at, why));
        let (kind, nameplate, total) = match fit_for_a_plan(source.lot) {
            Ok(fit) => fit,
            Err(why) => return leave(why),
        };
        let used = progress.at(Stage::Installed).min(total);
        let left = free_pieces(total, used, taken).len() as u64;
        if left == 0 {
            return leave(NotOffered::AllUsed);
        }
        // Assigned pieces are those that have come furthest.
        let mut gone = total - left;
        let mut above = 0;
        let mut undated = false;
        for (stage, _) in STATUS.iter().rev() {
            let reached =
                if *stage <= progress.least { total } else { progress.at(*stage).min(total) };
            let here = reached.saturating_sub(above);
            above = above.max(reached);
            let free = here.saturating_sub(gone);
            gone = gone.saturating_sub(here);
            if free == 0 {
                continue;
            }
            let arrival = match source.arrives {
                Some(when) if *stage < Stage::Received => {
                    let step = when.last.map(|day| calendar.arrival(day)).or(calendar.undated);
                    let Some(step) = step else {
                        undated = true;
                        continue;
                    };
                    step
                }
                _ => 0,
            };
            self.offers.push(Offer {
                id: OfferId { of: source.id, lot: source.at, stage: *stage },
                donor: source.donor.to_owned(),
                kind,
                count: u32::try_from(free).unwrap_or(u32::MAX),
                nameplate: nameplate.clone(),
                origin: source.origin.to_owned(),
                arrival,
            });
        }
        if undated {
            self.left_out.push((source.id, source.at, NotOffered::NoArrival));
        }
    }
}

/// Pieces of a lot that can still be assigned. Numbers are given in order: those below the highest one given were used,
/// by assignment or installed without one, unless their assignment was withdrawn.
fn free_pieces(total: u64, installed: u64, taken: Option<&BTreeMap<u32, Record>>) -> Vec<u32> {
    let none = BTreeMap::new();
    let taken = taken.unwrap_or(&none);
    let stands = |record: &Record| record.state != State::Withdrawn;
    let assigned = taken.values().filter(|r| stands(r)).count() as u64;
    let given = taken.keys().next_back().map_or(0, |last| u64::from(*last) + 1);
    let back = taken.iter().filter(|(_, r)| !stands(r)).map(|(piece, _)| *piece);
    let fresh = (given.max(installed)..total).filter_map(|piece| u32::try_from(piece).ok());
    let most = total.saturating_sub(installed.max(assigned));
    back.filter(|piece| u64::from(*piece) < total)
        .chain(fresh)
        .take(usize::try_from(most).unwrap_or(usize::MAX))
        .collect()
}

fn fit_for_a_plan(lot: &PledgedLot) -> Result<(Equipment, &Nameplate, u64), NotOffered> {
    let Lot { category, nameplate, .. } = &lot.item;
    let kind = category.equipment().ok_or(NotOffered::NoKind(category.word()))?;
    let nameplate = nameplate.as_ref().ok_or(NotOffered::NoNameplate)?;
    if lot.quantity.unit != Unit::Piece {
        return Err(NotOffered::NotPieces(lot.quantity.unit.word().to_owned()));
    }
    match lot.sure() {
        0 => Err(NotOffered::NoNumber),
        total => Ok((kind, nameplate, total)),
    }
}

/// How far the pieces of a lot have come. Where a pledge has one lot all that is said of it is said of that; where it has
/// more, only steps that name the same things tell them apart.
fn progress(
    book: &Book,
    id: Id<Pledge>,
    pledge: &Pledge,
    lot: &PledgedLot,
    as_of: Day,
) -> Progress {
    let mut reached = BTreeMap::new();
    let mut ignored = Vec::new();
    let measure = Measure::Count(Unit::Piece);
    let alone = pledge.lots.len() == 1;
    for stage in Stage::ALL.into_iter().filter(|stage| *stage > Stage::Pledged) {
        let sure = if alone {
            let figure = figure(book, id, &measure, stage, as_of, &mut ignored);
            figure.range.min.map_or(0, crate::decimal::Decimal::pieces)
        } else {
            let steps =
                book.steps_of(id).filter(|step| step.stage == stage && step.date.surely_by(as_of));
            let lots = steps.flat_map(|step| &step.lots).filter(|l| l.item == lot.item);
            lots.map(PledgedLot::sure).sum()
        };
        reached.insert(stage, sure);
    }
    let promised = figure(book, id, &measure, Stage::Pledged, as_of, &mut ignored);
    let spoken_of = figure(book, id, &measure, Stage::Announced, as_of, &mut ignored);
    // Where claims speak of plans alone, the pledge is on offer and not yet promised.
    let only_spoken_of = spoken_of.said
        && (!promised.said || promised.from == [id.any()])
        && spoken_of.from != promised.from;
    let least = if only_spoken_of { Stage::Announced } else { Stage::Pledged };
    Progress { reached, least }
}

/// Every lot that some offers name, for whoever must look them up.
pub fn named(offers: &[OfferId]) -> BTreeSet<Id> {
    offers.iter().map(|offer| offer.of).collect()
}
