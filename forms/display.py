"""Values as people read them, in their language and zone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol

from forms.check import size_text
from forms.convert import decimal_of, plain_text, read_moment
from forms.kinds import ChoiceSpec, ComputedSpec, Kind, NumberSpec, TextSpec
from forms.language import Json
from forms.messages import N_, Message
from forms.model import Component
from forms.options import choices_of
from forms.scope import Scope
from forms.signature import as_signature
from forms.veil import veiled

ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
YES, NO = N_("Yes"), N_("No")
SIGNED = N_("Signed by {by}, {at}")
SIGNS = {"CNY": "¥"}


@dataclass(frozen=True)
class Reader:
    """Who reads: the language, the zone, and how texts are translated."""

    translate: Callable[[str], str]
    locale: Locale
    zone: ZoneInfo
    file_url: Callable[[Mapping[str, Json]], str] | None = field(default=None)
    """The address of a kept file; None: names without links."""
    veil: bool = False
    """Whether personal data stays veiled."""

    @property
    def chinese(self) -> bool:
        """Whether dates and lists are written the Chinese way."""
        return bool(self.locale.language == "zh")

    def joined(self, words: list[str]) -> str:
        """A list in one line."""
        return ("、" if self.chinese else ", ").join(words)

    def plain(self, value: Json) -> str:
        """A value inside a sentence, its kind told by its look."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.translate(YES if value else NO)
        if isinstance(value, int | float):
            number = decimal_of(value)
            return plain_text(value) if number is None else self.number(number)
        if isinstance(value, str):
            if ISO_MOMENT.fullmatch(value):
                return self.moment(value)
            return self.date(value) if ISO_DATE.fullmatch(value) else value
        return self.joined([self.plain(each) for each in value]) if isinstance(value, list) else plain_text(value)

    def number(self, number: Decimal) -> str:
        """A number with the separators of the language."""
        return str(format_decimal(number, locale=self.locale, decimal_quantization=False))

    def money(self, value: Json, currency: str) -> str:
        """An amount: sign, thousands separated, two decimals."""
        number = decimal_of(value)
        if number is None:
            return "" if value is None else plain_text(value)
        return f"{'-' if number < 0 else ''}{self.sign(currency)}{abs(number):,.2f}"

    def sign(self, currency: str) -> str:
        """The sign of a currency, which stands before the amount."""
        return SIGNS.get(currency) or str(get_currency_symbol(currency, locale=self.locale))

    def date(self, value: Json) -> str:
        """A date with its weekday; the text itself when it is none."""
        try:
            day = date.fromisoformat(plain_text(value))
        except ValueError:
            return plain_text(value)
        return str(format_date(day, self._day, locale=self.locale))

    def moment(self, value: Json) -> str:
        """A date with weekday and time, 24 hours, in the installation's zone."""
        moment = read_moment(value, self.zone)
        if moment is None:
            return plain_text(value)
        # babel would take the zone of the machine for a naive time, and convert an aware one to UTC
        naive = datetime.fromisoformat(moment.isoformat()).replace(tzinfo=None)
        return str(format_datetime(naive, f"{self._day}{'' if self.chinese else ' '}HH:mm", locale=self.locale))

    @property
    def _day(self) -> str:
        return "y年M月d日（EEEEE）" if self.chinese else "EEE d MMM y"


def reader_of(
    translate: Callable[[str], str],
    locale: Locale | str,
    zone: ZoneInfo,
    file_url: Callable[[Mapping[str, Json]], str] | None = None,
    *,
    veil: bool = False,
) -> Reader:
    """A reader; an unknown locale reads English."""
    if isinstance(locale, str):
        try:
            locale = Locale.parse(locale.replace("-", "_"))
        except (ValueError, UnknownLocaleError):
            locale = Locale("en")
    return Reader(translate, locale, zone, file_url, veil)


def shown(component: Component, value: Json, scope: Scope, reader: Reader) -> str:
    """The typed value of a field as text; empty for an empty one. Rows are not shown by this."""
    if value is None or value in ("", []):
        return ""
    show = SHOWN.get(component.kind)
    if show is not None:
        return show(component, value, scope, reader)
    if is_veiled(component, reader):
        return veiled(plain_text(value))
    return value if isinstance(value, str) else reader.plain(value)


def is_veiled(component: Component, reader: Reader) -> bool:
    """Whether a field is personal data that the reader has not asked for."""
    return reader.veil and isinstance(component.spec, TextSpec) and component.spec.personal


def _computed_shown(component: Component, value: Json, _scope: Scope, reader: Reader) -> str:
    spec = component.spec
    return reader.money(value, spec.currency) if isinstance(spec, ComputedSpec) and spec.money else reader.plain(value)


def _signature_shown(_component: Component, value: Json, _scope: Scope, reader: Reader) -> str:
    signature = as_signature(value)
    if signature is None:
        return ""
    return Message("", SIGNED, {"by": signature.by, "at": reader.moment(signature.at)}).translated(reader.translate)


def _files_shown(_component: Component, value: Json, _scope: Scope, reader: Reader) -> str:
    files = value if isinstance(value, list) else []
    return reader.joined([file_text(each) for each in files if isinstance(each, Mapping)])


def file_text(file: Mapping[str, Json]) -> str:
    """A kept file in words: its name and size."""
    size = file.get("size")
    return f"{file.get('name', '')} ({size_text(size)})" if isinstance(size, int) else str(file.get("name", ""))


def _number_shown(component: Component, value: Json, scope: Scope, reader: Reader) -> str:
    spec = component.spec
    assert isinstance(spec, NumberSpec)
    if component.kind is Kind.MONEY:
        return reader.money(value, spec.currency)
    number = decimal_of(value)
    if number is None:
        return plain_text(value)
    prefix, suffix = (
        each.render(scope.lookup, translate=reader.translate, show=reader.plain) for each in (spec.prefix, spec.suffix)
    )
    return f"{prefix}{reader.number(number)}{' ' if suffix and suffix != '%' else ''}{suffix}"


def _choice_shown(component: Component, value: Json, scope: Scope, reader: Reader) -> str:
    spec = component.spec
    assert isinstance(spec, ChoiceSpec)
    if spec.free:
        return reader.plain(value)
    labels = {}
    for choice in choices_of(spec, scope):
        label = choice.option.label
        labels[plain_text(choice.value)] = (
            label.source
            if choice.dynamic
            else label.render(scope.lookup, translate=reader.translate, show=reader.plain)
        )
    values = value if isinstance(value, list) else [value]
    return reader.joined([labels.get(plain_text(each), plain_text(each)) for each in values])


SHOWN: Mapping[Kind, Callable[[Component, Json, Scope, Reader], str]] = {
    Kind.COMPUTED: _computed_shown,
    Kind.NUMBER: _number_shown,
    Kind.MONEY: _number_shown,
    Kind.CHOICE: _choice_shown,
    Kind.CHOICES: _choice_shown,
    Kind.TAGS: _choice_shown,
    Kind.DATE: lambda _component, value, _scope, reader: reader.date(value),
    Kind.DATETIME: lambda _component, value, _scope, reader: reader.moment(value),
    Kind.SIGNATURE: _signature_shown,
    Kind.FILES: _files_shown,
}
