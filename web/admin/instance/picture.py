"""The diagram of an instance: the path walked, tokens with their number, incidents, time spent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for

from engine import InstanceItem, Process, TimerItem
from processes.clock.calendar import WorkingCalendar
from web.diagrams import drawings
from web.diagrams.journey import Journey, Trail
from web.diagrams.labels import Drawn
from web.diagrams.walk import shows_itself
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.parts import Choice, Diagram, Overlay, due_badge
from web.shell.people import joined
from web.shell.static_files import sprite

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
    reached: Sequence[str]
    """The processes that there are drawings of to choose from."""
    broken: Mapping[int, str]
    """The elements of the tokens with an incident."""
    timers: Sequence[TimerItem]
    tries: Mapping[int, tuple[int, int]]
    """Attempts made and allowed, by token."""
    calendar: WorkingCalendar

    def broken_in(self, process: str) -> Mapping[str, Sequence[int]]:
        """The tokens with an incident by element; those of called processes by the element that calls."""
        found: dict[str, list[int]] = {}
        for token, element in self.broken.items():
            home = self.home(element, token)
            if home == process:
                found.setdefault(element, []).append(token)
                continue
            for caller in self.journey.trail(process).tokens:
                if home and self.drawing.leads_to(caller, process, home):
                    found.setdefault(caller, []).append(token)
        return found

    def home(self, element: str, token: int | None) -> str | None:
        """The process that a token is in; of a token that the history does not know, one that has its element."""
        known = self.drawing.process_of(element, self.journey.homes.get(token or 0))
        return known.key if known else None


def picture(facts: Facts, wanted: str | None, *, step: int | None = None) -> Picture:
    """The diagram of one process of an instance.

    Args:
        facts: of the instance.
        wanted: the key of the process; by default the one with an incident or, else, with the youngest token.
        step: of the history, where the facts are those of a step that is over.
    """
    chosen = wanted if wanted is not None and wanted in facts.reached else _default(facts)
    processes = facts.drawing.processes
    choices = [
        Choice(
            facts.drawing.title(processes[key]),
            url_for("admin.instance", instance_id=facts.item.id, diagram=key, step=step, _anchor="diagram"),
            key == chosen,
            sum(
                number for each, number in facts.journey.trail(key).tokens.items() if shows_itself(processes[key], each)
            )
            or None,
        )
        for key in facts.reached
    ]
    return Picture(_diagram(facts, processes[chosen]), facts.drawing.title(processes[chosen]), choices)


def _diagram(facts: Facts, process: Process) -> Diagram:
    trail, broken = facts.journey.trail(process.key), facts.broken_in(process.key)
    now = [element for element in trail.tokens if shows_itself(process, element) and element not in broken]
    focus = next((each for each in reversed(now) if process.elements[each].kind in TIMED), next(iter(now), ""))
    return Diagram(
        url=drawings.address(facts.drawing.homes[process.key], process.key),
        process=process.key,
        label=_in_words(facts.drawing, process, now, broken),
        done=[each for each in trail.visits if each not in trail.tokens and each not in broken],
        path=[flow for flow in process.flows if flow in trail.flows],
        now=now,
        fail=list(broken),
        overlays=[*_pills(facts, process, now, broken), *_times(trail, process), *_dues(facts, process)],
        focus=next(iter(broken), focus),
        sprite=sprite(),
    )


def _waits(process: Process, element: str) -> bool:
    """Whether a token there waits for its time, of which the due date tells more than the number."""
    return process.elements[element].event == "timer"


def _pills(facts: Facts, process: Process, now: Sequence[str], broken: Mapping[str, Sequence[int]]) -> list[Overlay]:
    """Where tokens are, and how many; two at an element at most."""
    found = []
    for element, tokens in broken.items():
        text = ngettext("%(num)s incident", "%(num)s incidents", len(tokens))
        tries = next((facts.tries[token] for token in tokens if token in facts.tries), None)
        if tries:
            text = _("%(incidents)s · %(made)s of %(all)s tries", incidents=text, made=tries[0], all=tries[1])
        found.append(Overlay(element, text, "bad", "alert-octagon"))
    tokens_in = facts.journey.trail(process.key).tokens
    plain = [element for element in now if not _waits(process, element)]
    return found + [Overlay(each, str(tokens_in[each]), "token", "circle-dot") for each in plain]


def _times(trail: Trail, process: Process) -> list[Overlay]:
    """Rounds and time spent, where people worked."""
    found = []
    for element, visits in trail.visits.items():
        if element not in process.elements or process.elements[element].kind not in TIMED:
            continue
        spent = trail.spent(element)
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
        event = process.elements.get(timer.element) if timer.process_key == process.key else None
        badge = due_badge(timer.due_at, here.now(), facts.calendar) if event and not event.attached_to else None
        if badge is not None:
            found.append(Overlay(timer.element, badge.text, badge.kind, badge.icon))
    return found


def _in_words(drawing: Drawn, process: Process, now: Collection[str], broken: Collection[str]) -> str:
    """What the drawing shows, for those who cannot see it."""
    at = joined(drawing.name(process.elements[element], process) for element in now)
    wrong = joined(drawing.name(process.elements[element], process) for element in broken)
    text = _("Diagram of %(name)s.", name=drawing.title(process))
    text += " " + _("Tokens: %(places)s.", places=at) if at else ""
    return text + " " + _("Incident: %(places)s.", places=wrong) if wrong else text


def _default(facts: Facts) -> str:
    """The process with an incident, else with the youngest token at which somebody works."""
    broken = {facts.home(element, token) for token, element in facts.broken.items()}
    found = next((key for key in facts.reached if key in broken), None)
    if found is not None:
        return found
    for stay in reversed([stay for stay in facts.journey.stays if stay.left is None]):
        element = facts.drawing.element(stay.element, stay.process)
        if stay.process in facts.reached and element is not None and element.kind in TIMED:
            return stay.process
    return facts.reached[0]
