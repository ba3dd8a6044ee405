//! The type of each column of the files: the same wherever a column of that name stands, so that tables keep their
//! types also where they are empty.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// UTF-8 text; also lists with `;` between.
    Text,
    /// 64-bit integers.
    Whole,
    /// 64-bit floats.
    Number,
    /// 0 or 1 in files.
    Flag,
}

/// Steps, counts, and numbers and rows of elements.
const WHOLE: [&str; 43] = [
    "alone",
    "arrival",
    "branch",
    "branches",
    "bus",
    "buses",
    "chosen",
    "count",
    "crew",
    "crews",
    "dead_buses",
    "finish",
    "from",
    "from_bus",
    "from_step",
    "generator",
    "generators",
    "highest_loading_branch",
    "id",
    "island",
    "islands",
    "lowest_bus",
    "mismatch_bus",
    "new_overloads",
    "new_voltage_violations",
    "phases",
    "piece",
    "pieces",
    "rank",
    "ready",
    "reference_bus",
    "scenario",
    "seed",
    "start",
    "step",
    "steps",
    "teams",
    "to_bus",
    "to_step",
    "transit",
    "until",
    "vm_max_bus",
    "vm_min_bus",
];

/// Numbers whose name does not tell by its ending.
const NUMBERS: [&str; 20] = [
    "certain_high",
    "certain_low",
    "confidence",
    "high",
    "kw",
    "lat",
    "limit",
    "litres",
    "lon",
    "low",
    "margin",
    "mva",
    "people",
    "per_tonne",
    "priority",
    "usable_mva",
    "value",
    "weighted",
    "weighted_high",
    "weighted_low",
];

/// Endings of the names of numbers: units.
const UNITS: [&str; 22] = [
    "_a",
    "_c",
    "_deg",
    "_hours",
    "_hz",
    "_ka",
    "_km",
    "_kv",
    "_kw",
    "_litres",
    "_m",
    "_mva",
    "_mvar",
    "_mw",
    "_mwh",
    "_pct",
    "_pu",
    "_rad",
    "_s",
    "_saved",
    "_t",
    "_weighted",
];

/// Beginnings of the names of numbers: a column for each service.
const BY_SERVICE: [&str; 3] = ["people_without_", "saved_", "mwh_"];

/// The type of a column of `table`, the name of a file without its ending.
pub fn of(table: &str, column: &str) -> Type {
    match (table, column) {
        // Every team, with `;` between.
        ("schedule", "crews") => Type::Text,
        ("contingencies", "alone") | (_, "in_service" | "live") => Type::Flag,
        _ if WHOLE.contains(&column) => Type::Whole,
        _ if NUMBERS.contains(&column)
            || UNITS.iter().any(|u| column.ends_with(u))
            || BY_SERVICE.iter().any(|s| column.starts_with(s)) =>
        {
            Type::Number
        }
        _ => Type::Text,
    }
}
