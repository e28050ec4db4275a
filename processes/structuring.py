"""From the plain values of a TOML file to dataclasses, with everything that is wrong and where it stands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import GenericAlias
from typing import Any, Literal, get_args, get_origin

from cattrs import Converter, ForbiddenExtraKeysError
from cattrs.errors import ClassValidationError, IterableValidationError
from cattrs.gen import make_dict_structure_fn, mapping_structure_factory, override

from engine import nearest, phrase, said_by

Path = tuple[str | int, ...]
MOST = 10**12
"""The largest number that is taken: minutes, days, bytes; what is reckoned with it stays within bounds."""


@dataclass(frozen=True)
class Fault:
    """One value that is not what it has to be."""

    path: Path
    message: str


def make_converter() -> Converter:
    """A converter that takes nothing for what it is not: no text for a number, no unknown key."""
    converter = Converter(forbid_extra_keys=True)
    for kind in (str, int, float, bool):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook_func(_is(Literal), _one_of)
    converter.register_structure_hook_factory(_is(tuple, frozenset), _list_of)
    converter.register_structure_hook_factory(_is(Mapping), _table_of)
    converter.register_structure_hook_factory(is_dataclass, _fields_of)
    return converter


def faults_of(error: BaseException, path: Path = ()) -> Iterator[Fault]:
    """What a failed `structure` found, each fault with its path."""
    if isinstance(error, ClassValidationError | IterableValidationError):
        noted, bare = error.group_exceptions()
        for inner, note in noted:
            yield from faults_of(inner, (*path, note.name if hasattr(note, "name") else note.index))
        for inner in bare:
            yield from faults_of(inner, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [name for name, _ in _names(error)]
        for key in sorted(error.extra_fields):
            yield Fault((*path, key), phrase("there is no key {key}{cure}", key=key, cure=nearest(key, known)))
    elif isinstance(error, KeyError):
        yield Fault(path[:-1], phrase("the key {what} is missing", what=path[-1] if path else error.args[0]))
    else:
        yield Fault(path, said_by(error) if isinstance(error, Exception) else str(error))


def _names(error: ForbiddenExtraKeysError) -> list[tuple[str, Any]]:
    fields: Mapping[str, Any] = getattr(error.cl, "__dataclass_fields__", {})
    return [(str(field.metadata.get("key", name)), field) for name, field in fields.items()]


def _exactly(kind: type) -> Callable[[Any, Any], Any]:
    def take(value: Any, _: Any) -> Any:
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise TypeError(phrase("{value} is no {kind}", value=repr(value), kind=_WORDS[kind]))
        if isinstance(value, int | float) and not -MOST <= value <= MOST:
            raise ValueError(phrase("the number is too large"))
        return value

    return take


def _one_of(value: Any, kind: Any) -> Any:
    if value not in get_args(kind):
        raise ValueError(phrase("{value} is none of {names}", value=repr(value), names=", ".join(get_args(kind))))
    return value


def _is(*origins: Any) -> Callable[[Any], bool]:
    return lambda kind: any(get_origin(kind) is origin for origin in origins)


def _list_of(kind: Any, converter: Converter) -> Any:
    inner = GenericAlias(list, (get_args(kind)[0],))
    structure = converter.get_structure_hook(inner)

    def take(value: Any, _: Any) -> Any:
        if not isinstance(value, list):
            raise TypeError(phrase("{value} is no list: write it in [ ]", value=repr(value)))
        return get_origin(kind)(structure(value, inner))

    return take


def _table_of(kind: Any, converter: Converter) -> Any:
    return _tables_only(mapping_structure_factory(kind, converter))


def _fields_of(kind: Any, converter: Converter) -> Any:
    renamed: dict[str, Any] = {
        each.name: override(rename=each.metadata["key"]) for each in fields(kind) if "key" in each.metadata
    }
    return _tables_only(make_dict_structure_fn(kind, converter, **renamed))


def _tables_only(structure: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def take(value: Any, kind: Any) -> Any:
        if not isinstance(value, dict):
            raise TypeError(phrase("{value} is no table: write it in {{ }} or below a [header]", value=repr(value)))
        return structure(value, kind)

    return take


_WORDS = {str: phrase("text"), int: phrase("whole number"), float: phrase("number"), bool: phrase("true or false")}
