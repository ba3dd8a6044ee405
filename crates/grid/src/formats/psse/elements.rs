//! Records as elements of the network.

use std::collections::HashMap;

use super::super::finding::Findings;
use super::record::Record;
use super::sections::Section;
use super::unknown;
use crate::network::{Branch, Bus, BusKind, DcLine, Generator, Network};

/// Largest bus number that the format has.
const MOST_BUS: i64 = 999_997;

/// The network as far as it has been read.
pub(super) struct Builder<'f> {
    pub revision: i64,
    pub base: f64,
    pub findings: &'f mut Findings,
    pub buses: Vec<Bus>,
    pub branches: Vec<Branch>,
    generators: Vec<Generator>,
    dc_lines: Vec<DcLine>,
    index: HashMap<i64, usize>,
    /// Numbers of buses that the reader adds, above all of the file.
    pub stars: u64,
}

impl<'f> Builder<'f> {
    pub fn new(revision: i64, base: f64, findings: &'f mut Findings) -> Self {
        Builder {
            revision,
            base,
            findings,
            buses: Vec::new(),
            branches: Vec::new(),
            generators: Vec::new(),
            dc_lines: Vec::new(),
            index: HashMap::new(),
            stars: 0,
        }
    }

    /// A record of a section; as many lines as the section says.
    pub fn record(&mut self, section: Section, records: &[Record<'_>]) {
        let Some(first) = records.first() else { return };
        match section {
            Section::Bus => self.bus(first),
            Section::Load => self.load(first),
            Section::FixedShunt => self.fixed_shunt(first),
            Section::Generator => self.generator(first),
            Section::Branch => self.branch(first),
            Section::Switch => self.switch(first),
            Section::Transformer => self.transformer(records),
            Section::TwoTerminalDc => self.dc_line(records),
            Section::SwitchedShunt => self.switched_shunt(first),
            _ => {
                if let Some(note) = section.unread() {
                    self.findings.note(first.line, note);
                }
            }
        }
    }

    pub fn finish(self, name: &str) -> Option<Network> {
        if self.buses.is_empty() && self.findings.clean() {
            self.findings.error(0, 0, "", "there is no bus in the file; expected bus data");
        }
        if !self.findings.clean() {
            return None;
        }
        if !self.buses.iter().any(|b| b.kind == BusKind::Reference) {
            self.findings.note(0, "no swing bus (type 3)");
        }
        let (buses, branches) = (self.buses, self.branches);
        let name = name.to_owned();
        Some(Network::new(name, self.base, buses, branches, self.generators, self.dc_lines))
    }

    /// The bus that a field names.
    pub fn at(&mut self, r: &Record<'_>, field: usize, name: &str) -> Option<usize> {
        // The sign tells the metered end in old revisions.
        let id = r.whole(field, 0, name, self.findings).saturating_abs();
        let found = self.index.get(&id).copied();
        if found.is_none() {
            let text = r.text(field).unwrap_or_default();
            self.findings.error(r.line, r.column(field), name, unknown(&text));
        }
        found
    }

    pub fn number(&mut self, r: &Record<'_>, at: usize, default: f64, name: &str) -> f64 {
        r.number(at, default, name, self.findings)
    }

    /// Whether a status field says in service.
    fn on(&mut self, r: &Record<'_>, at: usize, name: &str) -> bool {
        r.whole(at, 1, name, self.findings) > 0
    }

    /// Adds a shunt, MW and `MVAr` at 1 p.u.
    pub fn shunt(&mut self, bus: usize, g_mw: f64, b_mvar: f64) {
        if let Some(bus) = self.buses.get_mut(bus) {
            bus.gs_mw += g_mw;
            bus.bs_mvar += b_mvar;
        }
    }

    fn bus(&mut self, r: &Record<'_>) {
        let id = r.whole(0, 0, "bus, I", self.findings);
        if !(1..=MOST_BUS).contains(&id) {
            let message = format!("bus number {id}; expected 1 to {MOST_BUS}");
            self.findings.error(r.line, r.column(0), "bus, I", message);
            return;
        }
        // Until revision 30 the shunt of a bus stands in its own record.
        let old = self.revision < 31;
        let at = if old { 6 } else { 4 };
        let (area, zone) = (
            r.whole(at, 1, "bus, AREA", self.findings),
            r.whole(at + 1, 1, "bus, ZONE", self.findings),
        );
        let volts = if old { 8 } else { 7 };
        let kind = match r.whole(3, 1, "bus, IDE", self.findings) {
            1 => BusKind::Pq,
            2 => BusKind::Pv,
            3 => BusKind::Reference,
            4 => BusKind::Isolated,
            other => {
                let message = format!("bus type {other}; expected 1 to 4");
                self.findings.error(r.line, r.column(3), "bus, IDE", message);
                BusKind::Pq
            }
        };
        // Limits came with revision 33; 0 means that there is none.
        let (vmax, vmin) = if self.revision >= 33 { (1.1, 0.9) } else { (0.0, 0.0) };
        let bus = Bus {
            id: id.unsigned_abs(),
            name: r.text(1).map(std::borrow::Cow::into_owned),
            kind,
            pd_mw: 0.0,
            qd_mvar: 0.0,
            gs_mw: if old { self.number(r, 4, 0.0, "bus, GL") } else { 0.0 },
            bs_mvar: if old { self.number(r, 5, 0.0, "bus, BL") } else { 0.0 },
            area,
            zone,
            vm_pu: self.number(r, volts, 1.0, "bus, VM"),
            va_deg: self.number(r, volts + 1, 0.0, "bus, VA"),
            base_kv: self.number(r, 2, 0.0, "bus, BASKV").max(0.0),
            vmax_pu: if old { 0.0 } else { self.number(r, 9, vmax, "bus, NVHI") },
            vmin_pu: if old { 0.0 } else { self.number(r, 10, vmin, "bus, NVLO") },
        };
        if self.index.contains_key(&id) {
            let message = format!("bus number {id} is used again; expected each number once");
            self.findings.error(r.line, r.column(0), "bus, I", message);
            return;
        }
        self.index.insert(id, self.buses.len());
        self.buses.push(bus);
    }

    fn load(&mut self, r: &Record<'_>) {
        let Some(bus) = self.at(r, 0, "load, I") else { return };
        let on = self.on(r, 2, "load, STATUS");
        let mut value = |at: usize, name: &str| self.number(r, at, 0.0, name);
        let (pl, ql) = (value(5, "load, PL"), value(6, "load, QL"));
        let (ip, iq) = (value(7, "load, IP"), value(8, "load, IQ"));
        let (yp, yq) = (value(9, "load, YP"), value(10, "load, YQ"));
        let (mut dp, mut dq) = (0.0, 0.0);
        if self.revision >= 34 && r.whole(16, 0, "load, DGENM", self.findings) != 0 {
            dp = self.number(r, 14, 0.0, "load, DGENP");
            dq = self.number(r, 15, 0.0, "load, DGENQ");
        }
        if !on {
            return;
        }
        if ip != 0.0 || iq != 0.0 {
            self.findings.note(
                r.line,
                "load of constant current is read as constant power, that at 1 p.u. voltage",
            );
        }
        if let Some(bus) = self.buses.get_mut(bus) {
            bus.pd_mw += pl + ip - dp;
            bus.qd_mvar += ql + iq - dq;
        }
        self.shunt(bus, yp, yq);
    }

    fn fixed_shunt(&mut self, r: &Record<'_>) {
        let Some(bus) = self.at(r, 0, "fixed shunt, I") else { return };
        let on = self.on(r, 2, "fixed shunt, STATUS");
        let g = self.number(r, 3, 0.0, "fixed shunt, GL");
        let b = self.number(r, 4, 0.0, "fixed shunt, BL");
        if on {
            self.shunt(bus, g, b);
        }
    }

    fn switched_shunt(&mut self, r: &Record<'_>) {
        let Some(bus) = self.at(r, 0, "switched shunt, I") else { return };
        let (mode, status, initial) = match self.revision {
            ..32 => (1, None, 7),
            32..35 => (1, Some(3), 9),
            _ => (2, Some(4), 11),
        };
        let mode = r.whole(mode, 1, "switched shunt, MODSW", self.findings);
        let on = status.is_none_or(|at| self.on(r, at, "switched shunt, STAT"));
        let b = self.number(r, initial, 0.0, "switched shunt, BINIT");
        if mode != 0 {
            let note =
                "switched shunts stay at their initial susceptance (BINIT): they do not adjust";
            self.findings.note(r.line, note);
        }
        if on {
            self.shunt(bus, 0.0, b);
        }
    }

    fn generator(&mut self, r: &Record<'_>) {
        let Some(bus) = self.at(r, 0, "generator, I") else { return };
        let after = usize::from(self.revision >= 35);
        let in_service = self.on(r, 14 + after, "generator, STAT");
        let regulated = r.whole(7, 0, "generator, IREG", self.findings);
        let own = self.buses.get(bus).map_or(0, |b| b.id);
        if in_service && regulated != 0 && regulated.unsigned_abs() != own {
            let note = "generators hold the voltage of their own bus, at the set point of the bus that they regulate in the file";
            self.findings.note(r.line, note);
        }
        if in_service && self.number(r, 12 + after, 0.0, "generator, XT") != 0.0 {
            let note = "the step-up transformer inside a generator record (RT, XT) is not modelled";
            self.findings.note(r.line, note);
        }
        let base = self.base;
        let mut value = |at: usize, default: f64, name: &str| self.number(r, at, default, name);
        let generator = Generator {
            bus,
            pg_mw: value(2, 0.0, "generator, PG"),
            qg_mvar: value(3, 0.0, "generator, QG"),
            qmax_mvar: value(4, 9999.0, "generator, QT"),
            qmin_mvar: value(5, -9999.0, "generator, QB"),
            vg_pu: value(6, 1.0, "generator, VS"),
            mbase_mva: value(8 + after, base, "generator, MBASE"),
            in_service,
            pmax_mw: value(16 + after, 9999.0, "generator, PT"),
            pmin_mw: value(17 + after, -9999.0, "generator, PB"),
            fuel: None,
        };
        if generator.vg_pu <= 0.0 {
            let message = "expected a voltage above 0, in p.u.";
            self.findings.error(r.line, r.column(6), "generator, VS", message);
        }
        self.generators.push(generator);
    }

    fn branch(&mut self, r: &Record<'_>) {
        let (Some(from), Some(to)) = (self.at(r, 0, "branch, I"), self.at(r, 1, "branch, J"))
        else {
            return;
        };
        let new = self.revision >= 34;
        let (rates, shunts) = if new { (7, 19) } else { (6, 9) };
        let in_service = self.on(r, shunts + 4, "branch, ST");
        let branch = Branch {
            r: self.number(r, 3, 0.0, "branch, R"),
            x: self.number(r, 4, 0.0, "branch, X"),
            b: self.number(r, 5, 0.0, "branch, B"),
            rate_mva: self.rates(r, rates),
            ..plain(from, to, in_service)
        };
        let mut ends = [0.0; 4];
        for (k, name) in ["branch, GI", "branch, BI", "branch, GJ", "branch, BJ"].iter().enumerate()
        {
            ends[k] = self.number(r, shunts + k, 0.0, name) * self.base;
        }
        let [gi, bi, gj, bj] = ends;
        if in_service && ends.iter().any(|e| *e != 0.0) {
            self.findings.note(
                r.line,
                "shunts at the ends of a branch are read as shunts of its buses: they stay when the branch goes out",
            );
            self.shunt(from, gi, bi);
            self.shunt(to, gj, bj);
        }
        self.branches.push(branch);
    }

    fn switch(&mut self, r: &Record<'_>) {
        let name = "switching device, I";
        let (Some(from), Some(to)) = (self.at(r, 0, name), self.at(r, 1, "switching device, J"))
        else {
            return;
        };
        let in_service = self.on(r, 16, "switching device, STAT");
        let x = self.number(r, 3, 0.0001, "switching device, X");
        let rate_mva = self.rates(r, 4);
        self.branches.push(Branch { x, rate_mva, ..plain(from, to, in_service) });
    }

    /// Three ratings from this field on. Below 0 is no rating.
    pub fn rates(&mut self, r: &Record<'_>, at: usize) -> [f64; 3] {
        let mut rate = |k: usize, name: &str| self.number(r, at + k, 0.0, name).max(0.0);
        [rate(0, "rating A"), rate(1, "rating B"), rate(2, "rating C")]
    }

    fn dc_line(&mut self, records: &[Record<'_>]) {
        let [r, rectifier, inverter, ..] = records else { return };
        let name = "two-terminal DC, IPR";
        let (Some(from), Some(to)) =
            (self.at(rectifier, 0, name), self.at(inverter, 0, "two-terminal DC, IPI"))
        else {
            return;
        };
        let mode = r.whole(1, 0, "two-terminal DC, MDC", self.findings);
        let ohm = self.number(r, 2, 0.0, "two-terminal DC, RDC");
        let set = self.number(r, 3, 0.0, "two-terminal DC, SETVL");
        let kv = self.number(r, 4, 0.0, "two-terminal DC, VSCHD");
        // MW, or ampere: times kV that is kW.
        let power = if mode == 2 { set.abs() * kv / 1000.0 } else { set.abs() };
        let loss = if kv > 0.0 { ohm * (power / kv) * (power / kv) } else { 0.0 };
        let (pf_mw, pt_mw) =
            if mode == 1 && set < 0.0 { (power + loss, power) } else { (power, power - loss) };
        let in_service = mode == 1 || mode == 2;
        if in_service {
            let note = "DC lines carry their scheduled power; the reactive power that converters draw is not modelled";
            self.findings.note(r.line, note);
        }
        let (qf_mvar, qt_mvar) = (0.0, 0.0);
        if ![pf_mw, pt_mw].iter().all(|p| p.is_finite()) {
            self.findings.error(r.line, r.column(3), "two-terminal DC, SETVL", "out of range");
            return;
        }
        self.dc_lines.push(DcLine { from, to, in_service, pf_mw, pt_mw, qf_mvar, qt_mvar });
    }
}

/// A branch without impedance, tap or limits.
pub(super) fn plain(from: usize, to: usize, in_service: bool) -> Branch {
    Branch {
        from,
        to,
        r: 0.0,
        x: 0.0,
        b: 0.0,
        rate_mva: [0.0; 3],
        ratio: 0.0,
        shift_deg: 0.0,
        in_service,
        angmin_deg: -360.0,
        angmax_deg: 360.0,
    }
}
