"""The cases of private procedures in which somebody has a task or may take one, found from these tasks.

Of other procedures whoever has a task is a reader. Which case a task is of stands with it while it is open: triggers of
the database keep it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)

from engine import Actor, Session, queries
from processes.cases.access import MOST_KEPT
from processes.cases.readership import Rules
from processes.cases.schema import DbCase

SOME = 5000
"""Of so many tasks it is looked at whose cases they are of."""

EVERY = 2**31 - 1
"""More tasks than anybody has."""

Place = tuple[datetime | None, int]
"""Where an open case stands in the order of due dates: its own, and its number."""


@dataclass(frozen=True)
class Found:
    """Some of these cases, all of which the actor may see because of a task."""

    numbers: frozenset[int] = frozenset()
    last: Place | None = None
    """Where they are so many that are due first, the place of the last one."""


def find(session: Session, actor: Actor, rules: Rules, status: str | None, tasks: int = SOME) -> Found | None:
    """All, or those that are open, or not, as a status is; None where there are more tasks than so many."""
    rows = _ask(session, actor, rules, _Which(_is_open(status)), {"tasks": tasks + 1})
    return None if rows is None else Found(frozenset(number for number, _due in rows))


def received(session: Session, actor: Actor, rules: Rules, status: str | None, behind: datetime) -> Found:
    """The same, of those that were received after a moment, however many tasks there are."""
    rows = _ask(session, actor, rules, _Which(_is_open(status), part="received"), {"tasks": EVERY, "behind": behind})
    return Found(frozenset(number for number, _due in rows or ()))


def due(session: Session, actor: Actor, rules: Rules, most: int) -> Found | None:
    """So many open ones that are due first, or all; None where there are too many tasks."""
    rows = _ask(session, actor, rules, _Which(open=True, part="due"), {"tasks": SOME + 1, "most": most})
    if rows is None:
        return None
    number, last = rows[-1] if len(rows) == most else (None, None)
    return Found(frozenset(each for each, _due in rows), None if number is None else (last, number))


@dataclass(frozen=True)
class _Which:
    open: bool | None
    """None: whether they are or not."""
    part: Literal["all", "received", "due"] = "all"


def _is_open(status: str | None) -> bool | None:
    return None if status is None else status == "open"


def _ask(
    session: Session, actor: Actor, rules: Rules, which: _Which, given: Mapping[str, Any]
) -> list[tuple[int, datetime | None]] | None:
    """Their numbers and due dates, in that order where it is asked for; None where there are as many tasks."""
    if not rules.private:
        return []
    work, mine = queries.worked_on(session, actor)
    rows = session.connection().execute(_about(work, rules, which), {**mine, **given}).all()
    if any(row.looked == given["tasks"] for row in rows):
        return None
    return [(row.number, row.due_at) for row in rows if row.looked is None]


@lru_cache(maxsize=MOST_KEPT)
def _about(
    work: Select[*tuple[Any, ...]], rules: Rules, which: _Which
) -> Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]:
    """First how many tasks are looked at, where that matters; then the private cases that they let the actor see."""
    counted, asked = (work.limit(bindparam("tasks", type_=Integer)).subquery() for _ in range(2))
    task, number, moment = asked.c, cast(null(), BigInteger), cast(null(), DbCase.due_at.type)
    due_at = task.about_due if which.part == "due" else moment
    found = _named(number, task.about_id, due_at)
    if which.part == "received":  # first, for it leaves fewest
        found = found.where(task.about_since > bindparam("behind"))
    found = found.where(task.about_kind.in_(rules.private))
    if which.open is not None:
        found = found.where(task.about_open.is_(which.open))
    for key, readers in rules.readers:
        if readers.apart:
            named = (column.in_(sorted(readers.apart)) for column in (task.process_key, task.element))
            found = found.where(or_(task.about_kind != key, ~or_(*named)))
    if which.part == "received":
        return found
    if which.part == "due":
        found = found.order_by(task.about_due.is_(None), task.about_due, task.about_id)
        found = found.limit(bindparam("most", type_=Integer))
    return union_all(_named(func.count(), number, moment).select_from(counted), select(*found.subquery().c))


def _named(*columns: Any) -> Select[*tuple[Any, ...]]:
    names = "looked", "number", "due_at"
    return select(*(column.label(name) for column, name in zip(columns, names, strict=True)))
