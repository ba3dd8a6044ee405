"""Thin adapters: the same function over the same batches, by different engines.

Each takes a study and a list of batches, and yields ``(index of the batch, result)`` as results come, each once. A
worker that dies takes nothing along: its batch is run again elsewhere, which gives the same numbers, because a study is a
pure function.
"""

from __future__ import annotations

import functools
from typing import Any, Iterable, Iterator, List, Sequence, Tuple

Result = Tuple[int, Any]

#: How often a batch may take a worker down with it before that is taken to be its own fault.
MOST_DEATHS = 3


def in_process(study: Any, batches: Sequence[Any]) -> Iterator[Result]:
    """One after the other, here."""
    return ((at, study(batch)) for at, batch in enumerate(batches))


def on_processes(study: Any, batches: Sequence[Any], workers: int | None = None) -> Iterator[Result]:
    """On processes of this machine, started afresh (``spawn``), with nothing but the standard library."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    left = list(range(len(batches)))
    deaths = 0
    while left:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            futures = {pool.submit(study, batches[at]): at for at in left}
            try:
                for future in as_completed(futures):
                    result = future.result()
                    left.remove(futures[future])
                    deaths = 0
                    yield futures[future], result
            except BrokenProcessPool:
                # The pool is gone with the worker; what has been yielded is not asked for again.
                deaths += 1
                if deaths >= MOST_DEATHS:
                    raise


def on_dask(study: Any, batches: Sequence[Any], client: Any) -> Iterator[Result]:
    """On the workers of a ``distributed.Client``. The scheduler gives the batches of a lost worker to others."""
    from distributed import as_completed

    # Sent to the workers once, not with each batch.
    shared = client.scatter(study, broadcast=True)
    futures = [client.submit(_apply, shared, batch, pure=False) for batch in batches]
    places = {future.key: at for at, future in enumerate(futures)}
    for future in as_completed(futures):
        yield places[future.key], future.result()
        future.release()


def on_ray(study: Any, batches: Sequence[Any]) -> Iterator[Result]:
    """On the cluster that ``ray.init`` has joined. Tasks of a lost worker are run again."""
    import ray

    shared = ray.put(study)
    run = ray.remote(max_retries=MOST_DEATHS)(_apply)
    waiting = {run.remote(shared, batch): at for at, batch in enumerate(batches)}
    while waiting:
        done, _ = ray.wait(list(waiting))
        for reference in done:
            yield waiting.pop(reference), ray.get(reference)


def on_spark(study: Any, frame: Any) -> Any:
    """A Spark data frame of variants to one of results, by ``mapInArrow``; rows come in any order.

    Spark retries the tasks of a lost executor, and counts the result of one attempt alone.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    return frame.mapInArrow(functools.partial(_each, study), from_arrow_schema(study.schema()))


def collect(results: Iterable[Result], count: int) -> Any:
    """The results of ``count`` batches as one ``pyarrow.Table``, in the order of the batches.

    Raises ``RuntimeError`` if one is missing or came twice: no engine is taken at its word.
    """
    import pyarrow as pa

    found: List[Any] = [None] * count
    for at, result in results:
        if found[at] is not None:
            raise RuntimeError(f"batch {at} came twice")
        found[at] = result
    missing = [at for at, result in enumerate(found) if result is None]
    if missing:
        raise RuntimeError(f"{len(missing)} batches are missing, the first is {missing[0]}")
    return pa.Table.from_batches(found)


def _apply(study: Any, batch: Any) -> Any:
    return study(batch)


def _each(study: Any, batches: Iterable[Any]) -> Iterator[Any]:
    return map(study, batches)
