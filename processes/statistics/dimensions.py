"""By what cases are told apart in figures: columns of the register, and facts by what they are in every procedure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, null, select

from engine import Session
from processes.cases.schema import DbCase, DbCaseFact
from processes.procedures.model import Role
from processes.statistics.scope import Scope

Values = ColumnElement[Any]
BETWEEN = "\x1f"
"""What stands between the parts of a value that is put together."""


def fact(scope: Scope, role: Role) -> Values:
    """What is known of a case in a role, as it is compared; null where nothing is."""
    return select(func.min(DbCaseFact.folded)).where(scope.knows(role)).correlate(DbCase).scalar_subquery()


def _role(role: Role) -> Callable[[Scope], Values]:
    return lambda scope: fact(scope, role)


def _same(scope: Scope) -> Values:
    """Product and kind together; null where one of them is not known."""
    return fact(scope, "product").concat(literal(BETWEEN)).concat(fact(scope, "kind"))


OF_ROLES: Mapping[str, Sequence[Role]] = {
    **{role: (role,) for role in ("area", "kind", "cause", "product", "channel", "lot")},
    "same": ("product", "kind"),
}
"""The roles that the values of a dimension are made of."""

RARE = 5000
"""What no more cases than this have is looked for among them, not among all of a period."""


def rare_ones(session: Session, scope: Scope, dimension: str, value: str) -> list[ColumnElement[bool]]:
    """The conditions that a case has what of a value few have, of any time: found by the index of facts."""
    found: list[ColumnElement[bool]] = []
    for role, part in zip(OF_ROLES.get(dimension, ()), value.split(BETWEEN), strict=False):
        having = select(DbCaseFact.case_id).where(DbCaseFact.name.in_(scope.names(role)), DbCaseFact.folded == part)
        found += if_rare(session, having)
    return found


def if_rare(session: Session, having: Select[int]) -> list[ColumnElement[bool]]:
    """That a case is one of some that an index gives; nothing where these are many."""
    few = len(session.scalars(having.limit(RARE + 1)).all()) <= RARE
    return [DbCase.id.in_(having)] if few else []


def _unit(_scope: Scope) -> Values:
    return case((DbCase.unit == "", null()), else_=DbCase.unit)


DIMENSIONS: Mapping[str, Callable[[Scope], Values]] = {
    "all": lambda _scope: literal("all"),
    "procedure": lambda _scope: DbCase.procedure.expression,
    "area": _role("area"),
    "kind": _role("kind"),
    "cause": _role("cause"),
    "unit": _unit,
    "product": _role("product"),
    "channel": _role("channel"),
    "severity": lambda _scope: DbCase.severity.expression,
    "outcome": lambda _scope: DbCase.outcome.expression,
    "lot": _role("lot"),
    "same": _same,
}
"""By the name that addresses have."""
