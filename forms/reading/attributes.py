"""Whether a component says only what its type understands."""

from collections.abc import Mapping
from functools import cache

from forms.kinds import all_kinds
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.written import Written, close_to, is_known_property, suggest

PARTS = {
    "conditional": frozenset({"hide"}),
    "layout": frozenset({"row", "columns"}),
    "appearance": frozenset({"prefixAdorner", "suffixAdorner"}),
}

OF_ROWS = {"values": frozenset({"label", "value"}), "columns": frozenset({"label", "key"})}
"""What each of the options of a choice and of the columns of a table says."""

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
            source.report(
                said(
                    "unknown attribute {each} of a {name}: {cure}",
                    each=repr(each[:60]),
                    name=name,
                    cure=suggest(each, written.attributes),
                )
            )
        else:
            source.warn(said("the attribute {each} of a {name} is not used", each=repr(each[:60]), name=name))
    for part, known in ({"validate": written.checks} | PARTS).items():
        for each in sorted(source.within(part).data.keys() - known):
            if part in LOOKS and not close_to(each, known):
                source.warn(said("{part}.{each} of a {name} is not used", part=part, each=each[:60], name=name))
            else:
                source.report(
                    said(
                        "unknown {part}.{each} of a {name}: {cure}",
                        part=part,
                        each=each[:60],
                        name=name,
                        cure=suggest(each, known),
                    )
                )
    _check_properties(source, written)
    for part in sorted(OF_ROWS.keys() & source.data.keys()):
        rows = source.data[part]
        for number, row in enumerate(rows if isinstance(rows, list) else (), 1):
            _check_row(source, part, number, row)


def _check_properties(source: Source, written: Written) -> None:
    name = written.type
    for each, value in source.within("properties").data.items():
        if not is_known_property(written.properties, each):
            if close_to(each, _every_property()):
                source.report(
                    said(
                        "unknown property {each} of a {name}: {cure}",
                        each=repr(each[:60]),
                        name=name,
                        cure=suggest(each, written.properties),
                    )
                )
            else:
                source.warn(said("the property {each} of a {name} is not used", each=repr(each[:60]), name=name))
        elif not isinstance(value, str | bool | int | float):
            source.report(said("the property {each} must be a text", each=each[:60]))


def _check_row(source: Source, part: str, number: int, row: object) -> None:
    """Report what an option or a column says that is a typing error, and that nobody has named it."""
    if not isinstance(row, Mapping):
        return
    known, name = OF_ROWS[part], f"{part} {number}"
    wrong = [each for each in sorted(map(str, row.keys() - known)) if close_to(each, known)]
    for each in wrong:
        source.report(
            said(
                "unknown attribute {each} of {name}: {cure}",
                each=repr(each[:60]),
                name=name,
                cure=suggest(each, known - row.keys()),
            )
        )
    if not wrong and not row.get("label") and known & row.keys():
        source.warn(said("{name} has no label, so that people see nothing but its value: write one", name=name))
