"""Steps that are late: once in the record of their case, against the unit, and told to who answers for them."""

from sqlalchemy import exists, select

from engine import SYSTEM, Database, Session, joins, leases, now, tasks
from processes.cases import telling
from processes.cases.schema import DbCase, DbCaseEntry

KIND = "stage_late"

MOST = 50
"""So many are told in one transaction."""


def sweep(database: Database) -> int:
    """Tell of the steps that have become late since the last time; how many they were. One worker does it for all."""
    with database.reading() as session:
        if not _newly_late(session, 1):
            return 0
    with leases.one_at_a_time(database, "late steps") as lease:
        return 0 if lease is None else _tell_all(database)


def _tell_all(database: Database) -> int:
    with database.transaction() as session:
        found = _newly_late(session, MOST)
        for case_id, task_id in found:
            _tell(session, session.get_one(DbCase, case_id), task_id)
        return len(found)


def _newly_late(session: Session, most: int) -> list[tuple[int, int]]:
    """The open tasks of cases whose date has passed and of which nobody was told yet, by case."""
    late = joins.open_tasks()
    told = exists().where(DbCaseEntry.task_id == late.c.id).correlate(late)
    query = select(DbCase.id, late.c.id).join(late, late.c.instance_id == DbCase.instance_id)
    query = query.where(DbCase.closed_at.is_(None), late.c.due_at <= now(session), ~told)
    return [(case, task) for case, task in session.execute(query.order_by(late.c.due_at, late.c.id).limit(most))]


def _tell(session: Session, case: DbCase, task_id: int) -> None:
    task = tasks.get_task(session, task_id)
    telling.tell(
        session,
        case,
        KIND,
        [telling.OWNER],
        by=SYSTEM,
        element=task.element,
        data={"unit": next(iter(task.candidate_groups), None)},
        scheduled_at=task.due_at,
        people=[task.assignee],
        task=task,
    )
