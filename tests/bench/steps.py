"""What every step of the shipped procedures takes: their scenarios are played, with statements and CPU of each step.

python -m tests.bench.steps [--postgresql] [SCENARIO…] [ELEMENT…]

Prints the steps by procedure, the worst ones, and what a step sends more than once; for an element also the statements
of its dearest step. They are
played twice: once with somebody listening to statements, once for the CPU of our process alone, which has put its
statements together by then and reads diagrams and forms anew for each scenario. Where a step changes or
starts another instance, what is counted is the transaction, with how many steps it was; in the last column only where it
takes more than 15 for each of them. Statements that a process asks
once for all are left out: the numbers of sets of candidates, a version and its files, what has been current since an
activation; each scenario begins without.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from engine import Database, Session, StepResult
from processes.folders import ROOT
from processes.migrations import migrate
from processes.scenario import report
from processes.scenario.format import Scenario
from processes.scenario.stage import Stage
from processes.settings import Settings
from tests import statements
from tests.cluster import DISK, Cluster, find_binaries
from tests.counting import listening
from web.command.serving import settle
from web.stages import Stages, Template

WORST = 25
ONCE = (
    "INTO audience",
    "FROM audience",
    "FROM resource",
    "FROM deployment \nWHERE deployment.is_current",
    "process_definition.version = ",
    "FROM process_definition \nWHERE process_definition.id = ",
)
"""What is in statements that are asked once for all."""


@dataclass(frozen=True)
class Taken:
    """One transaction in which an instance went on."""

    procedure: str
    element: str
    process: str
    by: str
    cpu: float
    """Milliseconds."""
    steps: int = 1
    """How many steps it was."""
    statements: tuple[str, ...] = ()


class Counted(Stages):
    """Stages on which each step is measured, and none is cut for taking long on a busy machine."""

    def __init__(self, folder: Path, *, counts: bool) -> None:
        super().__init__(folder, Settings(step_seconds=60))
        self.counts = counts
        self.taken: list[Taken] = []

    def __call__(self, scenario: Scenario) -> Stage:
        stage = super().__call__(scenario)
        database, opened = stage.database, stage.database.transaction
        told: list[StepResult] = []

        def note(_session: Session, step: StepResult) -> None:
            told.append(step)

        database.runtime = replace(database.runtime, observers=(*database.runtime.observers, note))

        @contextmanager
        def transaction() -> Iterator[Session]:
            told.clear()
            begun = time.process_time()
            with hearing(database) if self.counts else nullcontext([]) as said, opened() as session:
                yield session
            if told:
                said = [each for each in said if not any(sign in each for sign in ONCE)]
                cpu = (time.process_time() - begun) * 1000
                process, element, by = _place(told[-1])
                procedure = scenario.file.parents[1].name
                self.taken.append(Taken(procedure, element, process, by, cpu, len(told), tuple(said)))

        database.transaction = transaction  # type: ignore[method-assign]
        return stage


@contextmanager
def hearing(database: Database) -> Iterator[list[str]]:
    """The statements of the block, without BEGIN."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            said.append(statement)

    with listening(database, "before_cursor_execute", note):
        yield said


def _place(step: StepResult) -> tuple[str, str, str]:
    """The first element that a step left, in its process, and who made it do so."""
    first = next((trace for trace in step.traces if trace.element), None)
    if first is None:
        return step.process_key, "nothing", step.actor.id
    return first.process or step.process_key, str(first.element), step.actor.id


class Served(Counted):
    """The same on a PostgreSQL of its own."""

    def __init__(self, folder: Path, cluster: Cluster, *, counts: bool) -> None:
        super().__init__(folder, counts=counts)
        self.cluster = cluster

    @cached_property
    def empty(self) -> Template:
        """A migrated database."""
        self.cluster.create_template(migrate)
        return Template(Path("template_kesu"), {})

    def address(self, file: Path) -> str:
        """The address of a database."""
        return self.cluster.url(file.name)

    def _copy(self, template: Template) -> Path:
        self.count += 1
        self.cluster.create_database(template.file.name, f"steps_{self.count}")
        return Path(f"steps_{self.count}")


def play(files: Sequence[Path], *, postgresql: bool = False, counts: bool = True) -> list[Taken]:
    """Every step of some scenarios, in order."""
    with tempfile.TemporaryDirectory(prefix="kesu-steps-", dir=DISK) as name:
        if not postgresql:
            return _taken(Counted(Path(name), counts=counts), files)
        binaries = find_binaries()
        assert binaries is not None
        cluster = Cluster(binaries)
        try:
            return _taken(Served(Path(name), cluster, counts=counts), files)
        finally:
            cluster.stop()


def _taken(stages: Counted, files: Sequence[Path]) -> list[Taken]:
    report.run(files, stages, lambda _line: None)
    return stages.taken


def main(*given: str) -> None:
    """Play, print."""
    paths = [Path(each) for each in given if Path(each).exists()] or [ROOT]
    files, postgresql = [*report.find_files(paths)], "--postgresql" in given
    statements.share()  # or each installation would put them together anew, which a process does once
    every = play(files, postgresql=postgresql)
    settle()
    silent = play(files, postgresql=postgresql, counts=False)
    print(
        f"{'steps of the shipped scenarios':34}{'number':>8}{'statements':>24}{'CPU ms':>24}{'over 15':>9}{'of two':>8}{'a step':>8}"
    )
    print(f"{'':42}{'p50':>8}{'p95':>8}{'worst':>8}{'p50':>8}{'p95':>8}{'worst':>8}")
    for name in sorted({each.procedure for each in every}):
        _line(name, [each for each in every if each.procedure == name], [x for x in silent if x.procedure == name])
    _line("all", every, silent)
    places: dict[tuple[str, str], list[Taken]] = {}
    for each in every:
        places.setdefault((each.process, each.element), []).append(each)
    print(f"\n{'the dearest elements':48}{'number':>8}{'statements p50':>16}{'worst':>8}{'steps':>8}{'each':>8}")
    ranked = sorted(places.items(), key=lambda place: -max(len(each.statements) for each in place[1]))
    for (process, element), taken in ranked[:WORST]:
        counts, steps = [len(each.statements) for each in taken], max(each.steps for each in taken)
        print(
            f"{process + ' ' + element:48}{len(taken):8}{median(counts):16.0f}{max(counts):8}{steps:8}{max(counts) / steps:8.0f}"
        )
    _again(every)
    for wanted in given:
        found = [each for each in every if each.element == wanted]
        if not found:
            continue
        dearest = max(found, key=lambda each: len(each.statements))
        print(f"\n{dearest.process} {dearest.element}: {len(dearest.statements)} statements")
        for statement in dearest.statements:
            print(" ", " ".join(statement.split())[:200])


def _again(every: list[Taken]) -> None:
    """What a transaction sends more often than it has steps: asked or written for each of several things."""
    found = [(each, sent) for each in every for sent in Counter(map(_plain, each.statements)).items()]
    more = [(each, statement, number) for each, (statement, number) in found if number > each.steps]
    print(f"\nthe same statement more often than steps: {sum(number - each.steps for each, _, number in more)}")
    for each, statement, number in more:
        print(f"  {each.process} {each.element}: {number} in {each.steps}, {statement[:100]}")


def _plain(statement: str) -> str:
    """A statement on one line; all savepoints are alike."""
    return "SAVEPOINT" if statement.startswith("SAVEPOINT") else " ".join(statement.split())


def _line(name: str, taken: list[Taken], silent: list[Taken]) -> None:
    counts, cpu = sorted(len(each.statements) for each in taken), sorted(each.cpu for each in silent)
    over = [each for each in taken if len(each.statements) > 15]
    told = "".join(f"{part:8.0f}" for part in (median(counts), _late(counts), counts[-1]))
    told += "".join(f"{part:8.1f}" for part in (median(cpu), _late(cpu), cpu[-1]))
    print(
        f"{name:34}{len(taken):8}{told}{len(over):9}{sum(each.steps > 1 for each in over):8}"
        f"{sum(len(each.statements) > 15 * each.steps for each in over):8}"
    )


def _late(values: list[Any]) -> float:
    return float(quantiles(values, n=20)[-1]) if len(values) > 1 else float(values[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
