"""What an instance has behind it: submissions, called processes, the whole history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from markupsafe import Markup

from engine import EventKind, InstanceItem, Json, Process, Session, Visit, history, overview, queries, read_variables
from web.admin import show
from web.admin.instance.facts import bare
from web.cases.timeline import Forms
from web.diagrams.journey import Journey
from web.diagrams.labels import Drawn
from web.filling import contacts, submission
from web.shell import dates, here, language
from web.shell.kinds import EVENTS
from web.shell.people import Names, joined
from web.shell.words import N_

DETAILS: Mapping[str, str] = {
    "before": N_("before"),
    "cancelled": N_("cancelled"),
    "caught_by": N_("caught by"),
    "code": N_("code"),
    "decision": N_("decision table"),
    "ends": N_("ends"),
    "fired_at": N_("fired"),
    "from": N_("was"),
    "id": N_("flow"),
    "incident": N_("incident"),
    "items": N_("items"),
    "job": N_("job"),
    "loopCounter": N_("round"),
    "message": N_("message"),
    "name": N_("name"),
    "names": N_("variables"),
    "payload": N_("content"),
    "process": N_("process"),
    "result": N_("result"),
    "rows": N_("rows"),
    "scheduled_at": N_("planned"),
    "scope": N_("scope"),
    "task": N_("task"),
    "to": N_("is now"),
    "topic": N_("service"),
    "version": N_("version"),
}
"""What the history keeps of an event, in words."""
PER_PAGE = 100
"""Events on one page of the history."""


@dataclass(frozen=True)
class SubmissionRow:
    """What a person filled in."""

    id: int
    label: str
    form: str
    who: str
    at: show.Moment
    answers: Markup


@dataclass(frozen=True)
class CallRow:
    """A called process."""

    label: str
    element: str
    process: str
    entered: show.Moment
    left: show.Moment | None
    length: str
    diagram: str
    variables: int


@dataclass(frozen=True)
class EventRow:
    """A line of the history."""

    id: int
    at: show.Moment
    planned: show.Moment | None
    kind: str
    label: str
    element: str
    token: str
    who: str
    reason: str
    details: tuple[tuple[str, show.Shown], ...]


def submissions(session: Session, item: InstanceItem, drawing: Drawn, called: Names) -> list[SubmissionRow]:
    """Everything that was filled in, the youngest first."""
    homes, forms = queries.homes_of(session, item.id), Forms(session, drawing.homes.values())
    found = []
    for each in reversed(history.submissions_of(session, item.id)):
        _deployment, process = homes.get(each.task_id or 0, (None, None))
        form = forms.find(each.form, each.form_digest)
        answers = Markup()
        if form is not None:
            answers = submission.answers(form, each.answers)
        row = SubmissionRow(
            each.id,
            drawing.label(each.element, process),
            each.form or "",
            called.person(each.by),
            show.the_moment(each.at),
            answers,
        )
        found.append(row)
    return found


def calls(journey: Journey, drawing: Drawn) -> list[tuple[Visit, Process]]:
    """The calls of other processes, in order, each with the process it calls."""
    every = [(stay, drawing.called(stay.element, stay.process)) for stay in journey.stays]
    return [(stay, process) for stay, process in every if process is not None]


def called_processes(session: Session, item: InstanceItem, journey: Journey, drawing: Drawn) -> list[CallRow]:
    """The processes that were called, in order."""
    inside = read_variables(session, item.id)
    return [
        CallRow(
            drawing.label(stay.element, stay.process),
            stay.element,
            drawing.title(process),
            show.the_moment(stay.entered),
            show.moment(stay.left),
            dates.length_text((stay.left or here.now()) - stay.entered, language.current()),
            url_for("admin.instance", instance_id=item.id, diagram=process.key, _anchor="diagram"),
            len(inside.get(stay.token, ())),
        )
        for stay, process in calls(journey, drawing)
    ]


def events(
    session: Session,
    item: InstanceItem,
    drawing: Drawn,
    called: Names,
    *,
    kinds: Sequence[EventKind] = (),
    before: int | None,
    closed: bool = False,
) -> tuple[list[EventRow], int | None]:
    """One page of the history backwards, and the number from which the next one goes on."""
    found = overview.latest_events(session, item.id, kinds=kinds, before=before, limit=PER_PAGE + 1)
    more = len(found) > PER_PAGE
    page = [
        EventRow(
            event.id,
            show.the_moment(event.at),
            show.moment(event.scheduled_at),
            EVENTS[event.kind].text,
            drawing.label(event.element, event.process),
            event.element or "",
            "" if event.token is None else str(event.token),
            called.person(event.actor),
            event.reason or "",
            tuple(_details(event, called)),
        )
        for event in (bare(each) if closed else each for each in found[:PER_PAGE])
    ]
    return page, page[-1].id if more else None


def _details(event: history.Event, called: Names) -> list[tuple[str, show.Shown]]:
    if event.kind is EventKind.VARIABLE and "name" in event.data:
        name = str(event.data.get("name"))
        old, new = (show.value(contacts.value(name, event.data.get(when))) for when in ("old", "new"))
        return [(name, show.Shown(f"{old.text} → {new.text}", whole=new.whole))]
    told = ((name, value) for name, value in event.data.items() if value not in (None, "", [], {}))
    return [(language.word(DETAILS.get(name, name)), _said(event.kind, name, value, called)) for name, value in told]


def _said(kind: EventKind, name: str, value: Json, called: Names) -> show.Shown:
    """A detail as people read it: moments in the zone of the installation, people by their names, lists of words."""
    if isinstance(value, str) and (name.endswith("_at") or kind is EventKind.TIMER_MOVED):
        try:
            return show.Shown(show.the_moment(datetime.fromisoformat(value)).title)
        except ValueError:
            return show.value(value)
    if isinstance(value, str) and name in ("from", "to"):
        return show.Shown(called.person(value))
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return show.value(joined(map(str, value)))
    return show.value(value)
