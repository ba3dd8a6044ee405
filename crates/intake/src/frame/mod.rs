//! From sentences to drafts: figures, the verb that governs each, and who gives to whom.

pub(crate) mod attribution;
pub(crate) mod claim;
mod figures;
mod parties;
pub(crate) mod sentence;
mod status;
mod verbs;

pub(crate) use parties::{Found, Recipients};
