//! Days, moments, and dates that are known to the month or the season alone.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar day. In text `2022-12-13`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day of that year, month (1..=12) and day of the month; `None` where the calendar has none. Years 1 to 9999.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().filter(|d| (1..=9999).contains(&d.year())).map(Day)
    }

    /// As a date of `jiff`, for arithmetic.
    pub fn date(self) -> Date {
        self.0
    }

    /// Days from the other day to this one; negative where this one is earlier.
    pub fn days_since(self, other: Day) -> i64 {
        // Spans of days between two dates of years 1 to 9999 never fail.
        other.0.until(self.0).map_or(0, |span| i64::from(span.get_days()))
    }

    /// The day so many days later; `None` beyond the year 9999.
    pub fn plus_days(self, days: i64) -> Option<Day> {
        self.0.checked_add(days.days()).ok().map(Day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Text that is no day, moment or date of a precision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {what}; expected {expected}")]
pub struct NotADate {
    text: String,
    what: &'static str,
    expected: &'static str,
}

fn not(text: &str, what: &'static str, expected: &'static str) -> NotADate {
    NotADate { text: text.chars().take(64).collect(), what, expected }
}

impl FromStr for Day {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Day, NotADate> {
        let day = || {
            let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            let mut parts = text.split('-').filter(|_| shape);
            let year = parts.next()?.parse().ok()?;
            let month = parts.next()?.parse().ok()?;
            let day = parts.next()?.parse().ok()?;
            Day::new(year, month, day)
        };
        day().ok_or_else(|| not(text, "day", "year-month-day, such as 2022-12-13"))
    }
}

/// A moment, to the millisecond, UTC. In text `2022-12-13T09:00:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(i64);

impl Moment {
    /// Milliseconds since 1970 began.
    pub const fn from_milliseconds(milliseconds: i64) -> Moment {
        Moment(milliseconds)
    }

    /// Milliseconds since 1970 began.
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// The day of it, UTC; `None` beyond the years 1 to 9999.
    pub fn day(self) -> Option<Day> {
        let moment = Timestamp::from_millisecond(self.0).ok()?;
        let date = moment.to_zoned(jiff::tz::TimeZone::UTC).date();
        Day::new(date.year(), date.month(), date.day())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

impl FromStr for Moment {
    type Err = NotADate;

    /// Any offset is read; what is written is UTC.
    fn from_str(text: &str) -> Result<Moment, NotADate> {
        let moment = text.parse::<Timestamp>();
        moment.map(|m| Moment(m.as_millisecond())).map_err(|_| {
            not(text, "moment", "a date and time with an offset, such as 2022-12-13T09:00:00Z")
        })
    }
}

/// How exactly a date is known.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To a season: "in early winter", "before the heating season".
    Season,
    /// To the year.
    Year,
    /// Between two days, as far as these are known.
    Span,
    /// Not at all.
    #[default]
    Unknown,
}

/// A date as it was given: the first and the last day that it may be, and how exactly it is known.
///
/// In text one of `2022-12-13`, `2022-12`, `2022`, `2022-12-01/2023-02-28` (a season or span), `/2022-12-01` (that day at
/// the latest), `2022-12-01/` (that day at the earliest), or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// Not before this day.
    pub first: Option<Day>,
    /// Not after this day.
    pub last: Option<Day>,
    /// How exactly it is known.
    pub precision: Precision,
    /// The words that were used: "before Christmas".
    pub words: String,
}

impl When {
    /// A date that is not known.
    pub fn unknown() -> When {
        When::default()
    }

    /// A day.
    pub fn day(day: Day) -> When {
        When { first: Some(day), last: Some(day), precision: Precision::Day, words: String::new() }
    }

    /// A month of a year (1..=12); `None` where the calendar has none.
    pub fn month(year: i16, month: i8) -> Option<When> {
        let first = Day::new(year, month, 1)?;
        let last = Day(first.0.last_of_month());
        Some(When::over(Some(first), Some(last), Precision::Month))
    }

    /// A year.
    pub fn year(year: i16) -> Option<When> {
        let (first, last) = (Day::new(year, 1, 1)?, Day::new(year, 12, 31)?);
        Some(When::over(Some(first), Some(last), Precision::Year))
    }

    /// From one day to another, either of which may be unknown.
    pub fn over(first: Option<Day>, last: Option<Day>, precision: Precision) -> When {
        When { first, last, precision, words: String::new() }
    }

    /// The same date, with the words that were used for it.
    #[must_use]
    pub fn called(mut self, words: impl Into<String>) -> When {
        self.words = words.into();
        self
    }

    /// The day, where it is known to the day.
    pub fn exact(&self) -> Option<Day> {
        if self.precision == Precision::Day && self.first == self.last { self.first } else { None }
    }

    /// Whether anything is known.
    pub fn is_known(&self) -> bool {
        self.first.is_some() || self.last.is_some()
    }

    /// Whether it surely was no later than that day. A date that is not known was surely nothing.
    pub fn surely_by(&self, day: Day) -> bool {
        self.last.is_some_and(|last| last <= day)
    }

    /// Days between the two at the least: 0 where they may be the same day, `None` where one has no known end towards
    /// the other.
    pub fn days_apart(&self, other: &When) -> Option<i64> {
        let after = |a: &When, b: &When| Some(a.first?.days_since(b.last?));
        match (after(self, other), after(other, self)) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0).max(b.unwrap_or(0)).max(0)),
        }
    }

    /// Whether first and last stand in their order.
    pub fn is_valid(&self) -> bool {
        match (self.first, self.last) {
            (Some(first), Some(last)) => first <= last,
            _ => true,
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |day: Option<Day>| day.map_or(String::new(), |d| d.to_string());
        match (self.precision, self.first, self.last) {
            (_, None, None) => Ok(()),
            (Precision::Day, Some(day), _) => write!(f, "{day}"),
            (Precision::Month, Some(day), _) => {
                write!(f, "{:04}-{:02}", day.0.year(), day.0.month())
            }
            (Precision::Year, Some(day), _) => write!(f, "{:04}", day.0.year()),
            (_, first, last) => write!(f, "{}/{}", end(first), end(last)),
        }
    }
}

impl FromStr for When {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<When, NotADate> {
        const EXPECTED: &str =
            "2022-12-13, 2022-12, 2022, 2022-12-01/2023-02-28, /2022-12-01, or nothing";
        let wrong = || not(text, "date", EXPECTED);
        if text.is_empty() {
            return Ok(When::unknown());
        }
        if let Some((first, last)) = text.split_once('/') {
            let end = |t: &str| if t.is_empty() { Ok(None) } else { t.parse().map(Some) };
            let when = When::over(end(first)?, end(last)?, Precision::Span);
            return if when.is_known() && when.is_valid() { Ok(when) } else { Err(wrong()) };
        }
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        match (text.len(), text.split_once('-')) {
            (10, _) => text.parse().map(When::day),
            (7, Some((year, month))) if digits(year) && digits(month) => {
                let parts = year.parse().ok().zip(month.parse().ok());
                parts.and_then(|(year, month)| When::month(year, month)).ok_or_else(wrong)
            }
            (4, None) if digits(text) => text.parse().ok().and_then(When::year).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }
}

/// Serde by way of the text form.
macro_rules! as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::text::read(from)
            }
        }
    };
}
as_text!(Day);
as_text!(Moment);

#[cfg(test)]
mod tests {
    use super::*;

    fn when(text: &str) -> When {
        text.parse().expect(text)
    }

    #[test]
    fn dates_of_each_precision_are_read_and_written() {
        for text in [
            "2022-12-13",
            "2022-12",
            "2022",
            "2022-12-01/2023-02-28",
            "/2022-12-25",
            "2023-01-01/",
            "",
        ] {
            assert_eq!(when(text).to_string(), text);
        }
        assert_eq!(when("2024-02").last, Day::new(2024, 2, 29));
        for bad in [
            "2022-13",
            "2022-02-30",
            "13.12.2022",
            "2023-01-02/2023-01-01",
            "/",
            "22",
            "+2022-1",
            "2022-+1",
        ] {
            assert!(bad.parse::<When>().is_err(), "{bad}");
        }
    }

    #[test]
    fn days_apart_are_the_least_that_is_sure() {
        assert_eq!(when("2022-12-13").days_apart(&when("2022-11-29")), Some(14));
        assert_eq!(when("2022-12").days_apart(&when("2022-12-31")), Some(0));
        assert_eq!(when("2022-11-29").days_apart(&when("2022-12")), Some(2));
        assert_eq!(when("2022-11-29").days_apart(&when("")), None);
        assert_eq!(when("2022-11-29").days_apart(&when("2022-12-01/")), Some(2));
    }

    #[test]
    fn moments_are_utc_to_the_millisecond() {
        let moment: Moment = "2022-11-29T16:05:00+02:00".parse().expect("a moment");
        assert_eq!(moment.to_string(), "2022-11-29T14:05:00.000Z");
        assert_eq!(moment.to_string().parse::<Moment>(), Ok(moment));
        assert_eq!(moment.day(), Day::new(2022, 11, 29));
        assert!("2022-11-29T16:05:00".parse::<Moment>().is_err(), "an offset is needed");
    }
}
