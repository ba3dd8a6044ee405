//! How far help has come: the class of a verb in a statement, and the stage that it is counted under.

use serde::{Deserialize, Serialize};

/// What a statement says has happened, in the order of evidence. The words themselves are kept beside it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No class could be given.
    #[default]
    Unclear,
    /// "could provide".
    Possible,
    /// "plans", "intends".
    Planned,
    /// "offered".
    Offered,
    /// "will provide", "promised", "announced".
    Pledged,
    /// "agreed with the recipient".
    Agreed,
    /// "allocated", "set aside": money earmarked.
    Allocated,
    /// "committed", "signed".
    Committed,
    /// "bought", "procured".
    Purchased,
    /// "mobilised", "collected".
    Mobilised,
    /// "donated": given, without saying that it moved.
    Donated,
    /// "being prepared", "loaded".
    Preparing,
    /// "transferred", "paid": of money.
    Disbursed,
    /// "sent", "shipped".
    Sent,
    /// "on the way".
    InTransit,
    /// "delivered", "handed over", "received".
    Delivered,
    /// "installed", "connected".
    Installed,
    /// "switched on", "supplies".
    Energised,
}

impl Status {
    /// Every class, in the order of evidence.
    pub const ALL: [Status; 18] = [
        Status::Unclear,
        Status::Possible,
        Status::Planned,
        Status::Offered,
        Status::Pledged,
        Status::Agreed,
        Status::Allocated,
        Status::Committed,
        Status::Purchased,
        Status::Mobilised,
        Status::Donated,
        Status::Preparing,
        Status::Disbursed,
        Status::Sent,
        Status::InTransit,
        Status::Delivered,
        Status::Installed,
        Status::Energised,
    ];

    /// The word in tables and files.
    pub fn word(self) -> &'static str {
        match self {
            Status::Unclear => "unclear",
            Status::Possible => "possible",
            Status::Planned => "planned",
            Status::Offered => "offered",
            Status::Pledged => "pledged",
            Status::Agreed => "agreed",
            Status::Allocated => "allocated",
            Status::Committed => "committed",
            Status::Purchased => "purchased",
            Status::Mobilised => "mobilised",
            Status::Donated => "donated",
            Status::Preparing => "preparing",
            Status::Disbursed => "disbursed",
            Status::Sent => "sent",
            Status::InTransit => "in_transit",
            Status::Delivered => "delivered",
            Status::Installed => "installed",
            Status::Energised => "energised",
        }
    }

    /// Reads the word of tables and files.
    pub fn from_word(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|s| s.word() == word)
    }

    /// The stage under which a figure of this class is counted; `None` for a class that counts nowhere.
    pub fn stage(self) -> Option<Stage> {
        match self {
            Status::Unclear => None,
            Status::Possible | Status::Planned => Some(Stage::Announced),
            Status::Offered | Status::Pledged | Status::Agreed => Some(Stage::Pledged),
            Status::Allocated
            | Status::Committed
            | Status::Purchased
            | Status::Mobilised
            | Status::Donated
            | Status::Preparing => Some(Stage::Committed),
            Status::Disbursed | Status::Sent | Status::InTransit => Some(Stage::Sent),
            Status::Delivered => Some(Stage::Received),
            Status::Installed => Some(Stage::Installed),
            Status::Energised => Some(Stage::Energised),
        }
    }
}

/// The columns of a ledger, from a plan that was spoken of to a unit that supplies people. What reached one stage has
/// reached those before it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Spoken of, not promised.
    #[default]
    Announced,
    /// Promised.
    Pledged,
    /// Bought, allocated, signed, being prepared.
    Committed,
    /// On the way; of money: paid out.
    Sent,
    /// Handed over to the recipient.
    Received,
    /// Standing where it is to work.
    Installed,
    /// Switched on.
    Energised,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Stage; 7] = [
        Stage::Announced,
        Stage::Pledged,
        Stage::Committed,
        Stage::Sent,
        Stage::Received,
        Stage::Installed,
        Stage::Energised,
    ];

    /// The word in tables and files.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Announced => "announced",
            Stage::Pledged => "pledged",
            Stage::Committed => "committed",
            Stage::Sent => "sent",
            Stage::Received => "received",
            Stage::Installed => "installed",
            Stage::Energised => "energised",
        }
    }

    /// Reads the word of tables and files.
    pub fn from_word(word: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// Whose figure it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Whoever gives says so.
    Donor,
    /// Whoever receives says so.
    Recipient,
    /// Somebody else says so, or it is not known who does.
    #[default]
    Other,
}
