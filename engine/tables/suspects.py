"""Cells that look like something else than they are read as."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from engine.language.doubts import constant, doubts
from engine.language.expressions import Expression
from engine.language.nodes import Input
from engine.language.operands import CELL_MATCHES
from engine.language.readings import STRETCH, decimal_of, temporal_of
from engine.language.settled import settled
from engine.language.tokens import Problem
from engine.language.values import is_number, kind_of
from engine.phrases import phrase, said_by
from engine.tables.cells import Cell
from engine.tables.model import Decision, Rule

_DATES = {"date": (date, 'date("2026-01-31")')}
_MOMENTS = dict.fromkeys(
    ("datetime", "date and time", "dateandtime"), (datetime, 'date and time("2026-01-31T18:00:00")')
)
_TIMES = {**_DATES, **_MOMENTS}
_LENGTHS = frozenset({"daytimeduration", "yearmonthduration", "daysandtimeduration", "yearsandmonthsduration"})
_NUMBERS = frozenset({"number", "integer", "long", "double", "int"})
_KINDS: dict[str, Callable[[object], bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: not isinstance(value, bool),
    **dict.fromkeys((*_TIMES, *_LENGTHS), lambda value: isinstance(value, str)),
    **dict.fromkeys(
        _NUMBERS, lambda value: decimal_of(value) is not None if isinstance(value, str) else is_number(value)
    ),
}
"""Whether a cell is of the type of its column."""
_WRITTEN = re.compile(
    r"\d{4}([/.])\d{1,2}\1\d{1,2}|\d{1,2}([/.])\d{1,2}\2\d{4}|\d{4}-(?:\d-\d{1,2}|\d\d-\d)|\d{4}年\d{1,2}月\d{1,2}日"
)
"""Dates as people write them, and the language does not."""

Place = tuple[Rule | None, str]


def suspects(decision: Decision) -> Iterator[tuple[Place, str]]:
    """Where a cell or an expression of a table may not mean what it says, and why."""
    if decision.literal is not None:
        found = *doubts(decision.literal, failing=False), *_of_type(decision.literal, decision)
        yield from (((None, "the expression"), told) for told in found)
    for column in decision.inputs:
        yield from (((None, phrase("column {label}", label=column.label)), told) for told in doubts(column.expression))
    for output in decision.outputs:
        yield from _of_entry(None, phrase("default of output {name}", name=output.name), output.default, output.type)
    yield from _of_columns(decision)
    for rule in decision.rules:
        for column, cell in zip(decision.inputs, rule.cells, strict=True):
            place = rule, phrase("row {number}, column {label}", number=rule.number, label=column.label)
            if cell.test is not None:
                told_of = [*doubts(cell.test, cell=True)] or _settled(cell)
                yield from ((place, phrase("{text}: {told}", text=cell.text, told=told)) for told in told_of)
                yield from (
                    (place, phrase("{text}: {told}", text=cell.text, told=told))
                    for told in _of_kind(cell, column.type.lower())
                )
        for output, entry in zip(decision.outputs, rule.entries, strict=True):
            yield from _of_entry(
                rule, phrase("row {number}, output {name}", number=rule.number, name=output.name), entry, output.type
            )


def _settled(cell: Cell) -> list[str]:
    holds = settled(cell.test.tree) if cell.test is not None else None
    if holds is None:
        return []
    return [phrase("it holds for every value: leave it empty") if holds else phrase("it holds for no value: change it")]


def _of_columns(decision: Decision) -> Iterator[tuple[Place, str]]:
    """The first cell of each column that is of another kind than the type of the column."""
    for place, column in enumerate(decision.inputs):
        cells = [(rule, rule.cells[place].test) for rule in decision.rules]
        compared = [(rule, value) for rule, test in cells if test is not None for value in _compared(test.tree)]
        if column.type.lower() in _NUMBERS:  # texts among numbers are told cell by cell
            compared = [(rule, value) for rule, value in compared if not isinstance(value, str)]
        where = phrase("column {label}", label=column.label)
        yield from (((rule, where), told) for rule, told in _unlike(compared, column.type.lower()))
    for place, output in enumerate(decision.outputs):
        entries = [(rule, rule.entries[place]) for rule in decision.rules]
        given = [(rule, each.tree.value) for rule, each in entries if each and isinstance(each.tree, ast.Constant)]
        where = phrase("output {name}", name=output.name)
        yield from (((rule, where), told) for rule, told in _unlike(given, output.type.lower()))


def _compared(tree: ast.AST) -> Iterator[object]:
    """What the value of a column is compared with as it is written."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Compare) and isinstance(part.left, Input):
            yield from (each.value for each in part.comparators if isinstance(each, ast.Constant))


def _unlike(values: Iterable[tuple[Rule, object]], kind: str) -> Iterator[tuple[Rule, str]]:
    fits = _KINDS.get(kind)
    for rule, value in values if fits is not None else ():
        if fits is not None and value is not None and not fits(value):
            told = phrase(
                "row {number} has {kind}, and the type of the column is {type}: choose {wanted}, or change the cell",
                number=rule.number,
                kind=kind_of(value),
                type=kind,
                wanted="boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number",
            )
            yield rule, told
            return


def _of_entry(rule: Rule | None, where: str, entry: Expression | None, kind: str) -> Iterator[tuple[Place, str]]:
    if entry is None:
        return
    yield from (((rule, where), phrase("{text}: {told}", text=entry.text, told=told)) for told in doubts(entry))
    if isinstance(entry.tree, ast.Constant) and type(entry.tree.value) is str and kind.lower() in _TIMES:
        told = _no_time(entry.tree.value, kind.lower())
        if told:
            yield (rule, where), phrase("{text}: {told}", text=entry.text, told=told)


def _of_type(entry: Expression, decision: Decision) -> Iterator[str]:
    """An expression without variables that gives something else than the decision declares."""
    value = constant(entry.tree)
    try:
        if decision.declared is not None:
            decision.declared.fit(value, entry.text)
    except Problem:
        said = phrase("{text} gives {kind} that is no {type}", text=entry.text, kind=kind_of(value), type=decision.type)
        yield phrase(
            "{said}, and the decision declares {type}: write the one or the other", said=said, type=decision.type
        )


def _of_kind(cell: Cell, kind: str) -> Iterator[str]:
    """Constants that are nothing of the kind that the column has."""
    for text in _texts(cell.test.tree if cell.test else ast.Constant(value=None)):
        if kind in _TIMES:
            told = _no_time(text, kind)
            if told:
                yield told
        elif kind in _LENGTHS and not STRETCH.fullmatch(text):
            yield phrase("“{text}” is compared as a text; a length of time is written P10D or PT36H", text=text)
        elif kind in _NUMBERS and decimal_of(text) is None:
            yield phrase(
                "“{text}” is a text, and the column has numbers; a number is written without quotes, as in 1000.5",
                text=text,
            )
        elif _WRITTEN.fullmatch(text) and is_by_size(cell):
            yield phrase('“{text}” is compared as a text; a date is written date("2026-01-31")', text=text)


def _texts(tree: ast.AST) -> Iterator[str]:
    """The texts that the value of the column is compared with; not those that a function makes something of."""
    if isinstance(tree, ast.Constant):
        if type(tree.value) is str:
            yield tree.value
    elif not isinstance(tree, ast.Call) or (isinstance(tree.func, ast.Name) and tree.func.id == CELL_MATCHES):
        for part in ast.iter_child_nodes(tree):
            yield from _texts(part)


def _no_time(text: str, kind: str) -> str:
    """Why a text is no date or moment; empty when it is."""
    wanted, example = _TIMES[kind]
    try:
        found = temporal_of(text) if text else None
    except ValueError as error:
        return said_by(error)
    if type(found) is wanted:
        return ""
    return phrase("“{text}” is compared as a text; write {example}", text=text, example=example)


def is_by_size(cell: Cell) -> bool:
    """Whether a cell asks for more, less or between."""
    by_size = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    return cell.test is not None and any(
        type(part).__name__ == "Interval" or (isinstance(part, ast.Compare) and isinstance(part.ops[0], by_size))
        for part in ast.walk(cell.test.tree)
    )
