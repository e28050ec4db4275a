"""What was done for customers, and what it costs: read from the facts that the procedures keep of approved plans."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, literal, select

from engine import Session
from processes.cases.schema import DbCase, DbCaseFact
from processes.statistics.scope import Scope, counted
from processes.values import money_of


@dataclass(frozen=True)
class Remedy:
    """One kind of remedy."""

    kind: str
    procedure: str
    """One that has words for it."""
    cases: int


@dataclass(frozen=True)
class Cost:
    """What the cases of one unit cost."""

    unit: str | None
    cases: int
    """Those with an amount."""
    amount: Decimal


def kinds(session: Session, scope: Scope) -> Sequence[Remedy]:
    """How many cases have each kind of remedy in the plan that was approved, the most first."""
    rows = session.execute(
        select(DbCase.procedure, DbCaseFact.text)
        .join(DbCaseFact, DbCaseFact.case_id == DbCase.id)
        .where(counted(scope), DbCaseFact.name.in_(scope.names("remedies")))
    ).all()
    found = Counter(kind for _procedure, text in rows for kind in set(text.split(", ")))
    home = {kind: procedure for procedure, text in rows for kind in text.split(", ")}
    return [
        Remedy(kind, home[kind], number) for kind, number in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    ]


def has_remedy(scope: Scope, kind: str) -> ColumnElement[bool]:
    """The condition on cases under which a kind of remedy is among theirs."""
    of_case = (DbCaseFact.case_id == DbCase.id) & DbCaseFact.name.in_(scope.names("remedies"))
    listed = literal(", ").concat(DbCaseFact.text).concat(", ")
    return exists().where(of_case, listed.contains(f", {kind}, ", autoescape=True)).correlate(DbCase)


def costs(session: Session, scope: Scope) -> Sequence[Cost]:
    """What was approved, added up by the unit that is responsible, the most first."""
    rows = session.execute(
        select(DbCase.unit, DbCaseFact.text)
        .join(DbCaseFact, DbCaseFact.case_id == DbCase.id)
        .where(counted(scope), DbCaseFact.name.in_(scope.names("cost")))
    ).all()
    known = [(unit or None, amount) for unit, text in rows if (amount := money_of(text)) is not None]
    found = [
        Cost(
            unit,
            sum(each == unit for each, _ in known),
            sum((amount for each, amount in known if each == unit), Decimal(0)),
        )
        for unit in dict.fromkeys(unit for unit, _ in known)
    ]
    return sorted(found, key=lambda cost: (-cost.amount, cost.unit or ""))
