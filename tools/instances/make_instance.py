#!/usr/bin/env python3
"""Makes a restoration instance of any MATPOWER case: a scenario folder, by formula and seed alone.

    python3 tools/instances/make_instance.py CASE.m --out FOLDER --damaged 500 --seed 1

The same case, options and seed give the same bytes on every machine. Python's standard library suffices.
Regions are cut along the electrical distances of the grid; people go by load; damage lies mostly about a few places;
transformers are replaced by units that donors offer, and breakers, line kits and parts are scarce as `--supply` says;
repairs take so long that the teams have `--work` percent of what they can do in the horizon. The grid is copied as it is.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The seeded numbers and the tables are those of the examples.
sys.path.insert(0, str(HERE.parent / "examples"))

import aid  # noqa: E402
import services  # noqa: E402
import work  # noqa: E402
from case import Case  # noqa: E402
from damage import damages  # noqa: E402
from tables import NAMEPLATE, write  # noqa: E402

SCENARIO = """\
# Made by tools/instances/make_instance.py: {arguments}
[scenario]
name = "{name}"
grid = "grid.m"
frequency_hz = {hertz}
start = 2026-01-12
horizon_steps = {steps}
step_hours = {step_hours}
measure = "people"

[model]
dc_susceptance = "x"
ratings = "rate_a"
pmin = "zero"

[weights]
hospital = 10.0
heat = 5.0
water = 5.0
telecom = 3.0
shelter = 10.0
residents = 1.0
"""


def options():
    whole = {"type": int, "metavar": "N"}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("case", type=Path, metavar="CASE.m", help="a MATPOWER case with one row a line")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the scenario folder; made where it is missing")
    parser.add_argument("--seed", default=1, **whole, help="another seed, another disaster")
    parser.add_argument("--damaged", default=100, **whole, help="broken elements")
    parser.add_argument("--density", default=35, **whole, help="how much is broken in the middle of the damage, about, percent of the elements")
    parser.add_argument("--offers", **whole, help="lots on offer; three for ten broken elements unless told")
    parser.add_argument("--supply", default=70, **whole, help="pieces offered, percent of the pieces needed")
    parser.add_argument("--regions", default=8, **whole, help="regions")
    parser.add_argument("--teams", **whole, help="teams in all; one for 25 broken elements, at least 8, unless told")
    parser.add_argument("--work", default=120, **whole, help="work there is, percent of what the teams can do in the horizon")
    parser.add_argument("--steps", default=60, **whole, help="steps of the horizon")
    parser.add_argument("--step-hours", default=24, **whole, help="hours of a step")
    parser.add_argument("--hertz", default=50, choices=(50, 60), type=int, help="frequency of the grid")
    parser.add_argument("--people-per-mw", default=800, **whole, help="people for each MW of load")
    chosen = parser.parse_args()
    chosen.offers = chosen.offers if chosen.offers is not None else chosen.damaged * 3 // 10
    chosen.teams = chosen.teams if chosen.teams is not None else max(8, chosen.damaged // 25)
    for name in ("damaged", "density", "regions", "teams", "work", "steps", "step_hours", "people_per_mw"):
        if getattr(chosen, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    return chosen


def main():
    chosen = options()
    out, seed, steps = chosen.out, chosen.seed, chosen.steps
    text = chosen.case.read_bytes()
    case = Case(text.decode("utf-8", "replace"))
    region = case.regions(chosen.regions)
    names = sorted(set(region.values()))
    found = damages(case, region, seed, chosen.damaged, chosen.density / 100)
    jobs, needs = work.jobs_and_needs(case, region, found, seed, chosen.hertz)
    crews = work.crews(jobs, names, chosen.teams, steps, seed)
    work.fit(jobs, crews, steps, chosen.work)
    offers = aid.offers(needs, steps, seed, chosen.offers, chosen.supply, chosen.hertz)
    people, priority = services.people(case, seed, chosen.people_per_mw), services.priorities(case, seed)

    out.mkdir(parents=True, exist_ok=True)
    (out / "grid.m").write_bytes(text)
    told = vars(chosen) | {"case": chosen.case.name}
    arguments = " ".join(f"{k}={v}" for k, v in told.items() if k != "out")
    (out / "scenario.toml").write_text(SCENARIO.format(arguments=arguments, name=out.resolve().name, hertz=chosen.hertz, steps=steps,
                                                       step_hours=chosen.step_hours), encoding="utf-8")
    write(out, "sites.csv", ["site", "name", "region", "lat", "lon"],
          [[f"s{s}", f"Station {s}", f"Region {region[s]}", None, None] for s in sorted(region)])
    write(out, "buses.csv", ["bus", "site", "people", "priority"], [[b, f"s{case.site[b]}", people[b], priority[b]] for b in case.buses])
    write(out, "damage.csv", ["damage", "element", "id", "site", "state", "note"],
          [[f"{kind[0]}{element}", "branch" if kind in ("line", "transformer") else kind, element, f"s{site}", "destroyed", kind]
           for kind, element, site in found])
    write(out, "jobs.csv", ["job", "damage", "skill", "crews", "steps", "ready", "after"],
          [[j.name, j.damage, j.skill, j.crews, j.steps, j.ready, ";".join(j.after) or None] for j in jobs])
    write(out, "crews.csv", ["skill", "region", "teams", "from", "until"], crews)
    write(out, "needs.csv", ["need", "job", "kind", "count"] + NAMEPLATE, needs)
    write(out, "offers.csv", ["offer", "donor", "kind", "count"] + NAMEPLATE + ["origin", "ready", "transit", "status", "confidence"], offers)
    places = services.facilities(case, people, seed)
    write(out, "facilities.csv", ["facility", "name", "service", "bus", "site", "people", "essential_kw", "full_kw",
                                  "buffer_hours", "own_kw", "fuel_litres"], places)
    write(out, "weather.csv", ["step", "region", "temp_c"], services.weather(names, steps, seed))
    write(out, "fuel.csv", ["step", "region", "litres"], services.fuel(names, steps, seed))
    crew_steps = sum(j.crews * j.steps for j in jobs)
    print(f"{out}: {len(case.buses)} buses, {len(found)} broken, {len(jobs)} jobs of {crew_steps} crew-steps, {len(needs)} needs, "
          f"{len(offers)} offers, {sum(row[2] for row in crews)} teams in {len(names)} regions, {len(places)} facilities")


if __name__ == "__main__":
    main()
