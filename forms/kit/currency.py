"""Currencies, as files name them."""

import re

from forms.kit.said import said
from forms.kit.source import Source


def currency_of(properties: Source) -> str:
    """The currency that custom properties name: CNY when absent."""
    found = properties.text("currency", "CNY")
    if not re.fullmatch(r"[A-Z]{3}", found):
        properties.report(said("currency must be a code of three letters: CNY, USD, EUR …"))
        return "CNY"
    return found
