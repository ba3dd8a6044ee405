"""Damage from a seed, and studies of sampled events."""

import json
import pickle
import subprocess

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import relight

STUDY = """
[study]
name = "Shaken"
scenario = "."
scenarios = 120
stop = false
look_every = 40
[[hazard]]
hazard = "quake"
severity = "elements=2"
[[policy]]
name = "most first"
[[policy]]
name = "as listed"
order = "listed"
[probe]
scenarios = 40
pieces = 1
"""


def test_a_seed_is_an_event_and_the_command_line_says_the_same(storm, examples, tmp_path, command_line):
    struck = relight.damage(storm, "quake", seed=7, severity="sites=5%")
    assert struck.files == storm.damage("quake", seed=7, severity="sites=5%").files
    assert struck.files["damage.csv"] != storm.damage("quake", seed=8, severity="sites=5%").files["damage.csv"]
    arguments = ["--hazard", "quake", "--seed", "7", "--severity", "sites=5%", "--out", tmp_path / "out"]
    subprocess.run([command_line, "damage", examples / "winter-storm", *arguments, "--quiet"], check=True)
    for name in ["damage.csv", "jobs.csv", "needs.csv"]:
        assert struck.files[name] == (tmp_path / "out" / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hazard": "war"}, "expected one of"),
        ({"hazard": "ice", "severity": "much"}, "is no severity"),
        ({"hazard": "ice", "severity": "transformers=25"}, "at its strongest"),
    ],
)
def test_damage_that_cannot_be_is_refused(storm, arguments, message):
    with pytest.raises(relight.InputError, match=message):
        storm.damage(**arguments)


def test_rows_depend_on_their_number_alone(five_bus):
    study = relight.SampledStudy(five_bus, STUDY)
    assert (study.scenarios, study.policies) == (120, ["most first", "as listed"])
    rows = pa.table(study.run_scenarios(range(20), threads=2))
    assert rows.num_rows == 40
    assert rows["scenario"].to_pylist()[:4] == [0, 0, 1, 1]
    again = pa.table(pickle.loads(pickle.dumps(study)).run_scenarios([7], threads=1))
    assert again.equals(rows.slice(14, 2).combine_chunks())
    assert all(rows["reached"].to_pylist())
    assert pc.min(rows["weighted"]).as_py() >= 0 < pc.max(rows["weighted"]).as_py()


def test_what_is_out_of_reach_is_null_and_not_nothing(five_bus):
    study = relight.SampledStudy(five_bus, STUDY.replace("elements=2", "transformers=2"))
    rows = study.run_scenarios([0, 1]).to_pydict()
    assert rows["reached"] == [False] * 4
    assert rows["weighted"] == rows["people_hours_without_power"] == [None] * 4


def test_a_study_is_what_the_command_line_writes(examples, tmp_path, command_line, five_bus):
    five_bus.save(tmp_path / "five-bus")
    path = tmp_path / "study.toml"
    path.write_text(STUDY.replace('scenario = "."', 'scenario = "five-bus"'))
    told = []
    result = relight.run_study(relight.read_study(path), threads=2, progress=lambda *said: told.append(said))
    assert told and result.results.num_rows == 240
    result.save(tmp_path / "ours")
    subprocess.run([command_line, "study", path, "--out", tmp_path / "theirs", "--quiet"], check=True)
    for name in ["study.json", "report.html", "results.parquet", "losses.parquet", "probes.parquet"]:
        assert (tmp_path / "ours" / name).read_bytes() == (tmp_path / "theirs" / name).read_bytes(), name
    # What another program reads in the files is what the tables and the document say.
    table = pq.read_table(tmp_path / "theirs/results.parquet")
    assert table.to_pydict() == result.results.to_pydict()
    losses = pq.read_table(tmp_path / "theirs/losses.parquet").to_pandas()
    document = json.loads(result.to_json())
    frame = table.to_pandas()
    for policy in document["policies"]:
        mine = frame[frame["policy"] == policy["policy"]]["people_hours_without_power"]
        power = policy["lost"][0]["all"]
        assert power["mean"]["mean"] == pytest.approx(mine.mean())
        assert power["quantiles"] == pytest.approx(mine.quantile([0.05, 0.25, 0.5, 0.75, 0.95]).tolist())
        assert power["worst"]["mean"] == pytest.approx(mine.nlargest(6).mean())
        regions = losses[(losses["policy"] == policy["policy"]) & (losses["measure"] == "power")]
        assert regions["people_hours"].sum() == mine.sum()


def test_what_is_wrong_is_said_at_once(five_bus, tmp_path):
    bad = STUDY.replace("quake", "war").replace("listed", "random")
    with pytest.raises(relight.InputError) as raised:
        relight.SampledStudy(five_bus, bad)
    assert [p["line"] for p in raised.value.problems] == [9, 15]
    with pytest.raises(relight.InputError, match="read_study"):
        relight.SampledStudy(five_bus, STUDY.replace('order = "listed"', 'plan = "build"'))
    with pytest.raises(relight.InputError, match="no such file"):
        relight.read_study(tmp_path / "nothing.toml")
    with pytest.raises(relight.InputError, match="expected a whole number from 1"):
        relight.run_study(relight.SampledStudy(five_bus, STUDY), scenarios=0)
