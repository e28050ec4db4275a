"""Plays one scenario on a stage, through the same engine calls as the pages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from engine import (
    SYSTEM,
    Actor,
    Session,
    TaskItem,
    TaskStatus,
    deployments,
    dispatch,
    incidents,
    instances,
    loading,
    messages,
    pending,
    queries,
    tasks,
    timers,
)
from engine.errors import DeploymentRefused, KesuError
from processes.errors import ShipmentFileRefused
from processes.scenario import coverage, facts, files
from processes.scenario.cast import Cast
from processes.scenario.checks import Facts, check
from processes.scenario.errors import Mismatch, ScenarioUnreadable
from processes.scenario.format import Scenario, Step
from processes.scenario.stage import Stage
from processes.shipments import listing

STEP_LIMIT = 10_000
"""How often timers may fire within one `advance`; a cycle of a second over a month is a mistake."""


@dataclass(frozen=True)
class Result:
    """What came of a scenario."""

    file: Path
    name: str
    result: str
    """passed, failed or refused (the diagram did not pass the checks of a deployment)."""
    reason: str = ""
    touched: coverage.Touched = field(default_factory=coverage.Touched)


def _missing(error: OSError) -> str:
    """Which of the files that a scenario names cannot be opened."""
    return f"{error.filename or 'a file'} that it names cannot be opened: {error.strerror or error}"


def play(scenario: Scenario, stage: Stage) -> Result:
    """Play a scenario to its end or to the first thing that does not hold."""
    player = _Player(scenario, stage)
    try:
        player.deploy()
    except DeploymentRefused as error:
        return refused(scenario, error)
    except OSError as error:
        return Result(scenario.file, scenario.name, "unreadable", f"{scenario.file}: {_missing(error)}")
    except (LookupError, ShipmentFileRefused) as error:
        return Result(scenario.file, scenario.name, "failed", str(error))
    if scenario.refused is not None:
        return Result(
            scenario.file, scenario.name, "failed", f"wanted a refusal with “{scenario.refused}”, it was taken"
        )
    result, reason = "passed", ""
    try:
        player.play()
    except Mismatch as mismatch:
        result, reason = "failed", str(mismatch)
    return Result(scenario.file, scenario.name, result, reason, player.touched())


class _Player:
    """One play: the stage, the people, and the case once it has started."""

    def __init__(self, scenario: Scenario, stage: Stage) -> None:
        self.scenario = scenario
        self.database, self.clock, self.sent = stage.database, stage.clock, stage.sent
        self.cast = Cast(scenario.people)
        self.process = scenario.process
        self.instance_id = 0

    # before and after

    def deploy(self) -> None:
        """Enter what was delivered and deploy the diagrams that the file brings along; the shipped ones are there."""
        if self.scenario.shipments:
            with self.database.transaction() as session:
                listing.import_csv(session, self.scenario.shipments.read_bytes(), by=SYSTEM)
        if self.scenario.diagrams:
            files = {path.name: path.read_bytes() for path in self.scenario.diagrams}
            with self.database.transaction() as session:
                deployment = deployments.deploy(session, self.scenario.file.stem, files, by=SYSTEM)
                keys = loading.load(session, deployment.id).compiled.processes
            self.process = coverage.main_process(keys)

    def touched(self) -> coverage.Touched:
        """The elements and flows that the case passed."""
        with self.database.reading() as session:
            return coverage.touched(session, self.instance_id)

    def play(self) -> None:
        """Start the case, go through the steps, and compare the end."""
        self.start()
        for number, step in enumerate(self.scenario.steps, 1):
            try:
                self.step(step)
            except Mismatch as mismatch:
                raise Mismatch(f"line {step.line}, step {number}: {mismatch}") from None
        try:
            check(self.facts(), self.scenario.then)
        except Mismatch as mismatch:
            raise Mismatch(f"line {self.scenario.then_line}, then: {mismatch}") from None

    def start(self) -> None:
        by = self.cast.named(next(iter(self.scenario.people))) if self.scenario.people else SYSTEM
        try:
            self.instance_id = self._start(by)
        except KesuError as error:
            raise Mismatch(f"the case could not be started: {error}") from error
        self.work()

    # the steps

    def step(self, step: Step) -> None:
        VERBS[step.verb](self, step.data)

    def complete(self, data: Mapping[str, Any]) -> None:
        self.do(self.find(data["task"]), data)
        self.work()

    def refuse(self, data: Mapping[str, Any]) -> None:
        before = self.fingerprint()
        try:
            self.do(self.find(data["task"]), data)
        except _Refused as refused:
            because = data["because"]
            if because and because != refused.code and because not in str(refused):
                raise Mismatch(f"refused, but for {refused.code}: {refused}") from None
        else:
            raise Mismatch(f"{data['task']['task']} should have been refused, but was done")
        if self.fingerprint() != before:
            raise Mismatch("it was refused, but something has changed")

    def another(self, data: Mapping[str, Any]) -> None:
        """A further case of the process: its first task is done, and from then on it is only there."""
        by = self.cast.named(data["as"]) if data["as"] else SYSTEM
        number = self._start(by)
        self.work()
        with self.database.reading() as session:
            task = next((task for task in queries.tasks_of(session, number) if task.status is TaskStatus.OPEN), None)
        if task is None:
            raise Mismatch("a further case has no task to begin with")
        self.do(task, data)
        self.work()

    def advance(self, data: Mapping[str, Any]) -> None:
        self.go_to(self.later(data["by"]))

    def until(self, data: Mapping[str, Any]) -> None:
        if data["at"] < self.clock.now():
            raise Mismatch(f"the clock already stands at {self.clock.now().isoformat()}")
        self.go_to(data["at"])

    def outage(self, data: Mapping[str, Any]) -> None:
        self.clock.set(self.later(data["by"]))
        self.work()

    def message(self, data: Mapping[str, Any]) -> None:
        to = None if data["all"] else self.instance_id
        by = self.cast.named(data["as"]) if data["as"] else SYSTEM
        self.engine(
            lambda session: messages.correlate(session, data["name"], instance_id=to, payload=data["with"], by=by)
        )

    def signal(self, data: Mapping[str, Any]) -> None:
        by = self.cast.named(data["as"]) if data["as"] else SYSTEM
        self.engine(lambda session: messages.broadcast(session, data["name"], data["with"], by=by))

    def retry(self, data: Mapping[str, Any]) -> None:
        if data["incident"]:
            check(self.facts(), {"incident": [data["incident"]]})
        with self.database.reading() as session:
            every = pending.incidents_of(session, self.instance_id)
        found = next((each.id for each in every if each.element == data["element"]), None)
        if found is None:
            raise Mismatch(f"there is no incident on {data['element']}")
        self.engine(lambda session: incidents.retry(session, found, by=SYSTEM))

    def check(self, data: Mapping[str, Any]) -> None:
        check(self.facts(), data)

    # how they are done

    def _start(self, by: Actor) -> int:
        key, variables = self.process or "", self.scenario.variables
        return self.database.do(lambda session: instances.start(session, key, variables=variables, by=by).id)

    def engine(self, act: Callable[[Session], object]) -> None:
        try:
            self.database.do(act)
        except KesuError as error:
            raise Mismatch(f"refused, {error.code}: {error}") from error
        self.work()

    def later(self, by: str) -> datetime:
        return timers.later(self.clock.now(), by, self.database.runtime.zone)

    def work(self) -> None:
        """Do what is due at this moment: timers and jobs."""
        dispatch.work_once(self.database)

    def go_to(self, moment: datetime) -> None:
        """Move the clock from one due time to the next, so that everything happens at its time and in order."""
        for _ in range(STEP_LIMIT):
            with self.database.reading() as session:
                due = timers.next_due(session)
            if due is None or due > moment:
                self.clock.set(moment)
                self.work()
                return
            self.clock.set(max(due, self.clock.now()))
            self.work()
        raise Mismatch(f"more than {STEP_LIMIT:,} timers fell due before {moment.isoformat()}")

    def find(self, wanted: Mapping[str, Any]) -> TaskItem:
        with self.database.reading() as session:
            ever = queries.tasks_of(session, self.instance_id)
        every = [task for task in ever if task.status is TaskStatus.OPEN]
        name, item = wanted["task"], wanted["item"]
        found = [task for task in every if task.element == name] or [task for task in every if task.name == name]
        if item is not None:
            found = [task for task in found if _is_item(task, item, ever)]
        if len(found) == 1 or (found and item is None and len({task.element for task in found}) == 1):
            return found[0]
        several = "several tasks" if found else "no task"
        which = f"item {item} of {name}" if item is not None else name
        raise Mismatch(f"{several} called {which}; open are {', '.join(map(_described, every)) or 'none'}")

    def do(self, task: TaskItem, data: Mapping[str, Any]) -> None:
        """Complete a task as the named person or as the first who may.

        Raises:
            _Refused: with the refusal of the named person, or of the last one tried.
        """
        people = [self.cast.named(data["as"])] if data["as"] else self.cast.anyone_for(task)
        refusal: _Refused | None = None
        for actor in people:
            try:
                self.database.do(partial(_complete, task=task, told=data["with"], by=actor))
            except KesuError as error:
                refusal = _Refused(error, actor)
                if error.code not in ("not_found", "separation_of_duties", "claimed_by_other"):
                    break
            else:
                return
        raise refusal or Mismatch("nobody may do it")

    # what is there

    def facts(self) -> Facts:
        with self.database.reading() as session:
            return facts.of(session, self.instance_id, self.database.runtime.zone, self.sent())

    def fingerprint(self) -> object:
        with self.database.reading() as session:
            return instances.get_instance(session, self.instance_id).revision, self.facts()


def _complete(session: Session, *, task: TaskItem, told: Mapping[str, Any], by: Actor) -> None:
    tasks.complete(session, task.id, by=by, answers=files.received(session, told, by))


class _Refused(Mismatch):
    """The engine refused; carries the code of its error."""

    def __init__(self, error: KesuError, actor: Actor) -> None:
        super().__init__(f"refused to {actor.id}, {error.code}: {error}")
        self.code = error.code


def _described(task: TaskItem) -> str:
    """A task with what tells it from its like."""
    return f"{task.element} {task.local}" if task.local else task.element


def _is_item(task: TaskItem, item: Any, every: list[TaskItem]) -> bool:
    """Whether a task is the item: by its number, counted from 1, or by the value it works on.

    A task inside a sub-process of many items is numbered among those that opened with it.
    """
    local = dict(task.local or {})
    counter = local.pop("loopCounter", None)
    if not isinstance(item, int) or isinstance(item, bool):
        return item in local.values()
    if counter is None:
        like = [each.id for each in every if (each.element, each.created_at) == (task.element, task.created_at)]
        counter = like.index(task.id)
    return bool(counter == max(item, 1) - 1)


VERBS: Mapping[str, Callable[[_Player, Mapping[str, Any]], None]] = {
    "complete": _Player.complete,
    "refuse": _Player.refuse,
    "another": _Player.another,
    "advance": _Player.advance,
    "until": _Player.until,
    "message": _Player.message,
    "signal": _Player.signal,
    "outage": _Player.outage,
    "retry": _Player.retry,
    "check": _Player.check,
}


def refused(scenario: Scenario, error: DeploymentRefused) -> Result:
    """The result when the files did not pass the checks of a deployment."""
    findings = [str(finding) for finding in error.findings]
    if scenario.refused is None:
        return Result(scenario.file, scenario.name, "refused", "; ".join(findings))
    if any(scenario.refused in finding for finding in findings):
        return Result(scenario.file, scenario.name, "passed")
    return Result(scenario.file, scenario.name, "failed", f"refused, but for: {'; '.join(findings)}")


def unreadable(error: ScenarioUnreadable) -> Result:
    """The result for a file that cannot be read."""
    return Result(error.file, error.file.stem, "unreadable", str(error))


def counts(results: Iterable[Result]) -> tuple[int, int]:
    """How many passed and how many did not."""
    every = list(results)
    passed = sum(result.result == "passed" for result in every)
    return passed, len(every) - passed
