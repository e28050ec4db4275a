"""The tables of what runs: instances, what they wait for, their history."""

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from engine.kinds import EventKind, InstanceStatus, JobKind, JobStatus, TaskStatus, Trigger
from engine.store.base import KEPT, Base, is_kept, never_reused, of_owner, on_postgresql, over_open
from engine.store.columns import CalledText, Word
from engine.values import Called, Json

FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
"""What sorts a task without a due date behind all others."""


class DbInstance(Base):
    """One run of a process; `state` is what engine.core dumps, `revision` counts its steps."""

    __tablename__ = "instance"
    __table_args__ = never_reused(
        Index(None, "definition_id", "status", "id"),
        Index(None, "business_key", postgresql_ops={"business_key": "text_pattern_ops"}),
        Index(None, "status", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definition.id"))
    business_key: Mapped[str | None]
    status: Mapped[InstanceStatus] = mapped_column(Word(InstanceStatus, 10))
    state: Mapped[bytes]
    revision: Mapped[int]
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    end_element: Mapped[str | None]
    """The end events reached, separated by spaces."""
    called: Mapped[tuple[Called, ...]] = mapped_column(CalledText, nullable=True)
    """The processes that it has called, in the order of their first call; here because each step writes this row."""


class DbVariable(Base):
    """One value of an instance; scope 0 is the instance, else the token of a called process."""

    __tablename__ = "variable"
    __table_args__ = of_owner(on_postgresql("name", "text", "instance_id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True, autoincrement=False)
    scope: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Json]
    text: Mapped[str | None]
    """The beginning of the value as text, by which it is searched."""


class DbAudience(Base):
    """A set of candidates; tasks open to the same people share one, so that opening a task copies nobody."""

    __tablename__ = "audience"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The candidates in canonical JSON: [[users], [groups]]."""


class DbAudienceMember(Base):
    """A person or group in an audience."""

    __tablename__ = "audience_member"
    kind: Mapped[str] = mapped_column(String(5), primary_key=True)
    """user or group."""
    value: Mapped[str] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audience.id"), primary_key=True)


_ABOUT = ("about_id", "about_kind", "about_open", "about_since", "about_due")
_IN_ORDER = ("due_sort", "id", "process_key", "element", *_ABOUT)
"""Open tasks in the order of lists; and what they are, so that what they are about is found without their rows."""


class DbTask(Base):
    """A piece of work for a person; kept after it is done."""

    __tablename__ = "task"
    __table_args__ = never_reused(
        UniqueConstraint("instance_id", "token"),
        over_open("ix_task_mine", "assignee", *_IN_ORDER, where="status = 'open' AND assignee IS NOT NULL"),
        over_open("ix_task_group", "audience_id", "assignee", *_IN_ORDER, where="status = 'open'"),
        over_open("ix_task_due", "due_sort", "id", where="status = 'open'"),
        over_open("ix_task_place", "element", "process_key", "deployment_id", "instance_id", where="status = 'open'"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    token: Mapped[int]
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    """Where its element and form are found: that of the called process, if it is in one."""
    process_key: Mapped[str]
    element: Mapped[str]
    name: Mapped[str]
    form_ref: Mapped[str | None]
    status: Mapped[TaskStatus] = mapped_column(Word(TaskStatus, 10))
    assignee: Mapped[str | None]
    audience_id: Mapped[int] = mapped_column(ForeignKey("audience.id"))
    candidate_users: Mapped[Json]
    candidate_groups: Mapped[Json]
    priority: Mapped[int]
    due_at: Mapped[datetime | None]
    due_sort: Mapped[datetime]
    follow_up_at: Mapped[datetime | None]
    local: Mapped[Json]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    on_behalf_of: Mapped[str | None]
    """Somebody for whom the assignee has it, or for whom it was completed; None where it was the person's own work."""
    about_id: Mapped[int | None] = mapped_column(info=KEPT)
    """The number of what its business key names, in a table of whoever gave that; this and what follows is kept by
    triggers of theirs while it is open, for lists of theirs."""
    about_kind: Mapped[str | None] = mapped_column(info=KEPT)
    about_open: Mapped[bool | None] = mapped_column(info=KEPT)
    about_since: Mapped[datetime | None] = mapped_column(info=KEPT)
    about_due: Mapped[datetime | None] = mapped_column(info=KEPT)


TASK_COLUMNS = tuple(column for column in DbTask.__table__.c if not is_kept(column))
"""What the engine itself writes and reads of one."""


class DbTimer(Base):
    """A moment at which a token goes on, or, without an instance, a process starts."""

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("instance_id", "token"),
        Index(None, "due_at", "id"),
        Index("ix_timer_place", "element", "process_key", "deployment_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("process_definition.id"))
    token: Mapped[int | None]
    deployment_id: Mapped[int | None]
    process_key: Mapped[str | None]
    """With the deployment, where its element is drawn; None of a start event, whose definition says so."""
    element: Mapped[str]
    due_at: Mapped[datetime]
    rhythm: Mapped[Json]
    """Of a start event: what `engine.core.next_start` must know."""


class DbSubscription(Base):
    """A message or signal that a token waits for or, without an instance, that starts a process."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("instance_id", "token"),
        Index(None, "name", "kind", "instance_id"),
        Index(None, "key", "name"),
        Index("ix_subscription_place", "element", "process_key", "deployment_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("process_definition.id"))
    token: Mapped[int | None]
    deployment_id: Mapped[int | None]
    process_key: Mapped[str | None]
    """With the deployment, where its element is drawn; None of a start event, whose definition says so."""
    element: Mapped[str]
    kind: Mapped[Trigger] = mapped_column(Word(Trigger, 10))
    """message or signal."""
    name: Mapped[str]
    key: Mapped[str | None]
    """The correlation key that a message must have; None where none is drawn."""


class DbJob(Base):
    """Something to be done after the commit; its id is the idempotency key and is never used again."""

    __tablename__ = "job"
    __table_args__ = never_reused(
        over_open("ix_job_due", "due_at", "id", where="status = 'open'"),
        over_open("ix_job_service", "queue", "due_at", "id", where="status = 'open' AND kind = 'service'"),
        over_open("ix_job_step", "queue", "due_at", "id", where="status = 'open' AND kind <> 'service'"),
        Index(None, "instance_id", "token"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind] = mapped_column(Word(JobKind, 10))
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("process_definition.id"))
    token: Mapped[int | None]
    deployment_id: Mapped[int | None]
    process_key: Mapped[str | None]
    """With the deployment, where its element is drawn; None without a token."""
    element: Mapped[str | None]
    topic: Mapped[str | None]
    payload: Mapped[Json]
    status: Mapped[JobStatus] = mapped_column(Word(JobStatus, 10))
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    retries: Mapped[str | None]
    """camunda:failedJobRetryTimeCycle as written."""
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    queue: Mapped[str] = mapped_column(default="")
    """The key of the process that made it: between queues work is shared fairly."""
    allowance: Mapped[int] = mapped_column(default=0)
    """How many messages and signals may still follow from it before a person or a timer acts."""
    owner: Mapped[str | None]
    """Who has taken it; of one taking, so that whoever wakes up late does not take himself for the next."""
    leased_until: Mapped[datetime | None]
    """Until when it is the owner's, by the clock of the database; then whoever comes takes it."""


class DbIncident(Base):
    """A token that cannot go on until somebody mends the cause."""

    __tablename__ = "incident"
    __table_args__ = never_reused(UniqueConstraint("instance_id", "token"), Index(None, "created_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    token: Mapped[int]
    deployment_id: Mapped[int | None]
    process_key: Mapped[str | None]
    """With the deployment, where its element is drawn."""
    element: Mapped[str]
    message: Mapped[str]
    created_at: Mapped[datetime]


class DbEvent(Base):
    """One line of the history; the database itself refuses to change or delete it."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "instance_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    at: Mapped[datetime]
    scheduled_at: Mapped[datetime | None]
    """When it should have happened, for what a timer did."""
    kind: Mapped[EventKind] = mapped_column(Word(EventKind, 20))
    element: Mapped[str | None]
    process: Mapped[str | None]
    """The key of the process that the element is drawn in."""
    token: Mapped[int | None]
    actor: Mapped[str]
    reason: Mapped[str | None]
    data: Mapped[Json]


class DbSubmission(Base):
    """What a person filled in, unchanged; the database itself refuses to change or delete it."""

    __tablename__ = "submission"
    __table_args__ = (Index(None, "instance_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    """None for what was entered on the page of the case: a recorded message, a start form."""
    element: Mapped[str]
    form: Mapped[str | None]
    form_digest: Mapped[str | None] = mapped_column(String(64))
    answers: Mapped[Json]
    by: Mapped[str]
    at: Mapped[datetime]


# as literals: SQLite takes an index over some rows only where the statement itself says which
TASK_IS_OPEN = DbTask.status == literal_column("'open'")
JOB_IS_OPEN = DbJob.status == literal_column("'open'")
IS_SERVICE = DbJob.kind == literal_column("'service'")
IS_STEP = DbJob.kind != literal_column("'service'")
