"""The options of a choice, written in the form or found in a variable, and which of them are closed now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.kinds import ChoiceSpec, Option
from forms.language import Broken, Expr, Json, Template
from forms.messages import Message, message
from forms.scope import Scope

MOST = 1000
"""Options beyond this many are not offered."""


@dataclass(frozen=True)
class Choice:
    """An option as it stands now."""

    option: Option
    value: Json
    """In the type that the field stores."""
    closed: Message | None = None
    """Why it cannot be chosen."""
    dynamic: bool = False
    """From a variable: its label is data and not translated."""


def choices_of(spec: ChoiceSpec, scope: Scope) -> list[Choice]:
    """All options of a field in their order, the closed ones too."""
    options = spec.options if spec.source is None else tuple(_found(spec.source, scope, spec.options))
    dynamic = spec.source is not None
    return [Choice(each, _typed(spec, each.value), _closed(each, scope), dynamic) for each in options]


def _typed(spec: ChoiceSpec, value: str) -> Json:
    if spec.value_type == "boolean":
        return value == "true"
    if spec.value_type == "integer":
        return int(value) if value.lstrip("-").isdigit() and len(value) < 16 else value
    return value


def _closed(option: Option, scope: Scope) -> Message | None:
    if option.disabled_when is None:
        return None
    try:
        if scope.evaluate(option.disabled_when, strict=True) is not True:
            return None
    except Broken as broken:
        return message("disabled_broken", reason=str(broken))
    return Message("disabled", option.disabled_reason.source, scope.words(option.disabled_reason))


def _found(source: Expr, scope: Scope, known: tuple[Option, ...]) -> Iterator[Option]:
    """Options of a variable; what the form says about a value (next, disabledWhen) goes along."""
    try:
        rows = scope.evaluate(source)
    except Broken:
        return
    said = {each.value: each for each in known}
    for row in rows[:MOST] if isinstance(rows, list | tuple) else ():
        label, value = (row.get("label"), row.get("value")) if isinstance(row, Mapping) else (row, row)
        if isinstance(value, str) and value and len(value) <= 500:
            text = label if isinstance(label, str) and label else value
            extra = said.get(value, Option(value, Template()))
            yield Option(value, Template(text), extra.next, extra.disabled_when, extra.disabled_reason)
