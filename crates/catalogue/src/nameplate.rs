//! Nameplates: what is written on a piece of equipment, with units. A field that is `None` is *not known*.

/// What a piece of equipment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A power transformer or autotransformer, or one single-phase unit of a bank.
    Transformer,
    /// A generating set (diesel, gas), mobile or skid-mounted.
    GeneratorSet,
    /// A circuit breaker.
    Breaker,
    /// A transformer with switchgear on trailers.
    MobileSubstation,
    /// Towers, poles, conductor and fittings for a stretch of line.
    LineKit,
    /// Anything else: compared by kind only.
    Other,
}

impl Kind {
    /// Every kind, in the order of the file contract.
    pub const ALL: [Kind; 6] = [
        Kind::Transformer,
        Kind::GeneratorSet,
        Kind::Breaker,
        Kind::MobileSubstation,
        Kind::LineKit,
        Kind::Other,
    ];

    /// The word that the file contract uses.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Transformer => "transformer",
            Kind::GeneratorSet => "generator_set",
            Kind::Breaker => "breaker",
            Kind::MobileSubstation => "mobile_substation",
            Kind::LineKit => "line_kit",
            Kind::Other => "other",
        }
    }

    /// Reads the word of the file contract.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// What is known of a piece of equipment, or asked of it. In a need the same fields describe the place:
/// nominal voltages of the bay, the power that it must carry, the mass that the road to it bears.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Nameplate {
    /// Rated voltage of the high-voltage winding, kV. Of a single-phase unit: line to line of its bank.
    pub hv_kv: Option<f64>,
    /// Rated voltage of the low-voltage winding, kV. Of a single-phase unit: line to line of its bank.
    pub lv_kv: Option<f64>,
    /// Rated voltage of the tertiary winding, kV.
    pub tertiary_kv: Option<f64>,
    /// Rated power, MVA. Of one unit: a single-phase unit states its own third.
    pub mva: Option<f64>,
    /// Phases of one unit: 1 or 3.
    pub phases: Option<u8>,
    /// Rated frequency, Hz.
    pub frequency_hz: Option<f64>,
    /// Vector group as written, e.g. `YNa0d11`.
    pub vector_group: Option<String>,
    /// Short-circuit voltage, percent of rated voltage on the unit's own rating.
    pub uk_pct: Option<f64>,
    /// Tap range, percent either side of rated voltage.
    pub tap_range_pct: Option<f64>,
    /// Tap step, percent.
    pub tap_step_pct: Option<f64>,
    /// Transport mass of the heaviest piece, tonnes. In a need: what the way to the site bears.
    pub mass_t: Option<f64>,
    /// Rated voltage of a breaker or line kit, kV.
    pub rated_kv: Option<f64>,
    /// Rated current, A.
    pub rated_a: Option<f64>,
    /// Short-circuit breaking current, kA.
    pub breaking_ka: Option<f64>,
    /// Rated output of a generator set, kW.
    pub kw: Option<f64>,
    /// Output voltage of a generator set, V.
    pub volts: Option<f64>,
    /// Fuel use at full load, litres an hour.
    pub fuel_lph_full: Option<f64>,
    /// Length of line that a kit rebuilds, km.
    pub length_km: Option<f64>,
}

impl Nameplate {
    /// What tells a piece from others of its kind beside its voltages, largest matter first: value and unit, where known.
    pub fn figures(&self) -> impl Iterator<Item = (f64, &'static str)> {
        [
            (self.mva, "MVA"),
            (self.kw, "kW"),
            (self.rated_a, "A"),
            (self.breaking_ka, "kA"),
            (self.length_km, "km"),
            (self.frequency_hz, "Hz"),
        ]
        .into_iter()
        .filter_map(|(value, unit)| Some((value?, unit)))
    }
}
