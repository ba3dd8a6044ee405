//! Text in, draft statements out: who promises what to whom, by whose word, with the evidence of every field.
//!
//! Three types carry it. A [`Page`] is a text as it came, with its furniture told from its story. A [`Draft`] is a claim
//! as the machine reads it: donors, recipient, thing, number, money, status, each a [`Field`] with the places in the text
//! that say so and a confidence. A [`Reading`] is all of a page: statements with their speakers, drafts, and words on the
//! situation. A person accepts, edits or rejects; nothing here does.
//!
//! The path: [`open`] turns bytes into pages; [`read`] goes through the sentences of a page, finds what the lexicon knows
//! in them (`lexicon`, data files compiled into one automaton), reads numbers (`number`), and frames each figure with
//! its verb and parties (`frame`); [`Reading::ledger_drafts`] gives the ledger's own type. [`copies::Signature`] tells a
//! copy of a known text. The rules are deterministic and know no network; a [`Suggest`] may only add to them.
//!
//! ```
//! let pages = relight_intake::open("France sent 100 generators to Ukraine.".as_bytes(), Default::default())?;
//! let reading = relight_intake::read(&pages[0]);
//! let draft = &reading.drafts[0];
//! assert_eq!(draft.donors[0].value.name(), "France");
//! assert_eq!(draft.quantity.value.words, "100");
//! assert_eq!(draft.status.value.word(), "sent");
//! # Ok::<(), relight_intake::NotText>(())
//! ```

pub mod copies;
mod draft;
mod frame;
mod ledger;
mod lexicon;
mod number;
mod page;
mod reading;
mod situation;
mod suggest;
mod text;

pub use draft::{
    Draft, Field, Modality, Occasion, OccasionKind, Polarity, Relation, Statement, Who,
};
pub use ledger::READER;
pub use lexicon::{Manner, Party, PartySort};
pub use page::{Block, Format, Furniture, MOST_BYTES, NotText, Page, open};
pub use reading::{Reading, parties_in, read, read_with, things_in};
pub use suggest::Suggest;
pub use text::language::{Language, language_of};
pub use text::{Characters, Span};
