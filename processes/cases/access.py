"""Who may see a case: whoever worked on it, with their units, its owner, managers and administrators."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, or_, select, true

from engine import Actor, Session
from processes.cases.schema import DbCase, DbCaseAudience
from processes.rows import insert

READERS = frozenset({"manager"})
"""Roles that may see every case; the general manager's office sees those that come to it, late ones included."""


def may_see(session: Session, actor: Actor, case: DbCase) -> bool:
    """Whether the actor may see the case and everything in it."""
    return bool(session.scalar(select(DbCase.id).where(DbCase.id == case.id, visible_to(actor))))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on cases under which the actor may see them, for every list and search."""
    if actor.admin or actor.groups & READERS:
        return true()
    own = (DbCaseAudience.kind == "person") & (DbCaseAudience.value == actor.id)
    units = (DbCaseAudience.kind == "group") & DbCaseAudience.value.in_(sorted(actor.groups))
    # asked of each case by its key: a list of all that somebody may see grows with the years
    worked = exists().where(DbCaseAudience.case_id == DbCase.id, or_(own, units)).correlate(DbCase)
    return or_(DbCase.owner == actor.id, DbCase.opened_by == actor.id, worked)


def admit(session: Session, case: DbCase, *, groups: Iterable[str] = (), people: Iterable[str] = ()) -> None:
    """Let units and people see the case from now on; what they may see already stays."""
    wanted = {("group", group) for group in groups} | {("person", person) for person in people}
    if wanted:
        rows = [{"case_id": case.id, "kind": kind, "value": value} for kind, value in sorted(wanted)]
        session.execute(insert(session, DbCaseAudience).values(rows).on_conflict_do_nothing())
