"""The answers of one form or one row while they are looked at: values, what is hidden, what expressions see.

An expression sees the fields beside it, then those of the form around a row, then the variables of the case.
What is hidden is null to it. Fields that depend on each other in a circle are taken as visible (and as empty, when
computed) where the circle closes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from forms.kinds import Input
from forms.kinds.computed import Computed
from forms.kit.kind import Refused
from forms.language.expressions import Broken, Expr, Json, Limit
from forms.language.messages import Message
from forms.language.paths import MISSING, find, put
from forms.model.component import Component, Level, rows_of
from forms.model.form import Form


@dataclass(frozen=True)
class Around:
    """What all rows of a form share."""

    variables: Mapping[str, Json]
    now: datetime
    zone: ZoneInfo
    prefill: bool = False
    """Whether a field without an answer starts with the variable of its name (on the page) or only with its default."""


@dataclass
class Memory:
    """What was worked out already, and what is being worked out."""

    known: dict[tuple[str, str], Json] = field(default_factory=dict)
    busy: set[tuple[str, str]] = field(default_factory=set)


class Scope:
    """One form, or one row of a repeated group, with the answers given in it."""

    def __init__(
        self,
        level: Level,
        raw: Mapping[str, Json],
        around: Around,
        *,
        case: Mapping[str, Json] | None = None,
        outer: "Scope | None" = None,
    ) -> None:
        """Take the answers as they were given.

        Args:
            level: the components.
            raw: the answers, typed or as text.
            around: the variables, the time, the zone.
            case: where values of the case are found: all variables, or the case's row that this row stands for.
            outer: the form around a row.
        """
        self.level = level
        self.raw = raw
        self.around = around
        self.zone = around.zone
        """Of the installation."""
        self.case = around.variables if case is None else case
        self.outer = outer
        self._memory = Memory()
        self._typed: dict[str, tuple[Json, Message | None]] = {}
        self._rows: dict[str, list[Scope]] = {}

    # -- what expressions see

    @property
    def now(self) -> datetime:
        """The moment, aware."""
        return self.around.now

    def lookup(self, name: str) -> Json:
        """The value of a name; raises KeyError when nobody knows it."""
        if name in self.level.names:
            return self._assembled(name)
        if self.outer is not None:
            if name == "this":
                return self.values()
            return self.outer.lookup(name)
        return self.around.variables[name]

    def evaluate(self, expr: Expr, *, strict: bool = False) -> Json:
        """The value of an expression; raises Broken when it has none."""
        return expr.evaluate(self.lookup, strict=strict)

    def holds(self, expr: Expr | None, *, broken: bool) -> bool:
        """Whether a condition is true; `broken` when it cannot be computed."""
        if expr is None:
            return False
        try:
            return self.evaluate(expr) is True
        except Broken:
            return broken

    def limit(self, limit: Limit) -> Json:
        """The value of a limit; raises Broken when its expression has none."""
        return limit.value if limit.expr is None else self.evaluate(limit.expr)

    # -- one component

    def is_hidden(self, component: Component) -> bool:
        """Whether its condition, or that of a group around it, hides it."""
        parent = self.level.parents.get(component.id)
        if parent is not None and self.is_hidden(parent):
            return True
        if component.hide is None:
            return False
        return bool(self._once("hide", component, lambda: self.holds(component.hide, broken=False), circle=False))

    def is_readonly(self, component: Component) -> bool:
        """Whether the person cannot change it."""
        if component.readonly or component.disabled or component.read_from is not None:
            return True
        if component.readonly_when is None:
            return False
        return bool(
            self._once("readonly", component, lambda: self.holds(component.readonly_when, broken=True), circle=True)
        )

    def is_required(self, component: Component) -> bool:
        """Whether it must be filled in while it is visible."""
        when = component.required_when
        return component.required or (when is not None and self.holds(when, broken=True))

    def given(self, component: Component) -> Json:
        """What was answered, unchanged; MISSING when nothing was."""
        return find(self.raw, component.path)

    def start(self, component: Component) -> Json:
        """What a field without an answer starts with; None when with nothing."""
        return self.known(component) if self.around.prefill and component.prefill else self._default(component)

    def known(self, component: Component) -> Json:
        """What the case has under the component's name, else its default."""
        found = find(self.case, component.path)
        return self._default(component) if found is MISSING or found is None else found

    def from_case(self, component: Component) -> Json:
        """What a read-only field shows."""
        if component.read_from is not None:
            try:
                return self.evaluate(component.read_from)
            except Broken:
                return None
        return self.known(component)

    def source(self, component: Component) -> Json:
        """The untyped value that counts: of the case, given, or what it starts with."""
        if self.is_readonly(component):
            return self.from_case(component)
        given, own = find(self.raw, component.path), component.input
        if given is MISSING:
            return self.start(component)
        return given if own is None else own.unveiled(given, partial(self.known, component))

    def typed(self, component: Component) -> tuple[Json, Message | None]:
        """The value in its type, hidden or not, and what is wrong with it."""
        kind = component.kind
        if isinstance(kind, Computed):
            return self._once("computed", component, lambda: kind.compute(self), circle=None), None
        own = component.input
        if own is None:
            return [row.values() for row in self.rows(component)], None
        if component.read_from is None and component.readonly_when is None:  # it hangs on no other field
            found = self._typed.get(component.id)
            if found is None:
                found = self._typed[component.id] = self._as_typed(own, component)
            return found
        return self._as_typed(own, component)

    def _as_typed(self, own: Input, component: Component) -> tuple[Json, Message | None]:
        try:
            return own.typed(self.source(component), self.zone), None
        except Refused as refused:
            return None, refused.reason

    def value(self, component: Component) -> Json:
        """The value that expressions see: null when hidden or wrong."""
        return None if self.is_hidden(component) else self.typed(component)[0]

    def rows(self, component: Component) -> list["Scope"]:
        """The rows of a repeated group that are rows at all."""
        kind, level = rows_of(component), component.inside
        assert level is not None
        if component.id not in self._rows:
            given = self.source(component)
            case = find(self.case, component.path)
            if kind.fixed:
                given = _as_many(given, case)
            starts = max(kind.least, kind.start) if self.around.prefill and given is None else 0
            rows = given if isinstance(given, list | tuple) else [{}] * starts
            fixed = case if kind.fixed and isinstance(case, list) else []
            self._rows[component.id] = [
                Scope(level, _mapping(row), self.around, case=_nth(fixed, number), outer=self)
                for number, row in enumerate(rows[: kind.most + 1])
            ]
        return self._rows[component.id]

    # -- all components

    def visible(self) -> Iterable[Component]:
        """The components with a value that are not hidden, in the order of the form."""
        if not self.level.hides:
            return self.level.valued
        return (each for each in self.level.valued if not self.is_hidden(each))

    def values(self) -> dict[str, Json]:
        """The values of the visible fields, nested as their keys say."""
        found: dict[str, Json] = {}
        for each in self.visible():
            put(found, each.path, self.typed(each)[0])
        return found

    # -- how

    def _assembled(self, name: str) -> Json:
        holders = self.level.names[name]
        if len(holders) == 1 and len(holders[0].path) == 1:
            return self.value(holders[0])
        found: dict[str, Json] = {}
        for each in holders:
            put(found, each.path, self.value(each))
        return found.get(name)

    def _default(self, component: Component) -> Json:
        """It sees the variables, not the fields; None when it has no value."""
        default = component.default
        if default.expr is None:
            return default.value
        try:
            return default.expr.evaluate(self.around.variables.__getitem__)
        except Broken:
            return None

    def _once(self, what: str, component: Component, work: Callable[[], Json], *, circle: Json) -> Json:
        memory, key = self._memory, (what, component.id)
        if key in memory.known:
            return memory.known[key]
        if key in memory.busy:
            return circle
        memory.busy.add(key)
        try:
            memory.known[key] = work()
        finally:
            memory.busy.discard(key)
        return memory.known[key]


def open_scope(form: Form, answers: Mapping[str, Json], around: Around) -> Scope:
    """The scope of a whole form, its conditions worked out in the order of the form, where it has some."""
    scope = Scope(form.level, answers, around)
    if form.level.hangs:
        scope.values()
    return scope


def _mapping(row: Json) -> Mapping[str, Json]:
    return row if isinstance(row, Mapping) else {}


def _nth(rows: list[Json], number: int) -> Mapping[str, Json]:
    return _mapping(rows[number]) if number < len(rows) else {}


def _as_many(given: Json, case: Json) -> list[Json]:
    have = list(given) if isinstance(given, list | tuple) else []
    count = len(case) if isinstance(case, list) else 0
    return (have + [{}] * count)[:count]
