//! Dates as each language writes them.

use jiff::Zoned;
use jiff::civil::Date;
use relight_ledger::date::{Day, Precision, When};

use super::{Tongue, Words};

impl Words {
    /// A moment where it is: `vineri, 3 mai 2024 - 13:26`.
    pub fn moment(&self, at: &Zoned) -> String {
        format!("{} - {:02}:{:02}", self.full(at.date()), at.hour(), at.minute())
    }

    /// A day with its weekday: `Friday, 3 May 2024`.
    pub fn full(&self, date: Date) -> String {
        let weekday = self.say(&format!("weekday-{}", date.weekday().to_monday_one_offset()));
        format!("{weekday}, {}", self.day(date))
    }

    /// A day: `3 May 2024`, `3 травня 2024 р.`
    pub fn day(&self, date: Date) -> String {
        let month = self.say(&format!("month-{}", date.month()));
        format!("{} {month} {}", date.day(), self.year(date.year()))
    }

    /// A month: `May 2024`, `травень 2024 р.`
    pub fn month(&self, date: Date) -> String {
        let month = self.say(&format!("month-alone-{}", date.month()));
        format!("{month} {}", self.year(date.year()))
    }

    fn year(&self, year: i16) -> String {
        match self.tongue {
            Tongue::Ukrainian => format!("{year} р."),
            Tongue::English | Tongue::Romanian => year.to_string(),
        }
    }

    /// A date as exactly as it is known; nothing where it is not.
    pub fn when(&self, when: &When) -> String {
        let (first, last) = (when.first.map(Day::date), when.last.map(Day::date));
        match (when.precision, first, last) {
            (_, None, None) => String::new(),
            (Precision::Day, Some(day), _) => self.day(day),
            (Precision::Month, Some(day), _) => self.month(day),
            (Precision::Year, Some(day), _) => self.year(day.year()),
            (_, Some(first), Some(last)) if first == last => self.day(first),
            (_, Some(first), Some(last)) => format!("{} – {}", self.day(first), self.day(last)),
            (_, Some(first), None) => format!("{} –", self.day(first)),
            (_, None, Some(last)) => format!("– {}", self.day(last)),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What `Intl` of Node 20 (ICU) writes.
    pub struct Row {
        pub tongue: Tongue,
        pub date: String,
        pub full: String,
        pub medium: String,
        pub month: String,
        pub number: String,
        pub grouped: String,
        pub decimal: String,
    }

    pub fn oracle() -> Vec<Row> {
        let text = include_str!("../../tests/data/intl.csv");
        let rows: Vec<Row> = text.lines().skip(1).map(row).collect();
        assert_eq!(rows.len(), 252);
        rows
    }

    fn row(line: &str) -> Row {
        let mut cells = Vec::new();
        let mut quoted = false;
        let mut cell = String::new();
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                c => cell.push(c),
            }
        }
        cells.push(cell);
        let mut next = cells.into_iter();
        let mut take = || next.next().expect("eight cells");
        Row {
            tongue: Tongue::from_code(&take()).expect("a language"),
            date: take(),
            full: take(),
            medium: take(),
            month: take(),
            number: take(),
            grouped: take(),
            decimal: take(),
        }
    }

    #[test]
    fn dates_are_those_of_a_browser() {
        for row in oracle() {
            let words = Words::new(row.tongue).expect("the catalogue");
            let date: Date = row.date.parse().expect("a date");
            assert_eq!(words.full(date), row.full);
            assert_eq!(words.day(date), row.medium);
            assert_eq!(words.month(date), row.month);
        }
    }

    #[test]
    fn a_moment_has_the_form_of_the_page() {
        let at: Zoned = "2024-05-03T13:26:00[Europe/Bucharest]".parse().expect("a moment");
        let said = |tongue| Words::new(tongue).expect("the catalogue").moment(&at);
        assert_eq!(said(Tongue::Romanian), "vineri, 3 mai 2024 - 13:26");
        assert_eq!(said(Tongue::English), "Friday, 3 May 2024 - 13:26");
    }
}
