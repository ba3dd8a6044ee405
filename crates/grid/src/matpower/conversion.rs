//! The statements with which a case changes its own tables: columns multiplied or divided by constants.
//!
//! MATPOWER's distribution cases give impedances in ohms and loads in kW (or kVA with a power factor), and
//! end with statements such as
//! `mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase)`.
//! These are evaluated, in the order of the file, with the column numbers that `idx_bus` and its like
//! return. They are not recognised by their wording, so a file with another power factor reads right too.

use super::cursor::Cursor;
use super::expression::{Scope, evaluate, evaluate_factor};

type Outputs = &'static [(&'static str, u8)];

/// What MATPOWER's `idx_bus` returns, in order: bus types, then columns from 1.
const IDX_BUS: Outputs = &[
    ("PQ", 1),
    ("PV", 2),
    ("REF", 3),
    ("NONE", 4),
    ("BUS_I", 1),
    ("BUS_TYPE", 2),
    ("PD", 3),
    ("QD", 4),
    ("GS", 5),
    ("BS", 6),
    ("BUS_AREA", 7),
    ("VM", 8),
    ("VA", 9),
    ("BASE_KV", 10),
    ("ZONE", 11),
    ("VMAX", 12),
    ("VMIN", 13),
    ("LAM_P", 14),
    ("LAM_Q", 15),
    ("MU_VMAX", 16),
    ("MU_VMIN", 17),
];

/// What MATPOWER's `idx_brch` returns, in order. It is not the order of the columns.
const IDX_BRCH: Outputs = &[
    ("F_BUS", 1),
    ("T_BUS", 2),
    ("BR_R", 3),
    ("BR_X", 4),
    ("BR_B", 5),
    ("RATE_A", 6),
    ("RATE_B", 7),
    ("RATE_C", 8),
    ("TAP", 9),
    ("SHIFT", 10),
    ("BR_STATUS", 11),
    ("PF", 14),
    ("QF", 15),
    ("PT", 16),
    ("QT", 17),
    ("MU_SF", 18),
    ("MU_ST", 19),
    ("ANGMIN", 12),
    ("ANGMAX", 13),
    ("MU_ANGMIN", 20),
    ("MU_ANGMAX", 21),
];

/// What MATPOWER's `idx_gen` returns, in order, as far as the columns are kept.
const IDX_GEN: Outputs = &[
    ("GEN_BUS", 1),
    ("PG", 2),
    ("QG", 3),
    ("QMAX", 4),
    ("QMIN", 5),
    ("VG", 6),
    ("MBASE", 7),
    ("GEN_STATUS", 8),
    ("PMAX", 9),
    ("PMIN", 10),
];

/// `[PQ, PV, ...] = idx_bus` and its like, from the `[`: binds the names on the left, whatever they are,
/// to what the function returns in their places. False where it is something else.
pub(super) fn column_numbers(cursor: &mut Cursor, scope: &mut Scope) -> bool {
    let mut names = Vec::new();
    cursor.advance();
    loop {
        cursor.blanks();
        if cursor.take(b']') {
            break;
        }
        if names.len() > IDX_BUS.len() {
            return false;
        }
        let Some(name) = cursor.name() else {
            return false;
        };
        names.push(name);
        cursor.blanks();
        cursor.take(b',');
    }
    cursor.blanks();
    if !cursor.take(b'=') {
        return false;
    }
    cursor.blanks();
    let outputs = match cursor.name() {
        Some("idx_bus") => IDX_BUS,
        Some("idx_brch") => IDX_BRCH,
        Some("idx_gen") => IDX_GEN,
        _ => return false,
    };
    if names.len() > outputs.len() {
        return false;
    }
    for (name, (_, number)) in names.into_iter().zip(outputs) {
        scope.locals.insert(name.to_owned(), f64::from(*number));
    }
    true
}

/// `define_constants`: all names at once.
pub(super) fn all_column_numbers(scope: &mut Scope) {
    for (name, number) in IDX_BUS.iter().chain(IDX_BRCH).chain(IDX_GEN) {
        scope.locals.insert((*name).to_owned(), f64::from(*number));
    }
}

/// One factor of a conversion.
enum Step {
    Times(f64),
    Over(f64),
}

/// `(:, COLUMNS) = mpc.TABLE(:, COLUMNS) * constant / constant ...`, from the first bracket. Applies it and
/// says what it did; `None`, with nothing changed, where it is something else.
pub(super) fn columns(cursor: &mut Cursor, scope: &mut Scope, table: &str) -> Option<String> {
    let to = selection(cursor, scope, table)?;
    cursor.blanks();
    if !cursor.take(b'=') {
        return None;
    }
    cursor.blanks();
    if cursor.name()? != scope.case || !cursor.take(b'.') || cursor.name()? != table {
        return None;
    }
    let from = selection(cursor, scope, table)?;
    if to.len() != from.len() {
        return None;
    }
    let mut steps = Vec::new();
    loop {
        cursor.blanks();
        let times = cursor.peek() == Some(b'*');
        if !times && cursor.peek() != Some(b'/') {
            break;
        }
        cursor.advance();
        cursor.blanks();
        let factor = evaluate_factor(cursor, scope).ok()?;
        // Neither is a change of units, and either would put an infinity or a NaN into a grid.
        if !factor.is_finite() || factor == 0.0 {
            return None;
        }
        steps.push(if times { Step::Times(factor) } else { Step::Over(factor) });
    }
    // The right side is computed before the left changes, so no column may be both read later and written.
    if to.iter().enumerate().any(|(i, t)| from[i + 1..].contains(t)) {
        return None;
    }
    let target = scope.tables.get_mut(table)?;
    for (&to, &from) in to.iter().zip(&from) {
        target.assign(to, from, |value| {
            steps.iter().fold(value, |v, step| match step {
                Step::Times(factor) => v * factor,
                Step::Over(factor) => v / factor,
            })
        });
    }
    let names = |columns: &[usize]| {
        let names = columns.iter().map(|&c| target.spec.columns.get(c).copied().unwrap_or("?"));
        names.collect::<Vec<_>>().join(", ")
    };
    let factors: String = steps
        .iter()
        .map(|step| match step {
            Step::Times(factor) => format!(" * {factor}"),
            Step::Over(factor) => format!(" / {factor}"),
        })
        .collect();
    Some(format!("{table} {} = {}{factors}", names(&to), names(&from)))
}

/// `(:, COLUMN)` or `(:, [COLUMN COLUMN])`, as places from 0.
fn selection(cursor: &mut Cursor, scope: &Scope, table: &str) -> Option<Vec<usize>> {
    let table = scope.tables.get(table)?;
    for expected in *b"(:," {
        cursor.blanks();
        if !cursor.take(expected) {
            return None;
        }
    }
    cursor.blanks();
    let mut columns = Vec::new();
    if cursor.take(b'[') {
        loop {
            cursor.blanks();
            if cursor.take(b']') {
                break;
            }
            // Each column at most once, so there are no more than the table has.
            let column = table.column(evaluate(cursor, scope, true).ok()?)?;
            if columns.contains(&column) {
                return None;
            }
            columns.push(column);
            cursor.blanks();
            cursor.take(b',');
        }
    } else {
        columns.push(table.column(evaluate(cursor, scope, false).ok()?)?);
    }
    cursor.blanks();
    cursor.take(b')').then_some(columns)
}
