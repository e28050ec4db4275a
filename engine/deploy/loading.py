"""Deployments as they are executed: parsed once, shared by all threads."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, func, literal, null, select

from engine.core import Compiled, ReadOptions, Stuck, read
from engine.errors import NotFound
from engine.loaded import FormFile, LoadedDeployment
from engine.phrases import phrase
from engine.runtime import Current, Runtime, functions_with
from engine.session import Session
from engine.store.definitions import DbActivation, DbDecisionDefinition, DbDeployment, DbProcessDefinition, DbResource
from engine.store.prepared import Prepared
from engine.values import Contract, Element, Finding, Handed

DIAGRAMS = (".bpmn", ".dmn")

NONE_DEPLOYED: Mapping[str, Contract | None] = MappingProxyType({})
_EARLIER = Prepared(
    select(DbProcessDefinition.deployment_id, DbProcessDefinition.version)
    .where(DbProcessDefinition.key == bindparam("of_key"), DbProcessDefinition.version < bindparam("than"))
    .order_by(DbProcessDefinition.version.desc())
)
_SINCE, _DECIDES = "", -1
"""In place of a name before the number of the last activation; in place of a version behind where a decision is."""
_CURRENT = Prepared(
    select(DbDeployment.name, DbDeployment.id, null())
    .where(DbDeployment.is_current)
    .union_all(
        select(DbProcessDefinition.key, DbProcessDefinition.deployment_id, DbProcessDefinition.version).where(
            DbProcessDefinition.is_current
        ),
        select(DbDecisionDefinition.key, DbDecisionDefinition.deployment_id, literal(_DECIDES)).where(
            DbDecisionDefinition.is_current
        ),
        select(literal(_SINCE), func.max(DbActivation.id), null()),
    )
)


def current(session: Session) -> Current:
    """What is current; read once in a transaction, not at all where it is known what the last activation made so."""
    if session.current is None and session.activation is not None:
        session.current = session.runtime.current.get(session.activation)
    if session.current is None:
        rows = sorted(_CURRENT.rows(session.connection(), {}), key=itemgetter(0))
        folders = {name: number for name, number, version in rows if version is None and name != _SINCE}
        versions = {key: (number, version) for key, number, version in rows if version not in {None, _DECIDES}}
        decisions = {key: number for key, number, version in rows if version == _DECIDES}
        since = next(number for name, number, _ in rows if name == _SINCE)
        session.current = Current(folders, versions, decisions, since or 0)
    return session.current


def knows_current(session: Session) -> bool:
    """Whether `current` need not ask the database."""
    return session.current is not None or session.activation in session.runtime.current


def load(session: Session, deployment_id: int) -> LoadedDeployment:
    """A deployment, from memory or the database; NotFound when there is none."""
    found = session.runtime.deployments.get(deployment_id) or session.deployments.get(deployment_id)
    if found is None:
        found = session.deployments[deployment_id] = _read(session, session.runtime, deployment_id)
    return found


def _read(session: Session, runtime: Runtime, deployment_id: int) -> LoadedDeployment:
    digest = session.scalar(select(DbDeployment.digest).where(DbDeployment.id == deployment_id))
    if digest is None:
        raise NotFound(what="deployment", key=deployment_id)
    rows = session.execute(select(DbResource.path, DbResource.content).where(DbResource.deployment_id == deployment_id))
    files = {row[0]: row[1] for row in rows}
    forms, _ = read_forms(runtime, files, check=False)
    compiled = read(files, language=ReadOptions(trusted=True))
    return put_together(
        LoadedDeployment(deployment_id, digest, compiled, forms, read_declaration(runtime, files), files)
    )


def put_together(read: LoadedDeployment) -> LoadedDeployment:
    """What was read of a deployment: its forms know where they lie, and what was read already is not kept as a file."""
    known = {
        key: replace(form, declaration=read.declaration, deployment_id=read.id) for key, form in read.forms.items()
    }
    others = {path: content for path, content in read.others.items() if not path.endswith((*DIAGRAMS, ".form"))}
    return replace(read, forms=known, others=others)


def read_declaration(runtime: Runtime, files: Mapping[str, bytes]) -> Any:
    """What stands beside the diagrams among some files; None where the runtime knows no declarations."""
    return None if runtime.declarations is None else runtime.declarations.read(files)


def compile_files(
    runtime: Runtime,
    files: Mapping[str, bytes],
    forms: Mapping[str, FormFile],
    declaration: Any = None,
    *,
    external_processes: Mapping[str, Contract | None] = NONE_DEPLOYED,
    external_decisions: frozenset[str] = frozenset(),
) -> Compiled:
    """Read the diagrams and tables among some files; its findings say what is wrong.

    Args:
        runtime: knows the topics and functions that diagrams may name.
        files: by path.
        forms: of the same files.
        declaration: of the same files; it may know functions that diagrams may call.
        external_processes: what may be called beside the processes of these files, with what it declares.
        external_decisions: likewise for decisions.
    """
    options = ReadOptions(
        topics=runtime.topics,
        functions=frozenset(functions_with(runtime, declaration)),
        forms=frozenset(forms),
        external_processes=external_processes,
        external_decisions=external_decisions,
    )
    return read(files, language=options)


def read_forms(
    runtime: Runtime, files: Mapping[str, bytes], *, check: bool
) -> tuple[dict[str, FormFile], list[Finding]]:
    """The forms among some files by their id, and what is wrong with them."""
    forms: dict[str, FormFile] = {}
    findings: list[Finding] = []
    for path in sorted(path for path in files if path.endswith(".form")):
        content = files[path]
        key = _form_id(content)
        if key is None:
            findings.append(_no_form(path, content))
            continue
        if key in forms:
            findings.append(
                Finding(
                    path, phrase("{path} has the same form id {key}", path=forms[key].path, key=key), code="form_twice"
                )
            )
        forms[key] = FormFile(key, path, content, hashlib.sha256(content).hexdigest())
        if check and runtime.forms is not None:
            findings.extend(runtime.forms.check(path, content))
    return forms, findings


def _no_form(path: str, content: bytes) -> Finding:
    """Why a file is no form: it is no JSON, with its line, or it has no id."""
    try:
        json.loads(content)
    except json.JSONDecodeError as error:
        return Finding(
            path,
            phrase("this is no JSON: {msg}, column {colno}", msg=error.msg, colno=error.colno),
            code="not_json",
            line=error.lineno,
        )
    except (ValueError, RecursionError) as error:
        return Finding(path, phrase("this is no JSON: {error}", error=error), code="not_json")
    return Finding(path, phrase("this is no form: it has no id. Give it one in the form editor"), code="bad_form")


def _form_id(content: bytes) -> str | None:
    try:
        key = json.loads(content)["id"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
    return key if isinstance(key, str) and key else None


def find_process(
    session: Session, key: str, deployment_id: int, handed: Handed, *, binding: str = "", version: str | None = None
) -> tuple[int, str]:
    """Which deployment holds a called process: the caller's own, else `find_going`; LookupError if none.

    Args:
        session: as always.
        key: of the called process.
        deployment_id: of the caller.
        handed: what the caller maps; a definite version is taken whatever that is.
        binding: what `camunda:calledElementBinding` says: deployment, latest, version, versionTag, or nothing.
        version: the version or version tag for these bindings.
    """
    if binding in ("", "deployment") and key in load(session, deployment_id).compiled.processes:
        return deployment_id, key
    if binding == "deployment":
        raise LookupError(key)
    if binding not in ("version", "versionTag"):
        return find_going(session, key, handed)[0], key
    query = select(DbProcessDefinition.deployment_id).where(DbProcessDefinition.key == key)
    if binding == "version":
        query = query.where(DbProcessDefinition.version == _number(version))
    else:
        query = query.where(DbProcessDefinition.version_tag == version)
    found = session.scalar(query.order_by(DbProcessDefinition.version.desc()).limit(1))
    if found is None:
        raise LookupError(key)
    return found, key


def find_going(session: Session, key: str, handed: Handed) -> tuple[int, int]:
    """The deployment and the version of a process that goes with what a caller maps, for all that takes the latest.

    It is the newest version at or before the current one to which the caller hands over every input that it needs, and
    of which it names no input and no output that it does not declare; one that declares nothing goes with everything.
    Where the current version goes, it is the current one. An older version is taken only by callers that have stayed
    on an older version themselves, since a deployment that current callers do not go with is refused.

    LookupError when no version is current; Stuck, with what the current one lacks, when none goes.
    """
    why: list[str] = []
    for deployment_id, version in _up_to_current(session, key):
        contract = load(session, deployment_id).compiled.processes[key].contract
        if contract is None or contract.goes_with(handed):
            return deployment_id, version
        why = why or list(_misfits(contract, handed))
    raise Stuck(
        phrase(
            "the current version of {key} does not go with its caller: {names}. No earlier version does: deploy "
            "one that does, for example one in which what is missing may be left out",
            key=key,
            names="; ".join(why),
        )
    )


def _up_to_current(session: Session, key: str) -> Iterator[tuple[int, int]]:
    """The deployments and versions of a process, the current one first; LookupError when none is."""
    newest = current(session).processes[key]
    yield newest
    yield from _EARLIER.rows(session.connection(), {"of_key": key, "than": newest[1]})


def _misfits(contract: Contract, handed: Handed) -> Iterator[str]:
    """Why a process does not go with a caller."""
    if handed.everything:
        yield phrase("it declares what it takes and gives, and all variables are mapped")
    said = {
        "it needs {}, not handed over": contract.missing(handed),
        "it takes no {}": contract.unknown(handed),
        "it gives no {}": contract.not_given(handed),
    }
    yield from (text.format(", ".join(names)) for text, names in said.items() if names)


def find_decision_deployment(
    session: Session, key: str, deployment_id: int, binding: str = "", version: str | None = None
) -> int:
    """Which deployment holds a decision: the caller's own, else the current one; the arguments are as above."""
    if binding in ("", "deployment") and key in load(session, deployment_id).compiled.decisions:
        return deployment_id
    if binding == "deployment":
        raise LookupError(key)
    if binding == "version":
        query = select(DbDecisionDefinition.deployment_id).where(DbDecisionDefinition.key == key)
        found = session.scalar(query.where(DbDecisionDefinition.version == _number(version)))
    else:
        found = current(session).decisions.get(key)
    if found is None:
        raise LookupError(key)
    return found


def find_form(session: Session, key: str | None, deployment_id: int, binding: str = "") -> FormFile | None:
    """A form: that of the same deployment, or the current one where the diagram binds so or the deployment has none."""
    if key is None:
        return None
    own = load(session, deployment_id).forms.get(key)
    if own is not None and binding != "latest":
        return own
    if binding == "deployment":
        return None
    query = select(DbResource.deployment_id).join(DbDeployment, DbDeployment.id == DbResource.deployment_id)
    query = query.where(DbDeployment.is_current, DbResource.kind == "form", DbResource.key == key)
    found = session.scalar(query.order_by(DbResource.deployment_id.desc()).limit(1))
    return None if found is None else load(session, found).forms.get(key)


def find_element(session: Session, deployment_id: int, process_key: str, element: str) -> Element | None:
    """An element as drawn; None for one that the diagram does not have."""
    known = session.runtime.deployments.get(deployment_id) or load(session, deployment_id)
    process = known.compiled.processes.get(process_key)
    return None if process is None else process.elements.get(element)


def _number(version: str | None) -> int:
    try:
        return int(version or "")
    except ValueError:
        raise LookupError(version) from None
