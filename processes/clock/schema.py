"""The tables of the calendar and the clocks."""

from datetime import date, datetime

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from engine import Base


class DbCalendarDay(Base):
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


class DbCalendarEdition(Base):
    """How often the days have changed: one row, which triggers of the database count on with every change."""

    __tablename__ = "calendar_edition"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int]
