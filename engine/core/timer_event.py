"""The timer of an event: works out once when it is due, and for a cycle when it is due next."""

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.clock import SetClock, clock_functions
from engine.core import cron
from engine.core.errors import WrongTime
from engine.core.script_engine import functions_of
from engine.core.tasks import Token
from engine.core.timers import check_cycle, cycle_due, parse_cycle, parse_duration, parse_moment, skip_missed
from engine.core.variables import visible
from engine.errors import ExpressionError, Passing
from engine.failures import name_of
from engine.kinds import EventKind
from engine.language.expressions import compile_template
from engine.phrases import phrase


class Timer(TimerEventDefinition):
    """A date, a duration or a cycle; the token keeps what it must know in `internal_data["timer"]`.

    There: `due` in UTC; where the text reads variables, and for a cycle, `from`, the time it was armed; for a cycle its
    text and the number of firings used as well.
    """

    kind = "timer"

    def __init__(self, name: str, expression: str, timer: str) -> None:
        """Take the text as written and what it is: date, duration or cycle."""
        super().__init__(name, expression)
        self.timer = timer
        self.reads = names_of(expression)
        """The variables that its text asks for: when one of them changes, a waiting timer moves."""

    def arm(self, task: Token) -> None:
        """Work out when it is due; WrongTime when the text is no such time."""
        host = task.workflow.top_workflow.host
        text = self.text(task)
        if self.timer == "cycle" and text != self.expression:  # what is written out was checked when it was deployed
            check_cycle(text, host.zone)
        timer = first_due(self.timer, text, host.now(), host.zone)
        if self.reads:
            timer["from"] = host.now().isoformat()
        task.internal_data["timer"] = timer

    def follow(self, task: Token) -> None:
        """Work out again when it is due, as if it had been armed with the variables of now.

        Where that cannot be worked out it stays due when it was, with an incident; a later change that can be
        resolves it.
        """
        top, memory = task.workflow.top_workflow, task.internal_data
        try:
            moved = self.again(task)
        except Passing:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails here is other people's expression
            message = f"it stays due when it was: {error}"[:2000]
            if memory.get("incident") != message:
                top.fail(task, message, f"it stays due when it was: {name_of(error)}")
            return
        if memory.pop("incident", None) is not None:
            top.record(EventKind.RESOLVED, task, {})
        if moved["due"] != memory["timer"]["due"]:
            top.record(EventKind.TIMER_MOVED, task, {"from": memory["timer"]["due"], "to": moved["due"]})
        memory["timer"] = moved

    def again(self, task: Token) -> dict[str, Any]:
        """What the token keeps with the variables of now; what has passed since it was armed stays passed."""
        host, timer = task.workflow.top_workflow.host, task.internal_data["timer"]
        if "from" not in timer:
            return dict(timer)
        begun = datetime.fromisoformat(timer["from"])
        text = self.text(task, {**functions_of(task), **clock_functions(SetClock(begun), host.zone)})
        if self.timer != "cycle":
            return {**timer, **first_due(self.timer, text, begun, host.zone)}
        return timer if text == timer["cycle"] else other_rhythm(timer, text, host.now(), host.zone)

    def text(self, task: Token, functions: Any = None) -> str:
        """The text with its expressions filled in where the token stands; WrongTime when it is none."""
        template = compile_template(self.expression.strip())
        if template.plain is not None:
            return template.plain
        text = template.evaluate(visible(task), functions or functions_of(task))
        if not isinstance(text, str):
            raise WrongTime(text=self.expression, reason=phrase("it gives {text} instead of a time", text=repr(text)))
        return text

    def fire(self, task: Token) -> None:
        """Let it happen now; a cycle is armed again from its scheduled time until it is over."""
        top = task.workflow.top_workflow
        timer = task.internal_data["timer"]
        now = top.host.now()
        top.record(EventKind.TIMER, task, {"scheduled_at": timer["due"], "fired_at": now.isoformat()})
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
    due = cron.due(cycle.cron, now, zone) if cycle.cron else cycle_due(cycle, now, 0, zone)
    if due is None:
        raise WrongTime(text=text, reason=phrase("it is over before it begins"))
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
        due = cron.due(cycle.cron, scheduled if catch_up == "all" else max(scheduled, now), zone)
        return None if due is None else {**timer, "due": due.isoformat(), "used": timer["used"] + 1}
    start = datetime.fromisoformat(timer["from"])
    used = timer["used"] + 1
    if catch_up != "all":
        used = max(used, skip_missed(cycle, start, used, now, zone))
    due = cycle_due(cycle, start, used, zone)
    return None if due is None else {**timer, "due": due.isoformat(), "used": used}


def other_rhythm(timer: dict[str, Any], text: str, now: datetime, zone: Any) -> dict[str, Any]:
    """What a token keeps of a cycle whose text has become another: the firings it has had count in the new one.

    WrongTime when the text is no cycle, or one that is over.
    """
    cycle = parse_cycle(text, zone)
    begun, used = datetime.fromisoformat(timer["from"]), timer["used"]
    if cycle.cron:
        due = cron.due(cycle.cron, now, zone)
    else:
        used = skip_missed(cycle, begun, used, now, zone)
        due = cycle_due(cycle, begun, used, zone)
    if due is None:
        raise WrongTime(text=text, reason=phrase("it is over already"))
    return {**timer, "due": due.isoformat(), "cycle": text, "used": used}


def names_of(text: str) -> frozenset[str]:
    """The variables that a text with expressions asks for; none where it cannot be read, which arming then says."""
    try:
        template = compile_template(text.strip())
    except ExpressionError:
        return frozenset()
    return template.names | template.guarded
