"""A value that the server computes from the other answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from forms.kit.currency import currency_of
from forms.kit.field import Field
from forms.kit.kind import LookedAt, Valued
from forms.kit.reader import Reader
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.view import View
from forms.kit.written import written
from forms.language.expressions import Broken, Expr, Json, Sight
from forms.language.numbers import decimal_of, money_text
from forms.language.template import Template


@dataclass(frozen=True)
class Computed(Valued):
    """What an expression gives; nothing when it has no value."""

    name = "computed"
    written = (
        written("expression", {"key", "expression", "computeOn"}, ("money", "currency", "label"), "properties.label"),
    )
    computes = True

    expression: Expr | None = None
    money: bool = False
    currency: str = ""
    quiet: bool = False

    @classmethod
    def read(cls, source: Source) -> Self:
        """The value as the file says it; without a label it works in the background."""
        properties = source.within("properties")
        if not source.data.get("expression"):
            source.report(said("expression is missing"))
        return cls(
            source.expr("expression"),
            properties.flag("money"),
            currency_of(properties),
            quiet=not str(properties.data.get("label") or "").strip(),
        )

    @classmethod
    def label(cls, source: Source) -> Template:
        """The form editor gives it none: it is a property."""
        return source.within("properties").template("label")

    def looks_at(self) -> Iterator[LookedAt]:
        """What it is computed from."""
        yield self.expression

    def compute(self, sight: Sight) -> Json:
        """The value now; None when it has none."""
        if self.expression is None:
            return None
        try:
            value = sight.evaluate(self.expression)
        except Broken:
            return None
        if isinstance(value, Decimal):
            value = format(value, "f")
        if self.money:
            number = decimal_of(value)
            return None if number is None else money_text(number)
        return value

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:
        """An amount, or as its look tells."""
        return reader.money(value, self.currency) if self.money else super().shown(value, sight, reader)

    def view(self, field: Field) -> View:
        """To be read."""
        return self.read_view(field)
