"""The list of shipments that an installation imports: a table, filled from CSV files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from engine import Actor, Session, now
from processes.errors import ShipmentFileRefused
from processes.rows import insert
from processes.shipments.schema import DbShipment
from processes.shipments.shipment import Shipment, key_of
from processes.spreadsheet import LineFinding, Unreadable, lines

NEEDED = ("order_no", "lot_no", "customer", "product", "quantity")
WORDS = {
    "订单号": "order_no",
    "批号": "lot_no",
    "客户": "customer",
    "产品": "product",
    "数量": "quantity",
    "交货日期": "delivered_on",
}
"""What the columns may be called as well."""

MOST_BYTES = 50_000_000
LONGEST = 100
"""Letters of an order or lot number."""

MOST_DIGITS = 10
"""A quantity has fewer: it fits any integer."""

AT_ONCE = 500
"""Rows of one statement."""


@dataclass(frozen=True)
class Imported:
    """What an import has changed."""

    added: int
    replaced: int


def import_csv(session: Session, content: bytes, *, by: Actor) -> Imported:
    """Enter the shipments of a file; those that are there already, by order and lot, are replaced, others stay.

    Raises ShipmentFileRefused with all findings and nothing entered on any error.
    """
    found = read_csv(content)
    table, moment = DbShipment.__table__.c, now(session)
    known = {(order, lot) for order, lot in session.execute(select(DbShipment.order_no, DbShipment.lot_no))}
    rows = [{**vars(each), "entered_by": by.id, "entered_at": moment} for each in found]
    for start in range(0, len(rows), AT_ONCE):
        statement = insert(session, DbShipment).values(rows[start : start + AT_ONCE])
        keys = [table.order_no, table.lot_no]
        kept = {column.name: statement.excluded[column.name] for column in table if column not in keys}
        session.execute(statement.on_conflict_do_update(index_elements=["order_no", "lot_no"], set_=kept))
    replaced = sum((each.order_no, each.lot_no) in known for each in found)
    return Imported(len(found) - replaced, replaced)


def of_order(session: Session, order_no: str) -> list[Shipment]:
    """The lots of an order, as they were imported."""
    rows = session.scalars(select(DbShipment).where(DbShipment.order_no == key_of(order_no)))
    return [Shipment(r.order_no, r.lot_no, r.customer, r.product, r.quantity, r.delivered_on) for r in rows]


def read_csv(content: bytes) -> Sequence[Shipment]:
    """The shipments of a file: order_no, lot_no, customer, product, quantity and, where it is delivered, delivered_on.

    Raises ShipmentFileRefused with a finding for each wrong line.
    """
    findings: list[LineFinding] = []
    found: dict[tuple[str, str], Shipment] = {}
    first: dict[tuple[str, str], int] = {}
    try:
        for line, cells in lines(content, needed=NEEDED, also=("delivered_on",), words=WORDS, most=MOST_BYTES):
            try:
                each = _shipment(cells)
            except ValueError as error:
                findings.append(LineFinding(line, str(error)))
                continue
            key = each.order_no, each.lot_no
            if key in found:
                findings.append(LineFinding(line, f"order {key[0]}, lot {key[1]} stands in line {first[key]} already"))
            found[key], first[key] = each, line
    except Unreadable as error:
        findings.append(error.finding)
    if not found and not findings:
        findings.append(LineFinding(1, "the file has no shipments"))
    if findings:
        raise ShipmentFileRefused(findings="; ".join(map(str, findings)), lines=tuple(findings))
    return list(found.values())


def _shipment(cells: dict[str, str]) -> Shipment:
    for name in NEEDED:
        if not cells.get(name):
            raise ValueError(f"{name} is empty")
    order_no, lot_no = key_of(cells["order_no"]), key_of(cells["lot_no"])
    if max(len(order_no), len(lot_no)) > LONGEST:
        raise ValueError(f"order_no or lot_no has more than {LONGEST} letters")
    quantity = cells["quantity"]
    if not (quantity.isascii() and quantity.isdigit() and len(quantity) < MOST_DIGITS):
        raise ValueError(f"quantity {quantity!r} is no whole number of pieces")
    day = _day(cells.get("delivered_on", ""))
    return Shipment(order_no, lot_no, cells["customer"], cells["product"], int(quantity), day)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text.replace("/", "-"), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError(f"delivered_on {text!r} is no date of the form 2026-10-28") from None
