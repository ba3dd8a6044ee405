//! What the reader gives: statements, drafts of claims, and drafts of reports on the situation.

use relight_ledger::date::When;
use relight_ledger::model::{ClaimKind, Lot, Money, Quantity, Sharing, Side, Status};

use crate::lexicon::{Manner, Party};
use crate::text::Span;

/// A field of a draft: its value, where the text says so, and how sure the reader is.
#[derive(Debug, Clone, PartialEq)]
pub struct Field<T> {
    /// The value.
    pub value: T,
    /// Where in the text of the page; empty where nothing was said and the value is what that means.
    pub evidence: Vec<Span>,
    /// How sure the reader is, percent.
    pub confidence: u8,
}

impl<T> Field<T> {
    /// A value that stands in one place.
    pub fn new(value: T, at: Span, confidence: u8) -> Field<T> {
        Field { value, evidence: vec![at], confidence }
    }

    /// A value of which the text says nothing.
    pub fn unsaid(value: T, confidence: u8) -> Field<T> {
        Field { value, evidence: Vec::new(), confidence }
    }
}

/// Somebody as the text names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The words of the text.
    pub words: String,
    /// The party that the lexicon takes them for.
    pub party: Option<&'static Party>,
}

impl Who {
    /// The party's name where it is known, else the words.
    #[must_use]
    pub fn name(&self) -> &str {
        self.party.map_or(self.words.as_str(), |p| p.name)
    }
}

/// A sentence that asserts something, and who is behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The sentence.
    pub span: Span,
    /// Who says it: a person, an office, an organisation; `None` where the page itself does.
    pub speaker: Option<Field<Who>>,
    /// How.
    pub manner: Option<Field<Manner>>,
    /// To whom.
    pub addressee: Option<Field<String>>,
    /// Through whom it came, the nearest to the reader first; the speaker is last.
    pub chain: Vec<Field<String>>,
    /// Whether the words are the speaker's own, in quotes.
    pub direct: bool,
    /// Whether it is disputed, denied or only alleged.
    pub disputed: bool,
}

/// How surely something is or will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// It is so.
    Actual,
    /// It will be.
    Future,
    /// It is meant to be.
    Intended,
    /// It could be.
    Possible,
    /// It cannot be told.
    Unclear,
}

/// Whether something is asserted or denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// Asserted.
    Positive,
    /// Denied, refused, or not so.
    Negative,
    /// Left open on purpose: "did not specify".
    NotTold,
}

/// How a claim's numbers belong to others in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Over and above something else.
    InAdditionTo,
    /// A part of something else.
    PartOf,
    /// The sum of others.
    TotalOf,
}

/// A claim as the machine reads it; a person decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The sentence that it was read from.
    pub span: Span,
    /// Its statement, by place in [`Reading::statements`](crate::Reading::statements).
    pub statement: usize,
    /// What kind of assertion it is.
    pub kind: Field<ClaimKind>,
    /// Who gives.
    pub donors: Vec<Field<Who>>,
    /// How the numbers belong to several donors.
    pub sharing: Field<Sharing>,
    /// Who gets it.
    pub recipients: Vec<Field<Who>>,
    /// Through whom.
    pub channel: Option<Field<Who>>,
    /// What.
    pub item: Option<Field<Lot>>,
    /// How much of it; the qualifier tells what was said where no number was.
    pub quantity: Field<Quantity>,
    /// Money.
    pub money: Option<Field<Money>>,
    /// The same sum in other currencies, as the text converts it.
    pub equivalents: Vec<Field<Money>>,
    /// How far it has come; its evidence are the words for it.
    pub status: Field<Status>,
    /// How surely.
    pub modality: Field<Modality>,
    /// Asserted or denied.
    pub polarity: Field<Polarity>,
    /// The package or fund that is named.
    pub package: Option<Field<String>>,
    /// How it belongs to other numbers.
    pub relation: Option<Field<Relation>>,
    /// When it is expected, or when it was.
    pub when: Option<Field<When>>,
    /// Whose figure it is.
    pub side: Side,
}

impl Draft {
    /// Whether it speaks of help that is given: not of a need, a trade, a denial or a dispute.
    #[must_use]
    pub fn is_aid(&self) -> bool {
        !matches!(
            self.kind.value,
            ClaimKind::Need | ClaimKind::Trade | ClaimKind::Denial | ClaimKind::Dispute
        )
    }
}

/// What a page says of the situation.
#[derive(Debug, Clone, PartialEq)]
pub struct Occasion {
    /// The sentence.
    pub span: Span,
    /// Its statement.
    pub statement: usize,
    /// A report, an appeal or a warning.
    pub kind: Field<OccasionKind>,
    /// Figures of it: what (`people_without_power`) and how many.
    pub figures: Vec<(String, Field<Quantity>)>,
    /// What is asked for, where it is an appeal.
    pub asks: Vec<Field<Lot>>,
}

/// What kind of word on the situation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OccasionKind {
    /// How it is.
    Report,
    /// What is asked for.
    Appeal,
    /// What may come.
    Warning,
}
