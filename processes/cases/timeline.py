"""Everything that happened in a case, in order: what people did and filled in, what the clock did, what went out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from engine import (
    SYSTEM,
    EventKind,
    Instance,
    Json,
    Prepared,
    Process,
    Session,
    admin,
    deployments,
    drawings,
    history,
    overview,
)
from processes.cases import comments, documents, outbox, rounds
from processes.cases.schema import DbCase, DbCaseEntry, DbDocument
from processes.identity import Same
from processes.letters.schema import DbLetter

Group = Literal["form", "contact", "system"]
Labels = Mapping[tuple[str | None, str], tuple[str, int | None]]
"""What elements are called and the deployment that says so, by process and id; without a process, as any diagram that
has the id calls it."""

EVENTS: Mapping[EventKind, Group] = {
    EventKind.STARTED: "form",
    EventKind.COMPLETED: "form",
    EventKind.RECORDED: "contact",
    EventKind.CLAIMED: "system",
    EventKind.UNCLAIMED: "system",
    EventKind.REASSIGNED: "system",
    EventKind.SNOOZED: "system",
    EventKind.TIMER: "system",
    EventKind.TIMER_MOVED: "system",
    EventKind.TIMER_FIRED: "system",
    EventKind.CHANGED: "system",
    EventKind.INCIDENT: "system",
    EventKind.RESOLVED: "system",
    EventKind.RETRIED: "system",
    EventKind.SUSPENDED: "system",
    EventKind.RESUMED: "system",
    EventKind.MIGRATED: "system",
    EventKind.LOOKED: "system",
    EventKind.JOB_FAILED: "system",
    EventKind.ABORTED: "system",
}
"""The events of the engine's history that people look for; the rest belongs to the administrator's page."""

FILLED_IN = (EventKind.COMPLETED, EventKind.RECORDED, EventKind.STARTED)
"""The events with which something may have been filled in."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened; times are in UTC."""

    key: str
    """Unique in the case."""
    at: datetime
    scheduled_at: datetime | None = None
    """When it should have happened, for what a timer did."""
    group: Group
    kind: str
    """What happened: an event of the engine, a line of the case's record, letter or document."""
    element: str | None = None
    label: str = ""
    """The element's name as drawn; empty where none is concerned."""
    deployment_id: int | None = None
    """In which it is called so."""
    actor: str
    """A login, or `system`."""
    process: str | None = None
    """The key of the process that the element is drawn in, where the entry comes from the engine's history."""
    reason: str | None = None
    form: str | None = None
    form_digest: str | None = None
    answers: Mapping[str, Json] | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


def timeline(
    session: Session,
    case: DbCase,
    *,
    newest_first: bool = True,
    group: Group | None = None,
    most: int | None = None,
    every: Sequence[Instance] = (),
) -> list[Entry]:
    """The entries of a case, of one group or of all; the caller has checked that it may be seen.

    Args:
        session: as always.
        case: whose.
        newest_first: or else the oldest.
        group: only those.
        most: no more than so many of them: what lies behind is not read.
        every: `rounds.instances_of` the case, where they are known.
    """
    part = _Part(group, most, newest_first)
    every = every or rounds.instances_of(session, case)
    own = {each.id: _labels(session, each.id) for each in every}
    labels = {key: said for each in own.values() for key, said in each.items()}
    entries = [
        *_events(session, every[0], own[every[0].id], part),
        *(entry for each in every[1:] for entry in _begun(session, each, own[each.id], part)),
        *_notes(session, case, labels, part),
        *(_letters(session, case) if group in (None, "contact") else ()),
        *(_documents(session, case, labels) if group in (None, "form") else ()),
    ]
    entries.sort(key=lambda entry: entry.at)
    return (entries[::-1] if newest_first else entries)[:most]


def count(session: Session, case: DbCase, every: Sequence[Instance] = ()) -> Counter[Group]:
    """How many entries of each group there are; the instances of the case, where they are known."""
    found: Counter[Group] = Counter()
    for instance in every or rounds.instances_of(session, case):
        for kind, number in history.count(session, instance.id).items():
            if kind in EVENTS:
                found[EVENTS[kind]] += number
    for group, number in _COUNTED.rows(session.connection(), {"of": case.id}):
        found[group] += number
    return found


def _count(
    group: Group, case_id: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    of_case = case_id == bindparam("of")
    named: ColumnElement[str] = literal_column(f"'{group}'")
    return select(named, func.count()).where(of_case, *conditions)


_COUNTED = Prepared(
    union_all(
        _count("form", DbCaseEntry.case_id, DbCaseEntry.kind == comments.KIND),
        _count("system", DbCaseEntry.case_id, DbCaseEntry.kind != comments.KIND),
        _count("contact", DbLetter.case_id),
        _count("form", DbDocument.case_id),
    )
)
"""How many lines, letters and documents of each group there are beside the events of the engine."""


@dataclass(frozen=True)
class _Part:
    """Which entries are wanted."""

    group: Group | None
    most: int | None
    newest_first: bool

    @property
    def kinds(self) -> list[EventKind]:
        """The events of the engine among them."""
        return [kind for kind, group in EVENTS.items() if self.group in (None, group)]

    def events(self, session: Session, instance_id: int) -> list[history.Event]:
        """Those of an instance in their order."""
        if self.most is None or not self.newest_first:
            return history.of(session, instance_id, kinds=self.kinds, limit=self.most)
        return overview.latest_events(session, instance_id, kinds=self.kinds, limit=self.most)[::-1]

    def notes(self, session: Session, case: DbCase) -> Sequence[DbCaseEntry]:
        """The lines of the case's own record in their order."""
        newest = self.most is not None and self.newest_first
        found = session.scalars(
            _notes_of(self.group, newest, self.most is not None), {"of": case.id, "most": self.most}
        )
        return found.all()[::-1] if newest else found.all()


@cache
def _notes_of(group: Group | None, newest: bool, some: bool) -> Select[DbCaseEntry]:  # noqa: FBT001 - told apart by place
    query = select(DbCaseEntry).where(DbCaseEntry.case_id == bindparam("of"))
    if group is not None:
        comment = DbCaseEntry.kind == comments.KIND
        query = query.where(comment if group == "form" else ~comment)
    query = query.order_by(DbCaseEntry.id.desc() if newest else DbCaseEntry.id)
    return query.limit(bindparam("most")) if some else query


def _labels(session: Session, instance_id: int) -> Labels:
    found = drawings.drawings_of(session, admin.get_instance(session, instance_id))
    homes = tuple((key, drawn.deployment_id) for key, drawn in found.items())
    return _labelled(Same(drawn.process for drawn in found.values()), homes)


@lru_cache(maxsize=200)
def _labelled(processes: Same[Process], homes: Sequence[tuple[str, int]]) -> Labels:
    """The same for the same drawings, which most instances of a procedure share."""
    every = [
        (key, each.id, (each.name, deployment))
        for process, (key, deployment) in zip(processes, homes, strict=True)
        for each in process.elements.values()
    ]
    return {(None, each): said for _, each, said in every} | {(key, each): said for key, each, said in every}


def _label(labels: Labels, element: str | None, process: str | None = None) -> tuple[str, int | None]:
    return labels.get((process, element or "")) or labels.get((None, element or ""), ("", None))


def _begun(session: Session, instance: Instance, labels: Labels, part: _Part) -> Iterator[Entry]:
    """What happened in a further instance: what it began with is said by the name of its process."""
    definition = deployments.get_definition(session, instance.definition_id)
    for entry in _events(session, instance, labels, part):
        if entry.kind is EventKind.STARTED:
            yield replace(entry, label=definition.name, deployment_id=definition.deployment_id)
        else:
            yield entry


def _events(session: Session, instance: Instance, labels: Labels, part: _Part) -> Iterator[Entry]:
    """What people and timers did, each completion with its answers; changes by hand with old and new values."""
    events = part.events(session, instance.id)
    filled = [event for event in events if event.kind in FILLED_IN]
    tasks = {event.data.get("task") for event in filled if event.kind is EventKind.COMPLETED}
    numbers = {task for task in tasks if isinstance(task, int)}
    moments = {event.at for event in filled}
    submissions = history.submissions_with(session, instance.id, numbers, moments) if filled else []
    by_task = {submission.task_id: submission for submission in submissions if submission.task_id is not None}
    loose = {
        (submission.element, submission.at): submission for submission in submissions if submission.task_id is None
    }
    for event in events:
        task = event.data.get("task") if event.kind is EventKind.COMPLETED else None
        submission = by_task.get(task) if isinstance(task, int) else loose.get((event.element or "", event.at))
        submission = submission if event.kind in FILLED_IN else None
        data = dict(event.data)
        if event.kind is EventKind.CHANGED:
            data["changes"] = _changes(session, event)
        label, home = _label(labels, event.element, event.process)
        yield Entry(
            key=f"event-{event.id}",
            at=event.at,
            scheduled_at=event.scheduled_at or _scheduled(event),
            group=EVENTS[event.kind],
            kind=event.kind,
            element=event.element,
            label=label,
            deployment_id=home,
            actor=event.actor,
            process=event.process,
            reason=event.reason,
            form=submission.form if submission else None,
            form_digest=submission.form_digest if submission else None,
            answers=submission.answers if submission else None,
            data=data,
        )


MOST_CHANGES = 1000
"""Of so many variables that were written in one step a change by hand is looked for."""


def _changes(session: Session, change: history.Event) -> list[dict[str, Json]]:
    """The variables that an administrator changed by hand, with old and new value."""
    names = set(change.data.get("names", ()))
    kinds = (EventKind.VARIABLE,)
    after = history.of(session, change.instance_id, kinds=kinds, after=change.id, limit=MOST_CHANGES)
    return [
        {"name": event.data["name"], "old": event.data.get("old"), "new": event.data.get("new")}
        for event in after
        if event.at == change.at and event.data.get("name") in names
    ]


def _scheduled(event: history.Event) -> datetime | None:
    text = event.data.get("scheduled_at") if event.kind is EventKind.TIMER else None
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _notes(session: Session, case: DbCase, labels: Labels, part: _Part) -> Iterator[Entry]:
    for note in part.notes(session, case) if part.group != "contact" else ():
        label, home = _label(labels, note.element)
        yield Entry(
            key=f"note-{note.id}",
            at=note.at,
            scheduled_at=note.scheduled_at,
            group="form" if note.kind == comments.KIND else "system",
            kind=note.kind,
            element=note.element,
            label=label,
            deployment_id=home,
            actor=note.actor,
            data=note.data,
        )


def _letters(session: Session, case: DbCase) -> Iterator[Entry]:
    for letter in outbox.of_case(session, case):
        yield Entry(
            key=f"letter-{letter.id}",
            at=letter.sent_at or letter.written_at,
            group="contact",
            kind="letter",
            actor=SYSTEM.id,
            data={
                "letter": letter.id,
                "template": letter.template,
                "subject": letter.subject,
                "channel": letter.channel,
                "to": letter.recipient,
                "sent": letter.sent_at is not None,
            },
        )


def _documents(session: Session, case: DbCase, labels: Labels) -> Iterator[Entry]:
    for document in documents.of_case(session, case):
        label, home = _label(labels, document.element)
        yield Entry(
            key=f"document-{document.id}",
            at=document.uploaded_at,
            group="form",
            kind="document",
            element=document.element,
            label=label,
            deployment_id=home,
            actor=document.uploaded_by,
            data=documents.as_value(document),
        )
