//! Exact numbers: money and counts are never binary fractions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number with six decimal places, exact, between -10^24 and 10^24. In JSON a text such as `"19500000"` or `"2.57"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal {
    millionths: i128,
}

const ONE: i128 = 1_000_000;
/// Bound of the magnitude, in millionths: products of two still fit into 256 bits of head room by parts.
const MOST: i128 = 1_000_000_000_000_000_000_000_000 * ONE;

impl Decimal {
    /// Nought.
    pub const ZERO: Decimal = Decimal { millionths: 0 };
    /// One.
    pub const ONE: Decimal = Decimal { millionths: ONE };

    /// A number of millionths; `None` beyond the range.
    pub const fn from_millionths(millionths: i128) -> Option<Decimal> {
        if millionths > MOST || millionths < -MOST { None } else { Some(Decimal { millionths }) }
    }

    /// The number in millionths.
    pub const fn millionths(self) -> i128 {
        self.millionths
    }

    /// The nearest number of six places to a binary fraction; `None` where it is not finite or beyond the range.
    pub fn from_f64(value: f64) -> Option<Decimal> {
        let scaled = (value * ONE as f64).round();
        if scaled.is_finite() && scaled.abs() <= MOST as f64 {
            Decimal::from_millionths(scaled as i128)
        } else {
            None
        }
    }

    /// The nearest binary fraction, for drawings and estimates.
    pub fn to_f64(self) -> f64 {
        self.millionths as f64 / ONE as f64
    }

    /// The whole number, where it is one.
    pub fn whole(self) -> Option<i64> {
        if self.millionths % ONE == 0 { i64::try_from(self.millionths / ONE).ok() } else { None }
    }

    /// Whole pieces in it, rounded down; 0 below nought.
    pub fn pieces(self) -> u64 {
        u64::try_from(self.millionths / ONE).unwrap_or(0)
    }

    /// Sum; `None` beyond the range.
    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        Decimal::from_millionths(self.millionths + other.millionths)
    }

    /// Difference; `None` beyond the range.
    pub fn minus(self, other: Decimal) -> Option<Decimal> {
        Decimal::from_millionths(self.millionths - other.millionths)
    }

    /// Product, rounded half away from zero in the sixth place; `None` beyond the range.
    pub fn times(self, other: Decimal) -> Option<Decimal> {
        // a * b / 10^6 without leaving 128 bits: the whole part of `b` and its millionths apart.
        let (whole, part) = (other.millionths / ONE, other.millionths % ONE);
        let coarse = self.millionths.checked_mul(whole)?;
        let fine = self.millionths.checked_mul(part)?;
        Decimal::from_millionths(coarse.checked_add(rounded(fine, ONE))?)
    }

    /// Quotient, rounded half away from zero in the sixth place; `None` for a divisor of nought or beyond the range.
    pub fn over(self, divisor: Decimal) -> Option<Decimal> {
        if divisor.millionths == 0 {
            return None;
        }
        Decimal::from_millionths(rounded(self.millionths.checked_mul(ONE)?, divisor.millionths))
    }

    /// Rounded half away from zero to so many decimal places (six at most).
    #[must_use]
    pub fn to_places(self, places: u32) -> Decimal {
        let unit = 10_i128.pow(6 - places.min(6));
        Decimal { millionths: rounded(self.millionths, unit) * unit }
    }
}

/// Division, rounded half away from zero. The divisor is not nought.
fn rounded(dividend: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    let up = rest.unsigned_abs() * 2 >= divisor.unsigned_abs();
    let away = if (dividend < 0) == (divisor < 0) { 1 } else { -1 };
    if up { quotient + away } else { quotient }
}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Decimal {
        Decimal { millionths: i128::from(whole) * ONE }
    }
}

impl fmt::Display for Decimal {
    /// Without an exponent, grouping or trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.millionths.unsigned_abs();
        let (whole, part) = (magnitude / ONE as u128, magnitude % ONE as u128);
        let sign = if self.millionths < 0 { "-" } else { "" };
        if part == 0 {
            return f.pad(&format!("{sign}{whole}"));
        }
        let digits = format!("{part:06}");
        f.pad(&format!("{sign}{whole}.{}", digits.trim_end_matches('0')))
    }
}

/// Text that is no number of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number; expected digits, a `.` before at most six decimals, and no grouping")]
pub struct NotANumber(String);

impl FromStr for Decimal {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Decimal, NotANumber> {
        let wrong = || NotANumber(text.chars().take(64).collect());
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let fits = |s: &str, most: usize| {
            !s.is_empty() && s.len() <= most && s.bytes().all(|b| b.is_ascii_digit())
        };
        if !fits(whole, 25) || !fits(part, 6) {
            return Err(wrong());
        }
        let number = |s: &str| s.parse::<i128>().map_err(|_| wrong());
        let millionths = number(whole)? * ONE + number(&format!("{part:0<6}"))?;
        Decimal::from_millionths(if negative { -millionths } else { millionths }).ok_or_else(wrong)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::text::read(from)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    #[test]
    fn money_comes_out_to_the_cent() {
        assert_eq!(d("53000000").times(d("0.9472")), Some(d("50201600")));
        assert_eq!(d("1000000000").times(d("1.0545")), Some(d("1054500000")));
        assert_eq!(
            d("50000000").over(d("0.949129")).map(|x| x.to_places(2)),
            Some(d("52679878.08"))
        );
        assert_eq!(d("-2.5").to_places(0), d("-3"));
        assert_eq!(d("1").over(d("0")), None);
    }

    #[test]
    fn what_is_no_plain_number_is_refused() {
        for bad in ["", "-", ".", "1.", ".5", "1,5", "1e3", "+1", "0x1", "1.0000001", "NaN", "١"] {
            assert!(bad.parse::<Decimal>().is_err(), "{bad}");
        }
        assert!("9".repeat(26).parse::<Decimal>().is_err());
    }

    proptest! {
        #[test]
        fn text_is_lossless(n in -1_000_000_000_000_000_000_000_i128..1_000_000_000_000_000_000_000) {
            let number = Decimal::from_millionths(n).expect("in range");
            prop_assert_eq!(number.to_string().parse::<Decimal>(), Ok(number));
        }

        #[test]
        fn a_product_is_that_of_whole_millionths(a in -1_000_000_000_i128..1_000_000_000, b in -1_000_000_000_i128..1_000_000_000) {
            let product = Decimal { millionths: a }.times(Decimal { millionths: b }).expect("in range");
            let twice_the_error = (product.millionths * ONE - a * b).abs() * 2;
            prop_assert!(twice_the_error <= ONE);
        }
    }
}
