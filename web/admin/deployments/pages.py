"""Deployments: who deployed what and when, the files and drawings of each, and what the checks say about it today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Deployment, Origin, Session, contents, loading, moves, overview, suspensions, versions
from engine import deployments as deployed
from engine.errors import ReasonMissing, Refused
from web.admin import show
from web.admin.deployments import drawn
from web.admin.deployments.approval import CHANGED_BY, approved_by, changed_by
from web.admin.deployments.findings import Address, by_file, counted, lint_files
from web.admin.deployments.titles import title_of
from web.admin.entrance import blueprint
from web.diagrams import drawings
from web.shell import here, language
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.pages import ask
from web.shell.pages import show as page
from web.shell.parts import Choice, Confirm
from web.shell.people import joined, names


@dataclass(frozen=True)
class DeploymentRow:
    """A version of a folder in the list."""

    id: int
    name: str
    title: str
    """What people call the folder."""
    version: int
    address: str
    at: show.Moment
    by: str
    reason: str
    shipped: bool
    processes: str
    running: int
    """Instances that are not over."""
    current: bool
    compare: str = ""
    """Where it is compared with what runs; for a shipped version that is newer than that."""


@dataclass(frozen=True)
class ActivationRow:
    """Somebody made a version the current one."""

    version: int
    address: str
    at: show.Moment
    by: str
    reason: str


@dataclass(frozen=True)
class ProcessRow:
    """A process or decision of a deployment."""

    key: str
    name: str
    version: int
    tag: str
    current: bool
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


@blueprint.get("/deployments")
def deployments() -> Response:
    """All folders with their versions, the youngest first."""
    with here.reading() as session:
        called, running = names(session), _inside(session)
        definitions: dict[int, list[deployed.ProcessDefinition]] = {}
        for each in deployed.list_process_definitions(session, current=False):
            definitions.setdefault(each.deployment_id, []).append(each)
        every, current = deployed.list_deployments(session), loading.current(session).folders
        titles = {name: title_of(session, name, number) for name, number in current.items()}
        rows = [
            DeploymentRow(
                each.id,
                each.name,
                titles.get(each.name, each.name),
                each.version,
                url_for("admin.deployment", deployment_id=each.id),
                show.the_moment(each.deployed_at),
                called.person(each.deployed_by),
                each.reason,
                each.origin is Origin.SHIPPED,
                joined(
                    f"{language.say(one.name, one.deployment_id)} v{one.version}"
                    for one in definitions.get(each.id, ())
                ),
                sum(number for inside, number in running if inside & {one.id for one in definitions.get(each.id, ())}),
                each.is_current,
                _waits(each, every, current),
            )
            for each in sorted(every, key=lambda each: (each.name, -each.version))
        ]
        return page("admin/deployments.html", active="admin", rows=rows, upload=url_for("admin.upload"))


def _inside(session: Session) -> list[tuple[set[int], int]]:
    """In which process definitions instances are, whichever version of the folders they came with, and how many."""
    held = {each.id: each.processes for each in deployed.list_deployments(session)}
    return [
        ({held[deployment_id][key] for deployment_id, key in places}, number)
        for places, number in overview.running_places(session)
    ]


def _running(session: Session) -> Counter[int]:
    """How many instances are in each process definition."""
    found: Counter[int] = Counter()
    for inside, number in _inside(session):
        found.update(dict.fromkeys(inside, number))
    return found


def _waits(each: Deployment, every: Sequence[Deployment], current: Mapping[str, int]) -> str:
    """Where the newest shipped version of a folder is compared with an older one that somebody chose."""
    runs = current.get(each.name)
    newest = max(one.id for one in every if one.name == each.name and one.origin is each.origin)
    if each.origin is not Origin.SHIPPED or runs is None or each.id <= runs or each.id != newest:
        return ""
    return url_for("admin.compare", before=runs, after=each.id)


@blueprint.get("/deployments/<int:deployment_id>")
def deployment(deployment_id: int) -> Response:
    """One version: a drawing, its processes and tables, files to download, what the checks say, who made it current."""
    with here.reading() as session:
        found = deployed.get_deployment(session, deployment_id)
        called = names(session)
        processes = _processes(session, found)
        chosen = next((row for row in processes if row.key == request.args.get("diagram")), next(iter(processes), None))
        choices = [Choice(row.name, f"{row.diagram}#diagram", row is chosen) for row in processes]
        files = deployed.get_files(session, deployment_id)
        findings = lint_files(session, found.name, files)
        drawing = None
        if chosen is not None:
            drawing = drawn.marked(drawings.address(deployment_id, chosen.key), chosen.name, chosen.file, findings)
        return page(
            "admin/deployment.html",
            active="admin",
            deployment=found,
            title=title_of(session, found.name, deployment_id),
            shipped=found.origin is Origin.SHIPPED,
            at=show.the_moment(found.deployed_at),
            by=called.person(found.deployed_by),
            processes=processes,
            still={each.process_key for each in suspensions.current(session, most=0)},
            decisions=_decisions(session, found),
            behind=found.is_current and bool(moves.behind(session, deployment_id, 1)),
            files=_files(session, deployment_id),
            findings=by_file(findings, files, drawn.shown_at(drawn.drawn_elements(files), _page_of(processes))),
            counts=counted(findings),
            drawing=drawing,
            drawing_title=chosen.name if chosen is not None else "",
            choices=choices,
            others=[each for each in deployed.list_deployments(session) if each.name == found.name and each != found],
            activations=[
                ActivationRow(
                    each.version,
                    url_for("admin.deployment", deployment_id=each.deployment_id),
                    show.the_moment(each.at),
                    called.person(each.by),
                    each.reason,
                )
                for each in versions.activations(session, found.name)
            ],
        )


@blueprint.route("/deployments/<int:deployment_id>/activate", methods=["GET", "POST"])
def activate(deployment_id: int) -> BaseResponse:
    """Ask, and make a version the current one of its folder for a reason."""
    reason = here.reason()
    with here.reading() as session:
        found = deployed.get_deployment(session, deployment_id)
        current = deployed.find_deployment(session, found.name)
        title = title_of(session, found.name, deployment_id)
        approved = approved_by(session, found.name)
    back = url_for("admin.deployment", deployment_id=deployment_id)
    version = _("version %(number)s", number=found.version)
    asked = Confirm(
        title=_("Make version %(number)s of %(name)s the current one?", number=found.version, name=title),
        text=_(
            "What starts from now on starts on it, calls, tables and timers included. Running cases stay on theirs."
        ),
        address=url_for("admin.activate", deployment_id=deployment_id),
        act=_("Make it current"),
        leave=_("Leave it"),
        back=back,
        rows=[(_("Current"), _("version %(number)s", number=current.version) if current else "—", version)],
        fields=[{"name": CHANGED_BY, "label": approved, "type": "text", "value": changed_by()}] if approved else [],
        icon="versions",
    )
    if request.method == "GET":
        return ask(asked, active="admin")
    try:
        if not reason:
            raise ReasonMissing
        with here.transaction() as session:
            deployed.activate(session, deployment_id, by=here.actor(), reason=reason, changed_by=changed_by())
    except Refused as error:
        return ask(replace(asked, problem=explain(error), typed=reason), active="admin", status=422)
    flash(_("Version %(number)s of %(name)s is current.", number=found.version, name=title))
    return redirect(back, 303)


def _page_of(processes: Sequence[ProcessRow]) -> Address:
    """Where an element of a file is shown: with the first process of that file."""
    pages = {row.file: row.diagram for row in reversed(processes)}
    return lambda path, element: f"{pages[path]}&element={quote(element)}#diagram" if path in pages else ""


def _processes(session: Session, found: Deployment) -> list[ProcessRow]:
    running = _running(session)
    every = deployed.list_process_definitions(session, current=False)
    held, current = set(found.processes.values()), loading.current(session).processes
    mine = [each for each in every if each.id in held]
    mine.sort(key=lambda each: (not each.startable, each.key))
    return [
        ProcessRow(
            each.key,
            language.say(each.name, each.deployment_id),
            each.version,
            each.version_tag or "",
            current.get(each.key) == (each.deployment_id, each.version),
            running[each.id],
            url_for("admin.instances", procedure=each.key),
            url_for("admin.deployment", deployment_id=found.id, diagram=each.key),
            each.file,
        )
        for each in mine
    ]


def _decisions(session: Session, found: Deployment) -> list[ProcessRow]:
    held = set(found.decisions.values())
    return [
        ProcessRow(
            each.key, language.say(each.name, each.deployment_id), each.version, "", each.is_current, 0, file=each.file
        )
        for each in contents.list_decision_definitions(session)
        if each.id in held
    ]


def _files(session: Session, deployment_id: int) -> list[FileRow]:
    kinds = {
        "bpmn": _("diagram"),
        "dmn": _("table"),
        "form": _("form"),
        "letters": _("letter"),
        "translations": _("translations"),
        "procedure.toml": _("declaration"),
        "rules.tsv": _("rules"),
    }
    return [
        FileRow(
            each.path,
            kinds.get(each.kind) or kinds.get(each.path.partition("/")[0], _("other file")),
            each.size,
            each.digest[:12],
            url_for("admin.file", deployment_id=deployment_id, path=each.path),
        )
        for each in contents.list_files(session, deployment_id)
    ]
