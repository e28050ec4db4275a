"""The catalogue of the procedures: what people read in diagrams and tables, and the translations of all their texts."""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from types import MappingProxyType
from typing import IO, Any

from babel.messages.pofile import read_po
from lxml import etree

FILE = "translations/{}.po"
"""Within a folder, by language."""

Found = tuple[int, str | None, str, list[str]]
"""As Babel takes it: the line, no function, the text, comments for the translator."""

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TECHNICAL = frozenset({"error", "escalation", "signal", "definitions", "collaboration", "property", "dataObject"})
"""Elements of a diagram whose names are for machines."""


def extract_bpmn(
    fileobj: IO[bytes],
    _keywords: Collection[str],
    _comment_tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001 - Babel names it
) -> Iterator[Found]:
    """The names of pools, lanes, elements, flows and messages and the notes; never the clauses in the documentation."""
    for node in _elements(fileobj):
        kind = etree.QName(node).localname
        if not str(node.tag).startswith(BPMN) or kind in TECHNICAL:
            continue
        yield from _found(_line(node), node.get("name"), f"{kind} {node.get('id')}")
        if kind == "textAnnotation":
            yield from _found(_line(node), node.findtext(f"{BPMN}text"), f"note {node.get('id')}")


def extract_dmn(
    fileobj: IO[bytes],
    _keywords: Collection[str],
    _comment_tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001 - Babel names it
) -> Iterator[Found]:
    """The names of the tables and the headings of their columns; what stands in the cells is for machines."""
    for node in _elements(fileobj):
        kind = etree.QName(node).localname
        if kind == "decision":
            yield from _found(_line(node), node.get("name"), f"table {node.get('id')}")
        elif kind in ("input", "output"):
            yield from _found(_line(node), node.get("label"), f"{kind} {node.get('id')}")


def translations(files: Mapping[str, bytes], language: str) -> Mapping[str, str]:
    """What the texts of a folder are in a language; nothing where it has no such file, as for that of its files."""
    content = files.get(FILE.format(language))
    return parse(content, language) if content else {}


@lru_cache(maxsize=64)
def parse(content: bytes, language: str) -> Mapping[str, str]:
    """The translations in a file by the texts they are for; read once, because versions of a folder never change."""
    found = {
        message.id: message.string
        for message in read_po(BytesIO(content), locale=language)
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string
    }
    return MappingProxyType(found)


def _elements(fileobj: IO[bytes]) -> Iterator[etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.parse(fileobj, parser).getroot().iter(etree.Element)


def _line(node: etree._Element) -> int:
    """Where an element stands in its file."""
    return int(str(node.sourceline or 1))


def _found(line: int, text: str | None, comment: str) -> Iterator[Found]:
    """The text, if it is one that can be translated."""
    if text and any(letter.isalpha() for letter in text) and "${" not in text:
        yield line, None, text.strip(), [comment]
