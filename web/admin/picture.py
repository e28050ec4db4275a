"""The diagram of an instance: the path walked, tokens with their number, incidents, time spent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from engine.admin import IncidentItem, InstanceItem, TimerItem
from engine.values import Process
from processes.calendar import WorkingCalendar
from web import dates, diagrams, here, language
from web.admin.drawn import Drawn, calls
from web.admin.journey import Journey
from web.language import gettext as _
from web.language import ngettext
from web.parts import Choice, Diagram, Overlay, due_badge
from web.people import joined
from web.static_files import sprite

LEAST_SPENT = timedelta(minutes=1)
"""Shorter stays are not worth a word."""
TIMED = frozenset({"userTask", "manualTask", "callActivity"})


@dataclass(frozen=True)
class Picture:
    """One of the diagrams of an instance, and the ways to the others."""

    diagram: Diagram
    title: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Facts:
    """What is known of an instance for its diagrams."""

    item: InstanceItem
    drawing: Drawn
    journey: Journey
    incidents: Sequence[IncidentItem]
    timers: Sequence[TimerItem]
    tries: Mapping[int, tuple[int, int]]
    """Attempts made and allowed, by token."""
    calendar: WorkingCalendar


def picture(session: Session, facts: Facts, wanted: str | None) -> Picture:
    """The diagram of one process of an instance.

    Args:
        session: as always.
        facts: of the instance.
        wanted: the key of the process; by default the one with an incident or, else, with the youngest token.
    """
    item, drawing = facts.item, facts.drawing
    called = {key: calls(session, item.deployment_id, process) for key, process in drawing.processes.items()}
    reached = _reached(facts, called)
    chosen = wanted if wanted in reached else _default(facts, reached)
    process = drawing.processes[chosen]
    broken = _broken(facts, called, process)
    choices = [
        Choice(
            language.say(drawing.processes[key].name),
            url_for("admin.instance", instance_id=item.id, diagram=key, _anchor="diagram"),
            key == chosen,
            _tokens_in(facts, drawing.processes[key]) or None,
        )
        for key in reached
    ]
    return Picture(_diagram(facts, process, broken), language.say(process.name), choices)


def _diagram(facts: Facts, process: Process, broken: Mapping[str, int]) -> Diagram:
    journey = facts.journey
    inside = process.elements
    now = [element for element in journey.tokens if element in inside and element not in broken]
    focus = next(iter(broken), None) or next((each for each in reversed(now) if inside[each].kind in TIMED), None)
    return Diagram(
        url=diagrams.address(facts.item.deployment_id, process.key),
        label=_in_words(facts, process, now, broken),
        done=[each for each in journey.visits if each in inside and each not in now and each not in broken],
        path=[flow for flow in process.flows if flow in journey.flows],
        now=[element for element in now if inside[element].kind != "subProcess"],
        fail=list(broken),
        overlays=[*_pills(facts, process, now, broken), *_times(facts, process), *_dues(facts, process)],
        focus=focus or next(iter(now), ""),
        sprite=sprite(),
    )


def _pills(facts: Facts, process: Process, now: Collection[str], broken: Mapping[str, int]) -> list[Overlay]:
    """Where tokens are, and how many; two at an element at most."""
    waiting = {timer.element for timer in facts.timers}
    found = []
    for element, number in broken.items():
        text = ngettext("%(num)s incident", "%(num)s incidents", number)
        tries = next(
            (
                facts.tries[each.token]
                for each in facts.incidents
                if each.element == element and each.token in facts.tries
            ),
            None,
        )
        if tries:
            text = _("%(incidents)s · %(made)s of %(all)s tries", incidents=text, made=tries[0], all=tries[1])
        found.append(Overlay(element, text, "bad", "alert-octagon"))
    plain = [each for each in now if process.elements[each].kind != "subProcess" and each not in waiting]
    return found + [Overlay(each, str(facts.journey.tokens[each]), "token", "circle-dot") for each in plain]


def _times(facts: Facts, process: Process) -> list[Overlay]:
    """Rounds and time spent, where people worked."""
    found = []
    for element, visits in facts.journey.visits.items():
        if element not in process.elements or process.elements[element].kind not in TIMED:
            continue
        spent = facts.journey.spent(element)
        text = dates.length_text(spent, language.current()) if spent >= LEAST_SPENT else ""
        if visits > 1:
            found.append(
                Overlay(element, f"{visits} · {text}" if text else str(visits), "time", "refresh", "below-right")
            )
        elif text:
            found.append(Overlay(element, text, "time", "", "below-right"))
    return found


def _dues(facts: Facts, process: Process) -> list[Overlay]:
    """When the timers that wait on the way are due; at the edge of a task there is no room for it."""
    found = []
    for timer in facts.timers:
        event = process.elements.get(timer.element)
        badge = due_badge(timer.due_at, here.now(), facts.calendar) if event and not event.attached_to else None
        if badge is not None:
            found.append(Overlay(timer.element, badge.text, badge.kind, badge.icon))
    return found


def _in_words(facts: Facts, process: Process, now: Collection[str], broken: Collection[str]) -> str:
    """What the drawing shows, for those who cannot see it."""
    key = process.key
    at = joined(facts.drawing.label(element, key) for element in now if process.elements[element].kind != "subProcess")
    wrong = joined(facts.drawing.label(element, key) for element in broken)
    text = _("Diagram of %(name)s.", name=language.say(process.name))
    text += " " + _("Tokens: %(places)s.", places=at) if at else ""
    return text + " " + _("Incident: %(places)s.", places=wrong) if wrong else text


def _reached(facts: Facts, called: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The processes that the instance has been in, the caller before the called."""
    found, open_keys = [], [facts.item.process_key]
    while open_keys:
        key = open_keys.pop(0)
        if key in found or key not in facts.drawing.processes:
            continue
        found.append(key)
        open_keys += [target for element, target in called[key].items() if element in facts.journey.visits]
    return found


def _default(facts: Facts, reached: Sequence[str]) -> str:
    for incident in facts.incidents:
        for key in reached:
            if incident.element in facts.drawing.processes[key].elements:
                return key
    waiting = {timer.element for timer in facts.timers}
    for stay in reversed([stay for stay in facts.journey.stays if stay.left is None and stay.element not in waiting]):
        for key in reversed(reached):
            element = facts.drawing.processes[key].elements.get(stay.element)
            if element is not None and element.kind in TIMED:
                return key
    return reached[0]


def _tokens_in(facts: Facts, process: Process) -> int:
    elements = process.elements
    return sum(
        number
        for each, number in facts.journey.tokens.items()
        if each in elements and elements[each].kind != "subProcess"
    )


def _broken(facts: Facts, called: Mapping[str, Mapping[str, str]], process: Process) -> Mapping[str, int]:
    """The elements with incidents, those that call a process with one included."""
    found: dict[str, int] = {}
    for incident in facts.incidents:
        if incident.element in process.elements:
            found[incident.element] = found.get(incident.element, 0) + 1
            continue
        for element, target in called[process.key].items():
            if facts.journey.tokens.get(element) and _inside(incident.element, target, facts.drawing, called, set()):
                found[element] = found.get(element, 0) + 1
    return found


def _inside(element: str, key: str, drawing: Drawn, called: Mapping[str, Mapping[str, str]], seen: set[str]) -> bool:
    if key in seen or key not in drawing.processes:
        return False
    seen.add(key)
    return element in drawing.processes[key].elements or any(
        _inside(element, target, drawing, called, seen) for target in called[key].values()
    )
