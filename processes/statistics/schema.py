"""The tables of the statistics: what each case counts as, sums of it by month, and which cases are to be counted anew.

Triggers note the cases that change; whoever counts takes what a case counted as from the sums and adds what it counts
as now. So a period costs what its months have to tell, not its cases.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine import Base
from processes.rows import still

MARKS = {
    **{name: f"record LIKE '%\"{name}\"%'" for name in ("late", "in_time", "target_met", "target_missed")},
    **{name: f"record LIKE '%\"{name}\"%'" for name in ("redone", "redone_often", "mediated", "with_cost")},
    "late_step": "record LIKE '%\",2,%'",
}
"""By measure what stands in the records of cases that it counts, and hardly in another's: these have an index."""


def _marked(name: str) -> Index:
    """The cases that a measure counts, by procedure and month."""
    has, columns = text(MARKS[name]), ("procedure", "month", "case_id")
    return Index(f"ix_counted_case_{name}", *columns, sqlite_where=has, postgresql_where=has)


class DbCountedCase(Base):
    """What a case counted as when it was last counted; in none of the sums where `record` is null."""

    __tablename__ = "counted_case"
    __table_args__ = (
        Index(None, "procedure", "basis"),
        Index(None, "last_at"),
        still("ix_counted_case_until", "until", "until IS NOT NULL"),
        *(_marked(name) for name in MARKS),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, autoincrement=False)
    procedure: Mapped[str] = mapped_column(String(60))
    month: Mapped[str] = mapped_column(String(7))
    """Of its receipt, in the zone of the installation: 2026-09."""
    known: Mapped[str] = mapped_column(String(200))
    """The roles in which it knows something, of those that open a share of its procedure to somebody: ` quality `."""
    unit: Mapped[str] = mapped_column(String(60))
    """The responsible one; empty: not known."""
    basis: Mapped[str] = mapped_column(String(16))
    """By what it was counted: declaration, zone and hours of work, as a digest."""
    until: Mapped[datetime | None]
    """When it will count as something else by itself: what is due then will be late."""
    last_at: Mapped[datetime | None]
    """The last moment to which a working time was counted."""
    record: Mapped[str | None]
    """JSON, as `records.Record`."""


class DbCountedSum(Base):
    """What the cases of a procedure, a month, a unit and that know the same count together."""

    __tablename__ = "counted_sum"
    part: Mapped[str] = mapped_column(String(100), primary_key=True)
    """What is read together: see `records.entries`."""
    procedure: Mapped[str] = mapped_column(String(60), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    known: Mapped[str] = mapped_column(String(200), primary_key=True)
    unit: Mapped[str] = mapped_column(String(60), primary_key=True)
    sums: Mapped[str]
    """JSON: by name and value how many; never nought."""


class DbRecount(Base):
    """A case in which something has changed that may count; triggers write it, several times for one case."""

    __tablename__ = "recount"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]
    """Of a case that may be gone."""


class DbRecountTurn(Base):
    """How often sums were written: one row; whoever counts writes only if nobody else did so meanwhile."""

    __tablename__ = "recount_turn"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int]
