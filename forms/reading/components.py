"""Components of a form file, read one by one into the tree that the form is."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from forms.kinds import Input, Kind, kind_of, known_types, written_as
from forms.kinds.group import Group
from forms.kinds.rows import Rows
from forms.kit.said import said
from forms.kit.source import Reading, Source
from forms.kit.written import suggest
from forms.language.expressions import Json
from forms.model.component import Component, Level
from forms.reading.attributes import check_attributes
from forms.reading.inputs import read_input
from forms.reading.rules import read_rules

REFUSED: Mapping[str, str] = {
    "script": said("scripts are not run in forms; use an expression component"),
    "multipage": said("a form is one page; use groups"),
    "page": said("a form is one page; use groups"),
    "default": said("a form cannot stand inside a form; use a group"),
}
LEFT_OUT: Mapping[str, str] = {
    "button": said("the button is left out: the page has its own"),
    "html": said("the HTML is left out: use a text component (headings, lists, bold, quotes)"),
    "image": said("the picture is left out: attach it to the case and name it in a text component"),
    "iframe": said("the other page is left out: put a link into a text component"),
    "documentPreview": said("the preview is left out: documents stand beside the form on the page"),
}
"""What the form editors offer and can be missing from a page."""
MOST = 400
"""Components of one form."""
DEEPEST = 8
"""Groups inside groups."""


def read_level(rows: Json, reading: Reading, *, inside: str | None) -> Level:
    """The components of a form, or of a row (`inside` is then the id of the repeated group)."""
    components = tuple(_components(rows, reading, inside=inside, path=(), depth=1))
    parents: dict[str, Component | None] = {}
    _note_parents(components, None, parents)
    level = Level(components, parents)
    names: dict[str, tuple[Component, ...]] = {}
    for each in level.valued:
        if each.path:
            names[each.path[0]] = (*names.get(each.path[0], ()), each)
    _check_keys(names, reading)
    return replace(level, names=names)


def _note_parents(
    components: tuple[Component, ...], parent: Component | None, parents: dict[str, Component | None]
) -> None:
    for each in components:
        parents[each.id] = parent
        _note_parents(each.children, each, parents)


def _check_keys(names: Mapping[str, tuple[Component, ...]], reading: Reading) -> None:
    for holders in names.values():
        for number, each in enumerate(holders):
            for other in holders[:number]:
                short = min(len(each.path), len(other.path))
                if each.path[:short] == other.path[:short]:
                    reading.report(
                        each.id,
                        said(
                            "the key {key} is taken by {id} ({other_key}) already; choose another",
                            key=each.key,
                            id=other.id,
                            other_key=other.key,
                        ),
                    )


def _components(
    rows: Json, reading: Reading, *, inside: str | None, path: tuple[str, ...], depth: int
) -> Iterator[Component]:
    if not isinstance(rows, list):
        reading.report(inside, said("components must be a list"))
        return
    for number, row in enumerate(rows):
        if len(reading.ids) >= MOST:
            reading.report(inside, said("a form has at most {most} components", most=MOST))
            return
        if not isinstance(row, Mapping):
            reading.report(inside, said("component {number} must be an object", number=number + 1))
            continue
        found = _component(row, reading, number, inside=inside, path=path, depth=depth)
        if found is not None:
            yield found


def _refused(name: Json) -> str:
    """What is said of a component that has no type, or one that is not taken."""
    if not isinstance(name, str):
        return said("type is missing") if name is None else said("{name} must be a text", name="type")
    hint = REFUSED.get(name, suggest(name, known_types()))
    return said("components of type {name} are not taken: {hint}", name=repr(name[:60]), hint=hint)


def _component(
    row: Mapping[str, Json],
    reading: Reading,
    number: int,
    *,
    inside: str | None,
    path: tuple[str, ...],
    depth: int,
) -> Component | None:
    source = Source(reading, _id_of(row, reading, inside, number), row)
    name = row.get("type")
    if isinstance(name, str) and name in LEFT_OUT:
        source.warn(LEFT_OUT[name])
        return None
    written = written_as(name) if isinstance(name, str) else None
    if written is None:
        source.report(_refused(name))
        return None
    check_attributes(source, written)
    kind = kind_of(source)
    if issubclass(kind, Rows):
        return _rows(source, kind, path, inside=inside)
    if issubclass(kind, Group):
        return _group(source, path, inside=inside, depth=depth)
    found = _common(source, kind.read(source))
    if issubclass(kind, Input):
        return read_input(source, replace(found, path=path + source.key("key")))
    return replace(found, path=path + source.key("key"), readonly=True) if kind.has_value else found


def _id_of(row: Mapping[str, Json], reading: Reading, inside: str | None, number: int) -> str:
    given = row.get("id") or row.get("key") or row.get("path")
    found = given if isinstance(given, str) and len(given) <= 100 else f"{inside or 'component'}_{number + 1}"
    if found in reading.ids:
        if row.get("id") == found:
            reading.report(found, said("two components have this id"))
        found = f"{found}_{len(reading.ids) + 1}"
    reading.ids.add(found)
    return found


def _common(source: Source, kind: Kind) -> Component:
    layout = source.within("layout")
    return Component(
        id=source.id,
        kind=kind,
        label=kind.label(source),
        hide=source.within("conditional").expr("hide"),
        row=layout.text("row") or None,
        columns=layout.whole("columns", 0, least=2, most=16) or None,
        rules=read_rules(source.within("properties")),
    )


def _group(source: Source, path: tuple[str, ...], *, inside: str | None, depth: int) -> Component | None:
    own = path + source.key("path", needed=False)
    if depth >= DEEPEST:
        source.report(said("groups stand at most {most} deep", most=DEEPEST))
        return None
    rows = source.data.get("components", [])
    children = tuple(_components(rows, source.reading, inside=inside, path=own, depth=depth + 1))
    return replace(_common(source, Group.read(source)), children=children)


def _rows(source: Source, kind: type[Rows], path: tuple[str, ...], *, inside: str | None) -> Component | None:
    if inside is not None:
        source.report(
            said("a dynamiclist cannot stand inside another: place it beside, with a field that refers to the row")
        )
        return None
    own = source.key("path")
    level = read_level(source.data.get("components", []), source.reading, inside=source.id)
    for each in level.valued:
        field = each.input
        if field is not None and field.signs:
            source.reading.report(
                each.id, said("a signature signs the whole form; place it outside the repeated group")
            )
    return replace(_common(source, kind.read(source)), path=path + own, inside=level)
