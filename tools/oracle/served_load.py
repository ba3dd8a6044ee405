#!/usr/bin/env python3
"""Independent check of a plan: the served load of every grid state, by HiGHS from Python.

    served_load.py SCENARIO PLAN [--tolerance 1e-6]

Shares no code with the planner. It reads the scenario folder and the plan folder, rebuilds every state of the grid
from `schedule.csv` (which jobs are finished at which step), solves the maximal load delivery of each state as a
linear program, and compares with what `plan.json` says. Exit code 0: everything agrees; 1: something differs.

The model is that of the file contract: load can be shed continuously at each bus, generators run within their
limits, branch flows follow the DC equations within the rating chosen in `[model]` (0 = unlimited), a negative load
is a fixed injection that can be curtailed, an island without an in-service generator is dead, and bus shunts and
angle limits are left out.

Measure "energy": the LP maximises served MW weighted by bus priority. Where every priority is 1, each state's
`served_mw` and `objective.unserved_mwh` must agree. Measure "people": a megawatt weighs the people who depend on it,
those at home and those of the facilities on its bus, times the weights of the scenario; a facility has all it needs
at the share of the load at which it has its essential power. Each state's weighted load that is not served must agree.
"""

import argparse
import csv
import json
import math
import re
import sys
import tomllib
from pathlib import Path

import highspy
import numpy as np

BUS_I, BUS_TYPE, PD = 0, 1, 2
GEN_BUS, GEN_STATUS, PMAX, PMIN = 0, 7, 8, 9
F_BUS, T_BUS, BR_R, BR_X, RATE_A, TAP, SHIFT, BR_STATUS = 0, 1, 2, 3, 5, 8, 9, 10


class Case:
    """The numeric tables of a MATPOWER case."""

    def __init__(self, text):
        text = "\n".join(line.split("%", 1)[0] for line in text.splitlines())
        self.base_mva = float(re.search(r"mpc\.baseMVA\s*=\s*([^;\s]+)", text)[1])
        self.bus = table(text, "bus")
        self.gen = table(text, "gen")
        self.branch = table(text, "branch")
        self.row = {int(b[BUS_I]): i for i, b in enumerate(self.bus)}


def table(text, name):
    """Rows of `mpc.<name>`, ended by `;` or by a new line."""
    body = re.search(r"mpc\.%s\s*=\s*\[(.*?)\]" % name, text, re.S)[1]
    rows = [row.replace(",", " ").split() for row in re.split(r"[;\n]", body)]
    return [[float(v) for v in row] for row in rows if row]


def rows_of(path):
    """A CSV file as dictionaries; an absent file has no rows."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def number(text, default):
    return float(text) if text not in (None, "") else default


class Model:
    """The settings of `[model]`."""

    def __init__(self, settings):
        self.susceptance = settings.get("dc_susceptance", "x")
        self.rate_column = RATE_A + ["rate_a", "rate_b", "rate_c"].index(settings.get("ratings", "rate_a"))
        self.pmin_case = settings.get("pmin", "zero") == "case"


def branch_physics(model, branch):
    """Susceptance in p.u. and phase shift in radians."""
    r, x = branch[BR_R], branch[BR_X]
    if model.susceptance == "r-x":
        return x / (r * r + x * x), 0.0
    tap = branch[TAP] if branch[TAP] != 0.0 else 1.0
    return 1.0 / (x * tap), math.radians(branch[SHIFT])


def live_buses(case, bus_on, gen_on, branch_on):
    """Buses that branches in service join to a generator in service, and one bus of each such island."""
    neighbours = [[] for _ in case.bus]
    for on, branch in zip(branch_on, case.branch):
        if on:
            f, t = case.row[int(branch[F_BUS])], case.row[int(branch[T_BUS])]
            neighbours[f].append(t)
            neighbours[t].append(f)
    live = [False] * len(case.bus)
    references = []
    for on, gen in zip(gen_on, case.gen):
        start = case.row[int(gen[GEN_BUS])]
        if on and not live[start]:
            references.append(start)
            stack = [start]
            while stack:
                bus = stack.pop()
                if not live[bus] and bus_on[bus]:
                    live[bus] = True
                    stack.extend(neighbours[bus])
    return live, references


def in_service(case, out_buses=(), out_branches=(), out_generators=()):
    """Status of buses, branches and generators. Buses by number, the others by 1-based row; a bus takes what hangs on it."""
    out_buses, out_branches, out_generators = set(out_buses), set(out_branches), set(out_generators)
    bus_on = [int(b[BUS_I]) not in out_buses and int(b[BUS_TYPE]) != 4 for b in case.bus]
    branch_on = [
        b[BR_STATUS] > 0 and i not in out_branches
        and bus_on[case.row[int(b[F_BUS])]] and bus_on[case.row[int(b[T_BUS])]]
        for i, b in enumerate(case.branch, 1)
    ]
    gen_on = [
        g[GEN_STATUS] > 0 and i not in out_generators and bus_on[case.row[int(g[GEN_BUS])]]
        for i, g in enumerate(case.gen, 1)
    ]
    return bus_on, branch_on, gen_on


def max_load_delivery(case, model, status, weight, derated=None):
    """Served MW by bus (positive loads) that maximise the sum of weight * served; `weight`: by bus a number, or pairs of
    MW and falling weight. `derated`: 1-based branch row -> (MVA, impedance factor)."""
    bus_on, branch_on, gen_on = status
    derated = derated or {}
    live, references = live_buses(case, bus_on, gen_on, branch_on)
    inf = highspy.kHighsInf
    cost, low, high = [], [], []
    entries = []  # (row, column, value); the row of a live bus is its power balance in p.u.

    def column(c, lo, hi):
        cost.append(c)
        low.append(lo)
        high.append(hi)
        return len(cost) - 1

    base = case.base_mva
    balance = {bus: row for row, bus in enumerate(i for i, on in enumerate(live) if on)}
    row_low, row_high = [0.0] * len(balance), [0.0] * len(balance)
    # One bus of each island holds angle 0: angles are defined up to a constant, and HiGHS has been seen to fail otherwise.
    theta = {bus: column(0.0, -inf, inf) for bus in balance}
    for bus in references:
        low[theta[bus]] = high[theta[bus]] = 0.0
    served = {}
    for bus, row in balance.items():
        load = case.bus[bus][PD] / base
        if load > 0.0:
            blocks = weight[bus] if isinstance(weight[bus], list) else [(case.bus[bus][PD], weight[bus])]
            served[bus] = [column(-w, 0.0, mw / base) for mw, w in blocks]
            entries += [(row, c, -1.0) for c in served[bus]]
        elif load < 0.0:
            entries.append((row, column(0.0, 0.0, -load), 1.0))
    for on, gen in zip(gen_on, case.gen):
        bus = case.row[int(gen[GEN_BUS])]
        if on and live[bus]:
            floor = gen[PMIN] if model.pmin_case else 0.0
            entries.append((balance[bus], column(0.0, floor / base, max(gen[PMAX], floor) / base), 1.0))
    for index, (on, branch) in enumerate(zip(branch_on, case.branch), 1):
        f, t = case.row[int(branch[F_BUS])], case.row[int(branch[T_BUS])]
        if not on or f == t or not live[f]:
            continue
        b, shift = branch_physics(model, branch)
        rate = branch[model.rate_column]
        limit = rate / base if rate > 0.0 else inf
        if index in derated:
            mva, impedance = derated[index]
            limit = min(limit, mva / base)
            b /= impedance
        flow = column(0.0, -limit, limit)
        row = len(row_low)  # flow = b * (theta_f - theta_t - shift)
        row_low.append(-b * shift)
        row_high.append(-b * shift)
        entries += [(row, flow, 1.0), (row, theta[f], -b), (row, theta[t], b)]
        entries += [(balance[f], flow, -1.0), (balance[t], flow, 1.0)]

    result = [0.0] * len(case.bus)
    if not served:
        return result
    entries.sort(key=lambda e: (e[1], e[0]))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(row_low)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(cost), np.array(low), np.array(high)
    lp.row_lower_, lp.row_upper_ = np.array(row_low), np.array(row_high)
    columns = np.array([e[1] for e in entries])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(columns, np.arange(len(cost) + 1)).astype(np.int32)
    lp.a_matrix_.index_ = np.array([e[0] for e in entries], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([e[2] for e in entries])
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    solver.setOptionValue("dual_feasibility_tolerance", 1e-9)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS: {solver.modelStatusToString(solver.getModelStatus())}")
    values = solver.getSolution().col_value
    for bus, parts in served.items():
        result[bus] = math.fsum(values[part] for part in parts) * base
    return result


class Scenario:
    """What the check needs of a scenario folder."""

    def __init__(self, folder):
        with (folder / "scenario.toml").open("rb") as file:
            settings = tomllib.load(file)
        head = settings["scenario"]
        self.case = Case((folder / head["grid"]).read_text(encoding="utf-8", errors="replace"))
        self.model = Model(settings.get("model", {}))
        self.measure = head.get("measure", "people")
        self.horizon, self.hours = int(head["horizon_steps"]), float(head["step_hours"])
        weights = {"hospital": 10.0, "heat": 5.0, "water": 5.0} | settings.get("weights", {})
        self.residents = float(weights.get("residents", 1.0))
        self.service_weight = {service: float(weight) for service, weight in weights.items()}
        self.damage = {d["damage"]: (d["element"], int(d["id"])) for d in rows_of(folder / "damage.csv")}
        jobs = rows_of(folder / "jobs.csv") or [{"job": d, "damage": d} for d in self.damage]
        self.jobs_of = {d: [j["job"] for j in jobs if j["damage"] == d] for d in self.damage}
        self.slot = {n["job"]: number(n.get("mva"), None) for n in rows_of(folder / "needs.csv")
                     if n["kind"] in ("transformer", "mobile_substation")}
        self.people, self.priority = [0.0] * len(self.case.bus), [1.0] * len(self.case.bus)
        for row in rows_of(folder / "buses.csv"):
            bus = self.case.row[int(row["bus"])]
            self.people[bus] = number(row.get("people"), 0.0)
            self.priority[bus] = number(row.get("priority"), 1.0)

        at_site = {}
        for row in rows_of(folder / "buses.csv"):
            bus = self.case.row[int(row["bus"])]
            best = at_site.get(row.get("site") or None)
            if best is None or self.case.bus[bus][PD] > self.case.bus[best][PD]:
                at_site[row.get("site") or None] = bus
        self.facilities = []
        for row in rows_of(folder / "facilities.csv"):
            essential, full = number(row.get("essential_kw"), 0.0), number(row.get("full_kw"), 0.0)
            until = essential / full if 0.0 < essential < full else 1.0
            # A facility without a bus hangs on the bus of its site with the most load.
            bus = self.case.row[int(row["bus"])] if row.get("bus") else at_site.get(row.get("site") or None)
            if bus is not None:
                self.facilities.append((bus, number(row.get("people"), 0.0), row["service"], until))

    def status_at(self, finish, step):
        """What is in service from `step` on, when each job finishes as told."""
        broken = {"bus": [], "branch": [], "generator": []}
        for damage, (element, ident) in self.damage.items():
            jobs = self.jobs_of[damage]
            if not jobs or any(finish.get(job, math.inf) > step for job in jobs):
                broken[element].append(ident)
        return in_service(self.case, broken["bus"], broken["branch"], broken["generator"])

    def weights(self):
        """Objective per served MW of each bus, in the measure of the scenario: a number, or pairs of MW and weight."""
        if self.measure == "energy":
            return list(self.priority)
        people = [p * priority * self.residents for p, priority in zip(self.people, self.priority)]
        uses = [[(1.0, p)] for p in people]
        for bus, count, service, until in self.facilities:
            weight = count * self.service_weight.get(service, 1.0)
            people[bus] += weight
            uses[bus].append((until, weight))
        # Load that nobody lives on weighs a thousandth of the mean megawatt: served where it costs nobody.
        loads = [(p, bus[PD]) for p, bus in zip(people, self.case.bus) if bus[PD] > 0.0]
        total, mw = math.fsum(p for p, _ in loads), math.fsum(load for _, load in loads)
        floor = 1e-3 * total / mw if total > 0.0 else 1.0
        return [blocks(bus[PD], of, floor) if bus[PD] > 0.0 else 0.0 for of, bus in zip(uses, self.case.bus)]

    def without_power(self, served, weighted):
        """People without power: people times the shed share of the load of their bus."""
        return sum(
            people * (priority if weighted else 1.0) * (1.0 - mw / bus[PD])
            for people, priority, mw, bus in zip(self.people, self.priority, served, self.case.bus)
            if bus[PD] > 0.0
        )


def blocks(load, uses, floor):
    """A load cut at the shares until which its uses grow with it: pairs of MW and weight, falling."""
    cuts = [0.0] + sorted({until for until, _ in uses})
    return [
        ((high - low) * load, max(sum(w / until for until, w in uses if until >= high) / load, floor))
        for low, high in zip(cuts, cuts[1:])
    ]


def unserved_weight(of, load, served):
    """What the last blocks of a load weigh, beyond what is served."""
    lost, left = 0.0, served
    for mw, weight in of if isinstance(of, list) else [(load, of)]:
        got = min(mw, left)
        lost += weight * (mw - got)
        left -= got
    return lost


def derating(state):
    """`derated` of a state in plan.json, as 1-based branch row -> (MVA, impedance over that of the case)."""
    return {int(d["branch"]): (float(d["mva"]), float(d["impedance"])) for d in state.get("derated") or []}


def close(a, b, tolerance):
    return abs(a - b) <= tolerance * max(abs(a), abs(b), 1.0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", type=Path)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--tolerance", type=float, default=1e-6, help="relative, default 1e-6")
    args = parser.parse_args()
    scenario = Scenario(args.scenario)
    plan = json.loads((args.plan / "plan.json").read_text(encoding="utf-8"))
    finish = {j["job"]: int(j["finish"]) for j in rows_of(args.plan / "schedule.csv")}
    total = sum(max(b[PD], 0.0) for b in scenario.case.bus)
    energy = scenario.measure == "energy"
    plain = energy and all(p == 1.0 for p in scenario.priority)
    faults = []

    # An element is back when the last of its jobs is finished.
    repaired = {
        max(finish[job] for job in jobs)
        for jobs in scenario.jobs_of.values()
        if jobs and all(job in finish for job in jobs)
    }
    expected_starts = sorted({0} | {f for f in repaired if f < scenario.horizon})
    spans = [(int(s["from"]), int(s["to"])) for s in plan["states"]]
    if not spans or spans[0][0] != 0 or spans[-1][1] != scenario.horizon or any(a[1] != b[0] for a, b in zip(spans, spans[1:])):
        faults.append("the states do not cover the horizon without gaps")
    for step in expected_starts:
        if step not in {a for a, _ in spans}:
            faults.append(f"an element is repaired at step {step}, yet no state begins there")

    print(f"{'from':>5} {'to':>5} {'plan served MW':>16} {'LP served MW':>16} {'plan people off':>16} {'LP people off':>16}  verdict")
    unserved = 0.0
    for state in plan["states"]:
        start, end = int(state["from"]), int(state["to"])
        # What is repaired but left open counts as not repaired yet: the plan says that closing it takes load away.
        open_jobs = {job for damage in state.get("left_open", []) for job in scenario.jobs_of[damage]}
        closed = {job: step for job, step in finish.items() if job not in open_jobs}
        served = max_load_delivery(
            scenario.case, scenario.model, scenario.status_at(closed, start), scenario.weights(), derating(state))
        mw = math.fsum(served)
        unserved += (total - mw) * (end - start) * scenario.hours
        plan_off, lp_off = state["people_without"]["power"], scenario.without_power(served, weighted=False)
        if plain:
            good = close(state["served_mw"], mw, args.tolerance)
        elif energy:
            good = state["served_mw"] <= total * (1 + args.tolerance)
        else:
            # Which of two equally weighted buses is served is free; what all of them weigh is not.
            weight = scenario.weights()
            shed = {scenario.case.row[int(x["bus"])]: float(x["mw"]) for x in state["shed"]}
            loads = [max(b[PD], 0.0) for b in scenario.case.bus]
            weigh = lambda kept: math.fsum(unserved_weight(w, load, mw) for w, load, mw in zip(weight, loads, kept))
            plan_weighed = weigh([load - shed.get(bus, 0.0) for bus, load in enumerate(loads)])
            lp_weighed, whole = weigh(served), weigh([0.0] * len(loads))
            good = abs(plan_weighed - lp_weighed) <= args.tolerance * whole
        good = good and close(state["served_mw"] + state["shed_mw"], total, args.tolerance)
        if not good:
            faults.append(f"state from step {start} differs")
        print(f"{start:5} {end:5} {state['served_mw']:16.6f} {mw:16.6f} {plan_off:16.1f} {lp_off:16.1f}  {'agrees' if good else 'DIFFERS'}")

    stated = plan["objective"]["unserved_mwh"]
    summed = math.fsum(s["shed_mw"] * (s["to"] - s["from"]) * scenario.hours for s in plan["states"])
    print(f"unserved MWh: plan {stated:.6f}, sum over its states {summed:.6f}, LP {unserved:.6f}")
    if not close(stated, summed, args.tolerance):
        faults.append("objective.unserved_mwh is not the sum over the states")
    if plain and not close(stated, unserved, args.tolerance):
        faults.append("objective.unserved_mwh differs from the LP")
    for fault in faults:
        print(f"DIFFERS: {fault}")
    print("everything agrees" if not faults else f"{len(faults)} differences")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
