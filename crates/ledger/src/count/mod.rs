//! Totals: how much was pledged, sent, received - by a rule that is printed with the figure, and with what was left out.
//!
//! Only what a person has taken for evidence of a pledge counts. Within a pledge the latest figure stands in place of
//! earlier ones, and parts never come on top of the total that holds them ([`figure`]). Between pledges, what is the
//! same, inside another, or a sum of others is not added ([`total`]). What is not known stays unknown: a total reads "at
//! least X, up to Y, and N without a number".

mod book;
mod converted;
mod figure;
mod gap;
mod package;
mod total;

pub use book::{Book, Dispute};
pub use converted::{CountedMoney, MoneyTotal, total_of_money};
pub use figure::{Figure, figure};
pub use gap::{Gap, gap};
pub use package::{Fill, fill};
pub use total::{Counted, LeftOut, Rule, Total, Why, is_inside as inside, total};

use serde::{Deserialize, Serialize};

use crate::interval::Interval;
use crate::model::{Claim, Currency, Money, Qualifier, Quantity, Unit};

/// What is added up: pieces are never added to tonnes, nor euros to dollars.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Things, in a unit.
    Count(Unit),
    /// Money, in a currency.
    Money(Currency),
}

impl Measure {
    /// What a claim says in this measure; `None` where it says nothing in it, not even that it is undisclosed.
    pub fn of_claim(&self, claim: &Claim) -> Option<(Interval, Qualifier)> {
        self.of(&claim.quantity, &claim.money)
    }

    /// What a quantity and a sum say in this measure.
    pub fn of(&self, quantity: &Quantity, money: &Money) -> Option<(Interval, Qualifier)> {
        match self {
            Measure::Count(unit) => {
                let said = quantity.qualifier != Qualifier::NotStated || quantity.range.is_known();
                let same = quantity.unit == *unit || !quantity.range.is_known();
                (said && same).then_some((quantity.range, quantity.qualifier))
            }
            Measure::Money(currency) => {
                let hidden = money.qualifier == Qualifier::Undisclosed && money.currency.is_none();
                (money.currency == Some(*currency) || hidden)
                    .then_some((money.range, money.qualifier))
            }
        }
    }

    /// Whether it is money.
    pub fn is_money(&self) -> bool {
        matches!(self, Measure::Money(_))
    }

    /// The word for it: `piece`, `EUR`.
    pub fn word(&self) -> String {
        match self {
            Measure::Count(unit) => unit.word().to_owned(),
            Measure::Money(currency) => currency.to_string(),
        }
    }
}
