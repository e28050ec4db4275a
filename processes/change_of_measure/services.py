"""The service tasks of a change of the measure: the files are checked, and what is approved is deployed."""

from collections import Counter
from collections.abc import Mapping, Sequence

from engine import Actor, Call, Finding, Json, Session, Severity, deployments, digest_of, kept, loading, phrase
from engine.errors import BpmnError, DeploymentRefused, NotFound
from processes import folders
from processes.cases import entries
from processes.cases.schema import DbDocument
from processes.management import approvals
from processes.office import Office, Played
from processes.people import organisation
from processes.reading import get_case, given

REFUSED = "CHANGE_REFUSED"
MOST_FINDINGS = 50


def check(office: Office, call: Call) -> Mapping[str, Json]:
    """Check a folder with its changed files as a deployment does, and play its scenarios with them (KB-1.3-1).

    Inputs:
        changed_key: the folder.
        change_files: its new and changed files; all others stay as they are in force.

    Outputs:
        change_sound: one of true, false: whether a deployment would take it.
        change_findings: what is found, as rows: file, message, severity, and said, from which it is told in Chinese.
        changed_files: all files, as rows: path and what: new, changed or same.
        change_digest: by which the files are known again.
        change_scenarios: what came of its scenarios, as rows: scenario, result, reason; none of what is not sound.
        change_rehearsal: one of passed, failed, none: whether all passed.
    """
    played: Sequence[Played] = ()
    with office.database.reading() as session:
        running, files = _files(session, call)
        key = str(given(call, "changed_key"))
        rows: list[Json] = [_row(Finding(file, said)) for file, said in _unfit(call, files)]
        if not rows:
            checked = deployments.check_beside(session, {key: files})
            found = [each for name in checked for each in checked[name].findings]
            rows = [_row(each) for each in sorted(found, key=lambda each: each.severity is not Severity.ERROR)]
        folders_now = loading.current(session).folders
        beside = {name: deployments.get_files(session, number) for name, number in folders_now.items()}
    sound = not any(row["severity"] == Severity.ERROR.value for row in rows)
    if sound and office.rehearse is not None:
        played = office.rehearse(key, files, beside)
    return {
        "change_sound": sound,
        "change_findings": rows[:MOST_FINDINGS],
        "changed_files": [{"path": path, "what": _what(running, path, files[path])} for path in sorted(files)],
        "change_digest": digest_of(key, files),
        "change_scenarios": [{"scenario": name, "result": result, "reason": why} for name, result, why in played],
        "change_rehearsal": _rehearsal(played),
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
            digest = digest_of(key, files)
            if digest != given(call, "change_digest"):
                raise BpmnError(REFUSED, f"{key} has changed since it was approved 核准之后该流程已有变动")
            case = get_case(session, call)
            data: dict[str, Json] = {"key": key, "digest": digest, "approver": approver}
            entries.note(session, case, approvals.APPROVED, by=call.actor, element=call.element.id, data=data)
            said = f"{case.number}: {given(call, 'change_reason')} (approved by 核准：{approver})"
            by = _person(session, author)
            made = deployments.deploy(session, key, files, by=by, reason=said, changed_by=case.number)
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
    """What no deployment is asked about: files that are none of a folder, of another one, or two for one place."""
    found: list[tuple[str, str]] = [
        (path, phrase("this is no file of a procedure")) for path in files if not folders.is_deployed(path)
    ]
    places = Counter(folders.placed(str(each["name"])) for each in given(call, "change_files"))
    found += [(path, phrase("two files would be this one")) for path, times in places.items() if times > 1]
    declared, key = folders.key_of(files), str(given(call, "changed_key"))
    if declared is None:
        found.append((folders.DECLARATION, phrase("no key can be read in it")))
    elif declared != key:
        found.append((folders.DECLARATION, phrase("it is of {other}, not of {key}", other=declared, key=key)))
    return found


def _row(finding: Finding) -> Json:
    message = finding.message
    return {
        "file": finding.file,
        "message": str.__str__(message),
        "severity": finding.severity.value,
        "said": kept(message),
    }


def _what(running: Mapping[str, bytes], path: str, content: bytes) -> str:
    return "new" if path not in running else "same" if running[path] == content else "changed"


def _rehearsal(played: Sequence[Played]) -> str:
    if not played:
        return "none"
    return "passed" if all(result == "passed" for _, result, _ in played) else "failed"


def _person(session: Session, login: str) -> Actor:
    """The author as the deployment names them, whatever has become of their account."""
    try:
        return organisation.actor_of(session, login)
    except NotFound:
        return Actor(login, frozenset())


OUTSIDE = {"change.check": check, "change.force": force}
