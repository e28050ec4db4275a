"""The case register: every complaint has a number without gaps, whoever and however it came."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from engine import Actor, Call, Json, Session, StepResult, TaskItem, Whole, now
from engine.errors import NotFound
from processes.cases import access, facts, numbers, titles
from processes.cases.held import KEPT, Held, cases, find, held_of, numbered, row_of
from processes.cases.schema import DbCase
from processes.office import Office
from processes.procedures.model import Procedure
from processes.values import moment_of


def open_case(
    session: Session,
    office: Office,
    procedure: Procedure,
    instance_id: int,
    values: Mapping[str, Json],
    *,
    by: Actor,
    call: Call | None = None,
) -> DbCase:
    """The case of the instance, entered in the register the first time it is asked for (GC-A8-2b).

    Args:
        session: of the step; the number is given out in its transaction, so that none is ever left out.
        office: for the zone.
        procedure: that the instance follows.
        instance_id: the instance that runs the case.
        values: process variables under the names of the register form.
        by: who registered it.
        call: of the service that opens it, which may know the case.
    """
    case = find_of_instance(session, instance_id) if call is None else _find_own(session, call)
    known = facts.Values(session, procedure, values)
    if case is not None and not case.facts:  # it has moved here, or is open again
        facts.project(procedure, case, values, known)
        facts.index(procedure, case)
    if case is not None:
        return case
    opened = now(session)
    number = numbers.next_number(session, procedure.prefix, opened, office.zone)
    case = cases().new(
        number=number,
        procedure=procedure.key,
        instance_id=instance_id,
        title="",
        description="",
        status="open",
        opened_by=by.id,
        received_at=moment_of(known.get(procedure.case.get("received", "")), office.zone) or opened,
        opened_at=opened,
        language="en" if known.get(procedure.case.get("language", "")) == "en" else "zh",
    )
    if call is not None:  # held from now on: what fails gives the number back
        call.kept[KEPT] = Held(case, partial(numbers.give_back, prefix=procedure.prefix, number=number))
    facts.project(procedure, case, values, known)
    case.title = case.title or titles.short(case.description)
    facts.index(procedure, case)
    if call is None:
        row_of(session, case)
        save(session, case)
    return case


def find_of_instance(session: Session, instance_id: int) -> DbCase | None:
    """The case that an instance runs, if it has opened one."""
    return cases().find(session, instance_id)


def save(session: Session, case: DbCase) -> None:
    """Write what a step has changed of a case, its facts and clocks."""
    cases().save(session, case)
    session.flush()  # lines of its record, what services added


def _find_own(session: Session, call: Call) -> DbCase | None:
    """The case that the instance of a call runs; without a business key, which a case gives its instance, none."""
    case = None if call.business_key is None else find_of_step(session, call)
    return case if case is not None and case.instance_id == call.instance_id else None


def find_by_number(session: Session, number: str | None) -> DbCase | None:
    """The case of a number, whoever asks; None for none."""
    return None if number is None else numbered().find(session, number)


def find_each(session: Session, ids: Sequence[int]) -> list[DbCase]:
    """Some cases by their `id`, in that order, with facts and clocks; whoever asks has found that they may be seen."""
    return _of_each().find_each(session, ids)


@cache
def _of_each() -> Whole[DbCase]:
    return Whole(DbCase.id, DbCase.facts, DbCase.clocks)


def find_of_task(session: Session, task: TaskItem) -> DbCase | None:
    """The case that a task is about: that of its instance, or the one beside which it runs."""
    return find_of_instance(session, task.instance_id) or find_by_number(session, task.business_key)


def find_of_step(session: Session, step: Call | StepResult) -> DbCase | None:
    """The case that a step works for; read once a step, because every service asks.

    That is the one that its instance runs, else the one whose number it bears: it runs beside the case, or the case has
    gone on from it to another.
    """
    held = held_of(step)
    if held is not None:
        return held.case
    case = find(session, step)
    if case is not None:
        step.kept[KEPT] = Held(case)
    return case


def get_case(session: Session, number: str, actor: Actor) -> DbCase:
    """The case with that number; NotFound, the same for one that the actor may not see."""
    case = find_seen(session, number, actor)
    if case is None:
        raise NotFound(what="case", key=number)
    return case


def find_seen(session: Session, number: str, actor: Actor) -> DbCase | None:
    """The case with that number; None, the same for one that the actor may not see."""
    seen = access.visible_to(session, actor)
    asked = {**seen.given, "number": number.strip().upper()}
    return next(iter(numbered().find_all(session, _seen(seen.condition), asked)), None)


def find_around(session: Session, actor: Actor, instances: Collection[int], keys: Collection[str]) -> list[DbCase]:
    """The cases that some instances run, and those with some numbers, as far as the actor may see them."""
    seen = access.visible_to(session, actor)
    asked = {**seen.given, "instances": [*instances], "keys": [*keys]}
    return numbered().find_all(session, _around(seen.condition), asked)


@lru_cache(maxsize=access.MOST_KEPT)
def _around(condition: ColumnElement[bool]) -> Select[Any]:
    runs = DbCase.instance_id.in_(bindparam("instances", expanding=True))
    beside = DbCase.number.in_(bindparam("keys", expanding=True))
    return numbered().where(or_(runs, beside), condition)


@lru_cache(maxsize=access.MOST_KEPT)
def _seen(condition: ColumnElement[bool]) -> Select[Any]:
    return numbered().where(DbCase.number == bindparam("number"), condition)


def last_registered(session: Session, person: str) -> Mapping[str, datetime]:
    """When somebody last registered a case of each procedure, by its key."""
    query = select(DbCase.procedure, func.max(DbCase.opened_at)).where(DbCase.opened_by == person)
    return {row[0]: row[1] for row in session.execute(query.group_by(DbCase.procedure))}
