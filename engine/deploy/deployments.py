"""Deployments: folders of diagrams, tables and forms that became an immutable version."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, text

from engine.core import Compiled
from engine.deploy.contents import decision_keys
from engine.deploy.loading import (
    DIAGRAMS,
    NONE_DEPLOYED,
    compile_files,
    load,
    loaded,
    read_declaration,
    read_forms,
)
from engine.deploy.starts import arm_starts
from engine.errors import DeploymentRefused, NotFound
from engine.loaded import FormFile
from engine.runtime import Deployable, Function, Runtime, Session, functions_with, now
from engine.store import schema
from engine.values import Actor, Contract, Finding, Process, Severity


@dataclass(frozen=True)
class Deployment:
    """Files that came together."""

    id: int
    name: str
    digest: str
    deployed_at: datetime
    deployed_by: str


@dataclass(frozen=True)
class ProcessDefinition:
    """One version of a process."""

    id: int
    deployment_id: int
    key: str
    version: int
    version_tag: str | None
    name: str
    file: str
    startable: bool


def lint(
    runtime: Runtime,
    files: Mapping[str, bytes],
    *,
    external_processes: Mapping[str, Contract | None] = NONE_DEPLOYED,
    external_decisions: frozenset[str] = frozenset(),
    others: Sequence[Any] = (),
    session: Session | None = None,
) -> list[Finding]:
    """Everything that a deployment of these files would find, with a database or without.

    Args:
        runtime: knows the topics and functions that diagrams may name, and the forms' checks.
        files: by path; what is no diagram, table or form is not looked at.
        external_processes: deployed processes that may be called, with what they declare; see `contracts`.
        external_decisions: likewise for decisions.
        others: the declarations beside that of these files; see `declarations`.
        session: for what only an installation knows; None where there is none.
    """
    return _checked(
        runtime,
        files,
        external_processes=external_processes,
        external_decisions=external_decisions,
        others=others,
        session=session,
    )[0]


def _checked(
    runtime: Runtime,
    files: Mapping[str, bytes],
    *,
    external_processes: Mapping[str, Contract | None],
    external_decisions: frozenset[str],
    others: Sequence[Any],
    session: Session | None,
) -> tuple[list[Finding], Compiled, Mapping[str, FormFile], Any]:
    forms, findings = read_forms(runtime, files, check=True)
    declaration = read_declaration(runtime, files)
    compiled = compile_files(
        runtime, files, forms, declaration, external_processes=external_processes, external_decisions=external_decisions
    )
    found = [*compiled.findings, *findings]
    if runtime.declarations is not None:
        given = Deployable(
            files,
            compiled.processes,
            compiled.decisions,
            frozenset(forms),
            frozenset(external_processes) | frozenset(compiled.processes),
            others,
            session,
        )
        found += runtime.declarations.check(given)
    order = sorted(found, key=lambda each: (each.file, each.severity is not Severity.ERROR, each.line or 0))
    return order, compiled, forms, declaration


def deploy(session: Session, name: str, files: Mapping[str, bytes], *, by: Actor) -> Deployment:
    """Make a version of these files, or find the one that has the same content.

    New processes and decisions get the next version of their key; running instances stay on theirs. Start events with
    messages, signals and timers of the newest version replace those of the one before.

    Raises DeploymentRefused with all findings when there is an error among them; nothing is kept then.
    """
    digest = digest_of(files)
    existing = _find_same(session, digest)
    if existing is None:
        _one_at_a_time(session)
        existing = _find_same(session, digest)
    if existing is not None:
        return existing
    findings, compiled, forms, declaration = _checked(
        session.runtime,
        files,
        external_processes=contracts(session),
        external_decisions=decision_keys(session),
        others=declarations(session),
        session=session,
    )
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise DeploymentRefused(findings)
    values: dict[str, Any] = {"name": name, "digest": digest, "deployed_at": now(session), "deployed_by": by.id}
    inserted = insert(schema.DbDeployment).values(**values).returning(schema.DbDeployment.id)
    deployment = Deployment(id=session.execute(inserted).scalar_one(), **values)
    _keep_files(session, deployment.id, files, forms)
    session.deployments[deployment.id] = loaded(deployment.id, digest, compiled, forms, declaration)
    _keep_definitions(session, deployment.id, compiled, functions_with(session.runtime, declaration))
    return deployment


def declarations(session: Session) -> list[Any]:
    """The declaration of the latest deployment of each name."""
    number = func.max(schema.DbDeployment.id)
    latest = session.scalars(select(number).group_by(schema.DbDeployment.name).order_by(number))
    return [load(session, each).declaration for each in latest.all()]


def _find_same(session: Session, digest: str) -> Deployment | None:
    row = session.execute(_deployments().where(schema.DbDeployment.digest == digest)).one_or_none()
    return None if row is None else _deployment(row)


def _one_at_a_time(session: Session) -> None:
    """Wait for others who deploy, until the transaction ends; readers go on. SQLite has one writer in any case."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE deployment IN SHARE ROW EXCLUSIVE MODE"))


def digest_of(files: Mapping[str, bytes]) -> str:
    """The SHA-256 of all paths and contents."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode())
        total.update(files[path])
    return total.hexdigest()


def list_deployments(session: Session) -> list[Deployment]:
    """All deployments, the youngest first."""
    return [_deployment(row) for row in session.execute(_deployments().order_by(schema.DbDeployment.id.desc()))]


def get_deployment(session: Session, deployment_id: int) -> Deployment:
    """One deployment; NotFound when there is none."""
    row = session.execute(_deployments().where(schema.DbDeployment.id == deployment_id)).one_or_none()
    if row is None:
        raise NotFound(what="deployment", key=deployment_id)
    return _deployment(row)


def get_files(session: Session, deployment_id: int) -> Mapping[str, bytes]:
    """All files of a deployment by path."""
    table = schema.DbResource
    rows = session.execute(select(table.path, table.content).where(table.deployment_id == deployment_id))
    return {row[0]: row[1] for row in rows}


def get_resource(session: Session, deployment_id: int, path: str) -> bytes:
    """One file; NotFound when there is none of that path."""
    table = schema.DbResource
    query = select(table.content).where(table.deployment_id == deployment_id, table.path == path)
    content = session.scalar(query)
    if content is None:
        raise NotFound(what="file", key=path)
    return content


def get_process_definition(session: Session, key: str, version: int | None = None) -> ProcessDefinition:
    """A version of a process, by default the latest; NotFound when there is none."""
    found = find_process_definition(session, key, version)
    if found is None:
        raise NotFound(what="process", key=key)
    return found


def find_process_definition(session: Session, key: str, version: int | None = None) -> ProcessDefinition | None:
    """A version of a process, by default the latest; None when there is none."""
    query = _definitions().where(schema.DbProcessDefinition.key == key)
    if version is not None:
        query = query.where(schema.DbProcessDefinition.version == version)
    row = session.execute(query.order_by(schema.DbProcessDefinition.version.desc()).limit(1)).one_or_none()
    return None if row is None else _definition(row)


def get_definition(session: Session, definition_id: int) -> ProcessDefinition:
    """A version of a process by its number; NotFound when there is none."""
    row = session.execute(_definitions().where(schema.DbProcessDefinition.id == definition_id)).one_or_none()
    if row is None:
        raise NotFound(what="process definition", key=definition_id)
    return _definition(row)


def list_process_definitions(session: Session, *, latest: bool = True) -> list[ProcessDefinition]:
    """The latest version of each process, or all versions, by key and falling version."""
    table = schema.DbProcessDefinition
    rows = session.execute(_definitions().order_by(table.key, table.version.desc()))
    definitions = [_definition(row) for row in rows]
    if not latest:
        return definitions
    newest: dict[str, ProcessDefinition] = {}
    for definition in definitions:
        newest.setdefault(definition.key, definition)
    return list(newest.values())


def contracts(session: Session) -> dict[str, Contract | None]:
    """What the latest version of each process declares to take and give when it is called; None for nothing."""
    return {each.key: get_process(session, each).contract for each in list_process_definitions(session)}


def get_process(session: Session, definition: ProcessDefinition) -> Process:
    """A process as drawn: its elements, flows, properties."""
    return load(session, definition.deployment_id).compiled.processes[definition.key]


def _keep_files(
    session: Session, deployment_id: int, files: Mapping[str, bytes], forms: Mapping[str, FormFile]
) -> None:
    keys = {form.path: form.id for form in forms.values()}
    rows = [
        {
            "deployment_id": deployment_id,
            "path": path,
            "kind": path.rsplit(".", 1)[-1] if path.endswith((*DIAGRAMS, ".form")) else "other",
            "key": keys.get(path),
            "digest": hashlib.sha256(files[path]).hexdigest(),
            "content": files[path],
        }
        for path in sorted(files)
    ]
    if rows:
        session.execute(insert(schema.DbResource), rows)


def _keep_definitions(
    session: Session, deployment_id: int, compiled: Compiled, functions: Mapping[str, Function]
) -> None:
    for process in compiled.processes.values():
        if not process.executable:
            continue
        values = {
            "deployment_id": deployment_id,
            "key": process.key,
            "version": _next_version(session, schema.DbProcessDefinition, process.key),
            "version_tag": process.version_tag,
            "name": process.name or process.key,
            "file": process.file,
            "startable": process.startable,
        }
        inserted = insert(schema.DbProcessDefinition).values(**values).returning(schema.DbProcessDefinition.id)
        arm_starts(session, session.execute(inserted).scalar_one(), compiled, process.key, functions)
    for key, decision in compiled.decisions.items():
        version = _next_version(session, schema.DbDecisionDefinition, key)
        values = {"deployment_id": deployment_id, "key": key, "version": version, "name": decision.name}
        session.execute(insert(schema.DbDecisionDefinition).values(file=decision.file, **values))


def _next_version(session: Session, table: Any, key: str) -> int:
    return (session.scalar(select(func.max(table.version)).where(table.key == key)) or 0) + 1


def _deployments() -> Select[Any]:
    return select(*schema.DbDeployment.__table__.c)


def _deployment(row: Row[Any]) -> Deployment:
    return Deployment(*tuple[Any, ...](row))


def _definitions() -> Select[Any]:
    return select(*schema.DbProcessDefinition.__table__.c)


def _definition(row: Row[Any]) -> ProcessDefinition:
    return ProcessDefinition(*tuple[Any, ...](row))
