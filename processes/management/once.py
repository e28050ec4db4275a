"""What there is once a month: a meeting, a round of rewards and penalties, the reports of statistics."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from engine import Session, deployments
from engine.errors import NotFound
from processes import procedures
from processes.cases.schema import DbCase, DbCaseFact
from processes.errors import HeldAlready
from processes.management.periods import last_month

FACT = "period"
"""The fact that says which month a case is about."""


def about_last_month(session: Session, procedure: str, moment: datetime, zone: ZoneInfo) -> DbCase | None:
    """The case of a procedure about the month before a moment, if there is one that was not taken back.

    Whoever asks at the same time waits until the transaction ends, so that no two find that there is none.
    """
    if session.dialect == "postgresql":  # SQLite has one writer in any case
        session.execute(text("LOCK TABLE case_counter IN SHARE ROW EXCLUSIVE MODE"))
    named = (DbCaseFact.name == FACT) & (DbCaseFact.text == last_month(moment, zone).key)
    query = select(DbCase).join(DbCaseFact, DbCaseFact.case_id == DbCase.id)
    found = query.where(DbCase.procedure == procedure, DbCase.status != "cancelled", named)
    return session.scalars(found.order_by(DbCase.id).limit(1)).unique().one_or_none()


def check(session: Session, process: str, moment: datetime, zone: ZoneInfo) -> None:
    """HeldAlready where a process that somebody wants to start is there once a month, and was there."""
    try:
        definition = deployments.get_process_definition(session, process)
    except NotFound:
        return
    procedure = procedures.of_deployment(session, definition.deployment_id)
    held = about_last_month(session, procedure.key, moment, zone) if procedure.monthly else None
    if held is not None:
        raise HeldAlready(month=last_month(moment, zone).key, number=held.number)
