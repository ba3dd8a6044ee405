"""The work that restores what is broken, what it needs, and who does it."""

from rng import Rng
from tables import NAMEPLATE, shares

# Of 100 replaced or repaired units: how many must be replaced.
REPLACED = 60
# Above this length the stores of the country do not suffice, km; a third of such a line is rebuilt.
OWN_STOCK_KM = 18.0


class Job:
    """A row of jobs.csv; `steps` is relative until `fit` has scaled it to the teams that there are."""

    def __init__(self, name, damage, skill, region, crews, steps, ready, after=()):
        self.name, self.damage, self.skill, self.region = name, damage, skill, region
        self.crews, self.steps, self.ready, self.after = crews, steps, ready, after


def jobs_and_needs(case, region, found, seed, hertz):
    """Jobs and rows of needs.csv; times are in steps for repairs of typical length."""
    rng = Rng(seed, "work")
    jobs, needs = [], []
    broken = {(kind, element) for kind, element, _ in found}

    def need(job, kind, count=1, **plate):
        needs.append([f"n{len(needs) + 1}", job, kind, count] + [plate.get(c) for c in NAMEPLATE])

    for kind, element, site in found:
        damage, ready, where = f"{kind[0]}{element}", rng.between(0, 6), region[site]
        job = f"j-{damage}"
        if kind == "line":
            kv, length = max(case.kv[b] for b in case.ends[element]), min(case.length_km[element], 60.0)
            jobs.append(Job(job, damage, "line", where, 2 if kv >= 220.0 else 1, rng.between(2, 5) + int(length) // 8, ready))
            if length > OWN_STOCK_KM:
                need(job, "line_kit", rated_kv=kv, length_km=round(length / 3, 1))
        elif kind == "transformer":
            high, low = sorted((case.kv[b] for b in case.ends[element]), reverse=True)
            if not rng.below(100) < REPLACED:
                jobs.append(Job(job, damage, "station", where, 1, rng.between(4, 10), ready))
                continue
            jobs.append(Job(f"{job}-site", damage, "station", where, 1, rng.between(3, 6), ready))
            # The unit goes in when its foundations are ready and the busbars at both ends are whole.
            after = [f"{job}-site"] + [f"j-b{b}" for b in case.ends[element] if ("bus", b) in broken]
            heavy = high >= 300.0
            jobs.append(Job(f"{job}-unit", damage, "heavy", where, 1, rng.between(8, 14) if heavy else rng.between(5, 9), ready, after))
            rating = case.rating[element] if 0 < case.rating[element] < 5000 else 200.0
            # One way in five has a weak bridge.
            bears = round(mass_t(rating)) if rng.chance(200_000) else None
            need(f"{job}-unit", "transformer", hv_kv=high, lv_kv=low, mva=round(rating, 1), phases=3, frequency_hz=hertz,
                 vector_group="YNd11" if low < 35.0 else "YNa0d11", mass_t=bears)
        elif kind == "bus":
            kv = case.kv[element]
            jobs.append(Job(job, damage, "station", where, 2 if kv >= 220.0 else 1, rng.between(4, 10), ready))
            if rng.chance(600_000):
                need(job, "breaker", rng.between(1, 3), rated_kv=highest_kv(kv), rated_a=2000, breaking_ka=25 if kv < 100.0 else 40,
                     frequency_hz=hertz)
        else:
            jobs.append(Job(job, damage, "station", where, 1, rng.between(3, 18), ready))
            if rng.chance(250_000):
                need(job, "other")
    return jobs, needs


def mass_t(mva):
    """Transport mass of a three-phase unit: a power law through published ones (100 MVA 77 t, 300 MVA 176 t)."""
    return 2.3 * mva**0.76


def highest_kv(kv):
    """The lowest standard highest voltage with 5 % to spare (IEC 60071-1); beyond the table the voltage itself."""
    standard = [3.6, 7.2, 12.0, 17.5, 24.0, 36.0, 72.5, 123.0, 145.0, 170.0, 245.0, 300.0, 362.0, 420.0, 550.0, 800.0]
    return next((um for um in standard if um >= kv * 1.045), kv)


def crews(jobs, names, teams, horizon, seed):
    """Rows of crews.csv for so many teams in all: skills by the work that there is, two thirds at home in the regions
    (by work, too), the rest going anywhere, half of these from the start and half as mutual aid that comes and goes."""
    rng = Rng(seed, "crews")
    skills = sorted({job.skill for job in jobs})
    work = {s: sum(j.crews * j.steps for j in jobs if j.skill == s) for s in skills}
    if teams < 2 * len(skills):
        raise SystemExit(f"{teams} teams are too few: two of each of {len(skills)} skills at the least")
    rows = []
    for skill, extra in zip(skills, shares(teams - 2 * len(skills), [work[s] for s in skills])):
        number = 2 + extra
        anywhere = max(2, number // 3)
        by_region = [sum(j.crews * j.steps for j in jobs if j.skill == skill and j.region == name) for name in names]
        home = shares(number - anywhere, by_region)
        rows += [[skill, f"Region {name}", count, 0, None] for name, count in zip(names, home) if count]
        stay = (anywhere + 1) // 2
        rows.append([skill, None, stay, 0, None])
        if anywhere > stay:
            first = rng.between(horizon // 20, horizon // 5)
            rows.append([skill, None, anywhere - stay, first, first + horizon * 2 // 3])
    return rows


def fit(jobs, rows, horizon, percent):
    """Scales the steps of all jobs of a skill alike until its work is so many percent of what its teams can do in the horizon."""
    for skill in sorted({row[0] for row in rows}):
        capacity = sum(row[2] * (min(row[4] or horizon, horizon) - row[3]) for row in rows if row[0] == skill)
        # Who works anywhere from the start is there for every job.
        most = sum(row[2] for row in rows if row[0] == skill and row[1] is None and row[3] == 0)
        mine = [job for job in jobs if job.skill == skill]
        for job in mine:
            job.crews = min(job.crews, most)
        goal = capacity * percent // 100

        def scaled(job, factor):
            return max(1, (job.steps * factor + 500) // 1000)

        low, high = 0, 20_000
        while low < high:
            middle = (low + high + 1) // 2
            if sum(job.crews * scaled(job, middle) for job in mine) <= goal:
                low = middle
            else:
                high = middle - 1
        for job in mine:
            job.steps = min(scaled(job, low), horizon // 3)
