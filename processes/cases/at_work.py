"""The cases of private procedures in which somebody has a task or may take one, found from these tasks.

Of other procedures whoever has a task is a reader.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from engine import Actor, Session, joins, queries
from processes.cases.access import MOST_KEPT
from processes.cases.readership import Rules
from processes.cases.schema import DbCase
from processes.rows import among_given, together, unindexed

SOME = 5000
"""Of so many tasks it is looked up whose cases they belong to."""

Place = tuple[datetime | None, int]
"""Where an open case stands in the order of due dates: its own, and its number."""


@dataclass(frozen=True)
class Found:
    """Some of these cases, by their numbers."""

    seen: frozenset[int] = frozenset()
    """The actor may see them, because of a task."""
    others: frozenset[int] = frozenset()
    """Whether the actor may is to be asked."""
    last: Place | None = None
    """Where they are so many that are due first, the place of the last one."""

    @property
    def numbers(self) -> frozenset[int]:
        """Of all of them."""
        return self.seen | self.others


def find(session: Session, actor: Actor, rules: Rules, status: str | None, tasks: int = SOME) -> Found | None:
    """All, or those with a status, and others; None where there are more tasks than so many.

    Of a case that is not open only what runs beside it has tasks.
    """
    found = _ask(session, actor, rules, _which(status, "all"), {"tasks": tasks + 1})
    return None if found is None else found[0]


def received(session: Session, actor: Actor, rules: Rules, status: str | None, behind: datetime) -> Found:
    """The same, of those that were received after a moment, however many tasks there are."""
    found = _ask(session, actor, rules, _which(status, "received"), {"tasks": SOME + 1, "behind": behind})
    if found is not None:
        return found[0]
    work, mine = queries.worked_on(session, actor)
    query = _private(work, tuple(rules.private))
    return Found(others=frozenset(session.scalars(query, {**mine, "behind": behind})))


def due(session: Session, actor: Actor, rules: Rules, most: int) -> Found | None:
    """So many open ones that are due first, or all; None where there are too many tasks."""
    asked = _ask(session, actor, rules, "due", {"tasks": SOME + 1, "most": most})
    if asked is None or len(asked[1]) < most:
        return None if asked is None else asked[0]
    found, last = asked[0], asked[1][-1]
    if last.number is None:  # nothing but what runs beside cases
        return due(session, actor, rules, most * 16)
    return replace(found, last=(last.due_at, last.number))


_Which = Literal["all", "received", "due", "beside"]


def _which(status: str | None, open_: _Which) -> _Which:
    return open_ if status in (None, "open") else "beside"


def _ask(
    session: Session, actor: Actor, rules: Rules, which: _Which, given: Mapping[str, Any]
) -> tuple[Found, Sequence[Any]] | None:
    """What was found, and its rows in their order; None where there are as many tasks."""
    if not rules.private:
        return Found(), ()
    work, mine = queries.worked_on(session, actor)
    rows = session.connection().execute(_about(work, rules, which), {**mine, **given}).all()
    found = [row for row in rows if row.looked is None]
    if any(row.looked == given["tasks"] for row in rows):
        return None
    others, beside = frozenset[int](), {row.instance for row in found if row.number is None}
    if beside:
        others = frozenset(session.scalars(_beside(session.dialect), {"instances": together(session, beside)}))
    return Found(frozenset(row.number for row in found if row.number is not None), others), found


_OPEN = DbCase.status == literal_column("'open'")
"""As in the index of these: with a parameter SQLite does not find it."""


@lru_cache(maxsize=MOST_KEPT)
def _about(work: Select[int, str, str], rules: Rules, which: _Which) -> CompoundSelect[*tuple[Any, ...]]:
    """First how many tasks are looked at; then the open private case that each runs or, if it does not, its instance.

    Left out is what lets nobody see the case. What runs beside a case comes first, then what is due.
    """
    counted, asked = (work.limit(bindparam("tasks", type_=Integer)).subquery() for _ in range(2))
    of_open: ColumnElement[bool] = DbCase.procedure.in_(rules.private)
    if which == "received":
        of_open = and_(of_open, DbCase.received_at > bindparam("behind"))
    is_beside = DbCase.id.is_(None)
    number, moment = cast(null(), BigInteger), cast(null(), DbCase.due_at.type)
    due_at = DbCase.due_at if which == "due" else moment
    found = _named(number, DbCase.id, case((is_beside, asked.c[0])), due_at)
    found = found.select_from(asked).outerjoin(DbCase, and_(DbCase.instance_id == asked.c[0], _OPEN))
    found = found.where(is_beside if which == "beside" else or_(is_beside, of_open))
    for key, readers in rules.readers:
        if readers.apart:
            named = or_(*(column.in_(sorted(readers.apart)) for column in (asked.c[1], asked.c[2])))
            found = found.where(or_(~named, DbCase.procedure.is_distinct_from(key)))
    if which == "due":
        found = found.order_by(DbCase.id.is_not(None), DbCase.due_at.is_(None), DbCase.due_at, DbCase.id)
        found = found.limit(bindparam("most", type_=Integer))
    first = _named(func.count(), number, number, moment).select_from(counted)
    return union_all(first, select(*found.subquery().c))


def _named(*columns: Any) -> Select[*tuple[Any, ...]]:
    names = "looked", "number", "instance", "due_at"
    return select(*(column.label(name) for column, name in zip(columns, names, strict=True)))


@cache
def _beside(dialect: str) -> Select[int]:
    """The cases that some instances go on beside."""
    keys = joins.keys_among(lambda instance: among_given(dialect, instance, "instances"))
    return select(DbCase.id).where(DbCase.number.in_(keys))


@lru_cache(maxsize=MOST_KEPT)
def _private(work: Select[int, str, str], procedures: Sequence[str]) -> CompoundSelect[int]:
    """The cases received after a moment that are worked on: found from these, of which there are fewer than tasks."""
    at_work = unindexed(DbCase.number.in_(joins.keys_of(select(work.subquery().c[0]))))
    since = DbCase.received_at > bindparam("behind")
    return union_all(*(select(DbCase.id).where(DbCase.procedure == key, since, at_work) for key in procedures))
