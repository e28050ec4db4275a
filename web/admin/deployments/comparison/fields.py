"""What a form says of each of its fields."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine import Json
from web.admin.deployments.comparison.place import Place

UNSAID = frozenset({"id", "layout", "key", "components"})
"""What only the editor needs, or what names the field."""
OF_THE_EDITOR = frozenset({"components", "exporter", "schemaVersion", "executionPlatform", "executionPlatformVersion"})


def read(content: bytes) -> dict[str, Place]:
    """The form and its fields by their keys, what lies in a group or list with it."""
    form = json.loads(content)
    said = {name: value for name, value in form.items() if name not in OF_THE_EDITOR}
    return {
        "": Place("form", str(form.get("id", "")), facts=dict(_facts(said, ""))),
        **dict(_fields(form["components"], "")),
    }


def _fields(components: Sequence[Any], prefix: str) -> Iterator[tuple[str, Place]]:
    for each in components:
        name = str(each.get("key") or each.get("path") or "")
        key = prefix + (name or str(each.get("id") or each.get("type")))
        facts = dict(_facts({name: value for name, value in each.items() if name not in UNSAID}, ""))
        label = " ".join(str(each.get("label") or each.get("text") or "").split()).lstrip("# ")[:60]
        label = label or str(each.get("properties", {}).get("label") or key)
        kind = "field" if name or each.get("type") == "expression" else "text"
        yield key, Place(kind, label, key if name and label != key else "", facts=facts, ordered=True)
        yield from _fields(each.get("components", ()), f"{key}.")


def _facts(values: Mapping[str, Json], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _facts(value, f"{prefix}{name}.")
        elif name in ("values", "columns") and isinstance(value, list):
            yield from _options(name, value)
        else:
            yield f"{prefix}{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _options(name: str, options: Sequence[Json]) -> Iterator[tuple[str, str]]:
    """The options of a choice, or the columns of a table, each with its label."""
    for each in options:
        if isinstance(each, Mapping):
            yield f"{name} {each.get('value') or each.get('key')}", str(each.get("label") or each.get("value"))
        else:
            yield f"{name} {each}", str(each)
