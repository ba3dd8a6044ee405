"""Many what-ifs at once, on one machine or a cluster.

A :class:`Study` is a scenario and how to plan it. Called with a batch, a table with a row for each variant of the
scenario, it gives a table with a row for each: it is a pure function, it can be pickled, and any engine can run it.
The numbers are the same wherever a batch runs, and however the rows are cut into batches. :class:`Sampled` does the same
for a study file, whose events come from a seed.

``relight.study.engines`` has the adapters: plain processes, Dask, Ray, Spark. ``python -m relight.study`` runs one of
them from the command line, and goes on where a killed run ended.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping

from .. import InputError, SampledStudy, Scenario

__all__ = ["Sampled", "Study", "batches", "run_scenarios"]

#: Measures of each variant, in the order of the columns: floats, in the units of :class:`relight.Plan`.
MEASURES = ("weighted", "unserved_mwh", "unserved_people_hours", "bound")


@dataclass(frozen=True)
class Study:
    """A scenario and how to plan it: what a worker must know.

    ``files`` are those of the scenario, by name. ``options`` go to :meth:`relight.Scenario.plan`; without any a plan is
    made on one thread, without AC check. ``time_limit`` is refused: with it a result would depend on the machine.
    """

    files: Mapping[str, bytes]
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario, **options: Any) -> Study:
        """The study of a scenario."""
        for name in ("time_limit", "progress"):
            if name in options:
                raise InputError(f"{name} cannot be an option of a study; its results would not repeat")
        return cls(dict(scenario.files), dict(options))

    @property
    def services(self) -> List[str]:
        """The services of the scenario's facilities, in alphabetical order."""
        table = self._scenario().tables.get("facilities")
        return sorted(set(table.column("service"))) if table else []

    def schema(self) -> Any:
        """The schema of results, a ``pyarrow.Schema``."""
        import pyarrow as pa

        measures = [*MEASURES, *(f"people_hours_without_{s}" for s in self.services)]
        fields = [("scenario", pa.int64()), *((name, pa.float64()) for name in measures)]
        return pa.schema(fields)

    def __call__(self, batch: Any) -> Any:
        """Plans each variant of a batch; see :func:`run_scenarios`."""
        return run_scenarios(self, batch)

    def _scenario(self) -> Scenario:
        return _checked(tuple(sorted(self.files.items())))


@functools.lru_cache(maxsize=4)
def _checked(files: tuple[tuple[str, bytes], ...]) -> Scenario:
    """A worker reads the scenario once, not for each batch."""
    return Scenario(dict(files))


def run_scenarios(study: Study, batch: Any) -> Any:
    """Plans each variant of a batch, and gives its measures.

    ``batch`` is anything that speaks Arrow. Its column ``scenario`` (int64) numbers the variants; each other column is
    named like a table of the scenario (``damage``, ``jobs``, ``needs``, ``offers``, ``crews``, ...) and holds, as CSV
    text, what stands in its place in that variant, null where the table of the scenario stays.

    Gives a ``pyarrow.RecordBatch`` with the columns of :meth:`Study.schema`: a row for each row of ``batch``, in its
    order. Raises ``InputError`` where a variant is no scenario, with its number.
    """
    import pyarrow as pa

    table = pa.table(batch)
    if "scenario" not in table.column_names:
        raise InputError("a batch needs a column scenario that numbers its variants")
    base = study._scenario()
    options: Dict[str, Any] = {"ac": False, "threads": 1, **study.options}
    schema = study.schema()
    rows = []
    for row in table.to_pylist():
        number = row.pop("scenario")
        try:
            variant = base.replace(**{name: text for name, text in row.items() if text is not None})
        except InputError as error:
            raise InputError(f"scenario {number}: {error}", error.problems, error.warnings) from None
        plan = variant.plan(**options)
        measures = {name: getattr(plan, name) for name in MEASURES}
        lost = {f"people_hours_without_{s}": hours for s, hours in plan.by_service.items()}
        rows.append({"scenario": number, **dict.fromkeys(schema.names[5:], 0.0), **measures, **lost})
    return pa.RecordBatch.from_pylist(rows, schema=schema)


@dataclass(frozen=True)
class Sampled:
    """A :class:`relight.SampledStudy` for the engines: batches name scenarios by number, events come from the seed.

    Called with a batch that has a column ``scenario`` (int64), it gives a ``pyarrow.RecordBatch`` with a row for each
    scenario and policy, as :meth:`relight.SampledStudy.run_scenarios` does, on one thread. It is pure and can be pickled.
    """

    study: SampledStudy

    def schema(self) -> Any:
        """The schema of results, a ``pyarrow.Schema``."""
        import pyarrow as pa

        return pa.table(self.study.run_scenarios([])).schema

    def __call__(self, batch: Any) -> Any:
        """Runs the scenarios of a batch under every policy."""
        import pyarrow as pa

        table = pa.table(batch)
        if "scenario" not in table.column_names:
            raise InputError("a batch needs a column scenario that numbers its scenarios")
        rows = pa.table(self.study.run_scenarios(table["scenario"].to_pylist(), threads=1))
        return rows.combine_chunks().to_batches()[0] if rows.num_rows else pa.RecordBatch.from_pylist([], rows.schema)


def batches(table: Any, size: int) -> Iterator[Any]:
    """Cuts a table into ``pyarrow.RecordBatch`` of at most ``size`` rows."""
    import pyarrow as pa

    table = pa.table(table).combine_chunks()
    for start in range(0, table.num_rows, size):
        yield table.slice(start, size).to_batches()[0]
