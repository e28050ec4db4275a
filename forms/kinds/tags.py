"""Any short words."""

import re
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from forms.kit.choosing import options_written
from forms.kit.field import Field
from forms.kit.items import Amount, words
from forms.kit.kind import Input, Refused
from forms.kit.options import SOURCES
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.texts import CONTROLS
from forms.kit.view import LineView, View
from forms.language.characters import has_controls, plain_text
from forms.language.expressions import Json, Sight
from forms.language.messages import N_, Message, sentence

LONGEST = 50
LONG_TAG = sentence("tag", N_("Write words of at most {limit} characters."))


@dataclass(frozen=True)
class Tags(Input):
    """A list of words that nobody has listed before."""

    name = "tags"
    written = (options_written("taglist", (), ("free", "chips", "minItems", "maxItems")),)
    wordy = True
    is_list = True

    amount: Amount = Amount()  # noqa: RUF009 it is frozen

    @classmethod
    def takes(cls, source: Source) -> bool:
        """A tag list with the property free."""
        return source.within("properties").says("free")

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        if any(source.data.get(name) for name in SOURCES):
            source.report(said("free words and options exclude each other; keep one"))
        return cls(Amount.read(source.within("properties"), 20))

    def convert(self, raw: Json, zone: ZoneInfo) -> list[str]:  # noqa: ARG002 it has no time
        """Each word once; commas and semicolons part them."""
        found = words(re.split(r"[,，、;；\n]", raw) if isinstance(raw, str) else raw)
        for word in found:
            if len(word) > LONGEST:
                raise Refused(LONG_TAG(limit=LONGEST))
            if has_controls(word):
                raise Refused(CONTROLS())
        return found

    def check(self, value: Json, sight: Sight) -> Message | None:  # noqa: ARG002 only their number counts
        """Whether they are enough and not too many."""
        return self.amount.wrong(value)

    def control(self, field: Field) -> View:
        """An input in which they stand side by side."""
        raw = field.written
        text = field.reader.joined([plain_text(each) for each in raw]) if isinstance(raw, list) else str(raw or "")
        return field.made(LineView, "line", value=text)
