"""Lists of words, and how many there may be."""

from dataclasses import dataclass
from typing import Self

from forms.kit.choosing import NO_CHOICE
from forms.kit.kind import Refused
from forms.kit.source import Source
from forms.language.characters import is_blank
from forms.language.expressions import Json, Limit
from forms.language.messages import N_, Message, sentence

FEW = sentence("few_items", N_("Choose at least {limit}."))
MANY = sentence("many_items", N_("Choose at most {limit}."))


@dataclass(frozen=True)
class Amount:
    """How many items there may be."""

    least: int = 0
    most: int = 200

    @classmethod
    def read(cls, properties: Source, default: int) -> Self:
        """minItems, and maxItems or what it is when absent."""
        found = cls(properties.whole("minItems", 0), properties.whole("maxItems", default, least=1))
        properties.in_order("minItems", "maxItems", (Limit(found.least), Limit(found.most)))
        return found

    def wrong(self, items: list[Json]) -> Message | None:
        """Whether they are too few or too many."""
        if len(items) < self.least:
            return FEW(limit=self.least)
        return MANY(limit=self.most) if len(items) > self.most else None


def words(raw: Json) -> list[str]:
    """Each text of a list once, without spaces around it. Raises Refused."""
    items = [raw] if isinstance(raw, str) else raw
    if items is None:
        return []
    if not isinstance(items, list | tuple) or len(items) > 500 or not all(isinstance(each, str) for each in items):
        raise Refused(NO_CHOICE())
    return list(dict.fromkeys(each.strip() for each in items if not is_blank(each)))
