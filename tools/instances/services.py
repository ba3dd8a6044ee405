"""Whom the grid supplies: people, the services that they depend on, the weather, and diesel."""

from rng import Rng
from tables import shares


def people(case, seed, per_mw):
    """Bus -> people: by load, each bus with more or fewer homes among its load."""
    rng = Rng(seed, "people")
    weight = {b: round(1000 * case.load[b]) * rng.between(40, 160) for b in case.buses}
    total = round(per_mw * sum(case.load.values()))
    return dict(zip(case.buses, shares(total, list(weight.values()))))


def priorities(case, seed):
    """Bus -> priority: one in twenty counts double, by decree."""
    rng = Rng(seed, "priorities")
    return {b: 2 if rng.chance(50_000) else 1 for b in case.buses}


def facilities(case, count, seed):
    """Rows of facilities.csv: beds, litres and kilowatts for so many people, as in the winter storm."""
    rng = Rng(seed, "facilities")
    loaded = [b for b in case.buses if count[b] >= 1000]
    rows = []

    def own_set(essential, hours):
        kw = (essential * 5 // 4 + 9) // 10 * 10
        return kw, round(hours * (0.0247 * kw + 0.2416 * essential))

    for bus in loaded:
        if not rng.chance(150_000):
            continue
        persons = min(count[bus], 300_000)
        kind = rng.below(100)
        own, fuel, buffer = 0, 0, 0
        if kind < 30:
            service, essential, full = "hospital", persons * 5 // 1000 * 3 // 2, persons * 5 // 1000 * 3
            if rng.chance(600_000):
                own, fuel = own_set(essential, rng.between(24, 96))
        elif kind < 55:
            service, essential, full, buffer = "water", persons * 27 // 10_000, persons * 7 // 1000, rng.between(4, 24)
        elif kind < 75:
            persons = persons * 2 // 3
            service, essential, full, buffer = "heat", persons * 30 // 1000, persons * 60 // 1000, rng.between(2, 12)
        elif kind < 85:
            persons //= 50
            service, essential, full = "shelter", persons * 3 // 100, persons * 12 // 100
        else:
            service, essential, full, buffer = "telecom", 200, 800, rng.between(8, 72)
            if rng.chance(500_000):
                own, fuel = own_set(200, 48)
        rows.append([f"{service[0]}{bus}", f"{service.capitalize()} at bus {bus}", service, bus, f"s{case.site[bus]}", persons,
                     max(essential, 1), max(full, 2), buffer, own, fuel])
    return rows


def weather(names, horizon, seed):
    """Two cold spells with a thaw between; tenths of a degree."""
    rng = Rng(seed, "weather")
    rows = []
    for step in range(horizon):
        first = -130 * max(0, 7 - abs(step - horizon // 12)) // 7
        second = -90 * max(0, 9 - abs(step - horizon // 2)) // 9
        base = 10 + first + second + 30 * step // horizon + rng.between(-12, 12)
        rows += [[step, f"Region {name}", (base + rng.between(-25, 25)) / 10] for name in names]
    return rows


def fuel(names, horizon, seed):
    """Diesel: what stands in depots, then a convoy to each region every fourth step."""
    rng = Rng(seed, "fuel")
    rows = [[0, f"Region {name}", 20_000] for name in names]
    for step in range(2, horizon, 4):
        rows += [[step, f"Region {name}", 1000 * rng.between(5, 30)] for name in names]
    return rows
