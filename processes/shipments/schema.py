"""The table of shipments."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from engine import Base


class DbShipment(Base):
    """A lot of an order; order and lot as `shipment.key_of` writes them."""

    __tablename__ = "shipment"
    order_no: Mapped[str] = mapped_column(String(100), primary_key=True)
    lot_no: Mapped[str] = mapped_column(String(100), primary_key=True)
    customer: Mapped[str]
    product: Mapped[str]
    quantity: Mapped[int]
    delivered_on: Mapped[date | None]
    """None: ordered, not delivered yet."""
    entered_by: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[datetime]
