"""The tables of the cases: the register, who sees them, their phases, record and documents."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine import Base, Json
from processes.rows import still


class DbCaseCounter(Base):
    """The last case number given out for a prefix and year."""

    __tablename__ = "case_counter"
    prefix: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class DbCase(Base):
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
        still("ix_case_file_open", "id", "closed_at IS NULL"),
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


class DbCaseAudience(Base):
    """A unit or person that works or worked on a case and may therefore see it."""

    __tablename__ = "case_audience"
    __table_args__ = (Index(None, "kind", "value", "case_id"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(6), primary_key=True)
    """group or person."""
    value: Mapped[str] = mapped_column(String(60), primary_key=True)


class DbCasePhase(Base):
    """A reporting phase of a case, once for every round."""

    __tablename__ = "case_phase"
    __table_args__ = (UniqueConstraint("case_id", "phase", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    phase: Mapped[str] = mapped_column(String(30))
    round: Mapped[int]
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class DbCaseEntry(Base):
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


class DbDocument(Base):
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
