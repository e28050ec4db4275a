"""Leases: who has taken a piece of work, and until when; what a worker does that is lost is taken up by the others."""

import os
import secrets
import socket
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    Interval,
    Select,
    bindparam,
    delete,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from engine.database import Database
from engine.errors import LeaseLost
from engine.session import Session, now
from engine.store.columns import UtcTime
from engine.store.prepared import Prepared
from engine.store.schema import IS_SERVICE, IS_STEP, JOB_IS_OPEN, DbJob
from engine.store.working import DbLease
from engine.work.model import Work

LEASE = timedelta(seconds=10)
"""So long work is its owner's after the last sign of life; within 15 seconds somebody else takes it up."""
FRESH = timedelta(seconds=2)
"""A lease that was given less than so long ago is not renewed."""
HOLD = timedelta(seconds=60)
"""So long a job rests whose instance stands still."""
FAR = timedelta(minutes=5)
"""No lease ends so late: a clock was set back, and nobody waits for the old time to come again."""
HELD = "nobody"
"""The owner of a job that rests."""

T = TypeVar("T")

_WORKER = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
_NUMBERS = count(1)
_NAMED: set[str] = set()
"""Under which names this process does what one process at a time does for all."""
_COLUMNS = [DbJob.__table__.c[name] for name in Work.__dataclass_fields__]


@dataclass(frozen=True)
class Lease:
    """Work of a name that is done by one process at a time."""

    database: Database
    name: str
    owner: str

    def confirm(self) -> None:
        """Make sure, right before something leaves the house, that it is still ours; LeaseLost."""
        with self.database.transaction() as session:
            mine = DbLease.name == self.name, DbLease.owner == self.owner
            change = update(DbLease).where(*mine).values(leased_until=from_now(session, LEASE))
            if session.connection().execute(change).rowcount != 1:
                raise LeaseLost(what=self.name)


def does_for_all() -> bool:
    """Whether this process is at something that one process at a time does for all."""
    return bool(_NAMED)


def new_owner() -> str:
    """The name of one taking: machine, process, and a number, for a process must know its own old ones."""
    return f"{_WORKER}-{next(_NUMBERS)}"


def share_out(names: Sequence[str], limit: int, take_of: Callable[[str, int], Sequence[T]]) -> list[T]:
    """Take something from each of some queues: what the first ones do not need of their share the others get.

    Args:
        names: of the queues; whose turn it is comes first.
        limit: so many at most.
        take_of: takes so many at most from a queue.
    """
    found: list[T] = []
    for place, name in enumerate(names):
        share = max(1, (limit - len(found)) // (len(names) - place))
        if len(found) < limit:
            found += take_of(name, share)
    return found


def choose(session: Session, queue: str, limit: int, *, service: bool, but: Select[tuple[int]]) -> list[int]:
    """The numbers of open jobs that `take` would take, without some; nothing is written."""
    ready = [JOB_IS_OPEN, IS_SERVICE if service else IS_STEP, DbJob.due_at <= now(session), is_free(session)]
    ready += [DbJob.queue == queue, DbJob.id.not_in(but)]
    if not service:
        ready.append(~_is_behind())
    query = select(DbJob.id).where(*ready).order_by(DbJob.due_at, DbJob.id).limit(limit)
    return list(session.connection().execute(query).scalars())


def take(session: Session, queue: str, limit: int, *, service: bool, owner: str) -> list[Work]:
    """Take open jobs that are due and that nobody has, the longest due first, in one statement.

    Of the steps of an instance only the first is given, so that they are done in order whoever does them. Rows that
    somebody else is taking at this moment are left out.

    Args:
        session: committed before anything is done with them.
        queue: of this process only.
        limit: so many at most.
        service: effects outside the database, else steps.
        owner: who takes them, see `new_owner`.
    """
    connection = session.connection()
    values = {"due": now(session), "at_most": limit, "of_queue": queue, "new_owner": owner, **_moments()}
    rows = _taking(connection.dialect.name, service).rows(connection, values)
    return sorted((Work(*row) for row in rows), key=lambda work: (work.due_at, work.id))


def take_one(session: Session, job_id: int, owner: str) -> Work | None:
    """Take one job, due or not; None when it is done, or somebody has it."""
    ready = DbJob.id == job_id, JOB_IS_OPEN, is_free(session)
    change = update(DbJob).where(*ready).returning(*_COLUMNS)
    values = {"owner": owner, "leased_until": from_now(session, LEASE)}
    row = session.connection().execute(change.values(**values)).one_or_none()
    return None if row is None else Work(*row)


def end(session: Session, job_id: int) -> bool:
    """Delete the row of a job that nobody has; False when it is done, or somebody has it."""
    connection = session.connection()
    return _ending(connection.dialect.name).run(connection, {"number": job_id, **_moments()}) == 1


def queues(session: Session, *, service: bool) -> list[str]:
    """The queues with open jobs that are due: a few steps along the index, however many jobs wait."""
    connection, moment = session.connection(), now(session)
    found: list[str] = []
    ((name,),) = _FIRST_QUEUE[service].rows(connection, {"due": moment})
    while name is not None:
        found.append(name)
        ((name,),) = _NEXT_QUEUE[service].rows(connection, {"due": moment, "last": name})
    return found


def is_free(session: Session) -> ColumnElement[bool]:
    """Whether nobody has a job now."""
    moment = from_now(session, timedelta(0))
    return or_(DbJob.leased_until.is_(None), DbJob.leased_until < moment, DbJob.leased_until > from_now(session, FAR))


def renew(session: Session, owners: Collection[str]) -> None:
    """Say that one is still at it; not of what was taken a moment ago, nor of what is being written down just now.

    Also of what this process does for all, see `one_at_a_time`.
    """
    if named := tuple(_NAMED):
        mine = DbLease.owner.in_(named), DbLease.leased_until < from_now(session, LEASE - FRESH)
        session.connection().execute(update(DbLease).where(*mine).values(leased_until=from_now(session, LEASE)))
    if not owners:
        return
    old = DbJob.owner.in_(owners), JOB_IS_OPEN, DbJob.leased_until < from_now(session, LEASE - FRESH)
    chosen = select(DbJob.id).where(*old).with_for_update(of=DbJob, skip_locked=True).cte("chosen")
    change = update(DbJob).where(DbJob.id.in_(select(chosen.c.id)))
    session.connection().execute(change.values(leased_until=from_now(session, LEASE)))


def confirm(session: Session, job: Work) -> None:
    """Make sure, right before something leaves the house, that a job is still its owner's; LeaseLost."""
    mine = DbJob.id == job.id, DbJob.owner == job.owner, JOB_IS_OPEN
    change = update(DbJob).where(*mine).values(leased_until=from_now(session, LEASE))
    if session.connection().execute(change).rowcount != 1:
        raise LeaseLost(what=f"job {job.id}")


def release(session: Session, job: Work) -> None:
    """Give a job back that could not be done just now."""
    mine = DbJob.id == job.id, DbJob.owner == job.owner
    session.connection().execute(update(DbJob).where(*mine).values(owner=None, leased_until=None))


def hold(session: Session, job: Work) -> None:
    """Let a job rest whose instance stands still; it is looked at again after a while."""
    mine = (DbJob.id == job.id, JOB_IS_OPEN, DbJob.owner == job.owner if job.owner else is_free(session))
    values = {"owner": HELD, "leased_until": from_now(session, HOLD)}
    session.connection().execute(update(DbJob).where(*mine).values(**values))


def release_all(session: Session) -> None:
    """Free everything, where it is certain that nobody else works: whoever had it has died."""
    session.connection().execute(update(DbJob).where(DbJob.owner.is_not(None)).values(owner=None, leased_until=None))
    session.connection().execute(delete(DbLease))


@contextmanager
def one_at_a_time(database: Database, name: str) -> Iterator[Lease | None]:
    """Do something that one process at a time does for all; None while another one is at it.

    However long it takes: whoever renews what the process has taken renews this, too.
    """
    owner = new_owner()
    with database.transaction() as session:
        dialect: Any = postgresql if session.dialect == "postgresql" else sqlite
        moment = from_now(session, timedelta(0))
        made = dialect.insert(DbLease).values(name=name, owner=owner, leased_until=from_now(session, LEASE))
        over = or_(DbLease.leased_until < moment, DbLease.leased_until > from_now(session, FAR))
        new = {"owner": made.excluded.owner, "leased_until": made.excluded.leased_until}
        statement = made.on_conflict_do_update(index_elements=["name"], set_=new, where=over)
        taken = session.connection().execute(statement.returning(DbLease.owner)).scalar_one_or_none() == owner
    if not taken:
        yield None
        return
    _NAMED.add(owner)
    try:
        yield Lease(database, name, owner)
    finally:
        _NAMED.discard(owner)
        with database.transaction() as session:
            session.connection().execute(delete(DbLease).where(DbLease.name == name, DbLease.owner == owner))


def _is_behind() -> ColumnElement[bool]:
    """Whether another step of the same instance comes before a job.

    No index of open jobs serves what stands in coalesce: PostgreSQL takes it for almost empty, as it is but for bursts,
    and would read all that is due before each job instead of the few of its instance.
    """
    earlier = aliased(DbJob)
    return exists().where(
        earlier.instance_id == DbJob.instance_id,
        func.coalesce(earlier.status, literal_column("''")) == literal_column("'open'"),
        earlier.kind != literal_column("'service'"),
        tuple_(earlier.due_at, earlier.id) < tuple_(DbJob.due_at, DbJob.id),
    )


def _ready(*, service: bool) -> list[ColumnElement[bool]]:
    """Whether a job is open and due; the indexes are over the rows of one kind."""
    return [JOB_IS_OPEN, IS_SERVICE if service else IS_STEP, DbJob.due_at <= bindparam("due", type_=UtcTime)]


_FIRST_QUEUE, _NEXT_QUEUE = (
    {
        service: Prepared(select(func.min(DbJob.queue)).where(*_ready(service=service), *more))
        for service in (False, True)
    }
    for more in ((), (DbJob.queue > bindparam("last"),))
)


@cache
def _taking(dialect: str, service: bool) -> Prepared:  # noqa: FBT001 - of a cache
    """The statement that takes, worked out once: else it would be a fifth of what a worker does in a burst."""
    until = _moment(dialect, "until")
    ready = [*_ready(service=service), _free(dialect), DbJob.queue == bindparam("of_queue")]
    if not service:
        ready.append(~_is_behind())
    found = select(DbJob.id).where(*ready).order_by(DbJob.due_at, DbJob.id).limit(bindparam("at_most", type_=Integer))
    chosen = found.with_for_update(of=DbJob, skip_locked=True).cte("chosen")
    change = update(DbJob).where(DbJob.id.in_(select(chosen.c.id)))
    return Prepared(change.values(owner=bindparam("new_owner"), leased_until=until).returning(*_COLUMNS))


@cache
def _ending(dialect: str) -> Prepared:
    """The statement that ends what nobody has, worked out once."""
    return Prepared(delete(DbJob).where(DbJob.id == bindparam("number"), JOB_IS_OPEN, _free(dialect)))


def _free(dialect: str) -> ColumnElement[bool]:
    """Whether nobody has a job, see `is_free`."""
    moment, far = (_moment(dialect, name) for name in ("moment", "far"))
    return or_(DbJob.leased_until.is_(None), DbJob.leased_until < moment, DbJob.leased_until > far)


_DISTANCES = {"moment": timedelta(0), "far": FAR, "until": LEASE}


def _moment(dialect: str, name: str) -> ColumnElement[datetime]:
    """One of the moments that these statements need, by the clock of the database."""
    if dialect != "postgresql":
        return bindparam(name, type_=UtcTime)
    return func.clock_timestamp(type_=UtcTime) + literal(_DISTANCES[name], Interval)


def _moments() -> dict[str, datetime]:
    """The same by the clock of this machine, where the database is in it."""
    moment = datetime.now(UTC)
    return {name: moment + distance for name, distance in _DISTANCES.items()}


def from_now(session: Session, distance: timedelta) -> ColumnElement[datetime]:
    """A moment from now on by the clock of the database, so that the clocks of machines need not agree.

    It is not the engine's clock, which may be set: whoever is lost is lost by the clock on the wall.
    """
    if session.dialect == "postgresql":
        moment: ColumnElement[datetime] = func.clock_timestamp(type_=UtcTime)
        return moment + literal(distance, Interval) if distance else moment
    return literal(datetime.now(UTC) + distance, UtcTime)
