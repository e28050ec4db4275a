"""All texts of a form file that people read, for the catalogue."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import IO

from forms.language import Json

PLAIN = ("label", "description", "dateLabel", "timeLabel", "text")
PROPERTIES = ("next.", "option.", "disabledReason.", "ruleMessage.")
NAMED = frozenset({"rowLabel", "placeholder", "signer", "label", "title"})

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


def _walk(node: Json, where: str) -> Iterator[tuple[str, str]]:
    if not isinstance(node, Mapping):
        return
    yield from ((where, node.get(name, "")) for name in PLAIN)
    for part, names in (("appearance", ("prefixAdorner", "suffixAdorner")), ("properties", None)):
        inside = node.get(part)
        for name, text in inside.items() if isinstance(inside, Mapping) else ():
            if name in (names or ()) or (names is None and (name in NAMED or name.startswith(PROPERTIES))):
                yield where, text
    for part in ("values", "columns"):
        for row in node.get(part) or ():
            if isinstance(row, Mapping):
                yield where, row.get("label", "")
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
