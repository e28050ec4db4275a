"""Whether a value of the right type keeps the limits of its field."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from forms.convert import LISTS, decimal_of, read_moment
from forms.kinds import ChoiceSpec, DateSpec, FileSpec, Kind, NumberSpec, SignatureSpec, TextSpec
from forms.language import Broken, Json, Limit
from forms.messages import Message, message
from forms.model import Component
from forms.options import choices_of
from forms.scope import Scope

EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)+")
PHONE = re.compile(r"[+(]?[\d\s()./-]{3,40}((转|ext\.?|x)\s?\d{1,6})?", re.ASCII | re.IGNORECASE)
MISSED = {
    Kind.CHOICE: "required_choice",
    Kind.CHOICES: "required_choices",
    Kind.FLAG: "required_flag",
    Kind.FILES: "required_files",
    Kind.SIGNATURE: "required_signature",
}


def check(component: Component, value: Json, scope: Scope) -> Message | None:
    """What is wrong with the value of a visible field, or None.

    Args:
        component: a field that a person fills in.
        value: as convert gave it.
        scope: where it stands; limits may be expressions.
    """
    if value is None or value == [] or (component.kind is Kind.FLAG and value is False):
        if scope.is_required(component):
            return message(MISSED.get(component.kind, "required"))
        if component.kind not in LISTS or component.kind is Kind.FILES:
            return None
    try:
        return CHECKS[component.kind](component, value, scope)
    except Broken as broken:
        return message("limit_broken", reason=str(broken))


def _text(component: Component, value: Json, scope: Scope) -> Message | None:
    spec = component.spec
    assert isinstance(spec, TextSpec)
    shortest, longest = _whole(scope, spec.min_length), _whole(scope, spec.max_length)
    if longest is not None and len(value) > longest:
        return message("too_long", limit=longest, count=len(value))
    if shortest is not None and len(value) < shortest:
        return message("too_short", limit=shortest, count=len(value))
    if spec.pattern is not None and not _pattern(spec.pattern).search(value[:1000]):
        return message("pattern")
    if spec.validation == "email" and (len(value) > 254 or not EMAIL.fullmatch(value)):
        return message("email")
    if spec.validation == "phone" and not _is_phone(value):
        return message("phone")
    return None


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


def _is_phone(text: str) -> bool:
    return bool(PHONE.fullmatch(text)) and 5 <= sum(each.isdigit() for each in text) <= 20


def _whole(scope: Scope, limit: Limit) -> int | None:
    number = decimal_of(scope.limit(limit))
    return None if number is None else int(number)


def _number(component: Component, value: Json, scope: Scope) -> Message | None:
    spec, number = component.spec, decimal_of(value)
    assert isinstance(spec, NumberSpec)
    assert number is not None
    low, high = _decimal(scope, spec.minimum), _decimal(scope, spec.maximum)
    if low is not None and number < low:
        return message("too_small", limit=_shown(component, low))
    if high is not None and number > high:
        return message("too_big", limit=_shown(component, high))
    if spec.increment is not None and number % Decimal(spec.increment):
        return message("increment", limit=spec.increment)
    return None


def _decimal(scope: Scope, limit: Limit) -> Decimal | None:
    value = scope.limit(limit)
    if value is None:
        if limit.expr is not None:
            raise Broken(f"{limit.expr.text} is not known")
        return None
    number = decimal_of(value)
    if number is None:
        raise Broken(f"{value!r:.60} is not a number")
    return number


def _shown(component: Component, number: Decimal) -> str:
    return f"{number:,.2f}" if component.kind is Kind.MONEY else format(number.normalize() + 0, "f")


def _date(component: Component, value: Json, scope: Scope) -> Message | None:
    spec, zone = component.spec, scope.around.zone
    assert isinstance(spec, DateSpec)
    for limit, early in ((spec.not_before, True), (spec.not_after, False)):
        bound = _bound(limit, scope)
        if bound is None:
            continue
        if component.kind is Kind.DATE:
            day = date.fromisoformat(value)
            wrong = day < bound.date() if early else day > bound.date()
            shown = bound.date().isoformat()
        else:
            moment = datetime.fromisoformat(value)
            # "now" leaves two minutes for a clock that runs ahead
            slack = timedelta(minutes=2) if limit.value == "now" else timedelta()
            wrong = moment < bound - slack if early else moment > bound + slack
            shown = bound.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        if wrong and limit.value in {"now", "today"}:
            return message("past" if early else "future")
        if wrong:
            return message("too_early" if early else "too_late", limit=shown)
    return None


def _bound(limit: Limit, scope: Scope) -> datetime | None:
    now = scope.around.now.astimezone(scope.around.zone)
    value = scope.limit(limit)
    if value == "now":
        return now
    if value == "today":
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    if value is None:
        if limit.expr is not None:
            raise Broken(f"{limit.expr.text} is not known")
        return None
    text = value.isoformat() if isinstance(value, date) else value
    if isinstance(text, str) and len(text) == 10:
        text += "T00:00"
    moment = read_moment(text, scope.around.zone)
    if moment is None:
        raise Broken(f"{value!r:.60} is not a date")
    return moment


def _any(_component: Component, _value: Json, _scope: Scope) -> Message | None:
    return None


def _choice(component: Component, value: Json, scope: Scope) -> Message | None:
    assert isinstance(component.spec, ChoiceSpec)
    for choice in choices_of(component.spec, scope):
        if choice.value == value and type(choice.value) is type(value):
            return choice.closed
    return message("choice")


def _choices(component: Component, value: Json, scope: Scope) -> Message | None:
    spec = component.spec
    assert isinstance(spec, ChoiceSpec)
    if not value and not spec.min_items:
        return None
    if len(value) < spec.min_items:
        return message("few_items", limit=spec.min_items)
    if len(value) > spec.max_items:
        return message("many_items", limit=spec.max_items)
    if spec.free:
        return None
    offered = {choice.value: choice for choice in choices_of(spec, scope)}
    if any(each not in offered for each in value):
        return message("choice")
    return next((offered[each].closed for each in value if offered[each].closed is not None), None)


def _files(component: Component, value: Json, _scope: Scope) -> Message | None:
    spec = component.spec
    assert isinstance(spec, FileSpec)
    if len(value) > spec.max_files:
        return message("many_files", limit=spec.max_files)
    for file in value:
        if file["size"] == 0:
            return message("file_empty", name=file["name"])
        if file["size"] > spec.max_size:
            return message("file_size", name=file["name"], limit=size_text(spec.max_size))
        if not takes_file(spec.accept, file["name"], file["type"]):
            return message("file_kind", name=file["name"], allowed=", ".join(spec.accept))
    return None


def takes_file(accept: Sequence[str], name: str, kind: str) -> bool:
    """Whether a file of that name and media type is among the accepted: `.pdf`, `image/*`, `application/pdf`."""
    name, kind = name.lower(), kind.lower()
    return not accept or any(_takes(each, name, kind) for each in accept)


def _takes(accepted: str, name: str, kind: str) -> bool:
    if accepted.startswith("."):
        return name.endswith(accepted)
    return kind == accepted or (accepted.endswith("/*") and kind.startswith(accepted[:-1]))


def size_text(size: int) -> str:
    """A number of bytes for people: `20 MB`, `1.6 KB`."""
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size >= factor:
            return f"{f'{size / factor:.1f}'.removesuffix('.0')} {unit}"
    return f"{size} B"


def _signature(component: Component, value: Json, _scope: Scope) -> Message | None:
    assert isinstance(component.spec, SignatureSpec)
    if value["kind"] not in component.spec.modes:
        return message("signature_mode", allowed=", ".join(component.spec.modes))
    return None


CHECKS: Mapping[Kind, Callable[[Component, Json, Scope], Message | None]] = {
    Kind.TEXT: _text,
    Kind.AREA: _text,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _date,
    Kind.TIME: _any,
    Kind.DATETIME: _date,
    Kind.FLAG: _any,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.TAGS: _choices,
    Kind.FILES: _files,
    Kind.SIGNATURE: _signature,
}
