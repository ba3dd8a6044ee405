//! Rates of exchange out of a file, and sums converted by them: with the rate, its day and its source, or not at all.
//!
//! The layout is that of the European Central Bank (`eurofxref-hist.csv`): a row a business day, a column a currency, how
//! much of it one euro buys, `N/A` where there was no rate.

use std::collections::BTreeMap;
use std::fmt;

use crate::date::Day;
use crate::decimal::Decimal;
use crate::interval::Interval;
use crate::lines::Lines;
use crate::model::Currency;

/// The most bytes of a file of rates. All that the bank ever published has under 2 MB.
pub const MOST_BYTES: usize = 16 << 20;

/// A rate that is older than this many days is none: over the longest holidays the bank publishes after five.
pub const MOST_DAYS: i64 = 7;

/// The most errors that are listed.
const MOST_ERRORS: usize = 50;

/// Rates of one source: per currency and day, how much of it one euro buys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rates {
    source: String,
    per_euro: BTreeMap<Currency, BTreeMap<Day, Decimal>>,
}

/// A sum in another currency, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// The sum, to the hundredth.
    pub range: Interval,
    /// How much of the new currency one of the old one buys, to six places. The sum is not made of this rounded number.
    pub rate: Decimal,
    /// The business day that the rate is of: the day asked for, or the nearest before it.
    pub day: Day,
    /// Whose rates they are.
    pub source: String,
}

/// Why a sum was not converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotConverted {
    /// No currency was said, or a bare `$`.
    #[error("the currency is not known")]
    NoCurrency,
    /// Without a day no rate can be chosen.
    #[error("it has no day, so that no rate can be chosen")]
    NoDay,
    /// The file has no rate for the currency, or none for that time.
    #[error(
        "no rate from {from} to {to} within {MOST_DAYS} days before {day} in {}", sources(.tried)
    )]
    NoRate {
        /// From which currency.
        from: Currency,
        /// To which.
        to: Currency,
        /// For which day.
        day: Day,
        /// In which sources it was looked for.
        tried: Vec<String>,
    },
    /// The sum is beyond all numbers of the ledger.
    #[error("the sum is too large to be converted")]
    TooLarge,
}

fn sources(tried: &[String]) -> String {
    if tried.is_empty() { "no source at all".to_owned() } else { tried.join(", ") }
}

/// What is wrong with a file of rates, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// The column by its name; empty where the row as a whole is meant.
    pub column: String,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column.as_str() {
            "" => write!(f, "line {}: {}", self.line, self.message),
            column => write!(f, "line {}, column {column}: {}", self.line, self.message),
        }
    }
}

impl Rates {
    /// Reads a file of rates; `source` is the name that stands beside every converted sum.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn read(bytes: &[u8], source: &str) -> Result<Rates, Vec<Fault>> {
        let mut faults = Vec::new();
        if bytes.len() > MOST_BYTES {
            let message = format!("{} bytes; expected {MOST_BYTES} at most", bytes.len());
            return Err(vec![Fault { line: 1, column: String::new(), message }]);
        }
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
        let mut rates = Rates { source: source.to_owned(), ..Rates::default() };
        let mut columns: Vec<Option<Currency>> = Vec::new();
        let mut days: BTreeMap<Day, u64> = BTreeMap::new();
        let mut lines = Lines::new(bytes);
        for record in reader.records() {
            if faults.len() >= MOST_ERRORS {
                break;
            }
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = lines.of(error.position());
                    let message = "this is no row of a table in UTF-8".to_owned();
                    faults.push(Fault { line, column: String::new(), message });
                    break;
                }
            };
            let line = lines.of(record.position());
            if columns.is_empty() {
                columns = header(&record, line, &mut faults);
                continue;
            }
            rates.take(&record, line, &columns, &mut days, &mut faults);
        }
        if columns.is_empty() && faults.is_empty() {
            let message = "the file is empty; expected a header `Date,USD,...`".to_owned();
            faults.push(Fault { line: 1, column: String::new(), message });
        }
        if faults.is_empty() { Ok(rates) } else { Err(faults) }
    }

    fn take(
        &mut self,
        record: &csv::StringRecord,
        line: u64,
        columns: &[Option<Currency>],
        days: &mut BTreeMap<Day, u64>,
        faults: &mut Vec<Fault>,
    ) {
        let mut wrong =
            |column: String, message: String| faults.push(Fault { line, column, message });
        let mut cells = record.iter();
        let Ok(day) = cells.next().unwrap_or_default().trim().parse::<Day>() else {
            let message =
                format!("`{}` is no day; expected 2022-12-13", record.get(0).unwrap_or(""));
            wrong("Date".to_owned(), message);
            return;
        };
        if let Some(earlier) = days.insert(day, line) {
            wrong("Date".to_owned(), format!("{day} stands in line {earlier} already"));
        }
        for (cell, column) in cells.zip(columns) {
            let Some(currency) = column else { continue };
            let cell = cell.trim();
            if cell.is_empty() || cell == "N/A" {
                continue;
            }
            match cell.parse::<Decimal>() {
                Ok(rate) if rate > Decimal::ZERO => {
                    self.per_euro.entry(*currency).or_default().insert(day, rate);
                }
                _ => {
                    let message = format!("`{cell}` is no rate; expected a number above 0 or N/A");
                    wrong(currency.to_string(), message);
                }
            }
        }
    }

    /// Whose rates they are.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What one euro bought of each, on that day or the nearest before it on which the source has both.
    fn day_of(&self, from: Currency, to: Currency, day: Day) -> Option<(Day, Decimal, Decimal)> {
        let latest = |currency: Currency, until: Day| {
            if currency == Currency::EUR {
                return Some((until, Decimal::ONE));
            }
            let (day, rate) = self.per_euro.get(&currency)?.range(..=until).next_back()?;
            Some((*day, *rate))
        };
        let mut until = day;
        loop {
            let (first, a) = latest(from, until)?;
            let (second, b) = latest(to, first)?;
            if day.days_since(second) > MOST_DAYS {
                return None;
            }
            if first == second {
                return Some((first, a, b));
            }
            until = second;
        }
    }
}

/// A sum in another currency, at the rate of that day or the nearest business day before it, of the first source that has
/// one.
///
/// # Errors
///
/// Why it stays in its own currency.
pub fn convert(
    sum: Interval,
    from: Option<Currency>,
    to: Currency,
    day: Option<Day>,
    sources: &[Rates],
) -> Result<Conversion, NotConverted> {
    let from = from.ok_or(NotConverted::NoCurrency)?;
    let day = day.ok_or(NotConverted::NoDay)?;
    if from == to {
        return Ok(Conversion { range: sum, rate: Decimal::ONE, day, source: String::new() });
    }
    let found = sources.iter().find_map(|s| Some((s, s.day_of(from, to, day)?)));
    let Some((source, (day, of_from, of_to))) = found else {
        let tried = sources.iter().map(|s| s.source.clone()).collect();
        return Err(NotConverted::NoRate { from, to, day, tried });
    };
    let end = |end: Option<Decimal>| match end {
        None => Ok(None),
        Some(end) => {
            let converted = end.times(of_to).and_then(|e| e.over(of_from));
            converted.map(|e| Some(e.to_places(2))).ok_or(NotConverted::TooLarge)
        }
    };
    let rate = of_to.over(of_from).ok_or(NotConverted::TooLarge)?;
    let range = Interval { min: end(sum.min)?, max: end(sum.max)? };
    Ok(Conversion { range, rate, day, source: source.source.clone() })
}

fn header(record: &csv::StringRecord, line: u64, faults: &mut Vec<Fault>) -> Vec<Option<Currency>> {
    let mut wrong = |column: &str, message: String| {
        faults.push(Fault { line, column: column.to_owned(), message });
    };
    let mut cells = record.iter().map(|cell| cell.trim().trim_start_matches('\u{feff}'));
    if cells.next() != Some("Date") {
        wrong("", "expected a header that begins with `Date`".to_owned());
    }
    let mut seen = Vec::new();
    let mut columns = Vec::new();
    for cell in cells {
        // The bank ends its rows with a comma.
        let currency = if cell.is_empty() { None } else { Some(cell) };
        let currency = currency.and_then(|cell| match cell.parse::<Currency>() {
            Ok(currency) => Some(currency),
            Err(error) => {
                wrong(cell, error.to_string());
                None
            }
        });
        if let Some(currency) = currency {
            if seen.contains(&currency) {
                wrong(currency.code(), "the column stands there twice".to_owned());
            }
            seen.push(currency);
        }
        columns.push(currency);
    }
    if seen.is_empty() {
        wrong("", "no column of a currency; expected `Date,USD,...`".to_owned());
    }
    columns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = "\
Date,USD,JPY,GBP,RUB,
2022-12-13,1.0545,145.07,0.85753,N/A,
2022-12-12,1.0562,144.8,0.8595,N/A,
2022-12-09,1.0559,143.3,0.8616,N/A,
2022-02-02,1.1323,129.37,0.83395,85.815,
";

    fn rates() -> Vec<Rates> {
        vec![Rates::read(FILE.as_bytes(), "ECB").expect("a file of rates")]
    }

    fn day(text: &str) -> Option<Day> {
        text.parse().ok()
    }

    fn code(text: &str) -> Currency {
        text.parse().expect("a code")
    }

    fn converted(amount: i64, from: &str, to: &str, on: &str) -> Result<Conversion, NotConverted> {
        convert(Interval::exactly(amount), Some(code(from)), code(to), day(on), &rates())
    }

    /// Both sums that were printed of the conference in Paris agree with the rates of the day.
    #[test]
    fn a_billion_euro_is_the_dollars_that_were_printed() {
        let dollars = converted(1_000_000_000, "EUR", "USD", "2022-12-13").expect("a rate");
        assert_eq!(dollars.range, Interval::exactly(1_054_500_000));
        assert_eq!((Some(dollars.day), dollars.source.as_str()), (day("2022-12-13"), "ECB"));
        let pounds = converted(1_050_000_000, "EUR", "GBP", "2022-12-13").expect("a rate");
        assert_eq!(pounds.range.value().map(|v| v.to_string()), Some("900406500".to_owned()));
        // From one to another by way of the euro: 0.85753 / 1.0545.
        let cross = converted(1_054_500, "USD", "GBP", "2022-12-13").expect("a rate");
        assert_eq!(cross.range, Interval::exactly(857_530));
        assert_eq!(cross.rate.to_string(), "0.81321");
    }

    #[test]
    fn a_weekend_takes_the_rate_of_friday_and_a_lost_currency_takes_none() {
        let sunday = converted(100, "EUR", "USD", "2022-12-11").expect("a rate");
        assert_eq!(
            (sunday.day, sunday.rate.to_string()),
            ("2022-12-09".parse().expect("a day"), "1.0559".to_owned())
        );
        for (from, on) in [
            ("RUB", "2022-12-13"),
            ("UAH", "2022-12-13"),
            ("USD", "2022-12-08"),
            ("USD", "2023-01-02"),
        ] {
            let error = converted(100, from, "EUR", on).expect_err("no rate");
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("no rate from {from} to EUR within 7 days before {on}")),
                "{error}"
            );
        }
        let dollar =
            convert(Interval::exactly(1), None, Currency::EUR, day("2022-12-13"), &rates());
        assert_eq!(dollar, Err(NotConverted::NoCurrency), "a bare `$`");
        let undated =
            convert(Interval::exactly(1), Some(Currency::USD), Currency::EUR, None, &rates());
        assert_eq!(undated, Err(NotConverted::NoDay));
    }

    #[test]
    fn ends_that_are_not_known_stay_so() {
        let over = convert(
            Interval::at_least(1000),
            Some(Currency::EUR),
            Currency::USD,
            day("2022-12-13"),
            &rates(),
        );
        assert_eq!(
            over.map(|c| (c.range.min.map(|m| m.to_string()), c.range.max)),
            Ok((Some("1054.5".to_owned()), None))
        );
    }

    #[test]
    fn everything_wrong_with_a_file_is_told_at_once() {
        let bad = "Date,USD,usd,USD\n2022-13-01,1,1,1\n2022-12-13,-1,x,0\n2022-12-13,1,,\n";
        let faults = Rates::read(bad.as_bytes(), "bad").expect_err("faults");
        let told: Vec<String> = faults.iter().map(|f| format!("{}/{}", f.line, f.column)).collect();
        assert_eq!(told, ["1/usd", "1/USD", "2/Date", "3/USD", "3/USD", "4/Date"]);
        for bad in ["", "\n", "Day,USD\n", "Date\n", "Date,USD\n2022-12-13,\u{0}"] {
            assert!(Rates::read(bad.as_bytes(), "bad").is_err(), "{bad:?}");
        }
        assert!(Rates::read(b"Date,USD\n\xff,1\n", "bad").is_err());
    }

    proptest! {
        /// There and back is the same to the rounding of a hundredth, seen through the rate.
        #[test]
        fn there_and_back(cents in 1_i64..1_000_000_000_000) {
            let sum = Decimal::from(cents).over(Decimal::from(100)).expect("in range");
            let on = day("2022-12-13");
            let there = convert(Interval::exactly(sum), Some(Currency::EUR), Currency::USD, on, &rates()).expect("a rate");
            let back = convert(there.range, Some(Currency::USD), Currency::EUR, on, &rates()).expect("a rate");
            let off = back.range.value().and_then(|b| b.minus(sum)).expect("known");
            prop_assert!(off.millionths().abs() <= 10_000);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Rates::read(&bytes, "any");
        }
    }
}
