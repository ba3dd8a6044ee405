//! Numbers as people read them.

/// A whole number with thousands separators: `1,204,331`. Fractions are rounded; not finite is a dash.
pub(crate) fn whole(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if value < 0.0 && digits != "0" { format!("\u{2212}{out}") } else { out }
}

/// A number of people as one says it: `1.2 million`, `34,000`, `1,800`, `412`.
pub(crate) fn about(value: f64) -> String {
    let to = |unit: f64| whole((value / unit).round() * unit);
    match value.abs() {
        v if v >= 999_500_000.0 => format!("{} billion", tenth(value / 1e9)),
        v if v >= 999_500.0 => format!("{} million", tenth(value / 1e6)),
        v if v >= 9_950.0 => to(1_000.0),
        v if v >= 1_000.0 => to(100.0),
        _ => whole(value),
    }
}

/// One decimal where it says something: `1.2`, `12`, `340`.
fn tenth(value: f64) -> String {
    if value.abs() >= 99.95 {
        return whole(value);
    }
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Megawatts: whole from 100 up, else one decimal.
pub(crate) fn mw(value: f64) -> String {
    if value.abs() >= 99.95 { whole(value) } else { format!("{:.1}", value + 0.0) }
}

/// A share of 0 to 1 as percent, with a decimal below 10.
pub(crate) fn percent(share: f64) -> String {
    let value = share * 100.0;
    if !value.is_finite() {
        return "–".into();
    }
    if value != 0.0 && value.abs() < 9.95 {
        format!("{value:.1} %")
    } else {
        format!("{value:.0} %")
    }
}

/// At most three significant figures after the decimal point's side that matters: `0.873`, `1.148`, `412`.
pub(crate) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let text = match value.abs() {
        v if v >= 1000.0 => return whole(value),
        v if v >= 100.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_read_as_one_says_them() {
        let said = [
            (0.0, "0"),
            (0.4, "0"),
            (412.0, "412"),
            (1_834.0, "1,800"),
            (9_949.0, "9,900"),
            (9_950.0, "10,000"),
            (34_120.0, "34,000"),
            (999_400.0, "999,000"),
            (999_500.0, "1 million"),
            (1_204_331.0, "1.2 million"),
            (12_000_000.0, "12 million"),
            (340_200_000.0, "340 million"),
            (1_500_000_000.0, "1.5 billion"),
        ];
        for (value, words) in said {
            assert_eq!(about(value), words, "{value}");
        }
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(whole(-1234.0), "\u{2212}1,234");
        assert_eq!(whole(f64::NAN), "–");
        assert_eq!(mw(12.04), "12.0");
        assert_eq!(mw(-0.0), "0.0");
        assert_eq!(figure(1.14800), "1.148");
        assert_eq!(figure(50.0), "50");
        assert_eq!(percent(0.1234), "12 %");
        assert_eq!(percent(0.0234), "2.3 %");
    }
}
