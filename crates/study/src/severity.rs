//! How bad: an event is made stronger or weaker until it does as much damage as was asked for.

use std::fmt;

use crate::event::{Counts, Event};
use crate::hazard::Blow;
use crate::terrain::Terrain;
use relight_restore::Scenario;
use relight_restore::scenario::{Damage, Element};

/// What is asked of an event.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Severity {
    /// The event as it is drawn.
    #[default]
    Drawn,
    /// The drawn intensity times this.
    Times(f64),
    /// This share of all sites is hard hit: extensively or completely damaged.
    Sites(f64),
    /// This share of all lines is down.
    Lines(f64),
    /// So many transformers are lost.
    Transformers(f64),
    /// Transformers of so many MVA are lost.
    Mva(f64),
    /// So many elements are out.
    Elements(f64),
}

/// A severity that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no severity; expected sites=20%, lines=10%, transformers=25, mva=9500, elements=100, times=1.5 or drawn"
)]
pub struct BadSeverity(pub String);

/// A severity that an event cannot have, however strong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "{hazard} with seed {seed} cannot do that: at its strongest it comes to {most:.3} of the {wanted:.3} asked for; ask \
     for less, another hazard or another seed"
)]
pub struct OutOfReach {
    /// Word of the hazard.
    pub hazard: &'static str,
    /// Its seed.
    pub seed: u64,
    /// What was asked for.
    pub wanted: f64,
    /// The most that it can do.
    pub most: f64,
}

impl Severity {
    /// Reads `sites=20%`, `transformers=25`, `drawn` and so on.
    pub fn read(text: &str) -> Result<Self, BadSeverity> {
        let bad = || BadSeverity(text.to_owned());
        if text.trim() == "drawn" {
            return Ok(Severity::Drawn);
        }
        let (word, number) = text.split_once('=').ok_or_else(bad)?;
        let number = number.trim();
        let (digits, percent) = match number.strip_suffix('%') {
            Some(digits) => (digits.trim_end(), true),
            None => (number, false),
        };
        let value: f64 = digits.parse().map_err(|_| bad())?;
        let value = if percent { value / 100.0 } else { value };
        let share = |make: fn(f64) -> Severity| {
            (0.0..=1.0).contains(&value).then(|| make(value)).ok_or_else(bad)
        };
        let count = |make: fn(f64) -> Severity| {
            let sound = !percent && value.is_finite() && (0.0..=1e9).contains(&value);
            sound.then(|| make(value)).ok_or_else(bad)
        };
        match word.trim() {
            "sites" => share(Severity::Sites),
            "lines" => share(Severity::Lines),
            "transformers" => count(Severity::Transformers),
            "mva" => count(Severity::Mva),
            "elements" => count(Severity::Elements),
            "times" => count(Severity::Times),
            _ => Err(bad()),
        }
    }

    /// As bad as a damage that was recorded: as many elements out, and where transformers were lost among them, as many
    /// transformers. The record may be of another grid; only its numbers count.
    pub fn like(damages: &[Damage], is_transformer: impl Fn(usize) -> bool) -> Self {
        let lost = |d: &&Damage| {
            let destroyed = !matches!(d.state.as_str(), "bushing" | "damaged");
            matches!(d.element, Element::Branch(l) if is_transformer(l)) && destroyed
        };
        match damages.iter().filter(lost).count() {
            0 => Severity::Elements(damages.len() as f64),
            lost => Severity::Transformers(lost as f64),
        }
    }

    fn wanted(self) -> Option<f64> {
        match self {
            Severity::Drawn | Severity::Times(_) => None,
            Severity::Sites(x)
            | Severity::Lines(x)
            | Severity::Transformers(x)
            | Severity::Mva(x)
            | Severity::Elements(x) => Some(x),
        }
    }

    /// What counts towards it came to.
    pub fn reached(self, counts: &Counts) -> Option<f64> {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        match self {
            Severity::Drawn | Severity::Times(_) => None,
            Severity::Sites(_) => Some(share(counts.hard_hit, counts.sites)),
            Severity::Lines(_) => Some(share(counts.lines, counts.all_lines)),
            Severity::Transformers(_) => Some(counts.transformers as f64),
            Severity::Mva(_) => Some(counts.mva),
            Severity::Elements(_) => Some(counts.elements as f64),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Severity::Drawn => f.write_str("drawn"),
            Severity::Times(x) => write!(f, "times={x}"),
            Severity::Sites(x) => write!(f, "sites={x}"),
            Severity::Lines(x) => write!(f, "lines={x}"),
            Severity::Transformers(x) => write!(f, "transformers={x}"),
            Severity::Mva(x) => write!(f, "mva={x}"),
            Severity::Elements(x) => write!(f, "elements={x}"),
        }
    }
}

/// Halvings of the logarithm of the multiplier.
const HALVINGS: usize = 24;
/// Multipliers that are looked at, as powers of 2.
const WEAKEST: f64 = -8.0;
const STRONGEST: f64 = 8.0;

/// The event of this severity: the multiplier is found by bisection, as a stronger blow does all that a weaker one does;
/// of the two on either side of the target, the nearer is taken.
pub fn steer(
    terrain: &Terrain,
    scenario: &Scenario,
    blow: &Blow,
    severity: Severity,
) -> Result<Event, OutOfReach> {
    let event = strongest_within(terrain, scenario, blow, severity);
    if within_reach(&event, severity) {
        return Ok(event);
    }
    let wanted = severity.wanted().unwrap_or_default();
    let most = severity.reached(&event.counts).unwrap_or_default();
    Err(OutOfReach { hazard: blow.hazard().word(), seed: blow.seed(), wanted, most })
}

/// Whether an event of [`strongest_within`] is as bad as was asked for; `false` where it is the strongest there is and
/// falls short.
pub fn within_reach(event: &Event, severity: Severity) -> bool {
    let short = severity.wanted().zip(severity.reached(&event.counts)).is_some_and(|(w, r)| r < w);
    !(short && event.multiplier >= libm::exp2(STRONGEST))
}

/// The same; where the target is out of reach, the strongest event there is.
pub fn strongest_within(
    terrain: &Terrain,
    scenario: &Scenario,
    blow: &Blow,
    severity: Severity,
) -> Event {
    let at = |power: f64| Event::of(terrain, scenario, blow, libm::exp2(power));
    let Some(wanted) = severity.wanted() else {
        let multiplier = if let Severity::Times(x) = severity { x } else { 1.0 };
        return Event::of(terrain, scenario, blow, multiplier);
    };
    let reached = |event: &Event| severity.reached(&event.counts).unwrap_or_default();
    let mut above = at(STRONGEST);
    if reached(&above) < wanted {
        return above;
    }
    let mut below = at(WEAKEST);
    if reached(&below) >= wanted {
        return below;
    }
    let (mut low, mut high) = (WEAKEST, STRONGEST);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        let event = at(middle);
        if reached(&event) < wanted {
            (low, below) = (middle, event);
        } else {
            (high, above) = (middle, event);
        }
    }
    let (under, over) = (wanted - reached(&below), reached(&above) - wanted);
    if under < over { below } else { above }
}
