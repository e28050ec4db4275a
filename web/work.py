"""My work: the tasks that wait for a person, by due date, with the form beside the list."""

from typing import cast, get_args

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engine.errors import NotFound
from engine.queries import Sort, TaskCounts, count_tasks, list_tasks
from web import here
from web.inbox import VIEWS, Asked, grouped
from web.language import gettext as _
from web.pages import show
from web.parts import Choice
from web.people import names
from web.task_view import TaskView, task_view

blueprint = Blueprint("work", __name__)


@blueprint.get("/")
def home() -> BaseResponse:
    """Everybody begins with the work."""
    return redirect(url_for("work.inbox"))


@blueprint.get("/work")
def inbox() -> Response:
    """Views, list and task."""
    asked = _asked()
    with here.reading() as session:
        calendar, counts = here.kesu().office.calendar(session), count_tasks(session, here.actor())
        found = list_tasks(session, here.actor(), asked.filter)
        chosen = asked.task if asked.task is not None else next((task.id for task in found.items), None)
        groups = grouped(session, found.items, calendar, asked, chosen)
        view = _task(session, chosen)
        return show(
            "work.html",
            active="work",
            asked=asked,
            views=_views(asked, counts),
            groups=groups,
            total=found.total,
            view=view,
            back=asked.address(task=None),
            sorts=[(key, text) for key, text in _sorts().items()],
            more=asked.address(page=asked.page + 1) if found.page < found.pages else "",
            waiting=counts.group,
            title=_titles()[asked.view],
        )


def _asked() -> Asked:
    view, sort = request.args.get("view", "mine"), request.args.get("sort", "due")
    return Asked(
        view=view if view in VIEWS else "mine",
        sort=cast("Sort", sort if sort in get_args(Sort) else "due"),
        text=request.args.get("q", "").strip()[:200],
        page=max(1, request.args.get("page", 1, type=int)),
        task=request.args.get("task", type=int),
    )


def _task(session: Session, task_id: int | None) -> TaskView | None:
    """The task of the right pane; nothing where it is gone or not for this person."""
    if task_id is None:
        return None
    try:
        return task_view(session, task_id, here.actor(), names(session))
    except NotFound:
        return None


def _titles() -> dict[str, str]:
    return {
        "mine": _("Mine"),
        "group": _("My groups"),
        "overdue": _("Overdue"),
        "today": _("Due today"),
        "snoozed": _("Snoozed"),
    }


def _sorts() -> dict[str, str]:
    return {
        "due": _("Due first"),
        "priority": _("Priority"),
        "created": _("Oldest first"),
        "name": _("By name"),
        "business_key": _("By number"),
    }


def _views(asked: Asked, counts: TaskCounts) -> list[Choice]:
    numbers = {
        "mine": counts.mine,
        "group": counts.group,
        "overdue": counts.overdue,
        "today": counts.due,
        "snoozed": counts.snoozed,
    }
    icons = {
        "mine": "inbox",
        "group": "users",
        "overdue": "alert-triangle",
        "today": "clock",
        "snoozed": "player-pause",
    }
    return [
        Choice(text, url_for("work.inbox", view=key), key == asked.view, numbers[key], icons[key], key == "overdue")
        for key, text in _titles().items()
    ]
