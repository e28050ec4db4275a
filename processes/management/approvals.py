"""Whether a new version of a procedure was approved by a case of the procedure that changes it (KB-1.3-2)."""

from sqlalchemy import select

from engine import SYSTEM, Change, Session
from processes import procedures
from processes.cases.schema import DbCase, DbCaseEntry
from processes.errors import ChangeNotApproved, NotWhatWasApproved
from processes.office import Office
from processes.procedures.model import Procedure

APPROVED = "change_approved"
"""The line in the record of a case that approved a version: key and digest of its files, and who approved."""


def needed(office: Office, running: Procedure) -> bool:
    """Whether a new version in the place of one that runs has to be approved."""
    return office.settings.changes_approved and bool(running.changed_by)


def check(office: Office, session: Session, change: Change) -> None:
    """Refuse a version that no case has approved, where that is asked for.

    Raises ChangeNotApproved where none is named, NotWhatWasApproved where the one that is named approved something
    else, was taken back, or is of another procedure.
    """
    running: Procedure = change.running
    if change.by == SYSTEM or not needed(office, running):
        return
    if not change.changed_by:
        raise ChangeNotApproved(key=change.name, procedure=_called(session, running.changed_by))
    wanted = (DbCase.number == change.changed_by.strip().upper()) & (DbCase.procedure == running.changed_by)
    query = select(DbCaseEntry).join(DbCase, DbCase.id == DbCaseEntry.case_id)
    found = session.scalars(query.where(wanted, DbCase.status != "cancelled", DbCaseEntry.kind == APPROVED))
    if not any((entry.data["key"], entry.data["digest"]) == (change.name, change.digest) for entry in found):
        raise NotWhatWasApproved(number=change.changed_by, key=change.name)


def _called(session: Session, key: str) -> str:
    """What the procedure is called that changes others; its key where it is not there."""
    return next((" ".join(each.name.values()) for each in procedures.current(session) if each.key == key), key)
