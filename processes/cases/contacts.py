"""How to reach complainants: shown to who asks for it, for a while, and every look is kept in the case."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from engine import Actor, Prepared, Session, compile_expression, now
from processes import procedures
from processes.cases import entries
from processes.cases.schema import DbCase, DbCaseEntry

SHOWN = "contact_shown"
"""The line in the case's own record."""

SHOWN_FOR = timedelta(minutes=15)
"""One telephone call: whoever looks again after that is written down again."""

_LAST = Prepared(
    select(DbCaseEntry.at)
    .where(
        DbCaseEntry.case_id == bindparam("number"),
        DbCaseEntry.kind == bindparam("shown"),
        DbCaseEntry.actor == bindparam("whose"),
    )
    .order_by(DbCaseEntry.id.desc())
    .limit(1)
)


def veiled_names(session: Session) -> frozenset[str]:
    """The process variables that hold a phone number, an e-mail address or whatever else a procedure veils."""
    known = (fact for procedure in procedures.current(session) for fact in procedure.facts)
    texts = (fact.value for fact in known if fact.personal)
    return frozenset(name for text in texts for name in compile_expression(text).names)


def show(session: Session, case: DbCase, by: Actor) -> None:
    """Show them to somebody from now on; the caller has checked that the person may see the case."""
    if shown_until(session, case, by) is None:
        entries.note(session, case, SHOWN, by=by)


def shown_until(session: Session, case: DbCase, actor: Actor) -> datetime | None:
    """Until when somebody sees them who has asked for them; None for who has not, or too long ago."""
    session.flush()  # somebody who asks twice in one request is written down once
    rows = _LAST.rows(session.connection(), {"number": case.id, "whose": actor.id, "shown": SHOWN})
    last: datetime | None = rows[0][0] if rows else None
    if last is None or now(session) >= last + SHOWN_FOR:
        return None
    return last + SHOWN_FOR
