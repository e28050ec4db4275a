"""What all parts of the page of one instance need to know of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine import Event, InstanceItem, Session, admin, history
from processes.cases import disclosure
from processes.cases.schema import DbCase
from web.admin.instance.steps import KINDS
from web.admin.instances.rows import cases_of
from web.admin.show import Place
from web.diagrams import journey
from web.diagrams.journey import Journey
from web.diagrams.labels import Drawn, drawn
from web.shell import here
from web.shell.people import Names, names


@dataclass(frozen=True)
class Looked:
    """An instance with what is around it."""

    item: InstanceItem
    case: DbCase | None
    drawing: Drawn
    events: Sequence[Event]
    """Its history but for variables and decisions, in order."""
    journey: Journey
    called: Names
    closed: bool
    """Whether what the case is about is not for this administrator."""

    @property
    def reached(self) -> Sequence[str]:
        """The processes that it has been in, the caller before the called."""
        keys = dict.fromkeys([self.item.process_key, *self.journey.trails])
        return [key for key in keys if key in self.drawing.processes]

    @property
    def place(self) -> Place:
        """What people call an element."""
        return self.drawing.label


def look(session: Session, instance_id: int) -> Looked:
    """An instance with what is around it; NotFound when there is none."""
    item = admin.get_instance(session, instance_id)
    closed = not disclosure.may_read(session, here.actor(), instance_id)
    events = [bare(event) if closed else event for event in history.of(session, instance_id, kinds=KINDS)]
    return Looked(
        item,
        cases_of(session, [instance_id]).get(instance_id),
        drawn(session, item),
        events,
        journey.follow(events),
        names(session),
        closed,
    )


PLAIN = frozenset(
    {
        "id",
        "task",
        "token",
        "scheduled_at",
        "attempt",
        "of",
        "process",
        "thrown",
        "incident",
        "job",
        "before",
        "version",
    }
)
"""What an event may say of the execution itself, where nothing may be said of the case."""


def bare(event: Event) -> Event:
    """An event without what it says of the case: values, messages, reasons."""
    plain = {key: value for key, value in event.data.items() if key in PLAIN and not isinstance(value, dict | list)}
    return replace(event, reason=None, data=plain)
