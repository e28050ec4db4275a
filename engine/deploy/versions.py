"""Versions of folders as rows: kept once, one of each folder current, and who made it so."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update

from engine.core import Compiled
from engine.deploy.checks import Checked, Files
from engine.deploy.digests import Digests, digest_of, digests
from engine.deploy.loading import DIAGRAMS, load, put_together
from engine.deploy.starts import arm_starts
from engine.kinds import Origin
from engine.loaded import LoadedDeployment
from engine.runtime import functions_with
from engine.session import Session, now
from engine.store.definitions import DbActivation, DbDecisionDefinition, DbDeployment, DbProcessDefinition, DbResource
from engine.store.schema import DbSubscription, DbTimer
from engine.values import SYSTEM, Actor

CHECKING_SECONDS = 60
"""So long PostgreSQL waits for the next statement of who deploys: a folder is checked whole between two of them."""


@dataclass(frozen=True)
class Activation:
    """Somebody made a version of a folder the current one."""

    name: str
    version: int
    deployment_id: int
    at: datetime
    by: str
    reason: str


def one_at_a_time(session: Session) -> None:
    """Wait for others who deploy, until the transaction ends; readers go on. SQLite has one writer in any case."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{CHECKING_SECONDS}s'"))
        session.execute(text("LOCK TABLE deployment IN SHARE ROW EXCLUSIVE MODE"))
    session.current = session.activation = None


def find(session: Session, name: str, files: Files) -> int | None:
    """The version of a folder with this content."""
    return session.scalar(select(DbDeployment.id).where(DbDeployment.digest == digest_of(name, files)))


def chosen(session: Session) -> set[str]:
    """The folders whose current version somebody chose, not the program."""
    last = select(func.max(DbActivation.id)).group_by(DbActivation.deployment_id)
    query = select(DbDeployment.name).join(DbActivation, DbActivation.deployment_id == DbDeployment.id)
    query = query.where(DbDeployment.is_current, DbActivation.id.in_(last), DbActivation.by != SYSTEM.id)
    return set(session.scalars(query))


def activations(session: Session, name: str) -> list[Activation]:
    """Which versions of a folder were made current, the last one first."""
    query = select(
        DbDeployment.name,
        DbDeployment.version,
        DbDeployment.id,
        DbActivation.at,
        DbActivation.by,
        DbActivation.reason,
    ).join(DbActivation, DbActivation.deployment_id == DbDeployment.id)
    rows = session.execute(query.where(DbDeployment.name == name).order_by(DbActivation.id.desc()))
    return [Activation(*row) for row in rows]


def keep(session: Session, name: str, files: Files, checked: Checked, *, by: Actor, reason: str, origin: Origin) -> int:
    """Keep files as the next version of a folder, not current yet; those who deploy wait for each other."""
    digest = digest_of(name, files)
    values = {
        "name": name,
        "version": _next(session, DbDeployment.version, DbDeployment.name == name),
        "digest": digest,
        "origin": origin,
        "deployed_at": now(session),
        "deployed_by": by.id,
        "reason": reason,
        "is_current": False,
        "processes": {},
        "decisions": {},
    }
    number = session.execute(insert(DbDeployment).values(**values).returning(DbDeployment.id)).scalar_one()
    paths = {key: form.path for key, form in checked.forms.items()}
    _keep_files(session, number, files, paths)
    session.deployments[number] = put_together(
        LoadedDeployment(number, digest, checked.compiled, checked.forms, checked.declaration, files)
    )
    found = digests(name, files, checked.compiled, paths)
    held = {
        "processes": _keep_processes(session, number, checked.compiled, found),
        "decisions": _keep_decisions(session, number, checked.compiled, found),
    }
    session.execute(update(DbDeployment).where(DbDeployment.id == number).values(**held))
    return number


def make_current(session: Session, deployment_id: int, *, by: Actor, reason: str) -> None:
    """Let a version be what new instances, calls, tables and forms take; its start events wait from now on."""
    table = DbDeployment
    name, processes, decisions = session.execute(
        select(table.name, table.processes, table.decisions).where(table.id == deployment_id)
    ).one()
    before = session.execute(
        select(table.processes, table.decisions).where(table.name == name, table.is_current)
    ).one_or_none()
    session.execute(update(table).where(table.name == name, table.is_current).values(is_current=False))
    session.execute(update(table).where(table.id == deployment_id).values(is_current=True))
    gone = set(before[0].values() if before else ()) - set(processes.values())
    _disarm(session, _take(session, DbProcessDefinition, gone))
    for number in sorted(processes.values()):
        if _put(session, DbProcessDefinition, number):
            row = session.get_one(DbProcessDefinition, number)
            held = load(session, row.deployment_id)
            arm_starts(session, number, held.compiled, row.key, functions_with(session.runtime, held.declaration))
    _take(session, DbDecisionDefinition, set(before[1].values() if before else ()) - set(decisions.values()))
    for number in decisions.values():
        _put(session, DbDecisionDefinition, number)
    values = {"deployment_id": deployment_id, "at": now(session), "by": by.id, "reason": reason}
    session.execute(insert(DbActivation).values(**values))
    session.current = session.activation = None


def _take(session: Session, table: Any, numbers: Iterable[int]) -> list[int]:
    """Of some definitions, those that were current and are no longer."""
    lost = update(table).where(table.id.in_(list(numbers)), table.is_current).values(is_current=False)
    return list(session.scalars(lost.returning(table.id)))


def _put(session: Session, table: Any, number: int) -> bool:
    """Make a definition the current one of its key; False when it was."""
    key, was = session.execute(select(table.key, table.is_current).where(table.id == number)).one()
    if was:
        return False
    session.execute(update(table).where(table.key == key, table.is_current).values(is_current=False))
    session.execute(update(table).where(table.id == number).values(is_current=True))
    return True


def _disarm(session: Session, numbers: Iterable[int]) -> None:
    for table in (DbSubscription, DbTimer):
        session.execute(delete(table).where(table.definition_id.in_(list(numbers))))


def _keep_files(session: Session, deployment_id: int, files: Files, forms: Mapping[str, str]) -> None:
    keys = {path: key for key, path in forms.items()}
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
        session.execute(insert(DbResource), rows)


def _keep_processes(session: Session, deployment_id: int, compiled: Compiled, found: Digests) -> dict[str, int]:
    return {
        key: _keep(
            session,
            DbProcessDefinition,
            {
                "deployment_id": deployment_id,
                "key": key,
                "version_tag": process.version_tag,
                "name": process.name or key,
                "file": process.file,
                "startable": process.startable,
                "digest": found.processes[key],
            },
        )
        for key, process in compiled.processes.items()
        if process.executable
    }


def _keep_decisions(session: Session, deployment_id: int, compiled: Compiled, found: Digests) -> dict[str, int]:
    return {
        key: _keep(
            session,
            DbDecisionDefinition,
            {
                "deployment_id": deployment_id,
                "key": key,
                "name": decision.name,
                "file": decision.file,
                "digest": found.decisions[key],
            },
        )
        for key, decision in compiled.decisions.items()
    }


def _keep(session: Session, table: Any, values: Mapping[str, Any]) -> int:
    """The definition of this key with this content, a new version where there is none."""
    same = session.scalar(select(table.id).where(table.key == values["key"], table.digest == values["digest"]))
    if same is not None:
        return int(same)
    version = _next(session, table.version, table.key == values["key"])
    inserted = insert(table).values(**values, version=version, is_current=False).returning(table.id)
    return int(session.execute(inserted).scalar_one())


def _next(session: Session, version: Any, which: Any) -> int:
    return (session.scalar(select(func.max(version)).where(which)) or 0) + 1
