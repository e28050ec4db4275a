"""Letters as text and HTML, in Chinese or English, from a template and the values of its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine import Json
from processes.clock.deadlines import end_of_day_text
from processes.errors import LetterRefused
from processes.letters.model import HOUSE, Template, Written
from processes.paper.model import Sheet
from processes.values import money_of

FOLDER = Path(__file__).parent
BLOCKS = FOLDER / "blocks"
"""What several letters say alike, as NAME.zh.txt and NAME.en.txt: `{% include "contact.zh.txt" %}`."""

LONGEST = 1_000_000
"""Signs of a letter: what one field may hold, some times over."""

ENDS = tuple('。！？；：….!?;:”")）')
"""Signs after which no full stop is added."""


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
    known = {**dict.fromkeys(HOUSE), **dict.fromkeys(template.fields), **names, "_days": _Days(template.language, zone)}
    try:
        subject = _filled(template.subject, known)
        text = _tidy(_filled(template.body, known))
        paragraphs = [part.split("\n") for part in text.strip().split("\n\n")]
        layout = environment().get_template("layout.html")
        html = layout.render(language=template.language, subject=subject, paragraphs=paragraphs)
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise LetterRefused(letter=template.name, why=str(error)) from error
    return Written(template.name, template.language, " ".join(subject.split()), text, html)


def _filled(source: str, names: Mapping[str, Any]) -> str:
    """A template with the names filled in; ValueError where that is more than a letter."""
    parts, size = list[str](), 0
    for part in environment().from_string(source).generate(names):
        size += len(part)
        if size > LONGEST:
            raise ValueError(f"it has more than {LONGEST} signs")
        parts.append(part)
    return "".join(parts)


def dressed(written: Written, sheet: Sheet) -> Written:
    """A letter with all that stands around its words on the paper of the house, as text and as HTML."""
    html = environment().get_template("sheet.html").render(sheet=sheet)
    return replace(written, text=plain(sheet), html=html, sheet=sheet)


def plain(sheet: Sheet) -> str:
    """A sheet as text: the parts below each other, an empty line between them."""
    dated = [sheet.number] if sheet.language != "en" else [sheet.number, sheet.day]
    closing = [f"　　{sheet.closing[0]}", *sheet.closing[1:]] if sheet.language != "en" else sheet.closing
    signed = [*sheet.signed, sheet.day] if sheet.language != "en" else sheet.signed
    head, parts = [sheet.house, *sheet.reach], [[sheet.subject], [sheet.salutation], *([each] for each in sheet.body)]
    blocks = [head, sheet.addressee, dated, *parts, closing, signed]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


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


@pass_context
def _sentence_filter(context: Context, value: str) -> str:
    """What somebody typed, with the sign that ends a sentence."""
    days: _Days = context["_days"]
    said = str(value).rstrip()
    return said if said.endswith(ENDS) else said + ("." if days.language == "en" else "。")


def _money_filter(value: Json) -> str:
    """An amount; ValueError for what is none, so that the letter is not written."""
    amount = money_of(value)
    if amount is None:
        raise ValueError("what should be an amount is none")
    return f"{amount:,.2f}"


@lru_cache(maxsize=1)
def loader() -> FileSystemLoader:
    """Where the layouts and the blocks lie."""
    return FileSystemLoader([FOLDER, BLOCKS])


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    """Where templates are read and run: in a sandbox, with nothing that is undefined."""
    environment = ImmutableSandboxedEnvironment(
        loader=loader(),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.clear()
    environment.filters["day"] = _day_filter
    environment.filters["sentence"] = _sentence_filter
    environment.filters["money"] = _money_filter
    return environment


def _tidy(text: str) -> str:
    """Without blank lines at the ends or more than one in a row."""
    paragraphs = ("\n".join(line.rstrip() for line in part.strip().split("\n")) for part in text.split("\n\n"))
    return "\n\n".join(filter(None, paragraphs)) + "\n"
