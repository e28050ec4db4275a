"""Decisions that have been read: immutable, shared between threads, decided without side effects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from engine.errors import DecisionError, ExpressionError, UnknownName
from engine.language.evaluator import Evaluator, Functions, Names
from engine.language.expressions import NO_FUNCTIONS, Expression
from engine.language.tokens import Problem
from engine.language.values import Value
from engine.phrases import phrase
from engine.tables.cells import Cell
from engine.tables.policies import Hit, apply_policy
from engine.tables.types import Declared
from engine.values import Json


@dataclass(frozen=True)
class Column:
    """An input of a table."""

    id: str
    label: str
    expression: Expression
    type: str
    """As written: string, number, integer, boolean, date …; empty when nothing is said."""
    allowed: tuple[Value, ...] | None = None


@dataclass(frozen=True)
class Output:
    """An output of a table."""

    id: str
    name: str
    label: str
    type: str
    values: tuple[Json, ...] | None = None
    """The allowed values, the most important first."""
    default: Expression | None = None


@dataclass(frozen=True)
class Rule:
    """A row of a table."""

    id: str
    number: int
    """From 1."""
    cells: tuple[Cell, ...]
    entries: tuple[Expression | None, ...]
    annotation: str


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a function of its own that decisions may call."""

    name: str
    parameters: tuple[str, ...]
    body: Expression
    types: tuple[Declared | None, ...] = ()
    """Of the parameters."""
    type: Declared | None = None
    """Of what it gives."""

    def call(self, functions: Functions, *given: Value) -> Value:
        """The value for these arguments; nothing but them is known inside."""
        if len(given) != len(self.parameters):
            raise ExpressionError(
                text=self.body.text,
                reason=phrase("{name} takes {count} values", name=self.name, count=len(self.parameters)),
            )
        wanted = zip(self.parameters, given, self.types, strict=True)
        names = {name: each if kind is None else kind.fit(each, name) for name, each, kind in wanted}
        result = Evaluator(self.body.text, names, functions).result(self.body.tree)
        return result if self.type is None else self.type.fit(result, f"what {self.name} gives")


@dataclass(frozen=True)
class Decided:
    """What a decision gives."""

    result: Json
    """One row as {output: value}; a list of rows for COLLECT, RULE ORDER and OUTPUT ORDER; a value where the table
    aggregates, and for a literal expression."""
    rows: tuple[int, ...]
    """The numbers of the rows that made it, from 1, in the order of the result."""


@dataclass(frozen=True)
class Decision:
    """A decision table, or a literal expression."""

    key: str
    name: str
    file: str
    version_tag: str | None = None
    hit_policy: str = "UNIQUE"
    aggregation: str | None = None
    inputs: tuple[Column, ...] = ()
    outputs: tuple[Output, ...] = ()
    rules: tuple[Rule, ...] = ()
    literal: Expression | None = None
    type: str = ""
    """What it declares that a literal expression gives."""
    declared: Declared | None = field(default=None, repr=False)
    """The same, with what the file says of it."""
    variable: str = ""
    """The name under which decisions that need this one know its result; the key unless the file says otherwise."""
    required: tuple["Decision", ...] = field(default=(), repr=False)
    """The decisions that are made first."""
    knowledge: tuple[Knowledge, ...] = field(default=(), repr=False)
    """The functions of the file that it calls."""

    @property
    def names(self) -> frozenset[str]:
        """The variables that it asks for, those of required decisions included, their results left out."""
        own = frozenset().union(*(expression.names for expression in self.expressions()))
        for decision in self.required:
            own -= {decision.variable, *(output.name for output in decision.outputs)}
        return own.union(*(decision.names for decision in self.required))

    @property
    def functions(self) -> frozenset[str]:
        """The functions that it calls, those of required decisions included."""
        own = frozenset().union(*(expression.functions for expression in self.expressions()))
        own = own.union(*(each.body.functions for each in self.knowledge)) - {each.name for each in self.knowledge}
        return own.union(*(decision.functions for decision in self.required))

    def expressions(self) -> Iterator[Expression]:
        """All that it works out, cells included; those of required decisions left out."""
        if self.literal is not None:
            yield self.literal
        yield from (column.expression for column in self.inputs)
        yield from (output.default for output in self.outputs if output.default is not None)
        for rule in self.rules:
            yield from (cell.test for cell in rule.cells if cell.test is not None)
            yield from (entry for entry in rule.entries if entry is not None)

    def decide(self, names: Names, functions: Functions = NO_FUNCTIONS) -> Decided:
        """Decide with these variables; the functions come beside the standard ones.

        Raises:
            DecisionError: no row matches and no default stands, rows overlap under UNIQUE or disagree under ANY, or an
                expression fails; it names the rows.
        """
        if self.knowledge:
            functions = {**functions, **{each.name: partial(each.call, functions) for each in self.knowledge}}
        if self.required:
            names = self._with_required(names, functions)
        if self.literal is not None:
            return Decided(self._fitting(self._evaluate(self.literal, names, functions, "the expression")), ())
        values = [self._value(column, names, functions) for column in self.inputs]
        hits = []
        for rule in self.rules:
            if self._matches(rule, values, names, functions):
                hits.append(self._hit(rule, names, functions))
                if self.hit_policy == "FIRST":
                    break
        if hits:
            result, rows = apply_policy(self.key, self.hit_policy, self.aggregation, self._ranks(), hits)
            return Decided(result, rows)
        return Decided(self._nothing(names, functions), ())

    def _fitting(self, value: Json) -> Json:
        """What an expression gives, as what the decision declares."""
        try:
            return value if self.declared is None else self.declared.fit(value, "what the expression gives")
        except Problem as error:
            raise self._error(str(error), ()) from error

    def _with_required(self, names: Names, functions: Functions) -> Names:
        known: dict[str, Json] = {}
        for decision in self.required:
            result = decision.decide(names, functions).result
            if isinstance(result, list) and len(decision.outputs) == 1:
                result = [row[decision.outputs[0].name] for row in result]
            if isinstance(result, dict):
                known.update(result)
                result = next(iter(result.values())) if len(result) == 1 else result
            known[decision.variable] = result
        find = names if callable(names) else names.__getitem__
        return lambda name: known[name] if name in known else find(name)

    def _ranks(self) -> Mapping[str, tuple[Json, ...]]:
        return {output.name: output.values for output in self.outputs if output.values is not None}

    def _value(self, column: Column, names: Names, functions: Functions) -> Value:
        try:
            return Evaluator(column.expression.text, names, functions).result(column.expression.tree)
        except UnknownName as error:
            raise self._error(f"column {column.label} asks for {error.name}, which is not known", ()) from error
        except ExpressionError as error:
            raise self._error(f"column {column.label}: {error}", ()) from error

    def _matches(self, rule: Rule, values: list[Value], names: Names, functions: Functions) -> bool:
        for column, cell, value in zip(self.inputs, rule.cells, values, strict=True):
            try:
                if not cell.passes(value, names, functions):
                    return False
            except ExpressionError as error:
                raise self._error(f"row {rule.number}, column {column.label}: {error}", (rule.number,)) from error
        return True

    def _hit(self, rule: Rule, names: Names, functions: Functions) -> Hit:
        result = {}
        for output, entry in zip(self.outputs, rule.entries, strict=True):
            where = f"row {rule.number}, output {output.name}"
            result[output.name] = None if entry is None else self._evaluate(entry, names, functions, where, rule.number)
        return Hit(rule.number, result)

    def _evaluate(
        self, expression: Expression, names: Names, functions: Functions, where: str, row: int | None = None
    ) -> Json:
        try:
            return expression.evaluate(names, functions)
        except ExpressionError as error:
            raise self._error(f"{where}: {error}", () if row is None else (row,)) from error

    def _nothing(self, names: Names, functions: Functions) -> Json:
        """The result when no row matches."""
        if any(output.default is not None for output in self.outputs):
            return {
                output.name: None
                if output.default is None
                else self._evaluate(output.default, names, functions, f"default of {output.name}")
                for output in self.outputs
            }
        if self.hit_policy in {"COLLECT", "RULE ORDER", "OUTPUT ORDER"}:
            return {None: [], "COUNT": 0}.get(self.aggregation)
        raise self._error("no row matches, and there is no default", ())

    def _error(self, reason: str, rows: tuple[int, ...]) -> DecisionError:
        return DecisionError(decision=self.name or self.key, reason=reason.rstrip("."), rows=rows)
