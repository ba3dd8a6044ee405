"""A study of variants: what it gives, and the command that runs it."""

import functools
import pickle
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import relight
from relight.study import Study, batches, engines, run_scenarios


@pytest.fixture(scope="module")
def study(five_bus):
    return Study.of(five_bus, iterations=3)


@pytest.fixture(scope="module")
def variants(five_bus):
    """Twelve variants, each with fewer teams or slower jobs than the last."""
    rows = []
    for number in range(12):
        jobs = pa.table(five_bus.tables["jobs"]).to_pydict()
        jobs["steps"] = [steps + number % 4 for steps in jobs["steps"]]
        text = relight.Scenario({**five_bus.files, "jobs.csv": pa.table(jobs)}).files["jobs.csv"]
        rows.append({"scenario": 100 + number, "jobs": text.decode() if number % 3 else None})
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def parts(variants):
    return list(batches(variants, 2))


@pytest.fixture(scope="module")
def expected(study, parts):
    return engines.collect(engines.in_process(study, parts), len(parts))


def test_results_are_the_measures_of_single_plans(study, variants, expected, five_bus):
    assert expected["scenario"].to_pylist() == variants["scenario"].to_pylist()
    row = expected.to_pylist()[1]
    plan = five_bus.replace(jobs=variants["jobs"][1].as_py()).plan(iterations=3, ac=False)
    assert row["weighted"] == plan.weighted
    assert row["unserved_mwh"] == plan.unserved_mwh
    for service, hours in plan.by_service.items():
        assert row[f"people_hours_without_{service}"] == hours
    assert len(set(expected["weighted"].to_pylist())) > 2


def test_a_study_is_pure_and_can_be_pickled(study, parts, expected):
    again = pickle.loads(pickle.dumps(study))
    assert run_scenarios(again, parts[1]).equals(run_scenarios(study, parts[1]))
    # However the rows are cut into batches.
    whole = run_scenarios(study, pa.concat_tables(pa.Table.from_batches([p]) for p in parts))
    assert pa.Table.from_batches([whole]).equals(expected)
    assert whole.schema.equals(study.schema())


def test_bad_variants_are_named(study):
    bad = pa.table({"scenario": [7], "crews": ["skill,teams\nline,x\n"]})
    with pytest.raises(relight.InputError, match='(?s)scenario 7: .*crews.csv:2: column "teams"'):
        study(bad)
    with pytest.raises(relight.InputError, match="time_limit"):
        Study.of(study._scenario(), time_limit=1.0)


def test_lost_and_doubled_batches_are_noticed(study, parts):
    result = study(parts[0])
    with pytest.raises(RuntimeError, match="missing"):
        engines.collect([(0, result)], 2)
    with pytest.raises(RuntimeError, match="twice"):
        engines.collect([(0, result), (0, result)], 1)


def test_the_command_goes_on_where_it_was_killed(examples, variants, expected, tmp_path):
    pq.write_table(variants, tmp_path / "variants.parquet")
    command = [sys.executable, "-m", "relight.study", examples / "five-bus", "--variants"]
    command += [tmp_path / "variants.parquet", "--out", tmp_path / "out", "--batch", "2", "--iterations", "3"]
    command = [str(word) for word in command]
    run = functools.partial(subprocess.run, capture_output=True, text=True, timeout=120)
    done = run([*command, "--on", "processes"])
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "out").glob("part-*.parquet"))
    assert len(names) == 6
    # Two results are lost; the others are not made again.
    (tmp_path / "out" / names[1]).unlink()
    (tmp_path / "out" / names[4]).unlink()
    kept = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in names if name not in (names[1], names[4])}
    assert "2 of 2 batches" in run([*command, "--on", "here"]).stderr
    assert all((tmp_path / "out" / name).stat().st_mtime_ns == at for name, at in kept.items())
    assert pa.concat_tables(pq.read_table(tmp_path / "out" / name) for name in names).equals(expected)
    refused = run([*command, "--on", "here", "--seed", "2"])
    assert refused.returncode == 2
    assert "another study" in refused.stderr
