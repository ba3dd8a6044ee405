"""The same numbers from every engine, of both kinds of studies, also when a worker is killed in the middle."""

import os
import signal
import sys
from pathlib import Path

import pyarrow as pa
import pytest

import relight
from relight.study import Sampled, Study, batches, engines

from test_sampled import STUDY

#: In the middle of the third of six batches.
DOOMED = 105


def of_variants(five_bus):
    """Twelve variants, each with slower jobs than the last, and how they are planned."""
    rows = []
    for number in range(100, 112):
        jobs = pa.table(five_bus.tables["jobs"]).to_pydict()
        jobs["steps"] = [steps + number % 4 for steps in jobs["steps"]]
        text = relight.Scenario({**five_bus.files, "jobs.csv": pa.table(jobs)}).files["jobs.csv"]
        rows.append({"scenario": number, "jobs": text.decode()})
    return Study.of(five_bus, iterations=3), pa.Table.from_pylist(rows)


def of_seeds(five_bus):
    """Twelve sampled events under two policies."""
    return Sampled(relight.SampledStudy(five_bus, STUDY)), pa.table({"scenario": list(range(100, 112))})


@pytest.fixture(scope="module", params=[of_variants, of_seeds])
def case(request, five_bus):
    """A study, its table of scenarios, its batches, and what a plain loop makes of them."""
    study, table = request.param(five_bus)
    parts = list(batches(table, 2))
    return study, table, parts, engines.collect(engines.in_process(study, parts), len(parts))


@pytest.fixture
def importable(monkeypatch):
    """Workers find this file."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


class Mortal:
    """A study that kills its worker the first time that it meets a certain scenario."""

    def __init__(self, study, grave):
        self.study, self.grave = study, grave

    def schema(self):
        return self.study.schema()

    def victims(self):
        return [os.getpid()]

    def __call__(self, batch):
        if DOOMED in batch.column("scenario").to_pylist() and not self.grave.exists():
            victims = self.victims()
            self.grave.write_text(" ".join(map(str, victims)))
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
        return self.study(batch)


class MortalExecutor(Mortal):
    """Takes the whole executor along: the Java process that has forked the worker by way of a daemon."""

    def victims(self):
        status = Path(f"/proc/{os.getppid()}/status").read_text()
        executor = int(status.split("PPid:")[1].split()[0])
        assert "java" in Path(f"/proc/{executor}/comm").read_text()
        return [executor, os.getpid()]


class Deadly(Mortal):
    """Kills every worker that meets the scenario."""

    def __call__(self, batch):
        if DOOMED in batch.column("scenario").to_pylist():
            os.kill(os.getpid(), signal.SIGKILL)
        return self.study(batch)


def test_what_a_plain_loop_gives(case):
    study, table, parts, expected = case
    assert sorted(set(expected["scenario"].to_pylist())) == table["scenario"].to_pylist()
    assert expected.schema.equals(study.schema())
    # However the rows are cut into batches.
    assert pa.Table.from_batches([study(table)]).equals(expected)


def test_processes_with_one_killed(case, tmp_path):
    study, _, parts, expected = case
    mortal = Mortal(study, tmp_path / "grave")
    assert engines.collect(engines.on_processes(mortal, parts, 2), len(parts)).equals(expected)
    assert mortal.grave.exists()


def test_a_batch_that_always_kills_its_worker_is_given_up(case, tmp_path):
    from concurrent.futures.process import BrokenProcessPool

    study, _, parts, _ = case
    with pytest.raises(BrokenProcessPool):
        list(engines.on_processes(Deadly(study, tmp_path), parts[2:3], 1))


def test_dask_with_a_worker_killed(case, tmp_path):
    distributed = pytest.importorskip("distributed")
    study, _, parts, expected = case
    mortal = Mortal(study, tmp_path / "grave")
    cluster = distributed.LocalCluster(2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        client.wait_for_workers(2)
        found = engines.collect(engines.on_dask(mortal, parts, client), len(parts))
    assert found.equals(expected)
    assert mortal.grave.exists()


def test_ray_with_a_worker_killed(case, tmp_path, importable, monkeypatch):
    # A cluster on the loopback needs no token in the user's home.
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    ray = pytest.importorskip("ray")
    study, _, parts, expected = case
    mortal = Mortal(study, tmp_path / "grave")
    ray.init(num_cpus=2, _node_ip_address="127.0.0.1", include_dashboard=False, log_to_driver=False)
    try:
        found = engines.collect(engines.on_ray(mortal, parts), len(parts))
    finally:
        ray.shutdown()
    assert found.equals(expected)
    assert mortal.grave.exists()


@pytest.fixture
def spark(importable, monkeypatch):
    """Two executors, each a process of its own, as on a cluster."""
    if not os.environ.get("RELIGHT_SOAK"):
        pytest.skip("Spark runs in the soak")
    sql = pytest.importorskip("pyspark.sql")
    here = str(Path(__file__).parent)
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    builder = sql.SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.executorEnv.PYTHONPATH", here)
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_spark_with_workers_and_executors_killed(five_bus, spark, tmp_path):
    for made in (of_variants, of_seeds):
        study, table = made(five_bus)
        expected = pa.Table.from_batches([study(table)])
        order = [(name, "ascending") for name in ("scenario", "policy") if name in expected.column_names]
        for kind in (Mortal, MortalExecutor):
            mortal = kind(study, tmp_path / f"{made.__name__}-{kind.__name__}")
            frame = spark.createDataFrame(table).repartition(4)
            found = engines.on_spark(mortal, frame).toArrow().sort_by(order)
            assert found.to_pylist() == expected.sort_by(order).to_pylist()
            assert mortal.grave.exists()
