"""What the procedures work with beside the engine: settings, calendar, mail; made once for an installation."""

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from engine import Database, Session
from processes.clock import calendar_days
from processes.clock.calendar import WorkingCalendar
from processes.mail import Mail, make_mail
from processes.settings import Settings, calendar_of

Played = tuple[str, str, str]
"""The name of a scenario, whether it passed, failed or could not be played, and why."""
Rehearse = Callable[[str, Mapping[str, bytes], Mapping[str, Mapping[str, bytes]]], Sequence[Played]]
"""Plays the scenarios of a folder with new files in it, beside the files of all folders that run."""


class Office:
    """Settings, mail and the calendar as it was last read; shared by all threads."""

    def __init__(self, settings: Settings | None = None, *, mail: Mail | None = None) -> None:
        """Set up an office.

        Args:
            settings: default Settings().
            mail: where letters go; default as the settings say.
        """
        self.settings = settings or Settings()
        self.zone = ZoneInfo(self.settings.zone)
        self.mail = mail or make_mail(self.settings)
        self.rehearse: Rehearse | None = None
        """Set where somebody can play scenarios; where nobody can, none are."""
        self._read: tuple[int | None, WorkingCalendar] = None, calendar_of(self.settings)
        self._database: Database | None = None

    def open(self, database: Database) -> None:
        """Take the database that letters are kept in, and read its calendar."""
        self._database = database
        with database.reading() as session:
            self.calendar(session)

    @property
    def database(self) -> Database:
        """The database; RuntimeError before `open`."""
        if self._database is None:
            raise RuntimeError("the office has no database yet: call open() first")
        return self._database

    def calendar(self, session: Session) -> WorkingCalendar:
        """The calendar as the database has it; the same object while nothing changes.

        Its days are read only when they are another edition than those that were read last. Which one they are came
        with the lock of an instance, or is asked.
        """
        edition, (known, calendar) = calendar_days.edition(session), self._read
        if edition is None or edition != known:
            calendar = calendar_days.calendar_with(self.settings, calendar_days.rows(session))
            self._read = edition, calendar
        return calendar

    @property
    def last_calendar(self) -> WorkingCalendar:
        """The calendar as last read, for expressions, which have no session."""
        return self._read[1]
