"""The documents of a case: kept as they came, shown to those who may see the case."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select

from engine import Actor, Json, Prepared, Session, now
from engine.errors import NotFound
from processes.cases import access, entries, telling
from processes.cases.file_types import Checked, check
from processes.cases.held import row_of
from processes.cases.schema import DbCase, DbDocument
from processes.errors import FileRefused
from processes.people.schema import DbPerson
from processes.settings import Settings

Drafts = Callable[[Session, Collection[str]], Iterable[Json]]
"""What some people have filled in and not handed in yet."""


class Source(StrEnum):
    """Where a document came from."""

    FORM = "form"
    """Uploaded in a field of a form."""
    SIGNATURE = "signature"
    """Drawn by hand in a form."""
    COMMENT = "comment"
    """Came along with a comment."""
    ADDED = "added"
    """Attached to the case by itself."""
    AGREEMENT = "agreement"
    """An agreement made by the house, or a signed copy of it."""


TOO_MANY = "the case has too many documents"

TOLD = "attached"
"""The kind of the notice that files were attached."""


def look(name: str, content: bytes, settings: Settings) -> Checked:
    """A file as it may be kept; FileRefused when it is too large, not what its name says, or of a kind not taken.

    Outside of a transaction: it looks at every byte.
    """
    return check(name, content, allowed=settings.file_types, most_bytes=settings.max_file_bytes)


def store(
    session: Session,
    file: Checked,
    *,
    by: Actor,
    settings: Settings,
    case: DbCase | None = None,
    element: str | None = None,
    source: Source = Source.FORM,
) -> DbDocument:
    """Keep a file that was looked at; FileRefused when the case would have too many.

    Args:
        session: of the transaction that keeps it.
        file: as `look` gave it.
        by: who brings it and may see it as long as it belongs to no case.
        settings: with the limits.
        case: None for what is brought before a case is opened.
        element: the step at which it is brought.
        source: in which way it comes.
    """
    # whoever brings another one at the same time waits here, so that both are counted
    _wait(session, case, by)
    owned = DbDocument.case_id == case.id if case is not None else _loose(by)
    if _size(session, owned) + len(file.content) > settings.max_case_bytes:
        raise FileRefused(name=file.name, why=TOO_MANY)
    document = DbDocument(
        case_id=case.id if case is not None else None,
        name=file.name,
        type=file.type,
        size=len(file.content),
        sha256=file.sha256,
        content=file.content,
        uploaded_by=by.id,
        uploaded_at=now(session),
        element=element,
        source=source.value,
    )
    session.add(document)
    session.flush()
    return document


def add(session: Session, settings: Settings, case: DbCase, files: Iterable[Checked], *, by: Actor) -> list[DbDocument]:
    """Attach files to a case and tell who works on it; the new ones. FileRefused: none is kept. CaseErased.

    One that the person has attached already is not kept twice.
    """
    # who presses twice sends both at the same time: the second waits here until the first is kept
    _wait(session, case, by)
    entries.refuse_erased(session, case)
    mine = (DbDocument.case_id == case.id) & (DbDocument.source == Source.ADDED.value)
    known = set(session.scalars(select(DbDocument.sha256).where(mine, DbDocument.uploaded_by == by.id)))
    added = [
        store(session, file, by=by, settings=settings, case=case, source=Source.ADDED)
        for file in files
        if file.sha256 not in known
    ]
    if added:
        telling.tell_those_at_work(session, case, TOLD, by=by)
    return added


def _wait(session: Session, case: DbCase | None, by: Actor) -> None:
    """Wait for whoever brings documents to the same case or, where there is none, for the same person."""
    if session.dialect == "sqlite":  # one writer in any case
        return
    if case is not None:
        session.execute(select(DbCase.id).where(DbCase.id == case.id).with_for_update(key_share=True))
    else:
        session.execute(select(DbPerson.login).where(DbPerson.login == by.id).with_for_update(key_share=True))


def get_document(session: Session, document_id: int, actor: Actor) -> DbDocument:
    """A document that the actor may see; NotFound, the same for one that does not exist.

    One statement, which reads nothing of one that is hidden: how long it takes would tell how large that is.
    """
    seen = access.visible_to(session, actor)
    may = or_(_loose(actor), DbDocument.case_id.is_not(None) & seen.condition)
    query = select(DbDocument).outerjoin(DbCase, DbCase.id == DbDocument.case_id)
    document = session.scalar(query.where(DbDocument.id == document_id, may), seen.given)
    if document is None:
        raise NotFound(what="document", key=document_id)
    return document


def of_case(session: Session, case: DbCase) -> list[DbDocument]:
    """The documents of a case, oldest first, without their content."""
    return list(session.scalars(_OF_CASE, {"of": case.id}))


_OF_CASE = select(DbDocument).where(DbDocument.case_id == bindparam("of")).order_by(DbDocument.id)


def as_value(document: DbDocument) -> dict[str, Json]:
    """How answers and variables name a document."""
    return {
        "id": document.id,
        "name": document.name,
        "size": document.size,
        "type": document.type,
        "sha256": document.sha256,
    }


def attach(session: Session, settings: Settings, case: DbCase, values: Json, by: Actor) -> int:
    """Give the case the loose documents of the actor that the values name; how many they were.

    A document of somebody else or of another case is left where it is, whatever the values say. FileRefused when the
    case would have too many.
    """
    named = _named(session, values, by)
    if not named:
        return 0
    size = sum(document.size for document in named)
    number = row_of(session, case)
    if _size(session, DbDocument.case_id == number) + size > settings.max_case_bytes:
        raise FileRefused(name=named[0].name, why=TOO_MANY)
    for document in named:
        document.case_id = number
    session.flush()
    return len(named)


def belong(session: Session, instance_id: int, values: Json, by: Actor) -> None:
    """Write down that an instance without a case needs the loose documents of the actor that the values name."""
    for document in _named(session, values, by):
        document.instance_id = instance_id
    session.flush()


def purge(session: Session, before: datetime, drafts: Drafts, *, most: int = 50) -> int:
    """Delete documents brought before a moment that no case, no process and no draft names; how many they were.

    They were uploaded in a form that was never handed in.
    """
    gone = forgotten(session, before, drafts, most=most)
    session.execute(delete(DbDocument).where(DbDocument.id.in_(gone)))
    return len(gone)


_LOOSE = Prepared(
    select(DbDocument.id, DbDocument.uploaded_by)
    .where(DbDocument.case_id.is_(None), DbDocument.instance_id.is_(None), DbDocument.uploaded_at < bindparam("before"))
    .order_by(DbDocument.id)
    .limit(bindparam("most"))
)


def forgotten(session: Session, before: datetime, drafts: Drafts, *, most: int = 50) -> list[int]:
    """The documents that `purge` would delete."""
    found = _LOOSE.rows(session.connection(), {"before": before, "most": most})
    kept = drafts(session, {uploaded_by for _, uploaded_by in found}) if found else []
    wanted = {file["id"] for values in kept for file in files_in(values)}
    return [number for number, _ in found if number not in wanted]


def files_in(values: Json) -> Iterator[dict[str, Json]]:
    """All files named anywhere in the values."""
    if isinstance(values, dict):
        if isinstance(values.get("id"), int) and isinstance(values.get("sha256"), str):
            yield values
        else:
            for value in values.values():
                if isinstance(value, dict | list):
                    yield from files_in(value)
    elif isinstance(values, list):
        for value in values:
            yield from files_in(value)


def _named(session: Session, values: Json, by: Actor) -> list[DbDocument]:
    """The loose documents of somebody that values name, rightly."""
    named = {found["id"]: found["sha256"] for found in files_in(values)}
    if not named:
        return []
    found = session.scalars(select(DbDocument).where(DbDocument.id.in_(named), _loose(by)))
    return [document for document in found if document.sha256 == named[document.id]]


def _size(session: Session, owned: ColumnElement[bool]) -> int:
    return session.scalar(select(func.coalesce(func.sum(DbDocument.size), 0)).where(owned)) or 0


def _loose(by: Actor) -> ColumnElement[bool]:
    return DbDocument.case_id.is_(None) & (DbDocument.uploaded_by == by.id)
