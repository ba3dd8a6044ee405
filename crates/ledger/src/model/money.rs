//! Money: an interval in a currency that may not be known, how it was said, and what it is the value of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::quantity::{Qualifier, reach};
use crate::interval::Interval;

/// An ISO 4217 code: three capital letters. A bare `$` is none: it stays unknown until a person says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");
    /// The dollar of the United States.
    pub const USD: Currency = Currency(*b"USD");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Text that is no currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no currency; expected three capital letters of ISO 4217, such as EUR, or nothing where it is not known"
)]
pub struct NotACurrency(String);

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Currency, NotACurrency> {
        let wrong = || NotACurrency(text.chars().take(16).collect());
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| wrong())?;
        if code.iter().all(u8::is_ascii_uppercase) { Ok(Currency(code)) } else { Err(wrong()) }
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::text::read(from)
    }
}

/// What a sum is the value of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Money, or a value that the source states without saying how it was found.
    #[default]
    Stated,
    /// The price of such things on the market.
    Market,
    /// The value in the giver's books.
    Book,
    /// Transport is in it.
    WithTransport,
    /// The things themselves were free.
    Free,
    /// A guarantee or loan, not a gift.
    Guarantee,
}

/// A sum, as it was said. The default is: nothing was said.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Money {
    /// The sums that were said, in units of the currency (not cents).
    pub range: Interval,
    /// The currency; `None` where it is not known, a bare `$` included.
    pub currency: Option<Currency>,
    /// How they were said.
    pub qualifier: Qualifier,
    /// What they are the value of.
    pub basis: Basis,
    /// The words: "over €1 billion".
    pub words: String,
}

impl Money {
    /// So much of a currency.
    pub fn exactly(amount: i64, currency: Currency) -> Money {
        Money {
            range: Interval::exactly(amount),
            currency: Some(currency),
            qualifier: Qualifier::Exact,
            ..Money::default()
        }
    }

    /// The sums that may be meant; see [`reach`].
    pub fn reach(&self) -> Interval {
        reach(self.range, self.qualifier)
    }
}
