//! Power flows on networks small enough to know the answer.

use proptest::prelude::*;
use relight_grid::ac::{
    self, AcOptions, AcSolution, AcStatus, Attempt, Rating, SlackSharing, Start, Violation,
};
use relight_grid::dc::{self, DcStatus};
use relight_grid::{
    Branch, Bus, BusKind, DcLine, Generator, Injections, Network, Status, Susceptance, susceptance,
};

fn bus(id: u64, kind: BusKind, pd_mw: f64, qd_mvar: f64) -> Bus {
    Bus {
        id,
        name: None,
        kind,
        pd_mw,
        qd_mvar,
        gs_mw: 0.0,
        bs_mvar: 0.0,
        area: 1,
        zone: 1,
        vm_pu: 1.0,
        va_deg: 0.0,
        base_kv: 110.0,
        vmax_pu: 1.1,
        vmin_pu: 0.9,
    }
}

fn line(from: usize, to: usize, r: f64, x: f64) -> Branch {
    Branch {
        from,
        to,
        r,
        x,
        b: 0.0,
        rate_mva: [0.0; 3],
        ratio: 0.0,
        shift_deg: 0.0,
        in_service: true,
        angmin_deg: -360.0,
        angmax_deg: 360.0,
    }
}

fn unit(bus: usize, pg_mw: f64, pmax_mw: f64) -> Generator {
    Generator {
        bus,
        pg_mw,
        qg_mvar: 0.0,
        qmax_mvar: 1000.0,
        qmin_mvar: -1000.0,
        vg_pu: 1.0,
        mbase_mva: 100.0,
        in_service: true,
        pmax_mw,
        pmin_mw: 0.0,
        fuel: None,
    }
}

fn network(buses: Vec<Bus>, branches: Vec<Branch>, generators: Vec<Generator>) -> Network {
    Network::new("small".into(), 100.0, buses, branches, generators, Vec::new())
}

/// A source and a load of `mw` + j`mvar` behind an impedance.
fn two_buses(branch: Branch, mw: f64, mvar: f64) -> Network {
    let buses = vec![bus(1, BusKind::Reference, 0.0, 0.0), bus(2, BusKind::Pq, mw, mvar)];
    network(buses, vec![branch], vec![unit(0, 0.0, 500.0)])
}

fn solve(network: &Network, options: &AcOptions) -> AcSolution {
    ac::solve(network, &network.status(), &Injections::of_case(network), options)
}

/// The voltage at the end of an impedance `r + jx` fed with 1 p.u., from the quadratic in its square.
fn far_voltage(r: f64, x: f64, p: f64, q: f64) -> f64 {
    let half = 0.5 - (r * p + x * q);
    (half + (half * half - (r * r + x * x) * (p * p + q * q)).sqrt()).sqrt()
}

#[test]
fn two_buses_meet_the_closed_form() {
    let (r, x, p, q) = (0.02, 0.1, 0.8, 0.3);
    let n = two_buses(line(0, 1, r, x), 100.0 * p, 100.0 * q);
    let s = solve(&n, &AcOptions::default());
    assert!(s.converged());
    let v = far_voltage(r, x, p, q);
    assert!((s.vm_pu[1] - v).abs() < 1e-9);
    // V1 conj(V2) = V2^2 + (r + jx)(p - jq): its angle is that of bus 1 over bus 2.
    let angle = (x * p - r * q).atan2(v * v + r * p + x * q);
    assert!((s.va_rad[0] - s.va_rad[1] - angle).abs() < 1e-9);
    let losses = r * (p * p + q * q) / (v * v) * 100.0;
    assert!((s.losses_mw - losses).abs() < 1e-6);
    assert!((s.pg_mw[0] - 80.0 - losses).abs() < 1e-6);
    assert!((s.islands[0].imbalance_mw - s.pg_mw[0]).abs() < 1e-9);
}

#[test]
fn a_tap_divides_the_source_voltage_and_a_shift_turns_it() {
    let (r, x, p, q, tap, shift) = (0.01, 0.12, 0.5, 0.2, 0.95, 30.0_f64);
    let transformer = Branch { ratio: tap, shift_deg: shift, ..line(0, 1, r, x) };
    let s = solve(&two_buses(transformer, 50.0, 20.0), &AcOptions::default());
    assert!(s.converged());
    // Behind the ideal transformer the source is 1/tap: the same circuit per unit of that voltage.
    let k = tap * tap;
    let v = far_voltage(r, x, p * k, q * k) / tap;
    assert!((s.vm_pu[1] - v).abs() < 1e-9, "{} {v}", s.vm_pu[1]);
    let angle = (x * p - r * q).atan2(v * v + r * p + x * q) + shift.to_radians();
    assert!((s.va_rad[0] - s.va_rad[1] - angle).abs() < 1e-9);
}

#[test]
fn line_charging_raises_the_open_end() {
    let open = Branch { b: 0.4, ..line(0, 1, 0.0, 0.2) };
    let s = solve(&two_buses(open, 0.0, 0.0), &AcOptions::default());
    // V2 = 1 / (1 - x b / 2)
    assert!((s.vm_pu[1] - 1.0 / (1.0 - 0.2 * 0.2)).abs() < 1e-9);
    assert!(s.qg_mvar[0] < 0.0);
}

#[test]
fn dc_flows_follow_taps_shifts_and_the_chosen_susceptance() {
    let transformer = Branch { ratio: 0.5, shift_deg: 2.0, ..line(0, 1, 0.1, 0.2) };
    assert_eq!(susceptance(&transformer, Susceptance::X), 10.0);
    assert!((susceptance(&transformer, Susceptance::RX) - 4.0).abs() < 1e-12);

    // Two parallel ways: the shifter drives a flow around the loop.
    let buses = vec![bus(1, BusKind::Reference, 0.0, 0.0), bus(2, BusKind::Pq, 30.0, 0.0)];
    let shifter = Branch { shift_deg: 3.0, ..line(0, 1, 0.0, 0.1) };
    let n = network(buses, vec![line(0, 1, 0.0, 0.1), shifter], vec![unit(0, 30.0, 50.0)]);
    let s = dc::solve(&n, &n.status(), &Injections::of_case(&n), Susceptance::X);
    let around = 3.0_f64.to_radians() * 5.0 * 100.0;
    assert!((s.flow_mw[0] - 15.0 - around).abs() < 1e-9);
    assert!((s.flow_mw[1] - 15.0 + around).abs() < 1e-9);
    let s = dc::solve(&n, &n.status(), &Injections::of_case(&n), Susceptance::RX);
    assert!((s.flow_mw[0] - 15.0).abs() < 1e-9);
}

#[test]
fn islands_have_their_own_reference_and_dead_ones_are_named() {
    // 1-2 with the case's reference, 3-4 with two other generators, 5-6 with none, 7 out of service.
    let buses = vec![
        bus(1, BusKind::Reference, 0.0, 0.0),
        bus(2, BusKind::Pq, 20.0, 5.0),
        bus(3, BusKind::Pv, 10.0, 0.0),
        bus(4, BusKind::Pv, 30.0, 5.0),
        bus(5, BusKind::Pq, 15.0, 5.0),
        bus(6, BusKind::Pv, 0.0, 0.0),
        bus(7, BusKind::Isolated, 40.0, 5.0),
    ];
    let branches = [(0, 1), (2, 3), (4, 5), (5, 6)].map(|(f, t)| line(f, t, 0.01, 0.1)).to_vec();
    let mut off = unit(5, 15.0, 100.0);
    off.in_service = false;
    let generators = vec![unit(0, 10.0, 50.0), unit(2, 15.0, 20.0), unit(3, 20.0, 60.0), off];
    let n = network(buses, branches, generators);
    let (status, injections) = (n.status(), Injections::of_case(&n));

    let s = ac::solve(&n, &status, &injections, &AcOptions::default());
    assert_eq!(s.status, AcStatus::Converged);
    assert_eq!(s.islands.iter().map(|i| i.slack).collect::<Vec<_>>(), [Some(0), Some(3), None]);
    assert_eq!(s.islands[2].status, AcStatus::NothingToSolve);
    assert_eq!(s.live, [true, true, true, true, false, false, false]);
    assert_eq!(s.island_of_bus[6], None);
    assert_eq!(s.vm_pu[4..], [0.0; 3]);
    assert_eq!((s.pf_mw[2], s.pg_mw[3]), (0.0, 0.0));
    assert!((s.pg_mw[1] - 15.0).abs() < 1e-12, "not the reference: as given");
    assert!((s.pg_mw[2] - 25.0).abs() < 0.1, "the reference takes 5 MW more and the losses");

    let d = dc::solve(&n, &status, &injections, Susceptance::X);
    let imbalances: Vec<f64> = d.islands.iter().map(|i| i.imbalance_mw).collect();
    assert_eq!(imbalances, [10.0, 5.0, 0.0]);
    assert_eq!(d.islands[2].status, DcStatus::Dead);
    assert_eq!(d.dead_islands().collect::<Vec<_>>(), [2]);
    assert!((d.flow_mw[0] - 20.0).abs() < 1e-9 && (d.flow_mw[1] - 5.0).abs() < 1e-9);
    assert_eq!(d.flow_mw[2..], [0.0; 2]);
}

#[test]
fn without_a_generator_there_is_nothing_to_solve() {
    let n = two_buses(line(0, 1, 0.01, 0.1), 10.0, 0.0);
    let mut status = n.status();
    status.generator[0] = false;
    let s = ac::solve(&n, &status, &Injections::of_case(&n), &AcOptions::default());
    assert_eq!(s.status, AcStatus::NothingToSolve);
    assert_eq!((s.vm_min_pu(), s.vm_max_pu()), (None, None));
    let empty = network(Vec::new(), Vec::new(), Vec::new());
    assert_eq!(solve(&empty, &AcOptions::default()).status, AcStatus::NothingToSolve);
    let d = dc::solve(&empty, &empty.status(), &Injections::of_case(&empty), Susceptance::X);
    assert!(d.islands.is_empty());
}

#[test]
fn beyond_the_nose_there_is_a_reason_and_no_nan() {
    // The nose of x = 0.1 at unity power factor is at 5 p.u.
    let near = solve(&two_buses(line(0, 1, 0.0, 0.1), 499.0, 0.0), &AcOptions::default());
    assert!(near.converged());
    assert!((near.vm_pu[1] - far_voltage(0.0, 0.1, 4.99, 0.0)).abs() < 1e-6);
    for mw in [501.0, 520.0, 2000.0, 1e9] {
        let n = two_buses(line(0, 1, 0.0, 0.1), mw, 0.0);
        let s = solve(&n, &AcOptions::default());
        let AcStatus::NotConverged { mismatches, .. } = &s.status else {
            panic!("{mw} MW: {:?}", s.status)
        };
        assert_eq!(mismatches[0].bus, 1);
        assert!(mismatches.iter().all(|m| m.p_mw.is_finite() && m.q_mvar.is_finite()));
        assert_eq!((s.islands[0].attempt, &s.live), (Attempt::Damped, &vec![false; 2]));
        assert!(s.vm_pu.iter().chain(&s.pf_mw).chain(&s.pg_mw).all(|v| *v == 0.0));
        assert!(ac::violations(&n, &n.status(), &s, Rating::A).is_empty());
    }
}

#[test]
fn one_island_that_fails_does_not_take_the_others_with_it() {
    let buses = vec![
        bus(1, BusKind::Reference, 0.0, 0.0),
        bus(2, BusKind::Pq, 20.0, 5.0),
        bus(3, BusKind::Pv, 0.0, 0.0),
        bus(4, BusKind::Pq, 900.0, 0.0),
    ];
    let branches = vec![line(0, 1, 0.0, 0.1), line(2, 3, 0.0, 0.1), line(1, 2, 0.0, 0.1)];
    let n = network(buses, branches, vec![unit(0, 20.0, 50.0), unit(2, 0.0, 50.0)]);
    let mut status = n.status();
    status.branch[2] = false;
    for bad in [900.0, f64::NAN, f64::INFINITY] {
        let mut injections = Injections::of_case(&n);
        injections.pd_mw[3] = bad;
        let s = ac::solve(&n, &status, &injections, &AcOptions::default());
        assert!(matches!(s.status, AcStatus::NotConverged { .. }));
        assert_eq!(s.islands[0].status, AcStatus::Converged);
        assert_eq!(s.live, [true, true, false, false]);
        assert!((s.vm_pu[1] - far_voltage(0.0, 0.1, 0.2, 0.05)).abs() < 1e-9);
        let d = dc::solve(&n, &status, &injections, Susceptance::X);
        assert!((d.flow_mw[0] - 20.0).abs() < 1e-9);
        assert!(d.angle_rad.iter().chain(&d.flow_mw).all(|v| v.is_finite()));
        let expected = if bad.is_finite() { DcStatus::Solved } else { DcStatus::NotSolved };
        assert_eq!(d.islands[1].status, expected);
    }
}

#[test]
fn a_branch_without_impedance_ties_its_ends_together() {
    let buses = vec![
        bus(1, BusKind::Reference, 0.0, 0.0),
        bus(2, BusKind::Pq, 30.0, 10.0),
        bus(3, BusKind::Pq, 20.0, 10.0),
    ];
    // Two ties in parallel share alike.
    let branches = vec![line(0, 1, 0.02, 0.1), line(1, 2, 0.0, 0.0), line(1, 2, 0.0, 0.0)];
    let n = network(buses, branches, vec![unit(0, 50.0, 100.0)]);
    let s = solve(&n, &AcOptions::default());
    assert!(s.converged(), "{:?}", s.status);
    assert!((s.vm_pu[1] - s.vm_pu[2]).abs() < 1e-6);
    assert!((s.vm_pu[1] - far_voltage(0.02, 0.1, 0.5, 0.2)).abs() < 1e-6);
    assert!((s.pf_mw[1] - 10.0).abs() < 1e-3 && (s.pf_mw[2] - 10.0).abs() < 1e-3);
    for model in [Susceptance::X, Susceptance::RX] {
        let d = dc::solve(&n, &n.status(), &Injections::of_case(&n), model);
        assert!((d.flow_mw[1] - 10.0).abs() < 1e-6 && (d.flow_mw[2] - 10.0).abs() < 1e-6);
        assert!((d.angle_rad[1] - d.angle_rad[2]).abs() < 1e-6);
    }
}

#[test]
fn a_bus_at_its_reactive_limit_lets_the_voltage_go_and_may_come_back() {
    let mut source = unit(1, 0.0, 100.0);
    source.vg_pu = 1.02;
    (source.qmin_mvar, source.qmax_mvar) = (-5.0, 10.0);
    let buses = vec![bus(1, BusKind::Reference, 0.0, 0.0), bus(2, BusKind::Pv, 80.0, 30.0)];
    let n = network(buses, vec![line(0, 1, 0.02, 0.1)], vec![unit(0, 80.0, 200.0), source]);
    let limited = AcOptions { enforce_q: true, ..AcOptions::default() };
    let s = solve(&n, &limited);
    assert!((s.qg_mvar[1] - 10.0).abs() < 1e-6);
    assert!((s.vm_pu[1] - far_voltage(0.02, 0.1, 0.8, 0.2)).abs() < 1e-9);
    let free = solve(&n, &AcOptions::default());
    assert!((free.vm_pu[1] - 1.02).abs() < 1e-12 && free.qg_mvar[1] > 10.0);
    let found = ac::violations(&n, &n.status(), &free, Rating::A);
    assert!(matches!(found[..], [Violation::ReactiveHigh { generator: 1, .. }]), "{found:?}");

    // Two units share in proportion to their ranges.
    let mut n2 = n.clone();
    n2.generators[1].qmax_mvar = 100.0;
    let mut other = n2.generators[1].clone();
    (other.qmin_mvar, other.qmax_mvar) = (-5.0, 47.5);
    n2.generators.push(other);
    let s = solve(&n2, &limited);
    assert!((s.vm_pu[1] - 1.02).abs() < 1e-12);
    assert!(((s.qg_mvar[1] + 5.0) / (s.qg_mvar[2] + 5.0) - 2.0).abs() < 1e-9);
    // One without limits carries nearly all, and nothing becomes infinite.
    n2.generators[1].qmax_mvar = f64::INFINITY;
    n2.generators[1].qmin_mvar = f64::NEG_INFINITY;
    assert!(solve(&n2, &limited).qg_mvar.iter().all(|q| q.is_finite()));
}

#[test]
fn what_exceeds_all_headroom_falls_on_the_reference_bus() {
    let buses = vec![
        bus(1, BusKind::Reference, 0.0, 0.0),
        bus(2, BusKind::Pv, 100.0, 0.0),
        bus(3, BusKind::Pv, 100.0, 0.0),
    ];
    let branches = vec![line(0, 1, 0.01, 0.1), line(1, 2, 0.01, 0.1), line(0, 2, 0.01, 0.1)];
    let units = vec![unit(0, 50.0, 60.0), unit(1, 50.0, 80.0), unit(2, 50.0, 70.0)];
    let n = network(buses, branches, units);
    let shared = AcOptions { slack: SlackSharing::Headroom, ..AcOptions::default() };
    // 50 MW and losses are missing, of 60 MW headroom: everyone goes the same part of the way.
    let s = solve(&n, &shared);
    let part = (s.pg_mw[0] - 50.0) / 10.0;
    assert!(part > 50.0 / 60.0 && part < 1.0);
    assert!((s.pg_mw[1] - 50.0 - 30.0 * part).abs() < 1e-6);
    assert!((s.pg_mw[2] - 50.0 - 20.0 * part).abs() < 1e-6);
    assert!(ac::violations(&n, &n.status(), &s, Rating::A).is_empty());
    // 20 MW more than there is.
    let mut injections = Injections::of_case(&n);
    injections.pd_mw[1] = 130.0;
    let s = ac::solve(&n, &n.status(), &injections, &shared);
    assert!(s.converged());
    assert!((s.pg_mw[1] - 80.0).abs() < 1e-6 && (s.pg_mw[2] - 70.0).abs() < 1e-6);
    assert!(s.pg_mw[0] > 80.0);
    let found = ac::violations(&n, &n.status(), &s, Rating::A);
    assert!(matches!(found[..], [Violation::ActiveHigh { generator: 0, .. }]), "{found:?}");
    // A surplus goes down by the room to pmin.
    injections.pd_mw = vec![0.0, 60.0, 30.0];
    let s = ac::solve(&n, &n.status(), &injections, &shared);
    assert!((s.pg_mw[0] - s.pg_mw[1]).abs() < 1e-6 && (s.pg_mw[1] - s.pg_mw[2]).abs() < 1e-6);
    assert!(s.pg_mw[0] > 30.0 && s.pg_mw[0] < 31.0);
}

#[test]
fn violations_are_named_with_their_limits() {
    let mut n =
        two_buses(Branch { rate_mva: [80.0, 90.0, 0.0], ..line(0, 1, 0.02, 0.1) }, 80.0, 40.0);
    n.buses[1].vmin_pu = 0.97;
    n.buses[0].vmax_pu = 0.99;
    n.generators[0].pmax_mw = 50.0;
    let s = solve(&n, &AcOptions::default());
    let found = ac::violations(&n, &n.status(), &s, Rating::A);
    let [
        Violation::BranchOverload { branch: 0, mva, limit_mva, percent },
        Violation::VoltageHigh { bus: 0, .. },
        Violation::VoltageLow { bus: 1, vm_pu, limit_pu },
        Violation::ActiveHigh { generator: 0, .. },
    ] = found[..]
    else {
        panic!("{found:?}")
    };
    assert!((mva - s.pf_mw[0].hypot(s.qf_mvar[0])).abs() < 1e-12);
    assert!((percent - 100.0 * mva / 80.0).abs() < 1e-12 && limit_mva == 80.0);
    assert!(vm_pu < limit_pu && limit_pu == 0.97);
    assert_eq!(s.max_loading_pct(&n, Rating::A), Some(percent));
    assert_eq!(s.max_loading_pct(&n, Rating::C), None);
    assert_eq!((s.vm_min_pu(), s.vm_max_pu()), (Some(s.vm_pu[1]), Some(1.0)));
}

#[test]
fn a_direct_current_line_moves_power_where_both_ends_are_live() {
    let buses = vec![
        bus(1, BusKind::Reference, 0.0, 0.0),
        bus(2, BusKind::Pq, 50.0, 0.0),
        bus(3, BusKind::Pq, 10.0, 0.0),
    ];
    let tie = |to| DcLine {
        from: 0,
        to,
        in_service: true,
        pf_mw: 20.0,
        pt_mw: 19.0,
        qf_mvar: 0.0,
        qt_mvar: 5.0,
    };
    let n = Network::new(
        "dc line".into(),
        100.0,
        buses,
        vec![line(0, 1, 0.02, 0.1)],
        vec![unit(0, 0.0, 100.0)],
        vec![tie(1), tie(2)],
    );
    let s = solve(&n, &AcOptions::default());
    assert!((s.vm_pu[1] - far_voltage(0.02, 0.1, 0.31, -0.05)).abs() < 1e-9);
    assert!((s.pg_mw[0] - 20.0 - s.pf_mw[0]).abs() < 1e-6, "the line to a dead bus draws nothing");
    let d = dc::solve(&n, &n.status(), &Injections::of_case(&n), Susceptance::X);
    assert!((d.flow_mw[0] - 31.0).abs() < 1e-9);
    assert!((d.islands[0].imbalance_mw - 51.0).abs() < 1e-9);
}

/// A random network with loads light enough that most states have an answer, and a random part of it in service.
fn any_state() -> impl Strategy<Value = (Network, Status)> {
    let bus_row = (0..4_u8, -5.0..20.0, -5.0..8.0, -1.0..1.0, -5.0..5.0);
    let branch_row = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let branch_values = (0.0..0.05, 0.02..0.3, 0.0..0.1, 0.9..1.1, -10.0..10.0, any::<bool>());
    let unit_row = (any::<prop::sample::Index>(), 0.0..30.0, 0.97..1.03, -10.0..0.0, 0.0..20.0);
    (
        prop::collection::vec(bus_row, 1..14),
        prop::collection::vec((branch_row, branch_values), 0..24),
        prop::collection::vec(unit_row, 0..6),
        prop::collection::vec(0..8_u8, 44),
    )
        .prop_map(|(buses, branches, units, off)| {
            let n = buses.len();
            let kinds = [BusKind::Pq, BusKind::Pv, BusKind::Reference, BusKind::Pv];
            let buses = buses.iter().enumerate().map(|(i, (kind, p, q, gs, bs))| Bus {
                gs_mw: *gs,
                bs_mvar: *bs,
                ..bus(i as u64 + 1, kinds[usize::from(*kind)], *p, *q)
            });
            let branches = branches.iter().map(|((f, t), (r, x, b, ratio, shift, plain))| Branch {
                b: *b,
                ratio: if *plain { 0.0 } else { *ratio },
                shift_deg: if *plain { 0.0 } else { *shift },
                ..line(f.index(n), t.index(n), *r, *x)
            });
            let units = units.iter().map(|(at, p, vg, low, high)| Generator {
                vg_pu: *vg,
                qmin_mvar: *low,
                qmax_mvar: *high,
                ..unit(at.index(n), *p, 40.0)
            });
            let branches: Vec<Branch> = branches.filter(|l| l.from != l.to).collect();
            let network = network(buses.collect(), branches, units.collect());
            let mut status = network.status();
            let mut off = off.into_iter().map(|v| v == 0);
            let flags =
                status.bus.iter_mut().chain(&mut status.branch).chain(&mut status.generator);
            for on in flags {
                *on &= !off.next().unwrap_or(false);
            }
            status.settle(&network);
            (network, status)
        })
}

proptest! {
    #[test]
    fn power_is_in_balance_at_every_live_bus(
        (network, status) in any_state(),
        enforce_q: bool,
        headroom: bool,
        from_dc: bool,
    ) {
        let injections = Injections::of_case(&network);
        let options = AcOptions {
            enforce_q,
            slack: if headroom { SlackSharing::Headroom } else { SlackSharing::Single },
            start: if from_dc { Start::DcAngles } else { Start::Flat },
            ..AcOptions::default()
        };
        let s = ac::solve(&network, &status, &injections, &options);
        let all = [&s.vm_pu, &s.va_rad, &s.pg_mw, &s.qg_mvar, &s.pf_mw, &s.qf_mvar, &s.pt_mw, &s.qt_mvar];
        prop_assert!(all.iter().all(|v| v.iter().all(|x| x.is_finite())));

        let mut p: Vec<f64> = injections.pd_mw.iter().map(|p| -p).collect();
        let mut q: Vec<f64> = injections.qd_mvar.iter().map(|q| -q).collect();
        for (g, unit) in network.generators.iter().enumerate() {
            p[unit.bus] += s.pg_mw[g];
            q[unit.bus] += s.qg_mvar[g];
            prop_assert!(status.generator[g] || s.pg_mw[g] == 0.0);
        }
        for (k, l) in network.branches.iter().enumerate() {
            p[l.from] -= s.pf_mw[k];
            q[l.from] -= s.qf_mvar[k];
            p[l.to] -= s.pt_mw[k];
            q[l.to] -= s.qt_mvar[k];
            prop_assert!(status.branch[k] || s.pf_mw[k] == 0.0);
        }
        let mut shunts = 0.0;
        for (i, b) in network.buses.iter().enumerate() {
            if !s.live[i] {
                prop_assert_eq!(s.vm_pu[i], 0.0);
                continue;
            }
            let v2 = s.vm_pu[i] * s.vm_pu[i];
            shunts += b.gs_mw * v2;
            prop_assert!((p[i] - b.gs_mw * v2).abs() < 1e-5, "bus {}: {}", i, p[i] - b.gs_mw * v2);
            prop_assert!((q[i] + b.bs_mvar * v2).abs() < 1e-5, "bus {}: {}", i, q[i] + b.bs_mvar * v2);
        }
        let load: f64 = (0..s.live.len()).filter(|&i| s.live[i]).map(|i| injections.pd_mw[i]).sum();
        let produced: f64 = s.pg_mw.iter().sum();
        prop_assert!((produced - load - shunts - s.losses_mw).abs() < 1e-4);

        // With a generator in service an island is solved or has a reason; without one it is dead.
        for island in &s.islands {
            prop_assert_eq!(island.slack.is_none(), island.status == AcStatus::NothingToSolve);
        }
        // Sharing moves nobody outside of the limits except at the reference bus.
        if headroom {
            for (g, unit) in network.generators.iter().enumerate() {
                let island = s.island_of_bus[unit.bus].map(|k| &s.islands[k]);
                if s.live[unit.bus] && status.generator[g]
                    && island.is_some_and(|i| i.slack != Some(unit.bus))
                {
                    prop_assert!(s.pg_mw[g] > -1e-5 && s.pg_mw[g] < unit.pmax_mw + 1e-5);
                }
            }
        }
    }

    #[test]
    fn dc_flows_balance_at_every_live_bus((network, status) in any_state(), rx: bool) {
        let injections = Injections::of_case(&network);
        let model = if rx { Susceptance::RX } else { Susceptance::X };
        let s = dc::solve(&network, &status, &injections, model);
        let mut p: Vec<f64> = injections.pd_mw.iter().map(|p| -p).collect();
        for (g, unit) in network.generators.iter().enumerate() {
            if status.generator[g] {
                p[unit.bus] += injections.pg_mw[g];
            }
        }
        for (k, l) in network.branches.iter().enumerate() {
            let flow = s.flow_mw[k];
            p[l.from] -= flow;
            p[l.to] += flow;
            if flow != 0.0 {
                let across = s.angle_rad[l.from] - s.angle_rad[l.to] - dc::shift_rad(l, model);
                prop_assert!((flow - 100.0 * susceptance(l, model) * across).abs() < 1e-9);
            }
            prop_assert!(status.branch[k] || flow == 0.0);
        }
        for island in &s.islands {
            if let Some(slack) = island.slack {
                prop_assert_eq!(island.status, DcStatus::Solved);
                p[slack] += island.imbalance_mw;
            }
        }
        for (i, live) in s.live.iter().enumerate() {
            prop_assert!(!live || p[i].abs() < 1e-6, "bus {}: {}", i, p[i]);
        }
    }
}
