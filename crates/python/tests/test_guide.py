"""The guide is run as it stands: every block of Python in it, one after the other, in one session."""

import re

import pytest

from conftest import ROOT


def blocks(chapter):
    text = (ROOT / "docs" / chapter).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.M | re.S)


def test_the_guide_runs(tmp_path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    session = {"__name__": "guide"}
    parts = blocks("python.md")
    assert len(parts) >= 6
    for number, block in enumerate(parts, 1):
        exec(compile(block, f"docs/python.md, block {number}", "exec"), session)
    # What the guide says it draws and writes is there.
    for name in ["curve.png", "map.png", "plan/report.html"]:
        assert (tmp_path / name).stat().st_size > 10_000, name
