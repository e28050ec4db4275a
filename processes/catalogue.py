"""The catalogue of the procedures: what people read in diagrams, tables and forms, and its translations."""

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.pofile import read_po
from lxml import etree

DOMAIN = "procedures"
TRANSLATIONS = Path(__file__).with_name("translations")

Found = tuple[int, str | None, str, list[str]]
"""As Babel takes it: the line, no function, the text, comments for the translator."""

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TECHNICAL = frozenset({"error", "escalation", "signal", "definitions", "collaboration", "property", "dataObject"})
"""Elements of a diagram whose names are for machines."""

PLAIN = ("label", "description", "dateLabel", "timeLabel", "text")
FROM_PROPERTIES = ("next.", "disabledReason.", "ruleMessage.")
NAMED_PROPERTIES = frozenset({"rowLabel", "placeholder", "signer", "label", "title"})

SUFFIXES = ("bpmn", "dmn", "form")


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


def extract_form(
    fileobj: IO[bytes],
    _keywords: Collection[str],
    _comment_tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001 - Babel names it
) -> Iterator[Found]:
    """Every text of a form that people read: titles, labels, help, options, and the texts among the properties."""
    content = fileobj.read().decode("utf-8-sig")
    lines = content.splitlines()
    for where, text in _texts(json.loads(content), ""):
        if isinstance(text, str) and not text.strip().startswith("="):
            written = json.dumps(text, ensure_ascii=False)
            title = text.strip().lstrip("#").strip() if where == "title" else text
            line = next((number for number, each in enumerate(lines, 1) if written in each), 1)
            yield from _found(line, title, where)


EXTRACTORS = {"bpmn": extract_bpmn, "dmn": extract_dmn, "form": extract_form}
"""By the ending of the file."""


def texts_of(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """All texts of some files with where each stands, as `file:line`; files of other kinds are left out."""
    found: dict[str, list[str]] = {}
    for name, content in sorted(files.items()):
        extract = EXTRACTORS.get(name.rpartition(".")[2])
        for line, _, text, _ in extract(BytesIO(content), (), (), {}) if extract else ():
            found.setdefault(text, []).append(f"{name}:{line}")
    return found


@cache
def translations(locale: str) -> Mapping[str, str]:
    """What the texts are in a language, read once; nothing for English, the language of the files, or an unknown one.

    Args:
        locale: as in `zh` or `zh_Hans_CN`; the language alone is looked at.
    """
    file = TRANSLATIONS / locale.replace("-", "_").partition("_")[0] / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not file.is_file():
        return {}
    with file.open("rb") as opened:
        catalog = read_po(opened, locale=locale.partition("_")[0], domain=DOMAIN)
    return {
        message.id: message.string
        for message in catalog
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string
    }


def translate(text: str, locale: str) -> str:
    """A text of a procedure in a language; itself where the catalogue has no translation."""
    return translations(locale).get(text.strip(), text)


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


def _texts(node: Mapping[str, Any], where: str) -> Iterator[tuple[str, Any]]:
    """The texts of a form, a component or an option; `title` stands where the title of the form is."""
    yield from ((where, node.get(name)) for name in PLAIN)
    for name, text in (node.get("properties") or {}).items():
        if name in NAMED_PROPERTIES or name.startswith(FROM_PROPERTIES):
            yield f"{where} {name}", text
    for name in ("prefixAdorner", "suffixAdorner"):
        yield where, (node.get("appearance") or {}).get(name)
    for part in ("values", "columns"):
        for row in node.get(part) or ():
            yield f"{where} {part}", row.get("label")
    for number, child in enumerate(node.get("components") or ()):
        text = child.get("text")
        is_title = not where and number == 0 and isinstance(text, str) and text.startswith("#") and "\n" not in text
        if is_title:
            yield "title", text
        else:
            yield from _texts(child, str(child.get("id") or child.get("key") or child.get("path") or number))
