"""Snoozing a task: it leaves the lists until a day, never past its due date."""

from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, TaskItem, follow_ups, tasks
from engine.errors import SnoozedIntoPast, SnoozedPastDue
from processes.cases import disclosure
from web.shell import came_from, dates, errors, here, language
from web.shell.language import gettext as _
from web.shell.pages import ask
from web.shell.parts import Confirm

blueprint = Blueprint("snooze", __name__, url_prefix="/tasks")

REFUSALS = (SnoozedIntoPast, SnoozedPastDue)


@blueprint.get("/<int:task_id>/snooze")
def form(task_id: int) -> Response:
    """Until when."""
    with here.reading() as session:
        task = disclosure.get_task(session, task_id, here.actor())
        tasks.check_work(session, task, here.actor())
        first = first_day(session)
        if task.due_at is not None and here.start_of(first) > task.due_at:
            first = here.now().date() + timedelta(days=1)
        if task.due_at is not None and here.start_of(first) > task.due_at:
            raise SnoozedPastDue(element=task.name or task.element, due=task.due_at)
        return ask(_asking(task, first), active="work")


@blueprint.post("/<int:task_id>/snooze")
def put_off(task_id: int) -> BaseResponse:
    """Put it off until the beginning of a day."""
    day = day_of(request.form.get("until", ""))
    try:
        with here.transaction() as session:
            task = follow_ups.snooze(session, task_id, here.start_of(day), by=here.actor())
    except REFUSALS as error:
        with here.reading() as session:
            task = disclosure.get_task(session, task_id, here.actor())
            asked = _asking(task, day, problem=errors.explain(error))
        return ask(asked, active="work", status=422)
    flash(_("Snoozed to %(day)s: %(name)s", day=said(day), name=language.say(task.name, task.deployment_id)))
    return redirect(came_from.address(url_for("work.inbox")), 303)


@blueprint.post("/<int:task_id>/snooze/end")
def end(task_id: int) -> BaseResponse:
    """Bring it back into the lists."""
    with here.transaction() as session:
        task = follow_ups.snooze(session, task_id, None, by=here.actor())
    flash(_("No longer snoozed: %(name)s", name=language.say(task.name, task.deployment_id)))
    return redirect(came_from.address(url_for("tasks.task", task_id=task_id)), 303)


def first_day(session: Session) -> date:
    """The next working day, which is offered first."""
    calendar = here.kesu().office.calendar(session)
    return calendar.next_working(calendar.day_of(here.now()) + timedelta(days=1))


def day_of(text: str) -> date:
    """The day that was typed; the present one, which is refused, for what is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return here.now().date()


def said(day: date) -> str:
    """A day in words."""
    return dates.day_text(day, language.current(), this_year=here.now().year)


def field(first: date, last: date | None = None) -> dict[str, object]:
    """The field that asks for the day."""
    asked: dict[str, object] = {"name": "until", "label": _("Snooze to"), "type": "date", "value": first.isoformat()}
    asked["min"] = (here.now().date() + timedelta(days=1)).isoformat()
    return asked if last is None else asked | {"max": last.isoformat()}


def _asking(task: TaskItem, first: date, *, problem: str = "") -> Confirm:
    back = came_from.address(url_for("tasks.task", task_id=task.id))
    text = _("It leaves the lists of all who could do it, stands under “Snoozed” and comes back on that day.")
    last = None
    if task.due_at is not None:
        due = dates.due_text(task.due_at, language.current(), here.zone(), this_year=here.now().year)
        text += " " + _("It is due %(at)s and cannot be put off past that.", at=due)
        last = task.due_at.astimezone(here.zone()).date()
    return Confirm(
        title=_("Snooze “%(name)s”", name=language.say(task.name, task.deployment_id) or task.element),
        text=text,
        address=url_for("snooze.put_off", task_id=task.id),
        act=_("Snooze"),
        leave=_("Leave it"),
        back=back,
        reason=False,
        fields=[field(first, last)],
        hidden=[(came_from.FIELD, back)],
        icon="player-pause",
        problem=problem,
    )
