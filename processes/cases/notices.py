"""Notices: what a person should hear of, remembered for each until it is read, and for a while longer."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from engine import Actor, Database, Json, Prepared, Session, TaskItem, askers, joins, now
from engine.errors import NotFound
from processes import rows
from processes.cases.access import MOST_KEPT, Seen, concealed, visible_to
from processes.cases.schema import DbCase, DbCaseClock, DbNotice
from processes.office import Office
from processes.people.absences import stand_ins, today
from processes.people.schema import DbMembership, DbPerson

HOME = "home"
"""In the data of a notice or of a line of a record: the deployment in whose texts the name of its step stands."""

OF_TASKS = ("passed_on", "asked", "stage_late")
"""Kinds that ask for something in a task; settled when it is closed."""

OF_CLOCKS = ("reminded", "warned", "breached", "escalated", "moved")
"""Kinds that ask for what a clock counts for; settled when that clock does not run any more."""

MOST_FORGOTTEN = 500
"""So many old notices go in one transaction."""


@dataclass(frozen=True)
class Heard:
    """A notice with its case, where the person may still see it."""

    notice: DbNotice
    case: DbCase | None
    unread: bool
    """Not read yet, and not settled without being read."""


def tell(
    session: Session,
    kind: str,
    *,
    by: Actor,
    people: Iterable[str | None] = (),
    groups: Iterable[str] = (),
    case_id: int | None = None,
    task: TaskItem | None = None,
    clock: str | None = None,
    data: Mapping[str, Json] | None = None,
    mail: bool = False,
) -> None:
    """Give a notice to people and to all in some units, each once, never to who caused it.

    Args:
        session: of the transaction that causes it, so that it is told if and only if it happens.
        kind: passed_on, taken, asked, comment, attached, told, warned, breached, escalated, moved, stage_late,
            stopped, job_failed, letter_dropped, looked_into, withheld.
        by: who caused it.
        people: logins; none is left out.
        groups: units and roles, resolved when it is written; who stands in for a member of one is told as well.
        case_id: which case it is about.
        task: which task it is about.
        clock: which clock of the case it is about, by its name.
        data: what the sentence needs beside; no text of a case, which the reader may one day see no more.
        mail: also by mail, for people with an address who want that.
    """
    units, logins = sorted(set(groups)), sorted({login for login in people if login} - {by.id})
    if not (logins or units):
        return
    known = dict(data or {})
    if task is not None:
        known |= {"task": task.name or task.element, HOME: task.deployment_id}
    values = {
        "at_moment": now(session),
        "of_kind": kind,
        "caused_by": by.id,
        "about_case": case_id,
        "about_task": task.id if task is not None else None,
        "about_clock": clock,
        "known": known,
        "by_mail": mail,
        "logins": json.dumps(logins),
        "units": json.dumps(units),
        "today": today(session),
    }
    session.gathered.add(_tell(session.dialect), [values])


@cache
def _tell(dialect: str) -> Prepared:
    given = {
        "at": "at_moment",
        "kind": "of_kind",
        "by": "caused_by",
        "case_id": "about_case",
        "task_id": "about_task",
        "clock": "about_clock",
        "data": "known",
    }
    columns = DbNotice.__table__.c
    wants_mail = DbPerson.mail_notices & (DbPerson.email != "") & bindparam("by_mail", type_=Boolean())
    units = rows.texts(dialect, "units")
    members = select(DbMembership.person).where(DbMembership.unit.in_(units))
    others = stand_ins(dialect, units, bindparam("today", type_=Date()))
    chosen = select(
        DbPerson.login,
        *(bindparam(name, type_=columns[column].type) for column, name in given.items()),
        case((wants_mail, "waiting"), else_=""),
    ).where(
        DbPerson.active,
        DbPerson.login != bindparam("caused_by"),
        or_(DbPerson.login.in_(rows.texts(dialect, "logins")), DbPerson.login.in_(members), DbPerson.login.in_(others)),
    )
    return Prepared(insert(DbNotice).from_select(["person", *given, "mail"], chosen, include_defaults=False))


_OLD = Prepared(
    select(DbNotice.id).where(DbNotice.at < bindparam("before")).order_by(DbNotice.at).limit(MOST_FORGOTTEN)
)


def sweep(database: Database, office: Office) -> int:
    """Let notices go that are old enough, some at a time; how many they were."""
    with database.reading() as session:
        before = now(session) - timedelta(days=office.settings.notice_days)
        found = [number for (number,) in _OLD.rows(session.connection(), {"before": before})]
    if found:
        with database.transaction() as session:
            session.connection().execute(delete(DbNotice).where(DbNotice.id.in_(found)))
    return len(found)


def is_told(session: Session, person: str, kind: str, *, by: Actor, task: TaskItem) -> bool:
    """Whether somebody has that notice of somebody about a task and has not read it yet."""
    same = (
        (DbNotice.person == person) & (DbNotice.kind == kind) & (DbNotice.by == by.id) & (DbNotice.task_id == task.id)
    )
    return session.scalar(select(DbNotice.id).where(same, DbNotice.read_at.is_(None)).limit(1)) is not None


def _mine(session: Session, actor: Actor) -> Seen:
    """Somebody's notices but for those of private cases that the person may not read: of these nothing is told.

    Of a task that the person may do all the same is told what it is called.
    """
    hidden = concealed(session, actor)
    if hidden is None:
        return Seen(_heard(None), askers.given(actor))
    return Seen(_heard(hidden.condition), hidden.given)


@lru_cache(maxsize=MOST_KEPT)
def _heard(hidden: ColumnElement[bool] | None) -> ColumnElement[bool]:
    asker = askers.asker(0)
    mine: ColumnElement[bool] = DbNotice.person == asker.person
    if hidden is None:
        return mine
    tasks = joins.open_tasks()
    own = exists().where(tasks.c.id == DbNotice.task_id, joins.is_with(tasks, asker)).correlate(DbNotice)
    return mine & or_(own, ~exists().where(DbCase.id == DbNotice.case_id, hidden).correlate(DbNotice))


def may_hear(session: Session, actor: Actor, number: int) -> bool:
    """Whether somebody may be told by a notice of one's own, by mail as on the page."""
    mine = _mine(session, actor)
    return session.scalar(select(DbNotice.id).where(DbNotice.id == number, mine.condition), mine.given) is not None


_UNREAD = Prepared(
    select(DbNotice.id).where(DbNotice.person == bindparam("whose"), DbNotice.read_at.is_(None)).limit(1)
)


def count_unread(session: Session, actor: Actor) -> int:
    """How many notices somebody has not read, those left out that have settled themselves."""
    if not _UNREAD.rows(session.connection(), {"whose": actor.id}):
        return 0  # as it is on most pages: what may be told need not be asked
    mine = _mine(session, actor)
    return session.scalar(_unread(mine.condition), mine.given) or 0


@lru_cache(maxsize=MOST_KEPT)
def _unread(mine: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(DbNotice).where(DbNotice.read_at.is_(None), mine, ~_settled())


@cache
def _settled() -> ColumnElement[bool]:
    """Whether what a notice asks for is done: its task is closed, or its clock does not run any more."""
    tasks = joins.open_tasks()
    task_open = exists().where(tasks.c.id == DbNotice.task_id).correlate(DbNotice)
    clock_runs = exists().where(
        DbCaseClock.case_id == DbNotice.case_id,
        or_(DbNotice.clock.is_(None), DbCaseClock.name == DbNotice.clock),
        DbCaseClock.stopped_at.is_(None),
        DbCaseClock.start_at.is_not(None),
        DbCase.id == DbNotice.case_id,
        DbCase.closed_at.is_(None),
    )
    of_task = DbNotice.kind.in_(OF_TASKS) & DbNotice.task_id.is_not(None) & ~task_open
    return or_(of_task, DbNotice.kind.in_(OF_CLOCKS) & ~clock_runs.correlate(DbNotice))


def of(session: Session, actor: Actor, *, limit: int = 50, offset: int = 0) -> list[Heard]:
    """Somebody's notices, unread ones first, then by time, the newest first."""
    unread = DbNotice.read_at.is_(None) & ~_settled()
    seen, mine = visible_to(session, actor), _mine(session, actor)
    query = select(DbNotice, DbCase, unread).outerjoin(DbCase, and_(DbCase.id == DbNotice.case_id, seen.condition))
    query = query.where(mine.condition).order_by(unread.desc(), DbNotice.at.desc(), DbNotice.id.desc())
    rows = session.execute(query.limit(limit).offset(offset), seen.given)
    return [Heard(notice, case, bool(fresh)) for notice, case, fresh in rows]


def read(session: Session, actor: Actor, number: int) -> Heard:
    """Mark one's own notice as read; NotFound, also for that of somebody else."""
    seen, mine = visible_to(session, actor), _mine(session, actor)
    query = select(DbNotice, DbCase).outerjoin(DbCase, and_(DbCase.id == DbNotice.case_id, seen.condition))
    row = session.execute(query.where(DbNotice.id == number, mine.condition), seen.given).one_or_none()
    if row is None:
        raise NotFound(what="notice", key=number)
    notice, case = row
    notice.read_at = notice.read_at or now(session)
    session.flush()
    return Heard(notice, case, unread=False)


def read_all(session: Session, actor: Actor) -> None:
    """Mark all of somebody's notices as read."""
    unread = (DbNotice.person == actor.id) & DbNotice.read_at.is_(None)
    session.execute(update(DbNotice).where(unread).values(read_at=now(session)))
