"""A case that begins again: moved to another procedure, opened again, or not the same as another after all."""

from collections.abc import Mapping

from engine import SYSTEM, Json, Session, history, instances
from engine.errors import NotFound
from processes import procedures
from processes.cases import facts, phases, rounds, running
from processes.cases.schema import DbCase
from processes.procedures.model import Procedure


def begin(session: Session, case: DbCase, procedure: Procedure) -> None:
    """Let a case go on as a new instance of a procedure, which begins with what its registration has told.

    The instance before ends by its own diagram or has ended; the case no longer follows it.
    """
    if procedure.registration is None:
        raise NotFound(what="registration", key=procedure.key)
    declared = {clock.name for clock in procedure.clocks}
    gone = [row for row in case.clocks if row.name not in declared]
    running.put_away(session, case, procedures.of_instance(session, case.instance_id), gone)
    known = {**_told(session, case), "case_no": case.number, "received_at": case.received_at.isoformat()}
    process = procedure.registration.process
    started = instances.start(session, process, variables=known, business_key=case.number, by=SYSTEM)
    case.procedure, case.instance_id, case.owner = procedure.key, started.id, None
    case.facts.clear()
    values = facts.Values(session, procedure, known)
    facts.project(procedure, case, known, values)
    facts.index(procedure, case)
    phases.leave(session, case, phases.enter(case, procedure.phases[0].key, started.started_at))
    running.follow(case)


def _told(session: Session, case: DbCase) -> dict[str, Json]:
    """What the last registration that was filled in has told of a case; one that moved on before had none."""
    for instance in reversed(rounds.rounds_of(session, case)):
        submissions = history.submissions_of(session, instance.id)
        if submissions:
            return {name: value for name, value in submissions[0].answers.items() if _is_plain(value)}
    return {}


def _is_plain(value: Json) -> bool:
    """Whether an answer may be given again; a signature is of the moment in which it was made."""
    return not (isinstance(value, Mapping) and {"kind", "by", "sha256"} <= value.keys())
