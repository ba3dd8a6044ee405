"""Writes power flow solutions that the tests of `relight-grid` compare with.

    python power_flow.py OUT_DIR CASE.m [CASE.m ...]

For each case two tables, one row a bus and one row a branch in file order:

    CASE.bus.csv     bus, vm_pu, va_rad            AC, Newton, no reactive limits (empty without convergence)
                     dc_va_rad, rx_va_rad          DC with b = 1/(x*tap) and shifts; with b = x/(r^2+x^2)
                     q_vm_pu, q_va_rad             AC with reactive limits (empty where no answer was found)
    pp_vm_pu                      the same by pandapower, where its answer is of the same kind (see below)
    CASE.branch.csv  pf_mw, qf_mvar, pt_mw, qt_mvar, dc_mw, rx_mw

The AC and DC columns come from the few lines of scipy below, written from the MATPOWER manual (equations
3.2 and 3.21) with a direct sparse solve (SuperLU) and derivatives by matrix products: nothing is shared with the
program under test. With reactive limits the same Newton is repeated, and between two solutions all buses beyond a
limit are fixed there, or else the one bus that is furthest on the wrong side of its set point is let go.
pandapower (`enforce_q_lims`) fixes generators and never lets them go; its answer is written only where no bus
that it fixed ought to be let go.
For DC, the conductance of a shunt counts as demand, as in MATPOWER's `rundcpf`.

Versions used for the committed tables: numpy 2.4.6, scipy 1.17.1, pandapower 3.5.6, matpowercaseframes 2.1.1, Python 3.11.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from matpowercaseframes import CaseFrames
from scipy.sparse.linalg import spsolve

TOLERANCE = 1e-11


def load(path):
    frames = CaseFrames(str(path))
    get = lambda name: getattr(frames, name).to_numpy(dtype=float)
    return float(frames.baseMVA), get("bus"), get("gen"), get("branch")


def prepare(case):
    base, bus, gen, branch = case
    index = {int(b): i for i, b in enumerate(bus[:, 0])}
    on = bus[:, 1] != 4
    gen = gen[(gen[:, 7] > 0) & np.array([on[index[int(b)]] for b in gen[:, 0]])]
    at = np.array([index[int(b)] for b in gen[:, 0]])
    f = np.array([index[int(b)] for b in branch[:, 0]])
    t = np.array([index[int(b)] for b in branch[:, 1]])
    live = (branch[:, 10] > 0) & on[f] & on[t]
    tap = np.where(branch[:, 8] == 0, 1.0, branch[:, 8])
    return base, bus, gen, at, branch, f, t, live, tap, on


def kinds(bus, at, on):
    has = np.zeros(len(bus), bool)
    has[at] = True
    ref = np.flatnonzero((bus[:, 1] == 3) & has)
    if len(ref) == 0:
        raise SystemExit("no reference bus with a generator")
    slack = ref[0]
    pv = np.flatnonzero(has & (bus[:, 1] != 1) & on)
    return slack, pv[pv != slack], np.flatnonzero(on & ~(has & (bus[:, 1] != 1)))


def ac(case, fixed=None):
    """Newton's method; `fixed` are buses that inject a given reactive power (p.u.) in place of holding their voltage."""
    base, bus, gen, at, branch, f, t, live, tap, on = prepare(case)
    n, m = len(bus), len(branch)
    shift = np.exp(1j * np.deg2rad(branch[:, 9]))
    ys = live / (branch[:, 2] + 1j * branch[:, 3])
    ytt = ys + live * 0.5j * branch[:, 4]
    yff = ytt / tap**2
    yft, ytf = -ys / (tap * shift.conj()), -ys / (tap * shift)
    rows = np.arange(m)
    Cf = sp.csr_matrix((np.ones(m), (rows, f)), (m, n))
    Ct = sp.csr_matrix((np.ones(m), (rows, t)), (m, n))
    Yf = sp.diags(yff) @ Cf + sp.diags(yft) @ Ct
    Yt = sp.diags(ytf) @ Cf + sp.diags(ytt) @ Ct
    Y = (Cf.T @ Yf + Ct.T @ Yt + sp.diags((bus[:, 4] + 1j * bus[:, 5]) / base)).tocsr()
    slack, pv, pq = kinds(bus, at, on)
    fixed = fixed or {}
    pq = np.concatenate([pq, np.array(sorted(fixed), int)])
    held = set(pv) | {slack}
    pv = np.array([i for i in pv if i not in fixed], int)
    S = -(bus[:, 2] + 1j * bus[:, 3]) / base
    np.add.at(S, at, (gen[:, 1] + 1j * gen[:, 2]) / base)
    for i, q in fixed.items():
        S[i] = S[i].real - 1j * bus[i, 3] / base + 1j * q
    vm = np.ones(n)
    for g, i in enumerate(at):
        if i in held:
            vm[i] = gen[g, 5]
    va = np.full(n, np.deg2rad(bus[slack, 8]))
    pvpq = np.concatenate([pv, pq])
    for iteration in range(30):
        V = vm * np.exp(1j * va)
        mis = V * (Y @ V).conj() - S
        F = np.concatenate([mis[pvpq].real, mis[pq].imag])
        if np.abs(F).max() < TOLERANCE:
            break
        I, dV, dn = sp.diags(Y @ V), sp.diags(V), sp.diags(V / vm)
        dva = (1j * dV @ (I - Y @ dV).conj()).tocsr()
        dvm = (dV @ (Y @ dn).conj() + I.conj() @ dn).tocsr()
        J = sp.bmat(
            [
                [dva[pvpq][:, pvpq].real, dvm[pvpq][:, pq].real],
                [dva[pq][:, pvpq].imag, dvm[pq][:, pq].imag],
            ],
            format="csc",
        )
        dx = spsolve(J, -F)
        # Rounding keeps the largest cases above the tolerance: stop where steps have no effect any more.
        if np.abs(dx).max() < 1e-13:
            break
        va[pvpq] += dx[: len(pvpq)]
        vm[pq] += dx[len(pvpq) :]
    else:
        if np.abs(F).max() > 1e-8:
            print(f"    no convergence: {np.abs(F).max()}", file=sys.stderr)
            return None
    V = vm * np.exp(1j * va) * on
    Q = (V * (Y @ V).conj()).imag + bus[:, 3] / base
    Sf, St = (Cf @ V) * (Yf @ V).conj() * base, (Ct @ V) * (Yt @ V).conj() * base
    return vm * on, va * on, Sf, St, Q


def dc(case, rx):
    base, bus, gen, at, branch, f, t, live, tap, on = prepare(case)
    n, m = len(bus), len(branch)
    r, x = branch[:, 2], branch[:, 3]
    b = live * (x / (r * r + x * x) if rx else 1 / (x * tap))
    shift = np.zeros(m) if rx else np.deg2rad(branch[:, 9])
    A = sp.csr_matrix((np.r_[np.ones(m), -np.ones(m)], (np.r_[0:m, 0:m], np.r_[f, t])), (m, n))
    B = (A.T @ sp.diags(b) @ A).tocsc()
    P = -(bus[:, 2] + bus[:, 4]) / base
    np.add.at(P, at, gen[:, 1] / base)
    P += A.T @ (b * shift)
    slack, pv, pq = kinds(bus, at, on)
    free = np.concatenate([pv, pq])
    theta = np.zeros(n)
    theta[free] = spsolve(B[free][:, free], P[free])
    return theta, b * (A @ theta - shift) * base


def limits(case):
    base, bus, gen, at, branch, f, t, live, tap, on = prepare(case)
    slack, pv, pq = kinds(bus, at, on)
    low, high, point = np.zeros(len(bus)), np.zeros(len(bus)), np.ones(len(bus))
    np.add.at(low, at, gen[:, 4] / base)
    np.add.at(high, at, gen[:, 3] / base)
    point[at] = gen[:, 5]
    return pv, low, high, point


def within_limits(case):
    """Voltages with reactive limits, buses let go where their limit does not bind; None without an answer."""
    pv, low, high, point = limits(case)
    fixed, top = {}, set()
    for _ in range(100):
        answer = ac(case, fixed)
        if answer is None:
            return None
        vm, va, Q = answer[0], answer[1], answer[4]
        over = [i for i in pv if i not in fixed and Q[i] > high[i] + 1e-7]
        under = [i for i in pv if i not in fixed and Q[i] < low[i] - 1e-7]
        wrong = {i: (vm[i] - point[i]) * (1 if i in top else -1) for i in fixed}
        worst = max(wrong, key=wrong.get, default=None)
        if over or under:
            fixed |= {i: high[i] for i in over} | {i: low[i] for i in under}
            top |= set(over)
        elif worst is not None and wrong[worst] > 1e-7:
            del fixed[worst]
            top.discard(worst)
        else:
            return vm, va
    print("    reactive limits: no end in 100 rounds", file=sys.stderr)
    return None


def by_pandapower(case):
    """Voltages by pandapower's PYPOWER core with reactive limits; None where it finds no answer."""
    import pandapower as pp
    from pandapower.converter.pypower.from_ppc import from_ppc

    base, bus, gen, branch = case
    ids = {int(b): i for i, b in enumerate(bus[:, 0])}
    renumber = lambda column: np.array([ids[int(b)] for b in column], float)
    bus, gen, branch = bus[:, :13].copy(), gen[:, :10].copy(), branch[:, :13].copy()
    bus[:, 0], gen[:, 0] = renumber(bus[:, 0]), renumber(gen[:, 0])
    branch[:, 0], branch[:, 1] = renumber(branch[:, 0]), renumber(branch[:, 1])
    bus[bus[:, 9] == 0, 9] = 1.0  # some old cases name no voltage level, and pandapower divides by it
    ppc = {"version": "2", "baseMVA": base, "bus": bus, "gen": gen, "branch": branch}
    try:
        net = from_ppc(ppc, f_hz=50, check_costs=False)
        pp.runpp(net, init="flat", enforce_q_lims=True, tolerance_mva=1e-7, max_iteration=30,
                 calculate_voltage_angles=True, trafo_model="pi")
    except Exception as error:  # pandapower has many ways to say no
        print(f"    reactive limits: {type(error).__name__}: {error}", file=sys.stderr)
        return None
    vm = net.res_bus.sort_index()["vm_pu"].to_numpy()
    # A bus that was fixed at a limit and has come to lie on the wrong side of its set point.
    pv, low, high, point = limits(case)
    q = np.zeros(len(vm))
    np.add.at(q, net.gen["bus"].to_numpy(), net.res_gen["q_mvar"].to_numpy() / case[0])
    wrong = [
        i
        for i in pv
        if (vm[i] > point[i] + 1e-6 and q[i] > low[i] + 1e-4)
        or (vm[i] < point[i] - 1e-6 and q[i] < high[i] - 1e-4)
    ]
    if wrong:
        print(f"    pandapower keeps {len(wrong)} buses at a limit that does not bind", file=sys.stderr)
        return None
    return vm


def write(path, header, columns):
    with open(path, "w") as file:
        file.write(",".join(header) + "\n")
        for row in zip(*columns):
            cells = [str(v) if isinstance(v, (int, str)) else f"{v + 0.0:.11g}" for v in row]
            file.write(",".join(cells) + "\n")


def main(arguments):
    for name in ["numpy", "scipy", "pandapower", "matpowercaseframes"]:
        print(name, version(name), file=sys.stderr)
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    for path in map(Path, arguments[1:]):
        print(path.stem, file=sys.stderr)
        case = load(path)
        n, m = len(case[1]), len(case[3])
        nothing = [""] * n, [""] * n, np.full(m, np.nan + 0j), np.full(m, np.nan + 0j), None
        vm, va, Sf, St, _ = ac(case) or nothing
        (theta, flow), (rx_theta, rx_flow) = dc(case, False), dc(case, True)
        limited, pandapower = within_limits(case), by_pandapower(case)
        q_vm, q_va = limited if limited else ([""] * n, [""] * n)
        ids = [int(b) for b in case[1][:, 0]]
        write(out / f"{path.stem}.bus.csv",
              ["bus", "vm_pu", "va_rad", "dc_va_rad", "rx_va_rad", "q_vm_pu", "q_va_rad", "pp_vm_pu"],
              [ids, vm, va, theta, rx_theta, q_vm, q_va,
               [""] * n if pandapower is None else pandapower])
        write(out / f"{path.stem}.branch.csv",
              ["pf_mw", "qf_mvar", "pt_mw", "qt_mvar", "dc_mw", "rx_mw"],
              [Sf.real, Sf.imag, St.real, St.imag, flow, rx_flow])


if __name__ == "__main__":
    main(sys.argv[1:])
