"""Where a case has been and is, told from its history, and hung on the drawing of its process."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine import admin, history
from engine.loading import load
from engine.queries import TaskFilter, TaskItem, list_tasks
from engine.values import SYSTEM, Element, Process
from processes.calendar import WorkingCalendar
from web import dates, diagrams, language
from web.language import gettext as _
from web.parts import Diagram, Overlay, due_badge
from web.people import Names
from web.static_files import sprite

TIMED = frozenset({"userTask", "manualTask", "callActivity", "receiveTask"})
"""Elements on which time is spent that somebody wants to know."""


@dataclass
class Walk:
    """What the history says about the elements of an instance."""

    deployment_id: int
    processes: Mapping[str, Process]
    root: str
    entered: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    now: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How many tokens are in an element."""
    spent: dict[str, timedelta] = field(default_factory=lambda: defaultdict(timedelta))
    flows: set[str] = field(default_factory=set)
    incidents: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    tasks: Sequence[TaskItem] = ()

    @property
    def visited(self) -> list[Process]:
        """The processes that were walked through, the instance's own first."""
        own = [self.processes[self.root]] if self.root in self.processes else []
        return own + [
            process for process in self.processes.values() if process.key != self.root and self._was_in(process)
        ]

    def _was_in(self, process: Process) -> bool:
        return bool(self.flows & process.flows.keys())

    @property
    def current(self) -> str:
        """The process to show: that of the first open task, else of an incident, else where most happened."""
        if self.tasks:
            return self.tasks[0].process_key
        for element in self.incidents:
            found = next((key for key, process in self.processes.items() if element in process.elements), None)
            if found is not None:
                return found
        most = max(self.visited, key=lambda process: len(self.flows & process.flows.keys()), default=None)
        return most.key if most is not None else self.root

    def element(self, process_key: str, element: str) -> Element | None:
        """An element as drawn."""
        process = self.processes.get(process_key)
        return process.elements.get(element) if process is not None else None


def walk(session: Session, instance_id: int) -> Walk:
    """Read it from the history: two statements, whatever the length; the caller has checked that it may be seen."""
    instance = admin.get_instance(session, instance_id)
    compiled = load(session, instance.deployment_id).compiled
    found = Walk(instance.deployment_id, compiled.processes, instance.process_key)
    since: dict[int | None, datetime] = {}
    for event in history.of(session, instance_id, kinds=("entered", "left", "cancelled", "flow")):
        if event.kind == "flow":
            found.flows.add(str(event.data.get("id")))
        elif event.element is not None and event.kind == "entered":
            found.entered[event.element] += 1
            found.now[event.element] += 1
            since[event.token] = event.at
        elif event.element is not None:
            found.now[event.element] -= 1
            found.spent[event.element] += event.at - since.get(event.token, event.at)
    for incident in admin.incidents_of(session, instance_id):
        found.incidents[incident.element] += 1
    everyone = TaskFilter(whose="all", instance_id=instance_id)
    found.tasks = [task for task in list_tasks(session, SYSTEM, everyone).items if task.status == "open"]
    return found


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
    process = seen.processes[process_key]
    here = [task for task in seen.tasks if task.element in process.elements and task.process_key == process_key]
    failed = [element for element in seen.incidents if element in process.elements]
    current = [element for element, tokens in seen.now.items() if tokens > 0 and _holds(process, element)]
    current = list(dict.fromkeys([*(task.element for task in here), *current]))
    done = [element for element, times in seen.entered.items() if times and _fills(process, element)]
    overlays = [*_tasks(here, names, now, calendar), *_failures(seen, failed), *_times(seen, process, here)]
    words = ", ".join(_label(process, element) for element in current) or _("nothing")
    return Diagram(
        url=diagrams.address(seen.deployment_id, process_key),
        label=_("Diagram: %(name)s. Here now: %(now)s.", name=language.say(process.name), now=words),
        done=[element for element in done if element not in current and element not in failed],
        path=sorted(seen.flows & process.flows.keys()),
        now=[element for element in current if element not in failed],
        fail=failed,
        overlays=overlays,
        focus=focus or next(iter([*failed, *current]), ""),
        close=close,
        sprite=sprite(),
    )


def _holds(process: Process, element: str) -> bool:
    """Whether a token in the element is worth a frame: waiting events are many, and their timers stand elsewhere."""
    found = process.elements.get(element)
    return found is not None and found.kind in {*TIMED, "serviceTask", "businessRuleTask", "scriptTask"}


def _fills(process: Process, element: str) -> bool:
    """Whether it is filled when it is done: a sub-process is only the frame of what it holds."""
    found = process.elements.get(element)
    return found is not None and found.kind != "subProcess"


def _label(process: Process, element: str) -> str:
    return language.say(" ".join(process.elements[element].name.split())) or element


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


def _failures(seen: Walk, elements: Sequence[str]) -> list[Overlay]:
    return [
        Overlay(element, _("incident × %(num)s", num=seen.incidents[element]), "bad", "alert-octagon")
        for element in elements
    ]


def _times(seen: Walk, process: Process, tasks: Sequence[TaskItem]) -> list[Overlay]:
    """How often and how long, below what is done."""
    busy = {task.element for task in tasks}
    overlays = []
    for element, times in seen.entered.items():
        drawn = process.elements.get(element)
        if drawn is None or drawn.kind not in TIMED or element in busy or not seen.spent.get(element):
            continue
        length = dates.length_text(seen.spent[element], language.current())
        if times > 1:
            overlays.append(Overlay(element, f"{times} · {length}", "", "refresh", "below-right"))
        else:
            overlays.append(Overlay(element, length, "time", "", "below-right"))
    return overlays
