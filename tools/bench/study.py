"""Studies on every engine: the same bytes from each, what goes over the wire, and what a scenario costs.

    python tools/bench/study.py SCENARIO [SCENARIOS]

SCENARIO is a scenario folder. So many scenarios of it (240), drawn from all five hazards, run in the package `relight` of this
Python: on 1, 2 and 8 threads, on 1, 2 and 8 processes, on Dask and on Ray with two workers each. Prints tables in
Markdown; fails where one engine gives other bytes than another.
"""

import hashlib
import os
import pickle
import sys
import time

import pyarrow as pa

import relight
from relight.study import Sampled, batches, engines

STUDY = """
[study]
scenario = "."
seed = 1
[[policy]]
name = "all pledges"
"""
HAZARDS = ["ice", "wind", "quake", "flood", "stations"]
#: Scenarios of a batch: seconds of work, so that what an engine takes for itself is small beside it.
BATCH = 20


def encoded(table):
    """As Arrow's stream has it, compressed by nothing: what goes over a wire."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write(table)
    return sink.getvalue().to_pybytes()


def on_dask(study, parts):
    import distributed

    cluster = distributed.LocalCluster(2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        client.wait_for_workers(2)
        yield from engines.on_dask(study, parts, client)


def on_ray(study, parts):
    import ray

    # A cluster on the loopback needs no token in the user's home.
    os.environ["RAY_AUTH_MODE"] = "disabled"
    ray.init(num_cpus=2, _node_ip_address="127.0.0.1", include_dashboard=False, log_to_driver=False)
    try:
        yield from engines.on_ray(study, parts)
    finally:
        ray.shutdown()


def main():
    folder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 240
    text = STUDY + "".join(f'[[hazard]]\nhazard = "{hazard}"\n' for hazard in HAZARDS)
    sampled = relight.SampledStudy(relight.read_scenario(folder), text)
    study, numbers = Sampled(sampled), list(range(count))
    parts = list(batches(pa.table({"scenario": numbers}), BATCH))

    def threads(n):
        return lambda: pa.table(sampled.run_scenarios(numbers, threads=n))

    def processes(n):
        return lambda: engines.collect(engines.on_processes(study, parts, n), len(parts))

    runs = {f"{n} thread{'s' * (n > 1)}": threads(n) for n in (1, 2, 8)}
    runs |= {f"{n} process{'es' * (n > 1)}": processes(n) for n in (1, 2, 8)}
    runs["Dask, 2 workers"] = lambda: engines.collect(on_dask(study, parts), len(parts))
    runs["Ray, 2 workers"] = lambda: engines.collect(on_ray(study, parts), len(parts))
    print(f"\n{count} scenarios of {folder}, in batches of {BATCH} where there are batches; the clock counts the start of workers.\n")
    print("| engine | seconds | SHA-256 of the rows |\n|---|--:|---|")
    digests = set()
    for name, run in runs.items():
        begun = time.monotonic()
        # In one piece, whatever the batches were.
        rows = encoded(run().combine_chunks())
        digest = hashlib.sha256(rows).hexdigest()
        digests.add(digest)
        print(f"| {name} | {time.monotonic() - begun:.1f} | `{digest[:16]}` |", flush=True)
    once = len(pickle.dumps(study))
    there = sum(len(pickle.dumps(part)) for part in parts)
    back = sum(len(pickle.dumps(study(part))) for part in parts[:2]) * len(parts) // min(2, len(parts))
    print(f"\nOver the wire: the study once to each worker, {once / 1e6:.2f} MB; then {there / count:.0f} bytes a scenario there "
          f"and {back / count:.0f} back.")
    if len(digests) > 1:
        raise SystemExit("error: engines differ")


if __name__ == "__main__":
    main()
