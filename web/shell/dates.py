"""Dates and times as people read them: with the weekday, on a 24-hour clock, the end of a day as 24:00."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAYS_ZH = "一二三四五六日"
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def weekday(day: date, language: str) -> str:
    """`Thu` or `四`."""
    return DAYS_ZH[day.weekday()] if language == "zh" else DAYS_EN[day.weekday()]


def day_text(day: date, language: str, *, narrow: bool = False, this_year: int | None = None) -> str:
    """`Thu 8 Oct` or `10月8日（四）`, with the year where it is not this one; narrow: `10/8（四）`.

    Args:
        day: of the installation's zone.
        language: zh, or anything else for English.
        narrow: for lists and badges.
        this_year: the year that need not be said; None says it never.
    """
    other = this_year is not None and day.year != this_year
    if language == "zh":
        numbers = f"{day.month}/{day.day}" if narrow else f"{day.month}月{day.day}日"
        year = ("" if not other else f"{day.year}/") if narrow else ("" if not other else f"{day.year}年")
        return f"{year}{numbers}（{weekday(day, language)}）"
    year = f" {day.year}" if other else ""
    return f"{weekday(day, language)} {day.day} {MONTHS_EN[day.month - 1]}{year}"


def short_day(day: date, language: str) -> str:
    """A day without its weekday: `8 Oct` or `10/8`."""
    return f"{day.month}/{day.day}" if language == "zh" else f"{day.day} {MONTHS_EN[day.month - 1]}"


def clock_text(moment: datetime, zone: ZoneInfo) -> str:
    """`09:58`."""
    return f"{moment.astimezone(zone):%H:%M}"


def moment_text(moment: datetime, language: str, zone: ZoneInfo, *, this_year: int | None = None) -> str:
    """`Wed 30 Sep 09:58` or `9/30（三）09:58`."""
    local = moment.astimezone(zone)
    day = day_text(local.date(), language, narrow=True, this_year=this_year)
    return f"{day}{'' if language == 'zh' else ' '}{local:%H:%M}"


def last_day(moment: datetime, zone: ZoneInfo) -> tuple[date, str]:
    """The day and clock time of a due moment; midnight belongs to the day before, as 24:00."""
    local = moment.astimezone(zone)
    if local.time() == time.min:
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def due_text(moment: datetime, language: str, zone: ZoneInfo, *, this_year: int | None = None) -> str:
    """A due moment: `Thu 8 Oct, 24:00` or `10月8日（四）24:00`."""
    day, clock = last_day(moment, zone)
    text = day_text(day, language, this_year=this_year)
    return f"{text}{clock}" if language == "zh" else f"{text}, {clock}"


def record_text(moment: datetime, zone: ZoneInfo) -> str:
    """In tables of records: `2026-09-30 09:58`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def exact_text(moment: datetime, zone: ZoneInfo) -> str:
    """For administrators: `09-30 14:00:00`; the year goes into the title."""
    return f"{moment.astimezone(zone):%m-%d %H:%M:%S}"


def length_text(length: timedelta, language: str) -> str:
    """How long something took: `22 min`, `1 h 05`, `2 d 01 h`; `22 分钟`, `1 小时 05 分`, `2 天 1 小时`."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天 {hours} 小时" if language == "zh" else f"{days} d {hours:02} h"
    if hours:
        return f"{hours} 小时 {rest:02} 分" if language == "zh" else f"{hours} h {rest:02}"
    return f"{rest} 分钟" if language == "zh" else f"{rest} min"


def iso_text(moment: datetime, zone: ZoneInfo) -> str:
    """For the `datetime` of a time element: ISO 8601 with the offset of the installation."""
    return moment.astimezone(zone).isoformat(timespec="seconds")
