"""The whole case file as one PDF: what the case is, everything that happened, its letters, documents and diagrams."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from engine import Session, deployments
from processes.cases import documents, outbox, register
from processes.cases.schema import DbCase, DbDocument
from processes.cases.timeline import Entry, timeline
from processes.clock.calendar import WorkingCalendar
from processes.letters.printed import paragraphs
from processes.paper import printing
from processes.paper.model import (
    PICTURES,
    Event,
    Facts,
    Grid,
    Heading,
    Pages,
    Paper,
    Paragraph,
    Part,
    Picture,
    Timeline,
)
from processes.procedures.terms import house_of
from web.cases import cards, looks, papers
from web.cases.files import PDF, pdf
from web.cases.timeline import Forms, items
from web.cases.to_do import open_items
from web.cases.ways import Ways, ways_of
from web.diagrams import drawings
from web.diagrams.labels import title_of
from web.diagrams.picture import pictures
from web.diagrams.walk import Walk, draw
from web.filling import contacts, submission
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.parts import Badge
from web.shell.people import beside, names
from web.shell.words import STATES, word

blueprint = Blueprint("case_file", __name__)

MOST_BYTES = 40 * 1024 * 1024
"""Of the documents that come along; those beyond it stand in the list alone."""
MOST_PAGES = 100
"""Of each PDF that comes along."""


@dataclass
class Room:
    """How much may still come along."""

    left: int = MOST_BYTES

    def takes(self, size: int) -> bool:
        """Whether there is room for it; then it is taken."""
        if size > self.left:
            return False
        self.left -= size
        return True


@blueprint.get("/cases/<number>/file.pdf")
def case_file(number: str) -> Response:
    """Everything that the reader may see of a case; read at one moment, typeset after that."""
    with here.reading() as session:
        found = register.get_case(session, number, here.actor())
        looks.seen(session, found, "file")
        paper = _paper(session, found, here.kesu().office.calendar(session), here.now())
    return pdf(printing.typeset(paper), f"{paper.number}.pdf")


def _paper(session: Session, found: DbCase, calendar: WorkingCalendar, now: datetime) -> Paper:
    contacts.look(session, found)
    known = cards.know(session, found, names(session))
    ways = ways_of(session, found)
    at = dates.record_text(now, here.zone())
    parts = [
        *_head(known),
        Heading(_("Deadlines")),
        Facts(list(_clocks(known, calendar, now))),
        Heading(_("Everything that happened")),
        Timeline([*_events(known, ways), *_open(known, ways)]),
        *_letters(session, found),
        *_documents(known),
        *(part for way in ways.every[::-1] for part in _diagrams(known, way.walk, calendar, now)),
    ]
    remark = _("as of %(at)s, for %(who)s", at=at, who=here.me().name)
    title = _("Case file %(number)s", number=found.number)
    return sheet(known, title, parts, subtitle=known.words.title(found), remark=remark)


def sheet(known: cards.Known, title: str, parts: Sequence[Part], *, subtitle: str = "", remark: str = "") -> Paper:
    """A paper of the house about a case, in the reader's language."""
    return Paper(
        title=title,
        subtitle=subtitle,
        language=language.current(),
        sender=house_of(here.kesu().settings, known.words.procedure, language.current()),
        number=known.case.number,
        remark=remark,
        parts=parts,
    )


def _head(known: cards.Known) -> Iterator[Part]:
    case, said, zone = known.case, known.words, here.zone()
    rows = [
        (_("Procedure"), said.name),
        (_("State"), word(STATES, case.status)),
        (_("Phase"), said.phase(case.phase) if case.closed_at is None else ""),
        (_("Severity"), said.severity(case.severity)),
        (_("Received"), dates.record_text(case.received_at, zone)),
        (_("Registered"), dates.record_text(case.opened_at, zone)),
        (_("Closed"), dates.record_text(case.closed_at, zone) if case.closed_at is not None else ""),
    ]
    yield Facts([(label, text) for label, text in rows if text])
    yield Heading(_("Summary"))
    yield Facts(cards.summary(known))
    if case.description:
        yield Paragraph(case.description)
    yield Heading(_("People"), level=2)
    yield Facts(cards.people(known))


def _clocks(known: cards.Known, calendar: WorkingCalendar, now: datetime) -> Iterator[tuple[str, str]]:
    for clock in [*cards.clock_cards(known, calendar, now), *cards.past_clock_cards(known)]:
        badge = [clock.badge.text] if isinstance(clock.badge, Badge) else []
        yield clock.label, "\n".join([clock.title, *badge, *clock.lines, clock.state])


def _events(known: cards.Known, ways: Ways) -> Iterator[Event]:
    found = Forms(known.session, ways.homes)
    entries = timeline(known.session, known.case, newest_first=False)
    for entry, item in zip(entries, items(entries, known.names, None, known.variables), strict=True):
        when = dates.record_text(entry.at, here.zone())
        yield Event(when, item.title, item.who, item.text, answers(entry, found, known))


def answers(entry: Entry, found: Forms, known: cards.Known) -> Sequence[tuple[str, str]]:
    """What was filled in, as labels and texts; empty for an entry without a form."""
    form = found.find(entry.form, entry.form_digest) if entry.answers else None
    if form is None or not entry.answers:
        return ()
    said = submission.answer_texts(
        form, submission.with_names(entry.answers, known.names.people), variables=known.variables
    )
    return [(each.label, each.text) for each in said]


def _open(known: cards.Known, ways: Ways) -> Iterator[Event]:
    """What is open at this moment."""
    for item in open_items(ways.tasks, known.names):
        yield Event(_("open"), item.title, item.who, item.text)


def _letters(session: Session, case: DbCase) -> Iterator[Part]:
    for place, letter in enumerate(outbox.of_case(session, case)):
        if place == 0:
            yield Heading(_("Letters"), new_page=True)
        yield Heading(letter.subject, level=2)
        sent = dates.record_text(letter.sent_at, here.zone()) if letter.sent_at else _("not sent yet")
        yield Paragraph(f"{contacts.recipient(letter.recipient)} · {papers.way_of(letter)} · {sent}", "small")
        yield from paragraphs(letter)


def _documents(known: cards.Known) -> Iterator[Part]:
    every = papers.listed(known.session, known.case, known.names)[::-1]
    if not every:
        return
    yield Heading(_("Documents"), new_page=True)
    yield Grid(
        head=[_("Document"), _("From"), _("By"), _("At"), "SHA-256"],
        rows=[[each.name, each.said, each.who, f"{each.when}\n{each.size}", each.digest] for each in every],
        widths=(3, 1.6, 1.4, 2, 3),
    )
    room = Room()
    for document in documents.of_case(known.session, known.case):
        if document.type not in PICTURES and document.type != PDF:
            continue
        if not room.takes(document.size):
            yield Paragraph(_("Too large for the file, only in the list: %(name)s", name=document.name), "small")
        else:
            yield _shown(document)


def _shown(document: DbDocument) -> Part:
    """A document as it looks; its content is read now."""
    if document.type == PDF:
        return Pages(document.content, document.name, most=MOST_PAGES)
    return Picture(document.content, document.type, document.name, most_height=180)


def _diagrams(known: cards.Known, seen: Walk, calendar: WorkingCalendar, now: datetime) -> Iterator[Part]:
    """Each process that the case has walked through, with its way; large ones whole and in parts."""
    for process in seen.visited:
        home = seen.drawing.homes[process.key]
        content = deployments.get_resource(known.session, home, process.file)
        content = drawings.translated(content, language.current(), home)
        diagram = draw(seen, process.key, known.names, now, calendar)
        views = pictures(content, diagram)
        for place, view in enumerate(views):
            named = beside(title_of(process, home), f"{place}/{len(views) - 1}" if place else "")
            caption = _("Diagram: %(name)s", name=named)
            yield Picture(view, "image/svg+xml", caption, own_page=True)
