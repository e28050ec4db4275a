"""The case register: every complaint has a number without gaps, whoever and however it came."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from engine import Actor, Json, Session, now
from engine.errors import NotFound
from processes.cases import access
from processes.cases.schema import DbCase, DbCaseCounter, DbCaseEntry
from processes.cases.search import digits_of
from processes.office import Office, tracking_hash
from processes.rows import insert

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "channel": ("channel",),
    "complaint_type": ("complaint_type",),
    "severity": ("severity",),
    "priority": ("priority",),
    "complainant_kind": ("complainant_kind",),
    "complainant": ("name", "complainant_name", "customer_name"),
    "company": ("company", "complainant_company"),
    "phone": ("phone",),
    "email": ("email", "e_mail"),
    "product": ("product_model", "product"),
    "serial_no": ("serial_no", "serial"),
    "lot_no": ("lot_no",),
    "order_no": ("order_no",),
    "confirmed_unit": ("responsible_unit", "confirmed_unit"),
    "outcome": ("outcome",),
    "owner": ("owner",),
}
"""The columns of the register and the process variables they are taken from, the first one that has a text."""

SEARCHED = (
    *("number", "title", "complainant", "company", "phone", "email"),
    *("product", "serial_no", "lot_no", "order_no", "description"),
)
"""The columns that a search looks into."""

SEARCHED_BY = {"case_title", *(name for part in SEARCHED for name in COLUMNS.get(part, ()))}
"""The variables that change what a case is searched by."""


def open_case(session: Session, office: Office, instance_id: int, values: Mapping[str, Json], by: Actor) -> DbCase:
    """The case of the instance, entered in the register the first time it is asked for (GC-A8-2b).

    Args:
        session: of the step; the number is given out in its transaction, so that none is ever left out.
        office: for the zone, the prefix and the tracking code.
        instance_id: the instance that runs the case.
        values: process variables under the names of the register form.
        by: who registered it.
    """
    case = find_of_instance(session, instance_id)
    if case is not None:
        return case
    opened = now(session)
    number = next_number(session, str(values.get("case_prefix") or office.settings.case_prefix), opened, office.zone)
    description = str(values.get("description") or "")
    case = DbCase(
        number=number,
        instance_id=instance_id,
        process_key=str(values.get("process_key") or ""),
        title=_title(values, description),
        description=description,
        status="open",
        opened_by=by.id,
        received_at=moment_of(values.get("received_at"), office.zone) or opened,
        opened_at=opened,
        provisional=False,
        escalation=0,
        redo_count=0,
        deadline_rule=None,
        language="en" if values.get("customer_language") == "en" else "zh",
        tracking_hash=tracking_hash(office.tracking_code(number)),
        **{column: text for column, names in COLUMNS.items() if (text := _first_text(values, names, column))},
    )
    index(case)
    session.add(case)
    session.flush()
    _known(session)[instance_id] = case
    access.admit(session, case, people=[by.id])
    return case


def next_number(session: Session, prefix: str, moment: datetime, zone: ZoneInfo) -> str:
    """The next number of the prefix and year, as in KB-2026-000123; the counter's row stays locked until the commit."""
    year = moment.astimezone(zone).year
    statement = insert(session, DbCaseCounter).values(prefix=prefix, year=year, last=1)
    counted = session.scalar(
        statement.on_conflict_do_update(
            index_elements=["prefix", "year"], set_={"last": DbCaseCounter.last + 1}
        ).returning(DbCaseCounter.last)
    )
    return f"{prefix}-{year}-{counted:06d}"


def find_of_instance(session: Session, instance_id: int) -> DbCase | None:
    """The case that an instance runs, if it has opened one; read once a session, because every service asks."""
    case = _known(session).get(instance_id)
    if case is None or case not in session:  # its opening may have been undone with the service that opened it
        case = session.scalar(select(DbCase).where(DbCase.instance_id == instance_id))
    if case is not None:
        _known(session)[instance_id] = case
    return case


def _known(session: Session) -> dict[int, DbCase]:
    """The cases that a session has read or opened, by their instance."""
    known: dict[int, DbCase] = session.info.setdefault("cases", {})
    return known


def get_case(session: Session, number: str, actor: Actor) -> DbCase:
    """The case with that number; NotFound, the same for one that the actor may not see."""
    case = session.scalar(select(DbCase).where(DbCase.number == number.strip().upper(), access.visible_to(actor)))
    if case is None:
        raise NotFound(what="case", key=number)
    return case


def find_by_code(session: Session, number: str, code: str) -> DbCase | None:
    """The case of a customer who knows its number and secret code."""
    known = (DbCase.number == number.strip().upper()) & (DbCase.tracking_hash == tracking_hash(code))
    return session.scalar(select(DbCase).where(known))


def count_alike(session: Session, case: DbCase, since: datetime) -> int:
    """How many other cases since the moment are about the same lot, or the same kind of fault of the same product."""
    same = []
    if case.lot_no:
        same.append(DbCase.lot_no == case.lot_no)
    if case.product and case.complaint_type:
        same.append((DbCase.product == case.product) & (DbCase.complaint_type == case.complaint_type))
    if not same:
        return 0
    query = (
        select(func.count()).select_from(DbCase).where(or_(*same), DbCase.id != case.id, DbCase.received_at >= since)
    )
    return session.scalar(query) or 0


def note(
    session: Session,
    case: DbCase,
    kind: str,
    *,
    by: Actor,
    element: str | None = None,
    data: Mapping[str, Json] | None = None,
    scheduled_at: datetime | None = None,
) -> DbCaseEntry:
    """Write a line into the case's own record, which the database never lets anybody change."""
    entry = DbCaseEntry(
        case_id=case.id,
        at=now(session),
        scheduled_at=scheduled_at,
        kind=kind,
        element=element,
        actor=by.id,
        data=dict(data or {}),
    )
    session.add(entry)
    return entry


def moment_of(value: Json, zone: ZoneInfo) -> datetime | None:
    """An aware moment from ISO text, in the zone where it names none; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def money_of(value: Json) -> Decimal | None:
    """An amount from its decimal text; None for nothing or for what is no amount."""
    if value is None or isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def project(case: DbCase, changed: Mapping[str, Json]) -> None:
    """Bring the columns of the register up to date with changed process variables; what is no text is left out."""
    for column, names in COLUMNS.items():
        known = {name: changed[name] for name in names if name in changed}
        if known and (text := _first_text(known, names, column)):
            setattr(case, column, text)
    if isinstance(changed.get("case_title"), str):
        case.title = changed["case_title"]
    if isinstance(changed.get("redo_count"), int):
        case.redo_count = changed["redo_count"]
    if {*changed} & SEARCHED_BY:
        index(case)


def index(case: DbCase) -> None:
    """Write down what the case is searched by; a phone number also by its digits alone."""
    parts = [*(getattr(case, part) for part in SEARCHED), digits_of(case.phone)]
    case.searched = "\n".join(str(text).lower() for text in parts if text)


def _first_text(values: Mapping[str, Json], names: tuple[str, ...], column: str) -> str | None:
    longest: Any = getattr(DbCase.__table__.c[column].type, "length", None)
    texts = (values.get(name) for name in names)
    return next((text.strip()[:longest] for text in texts if isinstance(text, str) and text.strip()), None)


def _title(values: Mapping[str, Json], description: str) -> str:
    given = values.get("title") or values.get("subject")
    if isinstance(given, str) and given.strip():
        return " ".join(given.split())[:120]
    line = next((part.strip() for part in description.splitlines() if part.strip()), "")
    return line if len(line) <= 80 else line[:79] + "…"
