//! Vector group: where networks are meshed or units run in parallel, the phase shift must be the same.

use super::Case;
use crate::check::{Check, Verdict};

/// Connection of a winding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Winding {
    Star,
    Delta,
    Zigzag,
    /// Sharing turns with the high-voltage winding.
    Auto,
    /// Single-phase, connected on site.
    Open,
}

/// A vector group as IEC 60076-1 writes it, read as far as compatibility needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VectorGroup {
    /// Clock number between high and low voltage, 0 to 11, in steps of 30 degrees.
    pub clock: u8,
    /// Whether the high-voltage neutral is brought out.
    pub hv_neutral: bool,
    /// A single-phase unit (`Ii0`): the bank's group is made on site.
    pub single_phase: bool,
}

impl VectorGroup {
    /// Reads `Yy0`, `YNd11`, `Dyn5`, `YNa0d11`, `YNyn0d11`, `Ii0` and the like, in any case and with
    /// spaces, `-`, `/`, `+` or `,` between the parts. `None` where it is not such a group.
    pub fn parse(text: &str) -> Option<VectorGroup> {
        let mut rest = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '/' | ',' | '+'))
            .map(|c| c.to_ascii_lowercase())
            .peekable();
        let (hv, hv_neutral) = winding(&mut rest)?;
        let (lv, _) = winding(&mut rest)?;
        let clock = clock(&mut rest)?;
        while rest.peek().is_some() {
            winding(&mut rest)?;
            // A stabilising winding is often written without a clock number (`YNa0d`).
            if rest.peek().is_some() {
                self::clock(&mut rest)?;
            }
        }
        if hv == Winding::Auto
            || (hv == Winding::Open) != matches!(lv, Winding::Open) && lv != Winding::Auto
        {
            return None;
        }
        // Star to star and delta to delta turn by even numbers, star to delta by odd ones.
        let turned = |w| matches!(w, Winding::Delta);
        let odd = match (hv, lv) {
            (_, Winding::Auto | Winding::Open) => false,
            // Zigzag turns by an odd number against star, by an even one against delta.
            (a, b) if (a == Winding::Zigzag) != (b == Winding::Zigzag) => !(turned(a) || turned(b)),
            (a, b) => turned(a) != turned(b),
        };
        if (clock % 2 == 1) != odd {
            return None;
        }
        Some(VectorGroup { clock, hv_neutral, single_phase: hv == Winding::Open })
    }
}

/// A winding letter and whether an `n` follows it.
fn winding<I: Iterator<Item = char>>(rest: &mut std::iter::Peekable<I>) -> Option<(Winding, bool)> {
    let kind = match rest.next()? {
        'y' => Winding::Star,
        'd' => Winding::Delta,
        'z' => Winding::Zigzag,
        'a' => Winding::Auto,
        'i' => Winding::Open,
        _ => return None,
    };
    let neutral = rest.next_if_eq(&'n').is_some();
    if neutral && matches!(kind, Winding::Delta | Winding::Open) {
        return None;
    }
    Some((kind, neutral || kind == Winding::Auto))
}

/// A clock number, 0 to 12; 12 is 0.
fn clock<I: Iterator<Item = char>>(rest: &mut std::iter::Peekable<I>) -> Option<u8> {
    let mut number: u8 = u8::try_from(rest.next_if(char::is_ascii_digit)?.to_digit(10)?).ok()?;
    if let Some(digit) = rest.next_if(char::is_ascii_digit) {
        number = 10 * number + u8::try_from(digit.to_digit(10)?).ok()?;
    }
    (number <= 12).then_some(number % 12)
}

/// Same clock number where the place states a group; a neutral where it needs one.
pub(super) fn check(case: &Case<'_>, checks: &mut Vec<Check>) {
    let Some(asked) = text(case.need.vector_group.as_ref()) else { return };
    let check = Check::new("vector_group", "h")
        .source("phase displacement by clock number, IEC 60076-1; equal for parallel operation, IEC 60076-8");
    let Some(place) = VectorGroup::parse(asked) else {
        checks.push(check.note(format!("The place's group `{asked}` could not be read.")));
        return;
    };
    let limit = Some(f64::from(place.clock));
    let Some(written) = text(case.offer.vector_group.as_ref()) else {
        checks.push(
            Check { limit, ..check }
                .note(format!("The place is {asked}; the unit's group is not known.")),
        );
        return;
    };
    let Some(unit) = VectorGroup::parse(written) else {
        checks.push(
            Check { limit, ..check }
                .note(format!("The unit's group `{written}` could not be read.")),
        );
        return;
    };
    if unit.single_phase && case.pieces == 3 {
        let note = if place.clock == 0 {
            "A bank of single-phase units connected star-star on site has clock number 0."
        } else {
            "A bank of single-phase units is connected on site; whether this group can be made of it must be asked."
        };
        let verdict = if place.clock == 0 { Verdict::Fits } else { Verdict::NotKnown };
        checks.push(Check { limit, ..check }.verdict(verdict).note(note));
        return;
    }
    let value = Some(f64::from(unit.clock));
    let hours = unit.clock.abs_diff(place.clock);
    let apart = f64::from(hours.min(12 - hours));
    let check = Check { value, limit, margin: Some(-apart), ..check };
    checks.push(if apart == 0.0 {
        check.verdict(Verdict::Fits).note(format!("{written} has the clock number of {asked}."))
    } else {
        check.verdict(Verdict::DoesNotFit).note(format!(
            "{written} beside {asked} is {} degrees apart: it cannot run in parallel or in a mesh.",
            30.0 * apart
        ))
    });
    if place.hv_neutral && !unit.hv_neutral {
        checks.push(Check::new("neutral", "").source(super::PRACTICE).note(format!(
            "The place earths the high-voltage neutral; {written} brings none out, so earthing and protection must be looked at."
        )));
    }
}

/// Text that says something.
fn text(group: Option<&String>) -> Option<&str> {
    group.map(|g| g.trim()).filter(|g| !g.is_empty())
}

#[cfg(test)]
mod tests {
    use super::VectorGroup;

    fn clock(text: &str) -> Option<u8> {
        VectorGroup::parse(text).map(|g| g.clock)
    }

    #[test]
    fn reads_common_groups() {
        let groups = [
            ("Yy0", 0),
            ("YNd11", 11),
            ("YNa0d11", 0),
            ("YNyn0d11", 0),
            ("Dyn5", 5),
            ("Dyn11", 11),
            ("Ii0", 0),
            ("Ia0", 0),
            ("Yd5", 5),
            ("YNd5", 5),
            ("Yzn11", 11),
            ("Dz0", 0),
            ("YNy6", 6),
            ("YNa0", 0),
            ("YN/d-11", 11),
            ("yNyN12", 0),
            ("YNa0d", 0),
            ("YNa0+d", 0),
        ];
        for (text, hours) in groups {
            assert_eq!(clock(text), Some(hours), "{text}");
        }
    }

    #[test]
    fn refuses_what_cannot_be() {
        let wrong = [
            "", "Y", "Yy", "Yd0", "Yy1", "Dy6", "YNd13", "ynd", "Xx0", "0", "ay0", "DNy1",
            "Yy00000", "Iy0",
        ];
        for text in wrong {
            assert_eq!(clock(text), None, "{text}");
        }
    }

    #[test]
    fn neutral_and_single_phase() {
        assert!(VectorGroup::parse("YNd11").is_some_and(|g| g.hv_neutral));
        assert!(VectorGroup::parse("Yd11").is_some_and(|g| !g.hv_neutral));
        assert!(VectorGroup::parse("Ii0").is_some_and(|g| g.single_phase));
    }
}
