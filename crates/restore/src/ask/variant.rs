//! A scenario with more in it than there is.

use relight_catalogue::{Item, Kind, Verdict, check};

use crate::matching::kind_can_fill;
use crate::plan::MatchRow;
use crate::scenario::{CrewPool, FuelDelivery, Offer, OfferStatus, Scenario};

/// Something that partners can be asked for.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "lists of parts are short")]
pub enum Part {
    /// Equipment.
    Item {
        /// What it is. A place's nameplate is what it asks for, so that mass is what the way to it bears.
        item: Item,
        /// Pieces.
        count: u32,
    },
    /// Teams, from their arrival to the end of the horizon.
    Crew {
        /// Index of the skill.
        skill: usize,
        /// Index of the region in which they work; `None`: anywhere.
        region: Option<usize>,
        /// How many.
        teams: u32,
    },
    /// Diesel.
    Fuel {
        /// Index of the region to which it goes; `None`: anywhere.
        region: Option<usize>,
        /// Litres.
        litres: f64,
    },
}

impl Part {
    /// Pieces or teams.
    pub(super) fn pieces(&self) -> u32 {
        match self {
            Part::Item { count, .. } => *count,
            Part::Crew { teams, .. } => *teams,
            Part::Fuel { .. } => 1,
        }
    }

    /// Whether both are of the same kind and class, however many.
    pub(super) fn is_like(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::Item { item, .. }, Part::Item { item: theirs, .. }) => item == theirs,
            (
                Part::Crew { skill, region, .. },
                Part::Crew { skill: their_skill, region: theirs, .. },
            ) => (skill, region) == (their_skill, theirs),
            (Part::Fuel { region, .. }, Part::Fuel { region: theirs, .. }) => region == theirs,
            _ => false,
        }
    }
}

/// A scenario to which parts were added, behind what it had: all indices of the scenario hold in it too.
#[derive(Debug, Clone)]
pub(super) struct Variant {
    pub scenario: Scenario,
    pub rows: Vec<MatchRow>,
}

impl Variant {
    /// `count` times `parts`, there at `arrival`. `rows` are the matches of `base`.
    pub fn new(
        base: &Scenario,
        rows: &[MatchRow],
        parts: &[Part],
        count: u32,
        arrival: u32,
    ) -> Self {
        let (mut scenario, mut rows) = (base.clone(), rows.to_vec());
        for part in parts {
            match part {
                Part::Item { item, count: pieces } => {
                    let offer = scenario.offers.len();
                    rows.extend(matches(base, item, offer));
                    scenario.offers.push(Offer {
                        id: String::new(),
                        donor: String::new(),
                        item: item.clone(),
                        count: pieces.saturating_mul(count),
                        origin: String::new(),
                        ready: arrival,
                        transit: 0,
                        status: OfferStatus::Received,
                        confidence: 1.0,
                    });
                }
                Part::Crew { skill, region, teams } => scenario.crews.push(CrewPool {
                    skill: *skill,
                    region: *region,
                    teams: teams.saturating_mul(count),
                    from: arrival,
                    until: None,
                }),
                Part::Fuel { region, litres } => scenario.fuel.push(FuelDelivery {
                    step: arrival,
                    region: *region,
                    litres: litres * f64::from(count),
                }),
            }
        }
        rows.sort_by_key(|r| (r.need, r.offer));
        Variant { scenario, rows }
    }
}

/// Every need against an item, as if it were the offer of this index.
fn matches(scenario: &Scenario, item: &Item, offer: usize) -> Vec<MatchRow> {
    (scenario.needs.iter().enumerate())
        .filter(|(_, need)| kind_can_fill(need.item.kind, item.kind))
        .map(|(n, need)| {
            let result = check(&need.item, item, scenario.frequency_hz);
            MatchRow { need: n, offer, result, chosen: 0, withheld: false }
        })
        .collect()
}

/// The unit to ask for, for a place: what the place says, and for what it leaves open the usual. `None` where even
/// such a unit could not be said to fit.
pub(super) fn unit_for(scenario: &Scenario, place: &Item) -> Option<Item> {
    let mut item = place.clone();
    let plate = &mut item.nameplate;
    plate.frequency_hz = plate.frequency_hz.or(Some(scenario.frequency_hz));
    match item.kind {
        Kind::Transformer | Kind::MobileSubstation => plate.phases = plate.phases.or(Some(3)),
        Kind::Breaker | Kind::LineKit => plate.rated_kv = plate.rated_kv.or(plate.hv_kv),
        Kind::GeneratorSet | Kind::Other => {}
    }
    let fits = |item: &Item| check(place, item, scenario.frequency_hz).verdict == Verdict::Fits;
    if !fits(&item) {
        item.nameplate.phases = Some(3);
    }
    fits(&item).then_some(item)
}

/// The needs that an item can fill.
pub(super) fn needs_of(scenario: &Scenario, item: &Item) -> Vec<usize> {
    (matches(scenario, item, 0).into_iter())
        .filter(crate::matching::fits)
        .map(|row| row.need)
        .collect()
}
