"""Which other cases are like one: the same in all facts of one of some ways."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, union
from sqlalchemy.orm import aliased

from engine import Prepared, Session
from processes.cases.held import numbered
from processes.cases.schema import DbCase, DbCaseFact


def count(session: Session, case: DbCase, ways: Iterable[Collection[str]], since: datetime) -> int:
    """How many other cases of the procedure since the moment are alike: see `find`."""
    asked = _wanted(case, ways, since)
    return 0 if asked is None else int(_count(asked[0]).rows(session.connection(), asked[1])[0][0])


def find(session: Session, case: DbCase, ways: Iterable[Collection[str]], since: datetime) -> Sequence[DbCase]:
    """The other cases of the procedure since the moment that are alike: the same in all facts of one of the ways.

    A way of which the case does not know every fact finds nothing. What goes on in another case is not found.
    """
    asked = _wanted(case, ways, since)
    return () if asked is None else numbered().find_all(session, _find(asked[0]), asked[1])


def _wanted(
    case: DbCase, ways: Iterable[Collection[str]], since: datetime
) -> tuple[tuple[tuple[str, ...], ...], dict[str, Any]] | None:
    known = tuple(tuple(names) for names in ways if names and all(name in case.facts for name in names))
    if not known:
        return None
    values: dict[str, Any] = {_asked(name): case.facts[name].folded for names in known for name in names}
    return known, values | {"of": case.procedure, "but": case.id or 0, "since": since, "merged": "merged"}


@lru_cache(maxsize=64)
def _count(ways: tuple[tuple[str, ...], ...]) -> Prepared:
    """The statement that counts; the declarations ask for few different ones."""
    return Prepared(select(func.count(DbCase.id)).where(*_alike(ways)))


@lru_cache(maxsize=64)
def _find(ways: tuple[tuple[str, ...], ...]) -> Select[Any]:
    return numbered().where(*_alike(ways)).order_by(DbCase.id)


def _alike(ways: tuple[tuple[str, ...], ...]) -> Iterable[ColumnElement[bool]]:
    near = (DbCase.procedure == bindparam("of")) & (DbCase.id != bindparam("but"))
    counted = DbCase.status != bindparam("merged")
    return near, counted, DbCase.received_at >= bindparam("since"), DbCase.id.in_(union(*map(_having, ways)))


def _having(names: Iterable[str]) -> Select[int]:
    """The cases that have the facts of these names, by their index: each way has its own, which an OR would not use."""
    rows = [(name, aliased(DbCaseFact)) for name in names]
    first = rows[0][1].case_id
    query = select(first)
    for name, row in rows:
        query = query.where(row.case_id == first, row.name == name, row.folded == bindparam(_asked(name)))
    return query


def _asked(name: str) -> str:
    return f"fact_{name}"
