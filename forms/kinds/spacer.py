"""A gap between fields."""

from dataclasses import dataclass

from forms.kit.kind import Kind
from forms.kit.written import written


@dataclass(frozen=True)
class Spacer(Kind):
    """A gap; how high is for the style sheet."""

    name = "spacer"
    written = (written("spacer", {"height"}),)
