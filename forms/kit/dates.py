"""What dates, times of the day and moments have in common."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from forms.kit.field import Field
from forms.kit.kind import Input, LookedAt, is_nothing
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.view import LineView, View
from forms.kit.written import Written, input_written
from forms.language.expressions import NO_LIMIT, Json, Limit, Sight
from forms.language.messages import N_, Message, sentence
from forms.language.moments import moment_limit
from forms.language.template import Template

TOO_EARLY = sentence("too_early", N_("Choose {limit} or later."))
TOO_LATE = sentence("too_late", N_("Choose {limit} or earlier."))
FUTURE = sentence("future", N_("This cannot lie in the future."))
PAST = sentence("past", N_("This cannot lie in the past."))
SUBTYPES = ("date", "time", "datetime")
WRITTEN = input_written(
    "datetime",
    {"subtype", "dateLabel", "timeLabel", "use24h", "timeSerializingFormat", "timeInterval", "disallowPassedDates"},
    ("notBefore", "notAfter"),
    "dateLabel",
    "timeLabel",
)


@dataclass(frozen=True)
class Dates(Input):
    """A point of time with bounds; which subtype of the form editor it is, is its name."""

    written: ClassVar[tuple[Written, ...]] = (WRITTEN,)
    digits: ClassVar[bool] = True
    input_type: ClassVar[str]
    has_day: ClassVar[bool] = True
    """Whether a day belongs to it."""

    not_before: Limit = NO_LIMIT
    not_after: Limit = NO_LIMIT

    @classmethod
    def takes(cls, source: Source) -> bool:
        """Each takes its own subtype."""
        return subtype_of(source) == cls.name

    @classmethod
    def label(cls, source: Source) -> Template:
        """The form editor labels date and time apart."""
        return source.template("label") or source.template("dateLabel") or source.template("timeLabel")

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        source.word("subtype", SUBTYPES, "date")
        properties = source.within("properties")
        if source.data.get("timeSerializingFormat") not in (None, "utc_offset"):
            source.warn(
                said("timeSerializingFormat has no effect: times are kept with the offset of the installation's zone")
            )
        not_before, not_after = _bound(properties, "notBefore"), _bound(properties, "notAfter")
        return cls(Limit("today") if source.flag("disallowPassedDates") else not_before, not_after)

    def looks_at(self) -> Iterator[LookedAt]:
        """Its bounds."""
        yield from (self.not_before, self.not_after)

    def bounded(self, sight: Sight, is_beyond: Callable[..., bool], tell: Callable[[datetime], str]) -> Message | None:
        """Which bound it is beyond.

        Args:
            sight: where it stands.
            is_beyond: whether it lies before a moment (`early=True`) or after it; told of the limit as well.
            tell: the moment in a message.
        """
        for limit, early in ((self.not_before, True), (self.not_after, False)):
            bound = moment_limit(limit, sight)
            if bound is None or not is_beyond(bound, limit, early=early):
                continue
            if limit.value in {"now", "today"}:
                return PAST() if early else FUTURE()
            return TOO_EARLY(limit=tell(bound)) if early else TOO_LATE(limit=tell(bound))
        return None

    def control(self, field: Field) -> View:
        """The browser's own input, and beside it the value as it is written everywhere else."""
        said = "" if is_nothing(field.value) else self.shown(field.value, field.sight, field.reader)
        return field.made(
            LineView,
            "line",
            type=self.input_type,
            value=self.typed_in(field.text),
            digits=True,
            said=said if self.has_day else None,
        )

    def typed_in(self, text: str) -> str:
        """The value as the browser's input wants it."""
        return text


def subtype_of(source: Source) -> str:
    """The subtype as it is written."""
    return str(source.data.get("subtype")).strip()


def _bound(properties: Source, name: str) -> Limit:
    found = properties.text(name)
    if found.startswith("="):
        return Limit(expr=properties.compile(name, found))
    if found and found not in {"now", "today"} and not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?", found):
        properties.report(said("{name} must be now, today, a date like 2026-09-30, or an =expression", name=name))
        return Limit()
    return Limit(found or None)


def is_sensible(year: Json) -> bool:
    """Whether somebody can have meant that year."""
    return 1900 <= int(year) < 2200
