"""All texts of a form file that people read, for the catalogue."""

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import IO

from forms.kinds import all_kinds
from forms.language.expressions import Json

COMMON = ("label", "description", "properties.title", "properties.ruleMessage.")
"""What people read of every component and of the form."""

Found = tuple[int, str | None, str, list[str]]
"""As Babel takes it: the line, no function, the text, comments for the translator."""


def extract(
    fileobj: IO[bytes],
    _keywords: Collection[str],
    _comment_tags: Collection[str],
    options: Mapping[str, Json],  # noqa: ARG001 - Babel names it
) -> Iterator[Found]:
    """The texts of a form for Babel, each with the component it belongs to."""
    content = fileobj.read()
    lines = content.decode("utf-8-sig").splitlines()
    for where, text in texts_of(content):
        plain, heading = (json.dumps(each, ensure_ascii=False) for each in (text, f"# {text}"))
        line = next((number for number, each in enumerate(lines, 1) if plain in each or heading in each), 1)
        yield line, None, text, [where]


def texts_of(content: bytes) -> list[tuple[str, str]]:
    """The id of the component (empty for the form) and each text, in the order of the file, as render translates them.

    Raises:
        ValueError: the content is not JSON.
    """
    root = json.loads(content.decode("utf-8-sig"))
    return list(dict.fromkeys((where, text.strip()) for where, text in _walk(root, "") if _is_text(text)))


@cache
def _names() -> tuple[str, ...]:
    """Where texts stand: an attribute, a part of one, or (with a dot at its end) all parts that begin so."""
    own = (text for kind in all_kinds() for written in kind.written for text in written.texts)
    return tuple(dict.fromkeys((*COMMON, *own)))


def _walk(node: Json, where: str) -> Iterator[tuple[str, str]]:
    if not isinstance(node, Mapping):
        return
    yield from ((where, node.get(name, "")) for name in _names() if "." not in name)
    for part in sorted({name.partition(".")[0] for name in _names() if "." in name}):
        names = [name.partition(".")[2] for name in _names() if name.startswith(f"{part}.")]
        found = node.get(part) or ()
        for inside in found if isinstance(found, list) else [found]:
            for name, text in inside.items() if isinstance(inside, Mapping) else ():
                if name in names or name.startswith(tuple(each for each in names if each.endswith("."))):
                    yield where, text
    for number, child in enumerate(node.get("components") or ()):
        if isinstance(child, Mapping):
            name = child.get("id") or child.get("key") or child.get("path") or f"{where or 'component'}_{number + 1}"
            yield from _title_or(child, str(name), is_first=number == 0 and not where)


def _title_or(child: Mapping[str, Json], name: str, *, is_first: bool) -> Iterator[tuple[str, str]]:
    """A first heading is the title of the form, which is translated without its mark."""
    text = child.get("text")
    if is_first and isinstance(text, str) and text.strip().startswith("#") and "\n" not in text.strip():
        yield name, text.strip().lstrip("#").strip()
        return
    yield from _walk(child, name)


def _is_text(text: Json) -> bool:
    return isinstance(text, str) and any(each.isalpha() for each in text) and not text.strip().startswith("=")
