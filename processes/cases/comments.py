"""Comments on a case: plain words of whoever may see it, kept for ever in its timeline."""

from collections.abc import Iterable

from sqlalchemy import select

from engine import Actor, Json, Session, is_blank
from processes.cases import documents, entries, telling
from processes.cases.file_types import Checked
from processes.cases.schema import DbCase, DbCaseEntry
from processes.errors import CommentEmpty, CommentTooLong
from processes.settings import Settings

KIND = "comment"

MOST_SIGNS = 4000
"""The length of one comment."""

MOST_KEY = 40


def write(
    session: Session,
    settings: Settings,
    case: DbCase,
    text: str,
    *,
    by: Actor,
    once: str = "",
    element: str | None = None,
    files: Iterable[Checked] = (),
) -> int:
    """Write a comment into the timeline of a case; the same one sent twice is kept once. Gives its number.

    The owner of the case and those who have a task in it are told.

    Args:
        session: of the transaction that keeps it.
        settings: for the notices.
        case: one that the writer may see, which the caller has checked.
        text: taken as plain text, whatever stands in it.
        by: the writer.
        once: what the page gave this comment, so that a second press of the button is known; empty for none.
        element: the step at which it was written, if at one.
        files: what comes along; they are documents of the case from then on.

    CommentEmpty, CommentTooLong, FileRefused, CaseErased.
    """
    text = "\n".join(line.rstrip() for line in text.replace("\0", "").splitlines()).strip()
    if is_blank(text):
        raise CommentEmpty
    if len(text) > MOST_SIGNS:
        raise CommentTooLong(signs=len(text), most=MOST_SIGNS)
    once = once[:MOST_KEY]
    # who presses twice sends both at the same time: the second waits until the first is kept; and for who erases it
    session.execute(select(DbCase.id).where(DbCase.id == case.id).with_for_update(key_share=True))
    if once:
        before = _find(session, case, by, once)
        if before is not None:
            return before
    entries.refuse_erased(session, case)
    kept = [
        documents.as_value(
            documents.store(
                session,
                file,
                by=by,
                settings=settings,
                case=case,
                element=element,
                source=documents.Source.COMMENT,
            )
        )
        for file in files
    ]
    data: dict[str, Json] = {"text": text, "once": once} | ({"files": kept} if kept else {})
    entry = entries.note_numbered(session, case, KIND, by=by, element=element, data=data)
    telling.tell_those_at_work(session, case, KIND, by=by, data={"entry": entry})
    return entry


def _find(session: Session, case: DbCase, by: Actor, once: str) -> int | None:
    query = select(DbCaseEntry.id, DbCaseEntry.data).where(
        DbCaseEntry.case_id == case.id, DbCaseEntry.kind == KIND, DbCaseEntry.actor == by.id
    )
    return next((number for number, data in session.execute(query) if data.get("once") == once), None)
