"""Letters to customers: written from templates as text and HTML, in Chinese or English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from processes.clock.deadlines import end_of_day_text
from processes.errors import LetterRefused
from processes.settings import Settings

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")
MONTHS = {
    1: "January",
    2: "February",
    3: "March",
    4: "April",
    5: "May",
    6: "June",
    7: "July",
    8: "August",
    9: "September",
    10: "October",
    11: "November",
    12: "December",
}
"""Not from the locale of the machine."""


@dataclass(frozen=True)
class Written:
    """A letter as it was written."""

    template: str
    language: str
    subject: str
    text: str
    html: str


def write(template: str, language: str, names: Mapping[str, Any], zone: ZoneInfo) -> Written:
    """A letter with the names filled in; LetterRefused for an unknown template or a name that is missing.

    Args:
        template: the name without ending: TPL-REPLY.
        language: zh or en; any other is written in Chinese.
        names: plain values; what customers or staff typed is text here, never a template.
        zone: in which moments are written as days; 24:00 of a day is written as that day.
    """
    language = language if language in LANGUAGES else LANGUAGES[0]
    environment = _environment()
    try:
        found = environment.get_template(f"{template}.{language}.txt")
        lines = found.render({**names, "_days": _Days(language, zone)}).strip().splitlines()
        subject = lines[0].replace("：", ":", 1).partition(":")[2].strip()
        text = _tidy("\n".join(lines[1:]))
        paragraphs = [part.split("\n") for part in text.strip().split("\n\n")]
        layout = environment.get_template("layout.html")
        html = layout.render(language=language, subject=subject, paragraphs=paragraphs)
    except (TemplateError, TypeError, ValueError) as error:
        raise LetterRefused(letter=template, why=str(error)) from error
    return Written(template, language, " ".join(subject.split()), text, html)


def company_names(settings: Settings, language: str, name: str | None) -> dict[str, str]:
    """The names that every letter uses: the company, how to reach it, how the customer is addressed."""
    chinese = language != "en"
    contact = " ".join(filter(None, (settings.contact_phone, settings.contact_email)))
    unnamed = "尊敬的客户" if chinese else "Dear customer"
    return {
        "company": settings.company_zh if chinese else settings.company_en,
        "contact": contact,
        "salutation": unnamed if not name else f"尊敬的{name}" if chinese else f"Dear {name}",
    }


def day_text(day: date, language: str) -> str:
    """A day in words: 2026年11月9日, 9 November 2026."""
    if language == "en":
        return f"{day.day} {MONTHS[day.month]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True)
class _Days:
    """Writes ISO days and moments as days in words."""

    language: str
    zone: ZoneInfo

    def text(self, value: str) -> str:
        if len(value) == len("2026-11-09"):
            return day_text(date.fromisoformat(value), self.language)
        moment = datetime.fromisoformat(value)
        return day_text(end_of_day_text(moment.astimezone(self.zone))[0], self.language)


@pass_context
def _day_filter(context: Context, value: str) -> str:
    days: _Days = context["_days"]
    return days.text(value)


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = _day_filter
    return environment


def _tidy(text: str) -> str:
    """Without blank lines at the ends or more than one in a row."""
    paragraphs = ("\n".join(line.rstrip() for line in part.strip().split("\n")) for part in text.split("\n\n"))
    return "\n\n".join(filter(None, paragraphs)) + "\n"
