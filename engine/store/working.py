"""The tables of who does what for all, and of what stands still."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, at_most_one, never_reused


class DbLease(Base):
    """Work that one process does at a time for all: who does it, and until when it is theirs."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    leased_until: Mapped[datetime]


class DbSuspension(Base):
    """A process, or one instance, that stands still: who said so and why, and who let it go on again."""

    __tablename__ = "suspension"
    __table_args__ = never_reused(
        at_most_one("uq_suspension_process", "process_key", where="ended_at IS NULL AND process_key IS NOT NULL"),
        at_most_one("uq_suspension_instance", "instance_id", where="ended_at IS NULL AND instance_id IS NOT NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str | None]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]
