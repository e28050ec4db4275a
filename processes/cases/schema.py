"""The tables of the cases: the register, who sees them, their phases, record, documents and notices."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from engine import Base, Json, at_once, of_owner, only_read
from processes.rows import still


class DbCaseCounter(Base):
    """The last case number given out for a prefix and year."""

    __tablename__ = "case_counter"
    prefix: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


OPENING = "case_opening"
"""The view through which SQLite writes what stands beside a case when it is opened."""

STATUSES = ("open", "closed", "cancelled", "merged")
"""A merged case goes on in another one and counts nowhere."""


CLOSED_SOON = {
    "sqlite": "julianday(closed_at) < julianday(received_at) + 1.1",
    "postgresql": "closed_at - received_at < INTERVAL '26 hours'",
}
"""Whether a case may have been closed on the day of its receipt, of 25 hours at most: these have an index."""


class DbCase(Base):
    """One case of any procedure: what lists, searches and statistics need, projected from the instance that runs it."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index(None, "status", "due_at", "id"),
        Index("ix_case_file_due", "status", text("(due_at IS NULL)"), "due_at", "id"),
        Index(None, "received_at", "id"),
        Index(
            "ix_case_file_closed",
            *("closed_at", "id"),
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
        Index(
            "ix_case_file_outcome",
            *("outcome", "received_at", "id"),
            sqlite_where=text("outcome IS NOT NULL"),
            postgresql_where=text("outcome IS NOT NULL"),
        ),
        Index("ix_case_file_owner_due", "owner", "status", text("(due_at IS NULL)"), "due_at", "id"),
        Index("ix_case_file_unit_due", "unit", "status", text("(due_at IS NULL)"), "due_at", "id"),
        Index("ix_case_file_owner_in_order", "owner", "received_at", "id"),
        Index("ix_case_file_unit_in_order", "unit", "received_at", "id"),
        Index("ix_case_file_status_in_order", "status", "received_at", "id"),
        Index("ix_case_file_opened_by_in_order", "opened_by", "status", "received_at", "id"),
        Index(None, "procedure", "received_at"),
        Index("ix_case_file_procedure_in_order", "procedure", "status", "received_at", "id"),
        still("ix_case_file_open", "id", "closed_at IS NULL"),
        Index(
            "ix_case_file_closed_soon",
            *("received_at", "id"),
            sqlite_where=text(CLOSED_SOON["sqlite"]),
            postgresql_where=text(CLOSED_SOON["postgresql"]),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    procedure: Mapped[str] = mapped_column(String(60))
    """The key of its declaration; where there is none, of the process that it began with."""
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), unique=True)
    title: Mapped[str]
    description: Mapped[str]
    status: Mapped[str] = mapped_column(String(20))
    """One of `STATUSES`."""
    phase: Mapped[str | None] = mapped_column(String(30))
    phase_since: Mapped[datetime | None]
    """When it came into it."""
    outcome: Mapped[str | None] = mapped_column(String(40))
    severity: Mapped[str | None] = mapped_column(String(5))
    priority: Mapped[str | None] = mapped_column(String(5))
    owner: Mapped[str | None] = mapped_column(String(60))
    unit: Mapped[str | None] = mapped_column(String(60))
    """The unit that was found to be responsible."""
    opened_by: Mapped[str] = mapped_column(String(60))
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """Of the earliest clock that runs and is no mere target; null when none does."""
    closed_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(10))
    """In which letters to the customer are written."""
    searched: Mapped[str] = mapped_column(server_default="", deferred=True)
    """Everything it is searched by, folded, kept up to date by `facts.index`."""
    grams: Mapped[str] = mapped_column(server_default="", deferred=True)
    """The same in `grams`, over which there is an index."""
    facts: Mapped[dict[str, "DbCaseFact"]] = relationship(collection_class=attribute_keyed_dict("name"))
    clocks: Mapped[list["DbCaseClock"]] = relationship(order_by="DbCaseClock.place")

    def fact(self, name: str) -> str | None:
        """What is known of it under a name of its declaration."""
        found = self.facts.get(name)
        return found.text if found is not None else None

    def said(self, role: str) -> str | None:
        """What all procedures may ask for: the complainant, company, phone, email, address, product or quantity."""
        return next((fact.text for fact in self.facts.values() if fact.role == role), None)

    @property
    def who(self) -> str:
        """Whose complaint it is: the company or, without one, the person."""
        return self.said("company") or self.said("complainant") or ""


class DbCaseFact(Base):
    """Something that only one procedure knows of its cases, by which they are searched, filtered and sorted."""

    __tablename__ = "case_fact"
    __table_args__ = at_once(OPENING, *of_owner(Index(None, "folded", "name", "case_id")))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    text: Mapped[str]
    folded: Mapped[str] = mapped_column(String(200))
    """As it is compared and sorted: one way of writing, lower case; of telephone numbers the digits."""
    role: Mapped[str] = mapped_column(String(20))
    """Empty, or what it is in every procedure."""
    whole: Mapped[bool] = mapped_column(server_default=false())
    """Found by the search when the whole of it is asked for, never by a part: a telephone number, an e-mail address."""


class DbCaseClock(Base):
    """A clock of a case; whether it is owed what it counts for: it runs as long as it is not stopped."""

    __tablename__ = "case_clock"
    __table_args__ = at_once(OPENING, *of_owner(still("ix_case_clock_running", "case_id", "stopped_at IS NULL")))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    place: Mapped[int]
    """In the order of the declaration."""
    rule: Mapped[Json]
    """The row of the table of deadlines, kept so that a changed calendar can compute again."""
    soft: Mapped[bool]
    """A target: shown, never a breach."""
    start_at: Mapped[datetime | None]
    """Null: it has not begun."""
    nominal_due_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    """When it last began to run again: an objection, a second reply that is owed."""
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    """The scheduled moment of the first breach, not the moment it was noticed."""
    level: Mapped[int]
    """The highest level told so far, 0 to 3."""
    provisional: Mapped[bool]
    """The holidays are not announced yet, the date may move."""


class DbCaseClockPast(Base):
    """A clock as it stood when its case was opened again, or moved to a procedure without it; never changed."""

    __tablename__ = "case_clock_past"
    __table_args__ = (Index(None, "case_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    at: Mapped[datetime]
    procedure: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    label: Mapped[Json]
    """What the procedure called it."""
    soft: Mapped[bool]
    start_at: Mapped[datetime | None]
    nominal_due_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """Null: it still ran when its round ended, or its procedure."""
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    level: Mapped[int]


class DbCaseLink(Base):
    """Two cases that belong together; what was undone stays, so that it is not asked again."""

    __tablename__ = "case_link"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "other_id", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    """Of a merged case the one that goes on."""
    kind: Mapped[str] = mapped_column(String(6))
    """One of `links.Kind`."""
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(60))


class DbCaseAudience(Base):
    """A unit or person that works or worked on a case and may therefore see it, in indexes in the order of lists."""

    __tablename__ = "case_audience"
    __table_args__ = at_once(
        OPENING,
        Index("ix_case_audience_reader_in_order", "kind", "value", "open", "received_at", "case_id", "procedure"),
        Index(
            "ix_case_audience_reader_due",
            *("kind", "value", text("(due_at IS NULL)"), "due_at", "case_id", "open", "procedure"),
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(6), primary_key=True)
    """group or person."""
    value: Mapped[str] = mapped_column(String(60), primary_key=True)
    open: Mapped[bool | None]
    """Whether the case is; this and what follows are kept by triggers when they change, or where they are left out."""
    received_at: Mapped[datetime | None]
    procedure: Mapped[str | None] = mapped_column(String(60))
    due_at: Mapped[datetime | None]


class DbAwaited(Base):
    """An open task that is not theirs, and a person who owns, registered or worked on its open case.

    Triggers of the database keep it: whatever writes tasks, cases or their people, a list reads it in its own order.
    """

    __tablename__ = "awaited"
    __table_args__ = of_owner(Index(None, "task_id"))
    person: Mapped[str] = mapped_column(String(60), primary_key=True)
    audience_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_sort: Mapped[datetime] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True, autoincrement=False)


class DbCaseGrant(Base):
    """An administrator was let into a case that is closed to administrators; never changed."""

    __tablename__ = "case_grant"
    __table_args__ = (Index(None, "person", "until"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    person: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str]


class DbCaseLook(Base):
    """Somebody looked at a case of a private procedure; never changed."""

    __tablename__ = "case_look"
    __table_args__ = (Index(None, "case_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    at: Mapped[datetime]
    person: Mapped[str] = mapped_column(String(60))
    what: Mapped[str] = mapped_column(String(20))
    """Of the case: case, file, task, document, letter …"""
    detail: Mapped[str]
    """Which one: the step, the name of the document."""


class DbCasePhase(Base):
    """A reporting phase that a case has left, once for every round; in which it is now the case says."""

    __tablename__ = "case_phase"
    __table_args__ = (UniqueConstraint("case_id", "phase", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    phase: Mapped[str] = mapped_column(String(30))
    round: Mapped[int]
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime]


_OF_TASK = text("task_id IS NOT NULL")


class DbCaseEntry(Base):
    """Something that a service did or refused in a case, for its timeline; never changed."""

    __tablename__ = "case_entry"
    __table_args__ = at_once(
        OPENING,
        Index(None, "case_id", "id"),
        still("ix_case_entry_penalty", "at", "kind = 'penalty'"),
        still("ix_case_entry_reopened", "case_id", "kind = 'reopened'"),
        still("ix_case_entry_blocked", "case_id", "kind = 'blocked'"),
        Index("ix_case_entry_task_id", "task_id", unique=True, sqlite_where=_OF_TASK, postgresql_where=_OF_TASK),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[int | None]
    """The task that was late; told once."""
    at: Mapped[datetime]
    scheduled_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(30))
    element: Mapped[str | None]
    actor: Mapped[str]
    data: Mapped[Json]


class DbDocument(Base):
    """A file that belongs to a case or, before one is opened, to whoever brought it; never changed."""

    __tablename__ = "document"
    __table_args__ = (
        Index(None, "case_id", "id"),
        Index(None, "uploaded_by", "id"),
        still("ix_document_loose", "uploaded_at", "case_id IS NULL AND instance_id IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    name: Mapped[str]
    type: Mapped[str]
    """What the content shows it to be."""
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(deferred=True)
    uploaded_by: Mapped[str] = mapped_column(String(60))
    uploaded_at: Mapped[datetime]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    """Of what has no case: the instance that needs it."""
    element: Mapped[str | None]
    """The step at which it was brought."""
    source: Mapped[str] = mapped_column(String(20), server_default="form")
    """Where it came from: one of `documents.Source`."""


class DbNotice(Base):
    """Something that one person should hear of, until and a while after it is read."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "person", "at"),
        Index(None, "at"),
        still("ix_notice_unread", "person", "read_at IS NULL"),
        still("ix_notice_mail", "id", "mail = 'waiting'"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.login"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(60))
    """Who caused it; `system` for the clock."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    clock: Mapped[str | None] = mapped_column(String(60))
    """Which clock of the case it is about; it settles when that one stops."""
    data: Mapped[Json]
    read_at: Mapped[datetime | None]
    mail: Mapped[str] = mapped_column(String(10), server_default="")
    """Empty: not by mail; waiting, sent, or failed for good."""


only_read(DbCase, DbCaseFact, DbCaseClock)
