//! Sorts of things that are given, and the ledger's category of each.

use relight_ledger::model::Category;

/// A sort of thing, as the data file has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Generator,
    Turbine,
    Transformer,
    InstrumentTransformer,
    Breaker,
    MobileSubstation,
    LineKit,
    Grid,
    Vehicle,
    Transport,
    Fuel,
    Lighting,
    Storage,
    Winter,
    Shelter,
    Medical,
    Water,
    Military,
    Food,
    Crew,
    Money,
    Fund,
    Package,
    Guarantee,
    /// "units", "devices": whatever was spoken of before.
    Generic,
    /// Something that the lexicon has no word for.
    Unnamed,
}

impl Sort {
    pub fn from_word(word: &str) -> Option<Sort> {
        Some(match word {
            "generator" => Sort::Generator,
            "turbine" => Sort::Turbine,
            "transformer" => Sort::Transformer,
            "instrument_transformer" => Sort::InstrumentTransformer,
            "breaker" => Sort::Breaker,
            "mobile_substation" => Sort::MobileSubstation,
            "line_kit" => Sort::LineKit,
            "grid_equipment" => Sort::Grid,
            "vehicle" => Sort::Vehicle,
            "transport" => Sort::Transport,
            "fuel" => Sort::Fuel,
            "lighting" => Sort::Lighting,
            "storage" => Sort::Storage,
            "winter" => Sort::Winter,
            "shelter" => Sort::Shelter,
            "medical" => Sort::Medical,
            "water" => Sort::Water,
            "military" => Sort::Military,
            "food" => Sort::Food,
            "crew" => Sort::Crew,
            "money" => Sort::Money,
            "fund" => Sort::Fund,
            "package" => Sort::Package,
            "guarantee" => Sort::Guarantee,
            "generic" => Sort::Generic,
            _ => return None,
        })
    }

    pub fn category(self) -> Category {
        match self {
            Sort::Generator => Category::GeneratorSet,
            Sort::Turbine => Category::Turbine,
            Sort::Transformer => Category::Transformer,
            Sort::InstrumentTransformer => Category::InstrumentTransformer,
            Sort::Breaker => Category::Breaker,
            Sort::MobileSubstation => Category::MobileSubstation,
            Sort::LineKit => Category::LineKit,
            Sort::Grid => Category::GridEquipment,
            Sort::Vehicle => Category::Vehicle,
            Sort::Transport => Category::Transport,
            Sort::Fuel => Category::Fuel,
            Sort::Lighting => Category::Lighting,
            Sort::Winter => Category::WinterEquipment,
            Sort::Shelter => Category::Shelter,
            Sort::Medical => Category::Medical,
            Sort::Crew => Category::Crew,
            Sort::Money => Category::Money,
            Sort::Fund => Category::Fund,
            Sort::Package => Category::Package,
            Sort::Guarantee => Category::Guarantee,
            Sort::Storage
            | Sort::Water
            | Sort::Military
            | Sort::Food
            | Sort::Generic
            | Sort::Unnamed => Category::Other,
        }
    }

    /// Whether it names help as such, not a thing that can be counted.
    pub fn is_abstract(self) -> bool {
        matches!(self, Sort::Money | Sort::Fund | Sort::Package | Sort::Guarantee)
    }
}
