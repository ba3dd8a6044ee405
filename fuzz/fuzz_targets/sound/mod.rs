//! What holds of every network that a reader gives, whatever the bytes were.

use relight_grid::Network;

/// Whether buses are found by their numbers, elements lie at buses of the network, and numbers are finite.
pub fn assert_sound(n: &Network) {
    let inside = |at: usize| assert!(at < n.buses.len());
    assert!(n.base_mva > 0.0 && n.base_mva.is_finite());
    for (i, bus) in n.buses.iter().enumerate() {
        assert!(bus.pd_mw.is_finite() && bus.qd_mvar.is_finite() && bus.vm_pu.is_finite());
        assert!(bus.gs_mw.is_finite() && bus.bs_mvar.is_finite());
        assert_eq!(n.bus_index(bus.id), Some(i));
    }
    for line in &n.branches {
        inside(line.from);
        inside(line.to);
        assert!(line.r.is_finite() && line.x.is_finite() && line.b.is_finite());
        assert!(line.ratio >= 0.0 && line.shift_deg.is_finite());
        assert!(line.rate_mva.iter().all(|r| *r >= 0.0 && r.is_finite()));
    }
    for generator in &n.generators {
        inside(generator.bus);
        assert!(generator.pg_mw.is_finite() && !generator.pmax_mw.is_nan());
    }
    for line in &n.dc_lines {
        inside(line.from);
        inside(line.to);
        assert!(line.pf_mw.is_finite() && line.pt_mw.is_finite());
    }
}
