"""The decisions of a procedure: what its declaration says, and what an installation says instead."""

from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from engine import Json, check_cycle, nearest, phrase, said_by
from engine.errors import KesuError
from processes.errors import SettingRefused
from processes.procedures.model import Option, Procedure
from processes.settings import Settings, working_time

STAGES = "stages"
"""The table of an installation's settings of a procedure that says how long steps take."""


def value(settings: Settings, procedure: Procedure, name: str) -> Json:
    """A decision of the procedure as it holds here; SettingRefused for one that the procedure does not declare."""
    option = procedure.options.get(name)
    if option is None:
        known = nearest(name, procedure.options)
        raise SettingRefused(
            name=name,
            why=phrase(
                "the procedure {key} has none{known}", key=procedure.key or "without a declaration", known=known
            ),
        )
    given = settings.procedures.get(procedure.key, {})
    return option_value(option, given.get(name, option.default))


def number(settings: Settings, procedure: Procedure, name: str) -> int:
    """A decision that is a whole number."""
    found = value(settings, procedure, name)
    assert isinstance(found, int)
    return found


def stage(settings: Settings, procedure: Procedure, name: str) -> str | None:
    """The working time that a step should take here; None for a stage that the procedure does not declare."""
    given = settings.procedures.get(procedure.key, {}).get(STAGES, {})
    return given.get(name, procedure.stages[name]) if name in procedure.stages else None


def refused(settings: Settings, procedure: Procedure) -> list[SettingRefused]:
    """What the installation says about the procedure and cannot be taken."""
    found = []
    for name, given in settings.procedures.get(procedure.key, {}).items():
        rows = given.items() if name == STAGES and isinstance(given, Mapping) else [(name, given)]
        for part, text in rows:
            why = _why_not(procedure, name, part, text)
            if why:
                where = f"{name}.{part}" if part != name else name
                found.append(refusal(settings, f"procedures.{procedure.key}.{where}", why))
    return found


def refusal(settings: Settings, name: str, why: str) -> SettingRefused:
    """That a setting, or a table of them, cannot be taken, and the file or the variable in which it stands."""
    origin = origin_of(settings, name)
    return SettingRefused(
        name=name, why=phrase("{why}; it stands in {origin}", why=why, origin=origin) if origin else why
    )


def origin_of(settings: Settings, name: str) -> str:
    """Where a setting comes from, or the first of a table; empty for what was not given."""
    return next((place for each, place in settings.origins.items() if f"{each}.".startswith(f"{name}.")), "")


def _why_not(procedure: Procedure, table: str, name: str, given: Any) -> str:
    known = procedure.stages if table == STAGES else procedure.options
    if name not in known:
        return phrase("the procedure {key} has no such setting{cure}", key=procedure.key, cure=nearest(name, known))
    try:
        if table == STAGES:
            working_time(given, timedelta(hours=8))
        else:
            option_value(procedure.options[name], given)
    except (ValueError, TypeError) as error:
        return said_by(error)
    return ""


def option_value(option: Option, given: Any) -> Json:
    """The value as the type of the option asks for it; ValueError for what is none.

    A text is read, because that is what environment variables are; money, times and durations stay texts.
    """
    try:
        found = _READ[option.type](given)
    except KesuError as error:
        raise ValueError(said_by(error)) from None
    except (ValueError, TypeError, AttributeError, KeyError, InvalidOperation):
        raise ValueError(phrase("{given} is no {kind}", given=repr(given), kind=_WORDS[option.type])) from None
    if option.choices and found not in option.choices:
        raise ValueError(phrase("{given} is none of {names}", given=repr(given), names=", ".join(option.choices)))
    return found


def _integer(given: Any) -> int:
    if isinstance(given, bool | float):
        raise TypeError
    if int(given) < 0:
        raise ValueError
    return int(given)


def _boolean(given: Any) -> bool:
    return given if isinstance(given, bool) else {"true": True, "false": False}[given.lower()]


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def _money(given: Any) -> str:
    amount = Decimal(_integer(given) if isinstance(given, int) else _text(given))
    if not amount.is_finite():
        raise ValueError
    return str(amount)


def _duration(given: Any) -> str:
    working_time(_text(given), timedelta(hours=8))
    return str(given)


def _time(given: Any) -> str:
    return time.fromisoformat(_text(given) if not isinstance(given, time) else given.isoformat()).strftime("%H:%M")


def _cycle(given: Any) -> str:
    check_cycle(_text(given), ZoneInfo("UTC"))
    return str(given)


def _list(given: Any) -> list[str]:
    parts = given.split(",") if isinstance(given, str) else list(given)
    return [_text(part).strip() for part in parts if _text(part).strip()]


_READ = {
    "integer": _integer,
    "text": _text,
    "boolean": _boolean,
    "money": _money,
    "duration": _duration,
    "time": _time,
    "cycle": _cycle,
    "list": _list,
}

_WORDS = {
    "integer": phrase("whole number from 0"),
    "text": phrase("text"),
    "boolean": phrase("true or false"),
    "money": phrase('amount such as "5000.00"'),
    "duration": phrase("working time such as 4h, 30m or 0.5d"),
    "time": phrase("time such as 09:00"),
    "cycle": phrase("rhythm such as R/P1D or 0 0 9 ? * MON"),
    "list": phrase("list of texts"),
}
