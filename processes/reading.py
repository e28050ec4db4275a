"""How services read what diagrams hand them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine import Call, Json, Session, parted
from engine.errors import NotFound
from processes.cases import register
from processes.cases.schema import DbCase
from processes.values import money_of


def get_case(session: Session, call: Call) -> DbCase:
    """The case of the call's instance, or the one that it runs beside; NotFound when there is neither."""
    case = register.find_of_step(session, call)
    if case is None:
        raise NotFound(what="case of instance", key=call.instance_id)
    return case


def given(call: Call, name: str) -> Json:
    """An input or, where the diagram maps none of that name, the visible variable; None when there is neither."""
    return call.inputs[name] if name in call.inputs else call.variables.get(name)


def row_of(call: Call, table: str, columns: tuple[str, ...]) -> dict[str, Any]:
    """A row that a decision table gave: kept whole under the table's name, or column by column."""
    row = given(call, table)
    if isinstance(row, list) and len(row) == 1:
        row = row[0]
    if isinstance(row, Mapping):
        return dict(row)
    return {column: given(call, column) for column in columns}


def names_of(value: Json) -> list[str]:
    """A list of names, or one text with blanks or commas between."""
    if isinstance(value, str):
        return parted(value)
    return [str(name) for name in value] if isinstance(value, list) else []


def total_of(rows: Json, column: str) -> Decimal:
    """What a column of amounts comes to, with two places."""
    given_rows = rows if isinstance(rows, list) else []
    amounts = (money_of(row.get(column)) for row in given_rows if isinstance(row, dict))
    return sum((amount for amount in amounts if amount is not None), Decimal(0)).quantize(Decimal("0.01"))


def iso(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as process variables carry it: ISO 8601 with the offset of the installation."""
    return moment.astimezone(zone).isoformat(timespec="seconds")
