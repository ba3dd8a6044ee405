"""The native part of the package. Use the names of ``relight``."""

from os import PathLike
from typing import Any, Callable, Literal, Mapping, Protocol, Sequence, final

VERSION: str

class ArrowStream(Protocol):
    """Whatever speaks Arrow: data frames of pandas and Polars, ``pyarrow.Table``, ``relight.Table``."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class ArrowArray(Protocol):
    """A record batch: ``pyarrow.RecordBatch``."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

ArrowTable = ArrowStream | ArrowArray
Path = str | PathLike[str]
Progress = Callable[[str, float], object]
Hazard = Literal["ice", "wind", "quake", "flood", "stations"]

@final
class Table:
    """A table in Arrow's memory layout.

    Whatever reads Arrow takes it as it is, without a copy: ``pyarrow.table(t)``, ``polars.DataFrame(t)``,
    ``pandas.DataFrame.from_arrow(t)``. A cell without a value is null.
    """

    @property
    def num_rows(self) -> int: ...
    @property
    def num_columns(self) -> int: ...
    @property
    def column_names(self) -> list[str]: ...
    def column(self, name: str) -> list[Any]:
        """The values of a column; None where a cell is empty. Raises KeyError."""
    def to_pydict(self) -> dict[str, list[Any]]:
        """All columns by name."""
    def to_csv(self) -> bytes:
        """The table as the files have it: UTF-8, a header row, empty cells where there is no value."""
    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

@final
class Scenario:
    """A grid, what is broken, the work that mends it, and what there is to do it with: checked.

    ``files`` gives each file of a scenario folder by its name: ``scenario.toml`` and the grid as text or bytes, each
    table as CSV or as anything that speaks Arrow. Names of tables go with or without ``.csv``. Scenarios can be
    pickled.

    Raises ``InputError`` with all that is wrong, in the words of ``relight check``.
    """

    def __new__(cls, files: Mapping[str, str | bytes | ArrowTable]) -> Scenario: ...
    @staticmethod
    def read(path: Path) -> Scenario:
        """Reads a scenario folder, or the ``scenario.toml`` in it. Raises ``InputError``."""
    def replace(self, **files: str | bytes | ArrowTable | None) -> Scenario:
        """The same scenario with other files; None leaves one out: ``s.replace(damage=frame, crews=None)``.

        Raises ``InputError``.
        """
    def save(self, folder: Path, *, force: bool = False) -> None:
        """Writes the files into a folder; one that holds other files is refused unless ``force``."""
    @property
    def files(self) -> dict[str, bytes]: ...
    @property
    def tables(self) -> dict[str, Table]:
        """The tables that there are, by name without ``.csv``; columns are those of docs/scenario-folder.md."""
    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str:
        """``sha256:`` and the digest of the files: the same input has the same digest."""
    @property
    def start(self) -> str:
        """The day of step 0, ``2026-01-12``."""
    @property
    def horizon_steps(self) -> int: ...
    @property
    def step_hours(self) -> float: ...
    @property
    def measure(self) -> str:
        """What a plan minimises: ``people`` (weighted people-hours) or ``energy`` (MWh, weighted by priority)."""
    @property
    def warnings(self) -> list[str]:
        """What was assumed, what is not used, what cannot be done."""
    @property
    def case(self) -> Case:
        """The grid before the damage."""
    def damage(self, hazard: Hazard, *, seed: int = 1, severity: str = "drawn") -> Scenario:
        """The same scenario with the damage of an event from a seed in place of its own.

        ``severity`` steers how bad it is: ``sites=20%`` (share hard hit), ``lines=10%``, ``transformers=25``,
        ``mva=9500``, ``elements=100``, ``times=1.5`` (of the drawn intensity) or ``drawn``. Hazards are sampled, not
        chosen for the harm they do. The same seed gives the same bytes on every machine, those of ``relight damage``.

        Raises ``InputError`` where no event of the seed is as bad as that.
        """
    def plan(
        self,
        *,
        seed: int = 1,
        iterations: int | None = None,
        time_limit: float | None = None,
        threads: int | None = None,
        ac: bool = True,
        only: str = "offered",
        confidence: float = 0.5,
        progress: Progress | None = None,
    ) -> Plan:
        """Makes a repair plan. The same scenario, options and seed give the same plan, whatever ``threads``.

        ``iterations``: rounds of the search; as many as suit the size where neither they nor ``time_limit`` (seconds)
        are given. ``ac``: check every state by AC power flow. ``only``: count only on offers at least this certain
        (``offered``, ``pledged``, ``committed``, ``shipped``, ``received``). ``confidence``: an offer less likely to
        come, 0 to 1, is used only where another could take its place. ``progress`` is called with what is being done
        and the share that is done, 0 to 1.

        Raises ``InputError`` for options that cannot be, ``KeyboardInterrupt`` on Ctrl-C.
        """
    def evaluate(
        self,
        schedule: Path | ArrowTable,
        *,
        seed: int = 1,
        threads: int | None = None,
        ac: bool = True,
        only: str = "offered",
        confidence: float = 0.5,
        progress: Progress | None = None,
    ) -> Plan:
        """Judges a schedule by the rules and measures of a plan.

        ``schedule`` has a row for each job with ``job`` and ``start`` (step), and as in ``schedule.csv`` perhaps other
        columns. The rules that it breaks are ``broken`` of the result. Raises ``InputError``.
        """
    def ask(
        self,
        plan: Plan | None = None,
        *,
        effort: int | None = None,
        arrivals: Sequence[int] = (),
        time_limit: float | None = None,
        progress: Progress | None = None,
    ) -> Table:
        """What to ask partners for next, and what it would save: the table of ``asks.csv``.

        Starts from ``plan``, or makes one. ``effort``: rounds of the search for each re-plan. ``arrivals``: steps
        at which things could be there. ``time_limit``: seconds, once there is a plan.
        """
    def match(self, *, need: str | None = None, offer: str | None = None) -> Table:
        """Holds offers against needs: a row for each check.

        ``value``, ``limit`` and ``margin`` are in ``unit``; ``verdict`` of the offer and ``check_verdict`` of the
        check are ``fits``, ``fits derated``, ``not known`` or ``does not fit``. Raises ``InputError`` for unknown names.
        """
    def dispatch(
        self,
        repaired: ArrowTable | Sequence[Sequence[str]],
        *,
        details: bool = False,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Table:
        """The most weighted load that each of many states can supply, by the DC model, exactly.

        ``repaired`` has a row for each state and a column of booleans for each damage, named by its id; or it is a
        list of lists of ids. What is not named is broken.

        Gives a row for each state: ``served_mw``, ``shed_mw``, ``unserved_weighted`` (MW times weight) and
        ``below_pmin`` (a generator had to go below its least output). With ``details`` also lists of fixed size:
        ``bus_served_mw`` (buses), ``pg_mw`` (generators) and ``flow_mw`` (branches, from their from bus), in the
        order of the case. Answers do not depend on ``threads``.
        """

@final
class Plan:
    """A repair plan: which job when, by whom, with what, and what the grid can do after each change."""

    @property
    def weighted(self) -> float:
        """What was minimised: weighted people-hours over all services, or MWh weighted by priority."""
    @property
    def unserved_mwh(self) -> float: ...
    @property
    def unserved_people_hours(self) -> float:
        """People-hours without power at home, unweighted."""
    @property
    def by_service(self) -> dict[str, float]:
        """People-hours without each facility service, unweighted. Never to be summed across services."""
    @property
    def bound(self) -> float:
        """What no plan can beat, in the measure of ``weighted``."""
    @property
    def gap(self) -> float:
        """(weighted - bound) / weighted; 0 when both are 0."""
    @property
    def seed(self) -> int: ...
    @property
    def stopped(self) -> bool:
        """Whether a time limit ended the search early: a better plan may exist."""
    @property
    def broken(self) -> list[str]:
        """Rules that a schedule breaks that was handed to ``evaluate``; empty: it can be carried out."""
    @property
    def warnings(self) -> list[str]: ...
    @property
    def schedule(self) -> Table:
        """A row for each job of the plan, in order of start. ``start`` and ``finish`` are steps."""
    @property
    def states(self) -> Table:
        """A row for each state of the grid: ``from_step`` to before ``to_step``; MW, percent, p.u., people."""
    @property
    def matches(self) -> Table:
        """A row for each check of an offer against a need that is not simply passed."""
    @property
    def placements(self) -> Table:
        """A row for each stay of a generator set at a facility: kW, litres of diesel."""
    def to_json(self) -> str:
        """``plan.json``; its fields are those of docs/plan-folder.md."""
    def report(self) -> str:
        """``report.html``: one page that a minister can read and an engineer can check."""
    def save(self, folder: Path, *, force: bool = False) -> None:
        """Writes the plan folder, the same to the byte as ``relight plan`` does."""

@final
class Case:
    """A grid by itself: MATPOWER, PSS/E raw (revisions 30 to 35) or UCTE-DEF; the content tells which."""

    def __new__(cls, content: bytes, name: str = "case") -> Case: ...
    @staticmethod
    def read(path: Path) -> Case:
        """Reads a case from a file. Raises ``InputError``."""
    @property
    def name(self) -> str: ...
    @property
    def notes(self) -> list[str]:
        """What was read in a way that may surprise."""
    @property
    def buses(self) -> Table:
        """In the order of the case: MW, MVAr, p.u., degrees, kV."""
    @property
    def branches(self) -> Table:
        """In the order of the case: p.u. on its base, MVA, degrees. A rating of 0 is none."""
    @property
    def generators(self) -> Table:
        """In the order of the case: MW, MVAr, p.u."""
    def outages(self, kinds: Sequence[str] = ("lines", "transformers")) -> Table:
        """The loss of each element in service of these kinds, one at a time, as changes for ``power_flows``.

        Kinds are ``lines``, ``transformers`` and ``generators``. State k is row k of the table.
        """
    def power_flows(
        self,
        changes: ArrowTable | None = None,
        *,
        enforce_q: bool = False,
        details: bool = False,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Table:
        """Solves many AC power flows of this case at once, each a small difference from it.

        ``changes`` has the columns ``state`` (from 0), ``element`` (``bus``, ``branch`` or ``generator``) and ``id``
        (bus number, or row from 1). Without more the element goes out of service; ``in_service`` (bool) says so or
        otherwise, ``pd_mw`` and ``qd_mvar`` are the demand of a bus, ``pg_mw`` the output of a generator, null where
        nothing changes. A state that no row names is the case itself. Without ``changes``: the case itself.

        Gives a row for each state: ``status`` (``converged``, ``not converged``, ``nothing to solve``), ``reason``,
        ``steps``, ``live_buses``, ``lost_load_mw`` (at buses without an answer), ``vm_min_pu``, ``vm_max_pu``,
        ``highest_loading_pct``, ``overloads`` and ``voltage_violations`` (counts). With ``details`` also lists of fixed
        size, in the order of the case: ``vm_pu`` and ``va_rad`` (buses), ``pf_mw``, ``qf_mvar``, ``pt_mw`` and
        ``qt_mvar`` (branches, into the branch at its from and to end); 0 where not live.

        With ``enforce_q`` generators keep within their reactive limits. Raises ``InputError`` for bad changes.
        """
    def contingencies(
        self,
        kinds: Sequence[str] = ("lines", "transformers"),
        *,
        screen_pct: float | None = None,
        enforce_q: bool = False,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Contingencies:
        """Solves this case once for each element in service of these kinds, lost by itself, as ``relight contingencies`` does.

        Kinds are ``lines``, ``transformers`` and ``generators``. Each is a full AC power flow, also where the grid splits: an
        island with a generator has its own reference, the others are dead and their load is lost. With ``screen_pct`` only
        those are solved in full that line-outage factors bring to that percentage of a rating (0 to 1000), and those that
        split the grid. The result does not depend on ``threads``. Raises ``InputError`` for other kinds, and
        ``KeyboardInterrupt`` on Ctrl-C.
        """

@final
class Contingencies:
    """What becomes of contingencies: the tables of ``relight contingencies``. Where nothing is to be told a cell is null."""

    @property
    def base_solved(self) -> bool:
        """Whether the grid has a solution before anything fails. Without one the tables have no rows."""
    @property
    def contingencies(self) -> Table:
        """A row for each contingency: ``contingency`` (``line 7`` is row 7 of the branches), ``status`` (``solved``,
        ``screened``, ``dead``, ``not solved``), ``reason``, ``mismatch_bus``, ``alone`` (bool), ``steps``, ``islands``,
        ``dead_buses`` (counts), ``lost_load_mw``, ``short_mw`` (MW), ``vm_min_bus``, ``vm_min_pu``, ``vm_max_bus``,
        ``vm_max_pu`` (p.u.), ``highest_loading_branch`` (row), ``highest_loading_pct`` (percent of rating A),
        ``new_overloads`` and ``new_voltage_violations`` (counts).
        """
    @property
    def overloads(self) -> Table:
        """``contingency`` (``base``: before anything fails), ``branch`` (row), ``from_bus``, ``to_bus``, ``flow_mva``,
        ``rate_mva`` (MVA), ``loading_pct``: limits that a contingency breaks, or breaks by more."""
    @property
    def voltages(self) -> Table:
        """``contingency`` (``base``: before anything fails), ``bus``, ``vm_pu``, ``limit_pu`` (p.u.)."""
    @property
    def islands(self) -> Table:
        """A row for each island where a contingency leaves more than one: ``contingency``, ``elements``, ``island`` (from 1),
        ``status``, ``buses`` (count), ``lowest_bus``, ``reference_bus``, ``demand_mw``, ``short_mw`` (MW)."""

@final
class SampledStudy:
    """A study file with all that it names, read and checked: what ``relight study`` runs. Can be pickled.

    ``text`` is a study file, as docs/study.md tells; its ``scenario`` is not looked at. It cannot name plans or recorded
    damages by their paths: ``relight.read_study`` reads those. Raises ``InputError`` with all that is wrong.
    """

    def __new__(cls, scenario: Scenario, text: str) -> SampledStudy: ...
    @staticmethod
    def read(path: Path) -> SampledStudy:
        """Reads a study file, and the scenario, plans and damages that it names. Raises ``InputError``."""
    @property
    def scenarios(self) -> int:
        """Scenarios that the study asks for, at most."""
    @property
    def policies(self) -> list[str]: ...
    def run_scenarios(
        self, numbers: Sequence[int], *, threads: int | None = None, progress: Progress | None = None
    ) -> Table:
        """Runs scenarios by their numbers under every policy: len(numbers) times len(policies) rows, in that order.

        Columns: ``scenario`` (int64), ``policy``, ``hazard`` (text), ``reached`` (bool), ``elements_out``,
        ``transformers_lost``, ``lines_down``, ``jobs``, ``jobs_done`` (counts), ``weighted`` (weighted people-hours, or
        MWh), ``unserved_mwh`` (MWh), ``people_hours_without_power`` and one such column for each service: whole numbers,
        int64. Where no event of a scenario's seed is as bad as was asked for, ``reached`` is false and what is lost is
        null. A row depends on the study and its number alone, to the bit, not on ``threads``.
        """

@final
class StudyResult:
    """What a study says, to its end."""

    @property
    def results(self) -> Table:
        """A row for each scenario and policy, with the columns of ``SampledStudy.run_scenarios``."""
    @property
    def losses(self) -> Table:
        """``scenario``, ``policy``, ``measure``, ``region``, ``people_hours``: a row where something is lost."""
    @property
    def probes(self) -> Table:
        """As ``results``, of the policies that were made by taking offers away or laying equipment ready."""
    @property
    def best(self) -> str:
        """The policy of the least mean loss."""
    @property
    def certain(self) -> bool:
        """Whether it is certain, at the confidence of the study, that every other policy loses more."""
    def to_json(self) -> str:
        """``study.json``; its fields are told in docs/study.md."""
    def report(self) -> str:
        """``report.html``."""
    def save(self, folder: Path, *, force: bool = False) -> None:
        """Writes the files of a study, the same to the byte as ``relight study`` does, but for its log."""

def run_study(
    study: SampledStudy,
    *,
    scenarios: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> StudyResult:
    """Runs a study to its end: until it is certain which policy holds best, or all ``scenarios`` are run.

    Nothing is kept on disk: for a run that may be killed and goes on, use ``relight study``. The result does not depend
    on ``threads``. Raises ``InputError``, and ``KeyboardInterrupt`` on Ctrl-C.
    """

def _panic(message: str) -> None: ...
