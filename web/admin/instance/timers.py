"""The timers of an instance: those that wait, and those that fired, with planned and real time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from engine import EventKind, Session, TimerItem, history
from processes.clock.calendar import WorkingCalendar
from web.admin import show
from web.admin.instance.facts import bare
from web.admin.show import Place
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.parts import Badge, due_badge
from web.shell.people import names


@dataclass(frozen=True)
class TimerRow:
    """A timer."""

    label: str
    element: str
    planned: show.Moment
    state: Badge
    real: show.Moment | None = None
    fire: str = ""
    move: str = ""
    moved: str = ""
    """By whom and why, where somebody moved it."""


def timer_rows(
    session: Session,
    instance_id: int,
    place: Place,
    waiting: Sequence[TimerItem],
    calendar: WorkingCalendar,
    *,
    closed: bool = False,
) -> list[TimerRow]:
    """All timers of an instance: what fired in its order, then what waits; `place` names an element."""
    events = history.of(session, instance_id, kinds=(EventKind.TIMER, EventKind.TIMER_MOVED, EventKind.TIMER_FIRED))
    called = names(session)
    events = [replace(bare(event) if closed else event, actor=called.person(event.actor)) for event in events]
    reasons = {event.token: event for event in events if event.kind is not EventKind.TIMER}
    fired = [_fired(event, place, reasons.get(event.token)) for event in events if event.kind is EventKind.TIMER]
    return fired + [_waiting(timer, place, calendar, reasons.get(timer.token)) for timer in waiting]


def _fired(event: history.Event, place: Place, by_hand: history.Event | None) -> TimerRow:
    planned = event.data.get("scheduled_at")
    real = show.the_moment(event.at)
    plan = show.the_moment(datetime.fromisoformat(planned)) if isinstance(planned, str) else real
    same_day = plan.title[:10] == real.title[:10]
    text = _("fired %(time)s", time=real.text.split()[-1] if same_day else real.text)
    by_hand = by_hand if by_hand is not None and by_hand.kind is EventKind.TIMER_FIRED else None
    badge = Badge(text, "hold" if by_hand else "good", "bolt" if by_hand else "check")
    return TimerRow(place(event.element, event.process), event.element or "", plan, badge, real, moved=_why(by_hand))


def _waiting(timer: TimerItem, place: Place, calendar: WorkingCalendar, moved: history.Event | None) -> TimerRow:
    left = timer.due_at - here.now()
    badge = due_badge(timer.due_at, here.now(), calendar) or Badge("")
    if 0 < left.total_seconds() < 24 * 3600:
        badge = Badge(_("in %(length)s", length=dates.length_text(left, language.current())), badge.kind, "hourglass")
    return TimerRow(
        place(timer.element, timer.process_key),
        timer.element,
        show.the_moment(timer.due_at),
        badge,
        fire=url_for("admin.fire_timer", instance_id=timer.instance_id, timer_id=timer.id),
        move=url_for("admin.move_timer", instance_id=timer.instance_id, timer_id=timer.id),
        moved=_why(moved),
    )


def _why(event: history.Event | None) -> str:
    return f"{event.actor}: {event.reason}" if event is not None and event.reason else ""
