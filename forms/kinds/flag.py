"""A single tick: yes or not."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from forms.kit.field import Field
from forms.kit.kind import Input, Refused
from forms.kit.view import View
from forms.kit.written import input_written
from forms.language.expressions import Json
from forms.language.messages import N_, sentence

YES = frozenset({"true", "on", "yes", "1"})
NO = frozenset({"false", "off", "no", "0", ""})
UNTICKED = sentence("required_flag", N_("Tick this to go on."))
NO_FLAG = sentence("flag", N_("Answer yes or no."))


def yes_or_no(raw: Json) -> bool:
    """What was meant. Raises Refused."""
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower() if isinstance(raw, str) else None
    if word not in YES | NO:
        raise Refused(NO_FLAG())
    return word in YES


@dataclass(frozen=True)
class FlagView(View):
    """A box to tick."""

    checked: bool = False


@dataclass(frozen=True)
class Flag(Input):
    """True or false; required, it must be ticked."""

    name = "flag"
    written = (input_written("checkbox"),)
    nothing = False
    missed = staticmethod(UNTICKED)

    def is_empty(self, value: Json) -> bool:
        """Not ticked is not answered."""
        return value is None or value is False

    def convert(self, raw: Json, zone: ZoneInfo) -> bool:  # noqa: ARG002 it has no time
        """True or false."""
        return yes_or_no(raw)

    def view(self, field: Field) -> View:
        """The box, open or closed."""
        return field.made(FlagView, "flag", checked=field.written is True)
