"""Incidents: tokens that cannot go on until somebody has mended the cause and retries."""

from sqlalchemy import select

from engine.errors import NotFound
from engine.kinds import EventKind
from engine.run.instances import note
from engine.run.steps import finish, open_step
from engine.session import Session
from engine.store.schema import DbIncident
from engine.values import Actor


def retry(session: Session, incident_id: int, *, by: Actor, reason: str | None = None) -> bool:
    """Try a token again; whether it got on, so that False means the incident is there again.

    NotFound when there is no such incident any more.
    """
    query = select(DbIncident.instance_id, DbIncident.token, DbIncident.element).where(DbIncident.id == incident_id)
    row = session.connection().execute(query).one_or_none()
    if row is None:
        raise NotFound(what="incident", key=incident_id)
    step = open_step(session, row.instance_id, by=by, reason=reason)
    if row.token not in step.before.incidents:
        raise NotFound(what="incident", key=incident_id)
    note(step, EventKind.RETRIED, element=row.element, token=row.token, data={"incident": incident_id})
    step.retried = row.token
    step.execution.retry(row.token)
    finish(step)
    return row.token not in step.execution.incidents
