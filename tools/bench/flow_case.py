"""What the peers of `make bench-flow` share: a MATPOWER case as arrays, the list of outages, and the clock."""

import sys
import time

import numpy as np
import scipy.sparse as sparse
from matpowercaseframes import CaseFrames

TOLERANCE, STEPS = 1e-8, 20
LONG_ENOUGH = 0.6


def repeat(work, clock=time.thread_time):
    """Mean processor seconds of some work, and what it gave. Short work is done once before and then again and again."""
    began = clock()
    given = work()
    once = clock() - began
    if once > LONG_ENOUGH:
        return once, given
    count, wall, began = 0, time.perf_counter(), clock()
    while time.perf_counter() - wall < LONG_ENOUGH:
        work()
        count += 1
    return (clock() - began) / count, given


def rows(outages):
    """0-based rows of the branch table, under a header."""
    return np.loadtxt(outages, dtype=int, skiprows=1, ndmin=1)


def fail(reason):
    """Ends the program with a reason that goes into the table."""
    print(f"cannot: {reason}")
    sys.exit()


class Case:
    """The tables of a case, with buses numbered by their rows."""

    def __init__(self, path):
        frames = CaseFrames(path)
        self.base = float(frames.baseMVA)
        self.bus, self.gen, self.branch = (t.to_numpy(float) for t in (frames.bus, frames.gen, frames.branch))
        number = {int(b): i for i, b in enumerate(self.bus[:, 0])}
        at = np.vectorize(number.__getitem__, otypes=[int])
        self.ends = at(self.branch[:, :2].astype(int))
        self.gen_bus = at(self.gen[:, 0].astype(int))
        self.in_service = self.branch[:, 10] != 0
        self.running = self.gen[:, 7] > 0
        self.taps = np.where(self.branch[:, 8] == 0, 1.0, self.branch[:, 8])

    def kinds(self):
        """Buses whose voltage follows, whose magnitude is held, and the reference, as the peers number them: (pq, pv, slack)."""
        running = np.isin(np.arange(len(self.bus)), self.gen_bus[self.running])
        slack = np.flatnonzero(self.bus[:, 1] == 3)
        pv = np.flatnonzero((self.bus[:, 1] == 2) & running)
        pq = np.setdiff1d(np.arange(len(self.bus)), np.concatenate([slack, pv]))
        return pq, pv, slack

    def admittance(self):
        """The bus admittance matrix, p.u. (MATPOWER manual, chapter 3)."""
        n, k = len(self.bus), self.in_service
        y = 1 / (self.branch[k, 2] + 1j * self.branch[k, 3])
        tap = self.taps[k] * np.exp(1j * np.deg2rad(self.branch[k, 9]))
        tt = y + 0.5j * self.branch[k, 4]
        f, t = self.ends[k].T
        entries = np.concatenate([tt / abs(tap) ** 2, -y / tap.conj(), -y / tap, tt])
        places = np.concatenate([f, f, t, t]), np.concatenate([f, t, f, t])
        shunts = (self.bus[:, 4] + 1j * self.bus[:, 5]) / self.base
        return (sparse.coo_matrix((entries, places), (n, n)) + sparse.diags(shunts)).tocsr()

    def injections(self):
        """Given complex injections, p.u."""
        s = -(self.bus[:, 2] + 1j * self.bus[:, 3])
        np.add.at(s, self.gen_bus[self.running], self.gen[self.running, 1] + 1j * self.gen[self.running, 2])
        return s / self.base

    def start(self):
        """A flat start: 1 p.u., set points where voltages are held, the reference at its magnitude, angles 0."""
        v = np.ones(len(self.bus))
        held = self.running & (self.bus[self.gen_bus, 1] != 1)
        v[self.gen_bus[held]] = self.gen[held, 5]
        return v.astype(complex)

    def dc_angles(self):
        """Angles of the linear power flow, the reference at 0, radians."""
        import scipy.sparse.linalg as linalg

        n, k = len(self.bus), self.in_service
        b = 1 / (self.branch[k, 3] * self.taps[k])
        f, t = self.ends[k].T
        shifted = b * np.deg2rad(self.branch[k, 9])
        p = self.injections().real - self.bus[:, 4] / self.base
        np.add.at(p, f, shifted)
        np.add.at(p, t, -shifted)
        places = np.concatenate([f, f, t, t]), np.concatenate([f, t, f, t])
        matrix = sparse.coo_matrix((np.concatenate([b, -b, -b, b]), places), (n, n)).tocsc()
        free = np.flatnonzero(self.bus[:, 1] != 3)
        angles = np.zeros(n)
        angles[free] = linalg.spsolve(matrix[free][:, free], p[free])
        return angles

    def newton(self):
        """Voltages of the case by a plain Newton method in scipy: flat start, or angles of the linear power flow where that diverges."""
        import scipy.sparse.linalg as linalg

        y, s = self.admittance(), self.injections()
        pq, pv, _ = self.kinds()
        free = np.concatenate([pv, pq])
        for start in (self.start(), self.start() * np.exp(1j * self.dc_angles())):
            v = start.copy()
            for _ in range(STEPS):
                off = v * np.conj(y @ v) - s
                wrong = np.concatenate([off.real[free], off.imag[pq]])
                if not np.all(np.isfinite(wrong)) or abs(wrong).max() > 1e10:
                    break
                if abs(wrong).max() < TOLERANCE:
                    return v
                step = linalg.spsolve(self.jacobian(y, v), -wrong)
                angle, size = np.angle(v), abs(v)
                angle[free] += step[: len(free)]
                size[pq] += step[len(free) :]
                v = size * np.exp(1j * angle)
        return None

    def jacobian(self, y, v):
        """Derivatives of the balances at voltages `v` (MATPOWER technical note 2), by columns."""
        pq, pv, _ = self.kinds()
        free = np.concatenate([pv, pq])
        current, unit = sparse.diags(y @ v), sparse.diags(v / abs(v))
        angle = (1j * sparse.diags(v) @ (current - y @ sparse.diags(v)).conj()).tocsr()
        size = (sparse.diags(v) @ (y @ unit).conj() + current.conj() @ unit).tocsr()
        return sparse.bmat(
            [[angle[free][:, free].real, size[free][:, pq].real], [angle[pq][:, free].imag, size[pq][:, pq].imag]],
            format="csc",
        )
