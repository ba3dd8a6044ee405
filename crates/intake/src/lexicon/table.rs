//! The data files: rows of columns divided by tabs, comments after `#`, a heading.

/// The rows of a table without comments and heading.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.skip(1).map(|l| l.split('\t').collect())
}
