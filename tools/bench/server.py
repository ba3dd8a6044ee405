"""How quick the server is: public pages out of the cache on one core, and reads of the API at 100,000 pledges.

    python tools/bench/server.py RELIGHT WRK [PLEDGES] [SECONDS]

RELIGHT is the program (release), WRK is wrk. The ledger is made by a seeded generator; nothing but the standard library.
The server is held to one core for pages, and to those that there are for the API; wrk shares the machine with it. Targets: 1,500
pages a second with p99 under 20 ms; API reads with p99 under 50 ms with 200 connections.
"""

import hashlib
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PASSWORD = "three plain words here"
DONORS = ["Germany", "France", "Poland", "Lithuania", "Romania", "Italy", "Spain", "Japan", "Norway", "Latvia"]
KINDS = ["generator_set", "transformer", "breaker", "line_kit", "mobile_substation"]


def derive(*words):
    """The id that belongs to these words: `Id::derive` of the crate `ledger`."""
    sha = hashlib.sha256(b"relight.id/1")
    for word in words:
        data = word.encode()
        sha.update(len(data).to_bytes(8, "big") + data)
    bits = int.from_bytes(sha.digest()[:16], "big")
    return "".join(DIGITS[bits >> (5 * place) & 31] for place in reversed(range(26)))


def events(count):
    """An operation, donors, pledges with a step for every third, and a publication of the first thousand."""
    chance = random.Random(1)
    operation, at = derive("operation", "winter-aid-2022"), 1_767_225_600_000
    person = {name: derive("person", "account", name) for name in ("reviewer", "second-reviewer", "logistics")}

    def event(number, act, who="reviewer", of=operation):
        moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime((at + number * 100) / 1000))
        return {"event": {"id": derive("bench", str(number)), "at": moment, "actor": person[who],
                          "operation": of, "reason": "", "act": act}}

    def record(number, id, kind, content, **how):
        return event(number, {"record": {"record": id, "content": {kind: content}}}, **how)

    number = 0
    yield record(number, operation, "operation", {"name": "Winter aid", "countries": ["UA"]}, of=None)
    parties = {}
    for donor in DONORS:
        number += 1
        parties[donor] = derive("party", donor)
        yield record(number, parties[donor], "party", {"name": donor, "kind": "government"}, of=None)
    pledges = []
    for n in range(count):
        number += 1
        donor, pieces = chance.choice(DONORS), str(chance.randint(1, 400))
        pledge = derive("pledge", str(n))
        pledges.append(pledge)
        day = f"2026-{chance.randint(1, 9):02d}-{chance.randint(1, 28):02d}"
        lot = {"item": {"category": chance.choice(KINDS), "words": f"lot {n}"},
               "quantity": {"range": {"min": pieces, "max": pieces}, "qualifier": "exact"}}
        yield record(number, pledge, "pledge", {
            "title": f"{donor}: pledge {n}", "donor": {"words": donor, "party": parties[donor]}, "lots": [lot],
            "recipient": {"words": "Ukraine"}, "announced": {"first": day, "last": day, "precision": "day"},
        })
        if n % 3 == 0:
            number += 1
            step = {"stage": "sent", "pledge": pledge, "lots": [lot], "side": "donor",
                    "date": {"first": day, "last": day, "precision": "day"}}
            yield record(number, derive("step", str(n)), "step", step, who="logistics")
    publication = derive("publication", "bench")
    yield record(number + 1, publication, "publication", {"records": pledges[:1000]})
    yield event(number + 2, {"confirm": {"record": publication, "seen": 1}}, who="second-reviewer")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    headers = {"Content-Type": "application/json"} | (headers or {})
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    return answer, answer.read()


def token(port):
    answer, body = ask(port, "POST", "/api/v1/session", {"name": "reviewer", "password": PASSWORD})
    session = {"Cookie": answer.getheader("Set-Cookie").split(";")[0], "X-CSRF-Token": json.loads(body)["csrf"]}
    answer, body = ask(port, "POST", "/api/v1/tokens", {"name": "bench", "scope": "read", "days": 1}, session)
    return json.loads(body)["secret"]


def memory(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


LUA = """
wrk.headers["Authorization"] = {header}
wrk.headers["Accept-Encoding"] = "gzip"
local paths = {{ {paths} }}
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", paths[n % #paths + 1])
end
{delay}
done = function(summary, latency)
  local e = summary.errors
  print(string.format("RESULT %d %.0f %.3f %.3f %d %d", summary.requests, summary.duration, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, e.status, e.connect + e.read + e.write + e.timeout))
end
"""


# Two hundred people, each of whom asks once a second and reads: not all at the same moment.
PEOPLE = "delay = function() return math.random(500, 1500) end"


def measure(what, wrk, port, folder, paths, header, connections, seconds, delay=""):
    script = folder / "wrk.lua"
    quoted = ", ".join(json.dumps(path) for path in paths)
    script.write_text(LUA.format(header=json.dumps(header), paths=quoted, delay=delay))
    words = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s", "-s", str(script),
             f"http://127.0.0.1:{port}"]
    text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    requests, micros, median, p99, status, lost = re.search(r"RESULT (.*)", text)[1].split()
    rate = int(requests) / (float(micros) / 1e6)
    print(f"| {what} | {connections} | {rate:,.0f} | {median} ms | {p99} ms | {status} | {lost} |", flush=True)


def main():
    relight, wrk = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    seconds = int(sys.argv[4]) if len(sys.argv) > 4 else 10
    with tempfile.TemporaryDirectory() as place:
        folder, port = Path(place), free_port()
        lines = folder / "events.jsonl"
        with lines.open("w") as file:
            for one in events(count):
                file.write(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n")
        config = folder / "relight.toml"
        config.write_text(
            f'[server]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n'
            f'[store]\nledger = "{folder}/ledger.db"\ndesk = "{folder}/desk.db"\n[public]\ndelay_days = 0\n'
            f'[log]\nformat = "json"\nlevel = "warn"\n[[operation]]\nslug = "winter-aid-2022"\n'
        )
        run = lambda *words, **more: subprocess.run([relight, *words], check=True, stdout=subprocess.DEVNULL, **more)
        run("ledger", "init", "--ledger", f"{folder}/ledger.db")
        run("ledger", "append", str(lines), "--ledger", f"{folder}/ledger.db")
        words = ["account", "add", "reviewer", "--role", "reviewer", "--config", str(config)]
        run(*words, input=PASSWORD + "\n", text=True)
        print(f"load of the machine before: {', '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores")
        server = subprocess.Popen([relight, "serve", "--config", str(config)], stdout=subprocess.DEVNULL)
        try:
            begun = time.monotonic()
            while True:
                try:
                    if ask(port, "GET", "/readyz")[0].status == 200:
                        break
                except OSError:
                    time.sleep(0.05)
            print(f"{count:,} pledges: ready after {time.monotonic() - begun:.1f} s, {memory(server.pid):.0f} MiB")
            page, style = "/en/winter-aid-2022/", "/assets/site.css"
            zipped = {"Accept-Encoding": "gzip"}
            sizes = [len(ask(port, "GET", path, headers=zipped)[1]) for path in (page, style)]
            print(f"first view on the wire: {sum(sizes):,} bytes")
            print("| what | connections | requests a second | median | p99 | not 2xx | lost |")
            print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
            cores = os.sched_getaffinity(0)
            one = min(cores)
            hold = lambda some: [os.sched_setaffinity(int(t), some) for t in os.listdir(f"/proc/{server.pid}/task")]
            hold({one})
            os.sched_setaffinity(0, cores - {one} or cores)
            measure("public page, one core", wrk, port, folder, [page], "", 20, seconds)
            hold(cores)
            os.sched_setaffinity(0, cores)
            header = f"Bearer {token(port)}"
            chance = random.Random(2)
            ids = [derive("pledge", str(chance.randrange(count))) for _ in range(2000)]
            one = [f"/api/v1/pledges/{id}" for id in ids]
            pages = [f"/api/v1/pledges?limit=50&after={id}" for id in ids]
            for what, paths in (("one pledge", one), ("50 pledges", pages)):
                measure(f"{what}, 200 people", wrk, port, folder, paths, header, 200, seconds, PEOPLE)
                measure(f"{what}, as many as can be", wrk, port, folder, paths, header, 200, seconds)
            print(f"memory at the end: {memory(server.pid):.0f} MiB")
            print(f"load of the machine after: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)


main()
