"""My work: the tasks that wait for a person, by due date, with the form beside the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, TaskCounts, TaskItem, queries
from engine.errors import NotFound
from processes.cases import notices, waiting
from processes.clock.calendar import WorkingCalendar
from processes.desk import saved_views
from processes.desk.schema import DbSavedView
from web.shell import here, numbers
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.parts import Choice
from web.shell.people import names
from web.tasks.view import TaskView, task_view
from web.work import awaited, inbox
from web.work.inbox import WAITING, Asked, Group, grouped
from web.work.selected import at_once

blueprint = Blueprint("work", __name__)


@blueprint.get("/")
def home() -> BaseResponse:
    """Everybody begins with the work."""
    return redirect(url_for("work.inbox"))


@blueprint.get("/work", endpoint="inbox")
def my_work() -> Response:
    """Views, list and task."""
    with here.reading() as session:
        views = saved_views.of(session, here.actor())
        asked, wanted = _asked(views), [inbox.read(view.asked).filter for view in _counted(views)]
        calendar, counts = here.kesu().office.calendar(session), queries.count_tasks(session, here.actor(), wanted)
        shown = (_waiting if asked.view == WAITING else _own)(session, calendar, asked)
        return show(
            "work.html",
            active="work",
            asked=asked,
            views=_views(asked, counts, waiting.count(session, here.actor())),
            groups=shown.groups,
            at_once=shown.at_once,
            view=_task(session, shown.chosen, calendar),
            back=asked.address(task=None),
            news=url_for("work.news") + "?" + urlsplit(asked.address(page=asked.page)).query,
            sorts=[(key, text) for key, text in _sorts().items()],
            more=asked.address(page=asked.page + 1) if shown.more else "",
            free=counts.group,
            most=queries.MOST_COUNTED,
            saved=_saved(asked, views, counts),
            editable=asked.saved in {view.id for view in views if view.person == here.actor().id},
            title=next((view.name for view in views if view.id == asked.saved), _titles()[asked.view]),
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
    found = queries.list_tasks(session, here.actor(), asked.filter)
    chosen = asked.task if asked.task is not None else next((task.id for task in found.items), None)
    groups = grouped(session, found.items, calendar, asked, chosen)
    return Shown(groups, found.page < found.pages, chosen, _at_once(session, found.items))


def _waiting(session: Session, calendar: WorkingCalendar, asked: Asked) -> Shown:
    groups, more = awaited.grouped(session, calendar, asked, names(session))
    return Shown(groups, more)


def _at_once(session: Session, items: Sequence[TaskItem]) -> bool:
    """Whether a task of the list can be completed without its form; asked once for each kind of task."""
    kinds = {(task.deployment_id, task.process_key, task.element, task.form_ref): task for task in items}
    return any(at_once(session, task) for task in kinds.values())


@blueprint.get("/work/news")
def news() -> Response:
    """What the list would show now and how many notices are unread, for a page that stands open."""
    with here.reading() as session:
        asked = _asked(saved_views.of(session, here.actor()))
        if asked.view == WAITING:
            offset = (asked.page - 1) * inbox.PER_PAGE
            awaited_now = waiting.of(session, here.actor(), text=asked.text, limit=inbox.PER_PAGE, offset=offset)
            found = [each.key for each in awaited_now]
        else:
            found = [task.id for task in queries.list_tasks(session, here.actor(), asked.filter).items]
        return jsonify(tasks=found, unread=notices.count_unread(session, here.actor()))


def _asked(views: Sequence[DbSavedView]) -> Asked:
    """What the address asks for: one of the saved views, or what it says itself."""
    number = request.args.get("saved", type=numbers.number)
    saved = next((view for view in views if view.id == number), None)
    asked = inbox.read(request.args) if saved is None else inbox.read(saved.asked, saved.id)
    page = numbers.page()
    return replace(asked, page=page, task=request.args.get("task", type=numbers.number))


def _task(session: Session, task_id: int | None, calendar: WorkingCalendar) -> TaskView | None:
    """The task of the right pane; nothing where it is gone or not for this person."""
    if task_id is None:
        return None
    try:
        return task_view(session, task_id, here.actor(), names(session), calendar=calendar)
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
    current = asked.view if asked.saved is None else ""
    return [
        Choice(text, url_for("work.inbox", view=key), key == current, numbers[key], icons[key], key == "overdue")
        for key, text in _titles().items()
    ]


def _counted(views: Sequence[DbSavedView]) -> list[DbSavedView]:
    """Those whose tasks the engine counts."""
    return [view for view in views if inbox.read(view.asked).view != WAITING]


def _saved(asked: Asked, views: Sequence[DbSavedView], counts: TaskCounts) -> Mapping[str, list[Choice]]:
    """One's own saved views and those of one's units; what is not counted is unknown, not nothing."""
    numbers = dict(zip((view.id for view in _counted(views)), counts.others, strict=True))
    found: dict[str, list[Choice]] = {"own": [], "shared": []}
    for view in views:
        own, address = view.person == here.actor().id, url_for("work.inbox", saved=view.id)
        choice = Choice(view.name, address, view.id == asked.saved, numbers.get(view.id), "star" if own else "users")
        found["own" if own else "shared"].append(choice)
    return found
