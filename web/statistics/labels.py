"""What the values are called by which cases are told apart in figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from engine import Prepared, Session
from processes.cases.schema import DbCaseFact
from processes.procedures.model import Role
from processes.statistics.counting import Count
from processes.statistics.dimensions import BETWEEN
from processes.statistics.scope import Scope
from web.shell.language import gettext as _
from web.shell.people import Names
from web.shell.words import Words

ROLES: dict[str, Role] = {
    "area": "area",
    "kind": "kind",
    "cause": "cause",
    "product": "product",
    "channel": "channel",
    "lot": "lot",
}


@dataclass(frozen=True)
class Labels:
    """The words of one page of figures."""

    session: Session
    scope: Scope
    words: Words
    names: Names

    def of(self, dimension: str, counts: Sequence[Count]) -> list[str]:
        """What the values of some counts are called, in their order."""
        if dimension == "same":
            products = self._facts("product", counts)
            kinds = [(each.value or "").partition(BETWEEN)[2] for each in counts]
            pairs = zip(products, kinds, counts, strict=True)
            return [f"{product} · {self.said('kind', each.procedure, kind)}" for product, kind, each in pairs]
        if dimension in ("product", "lot"):
            return self._facts(ROLES[dimension], counts)
        return [self.one(dimension, each.procedure, each.value) for each in counts]

    def one(self, dimension: str, procedure: str, value: str | None) -> str:
        """What one value is called; a word of its own for what is not known."""
        if value is None:
            return _("not known")
        said = self.words.named(procedure)
        if dimension == "procedure":
            return self.words.named(value).name
        if dimension == "unit":
            return self.names.unit(value)
        if dimension == "severity":
            return said.severity(value)
        if dimension == "outcome":
            return said.outcome(value)
        return self.said(ROLES[dimension], procedure, value) if dimension in ROLES else value

    def said(self, role: Role, procedure: str, text: str) -> str:
        """What a procedure calls a value of the fact that has a role."""
        said = self.words.named(procedure)
        fact = next((each for each in said.procedure.facts if each.role == role), None)
        return said.fact(fact, text) if fact is not None else text

    def _facts(self, role: Role, counts: Sequence[Count]) -> list[str]:
        """As they are written in the first of all cases, not as they are compared."""
        values = [None if each.value is None else each.value.partition(BETWEEN)[0] for each in counts]
        known = {value: self._written(role, value) for value in dict.fromkeys(values) if value is not None}
        return [_("not known") if value is None else known[value] for value in values]

    def _written(self, role: Role, value: str) -> str:
        rows = (
            _WRITTEN.rows(self.session.connection(), {"name": name, "value": value}) for name in self.scope.names(role)
        )
        return next((str(found[0][0]) for found in rows if found), value)


_OF_VALUE = (DbCaseFact.name == bindparam("name")) & (DbCaseFact.folded == bindparam("value"))
_WRITTEN = Prepared(select(DbCaseFact.text).where(_OF_VALUE).order_by(DbCaseFact.case_id).limit(1))
