"""What differs between the files of two versions: elements and flows, rows and cells, fields, or lines."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lxml import etree

from engine import Json

What = Literal["new", "changed", "gone"]
Facts = dict[str, str]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
REFERENCES = frozenset({"incoming", "outgoing", "flowNodeRef"})
POINTING = frozenset({"default", "sourceRef", "targetRef", "attachedToRef"})
"""Attributes that hold the id of another element."""
LONGEST = 300


@dataclass(frozen=True)
class Change:
    """One thing that differs."""

    what: What
    where: str
    """The label of the element, table or field, as people know it."""
    mark: str = ""
    """What tells it from its like: the id of an element, the number of a row."""
    aspect: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class FileChange:
    """A file that differs, with what differs in it; nothing for a diagram where only the drawing moved."""

    path: str
    what: What
    changes: tuple[Change, ...] = ()


@dataclass
class Place:
    """A thing in a file: its label and all that is said of it."""

    label: str
    mark: str = ""
    facts: Facts = field(default_factory=dict)
    called: Facts = field(default_factory=dict)
    """What people call the elements that facts refer to by id, by aspect."""


def between(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[FileChange]:
    """What differs, by file."""
    found = []
    for path in sorted({*before, *after}):
        if path not in after:
            found.append(FileChange(path, "gone"))
        elif path not in before:
            found.append(FileChange(path, "new"))
        elif before[path] != after[path]:
            found.append(FileChange(path, "changed", tuple(_changes(path, before[path], after[path]))))
    return found


def _changes(path: str, before: bytes, after: bytes) -> Iterator[Change]:
    read = {"bpmn": _diagram, "dmn": _table, "form": _form}.get(path.rpartition(".")[2])
    try:
        if read is not None:
            yield from _compared(read(before), read(after))
            return
    except (ValueError, TypeError, AttributeError, etree.XMLSyntaxError):
        pass  # what cannot be read is compared line by line
    yield from _lines(before, after)


def _compared(before: Mapping[str, Place], after: Mapping[str, Place]) -> Iterator[Change]:
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            yield Change("new", now.label, now.mark)
        elif now is None and was is not None:
            yield Change("gone", was.label, was.mark)
        elif was is not None and now is not None:
            for aspect in [*now.facts, *(each for each in was.facts if each not in now.facts)]:
                old, new = was.facts.get(aspect, ""), now.facts.get(aspect, "")
                if old != new:
                    before_said, after_said = was.called.get(aspect, old), now.called.get(aspect, new)
                    yield Change("changed", now.label, now.mark, aspect, before_said[:LONGEST], after_said[:LONGEST])


def _root(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(content, parser)


def _diagram(content: bytes) -> dict[str, Place]:
    """The elements, flows and messages of a diagram by their ids."""
    root = _root(content)
    named = {node.get("id"): " ".join((node.get("name") or "").split()) for node in root.iter(etree.Element)}
    for node in root.iter(f"{BPMN}sequenceFlow", f"{BPMN}messageFlow"):
        ends = (node.get("sourceRef"), node.get("targetRef"))
        named[node.get("id")] = named.get(node.get("id")) or " → ".join(named.get(end) or str(end) for end in ends)
    places: dict[str, Place] = {}
    for node in root.iter(f"{BPMN}*"):
        number = node.get("id")
        if number is None or node is root:
            continue
        label = named[number]
        if not label and node.getparent() is not None:
            label = named.get(node.getparent().get("id")) or ""
        facts = dict(_facts(node, ""))
        called = {name: f"{named[id_]} ({id_})" for name, id_ in facts.items() if name in POINTING and named.get(id_)}
        places[number] = Place(label or number, f" ({number})" if label else "", facts, called)
    return places


def _facts(node: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """All that a node says of itself, with what lies in it and has no id of its own."""
    for name, value in node.attrib.items():
        if name != "id" or prefix:
            yield f"{prefix}{etree.QName(name).localname}", value
    for child in node.iterchildren(etree.Element):
        tag = etree.QName(child).localname
        of_its_own = child.get("id") and str(child.tag).startswith(BPMN) and tag != "conditionExpression"
        if tag in REFERENCES or of_its_own:
            continue
        if tag == "property" and child.get("name"):
            yield f"{prefix}{child.get('name')}", child.get("value") or ""
        elif tag in ("extensionElements", "properties", "inputOutput"):
            yield from _facts(child, prefix)
        else:
            name = child.get("name") or child.get("target") or child.get("businessKey") or ""
            text = " ".join("".join(child.itertext()).split())
            said = [text] if text else []
            said += [
                f"{etree.QName(key).localname}={value}"
                for key, value in child.attrib.items()
                if value != name and key != "id"
            ]
            yield f"{prefix}{tag}{' ' + name if name else ''}", " ".join(said) or "✓"


def _table(content: bytes) -> dict[str, Place]:
    """The tables of a file, and their rows with a fact a cell."""
    places: dict[str, Place] = {}
    for decision in _root(content).iter("{*}decision"):
        name = decision.get("name") or decision.get("id") or ""
        places[str(decision.get("id"))] = Place(name, facts={"name": name})
        columns = [_column(node) for tag in ("input", "output") for node in decision.iter(f"{{*}}{tag}")]
        for table in decision.iter("{*}decisionTable"):
            places[f"{decision.get('id')} table"] = Place(
                name, facts={"hitPolicy": table.get("hitPolicy") or "UNIQUE", "columns": " · ".join(columns)}
            )
        for number, row in enumerate(decision.iter("{*}rule"), 1):
            cells = [*row.iter("{*}inputEntry"), *row.iter("{*}outputEntry")]
            texts = [" ".join("".join(cell.itertext()).split()) for cell in cells]
            key = row.get("id") or f"{decision.get('id')} {number}"
            description = " ".join((row.findtext("{*}description") or "").split())
            facts = dict(zip(columns, texts, strict=False)) | {"description": description}
            places[key] = Place(name, f" · {number}", facts)
    return places


def _column(node: Any) -> str:
    return str(node.get("label") or node.get("name") or node.findtext("{*}inputExpression/{*}text") or node.get("id"))


def _form(content: bytes) -> dict[str, Place]:
    """The fields of a form by their keys, what lies in a group or list with it."""
    form = json.loads(content)
    title = {key: _flat(value) for key, value in form.items() if key not in ("components", "exporter")}
    return {"": Place(str(form.get("id", "")), facts=title), **dict(_fields(form.get("components", ()), ""))}


def _fields(components: list[Any], prefix: str) -> Iterator[tuple[str, Place]]:
    for each in components:
        key = prefix + str(each.get("key") or each.get("path") or each.get("id") or each.get("type"))
        facts = dict(_flattened({name: value for name, value in each.items() if name != "components"}, ""))
        label = " ".join(str(each.get("label") or each.get("text") or key).split())
        yield key, Place(label, f" ({key})" if label != key else "", facts)
        yield from _fields(each.get("components", ()), f"{key}.")


def _flattened(values: Mapping[str, Json], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flattened(value, f"{prefix}{name}.")
        elif name not in ("id", "layout"):
            yield f"{prefix}{name}", _flat(value)


def _flat(value: Json) -> str:
    if isinstance(value, list) and all(isinstance(each, Mapping) and "value" in each for each in value):
        return ", ".join(f"{each.get('label', '')} = {each['value']}" for each in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _lines(before: bytes, after: bytes) -> Iterator[Change]:
    """Lines that differ, with the number of the first in the new text."""
    old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, after))
    for tag, first, last, start, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            what: What = "new" if tag == "insert" else "gone" if tag == "delete" else "changed"
            was, now = "\n".join(old[first:last]), "\n".join(new[start:stop])
            yield Change(what, str(start + 1), before=was[:LONGEST], after=now[:LONGEST])
