"""Finding cases: by exact number, or by parts of what is known of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from engine import Actor, Session, now
from processes import procedures
from processes.cases import access, facts
from processes.cases.facts import digits_of
from processes.cases.register import whole
from processes.cases.schema import DbCase, DbCaseFact
from processes.procedures.model import LineKind

FOLDS: tuple[LineKind, ...] = ("text", "number", "contact", "identity")
"""The ways in which a fact may have been folded; which one it was depends on its declaration."""


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
    unit: str | None = None
    procedure: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    """Facts by their name, as people write them: `{"lot_no": "l2610"}`."""
    late: bool | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    sort: str = "-received"
    """A core column (due, received, number, title, severity …) or the name of a fact; with a minus the other way."""
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True)
class CasePage:
    """One page of the cases found."""

    cases: list[DbCase]
    total: int
    page: int
    per_page: int


SORTED: Mapping[str, Any] = {
    "due": DbCase.due_at,
    "received": DbCase.received_at,
    "closed": DbCase.closed_at,
    "number": DbCase.number,
    "title": DbCase.title,
    "phase": DbCase.phase,
    "severity": DbCase.severity,
    "priority": DbCase.priority,
    "owner": DbCase.owner,
    "unit": DbCase.unit,
    "outcome": DbCase.outcome,
    "procedure": DbCase.procedure,
}
"""The core columns that a list may be sorted by; any other name is that of a fact."""


def search(session: Session, actor: Actor, wanted: CaseFilter | None = None) -> CasePage:
    """The cases that fit and that the actor may see, with their facts and clocks, two statements."""
    wanted = wanted or CaseFilter()
    conditions = [access.visible_to(session, actor), *_conditions(session, wanted)]
    start = (max(wanted.page, 1) - 1) * wanted.per_page
    query = select(DbCase).where(*conditions).options(*whole())
    query = query.order_by(*_order(session, wanted.sort)).limit(wanted.per_page).offset(start)
    total = session.scalar(select(func.count()).select_from(DbCase).where(*conditions)) or 0
    return CasePage(list(session.scalars(query).unique()), total, max(wanted.page, 1), wanted.per_page)


def used(session: Session, actor: Actor, columns: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """The values that core columns of the cases have which the actor may see, for lists to choose from."""
    seen = access.visible_to(session, actor)
    values = {name: select(SORTED[name]).where(seen, SORTED[name].is_not(None)).distinct() for name in columns}
    return {name: session.scalars(query).all() for name, query in values.items()}


def _order(session: Session, sort: str) -> tuple[Any, ...]:
    """What is not known comes last, whichever way."""
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    fact = select(DbCaseFact.folded).where(DbCaseFact.case_id == DbCase.id, DbCaseFact.name == name)
    if name in _personal(session):  # where a case stands would tell of it
        fact = fact.where(false())
    column = SORTED.get(name, fact.correlate(DbCase).scalar_subquery())
    return column.is_(None), column.desc() if falling else column, DbCase.id.desc() if falling else DbCase.id


def _personal(session: Session) -> frozenset[str]:
    """The facts that are about a person: they give no order, and are found by the whole of them or not at all."""
    known = (fact for procedure in procedures.current(session) for fact in procedure.facts)
    return frozenset(fact.name for fact in known if fact.personal)


def find_exact(session: Session, actor: Actor, text: str) -> DbCase | None:
    """The one case with exactly this number, if the actor may see it."""
    exact = DbCase.number == text.strip().upper()
    return session.scalar(select(DbCase).where(exact, access.visible_to(session, actor)))


CALLER_DIGITS = 7
"""The shortest number that a caller is known by."""
CALLER_CASES = 20
MOST_WORDS = 8


def of_caller(session: Session, actor: Actor, phone: str) -> list[DbCase]:
    """The latest cases of whoever has this phone number that the actor may see, the newest first."""
    digits = digits_of(phone)
    if len(digits) < CALLER_DIGITS:
        return []
    called = (DbCaseFact.role == "phone") & (DbCaseFact.folded == digits)
    known = exists().where(DbCaseFact.case_id == DbCase.id, called).correlate(DbCase)
    query = select(DbCase).where(access.visible_to(session, actor), known)
    query = query.order_by(DbCase.received_at.desc(), DbCase.id.desc()).limit(CALLER_CASES)
    return list(session.scalars(query))


def _conditions(session: Session, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found = _mentions(wanted.text)
    columns = {DbCase.status: wanted.status, DbCase.phase: wanted.phase, DbCase.severity: wanted.severity}
    columns |= {
        DbCase.outcome: wanted.outcome,
        DbCase.owner: wanted.owner,
        DbCase.unit: wanted.unit,
        DbCase.procedure: wanted.procedure,
    }
    found += [column == value for column, value in columns.items() if value is not None]
    for name, text in wanted.facts.items():
        same = (DbCaseFact.name == name) & DbCaseFact.folded.in_({facts.fold(text, kind) for kind in FOLDS})
        if name in _personal(session):
            same &= DbCaseFact.whole.is_(True)
        found.append(exists().where(DbCaseFact.case_id == DbCase.id, same).correlate(DbCase))
    if wanted.late is not None:
        late = DbCase.due_at.is_not(None) & (DbCase.due_at <= now(session)) & (DbCase.status == "open")
        found.append(late if wanted.late else ~late)
    if wanted.received_from is not None:
        found.append(DbCase.received_at >= wanted.received_from)
    if wanted.received_before is not None:
        found.append(DbCase.received_at < wanted.received_before)
    return found


def _mentions(text: str) -> list[ColumnElement[bool]]:
    """That all words occur, or that the text is the whole of something about a person."""
    words = text.split()[:MOST_WORDS]
    if len(words) < 2:
        return [_contains(word) for word in words]
    return [or_(_is_whole(text), and_(*(_contains(word) for word in words)))]


def _contains(word: str) -> ColumnElement[bool]:
    """In anything the case is searched by, in any case of letters; % and _ mean themselves."""
    return or_(DbCase.searched.contains(facts.fold(word[:100]), autoescape=True), _is_whole(word))


def _is_whole(text: str) -> ColumnElement[bool]:
    """The telephone number, e-mail address, identity number … of a case, from its first sign to its last."""
    folds = {facts.fold(text[:100], kind) for kind in FOLDS}
    same = DbCaseFact.whole.is_(True) & DbCaseFact.folded.in_(folds)
    return exists().where(DbCaseFact.case_id == DbCase.id, same).correlate(DbCase)
