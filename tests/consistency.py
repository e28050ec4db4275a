"""Whether a database is of one piece: states, tasks, timers, jobs, messages, incidents, clocks and history agree."""

from collections import Counter

import orjson
import sqlalchemy as sa

from engine.core import Execution
from engine.run.host import StepHost
from engine.run.steps import read_variables
from engine.session import now
from engine.store.schema import DbEvent, DbIncident, DbInstance, DbJob, DbSubscription, DbTask, DbTimer
from engine.values import SYSTEM
from processes.cases.schema import DbAwaited, DbCase, DbCaseAudience, DbCaseClock
from processes.clock import calendar_days
from processes.settings import Settings
from processes.statistics import keeping, reckoning
from processes.statistics.records import Row
from processes.statistics.schema import DbCountedCase, DbCountedSum


def check(database):
    """AssertionError that names all that does not agree; how many instances were looked at."""
    with database.reading() as session:
        found = session.execute(
            sa.select(DbInstance.id, DbInstance.state, DbInstance.status, DbInstance.business_key).order_by(
                DbInstance.id
            )
        ).all()
        wrong = [line for each in found for line in _instance(session, *each)]
        wrong += _clocks(session)
        wrong += _readers(session)
        wrong += awaited(session)
        wrong += about(session)
        wrong += counted(session, calendar_days.calendar_with(Settings(), calendar_days.rows(session)))
    assert not wrong, "\n".join(wrong)
    return len(found)


def _instance(session, number, state, status, business_key):
    rows = {name: _tokens(session, table, number, *where) for name, table, *where in _ROWS}
    events = Counter(session.scalars(sa.select(DbEvent.kind).where(DbEvent.instance_id == number)))
    if events["started"] != 1:
        yield f"instance {number}: {events['started']} beginnings in the history"
    if events["ended"] + events["aborted"] > 1:
        yield f"instance {number}: ended more than once"
    if status.is_over:
        if not events["ended"] and not events["aborted"]:
            yield f"instance {number}: over, but the history knows no end"
        yield from (f"instance {number}: over, but has {name} {at}" for name, at in rows.items() if at)
        return
    host = StepHost(session, SYSTEM, now(session), instance_id=number, business_key=business_key)
    execution = Execution.load(state, read_variables(session, number), host)
    # a timer that is due has become a job, the rest of a cut step still is one
    rows["timers"] = sorted({*rows["timers"], *rows.pop("due timers")})
    for name, at in rows.items():
        wanted = sorted(getattr(execution, name))
        known = [token for token in at if name != "jobs" or token not in execution.incidents]  # a failed one stays
        if known != wanted:
            yield f"instance {number}: {name} {known} in the table, {wanted} in the state"
    if (status == "incident") != bool(execution.incidents):
        yield f"instance {number}: is {status}, its incidents are {sorted(execution.incidents)}"
    entered = set(session.scalars(_events(number, "entered")))
    yield from (f"instance {number}: {at} is open but was never entered" for at in set(execution.tasks) - entered)


_ROWS = (
    ("tasks", DbTask, DbTask.status == "open"),
    ("timers", DbTimer),
    ("due timers", DbJob, DbJob.kind == "timer"),
    ("subscriptions", DbSubscription),
    ("incidents", DbIncident),
    ("jobs", DbJob, DbJob.kind == "service"),
)


def _tokens(session, table, number, *where):
    return sorted(session.scalars(sa.select(table.token).where(table.instance_id == number, *where)))


def _events(number, kind):
    return sa.select(DbEvent.token).where(DbEvent.instance_id == number, DbEvent.kind == kind)


def awaited(session):
    """Who waits for which task: as the triggers have kept it, and as cases, people and tasks say it."""
    cases = {case.instance_id: case for case in session.scalars(sa.select(DbCase).where(DbCase.closed_at.is_(None)))}
    people = {number: {case.owner, case.opened_by} - {None} for number, case in cases.items()}
    worked = sa.select(DbCase.instance_id, DbCaseAudience.value).join(DbCaseAudience).where(DbCase.closed_at.is_(None))
    for number, person in session.execute(worked.where(DbCaseAudience.kind == "person")):
        people[number].add(person)
    told = {
        (person, task.audience_id, task.due_sort, task.id)
        for task in session.scalars(sa.select(DbTask).where(DbTask.status == "open"))
        for person in people.get(task.instance_id, ())
        if person != task.assignee
    }
    columns = DbAwaited.person, DbAwaited.audience_id, DbAwaited.due_sort, DbAwaited.task_id
    kept = {tuple(row) for row in session.execute(sa.select(*columns))}
    yield from (f"{row[0]} waits for task {row[3]}, and nothing is kept of it" for row in told - kept)
    yield from (f"it is kept that {row[0]} waits for task {row[3]}, and it is not so" for row in kept - told)


def about(session):
    """Which case an open task is of, also one that runs beside it: as the triggers keep it, and as its business key says."""
    of_key = DbCase.number == DbInstance.business_key
    kept = DbTask.about_id, DbTask.about_kind, DbTask.about_open, DbTask.about_since, DbTask.about_due
    meant = DbCase.id, DbCase.procedure, DbCase.status == "open", DbCase.received_at, DbCase.due_at
    query = sa.select(DbTask.id, *kept, *meant).join(DbInstance, DbInstance.id == DbTask.instance_id)
    for number, *both in session.execute(query.outerjoin(DbCase, of_key).where(DbTask.status == "open")):
        if both[:5] != both[5:]:
            yield f"task {number} is kept as of case, of, open, received, due: {both[:5]}, and is of {both[5:]}"


def _readers(session):
    """Who sees a case stands in the order of lists: open as the case is, with its receipt, procedure and due date."""
    kept = DbCaseAudience.open, DbCaseAudience.received_at, DbCaseAudience.procedure, DbCaseAudience.due_at
    meant = DbCase.status == "open", DbCase.received_at, DbCase.procedure, DbCase.due_at
    for number, value, *both in session.execute(
        sa.select(DbCase.number, DbCaseAudience.value, *kept, *meant).join(DbCaseAudience)
    ):
        if both[:4] != both[4:]:
            yield f"{value} sees {number}, which is kept as open, received, of, due: {both[:4]}, and is {both[4:]}"


def counted(session, calendar):
    """What the statistics keep: sums of what cases counted as, which is what they count as where nothing changed."""
    kept = {row.case_id: row for row in map(_row, session.scalars(sa.select(DbCountedCase)))}
    waiting = {*keeping.waiting(session, reckoning.bases(session, calendar), 10**6)}
    now_ = reckoning.rows(session, calendar, [*session.scalars(sa.select(DbCase.id))])
    for number in {*kept, *now_} - waiting:
        if kept.get(number) != now_.get(number):
            yield f"case {number} was counted as {kept.get(number)}, is {now_.get(number)}, and nothing is to be done"
    meant = {}
    for row in kept.values():
        keeping.add(meant, row, 1)
    cells = {_cell(row): orjson.loads(row.sums) for row in session.scalars(sa.select(DbCountedSum))}
    yield from (
        f"the sums of {cell} are {cells.get(cell)}, its cases say {meant.get(cell)}"
        for cell in {*cells, *meant}
        if cells.get(cell) != meant.get(cell)
    )


def _row(counted_case):
    return Row(*(getattr(counted_case, name) for name in Row._fields))


def _cell(counted_sum):
    return tuple(getattr(counted_sum, name) for name in ("part", "procedure", "month", "known", "unit"))


def _clocks(session):
    """Clocks and cases: nothing runs in a case that is over, and the instance of an open case is there.

    The clock of a merged case stays as it was: the case may be taken apart again. One that was withdrawn is answered
    by nobody: its clock ends with it, and nothing stops it.
    """
    running = sa.select(DbCase.number, DbCaseClock.name).join(DbCaseClock, DbCaseClock.case_id == DbCase.id)
    running = running.where(
        DbCase.status.not_in(("open", "merged")),
        DbCase.outcome.is_distinct_from("withdrawn"),
        DbCaseClock.start_at.is_not(None),
        DbCaseClock.stopped_at.is_(None),
    )
    for number, name in session.execute(running):
        yield f"case {number}: over, but its clock {name} runs"
    numbers = session.scalars(sa.select(DbCase.number)).all()
    if len(set(numbers)) != len(numbers):
        yield "two cases have one number"
