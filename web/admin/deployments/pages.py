"""Deployments: who deployed what and when, the files and drawings of each, and what the checks say about it today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import Response, request, url_for

from engine import Finding, Session, Severity, contents, overview
from engine import deployments as deployed
from web.admin import show
from web.admin.entrance import blueprint
from web.diagrams import drawings
from web.shell import here, language
from web.shell.language import gettext as _
from web.shell.pages import show as page
from web.shell.parts import Badge, Choice, Diagram
from web.shell.people import joined, names
from web.shell.static_files import sprite


@dataclass(frozen=True)
class DeploymentRow:
    """A deployment in the list."""

    id: int
    name: str
    address: str
    at: show.Moment
    by: str
    digest: str
    processes: str
    running: int
    """Instances that are not over."""
    newest: bool
    """Whether something in it is what starts today."""


@dataclass(frozen=True)
class ProcessRow:
    """A process or decision of a deployment."""

    key: str
    name: str
    version: int
    tag: str
    newest: bool
    running: int
    list_address: str = ""
    diagram: str = ""
    file: str = ""


@dataclass(frozen=True)
class FileRow:
    """A file of a deployment."""

    path: str
    kind: str
    size: int
    digest: str
    address: str


@dataclass(frozen=True)
class FindingRow:
    """What a check says."""

    where: str
    message: str
    badge: Badge


@blueprint.get("/deployments")
def deployments() -> Response:
    """All deployments, the youngest first."""
    with here.reading() as session:
        called, running = names(session), overview.count_running(session)
        versions: dict[int, list[deployed.ProcessDefinition]] = {}
        for each in deployed.list_process_definitions(session, current=False):
            versions.setdefault(each.deployment_id, []).append(each)
        newest = {each.id for each in deployed.list_process_definitions(session)}
        rows = [
            DeploymentRow(
                each.id,
                each.name,
                url_for("admin.deployment", deployment_id=each.id),
                show.the_moment(each.deployed_at),
                called.person(each.deployed_by),
                each.digest[:12],
                joined(f"{language.say(one.name)} v{one.version}" for one in versions.get(each.id, ())),
                sum(running.get((one.deployment_id, one.key), 0) for one in versions.get(each.id, ())),
                any(one.id in newest for one in versions.get(each.id, ())),
            )
            for each in deployed.list_deployments(session)
        ]
        return page("admin/deployments.html", active="admin", rows=rows, upload=url_for("admin.upload"))


@blueprint.get("/deployments/<int:deployment_id>")
def deployment(deployment_id: int) -> Response:
    """One deployment: a drawing, its processes and tables, files to download, what the checks say."""
    with here.reading() as session:
        found = deployed.get_deployment(session, deployment_id)
        processes = _processes(session, deployment_id)
        drawn = [row for row in processes if row.diagram]
        chosen = next((row for row in drawn if row.key == request.args.get("diagram")), drawn[0] if drawn else None)
        choices = [Choice(row.name, f"{row.diagram}#diagram", row is chosen) for row in drawn]
        drawing = None
        if chosen is not None:
            address = drawings.address(deployment_id, chosen.key)
            drawing = Diagram(address, _("Diagram of %(name)s.", name=chosen.name), sprite=sprite())
        return page(
            "admin/deployment.html",
            active="admin",
            deployment=found,
            at=show.the_moment(found.deployed_at),
            by=names(session).person(found.deployed_by),
            processes=processes,
            decisions=_decisions(session, deployment_id),
            files=_files(session, deployment_id),
            findings=finding_rows(lint_files(session, found.name, deployed.get_files(session, deployment_id))),
            drawing=drawing,
            drawing_title=chosen.name if chosen is not None else "",
            choices=choices,
        )


@blueprint.get("/deployments/<int:deployment_id>/files/<path:path>")
def file(deployment_id: int, path: str) -> Response:
    """A file of a deployment to be kept, byte by byte as it was deployed; never shown as a page."""
    with here.reading() as session:
        content = deployed.get_resource(session, deployment_id, path)
    response = Response(content, content_type="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=PurePosixPath(path).name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def finding_rows(findings: Sequence[Finding]) -> list[FindingRow]:
    """Findings, the errors first."""
    looks: Mapping[Severity, Badge] = {
        Severity.ERROR: Badge(_("error"), "bad", "alert-octagon"),
        Severity.WARNING: Badge(_("warning"), "warn", "alert-triangle"),
    }
    ordered = sorted(findings, key=lambda each: (each.severity is not Severity.ERROR, each.file))
    return [
        FindingRow(
            ": ".join(part for part in (each.file, each.label or each.element) if part),
            each.message,
            looks[each.severity],
        )
        for each in ordered
    ]


def lint_files(session: Session, name: str, files: Mapping[str, bytes]) -> Sequence[Finding]:
    """What a deployment of these files as a folder would find today, beside everything that is current."""
    return deployed.check_beside(session, {name: files})[name].findings


def _where(finding: Finding) -> str:
    return ": ".join(part for part in (finding.file, finding.label or finding.element) if part)


def _processes(session: Session, deployment_id: int) -> list[ProcessRow]:
    running = overview.count_running(session)
    newest = {each.id for each in deployed.list_process_definitions(session)}
    mine = [
        each
        for each in deployed.list_process_definitions(session, current=False)
        if each.deployment_id == deployment_id
    ]
    mine.sort(key=lambda each: (not each.startable, each.key))
    return [
        ProcessRow(
            each.key,
            language.say(each.name),
            each.version,
            each.version_tag or "",
            each.id in newest,
            running.get((each.deployment_id, each.key), 0),
            url_for("admin.instances", procedure=each.key),
            url_for("admin.deployment", deployment_id=deployment_id, diagram=each.key),
            each.file,
        )
        for each in mine
    ]


def _decisions(session: Session, deployment_id: int) -> list[ProcessRow]:
    every = contents.list_decision_definitions(session)
    last = {each.key: each.version for each in reversed(every)}
    return [
        ProcessRow(
            each.key, language.say(each.name), each.version, "", last[each.key] == each.version, 0, file=each.file
        )
        for each in every
        if each.deployment_id == deployment_id
    ]


def _files(session: Session, deployment_id: int) -> list[FileRow]:
    kinds = {"bpmn": _("diagram"), "dmn": _("table"), "form": _("form")}
    return [
        FileRow(
            each.path,
            kinds.get(each.kind, each.kind),
            each.size,
            each.digest[:12],
            url_for("admin.file", deployment_id=deployment_id, path=each.path),
        )
        for each in contents.list_files(session, deployment_id)
    ]
