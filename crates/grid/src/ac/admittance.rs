//! Admittances of branches and of the network.

use crate::live::{Pattern, branch_on};
use crate::network::{Branch, Network, Status};

/// A complex number: real part, imaginary part.
pub(crate) type Complex = [f64; 2];

/// Impedances below this by magnitude, p.u., count as a reactance of this much. At the usual tolerance of
/// 1e-8 p.u. the voltages across such a branch still have all their digits.
const SMALLEST_IMPEDANCE: f64 = 1e-6;

/// The two-port of a branch: currents into it at both ends are these times the voltages there
/// (MATPOWER manual, equation 3.2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct TwoPort {
    pub(crate) ff: Complex,
    pub(crate) ft: Complex,
    pub(crate) tf: Complex,
    pub(crate) tt: Complex,
}

impl TwoPort {
    pub(crate) fn new(l: &Branch) -> Self {
        let (r, x) = if l.r.hypot(l.x) < SMALLEST_IMPEDANCE {
            (0.0, SMALLEST_IMPEDANCE)
        } else {
            (l.r, l.x)
        };
        let size = r * r + x * x;
        let series = [r / size, -x / size];
        let tap = l.tap();
        let (sin, cos) = l.shift_deg.to_radians().sin_cos();
        let tt = [series[0], series[1] + l.b / 2.0];
        TwoPort {
            ff: [tt[0] / (tap * tap), tt[1] / (tap * tap)],
            // -series / conj(tap * exp(j shift))
            ft: times([-series[0] / tap, -series[1] / tap], [cos, sin]),
            tf: times([-series[0] / tap, -series[1] / tap], [cos, -sin]),
            tt,
        }
    }

    /// Power into the branch at its from and its to end, p.u.
    pub(crate) fn flows(&self, vf: Complex, vt: Complex) -> (Complex, Complex) {
        let current = |a: Complex, b: Complex| {
            let (a, b) = (times(a, vf), times(b, vt));
            [a[0] + b[0], -(a[1] + b[1])]
        };
        (times(vf, current(self.ff, self.ft)), times(vt, current(self.tf, self.tt)))
    }
}

pub(super) fn times(a: Complex, b: Complex) -> Complex {
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

/// Writes the bus admittance matrix of a state at the positions of `pattern`, p.u.
pub(super) fn assemble(
    network: &Network,
    status: &Status,
    pattern: &Pattern,
    two_ports: &[TwoPort],
    out: &mut [Complex],
) {
    out.fill([0.0; 2]);
    for (k, y) in two_ports.iter().enumerate() {
        if !branch_on(network, status, k) {
            continue;
        }
        for (position, y) in pattern.branch[k].iter().zip([y.ff, y.ft, y.tf, y.tt]) {
            out[*position][0] += y[0];
            out[*position][1] += y[1];
        }
    }
    for (i, bus) in network.buses.iter().enumerate() {
        if status.bus[i] {
            let y = &mut out[pattern.diagonal[i]];
            y[0] += bus.gs_mw / network.base_mva;
            y[1] += bus.bs_mvar / network.base_mva;
        }
    }
}
