"""How an installation is set up, with defaults and reasons; what a procedure decides stands in its declaration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from engine import nearest
from processes.clock.calendar import Period, Roll, WorkingCalendar, parse_hours, week_of
from processes.errors import SettingRefused
from processes.people.passwords import Cost

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


ALIKE = tuple(f"alike_{what}" for what in ("contact", "piece", "lot", "order", "category", "words", "time"))
"""The settings that say what each agreement of two complaints counts."""


@dataclass(frozen=True)
class Settings:
    """What an installation may decide for itself; amounts are not here, they stand in the decision tables."""

    # the calendar
    country: str = "CN"
    """ISO code of the country whose statutory holidays hold; empty for none."""
    zone: str = "Asia/Shanghai"
    """The zone in which days begin and end (civil law counts days locally)."""
    working_hours: str = "mon-fri 09:00-12:00 13:00-18:00"
    """Periods by weekday, groups separated by semicolons: `mon-fri 09:00-12:00 13:00-18:00; sat 09:00-12:00`."""

    # clocks
    roll: Roll = "next"
    """A limit in calendar days that ends on a day of rest moves to the next working day (KB-3.6-3b)."""
    warn_at: time = time(9)
    """Clock time of the warning before a reply is due (KB-3.6-2c)."""
    escalate_at: time = time(9)
    """Clock time of the second and third escalation (KB-3.6-3b)."""

    hurried: tuple[str, ...] = ("S1",)
    """Severities whose steps have half the time, in all procedures (KB-3.4.2-4; PT-T3b: act quickly)."""

    # the company, as letters name it
    company_zh: str = "本公司"
    """Heads letters and signs agreements; while it is not given `kesu run` says so. Likewise in English."""
    company_en: str = "our company"
    company_address_zh: str = ""
    """Below the name at the head of letters; likewise in English."""
    company_address_en: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    signatory_zh: str = ""
    """Who signs letters; empty: who handles the case, for the unit that writes."""
    signatory_title_zh: str = ""
    """The function of who signs."""
    signatory_en: str = ""
    signatory_title_en: str = ""

    # the same complaint, told twice (D12): hundredths; 60 are asked about, 85 suggest that it is the same
    alike_contact: int = 35
    """The same telephone number or e-mail address; the measure says nothing of duplicates."""
    alike_piece: int = 35
    """The same serial number."""
    alike_lot: int = 35
    """The same lot; where nothing else agrees the cases are linked and never merged."""
    alike_order: int = 25
    """The same order."""
    alike_category: int = 10
    """The same kind of complaint."""
    alike_words: int = 30
    """The whole of the words; of fewer in common as much less."""
    alike_time: int = 5
    """Received within thirty days."""

    # the goods
    shipments: str = ""
    """Whom to ask what was delivered, as module:function; empty: the list that `kesu shipments import` fills."""

    # mail
    mail: Literal["file", "log", "smtp"] = "file"
    """Where letters go: files in `mail_folder`, the log, or a mail server."""
    mail_folder: str = "var/mail"
    mail_from: str = "complaints@localhost"
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_tls: bool = False
    mail_pdf: bool = False
    """Whether the letter goes along as a PDF, as it is printed; text and HTML say the same."""

    # files
    max_file_bytes: int = 20 * 1024 * 1024
    """The size of one document."""
    max_case_bytes: int = 200 * 1024 * 1024
    """All documents of a case together."""
    file_types: tuple[str, ...] = (
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "text/plain",
        "text/csv",
        "message/rfc822",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/msword",
        "application/vnd.ms-excel",
    )
    """Types of documents that are taken; the content decides, not the name."""

    # the server
    max_request_bytes: int = 64 * 1024 * 1024
    """One request with all its files; larger ones are refused while they come in."""
    max_connections: int = 200
    """So many browsers at a time; further ones wait. Each takes a file handle, of which a process has some 1,000."""

    # procedures
    changes_approved: bool = True
    """Whether people put a new version of a procedure into force only by an approved case of the procedure that its
    declaration names as `changed_by`: KB-1.3-2 leaves every change of the measure to the general manager. Without it
    administrators deploy as they see fit. What comes with a new version of Kesu is not asked about."""

    # working
    drain_seconds: int = 25
    """So long a process that is told to end waits for the steps, letters and pages that are under way."""
    step_seconds: int = 2
    """After so long a step is cut where it may be cut and goes on as a job, so that it does not hold up others."""
    begin_by_date: bool = True
    """Whether what is drawn with a date begins by itself, such as the monthly meeting; without, people start it. It
    holds for what is deployed from then on."""
    inspect_hours: int = 24
    """So often the file of SQLite is looked through for damaged pages, a table every 20 seconds; 0: never. PostgreSQL
    does that by itself where it keeps checksums, see docs/operations.md."""
    most_messages: int = 1000
    """So many messages and signals may follow from one act of a person or timer; the next one is an incident."""

    # notices
    notice_days: int = 90
    """For how many days a notice is kept, read or not."""
    draft_days: int = 90
    """For how many days a half-filled form is kept after it was last saved, a file that belongs to nothing, and the
    files of a version that is proposed."""

    # retention
    retention_days: int = 0
    """For how many days `kesu purge` leaves a finished case; 0: for ever."""

    # the engine
    message_days: int = 7
    """For how many days a message of one process is kept for another that waits for it, before it is an incident."""

    # signing in
    password_cost: Cost = "high"  # noqa: S105 - a price, no password
    """What hashing a password costs, and guessing it from a stolen database; `low` is for tests only."""
    sign_in_failures: int = 5
    """Wrong passwords in a row for one name and from one place before signing in slows down; see docs/security.md."""
    sign_in_pause_seconds: int = 30
    """The first pause; it doubles with each further failure."""
    sign_in_pause_most_seconds: int = 3600
    sign_in_address_failures: int = 100
    """Wrong passwords within ten minutes from one address, for whatever names, before it has to wait; browsers on which
    the person has signed in before are not held up by it."""
    sign_in_idle_hours: int = 12
    """Whoever was not seen for so long is signed out: a shift and its breaks, but not the night at a shared desk."""
    sign_in_most_hours: int = 7 * 24
    """However busy the browser is, after so long the password is asked for again: a stolen sign-in ends, too."""

    # the procedures
    procedures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By procedure: its own decisions as this installation takes them, in tables `[procedures.<key>]` and, for the
    working time of its steps, `[procedures.<key>.stages]`."""

    origins: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Where each that was given comes from, by dotted name: the file or the variable of the environment."""

    @property
    def named(self) -> bool:
        """Whether the installation has said what the house is called, in both languages."""
        return self.company_zh != Settings.company_zh and self.company_en != Settings.company_en

    @property
    def kept_for(self) -> timedelta:
        """How long a finished case is kept at least."""
        return timedelta(days=self.retention_days)

    def __post_init__(self) -> None:
        calendar_of(self)
        for name in (
            "drain_seconds",
            "step_seconds",
            "most_messages",
            "message_days",
            "max_file_bytes",
            "retention_days",
            "notice_days",
            "draft_days",
            "inspect_hours",
            "sign_in_failures",
            *ALIKE,
        ):
            if getattr(self, name) < 0:
                raise SettingRefused(name=name, why="it must not be negative")
        if self.max_request_bytes < self.max_file_bytes:
            raise SettingRefused(name="max_request_bytes", why="it must not be less than max_file_bytes")
        for name in ("max_connections", "sign_in_idle_hours", "sign_in_most_hours", "sign_in_address_failures"):
            if getattr(self, name) < 1:
                raise SettingRefused(name=name, why="it must be at least 1")


def calendar_of(settings: Settings) -> WorkingCalendar:
    """The calendar of the settings alone, without overrides and closures; raises SettingRefused."""
    return _calendar_of(settings.zone, settings.country, settings.working_hours)


@lru_cache(maxsize=16)
def _calendar_of(zone: str, country: str, working_hours: str) -> WorkingCalendar:
    try:
        week = week_of(_week(working_hours))
        calendar = WorkingCalendar(zone=_zone(zone), country=country or None, week=week)
        calendar.is_working(date(2026, 1, 5))  # an unknown country shows only here
    except (ValueError, KeyError, OSError, NotImplementedError) as error:
        raise SettingRefused(name="zone, country or working_hours", why=str(error)) from None
    return calendar


def working_time(text: str, day: timedelta) -> timedelta:
    """The length of `4h`, `30m` or `0.5d`, where d is an ordinary working day of the given length; ValueError."""
    units = {"h": timedelta(hours=1), "m": timedelta(minutes=1), "d": day}
    unit = units.get(text[-1:])
    try:
        amount = float(text[:-1])
    except ValueError:
        unit = None
    if unit is None or amount < 0:
        raise ValueError(f"{text!r} is no working time such as 4h, 30m or 0.5d")
    return amount * unit


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        why = f"there is no zone {name}{nearest(name, available_timezones())}"
        raise SettingRefused(name="zone", why=why) from None


def _week(text: str) -> dict[int, tuple[Period, ...]]:
    week: dict[int, tuple[Period, ...]] = {}
    for group in filter(None, (part.strip() for part in text.lower().split(";"))):
        days, _, hours = group.partition(" ")
        first, _, last = days.partition("-")
        for day in (first, last or first):
            if day[:3] not in WEEKDAYS:
                raise ValueError(f"{day!r} is no day of the week: write {', '.join(WEEKDAYS)}")
        span = range(WEEKDAYS.index(first[:3]), WEEKDAYS.index((last or first)[:3]) + 1)
        for weekday in span:
            week[weekday] = parse_hours(hours)
    return week
