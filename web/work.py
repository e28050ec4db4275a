"""My work: the tasks that wait for a person, by due date, with the form beside the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engine.errors import NotFound
from engine.queries import Sort, TaskCounts, TaskItem, count_tasks, list_tasks
from processes import waiting
from processes.calendar import WorkingCalendar
from web import awaited, here
from web.inbox import VIEWS, WAITING, Asked, Group, grouped
from web.language import gettext as _
from web.pages import show
from web.parts import Choice
from web.people import Names, names
from web.selected import at_once
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
        called = names(session)
        shown = _waiting(session, calendar, asked, called) if asked.view == WAITING else _own(session, calendar, asked)
        return show(
            "work.html",
            active="work",
            asked=asked,
            views=_views(asked, counts, waiting.count(session, here.actor())),
            groups=shown.groups,
            at_once=shown.at_once,
            view=_task(session, shown.chosen, called),
            back=asked.address(task=None),
            sorts=[(key, text) for key, text in _sorts().items()],
            more=asked.address(page=asked.page + 1) if shown.more else "",
            free=counts.group,
            title=_titles()[asked.view],
        )


@dataclass(frozen=True)
class Shown:
    """What stands in the list."""

    groups: list[Group]
    more: bool
    chosen: int | None = None
    at_once: bool = False
    """Whether one of them can be completed without its form."""


def _own(session: Session, calendar: WorkingCalendar, asked: Asked) -> Shown:
    found = list_tasks(session, here.actor(), asked.filter)
    chosen = asked.task if asked.task is not None else next((task.id for task in found.items), None)
    groups = grouped(session, found.items, calendar, asked, chosen)
    return Shown(groups, found.page < found.pages, chosen, _at_once(session, found.items))


def _waiting(session: Session, calendar: WorkingCalendar, asked: Asked, called: Names) -> Shown:
    groups, more = awaited.grouped(session, calendar, asked, called)
    return Shown(groups, more)


def _at_once(session: Session, items: Sequence[TaskItem]) -> bool:
    """Whether a task of the list can be completed without its form; asked once for each kind of task."""
    kinds = {(task.deployment_id, task.process_key, task.element, task.form_ref): task for task in items}
    return any(at_once(session, task) for task in kinds.values())


def _asked() -> Asked:
    view, sort = request.args.get("view", "mine"), request.args.get("sort", "due")
    return Asked(
        view=view if view in VIEWS or view == WAITING else "mine",
        sort=cast("Sort", sort if sort in get_args(Sort) else "due"),
        text=request.args.get("q", "").strip()[:200],
        page=max(1, request.args.get("page", 1, type=int)),
        task=request.args.get("task", type=int),
    )


def _task(session: Session, task_id: int | None, called: Names) -> TaskView | None:
    """The task of the right pane; nothing where it is gone or not for this person."""
    if task_id is None:
        return None
    try:
        return task_view(session, task_id, here.actor(), called)
    except NotFound:
        return None


def _titles() -> dict[str, str]:
    return {
        "mine": _("Mine"),
        "group": _("My groups"),
        "overdue": _("Overdue"),
        "today": _("Due today"),
        "waiting": _("Waiting for others"),
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


def _views(asked: Asked, counts: TaskCounts, others: int) -> list[Choice]:
    numbers = {
        "mine": counts.mine,
        "group": counts.group,
        "overdue": counts.overdue,
        "today": counts.due,
        "waiting": others,
        "snoozed": counts.snoozed,
    }
    icons = {
        "mine": "inbox",
        "group": "users",
        "overdue": "alert-triangle",
        "today": "clock",
        "waiting": "hourglass",
        "snoozed": "player-pause",
    }
    return [
        Choice(text, url_for("work.inbox", view=key), key == asked.view, numbers[key], icons[key], key == "overdue")
        for key, text in _titles().items()
    ]
