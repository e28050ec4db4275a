"""The case of a step while its services change it: in memory, written once at the end with the lines of its record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, or_, select

from engine import Beside, Call, Prepared, Session, StepResult, Whole
from processes.cases.schema import DbCase, DbCaseClock, DbCaseEntry

KEPT = "case"
"""Under what the services of a step keep its case for each other."""
LINES = Prepared(insert(DbCaseEntry))
Later = Callable[[], None]
"""Gathers what is written together with a case."""


@cache
def cases() -> Whole[DbCase]:
    """Cases by the instance that runs them, with their facts and clocks."""
    return Whole(DbCase.instance_id, DbCase.facts, DbCase.clocks)


def _around(instance_id: Any, number: Any) -> ColumnElement[Any]:
    """The cases that a step may work for: the one that its instance runs, and the one whose number it bears."""
    return cases().rows(or_(DbCase.instance_id == instance_id, DbCase.number == number))


AROUND = Beside(KEPT, _around)
"""They come with the lock of an instance."""


@cache
def _asked() -> Prepared:
    return Prepared(select(_around(bindparam("instance"), bindparam("key"))))


def find(session: Session, step: Call | StepResult) -> DbCase | None:
    """The case that a step works for: it came with the lock of its instance, or is asked for."""
    if isinstance(step, StepResult) and step.started:  # it has opened no case: that would be held
        return None if step.business_key is None else _of_number(session, step.business_key)
    instance_id, found = session.beside.get(KEPT, (0, None))
    if instance_id == step.instance_id:
        del session.beside[KEPT]  # what the step changes is not in it
    if instance_id != step.instance_id or not (found or step.business_key is None):
        asked = {"instance": step.instance_id, "key": step.business_key}
        ((found,),) = _asked().rows(session.connection(), asked)
    every = cases().take(session, found or ())
    return next((each for each in every if each.instance_id == step.instance_id), next(iter(every), None))


def hang_fact(case: DbCase, values: Mapping[str, Any]) -> None:
    """Give a case a new fact, which is written with it."""
    cases().hang(case, "facts", values)


def hang_clock(case: DbCase, values: Mapping[str, Any]) -> DbCaseClock:
    """Give a case a new clock, likewise."""
    made: DbCaseClock = cases().hang(case, "clocks", values)
    return made


def _of_number(session: Session, number: str) -> DbCase | None:
    """The case of a number, which mostly is there already: what runs beside it was started by one of its services."""
    return numbered().find_known(session, number)


@cache
def numbered() -> Whole[DbCase]:
    """Cases by their number, likewise."""
    return Whole(DbCase.number, DbCase.facts, DbCase.clocks)


def row_of(session: Session, case: DbCase) -> int:
    """The number of the row of a case, for what refers to it; a case that has been opened just now gets its row."""
    if is_new(case):
        cases().begin(session, case)
    return case.id


def is_new(case: DbCase) -> bool:
    """Whether a case has no row yet."""
    return case.id is None


@dataclass(frozen=True)
class HeldAt:
    """A case as it was at a moment of a step."""

    held: "Held"
    lines: int
    later: int
    check: Callable[[], None]
    """VariablesRefused for what has changed since and no database takes."""
    in_memory: Callable[[], None]

    def take_back(self) -> None:
        """Let it be as it was, with no lines that came since and nothing else to be written later."""
        del self.held.lines[self.lines :], self.held.later[self.later :]
        self.in_memory()


@dataclass
class Held:
    """A case that a step works for."""

    case: DbCase
    give_back: Callable[[Session], None] | None = None
    """Of a case that the step has opened: lets its number be the next one again."""
    lines: list[Mapping[str, Any]] = field(default_factory=list)
    """Lines of its record that are to be written with it, but for the case."""
    later: list[Later] = field(default_factory=list)
    """What else is to be written then."""

    def mark(self, session: Session) -> "HeldAt":
        """What it is now."""
        marked = cases().mark(session, self.case)
        return HeldAt(self, len(self.lines), len(self.later), marked.check, marked.take_back)

    def forget(self, session: Session) -> None:
        """Take back all that the step has done to it; a case that it opened gives its number back."""
        self.lines.clear()
        self.later.clear()
        cases().forget(session, self.case)
        if self.give_back is not None:
            self.give_back(session)

    def check(self) -> None:
        """VariablesRefused for what no database takes."""
        cases().check(self.case)

    def write(self, session: Session) -> None:
        """Gather what has changed, with what is to be written beside it."""
        number = row_of(session, self.case)
        session.gathered.add(LINES, [{**line, "case_id": number} for line in self.lines])
        later, self.later = self.later, []
        self.lines.clear()
        for each in later:
            each()
        cases().save(session, self.case)


def write_with(step: Call | StepResult, write: Later) -> None:
    """Let something be gathered when the case that a step works for is written; undone with what is undone of it.

    Outside of a step it is gathered at once.
    """
    held = held_of(step)
    if held is None:
        write()
    else:
        held.later.append(write)


def held_of(step: Call | StepResult) -> Held | None:
    """The case that a step works for as far as it has been asked for; None outside of a step, which writes it."""
    if isinstance(step, Call) and not step.in_step:
        return None
    held = step.kept.get(KEPT)
    return held if isinstance(held, Held) else None
