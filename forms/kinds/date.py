"""A day of the calendar."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from forms.kit.dates import Dates, is_sensible, subtype_of
from forms.kit.kind import Refused
from forms.kit.reader import Reader
from forms.kit.source import Source
from forms.language.characters import narrow
from forms.language.expressions import Json, Limit, Sight
from forms.language.messages import N_, Message, sentence

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NO_DATE = sentence("date", N_("Write a date like 2026-09-30."))


@dataclass(frozen=True)
class Date(Dates):
    """A date, kept as 2026-09-30."""

    name = "date"
    input_type = "date"

    @classmethod
    def takes(cls, source: Source) -> bool:
        """What is neither a time nor both."""
        return subtype_of(source) not in {"time", "datetime"}

    def convert(self, raw: Json, zone: ZoneInfo) -> str:  # noqa: ARG002 a day has no zone
        """The text of the date."""
        if isinstance(raw, date) and not isinstance(raw, datetime):
            raw = raw.isoformat()
        text = narrow(raw).strip() if isinstance(raw, str) else ""
        if not DATE.fullmatch(text):
            raise Refused(NO_DATE())
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Refused(NO_DATE()) from None
        if not is_sensible(day.year):
            raise Refused(NO_DATE())
        return day.isoformat()

    def check(self, value: Json, sight: Sight) -> Message | None:
        """Whether it lies between its bounds, day by day."""
        day = date.fromisoformat(value)

        def is_beyond(bound: datetime, _limit: Limit, *, early: bool) -> bool:
            return day < bound.date() if early else day > bound.date()

        return self.bounded(sight, is_beyond, lambda bound: bound.date().isoformat())

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:  # noqa: ARG002 nothing around it counts
        """With its weekday."""
        return reader.date(value)
