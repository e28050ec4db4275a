"""Who reads: values as people read them, in their language and zone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol

from forms.language.characters import plain_text
from forms.language.expressions import Json, Sight
from forms.language.messages import N_, Message
from forms.language.moments import read_moment
from forms.language.numbers import decimal_of
from forms.language.template import Template

ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
YES, NO = N_("Yes"), N_("No")
SIGNS = {"CNY": "¥"}
STOPS = ("。", "！", "？", ".", "!", "?")


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

    def say(self, template: Template, sight: Sight) -> str:
        """A text of the form in the reader's language."""
        return template.render(sight.lookup, translate=self.translate, show=self.plain)

    def tell(self, found: Message | None) -> str:
        """A message in the reader's language."""
        if found is None:
            return ""
        params = {name: self.plain(value) for name, value in found.params.items()}
        return Message(found.code, found.text, params).translated(self.translate)

    @property
    def chinese(self) -> bool:
        """Whether dates and lists are written the Chinese way."""
        return bool(self.locale.language == "zh")

    def joined(self, words: list[str]) -> str:
        """A list in one line; sentences follow one another as they are."""
        if any(word.endswith(STOPS) for word in words):
            return ("" if self.chinese else " ").join(words)
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

    def limit(self, value: Json) -> str:
        """A moment until which something is to be done: midnight is the end of the day before, 24:00."""
        text, moment = self.moment(value), read_moment(value, self.zone)
        if moment is None or moment.time() != time.min:
            return text
        return self.moment((moment - timedelta(minutes=1)).isoformat()).replace("23:59", "24:00")

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
