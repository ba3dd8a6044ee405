"""Power flows by rustpower, for `make bench-flow`.

    python flow_rustpower.py single CASE.m VOLTAGES.bin

Prints the processor seconds of one power flow by its Newton solver (KLU) on the case's admittance matrix, from a flat start, the analysis kept, and
writes the complex voltages.
"""

import sys

import numpy as np
from flow_case import STEPS, TOLERANCE, Case, fail, repeat
from rustpower.solver import NewtonSolver


def single(path, file):
    case = Case(path)
    y = case.admittance()
    y.sort_indices()
    solver, start = NewtonSolver(), case.start()
    solver.setup_from_nodes(y.indptr, y.indices, y.data, case.injections(), start, *case.kinds())

    def work():
        solver.set_v_init(start)
        return solver.solve(STEPS, TOLERANCE)

    if not work():
        fail("the flat start does not converge")
    seconds, _ = repeat(work)
    np.asarray(solver.get_voltage(), dtype="<c16").tofile(file)
    print(seconds)


{"single": single}[sys.argv[1]](*sys.argv[2:])
