"""What a letter is before and after it is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from processes.paper.model import Sheet

LANGUAGES = ("zh", "en")

HOUSE = frozenset(
    {
        *("case_no", "received_at", "company", "contact", "salutation", "today", "tracking_code"),
        *("customer", "product", "we", "handler", "unit", "phone", "mail"),
    }
)
"""Names that every letter may use; all but the number, the days, the house and the customer may be null."""

LETTER = "letter"
"""The kind of template that is written on the paper of the house, with everything around its words."""


@dataclass(frozen=True)
class Template:
    """A letter that has not been written yet, in one language."""

    name: str
    language: str
    subject: str
    body: str
    fields: Mapping[str, bool]
    """What it needs by name, and whether that may be empty."""
    kind: str = ""
    """`letter`, or empty for words that stand alone: an agreement, a letter with a frame of its own."""

    @property
    def needed(self) -> frozenset[str]:
        """The fields without which it is not written."""
        return frozenset(name for name, optional in self.fields.items() if not optional)


@dataclass(frozen=True)
class Written:
    """A letter as it was written."""

    template: str
    language: str
    subject: str
    text: str
    html: str
    sheet: Sheet | None = None
    """As it stands on paper; None for words that stand alone."""
