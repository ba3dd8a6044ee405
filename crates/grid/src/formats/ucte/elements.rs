//! Nodes, lines and transformers as elements of the network.

use std::collections::HashMap;

use super::super::finding::Findings;
use super::columns::Columns;
use crate::network::{Branch, Bus, BusKind, Generator, Network};

/// Power base of the network, MVA; the format has ohms, and no base.
const BASE_MVA: f64 = 100.0;

/// Nominal voltages by the seventh character of a node code, kV.
fn nominal_kv(code: [u8; 8]) -> Option<f64> {
    Some(match code[6] {
        b'0' => 750.0,
        b'1' => 380.0,
        b'2' => 220.0,
        b'3' => 150.0,
        b'4' => 120.0,
        b'5' => 110.0,
        b'6' => 70.0,
        b'7' => 27.0,
        b'8' => 330.0,
        b'9' => 500.0,
        _ => return None,
    })
}

/// Two nodes and an order code.
type Id = ([u8; 8], [u8; 8], u8);

/// The network as far as it has been read.
pub(super) struct Builder<'f> {
    pub findings: &'f mut Findings,
    buses: Vec<Bus>,
    generators: Vec<Generator>,
    branches: Vec<Branch>,
    nodes: HashMap<[u8; 8], usize>,
    transformers: HashMap<Id, usize>,
    /// Branch, and half of its iron losses at 1 p.u., MW.
    losses: Vec<(usize, f64)>,
}

impl<'f> Builder<'f> {
    pub fn new(findings: &'f mut Findings) -> Self {
        Builder {
            findings,
            buses: Vec::new(),
            generators: Vec::new(),
            branches: Vec::new(),
            nodes: HashMap::new(),
            transformers: HashMap::new(),
            losses: Vec::new(),
        }
    }

    pub fn finish(mut self, name: &str) -> Option<Network> {
        if self.buses.is_empty() && self.findings.clean() {
            self.findings.error(0, 0, "", "there is no node in the file; expected a block ##N");
        }
        if !self.findings.clean() {
            return None;
        }
        // Only now are the taps known.
        for (branch, mw) in std::mem::take(&mut self.losses) {
            let Some(l) = self.branches.get(branch) else { continue };
            for (bus, mw) in [(l.to, mw), (l.from, mw / (l.ratio * l.ratio))] {
                if let Some(bus) = self.buses.get_mut(bus) {
                    bus.gs_mw += mw;
                }
            }
        }
        self.findings.note(0, "the format has no limits of voltage: none is checked");
        if !self.buses.iter().any(|b| b.kind == BusKind::Reference) {
            self.findings.note(0, "no slack node (type 3)");
        }
        let name = name.to_owned();
        Some(Network::new(name, BASE_MVA, self.buses, self.branches, self.generators, Vec::new()))
    }

    fn value(&mut self, c: &Columns<'_>, first: usize, last: usize, name: &str) -> f64 {
        c.number(first, last, name, self.findings).unwrap_or(0.0)
    }

    /// Columns 1-8 code, 10-21 name, 23 status, 25 type, then voltage, load, generation and limits of seven columns each.
    /// Generation is negative.
    pub fn node(&mut self, c: &Columns<'_>) {
        let code = c.code(1);
        let text = String::from_utf8_lossy(&code).into_owned();
        let Some(base_kv) = nominal_kv(code) else {
            let message =
                format!("node {text:?}; expected a level of voltage, 0 to 9, as seventh character");
            self.findings.error(c.line, 7, "node", message);
            return;
        };
        let kind = match c.raw(25, 25) {
            b"0" | b" " | b"" => BusKind::Pq,
            b"1" => {
                let note =
                    "nodes of type 1 (reactive power and angle given) are read as loads, type 0";
                self.findings.note(c.line, note);
                BusKind::Pq
            }
            b"2" => BusKind::Pv,
            b"3" => BusKind::Reference,
            other => {
                let message = format!("{:?}; expected 0 to 3", String::from_utf8_lossy(other));
                self.findings.error(c.line, 25, "node type", message);
                return;
            }
        };
        let volts = c.number(27, 32, "voltage", self.findings).filter(|v| *v > 0.0);
        let pd_mw = self.value(c, 34, 40, "active load");
        let qd_mvar = self.value(c, 42, 48, "reactive load");
        let p = -self.value(c, 50, 56, "active generation");
        let q = -self.value(c, 58, 64, "reactive generation");
        let mut limit = |first: usize, name: &str| c.number(first, first + 6, name, self.findings);
        let limits = [
            limit(66, "least active generation"),
            limit(74, "most active generation"),
            limit(82, "least reactive generation"),
            limit(90, "most reactive generation"),
        ];
        if self.nodes.contains_key(&code) {
            let message = format!("node {text:?} is given again; expected each once");
            self.findings.error(c.line, 1, "node", message);
            return;
        }
        self.nodes.insert(code, self.buses.len());
        let controls = matches!(kind, BusKind::Pv | BusKind::Reference);
        let vm_pu = volts.map_or(1.0, |v| v / base_kv);
        let bus = self.buses.len();
        if controls || p != 0.0 || q != 0.0 {
            if controls && volts.is_none() {
                self.findings.note(
                    c.line,
                    "nodes that hold their voltage without saying which hold the nominal one",
                );
            }
            let [pmin, pmax, qmin, qmax] = limits.map(|l| l.map(|l| -l));
            self.generators.push(Generator {
                bus,
                pg_mw: p,
                qg_mvar: q,
                qmax_mvar: qmax.unwrap_or(f64::INFINITY),
                qmin_mvar: qmin.unwrap_or(f64::NEG_INFINITY),
                vg_pu: vm_pu,
                mbase_mva: BASE_MVA,
                in_service: true,
                pmax_mw: pmax.unwrap_or(p.max(0.0)),
                pmin_mw: pmin.unwrap_or(p.min(0.0)),
                fuel: Some(c.text(128, 128)).filter(|f| !f.is_empty()),
            });
        }
        self.buses.push(Bus {
            id: bus as u64 + 1,
            name: Some(text.trim_end().to_owned()),
            kind,
            pd_mw,
            qd_mvar,
            gs_mw: 0.0,
            bs_mvar: 0.0,
            area: 1,
            zone: 1,
            vm_pu,
            va_deg: 0.0,
            base_kv,
            // The format has none.
            vmax_pu: 0.0,
            vmin_pu: 0.0,
        });
    }

    /// The node whose code begins in this column.
    fn at(&mut self, c: &Columns<'_>, first: usize) -> Option<usize> {
        let code = c.code(first);
        let found = self.nodes.get(&code).copied();
        if found.is_none() {
            let text = String::from_utf8_lossy(&code).into_owned();
            let message = format!("node {text:?} is not in the block ##N");
            self.findings.error(c.line, first, "node", message);
        }
        found
    }

    fn kv(&self, bus: usize) -> f64 {
        self.buses.get(bus).map_or(1.0, |b| b.base_kv)
    }

    /// Column 21: 0 to 2 in service, 7 to 9 out, where 2 and 7 are busbar couplers. `Some((in service, coupler))`.
    fn status(&mut self, c: &Columns<'_>) -> Option<(bool, bool)> {
        match c.raw(21, 21) {
            b"0" | b"1" => Some((true, false)),
            b"2" => Some((true, true)),
            b"7" => Some((false, true)),
            b"8" | b"9" => Some((false, false)),
            other => {
                let message =
                    format!("{:?}; expected 0, 1, 2, 7, 8 or 9", String::from_utf8_lossy(other));
                self.findings.error(c.line, 21, "status", message);
                None
            }
        }
    }

    /// A limit of current as power at the nominal voltage of a bus, MVA; 0 where there is none.
    fn rate(&mut self, c: &Columns<'_>, first: usize, bus: usize) -> [f64; 3] {
        let ampere = self.value(c, first, first + 5, "limit of current").max(0.0);
        [3.0_f64.sqrt() * ampere * self.kv(bus) / 1000.0; 3]
    }

    /// 23-28 resistance and 30-35 reactance, ohm, 37-44 susceptance, microsiemens, 46-51 limit, ampere.
    pub fn line(&mut self, c: &Columns<'_>) {
        let (Some(from), Some(to)) = (self.at(c, 1), self.at(c, 10)) else { return };
        let Some((in_service, coupler)) = self.status(c) else { return };
        let base = self.kv(from) * self.kv(from) / BASE_MVA;
        let ohm = |v: f64| if coupler { 0.0 } else { v / base };
        let r = self.value(c, 23, 28, "resistance");
        let x = self.value(c, 30, 35, "reactance");
        let b = self.value(c, 37, 44, "susceptance");
        if self.kv(from) != self.kv(to) {
            let message =
                "a line between nodes of different levels of voltage; expected a transformer";
            self.findings.error(c.line, 1, "line", message);
            return;
        }
        let rate_mva = self.rate(c, 46, from);
        self.branches.push(Branch {
            from,
            to,
            r: ohm(r),
            x: ohm(x),
            b: if coupler { 0.0 } else { b * 1e-6 * base },
            rate_mva,
            ratio: 0.0,
            shift_deg: 0.0,
            in_service,
            angmin_deg: -360.0,
            angmax_deg: 360.0,
        });
    }

    /// 23-27 and 29-33 rated voltages, kV, 35-39 nominal power, MVA, 41-46 resistance and 48-53 reactance, ohm, 55-62
    /// susceptance and 64-69 conductance, microsiemens, 71-76 limit, ampere. Impedances are on the side of node 1;
    /// node 2 has the regulated winding, and is the *from* end of the branch, where the ideal transformer stands.
    pub fn transformer(&mut self, c: &Columns<'_>) {
        let (Some(one), Some(two)) = (self.at(c, 1), self.at(c, 10)) else { return };
        let Some((in_service, _)) = self.status(c) else { return };
        let rated = [(23, 27), (29, 33)].map(|(first, last)| {
            let kv = c.number(first, last, "rated voltage", self.findings).unwrap_or(0.0);
            if kv <= 0.0 {
                let message = "expected a rated voltage above 0, in kV";
                self.findings.error(c.line, first, "rated voltage", message);
            }
            kv
        });
        let [kv_one, kv_two] = rated;
        if kv_one <= 0.0 || kv_two <= 0.0 {
            return;
        }
        let base = self.kv(one) * self.kv(one) / BASE_MVA;
        let r = self.value(c, 41, 46, "resistance") / base;
        let x = self.value(c, 48, 53, "reactance") / base;
        let b = self.value(c, 55, 62, "susceptance") * 1e-6 * base;
        let g = self.value(c, 64, 69, "conductance") * 1e-6 * base;
        let mva = self.value(c, 35, 39, "nominal power");
        let mut rate_mva = self.rate(c, 71, one);
        if rate_mva[0] == 0.0 {
            rate_mva = [mva.max(0.0); 3];
        }
        let ratio = (kv_two / self.kv(two)) / (kv_one / self.kv(one));
        if in_service && g != 0.0 {
            let note = "iron losses of transformers are read as shunts of their nodes: they stay when the transformer goes out";
            self.findings.note(c.line, note);
            self.losses.push((self.branches.len(), g * BASE_MVA / 2.0));
        }
        let id = (c.code(1), c.code(10), c.raw(19, 19).first().copied().unwrap_or(b' '));
        if self.transformers.insert(id, self.branches.len()).is_some() {
            let message =
                "these nodes have a transformer of this order code already; expected another";
            self.findings.error(c.line, 19, "order code", message);
        }
        self.branches.push(Branch {
            from: two,
            to: one,
            r,
            x,
            b,
            rate_mva,
            ratio,
            shift_deg: 0.0,
            in_service,
            angmin_deg: -360.0,
            angmax_deg: 360.0,
        });
    }

    /// The position of the taps. 21-25 step, %, and 30-32 position of the regulation in phase; 40-44 step, %, 46-50 angle,
    /// degrees, 55-57 position and 65-68 kind of the angle regulation.
    pub fn regulation(&mut self, c: &Columns<'_>) {
        let id = (c.code(1), c.code(10), c.raw(19, 19).first().copied().unwrap_or(b' '));
        let Some(&branch) = self.transformers.get(&id) else {
            let message = "there is no such transformer in the block ##T above";
            self.findings.error(c.line, 1, "transformer", message);
            return;
        };
        let in_phase = self.value(c, 21, 25, "step") / 100.0 * self.value(c, 30, 32, "position");
        let step = self.value(c, 40, 44, "step") / 100.0 * self.value(c, 55, 57, "position");
        let angle = self.value(c, 46, 50, "angle").to_radians();
        let symmetric = c.text(65, 68).eq_ignore_ascii_case("SYMM");
        // The regulated winding's voltage over that at the neutral position: turned by half the step at both ends, or by all of it
        // at one.
        let part = if symmetric { 0.5 } else { 1.0 };
        let (sin, cos) = angle.sin_cos();
        let (along, across) = (1.0 + part * step * cos, part * step * sin);
        let (size, turn) = if symmetric {
            (1.0, 2.0 * across.atan2(along))
        } else {
            (along.hypot(across), across.atan2(along))
        };
        let size = size * (1.0 + in_phase);
        if !(1e-3..1e3).contains(&size) {
            let message =
                format!("these taps make {size} times the rated voltage; expected 0.001 to 1000");
            self.findings.error(c.line, 21, "regulation", message);
            return;
        }
        if let Some(branch) = self.branches.get_mut(branch) {
            branch.ratio *= size;
            branch.shift_deg += turn.to_degrees();
        }
        for (first, last, what) in [(34, 38, "voltage"), (59, 63, "power")] {
            if c.number(first, last, what, self.findings).is_some() {
                let note = format!(
                    "taps stay as they stand: the {what} that they are to hold is not controlled"
                );
                self.findings.note(c.line, &note);
            }
        }
    }
}
