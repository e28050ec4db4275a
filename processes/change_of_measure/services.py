"""The service tasks of a change of the measure: the files are checked, and what is approved is deployed."""

import hashlib
from collections.abc import Mapping

from engine import Actor, Call, Json, Session, Severity, deployments, loading
from engine.errors import BpmnError, DeploymentRefused, NotFound
from processes import folders
from processes.cases.schema import DbDocument
from processes.office import Office
from processes.people import organisation
from processes.reading import get_case, given

REFUSED = "CHANGE_REFUSED"
MOST_FINDINGS = 50


def check(office: Office, call: Call) -> Mapping[str, Json]:
    """Check a folder with its changed files as a deployment does, beside what is in force (KB-1.3-1).

    Inputs:
        changed_key: the folder.
        change_files: its new and changed files; all others stay as they are in force.

    Outputs:
        change_sound: one of true, false: whether a deployment would take it.
        change_findings: what is found, as rows: file, message, severity.
        changed_files: all files, as rows: path and what: new, changed or same.
        change_digest: by which the files are known again.
    """
    with office.database.reading() as session:
        running, files = _files(session, call)
        key = str(given(call, "changed_key"))
        rows: list[Json] = [{"file": file, "message": said, "severity": "error"} for file, said in _unfit(call, files)]
        if not rows:
            checked = deployments.check_beside(session, {key: files})
            found = [each for name in checked for each in checked[name].findings]
            rows = [
                {"file": each.file, "message": each.message, "severity": each.severity.value}
                for each in sorted(found, key=lambda each: each.severity is not Severity.ERROR)
            ]
    return {
        "change_sound": not any(row["severity"] == Severity.ERROR.value for row in rows),
        "change_findings": rows[:MOST_FINDINGS],
        "changed_files": [{"path": path, "what": _what(running, path, files[path])} for path in sorted(files)],
        "change_digest": _digest(files),
    }


def force(office: Office, call: Call) -> Mapping[str, Json]:
    """Deploy what the general manager has approved, in the author's name, with the approver and the reason (KB-1.3-2).

    Inputs:
        changed_key: the folder.
        change_files: its new and changed files.
        change_digest: of the files that were approved.
        change_reason: why.
        draft_signature: of the author.
        gm_signature: of the approver.

    Outputs:
        change_version: the version that is in force.

    Errors:
        CHANGE_REFUSED: it does not fit any more: something has changed since it was approved.
    """
    key = str(given(call, "changed_key"))
    author, approver = (str(given(call, name)["by"]) for name in ("draft_signature", "gm_signature"))
    try:
        with office.database.transaction() as session:
            _, files = _files(session, call)
            if _digest(files) != given(call, "change_digest"):
                raise BpmnError(REFUSED, f"{key} has changed since it was approved 核准之后该流程已有变动")
            number = get_case(session, call).number
            said = f"{number}: {given(call, 'change_reason')} (approved by 核准：{approver})"
            made = deployments.deploy(session, key, files, by=_person(session, author), reason=said)
            return {"change_version": made.version}
    except DeploymentRefused as error:
        raise BpmnError(REFUSED, "; ".join(str(finding) for finding in error.findings[:5])) from None


def _files(session: Session, call: Call) -> tuple[Mapping[str, bytes], dict[str, bytes]]:
    """The files in force, and those with the changes."""
    current = loading.current(session).folders.get(str(given(call, "changed_key")))
    running = {} if current is None else deployments.get_files(session, current)
    given_files = (session.get_one(DbDocument, each["id"]) for each in given(call, "change_files"))
    return running, {**running, **{folders.placed(each.name): each.content for each in given_files}}


def _unfit(call: Call, files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """What no deployment is asked about: files that are none of a folder, or of another one."""
    found = [(path, "this is no file of a procedure 不属流程文件") for path in files if not folders.is_deployed(path)]
    declared, key = folders.key_of(files), str(given(call, "changed_key"))
    if declared is None:
        found.append((folders.DECLARATION, "no key can be read in it 读不到流程代号"))
    elif declared != key:
        found.append((folders.DECLARATION, f"it is of {declared}, not of {key} 与所填流程代号不符"))
    return found


def _what(running: Mapping[str, bytes], path: str, content: bytes) -> str:
    return "new" if path not in running else "same" if running[path] == content else "changed"


def _digest(files: Mapping[str, bytes]) -> str:
    parts = (f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n" for path in sorted(files))
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _person(session: Session, login: str) -> Actor:
    """The author as the deployment names them, whatever has become of their account."""
    try:
        return organisation.actor_of(session, login)
    except NotFound:
        return Actor(login, frozenset())


OUTSIDE = {"change.check": check, "change.force": force}
