"""My work: the tasks that wait for a person, by due date, with the form beside the list."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast, get_args

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from engine.errors import NotFound
from engine.paging import Page
from engine.queries import Sort, TaskCounts, TaskFilter, TaskItem, count_tasks, list_tasks
from processes import drafts
from processes.calendar import WorkingCalendar
from processes.schema import Case
from web import dates, here, language
from web.language import gettext as _
from web.pages import show
from web.parts import Badge, Choice, due_badge, severity_badge
from web.people import names
from web.task_view import TaskView, task_view

blueprint = Blueprint("work", __name__)

VIEWS = {
    "mine": TaskFilter(whose="mine"),
    "group": TaskFilter(whose="group"),
    "overdue": TaskFilter(whose="both", when="overdue"),
    "today": TaskFilter(whose="both", when="due"),
}
PER_PAGE = 50
FAR = 3
"""From so many days on, the next working day is “after the holiday”."""


@dataclass(frozen=True)
class Row:
    """A task in the list."""

    id: int
    name: str
    badge: Badge | None
    subject: str
    number: str
    severity: Badge | None
    remark: str
    address: str
    pane: str
    here: str
    current: bool


@dataclass
class Group:
    """Tasks that are due at about the same time."""

    key: str
    text: str
    icon: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    view: str
    sort: Sort
    text: str
    page: int
    task: int | None

    def address(self, **changed: Any) -> str:
        """The same list with something else."""
        values: dict[str, Any] = {"view": self.view, "sort": self.sort, "q": self.text or None}
        if values["sort"] == "due":
            values["sort"] = None
        return url_for("work.inbox", **{**values, **changed})


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
        found = _list(session, asked)
        chosen = asked.task if asked.task is not None else next((task.id for task in found.items), None)
        groups = _grouped(session, found, calendar, asked, chosen)
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


def _list(session: Session, asked: Asked) -> Page[TaskItem]:
    base = VIEWS[asked.view]
    wanted = TaskFilter(
        whose=base.whose, when=base.when, text=asked.text, sort=asked.sort, page=asked.page, per_page=PER_PAGE
    )
    return list_tasks(session, here.actor(), wanted)


def _task(session: Session, task_id: int | None) -> TaskView | None:
    """The task of the right pane; nothing where it is gone or not for this person."""
    if task_id is None:
        return None
    try:
        return task_view(session, task_id, here.actor(), names(session))
    except NotFound:
        return None


def _titles() -> dict[str, str]:
    return {"mine": _("Mine"), "group": _("My groups"), "overdue": _("Overdue"), "today": _("Due today")}


def _sorts() -> dict[str, str]:
    return {
        "due": _("Due first"),
        "priority": _("Priority"),
        "created": _("Oldest first"),
        "name": _("By name"),
        "business_key": _("By number"),
    }


def _views(asked: Asked, counts: TaskCounts) -> list[Choice]:
    numbers = {"mine": counts.mine, "group": counts.group, "overdue": counts.overdue, "today": counts.due}
    icons = {"mine": "inbox", "group": "users", "overdue": "alert-triangle", "today": "clock"}
    return [
        Choice(text, url_for("work.inbox", view=key), key == asked.view, numbers[key], icons[key], key == "overdue")
        for key, text in _titles().items()
    ]


def _grouped(
    session: Session, found: Page[TaskItem], calendar: WorkingCalendar, asked: Asked, chosen: int | None
) -> list[Group]:
    """The rows under their headings; sorted otherwise than by due date, under none."""
    of_instance = _cases(session, found)
    kept = drafts.subjects_of(session, here.actor())
    groups: dict[str, Group] = {}
    for task in found.items:
        group = _group(task, calendar) if asked.sort == "due" else Group("all", "", "")
        row = _row(
            task, of_instance.get(task.instance_id), calendar, asked, chosen, drafted=drafts.of_task(task.id) in kept
        )
        groups.setdefault(group.key, group).rows.append(row)
    return list(groups.values())


def _cases(session: Session, found: Page[TaskItem]) -> dict[int, Case]:
    numbers = {task.instance_id for task in found.items}
    return {case.instance_id: case for case in session.scalars(select(Case).where(Case.instance_id.in_(numbers)))}


def _group(task: TaskItem, calendar: WorkingCalendar) -> Group:
    now = here.now()
    if task.due_at is None:
        return Group("none", _("Without a date"), "calendar-x")
    if task.due_at <= now:
        return Group("overdue", _("Overdue"), "alert-triangle")
    return _coming(calendar.day_of(now), dates.last_day(task.due_at, calendar.zone)[0], calendar)


def _coming(today: date, day: date, calendar: WorkingCalendar) -> Group:
    """The group of what is not late yet."""
    said = dates.day_text(day, language.current(), this_year=today.year)
    if day <= today:
        return Group("today", _("Today, %(day)s", day=said), "clock")
    following = calendar.next_working(today + timedelta(days=1))
    if day <= following:
        if (following - today).days > FAR:
            return Group("next", _("After the holiday, %(day)s", day=said), "calendar-event")
        return Group("next", _("Next working day, %(day)s", day=said), "calendar-event")
    if (day - today).days <= 6 - today.weekday():
        return Group("week", _("This week"), "calendar-event")
    return Group("later", _("Later"), "calendar-event")


def _row(
    task: TaskItem, case: Case | None, calendar: WorkingCalendar, asked: Asked, chosen: int | None, *, drafted: bool
) -> Row:
    who = (case.company or case.complainant or "") if case is not None else ""
    title = case.title if case is not None else language.say(task.process_name)
    return Row(
        id=task.id,
        name=language.say(task.name) or task.element,
        badge=due_badge(task.due_at, here.now(), calendar),
        subject=" · ".join(text for text in (title, who) if text),
        number=task.business_key or f"#{task.instance_id}",
        severity=severity_badge(case.severity if case is not None else None),
        remark=_("draft kept") if drafted else _case_due(case),
        address=url_for("tasks.task", task_id=task.id),
        pane=url_for("tasks.pane", task_id=task.id, _back=asked.address(task=None)),
        here=asked.address(task=task.id),
        current=task.id == chosen,
    )


def _case_due(case: Case | None) -> str:
    """The case's own date beside the step's: two dates on purpose."""
    if case is None or case.due_at is None or case.replied_at is not None:
        return ""
    day, _clock = dates.last_day(case.due_at, here.zone())
    said = dates.day_text(day, language.current(), narrow=True, this_year=here.now().year)
    return _("case: %(day)s", day=said)
