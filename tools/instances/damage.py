"""What is broken: so many elements, mostly about a few places, and nothing in here looks at what a loss does to the grid."""

import math

from rng import Rng
from tables import shares

# Of 100 broken elements; busbars are `supply` where towns are fed and `bus` anywhere else.
MIX = {"line": 34, "transformer": 14, "supply": 40, "bus": 4, "generator": 8}
# Of a million: how likely an element far from everything is to be drawn, against one in the middle.
FAR = 60_000


def weights(case, region, seed, reach):
    """Site -> weight of its elements in millionths. One epicentre in every second region; a Gaussian of the rank of a
    site by its distance along the grid from the nearest of them, `reach` wide as a share of all sites."""
    rng = Rng(seed, "epicentres")
    names = sorted(set(region.values()))
    chosen = []
    for _ in range((len(names) + 1) // 2):
        chosen.append(names.pop(rng.below(len(names))))
    sources = []
    for name in sorted(chosen):
        sites = sorted(s for s in region if region[s] == name)
        sources.append(sites[rng.below(len(sites))])
    order = case.distances(sources)
    return {site: FAR + round((1_000_000 - FAR) * math.exp(-((rank / len(order) / reach) ** 2)))
            for rank, site in enumerate(order)}


def draw(rng, candidates, count):
    """`count` different ones of (element, weight in millionths), each draw by weight."""
    taken = set()
    while len(taken) < count:
        element, weight = candidates[rng.below(len(candidates))]
        if element not in taken and rng.chance(weight):
            taken.add(element)
    return sorted(taken)


def damages(case, region, seed, count, density):
    """Broken elements by kind: (kind, bus number or row, site). `density`: about which share is broken in the middle of the damage."""
    elements = len(case.buses) + len(case.ends) + len(case.generators)
    # The area below a Gaussian of height 1 is its width times half the root of pi.
    weight = weights(case, region, seed, count / elements / density / (math.sqrt(math.pi) / 2))
    site = case.site
    pools = {
        "line": [(r, (weight[site[f]] + weight[site[t]]) // 2) for r, (f, t) in case.ends.items() if not case.is_transformer(r)],
        "transformer": [(r, weight[site[f]]) for r, (f, _) in case.ends.items() if case.is_transformer(r)],
        "supply": [(b, weight[site[b]]) for b in case.buses if case.load[b] > 0.0],
        "bus": [(b, weight[site[b]]) for b in case.buses if case.load[b] <= 0.0],
        "generator": [(r, weight[site[bus]]) for r, (bus, _) in case.generators.items()],
    }
    available = sum(len(pool) for pool in pools.values())
    if count > available // 2:
        raise SystemExit(f"{count} of {available} elements cannot be drawn; half of them at most")
    numbers = dict(zip(MIX, shares(count, [MIX[kind] for kind in MIX])))
    # Where a kind has too few, others stand in.
    for kind, other in (("transformer", "line"), ("generator", "line"), ("supply", "bus"), ("bus", "line"), ("line", "supply")):
        over = max(numbers[kind] - len(pools[kind]) // 2, 0)
        numbers[kind] -= over
        numbers[other] += over
    found = []
    for pool, number in numbers.items():
        kind = "bus" if pool == "supply" else pool
        for element in draw(Rng(seed, pool), pools[pool], number):
            at = element if kind == "bus" else case.generators[element][0] if kind == "generator" else case.ends[element][0]
            found.append((kind, element, site[at]))
    return found
