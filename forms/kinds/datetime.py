"""A moment: a date and a time in the zone of the installation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from forms.kit.dates import Dates
from forms.kit.field import Field
from forms.kit.kind import Refused, is_nothing
from forms.kit.reader import Reader
from forms.kit.view import View
from forms.language.expressions import Json, Limit, Sight
from forms.language.messages import N_, Message, sentence
from forms.language.moments import read_moment

NO_MOMENT = sentence("datetime", N_("Write a date and a time like 2026-09-30 09:30."))
SLACK = timedelta(minutes=2)
"""What "now" leaves for a clock that runs ahead."""


@dataclass(frozen=True)
class DateTime(Dates):
    """A moment, kept as 2026-09-30T09:30:00+08:00."""

    name = "datetime"
    input_type = "datetime-local"

    def convert(self, raw: Json, zone: ZoneInfo) -> str:
        """The text of the moment with its offset."""
        moment = read_moment(raw, zone)
        if moment is None:
            raise Refused(NO_MOMENT())
        return moment.isoformat(timespec="seconds")

    def check(self, value: Json, sight: Sight) -> Message | None:
        """Whether it lies between its bounds."""
        moment = datetime.fromisoformat(value)

        def is_beyond(bound: datetime, limit: Limit, *, early: bool) -> bool:
            slack = SLACK if limit.value == "now" else timedelta()
            return moment < bound - slack if early else moment > bound + slack

        return self.bounded(sight, is_beyond, lambda bound: bound.astimezone(sight.zone).strftime("%Y-%m-%d %H:%M"))

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:  # noqa: ARG002 nothing around it counts
        """With its weekday, in the installation's zone."""
        return reader.moment(value)

    def read_view(self, field: Field) -> View:
        """What is taken from the case is a limit; what somebody wrote is a moment."""
        limits = field.fixed and not is_nothing(field.written)
        return field.to_read(field.reader.limit(field.written)) if limits else super().read_view(field)

    def typed_in(self, text: str) -> str:
        """Without seconds and offset."""
        return text[:16]
