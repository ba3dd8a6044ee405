"""A MATPOWER case as an instance sees it: stations, distances along the grid, and regions cut by them."""

import heapq
import re

# A line of 1 p.u. of its own base has this reactance for each km: overhead lines of all voltages lie near it.
OHM_PER_KM = 0.4


def table(text, name):
    """Rows of numbers of `mpc.<name>`; one row a line, comments left out."""
    found = re.search(r"^mpc\.%s\s*=\s*\[(.*?)^\s*\];" % name, text, re.S | re.M)
    if found is None:
        raise SystemExit(f"the case has no table mpc.{name} with one row a line")
    lines = (line.split("%")[0].strip().rstrip(";") for line in found[1].splitlines())
    return [[float(v) for v in line.replace(",", " ").split()] for line in lines if line]


class Case:
    """Elements in service. Rows are counted from 1, as in the tables of a scenario."""

    def __init__(self, text):
        base = float(re.search(r"^mpc\.baseMVA\s*=\s*([\d.eE+]+)", text, re.M)[1])
        buses = [b for b in table(text, "bus") if b[1] != 4]
        self.buses = [int(b[0]) for b in buses]
        self.load = {int(b[0]): max(b[2], 0.0) for b in buses}
        self.kv = {int(b[0]): b[9] for b in buses}
        self.generators = {row: (int(g[0]), g[8]) for row, g in enumerate(table(text, "gen"), 1) if g[7] > 0}
        self.ends, self.rating, self.length_km = {}, {}, {}
        near = {b: [] for b in self.buses}
        for row, branch in enumerate(table(text, "branch"), 1):
            f, t = int(branch[0]), int(branch[1])
            if branch[10] <= 0 or f not in self.kv or t not in self.kv:
                continue
            self.ends[row] = (f, t)
            self.rating[row] = branch[5]
            self.length_km[row] = round(abs(branch[3]) * self.kv[f] ** 2 / base / OHM_PER_KM, 1)
            near[f].append((t, abs(branch[3])))
            near[t].append((f, abs(branch[3])))
        self.site = self._sites()
        self.near = {s: [] for s in sorted(set(self.site.values()))}
        for bus, neighbours in near.items():
            self.near[self.site[bus]] += [(self.site[other], x) for other, x in neighbours if self.site[other] != self.site[bus]]

    def is_transformer(self, row):
        f, t = self.ends[row]
        return self.kv[f] != self.kv[t]

    def _sites(self):
        """A station is what transformers join: the site of a bus is the lowest bus number of its station."""
        lead = {b: b for b in self.buses}

        def root(bus):
            while lead[bus] != bus:
                lead[bus] = bus = lead[lead[bus]]
            return bus

        for row, (f, t) in self.ends.items():
            if self.is_transformer(row):
                a, b = sorted((root(f), root(t)))
                lead[b] = a
        return {b: root(b) for b in self.buses}

    def distances(self, sources, within=None):
        """Sites in the order of their distance (sum of |x|) from the nearest of `sources`; those out of reach last."""
        allowed = self.near.keys() if within is None else within
        best = dict.fromkeys(sources, 0.0)
        queue, order, seen = [(0.0, s) for s in sorted(sources)], [], set()
        while queue:
            distance, site = heapq.heappop(queue)
            if site in seen:
                continue
            seen.add(site)
            order.append(site)
            for other, x in self.near[site]:
                # A length of 1e-4 for what has none, so that hops count where impedances do not.
                reach = distance + max(x, 1e-4)
                if other in allowed and reach < best.get(other, float("inf")):
                    best[other] = reach
                    heapq.heappush(queue, (reach, other))
        return order + [s for s in sorted(allowed) if s not in seen]

    def regions(self, count):
        """Site -> region 1..count of about equally many buses: cut in two, again and again, across the longest way."""
        size = dict.fromkeys(self.near, 0)
        for bus in self.buses:
            size[self.site[bus]] += 1
        parts = [(set(self.near), count)]
        region, named = {}, 0
        while parts:
            sites, pieces = parts.pop()
            if pieces == 1 or len(sites) < 2:
                named += 1
                region.update(dict.fromkeys(sites, named))
                continue
            # One end of the part: what is farthest from anywhere in it, among what hangs together.
            far = [s for s in self.distances([min(sites)], sites)]
            order = self.distances([far[-1]], sites)
            goal, taken = sum(size[s] for s in sites) * (pieces // 2) / pieces, 0
            for cut, site in enumerate(order):
                if taken >= goal:
                    break
                taken += size[site]
            parts += [(set(order[cut:]), pieces - pieces // 2), (set(order[:cut]), pieces // 2)]
        return region
