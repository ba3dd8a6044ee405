//! Checks the tables and makes the network of them.

use std::collections::{BTreeMap, HashMap};

use super::error::{ErrorKind, Findings, NoteKind};
use super::statements::{Contents, Names};
use super::table::{Row, Spec, Table};
use crate::network::{Branch, Bus, BusKind, DcLine, Generator, Network};

/// Numbers above this are not exact in the file's own arithmetic.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Makes the network, or reports why there can be none.
pub(super) fn build(contents: Contents, name: &str, findings: &mut Findings) -> Option<Network> {
    let Contents { scope, bus_names, fuels, unit_types } = contents;
    let base_mva = base(scope.base_mva, findings);
    let bus_table = required(scope.tables.get("bus"), "mpc.bus", findings);
    let branch_table = required(scope.tables.get("branch"), "mpc.branch", findings);
    let gen_table = required(scope.tables.get("gen"), "mpc.gen", findings);
    let bus_table = bus_table?;

    let (mut buses, index) = read_buses(bus_table, findings);
    let mut reader = Rows { findings, index };
    let branches = branch_table.map(|t| reader.branches(t)).unwrap_or_default();
    let mut generators = gen_table.map(|t| reader.generators(t)).unwrap_or_default();
    let dc_lines = scope.tables.get("dcline").map(|t| reader.dc_lines(t)).unwrap_or_default();

    if findings.has_errors() {
        return None;
    }
    if !buses.iter().any(|b| b.kind == BusKind::Reference) {
        findings.note(bus_table.line, NoteKind::NoReference);
    }
    let bus_names = fitting("bus_name", bus_names, buses.len(), findings);
    for (bus, name) in buses.iter_mut().zip(bus_names) {
        bus.name = Some(name);
    }
    let fuels = fitting("genfuel", fuels, generators.len(), findings);
    let unit_types = fitting("gentype", unit_types, generators.len(), findings);
    let fuels = if fuels.is_empty() { unit_types } else { fuels };
    for (generator, fuel) in generators.iter_mut().zip(fuels) {
        generator.fuel = Some(fuel);
    }
    Some(Network::new(name.to_owned(), base_mva?, buses, branches, generators, dc_lines))
}

fn base(value: Option<(f64, usize)>, findings: &mut Findings) -> Option<f64> {
    match value {
        Some((value, _)) if value.is_finite() && value > 0.0 => Some(value),
        Some((value, line)) => {
            let expected = "a power above 0, in MVA";
            let kind = ErrorKind::Value { found: value.to_string(), expected };
            findings.error_in(line, || "baseMVA".to_owned(), kind);
            None
        }
        None => {
            let expected = "the power base, such as `mpc.baseMVA = 100;`";
            findings.error(0, ErrorKind::Missing { name: "mpc.baseMVA", expected });
            None
        }
    }
}

fn required<'t>(
    table: Option<&'t Table>,
    name: &'static str,
    findings: &mut Findings,
) -> Option<&'t Table> {
    if table.is_none() {
        let expected = "a table `[ ... ];` of numbers";
        findings.error(0, ErrorKind::Missing { name, expected });
    }
    table
}

/// The names where there are as many as rows; else a note, and none.
fn fitting(
    name: &'static str,
    names: Option<Names>,
    expected: usize,
    findings: &mut Findings,
) -> Vec<String> {
    match names {
        Some(names) if names.entries.len() == expected => names.entries,
        Some(names) => {
            let found = names.entries.len();
            findings.note(names.line, NoteKind::NameCount { name, found, expected });
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// The rows of a table are of one length, as MATLAB demands; the others are reported.
fn check_widths(table: &Table, findings: &mut Findings) {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for row in &table.rows {
        *counts.entry(row.columns).or_default() += 1;
    }
    // The commonest; among equals the first row's.
    let first = table.rows.first().map(|r| r.columns);
    let Some((&usual, _)) = counts.iter().max_by_key(|(w, n)| (**n, Some(**w) == first)) else {
        return;
    };
    let spec = table.spec;
    for row in table.rows.iter().filter(|r| r.columns != usual) {
        let expected = format!("{usual}, as in the other rows of the table");
        let kind = ErrorKind::ColumnCount { found: row.columns as usize, expected };
        findings.error_in(row.line as usize, || format!("{} row {}", spec.name, row.number), kind);
    }
    if usual as usize > spec.most {
        let (found, known) = (usual as usize, spec.most);
        findings.note(table.line, NoteKind::ExtraColumns { table: spec.name, found, known });
    }
}

/// What a column can hold.
#[derive(Clone, Copy)]
enum Domain {
    Finite,
    /// Limits: infinity is no limit.
    AnyLimit,
    /// A rating: 0 and infinity mean unlimited.
    Rating,
    NotNegative,
    Whole,
    BusNumber,
    BusType,
    ZeroOrOne,
}

impl Domain {
    fn holds(self, v: f64) -> bool {
        match self {
            Domain::Finite => v.is_finite(),
            Domain::AnyLimit => true,
            Domain::Rating => v >= 0.0,
            Domain::NotNegative => v.is_finite() && v >= 0.0,
            Domain::Whole => v.fract() == 0.0 && v.abs() < MOST_EXACT,
            Domain::BusNumber => v.fract() == 0.0 && (1.0..MOST_EXACT).contains(&v),
            Domain::BusType => matches!(v, 1.0 | 2.0 | 3.0 | 4.0),
            Domain::ZeroOrOne => v == 0.0 || v == 1.0,
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Domain::Finite => "a finite number",
            Domain::AnyLimit => "a number",
            Domain::Rating => "0 (unlimited) or a rating above 0",
            Domain::NotNegative => "a finite number, 0 or above",
            Domain::Whole => "a whole number",
            Domain::BusNumber => "a bus number: whole, 1 or above",
            Domain::BusType => "1 (PQ), 2 (PV), 3 (reference) or 4 (isolated)",
            Domain::ZeroOrOne => "1 (in service) or 0",
        }
    }
}

/// Checks a row against its domains. NaN marks an entry that was reported where it was read.
fn sound(
    spec: &Spec,
    row: &Row,
    values: &[f64],
    domains: &[Domain],
    findings: &mut Findings,
) -> bool {
    let mut sound = true;
    for (i, (&value, domain)) in values.iter().zip(domains).enumerate() {
        if value.is_nan() {
            sound = false;
        } else if !domain.holds(value) {
            sound = false;
            let kind = ErrorKind::Value { found: value.to_string(), expected: domain.expected() };
            findings.error_in(row.line as usize, || place(spec, row, i), kind);
        }
    }
    sound
}

fn place(spec: &Spec, row: &Row, column: usize) -> String {
    let name = spec.columns.get(column).copied().unwrap_or("?");
    format!("{} row {}, {name} (column {})", spec.name, row.number, column + 1)
}

/// Where each bus number is: its place in the table, and its line.
type Index = HashMap<u64, (usize, u32)>;

fn read_buses(table: &Table, findings: &mut Findings) -> (Vec<Bus>, Index) {
    use Domain::{AnyLimit, BusNumber, BusType, Finite, NotNegative, Whole};
    const DOMAINS: [Domain; 13] = [
        BusNumber,
        BusType,
        Finite,
        Finite,
        Finite,
        Finite,
        Whole,
        Finite,
        Finite,
        NotNegative,
        Whole,
        AnyLimit,
        AnyLimit,
    ];
    check_widths(table, findings);
    if table.rows.is_empty() {
        let kind = ErrorKind::Value { found: "no rows".to_owned(), expected: "at least one bus" };
        findings.error_in(table.line, || "bus".to_owned(), kind);
    }
    let mut buses = Vec::with_capacity(table.rows.len());
    let mut index = Index::with_capacity(table.rows.len());
    // What is at a bus whose row was cut short is not to blame. There will be no network, so no place.
    for &id in table.cut_short.iter().filter(|&&id| BusNumber.holds(id)) {
        index.insert(id as u64, (0, 0));
    }
    for (row, v) in table.iter() {
        let &[id, kind, pd, qd, gs, bs, area, vm, va, base_kv, zone, vmax, vmin] = v else {
            continue;
        };
        // A bus with another fault still has its number: its branches are not to blame.
        if BusNumber.holds(id) {
            let id = id as u64;
            if let Some((_, first)) = index.get(&id).filter(|(_, first)| *first > 0) {
                let kind = ErrorKind::DuplicateBus { id, first: *first as usize };
                findings.error_in(row.line as usize, || place(table.spec, row, 0), kind);
            } else {
                index.insert(id, (buses.len(), row.line));
            }
        }
        if !sound(table.spec, row, v, &DOMAINS, findings) {
            continue;
        }
        if vmin > vmax {
            findings.note(
                row.line as usize,
                NoteKind::LimitsCrossed { table: "bus", low: "Vmin", high: "Vmax" },
            );
        }
        buses.push(Bus {
            id: id as u64,
            name: None,
            kind: match kind {
                1.0 => BusKind::Pq,
                2.0 => BusKind::Pv,
                3.0 => BusKind::Reference,
                _ => BusKind::Isolated,
            },
            pd_mw: pd,
            qd_mvar: qd,
            gs_mw: gs,
            bs_mvar: bs,
            area: area as i64,
            zone: zone as i64,
            vm_pu: vm,
            va_deg: va,
            base_kv,
            vmax_pu: vmax,
            vmin_pu: vmin,
        });
    }
    (buses, index)
}

struct Rows<'f> {
    findings: &'f mut Findings,
    index: Index,
}

impl Rows<'_> {
    fn bus(&mut self, table: &Table, row: &Row, column: usize, id: f64) -> Option<usize> {
        let id = id as u64;
        let found = self.index.get(&id).map(|(at, _)| *at);
        if found.is_none() {
            let kind = ErrorKind::UnknownBus { id };
            self.findings.error_in(row.line as usize, || place(table.spec, row, column), kind);
        }
        found
    }

    fn branches(&mut self, table: &Table) -> Vec<Branch> {
        use Domain::{AnyLimit, BusNumber, Finite, NotNegative, Rating, ZeroOrOne};
        const DOMAINS: [Domain; 13] = [
            BusNumber,
            BusNumber,
            Finite,
            Finite,
            Finite,
            Rating,
            Rating,
            Rating,
            NotNegative,
            Finite,
            ZeroOrOne,
            AnyLimit,
            AnyLimit,
        ];
        check_widths(table, self.findings);
        let mut branches = Vec::with_capacity(table.rows.len());
        for (row, v) in table.iter() {
            let &[from, to, r, x, b, rate_a, rate_b, rate_c, ratio, shift, status, angmin, angmax] =
                v
            else {
                continue;
            };
            if !sound(table.spec, row, v, &DOMAINS, self.findings) {
                continue;
            }
            let ends = (self.bus(table, row, 0, from), self.bus(table, row, 1, to));
            let (Some(from), Some(to)) = ends else { continue };
            let line = row.line as usize;
            let (angmin, angmax) =
                if row.columns < 13 { (-360.0, 360.0) } else { (angmin, angmax) };
            if from == to {
                self.findings.note(line, NoteKind::Loop);
            }
            if r == 0.0 && x == 0.0 {
                self.findings.note(line, NoteKind::ZeroImpedance);
            }
            if angmin > angmax {
                let (low, high) = ("angmin", "angmax");
                self.findings.note(line, NoteKind::LimitsCrossed { table: "branch", low, high });
            }
            let unlimited = |rate: f64| if rate.is_finite() { rate } else { 0.0 };
            branches.push(Branch {
                from,
                to,
                r,
                x,
                b,
                rate_mva: [unlimited(rate_a), unlimited(rate_b), unlimited(rate_c)],
                ratio,
                shift_deg: shift,
                in_service: status == 1.0,
                angmin_deg: angmin,
                angmax_deg: angmax,
            });
        }
        branches
    }

    fn generators(&mut self, table: &Table) -> Vec<Generator> {
        use Domain::{AnyLimit, BusNumber, Finite};
        const DOMAINS: [Domain; 10] = [
            BusNumber, Finite, Finite, AnyLimit, AnyLimit, Finite, Finite, Finite, AnyLimit,
            AnyLimit,
        ];
        check_widths(table, self.findings);
        let mut generators = Vec::with_capacity(table.rows.len());
        for (row, v) in table.iter() {
            let &[bus, pg, qg, qmax, qmin, vg, mbase, status, pmax, pmin] = v else { continue };
            if !sound(table.spec, row, v, &DOMAINS, self.findings) {
                continue;
            }
            let Some(bus) = self.bus(table, row, 0, bus) else { continue };
            for (crossed, low, high) in
                [(qmin > qmax, "Qmin", "Qmax"), (pmin > pmax, "Pmin", "Pmax")]
            {
                if crossed {
                    let kind = NoteKind::LimitsCrossed { table: "gen", low, high };
                    self.findings.note(row.line as usize, kind);
                }
            }
            generators.push(Generator {
                bus,
                pg_mw: pg,
                qg_mvar: qg,
                qmax_mvar: qmax,
                qmin_mvar: qmin,
                vg_pu: vg,
                mbase_mva: mbase,
                in_service: status > 0.0,
                pmax_mw: pmax,
                pmin_mw: pmin,
                fuel: None,
            });
        }
        generators
    }

    fn dc_lines(&mut self, table: &Table) -> Vec<DcLine> {
        use Domain::{BusNumber, Finite, ZeroOrOne};
        const DOMAINS: [Domain; 7] =
            [BusNumber, BusNumber, ZeroOrOne, Finite, Finite, Finite, Finite];
        check_widths(table, self.findings);
        let mut lines = Vec::with_capacity(table.rows.len());
        for (row, v) in table.iter() {
            let &[from, to, status, pf_mw, pt_mw, qf_mvar, qt_mvar] = v else { continue };
            if !sound(table.spec, row, v, &DOMAINS, self.findings) {
                continue;
            }
            let ends = (self.bus(table, row, 0, from), self.bus(table, row, 1, to));
            let (Some(from), Some(to)) = ends else { continue };
            lines.push(DcLine {
                from,
                to,
                in_service: status == 1.0,
                pf_mw,
                pt_mw,
                qf_mvar,
                qt_mvar,
            });
        }
        lines
    }
}
