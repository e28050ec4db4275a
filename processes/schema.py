"""The tables of what the procedures share: people, cases, documents, letters, calendar days, drafts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.schema import Base
from engine.values import Json


def _still(name: str, column: str, where: str) -> Index:
    """An index over the rows that still matter."""
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


def insert(session: Session, table: type[Base]) -> Any:
    """An insert that can say what happens where the row is there already."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table.__table__)


class CalendarDay(Base):
    """A day that is worked or not whatever the library says; the layer is `notice` or, overruling it, `closure`."""

    __tablename__ = "calendar_override"
    day: Mapped[date] = mapped_column(Date(), primary_key=True)
    layer: Mapped[str] = mapped_column(String(10), primary_key=True)
    works: Mapped[bool]
    hours: Mapped[str]
    """Periods as in `09:00-12:00 13:00-18:00`; empty means the usual ones."""
    name: Mapped[str]
    source: Mapped[str]
    """The notice or decision it comes from."""
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]


class Person(Base):
    """Somebody who can sign in; kept for ever, because the history names people by their login."""

    __tablename__ = "person"
    login: Mapped[str] = mapped_column(String(60), primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    email: Mapped[str]
    password: Mapped[str]
    """An argon2id hash."""
    active: Mapped[bool]
    language: Mapped[str | None] = mapped_column(String(10))
    theme: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime]
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Somebody else knows the password: the person has to choose an own one before anything else."""
    last_seen_at: Mapped[datetime | None]
    """Of all sign-ins, those that have ended included; some minutes behind."""


class Unit(Base):
    """A group that work is given to: an organisational unit or a role."""

    __tablename__ = "unit"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    """As diagrams name it in lanes and candidate groups."""
    name_zh: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10))
    """unit or role."""


class Membership(Base):
    """A person is in a unit or has a role."""

    __tablename__ = "membership"
    __table_args__ = (Index(None, "unit", "person"),)
    person: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.key"), primary_key=True)


class SignIn(Base):
    """Wrong passwords in a row for a name, whether such a person exists or not."""

    __tablename__ = "sign_in"
    login: Mapped[str] = mapped_column(String(60), primary_key=True)
    failures: Mapped[int]
    pause_until: Mapped[datetime | None]
    last_at: Mapped[datetime]


class OpenSignIn(Base):
    """Somebody is signed in on a browser; the row goes when that ends."""

    __tablename__ = "open_sign_in"
    __table_args__ = (Index(None, "person"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of what the cookie carries, so that a copy of the table opens no door."""
    person: Mapped[str] = mapped_column(ForeignKey("person.login"))
    since: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    browser: Mapped[str]
    """As the browser names itself."""
    address: Mapped[str]
    """Where it called from."""


class PersonAct(Base):
    """Something that was done to somebody's account, for whoever has to account for it; never changed."""

    __tablename__ = "person_act"
    __table_args__ = (Index(None, "person", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.login"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    """added, changed, password_changed, password_reset, unlocked or signed_out."""
    actor: Mapped[str]
    reason: Mapped[str | None]
    data: Mapped[Json]
    """Of a change: what, before and after."""


class CaseCounter(Base):
    """The last case number given out for a prefix and year."""

    __tablename__ = "case_counter"
    prefix: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Case(Base):
    """One complaint: what lists, searches and statistics need, projected from the instance that runs it."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index(None, "status", "due_at", "id"),
        Index(None, "received_at", "id"),
        Index(None, "closed_at", "id"),
        Index(None, "owner", "status"),
        Index(None, "lot_no"),
        Index(None, "order_no"),
        Index(None, "phone"),
        _still("ix_case_file_open", "id", "closed_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), unique=True)
    process_key: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    status: Mapped[str] = mapped_column(String(20))
    """open, closed or cancelled."""
    phase: Mapped[str | None] = mapped_column(String(30))
    outcome: Mapped[str | None] = mapped_column(String(40))
    severity: Mapped[str | None] = mapped_column(String(5))
    priority: Mapped[str | None] = mapped_column(String(5))
    channel: Mapped[str | None] = mapped_column(String(30))
    complaint_type: Mapped[str | None] = mapped_column(String(40))
    confirmed_unit: Mapped[str | None] = mapped_column(String(60))
    owner: Mapped[str | None] = mapped_column(String(60))
    opened_by: Mapped[str] = mapped_column(String(60))
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    clock_start: Mapped[datetime | None]
    deadline_rule: Mapped[Json]
    """The row of the table of deadlines, kept so that a changed calendar can compute again."""
    nominal_due_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    provisional: Mapped[bool]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    """The scheduled moment of the breach, not the moment it was noticed."""
    escalation: Mapped[int]
    """The highest level told so far, 0 to 3."""
    replied_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    redo_count: Mapped[int]
    complainant_kind: Mapped[str | None] = mapped_column(String(20))
    complainant: Mapped[str | None]
    company: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    product: Mapped[str | None]
    serial_no: Mapped[str | None]
    lot_no: Mapped[str | None]
    order_no: Mapped[str | None]
    language: Mapped[str] = mapped_column(String(10))
    """In which letters to the customer are written."""
    tracking_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    searched: Mapped[str] = mapped_column(server_default="", deferred=True)
    """Everything it is searched by, in lower case, kept up to date by `cases.index`."""


class CaseAudience(Base):
    """A unit or person that works or worked on a case and may therefore see it."""

    __tablename__ = "case_audience"
    __table_args__ = (Index(None, "kind", "value", "case_id"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(6), primary_key=True)
    """group or person."""
    value: Mapped[str] = mapped_column(String(60), primary_key=True)


class CasePhase(Base):
    """A reporting phase of a case, once for every round."""

    __tablename__ = "case_phase"
    __table_args__ = (UniqueConstraint("case_id", "phase", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    phase: Mapped[str] = mapped_column(String(30))
    round: Mapped[int]
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class CaseEntry(Base):
    """Something that a service did or refused in a case, for its timeline; never changed."""

    __tablename__ = "case_entry"
    __table_args__ = (Index(None, "case_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    at: Mapped[datetime]
    scheduled_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(30))
    element: Mapped[str | None]
    actor: Mapped[str]
    data: Mapped[Json]


class Document(Base):
    """A file that belongs to a case or, before one is opened, to whoever brought it; never changed."""

    __tablename__ = "document"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "uploaded_by", "id"))
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
    element: Mapped[str | None]
    """The step at which it was brought."""


class Letter(Base):
    """A letter to a customer, as it was written; the key makes sure that it is sent once."""

    __tablename__ = "letter"
    __table_args__ = (Index(None, "case_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    template: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    receipt: Mapped[str | None]
    """What the mail backend answered: a message id, a file name."""


class SavedView(Base):
    """A list of tasks that somebody comes back to: what it shows, under a name; shared with a unit or not."""

    __tablename__ = "saved_view"
    __table_args__ = (Index(None, "person"), Index(None, "unit"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.login"))
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.key"))
    name: Mapped[str] = mapped_column(String(60))
    asked: Mapped[Json]
    """The view it is made from, the filter and the order: view, q, sort."""
    saved_at: Mapped[datetime]


class Notice(Base):
    """Something that one person should hear of, until and a while after it is read."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "person", "at"),
        Index(None, "at"),
        _still("ix_notice_unread", "person", "read_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.login"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(60))
    """Who caused it; `system` for the clock."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    data: Mapped[Json]
    read_at: Mapped[datetime | None]


class Draft(Base):
    """A half-filled form; the subject is `task:<id>` or `start:<process key>`."""

    __tablename__ = "draft"
    __table_args__ = (Index(None, "subject", "saved_at"),)
    person: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    values: Mapped[Json]
    form_digest: Mapped[str | None] = mapped_column(String(64))
    saved_at: Mapped[datetime]
