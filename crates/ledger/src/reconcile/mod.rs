//! Which claims may belong together: suggestions with reasons for and against. A person decides; nothing here changes
//! anything.

mod suggest;
mod text;

pub use suggest::{Reason, Speech, Suggestion, WINDOW_DAYS, suggest};
pub use text::likeness;
