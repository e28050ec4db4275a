"""What the tabs of an instance hold: the rows of their tables."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from engine import (
    EventKind,
    InstanceItem,
    JobKind,
    JobStatus,
    Json,
    Session,
    TaskStatus,
    Visit,
    Wait,
    history,
    pending,
    queries,
    read_variables,
)
from web.admin import show
from web.admin.instances.rows import fault_text
from web.diagrams.journey import Journey
from web.diagrams.labels import Drawn
from web.filling import contacts
from web.shell.kept_words import in_words
from web.shell.kinds import EVENTS, JOB_KINDS, JOBS, WAITS
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.parts import Badge, Choice
from web.shell.people import Names


@dataclass(frozen=True)
class Change:
    """One change of a variable."""

    at: show.Moment
    old: show.Shown
    new: show.Shown
    who: str
    step: str
    reason: str


@dataclass(frozen=True)
class VariableRow:
    """A variable with everything that happened to it, the youngest change first."""

    name: str
    scope: int
    where: str
    """The call activity whose process it belongs to; empty for the instance."""
    value: show.Shown
    nothing: bool
    """Whether it holds nothing, no text or no entry."""
    changes: Sequence[Change]
    change: str
    copies: Sequence[tuple[str, str]] = ()
    """The calls that have been handed the same value, with where it is changed there."""

    @property
    def breaking(self) -> Markup:
        """Its name, which may go on in the next line behind each underscore."""
        return Markup("_<wbr>").join(self.name.split("_"))

    @property
    def same(self) -> str:
        """How many these are."""
        return ngettext("the same in %(num)s call", "the same in %(num)s calls", len(self.copies))


@dataclass(frozen=True)
class TokenRow:
    """A token and what it waits for."""

    token: int
    label: str
    element: str
    waits: str
    kind: str
    for_what: str
    since: show.Moment | None
    reassign: str = ""


@dataclass(frozen=True)
class JobRow:
    """A job that is not done."""

    id: int
    kind: str
    topic: str
    label: str
    state: Badge
    attempts: int
    due: show.Moment
    error: str
    retry: str


@dataclass(frozen=True)
class WaitRow:
    """A message or signal that is waited for."""

    name: str
    kind: str
    label: str
    element: str


def variables(
    session: Session, item: InstanceItem, journey: Journey, drawing: Drawn, called: Names, *, find: str = ""
) -> list[VariableRow]:
    """The variables with their changes: each once, and again for the calls in which it has another value.

    Only those whose name or value, as it is shown, has a text in it, where one is given.
    """
    reasons = {event.at: event for event in history.of(session, item.id, kinds=(EventKind.CHANGED, EventKind.GIVEN))}
    changes: dict[tuple[int, str], list[Change]] = {}
    for event in history.of(session, item.id, kinds=(EventKind.VARIABLE,)):
        given, name = reasons.get(event.at), str(event.data.get("name"))
        change = Change(
            show.the_moment(event.at),
            show.value(contacts.value(name, event.data.get("old"))),
            show.value(contacts.value(name, event.data.get("new"))),
            called.person(event.actor),
            drawing.label(event.element, event.process),
            (given.reason if given is not None else event.reason) or "",
        )
        changes.setdefault((int(event.data.get("scope", 0)), name), []).insert(0, change)
    over = item.ended_at is not None
    held = [
        (scope, name, value)
        for scope, values in sorted(read_variables(session, item.id).items())
        for name, value in sorted(values.items())
        if find.lower() in name.lower() or _says(contacts.value(name, value), find)
    ]
    first = {name: (scope, value) for scope, name, value in reversed(held)}
    copies = {(scope, name) for scope, name, value in held if first[name] != (scope, value) and first[name][1] == value}
    where = {scope: _caller(journey, drawing, scope) if scope else "" for scope, _name, _value in held}
    pages = {scope: url_for("admin.change_variable", instance_id=item.id, scope=scope) for scope in where}

    def address(scope: int, name: str) -> str:
        return "" if over else f"{pages[scope]}?{urlencode({'name': name})}"

    return [
        VariableRow(
            name,
            scope,
            where[scope],
            show.value(contacts.value(name, value)),
            value in (None, "", [], {}),
            changes.get((scope, name), ()),
            address(scope, name),
            [(where[each], address(each, name)) for each, other in sorted(copies) if other == name]
            if first[name][0] == scope
            else (),
        )
        for scope, name, value in held
        if (scope, name) not in copies
    ]


def _says(value: Json, find: str) -> bool:
    shown = show.value(value)
    return find.lower() in (shown.whole or shown.text).lower()


def tokens(
    session: Session, item: InstanceItem, journey: Journey, drawing: Drawn, called: Names, *, closed: bool = False
) -> list[TokenRow]:
    """Every token that is somewhere, with what it waits for."""
    since = {stay.token: stay.entered for stay in journey.stays}
    found: dict[int, tuple[str, Wait, str, str]] = {}
    for task in queries.tasks_of(session, item.id, TaskStatus.OPEN):
        asked = called.person(task.assignee) if task.assignee else ", ".join(map(called.unit, task.candidate_groups))
        found[task.token] = (
            task.element,
            Wait.TASK,
            asked,
            url_for("admin.reassign", instance_id=item.id, task_id=task.id),
        )
    timers, awaited = pending.timers_of(session, item.id), pending.subscriptions_of(session, item.id)
    listening = {each.token: each.process_key for each in timers}
    listening |= {each.token: each.process_key for each in awaited}
    for timer in timers:
        found[timer.token or 0] = (timer.element, Wait.TIMER, show.the_moment(timer.due_at).text, "")
    for entry in awaited:
        found[entry.token or 0] = (entry.element, Wait(entry.kind), entry.name, "")
    for job in pending.jobs_of(session, item.id):
        found[job.token or 0] = (job.element or "", Wait.JOB, job.topic or job.kind, "")
    for incident in pending.incidents_of(session, item.id):
        found[incident.token] = (
            incident.element,
            Wait.INCIDENT,
            "" if closed else in_words(incident.message).splitlines()[0][:120],
            "",
        )
    for stay in journey.stays:
        if stay.left is None and stay.token not in found:
            found[stay.token] = (stay.element, _inner(drawing, stay), "", "")
    return [
        TokenRow(
            token,
            drawing.label(element, listening.get(token, journey.homes.get(token))),
            element,
            WAITS[kind].text,
            kind,
            what,
            show.moment(since.get(token)),
            act,
        )
        for token, (element, kind, what, act) in sorted(found.items())
    ]


def _caller(journey: Journey, drawing: Drawn, scope: int) -> str:
    """The call activity whose process a scope of variables belongs to."""
    stay = journey.stay_of(scope)
    return drawing.label(stay.element, stay.process) if stay else ""


def _inner(drawing: Drawn, stay: Visit) -> Wait:
    """What a token waits for that no table knows."""
    drawn = drawing.element(stay.element, stay.process)
    if drawn is not None and drawn.event == "conditional":
        return Wait.CONDITION
    return Wait.OTHERS if drawn is not None and drawn.kind.endswith("Gateway") else Wait.INSIDE


def jobs(session: Session, item: InstanceItem, drawing: Drawn, *, closed: bool = False) -> list[JobRow]:
    """The jobs that are not done."""
    return [
        JobRow(
            job.id,
            JOB_KINDS[job.kind].text,
            job.topic or "",
            drawing.label(job.element, job.process_key),
            JOBS[job.status].badge,
            job.attempts,
            show.the_moment(job.due_at),
            fault_text("") if closed and job.last_error else in_words(job.last_error or ""),
            url_for("admin.retry_job", instance_id=item.id, job_id=job.id)
            if job.status is JobStatus.FAILED and job.kind is not JobKind.SERVICE
            else "",
        )
        for job in pending.jobs_of(session, item.id)
    ]


def messages(session: Session, item: InstanceItem, drawing: Drawn) -> list[WaitRow]:
    """The messages and signals that are waited for."""
    return [
        WaitRow(
            each.name,
            EVENTS[EventKind(each.kind)].text,
            drawing.label(each.element, each.process_key),
            each.element,
        )
        for each in pending.subscriptions_of(session, item.id)
    ]


def choices(
    item: InstanceItem, current: str, counts: Mapping[str, int], *, bad: bool, left_out: Collection[str] = ()
) -> list[Choice]:
    """The tabs, each with the number of its rows; `bad` when a job has failed."""
    named = {
        "variables": _("Variables"),
        "tokens": _("Tokens"),
        "jobs": _("Jobs"),
        "messages": _("Messages"),
        "submissions": _("Submissions"),
        "called": _("Called processes"),
        "history": _("History"),
        "log": _("Admin log"),
    }
    return [
        Choice(
            text,
            url_for("admin.instance", instance_id=item.id, tab=key, _anchor="tabs"),
            key == current,
            counts[key],
            bad=key == "jobs" and bad,
        )
        for key, text in named.items()
        if key not in left_out
    ]
