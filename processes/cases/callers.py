"""The cases of whoever calls."""

from sqlalchemy import select

from engine import Actor, Session
from processes.cases import access
from processes.cases.facts import digits_of
from processes.cases.schema import DbCase, DbCaseFact

CALLER_DIGITS = 7
"""The shortest number that a caller is known by."""
CALLER_CASES = 20


def of_caller(session: Session, actor: Actor, phone: str) -> list[DbCase]:
    """The latest cases of whoever has this phone number that the actor may see, the newest first."""
    digits = digits_of(phone)
    if len(digits) < CALLER_DIGITS:
        return []
    called = (DbCaseFact.role == "phone") & (DbCaseFact.folded == digits)
    known = select(DbCaseFact.case_id).where(called)
    seen = access.visible_to(session, actor)
    query = select(DbCase).where(seen.condition, DbCase.id.in_(known))
    query = query.order_by(DbCase.received_at.desc(), DbCase.id.desc()).limit(CALLER_CASES)
    return list(session.scalars(query, seen.given))
