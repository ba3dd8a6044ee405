//! Steps of a scenario as dates.

use jiff::ToSpan;
use jiff::civil::DateTime;
use relight_restore::Scenario;

/// The moment at which a step begins; the last representable one where that is out of range.
fn moment(scenario: &Scenario, step: u32) -> DateTime {
    let minutes = (f64::from(step) * scenario.step_hours * 60.0).round();
    let start = scenario.start.at(0, 0, 0, 0);
    // The cast saturates, and so does the sum.
    jiff::Span::new()
        .try_minutes(minutes as i64)
        .map_or(DateTime::MAX, |span| start.saturating_add(span))
}

/// `Mon 12 Jan 2026`, with the time of day where steps are not whole days.
pub fn date(scenario: &Scenario, step: u32) -> String {
    let whole_days = scenario.step_hours % 24.0 == 0.0;
    let form = if whole_days { "%a %-d %b %Y" } else { "%a %-d %b %Y %H:%M" };
    moment(scenario, step).strftime(form).to_string()
}

/// The date of the last day within the horizon.
pub fn last_day(scenario: &Scenario) -> String {
    let end = moment(scenario, scenario.horizon_steps);
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
