"""Writing the tables of a scenario folder: the same bytes on every run."""

import csv

NAMEPLATE = ["hv_kv", "lv_kv", "tertiary_kv", "mva", "phases", "frequency_hz", "vector_group", "uk_pct", "tap_range_pct",
             "tap_step_pct", "mass_t", "rated_kv", "rated_a", "breaking_ka", "kw", "volts", "fuel_lph_full", "length_km"]


def plain(value):
    """A number as short as it is exact."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def write(folder, name, header, rows):
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows([["" if v is None else plain(v) for v in row] for row in rows])


def shares(total, weights):
    """Splits a whole number by weights (whole numbers), with nothing lost: largest remainders first, then the order."""
    whole = sum(weights)
    parts = [total * w // whole for w in weights]
    rest = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in rest[: total - sum(parts)]:
        parts[i] += 1
    return parts
