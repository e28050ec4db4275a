"""What a letter is before and after it is written."""

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("zh", "en")

HOUSE = frozenset({"case_no", "received_at", "company", "contact", "salutation", "today", "tracking_code"})
"""Names that every letter may use; the tracking code is null where there is no page for it."""


@dataclass(frozen=True)
class Template:
    """A letter that has not been written yet, in one language."""

    name: str
    language: str
    subject: str
    body: str
    fields: Mapping[str, bool]
    """What it needs by name, and whether that may be empty."""

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
