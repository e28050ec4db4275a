"""Any of several options."""

from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from forms.kit.choosing import NO_CHOICE, SAID, Choosing, options_written
from forms.kit.items import Amount, words
from forms.kit.options import read_options
from forms.kit.said import said
from forms.kit.source import Source
from forms.language.expressions import Json, Sight
from forms.language.messages import N_, Message, sentence

UNCHOSEN = sentence("required_choices", N_("Choose at least one."))
AMOUNT = ("chips", "minItems", "maxItems")


@dataclass(frozen=True)
class Choices(Choosing):
    """The values of some options."""

    name = "choices"
    written = (options_written("checklist", (), AMOUNT), options_written("taglist", (), AMOUNT))
    said = SAID
    missed = staticmethod(UNCHOSEN)
    wordy = True
    is_list = True

    amount: Amount = Amount()  # noqa: RUF009 it is frozen

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        properties = source.within("properties")
        if source.data.get("type") == "taglist":
            properties.flag("free")  # free words are another kind; here what is no flag is reported
        chips = properties.flag("chips") or source.data.get("type") == "taglist"
        options, amount = read_options(source), Amount.read(properties, 200)
        if options.source is None and 0 < len(options.written) < amount.least:
            source.report(
                said(
                    "minItems is {least}, and there are {count} options", least=amount.least, count=len(options.written)
                )
            )
        return cls(options, "chips" if chips else "list", amount)

    def sent(self, values: list[str] | None) -> list[str]:
        """All that were ticked."""
        return [each for each in values or () if each]

    def convert(self, raw: Json, zone: ZoneInfo) -> list[str]:  # noqa: ARG002 it has no time
        """Each value once."""
        return words(raw)

    def check(self, value: Json, sight: Sight) -> Message | None:
        """Whether they are enough, not too many, offered, and open."""
        wrong = self.amount.wrong(value)
        if wrong is not None or not value:
            return wrong
        offered = {each.option.value: each for each in self.options.offered(sight)}
        if any(each not in offered for each in value):
            return self.options.missing(sight) or NO_CHOICE()
        return next((offered[each].closed for each in value if offered[each].closed is not None), None)
