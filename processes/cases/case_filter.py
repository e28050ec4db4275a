"""What to look for among the cases: the conditions that fit it, and the order of what is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, bindparam, false, or_, select

from processes.cases import access, facts, words
from processes.cases.schema import DbCase, DbCaseFact
from processes.identity import Same
from processes.procedures.model import Procedure


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
    part: str | None = None
    """A unit that has a part in it: it works or has worked on the case, or was found to be responsible."""
    procedure: str | None = None
    """Its key; without one complaints are looked for, and nothing of the management's."""
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Facts by their name, as people write them: `{"lot_no": "l2610"}`."""
    late: bool | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    within: ColumnElement[bool] | None = None
    """A further condition on cases: those behind a figure."""
    sort: str = "-received"
    """A core column (due, received, number, title, severity …) or the name of a fact; with a minus the other way."""
    page: int = 1
    per_page: int = 50
    thorough: bool = False
    """Whether a word that very many cases have is looked for in all of them, whatever it takes."""


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


ALWAYS = frozenset({"received", "number", "title", "procedure"})
"""Those that each case has: an index gives their order as it is."""


def order(known: Same[Procedure], wanted: CaseFilter) -> tuple[Any, ...]:
    """What is not known comes last, whichever way; where it is known of all, an index gives the order as it is."""
    name, falling = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
    fact = select(DbCaseFact.folded).where(DbCaseFact.case_id == DbCase.id, DbCaseFact.name == name)
    if name in _personal(known):  # where a case stands would tell of it
        fact = fact.where(false())
    column = SORTED.get(name, fact.correlate(DbCase).scalar_subquery())
    found = (column.desc(), DbCase.id.desc()) if falling else (column, DbCase.id)
    always = name in ALWAYS or (name == "due" and wanted.late is True)
    return found if always else (column.is_(None), *found)


def _personal(known: Same[Procedure]) -> frozenset[str]:
    """The facts that are about a person: they give no order, and are found by the whole of them or not at all."""
    return frozenset(fact.name for procedure in known for fact in procedure.facts if fact.personal)


def conditions(known: Same[Procedure], wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """What holds of the cases that are looked for."""
    found = words.mentions(wanted.text)
    columns = {DbCase.status: wanted.status, DbCase.phase: wanted.phase, DbCase.severity: wanted.severity}
    columns |= {
        DbCase.outcome: wanted.outcome,
        DbCase.owner: wanted.owner,
        DbCase.unit: wanted.unit,
        DbCase.procedure: wanted.procedure,
    }
    found += [column == value for column, value in columns.items() if value is not None]
    if wanted.procedure is None:
        found += _complaints(known)
    if wanted.part is not None:
        found.append(or_(DbCase.unit == wanted.part, access.has_part(wanted.part)))
    for name, text in wanted.facts.items():
        same = (DbCaseFact.name == name) & DbCaseFact.folded.in_({facts.fold(text, kind) for kind in words.FOLDS})
        if name in _personal(known):
            same &= DbCaseFact.whole.is_(True)
        found.append(DbCase.id.in_(select(DbCaseFact.case_id).where(same)))
    if wanted.late is not None:
        late = DbCase.due_at.is_not(None) & (DbCase.due_at <= bindparam("moment")) & (DbCase.status == "open")
        found.append(late if wanted.late else ~late)
    if wanted.within is not None:
        found.append(wanted.within)
    return [*found, *_moments(wanted)]


def _moments(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """From when and before when it was received and is due."""
    from_ = ((DbCase.received_at, wanted.received_from), (DbCase.due_at, wanted.due_from))
    before = ((DbCase.received_at, wanted.received_before), (DbCase.due_at, wanted.due_before))
    found = [column >= moment for column, moment in from_ if moment is not None]
    return [*found, *(column < moment for column, moment in before if moment is not None)]


def _complaints(known: Same[Procedure]) -> list[ColumnElement[bool]]:
    """That a case is a complaint, where there are others as well."""
    other = _management(known)
    return [DbCase.procedure.not_in(sorted(other))] if other else []


def _management(known: Same[Procedure]) -> frozenset[str]:
    return frozenset(each.key for each in known if each.kind == "management")


def left_out(known: Same[Procedure], wanted: CaseFilter) -> frozenset[str]:
    """The procedures whose cases a list does not show."""
    if wanted.procedure is None:
        return _management(known)
    return frozenset(each.key for each in known if each.key != wanted.procedure)
