"""Power flows by power-grid-model, for `make bench-flow`.

    python flow_power_grid_model.py batch CASE.m OUTAGES.csv VOLTAGES.bin

Solves single outages as a batch, by Newton's method, without threads. This release holds no voltage but that of a source: so generators
give the reactive power that they have in the solved base case, and an outage is another problem than the one the other programs solve. It prints
processor seconds of the whole program, outages and answers, or `cannot:` and why. Outages that split the grid are left out: it has no way to skip a part without a source.
"""

import sys
import time

import numpy as np
from power_grid_model import CalculationMethod, LoadGenType, PowerGridModel, initialize_array
from power_grid_model.errors import PowerGridBatchError, PowerGridError

from flow_case import STEPS, TOLERANCE, Case, fail, repeat, rows

# Every bus is rated alike, so that per unit is the same everywhere: 1 kV, and a source without an inner impedance to speak of.
RATED, STIFF = 1e3, 1e25


def table(kind, count, **columns):
    out = initialize_array("input", kind, count)
    for name, values in columns.items():
        out[name] = values
    return out


def model(case, v):
    """The network with the injections of a solved base case."""
    n, m = len(case.bus), len(case.branch)
    va = case.base * 1e6
    ohm = RATED**2 / va
    on = case.in_service
    s = v * np.conj(case.admittance() @ v) * va
    slack = int(np.flatnonzero(case.bus[:, 1] == 3)[0])
    shunted = np.flatnonzero(case.bus[:, 4:6].any(axis=1))
    fed = np.flatnonzero(np.arange(n) != slack)
    # The branch's own impedance is seen from its to side, as in MATPOWER; so is its charging but for the tap.
    return PowerGridModel(
        {
            "node": table("node", n, id=np.arange(n), u_rated=RATED),
            "generic_branch": table(
                "generic_branch", m, id=n + np.arange(m), from_node=case.ends[:, 0], to_node=case.ends[:, 1], from_status=on,
                to_status=on, r1=case.branch[:, 2] * ohm, x1=case.branch[:, 3] * ohm, g1=0.0, b1=case.branch[:, 4] / ohm,
                k=case.taps, theta=np.deg2rad(case.branch[:, 9]), sn=va,
            ),
            "source": table("source", 1, id=n + m, node=slack, status=1, u_ref=abs(v[slack]), u_ref_angle=np.angle(v[slack]), sk=STIFF),
            "shunt": table(
                "shunt", len(shunted), id=n + m + 1 + np.arange(len(shunted)), node=shunted, status=1, g1=case.bus[shunted, 4] / case.base / ohm,
                b1=case.bus[shunted, 5] / case.base / ohm, g0=0.0, b0=0.0,
            ),
            "sym_load": table(
                "sym_load", len(fed), id=2 * n + m + 1 + np.arange(len(fed)), node=fed, status=1, type=LoadGenType.const_power,
                p_specified=-s[fed].real, q_specified=-s[fed].imag,
            ),
        },
        system_frequency=50.0,
    )  # fmt: skip


def batch(path, outages, file):
    case = Case(path)
    v = case.newton()
    if v is None:
        fail("the base case was not solved")
    grid = model(case, v)
    options = {"calculation_method": CalculationMethod.newton_raphson, "error_tolerance": TOLERANCE, "max_iterations": STEPS}
    try:
        base = grid.calculate_power_flow(**options, output_component_types=["node"])["node"]
    except PowerGridError as error:
        fail(str(error).splitlines()[0])
    if (off := abs(base["u_pu"] - abs(v)).max()) > 1e-6:
        fail(f"the base case is {off:.0e} p.u. off")
    asked = rows(outages)
    update = initialize_array("update", "generic_branch", (len(asked), 1))
    update["id"][:, 0] = len(case.bus) + asked
    update["from_status"] = update["to_status"] = 0
    failed = set()

    def work():
        try:
            return grid.calculate_power_flow(
                **options, update_data={"generic_branch": update}, threading=-1, output_component_types=["node"], continue_on_batch_error=True
            )["node"]
        except PowerGridBatchError as error:
            fail(str(error).splitlines()[0])

    seconds, nodes = repeat(work, time.process_time)
    if grid.batch_error is not None:
        failed = set(int(k) for k in grid.batch_error.failed_scenarios)
    voltages = np.zeros((len(asked), len(case.bus)), dtype="<c16")
    good = np.array([k not in failed for k in range(len(asked))])
    voltages[good] = (nodes["u_pu"] * np.exp(1j * nodes["u_angle"]))[good]
    # Where nothing feeds a part of the grid its voltage is 0.
    whole = (abs(voltages) > 0).all(axis=1) | ~good
    good &= whole
    voltages[~good] = 0
    voltages.tofile(file)
    print(seconds, len(asked), int(good.sum()))


{"batch": batch}[sys.argv[1]](*sys.argv[2:])
