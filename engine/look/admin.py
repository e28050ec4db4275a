"""Instances as an administrator finds them, by many marks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from engine.errors import NotFound
from engine.kinds import UNDER_WAY, InstanceStatus
from engine.look.paging import Page
from engine.look.rows import value_of
from engine.session import Session
from engine.store.definitions import DbDeployment, DbProcessDefinition
from engine.store.schema import TASK_IS_OPEN, DbIncident, DbInstance, DbJob, DbSubscription, DbTask, DbTimer, DbVariable
from engine.store.variables import search_text
from engine.store.working import DbSuspension
from engine.values import Called, Json


@dataclass(frozen=True)
class InstanceItem:
    """An instance in a list and at the head of its page."""

    id: int
    definition_id: int
    deployment_id: int
    process_key: str
    process_name: str
    version: int
    business_key: str | None
    status: InstanceStatus
    revision: int
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    end_element: str | None
    called: Sequence[Called] = ()
    """The processes that it has called, in the order of their first call."""

    @property
    def homes(self) -> Mapping[str, int]:
        """The deployment of each process that it has walked through, its own first; of several the one called last."""
        own = {self.process_key: self.deployment_id}
        return own | {each.process_key: each.deployment_id for each in self.called} | own


@dataclass(frozen=True)
class InstanceFilter:
    """What to look for; what is left out does not matter."""

    business_key: str = ""
    """Its beginning."""
    instance_id: int | None = None
    status: InstanceStatus | None = None
    under_way: bool = False
    """Only those that are not over."""
    standing: bool = False
    """Only those that stand still by an administrator's word, by themselves or with their process."""
    process: str | None = None
    """The process that it runs, or that it has called: where it is open, one that goes on."""
    element: str | None = None
    """Where a task, timer, event, job or incident of it is now."""
    variable: str | None = None
    value: Json = None
    """The value of that variable, compared as text; None for any."""
    sealed: Collection[str] = ()
    """Folders whose instances are not found by the values of their variables."""
    text: str = ""
    """Part of the business key or of the value of any variable, in any case of letters."""
    whole: Collection[str] = ()
    """Variables that are found by the whole of their value alone."""
    started_after: datetime | None = None
    started_before: datetime | None = None
    oldest_first: bool = False
    page: int = 1
    per_page: int = 50


_OPEN = InstanceFilter(under_way=True)
_ORDER = ("oldest_first", "page", "per_page", "sealed", "whole")
"""What an instance filter says of the order, and of nothing that narrows by itself."""


MOST_COUNTED = 500
"""Further than this nothing is counted for an administrator: not what lies behind a page, not what is in a state."""

FEW = 1000
"""Of so many instances at an element at most a list begins with these; of more it finds enough on its way."""


def search_instances(session: Session, wanted: InstanceFilter | None = None) -> Page[InstanceItem]:
    """One page of the instances that fit, the youngest first; counted no further than `MOST_COUNTED` beyond it.

    Each status is a branch of its own that reads no further in its index than the page goes.
    """
    wanted = wanted or InstanceFilter()
    conditions = _conditions(session, wanted)
    statuses = UNDER_WAY if wanted.under_way else [wanted.status] if wanted.status else []
    branches = [select(DbInstance.id).where(DbInstance.status == status, *conditions) for status in statuses]
    branches = branches or [select(DbInstance.id).where(*conditions)]
    last = wanted.page * wanted.per_page
    order = DbInstance.id if wanted.oldest_first else DbInstance.id.desc()
    tops = [branch.order_by(order).limit(last).subquery() for branch in branches]
    ordered = _select_instances().where(DbInstance.id.in_(union_all(*(select(top.c.id) for top in tops))))
    rows = session.execute(ordered.order_by(order).limit(wanted.per_page).offset(last - wanted.per_page))
    items = [value_of(InstanceItem, row) for row in rows]
    if wanted.page == 1 and len(items) < wanted.per_page:
        return Page(items, len(items), 1, wanted.per_page)
    most = last + MOST_COUNTED
    found = [branch.limit(most + 1).subquery() for branch in branches]
    counted = union_all(*(select(top.c.id) for top in found)).limit(most + 1).subquery()
    total = session.scalar(select(func.count()).select_from(counted)) or 0
    return Page(items, min(total, most), wanted.page, wanted.per_page, more=total > most)


def get_instance(session: Session, instance_id: int) -> InstanceItem:
    """One instance; NotFound when there is none."""
    row = session.execute(_one_instance(), {"number": instance_id}).one_or_none()
    if row is None:
        raise NotFound(what="instance", key=instance_id)
    return value_of(InstanceItem, row)


@cache
def _one_instance() -> Select[Any]:
    return _select_instances().where(DbInstance.id == bindparam("number"))


def count_instances(session: Session) -> Mapping[InstanceStatus, int]:
    """How many instances there are of each status, at most `MOST_COUNTED` + 1, which means: more."""
    branches = [
        select(DbInstance.status).where(DbInstance.status == status).limit(MOST_COUNTED + 1).subquery()
        for status in InstanceStatus
    ]
    every = union_all(*(select(branch.c.status) for branch in branches)).subquery()
    query = select(every.c.status, func.count()).group_by(every.c.status)
    return {row[0]: row[1] for row in session.execute(query)}


def values_of(session: Session, name: str) -> Mapping[int, Json]:
    """The values that a variable has in the instances, those of called processes apart, by instance."""
    query = select(DbVariable.instance_id, DbVariable.value).where(DbVariable.name == name, DbVariable.scope == 0)
    return {row[0]: row[1] for row in session.execute(query)}


def _select_instances() -> Select[Any]:
    definition = DbProcessDefinition.__table__.c
    return (
        select(
            *(column for column in DbInstance.__table__.c if column.name != "state"),
            definition.deployment_id,
            definition.key.label("process_key"),
            definition.name.label("process_name"),
            definition.version,
        )
        .select_from(DbInstance)
        .join(DbProcessDefinition, DbProcessDefinition.id == DbInstance.definition_id)
    )


def _conditions(session: Session, wanted: InstanceFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.business_key:
        conditions += _begins(session, wanted.business_key)
    if wanted.instance_id is not None:
        conditions.append(DbInstance.id == wanted.instance_id)
    if wanted.standing:
        conditions.append(_stands_still(session))
    if wanted.process:
        conditions.append(_is_in(wanted.process))
    if wanted.element:
        conditions.append(_is_at(session, wanted, wanted.element))
    if wanted.variable:
        conditions.append(_has_variable(session, wanted.variable, wanted.value) & _is_open(wanted.sealed))
    if wanted.text.strip():
        conditions.append(_mentions(wanted.text.strip(), wanted.sealed, wanted.whole))
    return conditions + _within(wanted)


def _within(wanted: InstanceFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.started_after is not None:
        conditions.append(DbInstance.started_at >= wanted.started_after)
    if wanted.started_before is not None:
        conditions.append(DbInstance.started_at < wanted.started_before)
    return conditions


def _begins(session: Session, business_key: str) -> list[ColumnElement[bool]]:
    """Business keys with this beginning, found by index: SQLite's LIKE goes by none, but its order is by code point."""
    conditions = [DbInstance.business_key.startswith(business_key, autoescape=True)]
    if session.get_bind().dialect.name == "sqlite":
        conditions += [DbInstance.business_key >= business_key, DbInstance.business_key < business_key + "\U0010ffff"]
    return conditions


def _stands_still(session: Session) -> ColumnElement[bool]:
    """By itself or with its process: where no process stands still, the few instances that do are looked up."""
    now = DbSuspension.ended_at.is_(None)
    alone = DbInstance.id.in_(select(DbSuspension.instance_id).where(now, DbSuspension.instance_id.is_not(None)))
    keys = session.scalars(select(DbSuspension.process_key).where(now, DbSuspension.process_key.is_not(None))).all()
    definitions = select(DbProcessDefinition.id).where(DbProcessDefinition.key.in_(keys))
    return or_(alone, DbInstance.definition_id.in_(definitions)) if keys else alone


def _is_in(process: str) -> ColumnElement[bool]:
    """Instances of a process and those that have called it: while they are open, only as long as the call goes on."""
    definitions = select(DbProcessDefinition.id).where(DbProcessDefinition.key == process)
    called = type_coerce(DbInstance.called, Text)
    was = and_(DbInstance.status.not_in(UNDER_WAY), called.contains(f":{process}:", autoescape=True))
    return or_(DbInstance.definition_id.in_(definitions), was, called.contains(f":{process}:+", autoescape=True))


def _is_at(session: Session, wanted: InstanceFilter, element: str) -> ColumnElement[bool]:
    """Instances at an element: from the few that are there or, of many, those that come first in the order of the list.

    Only where something else is asked for as well, each one is asked.
    """
    waits: Sequence[Any] = (DbTimer, DbSubscription, DbJob, DbIncident)
    here = [(DbTask, (DbTask.element == element) & TASK_IS_OPEN)]
    here += [(table, (table.element == element) & table.instance_id.is_not(None)) for table in waits]
    tops = (select(table.instance_id).where(at).limit(FEW + 1).subquery() for table, at in here)
    found = session.scalars(union_all(*(select(top.c.instance_id) for top in tops))).all()
    if len(found) <= FEW:
        return DbInstance.id.in_(set(found))
    if wanted == replace(_OPEN, element=element, **{name: getattr(wanted, name) for name in _ORDER}):
        most = wanted.page * wanted.per_page + MOST_COUNTED + 1
        order = (table.instance_id if wanted.oldest_first else table.instance_id.desc() for table, _ in here)
        firsts = (
            select(table.instance_id).where(at).distinct().order_by(by).limit(most).subquery()
            for (table, at), by in zip(here, order, strict=True)
        )
        return DbInstance.id.in_(union_all(*(select(first.c.instance_id) for first in firsts)))
    asked = (
        select(literal(1)).where(table.instance_id == DbInstance.id, at).limit(1).correlate(DbInstance)
        for table, at in here
    )
    return or_(*(each.scalar_subquery().is_not(None) for each in asked))


def _has_variable(session: Session, name: str, value: Json) -> ColumnElement[bool]:
    """Whether one of its variables has a value: by index, or where there is none (SQLite) among those of each instance.

    Its own are found by their key, those of processes that it has called are looked through.
    """
    query = select(DbVariable.instance_id).where(DbVariable.name == name)
    if value is not None:
        query = query.where(DbVariable.text == search_text(value))
    if session.get_bind().dialect.name != "sqlite":
        return DbInstance.id.in_(query)
    of_instance = query.where(DbVariable.instance_id == DbInstance.id).correlate(DbInstance)
    return or_(*(of_instance.where(scope).exists() for scope in (DbVariable.scope == 0, DbVariable.scope > 0)))


def _mentions(part: str, sealed: Collection[str], whole: Collection[str]) -> ColumnElement[bool]:
    parts = DbVariable.text.icontains(part, autoescape=True)
    if whole:
        parts &= or_(DbVariable.name.not_in(whole), DbVariable.text == part)
    variables = select(DbVariable.instance_id).where(parts)
    known = DbInstance.id.in_(variables) & _is_open(sealed)
    return or_(DbInstance.business_key.icontains(part, autoescape=True), known)


def _is_open(sealed: Collection[str]) -> ColumnElement[bool]:
    """Whether an instance may be found by its values: neither it nor another of its case is of a sealed folder."""
    if not sealed:
        return true()
    query = select(DbProcessDefinition.id).join(DbDeployment, DbDeployment.id == DbProcessDefinition.deployment_id)
    closed = query.where(DbDeployment.name.in_(sealed))
    other = aliased(DbInstance)
    of_case = (other.business_key == DbInstance.business_key) & other.definition_id.in_(closed)
    return DbInstance.definition_id.not_in(closed) & ~exists().where(of_case).correlate(DbInstance)
