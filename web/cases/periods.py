"""Periods as people read them, and the ways from one to another."""

from collections.abc import Callable

from processes.statistics.periods import Kind, Period
from web.shell import dates, language
from web.shell.language import gettext as _
from web.shell.parts import Choice


def month_text(month: Period) -> str:
    """`Sep 2026` or `2026年9月`."""
    day = month.first
    return (
        f"{day.year}年{day.month}月" if language.current() == "zh" else f"{dates.MONTHS_EN[day.month - 1]} {day.year}"
    )


def period_text(period: Period) -> str:
    """What a period is called."""
    first, zh = period.first, language.current() == "zh"
    if period.kind == "month":
        return month_text(period)
    if period.kind == "quarter":
        number = (first.month + 2) // 3
        return f"{first.year}年第{number}季度" if zh else f"Q{number} {first.year}"
    if period.kind == "year":
        return f"{first.year}年" if zh else str(first.year)
    return "–".join(dates.day_text(day, language.current(), this_year=0) for day in (first, period.last))


def kinds(period: Period, address: Callable[[str], str]) -> list[Choice]:
    """The month, quarter and year in which a period ends."""
    words: dict[Kind, str] = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    return [Choice(said, address(period.around(kind).key), kind == period.kind) for kind, said in words.items()]
