"""The digest of a plan: by it is told whether what is done now is what was decided on then."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine import Json
from processes.values import is_short

REMEDY = ("kind", "quantity", "amount", "worth", "worth_none_because", "promised_date", "detail", "nature", "executor")
TERMS: Mapping[str, str] = {
    **{name: name for name in ("kind", "nature", "amount", "executor")},
    "due": "promised_date",
    "note": "detail",
}
"""What an agreement calls the columns of a remedy that it takes over."""
ROWS = {"remedies": REMEDY, "options": ("text",)}
PLAIN = ("schedule", "reply_manner", "fault_statement")
FIELDS = (*ROWS, *PLAIN)


def of_plan(values: Mapping[str, Json]) -> str:
    """SHA-256 of a plan in its canonical form: remedies, quantities, worths, dates, timetable, options, manner."""
    rows = {name: _rows(values.get(name), columns) for name, columns in ROWS.items()}
    return _digest(rows | {name: _canonical(values.get(name)) for name in PLAIN})


def of_terms(remedies: Json) -> str:
    """SHA-256 of what an agreement takes over from the remedies of a plan, under either name of a column."""
    rows = remedies if isinstance(remedies, list) else []
    renamed = [{TERMS.get(name, name): value for name, value in row.items()} for row in rows if isinstance(row, dict)]
    return _digest(_rows(renamed, tuple(TERMS.values())))


def _rows(rows: Json, columns: Iterable[str]) -> list[dict[str, Any]]:
    known = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [{name: value for name in columns if (value := _canonical(row.get(name))) is not None} for row in known]


def _canonical(value: Json) -> str | None:
    """A value as one text, however it was written down: 3600, "3600.00" and 3600.0 are one amount."""
    text = "" if value is None else str(value).strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text or None
    return f"{number.normalize():f}" if is_short(number) else text


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
