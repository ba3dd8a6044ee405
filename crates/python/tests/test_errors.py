"""What is wrong is said in the words of the command line, and nothing worse than an exception comes out."""

import pickle
import subprocess

import pytest

import relight


def said(command_line, *arguments):
    """What the command line says on standard error."""
    done = subprocess.run([command_line, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    return done.stderr.strip()


def refused(call, *arguments, **options):
    with pytest.raises(relight.InputError) as caught:
        call(*arguments, **options)
    return caught.value


WRECKS = {
    "crews.csv": b"skill,teams\nline,two\nline\n",
    "damage.csv": b"damage,element,id\nd1,branch,99\nd1,bush,1\n",
    "jobs.csv": b"job,damage,skill,steps\nj1,d1,line,0\n",
    "scenario.toml": b"[scenario\nname = 1\n",
    "grid.m": b"function mpc = case5\nmpc.bus = [1 2\n",
}


@pytest.mark.parametrize("name", WRECKS)
def test_a_wrecked_folder_is_refused_in_the_same_words(name, five_bus, tmp_path, command_line):
    five_bus.save(tmp_path)
    (tmp_path / name).write_bytes(WRECKS[name])
    error = refused(relight.read_scenario, tmp_path)
    assert str(error) == said(command_line, "plan", tmp_path, "--out", tmp_path / "out")
    assert error.problems
    assert all(p["text"] in str(error) for p in error.problems)


def test_wrong_paths_are_refused_in_the_same_words(examples, tmp_path, command_line):
    for path in [tmp_path, tmp_path / "none", examples / "five-bus" / "grid.m"]:
        assert str(refused(relight.read_scenario, path)) == said(command_line, "check", path)
    assert str(refused(relight.read_case, tmp_path / "none")) == said(command_line, "flow", tmp_path / "none")


def test_a_wrong_case_is_refused_in_the_same_words(tmp_path, command_line):
    path = tmp_path / "grid.m"
    path.write_bytes(WRECKS["grid.m"])
    assert str(refused(relight.read_case, path)) == said(command_line, "flow", path)


def test_a_wrong_schedule_is_refused_in_the_same_words(five_bus, examples, tmp_path, command_line):
    path = tmp_path / "schedule.csv"
    path.write_text("job,start\nnobody,0\n" + five_bus.tables["jobs"].column("job")[0] + ",-1\n")
    error = refused(five_bus.evaluate, path)
    folder = examples / "five-bus"
    arguments = ["evaluate", folder, "--schedule", path, "--out", tmp_path / "out"]
    assert str(error) == said(command_line, *arguments)
    assert [p["line"] for p in error.problems] == [2, 3]


def test_an_unknown_need_is_refused_in_the_same_words(examples, command_line):
    scenario = relight.read_scenario(examples / "five-bus")
    error = refused(scenario.match, need="nobody's")
    assert str(error) == said(command_line, "match", examples / "five-bus", "--need", "nobody's")


def test_places_come_as_data():
    error = refused(relight.Scenario, {"scenario.toml": "[scenario]\nname = 1\n", "crews": b"skill,teams\nline,x\n"})
    places = {(p["file"], p["line"], p["column"], p["code"]) for p in error.problems}
    assert ("crews.csv", 2, "teams", "value") in places


def test_an_exception_survives_a_pickle():
    error = refused(relight.Scenario, {})
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problems, type(again)) == (str(error), error.problems, relight.InputError)
    assert isinstance(error, ValueError)


def test_wrong_options_are_input_errors(five_bus):
    for options in [{"only": "surely"}, {"confidence": 2.0}, {"confidence": float("nan")}, {"time_limit": -1.0}]:
        assert "expected" in str(refused(five_bus.plan, **options))
    for options in [{"threads": 0}, {"threads": -1}, {"seed": -1}, {"nonsense": 1}]:
        with pytest.raises((ValueError, TypeError, OverflowError)):
            five_bus.plan(**options)


def test_things_that_are_no_tables_are_refused(five_bus):
    assert "Arrow" in str(refused(five_bus.replace, damage=3))
    assert "no damage" in str(refused(five_bus.dispatch, [["nothing"]]))


def test_no_panic_crosses_the_boundary():
    with pytest.raises(relight.InternalError, match="on purpose\nThis is a fault of relight"):
        relight._relight._panic("on purpose")
    assert issubclass(relight.InternalError, Exception)
