"""A seeded ice storm: which lines, transformers, stations and generators of a grid it breaks.

Ice thickness falls off as a Gaussian band about an axis. A line is broken with a chance that grows with the ice and
with its length; circuits of one corridor share towers and mostly fail together. Station failures come in clusters
(a Neyman-Scott process: parents within the band, stations near a parent hit), because a flashover and the through
faults that follow it wear on neighbours. Nothing in here looks at what the loss of an element does to the grid.
"""

import math

from rng import Rng
from sources import km


class Storm:
    """Band centre (lat, lon), direction of its axis (degrees from north), half sizes (km, one sigma), peak ice (mm)."""

    def __init__(self, seed, centre, azimuth, along_km, across_km, peak_mm):
        self.seed, self.centre, self.peak_mm = seed, centre, peak_mm
        self.along_km, self.across_km = along_km, across_km
        self.sin, self.cos = math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))

    def ice_mm(self, point):
        """Radial ice at a (lat, lon) point, in whole tenths of a millimetre to be free of rounding, as mm."""
        north = (point[0] - self.centre[0]) * 111.2
        east = (point[1] - self.centre[1]) * 111.2 * math.cos(math.radians(self.centre[0]))
        u = (north * self.cos + east * self.sin) / self.along_km
        v = (-north * self.sin + east * self.cos) / self.across_km
        return round(self.peak_mm * 10 * math.exp(-(u * u + v * v) / 2)) / 10


def line_chance(ice_mm, length_km):
    """Chance in millionths that ice breaks a line: no harm below 15 mm, then a rate per km that grows with the square."""
    excess = max(ice_mm - 15.0, 0.0) / 25.0
    return round(1e6 * (1.0 - math.exp(-0.05 * excess * excess * (length_km + 4.0))))


def broken_lines(storm, lines, position):
    """Rows of broken lines. `lines`: (row, from site, to site); the ice of a line is the mean of its ends and middle."""
    rng = Rng(storm.seed, "lines")
    corridors = {}
    for row, f, t in lines:
        corridors.setdefault((min(f, t), max(f, t)), []).append(row)
    broken = []
    for (f, t), rows in sorted(corridors.items()):
        a, b = position[f], position[t]
        middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        ice = (storm.ice_mm(a) + storm.ice_mm(middle) + storm.ice_mm(b)) / 3
        length = round(km(a, b), 1)
        hit = rng.chance(line_chance(ice, length))
        for row in rows:
            # Another tower of the same circuit may hold: one in five circuits of a broken corridor stands.
            stands = rng.chance(200_000)
            if hit and not stands:
                broken.append((row, length, ice))
    return sorted(broken)


def station_hits(storm, stations, position, parents, reach_km, hit_ppm):
    """Sites whose switchgear is hit. Parents are drawn among the stations with a weight of their ice."""
    rng = Rng(storm.seed, "stations")
    weight = [round(storm.ice_mm(position[s]) ** 2) for s in stations]
    chosen = []
    for _ in range(parents):
        at = rng.below(sum(weight))
        for index, w in enumerate(weight):
            at -= w
            if at < 0:
                chosen.append(stations[index])
                weight[index] = 0
                break
    hit = []
    for s in stations:
        draw = rng.chance(hit_ppm)
        if s in chosen or (draw and any(km(position[s], position[p]) <= reach_km for p in chosen)):
            hit.append(s)
    return hit
