"""The documents of a case: kept as they came, shown to those who may see the case."""

import hashlib
from collections.abc import Iterable, Iterator
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from engine import Actor, Json, Session, now
from engine.errors import NotFound
from processes.cases import access, telling
from processes.cases.file_types import check
from processes.cases.schema import DbCase, DbDocument
from processes.errors import FileRefused
from processes.settings import Settings


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


TOLD = "attached"
"""The kind of the notice that files were attached."""


def store(
    session: Session,
    *,
    name: str,
    content: bytes,
    by: Actor,
    settings: Settings,
    case: DbCase | None = None,
    element: str | None = None,
    source: Source = Source.FORM,
) -> DbDocument:
    """Keep a file; FileRefused when it is too large, not what its name says, or of a kind that is not taken.

    Args:
        session: of the transaction that keeps it.
        name: as the sender calls it; paths and control characters are taken off.
        content: the bytes; what they are decides the type.
        by: who brings it and may see it as long as it belongs to no case.
        settings: with the limits.
        case: None for what is brought before a case is opened.
        element: the step at which it is brought.
        source: in which way it comes.
    """
    checked = check(name, content, allowed=settings.file_types, most_bytes=settings.max_file_bytes)
    owned = DbDocument.case_id == case.id if case is not None else _loose(by)
    used = session.scalar(select(func.coalesce(func.sum(DbDocument.size), 0)).where(owned)) or 0
    if used + len(content) > settings.max_case_bytes:
        raise FileRefused(name=checked.name, why="the case has too many documents")
    document = DbDocument(
        case_id=case.id if case is not None else None,
        name=checked.name,
        type=checked.type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        uploaded_by=by.id,
        uploaded_at=now(session),
        element=element,
        source=source.value,
    )
    session.add(document)
    session.flush()
    return document


def add(
    session: Session, settings: Settings, case: DbCase, files: Iterable[tuple[str, bytes]], *, by: Actor
) -> list[DbDocument]:
    """Attach files to a case, names and contents, and tell who works on it; the new ones. FileRefused: none is kept.

    One that the person has attached already is not kept twice.
    """
    # who presses twice sends both at the same time: the second waits here until the first is kept
    session.execute(select(DbCase.id).where(DbCase.id == case.id).with_for_update(key_share=True))
    mine = (DbDocument.case_id == case.id) & (DbDocument.source == Source.ADDED.value)
    known = set(session.scalars(select(DbDocument.sha256).where(mine, DbDocument.uploaded_by == by.id)))
    added = [
        store(session, name=name, content=content, by=by, settings=settings, case=case, source=Source.ADDED)
        for name, content in files
        if hashlib.sha256(content).hexdigest() not in known
    ]
    if added:
        telling.tell_those_at_work(session, case, TOLD, by=by)
    return added


def get_document(session: Session, document_id: int, actor: Actor) -> DbDocument:
    """A document that the actor may see; NotFound, the same for one that does not exist."""
    document = session.get(DbDocument, document_id)
    if document is None or not _may_see(session, document, actor):
        raise NotFound(what="document", key=document_id)
    return document


def of_case(session: Session, case: DbCase) -> list[DbDocument]:
    """The documents of a case, oldest first, without their content."""
    return list(session.scalars(select(DbDocument).where(DbDocument.case_id == case.id).order_by(DbDocument.id)))


def as_value(document: DbDocument) -> dict[str, Json]:
    """How answers and variables name a document."""
    return {
        "id": document.id,
        "name": document.name,
        "size": document.size,
        "type": document.type,
        "sha256": document.sha256,
    }


def attach(session: Session, case: DbCase, values: Json, by: Actor) -> int:
    """Give the case the loose documents of the actor that the values name; how many they were.

    A document of somebody else or of another case is left where it is, whatever the values say.
    """
    named = {found["id"]: found["sha256"] for found in files_in(values)}
    if not named:
        return 0
    attached = 0
    for document in session.scalars(select(DbDocument).where(DbDocument.id.in_(named), _loose(by))):
        if document.sha256 == named[document.id]:
            document.case_id = case.id
            attached += 1
    session.flush()
    return attached


def files_in(values: Json) -> Iterator[dict[str, Json]]:
    """All files named anywhere in the values."""
    if isinstance(values, dict):
        if isinstance(values.get("id"), int) and isinstance(values.get("sha256"), str):
            yield values
        else:
            for value in values.values():
                yield from files_in(value)
    elif isinstance(values, list):
        for value in values:
            yield from files_in(value)


def _loose(by: Actor) -> ColumnElement[bool]:
    return DbDocument.case_id.is_(None) & (DbDocument.uploaded_by == by.id)


def _may_see(session: Session, document: DbDocument, actor: Actor) -> bool:
    if document.case_id is None:
        return document.uploaded_by == actor.id
    case = session.get(DbCase, document.case_id)
    return case is not None and access.may_see(session, actor, case)
