"""By what cases are told apart in figures: columns of the register, and facts by what they are in every procedure."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, null, select

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
