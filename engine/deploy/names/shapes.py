"""What kind of thing a variable is: a number, a date, a list of rows with these fields, as far as anybody says so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.deploy.names.scopes import Scope, Source, given_by
from engine.deploy.names.values import Known
from engine.errors import ExpressionError
from engine.language.expressions import Expression, compile_template
from engine.tables.decisions import Decision
from engine.uses import FormField, Spot
from engine.values import Json

NUMERIC = frozenset({"number", "amount"})
TEXTUAL = frozenset({"text", "words"})
OF_TABLES = {
    "string": "words",
    "boolean": "flag",
    "date": "date",
    "datetime": "moment",
    "dateandtime": "moment",
    **dict.fromkeys(("number", "integer", "long", "double"), "number"),
}
"""What the types of a table's outputs are here."""
OF_FIELDS = {
    "text": "words",
    "area": "words",
    "choice": "words",
    "number": "number",
    "money": "amount",
    "flag": "flag",
    "date": "date",
    "datetime": "moment",
    "time": "time",
}
"""What the fields of forms hold one of."""


@dataclass(frozen=True)
class Shape:
    """What something is beside null."""

    kind: str
    """number, amount, flag, text, words (whatever people type), date, moment, time, duration, rhythm, list, row; empty:
    adds nothing."""
    values: frozenset[Json] | None = None
    """All that it can be, where that is known."""
    item: "Shape | None" = None
    """What a list is of; None where nobody can tell."""
    fields: "Mapping[str, Shape | None] | None" = None
    """The fields of a row; None where nobody can tell."""


NOTHING = Shape("")
Find = Callable[[str], Shape | None]
Reads = Callable[[Scope, Expression, Find], Shape | None]


def of_values(values: Iterable[Json] | None) -> Shape | None:
    """What some values are, where all are of one kind."""
    found = frozenset(values or ())
    kinds = {{str: "text", bool: "flag", int: "number", float: "number"}.get(type(each), "") for each in found}
    return Shape(kinds.pop(), found) if len(kinds) == 1 and "" not in kinds else None


def one_of(shapes: Iterable[Shape | None]) -> Shape | None:
    """What one of several is; None where they differ, or nobody can tell of one."""
    found = [each for each in shapes if each != NOTHING]
    if not found:
        return NOTHING
    first = found[0]
    for other in found[1:]:
        first = None if first is None or other is None else _either(first, other)
    return first


def _either(one: Shape, other: Shape) -> Shape | None:
    kinds = {one.kind, other.kind}
    values = None if one.values is None or other.values is None else one.values | other.values
    if len(kinds) > 1:
        common = next((each for each in (NUMERIC, TEXTUAL) if kinds <= each), None)
        return None if common is None else Shape("number" if common is NUMERIC else "words", values)
    if one.kind == "list":
        return Shape("list", item=None if None in (one.item, other.item) else one_of((one.item, other.item)))
    if one.kind == "row":
        return _rows_of(one, other)
    return Shape(one.kind, values)


def _rows_of(one: Shape, other: Shape) -> Shape:
    """A row with the fields of both."""
    if one.fields is None or other.fields is None:
        return Shape("row")
    shared = {name: one_of((one.fields[name], other.fields[name])) for name in one.fields.keys() & other.fields}
    return Shape("row", fields={**one.fields, **other.fields, **shared})


@dataclass
class Shapes:
    """The shapes of the variables of all processes; worked out when they are asked for, once."""

    known: Known
    reads: Reads
    """Tells what an expression gives in a process, where names are found by a function."""
    _found: dict[tuple[str, str, str], Shape | None] = field(default_factory=dict)
    _passed: dict[tuple[str, str, str], Shape | None] = field(default_factory=dict)
    """What the present walk has come by: what comes back to itself adds nothing."""

    def of(self, scope: Scope, name: str, at: Spot | None, *, own: bool = True) -> Shape | None:
        """What a variable is where it is seen."""
        home, sources = scope.sources(name, at, own=own) or ("", ())
        contract, key = scope.process.contract, (scope.process.key, name, home)
        from_elsewhere = contract is not None and name in contract.inputs and scope.process.key in self.handed
        if not sources or (scope.open and not self.known.supposing) or scope.blind or from_elsewhere:
            return None
        for there in (self._found, self._passed):
            if key in there:
                return there[key]
        first = not self._passed
        self._passed[key] = NOTHING
        added = [] if home else map(of_field, scope.added.get(name, ()))
        found = self._passed[key] = one_of([*map(self._of_source, sources), *added])
        if first:  # what is found on the way may lack what the walk has come by already
            self._passed.clear()
            self._found[key] = found
        return found

    @property
    def handed(self) -> frozenset[str]:
        """The keys of processes that something else than a call starts."""
        return self.known.handed_elsewhere

    def of_text(self, scope: Scope, text: str, at: Spot | None, *, own: bool = True) -> Shape | None:
        """What a text with expressions gives."""
        try:
            parts = compile_template(text).parts
        except ExpressionError:
            return None
        if len(parts) != 1:
            return Shape("words")
        if not isinstance(parts[0], Expression):
            return of_values([parts[0].strip()])
        return self.reads(scope, parts[0], lambda name: self.of(scope, name, at, own=own))

    def _of_source(self, source: Source) -> Shape | None:
        if source.field is not None:
            return of_field(source.field)
        if source.rows is not None:
            return Shape("list", item=of_table(source.rows))
        tables = self.known.tables(source)
        if tables:
            return one_of(map(of_table, tables))
        if source.values is not None:
            found = of_values(source.values)
            return Shape("list", item=found) if source.many else found
        scope = self.known.scopes.get(source.asked_in)
        if source.text is None or source.table or scope is None:
            return None
        found = self.of_text(scope, source.text, source.at, own=source.own)
        return found if not source.item or found in (None, NOTHING) else found.item if found.kind == "list" else None


def of_table(decision: Decision) -> Shape:
    """The row that a table gives."""
    found: dict[str, Shape | None] = {}
    for each in decision.outputs:
        declared = OF_TABLES.get(each.type.replace(" ", "").lower())
        found[each.name] = of_values(given_by(decision, each.name)) or (Shape(declared) if declared else None)
    return Shape("row", fields=found)


def of_field(written: FormField) -> Shape | None:
    """What a field of a form makes of its variable."""
    found = _of_answer(written)
    for name in reversed(written.path[1:]):
        found = Shape("row", fields={name: found})
    return found


def _of_answer(written: FormField) -> Shape | None:
    kind = OF_FIELDS.get(written.kind)
    if written.kind == "rows":
        rows = (Shape("row", fields={each.path[0]: of_field(each)}) for each in written.inside)
        return Shape("list", item=one_of(rows))
    if written.kind in {"choices", "tags"}:
        return Shape("list", item=of_values(written.values) or Shape("words"))
    if written.kind in {"files", "signature"}:
        return Shape("list", item=Shape("row")) if written.kind == "files" else Shape("row")
    return of_values(written.values) or (None if kind is None else Shape(kind))
