"""Plans, and what can be asked beside them."""

import json
import subprocess

import pyarrow as pa
import pytest


def test_a_plan_is_the_command_line_s_to_the_byte(five_bus, examples, tmp_path, command_line):
    five_bus.plan(threads=1).save(tmp_path / "python")
    arguments = ["plan", examples / "five-bus", "--out", tmp_path / "rust", "--threads", "2", "--quiet"]
    subprocess.run([command_line, *map(str, arguments)], check=True, timeout=120)
    names = sorted(path.name for path in (tmp_path / "rust").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "python").iterdir())
    for name in names:
        assert (tmp_path / "python" / name).read_bytes() == (tmp_path / "rust" / name).read_bytes(), name


def test_tables_of_a_plan_agree_with_its_document(middle):
    plan = middle.plan(iterations=5, ac=False)
    document = json.loads(plan.to_json())
    assert plan.weighted == document["objective"]["weighted"]
    assert plan.by_service == document["objective"]["by_service"]
    assert plan.bound <= plan.weighted
    assert plan.schedule.column("job") == [j["job"] for j in document["jobs"]]
    assert plan.schedule.column("start") == [j["start"] for j in document["jobs"]]
    states = plan.states
    assert states.column("from_step")[1:] == states.column("to_step")[:-1]
    # MWh not served, added up from the states.
    lost = sum(
        (to - start) * middle.step_hours * shed
        for start, to, shed in zip(*(states.column(c) for c in ("from_step", "to_step", "shed_mw")))
    )
    assert plan.unserved_mwh == pytest.approx(lost)
    assert plan.report().startswith("<!DOCTYPE html>")


def test_a_plan_judged_again_costs_the_same(five_bus):
    plan = five_bus.plan(ac=False)
    judged = five_bus.evaluate(pa.table(plan.schedule), ac=False)
    assert judged.broken == []
    assert judged.weighted == pytest.approx(plan.weighted)


def test_a_schedule_that_breaks_rules_says_which(five_bus):
    jobs = five_bus.tables["jobs"].column("job")
    at_once = pa.table({"job": jobs, "start": [0] * len(jobs)})
    judged = five_bus.evaluate(at_once, ac=False)
    assert judged.broken
    assert all(rule in " ".join(judged.warnings) for rule in judged.broken)


def test_every_check_of_a_match_is_there(five_bus, examples, command_line):
    need = five_bus.tables["needs"].column("need")[0]
    rows = five_bus.match(need=need).to_pydict()
    arguments = ["match", examples / "five-bus", "--need", need, "--json"]
    done = subprocess.run([command_line, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    checks = [
        (m["offer"], c["name"], c["verdict"], c["value"], c["limit"], c["note"])
        for m in json.loads(done.stdout)["matches"]
        for c in m["checks"]
    ]
    ours = zip(*(rows[c] for c in ("offer", "check", "check_verdict", "value", "limit", "note")))
    assert [row for row in ours if row[1] is not None] == checks


def test_what_to_ask_for_is_the_table_of_asks(five_bus):
    asks = five_bus.ask(five_bus.plan(ac=False), effort=1)
    assert {"kind", "nameplate", "count", "rank", "weighted"} <= set(asks.column_names)
    # Savings are never negative: a schedule that holds without a thing holds with it.
    assert all(saved >= 0 for saved in asks.column("weighted"))


def test_dispatch_agrees_with_the_states_of_a_plan(middle):
    plan = middle.plan(iterations=1, ac=False)
    done, states = {}, []
    for job, finish in zip(plan.schedule.column("job"), plan.schedule.column("finish")):
        done[job] = finish
    jobs = middle.tables["jobs"]
    for start in plan.states.column("from_step"):
        open_ = {
            damage
            for job, damage in zip(jobs.column("job"), jobs.column("damage"))
            if done.get(job, start + 1) > start
        }
        states.append([d for d in middle.tables["damage"].column("damage") if d not in open_])
    found = middle.dispatch(states, threads=2, details=True)
    assert len(found) == len(states)
    # A smaller unit or a branch that is left open may take a little from the plan, or give to it.
    for served, planned in zip(found.column("served_mw"), plan.states.column("served_mw")):
        assert served == pytest.approx(planned, rel=0.02)
    rows = pa.table(found)
    buses = pa.chunked_array(rows["bus_served_mw"]).combine_chunks()
    sums = buses.flatten().to_numpy().reshape(len(states), -1).sum(axis=1)
    assert sums == pytest.approx(rows["served_mw"].to_numpy())


def test_dispatch_takes_tables_and_does_not_depend_on_threads(middle):
    damages = middle.tables["damage"].column("damage")
    states = [[d for i, d in enumerate(damages) if (i * 7 + k) % 5 < k % 6] for k in range(40)]
    table = pa.table({d: [d in state for state in states] for d in damages})
    one = middle.dispatch(states, threads=1).to_pydict()
    assert middle.dispatch(table, threads=3).to_pydict() == one
    assert middle.dispatch([]).num_rows == 0
