//! Numbers in words: units added up, hundreds and scales multiplied.

use relight_ledger::decimal::Decimal;

use crate::lexicon::{NumberWord, lexicon};
use crate::text::language::Language;
use crate::text::token::fold_into;

/// A number as far as it was read: "two hundred and fifty | thousand".
#[derive(Debug, Default)]
pub(super) struct Group {
    total: u64,
    /// What the next scale word multiplies.
    hundreds: u64,
    /// The unit that was read last: after a ten a one may follow, after a one nothing.
    last: u64,
    any: bool,
}

impl Group {
    /// Adds a word; `false` where it begins another number.
    pub fn add(&mut self, word: NumberWord) -> bool {
        match word {
            NumberWord::Unit(value) => self.add_value(u64::from(value)),
            NumberWord::Hundred => {
                let group = if self.hundreds == 0 { 1 } else { self.hundreds };
                if group >= 100 {
                    return false;
                }
                self.set(self.total, group * 100, 100)
            }
            NumberWord::Scale(scale) => {
                if self.any && self.hundreds == 0 {
                    return false;
                }
                let group = self.hundreds.max(1);
                let Some(total) = group.checked_mul(scale).and_then(|g| g.checked_add(self.total))
                else {
                    return false;
                };
                self.set(total, 0, scale)
            }
            NumberWord::Vague(..) => false,
        }
    }

    /// Adds a value below a thousand.
    pub fn add_value(&mut self, value: u64) -> bool {
        let fits = !self.any || self.last >= 100 || self.last >= 20 && value < 10;
        // Two numbers side by side, "two three", are two; so is what is greater than what it would be added to.
        if !fits || self.any && value >= self.last {
            return false;
        }
        self.set(self.total, self.hundreds + value, value)
    }

    fn set(&mut self, total: u64, group: u64, last: u64) -> bool {
        (self.total, self.hundreds, self.last, self.any) = (total, group, last, true);
        true
    }

    /// Whether "and" may stand here.
    pub fn may_go_on(&self) -> bool {
        self.last >= 20
    }

    pub fn value(&self) -> Option<Decimal> {
        let sum = self.total.checked_add(self.hundreds)?;
        if self.any { i64::try_from(sum).ok().map(Decimal::from) } else { None }
    }
}

/// A number in one word: `twenty-five`, `zweihundertfünfzig`, `quatre-vingt-dix-sept`.
pub(super) fn compound(word: &str, language: Language) -> Option<u64> {
    if word.len() > 64 {
        return None;
    }
    let mut folded = String::new();
    fold_into(word, &mut folded);
    let unit = |part: &str| match lexicon().number(part, language) {
        Some(NumberWord::Unit(value)) => Some(u64::from(value)),
        _ => None,
    };
    if language == Language::German {
        return german(&folded, &unit);
    }
    let (head, tail) = folded.split_once('-')?;
    // "two-hundred", "a thirty-odd".
    if language == Language::English && matches!(tail, "hundred" | "odd") {
        let value = unit(head)?;
        return if tail == "odd" { Some(value) } else { (value < 10).then_some(value * 100) };
    }
    if language == Language::French && folded.starts_with("quatre-vingt") {
        let tail = folded
            .trim_start_matches("quatre-vingts")
            .trim_start_matches("quatre-vingt")
            .trim_start_matches('-');
        return if tail.is_empty() { Some(80) } else { french(tail, &unit).map(|t| 80 + t) };
    }
    let tens = unit(head)?;
    let rest = if language == Language::French { french(tail, &unit)? } else { unit(tail)? };
    (tens >= 20 && rest < 20 && tens % 10 == 0).then_some(tens + rest)
}

/// `dix-sept`, `et-un`, `cinq`.
fn french(text: &str, unit: &impl Fn(&str) -> Option<u64>) -> Option<u64> {
    let text = text.strip_prefix("et-").unwrap_or(text);
    match text.split_once('-') {
        Some((ten, one)) => Some(unit(ten)? + unit(one)?).filter(|sum| *sum < 20),
        None => unit(text),
    }
}

/// German writes numbers below a million in one word.
fn german(word: &str, unit: &impl Fn(&str) -> Option<u64>) -> Option<u64> {
    if let Some((head, tail)) = word.split_once("tausend") {
        let head = if head.is_empty() { 1 } else { german_hundreds(head, unit)? };
        let tail = if tail.is_empty() { 0 } else { german_hundreds(tail, unit)? };
        return Some(head * 1000 + tail);
    }
    german_hundreds(word, unit)
}

fn german_hundreds(word: &str, unit: &impl Fn(&str) -> Option<u64>) -> Option<u64> {
    if let Some((head, tail)) = word.split_once("hundert") {
        let head = if head.is_empty() { 1 } else { unit(head).filter(|h| *h < 10)? };
        let tail = tail.strip_prefix("und").unwrap_or(tail);
        let tail = if tail.is_empty() { 0 } else { german_tens(tail, unit)? };
        return Some(head * 100 + tail);
    }
    german_tens(word, unit)
}

fn german_tens(word: &str, unit: &impl Fn(&str) -> Option<u64>) -> Option<u64> {
    // The article is no number of its own here.
    if let Some(value) = unit(word) {
        return (value > 1).then_some(value);
    }
    let (one, ten) = word.split_once("und")?;
    let (one, ten) = (unit(one).filter(|o| *o < 10)?, unit(ten).filter(|t| *t >= 20)?);
    Some(ten + one)
}
