"""Steps that are late: counted against their unit, once in the record of their case, told to who answers for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, exists, func, select

from engine import SYSTEM, Database, Prepared, Session, joins, leases, now, tasks
from processes import procedures
from processes.cases import access, telling
from processes.cases.schema import DbCase, DbCaseEntry
from processes.office import Office
from processes.people import organisation

KIND = "stage_late"

MOST = 50
"""So many are told in one transaction."""


@dataclass(frozen=True)
class LateStep:
    """A task of a case that is or was not done when it was due."""

    unit: str | None
    """Whose step it is; None of a step for persons only."""
    element: str
    name: str
    deployment_id: int
    due: datetime
    """It is late since then."""
    done: datetime | None
    """When it was done; None while it is open."""


def of_case(session: Session, case: DbCase) -> Sequence[LateStep]:
    """The steps of a case that are or were late, the first first (KB-3.4.2-4, KB-3.4.3-4)."""
    rows = _late_steps().rows(session.connection(), {"number": case.instance_id, "moment": now(session)})
    return [LateStep(*row) for row in rows]


@cache
def _late_steps() -> Prepared:
    every = joins.work().c
    moment = bindparam("moment", type_=every.ended_at.type)
    columns = every.unit, every.element, every.name, every.deployment_id, every.due_at, every.ended_at
    late = every.due_at < func.coalesce(every.ended_at, moment)
    query = select(*columns).where(every.instance_id == bindparam("number"), late)
    return Prepared(query.order_by(every.due_at, every.id))


def counts(session: Session, instance_ids: Collection[int]) -> Mapping[int, int]:
    """Of some instances that run cases how many of their open steps are late, where there are any."""
    asked = {"numbers": [*instance_ids], "moment": now(session)}
    return {row[0]: row[1] for row in session.execute(_counted(), asked) if row[1]}


@cache
def _counted() -> Select[int, int]:
    """Of the case of each one after another: together PostgreSQL would read an index of all open tasks for them."""
    late = joins.open_tasks().c
    of_case = late.instance_id == DbCase.instance_id
    steps = select(func.count()).where(of_case, late.due_sort <= bindparam("moment")).correlate(DbCase)
    query = select(DbCase.instance_id, steps.scalar_subquery())
    return query.where(DbCase.instance_id.in_(bindparam("numbers", expanding=True)))


def sweep(database: Database, office: Office) -> int:
    """Tell of the steps that have become late since the last time; how many they were. One worker does it for all.

    People are reminded in working time: of what falls due outside of it when it begins again.
    """
    with database.reading() as session:
        if not (_newly_late(session, 1) and office.calendar(session).is_working_time(now(session))):
            return 0
    with leases.one_at_a_time(database, "late steps") as lease:
        return 0 if lease is None else _tell_all(database)


def _tell_all(database: Database) -> int:
    with database.transaction() as session:
        found = _newly_late(session, MOST)
        for case_id, task_id in found:
            _tell(session, session.get_one(DbCase, case_id), task_id)
        return len(found)


def _late() -> Prepared:
    late = joins.open_tasks()
    told = exists().where(DbCaseEntry.task_id == late.c.id).correlate(late)
    query = select(DbCase.id, late.c.id).join(late, late.c.instance_id == DbCase.instance_id)
    query = query.where(DbCase.closed_at.is_(None), late.c.due_at <= bindparam("now", type_=late.c.due_at.type), ~told)
    return Prepared(query.order_by(late.c.due_at, late.c.id).limit(bindparam("most")))


_LATE = _late()


def _newly_late(session: Session, most: int) -> list[tuple[int, int]]:
    """The open tasks of cases whose date has passed and of which nobody was told yet, by case."""
    return [(case, task) for case, task in _LATE.rows(session.connection(), {"now": now(session), "most": most})]


def _tell(session: Session, case: DbCase, task_id: int) -> None:
    task = tasks.get_task(session, task_id)
    unit = next(iter(task.candidate_groups), None)
    roles, heads = _heads(session, case, unit)
    access.admit(session, case, people=heads)
    telling.tell(
        session,
        case,
        KIND,
        [telling.OWNER, *roles],
        by=SYSTEM,
        element=task.element,
        data={"unit": unit, "heads": list(heads)},
        scheduled_at=task.due_at,
        people=[task.assignee, *heads],
        task=task,
    )


def _heads(session: Session, case: DbCase, unit: str | None) -> tuple[Sequence[str], Sequence[str]]:
    """Who heads a unit: people who are in it and have a role of heads; else the roles."""
    roles = sorted(procedures.find(session, case.procedure).heads)
    if not roles:
        return (), ()
    members = organisation.members_of(session, [*roles, *([unit] if unit is not None else [])])
    theirs = members.get(unit or "", frozenset()) & frozenset().union(*(members[role] for role in roles))
    return ((), sorted(theirs)) if theirs else (roles, ())
