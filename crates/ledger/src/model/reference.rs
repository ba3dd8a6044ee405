//! How one record names another: by id, in a role, and of which kind it must be.

use super::{Kind, OfKind};
use crate::id::Id;

/// A record that another one names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The field that names it.
    pub role: &'static str,
    /// Whom it names.
    pub to: Id,
    /// Of which kind that must be; `None` where any kind will do.
    pub kind: Option<Kind>,
}

/// What a record's content names. The fold refuses a record that names what is not there.
pub(crate) trait References {
    /// Adds every record that is named.
    fn references(&self, _to: &mut Vec<Reference>) {}
}

impl Reference {
    pub(super) fn must<T: OfKind>(list: &mut Vec<Reference>, role: &'static str, to: Id<T>) {
        list.push(Reference { role, to: to.any(), kind: Some(T::KIND) });
    }

    pub(super) fn maybe<T: OfKind>(
        list: &mut Vec<Reference>,
        role: &'static str,
        to: Option<Id<T>>,
    ) {
        list.extend(to.map(|to| Reference { role, to: to.any(), kind: Some(T::KIND) }));
    }

    pub(super) fn each<T: OfKind>(list: &mut Vec<Reference>, role: &'static str, to: &[Id<T>]) {
        list.extend(to.iter().map(|to| Reference { role, to: to.any(), kind: Some(T::KIND) }));
    }

    pub(super) fn any(list: &mut Vec<Reference>, role: &'static str, to: Id) {
        list.push(Reference { role, to, kind: None });
    }
}
