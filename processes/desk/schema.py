"""The tables of a person's own work: saved views, drafts, presses of buttons, versions that are proposed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine import Base, Json


class DbSavedView(Base):
    """A list that somebody comes back to: what it shows, under a name; shared with a unit or not."""

    __tablename__ = "saved_view"
    __table_args__ = (Index(None, "person"), Index(None, "unit"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.login"))
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.key"))
    name: Mapped[str] = mapped_column(String(60))
    asked: Mapped[Json]
    """What its address asks for: of tasks view, q, sort; of cases all filters and the order."""
    of_list: Mapped[str] = mapped_column(String(10), server_default="work")
    """work or cases."""
    saved_at: Mapped[datetime]


class DbPressed(Base):
    """A page whose button somebody has pressed, and what came of it; kept for a day, to know a second press."""

    __tablename__ = "pressed"
    __table_args__ = (Index(None, "at"),)
    person: Mapped[str] = mapped_column(String(60), primary_key=True)
    press: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of what the page gave itself and of what was sent with it."""
    at: Mapped[datetime]
    result: Mapped[str]
    """What the first press has made, as its page names it."""


class DbDraft(Base):
    """A half-filled form; the subject is `task:<id>` or `register:<procedure key>`."""

    __tablename__ = "draft"
    __table_args__ = (Index(None, "subject", "saved_at"),)
    person: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    values: Mapped[Json]
    form_digest: Mapped[str | None] = mapped_column(String(64))
    saved_at: Mapped[datetime]


class DbProposal(Base):
    """Files that are to become the current version of a folder, while they are looked at."""

    __tablename__ = "proposal"
    __table_args__ = (Index(None, "person", "at"), Index(None, "at"))
    token: Mapped[str] = mapped_column(String(22), primary_key=True)
    person: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    folder: Mapped[str | None]
    """Empty while it is not known which one they belong to."""
    base: Mapped[int | None] = mapped_column(ForeignKey("deployment.id"))
    """What they are completed from; empty for a new folder."""
    gone: Mapped[Json]
    """The files of `base` that are left out."""
    ignored: Mapped[Json]
    """The names of what was sent and is no file of a folder."""
    files: Mapped[bytes] = mapped_column(deferred=True)
    """Those that were sent, as a zip file."""
    tried: Mapped[Json]
    """What has come of the scenarios so far, see `web.rehearsals.Trial`; empty before that."""
