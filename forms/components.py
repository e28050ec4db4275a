"""Components of a form file, read one by one into the tree that the form is."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from forms.attributes import ATTRIBUTES, PROPERTIES, REFUSED, RULES, VALIDATE, is_known_property, suggest
from forms.kinds import INPUTS, ChoiceSpec, Kind
from forms.language import Json, Limit
from forms.model import Component, Level, RowsSpec
from forms.source import Reading, Source
from forms.specs import MAKERS

MOST = 400
"""Components of one form."""
DEEPEST = 8
"""Groups inside groups."""
NEVER_BEFOREHAND = frozenset({Kind.FILES, Kind.SIGNATURE})


def read_level(rows: Json, reading: Reading, *, inside: str | None) -> Level:
    """The components of a form, or of a row (`inside` is then the id of the repeated group)."""
    components = tuple(_components(rows, reading, inside=inside, path=(), depth=1))
    parents: dict[str, Component | None] = {}
    _note_parents(components, None, parents)
    level = Level(components, parents)
    names: dict[str, tuple[Component, ...]] = {}
    for each in level.valued():
        if each.path:
            names[each.path[0]] = (*names.get(each.path[0], ()), each)
    _check_keys(names, reading)
    return replace(level, names=names)


def _note_parents(
    components: tuple[Component, ...], parent: Component | None, parents: dict[str, Component | None]
) -> None:
    for each in components:
        parents[each.id] = parent
        if each.kind is Kind.GROUP:
            _note_parents(each.children, each, parents)


def _check_keys(names: Mapping[str, tuple[Component, ...]], reading: Reading) -> None:
    for holders in names.values():
        for number, each in enumerate(holders):
            for other in holders[:number]:
                short = min(len(each.path), len(other.path))
                if each.path[:short] == other.path[:short]:
                    reading.report(
                        each.id, f"the key {each.key} is taken by {other.id} ({other.key}) already; choose another"
                    )


def _components(
    rows: Json, reading: Reading, *, inside: str | None, path: tuple[str, ...], depth: int
) -> Iterator[Component]:
    if not isinstance(rows, list):
        reading.report(inside, "components must be a list")
        return
    for number, row in enumerate(rows):
        if len(reading.ids) >= MOST:
            reading.report(inside, f"a form has at most {MOST} components")
            return
        if not isinstance(row, Mapping):
            reading.report(inside, f"component {number + 1} must be an object")
            continue
        found = _component(row, reading, number, inside=inside, path=path, depth=depth)
        if found is not None:
            yield found


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
    kind = row.get("type")
    if not isinstance(kind, str) or kind not in ATTRIBUTES:
        hint = REFUSED.get(kind, suggest(kind, frozenset(ATTRIBUTES))) if isinstance(kind, str) else "type is missing"
        source.report(f"components of type {str(kind)[:60]!r} are not taken: {hint}")
        return None
    if kind == "button":
        source.warn("the button is left out: the page has its own")
        return None
    _check_attributes(source, kind)
    if kind == "dynamiclist":
        return _rows(source, path, inside=inside)
    if kind == "group":
        return _group(source, path, inside=inside, depth=depth)
    return _single(source, kind, path)


def _id_of(row: Mapping[str, Json], reading: Reading, inside: str | None, number: int) -> str:
    given = row.get("id") or row.get("key") or row.get("path")
    found = given if isinstance(given, str) and len(given) <= 100 else f"{inside or 'component'}_{number + 1}"
    if found in reading.ids:
        if row.get("id") == found:
            reading.report(found, "two components have this id")
        found = f"{found}_{len(reading.ids) + 1}"
    reading.ids.add(found)
    return found


def _check_attributes(source: Source, kind: str) -> None:
    for name in source.data.keys() - ATTRIBUTES[kind]:
        source.report(f"unknown attribute {name[:60]!r} of a {kind}: {suggest(name, ATTRIBUTES[kind])}")
    known = {
        "validate": VALIDATE.get(kind, frozenset({"required"})),
        "conditional": frozenset({"hide"}),
        "layout": frozenset({"row", "columns"}),
        "appearance": frozenset({"prefixAdorner", "suffixAdorner"}),
    }
    for part, names in known.items():
        for name in source.within(part).data.keys() - names:
            source.report(f"unknown {part}.{name[:60]} of a {kind}: {suggest(name, names)}")
    patterns = PROPERTIES.get(kind, RULES)
    for name, value in source.within("properties").data.items():
        if not is_known_property(patterns, name):
            source.report(f"unknown property {name[:60]!r} of a {kind}: {suggest(name, patterns)}")
        elif not isinstance(value, str | bool | int | float):
            source.report(f"the property {name[:60]} must be a text")


def _common(source: Source, kind: Kind, path: tuple[str, ...]) -> Component:
    layout = source.within("layout")
    columns = layout.whole("columns", 0, least=2, most=16) or None
    return Component(
        id=source.id,
        type=str(source.data["type"]),
        kind=kind,
        path=path,
        label=source.template("label"),
        hide=source.within("conditional").expr("hide"),
        row=layout.text("row") or None,
        columns=columns,
        rules=source.within("properties").rules(),
    )


def _group(source: Source, path: tuple[str, ...], *, inside: str | None, depth: int) -> Component | None:
    own = path + source.key("path", needed=False)
    if depth >= DEEPEST:
        source.report(f"groups stand at most {DEEPEST} deep")
        return None
    rows = source.data.get("components", [])
    children = tuple(_components(rows, source.reading, inside=inside, path=own, depth=depth + 1))
    return replace(_common(source, Kind.GROUP, ()), children=children)


def _rows(source: Source, path: tuple[str, ...], *, inside: str | None) -> Component | None:
    if inside is not None:
        source.report("a dynamiclist cannot stand inside another: place it beside, with a field that refers to the row")
        return None
    own, properties = source.key("path"), source.within("properties")
    if source.data.get("isRepeating") is False:
        source.report("a dynamiclist that does not repeat is a group; use a group")
    level = read_level(source.data.get("components", []), source.reading, inside=source.id)
    for each in level.valued():
        if each.kind is Kind.SIGNATURE:
            source.reading.report(each.id, "a signature signs the whole form; place it outside the repeated group")
    fixed = not source.flag("allowAddRemove", default=True)
    spec = RowsSpec(
        level=level,
        min_rows=properties.whole("minRows", 0, most=200),
        max_rows=properties.whole("maxRows", 200 if fixed else 50, least=1, most=200),
        start_rows=source.whole("defaultRepetitions", 1, most=50),
        fixed=fixed,
        row_label=properties.template("rowLabel"),
    )
    if spec.min_rows > spec.max_rows:
        source.report("minRows is above maxRows")
    return replace(_common(source, Kind.ROWS, path + own), spec=spec)


def _single(source: Source, type_name: str, path: tuple[str, ...]) -> Component:
    kind, spec = MAKERS[type_name](source)
    common = _common(source, kind, ())
    if kind is Kind.COMPUTED:
        label = source.within("properties").template("label")
        return replace(common, spec=spec, path=path + source.key("key"), label=label, readonly=True)
    if kind not in INPUTS:
        return replace(common, spec=spec)
    return _input(source, replace(common, spec=spec, path=path + source.key("key")))


def _input(source: Source, component: Component) -> Component:
    properties = source.within("properties")
    readonly, readonly_when = source.switch("readonly")
    disabled, disabled_when = source.switch("disabled")
    if readonly_when is not None and disabled_when is not None:
        source.report("readonly and disabled are both expressions; keep one")
    decision = isinstance(component.spec, ChoiceSpec) and component.spec.look == "cards"
    label = component.label or source.template("dateLabel") or source.template("timeLabel")
    if not label:
        source.report("the label is missing: people and screen readers need it")
    if component.kind in NEVER_BEFOREHAND and source.data.get("defaultValue") is not None:
        source.report("files and signatures have no defaultValue")
    return replace(
        component,
        label=label,
        help=source.template("description"),
        required=source.within("validate").flag("required"),
        required_when=properties.expr("requiredWhen"),
        readonly=readonly,
        readonly_when=readonly_when or disabled_when,
        disabled=disabled,
        read_from=properties.expr("readFrom"),
        default=_default(source),
        prefill=properties.flag("prefill", default=not decision),
    )


def _default(source: Source) -> Limit:
    found = source.data.get("defaultValue")
    if isinstance(found, str) and found.strip().startswith("="):
        return Limit(expr=source.compile("defaultValue", found.strip()))
    if isinstance(found, Mapping):
        source.report("defaultValue must be a text, a number, true, false or a list")
        return Limit()
    return Limit(found)
