"""The service tasks of the sweep: lists are read, each record becomes a case or is dismissed with a reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine import Call, Json, Session, instances
from engine.errors import BpmnError
from processes import procedures
from processes.cases import entries, register
from processes.cases.schema import DbDocument
from processes.office import Office
from processes.reading import given
from processes.spreadsheet import Unreadable, lines

NEEDED, ALSO = ("ref", "text"), ("who", "phone", "product", "lot", "happened_on")
WORDS = {
    "编号": "ref",
    "内容": "text",
    "客户": "who",
    "电话": "phone",
    "产品": "product",
    "批号": "lot",
    "日期": "happened_on",
}
"""What the columns may be called as well."""
MOST_RECORDS = 500
"""Of one source at a time: each is decided on by a person."""
CHANNELS: Mapping[str, str] = {
    "A": "repair_report",
    "B": "dealer",
    "C": "sales_report",
    "D": "returns",
    "E": "processor",
    "F": "internal",
    "G": "other",
}
"""By which channel the register says that the complaint came."""
UNREADABLE = "SOURCE_FILE"
TAKEN, DISMISSED = "source_taken", "source_dismissed"
"""Lines of the sweep's record."""


def read(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Read the lists that were found in a source, and take what was typed (KB-2.1.1-5).

    Inputs:
        source: A to G.
        anything_found: whether there is anything.
        source_list?: CSV files with the columns ref and text; also who, phone, product, lot, happened_on.
        typed?: rows of the same.

    Outputs:
        records: what is to be decided on, as rows: source, ref, text, who, phone, product, lot, happened_on.

    Errors:
        SOURCE_FILE: a list cannot be read; with its name, the line and what is wrong.
    """
    if not given(call, "anything_found"):
        return {"records": []}
    files = given(call, "source_list") or []
    found = [*(given(call, "typed") or []), *(row for file in files for row in _rows(session, file))]
    if len(found) > MOST_RECORDS:
        raise BpmnError(UNREADABLE, f"more than {MOST_RECORDS} records, send them in parts 记录过多，请分批导入")
    columns = (*NEEDED, *ALSO)
    return {"records": [{"source": given(call, "source"), **_only(row, columns)} for row in found]}


def to_case(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Begin the registration of a record with what is known of it; the case names the sweep, the sweep the case.

    Inputs:
        record: source, ref, text, who, phone, product, lot, happened_on.

    Outputs:
        started: the number of the instance.
    """
    record, sweep = given(call, "record"), register.find_of_step(session, call)
    number = None if sweep is None else sweep.number
    known: dict[str, Json] = {
        "channel": CHANNELS.get(record["source"], "other"),
        "description": record["text"],
        "name": record["who"],
        "phone": record["phone"],
        "product_model": record["product"],
        "lot_no": record["lot"],
        "occurred_at": record["happened_on"],
        "source_sweep": number,
        "source_record": f"{record['source']} {record['ref']}",
    }
    key = str(procedures.decision(office, session, call, "register"))
    variables = {name: value for name, value in known.items() if value is not None}
    started = instances.start(session, key, variables=variables, by=call.actor).id
    _note(session, call, TAKEN, {"source": record["source"], "ref": record["ref"], "instance": started})
    return {"started": started}


def dismiss(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down why a record is no complaint.

    Inputs:
        record: source, ref.
        dismiss_reason: why.

    Outputs: none.
    """
    record = given(call, "record")
    said = {"source": record["source"], "ref": record["ref"], "reason": given(call, "dismiss_reason")}
    _note(session, call, DISMISSED, said)
    return {}


def _rows(session: Session, file: Mapping[str, Json]) -> Sequence[dict[str, str]]:
    document = session.get_one(DbDocument, file["id"])
    try:
        found = list(lines(document.content, needed=NEEDED, also=ALSO, words=WORDS))
    except Unreadable as error:
        raise BpmnError(UNREADABLE, f"{document.name}: {error.finding}") from None
    empty = next((line for line, cells in found if not all(cells.get(name) for name in NEEDED)), None)
    if empty is not None:
        raise BpmnError(UNREADABLE, f"{document.name}: line {empty}: ref and text are needed 编号与内容不能为空")
    return [cells for _, cells in found]


def _only(row: Mapping[str, Any], columns: tuple[str, ...]) -> dict[str, Json]:
    return {name: row.get(name) or None for name in columns}


def _note(session: Session, call: Call, kind: str, data: Mapping[str, Json]) -> None:
    case = register.find_of_step(session, call)
    if case is not None:
        entries.note(session, case, kind, by=call.actor, element=call.element.id, data=data)


READING = {"source.read": read}
INSIDE = {"source.to_case": to_case, "source.dismiss": dismiss}
