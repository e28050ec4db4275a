"""Which cases are counted: of procedures that one may read as a whole, received in a period, each of them once."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_

from engine import Actor, Session
from processes import procedures
from processes.cases import access
from processes.cases.schema import DbCase
from processes.procedures.model import Procedure, Role
from processes.statistics.periods import Period

NOT_COUNTED = ("cancelled", "merged")
"""The states of cases that are none, or that live on in another one, where they are counted."""


@dataclass(frozen=True)
class Scope:
    """The procedures, the period and the unit that figures are about."""

    procedures: tuple[Procedure, ...]
    """Only those of which the reader may see every case."""
    period: Period
    zone: ZoneInfo
    """In which the period begins and ends."""
    unit: str = ""
    """The unit that was found to be responsible; empty: any."""

    def names(self, role: Role) -> tuple[str, ...]:
        """The facts that have a role in the procedures."""
        return tuple(sorted({fact.name for each in self.procedures for fact in each.facts if fact.role == role}))

    def ended(self, *kinds: str) -> dict[str, list[str]]:
        """By procedure the outcomes that count as one of the kinds."""
        return {
            each.key: sorted(key for key, outcome in each.outcomes.items() if outcome.kind in kinds)
            for each in self.procedures
        }


def readable(session: Session, actor: Actor) -> Sequence[Procedure]:
    """The procedures of complaints whose figures somebody may see: those of which the person may see every case."""
    keys = access.read_whole(session, actor)
    return [each for each in procedures.current(session) if each.key in keys and each.kind == "complaint"]


def counted(scope: Scope) -> ColumnElement[bool]:
    """The condition on cases under which they are in the scope."""
    begins, ends = scope.period.begins(scope.zone), scope.period.ends(scope.zone)
    found: list[ColumnElement[bool]] = [DbCase.procedure.in_([each.key for each in scope.procedures])]
    found += [DbCase.status.not_in(NOT_COUNTED)]
    found += [DbCase.received_at >= begins, DbCase.received_at < ends]
    return and_(*found, DbCase.unit == scope.unit) if scope.unit else and_(*found)
