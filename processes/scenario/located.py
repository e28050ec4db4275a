"""YAML in which every mapping and list remembers the line it began on, and dates stay text."""

from pathlib import Path
from typing import Any

import yaml

from processes.scenario.errors import ScenarioUnreadable

SIZE_LIMIT = 1_000_000
"""Bytes; a scenario a person can read is a thousandth of it."""


class LocatedDict(dict[Any, Any]):
    """A mapping with the line it began on and the line of each key, counted from 1."""

    line: int = 1
    key_lines: dict[Any, int]


class LocatedList(list[Any]):
    """A list with the line of each of its items, counted from 1."""

    line: int = 1
    item_lines: list[int]


class _Loader(yaml.SafeLoader):
    """The safe loader without timestamps (`T24:00` is ours to read) and without a silent second key."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> LocatedDict:
    result = LocatedDict()
    result.line = node.start_mark.line + 1
    result.key_lines = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | bool):
            raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key_node.start_mark)
        if key in result:
            raise yaml.MarkedYAMLError(problem=f"“{key}” stands twice", problem_mark=key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
        result.key_lines[key] = key_node.start_mark.line + 1
    return result


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> LocatedList:
    result = LocatedList(loader.construct_object(item, deep=True) for item in node.value)
    result.line = node.start_mark.line + 1
    result.item_lines = [item.start_mark.line + 1 for item in node.value]
    return result


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:seq", _sequence)


def load(file: Path) -> Any:
    """Return what the file holds, located.

    Raises:
        ScenarioUnreadable: it cannot be opened, is not UTF-8, is too large, or is not YAML.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ScenarioUnreadable(file, 1, f"cannot be opened: {error.strerror}") from error
    if len(content) > SIZE_LIMIT:
        raise ScenarioUnreadable(file, 1, f"is larger than {SIZE_LIMIT:,} bytes")
    try:
        loader = _Loader(content.decode("utf-8-sig"))
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        raise ScenarioUnreadable(file, 1, "is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise ScenarioUnreadable(file, mark.line + 1 if mark else 1, error.problem or "is not YAML") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ScenarioUnreadable(file, 1, f"is not YAML: {error}") from error
