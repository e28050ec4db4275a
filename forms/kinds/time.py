"""A time of the day."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Self
from zoneinfo import ZoneInfo

from forms.kit.dates import Dates
from forms.kit.kind import Refused
from forms.kit.reader import Reader
from forms.kit.said import said
from forms.kit.source import Source
from forms.language.characters import narrow
from forms.language.expressions import Json, Sight
from forms.language.messages import N_, sentence

TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)
NO_TIME = sentence("time", N_("Write a time like 09:30."))


@dataclass(frozen=True)
class Time(Dates):
    """A time, kept as 09:30."""

    name = "time"
    input_type = "time"
    has_day = False

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it; a time of any day has no bounds."""
        found = super().read(source)
        if found != cls():
            source.report(said("notBefore, notAfter and disallowPassedDates need a date: use subtype date or datetime"))
        return found

    def convert(self, raw: Json, zone: ZoneInfo) -> str:  # noqa: ARG002 it is a time of any day
        """Hours and minutes."""
        if isinstance(raw, time):
            raw = raw.isoformat("minutes")
        text = narrow(raw).strip() if isinstance(raw, str) else ""
        if not TIME.fullmatch(text):
            raise Refused(NO_TIME())
        return text[:5]

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:
        """As it is kept."""
        return value if isinstance(value, str) else super().shown(value, sight, reader)
