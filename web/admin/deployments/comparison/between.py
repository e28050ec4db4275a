"""What differs between the files of two versions: elements and flows, rows and cells, fields, texts, or lines."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from web.admin.deployments.comparison import diagrams, fields, tables, texts
from web.admin.deployments.comparison.place import Place

What = Literal["new", "changed", "gone"]
LONGEST = 300
POSITION = "position"
"""The aspect of a row or field that has moved among its like."""
READERS: Mapping[str, Callable[[bytes], dict[str, Place]]] = {
    "bpmn": diagrams.read,
    "dmn": tables.read,
    "form": fields.read,
    "po": texts.read,
}
"""By the ending of a file; what no reader takes is compared line by line."""


@dataclass(frozen=True)
class Change:
    """One thing that differs."""

    what: What
    place: Place
    """As it is now; as it was, where it is gone."""
    aspect: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class FileChange:
    """A file that differs, with what differs in it."""

    path: str
    what: What
    changes: tuple[Change, ...] = ()
    moved: tuple[Place, ...] = ()
    """What was only put elsewhere in the drawing."""


def between(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[FileChange]:
    """What differs, by file."""
    found = []
    for path in sorted({*before, *after}):
        if path not in after:
            found.append(FileChange(path, "gone"))
        elif path not in before:
            found.append(FileChange(path, "new"))
        elif before[path] != after[path]:
            found.append(_changed(path, before[path], after[path]))
    return found


def _changed(path: str, before: bytes, after: bytes) -> FileChange:
    read = READERS.get(path.rpartition(".")[2])
    try:
        if read is not None:
            old, new = read(before), read(after)
            changes = tuple(_compared(old, new))
            named = {change.place.element for change in changes}
            moved = diagrams.moved(before, after) if read is diagrams.read else frozenset()
            only = (place for key, place in new.items() if key in moved and key in old and key not in named)
            return FileChange(path, "changed", changes, tuple(only))
    except (ValueError, TypeError, AttributeError, etree.XMLSyntaxError):
        pass  # what cannot be read is compared line by line
    return FileChange(path, "changed", tuple(_lines(before, after)))


def _compared(before: Mapping[str, Place], after: Mapping[str, Place]) -> Iterator[Change]:
    displaced = _displaced(before, after)
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            yield Change("new", now, after=now.whole[:LONGEST])
        elif now is None and was is not None:
            yield Change("gone", was, before=was.whole[:LONGEST])
        elif was is not None and now is not None:
            if was.kind != now.kind:
                yield Change("changed", now, "kind", was.kind, now.kind)
            if key in displaced:
                yield Change("changed", now, POSITION, *displaced[key])
            yield from _aspects(was, now)


def _aspects(was: Place, now: Place) -> Iterator[Change]:
    for aspect in [*now.facts, *(each for each in was.facts if each not in now.facts)]:
        old, new = was.facts.get(aspect, ""), now.facts.get(aspect, "")
        if old != new:
            before, after = was.called.get(aspect, old), now.called.get(aspect, new)
            yield Change("changed", now, aspect, before[:LONGEST], after[:LONGEST])


def _displaced(before: Mapping[str, Place], after: Mapping[str, Place]) -> dict[str, tuple[str, str]]:
    """The fewest rows or fields that have moved among those that stayed, with the number each had and has."""
    old = [key for key, place in before.items() if place.ordered and key in after]
    new = [key for key, place in after.items() if place.ordered and key in before]
    if old == new:
        return {}
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in new[block.b : block.b + block.size]}
    numbers = [
        {key: str(number) for number, key in enumerate((k for k, place in each.items() if place.ordered), 1)}
        for each in (before, after)
    ]
    return {key: (numbers[0][key], numbers[1][key]) for key in new if key not in stayed}


def _lines(before: bytes, after: bytes) -> Iterator[Change]:
    """Lines that differ, with the number of the first in the new text."""
    old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, after))
    for tag, first, last, start, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            what: What = "new" if tag == "insert" else "gone" if tag == "delete" else "changed"
            was, now = "\n".join(old[first:last]), "\n".join(new[start:stop])
            yield Change(what, Place("line", "", str(start + 1)), before=was[:LONGEST], after=now[:LONGEST])
