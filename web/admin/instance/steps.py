"""The history of an instance in steps: what one transaction did, and who had it done."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine import Event
from web.admin import show, words
from web.diagrams import journey
from web.diagrams.labels import Drawn, title_of
from web.shell.language import gettext as _
from web.shell.people import Names

OPENING = frozenset(
    [
        *("started", "claimed", "unclaimed", "reassigned", "completed", "recorded", "aborted", "changed"),
        *("timer_moved", "timer_fired", "retried", "job_failed", "job_done", "timer", "message", "signal"),
    ]
)
"""The events with which a step begins."""
FOLLOWING = frozenset({("timer_fired", "timer"), ("recorded", "message")})
"""What a person does by hand, and what the execution then says of it."""
KINDS = tuple(sorted({*journey.KINDS, *OPENING, "error", "escalation", "ended"}))
"""All events but those of variables and decisions, which belong to the step around them."""


@dataclass(frozen=True)
class Told:
    """What a step says of itself."""

    what: str
    who: str
    at: show.Moment
    planned: show.Moment | None
    """When it should have happened, for what a timer did."""
    why: str


def steps_of(events: Sequence[Event]) -> list[list[Event]]:
    """The events of an instance, those of each transaction together."""
    found: list[list[Event]] = []
    for event in events:
        if not found or _begins(event, found[-1][-1]):
            found.append([])
        found[-1].append(event)
    return found


def told(step: Sequence[Event], drawing: Drawn, called: Names, shown: str) -> Told:
    """What a step says of itself; its process, too, where another one is shown."""
    event = step[0]
    kind = words.kinds().get(event.kind, event.kind)
    process = drawing.processes.get(event.process or str(event.data.get("process")))
    named = drawing.label(event.element, event.process) or (title_of(process) if process is not None else "")
    what = _("%(name)s: %(kind)s", name=named, kind=kind) if named else kind
    if process is not None and event.element and process.key != shown:
        what = _("%(what)s (%(process)s)", what=what, process=title_of(process))
    return Told(
        what, called.person(event.actor), show.the_moment(event.at), show.moment(event.scheduled_at), event.reason or ""
    )


def _begins(event: Event, last: Event) -> bool:
    if (event.at, event.actor) != (last.at, last.actor):
        return True
    follows = (last.kind, event.kind) in FOLLOWING or bool(event.data.get("thrown"))
    return event.kind in OPENING and not follows
