"""Components worked out for the templates: one function a kind."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from forms.check import size_text
from forms.convert import plain_text
from forms.dependencies import names_of
from forms.display import is_veiled, shown
from forms.kinds import (
    ChoiceSpec,
    Column,
    ComputedSpec,
    FileSpec,
    Kind,
    NumberSpec,
    SignatureSpec,
    StaticSpec,
    TableSpec,
    TextSpec,
)
from forms.language import Broken, Json
from forms.markdown import to_html
from forms.messages import message
from forms.model import Component, RowsSpec
from forms.options import Choice, choices_of
from forms.scope import MISSING, Scope, find
from forms.views import ROW_NUMBER, Line, OptionView, Page, RowView, View, element_id

Builder = Callable[[Page, Scope, Component, View, str], View]


def lines_of(page: Page, scope: Scope, components: tuple[Component, ...], prefix: str) -> list[Line]:
    """The components in lines; those that are hidden leave a mark that says what they depend on."""
    lines: list[Line] = []
    together: list[tuple[Component, View]] = []
    for each in components:
        view = view_of(page, scope, each, prefix)
        if together and (each.row is None or each.row != together[-1][0].row):
            lines.append(_line(together))
            together = []
        together.append((each, view))
    return [*lines, *([_line(together)] if together else [])]


def _line(together: list[tuple[Component, View]]) -> Line:
    shown_ones = [(each, view) for each, view in together if view.kind not in {"gone", "none"}]
    free = [each for each, _ in shown_ones if each.columns is None]
    rest = 16 - sum(each.columns or 0 for each, _ in shown_ones)
    share = max(2, rest // len(free)) if free else 0
    return Line(tuple(replace(view, width=(each.columns or share or 16)) for each, view in together))


def view_of(page: Page, scope: Scope, component: Component, prefix: str) -> View:
    """One component worked out."""
    path = (prefix + component.key) if component.path else prefix.rstrip(".")
    depends = " ".join(sorted(names_of(component)))
    own = element_id(page.prefix, path if component.path else f"{prefix}{component.id}")
    view = View(component.kind.value, own, page.prefix + path, path, depends=depends)
    if scope.is_hidden(component):
        return replace(view, kind="gone")
    view = replace(
        view,
        label=page.say(component.label, scope),
        help=page.say(component.help, scope),
        error=page.tell(page.errors.get(path)) if component.path else "",
        required=component.has_value and scope.is_required(component),
        readonly=page.readonly or scope.is_readonly(component),
        refresh=_is_trigger(page, prefix, component),
    )
    build: Builder = BUILDERS.get(component.kind, _line_view)
    return build(page, scope, component, view, prefix)


def _is_trigger(page: Page, prefix: str, component: Component) -> bool:
    outside = ".".join(part for part in prefix.split(".") if part and not part.isdigit() and part != ROW_NUMBER)
    return (f"{outside}.{component.key}" if outside else component.key) in page.form.triggers


def raw_of(scope: Scope, component: Component) -> Json:
    """What stands in the field, typed or as it was written."""
    value, wrong = scope.typed(component)
    return scope.source(component) if wrong is not None else value


def _line_view(page: Page, scope: Scope, component: Component, view: View, _prefix: str) -> View:
    if view.readonly and (scope.is_readonly(component) or is_veiled(component, page.reader)):
        return _read_only(page, scope, component, view)
    spec, raw = component.spec, raw_of(scope, component)
    text = (
        raw if isinstance(raw, str) else "" if raw is None or isinstance(raw, bool | list | dict) else plain_text(raw)
    )
    if isinstance(spec, TextSpec):
        modes = {"email": ("email", "email"), "phone": ("tel", "tel")}
        kind, mode = modes.get(spec.validation or "", ("text", ""))
        return replace(
            view,
            kind="area" if component.kind is Kind.AREA else "line",
            value=text,
            type=kind,
            mode=mode,
            lines=spec.lines,
            autocomplete=spec.autocomplete,
            prefix=page.say(spec.prefix, scope),
            suffix=page.say(spec.suffix, scope),
            placeholder=page.say(spec.placeholder, scope),
        )
    if isinstance(spec, NumberSpec):
        sign = page.reader.sign(spec.currency) if component.kind is Kind.MONEY else page.say(spec.prefix, scope)
        whole = spec.decimals == 0 and component.kind is Kind.NUMBER
        suffix = page.say(spec.suffix, scope)
        mode = "numeric" if whole else "decimal"
        return replace(view, kind="line", value=text, mode=mode, prefix=sign, suffix=suffix, look="n")
    kind = "datetime-local" if component.kind is Kind.DATETIME else component.kind.value
    value = text[:16] if component.kind is Kind.DATETIME else text
    return replace(view, kind="line", type=kind, value=value, look="n")


def _read_only(page: Page, scope: Scope, component: Component, view: View) -> View:
    value = shown(component, raw_of(scope, component), scope, page.reader)
    lines = min(12, value.count("\n") + 1 + len(value) // 90)
    return replace(view, kind="fixed", value=value, lines=lines, required=False)


def _flag(_page: Page, scope: Scope, component: Component, view: View, _prefix: str) -> View:
    return replace(view, kind="flag", checked=raw_of(scope, component) is True)


def _choice(page: Page, scope: Scope, component: Component, view: View, _prefix: str) -> View:
    if scope.is_readonly(component):
        return _read_only(page, scope, component, view)
    spec, raw = component.spec, raw_of(scope, component)
    assert isinstance(spec, ChoiceSpec)
    if spec.free:
        text = page.reader.joined([plain_text(each) for each in raw]) if isinstance(raw, list) else str(raw or "")
        return replace(view, kind="line", value=text)
    choices = choices_of(spec, scope)
    first = next((number for number, each in enumerate(choices, 1) if each.closed is None), 0)
    chosen = {plain_text(each) for each in (raw if isinstance(raw, list) else [raw])}
    options = tuple(
        _option(page, scope, each, (view.id if number == first else f"{view.id}-{number}", number), chosen)
        for number, each in enumerate(choices, 1)
    )
    many = component.kind is Kind.CHOICES
    kind = "select" if spec.look == "select" else "options"
    return replace(view, kind=kind, look=spec.look, options=options, multiple=many)


def _option(page: Page, scope: Scope, choice: Choice, own: tuple[str, int], chosen: set[str]) -> OptionView:
    option = choice.option
    return OptionView(
        id=own[0],
        value=option.value,
        label=option.label.source if choice.dynamic else page.say(option.label, scope),
        chosen=str(choice.value) in chosen,
        closed=page.tell(choice.closed),
        next=page.say(option.next, scope),
        number=own[1],
    )


def _files(page: Page, scope: Scope, component: Component, view: View, _prefix: str) -> View:
    spec, (value, wrong) = component.spec, scope.typed(component)
    assert isinstance(spec, FileSpec)
    kept = [] if wrong is not None or not isinstance(value, list) else value
    address = page.reader.file_url
    files = tuple(
        {
            "id": str(each["id"]),
            "name": each["name"],
            "size": size_text(each["size"]),
            "url": address(each) if address is not None else "",
        }
        for each in kept
    )
    kinds, size = ", ".join(spec.accept), size_text(spec.max_size)
    limits = message("file_limits", size=size, kinds=kinds) if kinds else message("file_limit", size=size)
    return replace(
        view,
        kind="files",
        files=files,
        multiple=spec.multiple,
        accept=",".join(spec.accept),
        value="" if component.help else page.tell(limits),
    )


def _signature(page: Page, scope: Scope, component: Component, view: View, _prefix: str) -> View:
    spec, given = component.spec, find(scope.raw, component.path)
    assert isinstance(spec, SignatureSpec)
    done = "" if given is MISSING else shown(component, given, scope, page.reader)
    return replace(view, kind="signature", modes=spec.modes, signer=page.say(spec.signer, scope), value=done)


def _computed(page: Page, scope: Scope, component: Component, view: View, _prefix: str) -> View:
    assert isinstance(component.spec, ComputedSpec)
    if not component.label:
        return replace(view, kind="none")
    return _read_only(page, scope, component, view)


def _static(page: Page, scope: Scope, component: Component, view: View, _prefix: str) -> View:
    assert isinstance(component.spec, StaticSpec)
    return replace(view, kind="static", html=to_html(page.say(component.spec.text, scope)))


def _table(page: Page, scope: Scope, component: Component, view: View, _prefix: str) -> View:
    spec = component.spec
    assert isinstance(spec, TableSpec)
    try:
        rows = scope.evaluate(spec.source)
    except Broken:
        rows = None
    found = [row for row in rows if isinstance(row, Mapping)][:200] if isinstance(rows, list | tuple) else []
    cells = tuple(tuple(_cell(page, scope, row, column) for column in spec.columns) for row in found)
    return replace(view, kind="table", columns=tuple(page.say(each.label, scope) for each in spec.columns), cells=cells)


def _cell(page: Page, scope: Scope, row: Mapping[str, Json], column: Column) -> str:
    found = find(row, tuple(column.key.split(".")))
    if found is MISSING or found is None:
        return ""
    if column.currency:
        return page.reader.money(found, column.currency)
    values = found if column.options and isinstance(found, list) else [found]
    words = [column.options.get(plain_text(each)) for each in values]
    return page.reader.joined(
        [page.say(word, scope) if word else page.reader.plain(each) for word, each in zip(words, values, strict=True)]
    )


def _group(page: Page, scope: Scope, component: Component, view: View, prefix: str) -> View:
    return replace(view, kind="group", inside=tuple(lines_of(page, scope, component.children, prefix)))


def _rows(page: Page, scope: Scope, component: Component, view: View, _prefix: str) -> View:
    spec = component.spec
    assert isinstance(spec, RowsSpec)
    scopes = scope.rows(component)[: spec.max_rows]
    rows = tuple(_row(page, spec, row, view.path, str(number)) for number, row in enumerate(scopes))
    free = not (spec.fixed or page.readonly)
    blank = Scope(spec.level, {}, scope.around, case={}, outer=scope)
    return replace(
        view,
        kind="rows",
        rows=rows,
        blank=_row(page, spec, blank, view.path, ROW_NUMBER) if free else None,
        can_add=free and len(rows) < spec.max_rows,
        can_remove=free and len(rows) > spec.min_rows,
        least=spec.min_rows,
        most=spec.max_rows,
        required=spec.min_rows > 0,
    )


def _row(page: Page, spec: RowsSpec, scope: Scope, path: str, number: str) -> RowView:
    label = page.say(spec.row_label, scope) or page.reader.translate("Row")
    shown_number = str(int(number) + 1) if number.isdigit() else ROW_NUMBER
    lines = lines_of(page, scope, spec.level.components, f"{path}.{number}.")
    return RowView(number, f"{label} {shown_number}", page.tell(page.errors.get(f"{path}.{number}")), lines)


BUILDERS: Mapping[Kind, Builder] = {
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choice,
    Kind.TAGS: _choice,
    Kind.FILES: _files,
    Kind.SIGNATURE: _signature,
    Kind.COMPUTED: _computed,
    Kind.STATIC: _static,
    Kind.TABLE: _table,
    Kind.GROUP: _group,
    Kind.ROWS: _rows,
    Kind.SEPARATOR: lambda _page, _scope, _component, view, _prefix: view,
    Kind.SPACER: lambda _page, _scope, _component, view, _prefix: view,
}
