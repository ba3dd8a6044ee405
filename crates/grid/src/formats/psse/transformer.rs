//! Transformers of two and three windings.
//!
//! The record gives the voltage of each winding (code CW), impedances between pairs of windings (code CZ) and the
//! magnetising admittance at the first bus (code CM). Windings are ideal transformers at their buses; what is between
//! them is one impedance, or a star of three at a bus that the file does not list.

use super::elements::{Builder, plain};
use super::record::Record;
use crate::network::{Branch, Bus, BusKind};

/// The star buses begin above the largest bus number of the format.
const STARS_FROM: u64 = 1_000_000;

/// How the record is written, and the base of the case.
struct Codes {
    cw: i64,
    cz: i64,
}

/// A winding: its bus, its voltage over that of the bus's base, its angle and its ratings.
struct Winding {
    bus: usize,
    ratio: f64,
    shift_deg: f64,
    rate_mva: [f64; 3],
    /// Nominal voltage of the winding over that of the bus.
    nominal: f64,
}

impl Builder<'_> {
    /// A transformer of four lines, or of five where the third bus is given.
    pub fn transformer(&mut self, records: &[Record<'_>]) {
        let [head, impedance, windings @ ..] = records else { return };
        let three = windings.len() == 3;
        let codes = Codes {
            cw: head.whole(4, 1, "transformer, CW", self.findings),
            cz: head.whole(5, 1, "transformer, CZ", self.findings),
        };
        for (at, name, code) in [(4, "transformer, CW", codes.cw), (5, "transformer, CZ", codes.cz)]
        {
            if !(1..=3).contains(&code) {
                let message = format!("{code}; expected 1, 2 or 3");
                self.findings.error(head.line, head.column(at), name, message);
                return;
            }
        }
        let status = head.whole(11, 1, "transformer, STAT", self.findings);
        let mut found = Vec::new();
        for (k, r) in windings.iter().enumerate() {
            let name = ["transformer, I", "transformer, J", "transformer, K"].get(k).copied();
            let Some(bus) = self.at(head, k, name.unwrap_or_default()) else { return };
            let Some(winding) = self.winding(r, bus, &codes) else { return };
            found.push(winding);
        }
        match &found[..] {
            [first, second] => {
                let Some(z) = self.impedance(impedance, 0, &codes) else { return };
                self.magnetising(head, impedance, first, status > 0);
                // The impedance stands between two ideal transformers; seen from the second bus it is this much.
                let scale = second.ratio * second.ratio;
                self.branches.push(Branch {
                    r: z[0] * scale,
                    x: z[1] * scale,
                    rate_mva: first.rate_mva,
                    ratio: first.ratio / second.ratio,
                    shift_deg: first.shift_deg - second.shift_deg,
                    ..plain(first.bus, second.bus, status > 0)
                });
            }
            [first, _, _] if three => {
                let z: Vec<[f64; 2]> = [0, 3, 6]
                    .iter()
                    .filter_map(|at| self.impedance(impedance, *at, &codes))
                    .collect();
                let [z12, z23, z31] = z[..] else { return };
                self.magnetising(head, impedance, first, status > 0);
                let star = self.star(head, impedance, first.bus);
                let half = |a: [f64; 2], b: [f64; 2], c: [f64; 2]| {
                    [(a[0] + b[0] - c[0]) / 2.0, (a[1] + b[1] - c[1]) / 2.0]
                };
                let legs = [half(z12, z31, z23), half(z12, z23, z31), half(z23, z31, z12)];
                // The star may have any base. With that of the leg of least impedance, a leg of none (they occur) is a
                // plain connection, and not an ideal transformer that no start from equal voltages survives.
                let size = |z: &[f64; 2]| z[0].hypot(z[1]);
                let pairs = found.iter().zip(&legs);
                let least = pairs.min_by(|a, b| size(a.1).total_cmp(&size(b.1)));
                let (own, turn) = least.map_or((1.0, 0.0), |(w, _)| (w.ratio, w.shift_deg));
                // Which winding is out, by the value of STAT.
                for ((winding, z), out) in found.iter().zip(legs).zip([4, 2, 3]) {
                    self.branches.push(Branch {
                        r: z[0] * own * own,
                        x: z[1] * own * own,
                        rate_mva: winding.rate_mva,
                        ratio: winding.ratio / own,
                        shift_deg: winding.shift_deg - turn,
                        ..plain(winding.bus, star, status > 0 && status != out)
                    });
                }
                let note = "transformers of three windings are read as three branches to a bus of their own (numbers from 1000000)";
                self.findings.note(head.line, note);
            }
            _ => {}
        }
    }

    fn winding(&mut self, r: &Record<'_>, bus: usize, codes: &Codes) -> Option<Winding> {
        let kv = self.buses.get(bus).map_or(0.0, |b| b.base_kv);
        let in_kv = codes.cw == 2;
        let voltage = self.number(r, 0, if in_kv { kv } else { 1.0 }, "transformer, WINDV");
        let nominal = self.number(r, 1, 0.0, "transformer, NOMV");
        let nominal = if nominal > 0.0 && kv > 0.0 { nominal / kv } else { 1.0 };
        let ratio = match codes.cw {
            1 => voltage,
            2 => voltage / kv,
            _ => voltage * nominal,
        };
        if !(ratio.is_finite() && (1e-3..1e3).contains(&ratio)) {
            let message = format!(
                "a winding of {ratio} times the nominal voltage of its bus; expected 0.001 to 1000"
            );
            self.findings.error(r.line, r.column(0), "transformer, WINDV", message);
            return None;
        }
        let rates = self.rates(r, 3);
        let (code, table) = match self.revision {
            ..34 => (6, 13),
            34 if r.len() < 27 => (15, 22),
            _ => (15, 23),
        };
        if r.whole(code, 0, "transformer, COD", self.findings) > 0 {
            let note = "transformers that adjust their taps stay at the taps of the file";
            self.findings.note(r.line, note);
        }
        if r.whole(table, 0, "transformer, TAB", self.findings) != 0 {
            let note = "impedance correction tables are not applied: impedances are those at the nominal tap";
            self.findings.note(r.line, note);
        }
        let shift_deg = self.number(r, 2, 0.0, "transformer, ANG");
        Some(Winding { bus, ratio, shift_deg, rate_mva: rates, nominal })
    }

    /// The impedance of a pair of windings, p.u. on the base of the case. Field `at` is its resistance.
    fn impedance(&mut self, r: &Record<'_>, at: usize, codes: &Codes) -> Option<[f64; 2]> {
        let mut resistance = self.number(r, at, 0.0, "transformer, R");
        let mut reactance = self.number(r, at + 1, 0.0, "transformer, X");
        let mva = self.number(r, at + 2, self.base, "transformer, SBASE");
        if codes.cz == 1 {
            return Some([resistance, reactance]);
        }
        if mva <= 0.0 {
            let message = "expected a power above 0, in MVA";
            self.findings.error(r.line, r.column(at + 2), "transformer, SBASE", message);
            return None;
        }
        if codes.cz == 3 {
            // Load loss in watts, and the magnitude of the impedance.
            resistance *= 1e-6 / mva;
            reactance = (reactance * reactance - resistance * resistance).max(0.0).sqrt();
        }
        // The nominal voltages of the windings are in their ratios already.
        let scale = self.base / mva;
        let z = [resistance * scale, reactance * scale];
        if z.iter().all(|v| v.is_finite()) {
            return Some(z);
        }
        self.findings.error(r.line, r.column(at + 1), "transformer, X", "out of range");
        None
    }

    /// The magnetising admittance as a shunt of the first bus.
    fn magnetising(&mut self, head: &Record<'_>, z: &Record<'_>, first: &Winding, on: bool) {
        let code = head.whole(6, 1, "transformer, CM", self.findings);
        let g = self.number(head, 7, 0.0, "transformer, MAG1");
        let b = self.number(head, 8, 0.0, "transformer, MAG2");
        if !on || (g == 0.0 && b == 0.0) {
            return;
        }
        let (mw, mvar) = if code == 2 {
            // No-load loss in watts, and the exciting current in p.u. of the winding's base.
            let mva = self.number(z, 2, self.base, "transformer, SBASE");
            let scale = 1.0 / (first.nominal * first.nominal);
            let (loss, size) = (g * 1e-6, b * mva);
            (loss * scale, -(size * size - loss * loss).max(0.0).sqrt() * scale)
        } else {
            (g * self.base, b * self.base)
        };
        let note = "magnetising admittances are read as shunts of the first bus: they stay when the transformer goes out";
        self.findings.note(head.line, note);
        self.shunt(first.bus, mw, mvar);
    }

    /// A bus in the middle of a transformer of three windings.
    fn star(&mut self, head: &Record<'_>, z: &Record<'_>, first: usize) -> usize {
        let name = head.text(10).map(std::borrow::Cow::into_owned);
        let (area, zone) = self.buses.get(first).map_or((1, 1), |b| (b.area, b.zone));
        let bus = Bus {
            id: STARS_FROM + self.stars,
            name,
            kind: BusKind::Pq,
            pd_mw: 0.0,
            qd_mvar: 0.0,
            gs_mw: 0.0,
            bs_mvar: 0.0,
            area,
            zone,
            vm_pu: self.number(z, 9, 1.0, "transformer, VMSTAR"),
            va_deg: self.number(z, 10, 0.0, "transformer, ANSTAR"),
            // No voltage, and no limits of one.
            base_kv: 0.0,
            vmax_pu: 0.0,
            vmin_pu: 0.0,
        };
        self.stars += 1;
        self.buses.push(bus);
        self.buses.len() - 1
    }
}
