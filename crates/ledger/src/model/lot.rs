//! Things of one sort: words, category, nameplate and rating.

use relight_catalogue::{Kind as Equipment, Nameplate};
use serde::{Deserialize, Serialize};

use crate::interval::Interval;

/// What sort of thing it is, wider than the kinds of equipment that a plan can place.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Generator sets.
    GeneratorSet,
    /// Power transformers.
    Transformer,
    /// Current and voltage transformers: instruments, not power transformers.
    InstrumentTransformer,
    /// Circuit breakers and switchgear.
    Breaker,
    /// Mobile substations.
    MobileSubstation,
    /// Poles, towers, conductors, cables.
    LineKit,
    /// Other things of the grid, or a mixture.
    GridEquipment,
    /// Gas turbines and power plants.
    Turbine,
    /// Fuel.
    Fuel,
    /// Money as such.
    Money,
    /// A fund that others pay into.
    Fund,
    /// A package of unlike help.
    Package,
    /// A guarantee or loan.
    Guarantee,
    /// Clothing, blankets, heaters.
    WinterEquipment,
    /// Tents and quarters.
    Shelter,
    /// Lamps.
    Lighting,
    /// Vehicles.
    Vehicle,
    /// Medicine and medical equipment.
    Medical,
    /// Cargoes and transports, whatever is in them.
    Transport,
    /// Crews and experts.
    Crew,
    /// Anything else, or not known.
    #[default]
    Other,
}

impl Category {
    const WORDS: [(Category, &'static str); 21] = [
        (Category::GeneratorSet, "generator_set"),
        (Category::Transformer, "transformer"),
        (Category::InstrumentTransformer, "instrument_transformer"),
        (Category::Breaker, "breaker"),
        (Category::MobileSubstation, "mobile_substation"),
        (Category::LineKit, "line_kit"),
        (Category::GridEquipment, "grid_equipment"),
        (Category::Turbine, "turbine"),
        (Category::Fuel, "fuel"),
        (Category::Money, "money"),
        (Category::Fund, "fund"),
        (Category::Package, "package"),
        (Category::Guarantee, "guarantee"),
        (Category::WinterEquipment, "winter_equipment"),
        (Category::Shelter, "shelter"),
        (Category::Lighting, "lighting"),
        (Category::Vehicle, "vehicle"),
        (Category::Medical, "medical"),
        (Category::Transport, "transport"),
        (Category::Crew, "crew"),
        (Category::Other, "other"),
    ];

    /// Every category.
    pub fn all() -> impl Iterator<Item = Category> {
        Category::WORDS.into_iter().map(|(category, _)| category)
    }

    /// The word in tables and files.
    pub fn word(self) -> &'static str {
        Category::WORDS.iter().find(|(c, _)| *c == self).map_or("other", |(_, word)| word)
    }

    /// Reads the word of tables and files.
    pub fn from_word(word: &str) -> Option<Category> {
        Category::WORDS.iter().find(|(_, w)| *w == word).map(|(category, _)| *category)
    }

    /// What a plan can place it as.
    pub fn equipment(self) -> Option<Equipment> {
        match self {
            Category::GeneratorSet => Some(Equipment::GeneratorSet),
            Category::Transformer => Some(Equipment::Transformer),
            Category::Breaker => Some(Equipment::Breaker),
            Category::MobileSubstation => Some(Equipment::MobileSubstation),
            Category::LineKit => Some(Equipment::LineKit),
            _ => None,
        }
    }
}

/// The unit of a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingUnit {
    /// Kilowatt.
    Kw,
    /// Kilovolt-ampere.
    Kva,
    /// Kilovolt.
    Kv,
    /// Tonnes.
    Tonne,
    /// Litres.
    Litre,
}

/// A size that is told of each piece: "5–40 kVA", "28 MW", "54 t". It is never a count.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// The numbers, in the unit: 28 MW are 28,000 kW.
    pub range: Interval,
    /// The unit.
    pub unit: RatingUnit,
}

/// Things of one sort.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lot {
    /// As it was called: "high-power generators".
    pub words: String,
    /// What sort of thing it is.
    pub category: Category,
    /// Sizes that were told of each piece.
    pub ratings: Vec<Rating>,
    /// The nameplate, where it is known.
    #[serde(with = "super::plate")]
    pub nameplate: Option<Nameplate>,
}

impl Lot {
    /// Something of a category, as it was called.
    pub fn new(category: Category, words: impl Into<String>) -> Lot {
        Lot { words: words.into(), category, ..Lot::default() }
    }
}
