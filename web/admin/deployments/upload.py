"""A new version from the browser: compared with what runs, checked and played, before it becomes the current one."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, contents, deployments, loading, versions
from engine.errors import NotFound, ReasonMissing, Refused
from processes import folders, procedures
from web.admin.deployments import drawn, proposals
from web.admin.deployments.approval import approved_by, changed_by
from web.admin.deployments.comparison import changes_of
from web.admin.deployments.findings import by_file, counted
from web.admin.deployments.proposals import Draft, Proposal
from web.admin.deployments.received import NoFiles, limited, received
from web.admin.deployments.titles import title_of
from web.admin.entrance import blueprint
from web.shell import here
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.pages import show as page
from web.shell.people import joined
from web.shell.words import text_of

MOST_NAMED = 8
"""Files that are left out, by name; further ones are told by three dots."""


class NoKey(Refused):
    """Choose the folder that these files belong to, or add procedure.toml, which says how it is called."""


class OtherKey(Refused):
    """procedure.toml says that these files are {declared}, but {chosen} was chosen."""

    declared: str
    chosen: str


class Unconfirmed(Refused):
    """Not all scenarios have passed; say that you deploy it all the same."""


class Unplayed(Refused):
    """The scenarios are still being played: wait until they are over, or say that you deploy it all the same."""


class Overtaken(Refused):
    """Nothing was deployed: {by} has made version {version} current meanwhile, and these files would set it back.

    Look at what they change now, then deploy them.
    """

    by: str
    version: int


@blueprint.get("/deployments/new")
def upload() -> Response:
    """Where files are chosen."""
    return _choose()


@blueprint.post("/deployments/new")
def propose() -> BaseResponse:
    """Take the files, complete them from what runs, and show what they would change."""
    kept = request.form.get("kept", "")
    files: Mapping[str, bytes] = {}
    try:
        files = proposals.waiting(kept) if kept else {}
        sent, ignored = received()
        files = limited({**files, **sent})
        if not files:
            raise NoFiles
        with here.reading() as session:
            name = _name_of(session, files)
            draft = _draft(session, name, files, ignored=ignored)
    except Refused as error:
        return _choose(problem=explain(error), status=422, files=files)
    return _proposed(draft)


@blueprint.get("/deployments/new/<token>")
def proposal(token: str) -> Response:
    """What a proposed version changes, what the checks say, and how its scenarios go."""
    with here.reading() as session:
        found = proposals.find(token)
        proposals.play(found)
        return _show(session, found)


@blueprint.get("/deployments/new/<token>/trial")
def trial(token: str) -> Response:
    """How its scenarios go, for the page that shows it."""
    found = proposals.find(token)
    proposals.play(found)
    return page("admin/trial.html", proposal=found, refused=False, trial=found.trial)


@blueprint.get("/deployments/new/<token>/<tongue>/<path:path>", endpoint="proposed_drawing")
def proposed_drawing(token: str, tongue: str, path: str) -> Response:
    """A diagram of a proposed version, to be drawn."""
    content = drawn.translated(proposals.find(token).draft, path, tongue)
    if content is None:
        raise NotFound(what="diagram", key=path)
    return Response(content, content_type="application/xml")


@blueprint.post("/deployments/new/<token>")
def deploy(token: str) -> BaseResponse:
    """Make it the current version, for a reason; or propose it anew: mended, without some files, beside what runs."""
    found = proposals.find(token)
    act = request.form.get("act", "")
    if act:
        return _again(found, act)
    reason = here.reason()
    try:
        if not reason:
            raise ReasonMissing
        if not found.trial.holds and found.trial.of and "confirmed" not in request.form:
            raise Unconfirmed if found.trial.over else Unplayed
        draft = found.draft
        with here.transaction() as session:
            _not_overtaken(session, draft)
            made = deployments.deploy(
                session, draft.name, draft.files, by=here.actor(), reason=reason, changed_by=changed_by()
            )
    except Refused as error:
        with here.reading() as session:
            return _show(session, found, problem=explain(error), typed=reason, status=422)
    said = _("Deployed: %(name)s, version %(version)s.", name=made.name, version=made.version)
    flash(said if made.id != draft.base else _("Nothing is new: these files are what runs."))
    return redirect(url_for("admin.deployment", deployment_id=made.id), 303)


def _again(found: Proposal, act: str) -> BaseResponse:
    """The same files once more: with those that were mended, without some that were taken over, or as they are."""
    draft = found.draft
    gone, ignored = set(draft.gone), draft.ignored
    sent: dict[str, bytes] = {}
    try:
        if act == "leave_out":
            gone |= set(request.form.getlist("gone")) & set(draft.completed)
        elif act == "mend":
            sent, ignored = received()
            if not sent:
                raise NoFiles
            declared = folders.key_of(sent)
            if declared not in (None, draft.name):
                raise OtherKey(declared=str(declared), chosen=draft.name)
        with here.reading() as session:
            files = limited({**draft.chosen, **sent})
            new = _draft(session, draft.name, files, gone=gone - set(sent), ignored=ignored)
    except Refused as error:
        with here.reading() as session:
            return _show(session, found, problem=explain(error), status=422)
    return _proposed(new)


def _not_overtaken(session: Session, draft: Draft) -> None:
    """Overtaken where somebody has made another version current since the files were completed; none can meanwhile."""
    versions.one_at_a_time(session)
    current = loading.current(session).folders.get(draft.name)
    if current not in (None, draft.base):
        last = versions.activations(session, draft.name)[0]
        raise Overtaken(by=last.by, version=last.version)


def _draft(
    session: Session,
    name: str,
    files: Mapping[str, bytes],
    *,
    gone: Collection[str] = (),
    ignored: tuple[str, ...] = (),
) -> Draft:
    """Files completed from what runs, and what the checks say about them."""
    base = loading.current(session).folders.get(name)
    return proposals.complete(session, name, files, base, gone, ignored)


def _proposed(draft: Draft) -> BaseResponse:
    return redirect(url_for("admin.proposal", token=proposals.keep(draft)), 303)


def _choose(*, problem: str = "", status: int = 200, files: Mapping[str, bytes] | None = None) -> Response:
    kept = proposals.wait(files) if files else ""
    with here.reading() as session:
        called = {each.key: text_of(each.name) for each in procedures.current(session)}
        keys = [(key, called.get(key, "")) for key in sorted(loading.current(session).folders)]
        return page(
            "admin/upload.html",
            status,
            active="admin",
            keys=keys,
            chosen=request.values.get("folder", ""),
            problem=problem,
            kept=kept,
            files=joined(files or ()),
        )


def _show(session: Session, found: Proposal, *, problem: str = "", typed: str = "", status: int = 200) -> Response:
    draft = found.draft
    running = deployments.find_deployment(session, draft.name)
    before = deployments.get_files(session, running.id) if running is not None else {}
    elements = drawn.drawn_elements(draft.files)
    drawing, choices = drawn.drawing(found, elements, before)
    address = drawn.shown_at(elements, drawn.page_of(found))
    return page(
        "admin/proposal.html",
        status,
        active="admin",
        proposal=found,
        draft=draft,
        running=running,
        meant="" if running is not None else _meant(session, draft.name),
        overtaken=running is not None and running.id != draft.base,
        changes=changes_of(
            session, before, draft.files, lambda path, element, *, gone: "" if gone else address(path, element)
        ),
        title=draft.name if running is None else title_of(session, draft.name, running.id),
        findings=by_file(draft.findings, draft.files, address),
        counts=counted(draft.findings),
        drawing=drawing,
        choices=choices,
        drawing_title=next((each.text for each in choices if each.current), ""),
        ignored=joined(draft.ignored[:MOST_NAMED]) + (" …" if len(draft.ignored) > MOST_NAMED else ""),
        refused=draft.refused,
        trial=found.trial,
        problem=problem,
        typed=typed,
        approved=approved_by(session, draft.name),
        named=changed_by(),
    )


def _meant(session: Session, name: str) -> str:
    """The folder there is whose key a new one is most like; most often that was meant."""
    return next(iter(get_close_matches(name, loading.current(session).folders, n=1)), "")


def _name_of(session: Session, files: Mapping[str, bytes]) -> str:
    """The key of the folder: the one that was chosen, that the files declare, or the only one that has such files."""
    chosen, declared = request.form.get("folder", "").strip()[:120], folders.key_of(files)
    if declared and chosen and declared != chosen:
        raise OtherKey(declared=declared, chosen=chosen)
    found = declared or chosen or _only_home_of(session, set(files))
    if not found:
        raise NoKey
    return found


def _only_home_of(session: Session, paths: Collection[str]) -> str:
    """The folder whose current version has files of all these names, where it is only one."""
    current = loading.current(session).folders.items()
    homes = [
        name for name, number in current if {*paths} <= {each.path for each in contents.list_files(session, number)}
    ]
    return homes[0] if len(homes) == 1 else ""
