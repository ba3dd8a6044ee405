"""Writes the ledgers of the examples as events, a JSON document a line, for `relight ledger append`.

    python3 tools/examples/build_ledgers.py

The same bytes on every run; nothing but the standard library. Facts come from the tables beside the events:
`examples/winter-aid-2022/{statements,decisions}.csv`, and `examples/winter-storm/{offers,needs,sites,jobs}.csv`.
"""

import csv
import hashlib
import json
import re
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

COUNTRIES = {
    "Azerbaijan": "AZ", "Canada": "CA", "Estonia": "EE", "European Union": "EU", "France": "FR", "Germany": "DE",
    "Israel": "IL", "Italy": "IT", "Japan": "JP", "Kazakhstan": "KZ", "Latvia": "LV", "Lithuania": "LT",
    "Moldova": "MD", "Netherlands": "NL", "Poland": "PL", "Slovakia": "SK", "South Korea": "KR", "Spain": "ES",
    "Taiwan": "TW", "Ukraine": "UA", "United Arab Emirates": "AE", "United Kingdom": "GB", "United States": "US",
}


def derive(*words):
    """The id that belongs to these words: `Id::derive` of the crate `ledger`."""
    sha = hashlib.sha256(b"relight.id/1")
    for word in words:
        data = word.encode()
        sha.update(len(data).to_bytes(8, "big") + data)
    bits = int.from_bytes(sha.digest()[:16], "big")
    return "".join(DIGITS[bits >> (5 * place) & 31] for place in reversed(range(26)))


def person(account):
    """The person of an account: as the server makes it."""
    return derive("person", "account", account)


class Book:
    """Events in a row, each a second after the one before."""

    def __init__(self, name, operation, begun):
        self.name, self.operation, self.at, self.lines = name, operation, begun, []

    def act(self, act, actor="reviewer", reason="", shared=False):
        self.at += 1_000
        event = {
            "id": derive("event", self.name, str(len(self.lines))), "at": moment(self.at), "actor": person(actor),
            "operation": None if shared else self.operation, "reason": reason, "act": act,
        }
        self.lines.append(json.dumps({"event": event}, ensure_ascii=False, separators=(",", ":")))

    def record(self, id, kind, content, **how):
        self.act({"record": {"record": id, "content": {kind: content}}}, **how)

    def publish(self, ids):
        """Two people agree that these may be seen by all."""
        id = derive("publication", self.name, str(len(self.lines)))
        self.record(id, "publication", {"records": ids}, reason="reviewed for publication")
        self.act({"confirm": {"record": id, "seen": 1}}, actor="second-reviewer", reason="agreed")

    def write(self, path):
        path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")


def moment(milliseconds):
    from datetime import datetime, timezone
    at = datetime.fromtimestamp(milliseconds / 1000, tz=timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"


def table(path):
    with open(ROOT / path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text):
    """A date: a day, a month, or nothing."""
    if not text:
        return {}
    if len(text) == 10:
        return {"first": text, "last": text, "precision": "day"}
    last = {"02": "28", "04": "30", "06": "30", "09": "30", "11": "30"}.get(text[5:7], "31")
    return {"first": f"{text}-01", "last": f"{text}-{last}", "precision": "month"}


def named(words, kind="party"):
    country = words if words in COUNTRIES else None
    return {"words": words, **({"party": derive(kind, country)} if country else {})}


# --- Winter aid 2022 -------------------------------------------------------------------------------------------------

CATEGORY = {"generator": "generator_set", "grid equipment": "grid_equipment", "winter equipment": "winter_equipment",
            "mixed equipment": "other"}
QUALIFIER = {"around": "about", "nearly": "almost", "several_hundred": "vague", "several_million": "vague",
             "none_stated": "not_stated", "": "not_stated"}
UNITS = {"unit": "item", "": "piece"}
NAMED_UNITS = {"piece", "kit", "cargo", "transport", "planeload", "tonne", "litre", "kilometre", "kva", "kw", "person",
               "item"}


def unit(word):
    word = UNITS.get(word, word)
    return word if word in NAMED_UNITS else {"other": word}


def ratings(item):
    """`50–100 kVA` in the name of an item; whatever else is in it is left alone."""
    for word, unit_word in (("kVA", "kva"), ("kW", "kw")):
        if word not in item:
            continue
        numbers = item.split(word)[0].rstrip().split(" ")[-1]
        low, high = (re.split("[–-]", numbers) * 2)[:2] if re.search("[–-]", numbers) else (numbers, numbers)
        if re.fullmatch(r"\d+(\.\d+)?", low) and re.fullmatch(r"\d+(\.\d+)?", high):
            return [{"range": {"min": low, "max": high}, "unit": unit_word}]
    return []


def claim(row, statement):
    value = row["value"] or None
    money_range = {"over": {"min": value}, "up_to": {"max": value}}.get(
        row["value_qualifier"], {"min": value, "max": value})
    by = row["attributed_to"]
    side = ("recipient" if any(n in by for n in ("Ukrain", "Shmyhal", "Zelensk")) else
            "donor" if any(n in by for n in ("European Commission", "THW", "USAID", "Blinken", "Leyen")) else "other")
    category = CATEGORY.get(row["category"], row["category"])
    if row["category"] == "transformer" and "current transformer" in row["item"]:
        category = "instrument_transformer"
    return {
        "statement": statement,
        "donors": [named(row["donor"])],
        "recipients": [named(row["recipient"])],
        "item": {"words": row["item"], "category": category, "ratings": ratings(row["item"])},
        "quantity": {
            "range": {"min": row["qty_min"] or None, "max": row["qty_max"] or None},
            "qualifier": QUALIFIER.get(row["qty_qualifier"], row["qty_qualifier"]), "unit": unit(row["unit"]),
            "words": row["qty_qualifier"],
        },
        "money": {
            "range": money_range, "currency": row["currency"] or None,
            "qualifier": QUALIFIER.get(row["value_qualifier"], row["value_qualifier"]),
            "words": row["value_qualifier"],
        },
        "status": row["status"] or "unclear",
        "status_words": row["status_words"],
        "as_of": day(row["published"]),
        "side": side,
    }


STATUSES = {"unclear", "possible", "planned", "offered", "pledged", "agreed", "allocated", "committed", "purchased",
            "mobilised", "donated", "preparing", "disbursed", "sent", "in_transit", "delivered", "installed",
            "energised"}


def winter_aid():
    folder = "examples/winter-aid-2022"
    operation = derive("operation", "winter-aid-2022")
    book = Book("winter-aid-2022", operation, 1_680_000_000_000)
    book.record(operation, "operation", {
        "name": "Winter aid 2022", "countries": ["UA"],
        "time": {"first": "2022-10-10", "last": "2023-04-30", "precision": "span"},
        "second_person": {"pieces": "500", "money": [
            {"range": {"min": "50000000", "max": "50000000"}, "currency": "EUR", "qualifier": "exact"}]},
    }, shared=True, reason="the winter in which the attacks on the grid began")
    for name, code in COUNTRIES.items():
        # The Union speaks for itself here as a government does.
        book.record(derive("party", name), "party", {"name": name, "country": code, "kind": "government"}, shared=True)
    rows = table(f"{folder}/statements.csv")
    by_id = {row["id"]: row for row in rows}
    decisions = table(f"{folder}/decisions.csv")
    ids = {row["id"]: derive("claim", row["id"]) for row in rows}
    sources = set()
    for row in rows:
        row["status"] = row["status"] if row["status"] in STATUSES else "unclear"
        source = derive("source", row["url"])
        if source not in sources:
            sources.add(source)
            book.record(source, "source", {
                "url": row["url"], "outlet": row["outlet"], "language": row["language"],
                "published": day(row["published"]), "published_basis": row["published_basis"] or "unknown",
            })
        statement = derive("statement", row["id"])
        book.record(statement, "statement", {
            "source": source, "speaker": named(row["attributed_to"]),
            "chain": row["source_chain"].split(" <- ") if row["source_chain"] else [],
        })
        book.record(ids[row["id"]], "claim", claim(row, statement))
    pledges = [d for d in decisions if d["kind"] == "pledge"]
    pledge_ids = {d["record"]: derive("pledge", d["record"]) for d in pledges}
    for d in pledges:
        hidden = d["record"] == "NATO-CAP"
        book.record(pledge_ids[d["record"]], "pledge", {
            "title": d["record"], "donor": named(d["donor"]), "recipient": named("Ukraine"),
            "lots": [{"item": {"category": d["item"]}}],
            "money": {"qualifier": "undisclosed"} if hidden else {},
            "announced": day("2022-11-29") if hidden else {}, "scope": d["scope"],
        }, reason=d["reason"])
    for d in decisions:
        if d["record"].startswith("R") and d["kind"] != "link":
            row = by_id[d["record"]]
            content = claim(row, derive("statement", row["id"]))
            content["kind"] = d["kind"]
            if d["pledge"]:
                content["pledge"] = pledge_ids[d["pledge"]]
            book.act({"correct": {"record": ids[row["id"]], "seen": 1, "content": {"claim": content}}},
                     reason=d["reason"] or "reviewed")
    names = {**ids, **pledge_ids}
    for d in decisions:
        if not d["relation"]:
            continue
        start, end = names[d["record"]], names[d["other"]]
        link = derive("link", start, d["relation"], end)
        book.record(link, "link", {"from": start, "relation": d["relation"], "to": end}, reason=d["reason"])
        if d["holds"]:
            ruling = derive("ruling", d["record"])
            book.record(ruling, "ruling", {"contradiction": link, "holds": ids[d["holds"]], "why": d["reason"]},
                        reason=d["reason"])
            book.act({"confirm": {"record": ruling, "seen": 1}}, actor="second-reviewer", reason="agreed")
    kinds = {d["record"]: d["kind"] for d in decisions}
    shown = [ids[row["id"]] for row in rows if kinds.get(row["id"]) not in (None, "need", "trade")]
    book.publish(shown)
    book.publish(list(pledge_ids.values()))
    book.write(ROOT / folder / "events.jsonl")
    return len(book.lines)


NAMES = {"vector_group"}
PLATE = [
    "hv_kv", "lv_kv", "tertiary_kv", "mva", "phases", "frequency_hz", "vector_group", "uk_pct", "tap_range_pct",
    "tap_step_pct", "mass_t", "rated_kv", "rated_a", "breaking_ka", "kw", "volts", "fuel_lph_full", "length_km",
]


def plate(row):
    """What is known of a piece of equipment, as a part of an item; nothing where nothing is."""
    known = {name: row[name] if name in NAMES else number(row[name]) for name in PLATE if row.get(name)}
    return {"nameplate": known} if known else {}


def number(text):
    value = float(text)
    return int(value) if value.is_integer() else value


# --- Winter storm ----------------------------------------------------------------------------------------------------


def winter_storm():
    folder = "examples/winter-storm"
    operation = derive("operation", "winter-storm")
    book = Book("winter-storm", operation, 1_768_200_000_000)
    book.record(operation, "operation", {
        "name": "Winter storm (invented)", "countries": [],
        "time": {"first": "2026-01-12", "last": "2026-03-12", "precision": "span"},
    }, shared=True, reason="an example: nothing in it is real")
    offers, needs = table(f"{folder}/offers.csv"), table(f"{folder}/needs.csv")
    sites = {row["site"]: row["name"] for row in table(f"{folder}/sites.csv")}
    damage = {row["damage"]: row["site"] for row in table(f"{folder}/damage.csv")}
    site_of_job = {row["job"]: damage.get(row["damage"], "") for row in table(f"{folder}/jobs.csv")}
    donors = sorted({row["donor"] for row in offers})
    for donor in donors + ["Storm relief desk"]:
        book.record(derive("party", "storm", donor), "party", {"name": donor, "kind": "utility"}, shared=True)
    who = lambda name: {"words": name, "party": derive("party", "storm", name)}
    pieces = lambda n: {"range": {"min": str(n), "max": str(n)}, "qualifier": "exact"}
    pledges = []
    for at, row in enumerate(offers):
        pledge, count = derive("pledge", "storm", row["offer"]), int(row["count"])
        pledges.append(pledge)
        words = f"{row['kind'].replace('_', ' ')} {row['offer']}"
        item = {"category": row["kind"], "words": words} | plate(row)
        lot = {"item": item, "quantity": pieces(count)}
        expected = date(2026, 1, 12) + timedelta(days=int(row["ready"] or 0) + int(row["transit"] or 0))
        announced = f"2026-01-{13 + at % 12:02d}"
        book.record(pledge, "pledge", {
            "title": words, "donor": who(row["donor"]), "recipient": who("Storm relief desk"), "lots": [lot],
            "announced": day(announced), "expected": day(expected.isoformat()),
        })
        # As far as the scenario has it; that some of what was received stands where it works is invented here.
        reached = {"committed": 1, "shipped": 2, "received": 3}.get(row["status"], 0)
        stages = ["committed", "sent", "received"][:reached]
        stages += ["installed"] if reached == 3 and at % 3 == 0 else []
        before = None
        for n, stage in enumerate(stages):
            step = derive("step", "storm", row["offer"], stage)
            site = sites[sorted(sites)[(at * 37) % len(sites)]]
            content = {"stage": stage, "pledge": pledge, "lots": [lot], "date": day(f"2026-02-{1 + n * 4:02d}"),
                       "side": "donor" if stage in ("committed", "sent") else "recipient"}
            if before:
                content["after"] = before
            if stage == "sent":
                content |= {"from": row["origin"], "to": site}
            if stage == "installed":
                content |= {"site": site}
            actor = {"committed": "reviewer", "sent": "logistics", "received": "recipient-desk",
                     "installed": "grid-engineer"}[stage]
            book.record(step, "step", content, actor=actor)
            before = step
    for row in needs:
        site = sites.get(site_of_job.get(row["job"], ""), "")
        book.record(derive("need", "storm", row["need"]), "need", {
            "who": who("Storm relief desk"), "item": {"category": row["kind"]} | plate(row),
            "quantity": pieces(row["count"] or 1), "place": site,
        }, actor="recipient-desk")
    book.publish(pledges)
    book.write(ROOT / folder / "ledger" / "events.jsonl")
    return len(book.lines)


if __name__ == "__main__":
    print(f"winter-aid-2022: {winter_aid()} events")
    print(f"winter-storm: {winter_storm()} events")
