"""What came of severe complaints: discipline, bonuses cut, rewards, as the procedure for them records it (R09)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import literal_column, select

from engine import Actor, Session
from processes import procedures
from processes.cases import access
from processes.cases.schema import DbCase, DbCaseEntry
from processes.rows import unindexed
from processes.values import money_of

RECORDED = "penalty"
"""The line in the record of what came of a case."""
REPORT = "R09"
Kind = Literal["discipline", "bonus", "reward", "refused", "none"]
KINDS: tuple[Kind, ...] = ("discipline", "bonus", "reward", "refused", "none")
"""Discipline was published, a bonus cut, a reward given; the general manager refused the notice; nothing followed."""


@dataclass(frozen=True)
class Penalty:
    """What came of one severe complaint."""

    case_id: int
    """That which records it."""
    number: str
    """Of the notice."""
    at: datetime
    complaint: str
    severity: str
    kind: Kind
    unit: str
    """Whose it is; empty where it is nobody's."""
    person: str
    text: str
    """What was instructed, rewarded or cut, or why nothing was."""
    amount: Decimal
    """That was given or cut; nought where no money moved."""
    done_on: str
    """The day on which it was published or paid."""
    done_with: str


def read_in(session: Session, actor: Actor) -> Collection[str]:
    """The procedures that record them and that somebody reads as a whole; none: the person sees no figures of them."""
    whole = access.read_whole(session, actor)
    return sorted(each.key for each in procedures.current(session) if REPORT in each.reports and each.key in whole)


@dataclass(frozen=True)
class Asked:
    """Which of them."""

    begins: datetime
    """The first moment at which it was recorded."""
    ends: datetime
    """The first one after these."""
    procedure: str = ""
    """That of the complaint; empty: any."""
    unit: str = ""
    """Whose it is; empty: anybody's."""


def of(session: Session, actor: Actor, asked: Asked) -> Sequence[Penalty]:
    """What was recorded, as far as the actor may read it, the oldest first."""
    recorded = DbCaseEntry.kind == literal_column(f"'{RECORDED}'")  # as in their index
    inside = (DbCaseEntry.at >= asked.begins) & (DbCaseEntry.at < asked.ends)
    read = unindexed(DbCase.procedure.in_(read_in(session, actor)) & (DbCase.status != "cancelled"))
    query = select(DbCaseEntry).join(DbCase, DbCase.id == DbCaseEntry.case_id).where(recorded, inside, read)
    found = [_penalty(entry) for entry in session.scalars(query.order_by(DbCaseEntry.at, DbCaseEntry.id))]
    if asked.procedure:
        numbers = DbCase.number.in_({each.complaint for each in found})
        about = set(
            session.scalars(select(DbCase.number).where(numbers, unindexed(DbCase.procedure == asked.procedure)))
        )
        found = [each for each in found if each.complaint in about]
    return [each for each in found if asked.unit in ("", each.unit)]


def _penalty(entry: DbCaseEntry) -> Penalty:
    data: dict[str, Any] = dict(entry.data)

    def said(*names: str) -> str:
        return next((str(data[name]) for name in names if data.get(name)), "")

    kind = _kind(said("penalty_result"), said("penalty_kind"))
    return Penalty(
        case_id=entry.case_id,
        number=said("no"),
        at=entry.at,
        complaint=said("case"),
        severity=said("severity"),
        kind=kind,
        unit=said("subject_unit"),
        person=said("subject_name"),
        text=said("gm_comment", "decision_reason")
        if kind in ("refused", "none")
        else said("discipline", "notice_item"),
        amount=(money_of(data.get("notice_amount")) or Decimal(0)) if kind in ("bonus", "reward") else Decimal(0),
        done_on=said("published_on", "carried_out_on"),
        done_with=said("published_as", "carried_out_with"),
    )


def _kind(result: str, kind: str) -> Kind:
    if result in ("refused", "none"):
        return "refused" if result == "refused" else "none"
    return next((each for each in KINDS if each == kind), "none")
