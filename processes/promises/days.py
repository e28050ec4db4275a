"""Which days a letter names, and until when it says something will be done."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from processes.promises.sums import NUMBER, plain, value_of

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NAMES = "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS)
_ISO = re.compile(r"(?<!\d)(20\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?(?!\d)")
_CHINESE = re.compile(r"(?<![\d年])(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]")
_ENGLISH = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_NAMES})|({_NAMES})\.? (\d{{1,2}})(?:st|nd|rd|th)?)\b"
    r"(?:,? (20\d\d))?",
    re.IGNORECASE,
)
_UNITS = {"年": 365, "周": 7, "星期": 7, "week": 7, "月": 30, "month": 30, "日": 1, "天": 1, "day": 1}
_SPAN = re.compile(
    rf"({NUMBER})\s*个?(工作|自然)?(日|天|周|星期|月|小时)(?:之内|以内|内)"
    rf"|\bwithin ({NUMBER}) (working |business )?(day|week|month|hour)s?\b",
    re.IGNORECASE,
)


def days_in(sentence: str, today: date) -> Iterator[date]:
    """The days that a sentence names; one without a year is the next to come, or one of the last half year."""
    narrow = plain(sentence)
    for year, month, day in _ISO.findall(narrow):
        yield from _day(int(year), int(month), int(day))
    for month, day in _CHINESE.findall(_ISO.sub("", narrow)):
        yield from _near(int(month), int(day), today)
    for day, month, other_month, other_day, year in _ENGLISH.findall(narrow):
        number = 1 + next(at for at, name in enumerate(_MONTHS) if name.startswith((month or other_month).lower()[:3]))
        if year:
            yield from _day(int(year), number, int(day or other_day))
        else:
            yield from _near(number, int(day or other_day), today)


def ends_in(sentence: str, today: date) -> Iterator[date]:
    """Until when a sentence says that something is done: 三个工作日内, within 48 hours."""
    for number, work, unit, number_en, work_en, unit_en in _SPAN.findall(plain(sentence)):
        many = min(int(value_of(number or number_en)), 3650)
        name = (unit or unit_en).lower()
        if name in {"小时", "hour"}:
            yield today + timedelta(days=-(-many // 24))
        elif work == "工作" or work_en:
            yield today + timedelta(days=many + 2 * ((min(today.weekday(), 4) + many) // 5))
        else:
            yield today + timedelta(days=many * _UNITS[name])


def _near(month: int, day: int, today: date) -> Iterator[date]:
    for found in _day(today.year, month, day):
        yield from _day(today.year + 1, month, day) if found < today - timedelta(days=183) else (found,)


def _day(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return
