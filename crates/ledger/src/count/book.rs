//! The records that totals are made of, by what belongs together.

use std::collections::{BTreeMap, BTreeSet};

use crate::fold::Record;
use crate::id::Id;
use crate::model::{Claim, Content, Link, Pledge, Relation, Ruling, Step};

/// Claims, pledges, steps and what was decided about them. Only what stands is in it, except for the list of what does not.
#[derive(Debug, Clone, Default)]
pub struct Book {
    pub(super) claims: BTreeMap<Id<Claim>, Claim>,
    pub(super) pledges: BTreeMap<Id<Pledge>, Pledge>,
    pub(super) steps: BTreeMap<Id<Step>, Step>,
    /// The order in which they were first recorded: of two claims of one day the later one stands.
    pub(super) order: BTreeMap<Id, u64>,
    pub(super) by_pledge: BTreeMap<Id<Pledge>, Vec<Id<Claim>>>,
    pub(super) steps_of: BTreeMap<Id<Pledge>, Vec<Id<Step>>>,
    links: BTreeSet<(Id, Relation, Id)>,
    links_back: BTreeSet<(Id, Relation, Id)>,
    rulings: BTreeMap<Id<Link>, Option<Id<Claim>>>,
}

/// What a contradiction has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispute {
    /// Nobody has decided yet.
    Open {
        /// The other side.
        against: Id,
    },
    /// It was decided for the other side.
    Lost {
        /// The other side.
        against: Id,
    },
    /// It was decided for this side.
    Won {
        /// The other side.
        against: Id,
    },
}

impl Book {
    /// Takes in the records; kinds that do not count are passed over.
    pub fn new<'a>(records: impl IntoIterator<Item = &'a Record>) -> Book {
        let mut book = Book::default();
        for record in records {
            book.add(record);
        }
        book
    }

    fn add(&mut self, record: &Record) {
        if !record.stands() {
            return;
        }
        self.order.insert(record.id, record.first_seq);
        match &record.content {
            Content::Claim(claim) => {
                if let Some(pledge) = claim.pledge {
                    self.by_pledge.entry(pledge).or_default().push(record.id.of());
                }
                self.claims.insert(record.id.of(), (**claim).clone());
            }
            Content::Pledge(pledge) => {
                self.pledges.insert(record.id.of(), (**pledge).clone());
            }
            Content::Step(step) => {
                if let Some(pledge) = step.pledge {
                    self.steps_of.entry(pledge).or_default().push(record.id.of());
                }
                self.steps.insert(record.id.of(), (**step).clone());
            }
            Content::Link(link) => {
                self.links.insert((link.from, link.relation, link.to));
                self.links_back.insert((link.to, link.relation, link.from));
            }
            Content::Ruling(ruling) => {
                let Ruling { contradiction, holds, .. } = &**ruling;
                self.rulings.insert(*contradiction, *holds);
            }
            _ => {}
        }
    }

    /// Every pledge, by id.
    pub fn pledges(&self) -> impl Iterator<Item = (Id<Pledge>, &Pledge)> {
        self.pledges.iter().map(|(id, pledge)| (*id, pledge))
    }

    /// Every claim, by id.
    pub fn claims(&self) -> impl Iterator<Item = (Id<Claim>, &Claim)> {
        self.claims.iter().map(|(id, claim)| (*id, claim))
    }

    /// Every step, by id.
    pub fn steps(&self) -> impl Iterator<Item = (Id<Step>, &Step)> {
        self.steps.iter().map(|(id, step)| (*id, step))
    }

    /// The claim of that id.
    pub fn claim(&self, id: Id<Claim>) -> Option<&Claim> {
        self.claims.get(&id)
    }

    /// The pledge of that id.
    pub fn pledge(&self, id: Id<Pledge>) -> Option<&Pledge> {
        self.pledges.get(&id)
    }

    /// The step of that id.
    pub fn step(&self, id: Id<Step>) -> Option<&Step> {
        self.steps.get(&id)
    }

    /// The claims that are evidence of a pledge.
    pub fn claims_of(&self, pledge: Id<Pledge>) -> impl Iterator<Item = (Id<Claim>, &Claim)> {
        let ids = self.by_pledge.get(&pledge).into_iter().flatten();
        ids.filter_map(|id| Some((*id, self.claims.get(id)?)))
    }

    /// The steps of a pledge.
    pub fn steps_of(&self, pledge: Id<Pledge>) -> impl Iterator<Item = &Step> {
        let ids = self.steps_of.get(&pledge).into_iter().flatten();
        ids.filter_map(|id| self.steps.get(id))
    }

    /// What a record is, in a relation, to others: `related(a, PartOf)` are those that `a` is part of.
    pub fn related(&self, from: Id, relation: Relation) -> impl Iterator<Item = Id> {
        let range = (from, relation, Id::NIL)..=(from, relation, Id::from_bits(u128::MAX));
        self.links.range(range).map(|(_, _, to)| *to)
    }

    /// Who stands in a relation to a record: `relating(a, PartOf)` are the parts of `a`.
    pub fn relating(&self, to: Id, relation: Relation) -> impl Iterator<Item = Id> {
        let range = (to, relation, Id::NIL)..=(to, relation, Id::from_bits(u128::MAX));
        self.links_back.range(range).map(|(_, _, from)| *from)
    }

    /// The contradictions that a record is in, and what they came to.
    pub fn disputes(&self, id: Id) -> Vec<Dispute> {
        let out = self.related(id, Relation::Contradicts).map(|other| (id, other, other));
        let back = self.relating(id, Relation::Contradicts).map(|other| (other, id, other));
        out.chain(back)
            .map(|(from, to, against)| {
                match self.rulings.get(&Link::id(from, Relation::Contradicts, to)) {
                    None | Some(None) => Dispute::Open { against },
                    Some(Some(holds)) if holds.any() == id => Dispute::Won { against },
                    Some(Some(_)) => Dispute::Lost { against },
                }
            })
            .collect()
    }
}
