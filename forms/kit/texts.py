"""What texts of one line and of several have in common."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from forms.kit.kind import TOO_LONG, Input, Refused
from forms.kit.reader import Reader
from forms.kit.said import said
from forms.kit.source import Source
from forms.language.characters import has_controls, is_blank
from forms.language.expressions import NO_LIMIT, Json, Limit, Sight
from forms.language.messages import N_, Message, sentence
from forms.language.numbers import decimal_of

NO_WORDS = sentence("text", N_("Write text here."))
CONTROLS = sentence("controls", N_("Remove the invisible control characters."))
ONE_LINE = sentence("one_line", N_("Write this in one line."))
TOO_SHORT = sentence("too_short", N_("Write at least {limit} characters; these are {count}."))


@dataclass(frozen=True)
class Texts(Input):
    """A text; its lengths in characters."""

    wordy: ClassVar[bool] = True

    shortest: Limit = NO_LIMIT
    longest: Limit = NO_LIMIT

    def check(self, value: Json, sight: Sight) -> Message | None:
        """Its length."""
        shortest, longest = _length(self.shortest, sight), _length(self.longest, sight)
        if longest is not None and len(value) > int(longest):
            return TOO_LONG(limit=int(longest), count=len(value))
        if shortest is not None and shortest > 0:
            seen = len(value) - sum(is_blank(each) and not each.isspace() for each in value)
            if seen < int(shortest):
                return TOO_SHORT(limit=int(shortest), count=seen)
        return None

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:
        """As it was written, even where it looks like a date."""
        return value if isinstance(value, str) else super().shown(value, sight, reader)


def _length(limit: Limit, sight: Sight) -> Decimal | int | None:
    """A bound as it is now."""
    if limit.expr is None and (limit.value is None or type(limit.value) is int):
        return limit.value
    return decimal_of(sight.limit(limit))


def length_of(rules: Source, name: str, default: int, most: int) -> Limit:
    """MinLength or maxLength: a number of characters, or an expression."""
    limit = rules.limit(name)
    if limit.expr is None and limit.value is None:
        return Limit(default)
    if limit.expr is None and not 0 <= limit.value <= most:
        rules.report(said("validate.{name} must be from 0 to {most}", name=name, most=most))
    return limit


def one_text(raw: Json, *, lines: bool) -> str:
    """A text without spaces around it. Raises Refused."""
    if not isinstance(raw, str):
        raise Refused(NO_WORDS())
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\n" in text and not lines:
        raise Refused(ONE_LINE())
    if has_controls(text, lines=lines):
        raise Refused(CONTROLS())
    return text
