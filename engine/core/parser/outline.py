"""What an element is drawn as, but for its words and for what lies around it: whether it is the same in two."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lxml import etree

from engine.core.parser.drawing import NODES, draw
from engine.core.parser.xml import elements, local, parse

Outlines = Mapping[tuple[str, str], Any]
"""By process and element what can be compared."""
AROUND = NODES | {"incoming", "outgoing", "documentation", "laneSet", "sequenceFlow", "association", "textAnnotation"}
WORDS = frozenset({"id", "name", "default"})
"""Attributes that say nothing of what an element does while a token is in it; the ids of its parts among them."""


def outlines(files: Mapping[str, bytes]) -> Outlines:
    """Of all elements of the diagrams among some files, which have passed the checks.

    The label, the description, the flows and what a sub-process holds are left out.
    """
    found: dict[tuple[str, str], Any] = {}
    for path in sorted(path for path in files if path.endswith(".bpmn")):
        found |= _outlined(path, files[path])
    return found


@lru_cache(maxsize=64)
def _outlined(path: str, content: bytes) -> Outlines:
    """Kept, because all that runs is compared with the same diagrams."""
    found = {}
    for drawn in draw(path, parse(path, content)).processes:
        for number, node in drawn.nodes.items():
            element = replace(drawn.elements[number], name="", documentation="", lane=None)
            found[drawn.key, number] = (element, _shape(node, outermost=True))
    return found


def _shape(node: etree._Element, *, outermost: bool = False) -> tuple[Any, ...]:
    parts = [entry for entry in elements(node) if not (outermost and local(entry) in AROUND)]
    attributes = frozenset((name, value) for name, value in node.attrib.items() if name not in WORDS)
    return node.tag, attributes, (node.text or "").strip(), tuple(_shape(entry) for entry in parts)
