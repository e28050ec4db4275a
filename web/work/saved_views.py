"""Saved views: the list as it is filtered and sorted, kept under a name."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from engine.errors import KesuError
from processes.desk import saved_views
from processes.errors import TooManyViews, ViewUnnamed
from web.shell import errors, here, once
from web.shell.language import gettext as _
from web.shell.pages import ask
from web.shell.parts import Confirm
from web.shell.people import names
from web.work import inbox

blueprint = Blueprint("views", __name__, url_prefix="/work/views")

REFUSALS = (ViewUnnamed, TooManyViews)


@blueprint.get("/new")
def form() -> Response:
    """Under which name, and for whom."""
    return _ask_new()


@blueprint.post("/new")
def save() -> BaseResponse:
    """Keep it."""
    asked = inbox.read(request.form)
    try:
        with here.transaction() as session:
            number = once.act(session, lambda: _save(session, asked))
            name = saved_views.get_own(session, here.actor(), int(number)).name
    except REFUSALS as error:
        return _ask_new(error)
    flash(_("View saved: %(name)s", name=name))
    return redirect(url_for("work.inbox", saved=number), 303)


@blueprint.get("/<int:number>")
def edit(number: int) -> Response:
    """Another name, or other readers."""
    return _ask_changed(number)


@blueprint.post("/<int:number>")
def change(number: int) -> BaseResponse:
    """Keep the other name."""
    name, unit = request.form.get("name", ""), request.form.get("unit") or None
    try:
        with here.transaction() as session:
            saved_views.change(session, here.actor(), number, name, unit=unit)
    except REFUSALS as error:
        return _ask_changed(number, error)
    return redirect(url_for("work.inbox", saved=number), 303)


@blueprint.get("/<int:number>/delete")
def ask_delete(number: int) -> Response:
    """Whether it is to go."""
    with here.reading() as session:
        view = saved_views.get_own(session, here.actor(), number)
        text = _("It goes for all it is shared with. No task is touched.") if view.unit else _("No task is touched.")
        title = _("Delete the view “%(name)s”?", name=view.name)
    asked = Confirm(
        title=title,
        text=text,
        address=url_for("views.delete", number=number),
        act=_("Delete"),
        leave=_("Leave it"),
        back=url_for("work.inbox", saved=number),
        reason=False,
        icon="trash",
        dangerous=True,
    )
    return ask(asked, active="work")


@blueprint.post("/<int:number>/delete")
def delete(number: int) -> BaseResponse:
    """Forget it."""
    with here.transaction() as session:
        saved_views.delete(session, here.actor(), number)
    flash(_("The view is deleted."))
    return redirect(url_for("work.inbox"), 303)


def _save(session: Session, asked: inbox.Asked) -> str:
    """The number of a new one, from what was filled in."""
    name, unit = request.form.get("name", ""), request.form.get("unit") or None
    kept = {"view": asked.view, "sort": asked.sort, "q": asked.text}
    return str(saved_views.save(session, here.actor(), name, kept, unit=unit).id)


def _ask_new(error: KesuError | None = None) -> Response:
    asked = inbox.read(request.values)
    hidden: list[tuple[str, object]] = [("view", asked.view), ("sort", asked.sort), ("q", asked.text)]
    hidden.append((once.FIELD, once.new_key()))
    found = Confirm(
        title=_("Save this view"),
        text=_("It keeps the list, the filter and the order; the tasks in it are always those of the moment."),
        address=url_for("views.save"),
        act=_("Save view"),
        leave=_("Leave it"),
        back=asked.address(),
        reason=False,
        fields=_fields(asked.text, None),
        hidden=hidden,
        icon="star",
        problem=errors.explain(error) if error is not None else "",
    )
    return ask(found, active="work", status=422 if error is not None else 200)


def _ask_changed(number: int, error: KesuError | None = None) -> Response:
    with here.reading() as session:
        view = saved_views.get_own(session, here.actor(), number)
        fields = _fields(view.name, view.unit)
    found = Confirm(
        title=_("Change the view"),
        address=url_for("views.change", number=number),
        act=_("Save view"),
        leave=_("Leave it"),
        back=url_for("work.inbox", saved=number),
        reason=False,
        fields=fields,
        icon="star",
        problem=errors.explain(error) if error is not None else "",
    )
    return ask(found, active="work", status=422 if error is not None else 200)


def _fields(name: str, unit: str | None) -> list[Mapping[str, object]]:
    groups = sorted(here.actor().groups | ({unit} if unit else set()))
    with here.reading() as session:
        called = names(session)
    options = [("", _("Only me")), *((group, called.unit(group)) for group in groups)]
    return [
        {"name": "name", "label": _("Name"), "value": request.form.get("name", name), "most": saved_views.MOST_SIGNS},
        {"name": "unit", "label": _("Who sees it"), "options": options, "value": request.form.get("unit", unit or "")},
    ]
