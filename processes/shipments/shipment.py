"""A lot of an order that was delivered, and the one question that is asked about it."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Shipment:
    """A lot of an order."""

    order_no: str
    lot_no: str
    customer: str
    product: str
    quantity: int
    delivered_on: date | None
    """None: ordered, not delivered yet."""


Source = Callable[[str], Sequence[Shipment]]
"""All lots of the order with that number, none where there is no such order: what a company fills from its ERP.

It is asked after the commit and may be asked twice; whatever it raises is tried again and becomes an incident.
"""


def key_of(number: str) -> str:
    """A number as it is compared: without blanks around it, capital letters, digits of half width."""
    return unicodedata.normalize("NFKC", number).strip().upper()
