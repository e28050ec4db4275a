"""Documents and letters of cases, to those who may see the case."""

from urllib.parse import quote

from flask import Blueprint, Response

from engine.errors import NotFound
from processes.cases import access, documents
from processes.cases.schema import DbCase
from processes.letters.schema import DbLetter
from web.shell import here

blueprint = Blueprint("files", __name__)

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"})
"""Kinds that a browser may show in its window; everything else is saved."""
SEALED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
"""Nothing in a document can run or reach anything."""


@blueprint.get("/files/<int:document_id>")
def download(document_id: int) -> Response:
    """A document as it came."""
    with here.reading() as session:
        document = documents.get_document(session, document_id, here.actor())
        return _file(document.content, document.type, document.name)


@blueprint.get("/letters/<int:letter_id>")
def letter(letter_id: int) -> Response:
    """A letter as the customer got it."""
    with here.reading() as session:
        found = session.get(DbLetter, letter_id)
        case = session.get(DbCase, found.case_id) if found is not None else None
        if found is None or case is None or not access.may_see(session, here.actor(), case):
            raise NotFound(what="letter", key=letter_id)
        return sealed(found.html)


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
