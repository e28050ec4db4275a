"""Saved views of the list of cases: what it is narrowed down to and its order, kept by a person under a name."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from engine.errors import KesuError
from processes.desk import saved_views
from processes.errors import TooManyViews, ViewUnnamed
from web.cases import filters
from web.shell import errors, here, once
from web.shell.language import gettext as _
from web.shell.pages import ask
from web.shell.parts import Confirm

blueprint = Blueprint("case_views", __name__, url_prefix="/cases/views")

REFUSALS = (ViewUnnamed, TooManyViews)


@dataclass(frozen=True)
class View:
    """One of them, above the list."""

    name: str
    address: str
    current: bool
    delete: str


def of_reader(session: Session, wanted: filters.Asked) -> list[View]:
    """The reader's own; the one that the list shows is the current one."""
    kept = [view for view in saved_views.of(session, here.actor(), "cases") if view.person == here.actor().id]
    found = [(view, filters.read(view.asked)) for view in kept]
    return [
        View(
            view.name,
            asked.address(),
            asked.parameters == wanted.parameters,
            url_for("case_views.delete", number=view.id),
        )
        for view, asked in found
    ]


@blueprint.get("/new")
def form() -> Response:
    """Under which name."""
    return _ask(filters.read(request.args))


@blueprint.post("/new")
def save() -> BaseResponse:
    """Keep it."""
    asked = filters.read(request.form)
    try:
        with here.transaction() as session:
            once.act(session, lambda: _save(session, asked))
    except REFUSALS as error:
        return _ask(asked, error)
    flash(_("View saved: %(name)s", name=request.form.get("name", "").strip()))
    return redirect(asked.address(), 303)


@blueprint.get("/<int:number>/delete")
def ask_delete(number: int) -> Response:
    """Whether it is to go."""
    with here.reading() as session:
        view = saved_views.get_own(session, here.actor(), number)
        title, back = _("Delete the view “%(name)s”?", name=view.name), filters.read(view.asked).address()
    asked = Confirm(
        title=title,
        text=_("No case is touched."),
        address=url_for("case_views.delete", number=number),
        act=_("Delete"),
        leave=_("Leave it"),
        back=back,
        reason=False,
        icon="trash",
        dangerous=True,
    )
    return ask(asked, active="cases")


@blueprint.post("/<int:number>/delete")
def delete(number: int) -> BaseResponse:
    """Forget it."""
    with here.transaction() as session:
        saved_views.delete(session, here.actor(), number)
    flash(_("The view is deleted."))
    return redirect(url_for("cases.list_cases"), 303)


def _save(session: Session, asked: filters.Asked) -> str:
    name = request.form.get("name", "")
    return str(saved_views.save(session, here.actor(), name, asked.parameters, of_list="cases").id)


def _ask(asked: filters.Asked, error: KesuError | None = None) -> Response:
    hidden: list[tuple[str, object]] = [*asked.parameters.items(), (once.FIELD, once.new_key())]
    named = {"name": "name", "label": _("Name"), "value": request.form.get("name", ""), "most": saved_views.MOST_SIGNS}
    found = Confirm(
        title=_("Save this view"),
        text=_("It keeps the filters and the order; the cases in it are always those of the moment."),
        address=url_for("case_views.save"),
        act=_("Save view"),
        leave=_("Leave it"),
        back=asked.address(),
        reason=False,
        fields=[named],
        hidden=hidden,
        icon="star",
        problem=errors.explain(error) if error is not None else "",
    )
    return ask(found, active="cases", status=422 if error is not None else 200)
