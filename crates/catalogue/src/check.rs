//! The outcome of holding an offer against a need: a list of checks and what they amount to.

use std::fmt;

/// What a check, or a whole match, comes to. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Fits as it is.
    Fits,
    /// Fits, with less power than the place needs.
    FitsDerated,
    /// Cannot be told from what is known. Never a pass: a person must find out.
    NotKnown,
    /// Does not fit.
    DoesNotFit,
}

impl Verdict {
    /// The words that people read.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Fits => "fits",
            Verdict::FitsDerated => "fits derated",
            Verdict::NotKnown => "not known",
            Verdict::DoesNotFit => "does not fit",
        }
    }
}

/// One named check.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Short stable name, e.g. `over_excitation`.
    pub name: &'static str,
    /// What the offer has, with its unit, e.g. `1.148`.
    pub value: Option<f64>,
    /// What is allowed or asked.
    pub limit: Option<f64>,
    /// Unit of value and limit; empty for plain ratios.
    pub unit: &'static str,
    /// How far inside the limit the value lies, in the same unit; negative when outside.
    pub margin: Option<f64>,
    /// What the check comes to.
    pub verdict: Verdict,
    /// The standard or practice that the limit comes from.
    pub source: &'static str,
    /// One sentence for a person.
    pub note: String,
}

/// An offer held against a need.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The worst verdict of the checks.
    pub verdict: Verdict,
    /// Every check that applies, in a fixed order.
    pub checks: Vec<Check>,
    /// Pieces of the offer that fill one place: 1, or 3 single-phase units of a bank.
    pub pieces: u32,
    /// Power that the place carries with these pieces in it, MVA, where it can be told.
    pub usable_mva: Option<f64>,
}

impl Check {
    /// A check that holds where `value <= limit`; the margin is `limit - value`.
    pub(crate) fn at_most(name: &'static str, value: f64, limit: f64, unit: &'static str) -> Check {
        let margin = limit - value;
        Check::new(name, unit).numbers(value, limit, margin).verdict(passes(margin, limit))
    }

    /// A check that holds where `value >= limit`; the margin is `value - limit`.
    pub(crate) fn at_least(
        name: &'static str,
        value: f64,
        limit: f64,
        unit: &'static str,
    ) -> Check {
        let margin = value - limit;
        Check::new(name, unit).numbers(value, limit, margin).verdict(passes(margin, limit))
    }

    /// A check of something that is not known, against a limit that may be.
    pub(crate) fn unknown(name: &'static str, limit: Option<f64>, unit: &'static str) -> Check {
        Check { limit, ..Check::new(name, unit) }
    }

    /// A check without numbers, not known until [`Check::verdict`] says otherwise.
    pub(crate) fn new(name: &'static str, unit: &'static str) -> Check {
        Check {
            name,
            value: None,
            limit: None,
            unit,
            margin: None,
            verdict: Verdict::NotKnown,
            source: "",
            note: String::new(),
        }
    }

    fn numbers(mut self, value: f64, limit: f64, margin: f64) -> Check {
        // Huge nameplate numbers can overflow; what is not finite is left out, and the verdict stands.
        let finite = |v: f64| Some(v).filter(|v| v.is_finite());
        // A shortfall within rounding is no shortfall.
        let margin =
            if margin < 0.0 && passes(margin, limit) == Verdict::Fits { 0.0 } else { margin };
        (self.value, self.limit, self.margin) = (finite(value), finite(limit), finite(margin));
        self
    }

    pub(crate) fn verdict(mut self, verdict: Verdict) -> Check {
        self.verdict = verdict;
        self
    }

    pub(crate) fn source(mut self, source: &'static str) -> Check {
        self.source = source;
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Check {
        self.note = note.into();
        self
    }
}

/// Fits where the margin is not negative, but for rounding.
fn passes(margin: f64, limit: f64) -> Verdict {
    if margin >= -1e-9 * limit.abs() { Verdict::Fits } else { Verdict::DoesNotFit }
}

impl fmt::Display for Check {
    /// One line: name, verdict, `value against limit unit (margin)`, the sentence, the source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.verdict.words())?;
        let gap = if self.unit.is_empty() { "" } else { " " };
        if let Some(value) = self.value {
            write!(f, ", {}{gap}{}", short(value), self.unit)?;
        }
        if let Some(limit) = self.limit {
            write!(f, " against {}{gap}{}", short(limit), self.unit)?;
        }
        if let Some(margin) = self.margin {
            let sign = if margin > 0.0 { "+" } else { "" };
            write!(f, " (margin {sign}{})", short(margin))?;
        }
        write!(f, ". {} [{}]", self.note, self.source)
    }
}

impl fmt::Display for Match {
    /// The verdict, then one line a check.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, pieces: {}", self.verdict.words(), self.pieces)?;
        if let Some(mva) = self.usable_mva {
            write!(f, ", usable: {} MVA", short(mva))?;
        }
        self.checks.iter().try_for_each(|check| write!(f, "\n  {check}"))
    }
}

/// A number for people: three decimals at most, no trailing zeros.
pub(crate) fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}
