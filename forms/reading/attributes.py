"""Whether a component says only what its type understands."""

from functools import cache

from forms.kinds import all_kinds
from forms.kit.source import Source
from forms.kit.written import Written, close_to, is_known_property, suggest

PARTS = {
    "conditional": frozenset({"hide"}),
    "layout": frozenset({"row", "columns"}),
    "appearance": frozenset({"prefixAdorner", "suffixAdorner"}),
}

LOOKS = frozenset({"layout", "appearance"})
"""Parts that only say how a component looks."""


@cache
def _every_property() -> frozenset[str]:
    """The custom properties of all kinds: what is one elsewhere, or like one, was meant to do something."""
    return frozenset(name for kind in all_kinds() for written in kind.written for name in written.properties)


def check_attributes(source: Source, written: Written) -> None:
    """Report every attribute, part of one and custom property that is not understood."""
    name = written.type
    for each in sorted(source.data.keys() - written.attributes):
        if close_to(each, written.attributes):
            source.report(f"unknown attribute {each[:60]!r} of a {name}: {suggest(each, written.attributes)}")
        else:
            source.warn(f"the attribute {each[:60]!r} of a {name} is not used")
    for part, known in ({"validate": written.checks} | PARTS).items():
        for each in sorted(source.within(part).data.keys() - known):
            if part in LOOKS and not close_to(each, known):
                source.warn(f"{part}.{each[:60]} of a {name} is not used")
            else:
                source.report(f"unknown {part}.{each[:60]} of a {name}: {suggest(each, known)}")
    for each, value in source.within("properties").data.items():
        if not is_known_property(written.properties, each):
            if close_to(each, _every_property()):
                source.report(f"unknown property {each[:60]!r} of a {name}: {suggest(each, written.properties)}")
            else:
                source.warn(f"the property {each[:60]!r} of a {name} is not used")
        elif not isinstance(value, str | bool | int | float):
            source.report(f"the property {each[:60]} must be a text")
