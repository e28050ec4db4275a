"""Everything that is a file of a case in one list: uploads, signatures, letters, papers made by the house."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import SYSTEM, Session
from engine.errors import NotFound
from forms import size_text
from processes.cases import access, documents, entries, outbox, register
from processes.cases.documents import Source
from processes.cases.schema import DbCase, DbDocument
from processes.errors import CaseErased, FileRefused
from processes.letters.schema import DbLetter
from web.cases import looks
from web.filling import submission
from web.shell import dates, errors, here
from web.shell.language import gettext as _
from web.shell.pages import ask, show
from web.shell.parts import Badge, Choice, Confirm, File
from web.shell.people import Names, joined, names
from web.shell.words import MANNERS, N_, word

blueprint = Blueprint("papers", __name__, url_prefix="/cases/<number>/documents")

LETTER = "letter"
SOURCES: Mapping[str, str] = {
    Source.FORM: N_("from a form"),
    Source.ADDED: N_("attached"),
    Source.COMMENT: N_("with a comment"),
    Source.SIGNATURE: N_("signature"),
    Source.AGREEMENT: N_("agreement"),
    LETTER: N_("letter"),
}
"""Where a file of a case came from, in the order of the filter."""

TEXTS = frozenset({"text/plain", "text/csv", "message/rfc822"})
MOST_SIGNS = 100_000
"""Of a text that is looked at in the page."""


@dataclass(frozen=True)
class Listed:
    """A file of a case, as it stands in the list."""

    name: str
    ending: str
    """Three or four letters."""
    source: str
    """A key of `SOURCES`."""
    said: str
    """Where it came from, in words."""
    who: str
    at: datetime
    when: str
    size: str
    digest: str
    address: str
    badge: Badge | None = None
    printed: str = ""
    """Where it is as a PDF, if it is none."""

    @property
    def as_file(self) -> File:
        """In short, for a card."""
        meta = " · ".join(part for part in (self.said, self.who, self.when, self.size) if part)
        return File(self.ending, self.name, self.address, f"{meta} · SHA-256 {self.digest[:8]}…", self.badge)


def listed(session: Session, case: DbCase, called: Names) -> list[Listed]:
    """All files of a case, the newest first; the caller has checked that it may be seen."""
    found = [_document(each, case, called) for each in documents.of_case(session, case)]
    found += [_letter(each, called) for each in outbox.of_case(session, case)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def may_add(session: Session, case: DbCase) -> bool:
    """Whether the person may attach something: whoever works or has worked on the case, until it is erased."""
    return access.works_on(session, here.actor(), case) and not entries.is_erased(session, case)


def way_of(letter: DbLetter) -> str:
    """How a letter goes, in words."""
    return word(MANNERS, letter.channel)


@blueprint.get("")
def list_papers(number: str) -> Response:
    """The list, all or of one kind."""
    with here.reading() as session:
        case = register.get_case(session, number, here.actor())
        looks.seen(session, case, "papers")
        every = listed(session, case, names(session))
        counted = Counter(each.source for each in every)
        kind = request.args.get("kind", "")
        kind = kind if kind in counted else ""

        def address(chosen: str | None) -> str:
            return url_for("papers.list_papers", number=case.number, kind=chosen)

        kinds = [Choice(_("All"), address(None), not kind, len(every))]
        kinds += [
            Choice(word(SOURCES, key), address(key), key == kind, counted[key]) for key in SOURCES if counted[key]
        ]
        return show(
            "papers.html",
            active="cases",
            case=case,
            kinds=kinds if len(counted) > 1 else [],
            papers=[each for each in every if kind in ("", each.source)],
            may_add=may_add(session, case),
        )


@blueprint.get("/<int:document_id>")
def paper(number: str, document_id: int) -> Response:
    """One document: what it is, and how it looks where that can be shown."""
    with here.reading() as session:
        case, document = _find(session, number, document_id)
        looks.seen(session, case, "document", document.name)
        text = _readable(document.content) if document.type in TEXTS else ""
        return show(
            "paper.html",
            active="cases",
            case=case,
            paper=_document(document, case, names(session)),
            download=url_for("files.download", document_id=document.id),
            picture=_picture(document),
            text=text[:MOST_SIGNS],
            shortened=len(text) > MOST_SIGNS,
        )


@blueprint.get("/add")
def form(number: str) -> Response:
    """Where files are attached."""
    with here.reading() as session:
        return ask(_asking(_mine(session, number)), active="cases")


@blueprint.post("/add")
def add(number: str) -> BaseResponse:
    """Keep files in the case; the same file of the same person once."""
    try:
        sent = submission.uploads("files")
        with here.transaction() as session:
            case = _mine(session, number)
            documents.add(session, here.kesu().settings, case, sent, by=here.actor())
            back = url_for("cases.case", number=case.number, _anchor="documents")
    except (CaseErased, FileRefused) as error:
        return _again(number, errors.explain(error))
    if not sent:
        return _again(number, _("Choose a file first."))
    flash(_("Attached to %(number)s.", number=number))
    return redirect(back, 303)


def _again(number: str, problem: str) -> Response:
    with here.reading() as session:
        return ask(_asking(_mine(session, number), problem), active="cases", status=422)


def _mine(session: Session, number: str) -> DbCase:
    """The case; NotFound for one to which the person may not attach anything."""
    case = register.get_case(session, number, here.actor())
    if not may_add(session, case):
        raise NotFound(what="case", key=number)
    return case


def _find(session: Session, number: str, document_id: int) -> tuple[DbCase, DbDocument]:
    case = register.get_case(session, number, here.actor())
    document = documents.get_document(session, document_id, here.actor())
    if document.case_id != case.id:
        raise NotFound(what="document", key=document_id)
    return case, document


def _asking(case: DbCase, problem: str = "") -> Confirm:
    settings = here.kesu().settings
    return Confirm(
        title=_("Attach files to %(number)s", number=case.number),
        text=_("All who may see the case can open them. They cannot be changed or taken back."),
        address=url_for("papers.add", number=case.number),
        act=_("Attach"),
        leave=_("Leave it"),
        back=url_for("cases.case", number=case.number, _anchor="documents"),
        reason=False,
        fields=[
            {
                "name": "files",
                "label": _("Files"),
                "type": "file",
                "help": _("At most %(size)s each.", size=size_text(settings.max_file_bytes)),
            }
        ],
        icon="paperclip",
        problem=problem,
    )


def _document(document: DbDocument, case: DbCase, called: Names) -> Listed:
    zone = here.zone()
    return Listed(
        name=document.name,
        ending=document.name.rpartition(".")[2][:4].upper(),
        source=document.source,
        said=word(SOURCES, document.source),
        who=called.person(document.uploaded_by),
        at=document.uploaded_at,
        when=dates.record_text(document.uploaded_at, zone),
        size=size_text(document.size),
        digest=document.sha256,
        address=url_for("papers.paper", number=case.number, document_id=document.id),
    )


def _letter(letter: DbLetter, called: Names) -> Listed:
    content, at = letter.html.encode(), letter.sent_at or letter.written_at
    by = (letter.receipt or "").removeprefix("by ") if (letter.receipt or "").startswith("by ") else SYSTEM.id
    return Listed(
        name=letter.subject,
        ending="TXT",
        source=LETTER,
        said=joined([word(SOURCES, LETTER), way_of(letter)]),
        who=called.person(by),
        at=at,
        when=dates.record_text(at, here.zone()),
        size=size_text(len(content)),
        digest=hashlib.sha256(content).hexdigest(),
        address=url_for("files.letter", letter_id=letter.id),
        badge=Badge(_("sent"), "good", "circle-check") if letter.sent_at else Badge(_("waiting"), "", "clock"),
        printed=url_for("files.printed_letter", letter_id=letter.id),
    )


def _picture(document: DbDocument) -> str:
    """Where it is as a picture; empty where it cannot be one."""
    if document.type.startswith("image/"):
        return url_for("files.download", document_id=document.id)
    return url_for("files.preview", document_id=document.id) if document.type == "application/pdf" else ""


def _readable(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
