"""Power flows by pypowsybl (OpenLoadFlow), for `make bench-flow`.

    python flow_pypowsybl.py batch CASE.m OUTAGES.csv VOLTAGES.bin

Solves single outages as a security analysis: one thread, reference bus, model and tolerance of the case, without reactive limits and
without a loss shared. It prints processor seconds of the whole program, outages and answers. The time is that of the whole analysis, base case
and results included: nothing of it can be left out. Voltages come from a second run that is not timed, as monitoring them costs time.
"""

import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pypowsybl as pp
import scipy.io

from flow_case import STEPS, TOLERANCE, Case, fail, repeat, rows

# Outages whose voltages are read, spread over all.
READ = 50


def load(case):
    """The network, through a MATLAB file, which is what it reads."""
    tables = {"version": "2", "baseMVA": case.base, "bus": case.bus, "gen": case.gen[:, :21], "branch": case.branch[:, :13]}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.mat"
        scipy.io.savemat(file, {"mpc": tables})
        return pp.network.load(str(file))


def names(case, network):
    """The name of each branch: parallel ones are numbered from the second on."""
    known = set(network.get_branches().index)
    seen, out = {}, []
    for row in case.branch:
        ends = f"{int(row[0])}-{int(row[1])}"
        count = seen.get(ends, 0)
        seen[ends] = count + 1
        tail = ends if count == 0 else f"{ends}#{count - 1}"
        out.append(next((name for kind in ("LINE", "TWT") if (name := f"{kind}-{tail}") in known), None))
    return out


def parameters(case):
    flow = pp.loadflow.Parameters(
        voltage_init_mode=pp.loadflow.VoltageInitMode.DC_VALUES,
        distributed_slack=False,
        use_reactive_limits=False,
        transformer_voltage_control_on=False,
        shunt_compensator_voltage_control_on=False,
        phase_shifter_regulation_on=False,
        provider_parameters={
            "slackBusSelectionMode": "NAME",
            "slackBusesIds": f"VL-{int(case.bus[case.bus[:, 1] == 3][0, 0])}",
            "newtonRaphsonStoppingCriteriaType": "PER_EQUATION_TYPE_CRITERIA",
            "maxActivePowerMismatch": str(TOLERANCE * case.base),
            "maxReactivePowerMismatch": str(TOLERANCE * case.base),
            "maxNewtonRaphsonIterations": str(STEPS),
            "plausibleActivePowerLimit": "1000000",
            "lowImpedanceBranchMode": "REPLACE_BY_MIN_IMPEDANCE_LINE",
            "lowImpedanceThreshold": "1e-12",
            "minPlausibleTargetVoltage": "0.1",
            "maxPlausibleTargetVoltage": "10",
            "reactiveRangeCheckMode": "MAX",
            "generatorsWithZeroMwTargetAreNotStarted": "false",
            "disableVoltageControlOfGeneratorsOutsideActivePowerLimits": "false",
        },
    )
    return pp.security.Parameters(load_flow_parameters=flow, provider_parameters={"threadCount": "1"})


def analysis(network, branches, monitored=()):
    out = pp.security.create_analysis()
    for name in branches:
        out.add_single_element_contingency(name, name)
    if len(monitored):
        out.add_monitored_elements(voltage_level_ids=list(monitored))
    return out


def batch(path, outages, file):
    case = Case(path)
    network = load(case)
    name = names(case, network)
    asked = rows(outages)
    wanted = [name[row] for row in asked]
    options = parameters(case)
    prepared = analysis(network, [n for n in wanted if n])
    seconds, result = repeat(lambda: prepared.run_ac(network, options), time.process_time)
    if result.pre_contingency_result.status.name != "CONVERGED":
        fail(f"the base case is {result.pre_contingency_result.status.name}")
    verdicts = result.post_contingency_results
    good = [n in verdicts and verdicts[n].status.name == "CONVERGED" for n in wanted]

    voltages = np.zeros((len(asked), len(case.bus)), dtype="<c16")
    at = {f"BUS-{int(number)}": i for i, number in enumerate(case.bus[:, 0])}
    some = range(0, len(asked), max(1, len(asked) // READ))
    levels = network.get_voltage_levels().index
    seen = analysis(network, [wanted[k] for k in some if good[k]], levels).run_ac(network, options).bus_results
    for k in some:
        if good[k]:
            one = seen.xs(wanted[k], level="contingency_id")
            buses = one.index.get_level_values("bus_id")
            level = one.index.get_level_values("voltage_level_id")
            base = network.get_voltage_levels()["nominal_v"].loc[level].to_numpy()
            v = one["v_mag"].to_numpy() / base * np.exp(1j * np.deg2rad(one["v_angle"].to_numpy()))
            known = [i for i, bus in enumerate(buses) if bus in at]
            voltages[k, [at[buses[i]] for i in known]] = v[known]
    voltages[~np.isfinite(voltages)] = 0
    voltages.tofile(file)
    print(seconds, len(asked), sum(good))


warnings.simplefilter("ignore")
{"batch": batch}[sys.argv[1]](*sys.argv[2:])
