"""Telling people of a case: a notice to each of them, the right to open it, a line in its record that says when."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine import Actor, Call, Json, Session, StepResult, TaskItem, TaskStatus, queries
from engine.errors import VariablesRefused
from processes.cases import access, notices, readership
from processes.cases.entries import note, note_with
from processes.cases.held import held_of, row_of
from processes.cases.schema import DbCase

WITHHELD = "withheld"
"""The notice that there is something in a case which the reader may not see."""

LONGEST = 60
"""So many signs has the name of a group at most."""

OWNER = "owner"
"""Stands for whoever answers for the case: its owner or, before it is taken over, who registered it."""


def tell(
    session: Session,
    case: DbCase,
    kind: str,
    whom: Iterable[str],
    *,
    by: Actor,
    element: str | None = None,
    data: Mapping[str, Json] | None = None,
    scheduled_at: datetime | None = None,
    people: Iterable[str | None] = (),
    task: TaskItem | None = None,
    clock: str | None = None,
    step: Call | StepResult | None = None,
) -> None:
    """Tell units, roles and the owner of something, all at the moment of the step.

    Args:
        session: of the step.
        case: which they may open from now on.
        kind: of the line in the case's record and of the notice.
        whom: groups; `owner` stands for who answers for the case. Of a private case those that neither read it nor have
            work there are told that there is something, and not of which case.
        by: who causes it.
        element: the step.
        data: what the sentence needs.
        scheduled_at: when it should have happened.
        people: further logins; none is left out.
        task: which task it is about; that is told of a task once.
        clock: which clock of the case it is about.
        step: that works for the case: it is written with all else that the step changes of it.

    Raises VariablesRefused for a name that is none.
    """
    whom = list(dict.fromkeys(whom))
    named = [name for name in whom if name != OWNER]
    if too_long := next((name for name in named if len(name) > LONGEST), None):
        raise VariablesRefused(name=f"to: {too_long[:LONGEST]}…", problem=f"it is longer than {LONGEST} signs")
    groups = access.readers_among(session, case, named)
    answers = case.owner or case.opened_by
    told: dict[str, Json] = {**(data or {}), "to": whom, "owner": answers if OWNER in whom else None}
    withheld = [name for name in named if name not in groups]
    hint: dict[str, Json] = {"procedure": dict(readership.named(session, case)), "of": kind}
    persons = [*people, answers if OWNER in whom else None]

    def write() -> None:
        access.admit(session, case, groups=groups)
        notices.tell(
            session,
            kind,
            by=by,
            people=persons,
            groups=groups,
            case_id=row_of(session, case),
            task=task,
            clock=clock,
            data=data,
            mail=True,
        )
        notices.tell(session, WITHHELD, by=by, groups=withheld, data=hint, mail=True)

    held = None if step is None else held_of(step)
    if step is not None and held is not None and held.case is case and task is None:
        note_with(session, step, case, kind, by=by, element=element, data=told, scheduled_at=scheduled_at)
        held.later.append(write)
        return
    task_id = task.id if task is not None else None
    note(session, case, kind, by=by, element=element, data=told, scheduled_at=scheduled_at, task_id=task_id)
    write()


def tell_those_at_work(
    session: Session, case: DbCase, kind: str, *, by: Actor, data: Mapping[str, Json] | None = None
) -> None:
    """Tell the owner of a case and whoever has an open task of it, by a notice alone."""
    busy = queries.tasks_of(session, case.instance_id, TaskStatus.OPEN)
    people = [case.owner, *(task.assignee for task in busy)]
    notices.tell(session, kind, by=by, people=people, case_id=case.id, data=data)
