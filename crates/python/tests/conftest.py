"""Where the examples are, and the command line to compare with."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def examples():
    return ROOT / "examples"


@pytest.fixture(scope="session")
def five_bus(examples):
    import relight

    return relight.read_scenario(examples / "five-bus")


@pytest.fixture(scope="session")
def storm(examples):
    import relight

    return relight.read_scenario(examples / "winter-storm")


@pytest.fixture(scope="session")
def command_line():
    """The binary `relight`; RELIGHT_BINARY says where it is."""
    path = os.environ.get("RELIGHT_BINARY")
    if not path:
        pytest.skip("RELIGHT_BINARY is not set")
    return path


@pytest.fixture(scope="session")
def middle():
    """118 buses, planned within seconds."""
    import relight

    return relight.read_scenario(ROOT / "bench/restoration/case118_ieee-crews-1")
