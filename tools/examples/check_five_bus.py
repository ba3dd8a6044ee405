#!/usr/bin/env python3
"""Recomputes every number of examples/five-bus/README.md: each state by a linear program, each order by enumeration.

Needs highspy. Shares no code with the planner. Exit code 0 when all agree.
"""

import csv
import itertools
import math
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "oracle"))

from served_load import Scenario, max_load_delivery, rows_of  # noqa: E402

FOLDER = HERE.parents[1] / "examples" / "five-bus"
TRANSFORMER = {"jT": 1}  # offer o1 arrives at step 1

# The README's tables. Repaired -> MW at buses 2, 3, 5; people without power.
STATES = {"": (25, 0, 10, 105_000), "A": (40, 0, 10, 90_000), "T": (25, 60, 10, 45_000), "AT": (40, 60, 10, 30_000),
          "B": (25, 0, 10, 105_000), "C": (25, 0, 10, 105_000), "BC": (25, 0, 10, 105_000), "BT": (25, 60, 10, 45_000),
          "CT": (25, 60, 10, 45_000), "BCT": (25, 60, 20, 15_000), "ABCT": (40, 60, 20, 0)}
ORDERS = {"ABC": 8_640_000, "ACB": 8_640_000, "BAC": 9_000_000, "CAB": 9_360_000, "BCA": 8_280_000, "CBA": 8_280_000}


class Check:
    def __init__(self):
        self.wrong = 0

    def equal(self, what, found, stated):
        good = math.isclose(found, stated, rel_tol=1e-9, abs_tol=1e-6)
        self.wrong += not good
        print(f"{'agrees ' if good else 'DIFFERS'} {what}: {found:.6g} (README {stated:.6g})")


def weights(scenario):
    """Weighted people per MW at each bus: those at home and those of its facilities."""
    people = [p * q * scenario.residents for p, q in zip(scenario.people, scenario.priority)]
    for f in rows_of(FOLDER / "facilities.csv"):
        people[scenario.case.row[int(f["bus"])]] += float(f["people"]) * {"hospital": 10.0, "water": 5.0}[f["service"]]
    return [p / b[2] if b[2] > 0 else 0.0 for p, b in zip(people, scenario.case.bus)]


class Horizon:
    """The cost of a schedule: finish step of each job."""

    def __init__(self):
        self.scenario = Scenario(FOLDER)
        self.weight = weights(self.scenario)
        self.demand = sum(b[2] for b in self.scenario.case.bus)

    def served(self, finish, step):
        return max_load_delivery(self.scenario.case, self.scenario.model, self.scenario.status_at(finish, step), self.weight)

    def cost(self, finish):
        """(unserved MWh, resident people-hours, steps in which bus 3 is off)"""
        energy = people = dark = 0.0
        for step in range(self.scenario.horizon):
            served = self.served(finish, step)
            energy += (self.demand - math.fsum(served)) * self.scenario.hours
            people += self.scenario.without_power(served, weighted=False) * self.scenario.hours
            dark += served[self.scenario.case.row[3]] < 1e-6
        return energy, people, dark


def finishes(order, steps):
    """One line crew takes jobs in the order given; the transformer goes its own way."""
    finish, clock = {"jT": TRANSFORMER["jT"] + steps["jT"]}, 0
    for letter in order:
        clock += steps[f"j{letter}"]
        finish[f"j{letter}"] = clock
    return finish


def weighted(people, dark):
    """Residents, and the two facilities of bus 3 once their buffers are empty."""
    return people + 10 * 6_000 * max(0, dark * 24 - 24) + 5 * 10_000 * max(0, dark * 24 - 12)


def main():
    check, horizon = Check(), Horizon()
    steps = {j["job"]: int(j["steps"]) for j in rows_of(FOLDER / "jobs.csv")}
    for repaired, (bus2, bus3, bus5, off) in STATES.items():
        served = horizon.served({f"j{letter}": 0 for letter in repaired}, 0)
        for row, stated in ((1, bus2), (2, bus3), (4, bus5)):
            check.equal(f"repaired {repaired or 'nothing'}, MW at bus {row + 1}", served[row], stated)
        check.equal(f"repaired {repaired or 'nothing'}, people off", horizon.scenario.without_power(served, False), off)
    found = {}
    for order in map("".join, itertools.permutations("ABC")):
        found[order] = horizon.cost(finishes(order, steps))
        check.equal(f"order {order}, people-hours", found[order][1], ORDERS[order])
    check.equal("best of all orders", min(c[1] for c in found.values()), 8_280_000)
    check.equal("no repair, people-hours", horizon.cost({})[1], 25_200_000)
    check.equal("best order, MWh", found["BCA"][0], 6_840)
    check.equal("best order, weighted", weighted(*found["BCA"][1:]), 14_160_000)
    with (FOLDER / "schedule.csv").open(newline="") as file:
        theirs = {r["job"]: int(r["start"]) + steps[r["job"]] for r in csv.DictReader(file)}
    cost = horizon.cost(theirs)
    check.equal("schedule.csv, MWh", cost[0], 6_240)
    check.equal("schedule.csv, people-hours", cost[1], 8_640_000)
    check.equal("schedule.csv, weighted", weighted(*cost[1:]), 14_520_000)
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
