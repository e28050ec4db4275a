"""Answers beside earlier ones."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from forms.kit.reader import Reader
from forms.language.compare import marked
from forms.language.messages import N_

REMOVED, ADDED = N_("removed:"), N_("added:")


@dataclass(frozen=True)
class Comparison:
    """Who reads, and whether there are earlier answers; without them nothing is marked."""

    reader: Reader
    compare: bool

    def marked(self, before: str, after: str, *, whole: bool) -> Markup:
        """The new text, marked when there is an old one to compare with; `whole` values are not taken apart."""
        if not self.compare:
            return escape(after)
        removed, added = self.reader.translate(REMOVED), self.reader.translate(ADDED)
        return marked(before, after, removed=removed, added=added, whole=whole)
