"""The tables in which the engine remembers everything."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engine.kinds import EventKind, InstanceStatus, JobKind, JobStatus, Origin, TaskStatus, Trigger
from engine.values import Called, Json

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
"""What sorts a task without a due date behind all others."""


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware in Python, stored in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps it without the zone. A naive time is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """JSON on SQLite as text: a column of type JSON would turn the text 1.0 into the number 1."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str:  # noqa: ARG002 - SQLAlchemy's signature
        """To JSON; nothing becomes null."""
        return orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:  # noqa: ARG002 - as above
        """From JSON."""
        return None if value is None else orjson.loads(value)


class Word(TypeDecorator[StrEnum]):
    """A member of an enumeration, stored as its text."""

    impl = String
    cache_ok = True

    def __init__(self, of: type[StrEnum], length: int) -> None:
        """Take the enumeration and what its longest text may be."""
        super().__init__(length)
        self.of = of
        self.length = length

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - as above
        """From its text; ValueError for one that is no member."""
        return None if value is None else self.of(value)


class CalledText(TypeDecorator[tuple[Called, ...]]):
    """The processes that an instance has called, as text: grouped by and searched on both databases.

    There: deployment:process:+running or, where no call goes on, deployment:process:0, separated by blanks.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Called] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - as above
        """To text; nothing for none."""
        return " ".join(map(_as_text, value or ())) or None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Called, ...]:  # noqa: ARG002 - as above
        """From text."""
        parts = (entry.split(":") for entry in (value or "").split())
        return tuple(Called(int(deployment), key, int(running)) for deployment, key, running in parts)


def _as_text(called: Called) -> str:
    return f"{called.deployment_id}:{called.process_key}:{f'+{called.running}' if called.running else 0}"


JsonType = JSON(none_as_null=False).with_variant(JsonText(), "sqlite")

Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column of type INTEGER."""


class Base(DeclarativeBase):
    """What all tables of this installation hang on, those of the procedures included."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: Id,
        str: Text(),
        bytes: LargeBinary(),
        datetime: UtcTime(),
        Json: JsonType,
    }


def _never_reused(*args: Any) -> tuple[Any, ...]:
    """Table arguments with which SQLite never uses a number twice, even after a deletion: idempotency keys need it."""
    return (*args, {"sqlite_autoincrement": True})


def _open(name: str, *columns: str, where: str) -> Index:
    """An index over the rows that still matter, so that what is over costs nothing."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def _one(name: str, *columns: str, where: str) -> Index:
    """Of the rows for which something holds there is one at most."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


class DbDeployment(Base):
    """A version of a folder: files that came together; never changed afterwards, but for `is_current`."""

    __tablename__ = "deployment"
    __table_args__ = _never_reused(
        Index(None, "name", "version", unique=True),
        _one("uq_deployment_is_current", "name", where="is_current"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    """The key of the folder."""
    version: Mapped[int]
    """Counted for each folder."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the name and of all files."""
    origin: Mapped[Origin] = mapped_column(Word(Origin, 10))
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]
    reason: Mapped[str]
    is_current: Mapped[bool]
    """Whether this is the version of the folder that new instances, calls, tables and forms take."""
    processes: Mapped[dict[str, int]] = mapped_column(JsonType)
    """The process definition by key; one of an earlier version where nothing of it has changed."""
    decisions: Mapped[dict[str, int]] = mapped_column(JsonType)
    """Likewise for decisions."""


class DbActivation(Base):
    """Who made which version of a folder the current one, when and why; never changed afterwards."""

    __tablename__ = "activation"
    __table_args__ = _never_reused(Index(None, "deployment_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]


class DbResource(Base):
    """One file of a deployment."""

    __tablename__ = "resource"
    __table_args__ = (UniqueConstraint("deployment_id", "path"), Index(None, "kind", "key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    path: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10))
    """bpmn, dmn, form or other."""
    key: Mapped[str | None]
    """The id of a form."""
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes]


class DbProcessDefinition(Base):
    """One version of a process."""

    __tablename__ = "process_definition"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index(None, "key", "digest", unique=True),
        Index(None, "deployment_id"),
        _one("uq_process_definition_is_current", "key", where="is_current"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    key: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    name: Mapped[str]
    file: Mapped[str]
    startable: Mapped[bool]
    digest: Mapped[str] = mapped_column(String(64))
    """Of everything that it depends on in its folder: a version is a content."""
    is_current: Mapped[bool]
    """Whether this is what “latest” means."""


class DbDecisionDefinition(Base):
    """One version of a decision."""

    __tablename__ = "decision_definition"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index(None, "key", "digest", unique=True),
        Index(None, "deployment_id"),
        _one("uq_decision_definition_is_current", "key", where="is_current"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    key: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    file: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    """As for a process."""
    is_current: Mapped[bool]


class DbInstance(Base):
    """One run of a process; `state` is what engine.core dumps, `revision` counts its steps."""

    __tablename__ = "instance"
    __table_args__ = _never_reused(
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
    __table_args__ = (Index(None, "name", "text", "instance_id"),)
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


class DbTask(Base):
    """A piece of work for a person; kept after it is done."""

    __tablename__ = "task"
    __table_args__ = _never_reused(
        UniqueConstraint("instance_id", "token"),
        _open("ix_task_mine", "assignee", "due_sort", "id", where="status = 'open'"),
        _open("ix_task_group", "audience_id", "assignee", "due_sort", "id", where="status = 'open'"),
        _open("ix_task_due", "due_sort", "id", where="status = 'open'"),
        _open("ix_task_element", "element", "instance_id", where="status = 'open'"),
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


class DbTimer(Base):
    """A moment at which a token goes on, or, without an instance, a process starts."""

    __tablename__ = "timer"
    __table_args__ = _never_reused(UniqueConstraint("instance_id", "token"), Index(None, "due_at", "id"))
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
    __table_args__ = (UniqueConstraint("instance_id", "token"), Index(None, "name", "kind", "instance_id"))
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


class DbJob(Base):
    """Something to be done after the commit; its id is the idempotency key and is never used again."""

    __tablename__ = "job"
    __table_args__ = _never_reused(
        _open("ix_job_due", "due_at", "id", where="status = 'open'"),
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


class DbIncident(Base):
    """A token that cannot go on until somebody mends the cause."""

    __tablename__ = "incident"
    __table_args__ = _never_reused(UniqueConstraint("instance_id", "token"), Index(None, "created_at"))
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
    __table_args__ = _never_reused(Index(None, "instance_id", "id"))
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
    __table_args__ = _never_reused(Index(None, "instance_id", "id"), Index(None, "task_id"))
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
