"""Saved views: a list, of tasks or of cases, as it is filtered and sorted, kept under a name."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from engine.errors import KesuError
from processes.desk import saved_views
from processes.desk.saved_views import OfList
from processes.desk.schema import DbSavedView
from processes.errors import TooManyViews, ViewUnnamed
from web.cases import filters
from web.shell import errors, here, once
from web.shell.language import gettext as _
from web.shell.pages import ask
from web.shell.parts import Confirm
from web.shell.people import names
from web.work import inbox

blueprint = Blueprint("views", __name__, url_prefix="/<any(work, cases):of_list>/views")

REFUSALS = (ViewUnnamed, TooManyViews)


@blueprint.get("/new")
def form(of_list: OfList) -> Response:
    """Under which name, and for whom."""
    return _ask_new(of_list)


@blueprint.post("/new")
def save(of_list: OfList) -> BaseResponse:
    """Keep it."""
    try:
        with here.transaction() as session:
            number = once.act(session, lambda: _save(session, of_list))
            view = saved_views.get_own(session, here.actor(), int(number))
            name, shown = view.name, _shown(view)
    except REFUSALS as error:
        return _ask_new(of_list, error)
    flash(_("View saved: %(name)s", name=name))
    return redirect(shown, 303)


@blueprint.get("/<int:number>")
def edit(of_list: OfList, number: int) -> Response:
    """Another name, or other readers."""
    return _ask_changed(of_list, number)


@blueprint.post("/<int:number>")
def change(of_list: OfList, number: int) -> BaseResponse:
    """Keep the other name."""
    name, unit = request.form.get("name", ""), request.form.get("unit") or None
    try:
        with here.transaction() as session:
            shown = _shown(saved_views.change(session, here.actor(), number, name, unit=unit))
    except REFUSALS as error:
        return _ask_changed(of_list, number, error)
    return redirect(shown, 303)


@blueprint.get("/<int:number>/delete")
def ask_delete(of_list: OfList, number: int) -> Response:
    """Whether it is to go."""
    with here.reading() as session:
        view = saved_views.get_own(session, here.actor(), number)
        title, text, back = _("Delete the view “%(name)s”?", name=view.name), _untouched(view), _shown(view)
    asked = Confirm(
        title=title,
        text=text,
        address=url_for("views.delete", of_list=of_list, number=number),
        act=_("Delete"),
        leave=_("Leave it"),
        back=back,
        reason=False,
        icon="trash",
        dangerous=True,
    )
    return ask(asked, active=of_list)


@blueprint.post("/<int:number>/delete")
def delete(of_list: OfList, number: int) -> BaseResponse:
    """Forget it."""
    with here.transaction() as session:
        saved_views.delete(session, here.actor(), number)
    flash(_("The view is deleted."))
    return redirect(url_for("work.inbox" if of_list == "work" else "cases.list_cases"), 303)


def _read(of_list: str, given: Mapping[str, Any]) -> inbox.Asked | filters.Asked:
    return inbox.read(given) if of_list == "work" else filters.read(given)


def _shown(view: DbSavedView) -> str:
    """The address of the list as it was kept; views of the work are entries of its navigation."""
    return url_for("work.inbox", saved=view.id) if view.of_list == "work" else _read("cases", view.asked).address()


def _untouched(view: DbSavedView) -> str:
    if view.of_list == "cases":
        return _("No case is touched.")
    return _("It goes for all it is shared with. No task is touched.") if view.unit else _("No task is touched.")


def _save(session: Session, of_list: OfList) -> str:
    """The number of a new one, from what was filled in."""
    name, unit = request.form.get("name", ""), request.form.get("unit") or None
    kept = _read(of_list, request.form).parameters
    return str(saved_views.save(session, here.actor(), name, kept, unit=unit, of_list=of_list).id)


def _ask_new(of_list: OfList, error: KesuError | None = None) -> Response:
    asked = _read(of_list, request.values)
    if of_list == "work":
        text = _("It keeps the list, the filter and the order; the tasks in it are always those of the moment.")
    else:
        text = _("It keeps the filters and the order; the cases in it are always those of the moment.")
    found = Confirm(
        title=_("Save this view"),
        text=text,
        address=url_for("views.save", of_list=of_list),
        act=_("Save view"),
        leave=_("Leave it"),
        back=asked.address(),
        reason=False,
        fields=_fields(of_list, asked.text, None),
        hidden=[*asked.parameters.items(), (once.FIELD, once.new_key())],
        icon="star",
        problem=errors.explain(error) if error is not None else "",
    )
    return ask(found, active=of_list, status=422 if error is not None else 200)


def _ask_changed(of_list: OfList, number: int, error: KesuError | None = None) -> Response:
    with here.reading() as session:
        view = saved_views.get_own(session, here.actor(), number)
        fields, back = _fields(of_list, view.name, view.unit), _shown(view)
    found = Confirm(
        title=_("Change the view"),
        address=url_for("views.change", of_list=of_list, number=number),
        act=_("Save view"),
        leave=_("Leave it"),
        back=back,
        reason=False,
        fields=fields,
        icon="star",
        problem=errors.explain(error) if error is not None else "",
    )
    return ask(found, active=of_list, status=422 if error is not None else 200)


def _fields(of_list: OfList, name: str, unit: str | None) -> list[Mapping[str, object]]:
    """Its name and, where views are shared, with whom."""
    name = request.form.get("name", name)
    named = {"name": "name", "label": _("Name"), "value": name, "most": saved_views.MOST_SIGNS}
    if of_list == "cases":
        return [named]
    groups = sorted(here.actor().groups | ({unit} if unit else set()))
    with here.reading() as session:
        called = names(session)
    options = [("", _("Only me")), *((group, called.unit(group)) for group in groups)]
    chosen = request.form.get("unit", unit or "")
    return [named, {"name": "unit", "label": _("Who sees it"), "options": options, "value": chosen}]
