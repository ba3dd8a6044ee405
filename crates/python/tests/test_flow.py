"""Power flows in batches, against solutions of another program."""

import csv

import pyarrow as pa
import pytest

import relight
from conftest import ROOT

SOLVED = ROOT / "crates/grid/tests/data/power_flow"


def columns(path, *names):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return [[float(row[name]) for row in rows] for name in names]


@pytest.mark.parametrize("name", ["pglib_opf_case14_ieee", "pglib_opf_case118_ieee", "case_ACTIVSg200"])
def test_the_case_itself_is_what_matpower_says(name):
    case = relight.read_case(SOLVED / f"{name}.m")
    flow = case.power_flows(details=True).to_pydict()
    assert flow["status"] == ["converged"]
    vm, va = columns(SOLVED / f"{name}.bus.csv", "vm_pu", "va_rad")
    assert flow["vm_pu"][0] == pytest.approx(vm, abs=1e-8)
    assert flow["va_rad"][0] == pytest.approx(va, abs=1e-8)
    wanted = columns(SOLVED / f"{name}.branch.csv", "pf_mw", "qf_mvar", "pt_mw", "qt_mvar")
    for name, values in zip(["pf_mw", "qf_mvar", "pt_mw", "qt_mvar"], wanted):
        assert flow[name][0] == pytest.approx(values, abs=1e-5), name


def test_a_state_of_a_batch_is_the_case_written_that_way():
    text = (SOLVED / "pglib_opf_case14_ieee.m").read_bytes()
    case = relight.Case(text, "case14")
    demand = case.buses.column("pd_mw")
    changes = pa.table(
        {
            "state": [1, 2, 2],
            "element": ["branch", "bus", "bus"],
            "id": [3, 4, 5],
            "pd_mw": [None, demand[3] * 1.1, demand[4] * 0.5],
        }
    )
    flows = case.power_flows(changes, details=True)
    assert len(flows) == 3
    # The same demand, written into the file.
    lines = text.decode().split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("mpc.bus")) + 1
    for bus, factor in [(4, 1.1), (5, 0.5)]:
        cells = lines[start + bus - 1].split()
        cells[2] = repr(float(cells[2]) * factor)
        lines[start + bus - 1] = " ".join(cells)
    written = relight.Case("\n".join(lines).encode()).power_flows(details=True)
    assert flows.column("vm_pu")[2] == pytest.approx(written.column("vm_pu")[0], abs=1e-7)
    # What is out carries nothing, and the others do carry it.
    assert flows.column("pf_mw")[1][2] == 0.0
    assert flows.column("pf_mw")[0][2] != 0.0
    assert flows.column("vm_pu")[0] == case.power_flows(details=True).column("vm_pu")[0]


def test_outages_are_one_thing_at_a_time_and_do_not_depend_on_threads():
    case = relight.read_case(SOLVED / "pglib_opf_case118_ieee.m")
    lines, both = case.outages(["lines"]), case.outages()
    assert len(lines) < len(both) == sum(case.branches.column("in_service"))
    assert both.column("state") == list(range(len(both)))
    one = case.power_flows(both, threads=1).to_pydict()
    assert case.power_flows(both, threads=3).to_pydict() == one
    # Buses with an answer are those that the rest of the branches joins to a generator: counted here by walking the grid.
    from_bus, to_bus = case.branches.column("from_bus"), case.branches.column("to_bus")
    in_service = case.branches.column("in_service")
    generators = {bus for bus, on in zip(case.generators.column("bus"), case.generators.column("in_service")) if on}
    cut_off = 0
    for lost, live in zip(both.column("id"), one["live_buses"]):
        near = {bus: set() for bus in case.buses.column("bus")}
        for branch, (a, b, on) in enumerate(zip(from_bus, to_bus, in_service), 1):
            if on and branch != lost:
                near[a].add(b)
                near[b].add(a)
        reached, front = set(generators), list(generators)
        while front:
            new = near[front.pop()] - reached
            reached |= new
            front.extend(new)
        if live:
            assert live == len(reached), f"without branch {lost}"
        cut_off += len(reached) < 118
    assert cut_off > 0, "the loss of some branch cuts a bus off"
    assert set(one["status"]) <= {"converged", "not converged", "nothing to solve"}


def test_what_has_no_solution_is_a_status():
    case = relight.read_case(SOLVED / "pglib_opf_case14_ieee.m")
    heavy = pa.table({"state": [0], "element": ["bus"], "id": [14], "pd_mw": [1e5]})
    flow = case.power_flows(heavy).to_pydict()
    assert flow["status"] == ["not converged"]
    assert flow["reason"][0]
    generators = case.outages(["generators"]).to_pydict()
    dark = pa.table({**generators, "state": [0] * len(generators["id"])})
    assert case.power_flows(dark).column("status") == ["nothing to solve"]
    assert case.power_flows(dark).column("vm_min_pu") == [None]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"element": "branch", "id": 999}, "there is no branch 999; the case has 20"),
        ({"element": "bus", "id": 999}, "the case has no bus 999"),
        ({"element": "tower", "id": 1}, "expected bus, branch or generator"),
        ({"element": "bus", "id": -1}, "below 0"),
        ({"element": "bus", "id": 1, "pd_mw": float("inf")}, "expected a finite number"),
        ({"element": "branch", "id": 1, "pd_mw": 1.0}, "a branch has no pd_mw"),
        ({"element": "bus", "id": 1, "state": -1}, "state is empty"),
    ],
)
def test_changes_that_cannot_be_are_refused(row, message):
    case = relight.read_case(SOLVED / "pglib_opf_case14_ieee.m")
    with pytest.raises(relight.InputError, match=message):
        case.power_flows(pa.Table.from_pylist([{"state": 0, **row}]))


def test_changes_need_their_columns():
    case = relight.read_case(SOLVED / "pglib_opf_case14_ieee.m")
    with pytest.raises(relight.InputError, match="no column element"):
        case.power_flows(pa.table({"state": [0]}))
    with pytest.raises(relight.InputError, match="expected lines, transformers or generators"):
        case.outages(["towers"])
