#!/usr/bin/env python3
"""Checksums of MATPOWER cases, from a reader that is not ours.

Reads every case below the given folders with matpowercaseframes and prints JSON: for each file its base,
its row counts, and for each column the sum of (1 + row mod 97) * value over the finite entries, so that
rows in another order give another sum. Unit conversions at the end of a file, which matpowercaseframes does
not run, are applied here from the list below, which was made by reading the files. With --powerio, r, x, Pd and Qd of
the converted files are compared with what the package powerio makes of them.

    python matpower_tables.py FOLDER... > checksums.json
    pip install matpowercaseframes==2.1.1 powerio==0.11.6
"""

import argparse
import json
import math
import pathlib
import sys

import numpy as np
from matpowercaseframes import CaseFrames

COLUMNS = {"bus": 13, "gen": 10, "branch": 13, "dcline": 7}

# Ohms to p.u. with the base voltage of the first bus; kW and kvar to MW and Mvar.
OHMS_AND_KW = """10ba 118zh 12da 136ma 141 15da 16am 16ci 22 28da 33bw 33mg 34sa 38si 51ga 51he 69 70da 74ds
    85 94pi""".split()
# kW and kvar to MW and Mvar.
ONLY_KW = "15nbr 18nbr".split()
# kVA in the place of kW, with a power factor.
POWER_FACTOR = {"141": 0.85}


def value(x):
    """A number, or constant arithmetic such as 12/sqrt(3)."""
    if isinstance(x, str):
        return float(eval(x, {"__builtins__": {}}, {"sqrt": math.sqrt, "Inf": math.inf}))
    return float(x)


def table(frames, name):
    frame = getattr(frames, name, None)
    if frame is None:
        return np.zeros((0, COLUMNS[name]))
    frame = frame.iloc[:, : COLUMNS[name]]
    return np.array([[value(x) for x in row] for row in frame.to_numpy()], dtype=float)


def convert(stem, base, bus, branch):
    case = stem.removeprefix("case")
    if case in OHMS_AND_KW:
        branch[:, 2:4] /= (bus[0, 9] * 1e3) ** 2 / (base * 1e6)
    if case in OHMS_AND_KW or case in ONLY_KW:
        bus[:, 2:4] /= 1e3
    if case in POWER_FACTOR:
        factor = POWER_FACTOR[case]
        bus[:, 3] = bus[:, 2] * math.sin(math.acos(factor))
        bus[:, 2] *= factor
    return case in OHMS_AND_KW or case in ONLY_KW


def checksum(rows):
    weights = 1.0 + np.arange(len(rows)) % 97
    return [
        float("%.13g" % np.sum(np.where(np.isfinite(c), c, 0.0) * weights)) for c in rows.T
    ]


def compare(path, bus, branch):
    """Compares converted columns with powerio; says so on stderr."""
    import powerio

    tables = powerio.parse(str(path)).value.to_ppc()
    theirs = [tables["bus"][:, 2:4], tables["branch"][:, 2:4]]
    same = all(np.allclose(a, b, rtol=1e-12) for a, b in zip(theirs, [bus[:, 2:4], branch[:, 2:4]]))
    print(f"{path.name}: {'same' if same else 'DIFFERENT'} in powerio", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--powerio", action="store_true")
    arguments = parser.parse_args()
    cases = {}
    for folder in arguments.folders:
        for path in sorted(folder.rglob("*.m")):
            if path.name.startswith(("contab_", "scenarios_")):
                continue
            size = path.stat().st_size
            frames = CaseFrames(str(path))
            base = value(frames.baseMVA)
            tables = {name: table(frames, name) for name in COLUMNS}
            if convert(path.stem, base, tables["bus"], tables["branch"]) and arguments.powerio:
                compare(path, tables["bus"], tables["branch"])
            cases[f"{path.name}:{size}"] = {
                "base_mva": base,
                **{name: {"rows": len(t), "sums": checksum(t)} for name, t in tables.items()},
            }
    print("{")
    lines = (f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in sorted(cases.items()))
    print(",\n".join(lines))
    print("}")


if __name__ == "__main__":
    main()
