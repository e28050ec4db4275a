"""Components worked out for the templates, each by its kind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from forms.kit.field import NUMBER, Field
from forms.kit.reader import Reader
from forms.kit.view import GoneView, Line, View, element_id
from forms.language.expressions import Json
from forms.language.messages import Message
from forms.model.component import Component, walk
from forms.model.scope import Scope


@dataclass(frozen=True)
class Page:
    """What all fields of one rendering share."""

    triggers: frozenset[str]
    reader: Reader
    errors: Mapping[str, Message]
    readonly: bool

    def error(self, path: str) -> str:
        """What is wrong at a path, in the reader's language."""
        return self.reader.tell(self.errors.get(path))


@dataclass(frozen=True)
class InsideOf:
    """What stands inside a component."""

    page: Page
    scope: Scope
    component: Component
    prefix: str

    def lines(self) -> list[Line]:
        """The components of a group."""
        return lines_of(self.page, self.scope, self.component.children, self.prefix)

    def rows(self, most: int) -> Iterator["RowOf"]:
        """The rows of a repeated group."""
        for number, each in enumerate(self.scope.rows(self.component)[:most]):
            yield RowOf(self.page, each, self.prefix + self.component.key, str(number))

    def blank(self) -> "RowOf":
        """An empty row."""
        assert self.component.inside is not None
        empty = Scope(self.component.inside, {}, self.scope.around, case={}, outer=self.scope)
        return RowOf(self.page, empty, self.prefix + self.component.key, NUMBER)


@dataclass(frozen=True)
class RowOf:
    """One row of a repeated group."""

    page: Page
    sight: Scope
    path: str
    number: str

    @property
    def error(self) -> str:
        """What is wrong with the row as a whole."""
        return self.page.error(f"{self.path}.{self.number}")

    def lines(self) -> list[Line]:
        """Its fields."""
        return lines_of(self.page, self.sight, self.sight.level.components, f"{self.path}.{self.number}.")


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
    shown = [each for each, view in together if view.piece not in {"gone", "unseen"}]
    free = [each for each in shown if each.columns is None]
    rest = 16 - sum(each.columns or 0 for each in shown)
    share = max(2, rest // len(free)) if free else 0
    return Line(tuple(replace(view, width=(each.columns or share or 16)) for each, view in together))


def view_of(page: Page, scope: Scope, component: Component, prefix: str) -> View:
    """One component worked out."""
    path = (prefix + component.key) if component.path else prefix.rstrip(".")
    own = element_id(path if component.path else f"{prefix}{component.id}")
    view = View("gone", own, path)
    if scope.is_hidden(component):
        unseen = tuple(prefix + each.key for each in walk((component,)) if each.has_value)
        return GoneView(**vars(view) | {"unseen": unseen})
    if component.kind.quiet:
        return replace(view, piece="unseen")
    fixed = component.has_value and scope.is_readonly(component)
    view = replace(
        view,
        label=page.reader.say(component.label, scope),
        help=page.reader.say(component.help, scope),
        error=page.error(path) if component.path else "",
        required=component.has_value and scope.is_required(component),
        readonly=page.readonly or fixed,
        refresh=_is_trigger(page, prefix, component),
    )
    value, written = _values(scope, component)
    inside = InsideOf(page, scope, component, prefix)
    known = scope.known(component) if component.has_value and component.inside is None else None
    field = Field(view, scope, page.reader, inside, value, written, known, fixed=fixed, page_is_read=page.readonly)
    return component.kind.view(field)


def _is_trigger(page: Page, prefix: str, component: Component) -> bool:
    outside = ".".join(part for part in prefix.split(".") if part and not part.isdigit() and part != NUMBER)
    return (f"{outside}.{component.key}" if outside else component.key) in page.triggers


def _values(scope: Scope, component: Component) -> tuple[Json, Json]:
    """What stands in a field: typed (None when it is wrong), and as it was written."""
    if not component.has_value or component.inside is not None:
        return None, None
    value, wrong = scope.typed(component)
    return (value, value) if wrong is None else (None, scope.source(component))
