//! Where a model may be plugged in. None is needed, and none decides.

use crate::draft::Draft;
use crate::page::Page;

/// Something that proposes drafts besides those of the rules: a small model, or another set of rules.
///
/// Its drafts are added after those of the rules and never replace or change one; what it proposes must quote the page,
/// and is dropped where an offset does not.
pub trait Suggest {
    /// A name for the reviewer: "rules of the Red Cross, version 2".
    fn name(&self) -> &str;

    /// Drafts of claims in this page. `known` are those of the rules.
    fn suggest(&self, page: &Page, known: &[Draft]) -> Vec<Draft>;
}
