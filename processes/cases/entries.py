"""The record of a case: lines that the database never lets anybody change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from engine import Actor, Call, Json, Prepared, Session, StepResult, now
from processes.cases.held import LINES, held_of, row_of
from processes.cases.schema import DbCase, DbCaseEntry
from processes.errors import CaseErased

ERASED = "erased"
"""The line in the record of a case whose content was taken out on request."""

_ERASED = Prepared(
    select(DbCaseEntry.id).where(DbCaseEntry.case_id == bindparam("of"), DbCaseEntry.kind == ERASED).limit(1)
)
_NOTE = Prepared(insert(DbCaseEntry).returning(DbCaseEntry.id))


def note(
    session: Session,
    case: DbCase,
    kind: str,
    *,
    by: Actor,
    element: str | None = None,
    data: Mapping[str, Json] | None = None,
    scheduled_at: datetime | None = None,
    task_id: int | None = None,
) -> None:
    """Gather a line for the case's own record, which the database never lets anybody change."""
    line = _line(session, kind, by, element, data) | {"case_id": row_of(session, case), "task_id": task_id}
    session.gathered.add(LINES, [line | {"scheduled_at": scheduled_at}])


def note_numbered(
    session: Session, case: DbCase, kind: str, *, by: Actor, element: str | None, data: Mapping[str, Json]
) -> int:
    """Write it at once; its number."""
    line = _line(session, kind, by, element, data) | {"case_id": row_of(session, case)}
    ((number,),) = _NOTE.rows(session.connection(), line)
    return int(number)


def is_erased(session: Session, case: DbCase) -> bool:
    """Whether the content of a case was taken out on request."""
    return case.status != "open" and bool(_ERASED.rows(session.connection(), {"of": case.id}))


def refuse_erased(session: Session, case: DbCase) -> None:
    """CaseErased for a case to which nothing is added any more, since it would stay there."""
    if is_erased(session, case):
        raise CaseErased(number=case.number)


def note_with(
    session: Session,
    step: Call | StepResult,
    case: DbCase,
    kind: str,
    *,
    by: Actor,
    element: str | None = None,
    data: Mapping[str, Json] | None = None,
    scheduled_at: datetime | None = None,
) -> None:
    """The same, together with all else that a step changes of its case."""
    held = held_of(step)
    if held is None or held.case is not case:
        note(session, case, kind, by=by, element=element, data=data, scheduled_at=scheduled_at)
        return
    held.lines.append(_line(session, kind, by, element, data) | {"scheduled_at": scheduled_at})


def note_each(
    session: Session,
    kind: str,
    told: Mapping[int, Mapping[str, Json]],
    *,
    by: Actor,
    element: str | None = None,
) -> None:
    """Gather a line of one kind for each of some cases, by the number of its row."""
    rows = [{**_line(session, kind, by, element, data), "case_id": number} for number, data in told.items()]
    session.gathered.add(LINES, rows)


def _line(
    session: Session, kind: str, by: Actor, element: str | None, data: Mapping[str, Json] | None
) -> dict[str, Any]:
    return {
        "task_id": None,
        "at": now(session),
        "scheduled_at": None,
        "kind": kind,
        "element": element,
        "actor": by.id,
        "data": dict(data or {}),
    }
