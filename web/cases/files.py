"""Documents and letters of cases, to those who may see the case."""

from urllib.parse import quote

from flask import Blueprint, Response
from sqlalchemy import select

from engine import Session
from engine.errors import NotFound
from processes import procedures
from processes.cases import access, documents
from processes.cases.schema import DbCase, DbDocument
from processes.letters import printed
from processes.letters.schema import DbLetter
from processes.paper import printing
from web.cases import looks
from web.shell import here, language

blueprint = Blueprint("files", __name__)

PDF = "application/pdf"
SHOWN = frozenset({PDF, "image/jpeg", "image/png", "image/gif", "image/webp"})
"""Kinds that a browser may show in its window; everything else is saved."""
SEALED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
"""Nothing in a document can run or reach anything."""


@blueprint.get("/files/<int:document_id>")
def download(document_id: int) -> Response:
    """A document as it came."""
    with here.reading() as session:
        document = _document(session, document_id)
        return _file(document.content, document.type, document.name)


@blueprint.get("/files/<int:document_id>/preview.png")
def preview(document_id: int) -> Response:
    """The first pages of a PDF as a picture, made by a process of its own: nothing of the file is opened here."""
    with here.reading() as session:
        document = _document(session, document_id)
        name, content, kind = document.name, document.content, document.type
    if kind != PDF:
        raise NotFound(what="preview", key=document_id)
    return _file(printing.preview(name, content, kind, language.current()), "image/png", "preview.png")


@blueprint.get("/letters/<int:letter_id>")
def letter(letter_id: int) -> Response:
    """A letter as the customer got it."""
    with here.reading() as session:
        return sealed(_letter(session, letter_id)[0].html)


@blueprint.get("/letters/<int:letter_id>.pdf")
def printed_letter(letter_id: int) -> Response:
    """A letter on the paper of the house, to be printed."""
    with here.reading() as session:
        found, case = _letter(session, letter_id)
        paper = printed.paper_of(
            found, case.number, here.kesu().settings, procedures.of_instance(session, case.instance_id)
        )
    return pdf(printing.typeset(paper), f"{paper.number}-{letter_id}.pdf")


def _document(session: Session, document_id: int) -> DbDocument:
    """A document that the person may open; that it was looked at is written down. NotFound."""
    document = documents.get_document(session, document_id, here.actor())
    if document.case_id is not None:
        looks.seen(session, session.get(DbCase, document.case_id), "document", document.name)
    return document


def _letter(session: Session, letter_id: int) -> tuple[DbLetter, DbCase]:
    """A letter that the person may read, and its case; NotFound, the same for one that does not exist."""
    seen = access.visible_to(session, here.actor())
    query = select(DbLetter, DbCase).join(DbCase, DbCase.id == DbLetter.case_id).where(DbLetter.id == letter_id)
    row = session.execute(query.where(seen.condition), seen.given).one_or_none()
    if row is None:
        raise NotFound(what="letter", key=letter_id)
    found, case = row
    looks.seen(session, case, "letter", found.template)
    return found, case


def pdf(content: bytes, name: str) -> Response:
    """A PDF that the house has made."""
    return _file(content, PDF, name)


def sealed(html: str) -> Response:
    """A document in which nothing runs and which reaches nothing."""
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = SEALED
    return response


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    place = "inline" if kind in SHOWN else "attachment"
    response.headers["Content-Disposition"] = f"{place}; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = SEALED
    return response
