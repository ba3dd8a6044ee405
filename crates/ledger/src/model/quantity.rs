//! How much of something: an interval, how it was hedged, its unit, and the words that were used.

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::interval::Interval;

/// How a number was said.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// "470".
    Exact,
    /// "about 480", "some 2,500", "around 800", "un centinaio".
    About,
    /// "more than 350": above the lower end.
    Over,
    /// "at least 350": the lower end or more.
    AtLeast,
    /// "almost 150", "nearly": not quite the upper end.
    Almost,
    /// "up to 30 million".
    UpTo,
    /// "between 50 and 100", "5–40".
    Between,
    /// "estimated at".
    Estimated,
    /// "several hundred", "diversi milioni": an order of magnitude, no number.
    Vague,
    /// More than one reading: "the first batch of 50".
    Ambiguous,
    /// The thing was named without a number: "generators".
    Unspecified,
    /// It was said that the number is not told: "did not specify how much".
    Undisclosed,
    /// Nothing was said of it.
    #[default]
    NotStated,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Single pieces: transformers, generator sets, vehicles.
    #[default]
    Piece,
    /// Sets or kits of several parts.
    Kit,
    /// Cargoes.
    Cargo,
    /// Transports: trucks, convoys.
    Transport,
    /// Planeloads.
    Planeload,
    /// Tonnes (1,000 kg).
    Tonne,
    /// Litres.
    Litre,
    /// Kilometres.
    Kilometre,
    /// Kilovolt-ampere.
    Kva,
    /// Kilowatt.
    Kw,
    /// People.
    Person,
    /// "Units" of unlike things.
    Item,
    /// Another unit, in its own words: "piece per day".
    Other(String),
}

impl Unit {
    const NAMED: [(Unit, &'static str); 12] = [
        (Unit::Piece, "piece"),
        (Unit::Kit, "kit"),
        (Unit::Cargo, "cargo"),
        (Unit::Transport, "transport"),
        (Unit::Planeload, "planeload"),
        (Unit::Tonne, "tonne"),
        (Unit::Litre, "litre"),
        (Unit::Kilometre, "kilometre"),
        (Unit::Kva, "kva"),
        (Unit::Kw, "kw"),
        (Unit::Person, "person"),
        (Unit::Item, "unit"),
    ];

    /// The unit's word in tables.
    pub fn word(&self) -> &str {
        match self {
            Unit::Other(words) => words,
            named => Unit::NAMED.iter().find(|(u, _)| u == named).map_or("", |(_, word)| word),
        }
    }

    /// Reads a word of tables; any other word is a unit of its own. An empty word is a piece.
    pub fn from_word(word: &str) -> Unit {
        if word.is_empty() {
            return Unit::Piece;
        }
        let known = Unit::NAMED.iter().find(|(_, w)| *w == word);
        known.map_or_else(|| Unit::Other(word.to_owned()), |(unit, _)| unit.clone())
    }
}

/// How much, as it was said. The default is: nothing was said.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quantity {
    /// The numbers that were said: `over 350` is `{min: 350}`, `about 480` is `{min: 480, max: 480}`, `up to 30` is `{max: 30}`.
    pub range: Interval,
    /// How they were said.
    pub qualifier: Qualifier,
    /// What is counted.
    pub unit: Unit,
    /// The words: "more than 100".
    pub words: String,
}

impl Quantity {
    /// So many pieces.
    pub fn pieces(count: i64) -> Quantity {
        Quantity {
            range: Interval::exactly(count),
            qualifier: Qualifier::Exact,
            ..Quantity::default()
        }
    }

    /// The numbers that may be meant; see [`reach`].
    pub fn reach(&self) -> Interval {
        reach(self.range, self.qualifier)
    }
}

/// The numbers that may be meant by a hedged one. Only for asking whether two statements may speak of the same thing,
/// never for totals: these take what was said.
///
/// "About", "some" and estimates reach a tenth either way, "almost" a tenth below, which is how wire stories round
/// (150 for 148, 480 for 470).
pub fn reach(said: Interval, qualifier: Qualifier) -> Interval {
    let tenths = |end: Option<Decimal>, n: i64| {
        end.and_then(|e| e.times(Decimal::from(n))).and_then(|e| e.over(Decimal::from(10)))
    };
    match qualifier {
        Qualifier::About | Qualifier::Estimated => {
            Interval { min: tenths(said.min, 9), max: tenths(said.max, 11) }
        }
        Qualifier::Almost => Interval { min: tenths(said.min.or(said.max), 9), max: said.max },
        Qualifier::UpTo => Interval { min: None, max: said.max },
        Qualifier::Over | Qualifier::AtLeast => Interval { min: said.min, max: None },
        _ => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_480_may_be_470_and_over_350_may_be_480() {
        let about = Quantity { qualifier: Qualifier::About, ..Quantity::pieces(480) };
        assert!(about.reach().overlaps(Interval::exactly(470)));
        assert!(!about.reach().overlaps(Interval::exactly(350)));
        let almost = Quantity { qualifier: Qualifier::Almost, ..Quantity::pieces(150) };
        assert!(almost.reach().overlaps(Interval::exactly(148)));
        assert!(!almost.reach().overlaps(Interval::exactly(151)));
    }

    #[test]
    fn units_keep_their_words() {
        for word in ["piece", "tonne", "unit", "piece per day"] {
            assert_eq!(Unit::from_word(word).word(), word);
        }
    }
}
