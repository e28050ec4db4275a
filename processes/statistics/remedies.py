"""What was done for customers, and what it costs: read from the facts that the procedures keep of approved plans."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, literal

from processes.cases.schema import DbCase, DbCaseFact
from processes.statistics.reading import Counts
from processes.statistics.scope import Scope


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


def kinds(counts: Counts, scope: Scope) -> Sequence[Remedy]:
    """How many cases have each kind of remedy in the plan that was approved, the most first."""
    found: dict[str, Remedy] = {}
    for procedure, sums in sorted(counts.sums(scope, "all", lambda place: place.procedure).items()):
        for kind, number in sums.get("remedies", {}).items():
            known = found.get(kind, Remedy(kind, procedure, 0))
            found[kind] = replace(known, cases=known.cases + number)
    return sorted(found.values(), key=lambda each: (-each.cases, each.kind))


def has_remedy(scope: Scope, kind: str) -> ColumnElement[bool]:
    """The condition on cases under which a kind of remedy is among theirs."""
    listed = literal(", ").concat(DbCaseFact.text).concat(", ")
    return exists().where(scope.knows("remedies"), listed.contains(f", {kind}, ", autoescape=True)).correlate(DbCase)


def costs(counts: Counts, scope: Scope) -> Sequence[Cost]:
    """What was approved, added up by the unit that is responsible, the most first."""
    found = []
    for unit, sums in counts.sums(scope, "all", lambda place: place.unit).items():
        amounts = sums.get("costs", {})
        whole = sum((Decimal(amount) * number for amount, number in amounts.items()), Decimal(0))
        found += [Cost(unit or None, sum(amounts.values()), whole)] if amounts else []
    return sorted(found, key=lambda cost: (-cost.amount, cost.unit or ""))
