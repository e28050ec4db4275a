"""Who may see a case: whoever worked on it, with their units, its owner, and the readers its procedure names."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, or_, select, true

from engine import Actor, Session
from processes import procedures
from processes.cases.schema import DbCase, DbCaseAudience
from processes.rows import insert


def may_see(session: Session, actor: Actor, case: DbCase) -> bool:
    """Whether the actor may see the case and everything in it."""
    return bool(session.scalar(select(DbCase.id).where(DbCase.id == case.id, visible_to(session, actor))))


def works_on(session: Session, actor: Actor, case: DbCase) -> bool:
    """Whether the actor has to do with a case and does not only read it: as its owner, by oneself or with a unit."""
    return bool(session.scalar(select(DbCase.id).where(DbCase.id == case.id, _works(actor))))


def visible_to(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The condition on cases under which the actor may see them and all that is in them, for every list and search.

    Who reads all cases of a procedure is what its latest declaration says; administrators do not where it keeps its
    cases from them.
    """
    declared = {procedure.key: procedure.readers for procedure in procedures.current(session) if not procedure.shared}
    hidden = [key for key, readers in declared.items() if readers.admins == "diagram only"]
    if actor.admin and not hidden:
        return true()
    read = [key for key, readers in declared.items() if readers.groups & actor.reach]
    whole = [DbCase.procedure.in_(sorted(read))] if read else []
    if actor.admin:
        whole.append(DbCase.procedure.not_in(sorted(hidden)))
    return or_(*whole, _works(actor))


def _works(actor: Actor) -> ColumnElement[bool]:
    """The condition that the actor, or whom the actor stands in for, works or has worked on a case."""
    people = [actor.id, *(each.person for each in actor.stands_in)]
    own = (DbCaseAudience.kind == "person") & (DbCaseAudience.value.in_(people))
    units = (DbCaseAudience.kind == "group") & DbCaseAudience.value.in_(sorted(actor.reach))
    # asked of each case by its key: a list of all that somebody may see grows with the years
    worked = exists().where(DbCaseAudience.case_id == DbCase.id, or_(own, units)).correlate(DbCase)
    return or_(DbCase.owner.in_(people), DbCase.opened_by == actor.id, worked)


def admit(session: Session, case: DbCase, *, groups: Iterable[str] = (), people: Iterable[str] = ()) -> None:
    """Let units and people see the case from now on; what they may see already stays."""
    wanted = {("group", group) for group in groups} | {("person", person) for person in people}
    if wanted:
        rows = [{"case_id": case.id, "kind": kind, "value": value} for kind, value in sorted(wanted)]
        session.execute(insert(session, DbCaseAudience).values(rows).on_conflict_do_nothing())
