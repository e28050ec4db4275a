"""What instances wait for: timers, messages, jobs, and whoever mends an incident."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, null, select, true

from engine.kinds import JobKind, JobStatus, Trigger
from engine.look.rows import columns_of, value_of
from engine.session import Session, now
from engine.store.definitions import DbProcessDefinition
from engine.store.schema import DbIncident, DbInstance, DbJob, DbSubscription, DbTimer

_FAILED = (DbJob.status == JobStatus.FAILED) & (DbJob.kind != JobKind.SERVICE)


@dataclass(frozen=True)
class TimerItem:
    """A timer that waits."""

    id: int
    instance_id: int | None
    token: int | None
    element: str
    due_at: datetime
    deployment_id: int | None = None
    process_key: str | None = None
    """With the deployment, where its element is drawn; None of a start event."""


@dataclass(frozen=True)
class SubscriptionItem:
    """A message or signal that is waited for."""

    id: int
    instance_id: int | None
    definition_id: int | None
    token: int | None
    element: str
    kind: Trigger
    name: str
    deployment_id: int | None = None
    process_key: str | None = None
    """With the deployment, where its element is drawn; None of a start event."""


@dataclass(frozen=True)
class JobItem:
    """A job that is not done."""

    id: int
    instance_id: int | None
    kind: JobKind
    token: int | None
    element: str | None
    topic: str | None
    status: JobStatus
    due_at: datetime
    attempts: int
    last_error: str | None
    created_at: datetime
    deployment_id: int | None = None
    process_key: str | None = None
    """With the deployment, where its element is drawn; None without a token."""


@dataclass(frozen=True)
class IncidentItem:
    """A token that cannot go on."""

    id: int
    instance_id: int
    token: int
    element: str
    message: str
    created_at: datetime
    deployment_id: int | None = None
    process_key: str | None = None
    """With the deployment, where its element is drawn."""


@dataclass(frozen=True)
class DueItem:
    """A timer or job that is done as soon as somebody works, if nothing stands still."""

    id: int | None
    """Of a job."""
    what: str
    """The topic of a service, else the kind: timer, message, signal, start, go_on."""
    due_at: datetime
    business_key: str | None
    instance_id: int | None
    process_key: str | None
    element: str | None


def due(session: Session) -> list[DueItem]:
    """What is due now and open, the longest due first; also what a worker has just taken."""
    moment = now(session)
    found = []
    for table, number, what, ready in (
        (DbJob, DbJob.id, func.coalesce(DbJob.topic, DbJob.kind), DbJob.status == JobStatus.OPEN),
        (DbTimer, null(), literal("timer"), true()),
    ):
        queue = DbJob.queue if table is DbJob else DbTimer.process_key
        columns = number, what, table.due_at, DbInstance.business_key, table.instance_id
        key = func.coalesce(table.process_key, DbProcessDefinition.key, queue)
        query = (
            select(*columns, key, table.element)
            .outerjoin(DbInstance, DbInstance.id == table.instance_id)
            .outerjoin(DbProcessDefinition, DbProcessDefinition.id == table.definition_id)
            .where(ready, table.due_at <= moment)
        )
        found += [DueItem(*row) for row in session.execute(query)]
    return sorted(found, key=lambda each: each.due_at)


def timers_of(session: Session, instance_id: int) -> list[TimerItem]:
    """The timers of an instance, the next first."""
    query = select(*columns_of(TimerItem, DbTimer)).where(DbTimer.instance_id == instance_id)
    return [value_of(TimerItem, row) for row in session.execute(query.order_by(DbTimer.due_at, DbTimer.id))]


def subscriptions_of(session: Session, instance_id: int) -> list[SubscriptionItem]:
    """The messages and signals that an instance waits for."""
    rows = session.execute(_subscriptions(), {"number": instance_id})
    return [value_of(SubscriptionItem, row) for row in rows]


@cache
def _subscriptions() -> Select[Any]:
    mine = DbSubscription.instance_id == bindparam("number")
    return select(*columns_of(SubscriptionItem, DbSubscription)).where(mine).order_by(DbSubscription.id)


def failed_jobs(session: Session) -> list[JobItem]:
    """The jobs that failed for good and of which no incident tells: what is no service task; the oldest first."""
    query = select(*columns_of(JobItem, DbJob)).where(_FAILED)
    return [value_of(JobItem, row) for row in session.execute(query.order_by(DbJob.id))]


def count_failed_jobs(session: Session) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(DbJob).where(_FAILED)) or 0


def jobs_of(session: Session, instance_id: int) -> list[JobItem]:
    """The jobs of an instance that are not done."""
    query = select(*columns_of(JobItem, DbJob)).where(DbJob.instance_id == instance_id)
    return [value_of(JobItem, row) for row in session.execute(query.order_by(DbJob.id))]


def stopped(session: Session, instance_ids: Collection[int]) -> frozenset[int]:
    """Which of some instances have an open incident; one statement."""
    if not instance_ids:
        return frozenset()
    return frozenset(session.scalars(_STOPPED, {"numbers": [*instance_ids]}))


_STOPPED = (
    select(DbIncident.instance_id).where(DbIncident.instance_id.in_(bindparam("numbers", expanding=True))).distinct()
)


def incidents_of(session: Session, instance_id: int) -> list[IncidentItem]:
    """The open incidents of an instance."""
    return [value_of(IncidentItem, row) for row in session.execute(_incidents(), {"number": instance_id})]


@cache
def _incidents() -> Select[Any]:
    mine = DbIncident.instance_id == bindparam("number")
    return select(*columns_of(IncidentItem, DbIncident)).where(mine).order_by(DbIncident.id)
