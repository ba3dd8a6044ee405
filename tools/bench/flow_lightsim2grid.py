"""Power flows by lightsim2grid, for `make bench-flow`.

    python flow_lightsim2grid.py batch CASE.m OUTAGES.csv VOLTAGES.bin newton|newton-shared|chord
    python flow_lightsim2grid.py dc CASE.m OUTAGES.csv
    python flow_lightsim2grid.py single CASE.m VOLTAGES.bin

`batch` solves single outages with ContingencyAnalysis: 0-based rows of the branch table, under a header. `newton-shared` has the slack as one more
unknown; `chord` keeps the factors of an outage's first step. It prints processor seconds, outages, answers and mean steps, and
writes the complex voltages in the order of the file's buses, one row an outage in the order asked for, little-endian;
zeros where there is no answer. `dc` solves the same outages by the linear power flow, with the flows of all branches, and prints
processor seconds, outages and answers. Reading and set-up are left out; work is repeated, and the base case kept. `single` prints the
seconds of one power flow from a flat start (the angles of the linear power flow where that diverges), the analysis kept, and writes its voltages.
"""

import sys
import warnings

import numpy as np
from lightsim2grid import AlgorithmType
from lightsim2grid.algorithm import RefactorPolicyType
from lightsim2grid.contingencyAnalysis import ContingencyAnalysisCPP
from lightsim2grid.network import init_from_powermodels
from lightsim2grid.network.from_matpower._mpc_to_powermodels import mpc_to_powermodels
from lightsim2grid.network.from_matpower._parse_matpower_source import load_matpower_data
from lightsim2grid.network.from_powermodels._aux_add_branch import classify_branches

from flow_case import STEPS, TOLERANCE, fail, repeat, rows as listed


def read(case):
    model = mpc_to_powermodels(*load_matpower_data(case))
    return model, init_from_powermodels(model)


def flat(grid):
    return np.ones(grid.total_bus(), dtype=complex)


def solve(grid):
    """Voltages of the base case, from a flat start or, where that fails, from the angles of the DC power flow."""
    solved = grid.ac_pf(flat(grid), STEPS, TOLERANCE)
    if solved.size == 0:
        solved = grid.ac_pf(grid.dc_pf(flat(grid), STEPS, TOLERANCE), STEPS, TOLERANCE)
    if solved.size == 0:
        fail("the base case was not solved")
    return solved


def batch(case, outages, out, algorithm):
    model, grid = read(case)
    rows = listed(outages)
    kind = AlgorithmType.NR_KLU if algorithm == "newton-shared" else AlgorithmType.NRSing_KLU
    grid.change_algorithm(kind)
    solved = solve(grid)

    # Lines come before transformers in its numbering; both keep the order of the branch table.
    lines, transformers = classify_branches(model)
    number = {int(key) - 1: at for at, key in enumerate([*lines, *transformers])}
    analysis = ContingencyAnalysisCPP(grid)
    analysis.init_from_n_powerflow = True
    analysis.nb_thread = 1
    analysis.change_algorithm(kind)
    if algorithm == "chord":
        config = analysis.get_algo_config()
        config.int_params = [config.int_params[0], int(RefactorPolicyType.Chord), *config.int_params[2:]]
        analysis.set_algo_config(config)
    ids = [number[row] for row in rows]
    analysis.add_multiple_n1(ids)
    seconds, _ = repeat(lambda: analysis.compute(solved, STEPS, TOLERANCE))

    # It computes in an order of its own, which `my_defaults` tells.
    place = {tuple(ids)[0]: at for at, ids in enumerate(analysis.my_defaults())}
    order = [place[i] for i in ids]
    voltages = analysis.get_voltages()[order]
    converged = np.asarray(analysis.converged_mask())[order]
    steps = np.asarray(analysis.get_row_nb_iter())[order]
    voltages[~converged] = 0
    voltages.astype("<c16").tofile(out)
    print(seconds, len(rows), int(converged.sum()), f"{steps[converged].mean() if converged.any() else 0:.2f}")


def dc(case, outages):
    model, grid = read(case)
    rows = listed(outages)
    lines, transformers = classify_branches(model)
    number = {int(key) - 1: at for at, key in enumerate([*lines, *transformers])}
    solved = grid.dc_pf(flat(grid), STEPS, TOLERANCE)
    analysis = ContingencyAnalysisCPP(grid)
    analysis.nb_thread = 1
    analysis.change_algorithm(AlgorithmType.DC_KLU)
    analysis.add_multiple_n1([number[row] for row in rows])

    def work():
        analysis.compute(solved, STEPS, TOLERANCE)
        analysis.compute_power_flows()

    seconds, _ = repeat(work)
    print(seconds, len(rows), int(np.asarray(analysis.converged_mask()).sum()))


def single(case, out):
    _, grid = read(case)
    grid.change_algorithm(AlgorithmType.NRSing_KLU)
    start = flat(grid)
    if grid.ac_pf(start, STEPS, TOLERANCE).size == 0:
        start = grid.dc_pf(start, STEPS, TOLERANCE)
        solve(grid)
    seconds, voltages = repeat(lambda: grid.ac_pf(start, STEPS, TOLERANCE))
    voltages.astype("<c16").tofile(out)
    print(seconds)


warnings.simplefilter("ignore")
{"batch": batch, "dc": dc, "single": single}[sys.argv[1]](*sys.argv[2:])
