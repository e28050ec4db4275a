"""A new version from the browser: compared with what runs, checked and played, before it becomes the current one."""

from collections.abc import Mapping, Sequence

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, Severity, deployments, loading
from engine.errors import ReasonMissing, Refused
from processes import archives, folders, procedures
from web.admin.deployments.approval import approved_by, changed_by
from web.admin.deployments.comparison import change_rows
from web.admin.deployments.pages import finding_rows, lint_files
from web.admin.deployments.proposals import Proposal, Proposals
from web.admin.entrance import blueprint
from web.shell import here
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.pages import show as page
from web.shell.people import joined
from web.shell.words import text_of

MOST_FILES = 300
MOST_BYTES = 20_000_000
"""Of all files together, unpacked."""
WAIT_SECONDS = 1.0
"""How long the page of a proposal waits for its scenarios before it says that they are played."""
PROPOSALS = Proposals()


class NoFiles(Refused):
    """Choose the files of a folder: diagrams, tables, forms, letters, procedure.toml; or a zip file of them."""


class NotAZip(Refused):
    """{name} is no zip file that can be read."""

    name: str


class TooMuch(Refused):
    """These are more than {files} files or more than {megabytes} MB: nothing was read."""

    files: int
    megabytes: int


class SameName(Refused):
    """Two files would be {name}: {one} and {other}. Send one of them."""

    name: str
    one: str
    other: str


class NoKey(Refused):
    """Choose the folder that these files belong to, or add procedure.toml, which says how it is called."""


class OtherKey(Refused):
    """procedure.toml says that these files are {declared}, but {chosen} was chosen."""

    declared: str
    chosen: str


class Unconfirmed(Refused):
    """Not all scenarios have passed; say that you deploy it all the same."""


@blueprint.get("/deployments/new")
def upload() -> Response:
    """Where files are chosen."""
    return _choose()


@blueprint.post("/deployments/new")
def propose() -> BaseResponse:
    """Take the files, complete them from what runs, and show what they would change."""
    try:
        received = _received()
        with here.reading() as session:
            name = _name_of(received)
            current = loading.current(session).folders.get(name)
            running = {} if current is None else deployments.get_files(session, current)
    except Refused as error:
        return _choose(problem=explain(error), status=422)
    return _proposed(name, {**running, **received}, [path for path in running if path not in received])


@blueprint.get("/deployments/new/<token>")
def proposal(token: str) -> Response:
    """What a proposed version changes, what the checks say, and how its scenarios go."""
    found = PROPOSALS.get(token, here.actor().id)
    found.trial.over.wait(WAIT_SECONDS)
    with here.reading() as session:
        return _show(session, found)


@blueprint.get("/deployments/new/<token>/trial")
def trial(token: str) -> Response:
    """How its scenarios go, for the page that shows it."""
    found = PROPOSALS.get(token, here.actor().id)
    return page("admin/trial.html", proposal=found, trial=found.trial, failed=_failed(found))


@blueprint.post("/deployments/new/<token>")
def deploy(token: str) -> BaseResponse:
    """Make it the current version, for a reason; or propose it anew without some of the files that were taken over."""
    found = PROPOSALS.get(token, here.actor().id)
    if request.form.get("act") == "leave_out":
        gone = set(request.form.getlist("gone")) & set(found.completed)
        files = {path: content for path, content in found.files.items() if path not in gone}
        return _proposed(found.name, files, [path for path in found.completed if path not in gone])
    reason = here.reason()
    try:
        if not reason:
            raise ReasonMissing
        if not found.trial.holds and found.trial.files and "confirmed" not in request.form:
            raise Unconfirmed
        with here.transaction() as session:
            before = deployments.find_deployment(session, found.name)
            named = changed_by()
            made = deployments.deploy(
                session, found.name, found.files, by=here.actor(), reason=reason, changed_by=named
            )
            new = before is None or made.id != before.id
    except Refused as error:
        with here.reading() as session:
            return _show(session, found, problem=explain(error), typed=reason, status=422)
    said = _("Deployed: %(name)s, version %(version)s.", name=made.name, version=made.version)
    flash(said if new else _("Nothing is new: these files are what runs."))
    return redirect(url_for("admin.deployment", deployment_id=made.id), 303)


def _proposed(name: str, files: Mapping[str, bytes], taken_over: Sequence[str]) -> BaseResponse:
    with here.reading() as session:
        running = {key: deployments.get_files(session, each) for key, each in loading.current(session).folders.items()}
    settings, by = here.kesu().settings, here.actor().id
    made = PROPOSALS.add(name, files, taken_over, by=by, settings=settings, running=running)
    return redirect(url_for("admin.proposal", token=made.token), 303)


def _choose(*, problem: str = "", status: int = 200) -> Response:
    with here.reading() as session:
        called = {each.key: text_of(each.name) for each in procedures.current(session)}
        keys = [(key, called.get(key, "")) for key in sorted(loading.current(session).folders)]
        chosen = request.values.get("folder", "")
        return page(
            "admin/upload.html",
            status,
            active="admin",
            keys=keys,
            names=joined(called.values()),
            chosen=chosen,
            problem=problem,
        )


def _show(session: Session, found: Proposal, *, problem: str = "", typed: str = "", status: int = 200) -> Response:
    running = deployments.find_deployment(session, found.name)
    before = deployments.get_files(session, running.id) if running is not None else {}
    findings = lint_files(session, found.name, found.files)
    return page(
        "admin/proposal.html",
        status,
        active="admin",
        proposal=found,
        running=running,
        changes=change_rows(before, found.files),
        findings=finding_rows(findings),
        refused=any(each.severity is Severity.ERROR for each in findings),
        trial=found.trial,
        failed=_failed(found),
        problem=problem,
        typed=typed,
        approved=approved_by(session, found.name),
        named=changed_by(),
    )


def _failed(found: Proposal) -> list[tuple[str, str]]:
    return [(each.name, each.reason) for each in found.trial.failed]


def _name_of(files: Mapping[str, bytes]) -> str:
    """The key of the folder: the one that was chosen, or that which the files declare."""
    chosen, declared = request.form.get("folder", "").strip()[:120], folders.key_of(files)
    if declared and chosen and declared != chosen:
        raise OtherKey(declared=declared, chosen=chosen)
    if not (declared or chosen):
        raise NoKey
    return declared or chosen


def _received() -> dict[str, bytes]:
    """The files of the request by their paths in the folder; zip files unpacked, what is not deployed left out."""
    found: list[tuple[str, bytes]] = []
    for sent in request.files.getlist("files"):
        path = sent.filename or ""
        if path.lower().endswith(".zip"):
            found += _unpacked(path, sent.stream.read(MOST_BYTES + 1))
        elif folders.is_deployed(folders.placed(path)):
            found.append((path, sent.stream.read(MOST_BYTES + 1)))
    if not found:
        raise NoFiles
    files: dict[str, bytes] = {}
    origins: dict[str, str] = {}
    for path, content in found:
        placed = folders.placed(path)
        if placed in files:
            raise SameName(name=placed, one=origins[placed], other=path)
        files[placed], origins[placed] = content, path
    return _limited(files)


def _unpacked(path: str, content: bytes) -> list[tuple[str, bytes]]:
    """The files in a zip file by their paths in it; sizes are looked at before anything is unpacked."""
    try:
        with archives.opened(content) as archive:
            wanted = [entry for entry in archive.infolist() if folders.is_deployed(folders.placed(entry.filename))]
            contents = archives.unpacked(archive, wanted, files=MOST_FILES, size=MOST_BYTES)
    except archives.Unreadable as error:
        raise NotAZip(name=path) from error
    except archives.TooMuch:
        raise _too_much() from None
    return [(entry.filename, found) for entry, found in zip(wanted, contents, strict=True)]


def _limited(files: dict[str, bytes]) -> dict[str, bytes]:
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise _too_much()
    return files


def _too_much() -> TooMuch:
    return TooMuch(files=MOST_FILES, megabytes=MOST_BYTES // 1_000_000)
