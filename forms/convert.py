"""From what was typed or sent to a value in its type; knows nothing of limits."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from forms.kinds import ChoiceSpec, Kind, NumberSpec
from forms.language import Json
from forms.messages import Message, message
from forms.model import Component
from forms.signature import Signature

NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)
DATETIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?\s?(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
YES = frozenset({"true", "on", "yes", "1"})
NO = frozenset({"false", "off", "no", "0", ""})
LONGEST = 200_000
"""Texts beyond this are refused before anything else looks at them."""


class Refused(ValueError):
    """A value is not what its field takes."""

    def __init__(self, reason: Message) -> None:
        """Take the sentence for the person."""
        super().__init__(reason.code)
        self.reason = reason


def convert(component: Component, raw: Json, zone: ZoneInfo) -> Json:
    """The value in its type; None for an empty one (an empty list for kinds with several values).

    Raises:
        Refused: it is not of that type.
    """
    if isinstance(raw, str) and len(raw) > LONGEST:
        raise Refused(message("too_long", limit=LONGEST, count=len(raw)))
    if component.kind not in LISTS and (raw is None or (isinstance(raw, str) and not raw.strip())):
        return False if component.kind is Kind.FLAG else None
    return CONVERTERS[component.kind](component, raw, zone)


def has_controls(text: str, *, lines: bool = False) -> bool:
    """Whether there are characters that print nothing or turn the text around, or halves of characters."""
    allowed = "\n\t" if lines else ""
    return any(
        (unicodedata.category(each) in {"Cc", "Cs"} and each not in allowed) or each in BIDI
        for each in text
        if not " " <= each <= "~"
    )


def _text(component: Component, raw: Json, _zone: ZoneInfo) -> str:
    if not isinstance(raw, str):
        raise Refused(message("text"))
    lines = component.kind is Kind.AREA
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\n" in text and not lines:
        raise Refused(message("one_line"))
    if has_controls(text, lines=lines):
        raise Refused(message("controls"))
    return text


def decimal_of(raw: Json) -> Decimal | None:
    """The number that is meant, or None: digits and a dot, full-width ones too, no exponents, below 10 to the 15th."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if abs(raw) < 10**15 else None
    if isinstance(raw, float):
        raw = repr(raw) if abs(raw) < 10**15 else ""
    if isinstance(raw, Decimal):
        raw = format(raw, "f") if raw.is_finite() and abs(raw.adjusted()) < 40 else ""
    if not isinstance(raw, str) or len(raw) > 60:
        return None
    text = unicodedata.normalize("NFKC", raw).replace("\u2212", "-").strip()
    if not NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # pragma: no cover  the pattern allows none
        return None


def plain_text(value: Json) -> str:
    """Any value as text; a number with thousands of digits, which Python refuses to write, as an ellipsis."""
    try:
        return str(value)
    except ValueError:
        return "…"


def places(number: Decimal) -> int:
    """How many digits after the dot matter."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def money_text(number: Decimal) -> str:
    """An amount as it is stored: exactly two decimals, no minus before zero."""
    return f"{number.quantize(Decimal('0.01')) + 0:.2f}"


def _number(component: Component, raw: Json, _zone: ZoneInfo) -> Json:
    number = decimal_of(raw)
    spec = component.spec
    if number is None or not isinstance(spec, NumberSpec):
        raise Refused(message("whole" if isinstance(spec, NumberSpec) and spec.decimals == 0 else "number"))
    if spec.decimals is not None and places(number) > spec.decimals:
        raise Refused(message("decimals", limit=spec.decimals) if spec.decimals else message("whole"))
    if spec.as_text:
        return format(number.normalize() + 0, "f")
    return int(number) if places(number) == 0 else float(number)


def _money(_component: Component, raw: Json, _zone: ZoneInfo) -> str:
    number = decimal_of(raw)
    if number is None or places(number) > 2:
        raise Refused(message("money"))
    return money_text(number)


def _date(_component: Component, raw: Json, _zone: ZoneInfo) -> str:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        raw = raw.isoformat()
    if not isinstance(raw, str) or not DATE.fullmatch(raw.strip()):
        raise Refused(message("date"))
    try:
        day = date.fromisoformat(raw.strip())
    except ValueError:
        raise Refused(message("date")) from None
    return _sensible(day.isoformat(), day.year, "date")


def _sensible(text: str, year: int, code: str) -> str:
    if not 1900 <= year < 2200:
        raise Refused(message(code))
    return text


def _time(_component: Component, raw: Json, _zone: ZoneInfo) -> str:
    if isinstance(raw, time):
        raw = raw.isoformat("minutes")
    if not isinstance(raw, str) or not TIME.fullmatch(raw.strip()):
        raise Refused(message("time"))
    return raw.strip()[:5]


def _datetime(_component: Component, raw: Json, zone: ZoneInfo) -> str:
    moment = read_moment(raw, zone)
    if moment is None:
        raise Refused(message("datetime"))
    return moment.isoformat(timespec="seconds")


def read_moment(raw: Json, zone: ZoneInfo) -> datetime | None:
    """A moment in `zone`, or None; one without an offset is meant in `zone`."""
    if isinstance(raw, str):
        text = raw.strip()
        if not DATETIME.fullmatch(text):
            return None
        try:
            raw = datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
        except ValueError:
            return None
    if not isinstance(raw, datetime) or not 1900 < raw.year < 2200:
        return None
    aware = raw if raw.tzinfo is not None else raw.replace(tzinfo=zone)
    # by way of UTC: a time that the change of the clocks skips becomes the one an hour later
    return aware.astimezone(UTC).astimezone(zone)


def _flag(_component: Component, raw: Json, _zone: ZoneInfo) -> bool:
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower() if isinstance(raw, str) else ""
    if word in YES:
        return True
    if isinstance(raw, str) and word in NO:
        return False
    raise Refused(message("flag"))


def _choice(component: Component, raw: Json, _zone: ZoneInfo) -> Json:
    value_type = component.spec.value_type if isinstance(component.spec, ChoiceSpec) else "text"
    if value_type == "boolean":
        return _flag(component, raw, _zone)
    if value_type == "integer":
        number = decimal_of(raw)
        if number is None or places(number):
            raise Refused(message("choice"))
        return int(number)
    if not isinstance(raw, str):
        raise Refused(message("choice"))
    return raw.strip()


def _choices(_component: Component, raw: Json, _zone: ZoneInfo) -> list[Json]:
    items = [raw] if isinstance(raw, str) else raw
    if items is None:
        return []
    if not isinstance(items, list | tuple) or len(items) > 500 or not all(isinstance(each, str) for each in items):
        raise Refused(message("choice"))
    return list(dict.fromkeys(each.strip() for each in items if each.strip()))


def _tags(component: Component, raw: Json, zone: ZoneInfo) -> list[Json]:
    items = re.split(r"[,，、;；\n]", raw) if isinstance(raw, str) else raw
    tags = _choices(component, items, zone)
    for tag in tags:
        if len(tag) > 50:
            raise Refused(message("tag", limit=50))
        if has_controls(tag):
            raise Refused(message("controls"))
    return tags


def _files(_component: Component, raw: Json, _zone: ZoneInfo) -> list[Json]:
    items = [] if raw is None or raw == "" else [raw] if isinstance(raw, Mapping) else raw
    if not isinstance(items, list | tuple) or len(items) > 500:
        raise Refused(message("file"))
    return [_file(each) for each in items]


def _file(raw: Json) -> dict[str, Json]:
    if not isinstance(raw, Mapping):
        raise Refused(message("file"))
    found = {key: raw.get(key) for key in ("id", "name", "size", "type", "sha256")}
    size = found["size"]
    words = [found[key] for key in ("name", "type", "sha256")]
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size < 2**53:
        raise Refused(message("file"))
    if not all(isinstance(each, str) and 0 < len(each) <= 300 and not has_controls(each) for each in words):
        raise Refused(message("file"))
    key = found["id"]
    is_number = isinstance(key, int) and not isinstance(key, bool) and 0 <= key < 2**63
    if not is_number and not (isinstance(key, str) and 0 < len(key) <= 100 and not has_controls(key)):
        raise Refused(message("file"))
    return found


def _signature(_component: Component, raw: Json, _zone: ZoneInfo) -> Signature:
    # only a Signature object counts, which no client can send as JSON: the caller has verified it
    if not isinstance(raw, Signature):
        raise Refused(message("signature"))
    return raw


LISTS = frozenset({Kind.CHOICES, Kind.TAGS, Kind.FILES})
CONVERTERS: Mapping[Kind, Callable[[Component, Json, ZoneInfo], Json]] = {
    Kind.TEXT: _text,
    Kind.AREA: _text,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.DATETIME: _datetime,
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.TAGS: _tags,
    Kind.FILES: _files,
    Kind.SIGNATURE: _signature,
}
