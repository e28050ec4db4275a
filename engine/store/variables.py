"""Values on their way into the variable table: what can be kept, and how it is searched."""

import re
import unicodedata
from collections.abc import Mapping

import orjson

from engine.errors import VariablesRefused
from engine.values import Json, is_finite

_NULL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_WITHOUT_INK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0").union(
    *(map(chr, each) for each in _SELECTORS)
)
SEARCHED = 200
"""By how many characters a value is found."""


def search_text(value: Json) -> str | None:
    """The text by which a value is found; None for lists and objects."""
    if isinstance(value, str):
        return value[:SEARCHED].replace("\0", "")
    if isinstance(value, (list, dict)):
        return None
    return orjson.dumps(value).decode()


def check_values(values: Mapping[str, Json]) -> dict[str, Json]:
    """A copy of values as JSON keeps them; VariablesRefused names the first that cannot be kept."""
    kept = {}
    for name, value in values.items():
        if not isinstance(name, str) or not name or "\0" in name:
            raise VariablesRefused(name=repr(name), problem="that is no name")
        try:
            text = orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS)
        except (TypeError, ValueError, RecursionError) as error:
            raise VariablesRefused(name=name, problem=str(error)) from error
        if _NULL.search(text):
            raise VariablesRefused(name=name, problem="it contains a null character")
        if b"null" in text and not is_finite(value):
            raise VariablesRefused(name=name, problem="it contains a number that is not finite")
        kept[name] = orjson.loads(text)
    return kept


def is_blank(text: str) -> bool:
    """Whether nothing is to be seen in it: no signs at all, blanks, or signs without ink."""
    unseen = {"Cc", "Cf", "Zs", "Zl", "Zp"}
    return all(each in _WITHOUT_INK or unicodedata.category(each) in unseen for each in text)


def check_text(name: str, text: str) -> str:
    """A text without the character that PostgreSQL cannot keep, or VariablesRefused."""
    if "\0" in text:
        raise VariablesRefused(name=name, problem="it contains a null character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise VariablesRefused(name=name, problem=str(error)) from error
    return text
