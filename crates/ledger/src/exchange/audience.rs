//! Who an output is for, and what of a record may be in it.
//!
//! A list of needs is a map of damage, and a place of storage is a target: what is need-to-know is in no public output,
//! whatever its form.

use crate::model::{Content, Step};

/// Who an output is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Audience {
    /// Anybody: nothing of sites, routes, stores, needs, people and drafts.
    #[default]
    Public,
    /// Those who may know all that is not personal.
    NeedToKnow,
}

/// A content as an audience may see it; `None` where it may not see it at all. Personal records, and drafts that nobody has
/// looked at, are for no output.
pub fn shown(content: &Content, audience: Audience) -> Option<Content> {
    match (content, audience) {
        (Content::Person(_) | Content::Draft(_), _)
        | (
            Content::Need(_) | Content::Stock(_) | Content::Assignment(_) | Content::Report(_),
            Audience::Public,
        ) => None,
        (Content::Warning(warning), Audience::Public) if warning.scope != "Public" => None,
        (Content::Step(step), Audience::Public) => {
            let (from, to, site) = Default::default();
            Some(Step { from, to, site, ..(**step).clone() }.into())
        }
        (content, _) => Some(content.clone()),
    }
}
