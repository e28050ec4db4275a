"""What is to be done in a case now: its open tasks, who has them and until when."""

from collections.abc import Iterable
from dataclasses import replace

from flask import url_for

from engine import OpenTask, TaskItem, candidates
from processes.clock.calendar import WorkingCalendar
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.parts import Item, due_badge
from web.shell.people import Names, joined


def open_items(tasks: Iterable[TaskItem], names: Names) -> list[Item]:
    """The tasks that are open now, as a timeline shows them."""
    return [_item(task, names) for task in tasks]


def of_case(tasks: Iterable[TaskItem], names: Names, calendar: WorkingCalendar) -> list[Item]:
    """The same above the page of a case: each with how urgent it is, and the way to it for whoever can do it."""
    return [
        replace(
            _item(task, names),
            badge=due_badge(task.due_at, here.now(), calendar, _("Step")),
            link=(url_for("tasks.task", task_id=task.id), _("To the task")) if is_ones_own(task) else None,
        )
        for task in tasks
    ]


def is_ones_own(task: TaskItem) -> bool:
    """Whether the reader has it, or may claim it for oneself or somebody absent."""
    actor = here.actor()
    if task.assignee == actor.id or candidates.acts_for(task, actor) is not None:
        return True
    return task.assignee is None and candidates.is_candidate(task, actor)


def whose(task: TaskItem | OpenTask, names: Names) -> str:
    """Who has a task, or who may claim it."""
    able = [*map(names.unit, task.candidate_groups), *map(names.person, task.candidate_users)]
    return names.person(task.assignee) if task.assignee else joined(able)


def _item(task: TaskItem, names: Names) -> Item:
    since = task.claimed_at or task.created_at
    due = ""
    if task.due_at is not None:
        at = dates.due_text(task.due_at, language.current(), here.zone(), this_year=here.now().year)
        due = _("Step due %(at)s.", at=at)
    return Item(
        language.label(task.name, task.deployment_id),
        dates.moment_text(since, language.current(), here.zone(), this_year=here.now().year),
        dates.iso_text(since, here.zone()),
        "user",
        "acc",
        whose(task, names),
        due,
        element=task.element,
        group="form",
        process=task.process_key,
    )
