"""Finding cases: by exact number, or by parts of what is known of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, select

from engine import Actor, Session, now
from processes.cases import access
from processes.cases.schema import DbCase


@dataclass(frozen=True)
class CaseFilter:
    """What to look for; what is left out does not matter."""

    text: str = ""
    """Words that all must occur somewhere: number, name, phone, lot, order, text."""
    status: Literal["open", "closed", "cancelled"] | None = None
    phase: str | None = None
    severity: str | None = None
    outcome: str | None = None
    owner: str | None = None
    late: bool | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    sort: Literal["due", "received", "number"] = "received"
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True)
class CasePage:
    """One page of the cases found."""

    cases: list[DbCase]
    total: int
    page: int
    per_page: int


def search(session: Session, actor: Actor, wanted: CaseFilter | None = None) -> CasePage:
    """The cases that fit and that the actor may see, two statements."""
    wanted = wanted or CaseFilter()
    conditions = [access.visible_to(actor), *_conditions(session, wanted)]
    order = {
        "due": (DbCase.due_at.is_(None), DbCase.due_at, DbCase.id),
        "received": (DbCase.received_at.desc(), DbCase.id.desc()),
        "number": (DbCase.number,),
    }[wanted.sort]
    start = (max(wanted.page, 1) - 1) * wanted.per_page
    query = select(DbCase).where(*conditions).order_by(*order).limit(wanted.per_page).offset(start)
    total = session.scalar(select(func.count()).select_from(DbCase).where(*conditions)) or 0
    return CasePage(list(session.scalars(query)), total, max(wanted.page, 1), wanted.per_page)


def find_exact(session: Session, actor: Actor, text: str) -> DbCase | None:
    """The one case with exactly this number, if the actor may see it."""
    exact = DbCase.number == text.strip().upper()
    return session.scalar(select(DbCase).where(exact, access.visible_to(actor)))


CALLER_DIGITS = 7
"""The shortest number that a caller is known by."""
CALLER_CASES = 20


def of_caller(session: Session, phone: str) -> list[DbCase]:
    """The latest cases of whoever has this phone number, the newest first, whoever may see them.

    For those who register complaints: they hear the number from the caller and need no list of numbers to guess.
    """
    digits = digits_of(phone)
    if len(digits) < CALLER_DIGITS:
        return []
    query = (
        select(DbCase)
        .where(_contains(digits))
        .order_by(DbCase.received_at.desc(), DbCase.id.desc())
        .limit(CALLER_CASES)
    )
    return [case for case in session.scalars(query) if digits_of(case.phone) == digits]


def digits_of(phone: str | None) -> str:
    """A phone number without the signs that people put between its digits."""
    return "".join(sign for sign in phone or "" if sign.isascii() and sign.isdigit())


def _conditions(session: Session, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found = [_contains(word) for word in wanted.text.split()[:8]]
    columns = {DbCase.status: wanted.status, DbCase.phase: wanted.phase, DbCase.severity: wanted.severity}
    columns |= {DbCase.outcome: wanted.outcome, DbCase.owner: wanted.owner}
    found += [column == value for column, value in columns.items() if value is not None]
    if wanted.late is not None:
        late = DbCase.replied_at.is_(None) & DbCase.due_at.is_not(None) & (DbCase.due_at <= now(session))
        late = late & (DbCase.status == "open")
        found.append(late if wanted.late else ~late)
    if wanted.received_from is not None:
        found.append(DbCase.received_at >= wanted.received_from)
    if wanted.received_before is not None:
        found.append(DbCase.received_at < wanted.received_before)
    return found


def _contains(word: str) -> ColumnElement[bool]:
    """In anything the case is searched by, in any case of letters; % and _ mean themselves."""
    return DbCase.searched.contains(word[:100].lower(), autoescape=True)
