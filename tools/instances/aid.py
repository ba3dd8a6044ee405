"""What donors offer: mostly what was asked for, some of it late, some of it unsure, some of it of another world."""

from rng import Rng
from tables import NAMEPLATE, shares
from work import highest_kv, mass_t

# Of 100 lots.
LOTS = {"transformer": 28, "breaker": 18, "line_kit": 20, "mobile_substation": 6, "generator_set": 18, "other": 10}
# Status: of 100 lots, and confidence in percent, from and to.
STATUS = {"received": (10, 100, 100), "shipped": (15, 92, 99), "committed": (30, 80, 95), "pledged": (30, 60, 85), "offered": (15, 30, 60)}
# Units that somebody has and nobody here asked for: hv, lv, MVA, vector group, hertz.
FOREIGN = [(400, 132, 240, "YNa0d1", 50), (330, 110, 125, "YNa0d11", 50), (275, 132, 200, "YNa0d1", 50), (345, 138, 400, "YNa0d1", 60),
           (500, 230, 400, "YNa0d1", 60), (765, 345, 750, "YNa0d1", 60), (220, 66, 100, "YNyn0d11", 50), (110, 20, 40, "YNd5", 50)]
SETS_KW = [20, 50, 100, 200, 500, 1000, 2000]


def pick(rng, weights):
    """A key by its whole-number weight."""
    at = rng.below(sum(weights.values()))
    for key, weight in weights.items():
        at -= weight
        if at < 0:
            return key


def offers(needs, horizon, seed, count, supply, hertz):
    """Rows of offers.csv. `supply`: pieces of a kind offered, percent of the pieces needed (at least one a lot)."""
    rng = Rng(seed, "offers")
    wanted = {kind: [dict(zip(NAMEPLATE, row[4:])) for row in needs if row[2] == kind] for kind in LOTS}
    wanted["mobile_substation"] = [p for p in wanted["transformer"] if p["mva"] <= 150.0] or wanted["transformer"]
    kinds = {kind: lots for kind, lots in LOTS.items() if wanted[kind] or kind == "generator_set"}
    rows = []
    for kind, lots in zip(kinds, shares(count, list(kinds.values()))):
        demand = sum(row[3] for row in needs if row[2] == kind)
        pieces = [1 + extra for extra in shares(max(demand * supply // 100 - lots, 0), [rng.between(1, 4) for _ in range(lots)])] if lots else []
        for number in pieces:
            if kind == "generator_set":
                number = rng.between(1, 12)
            donor = f"Donor {rng.between(1, max(3, count // 12))}"
            plate = nameplate(rng, kind, wanted[kind], hertz)
            # In stock, in a yard that must be cleared, or in a works.
            ready = {0: lambda: rng.between(0, horizon // 8), 1: lambda: rng.between(horizon // 8, horizon // 2),
                     2: lambda: rng.between(horizon // 2, horizon * 3 // 2)}[pick(rng, {0: 45, 1: 35, 2: 20})]()
            heavy = kind in ("transformer", "mobile_substation")
            transit = rng.between(horizon // 20, horizon // 4) if heavy else rng.between(0, horizon // 8)
            status = pick(rng, {s: share for s, (share, _, _) in STATUS.items()})
            if status == "received":
                ready, transit = 0, 0
            sure = rng.between(*STATUS[status][1:])
            rows.append([f"o{len(rows) + 1}", donor, kind, number] + [plate.get(c) for c in NAMEPLATE]
                        + [f"Yard of {donor}", ready, transit, status, sure / 100])
    return rows


def nameplate(rng, kind, wanted, hertz):
    """Of one lot. Four in five are of the ratings of a place that was drawn among the needs."""
    suits = rng.chance(800_000)
    other = 110 - hertz
    if kind == "generator_set":
        kw = SETS_KW[rng.below(len(SETS_KW))]
        return {"kw": kw, "phases": 3, "frequency_hz": hertz if suits else other, "volts": 400 if (hertz if suits else other) == 50 else 480,
                "fuel_lph_full": round(0.27 * kw, 1)}
    place = wanted[rng.below(len(wanted))]
    if kind in ("transformer", "mobile_substation"):
        if suits:
            high, low, mva, group, made_for = place["hv_kv"], place["lv_kv"], place["mva"], place["vector_group"], hertz
            mva = round(mva * (60, 80, 100, 100, 125)[rng.below(5)] / 100, 1)
        else:
            high, low, mva, group, made_for = FOREIGN[rng.below(len(FOREIGN))]
        if kind == "mobile_substation":
            mva = min(mva, 100)
        return {"hv_kv": high, "lv_kv": low, "mva": mva, "phases": 3, "frequency_hz": made_for, "vector_group": group,
                "uk_pct": rng.between(80, 160) / 10, "tap_range_pct": 10, "tap_step_pct": 1.25, "mass_t": round(mass_t(mva), 1)}
    if kind == "breaker":
        # Lots that do not suit are of a class too low.
        kv = place["rated_kv"] if suits else highest_kv(place["rated_kv"] * 0.5)
        return {"rated_kv": kv, "rated_a": (2000, 2500, 3150)[rng.below(3)], "breaking_ka": (40, 50, 63)[rng.below(3)], "frequency_hz": hertz}
    if kind == "line_kit":
        return {"rated_kv": place["rated_kv"] if suits else highest_kv(place["rated_kv"] * 0.5), "length_km": float(rng.between(6, 24))}
    return {}
