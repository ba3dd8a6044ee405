//! What an hour without a service weighs in the measure of a scenario.

use std::collections::BTreeMap;

use crate::scenario::Scenario;

/// The service that cold weather weighs.
pub(crate) const HEAT: &str = "heat";

/// What a person's hour without a facility service weighs, by step and region: the weight of the service, times
/// for `heat` the heating degrees of the step ([`Cold::factor`](crate::scenario::Cold::factor)).
#[derive(Debug, Clone)]
pub struct ServiceWeights<'a> {
    scenario: &'a Scenario,
    /// Temperatures by region, sorted by step; `None`: everywhere.
    weather: BTreeMap<Option<usize>, Vec<(u32, f64)>>,
}

impl<'a> ServiceWeights<'a> {
    /// Sorts the weather.
    pub fn new(scenario: &'a Scenario) -> Self {
        let mut weather: BTreeMap<Option<usize>, Vec<(u32, f64)>> = BTreeMap::new();
        for row in &scenario.weather {
            weather.entry(row.region).or_default().push((row.step, row.temp_c));
        }
        for rows in weather.values_mut() {
            rows.sort_by_key(|(step, _)| *step);
        }
        ServiceWeights { scenario, weather }
    }

    /// The weight of an hour without `service` for one person, in this step and region.
    pub fn of(&self, service: &str, step: u32, region: Option<usize>) -> f64 {
        self.scenario.weights.of_service(service) * self.cold(service, step, region)
    }

    /// What cold weather multiplies the weight of the service by: 1 for all but heat, and where the
    /// weather is not known.
    pub fn cold(&self, service: &str, step: u32, region: Option<usize>) -> f64 {
        if service != HEAT {
            return 1.0;
        }
        self.temp_c(step, region).map_or(1.0, |t| self.scenario.cold.factor(t))
    }

    /// The mean temperature of a step: of the region, or else everywhere; `None`: not known.
    pub fn temp_c(&self, step: u32, region: Option<usize>) -> Option<f64> {
        let of = |region| {
            let rows = self.weather.get(&region)?;
            let place = rows.binary_search_by_key(&step, |(step, _)| *step).ok()?;
            rows.get(place).map(|(_, temp)| *temp)
        };
        region.and_then(|r| of(Some(r))).or_else(|| of(None))
    }

    /// The mean of [`cold`](Self::cold) over the horizon.
    pub(crate) fn mean_cold(&self, service: &str, region: Option<usize>) -> f64 {
        if service != HEAT || self.weather.is_empty() || self.scenario.horizon_steps == 0 {
            return 1.0;
        }
        let steps = self.scenario.horizon_steps;
        let sum: f64 = (0..steps).map(|step| self.cold(service, step, region)).sum();
        sum / f64::from(steps)
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Cold;

    #[test]
    fn heat_weighs_by_heating_degrees() {
        let cold = Cold::default();
        for (temp, factor) in [(0.0, 1.0), (-9.0, 1.5), (9.0, 0.5), (15.0, 1.0 / 6.0), (15.1, 0.0)]
        {
            assert!((cold.factor(temp) - factor).abs() < 1e-12, "{temp}");
        }
        let indoors = Cold { base_c: 20.0, limit_c: 60.0, reference_c: -10.0, ..cold };
        for (temp, factor) in [(-10.0, 1.0), (-40.0, 2.0), (20.0, 0.0), (30.0, 0.0)] {
            assert!((indoors.factor(temp) - factor).abs() < 1e-12, "{temp}");
        }
        // A day at -10 degrees, half a day at -20.
        assert_eq!(cold.hours_to_freezing(-10.0), Some(24.0));
        assert_eq!(cold.hours_to_freezing(-20.0), Some(12.0));
        assert_eq!(cold.hours_to_freezing(0.0), None);
    }
}
