"""The catalogue of the procedures: what people read in diagrams and tables, and the translations of all their texts."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import IO, Any

from lxml import etree

FILE = "translations/{}.po"
"""Within a folder, by language."""

LINE = re.compile(
    r'#.*|(?:(?P<word>msgid|msgid_plural|msgstr|msgctxt)(?P<form>\[\d\])?\s*)?"(?P<text>(?:[^"\\]++|\\.)*+)"|'
)
"""A line of a file of translations."""
FIRST, END = ("msgctxt", "msgid"), 'msgid ""'
"""With what an entry begins, and what ends the last."""
_ESCAPED = re.compile(r"\\(.)")
_SIGNS = {"n": "\n", "t": "\t", "r": "\r"}

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
    return parse(content) if content else {}


@lru_cache(maxsize=64)
def parse(content: bytes) -> Mapping[str, str]:
    """The translations in a file by the texts they are for; read once, because versions of a folder never change.

    Of its head nothing is asked: it is read as UTF-8, whatever it says. The first of two for the same text counts;
    those with a plural are left out.
    """
    found: dict[str, str] = {}
    entry: dict[str, list[str]] = {}
    last = ""
    for said in map(LINE.fullmatch, (*map(str.strip, content.decode(errors="replace").splitlines()), END)):
        if said is None or said["text"] is None:
            continue
        if said["word"] in FIRST and "msgstr" in entry:
            text, other = ("".join(entry.get(word, ())) for word in ("msgid", "msgstr"))
            if text and other and "msgid_plural" not in entry:
                found.setdefault(text, other)
            entry = {}
        last = said["word"] or last
        entry.setdefault(last, []).append(_ESCAPED.sub(_unescaped, said["text"]))
    return MappingProxyType(found)


def _unescaped(found: re.Match[str]) -> str:
    return _SIGNS.get(found[1], found[1])


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
