//! The names in a study file, looked up in the scenario that it is about.

use relight_restore::Scenario;
use relight_restore::scenario::Element;

use crate::course::Extent;
use crate::severity::Severity;
use crate::study::{Draw, Order, Policy, Ready, Settings};

use super::{HowBad, ItemSpec, OrderSpec, ReadySpec, Spec, Wrong, wrong};

/// Steps from a region to any other, where the file does not say it: three days (an estimate for heavy transport).
const ELSEWHERE_HOURS: f64 = 72.0;

/// The files that a study file names, read: a severity for each hazard, and for each policy of a plan when it has each
/// element whole ([`ranks`]).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Named {
    /// For each hazard, that of its `like`.
    pub like: Vec<Option<Severity>>,
    /// For each policy, the order of its plan.
    pub plans: Vec<Option<Vec<(Element, u32)>>>,
}

/// When a schedule of a scenario has each broken element whole: at the end of the last job of its damage. A damage with a
/// job that is not scheduled has no rank.
pub fn ranks(scenario: &Scenario, finish: &[Option<u32>]) -> Vec<(Element, u32)> {
    let whole = |d: usize| {
        let jobs = (0..scenario.jobs.len()).filter(|&j| scenario.jobs[j].damage == d);
        jobs.map(|j| finish.get(j).copied().flatten()).try_fold(0, |last, f| f.map(|f| last.max(f)))
    };
    let damages = scenario.damages.iter().enumerate();
    let mut ranks: Vec<(Element, u32)> =
        damages.filter_map(|(d, damage)| Some((damage.element, whole(d)?))).collect();
    ranks.sort_by_key(|(element, rank)| (*rank, *element));
    ranks
}

impl Spec {
    /// Whether it names plans or recorded damages by their paths.
    pub fn names_files(&self) -> bool {
        self.hazards.iter().any(|h| matches!(h.how_bad, HowBad::Like(_)))
            || self.policies.iter().any(|p| matches!(p.order, OrderSpec::Plan(_)))
    }

    /// The study of a scenario, or all names that it does not know.
    pub fn resolve(
        &self,
        base: &Scenario,
        named: &Named,
    ) -> Result<(Settings, Extent), Vec<Wrong>> {
        let mut wrongs = Vec::new();
        let mut extent = self.extent.clone();
        if extent.elsewhere == 0 {
            extent.elsewhere = (libm::ceil(ELSEWHERE_HOURS / base.step_hours) as u32).max(1);
        }
        let draws = (self.hazards.iter().enumerate())
            .map(|(k, h)| Draw {
                hazard: h.hazard,
                severity: match h.how_bad {
                    HowBad::Is(severity) => severity,
                    HowBad::Like(_) => named.like.get(k).copied().flatten().unwrap_or_default(),
                },
                weight: h.weight,
            })
            .collect();
        let mut policies = Vec::new();
        for (k, spec) in self.policies.iter().enumerate() {
            let order = match spec.order {
                OrderSpec::Ratio => Order::Ratio,
                OrderSpec::Listed => Order::Listed,
                OrderSpec::Plan(_) => {
                    Order::Plan(named.plans.get(k).cloned().flatten().unwrap_or_default())
                }
            };
            let ready = |spec| resolve_ready(base, &extent, spec, &mut wrongs);
            let stock = spec.ready.iter().filter_map(ready).collect();
            policies.push(Policy {
                least_certain: spec.only,
                stock,
                ..Policy::new(spec.name.clone(), order)
            });
        }
        let settings = Settings { seed: self.seed, draws, policies };
        if wrongs.is_empty() { Ok((settings, extent)) } else { Err(wrongs) }
    }
}

fn resolve_ready(
    base: &Scenario,
    extent: &Extent,
    spec: &ReadySpec,
    wrongs: &mut Vec<Wrong>,
) -> Option<Ready> {
    let region = base.regions.iter().position(|r| *r == spec.region.value);
    if region.is_none() {
        let message = format!("the scenario has no region \"{}\"", spec.region.value);
        let expected = format!("one of {}", few(&base.regions));
        wrongs.push(wrong(spec.region.line, "ready.region", message, &expected));
    }
    let item = match &spec.item {
        ItemSpec::Item(item) => Some((**item).clone()),
        ItemSpec::Like(id) => {
            let offer = base.offers.iter().find(|o| o.id == id.value);
            if offer.is_none() {
                let message = format!("the scenario has no offer \"{}\"", id.value);
                let ids: Vec<String> = base.offers.iter().map(|o| o.id.clone()).collect();
                wrongs.push(wrong(
                    id.line,
                    "ready.like",
                    message,
                    &format!("one of {}", few(&ids)),
                ));
            }
            offer.map(|o| o.item.clone())
        }
    };
    let elsewhere = spec.elsewhere.unwrap_or(extent.elsewhere);
    Some(Ready { item: item?, count: spec.count, region: region?, elsewhere })
}

/// Names that a message lists, at most.
const NAMED: usize = 12;

fn few(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let first = names[..names.len() - more].join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}
