"""The history of an instance in steps: what one transaction did, and who had it done."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine import Event, EventKind
from web.admin import show
from web.diagrams import journey
from web.diagrams.labels import Drawn
from web.shell.kinds import EVENTS
from web.shell.language import gettext as _
from web.shell.people import Names

OPENING = frozenset(
    {
        EventKind.STARTED,
        EventKind.CLAIMED,
        EventKind.UNCLAIMED,
        EventKind.REASSIGNED,
        EventKind.COMPLETED,
        EventKind.RECORDED,
        EventKind.ABORTED,
        EventKind.CHANGED,
        EventKind.GIVEN,
        EventKind.TIMER_MOVED,
        EventKind.MIGRATED,
        EventKind.TIMER_FIRED,
        EventKind.RETRIED,
        EventKind.JOB_FAILED,
        EventKind.JOB_DONE,
        EventKind.TIMER,
        EventKind.MESSAGE,
        EventKind.SIGNAL,
    }
)
"""The events with which a step begins."""
FOLLOWING = frozenset({(EventKind.TIMER_FIRED, EventKind.TIMER), (EventKind.RECORDED, EventKind.MESSAGE)})
"""What a person does by hand, and what the execution then says of it."""
KINDS = tuple(sorted({*journey.KINDS, *OPENING, EventKind.ERROR, EventKind.ESCALATION, EventKind.ENDED}))
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
    kind = EVENTS[event.kind].text
    process = drawing.processes.get(event.process or str(event.data.get("process")))
    named = drawing.label(event.element, event.process) or (drawing.title(process) if process is not None else "")
    what = _("%(name)s: %(kind)s", name=named, kind=kind) if named else kind
    if process is not None and event.element and process.key != shown:
        what = _("%(what)s (%(process)s)", what=what, process=drawing.title(process))
    return Told(
        what, called.person(event.actor), show.the_moment(event.at), show.moment(event.scheduled_at), event.reason or ""
    )


def _begins(event: Event, last: Event) -> bool:
    if (event.at, event.actor) != (last.at, last.actor):
        return True
    follows = (last.kind, event.kind) in FOLLOWING or bool(event.data.get("thrown"))
    return event.kind in OPENING and not follows
