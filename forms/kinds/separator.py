"""A line between fields."""

from dataclasses import dataclass

from forms.kit.kind import Kind
from forms.kit.written import written


@dataclass(frozen=True)
class Separator(Kind):
    """A line."""

    name = "separator"
    written = (written("separator"),)
