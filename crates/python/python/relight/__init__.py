"""Relight: from pledged aid to restored power.

Scenarios, repair plans, power flow and studies. Tables go in and out by the Arrow PyCapsule interface: data frames of
pandas and Polars and ``pyarrow.Table`` are taken as they are, and take ours without a copy.

Work runs without the interpreter lock, and Ctrl-C ends it. What is wrong with the input raises ``InputError``, in the
words of the command line.
"""

from ._relight import VERSION as __version__
from ._relight import Case, Contingencies, Plan, SampledStudy, Scenario, StudyResult, Table, run_study
from .errors import Error, InputError, InternalError

__all__ = [
    "Case",
    "Contingencies",
    "Error",
    "InputError",
    "InternalError",
    "Plan",
    "SampledStudy",
    "Scenario",
    "StudyResult",
    "Table",
    "__version__",
    "damage",
    "read_case",
    "read_scenario",
    "read_study",
    "run_study",
]

read_case = Case.read
read_scenario = Scenario.read
read_study = SampledStudy.read
damage = Scenario.damage
