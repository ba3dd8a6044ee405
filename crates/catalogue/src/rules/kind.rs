//! Is it the kind of thing that the place asks for?

use super::{Case, PRACTICE};
use crate::check::{Check, Verdict};
use crate::{Kind, Nameplate};

/// Kinds must be equal; a mobile substation may stand in for a transformer.
pub(super) fn check(need: Kind, offer: Kind) -> Check {
    let check = Check::new("kind", "").source(PRACTICE);
    match (need, offer) {
        (n, o) if n == o => check.verdict(Verdict::Fits).note(format!("A {} is asked for and offered.", name(n))),
        (Kind::Transformer, Kind::MobileSubstation) => check.verdict(Verdict::Fits).note(
            "A mobile substation can stand in for the transformer; it brings switchgear of its own and can be called back.",
        ),
        (n, o) => check
            .verdict(Verdict::DoesNotFit)
            .note(format!("The place asks for a {}; this is a {}.", name(n), name(o))),
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Transformer => "transformer",
        Kind::GeneratorSet => "generator set",
        Kind::Breaker => "circuit breaker",
        Kind::MobileSubstation => "mobile substation",
        Kind::LineKit => "line kit",
        Kind::Other => "thing of another kind",
    }
}

/// Other equipment has no rules here: whatever the place asks beyond the kind, a person must compare.
pub(super) fn other(case: &Case<'_>, checks: &mut Vec<Check>) {
    // Mass has a rule of its own for every kind.
    let asked = Nameplate { mass_t: None, ..case.need.clone() };
    if asked != Nameplate::default() {
        checks.push(
            Check::new("nameplate", "")
                .source(PRACTICE)
                .note("There are no rules for this kind; a person must compare the nameplate with what the place asks."),
        );
    }
}
