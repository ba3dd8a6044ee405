//! The sections of a raw file, in the order of each revision.

use super::record::{Line, Record};

/// A section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    SystemWide,
    Bus,
    Load,
    FixedShunt,
    Generator,
    Branch,
    Switch,
    Transformer,
    Area,
    TwoTerminalDc,
    Vsc,
    ImpedanceCorrection,
    MultiTerminalDc,
    SectionedLine,
    Zone,
    Transfer,
    Owner,
    Facts,
    SwitchedShunt,
    Gne,
    InductionMachine,
    Substation,
}

use Section as S;

/// Words by which a remark such as `BEGIN TWO-TERMINAL DC DATA` names a section, the more special ones first.
const LABELS: [(&str, Section); 24] = [
    ("SYSTEM-WIDE", S::SystemWide),
    ("SYSTEM SWITCHING", S::Switch),
    ("SWITCHED SHUNT", S::SwitchedShunt),
    ("FIXED", S::FixedShunt),
    ("INDUCTION", S::InductionMachine),
    ("LOAD", S::Load),
    ("GENERATOR", S::Generator),
    ("IMPEDANCE CORRECTION", S::ImpedanceCorrection),
    ("NON TRANSFORMER BRANCH", S::Branch),
    ("TRANSFORMER", S::Transformer),
    ("INTER-AREA", S::Transfer),
    ("AREA", S::Area),
    ("TWO-TERMINAL", S::TwoTerminalDc),
    ("VSC", S::Vsc),
    ("VOLTAGE SOURCE", S::Vsc),
    ("MULTI-TERMINAL", S::MultiTerminalDc),
    ("MULTI-SECTION", S::SectionedLine),
    ("ZONE", S::Zone),
    ("OWNER", S::Owner),
    ("FACTS", S::Facts),
    ("GNE", S::Gne),
    ("SUBSTATION", S::Substation),
    ("BRANCH", S::Branch),
    ("BUS", S::Bus),
];

/// The sections of a revision in their order.
pub(super) fn order(revision: i64) -> Vec<Section> {
    let mut all = Vec::new();
    if revision >= 34 {
        all.push(S::SystemWide);
    }
    all.extend([S::Bus, S::Load]);
    if revision >= 31 {
        all.push(S::FixedShunt);
    }
    all.extend([S::Generator, S::Branch]);
    if revision >= 34 {
        all.push(S::Switch);
    }
    all.extend([S::Transformer, S::Area, S::TwoTerminalDc, S::Vsc]);
    if revision < 31 {
        all.push(S::SwitchedShunt);
    }
    all.extend([S::ImpedanceCorrection, S::MultiTerminalDc, S::SectionedLine, S::Zone]);
    all.extend([S::Transfer, S::Owner, S::Facts]);
    if revision >= 31 {
        all.push(S::SwitchedShunt);
    }
    all.extend([S::Gne, S::InductionMachine, S::Substation]);
    all
}

/// The section that a line which ends another says that it begins: writers differ in which empty sections they leave out.
pub(super) fn announced(line: Line<'_>) -> Option<Section> {
    let text = String::from_utf8_lossy(line.text.get(..line.text.len().min(200))?).to_uppercase();
    let (_, label) = text.split_once("BEGIN ")?;
    LABELS.iter().find(|(word, _)| label.starts_with(word)).map(|(_, section)| *section)
}

impl Section {
    /// How many lines the record has that begins with this one.
    pub fn lines(self, first: &Record<'_>) -> usize {
        match self {
            S::Transformer if matches!(first.text(2).as_deref(), None | Some("0")) => 4,
            S::Transformer => 5,
            S::TwoTerminalDc | S::Vsc => 3,
            _ => 1,
        }
    }

    /// What to say of records here that the network has no place for.
    pub fn unread(self) -> Option<&'static str> {
        Some(match self {
            S::Vsc => "voltage source converter lines are not read: they carry nothing here",
            S::MultiTerminalDc => "multi-terminal DC systems are not read: they carry nothing here",
            S::Facts => "FACTS devices are not read: they do nothing here",
            S::Gne => "generic network elements (GNE) are not read: they do nothing here",
            S::InductionMachine => "induction machines are not read: they draw nothing here",
            S::Substation => {
                "substations (node-breaker model) are not used: buses and branches are"
            }
            S::SectionedLine => {
                "multi-section lines are read as the branches that they consist of, each one that can fail by itself"
            }
            S::Area => "the interchange of areas is not controlled",
            S::Transfer => "transfers between areas are not used",
            _ => return None,
        })
    }
}
