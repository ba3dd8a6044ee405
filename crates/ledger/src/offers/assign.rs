//! Single pieces of lots to the jobs of an accepted plan.

use std::collections::BTreeMap;

use super::{Taken, free_pieces, progress};
use crate::count::Book;
use crate::date::{Day, When};
use crate::event::Act;
use crate::fold::{Record, State};
use crate::id::Id;
use crate::model::{Assignment, Content, Pledge, PledgedLot, Stage};

/// Pieces of a lot that an accepted plan wants for a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The pledge or stock.
    pub of: Id,
    /// Which of its lots, from 0.
    pub lot: u32,
    /// The need that they fill, or the facilities that they supply.
    pub need: String,
    /// The job; empty for a generator set that supplies a facility.
    pub job: String,
    /// How many.
    pub count: u32,
    /// From when they are wanted there.
    pub wanted: When,
}

/// Pieces that could not be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// What was wanted.
    pub wanted: Wanted,
    /// How many are missing.
    pub missing: u32,
    /// Why.
    pub why: String,
}

/// What is to be done so that a plan has its pieces.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assigned {
    /// A new assignment, or one that was withdrawn and stands again, for each piece.
    pub acts: Vec<(Id, Act)>,
    /// Pieces that the same job of the same scenario has already.
    pub known: u32,
    /// Pieces that nobody can give.
    pub short: Vec<Short>,
}

/// Chooses free pieces for what a plan wants. What the same job of the same scenario has already is not given again.
/// `records` are the pledges and stock that are named, with the steps and claims about them; `taken` what is assigned of them.
pub fn assign<'a>(
    wanted: &[Wanted],
    scenario: &str,
    digest: &str,
    records: impl IntoIterator<Item = &'a Record> + Clone,
    taken: &Taken,
    as_of: Day,
) -> Assigned {
    let book = Book::new(records.clone());
    let by_id: BTreeMap<Id, &Record> = records.into_iter().map(|r| (r.id, r)).collect();
    let mut free: BTreeMap<(Id, u32), Vec<u32>> = BTreeMap::new();
    let mut done = Assigned::default();
    for want in gathered(wanted) {
        let place = (want.of, want.lot);
        let missing =
            |missing: u32, why: &str| Short { wanted: want.clone(), missing, why: why.to_owned() };
        let Some(record) = by_id.get(&want.of).filter(|record| record.stands()) else {
            done.short
                .push(missing(want.count, "there is no such pledge or stock, or it was withdrawn"));
            continue;
        };
        let Some((lot, installed)) = lot(&book, record, want.lot, as_of) else {
            done.short.push(missing(want.count, "it has no such lot"));
            continue;
        };
        let here = taken.get(&place);
        let has = here.into_iter().flat_map(BTreeMap::values).filter(|r| {
            let same =
                |a: &Assignment| a.digest == digest && a.job == want.job && a.need == want.need;
            r.state != State::Withdrawn && r.get::<Assignment>().is_some_and(same)
        });
        let has = u32::try_from(has.count()).unwrap_or(u32::MAX).min(want.count);
        done.known += has;
        let pieces = free
            .entry(place)
            .or_insert_with(|| free_pieces(lot.sure(), installed.min(lot.sure()), here));
        let open = (want.count - has) as usize;
        let given: Vec<u32> = pieces.drain(..open.min(pieces.len())).collect();
        if given.len() < open {
            let missing = missing((open - given.len()) as u32, "no piece of it is free any more");
            done.short.push(missing);
        }
        for piece in given {
            let content = Content::from(Assignment {
                of: want.of,
                lot: want.lot,
                piece,
                scenario: scenario.to_owned(),
                digest: digest.to_owned(),
                need: want.need.clone(),
                job: want.job.clone(),
                wanted: want.wanted.clone(),
            });
            let id = Assignment::id(want.of, want.lot, piece).any();
            let act = match here.and_then(|h| h.get(&piece)) {
                Some(withdrawn) => Act::Correct { record: id, seen: withdrawn.version, content },
                None => Act::Record { record: id, content },
            };
            done.acts.push((id, act));
        }
    }
    done
}

/// Pieces of one lot for one job may come from several offers of it: those that were received, and those on the way.
fn gathered(wanted: &[Wanted]) -> Vec<Wanted> {
    let mut all: BTreeMap<(Id, u32, &str, &str), Wanted> = BTreeMap::new();
    for want in wanted {
        let key = (want.of, want.lot, want.job.as_str(), want.need.as_str());
        all.entry(key)
            .and_modify(|so_far| so_far.count = so_far.count.saturating_add(want.count))
            .or_insert_with(|| want.clone());
    }
    all.into_values().collect()
}

/// A lot of a pledge or stock, and how many of its pieces stand where they work.
fn lot<'a>(book: &Book, record: &'a Record, at: u32, as_of: Day) -> Option<(&'a PledgedLot, u64)> {
    match &record.content {
        Content::Pledge(pledge) => {
            let pledge: &Pledge = pledge;
            let lot = pledge.lots.get(at as usize)?;
            let progress = progress(book, record.id.of(), pledge, lot, as_of);
            Some((lot, progress.at(Stage::Installed)))
        }
        Content::Stock(stock) => Some((stock.lots.get(at as usize)?, 0)),
        _ => None,
    }
}
