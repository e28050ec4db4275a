"""The lines of a summary as the declaration of a procedure names them, put into words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from engine import Json
from processes.cases.facts import Values
from processes.procedures.model import Line, LineKind
from processes.values import money_of
from web.filling import contacts
from web.shell import dates, here, language
from web.shell.people import Names, joined
from web.shell.words import Vocabulary, field_of, text_of


def lines(words: Vocabulary, declared: Iterable[Line], values: Values, names: Names) -> list[tuple[str, str]]:
    """Labels and texts of the lines that say something."""
    found = [(text_of(line.label), shown(words, line, values.get(line.value), names)) for line in declared]
    return [(label, text) for label, text in found if text]


def shown(words: Vocabulary, line: Line, value: Json, names: Names) -> str:
    """A value as a line shows it; empty for nothing."""
    if value is None or value in ("", []):
        return ""
    if line.kind == "choice":
        return words.choice(field_of(line), value)
    say = KINDS.get(line.kind, _text)
    return joined(say(each, names) for each in (value if isinstance(value, list) else [value]) if each is not None)


def _text(value: Json, _names: Names) -> str:
    return str(value)


def _moment(value: Json, _names: Names) -> str:
    try:
        moment = datetime.fromisoformat(str(value)).astimezone(here.zone())
    except ValueError:
        return str(value)
    return dates.moment_text(moment, language.current(), here.zone(), this_year=here.now().year)


def _day(value: Json, _names: Names) -> str:
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return str(value)
    return dates.day_text(day, language.current(), this_year=here.now().year)


def _money(value: Json, _names: Names) -> str:
    amount = money_of(value)
    if amount is None:
        return str(value)
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"


KINDS: Mapping[LineKind, Callable[[Json, Names], str]] = {
    "moment": _moment,
    "day": _day,
    "money": _money,
    "person": lambda value, names: names.person(str(value)),
    "unit": lambda value, names: names.unit(str(value)),
    "identity": lambda value, _names: contacts.identity(str(value)),
    "contact": lambda value, _names: contacts.said(str(value)),
}
