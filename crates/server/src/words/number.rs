//! Numbers with the marks of each language.

use relight_ledger::decimal::Decimal;

use super::{Tongue, Words};

impl Words {
    /// A number with its groups: `1,234.5`, `1 234,5` (with a no-break space), `1.234,5`.
    pub fn number(&self, value: Decimal) -> String {
        let (group, point) = match self.tongue {
            Tongue::English => (',', '.'),
            Tongue::Ukrainian => ('\u{a0}', ','),
            Tongue::Romanian => ('.', ','),
        };
        let text = value.to_string();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.as_str()),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let mut shown = String::from(sign);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                shown.push(group);
            }
            shown.push(digit);
        }
        if !part.is_empty() {
            shown.push(point);
            shown.push_str(part);
        }
        shown
    }

    /// A whole number with its groups.
    pub fn whole(&self, value: usize) -> String {
        self.number(Decimal::from(i64::try_from(value).unwrap_or(i64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::date::tests::oracle;

    #[test]
    fn numbers_are_those_of_a_browser() {
        for row in oracle() {
            let words = Words::new(row.tongue).expect("the catalogue");
            assert_eq!(words.number(row.number.parse().expect("a number")), row.grouped);
            let (value, shown) = row.decimal.split_once('|').expect("two parts");
            assert_eq!(words.number(value.parse().expect("a number")), shown);
        }
    }
}
