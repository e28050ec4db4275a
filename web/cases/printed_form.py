"""A form that was filled in, on the paper of the house: its answers, and the signatures that were drawn."""

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response

from engine import Json
from engine.errors import NotFound
from processes.cases import register
from processes.cases.schema import DbDocument
from processes.cases.timeline import Entry, timeline
from processes.paper import printing
from processes.paper.model import PICTURES, Facts, Paper, Part, Signature, Signatures
from web.cases import cards, case_file, looks
from web.cases.files import pdf
from web.cases.timeline import Forms, items
from web.cases.ways import ways_of
from web.filling import contacts
from web.shell import dates, here
from web.shell.language import gettext as _
from web.shell.people import names

blueprint = Blueprint("printed_form", __name__)


@blueprint.get("/cases/<number>/forms/<entry_key>.pdf")
def printed(number: str, entry_key: str) -> Response:
    """The form of an entry of the timeline; read at one moment, typeset after that."""
    with here.reading() as session:
        found = register.get_case(session, number, here.actor())
        entry = next((each for each in timeline(session, found) if each.key == entry_key and each.answers), None)
        if entry is None:
            raise NotFound(what="form", key=entry_key)
        looks.seen(session, found, "form", entry.label)
        contacts.look(session, found)
        paper = _paper(cards.know(session, found, names(session)), entry)
    return pdf(printing.typeset(paper), f"{paper.number}-{entry_key}.pdf")


def _paper(known: cards.Known, entry: Entry) -> Paper:
    forms = Forms(known.session, ways_of(known.session, known.case).homes)
    (item,) = items([entry], known.names, None, known.variables)
    given = [(_("By"), item.who), (_("At"), dates.record_text(entry.at, here.zone()))]
    parts: list[Part] = [Facts([*given, *case_file.answers(entry, forms, known)])]
    boxes = list(_drawn(known, entry.answers))
    if boxes:
        parts.append(Signatures(boxes))
    return case_file.sheet(known, item.title, parts, subtitle=known.case.title)


def _drawn(known: cards.Known, value: Json) -> Iterator[Signature]:
    """The signatures that were drawn, wherever in the answers."""
    if isinstance(value, Mapping):
        file = value.get("file")
        if {"kind", "by", "at"} <= value.keys() and isinstance(file, Mapping):
            yield from _box(known, value, int(file["id"]))
        else:
            for each in value.values():
                yield from _drawn(known, each)
    elif isinstance(value, list):
        for each in value:
            yield from _drawn(known, each)


def _box(known: cards.Known, value: Mapping[str, Json], number: int) -> Iterator[Signature]:
    document = known.session.get(DbDocument, number)
    if document is not None and document.case_id == known.case.id and document.type in PICTURES:
        yield Signature(
            label=_("Signature"),
            name=known.names.person(str(value["by"])),
            picture=document.content,
            picture_type=document.type,
            at=str(value["at"])[:16].replace("T", " "),
        )
