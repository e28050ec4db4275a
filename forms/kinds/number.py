"""A number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from forms.kit.field import Field
from forms.kit.kind import Input, LookedAt, Refused
from forms.kit.reader import Reader
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.view import LineView, View
from forms.kit.written import input_written
from forms.language.characters import plain_text
from forms.language.expressions import NO_LIMIT, Json, Limit, Sight
from forms.language.messages import N_, Message, sentence
from forms.language.numbers import MOST_DIGITS, decimal_of, digits_of, has_many_digits, number_limit, places
from forms.language.template import NO_TEXT, Template

NO_NUMBER = sentence("number", N_("Write a number like 12 or 12.5: digits and a dot."))
WHOLE = sentence("whole", N_("Write a whole number."))
DECIMALS = sentence("decimals", N_("Write at most {limit} digits after the dot."))
DIGITS = sentence("digits", N_("Write at most {limit} digits before the dot, and after it."))
TOO_SMALL = sentence("too_small", N_("Write at least {limit}."))
TOO_BIG = sentence("too_big", N_("Write at most {limit}."))
INCREMENT = sentence("increment", N_("Write a multiple of {limit}."))

ADORNERS = ("appearance.prefixAdorner", "appearance.suffixAdorner")
WRITTEN = input_written(
    "number",
    {"appearance", "increment", "decimalDigits", "serializeToString"},
    ("money", "currency"),
    *ADORNERS,
    checks=("min", "max"),
)


@dataclass(frozen=True)
class Number(Input):
    """A number with bounds."""

    name = "number"
    written = (WRITTEN,)
    digits = True

    minimum: Limit = NO_LIMIT
    maximum: Limit = NO_LIMIT
    increment: str | None = None
    prefix: Template = NO_TEXT
    suffix: Template = NO_TEXT
    decimals: int | None = None
    as_text: bool = False

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        rules, looks = source.within("validate"), source.within("appearance")
        source.within("properties").flag("money")  # an amount is another kind; here what is no flag is reported
        increment = source.limit("increment", Decimal)
        if increment.expr is not None or (increment.value is not None and Decimal(increment.value) <= 0):
            source.report(said("increment must be a number above zero"))
            increment = Limit()
        limits = rules.limit("min", Decimal), rules.limit("max", Decimal)
        rules.in_order("min", "max", limits)
        return cls(
            minimum=limits[0],
            maximum=limits[1],
            increment=increment.value,
            prefix=looks.template("prefixAdorner"),
            suffix=looks.template("suffixAdorner"),
            decimals=None if source.data.get("decimalDigits") is None else source.whole("decimalDigits", 2, most=12),
            as_text=source.flag("serializeToString"),
        )

    def looks_at(self) -> Iterator[LookedAt]:
        """Its bounds."""
        yield from (self.minimum, self.maximum)

    def convert(self, raw: Json, zone: ZoneInfo) -> Json:  # noqa: ARG002 it has no time
        """A number, or its text."""
        number = meant(raw, WHOLE if self.decimals == 0 else NO_NUMBER)
        if self.decimals is not None and places(number) > self.decimals:
            raise Refused(DECIMALS(limit=self.decimals) if self.decimals else WHOLE())
        if self.as_text:
            return digits_of(number)
        return int(number) if places(number) == 0 else float(number)

    def check(self, value: Json, sight: Sight) -> Message | None:
        """Whether it lies between its bounds."""
        number = decimal_of(value)
        assert number is not None
        low, high = number_limit(self.minimum, sight), number_limit(self.maximum, sight)
        if low is not None and number < low:
            return TOO_SMALL(limit=self.told(low))
        if high is not None and number > high:
            return TOO_BIG(limit=self.told(high))
        if self.increment is not None and number % Decimal(self.increment):
            return INCREMENT(limit=self.increment)
        return None

    def told(self, number: Decimal) -> str:
        """A bound in a message."""
        return digits_of(number)

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:
        """With the separators of the language and the signs around it."""
        number = decimal_of(value)
        if number is None:
            return plain_text(value)
        prefix, suffix = reader.say(self.prefix, sight), reader.say(self.suffix, sight)
        return f"{prefix}{reader.number(number)}{' ' if suffix and suffix != '%' else ''}{suffix}"

    def control(self, field: Field) -> View:
        """An input with a keyboard of digits."""
        return field.made(
            LineView,
            "line",
            value=field.text,
            mode="numeric" if self.decimals == 0 else "decimal",
            prefix=self.sign(field),
            suffix=field.say(self.suffix),
            digits=True,
        )

    def sign(self, field: Field) -> str:
        """What stands before the input."""
        return field.say(self.prefix)


def meant(raw: Json, otherwise: Callable[[], Message]) -> Decimal:
    """The number that is written; Refused, with a sentence of its own where it has only too many digits."""
    number = decimal_of(raw)
    if number is None:
        raise Refused(DIGITS(limit=MOST_DIGITS) if has_many_digits(raw) else otherwise())
    return number
