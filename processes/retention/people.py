"""What is known of somebody who has left goes on request; the login stays, because the history names people by it."""

from pathlib import Path

from sqlalchemy import delete, update

from engine import Actor, Session, is_blank
from engine.errors import ReasonMissing
from processes.cases.schema import DbNotice
from processes.desk.mailing import NOTICE
from processes.desk.schema import DbDraft, DbPressed, DbProposal, DbSavedView
from processes.errors import PersonStillHere
from processes.mail import written_to
from processes.people import accounts, attempts, organisation
from processes.people.schema import DbMembership, DbOpenSignIn, DbPersonAct, DbSubstitution
from processes.retention.protection import lifted
from processes.settings import Settings


def erase(session: Session, login: str, *, by: Actor, reason: str) -> str:
    """Take names, address, password, sign-ins, drafts, proposals, views, notices and words about the account out.

    The address that was known. NotFound; PersonStillHere for somebody who can sign in; ReasonMissing; NotTheOwner.
    """
    if is_blank(reason):
        raise ReasonMissing
    person = organisation.get_person(session, login)
    if person.active:
        raise PersonStillHere(login=login)
    with lifted(session):
        for table in (DbOpenSignIn, DbDraft, DbPressed, DbProposal, DbSavedView, DbNotice, DbMembership):
            session.execute(delete(table).where(table.person == login))
        attempts.forget(session, login)
        session.execute(update(DbSubstitution).where(DbSubstitution.person == login).values(reason=""))
        session.execute(update(DbPersonAct).where(DbPersonAct.person == login).values(reason=None, data={}))
        address = person.email
        person.name_zh = person.name_en = login
        person.email = person.password = ""
        person.language = person.theme = person.last_seen_at = None
        session.flush()
    accounts.write(session, login, "erased", by, reason=reason.strip())
    return address


def remove_copies(settings: Settings, address: str) -> int:
    """Delete the notices to an address that were written as files; how many there were. OSError."""
    found = written_to(Path(settings.mail_folder), address, NOTICE) if address else []
    for file in found:
        file.unlink()
    return len(found)
