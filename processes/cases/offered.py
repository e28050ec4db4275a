"""The values that the cases have which somebody may see, for lists to choose from."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from engine import Actor, Session
from processes.cases import access, own
from processes.cases.case_filter import SORTED
from processes.cases.schema import DbCase
from processes.rows import among_given, together, unindexed


def used(session: Session, actor: Actor, columns: Iterable[str], few: own.Part | None) -> Mapping[str, Sequence[str]]:
    """The values that core columns of the cases have which the actor may see, for lists to choose from.

    Of whoever has few cases, or one of many, those of the youngest with which the list begins, or of their own. Else
    each value is found in the index of its column, behind the one before it; then one that the actor may see is looked
    for among the youngest cases that have it.
    """
    seen, names = access.visible_to(session, actor), tuple(columns)
    among = own.recent(session, actor, OFFERED) if few is None or few.numbers is None else few.numbers[-OFFERED:]
    if among is None:
        return {name: session.scalars(_used(name, seen.condition), seen.given).all() for name in names}
    asked = {
        "within": together(session, among),
        "known": together(session, few.seen.intersection(among) if few else ()),
    }
    query = _used_among(session.dialect, names, seen.condition)
    rows = session.execute(query, {**seen.given, **asked}).all()
    found = zip(*rows, strict=True) if rows else [() for _ in names]
    return {name: sorted({*values} - {None}) for name, values in zip(names, found, strict=True)}


OFFERED = 100
"""The values of so many of one's own cases are offered."""


@lru_cache(maxsize=access.MOST_KEPT)
def _used_among(dialect: str, names: Sequence[str], seen: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    within, known = (among_given(dialect, DbCase.id, name) for name in ("within", "known"))
    return select(*(SORTED[name] for name in names)).where(within, or_(unindexed(known), seen))


YOUNGEST = 50


@cache
def _other() -> Any:
    return aliased(DbCase)


@lru_cache(maxsize=access.MOST_KEPT)
def _used(name: str, seen: ColumnElement[bool]) -> Any:
    column = SORTED[name]
    values = select(func.min(column).label("value")).cte(recursive=True)
    behind = select(func.min(column)).where(column > values.c.value).correlate(values).scalar_subquery()
    values = values.union_all(select(behind).where(values.c.value.is_not(None)))
    other = _other()
    same = select(other.id).where(getattr(other, column.key) == values.c.value)
    same = same.order_by(other.received_at.desc(), other.id.desc()).limit(YOUNGEST)
    young = DbCase.id.in_(same.correlate(values))
    one = select(DbCase.id).where(young, seen).limit(1).correlate(values).scalar_subquery()
    return select(values.c.value).where(values.c.value.is_not(None), one.is_not(None))
