"""The timer of an event: works out once when it is due, and for a cycle when it is due next."""

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.core.errors import WrongTime
from engine.core.script_engine import fill_in
from engine.core.tasks import Token
from engine.core.timers import cron_due, cycle_due, parse_cycle, parse_duration, parse_moment, skip_missed


class Timer(TimerEventDefinition):
    """A date, a duration or a cycle; the token keeps what it must know in `internal_data["timer"]`.

    There: `due` in UTC, and for a cycle its text, the time it was armed and the number of firings used.
    """

    kind = "timer"

    def __init__(self, name: str, expression: str, timer: str) -> None:
        """Take the text as written and what it is: date, duration or cycle."""
        super().__init__(name, expression)
        self.timer = timer

    def arm(self, task: Token) -> None:
        """Work out when it is due; WrongTime when the text is no such time."""
        top = task.workflow.top_workflow
        text = fill_in(task, self.expression.strip())
        if not isinstance(text, str):
            raise WrongTime(text=self.expression, reason=f"it gives {text!r} instead of a time")
        task.internal_data["timer"] = first_due(self.timer, text, top.host.now(), top.host.zone)

    def fire(self, task: Token) -> None:
        """Let it happen now; a cycle is armed again from its scheduled time until it is over."""
        top = task.workflow.top_workflow
        timer = task.internal_data["timer"]
        now = top.host.now()
        top.record("timer", task, {"scheduled_at": timer["due"], "fired_at": now.isoformat()})
        following = None
        if self.timer == "cycle" and task.task_spec.repeats:
            following = next_due(timer, now, top.host.zone, catch_up=top.host.catch_up)
        if following is not None:
            task.internal_data["timer"] = following
        task.task_spec.fire(task, last=following is None)

    def catches(self, my_task: Token, event: Any) -> bool:  # noqa: ARG002 - SpiffWorkflow's signature
        """Never through the event manager: a timer is fired by its token."""
        return False


def first_due(timer: str, text: str, now: datetime, zone: Any) -> dict[str, Any]:
    """What a token keeps of a timer that is armed now."""
    if timer == "date":
        return {"due": parse_moment(text, zone).isoformat()}
    if timer == "duration":
        return {"due": parse_duration(text).after(now, zone).isoformat()}
    cycle = parse_cycle(text, zone)
    due = cron_due(cycle, now, zone) if cycle.cron else cycle_due(cycle, now, 0, zone)
    if due is None:
        raise WrongTime(text=text, reason="it is over before it begins")
    return {"due": due.isoformat(), "cycle": text, "from": now.isoformat(), "used": 0}


def next_due(timer: dict[str, Any], now: datetime, zone: Any, *, catch_up: str) -> dict[str, Any] | None:
    """What a token keeps of a cycle after a firing, or None when that was the last.

    Args:
        timer: what it kept before.
        now: the time of the firing.
        zone: where calendar steps are taken.
        catch_up: `one` counts the firings that were missed as used, `all` makes up for each.
    """
    cycle = parse_cycle(timer["cycle"], zone)
    scheduled = datetime.fromisoformat(timer["due"])
    if cycle.cron:
        due = cron_due(cycle, scheduled if catch_up == "all" else max(scheduled, now), zone)
        return None if due is None else {**timer, "due": due.isoformat(), "used": timer["used"] + 1}
    start = datetime.fromisoformat(timer["from"])
    used = timer["used"] + 1
    if catch_up != "all":
        used = max(used, skip_missed(cycle, start, used, now, zone))
    due = cycle_due(cycle, start, used, zone)
    return None if due is None else {**timer, "due": due.isoformat(), "used": used}
