//! Numbers in text: digits in all groupings, words, scales, ranges.

mod digits;
mod words;

use relight_ledger::decimal::Decimal;

use crate::lexicon::{Mention, NumberWord, Sense};
use crate::text::language::Language;
use crate::text::token::{Shape, Token};

/// A number and the tokens that spell it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    /// The first token.
    pub start: usize,
    /// The token after the last.
    pub end: usize,
    /// The value, or the lower end of a range.
    pub low: Decimal,
    /// The upper end; the same as `low` where there is one value.
    pub high: Decimal,
    /// The other reading of `1.000` and `1,000`, where there is one.
    pub other: Option<Decimal>,
    pub sort: NumberSort,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberSort {
    /// In digits.
    Digits,
    /// In words.
    Words,
    /// "one" in languages where it is the article too.
    Article,
    /// "several hundred".
    Vague,
    /// From one to another: `5-40`.
    Range,
}

impl Number {
    /// The reading of the number as a count of things: whole.
    pub fn as_count(&self) -> (Decimal, Decimal) {
        match self.other {
            Some(other) if self.low.whole().is_none() || self.low < Decimal::from(10) => {
                (other, other)
            }
            _ => (self.low, self.high),
        }
    }
}

/// Groups of three after the first: more of them make no number that fits, and an endless row of them costs no more.
const MOST_GROUPS: usize = 6;

/// Everything that the search looks at.
pub(crate) struct Numbers<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub language: Option<Language>,
    /// Mentions of number words.
    pub words: &'a [Mention],
}

impl Numbers<'_> {
    /// All numbers, in order, without overlaps.
    pub fn find(&self) -> Vec<Number> {
        let mut out: Vec<Number> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let Some(number) = self.at(at) else {
                at += 1;
                continue;
            };
            let number = self.range(number);
            at = number.end;
            out.push(number);
        }
        out
    }

    fn body(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| t.span.of(self.text))
    }

    fn word(&self, at: usize) -> Option<(NumberWord, usize)> {
        let i = self.words.partition_point(|m| m.start < at);
        let mention = self.words.get(i).filter(|m| m.start == at)?;
        match mention.sense {
            Sense::Number(word) => Some((word, mention.len())),
            _ => None,
        }
    }

    /// The number that begins at that token.
    fn at(&self, at: usize) -> Option<Number> {
        let token = self.tokens.get(at)?;
        if token.shape == Shape::Number {
            let number = self.digits(at)?;
            return Some(self.scaled(number));
        }
        if token.shape == Shape::Word {
            return self.words(at);
        }
        None
    }

    /// Digits, with groups of three after single spaces: `15 000`.
    fn digits(&self, at: usize) -> Option<Number> {
        let body = self.body(at);
        let mut joined = body.to_owned();
        let mut end = at + 1;
        if body.len() <= 3 && body.bytes().all(|b| b.is_ascii_digit()) {
            while let (Some(last), Some(next)) = (self.tokens.get(end - 1), self.tokens.get(end)) {
                let gap = self.text.get(last.span.end..next.span.start).unwrap_or_default();
                let group = next.span.of(self.text);
                let thousands = group.len() == 3
                    || group.len() > 4
                        && group.as_bytes()[3] == b','
                        && group[..3].bytes().all(|b| b.is_ascii_digit());
                let space = matches!(gap, " " | "\u{a0}" | "\u{202f}" | "\u{2009}");
                if next.shape != Shape::Number
                    || !space
                    || !thousands
                    || joined.starts_with('0')
                    || end - at > MOST_GROUPS
                    || self.is_rated(end + 1)
                {
                    break;
                }
                joined.push_str(group);
                end += 1;
                if group.len() > 3 {
                    break;
                }
            }
        }
        let comma = self.language.is_some_and(Language::has_decimal_comma);
        let digits::Reading { value, other } = digits::read(&joined, comma, end > at + 1)?;
        Some(Number { start: at, end, low: value, high: value, other, sort: NumberSort::Digits })
    }

    /// "20 100-kVA generators": the second number is of each piece, and no group of the first.
    fn is_rated(&self, at: usize) -> bool {
        // "16 110/10 kV transformers".
        let at = if self.body(at) == "/" { at + 2 } else { at };
        let unit = at + usize::from(self.body(at) == "-");
        matches!(
            self.body(unit).to_lowercase().as_str(),
            "kva" | "kw" | "mw" | "mva" | "kv" | "ква" | "квт" | "мвт" | "кв"
        )
    }

    /// Scale words and letters after digits: `1,4 тис.`, `$25M`, `115-million`.
    fn scaled(&self, mut number: Number) -> Number {
        loop {
            let mut at = number.end;
            // "115-million", "53 de milioane".
            let joined = self.body(at) == "-"
                || self.body(at) == "de" && self.language == Some(Language::Romanian);
            if joined && self.word(at + 1).is_some_and(|(w, _)| !matches!(w, NumberWord::Unit(_))) {
                at += 1;
            }
            let scale = match self.word(at) {
                Some((NumberWord::Scale(scale), length)) => Some((scale, length)),
                Some((NumberWord::Hundred, length)) => Some((100, length)),
                // "2 milioane de": after a number the vague word is its scale.
                Some((NumberWord::Vague(low, _), length))
                    if low >= 200 && low.to_string().starts_with('2') =>
                {
                    Some((low / 2, length))
                }
                _ => self.letter(at).map(|scale| (scale, 1)),
            };
            let Some((scale, length)) = scale else { return number };
            let factor = Decimal::from(i64::try_from(scale).unwrap_or(1));
            // "1.4 thousand": here the mark is decimal, "1,000 million" has its thousands.
            let (Some(low), Some(high)) = (number.low.times(factor), number.high.times(factor))
            else {
                return number;
            };
            number = Number { low, high, other: None, end: at + length, ..number };
            if let Some(more) = self.rest_of_thousand(&number, scale) {
                number = more;
            }
            // "Mio.", "тис.": the full stop is of the abbreviation.
            let word = self.body(number.end - 1).to_lowercase();
            let short = matches!(
                word.as_str(),
                "mio"
                    | "mrd"
                    | "tsd"
                    | "mill"
                    | "млн"
                    | "млрд"
                    | "тис"
                    | "тыс"
                    | "tys"
                    | "mln"
                    | "mld"
                    | "mil"
                    | "хил"
                    | "bn"
                    | "mn"
            );
            if short
                && self.body(number.end) == "."
                && self.tokens.get(number.end).is_some_and(|t| t.glued)
            {
                number.end += 1;
            }
        }
    }

    /// "1 тис. 200", "2 tys. 500": thousands with the hundreds behind them.
    fn rest_of_thousand(&self, number: &Number, scale: u64) -> Option<Number> {
        let slavic = matches!(
            self.language,
            Some(Language::Ukrainian | Language::Polish | Language::Russian)
        );
        let dot = usize::from(self.body(number.end) == ".");
        let at = number.end + dot;
        let rest = self.body(at);
        let three = rest.len() == 3 && rest.bytes().all(|b| b.is_ascii_digit());
        if !(slavic && scale == 1000 && three && number.low.whole().is_some()) {
            return None;
        }
        let sum = number.low.plus(rest.parse().ok()?)?;
        Some(Number { low: sum, high: sum, end: at + 1, ..*number })
    }

    /// `m`, `bn` and `k` glued to digits.
    fn letter(&self, at: usize) -> Option<u64> {
        let token = self.tokens.get(at)?;
        // "£10 m": with the sign of a currency before the number the letter may stand by itself.
        let sum = at
            .checked_sub(2)
            .is_some_and(|b| matches!(self.body(b), "£" | "€" | "$") && self.body(at) != "k");
        // "500 M€".
        let signed = matches!(self.body(at + 1), "€" | "$" | "£")
            && self.tokens.get(at + 1).is_some_and(|t| t.glued);
        let sum = sum || signed;
        if !(token.glued || sum) || !self.tokens.get(at.checked_sub(1)?)?.shape.eq(&Shape::Number) {
            return None;
        }
        match token.span.of(self.text) {
            "k" | "K" if !sum => Some(1_000),
            "M" | "m" | "mn" | "mln" | "mio" => Some(1_000_000),
            "bn" | "B" | "b" | "Bn" | "BN" | "Md" | "Mds" => Some(1_000_000_000),
            _ => None,
        }
    }

    fn words(&self, at: usize) -> Option<Number> {
        let language = self.language?;
        let mut group = words::Group::default();
        let mut end = at;
        let mut article = false;
        loop {
            if let Some((word, length)) = self.word(end) {
                let word = match word {
                    // "Millionen Menschen": the plural by itself says some of them.
                    NumberWord::Scale(scale) if end == at && self.is_plural_scale(at) => {
                        return self.vague(at, at + length, scale * 2, scale * 10 - 1);
                    }
                    NumberWord::Vague(low, high) if end == at => {
                        return self.vague(at, at + length, low, high);
                    }
                    // "dix millions de": after a number the vague word is its scale.
                    NumberWord::Vague(low, _) if low.to_string().starts_with('2') => {
                        NumberWord::Scale(low / 2)
                    }
                    word => word,
                };
                if !group.add(word) {
                    break;
                }
                article = end == at && word == NumberWord::Unit(1) && language != Language::English;
                end += length;
            } else if let Some(value) = words::compound(self.body(end), language) {
                if !group.add_value(value) {
                    break;
                }
                end += 1;
            } else if end > at
                && group.may_go_on()
                && matches!(self.body(end), "and" | "și" | "et" | "-" | "–")
                && (self.word(end + 1).is_some_and(|(w, _)| matches!(w, NumberWord::Unit(_)))
                    || words::compound(self.body(end + 1), language).is_some())
            {
                end += 1;
            } else {
                break;
            }
        }
        if end == at {
            return None;
        }
        let value = group.value()?;
        let sort = if article && end == at + 1 { NumberSort::Article } else { NumberSort::Words };
        Some(Number { start: at, end, low: value, high: value, other: None, sort })
    }

    /// A scale word in the plural with nothing counted before it.
    fn is_plural_scale(&self, at: usize) -> bool {
        matches!(
            self.body(at).to_lowercase().as_str(),
            "millionen"
                | "milliarden"
                | "tausende"
                | "millions"
                | "milliards"
                | "milliers"
                | "billions"
                | "thousands"
                | "miliony"
                | "miliardy"
                | "tysiące"
                | "milioane"
                | "miliarde"
                | "мільйони"
                | "мільярди"
                | "тисячі"
                | "миллионы"
                | "тысячи"
                | "milioni"
                | "миллиарды"
        )
    }

    /// "several hundred", and "several hundred thousand".
    fn vague(&self, start: usize, mut end: usize, low: u64, high: u64) -> Option<Number> {
        let mut factor = 1u64;
        if let Some((NumberWord::Scale(scale), length)) = self.word(end) {
            factor = scale;
            end += length;
        }
        let times = |n: u64| {
            Decimal::from(i64::try_from(n).ok()?).times(Decimal::from(i64::try_from(factor).ok()?))
        };
        Some(Number {
            start,
            end,
            low: times(low)?,
            high: times(high)?,
            other: None,
            sort: NumberSort::Vague,
        })
    }

    /// `50-100`, `50 to 100`, `between 50 and 100`. Both ends must be written alike, and the first be less.
    fn range(&self, first: Number) -> Number {
        if !matches!(first.sort, NumberSort::Digits | NumberSort::Words) {
            return first;
        }
        let joint = self.body(first.end);
        let between = first.start.checked_sub(1).map_or("", |b| self.body(b)).to_lowercase();
        let joins = matches!(joint, "-" | "–" | "—" | "to" | "bis" | "à" | "până" | "а" | "до")
            || matches!(joint, "and" | "und" | "et" | "i" | "a" | "și" | "і" | "та" | "do" | "и")
                && matches!(
                    between.as_str(),
                    "between"
                        | "zwischen"
                        | "entre"
                        | "od"
                        | "między"
                        | "între"
                        | "від"
                        | "между"
                        | "от"
                );
        if !joins {
            return first;
        }
        let Some(second) = self.at(first.end + 1) else { return first };
        if second.sort == NumberSort::Vague || second.low <= first.low {
            // "5 to 10 million": the scale is of both.
            return first;
        }
        // 2022-23 and 10-12-2022 are dates.
        if joint == "-" && self.body(second.end) == "-" {
            return first;
        }
        let low = self.shared_scale(&first, &second).unwrap_or(first.low);
        Number {
            end: second.end,
            low,
            high: second.high,
            other: None,
            sort: NumberSort::Range,
            ..first
        }
    }

    /// The lower end of "5 to 10 million".
    fn shared_scale(&self, first: &Number, second: &Number) -> Option<Decimal> {
        // "three to four hundred".
        if first.sort == NumberSort::Words && second.sort == NumberSort::Words {
            let factor = match self.word(second.end.checked_sub(1)?)?.0 {
                NumberWord::Hundred => Decimal::from(100),
                NumberWord::Scale(scale) => Decimal::from(i64::try_from(scale).ok()?),
                _ => return None,
            };
            let one = first.end - first.start == 1 && first.low < Decimal::from(100);
            return first.low.times(factor).filter(|low| one && *low < second.low);
        }
        let scaled =
            second.end - second.start > 1 || self.letter(second.end.checked_sub(1)?).is_some();
        let bare = first.end - first.start == 1;
        if !(scaled && bare && second.sort == NumberSort::Digits) {
            return None;
        }
        let plain = self.digits(second.start)?;
        let factor = second.low.over(plain.low)?;
        first.low.times(factor).filter(|low| *low < second.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::lexicon;
    use crate::text::Span;
    use crate::text::token::tokens;

    fn read(text: &str, language: Language) -> Vec<(String, String)> {
        let tokens = tokens(text, Span::new(0, text.len()));
        let layers = lexicon().mentions(text, &tokens, Some(language));
        let words = Sense::Number(NumberWord::Hundred).layer();
        let numbers =
            Numbers { text, tokens: &tokens, language: Some(language), words: &layers[words] };
        let found = numbers.find();
        found.iter().map(|n| (n.as_count().0.to_string(), n.as_count().1.to_string())).collect()
    }

    fn one(text: &str, language: Language, value: &str) {
        assert_eq!(read(text, language), [(value.to_owned(), value.to_owned())], "{text}");
    }

    #[test]
    fn groupings_of_all_languages_are_read() {
        for text in [
            "1,000",
            "1.000",
            "1 000",
            "1\u{a0}000",
            "1'000",
            "1 thousand",
            "one thousand",
            "one thousand",
        ] {
            one(&format!("{text} sets"), Language::English, "1000");
        }
        one("1.000 Stück", Language::German, "1000");
        one("понад 1,4 тис. штук", Language::Ukrainian, "1400");
        one("144,366 млн євро", Language::Ukrainian, "144366000");
        one("1,4 tys. tych", Language::Polish, "1400");
        one("€1.05 bn", Language::English, "1050000000");
        one("$25M", Language::English, "25000000");
        one("$115-million", Language::English, "115000000");
        one("1,000 million euros", Language::English, "1000000000");
        one("2.57 million", Language::English, "2570000");
        one("15 000 kits", Language::English, "15000");
        one("1.234.567 lei", Language::Romanian, "1234567");
        one("1,234,567.5 dollars", Language::English, "1234567.5");
    }

    #[test]
    fn words_are_added_up() {
        one("Twenty-five generators", Language::English, "25");
        one("two hundred and fifty thousand", Language::English, "250000");
        one("zweihundertfünfzig Geräte", Language::German, "250");
        one("siebenundzwanzig", Language::German, "27");
        one("двадцять п’ять", Language::Ukrainian, "25");
        one("quatre-vingt-dix", Language::French, "90");
        one("vingt-cinq", Language::French, "25");
        one("deux cents", Language::French, "200");
        one("dwadzieścia pięć", Language::Polish, "25");
        one("două sute", Language::Romanian, "200");
    }

    #[test]
    fn vague_numbers_and_ranges_are_intervals() {
        let pair = |a: &str, b: &str| vec![(a.to_owned(), b.to_owned())];
        assert_eq!(read("several hundred sets", Language::English), pair("200", "999"));
        assert_eq!(read("кілька сотень", Language::Ukrainian), pair("200", "999"));
        assert_eq!(read("of 5–40 kVA", Language::English), pair("5", "40"));
        assert_eq!(read("between 50 and 100", Language::English), pair("50", "100"));
        assert_eq!(read("5 to 10 million", Language::English), pair("5000000", "10000000"));
    }
}
