//! What a word can mean to a reader of pledges.

use relight_ledger::model::{Currency, Qualifier};

use super::thing::Sort;

/// One meaning of a word or phrase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sense {
    /// A party, by its row.
    Party(u16),
    /// A thing that is given.
    Thing(Sort),
    /// A verb of giving or getting.
    Verb(Action, Form),
    /// What shifts a verb in time or certainty.
    Modal(Modality),
    /// A hedge of a number; `true` where it stands after it.
    Hedge(Qualifier, bool),
    /// A number word.
    Number(NumberWord),
    /// A currency; `None` where the words leave open which.
    Currency(Option<Currency>),
    /// A unit.
    Unit(UnitSort, &'static str),
    /// A month, 1 to 12.
    Month(u8),
    /// A verb of saying.
    Manner(Manner),
    /// An office.
    Role(Role),
    /// A word that ties things together.
    Cue(Cue),
    /// A word of the situation.
    Situation(Situation),
}

/// Senses of one layer do not overlap: the longest, then the first, is taken.
pub(crate) const LAYERS: usize = 13;

impl Sense {
    pub fn layer(self) -> usize {
        match self {
            Sense::Party(_) => 0,
            Sense::Thing(_) => 1,
            Sense::Verb(..) => 2,
            Sense::Modal(_) => 3,
            Sense::Hedge(..) => 4,
            Sense::Number(_) => 5,
            Sense::Currency(_) => 6,
            Sense::Unit(..) => 7,
            Sense::Month(_) => 8,
            Sense::Manner(_) => 9,
            Sense::Role(_) => 10,
            Sense::Cue(_) => 11,
            Sense::Situation(_) => 12,
        }
    }
}

/// What is done with help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Send,
    Depart,
    Way,
    Deliver,
    Receive,
    Arrive,
    Give,
    Donate,
    Allocate,
    Spend,
    Buy,
    Prepare,
    Mobilise,
    Pledge,
    Announce,
    Commit,
    Agree,
    Offer,
    Install,
    Energise,
    /// Pays for what others give: "financed 130 generators".
    Fund,
    /// Sums up what was given: "amounts to".
    Total,
}

impl Action {
    pub fn from_word(word: &str) -> Option<Action> {
        Some(match word {
            "send" => Action::Send,
            "depart" => Action::Depart,
            "way" => Action::Way,
            "deliver" => Action::Deliver,
            "receive" => Action::Receive,
            "arrive" => Action::Arrive,
            "give" => Action::Give,
            "donate" => Action::Donate,
            "allocate" => Action::Allocate,
            "spend" => Action::Spend,
            "buy" => Action::Buy,
            "prepare" => Action::Prepare,
            "mobilise" => Action::Mobilise,
            "pledge" => Action::Pledge,
            "announce" => Action::Announce,
            "commit" => Action::Commit,
            "agree" => Action::Agree,
            "offer" => Action::Offer,
            "install" => Action::Install,
            "energise" => Action::Energise,
            "fund" => Action::Fund,
            "total" => Action::Total,
            _ => return None,
        })
    }

    /// Whether its subject gets what is given.
    pub fn is_getting(self) -> bool {
        self == Action::Receive
    }

    /// Whether its subject may be the thing itself: "generators arrived", "kits will leave".
    pub fn moves_itself(self) -> bool {
        matches!(self, Action::Arrive | Action::Depart | Action::Way | Action::Total)
    }
}

/// The form of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Past tense or past participle.
    Done,
    /// Present tense, and the third person.
    Present,
    /// `-ing`.
    Progressive,
    /// The bare form.
    Infinitive,
    /// The bare form and the past tense alike: "set aside", "put up".
    Same,
    /// A form of its own for what will be.
    Future,
}

impl Form {
    pub fn from_word(word: &str) -> Option<Form> {
        Some(match word {
            "done" => Form::Done,
            "present" => Form::Present,
            "infinitive" => Form::Infinitive,
            "future" => Form::Future,
            _ => return None,
        })
    }
}

/// What shifts a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modality {
    Future,
    Planned,
    Possible,
    Pledged,
    Agreed,
    /// "to help", "to buy": what something is for, not what happens.
    Purpose,
    Negated,
    Perfect,
    Passive,
}

impl Modality {
    pub fn from_word(word: &str) -> Option<Modality> {
        Some(match word {
            "future" => Modality::Future,
            "planned" => Modality::Planned,
            "possible" => Modality::Possible,
            "pledged" => Modality::Pledged,
            "agreed" => Modality::Agreed,
            "purpose" => Modality::Purpose,
            "negated" => Modality::Negated,
            "perfect" => Modality::Perfect,
            "passive" => Modality::Passive,
            _ => return None,
        })
    }
}

/// A number word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberWord {
    /// Added up.
    Unit(u32),
    /// Multiplies what stands before it within a group.
    Hundred,
    /// Multiplies the whole group.
    Scale(u64),
    /// An order of magnitude.
    Vague(u64, u64),
}

/// What a unit does to its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitSort {
    /// Of one piece: an attribute.
    Rating,
    /// A quantity of stuff.
    Measure,
    /// Takes the number out of play.
    Other,
}

/// How something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// Said, told, wrote, according to.
    Said,
    /// Announced, declared.
    Announced,
    /// Promised, pledged.
    Promised,
    /// Denied, rejected, disputed.
    Denied,
    /// Warned.
    Warned,
    /// Called on, urged, asked.
    CalledOn,
    /// Accused, claimed, "allegedly".
    Accused,
    /// Would not say.
    DidNotSpecify,
    /// "reportedly".
    Reportedly,
}

impl Manner {
    pub(crate) fn from_word(word: &str) -> Option<Manner> {
        Some(match word {
            "said" => Manner::Said,
            "announced" => Manner::Announced,
            "promised" => Manner::Promised,
            "denied" => Manner::Denied,
            "warned" => Manner::Warned,
            "called_on" => Manner::CalledOn,
            "accused" => Manner::Accused,
            "did_not_specify" => Manner::DidNotSpecify,
            "reportedly" => Manner::Reportedly,
            _ => return None,
        })
    }

    /// The word in tables and files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Manner::Said => "said",
            Manner::Announced => "announced",
            Manner::Promised => "promised",
            Manner::Denied => "denied",
            Manner::Warned => "warned",
            Manner::CalledOn => "called_on",
            Manner::Accused => "accused",
            Manner::DidNotSpecify => "did_not_specify",
            Manner::Reportedly => "reportedly",
        }
    }
}

/// The office of a speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Minister,
    Head,
    Official,
    Body,
    People,
}

impl Role {
    pub fn from_word(word: &str) -> Option<Role> {
        Some(match word {
            "minister" => Role::Minister,
            "head" => Role::Head,
            "official" => Role::Official,
            "body" => Role::Body,
            "people" => Role::People,
            _ => return None,
        })
    }
}

/// A word that ties things together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cue {
    Each,
    Together,
    More,
    Beside,
    Total,
    Part,
    Rest,
    Worth,
    Trade,
    Need,
    By,
    To,
    Via,
}

impl Cue {
    pub fn from_word(word: &str) -> Option<Cue> {
        Some(match word {
            "each" => Cue::Each,
            "together" => Cue::Together,
            "more" => Cue::More,
            "beside" => Cue::Beside,
            "total" => Cue::Total,
            "part" => Cue::Part,
            "rest" => Cue::Rest,
            "worth" => Cue::Worth,
            "trade" => Cue::Trade,
            "need" => Cue::Need,
            "by" => Cue::By,
            "to" => Cue::To,
            "via" => Cue::Via,
            _ => return None,
        })
    }
}

/// A word of the situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Situation {
    Power,
    Heat,
    Water,
    Communication,
    Without,
    Back,
    People,
    Warn,
    Need,
    Damage,
    Capacity,
}

impl Situation {
    pub fn from_word(word: &str) -> Option<Situation> {
        Some(match word {
            "power" => Situation::Power,
            "heat" => Situation::Heat,
            "water" => Situation::Water,
            "communication" => Situation::Communication,
            "without" => Situation::Without,
            "back" => Situation::Back,
            "people" => Situation::People,
            "warn" => Situation::Warn,
            "need" => Situation::Need,
            "damage" => Situation::Damage,
            "capacity" => Situation::Capacity,
            _ => return None,
        })
    }
}
