"""What deployments hold: their files and the versions of their tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from engine.loaded import FormFile
from engine.session import Session
from engine.store.definitions import DbDecisionDefinition, DbDeployment, DbProcessDefinition, DbResource
from engine.store.schema import DbInstance


@dataclass(frozen=True)
class DecisionDefinition:
    """One version of a decision."""

    id: int
    deployment_id: int
    key: str
    version: int
    name: str
    file: str
    digest: str
    is_current: bool


@dataclass(frozen=True)
class File:
    """A file of a deployment; `deployments.get_resource` gives its content."""

    path: str
    kind: str
    """bpmn, dmn, form or other."""
    size: int
    """In bytes."""
    digest: str
    """SHA-256 of the content."""


def list_files(session: Session, deployment_id: int) -> list[File]:
    """The files of a deployment by path."""
    table = DbResource
    query = select(table.path, table.kind, func.length(table.content), table.digest)
    rows = session.execute(query.where(table.deployment_id == deployment_id).order_by(table.path))
    return [File(*row) for row in rows]


def list_decision_definitions(session: Session) -> Sequence[DecisionDefinition]:
    """All versions of all decisions, by key and falling version."""
    table = DbDecisionDefinition
    rows = session.execute(select(*table.__table__.c).order_by(table.key, table.version.desc()))
    return [DecisionDefinition(*row) for row in rows]


def find_form_as_it_was(session: Session, key: str, digest: str) -> FormFile | None:
    """A form in the very wording that somebody filled in once, whichever deployment has it."""
    wanted = key, digest
    known = session.runtime.forms_as_they_were.get(wanted) or session.forms_as_they_were.get(wanted)
    if known is None:
        columns = DbResource.path, DbResource.content, DbResource.deployment_id
        row = session.execute(select(*columns).where(DbResource.digest == digest).limit(1)).one_or_none()
        if row is None:
            return None
        known = FormFile(key, row.path, row.content, digest, deployment_id=row.deployment_id)
        session.forms_as_they_were[wanted] = known
    return known


def find_file(session: Session, path: str, instance_id: int) -> bytes | None:
    """A file as an instance sees it; None where no folder has the path.

    The deployment that the instance runs on comes first, also when a process that it calls asks for the file: a case
    keeps the letters that it began with, and its procedure may have its own wording of a shared one. Then come the
    current versions, whatever newer ones wait beside them; of several folders with that path the first by name.
    """
    own = (
        select(DbProcessDefinition.deployment_id)
        .join(DbInstance, DbInstance.definition_id == DbProcessDefinition.id)
        .where(DbInstance.id == instance_id)
        .scalar_subquery()
    )
    is_own = DbResource.deployment_id == own
    query = select(DbResource.content).join(DbDeployment, DbDeployment.id == DbResource.deployment_id)
    query = query.where(DbResource.path == path, or_(is_own, DbDeployment.is_current))
    return session.scalar(query.order_by(is_own.desc(), DbDeployment.name).limit(1))
