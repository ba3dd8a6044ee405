//! The scenario folder reader: folders that read well, folders that do not, and any bytes at all.

#[path = "scenario/documents.rs"]
mod documents;
#[path = "scenario/folders.rs"]
mod folders;
#[path = "scenario/helpers.rs"]
mod helpers;
#[path = "scenario/malformed.rs"]
mod malformed;
#[path = "scenario/mutations.rs"]
mod mutations;
#[path = "scenario/roundtrip.rs"]
mod roundtrip;
