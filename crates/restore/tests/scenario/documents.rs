//! The tables that people read about are the tables that are read.

use relight_restore::scenario::{MODEL_KEYS, SCENARIO_KEYS, tables};

/// The names in backticks in the first cell of each row of the tables in a text.
fn first_cells(text: &str) -> Vec<&str> {
    let rows = text.lines().filter_map(|l| l.strip_prefix("| `")?.split_once(" |"));
    rows.flat_map(|(cell, _)| cell.split(", ")).map(|name| name.trim_matches('`')).collect()
}

#[test]
fn the_document_has_every_column_and_no_other() {
    let text = include_str!("../../../../docs/scenario-folder.md");
    let sections: Vec<&str> = text.split("\n### ").skip(1).collect();
    let section = |begin: &str| {
        *sections.iter().find(|s| s.starts_with(begin)).unwrap_or_else(|| panic!("no {begin}"))
    };
    let plate = first_cells(section("Nameplate columns"));
    for table in tables() {
        let section = section(&format!("{}: ", table.file));
        let mut documented = first_cells(section);
        if section.contains("the nameplate columns") {
            documented.extend(&plate);
        }
        let mut columns: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
        for column in table.columns.iter().filter(|c| !plate.contains(&c.name)) {
            let row = section.lines().find(|l| l.starts_with(&format!("| `{}`", column.name)));
            let required = row.is_some_and(|l| l.ends_with("| required |"));
            assert_eq!(required, column.required, "{} {}", table.file, column.name);
        }
        documented.sort_unstable();
        columns.sort_unstable();
        assert_eq!(documented, columns, "{}", table.file);
    }
    assert_eq!(sections.len(), tables().len() + 1);
    for key in SCENARIO_KEYS.iter().chain(&MODEL_KEYS) {
        assert!(text.contains(&format!("\n    {key} = ")), "{key}");
    }
}
