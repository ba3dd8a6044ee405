//! The dispatch engine against the full programme, and against physics that it does not use itself.

#[path = "../common/mod.rs"]
mod common;

mod full_programme;
mod large;
mod random;
mod rules;
mod same_answer;
mod values;
