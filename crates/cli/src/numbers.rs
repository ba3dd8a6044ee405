//! Numbers as people read them.

/// A whole number with thousands separators: `1,204,331`.
pub fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if value < 0.0 && digits != "0" { format!("-{out}") } else { out }
}

/// A count with its word, in the plural where it is not one.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", whole(n as f64), if n == 1 { one } else { many })
}

/// Whole from 100 up, else one decimal: for megawatts.
pub fn mw(value: f64) -> String {
    if value.abs() >= 99.95 { whole(value) } else { format!("{:.1}", value + 0.0) }
}

/// Whole from 1,000 up, else one decimal: for energy and for costs in it.
pub fn mwh(value: f64) -> String {
    if value.abs() >= 999.95 { whole(value) } else { format!("{:.1}", value + 0.0) }
}

/// At most three decimals, no trailing zeros.
pub fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A share of a whole, in percent; a dash where there is no whole.
pub fn share(part: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{:.1} %", 100.0 * part / whole) } else { "-".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(whole(1_204_331.4), "1,204,331");
        assert_eq!(whole(-0.2), "0");
        assert_eq!(whole(-1000.0), "-1,000");
        assert_eq!(count(1, "bus", "buses"), "1 bus");
        assert_eq!(mw(-0.0), "0.0");
        assert_eq!(mwh(189.62), "189.6");
        assert_eq!(mwh(6840.0), "6,840");
        assert_eq!(short(1.1480), "1.148");
        assert_eq!(short(-0.0001), "0");
        assert_eq!(share(1.0, 0.0), "-");
    }
}
