"""Opening a closed case again: who may ask for it, and until when."""

from datetime import date

from engine import Actor, Instance, Json, Session, deployments
from processes import procedures
from processes.cases import entries, rounds
from processes.cases.schema import DbCase
from processes.office import Office
from processes.procedures.model import Procedure, Reopening


def find(session: Session, office: Office, case: DbCase, actor: Actor) -> Reopening | None:
    """How an actor may ask for a case to be opened again; None where it is open, too late, or not theirs to ask.

    One request is decided before there is another. What the latest declaration says holds.
    """
    declared = _procedure(session, case).reopening
    if declared is None or case.status != "closed" or not declared.groups & actor.reach:
        return None
    last = last_day(session, office, case)
    if last is not None and office.calendar(session).day_of(session.runtime.clock.now()) > last:
        return None
    return None if asked(session, case) is not None or entries.is_erased(session, case) else declared


def last_day(session: Session, office: Office, case: DbCase) -> date | None:
    """The last day on which a closed case may be opened again; None where there is no end, or it is not closed."""
    procedure = _procedure(session, case)
    within = procedure.reopening.within if procedure.reopening is not None else ""
    days = procedures.evaluate(session, procedure, within, {}) if within else None
    if not isinstance(days, int) or case.closed_at is None:
        return None
    calendar = office.calendar(session)
    return calendar.add_working_days(calendar.day_of(case.closed_at), days)


def told(case: DbCase, declared: Reopening) -> dict[str, Json]:
    """What the process is told that decides on the request."""
    return {
        "askers": ", ".join(sorted(declared.groups)),
        "deciders": ", ".join(sorted(declared.deciders)),
        "decided": ", ".join(declared.decided),
        "severity": case.severity,
    }


def _procedure(session: Session, case: DbCase) -> Procedure:
    """The newest version of a case's procedure."""
    return next((each for each in procedures.current(session) if each.key == case.procedure), procedures.UNDECLARED)


def asked(session: Session, case: DbCase) -> Instance | None:
    """The request on which nobody has decided yet, if somebody has asked already."""
    declared = _procedure(session, case).reopening
    for each in rounds.instances_of(session, case):
        key = None if each.status.is_over else deployments.get_definition(session, each.definition_id).key
        if declared is not None and key == declared.process:
            return each
    return None
