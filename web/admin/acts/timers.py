"""Firing a timer before its time, and moving it: what follows is said first."""

from datetime import datetime

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, TimerItem, pending, timers
from engine.errors import NotFound, Refused
from web.admin import show
from web.admin.acts.about import drawing_of, page_of
from web.admin.acts.confirm import carry_out
from web.admin.entrance import blueprint
from web.diagrams.labels import Drawn
from web.shell import here
from web.shell.language import gettext as _
from web.shell.parts import Confirm
from web.shell.people import joined


class NotAMoment(Refused):
    """Give a day and a time."""


@blueprint.route("/instances/<int:instance_id>/timers/<int:timer_id>/fire", methods=["GET", "POST"])
def fire_timer(instance_id: int, timer_id: int) -> BaseResponse:
    """Let a timer fire before its time."""

    def ask(session: Session) -> Confirm:
        timer, drawing = _timer(session, instance_id, timer_id), drawing_of(session, instance_id)
        rows = [
            (_("Timer"), show.the_moment(timer.due_at).text, _("fired %(time)s", time=show.the_moment(here.now()).text))
        ]
        return Confirm(
            title=_("Fire “%(timer)s” now?", timer=drawing.label(timer.element, timer.process_key)),
            address=url_for("admin.fire_timer", instance_id=instance_id, timer_id=timer_id),
            act=_("Fire now"),
            leave=_("Leave it"),
            back=page_of(instance_id),
            rows=rows + _consequences(drawing, timer.element, timer.process_key),
            icon="bolt",
        )

    def do(session: Session, reason: str) -> str:
        timers.fire_now(session, timer_id, by=here.actor(), reason=reason)
        return _("The timer has fired.")

    return carry_out(instance_id, ask, do)


@blueprint.route("/instances/<int:instance_id>/timers/<int:timer_id>/move", methods=["GET", "POST"])
def move_timer(instance_id: int, timer_id: int) -> BaseResponse:
    """Let a timer be due at another time."""

    def ask(session: Session) -> Confirm:
        timer, drawing = _timer(session, instance_id, timer_id), drawing_of(session, instance_id)
        planned = timer.due_at.astimezone(here.zone())
        field = {
            "name": "due",
            "label": _("New time (%(zone)s)", zone=here.zone().key),
            "type": "datetime-local",
            "value": request.form.get("due", f"{planned:%Y-%m-%dT%H:%M}"),
            "help": _("A time that is over fires at once. The variables of the case do not change."),
        }
        return Confirm(
            title=_("Move “%(timer)s”?", timer=drawing.label(timer.element, timer.process_key)),
            address=url_for("admin.move_timer", instance_id=instance_id, timer_id=timer_id),
            act=_("Move the timer"),
            leave=_("Leave it"),
            back=page_of(instance_id),
            rows=[
                (_("Timer"), show.the_moment(timer.due_at).title, _("as given below")),
                *_consequences(drawing, timer.element, timer.process_key),
            ],
            fields=[field],
            icon="clock",
        )

    def do(session: Session, reason: str) -> str:
        timers.move(session, timer_id, _moment(request.form.get("due", "")), by=here.actor(), reason=reason)
        return _("The timer is moved.")

    return carry_out(instance_id, ask, do)


def _timer(session: Session, instance_id: int, timer_id: int) -> TimerItem:
    found = next((timer for timer in pending.timers_of(session, instance_id) if timer.id == timer_id), None)
    if found is None:
        raise NotFound(what="timer", key=timer_id)
    return found


def _consequences(drawing: Drawn, element: str, home: str | None) -> list[tuple[str, str, str]]:
    """What an event interrupts, and what comes next."""
    process = drawing.process_of(element, home)
    if process is None:
        return []
    event = process.elements[element]
    rows = []
    host = process.elements.get(event.attached_to or "")
    if host is not None:
        after = _("ends") if event.interrupting else _("goes on")
        rows.append((drawing.name(host, process), _("running"), after))
    targets = [process.elements[flow.target] for flow in process.flows.values() if flow.source == element]
    if targets:
        rows.append((_("Then comes"), "—", joined(drawing.name(target, process) for target in targets)))
    return rows


def _moment(text: str) -> datetime:
    """A day and a time in the zone of the installation."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=here.zone())
    except ValueError:
        raise NotAMoment from None
