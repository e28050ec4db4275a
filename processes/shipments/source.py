"""Whom an installation asks what was delivered: the imported list, or the function that its settings name."""

from collections.abc import Sequence
from importlib import import_module

from processes.errors import ShipmentSourceRefused
from processes.office import Office
from processes.shipments import listing
from processes.shipments.shipment import Shipment, Source


def find(office: Office, order_no: str) -> Sequence[Shipment]:
    """All lots of an order. Raises ShipmentSourceRefused where the settings name nothing that can be called."""
    if office.settings.shipments:
        return _named(office.settings.shipments)(order_no)
    with office.database.reading() as session:
        return listing.of_order(session, order_no)


def _named(source: str) -> Source:
    module, _, name = source.partition(":")
    try:
        found: Source = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ShipmentSourceRefused(source=source, why=str(error)) from None
    if not callable(found):
        raise ShipmentSourceRefused(source=source, why=f"{name} is no function")
    return found
