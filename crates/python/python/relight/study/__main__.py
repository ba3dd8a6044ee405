"""``python -m relight.study``: the variants of a scenario, planned on processes, Dask or Ray."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any, Iterator, List, Sequence

import relight

from . import Study, batches, engines


def main(arguments: Sequence[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    try:
        return run(args)
    except relight.InputError as error:
        print(error, file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m relight.study", description=__doc__)
    parser.add_argument("scenario", help="scenario folder")
    parser.add_argument("--variants", required=True, help="Parquet file: scenario (number), and tables as CSV text")
    parser.add_argument("--out", required=True, type=Path, help="folder for the results; what is there is not run again")
    parser.add_argument("--on", choices=["here", "processes", "dask", "ray"], default="processes")
    parser.add_argument("--workers", type=int, default=2, help="worker processes, where a cluster is started here")
    parser.add_argument("--address", help="a Dask scheduler or a Ray cluster that is there already")
    parser.add_argument("--batch", type=int, default=32, help="variants of a batch; the results do not depend on it")
    parser.add_argument("--iterations", type=int, help="rounds of the search for each plan")
    parser.add_argument("--seed", type=int, default=1, help="seed of the search")
    return parser


def run(args: argparse.Namespace) -> int:
    import pyarrow.parquet as pq

    study = Study.of(relight.read_scenario(args.scenario), iterations=args.iterations, seed=args.seed)
    parts = list(batches(pq.read_table(args.variants), args.batch))
    args.out.mkdir(parents=True, exist_ok=True)
    claim(args, study, len(parts))
    paths = [args.out / f"part-{at:06}.parquet" for at in range(len(parts))]
    left = [at for at, path in enumerate(paths) if not path.exists()]
    begun = time.monotonic()
    for count, (at, result) in enumerate(engine(args, study, [parts[at] for at in left]), 1):
        import pyarrow as pa

        write(pa.Table.from_batches([result]), paths[left[at]])
        seconds = (time.monotonic() - begun) / count * (len(left) - count)
        print(f"\r{count} of {len(left)} batches, {seconds:.0f} s left ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return 0


def claim(args: argparse.Namespace, study: Study, count: int) -> None:
    """Makes sure that what lies in the folder is of this very study."""
    import hashlib

    variants = hashlib.sha256(Path(args.variants).read_bytes()).hexdigest()
    text = f"{study._scenario().digest}\nvariants sha256:{variants}\n{count} batches of {args.batch}\n"
    text += f"iterations {args.iterations}, seed {args.seed}, relight {relight.__version__}\n"
    path = args.out / "study.txt"
    if path.exists() and path.read_text() != text:
        raise relight.InputError(f"error: {args.out}: the folder holds the results of another study")
    path.write_text(text)


def write(table: Any, path: Path) -> None:
    """Whole or not at all: a run that is killed leaves no half file."""
    import pyarrow.parquet as pq

    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    pq.write_table(table, temporary)
    os.replace(temporary, path)


def engine(args: argparse.Namespace, study: Study, parts: List[Any]) -> Iterator[engines.Result]:
    if args.on == "here":
        yield from engines.in_process(study, parts)
    elif args.on == "processes":
        yield from engines.on_processes(study, parts, args.workers)
    elif args.on == "dask":
        from distributed import Client, LocalCluster

        if args.address:
            with Client(args.address) as client:
                yield from engines.on_dask(study, parts, client)
        else:
            with (
                LocalCluster(args.workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster,
                Client(cluster) as client,
            ):
                yield from engines.on_dask(study, parts, client)
    else:
        import ray

        if args.address:
            ray.init(address=args.address)
        else:
            ray.init(num_cpus=args.workers, _node_ip_address="127.0.0.1", include_dashboard=False)
        try:
            yield from engines.on_ray(study, parts)
        finally:
            ray.shutdown()


if __name__ == "__main__":
    sys.exit(main())
