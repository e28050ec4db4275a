"""Currencies, as files name them."""

import re
from functools import cache

from babel.core import get_global
from babel.numbers import get_territory_currencies

from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.written import suggest

OTHERWISE = {"RMB": "CNY"}
"""What people call currencies that have another code."""


def currency_of(properties: Source) -> str:
    """The currency that custom properties name: CNY when absent."""
    found = properties.text("currency", "CNY")
    if not re.fullmatch(r"[A-Z]{3}", found):
        properties.report(said("currency must be a code of three letters: CNY, USD, EUR …"))
        return "CNY"
    if found not in _in_use():
        properties.report(
            said(
                "no country pays in the currency {name}: {cure}",
                name=found,
                cure=said("did you mean {name}?", name=OTHERWISE[found])
                if found in OTHERWISE
                else suggest(found, _in_use()),
            )
        )
        return "CNY"
    return found


@cache
def _in_use() -> frozenset[str]:
    """The codes of all currencies that are legal tender somewhere today."""
    return frozenset(
        code for country in get_global("territory_currencies") for code in get_territory_currencies(country)
    )
