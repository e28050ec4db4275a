"""Attributes and parts of a diagram that are typing errors, read as what is meant: nothing but that is told of them."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache

from lxml import etree

from engine.core.parser import vocabulary as words
from engine.core.parser.drawing import draw
from engine.core.parser.report import Report
from engine.core.parser.xml import BPMN, CAMUNDA, Unreadable, local, parse
from engine.phrases import phrase
from engine.spelling import MEANT, slipped
from engine.values import Finding

Node = etree._Element  # noqa: SLF001 - lxml has no other name for it
Slip = tuple[Node, str, str, str, str]
"""The element, what is written and what is meant, as XML has them and as people do."""

LIKENESS = 0.8
"""From which on an attribute or part is another one that is misspelt: less than for names that people choose."""


@lru_cache(maxsize=256)
def as_meant(file: str, content: bytes) -> tuple[bytes, tuple[Finding, ...]]:
    """A diagram without its misspelt attributes and parts of extensions, and what there is to say of each.

    Kept, because several ask the same within one check.

    Args:
        file: how findings call it.
        content: the diagram; one that cannot be read stays as it is.
    """
    try:
        root = parse(file, content)
    except Unreadable:
        return content, ()
    slips = [*_attributes(root), *_parts(root)]
    if not slips:
        return content, ()
    report = Report(draw(file, root))
    for node, _, _, wrong, right in slips:
        report.error(_holder(node), "attribute", _said(node, wrong, right))
    for node, written, meant, _, _ in slips:
        if written == node.tag:
            node.tag = meant
        else:
            node.set(meant, node.attrib.pop(written))
    return etree.tostring(root), tuple(report.findings)


def _said(node: Node, wrong: str, right: str) -> str:
    cure = phrase(MEANT, name=right)
    what: str = phrase("the attribute {name}", name=wrong)
    if wrong.startswith("camunda:"):
        what = wrong
    elif node.tag in words.WRITTEN:
        what = phrase("the attribute {name} of camunda:{tag}", name=wrong, tag=local(node))
    return phrase("{what} is not read{cure}", what=what, cure=cure)


def _holder(node: Node) -> Node:
    """The element of the drawing that a part of an extension belongs to."""
    above = node.getparent()
    inside = not node.tag.startswith(BPMN) or local(node) == "extensionElements"
    return node if above is None or not inside else _holder(above)


def _attributes(root: Node) -> Iterator[Slip]:
    drawn = (node for process in root.iter(f"{BPMN}process") for node in process.iter(f"{BPMN}*", *words.WRITTEN))
    for node in drawn:
        for written in map(str, node.attrib):
            if written.startswith(CAMUNDA):
                name, prefix, known = written[len(CAMUNDA) :], CAMUNDA, words.READ.get(local(node), frozenset())
                read = {*known, *words.REFUSED_ATTRIBUTES, *words.ASYNC, "exclusive"}
            elif not written.startswith("{"):
                name, prefix, known = written, "", words.WRITTEN.get(node.tag, words.OF_BPMN)
                read = {*known, *words.READ.get(local(node), ())}
            else:
                continue
            meant = "" if name in read else _like(name, known)
            if meant and prefix + meant not in node.attrib:
                said = "camunda:" if prefix else ""
                yield node, written, prefix + meant, said + name, said + meant


def _parts(root: Node) -> Iterator[Slip]:
    """What stands in extensions: holders of parts, and parts."""
    for extension in root.iter(f"{BPMN}extensionElements"):
        for node in extension.iter(f"{CAMUNDA}*"):
            above = node.getparent()
            held = above is not None and local(above) in words.HOLDERS
            known = words.READ_EXTENSIONS if above is extension else words.PARTS if held else frozenset()
            name = local(node)
            if name not in {*known, *words.REFUSED_EXTENSIONS}:
                meant = _like(name, known)
                if meant:
                    yield node, node.tag, CAMUNDA + meant, f"camunda:{name}", f"camunda:{meant}"


def _like(name: str, known: frozenset[str]) -> str:
    """The known word of which another is a typing error; empty where none is."""
    close = get_close_matches(name, sorted(known), n=1, cutoff=LIKENESS)
    return close[0] if close else slipped(name, known)
