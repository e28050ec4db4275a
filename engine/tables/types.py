"""The types that a DMN file declares, and whether a value is of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.language.readings import decimal_of
from engine.language.tokens import Problem
from engine.language.values import Value, is_number, kind_of
from engine.phrases import phrase

TEXTUAL = frozenset(
    {
        *("string", "date", "time", "datetime", "dateandtime"),
        *("daysandtimeduration", "yearsandmonthsduration", "daytimeduration", "yearmonthduration"),
    }
)
"""Types whose values are texts here, or come from one."""
NUMERIC = frozenset({"number", "integer", "long", "double", "int"})
KINDS = TEXTUAL | NUMERIC | {"boolean", "any", "date and time", "list", "context"}
"""The types that every file may name."""
MOST = 20
"""Definitions that may refer to each other, one to the next."""


@dataclass(frozen=True)
class Type:
    """A type as it is declared."""

    name: str = ""
    base: str = ""
    """A type of FEEL without its blanks, or another type of the file; empty for anything."""
    many: bool = False
    fields: Mapping[str, "Type"] = field(default_factory=dict)


@dataclass(frozen=True)
class Declared:
    """A type with the file that declares it."""

    type: Type
    types: Mapping[str, Type]

    def fit(self, value: Value, what: str) -> Value:
        """The value as one of the type: a single item is a list of it, and the other way round.

        Raises:
            Problem: for a value of another type.
        """
        if value is None or self._is(value, self.type):
            return value
        single = value[0] if isinstance(value, list) and len(value) == 1 else [value]
        if self._is(single, self.type):
            return single
        raise Problem(
            phrase(
                "{what} is {kind} that is no {name}, as it is declared",
                what=what,
                kind=kind_of(value),
                name=self.type.name,
            )
        )

    def _is(self, value: Value, wanted: Type, depth: int = 0) -> bool:
        if value is None or depth > MOST:
            return True
        if wanted.many:
            one = Type(wanted.name, wanted.base, fields=wanted.fields)
            return isinstance(value, list) and all(self._is(each, one, depth + 1) for each in value)
        if wanted.fields:
            return isinstance(value, Mapping) and all(
                name in value and self._is(value[name], each, depth + 1) for name, each in wanted.fields.items()
            )
        if wanted.base in self.types and wanted.base != wanted.name:
            return self._is(value, self.types[wanted.base], depth + 1)
        return _is_plain(value, wanted.base)


def _is_plain(value: Value, base: str) -> bool:
    kind = base.replace(" ", "").lower()
    if kind in NUMERIC:
        return is_number(value) or (isinstance(value, str) and decimal_of(value) is not None)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str)
    if kind in TEXTUAL:
        return not isinstance(value, bool | list | Mapping) and not is_number(value)
    return True
