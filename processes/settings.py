"""The decisions that the measures leave open, and how an installation is set up: typed, with defaults and reasons."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from processes.clock.calendar import Period, Roll, WorkingCalendar, parse_hours, week_of
from processes.errors import SettingRefused
from processes.people.passwords import Cost

ENVIRONMENT_PREFIX = "KESU_"
"""The setting `roll` is read from the environment variable `KESU_ROLL`."""

TABLE = "procedures"
"""The table of the TOML file that holds these settings."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _stages() -> Mapping[str, str]:
    return MappingProxyType(
        {
            "hand_over": "4h",
            "hand_over_head": "8h",
            "verify": "1d",
            "explain": "1d",
            "confirm": "0.5d",
            "slip": "0.5d",
            "inspect": "0.5d",
            "attribute": "0.5d",
            "opinion": "0.5d",
            "ruling": "0.5d",
            "countermeasure": "1d",
            "consolidate": "0.5d",
            "review": "0.5d",
            "position": "0.5d",
            "mediate": "1d",
            "plan": "0.5d",
            "approve": "0.5d",
            "reply": "0.5d",
            "remedy": "1d",
            "withdrawal": "0.5d",
            "triage": "4h",
            "close": "1d",
            "root_cause": "5d",
            "actions": "5d",
            "effect": "2d",
        }
    )


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

    # the reply clock
    roll: Roll = "next"
    """A limit in calendar days that ends on a day of rest moves to the next working day (KB-3.6-3b)."""
    warn_at: time = time(9)
    """Clock time of the warning before a reply is due (KB-3.6-2c)."""
    escalate_at: time = time(9)
    """Clock time of the second and third escalation (KB-3.6-3b)."""
    escalation_l2_days: int = 1
    """Working days after the effective due date until the general manager's office is told (KB-3.6-3b)."""
    escalation_l3_days: int = 3
    """Working days after the effective due date until the general manager is told (KB-3.6-3b)."""
    escalation_roles: tuple[str, ...] = ("dept_head", "gm_office", "gm")
    """Who is told at the breach, at the second and at the third level (KB-3.6-3b)."""

    # the way through the procedure
    max_redo: int = 2
    """How often sales may ask for a new countermeasure before the dispute goes to mediation (KB-3.6-2a)."""
    negotiation_rounds: int = 3
    """How many plans may be put to a customer who refuses, since "until satisfied" has no end (PT-P7, G7-5c)."""
    objection_window_days: int = 5
    """Working days in which a customer may object to a complaint not being accepted (KB-3.3-1c)."""
    silent_window_days: int = 10
    """Working days after which a customer who does not answer a reply is taken to have no objection."""
    silent_reminders: int = 2
    """Reminders to a customer who does not answer, spread over the silent window."""
    back_dating_days: int = 1
    """Working days that a receipt may be dated back without a reason (GC-A8-2b)."""
    followup_attempts: int = 3
    """Attempts on different working days to ask whether the customer is satisfied (G7-6a)."""
    followup_open_days: int = 2
    """Calendar days until the satisfaction check opens, when the table of deadlines does not say (G7-6b)."""
    followup_late_days: int = 3
    """Calendar days until the satisfaction check is late, when the table of deadlines does not say (G7-6b)."""
    capa_rounds: int = 2
    """How often a measure against a recurrence may prove ineffective before the review meeting takes it (KB-3.4.4)."""
    hand_over_remind: str = "4h"
    """Working time until somebody is reminded to take over a case that was handed over (KB-3.2-2)."""
    stages: Mapping[str, str] = field(default_factory=_stages)
    """Working time that a step should take: `4h` are working hours, `1d` is an ordinary working day (KB-3.4.2-4)."""
    hurried: tuple[str, ...] = ("S1",)
    """Severities whose steps have half the time."""
    written_channels: tuple[str, ...] = ("letter", "email", "fax", "portal")
    """Ways of replying that count as written (KB-3.6-3a)."""
    top_role: str = "gm"
    """Who decides when no higher role is left (KB-1.3-2)."""
    case_prefix: str = "KB"
    """What case numbers begin with when the procedure does not say."""

    # the company, as letters name it
    company_zh: str = "本公司"
    company_en: str = "our company"
    contact_phone: str = ""
    contact_email: str = ""

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

    # notices
    notice_days: int = 90
    """For how many days a notice is kept, read or not."""
    draft_days: int = 90
    """For how many days a half-filled form is kept after it was last saved."""

    # signing in
    password_cost: Cost = "high"  # noqa: S105 - a price, no password
    """What hashing a password costs, and guessing it from a stolen database; `low` is for tests only."""
    sign_in_failures: int = 5
    """Wrong passwords in a row before signing in slows down."""
    sign_in_pause_seconds: int = 30
    """The first pause; it doubles with each further failure."""
    sign_in_pause_most_seconds: int = 3600
    sign_in_idle_hours: int = 12
    """Whoever was not seen for so long is signed out: a shift and its breaks, but not the night at a shared desk."""
    sign_in_most_hours: int = 7 * 24
    """However busy the browser is, after so long the password is asked for again: a stolen sign-in ends, too."""

    def __post_init__(self) -> None:
        calendar_of(self)
        for name, text in {**self.stages, "hand_over_remind": self.hand_over_remind}.items():
            try:
                working_time(text, timedelta(hours=8))
            except ValueError as error:
                raise SettingRefused(name=name, why=str(error)) from None
        for name in (
            "max_redo",
            "negotiation_rounds",
            "escalation_l2_days",
            "max_file_bytes",
            "notice_days",
            "draft_days",
            "sign_in_failures",
        ):
            if getattr(self, name) < 0:
                raise SettingRefused(name=name, why="it must not be negative")
        for name in ("sign_in_idle_hours", "sign_in_most_hours"):
            if getattr(self, name) < 1:
                raise SettingRefused(name=name, why="it must be at least 1")


def calendar_of(settings: Settings) -> WorkingCalendar:
    """The calendar of the settings alone, without overrides and closures; raises SettingRefused."""
    try:
        zone = ZoneInfo(settings.zone)
        week = week_of(_week(settings.working_hours))
        calendar = WorkingCalendar(zone=zone, country=settings.country or None, week=week)
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


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the file's table `[procedures]`, overruled by the environment; raises SettingRefused.

    Args:
        path: a TOML file; None or a missing file means the defaults.
        environment: `KESU_` and the name in capitals; lists with commas, tables as `name=value` with commas.
    """
    hints = get_type_hints(Settings)
    table: dict[str, Any] = {}
    if path is not None and path.exists():
        try:
            table = dict(tomllib.loads(path.read_text(encoding="utf-8")).get(TABLE, {}))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingRefused(name=str(path), why=str(error)) from None
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in hints:
            raise SettingRefused(name=name, why="there is no such setting")
        values[name] = _convert(name, hints[name], value)
    for setting in fields(Settings):
        text = environment.get(ENVIRONMENT_PREFIX + setting.name.upper())
        if text is not None:
            values[setting.name] = _convert(setting.name, hints[setting.name], text)
    if "stages" in values:
        values["stages"] = MappingProxyType({**_stages(), **values["stages"]})
    return Settings(**values)


def _convert(name: str, hint: Any, value: Any) -> Any:
    """The value as the setting's type asks for it; text is read, anything else must already fit."""
    try:
        return _converted(hint, value)
    except (ValueError, TypeError, AttributeError) as error:
        raise SettingRefused(name=name, why=str(error)) from None


def _converted(hint: Any, value: Any) -> Any:
    origin, is_text = get_origin(hint), isinstance(value, str)
    if origin is Literal:
        if value not in get_args(hint):
            raise ValueError(f"{value!r} is none of {', '.join(get_args(hint))}")
    elif origin is tuple:
        parts = value.split(",") if is_text else value
        value = tuple(part.strip() for part in parts if part.strip())
    elif origin is Mapping:
        pairs = (part.split("=", 1) for part in value.split(",")) if is_text else value.items()
        value = {key.strip(): text.strip() for key, text in pairs}
    elif hint is not str:
        value = _READ[hint](value) if is_text else value
        if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
            raise TypeError(f"{value!r} is no {hint.__name__}")
    elif not is_text:
        raise TypeError(f"{value!r} is no text")
    return value


def _truth(text: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.lower() not in words:
        raise ValueError(f"{text!r} is neither true nor false")
    return words[text.lower()]


_READ: Mapping[type, Callable[[str], Any]] = {bool: _truth, int: int, time: time.fromisoformat}


def _week(text: str) -> dict[int, tuple[Period, ...]]:
    week: dict[int, tuple[Period, ...]] = {}
    for group in filter(None, (part.strip() for part in text.lower().split(";"))):
        days, _, hours = group.partition(" ")
        first, _, last = days.partition("-")
        span = range(WEEKDAYS.index(first[:3]), WEEKDAYS.index((last or first)[:3]) + 1)
        for weekday in span:
            week[weekday] = parse_hours(hours)
    return week
