"""Deployments: folders of diagrams, tables and forms that became a version, which never changes."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from engine.deploy import loading, versions
from engine.deploy.causes import whole
from engine.deploy.checks import Checked, Files, callers_of, check_together, contracts_of, refused
from engine.deploy.digests import digest_of
from engine.deploy.loading import current, find_going, knows_current, load
from engine.deploy.names.house import House
from engine.errors import DeploymentRefused, NotFound
from engine.kinds import Origin
from engine.seams import Change
from engine.session import Session
from engine.store.definitions import DbDeployment, DbProcessDefinition, DbResource
from engine.store.prepared import Prepared
from engine.values import Actor, Handed, Process


@dataclass(frozen=True)
class Deployment:
    """A version of a folder."""

    id: int
    name: str
    version: int
    digest: str
    origin: Origin
    deployed_at: datetime
    deployed_by: str
    reason: str
    is_current: bool
    processes: Mapping[str, int]
    """The process definition by key; one of an earlier version where nothing of it has changed."""
    decisions: Mapping[str, int]


@dataclass(frozen=True)
class ProcessDefinition:
    """One version of a process; it never changes."""

    id: int
    deployment_id: int
    key: str
    version: int
    version_tag: str | None
    name: str
    file: str
    startable: bool
    digest: str


def deploy(
    session: Session,
    name: str,
    files: Files,
    *,
    by: Actor,
    reason: str = "",
    origin: Origin = Origin.OWN,
    changed_by: str = "",
) -> Deployment:
    """One folder as in `deploy_together`."""
    return deploy_together(session, {name: files}, by=by, reason=reason, origin=origin, changed_by=changed_by)[0]


def deploy_together(
    session: Session,
    folders: Mapping[str, Files],
    *,
    by: Actor,
    reason: str = "",
    origin: Origin = Origin.OWN,
    changed_by: str = "",
    tell: Callable[[Mapping[str, Checked]], None] | None = None,
) -> list[Deployment]:
    """Make files the current versions of their folders: new ones, or those that have the same content; all or none.

    A process or table of which nothing has changed keeps its version; see `engine.deploy.digests`. Running instances
    stay on theirs. Start events with messages, signals and timers wait for the current version only; what the folder
    no longer has cannot be started any more.

    Args:
        session: as always.
        folders: the files of each by their paths in it, by the key of the folder; checked beside each other.
        by: who does it.
        reason: why.
        origin: where the files come from.
        changed_by: what approved it, where the declaration of what runs asks for an approval.
        tell: is given what the checks find in all of these folders, before anything is kept.

    Raises DeploymentRefused with all findings when there is an error among them, and what the declarations refuse;
    nothing is kept then.
    """
    current = loading.current(session).folders
    new = {
        name: files
        for name, files in folders.items()
        if name not in current or versions.find(session, name, files) != current[name]
    }
    if new or tell is not None:
        versions.one_at_a_time(session)
        checked = check_beside(session, new if tell is None else folders)
        if tell is not None:
            tell(checked)
        refuse({name: checked[name] for name in new})
        for name, files in new.items():
            _admit(session, (name, digest_of(name, files)), by, changed_by)
            number = versions.find(session, name, files)
            if number is None:
                number = versions.keep(session, name, files, checked[name], by=by, reason=reason, origin=origin)
            versions.make_current(session, number, by=by, reason=reason)
    current = loading.current(session).folders
    return [get_deployment(session, current[name]) for name in folders]


def activate(session: Session, deployment_id: int, *, by: Actor, reason: str, changed_by: str = "") -> Deployment:
    """Make an earlier or a shipped version of a folder the current one; nothing when it is.

    Raises DeploymentRefused when it does not go with what runs now: a process that it calls has changed, say; and what
    the declaration of what runs refuses.
    """
    wanted = get_deployment(session, deployment_id)
    if not wanted.is_current:
        versions.one_at_a_time(session)
        refuse(check_beside(session, {wanted.name: get_files(session, deployment_id)}))
        _admit(session, (wanted.name, wanted.digest), by, changed_by)
        versions.make_current(session, deployment_id, by=by, reason=reason)
    return get_deployment(session, deployment_id)


def _admit(session: Session, version: tuple[str, str], by: Actor, changed_by: str) -> None:
    """Ask what reads the declarations, if anything does, whether a version may take the place of the one that runs."""
    running, asked = loading.current(session).folders.get(version[0]), session.runtime.declarations
    if running is not None and asked is not None:
        asked.admit(session, Change(*version, load(session, running).declaration, by, changed_by))


def seed(session: Session, shipped: Mapping[str, Files], *, by: Actor) -> list[str]:
    """Keep the folders that come with the program; the keys of those that are not made current.

    A new one becomes the current version where there is none yet or where the current one came with the program, too.
    Where somebody chose what is current, or where it does not go with what somebody chose, it waits to be compared.

    Raises DeploymentRefused when they do not go with each other.
    """
    if not _unknown(session, shipped):
        return []
    versions.one_at_a_time(session)
    new, chosen = _unknown(session, shipped), versions.chosen(session)
    taken = {name: files for name, files in new.items() if name not in chosen}
    checked = beside = check_beside(session, new)
    if len(taken) < len(new):
        beside = check_beside(session, taken)
    while wrong := refused(beside):
        if not chosen:
            refuse(beside)
        taken = {name: files for name, files in taken.items() if name not in wrong}
        beside = check_beside(session, taken)
    checked = checked | beside
    for name, files in new.items():
        number = versions.keep(session, name, files, checked[name], by=by, reason="", origin=Origin.SHIPPED)
        if name in taken:
            versions.make_current(session, number, by=by, reason="")
    return [name for name in new if name not in taken]


def _unknown(session: Session, folders: Mapping[str, Files]) -> dict[str, Files]:
    return {name: files for name, files in folders.items() if versions.find(session, name, files) is None}


def check_beside(session: Session, folders: Mapping[str, Files]) -> dict[str, Checked]:
    """What a deployment of these folders would find beside what is current, by folder.

    Also what would be wrong in folders that stay: calls that no longer hand over what a process is given anew to take.
    """
    running = {name: load(session, number) for name, number in loading.current(session).folders.items()}
    beside = {
        name: House(get_files(session, each.id), each.compiled, each.forms, each.declaration)
        for name, each in running.items()
        if name not in folders
    }
    checked = check_together(session.runtime, folders, beside, session=session)
    contracts = contracts_of(each.compiled for each in checked.values())
    for name in folders:
        if not whole(checked[name].findings):
            continue  # what callers lack only follows from that
        before = contracts_of([running[name].compiled] if name in running else [])
        other = {key for key, each in before.items() if key not in contracts or contracts[key] != each}
        found = [
            finding
            for caller, each in running.items()
            if caller not in folders and any(other & {*process.calls} for process in each.compiled.processes.values())
            for finding in callers_of(session.runtime, caller, get_files(session, each.id), contracts, other)
        ]
        checked[name] = replace(checked[name], findings=[*checked[name].findings, *found])
    return checked


def declarations(session: Session) -> list[Any]:
    """The declaration of the current version of each folder, by its key."""
    return [load(session, number).declaration for number in loading.current(session).folders.values()]


def refuse(checked: Mapping[str, Checked]) -> None:
    """DeploymentRefused with all findings when there is an error among them."""
    if refused(checked):
        raise DeploymentRefused([finding for each in checked.values() for finding in each.findings])


def list_deployments(session: Session) -> list[Deployment]:
    """All deployments, the youngest first."""
    return [_deployment(row) for row in session.execute(_deployments().order_by(DbDeployment.id.desc()))]


def find_deployment(session: Session, name: str, version: int | None = None) -> Deployment | None:
    """A version of a folder, by default the current one; None when there is none."""
    table = DbDeployment
    query = _deployments().where(table.name == name)
    row = session.execute(query.where(table.is_current if version is None else table.version == version)).one_or_none()
    return None if row is None else _deployment(row)


def get_deployment(session: Session, deployment_id: int) -> Deployment:
    """One deployment; NotFound when there is none."""
    row = session.execute(_deployments().where(DbDeployment.id == deployment_id)).one_or_none()
    if row is None:
        raise NotFound(what="deployment", key=deployment_id)
    return _deployment(row)


def get_files(session: Session, deployment_id: int) -> Mapping[str, bytes]:
    """All files of a deployment by path."""
    table = DbResource
    rows = session.execute(select(table.path, table.content).where(table.deployment_id == deployment_id))
    return {row[0]: row[1] for row in rows}


def get_resource(session: Session, deployment_id: int, path: str) -> bytes:
    """One file; NotFound when there is none of that path."""
    table = DbResource
    query = select(table.content).where(table.deployment_id == deployment_id, table.path == path)
    content = session.scalar(query)
    if content is None:
        raise NotFound(what="file", key=path)
    return content


def get_process_definition(session: Session, key: str, version: int | None = None) -> ProcessDefinition:
    """A version of a process, by default the current one; NotFound when there is none."""
    found = find_process_definition(session, key, version)
    if found is None:
        raise NotFound(what="process", key=key)
    return found


def find_process_definition(session: Session, key: str, version: int | None = None) -> ProcessDefinition | None:
    """A version of a process, by default the current one; None when there is none."""
    if version is None and knows_current(session):
        version = current(session).processes.get(key, (0, 0))[1]
    if version is None:
        return _found(session, _CURRENT, {"of_key": key})
    known = _known(session, (key, version))
    return known or _found(session, _OF_VERSION, {"of_key": key, "of_version": version})


def find_going_definition(session: Session, key: str, inputs: Iterable[str]) -> ProcessDefinition:
    """The version of a process that goes with who hands over these inputs; see `engine.deploy.loading.find_going`.

    Raises NotFound when there is no such process, Stuck when none of its versions goes.
    """
    try:
        return get_process_definition(session, key, find_going(session, key, Handed(frozenset(inputs)))[1])
    except LookupError as error:
        raise NotFound(what="process", key=key) from error


def get_definition(session: Session, definition_id: int) -> ProcessDefinition:
    """A version of a process by its number; NotFound when there is none."""
    found = _known(session, definition_id) or _found(session, _NUMBERED, {"number": definition_id})
    if found is None:
        raise NotFound(what="process definition", key=definition_id)
    return found


def _known(session: Session, by: Hashable) -> ProcessDefinition | None:
    """A version of a process by its number, or by its key and version, if it was read before."""
    found: ProcessDefinition | None = session.definitions.get(by) or session.runtime.definitions.get(by)
    return found


def _found(session: Session, asked: Prepared, given: Mapping[str, Any]) -> ProcessDefinition | None:
    """The same read from the database, and remembered."""
    for row in asked.rows(session.connection(), given):
        found = _definition(row)
        session.definitions |= {found.id: found, (found.key, found.version): found}
        return found
    return None


def list_process_definitions(session: Session, *, current: bool = True) -> list[ProcessDefinition]:
    """The current version of each process, or all versions, by key and falling version."""
    table = DbProcessDefinition
    query = _definitions().order_by(table.key, table.version.desc())
    rows = session.execute(query.where(table.is_current) if current else query)
    return [_definition(row) for row in rows]


def get_process(session: Session, definition: ProcessDefinition) -> Process:
    """A process as drawn: its elements, flows, properties."""
    return load(session, definition.deployment_id).compiled.processes[definition.key]


def _deployments() -> Select[Any]:
    return select(*DbDeployment.__table__.c)


def _deployment(row: Row[Any]) -> Deployment:
    return Deployment(*tuple[Any, ...](row))


def _definitions() -> Select[Any]:
    return select(*(DbProcessDefinition.__table__.c[each.name] for each in fields(ProcessDefinition)))


_OF_KEY = _definitions().where(DbProcessDefinition.key == bindparam("of_key"))
_CURRENT = Prepared(_OF_KEY.where(DbProcessDefinition.is_current))
_OF_VERSION = Prepared(_OF_KEY.where(DbProcessDefinition.version == bindparam("of_version")))


_NUMBERED = Prepared(_definitions().where(DbProcessDefinition.id == bindparam("number")))


def _definition(row: Sequence[Any]) -> ProcessDefinition:
    return ProcessDefinition(*tuple[Any, ...](row))
