//! Steps of a scenario as dates.

use jiff::ToSpan;
use relight_restore::Scenario;

/// `Mon 12 Jan 2026`, with the time of day where steps are not whole days.
pub fn date(scenario: &Scenario, step: u32) -> String {
    let whole_days = scenario.step_hours % 24.0 == 0.0;
    let form = if whole_days { "%a %-d %b %Y" } else { "%a %-d %b %Y %H:%M" };
    scenario.moment(step).strftime(form).to_string()
}

/// The date of the last day within the horizon.
pub fn last_day(scenario: &Scenario) -> String {
    let end = scenario.moment(scenario.horizon_steps);
    end.checked_sub(1.minute()).unwrap_or(end).strftime("%a %-d %b %Y").to_string()
}

/// `day 3`, `hour 12` or, where a step is neither, `step 6`.
pub fn step(scenario: &Scenario, step: u32) -> String {
    let unit = match scenario.step_hours {
        24.0 => "day",
        1.0 => "hour",
        _ => "step",
    };
    format!("{unit} {step}")
}
