"""What the list of my work shows: views, rows under their headings, badges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast, get_args

from flask import url_for

from engine import InstanceStatus, Session, Sort, TaskFilter, TaskItem, candidates
from processes.cases import register
from processes.cases.schema import DbCase
from processes.clock.calendar import WorkingCalendar
from processes.desk import drafts
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.parts import Badge, due_badge, severity_badge, stopped_badge
from web.shell.people import Names, joined, names
from web.shell.words import Words
from web.tasks.view import snoozed_badge

VIEWS = {
    "mine": TaskFilter(whose="mine", snoozed=False),
    "group": TaskFilter(whose="group", snoozed=False),
    "overdue": TaskFilter(whose="both", when="overdue", snoozed=False),
    "today": TaskFilter(whose="both", when="due", snoozed=False),
    "snoozed": TaskFilter(whose="both", snoozed=True),
}
"""Those that show tasks of one's own; `waiting` shows what others have."""
WAITING = "waiting"
PER_PAGE = 50
FAR = 3
"""From so many days on, the next working day is “after the holiday”."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    view: str
    sort: Sort
    text: str
    page: int = 1
    task: int | None = None
    saved: int | None = None
    """The saved view that it is."""

    def address(self, **changed: Any) -> str:
        """The same list with something else."""
        values: dict[str, Any] = {"saved": self.saved}
        if self.saved is None or {*changed} & {"view", "sort", "q"}:
            sort = self.sort if self.sort != "due" else None
            values = {"view": self.view, "sort": sort, "q": self.text or None}
        return url_for("work.inbox", **{**values, **changed})

    @property
    def parameters(self) -> Mapping[str, str]:
        """What a saved view keeps of it."""
        return {"view": self.view, "sort": self.sort, "q": self.text}

    @property
    def filter(self) -> TaskFilter:
        """As the engine lists it."""
        base = VIEWS[self.view]
        return TaskFilter(
            whose=base.whose,
            when=base.when,
            snoozed=base.snoozed,
            text=self.text,
            sort=self.sort,
            page=self.page,
            per_page=PER_PAGE,
        )


def read(given: Mapping[str, Any], saved: int | None = None) -> Asked:
    """A list as an address, a form or a saved view names it; what is unknown becomes the usual."""
    view, sort = str(given.get("view", "mine")), str(given.get("sort", "due"))
    return Asked(
        view=view if view in VIEWS or view == WAITING else "mine",
        sort=cast("Sort", sort if sort in get_args(Sort) else "due"),
        text=str(given.get("q", "")).strip()[:200],
        saved=saved,
    )


@dataclass(frozen=True)
class Row:
    """A task in the list."""

    id: int
    name: str
    badge: Badge | None
    subject: str
    number: str
    severity: Badge | None
    stopped: Badge | None
    remark: str
    address: str
    pane: str
    """The part beside the list; empty for what others have to do."""
    here: str
    current: bool


@dataclass
class Group:
    """Tasks that are due at about the same time."""

    key: str
    text: str
    icon: str
    rows: list[Row] = field(default_factory=list)


def grouped(
    session: Session, tasks: Sequence[TaskItem], calendar: WorkingCalendar, asked: Asked, chosen: int | None
) -> list[Group]:
    """The rows under their headings; sorted otherwise than by due date, under none."""
    of_instance = _cases(session, tasks)
    actor = here.actor()
    kept = drafts.subjects_of(session, actor)
    called = names(session) if actor.stands_in else Names()
    groups: dict[str, Group] = {}
    words = Words(session)
    for task in tasks:
        group = group_of(task.due_at, calendar) if asked.sort == "due" else Group("all", "", "")
        row = _row(
            task,
            of_instance.get(task.instance_id),
            calendar,
            asked,
            chosen,
            words=words,
            drafted=drafts.of_task(task.id) in kept,
            absent=joined(map(called.person, candidates.absent_for(task, actor))),
        )
        groups.setdefault(group.key, group).rows.append(row)
    return list(groups.values())


def _cases(session: Session, tasks: Sequence[TaskItem]) -> dict[int, DbCase]:
    """What tasks are about, by their instances and as far as the reader may see it; some run beside their case."""
    instances = {task.instance_id for task in tasks}
    keys = {task.business_key for task in tasks if task.business_key is not None}
    found = register.find_around(session, here.actor(), instances, keys)
    numbers = {case.number: case for case in found}
    named = {task.instance_id: numbers[task.business_key] for task in tasks if task.business_key in numbers}
    return named | {case.instance_id: case for case in found}


def group_of(due_at: datetime | None, calendar: WorkingCalendar) -> Group:
    """The heading under which something stands that is due at a moment."""
    now = here.now()
    if due_at is None:
        return Group("none", _("Without a date"), "calendar-x")
    if due_at <= now:
        return Group("overdue", _("Overdue"), "alert-triangle")
    return _coming(calendar.day_of(now), dates.last_day(due_at, calendar.zone)[0], calendar)


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
    task: TaskItem,
    case: DbCase | None,
    calendar: WorkingCalendar,
    asked: Asked,
    chosen: int | None,
    *,
    words: Words,
    drafted: bool,
    absent: str,
) -> Row:
    who = case.who if case is not None else ""
    title = words.of(case).title(case) if case is not None else language.say(task.process_name, task.deployment_id)
    return Row(
        id=task.id,
        name=words.say(task.name, case, task.deployment_id) or task.element,
        badge=snoozed_badge(task) or due_badge(task.due_at, here.now(), calendar),
        subject=" · ".join(text for text in (title, who) if text),
        number=task.business_key or f"#{task.instance_id}",
        severity=severity_badge(case.severity if case is not None else None),
        remark=_("for %(who)s", who=absent) if absent else _("draft kept") if drafted else _case_due(case),
        stopped=stopped_badge() if task.instance_status is InstanceStatus.INCIDENT else None,
        address=url_for("tasks.task", task_id=task.id),
        pane=url_for("tasks.pane", task_id=task.id, _back=asked.address(task=None)),
        here=asked.address(task=task.id),
        current=task.id == chosen,
    )


def _case_due(case: DbCase | None) -> str:
    """The case's own date beside the step's: two dates on purpose."""
    if case is None or case.due_at is None:
        return ""
    day, _clock = dates.last_day(case.due_at, here.zone())
    said = dates.day_text(day, language.current(), narrow=True, this_year=here.now().year)
    return _("case: %(day)s", day=said)
