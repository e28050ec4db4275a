"""The options of a choice, written in the form or found in a variable, and which of them are closed now."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.written import suggest
from forms.language.expressions import Broken, Expr, Sight
from forms.language.messages import N_, Message, sentence
from forms.language.template import NO_TEXT, Template, told

MOST = 1000
"""Options beyond this many are not offered."""
SOURCES = ("values", "valuesKey", "valuesExpression")
ALLOWED = {"boolean": r"true|false", "integer": r"-?\d{1,9}", "text": r"[^\n]{1,200}"}
"""Values by valueType."""

NOT_FOUND = sentence("options_broken", N_("The options cannot be found now. Tell the administrator: {reason}"))
CLOSED_BROKEN = sentence("disabled_broken", N_("This cannot be offered now. Tell the administrator: {reason}"))


@dataclass(frozen=True)
class Option:
    """One of the values a person can choose."""

    value: str
    label: Template
    next: Template = NO_TEXT
    """What happens when it is chosen."""
    disabled_when: Expr | None = None
    disabled_reason: Template = NO_TEXT
    chinese: str = ""
    """What it is called in Chinese, where a variable gives its label in both languages."""


@dataclass(frozen=True)
class Offered:
    """An option as it stands now."""

    option: Option
    closed: Message | None = None
    """Why it cannot be chosen."""
    dynamic: bool = False
    """From a variable: its label is data and not translated."""


@dataclass(frozen=True)
class Options:
    """Some options: those of the form, or those of a variable with what the form says about them."""

    written: tuple[Option, ...] = ()
    source: Expr | None = None

    def looked_at(self) -> Iterator[Expr | Template | None]:
        """What decides which there are and how they look."""
        yield self.source
        for each in self.written:
            yield from (each.label, each.next, each.disabled_when, each.disabled_reason)

    def offered(self, sight: Sight) -> list[Offered]:
        """All options in their order, the closed ones too."""
        return [Offered(each, _closed(each, sight), dynamic=self.source is not None) for each in self._all(sight)]

    def find(self, fits: Callable[[str], bool], sight: Sight) -> Offered | None:
        """The first option whose value fits, as it stands now; whether the others are closed is not asked."""
        for each in self._all(sight):
            if fits(each.value):
                return Offered(each, _closed(each, sight), dynamic=self.source is not None)
        return None

    def known(self, sight: Sight) -> list[Offered]:
        """The same for reading what was chosen: whether one can be chosen now is not asked."""
        return [Offered(each, dynamic=self.source is not None) for each in self._all(sight)]

    def missing(self, sight: Sight) -> Message | None:
        """Why there are none, where they cannot be found."""
        try:
            _ = self.source is not None and sight.evaluate(self.source)
        except Broken as broken:
            return NOT_FOUND(reason=str(broken))
        return None

    def _all(self, sight: Sight) -> Iterable[Option]:
        return self.written if self.source is None else _found(self.source, sight, self.written)


def _closed(option: Option, sight: Sight) -> Message | None:
    if option.disabled_when is None:
        return None
    try:
        if sight.evaluate(option.disabled_when, strict=True) is not True:
            return None
    except Broken as broken:
        return CLOSED_BROKEN(reason=str(broken))
    return told("disabled", option.disabled_reason, sight)


def _found(source: Expr, sight: Sight, known: tuple[Option, ...]) -> Iterator[Option]:
    """Options of a variable; what the form says about a value (next, disabledWhen) goes along.

    None where they cannot be found, which `missing` tells.
    """
    try:
        rows = sight.evaluate(source)
    except Broken:
        return
    said = {each.value: each for each in known}
    for row in rows[:MOST] if isinstance(rows, list | tuple) else ():
        label, value = (row.get("label"), row.get("value")) if isinstance(row, Mapping) else (row, row)
        if isinstance(value, str) and value and len(value) <= 500:
            english, chinese = (label.get(name) for name in ("en", "zh")) if isinstance(label, Mapping) else (label, "")
            text = english if isinstance(english, str) and english else value
            option = _named(value, text, chinese if isinstance(chinese, str) else "")
            extra = said.get(value)
            yield option if extra is None else replace(extra, label=option.label, chinese=option.chinese)


@lru_cache(maxsize=2000)
def _named(value: str, text: str, chinese: str) -> Option:
    """An option of a variable, the same for each look at it: a form looks several times for each of its fields."""
    return Option(value, Template(text), chinese=chinese)


# -- from the file


def read_options(source: Source, value_type: str = "text") -> Options:
    """The options of a component, reporting what is not understood."""
    properties = source.within("properties")
    if sum(bool(source.data.get(name)) for name in SOURCES) != 1:
        source.report(said("options are needed: exactly one of values, valuesKey, valuesExpression"))
    key = source.text("valuesKey")
    dynamic = source.compile("valuesKey", key) if key else source.expr("valuesExpression")
    options = _written(source, properties, dynamic=dynamic is not None)
    for option in options if dynamic is None else ():
        if not re.fullmatch(ALLOWED[value_type], option.value):
            source.report(
                said(
                    "the option {value} does not fit valueType {value_type}",
                    value=repr(option.value[:40]),
                    value_type=value_type,
                )
            )
    return Options(options, dynamic)


def _written(source: Source, properties: Source, *, dynamic: bool) -> tuple[Option, ...]:
    rows = source.data.get("values") or []
    if not isinstance(rows, list) or not all(
        isinstance(row, Mapping) and isinstance(row.get("value"), str) and row["value"].strip() for row in rows
    ):
        source.report(said("values must be a list of objects with label and value, both texts"))
        return ()
    labels: dict[str, str] = {row["value"].strip(): str(row.get("label") or row["value"]).strip() for row in rows}
    if len(labels) < len(rows):
        source.report(said("two options have the same value"))
    named = {
        name.split(".", 1)[1] for name in properties.data if re.match(r"(next|disabledWhen|disabledReason)\.", name)
    }
    if not dynamic and len(labels) == len(rows):
        for value in sorted(named - set(labels)):
            missing = said(
                "there is no option {value} for its next, disabledWhen or disabledReason", value=repr(value[:40])
            )
            source.report(
                said("{missing}: {cure}", missing=missing, cure=suggest(value, labels)) if labels else missing
            )
    return tuple(
        _option(source, properties, value, labels.get(value, "")) for value in [*labels, *sorted(named - set(labels))]
    )


def _option(source: Source, properties: Source, value: str, label: str) -> Option:
    when, reason = (
        properties.expr(f"disabledWhen.{value}"),
        properties.template(f"disabledReason.{value}"),
    )
    if bool(properties.data.get(f"disabledWhen.{value}")) != bool(reason):
        source.report(said("disabledWhen.{value} and disabledReason.{value} need each other", value=value))
    shown = source.template_of("values", label)
    return Option(value, shown, properties.template(f"next.{value}"), when, reason)
