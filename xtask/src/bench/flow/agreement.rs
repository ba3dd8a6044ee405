//! How far two tables of voltages are apart.

use std::fs;
use std::path::Path;

use crate::process::Outcome;

/// Largest difference of a voltage magnitude between programs that solve the same, p.u.
const NEAR_PU: f64 = 1e-6;
/// Largest difference of an angle, degrees.
const NEAR_DEGREES: f64 = 1e-4;

/// Largest differences over states that both answered, and how many those are.
#[derive(Debug, Default, PartialEq)]
pub struct Agreement {
    pub both: usize,
    pub pu: f64,
    pub degrees: f64,
}

impl Agreement {
    /// Whether the answers are the same for an engineer.
    pub fn near(&self) -> bool {
        self.pu <= NEAR_PU && self.degrees <= NEAR_DEGREES
    }

    /// Compares two files of complex voltages, as many rows as there are states, zeros where there is no answer.
    pub fn of(ours: &Path, theirs: &Path, states: usize) -> Outcome<Self> {
        let (ours, theirs) = (load(ours)?, load(theirs)?);
        if ours.len() != theirs.len() || states == 0 {
            return Err("the tables of voltages are not of the same size".into());
        }
        Ok(differences(&ours, &theirs, ours.len() / states))
    }
}

fn load(path: &Path) -> Outcome<Vec<f64>> {
    let bytes =
        fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let words = bytes.chunks_exact(8).filter_map(|chunk| chunk.try_into().ok());
    Ok(words.map(f64::from_le_bytes).collect())
}

fn differences(ours: &[f64], theirs: &[f64], width: usize) -> Agreement {
    let mut out = Agreement::default();
    for (a, b) in ours.chunks_exact(width).zip(theirs.chunks_exact(width)) {
        let answered = |row: &[f64]| row.iter().any(|v| *v != 0.0);
        if !answered(a) || !answered(b) {
            continue;
        }
        out.both += 1;
        for (a, b) in a.chunks_exact(2).zip(b.chunks_exact(2)) {
            let (size_a, size_b) = (a[0].hypot(a[1]), b[0].hypot(b[1]));
            // They leave out what is cut off.
            if size_b == 0.0 {
                continue;
            }
            let turn = (a[1] * b[0] - a[0] * b[1]).atan2(a[0] * b[0] + a[1] * b[1]);
            out.pu = out.pu.max((size_a - size_b).abs());
            out.degrees = out.degrees.max(turn.to_degrees().abs());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Agreement, differences};

    #[test]
    fn compares_rows_that_both_answered() {
        let ours = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let theirs = [1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let found = differences(&ours, &theirs, 4);
        assert_eq!(found, Agreement { both: 1, pu: 0.0, degrees: 90.0 });
        assert!(!found.near());
        assert!(differences(&ours, &ours, 4).near());
    }
}
