"""Letters as text and HTML, in Chinese or English, from a template and the values of its fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from processes.clock.deadlines import end_of_day_text
from processes.errors import LetterRefused
from processes.letters.model import Template, Written
from processes.procedures.model import Procedure
from processes.procedures.terms import house_of, in_terms
from processes.settings import Settings

FOLDER = Path(__file__).parent


def write(template: Template, names: Mapping[str, Any], zone: ZoneInfo) -> Written:
    """A letter with the names filled in; LetterRefused for a needed field that is empty or a name that is missing.

    Args:
        template: of a letter in its language.
        names: plain values; what customers or staff typed is text here, never a template.
        zone: in which moments are written as days; 24:00 of a day is written as that day.
    """
    empty = sorted(name for name in template.needed if names.get(name) in (None, "", []))
    if empty:
        raise LetterRefused(letter=template.name, why=f"{', '.join(empty)} is empty")
    known = {**dict.fromkeys(template.fields), **names, "_days": _Days(template.language, zone)}
    try:
        subject = environment().from_string(template.subject).render(known)
        text = _tidy(environment().from_string(template.body).render(known))
        paragraphs = [part.split("\n") for part in text.strip().split("\n\n")]
        layout = environment().get_template("layout.html")
        html = layout.render(language=template.language, subject=subject, paragraphs=paragraphs)
    except (TemplateError, TypeError, ValueError) as error:
        raise LetterRefused(letter=template.name, why=str(error)) from error
    return Written(template.name, template.language, " ".join(subject.split()), text, html)


def company_names(settings: Settings, procedure: Procedure, language: str, name: str | None) -> dict[str, str]:
    """The names that every letter uses: the house, how to reach it, how the customer is addressed."""
    chinese = language != "en"
    contact = " ".join(filter(None, (settings.contact_phone, settings.contact_email)))
    unnamed = in_terms("尊敬的客户" if chinese else "Dear customer", procedure.terms.get(language, {}))
    return {
        "company": house_of(settings, procedure, "zh" if chinese else "en"),
        "contact": contact,
        "salutation": unnamed if not name else f"尊敬的{name}" if chinese else f"Dear {name}",
    }


def day_text(day: date, language: str) -> str:
    """A day in words: 2026年11月9日, 9 November 2026."""
    pattern = "d MMMM y" if language == "en" else "y年M月d日"
    return format_date(day, pattern, locale="en" if language == "en" else "zh")


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
def environment() -> ImmutableSandboxedEnvironment:
    """Where templates are read and run: in a sandbox, with nothing that is undefined."""
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
