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

/// Power into one end of a branch, and how it changes: real and reactive, p.u.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EndFlow {
    /// Power into the branch.
    pub power: [f64; 2],
    /// For each radian more at this end; for one more at the other end the negative.
    pub angle: [f64; 2],
    /// For each unit of the logarithm of the voltage at this end.
    pub here: [f64; 2],
    /// For each unit of the logarithm of the voltage at the other end.
    pub there: [f64; 2],
}

/// The power into a branch at its from and its to end at given voltages (magnitude in p.u., angle in radians), with its derivatives.
/// A logarithm of a voltage is used since its step is that of the voltage in parts of it.
pub fn end_flows(branch: &Branch, from: [f64; 2], to: [f64; 2]) -> [EndFlow; 2] {
    let y = TwoPort::new(branch);
    let end = |own: Complex, mutual: Complex, here: [f64; 2], there: [f64; 2]| {
        let square = here[0] * here[0];
        let (sin, cos) = (here[1] - there[1]).sin_cos();
        let size = here[0] * there[0];
        let own = [own[0] * square, -own[1] * square];
        let mutual = times([mutual[0], -mutual[1]], [size * cos, size * sin]);
        EndFlow {
            power: [own[0] + mutual[0], own[1] + mutual[1]],
            angle: [-mutual[1], mutual[0]],
            here: [2.0 * own[0] + mutual[0], 2.0 * own[1] + mutual[1]],
            there: mutual,
        }
    };
    [end(y.ff, y.ft, from, to), end(y.tt, y.tf, to, from)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_those_of_the_flows() {
        let branch = Branch {
            from: 0,
            to: 1,
            r: 0.02,
            x: 0.11,
            b: 0.3,
            rate_mva: [0.0; 3],
            ratio: 0.97,
            shift_deg: 4.0,
            in_service: true,
            angmin_deg: -360.0,
            angmax_deg: 360.0,
        };
        let (from, to) = ([1.03, 0.2], [0.98, -0.05]);
        let complex = |v: [f64; 2]| [v[0] * v[1].cos(), v[0] * v[1].sin()];
        let exact = TwoPort::new(&branch).flows(complex(from), complex(to));
        let ends = end_flows(&branch, from, to);
        let near = |a: [f64; 2], b: [f64; 2], by: f64| {
            assert!((a[0] - b[0]).abs() < by && (a[1] - b[1]).abs() < by, "{a:?} {b:?}");
        };
        near(ends[0].power, exact.0, 1e-12);
        near(ends[1].power, exact.1, 1e-12);
        let h = 1e-6;
        let slope = |more: &dyn Fn(f64) -> [[f64; 2]; 2], end: usize| {
            let [up, down] = [h, -h].map(|h| {
                let [from, to] = more(h);
                end_flows(&branch, from, to)[end].power
            });
            [(up[0] - down[0]) / (2.0 * h), (up[1] - down[1]) / (2.0 * h)]
        };
        near(slope(&|h| [[from[0], from[1] + h], to], 0), ends[0].angle, 1e-8);
        near(slope(&|h| [from, [to[0], to[1] + h]], 1), ends[1].angle, 1e-8);
        near(slope(&|h| [from, [to[0], to[1] - h]], 0), ends[0].angle, 1e-8);
        near(slope(&|h| [[from[0] * h.exp(), from[1]], to], 0), ends[0].here, 1e-8);
        near(slope(&|h| [from, [to[0] * h.exp(), to[1]]], 0), ends[0].there, 1e-8);
        near(slope(&|h| [from, [to[0] * h.exp(), to[1]]], 1), ends[1].here, 1e-8);
        near(slope(&|h| [[from[0] * h.exp(), from[1]], to], 1), ends[1].there, 1e-8);
    }
}
