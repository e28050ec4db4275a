"""Looking at cases that few may read: every look is written down, administrators give a reason first."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine import Actor, Session, instances, now
from engine.errors import NotFound
from processes.cases import disclosure, notices
from processes.cases.readership import readers_of
from processes.cases.schema import DbCase, DbCaseGrant, DbCaseLook

KIND = "looked_into"
"""The notice to whoever answers for the case."""

MOST = 200
"""So many of the latest looks are shown."""


def are_kept(session: Session, case: DbCase) -> bool:
    """Whether looks at the case are written down."""
    return readers_of(session, case).private


def leads(session: Session, case: DbCase, actor: Actor) -> bool:
    """Whether somebody leads the case: its owner, or one of the roles that read every case of the procedure."""
    return case.owner == actor.id or bool(readers_of(session, case).groups & actor.groups)


def write(session: Session, case_id: int, by: Actor, what: str, detail: str = "") -> None:
    """Write a look down, which the database never lets anybody change.

    Args:
        session: of a transaction of its own: the page that is looked at reads in another.
        case_id: the case.
        by: who looks.
        what: of the case: case, file, task, letter, document …
        detail: which one.
    """
    session.add(DbCaseLook(case_id=case_id, at=now(session), person=by.id, what=what, detail=detail[:200]))


def of_case(session: Session, case: DbCase) -> list[DbCaseLook]:
    """The latest looks at a case, the newest first."""
    query = select(DbCaseLook).where(DbCaseLook.case_id == case.id)
    return list(session.scalars(query.order_by(DbCaseLook.id.desc()).limit(MOST)))


def count(session: Session, case: DbCase) -> int:
    """How many looks were written down."""
    return session.scalar(select(func.count()).select_from(DbCaseLook).where(DbCaseLook.case_id == case.id)) or 0


def let_in(session: Session, case: DbCase, *, by: Actor, reason: str) -> datetime:
    """Let an administrator read a case for a while; until when.

    It stands in the history of the instance, so in the timeline and in the administrators' log; whoever answers for the
    case is told. Raises ReasonMissing, and NotFound for one who is no administrator or where nothing is closed.
    """
    if not by.admin or not disclosure.is_closed(session, case.instance_id):
        raise NotFound(what="case", key=case.number)
    instances.note_look(session, case.instance_id, by=by, reason=reason)
    moment = now(session)
    until = moment + timedelta(minutes=readers_of(session, case).look_minutes)
    session.add(DbCaseGrant(case_id=case.id, person=by.id, at=moment, until=until, reason=reason.strip()))
    owner = case.owner or case.opened_by
    notices.tell(session, KIND, by=by, people=[owner], case_id=case.id, mail=True)
    session.flush()
    return until


def let_in_until(session: Session, case: DbCase, actor: Actor) -> datetime | None:
    """Until when an administrator reads a case for a reason given; None for one who does not."""
    mine = (DbCaseGrant.case_id == case.id) & (DbCaseGrant.person == actor.id) & (DbCaseGrant.until > now(session))
    return session.scalar(select(func.max(DbCaseGrant.until)).where(mine))
