"""Finding cases: by exact number, or by parts of what is known of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.runtime import now
from engine.values import Actor
from processes.cases import access
from processes.schema import Case


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

    cases: list[Case]
    total: int
    page: int
    per_page: int


def search(session: Session, actor: Actor, wanted: CaseFilter | None = None) -> CasePage:
    """The cases that fit and that the actor may see, two statements."""
    wanted = wanted or CaseFilter()
    conditions = [access.visible_to(actor), *_conditions(session, wanted)]
    order = {
        "due": (Case.due_at.is_(None), Case.due_at, Case.id),
        "received": (Case.received_at.desc(), Case.id.desc()),
        "number": (Case.number,),
    }[wanted.sort]
    start = (max(wanted.page, 1) - 1) * wanted.per_page
    query = select(Case).where(*conditions).order_by(*order).limit(wanted.per_page).offset(start)
    total = session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0
    return CasePage(list(session.scalars(query)), total, max(wanted.page, 1), wanted.per_page)


def find_exact(session: Session, actor: Actor, text: str) -> Case | None:
    """The one case with exactly this number, if the actor may see it."""
    exact = Case.number == text.strip().upper()
    return session.scalar(select(Case).where(exact, access.visible_to(actor)))


CALLER_DIGITS = 7
"""The shortest number that a caller is known by."""
CALLER_CASES = 20


def of_caller(session: Session, phone: str) -> list[Case]:
    """The latest cases of whoever has this phone number, the newest first, whoever may see them.

    For those who register complaints: they hear the number from the caller and need no list of numbers to guess.
    """
    digits = digits_of(phone)
    if len(digits) < CALLER_DIGITS:
        return []
    query = select(Case).where(_contains(digits)).order_by(Case.received_at.desc(), Case.id.desc()).limit(CALLER_CASES)
    return [case for case in session.scalars(query) if digits_of(case.phone) == digits]


def digits_of(phone: str | None) -> str:
    """A phone number without the signs that people put between its digits."""
    return "".join(sign for sign in phone or "" if sign.isascii() and sign.isdigit())


def _conditions(session: Session, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found = [_contains(word) for word in wanted.text.split()[:8]]
    columns = {Case.status: wanted.status, Case.phase: wanted.phase, Case.severity: wanted.severity}
    columns |= {Case.outcome: wanted.outcome, Case.owner: wanted.owner}
    found += [column == value for column, value in columns.items() if value is not None]
    if wanted.late is not None:
        late = Case.replied_at.is_(None) & Case.due_at.is_not(None) & (Case.due_at <= now(session))
        late = late & (Case.status == "open")
        found.append(late if wanted.late else ~late)
    if wanted.received_from is not None:
        found.append(Case.received_at >= wanted.received_from)
    if wanted.received_before is not None:
        found.append(Case.received_at < wanted.received_before)
    return found


def _contains(word: str) -> ColumnElement[bool]:
    """In anything the case is searched by, in any case of letters; % and _ mean themselves."""
    return Case.searched.contains(word[:100].lower(), autoescape=True)
