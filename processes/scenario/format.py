"""The scenario file: what may stand in it, read into plain values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from processes.scenario.errors import ScenarioUnreadable
from processes.scenario.located import LocatedDict, LocatedList, load

DEFAULT_START = "2026-01-05T09:00+08:00"
DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")
CHECKS = (
    "open", "due", "timers", "incident", "variables", "state", "ended", "took", "never", "times", "sent",
)  # fmt: skip
STATES = ("running", "incident", "completed", "cancelled")


@dataclass(frozen=True)
class Step:
    """One thing that is done or checked, with the line it stands on."""

    verb: str
    """complete, refuse, another, advance, until, message, signal, outage, retry or check."""
    line: int
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """A scenario file as read."""

    file: Path
    name: str
    process: str | None
    diagrams: tuple[Path, ...]
    at: datetime
    variables: Mapping[str, Any]
    people: Mapping[str, tuple[str, ...]]
    shipments: Path | None
    """The list of what was delivered, as `kesu shipments import` takes it."""
    steps: tuple[Step, ...]
    then: Mapping[str, Any]
    then_line: int
    refused: str | None
    """The text that a finding of the deployment must contain; None when the diagram must be taken."""


def moment(text: Any) -> datetime:
    """Return the moment that an ISO 8601 text with an offset names; `T24:00` is the end of its day.

    Raises:
        ValueError: it is no such text.
    """
    if not isinstance(text, str):
        raise ValueError(f"“{text}” is no moment such as 2026-11-02T10:00+08:00")  # noqa: TRY004
    midnight = re.fullmatch(r"(\d{4}-\d{2}-\d{2})[T ]24:00(?::00)?(.*)", text.strip())
    try:
        if midnight:
            value = datetime.fromisoformat(f"{midnight[1]}T00:00{midnight[2]}") + timedelta(days=1)
        else:
            value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"“{text}” is no moment such as 2026-11-02T10:00+08:00") from None
    if value.tzinfo is None:
        raise ValueError(f"“{text}” lacks its offset, such as +08:00")
    return value


def read(file: Path) -> Scenario:
    """Return the scenario in a file.

    Raises:
        ScenarioUnreadable: anything in it is not of the form, with its line.
    """
    return _Reader(file).read(load(file))


class _Reader:
    """Reads one file; knows its name, so that every complaint names file and line."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def fail(self, line: int, message: str) -> ScenarioUnreadable:
        return ScenarioUnreadable(self.file, line, message)

    def read(self, root: Any) -> Scenario:
        if not isinstance(root, LocatedDict):
            raise self.fail(1, "a scenario is a mapping that begins with “scenario:”")
        self.only(root, "scenario", "process", "diagram", "at", "with", "people", "shipments", "steps", "then")
        if ("process" in root) == ("diagram" in root):
            raise self.fail(root.line, "names either a process or a diagram")
        then = self.mapping(root, "then")
        refused = self.text(then, "refused") if "refused" in then else None
        if refused is not None and (len(then) > 1 or root.get("steps")):
            raise self.fail(then.key_lines["refused"], "“refused” stands alone: nothing can be played")
        return Scenario(
            file=self.file,
            name=self.text(root, "scenario"),
            process=self.text(root, "process") if "process" in root else None,
            diagrams=self.diagrams(root),
            at=self.moment(root, "at") if "at" in root else moment(DEFAULT_START),
            variables=self.mapping(root, "with"),
            people=self.people(root),
            shipments=self.file.parent / self.text(root, "shipments") if "shipments" in root else None,
            steps=self.steps(root),
            then=self.checks(then) if refused is None else {},
            then_line=then.line,
            refused=refused,
        )

    # the parts of a file

    def diagrams(self, root: LocatedDict) -> tuple[Path, ...]:
        if "diagram" not in root:
            return ()
        given = root["diagram"]
        names = given if isinstance(given, LocatedList) else [given]
        if not names or not all(isinstance(name, str) for name in names):
            raise self.fail(root.key_lines["diagram"], "“diagram” is a file or a list of files")
        return tuple(self.file.parent / name for name in names)

    def people(self, root: LocatedDict) -> dict[str, tuple[str, ...]]:
        people = self.mapping(root, "people")
        result = {}
        for name, groups in people.items():
            if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
                raise self.fail(people.key_lines[name], f"the groups of {name} are a list: {name}: [sales]")
            result[str(name)] = tuple(groups)
        return result

    def steps(self, root: LocatedDict) -> tuple[Step, ...]:
        steps = root.get("steps")
        if steps is None:
            return ()
        if not isinstance(steps, LocatedList):
            raise self.fail(root.key_lines["steps"], "“steps” is a list")
        return tuple(self.step(item, line) for item, line in zip(steps, steps.item_lines, strict=True))

    def step(self, item: Any, line: int) -> Step:
        if not isinstance(item, LocatedDict) or not item:
            raise self.fail(line, "a step is a mapping such as “complete: Task_1”")
        verbs = [verb for verb in VERBS if verb in item]
        if len(verbs) > 1:
            raise self.fail(line, f"one step does one thing, not {' and '.join(verbs)}")
        if verbs:
            return Step(verbs[0], line, VERBS[verbs[0]](self, item))
        return Step("check", line, self.checks(item))

    # the verbs

    def complete(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, "complete", "as", "with")
        return {"task": self.task(item, "complete"), "as": item.get("as"), "with": self.mapping(item, "with")}

    def refuse(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, "refuse", "as", "with", "because")
        because = self.text(item, "because") if "because" in item else None
        task = self.task(item, "refuse")
        return {"task": task, "as": item.get("as"), "with": self.mapping(item, "with"), "because": because}

    def another(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, "another", "as")
        return {"with": self.mapping(item, "another"), "as": item.get("as")}

    def advance(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, "advance")
        return {"by": self.duration(item, "advance")}

    def outage(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, "outage")
        return {"by": self.duration(item, "outage")}

    def until(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, "until")
        return {"at": self.moment(item, "until")}

    def message(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, "message", "with", "as", "all")
        name = self.text(item, "message")
        return {"name": name, "with": self.mapping(item, "with"), "as": item.get("as"), "all": item.get("all", False)}

    def signal(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, "signal", "with", "as", "all")
        name = self.text(item, "signal")
        return {"name": name, "with": self.mapping(item, "with"), "as": item.get("as"), "all": item.get("all", True)}

    def retry(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, "retry", "incident")
        return {"element": self.text(item, "retry"), "incident": item.get("incident")}

    def checks(self, item: LocatedDict) -> dict[str, Any]:
        self.only(item, *CHECKS)
        return {name: self.check(item, name) for name in item}

    def check(self, item: LocatedDict, name: str) -> Any:
        value, line = item[name], item.key_lines[name]
        if name == "state" and value not in STATES:
            raise self.fail(line, f"“state” is one of {', '.join(STATES)}")
        if name in ("open", "took", "never", "ended", "incident"):
            return self.names(value, line, name)
        if name in ("due", "timers", "times", "sent", "variables") and not isinstance(value, LocatedDict):
            raise self.fail(line, f"“{name}” is a mapping")
        if name in ("due", "timers"):
            return {element: self.moment(value, element) for element in value}
        if name in ("times", "sent") and not all(isinstance(n, int) for n in value.values()):
            raise self.fail(line, f"“{name}” counts: {name}: {{some: 1}}")
        return value

    # the values

    def only(self, item: LocatedDict, *allowed: str) -> None:
        for key, line in item.key_lines.items():
            if key not in allowed:
                raise self.fail(line, f"“{key}” is not read here; what is: {', '.join(allowed)}")

    def names(self, value: Any, line: int, name: str) -> list[str]:
        names = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in names):
            raise self.fail(line, f"“{name}” names elements")
        return list(names)

    def task(self, item: LocatedDict, key: str) -> dict[str, Any]:
        given = item[key]
        if isinstance(given, str):
            return {"task": given, "item": None}
        if isinstance(given, LocatedDict):
            self.only(given, "task", "item")
            if "task" in given:
                return {"task": self.text(given, "task"), "item": given.get("item")}
        raise self.fail(item.key_lines[key], f"“{key}” names a task, or is {{task: id, item: 2}}")

    def text(self, item: LocatedDict, key: str) -> str:
        value = item.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(item.key_lines.get(key, item.line), f"“{key}” is missing or no text")
        return value.strip()

    def mapping(self, item: LocatedDict, key: str) -> LocatedDict:
        value = item.get(key)
        if value is None:
            empty = LocatedDict()
            empty.key_lines = {}
            empty.line = item.key_lines.get(key, item.line)
            return empty
        if not isinstance(value, LocatedDict):
            raise self.fail(item.key_lines[key], f"“{key}” is a mapping")
        return value

    def moment(self, item: LocatedDict, key: str) -> datetime:
        try:
            return moment(item[key])
        except ValueError as error:
            raise self.fail(item.key_lines[key], str(error)) from error

    def duration(self, item: LocatedDict, key: str) -> str:
        value = item[key]
        if not isinstance(value, str) or not DURATION.fullmatch(value):
            raise self.fail(item.key_lines[key], f"“{value}” is no duration such as P3D or PT37H")
        return value


VERBS: Mapping[str, Callable[[_Reader, LocatedDict], dict[str, Any]]] = {
    "complete": _Reader.complete,
    "refuse": _Reader.refuse,
    "another": _Reader.another,
    "advance": _Reader.advance,
    "until": _Reader.until,
    "message": _Reader.message,
    "signal": _Reader.signal,
    "outage": _Reader.outage,
    "retry": _Reader.retry,
}
"""What a step can do, tried in this order."""
