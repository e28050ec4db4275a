"""One of several options."""

from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from forms.kinds.flag import yes_or_no
from forms.kit.choosing import NO_CHOICE, SAID, Choosing, options_written
from forms.kit.kind import Refused
from forms.kit.options import read_options
from forms.kit.said import said
from forms.kit.source import Source
from forms.language.expressions import Json, Sight
from forms.language.messages import N_, Message, sentence
from forms.language.numbers import decimal_of, places

UNCHOSEN = sentence("required_choice", N_("Choose one."))
LOOKS = ("cards", "segments", "chips")


@dataclass(frozen=True)
class Choice(Choosing):
    """The value of one option, as text, yes or no, or a whole number."""

    name = "choice"
    written = (
        options_written("radio", (), (*LOOKS, "valueType")),
        options_written("select", ("searchable",), ("valueType",)),
    )
    said = SAID
    missed = staticmethod(UNCHOSEN)

    value_type: str = "text"
    """text, boolean, integer."""

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        properties = source.within("properties")
        looks = [name for name in LOOKS if properties.flag(name)]
        if len(looks) > 1:
            source.report(said("{names} exclude each other; keep one", names=" and ".join(looks)))
        look = "select" if source.data.get("type") == "select" else (looks[0] if looks else "list")
        value_type = properties.word("valueType", ("text", "boolean", "integer"), "text")
        return cls(read_options(source, value_type), look, value_type)

    @property
    def starts_empty(self) -> bool:  # type: ignore[override] # a decision is taken anew each time
        """Decisions are not filled in beforehand."""
        return self.look == "cards"

    def stored(self, value: str) -> Json:
        """The value of an option in its type."""
        if self.value_type == "boolean":
            return value == "true"
        if self.value_type == "integer":
            return int(value) if value.lstrip("-").isdigit() and len(value) < 16 else value
        return value

    def convert(self, raw: Json, zone: ZoneInfo) -> Json:  # noqa: ARG002 it has no time
        """The value in its type."""
        if self.value_type == "boolean":
            return yes_or_no(raw)
        if self.value_type == "integer":
            number = decimal_of(raw)
            if number is None or places(number):
                raise Refused(NO_CHOICE())
            return int(number)
        if not isinstance(raw, str):
            raise Refused(NO_CHOICE())
        return raw.strip()

    def check(self, value: Json, sight: Sight) -> Message | None:
        """Whether it is offered, and open."""

        def fits(written: str) -> bool:
            stored = self.stored(written)
            return stored == value and type(stored) is type(value)

        found = self.options.find(fits, sight)
        return (self.options.missing(sight) or NO_CHOICE()) if found is None else found.closed
