//! What is known of a number: a lower end, an upper end, both, or neither. *Not known* is not nought.

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;

/// A closed interval; an end that is `None` is not known. Quantities are not negative, so that an unknown lower end
/// still means "nought or more", and an unknown upper end "without limit".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Interval {
    /// Not less than this.
    pub min: Option<Decimal>,
    /// Not more than this.
    pub max: Option<Decimal>,
}

impl Interval {
    /// Nothing is known.
    pub const UNKNOWN: Interval = Interval { min: None, max: None };

    /// Exactly nought.
    pub const ZERO: Interval = Interval { min: Some(Decimal::ZERO), max: Some(Decimal::ZERO) };

    /// Exactly this.
    pub fn exactly(value: impl Into<Decimal>) -> Interval {
        let value = value.into();
        Interval { min: Some(value), max: Some(value) }
    }

    /// This or more.
    pub fn at_least(value: impl Into<Decimal>) -> Interval {
        Interval { min: Some(value.into()), max: None }
    }

    /// This or less.
    pub fn up_to(value: impl Into<Decimal>) -> Interval {
        Interval { min: None, max: Some(value.into()) }
    }

    /// From one end to the other.
    pub fn between(min: impl Into<Decimal>, max: impl Into<Decimal>) -> Interval {
        Interval { min: Some(min.into()), max: Some(max.into()) }
    }

    /// Whether either end is known.
    pub fn is_known(self) -> bool {
        self.min.is_some() || self.max.is_some()
    }

    /// Whether the lower end is not above the upper one.
    pub fn is_valid(self) -> bool {
        match (self.min, self.max) {
            (Some(min), Some(max)) => min <= max,
            _ => true,
        }
    }

    /// The one value, where both ends are the same.
    pub fn value(self) -> Option<Decimal> {
        if self.min == self.max { self.min } else { None }
    }

    /// Whether a value may be the number that is meant.
    pub fn contains(self, value: Decimal) -> bool {
        self.min.is_none_or(|min| min <= value) && self.max.is_none_or(|max| value <= max)
    }

    /// Whether both may mean the same number: `more than 100` and `350` may.
    pub fn overlaps(self, other: Interval) -> bool {
        let below = |max: Option<Decimal>, min: Option<Decimal>| match (max, min) {
            (Some(max), Some(min)) => max < min,
            _ => false,
        };
        !below(self.max, other.min) && !below(other.max, self.min)
    }

    /// The numbers that both allow; `None` where they exclude each other.
    pub fn meet(self, other: Interval) -> Option<Interval> {
        let min = [self.min, other.min].into_iter().flatten().max();
        let max = [self.max, other.max].into_iter().flatten().min();
        Some(Interval { min, max }).filter(|both| both.is_valid())
    }

    /// The smallest interval that holds both.
    #[must_use]
    pub fn hull(self, other: Interval) -> Interval {
        let both = |a: Option<Decimal>, b: Option<Decimal>| Some((a?, b?));
        Interval {
            min: both(self.min, other.min).map(|(a, b)| a.min(b)),
            max: both(self.max, other.max).map(|(a, b)| a.max(b)),
        }
    }

    /// The sum of two numbers that are not negative: an unknown lower end adds nothing to the lower end, an unknown upper
    /// end takes away the upper one. Beyond the range of [`Decimal`] an end is not known.
    #[must_use]
    pub fn plus(self, other: Interval) -> Interval {
        let min = match (self.min, other.min) {
            (Some(a), Some(b)) => a.plus(b),
            (a, b) => a.or(b),
        };
        let max = self.max.zip(other.max).and_then(|(a, b)| a.plus(b));
        Interval { min, max }
    }

    /// What is left of the first after the second, two numbers that are not negative: `[a-d, b-c]` of `[a, b]` and
    /// `[c, d]`. An unknown lower end of the second takes nothing away from the upper end. The result may be negative.
    #[must_use]
    pub fn minus(self, other: Interval) -> Interval {
        let min = self.min.zip(other.max).and_then(|(a, d)| a.minus(d));
        let max = self.max.and_then(|b| b.minus(other.min.unwrap_or(Decimal::ZERO)));
        Interval { min, max }
    }

    /// Both ends times a factor that is not negative.
    #[must_use]
    pub fn scaled(self, factor: Decimal) -> Interval {
        let times = |end: Option<Decimal>| end.and_then(|e| e.times(factor));
        Interval { min: times(self.min), max: times(self.max) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An interval over small whole numbers, with either end missing now and then.
    fn interval() -> impl Strategy<Value = Interval> {
        (0i64..40, 0i64..40, 0u8..4).prop_map(|(a, b, ends)| Interval {
            min: (ends & 1 == 0).then(|| Decimal::from(a.min(b))),
            max: (ends & 2 == 0).then(|| Decimal::from(a.max(b))),
        })
    }

    proptest! {
        /// What numbers can do, their intervals can do: each result is held against all pairs of numbers.
        #[test]
        fn arithmetic_is_that_of_the_numbers_inside(x in interval(), y in interval(), a in 0i64..60, b in 0i64..60) {
            let (a, b) = (Decimal::from(a), Decimal::from(b));
            if x.contains(a) && y.contains(b) {
                prop_assert!(x.plus(y).contains(a.plus(b).expect("small")));
                prop_assert!(x.minus(y).contains(a.minus(b).expect("small")));
                prop_assert!(x.hull(y).contains(a) && x.hull(y).contains(b));
            }
            prop_assert_eq!(x.contains(a) && y.contains(a), x.meet(y).is_some_and(|m| m.contains(a)));
        }

        #[test]
        fn two_overlap_where_they_share_a_number(x in interval(), y in interval()) {
            let shared = (0..200i64).any(|n| x.contains(Decimal::from(n)) && y.contains(Decimal::from(n)));
            prop_assert_eq!(x.overlaps(y), shared);
            prop_assert_eq!(x.overlaps(y), x.meet(y).is_some());
        }

        #[test]
        fn sums_do_not_depend_on_the_order(x in interval(), y in interval(), z in interval()) {
            prop_assert_eq!(x.plus(y), y.plus(x));
            prop_assert_eq!(x.plus(y).plus(z), x.plus(y.plus(z)));
            prop_assert_eq!(x.plus(Interval::ZERO).max, x.max);
        }
    }

    #[test]
    fn more_than_100_may_be_350_and_may_not_be_80() {
        let more_than_100 = Interval::at_least(100);
        assert!(more_than_100.overlaps(Interval::exactly(350)));
        assert!(!more_than_100.overlaps(Interval::exactly(80)));
        assert!(Interval::UNKNOWN.overlaps(Interval::exactly(80)));
    }
}
