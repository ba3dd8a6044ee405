#!/usr/bin/env python3
"""One-step greedy by the independent LP alone: what the simplest method reaches under the rules of the file contract.

    greedy_order.py SCENARIO

For folders in which one crew repairs one element a step. Each step takes the repair after which the most weighted
load is served, the first of equals. Prints the order and the unserved MWh. Uses the LP of `served_load.py`, and no
code of the planner.
"""

import argparse
import math
from pathlib import Path

from served_load import PD, Scenario, max_load_delivery


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", type=Path)
    scenario = Scenario(parser.parse_args().scenario)
    total = math.fsum(max(bus[PD], 0.0) for bus in scenario.case.bus)
    weights = scenario.weights()

    def shed(done):
        finish = dict.fromkeys(done, 0)
        served = max_load_delivery(scenario.case, scenario.model, scenario.status_at(finish, 0), weights)
        return total - math.fsum(served)

    left = [job for jobs in scenario.jobs_of.values() for job in jobs]
    done, current, unserved = [], shed([]), 0.0
    for _ in range(scenario.horizon):
        unserved += current * scenario.hours
        if current < 1e-6:
            break
        best = None
        for job in left:
            value = shed([*done, job])
            if best is None or value < best[0] - 1e-7:
                best = (value, job)
        current, job = best
        left.remove(job)
        done.append(job)
        print(f"{job:>12}  then shed {current:.6f} MW", flush=True)
    print(f"unserved MWh: {unserved:.6f}")


if __name__ == "__main__":
    main()
