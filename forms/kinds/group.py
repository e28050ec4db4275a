"""Fields that belong together."""

from dataclasses import dataclass

from forms.kit.field import Field
from forms.kit.kind import Kind
from forms.kit.view import Line, View
from forms.kit.written import CONTAINER, written


@dataclass(frozen=True)
class GroupView(View):
    """The fields inside."""

    inside: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Group(Kind):
    """A group; its components stand in the component."""

    name = "group"
    written = (written("group", CONTAINER),)

    def view(self, field: Field) -> View:
        """Its fields under its label."""
        return field.made(GroupView, "group", inside=tuple(field.inside.lines()))
