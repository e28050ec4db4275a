"""Which cases are counted: of procedures that one may read as a whole, received in a period, each of them once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, or_

from engine import Actor, Session
from processes import procedures
from processes.cases import access
from processes.cases.schema import DbCase, DbCaseFact
from processes.procedures.model import Procedure, Role
from processes.rows import unindexed
from processes.statistics.periods import Period

Shares = Mapping[str, Collection[Role]]
"""By procedure the roles in which cases have to know something."""
NOT_COUNTED = ("cancelled", "merged")
"""The states of cases that are none, or that live on in another one, where they are counted."""


@dataclass(frozen=True)
class Scope:
    """The procedures, the period and the unit that figures are about."""

    procedures: tuple[Procedure, ...]
    """Only those of which the reader may see every case, or a share."""
    period: Period
    zone: ZoneInfo
    """In which the period begins and ends."""
    unit: str = ""
    """The unit that was found to be responsible; empty: any."""
    shares: Shares = field(default_factory=dict)
    """Of the others only cases that know something in a role are counted."""

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment of the period, and the first after it."""
        return self.period.begins(self.zone), self.period.ends(self.zone)

    @property
    def parted(self) -> tuple[Procedure, ...]:
        """The procedures of which not every case is counted."""
        return tuple(each for each in self.procedures if each.key in self.shares)

    def names(self, role: Role) -> tuple[str, ...]:
        """The facts that have a role in the procedures."""
        return tuple(sorted({fact.name for each in self.procedures for fact in each.facts if fact.role == role}))

    def knows(self, role: Role) -> ColumnElement[bool]:
        """That a fact has a role in the procedure of its case, which may have moved there with facts of another one."""
        by_names: dict[tuple[str, ...], list[str]] = {}
        for each in self.procedures:
            names = tuple(sorted(fact.name for fact in each.facts if fact.role == role))
            by_names.setdefault(names, []).append(each.key)
        parts = (
            and_(DbCaseFact.case_id == DbCase.id, DbCase.procedure.in_(keys), DbCaseFact.name.in_(names))
            for names, keys in by_names.items()
            if names
        )
        return or_(false(), *parts)

    def ended(self, *kinds: str) -> dict[str, list[str]]:
        """By procedure the outcomes that count as one of the kinds."""
        return {
            each.key: sorted(key for key, outcome in each.outcomes.items() if outcome.kind in kinds)
            for each in self.procedures
        }


def readable(session: Session, actor: Actor) -> Sequence[Procedure]:
    """The procedures of complaints whose figures somebody may see: those whose cases the person reads, or a share."""
    keys = {*access.read_whole(session, actor), *access.read_shares(session, actor)}
    return [each for each in procedures.current(session) if each.key in keys and each.kind == "complaint"]


def counted(scope: Scope) -> ColumnElement[bool]:
    """The condition on cases under which they are in the scope."""
    if not scope.procedures:
        return false()
    begins, ends = scope.bounds
    whole = [each.key for each in scope.procedures if each.key not in scope.shares]
    shares = (access.in_share(each.key, scope.shares[each.key]) for each in scope.parted)
    # a list of them is read in the order of their receipt: procedures are few
    found: list[ColumnElement[bool]] = [unindexed(or_(DbCase.procedure.in_(whole), *shares))]
    found += [DbCase.status.not_in(NOT_COUNTED)]
    found += [DbCase.received_at >= begins, DbCase.received_at < ends]
    return and_(*found, DbCase.unit == scope.unit) if scope.unit else and_(*found)
