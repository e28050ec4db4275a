"""Where a case has been and is, told from its history, and hung on the drawing of its process."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from engine import SUB_PROCESSES, Process, Session, TaskItem, TaskStatus, admin, history, pending, queries
from processes.clock.calendar import WorkingCalendar
from web.diagrams import drawings, journey
from web.diagrams.journey import Journey, Trail
from web.diagrams.labels import Drawn, drawn
from web.shell import dates, language
from web.shell.language import gettext as _
from web.shell.parts import Diagram, Overlay, due_badge
from web.shell.people import Names
from web.shell.static_files import sprite

TIMED = frozenset({"userTask", "manualTask", "callActivity", "receiveTask"})
"""Elements on which time is spent that somebody wants to know."""


@dataclass(frozen=True)
class Walk:
    """What the history says about the elements of an instance."""

    drawing: Drawn
    root: str
    journey: Journey
    incidents: Mapping[str, Mapping[str, int]]
    """By process and element, how many are open."""
    tasks: Sequence[TaskItem] = ()

    @property
    def visited(self) -> list[Process]:
        """The processes that were walked through, the instance's own first."""
        keys = dict.fromkeys([self.root, *self.journey.trails])
        return [self.drawing.processes[key] for key in keys if key in self.drawing.processes]

    @property
    def current(self) -> str:
        """The process to show: that of the first open task, else of an incident, else where most happened."""
        known = [task.process_key for task in self.tasks[:1]] + list(self.incidents)
        shown = next((key for key in known if key in self.drawing.processes), None)
        return shown or max(self.visited, key=lambda process: len(self.journey.trail(process.key).flows)).key


NEVER = datetime.max.replace(tzinfo=UTC)
MOST_TASKS = 25
"""So many open tasks are named on a drawing, those first that are due first."""


def walk(session: Session, instance_id: int) -> Walk:
    """Read it from the history, put together by the database; the caller has checked that it may be seen."""
    instance = admin.get_instance(session, instance_id)
    drawing = drawn(session, instance)
    way = journey.gather(history.visits_of(session, instance_id), history.flows_of(session, instance_id))
    incidents: dict[str, Counter[str]] = {}
    for incident in pending.incidents_of(session, instance_id):
        incidents.setdefault(incident.process_key or "", Counter())[incident.element] += 1
    tasks = queries.tasks_of(session, instance_id, TaskStatus.OPEN)
    tasks.sort(key=lambda task: task.due_at or NEVER)
    return Walk(drawing, instance.process_key, way, incidents, tasks[:MOST_TASKS])


def draw(
    seen: Walk,
    process_key: str,
    names: Names,
    now: datetime,
    calendar: WorkingCalendar,
    *,
    focus: str = "",
    close: bool = False,
) -> Diagram:
    """The drawing of one process of a walk: what is done, where it is, the way between."""
    process = seen.drawing.processes[process_key]
    trail = seen.journey.trail(process_key)
    failed = seen.incidents.get(process_key, {})
    here = [task for task in seen.tasks if task.process_key == process_key]
    holding = [element for element in trail.tokens if _holds(process, element)]
    current = list(dict.fromkeys([*(task.element for task in here), *holding]))
    overlays = [*_tasks(here, names, now, calendar), *_failures(failed), *_times(trail, process, here)]
    words = ", ".join(seen.drawing.name(process.elements[element], process) for element in current) or _("nothing")
    return Diagram(
        url=drawings.address(seen.drawing.homes[process_key], process_key),
        process=process_key,
        label=_("Diagram: %(name)s. Here now: %(now)s.", name=seen.drawing.title(process), now=words),
        done=[
            each for each in trail.visits if shows_itself(process, each) and each not in current and each not in failed
        ],
        path=sorted(trail.flows & process.flows.keys()),
        now=[element for element in current if element not in failed],
        fail=list(failed),
        overlays=overlays,
        focus=focus or next(iter([*failed, *current]), ""),
        close=close,
        sprite=sprite(),
    )


def _holds(process: Process, element: str) -> bool:
    """Whether a token in the element is worth a frame: waiting events are many, and their timers stand elsewhere."""
    found = process.elements.get(element)
    return found is not None and found.kind in {*TIMED, "serviceTask", "businessRuleTask", "scriptTask"}


def shows_itself(process: Process, element: str) -> bool:
    """Whether an element shows what happens in itself: a sub-process is only the frame of what it holds."""
    found = process.elements.get(element)
    return found is not None and found.kind not in SUB_PROCESSES


def _tasks(tasks: Sequence[TaskItem], names: Names, now: datetime, calendar: WorkingCalendar) -> list[Overlay]:
    """Who has it and since when; until when, where that matters."""
    overlays = []
    for element in dict.fromkeys(task.element for task in tasks):
        same = [task for task in tasks if task.element == element]
        first = same[0]
        if len(same) > 1:
            overlays.append(Overlay(element, str(len(same)), "token", "users"))
        else:
            who = names.person(first.assignee) if first.assignee else names.unit(next(iter(first.candidate_groups), ""))
            age = dates.length_text(now - (first.claimed_at or first.created_at), language.current())
            overlays.append(Overlay(element, f"{who} · {age}" if who else age, "token", "user"))
        badge = due_badge(first.due_at, now, calendar)
        if badge is not None and badge.kind:
            overlays.append(Overlay(element, badge.text, badge.kind, badge.icon, "below-left"))
    return overlays


def _failures(incidents: Mapping[str, int]) -> list[Overlay]:
    return [
        Overlay(element, _("incident × %(num)s", num=number), "bad", "alert-octagon")
        for element, number in incidents.items()
    ]


def _times(trail: Trail, process: Process, tasks: Sequence[TaskItem]) -> list[Overlay]:
    """How often and how long, below what is done."""
    busy = {task.element for task in tasks}
    overlays = []
    for element, times in trail.visits.items():
        drawn = process.elements.get(element)
        spent = trail.spent(element)
        if drawn is None or drawn.kind not in TIMED or element in busy or not spent:
            continue
        length = dates.length_text(spent, language.current())
        if times > 1:
            overlays.append(Overlay(element, f"{times} · {length}", "", "refresh", "below-right"))
        else:
            overlays.append(Overlay(element, length, "time", "", "below-right"))
    return overlays
