"""An amount of money: a number with two decimals and a currency, kept as text."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from forms.kinds.number import DECIMALS, Number, meant
from forms.kit.currency import currency_of
from forms.kit.field import Field
from forms.kit.kind import Refused
from forms.kit.reader import Reader
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.view import View
from forms.language.expressions import Json, Limit, Sight
from forms.language.messages import N_, sentence
from forms.language.numbers import money_text, places

NO_AMOUNT = sentence("money", N_("Write the amount like 18000.00: digits and a dot."))


@dataclass(frozen=True)
class Money(Number):
    """An amount, not below zero unless the file says so."""

    name = "money"

    currency: str = ""

    @classmethod
    def takes(cls, source: Source) -> bool:
        """A number with the property money."""
        return source.within("properties").says("money")

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        number = super().read(source)
        if source.data.get("decimalDigits") not in (None, 2):
            source.report(said("an amount has two decimals: leave decimalDigits out"))
        minimum = Limit("0") if number.minimum == Limit() else number.minimum
        return replace(number, minimum=minimum, currency=currency_of(source.within("properties")))

    def convert(self, raw: Json, zone: ZoneInfo) -> str:  # noqa: ARG002 it has no time
        """The text with two decimals."""
        number = meant(raw, NO_AMOUNT)
        if places(number) > 2:
            raise Refused(DECIMALS(limit=2))
        return money_text(number)

    def told(self, number: Decimal) -> str:
        """A bound in a message."""
        return f"{number:,.2f}"

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:  # noqa: ARG002 nothing around it counts
        """With the sign of its currency."""
        return reader.money(value, self.currency)

    def control(self, field: Field) -> View:
        """An input behind the sign of the currency."""
        return replace(super().control(field), mode="decimal")  # type: ignore[call-arg] # it is a line

    def sign(self, field: Field) -> str:
        """The sign of the currency."""
        return field.reader.sign(self.currency)
