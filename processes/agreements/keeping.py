"""Agreements are frozen, signed and found again; nothing of them is ever changed."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import exists, func, select

from engine import Actor, Call, Json, Session
from engine.errors import NotFound
from processes.agreements.schema import DbAgreement, DbAgreementPaper, DbAgreementSigning
from processes.cases import documents, entries, register
from processes.cases.schema import DbCase, DbDocument
from processes.office import Office

OFFERED, SIGNED = "offered", "signed"


def newest(session: Session, instance_id: int) -> DbAgreement | None:
    """The agreement that an instance froze last."""
    query = select(DbAgreement).where(DbAgreement.instance_id == instance_id)
    return session.scalars(query.order_by(DbAgreement.id.desc()).limit(1)).one_or_none()


def of_key(session: Session, key: str) -> DbAgreement | None:
    """The agreement that a job has frozen already."""
    return session.scalars(select(DbAgreement).where(DbAgreement.key == key)).one_or_none()


def next_number(session: Session, case: DbCase | None, instance_id: int) -> str:
    """What the next agreement is called: the number of its case and a count over all rounds of it."""
    own = DbAgreement.instance_id == instance_id if case is None else DbAgreement.case_id == case.id
    count = session.scalar(select(func.count()).where(own)) or 0
    return f"{case.number if case is not None else f'A{instance_id}'}-{count + 1}"


def get(session: Session, instance_id: int) -> DbAgreement:
    """The same; NotFound where there is none."""
    agreement = newest(session, instance_id)
    if agreement is None:
        raise NotFound(what="agreement of instance", key=instance_id)
    return agreement


def keep_paper(
    session: Session, office: Office, call: Call, agreement: DbAgreement, *, kind: str, content: bytes
) -> None:
    """Keep a file that was made of an agreement among the documents of its case, with its own hash."""
    document = documents.store(
        session,
        documents.look(f"{agreement.number}-{kind}.pdf", content, office.settings),
        by=call.actor,
        settings=office.settings,
        case=session.get(DbCase, agreement.case_id) if agreement.case_id is not None else None,
        element=call.element.id,
        source=documents.Source.AGREEMENT,
    )
    sha256, at = document.sha256, call.now
    session.add(DbAgreementPaper(agreement_id=agreement.id, kind=kind, sha256=sha256, document_id=document.id, at=at))
    session.flush()


def has_paper(session: Session, agreement: DbAgreement, kind: str) -> bool:
    """Whether a file of that kind was made of an agreement."""
    wanted = (DbAgreementPaper.agreement_id == agreement.id) & (DbAgreementPaper.kind == kind)
    return session.scalar(select(exists().where(wanted))) or False


def paper_of(session: Session, agreement: DbAgreement, kind: str) -> DbDocument:
    """The file of that kind that was made of an agreement."""
    query = select(DbDocument).join(DbAgreementPaper, DbAgreementPaper.document_id == DbDocument.id)
    wanted = (DbAgreementPaper.agreement_id == agreement.id) & (DbAgreementPaper.kind == kind)
    return session.scalars(query.where(wanted)).one()


def content_of(session: Session, file: Mapping[str, Json]) -> bytes:
    """The bytes of a file that answers name; NotFound where they are not those that were named."""
    document = session.get(DbDocument, file["id"])
    if document is None or hashlib.sha256(document.content).hexdigest() != file["sha256"]:
        raise NotFound(what="document", key=str(file["id"]))
    return document.content


def sign(
    session: Session, agreement: DbAgreement, way: str, data: Mapping[str, Json], *, by: Actor, at: datetime
) -> DbAgreementSigning:
    """Write down that both sides have signed; the database lets it happen once."""
    signing = DbAgreementSigning(agreement_id=agreement.id, way=way, data=dict(data), at=at, by=by.id)
    session.add(signing)
    session.flush()
    return signing


def note(session: Session, instance_id: int, kind: str, *, by: Actor, element: str, data: Mapping[str, Json]) -> None:
    """A line in the record of the case, where there is one."""
    case = register.find_of_instance(session, instance_id)
    if case is not None:
        entries.note(session, case, kind, by=by, element=element, data=data)
