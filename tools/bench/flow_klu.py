"""The Jacobian of a case by KLU (SuiteSparse), for `make bench-flow`.

    python flow_klu.py factor CASE.m

Prints the processor seconds of `klu_refactor` and `klu_solve` together on the polar Jacobian of the solved case, its analysis and pivots kept,
then of each, and the entries of the matrix. KLU is the system's library (Debian: `libsuitesparse-dev`), called without a wrapper that would
cost time.
"""

import ctypes
import sys
from ctypes.util import find_library

import numpy as np

from flow_case import Case, fail, repeat

# More than `klu_common` takes in any release; `klu_defaults` fills it.
COMMON = 4096


def pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def factor(path):
    name = find_library("klu")
    if name is None:
        fail("no libklu on this machine (Debian: libsuitesparse-dev)")
    klu = ctypes.CDLL(name)
    klu.klu_analyze.restype = klu.klu_factor.restype = ctypes.c_void_p
    case = Case(path)
    v = case.newton()
    if v is None:
        fail("the base case was not solved")
    matrix = case.jacobian(case.admittance(), v)
    matrix.sort_indices()
    n = matrix.shape[0]
    starts, rows = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    values = matrix.data.astype(float)
    common = ctypes.create_string_buffer(COMMON)
    klu.klu_defaults(common)
    symbolic = ctypes.c_void_p(klu.klu_analyze(n, pointer(starts), pointer(rows), common))
    numeric = ctypes.c_void_p(klu.klu_factor(pointer(starts), pointer(rows), pointer(values), symbolic, common))
    wanted = np.ones(n)
    right = matrix @ wanted
    x = right.copy()

    def refactor():
        if not klu.klu_refactor(pointer(starts), pointer(rows), pointer(values), symbolic, numeric, common):
            fail("the matrix was not factorised")

    def solve():
        np.copyto(x, right)
        klu.klu_solve(symbolic, numeric, n, 1, pointer(x), common)

    factoring, _ = repeat(refactor)
    solving, _ = repeat(solve)
    if (off := abs(x - wanted).max()) > 1e-6:
        fail(f"the answer is {off:.0e} off")
    print(factoring + solving, factoring, solving, matrix.nnz)


{"factor": factor}[sys.argv[1]](*sys.argv[2:])
