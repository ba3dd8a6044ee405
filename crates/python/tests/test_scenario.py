"""Scenarios in and out, in every way that a user may hold them."""

import pickle

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import relight


def converted(scenario, convert):
    """The same scenario with every table in other hands."""
    files = {name: content for name, content in scenario.files.items() if not name.endswith(".csv")}
    return relight.Scenario({**files, **{name: convert(t) for name, t in scenario.tables.items()}})


@pytest.mark.parametrize(
    "convert",
    [
        pa.table,
        pl.DataFrame,
        pd.DataFrame.from_arrow,
        lambda table: pa.table(table).to_pandas(),
        lambda table: pa.table(table).combine_chunks().to_batches()[0],
        lambda table: table,
    ],
    ids=["pyarrow", "polars", "pandas from Arrow", "pandas of NumPy", "record batch", "our own"],
)
def test_tables_come_back_through_every_library_as_they_went(storm, convert):
    again = converted(storm, convert)
    for name, table in storm.tables.items():
        assert again.tables[name].to_pydict() == table.to_pydict(), name


def test_a_plan_of_tables_is_the_plan_of_files(five_bus):
    plan = five_bus.plan(ac=False)
    again = converted(five_bus, pl.DataFrame).plan(ac=False)
    assert again.schedule.to_pydict() == plan.schedule.to_pydict()
    assert again.weighted == plan.weighted


def test_columns_have_the_types_of_their_meaning(storm):
    types = {name: dict(zip(t.schema.names, t.schema.types)) for name, t in tables(storm).items()}
    assert types["damage"]["damage"] == pa.string()
    assert types["damage"]["id"] == pa.int64()
    assert types["jobs"]["steps"] == pa.int64()
    assert types["buses"]["people"] == pa.float64()
    assert types["offers"]["mva"] == pa.float64()
    assert types["weather"]["temp_c"] == pa.float64()
    # Every column of nameplates but texts and phases is a number with a unit.
    texts = {"vector_group", "cooling", "notes", "model"}
    for column, kind in types["offers"].items():
        if column.endswith(("_kv", "_mva", "_a", "_ka", "_km", "_t", "_pct", "_hz", "_kw")):
            assert kind == pa.float64(), column
        assert column not in texts or kind == pa.string()


def tables(scenario):
    return {name: pa.table(table) for name, table in scenario.tables.items()}


def test_export_makes_no_copy(storm):
    table = storm.tables["buses"]
    first, second = (pa.table(table)["people"].chunk(0).buffers()[1].address for _ in range(2))
    assert first == second
    frame = pl.from_arrow(pa.table(table))
    assert frame["people"].sum() == sum(table.column("people"))


def test_a_scenario_survives_a_pickle(five_bus):
    again = pickle.loads(pickle.dumps(five_bus))
    assert again.digest == five_bus.digest
    assert again.files == five_bus.files


def test_replacing_a_table_changes_the_scenario_and_leaves_the_first_alone(five_bus):
    damage = pa.table(five_bus.tables["damage"])
    jobs = pa.table(five_bus.tables["jobs"])
    kept = damage.slice(0, 1)
    ids = set(kept["damage"].to_pylist())
    mask = [d in ids for d in jobs["damage"].to_pylist()]
    jobs = jobs.filter(pa.array(mask))
    needs = pa.table(five_bus.tables["needs"])
    needs = needs.filter(pa.array([j in set(jobs["job"].to_pylist()) for j in needs["job"].to_pylist()]))
    fewer = five_bus.replace(damage=kept, jobs=jobs, needs=needs)
    assert len(fewer.tables["damage"]) == 1 < len(five_bus.tables["damage"])
    assert fewer.digest != five_bus.digest
    assert fewer.plan(ac=False).weighted < five_bus.plan(ac=False).weighted


def test_saving_writes_what_was_read(five_bus, tmp_path):
    five_bus.save(tmp_path / "copy")
    assert relight.read_scenario(tmp_path / "copy").digest == five_bus.digest
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("dear")
    with pytest.raises(relight.InputError, match="holds other files"):
        five_bus.save(tmp_path / "other")
    five_bus.save(tmp_path / "other", force=True)


def test_a_table_tells_of_itself(five_bus):
    table = five_bus.tables["crews"]
    assert len(table) == table.num_rows == len(table.column("teams"))
    assert list(table.to_pydict()) == table.column_names
    assert table.num_columns == len(table.column_names)
    assert repr(table).startswith("<relight.Table of ")
    with pytest.raises(KeyError):
        table.column("no such")
