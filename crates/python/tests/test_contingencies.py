"""Contingencies as tables: against the command line, and against the same outages as power flows in a batch."""

import subprocess

import pyarrow as pa
import pytest

import relight
from conftest import ROOT

CASE = ROOT / "crates/grid/tests/data/power_flow/pglib_opf_case118_ieee.m"
TABLES = ["contingencies", "overloads", "voltages", "islands"]


def test_the_tables_are_those_of_the_command_line(command_line, tmp_path):
    subprocess.run([command_line, "contingencies", CASE, "--out", tmp_path, "-q"], check=True, capture_output=True)
    found = relight.read_case(CASE).contingencies(threads=2)
    assert found.base_solved
    for name in TABLES:
        assert getattr(found, name).to_csv() == (tmp_path / f"{name}.csv").read_bytes(), name


def test_each_row_is_the_power_flow_of_its_outage():
    case = relight.read_case(CASE)
    found = case.contingencies().contingencies.to_pydict()
    flows = case.power_flows(case.outages()).to_pydict()
    words = {"converged": "solved", "not converged": "not solved", "nothing to solve": "dead"}
    assert found["status"] == [words[status] for status in flows["status"]]
    assert found["lost_load_mw"] == pytest.approx(flows["lost_load_mw"])
    solved = [k for k, status in enumerate(found["status"]) if status == "solved"]
    for ours, theirs in [("vm_min_pu", "vm_min_pu"), ("highest_loading_pct", "highest_loading_pct")]:
        assert [found[ours][k] for k in solved] == pytest.approx([flows[theirs][k] for k in solved], abs=1e-6)


def test_types_are_the_same_with_and_without_rows():
    case = relight.read_case(CASE)
    full, none = case.contingencies(), case.contingencies([])
    for name in TABLES:
        assert pa.table(getattr(full, name)).schema == pa.table(getattr(none, name)).schema, name
    schema = pa.table(full.contingencies).schema
    assert schema.field("alone").type == pa.bool_()
    assert schema.field("vm_min_bus").type == pa.int64()
    assert schema.field("short_mw").type == pa.float64()


def test_without_a_base_the_tables_are_empty():
    text = CASE.read_text()
    start = text.index("mpc.gen = [")
    dark = relight.Case((text[:start] + "mpc.gen = [\n];\n" + text[text.index("];", start) + 2 :]).encode())
    found = dark.contingencies()
    assert not found.base_solved
    assert len(found.contingencies) == 0


def test_what_cannot_be_asked_is_refused():
    case = relight.read_case(CASE)
    with pytest.raises(relight.InputError, match="expected lines, transformers or generators"):
        case.contingencies(["towers"])
    with pytest.raises(relight.InputError, match="0 to 1000"):
        case.contingencies(screen_pct=-1)


def test_progress_is_told_and_ends_the_work():
    case = relight.read_case(CASE)

    def refuse(doing, done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        case.contingencies(progress=refuse)
