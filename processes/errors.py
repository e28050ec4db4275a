"""What can go wrong in what the procedures share; each docstring is the message."""

from engine.errors import KesuError


class SettingRefused(KesuError):
    """The setting {name} cannot be read: {why}."""


class NoWorkingDays(KesuError):
    """There is no working day within ten years of {after}: the calendar has no working week."""


class CalendarFileRefused(KesuError):
    """The calendar file was not taken, nothing was changed: {findings}."""


class DeadlineRefused(KesuError):
    """The table of deadlines gives {value!r} for {field}, which is no limit that can be computed."""
