//! Offers against needs: what fits where, and which piece goes to which place.

use std::collections::BTreeMap;

use highs::{HighsModelStatus, RowProblem, Sense};
use relight_catalogue::{Kind, Verdict, check};

use crate::plan::{ItemUse, MatchRow, ScheduledJob, Unmatched};
use crate::scenario::{Need, Offer, OfferStatus, Scenario};
use crate::schedule::{Assignment, Broken};
use crate::state::SmallerUnit;

/// Holds every need against every offer of a kind that could fill it, in file order.
pub fn matches(scenario: &Scenario) -> Vec<MatchRow> {
    let mut rows = Vec::new();
    for (n, need) in scenario.needs.iter().enumerate() {
        for (o, offer) in scenario.offers.iter().enumerate() {
            if kind_can_fill(need.item.kind, offer.item.kind) {
                let result = check(&need.item, &offer.item, scenario.frequency_hz);
                rows.push(MatchRow { need: n, offer: o, result, chosen: 0, withheld: false });
            }
        }
    }
    rows
}

/// Whether an offer of one kind may fill a need of another: a mobile substation holds a transformer.
pub fn kind_can_fill(need: Kind, offer: Kind) -> bool {
    need == offer || (need, offer) == (Kind::Transformer, Kind::MobileSubstation)
}

/// Whether a plan may count on this match.
pub fn fits(row: &MatchRow) -> bool {
    matches!(row.result.verdict, Verdict::Fits | Verdict::FitsDerated) && !row.withheld
}

/// Withholds offers less certain than `confidence` from needs that nothing else could fill: no job may hang on such
/// an offer alone. What else could fill a need is an offer that is certain enough, fits and comes in time.
pub fn withhold(
    scenario: &Scenario,
    mut rows: Vec<MatchRow>,
    allowed: Allowed,
    confidence: f64,
) -> Vec<MatchRow> {
    let certain = |row: &MatchRow| scenario.offers[row.offer].confidence >= confidence;
    let in_time = |row: &MatchRow| {
        let (offer, job) =
            (&scenario.offers[row.offer], &scenario.jobs[scenario.needs[row.need].job]);
        offer.arrival().max(job.ready).saturating_add(job.steps) <= scenario.horizon_steps
    };
    let mut other_way = vec![false; scenario.needs.len()];
    for row in rows.iter().filter(|row| fits(row) && certain(row) && in_time(row)) {
        let offer = &scenario.offers[row.offer];
        other_way[row.need] |= allowed.includes(offer) && offer.count >= row.result.pieces;
    }
    for row in &mut rows {
        row.withheld = fits(row) && !certain(row) && !other_way[row.need];
    }
    rows
}

/// Which offers a plan may use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowed {
    /// The least certain status that counts.
    pub status: OfferStatus,
}

impl Allowed {
    /// Whether this offer may be used.
    pub fn includes(self, offer: &Offer) -> bool {
        offer.status >= self.status && offer.count > 0
    }
}

/// An offer that may fill places of a need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Index of the need.
    pub need: usize,
    /// Index of the offer.
    pub offer: usize,
    /// Pieces that fill one place.
    pub pieces: u32,
    /// Places that the offer can fill at most.
    pub most: u32,
    /// What each place adds to the worth of an assignment; above 0, so that no piece lies idle that somebody
    /// could use.
    pub gain: f64,
}

/// The choices that [`assign`] has, in the order of `rows`, and what each is worth. `value[job]` says what a
/// job is worth (any unit, not negative).
pub fn choices(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    value: &[f64],
) -> Vec<Choice> {
    let heaviest = value.iter().copied().fold(0.0, f64::max);
    let horizon = f64::from(scenario.horizon_steps);
    let mut choices = Vec::new();
    for row in rows.iter().filter(|r| fits(r)) {
        let (need, offer) = (&scenario.needs[row.need], &scenario.offers[row.offer]);
        let job = &scenario.jobs[need.job];
        let start = offer.arrival().max(job.ready);
        let pieces = row.result.pieces.max(1);
        if value[need.job] < 0.0
            || !allowed.includes(offer)
            || offer.count < pieces
            || start.saturating_add(job.steps) > scenario.horizon_steps
        {
            continue;
        }
        // Worth of the job, the share of the horizon that it is there for, and how much of the rating.
        let worth = if heaviest > 0.0 { (value[need.job] / heaviest).max(1e-3) } else { 1.0 };
        let time = 1.0 - f64::from(start) / horizon;
        let rating = match (row.result.usable_mva, need.item.nameplate.mva) {
            (Some(usable), Some(asked)) if asked > 0.0 => (usable / asked).clamp(0.0, 1.0),
            _ => 1.0,
        };
        // Among equals the more certain offer, and then, so that the choice is the same everywhere, the earlier
        // row. Neither outweighs a job, however small: both are shares of its worth.
        let certain = 1.0 - 1e-3 * (1.0 - offer.confidence.clamp(0.0, 1.0));
        let early = 1.0 - 1e-4 * choices.len() as f64 / rows.len() as f64;
        let parts = f64::from(need.count) * job.needs.len() as f64;
        let gain = 1e3 * worth * (0.05 + time) * (0.5 + 0.5 * rating) * certain * early / parts;
        let most = need.count.min(offer.count / pieces);
        choices.push(Choice { need: row.need, offer: row.offer, pieces, most, gain });
    }
    choices
}

/// Gives pieces to needs so that the jobs worth most get theirs, soonest, with the least loss of rating.
/// `value[job]`: see [`choices`]. A job gets all that it needs or nothing.
///
/// It is an integer programme: for each of the [`choices`] the places filled, `x`; for each job whether it is
/// supplied, `y`; `sum x = count * y` for each need, pieces used at most those there are.
pub fn assign(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    value: &[f64],
) -> Assignment {
    let mut assignment = Assignment { by_need: vec![None; scenario.needs.len()] };
    let mut problem = RowProblem::default();
    let mut supplied = vec![None; scenario.jobs.len()];
    for (j, job) in scenario.jobs.iter().enumerate() {
        if !job.needs.is_empty() {
            supplied[j] = Some(problem.add_integer_column(0.0, 0..=1));
        }
    }
    let columns: Vec<_> = choices(scenario, rows, allowed, value)
        .into_iter()
        .map(|c| (problem.add_integer_column(c.gain, 0..=c.most), c.need, c.offer, c.pieces))
        .collect();
    for (n, need) in scenario.needs.iter().enumerate() {
        if let Some(y) = supplied[need.job] {
            let filled = columns.iter().filter(|c| c.1 == n).map(|c| (c.0, 1.0));
            let row: Vec<_> = filled.chain([(y, -f64::from(need.count))]).collect();
            problem.add_row(0.0..=0.0, row);
        }
    }
    for (o, offer) in scenario.offers.iter().enumerate() {
        let used: Vec<_> =
            columns.iter().filter(|c| c.2 == o).map(|c| (c.0, f64::from(c.3))).collect();
        if !used.is_empty() {
            problem.add_row(..=f64::from(offer.count), used);
        }
    }
    if columns.is_empty() {
        return assignment;
    }
    let solution = problem.try_optimise(Sense::Maximise).ok().and_then(|mut model| {
        model.make_quiet();
        model.try_set_option("threads", 1).ok()?;
        model.try_set_option("mip_rel_gap", 1e-6).ok()?;
        let solved = model.try_solve().ok()?;
        (solved.status() == HighsModelStatus::Optimal).then(|| solved.get_solution())
    });
    let Some(solution) = solution else { return assignment };
    for (column, need, offer, pieces) in columns {
        let places = solution[column].round().max(0.0) as u32;
        if places > 0 {
            let item = ItemUse { need, offer, count: places * pieces };
            assignment.by_need[need].get_or_insert_default().push(item);
        }
    }
    assignment
}

/// The unit that the items of a job amount to, where it is smaller than the place needs.
pub fn smaller_unit(
    scenario: &Scenario,
    rows: &[MatchRow],
    items: &[ItemUse],
) -> Option<SmallerUnit> {
    items
        .iter()
        .filter_map(|item| {
            let row = find(rows, item.need, item.offer)?;
            let asked = scenario.needs[item.need].item.nameplate.mva?;
            let mva = row.result.usable_mva.filter(|&mva| mva > 0.0 && mva < asked)?;
            (row.result.verdict == Verdict::FitsDerated)
                .then_some(SmallerUnit { mva, impedance: asked / mva })
        })
        .min_by(|a, b| a.mva.total_cmp(&b.mva))
}

/// The row of a need and an offer.
pub fn find(rows: &[MatchRow], need: usize, offer: usize) -> Option<&MatchRow> {
    let place = rows.binary_search_by_key(&(need, offer), |r| (r.need, r.offer)).ok()?;
    rows.get(place)
}

/// What is wrong with the equipment of a schedule, if anything.
pub fn check_items(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    jobs: &[ScheduledJob],
) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut used = vec![0_u64; scenario.offers.len()];
    for s in jobs {
        for item in &s.items {
            used[item.offer] += u64::from(item.count);
        }
        for &need in &scenario.jobs[s.job].needs {
            if let Err(why) = filled(scenario, rows, allowed, need, s) {
                let (job, need) =
                    (scenario.jobs[s.job].id.clone(), scenario.needs[need].id.clone());
                broken.push(Broken::NeedNotFilled { job, need, why });
            }
        }
    }
    for (offer, used) in scenario.offers.iter().zip(used) {
        if used > u64::from(offer.count) {
            let (offer, count) = (offer.id.clone(), offer.count);
            broken.push(Broken::OfferOverdrawn { offer, count, used });
        }
    }
    broken
}

fn filled(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    need: usize,
    scheduled: &ScheduledJob,
) -> Result<(), String> {
    let mut places = 0;
    for item in scheduled.items.iter().filter(|item| item.need == need) {
        let offer = &scenario.offers[item.offer];
        let row = find(rows, need, item.offer)
            .ok_or_else(|| format!("offer {} is of another kind", offer.id))?;
        if !fits(row) {
            return Err(format!("offer {}: {}", offer.id, row.result.verdict.words()));
        }
        if !allowed.includes(offer) {
            return Err(format!("offer {} is only {}", offer.id, offer.status.word()));
        }
        places += item.count / row.result.pieces.max(1);
    }
    let count = scenario.needs[need].count;
    if places < count { Err(format!("{places} of {count} places are filled")) } else { Ok(()) }
}

/// The needs that `assignment` leaves open, with reasons for a person.
pub fn unmatched(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    assignment: &Assignment,
) -> Vec<Unmatched> {
    (scenario.needs.iter().enumerate())
        .filter(|&(n, _)| assignment.by_need[n].is_none())
        .map(|(n, need)| Unmatched { need: n, reasons: reasons(scenario, rows, allowed, n, need) })
        .collect()
}

fn reasons(
    scenario: &Scenario,
    rows: &[MatchRow],
    allowed: Allowed,
    n: usize,
    need: &Need,
) -> Vec<String> {
    let of_need: Vec<&MatchRow> = rows.iter().filter(|r| r.need == n).collect();
    if of_need.is_empty() {
        return vec![format!("nobody offers a {}", need.item.kind.word().replace('_', " "))];
    }
    let mut reasons = Vec::new();
    let withheld: Vec<&str> = of_need
        .iter()
        .filter(|r| r.withheld)
        .map(|r| scenario.offers[r.offer].id.as_str())
        .collect();
    if !withheld.is_empty() {
        reasons.push(format!(
            "{} would fit, but may well not come, and no other offer could take its place",
            withheld.join(", ")
        ));
    }
    let fitting: Vec<&&MatchRow> = of_need.iter().filter(|r| fits(r)).collect();
    if fitting.is_empty() {
        // What rules most offers out, by the check that fails first.
        let mut by_check: BTreeMap<&str, usize> = BTreeMap::new();
        for row in of_need.iter().filter(|r| r.result.verdict == Verdict::DoesNotFit) {
            let failed = row.result.checks.iter().find(|c| c.verdict == Verdict::DoesNotFit);
            *by_check.entry(failed.map_or("other", |c| c.name)).or_default() += 1;
        }
        let list: Vec<String> = by_check
            .iter()
            .map(|(check, count)| format!("{count} by {}", check.replace('_', " ")))
            .collect();
        if !list.is_empty() {
            reasons.push(format!(
                "{} of {} offers do not fit: {}",
                by_check.values().sum::<usize>(),
                of_need.len(),
                list.join(", ")
            ));
        }
        let unknown: Vec<&str> = of_need
            .iter()
            .filter(|r| r.result.verdict == Verdict::NotKnown)
            .map(|r| scenario.offers[r.offer].id.as_str())
            .collect();
        if !unknown.is_empty() {
            reasons.push(format!("too little is known of {}: ask the donor", unknown.join(", ")));
        }
        return reasons;
    }
    let job = &scenario.jobs[need.job];
    let (mut late, mut uncertain, mut few, mut taken) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in fitting {
        let offer = &scenario.offers[row.offer];
        let finish = offer.arrival().max(job.ready).saturating_add(job.steps);
        let list = if !allowed.includes(offer) {
            &mut uncertain
        } else if finish > scenario.horizon_steps {
            &mut late
        } else if offer.count < row.result.pieces {
            &mut few
        } else {
            &mut taken
        };
        list.push(offer.id.as_str());
    }
    let mut say = |list: &[&str], words: &str| {
        if !list.is_empty() {
            reasons.push(format!("{} {words}", list.join(", ")));
        }
    };
    say(&late, "would fit, but cannot be installed within the horizon");
    say(&uncertain, "would fit, but the promise is not certain enough for this plan");
    say(&few, "would fit, but too few units are offered to make up a bank");
    say(&taken, "would fit, but every piece is worth more elsewhere");
    reasons
}
