//! One number in digits: which marks are of thousands and which is decimal.

use relight_ledger::decimal::Decimal;
use winnow::ModalResult;
use winnow::Parser;
use winnow::ascii::digit1;
use winnow::combinator::{eof, opt, preceded, repeat, terminated};
use winnow::token::{one_of, take};

/// A reading, and a second one where the marks leave two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    pub value: Decimal,
    pub other: Option<Decimal>,
}

/// Digits before the marks, groups of three after one kind of mark, and decimals after the other.
fn grouped<'a>(
    thousands: &'static [char],
    decimal: &'static [char],
) -> impl FnMut(&mut &'a str) -> ModalResult<(String, Option<&'a str>)> {
    move |input: &mut &'a str| {
        let head: &str = digit1.verify(|d: &str| d.len() <= 3).parse_next(input)?;
        let mark: char = one_of(thousands).parse_next(input)?;
        let group = || take(3usize).verify(|d: &str| d.bytes().all(|b| b.is_ascii_digit()));
        let first: &str = group().parse_next(input)?;
        let rest: Vec<&str> = repeat(0.., preceded(mark, group())).parse_next(input)?;
        let decimals = terminated(opt(preceded(one_of(decimal), digit1)), eof).parse_next(input)?;
        Ok(([&[head, first], &rest[..]].concat().concat(), decimals))
    }
}

/// Digits and decimals, without groups.
fn plain<'a>(
    decimal: &'static [char],
) -> impl FnMut(&mut &'a str) -> ModalResult<(String, Option<&'a str>)> {
    move |input: &mut &'a str| {
        let whole: &str = digit1.parse_next(input)?;
        let decimals = terminated(opt(preceded(one_of(decimal), digit1)), eof).parse_next(input)?;
        Ok((whole.to_owned(), decimals))
    }
}

fn value((whole, decimals): (String, Option<&str>)) -> Option<Decimal> {
    let decimals = decimals.map_or("", |d| d.get(..6).unwrap_or(d));
    if decimals.is_empty() {
        whole.parse().ok()
    } else {
        format!("{whole}.{decimals}").parse().ok()
    }
}

/// Reads digits with marks. `comma`: decimals are written with a comma in this language; `spaced`: groups were divided
/// by spaces already, so that a mark is decimal.
pub(super) fn read(text: &str, comma: bool, spaced: bool) -> Option<Reading> {
    let (thousands, decimal): (&'static [char], &'static [char]) =
        if comma { (&['.', '\''], &[',']) } else { (&[',', '\''], &['.']) };
    let one = |value: Decimal| Some(Reading { value, other: None });
    if spaced {
        return plain(&['.', ',']).parse(text).ok().and_then(value).and_then(one);
    }
    let native = grouped(thousands, decimal).parse(text).ok().and_then(value);
    let foreign = grouped(decimal, thousands).parse(text).ok().and_then(value);
    let decimals = plain(decimal).parse(text).ok().and_then(value);
    match (native, decimals, foreign) {
        // "144,366" in Ukrainian and "1.000" in English: decimals or thousands, as what is counted tells.
        (None, Some(value), other) => Some(Reading { value, other }),
        // "1.000" in German: thousands, and only with a scale word decimals; nobody writes so.
        (Some(value), ..) | (None, None, Some(value)) => one(value),
        // Dates, versions, telephone numbers: no number of ours, unless one foreign decimal mark is all.
        (None, None, None) => {
            let foreign = plain(thousands).parse(text).ok().and_then(value);
            foreign.and_then(one)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_mean_what_their_language_says() {
        let read = |text, comma| {
            let reading = read(text, comma, false);
            reading.map(|r| (r.value.to_string(), r.other.map(|o| o.to_string())))
        };
        let one = |v: &str| Some((v.to_owned(), None));
        assert_eq!(read("1,000", false), one("1000"));
        assert_eq!(read("1,000", true), Some(("1".to_owned(), Some("1000".to_owned()))));
        assert_eq!(read("1.000", false), Some(("1".to_owned(), Some("1000".to_owned()))));
        assert_eq!(read("19.5", false), one("19.5"));
        assert_eq!(read("19,5", true), one("19.5"));
        assert_eq!(read("19,5", false), one("19.5"));
        assert_eq!(read("1.234.567,89", true), one("1234567.89"));
        assert_eq!(read("29.11.2022", true), None);
    }
}
