"""A new deployment from the browser: the files are checked first; what is refused changes nothing."""

import base64
import binascii
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Finding, Severity, deployments
from engine.errors import DeploymentRefused, Refused
from web.admin.deployments.pages import finding_rows, lint_files
from web.admin.entrance import blueprint
from web.shell import here
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.pages import show as page

KINDS = (".bpmn", ".dmn", ".form")
MOST_FILES = 300
MOST_BYTES = 20_000_000
"""Of all files together, unpacked."""
MOST_KEPT = 1_200_000
"""More bytes than these have to be chosen again after they were checked."""


class NoFiles(Refused):
    """Choose diagrams, tables and forms, or a zip file of them."""


class NotAZip(Refused):
    """{name} is no zip file that can be read."""

    name: str


class TooMuch(Refused):
    """These are more than {files} files or more than {megabytes} MB: nothing was read."""

    files: int
    megabytes: int


@blueprint.get("/deployments/new")
def upload() -> Response:
    """Where files are chosen."""
    return _page({}, "", ())


@blueprint.post("/deployments/new")
def check_and_deploy() -> BaseResponse:
    """Check the files; deploy them when that is asked for, and only without errors."""
    name = request.form.get("name", "").strip()[:120]
    try:
        files = _kept() or _received()
    except Refused as error:
        return _page({}, name, (), problem=explain(error), status=422)
    name = name or _name_of(files)
    if request.form.get("act") != "deploy":
        with here.reading() as session:
            return _page(files, name, lint_files(session, name, files))
    try:
        with here.transaction() as session:
            known = {each.id for each in deployments.list_deployments(session)}
            made = deployments.deploy(session, name, files, by=here.actor())
            new = made.id not in known
    except DeploymentRefused as error:
        return _page(files, name, error.findings, status=422)
    flash(_("Deployed: %(name)s.", name=made.name) if new else _("Nothing is new: these files are deployed already."))
    return redirect(url_for("admin.deployment", deployment_id=made.id), 303)


def _page(
    files: Mapping[str, bytes], name: str, findings: Sequence[Finding], *, problem: str = "", status: int = 200
) -> Response:
    return page(
        "admin/upload.html",
        status,
        active="admin",
        name=name,
        files=[(path, len(content)) for path, content in sorted(files.items())],
        kept=_keep(files),
        findings=finding_rows(findings),
        refused=any(each.severity is Severity.ERROR for each in findings),
        problem=problem,
    )


def _received() -> dict[str, bytes]:
    """The files of the request; zip files unpacked, what is no diagram, table or form left out."""
    files: dict[str, bytes] = {}
    for sent in request.files.getlist("files"):
        path = sent.filename or ""
        if path.lower().endswith(".zip"):
            files |= _unpacked(path, sent.stream.read(MOST_BYTES + 1))
        elif path.endswith(KINDS):
            files[PurePosixPath(path).name] = sent.stream.read(MOST_BYTES + 1)
    if not files:
        raise NoFiles
    return _limited(files)


def _unpacked(path: str, content: bytes) -> dict[str, bytes]:
    """The files in a zip file, without their folders; sizes are looked at before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wanted = [entry for entry in archive.infolist() if entry.filename.endswith(KINDS)]
            if len(wanted) > MOST_FILES or sum(entry.file_size for entry in wanted) > MOST_BYTES:
                raise _too_much()
            return {PurePosixPath(entry.filename).name: archive.read(entry) for entry in wanted}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise NotAZip(name=path) from error


def _limited(files: dict[str, bytes]) -> dict[str, bytes]:
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise _too_much()
    return files


def _too_much() -> TooMuch:
    return TooMuch(files=MOST_FILES, megabytes=MOST_BYTES // 1_000_000)


def _keep(files: Mapping[str, bytes]) -> str:
    """Files that were checked, so that they need not be chosen again."""
    if not files or sum(map(len, files.values())) > MOST_KEPT:
        return ""
    return json.dumps({path: base64.b64encode(content).decode() for path, content in files.items()})


def _kept() -> dict[str, bytes]:
    try:
        packed = json.loads(request.form.get("kept") or "{}")
        files = {PurePosixPath(str(path)).name: base64.b64decode(text, validate=True) for path, text in packed.items()}
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return {}
    return _limited({path: content for path, content in files.items() if path.endswith(KINDS)})


def _name_of(files: Mapping[str, bytes]) -> str:
    return next((PurePosixPath(path).stem for path in sorted(files) if path.endswith(".bpmn")), "deployment")
