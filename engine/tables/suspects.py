"""Cells that look like something else than they are read as."""

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime

from engine.language.doubts import constant, doubts
from engine.language.expressions import Expression
from engine.language.operands import CELL_MATCHES
from engine.language.readings import decimal_of, temporal_of
from engine.language.tokens import Problem
from engine.language.values import kind_of
from engine.tables.cells import Cell
from engine.tables.model import Decision, Rule

_DATES = {"date": (date, 'date("2026-01-31")')}
_MOMENTS = dict.fromkeys(
    ("datetime", "date and time", "dateandtime"), (datetime, 'date and time("2026-01-31T18:00:00")')
)
_TIMES = {**_DATES, **_MOMENTS}
_NUMBERS = frozenset({"number", "integer", "long", "double", "int"})
_WRITTEN = re.compile(
    r"\d{4}([/.])\d{1,2}\1\d{1,2}|\d{1,2}([/.])\d{1,2}\2\d{4}|\d{4}-(?:\d-\d{1,2}|\d\d-\d)|\d{4}年\d{1,2}月\d{1,2}日"
)
"""Dates as people write them, and the language does not."""

Place = tuple[Rule | None, str]


def suspects(decision: Decision) -> Iterator[tuple[Place, str]]:
    """Where a cell or an expression of a table may not mean what it says, and why."""
    yield from _of_entry(None, "the expression", decision.literal, "")
    if decision.literal is not None:
        yield from (((None, "the expression"), told) for told in _of_type(decision.literal, decision))
    for column in decision.inputs:
        yield from (((None, f"column {column.label}"), told) for told in doubts(column.expression))
    for output in decision.outputs:
        yield from _of_entry(None, f"default of output {output.name}", output.default, output.type)
    for rule in decision.rules:
        for column, cell in zip(decision.inputs, rule.cells, strict=True):
            place = rule, f"row {rule.number}, column {column.label}"
            if cell.test is not None:
                yield from ((place, f"{cell.text}: {told}") for told in doubts(cell.test, cell=True))
                yield from ((place, f"{cell.text}: {told}") for told in _of_kind(cell, column.type.lower()))
        for output, entry in zip(decision.outputs, rule.entries, strict=True):
            yield from _of_entry(rule, f"row {rule.number}, output {output.name}", entry, output.type)


def _of_entry(rule: Rule | None, where: str, entry: Expression | None, kind: str) -> Iterator[tuple[Place, str]]:
    if entry is None:
        return
    yield from (((rule, where), f"{entry.text}: {told}") for told in doubts(entry))
    if isinstance(entry.tree, ast.Constant) and type(entry.tree.value) is str and kind.lower() in _TIMES:
        told = _no_time(entry.tree.value, kind.lower())
        if told:
            yield (rule, where), f"{entry.text}: {told}"


def _of_type(entry: Expression, decision: Decision) -> Iterator[str]:
    """An expression without variables that gives something else than the decision declares."""
    value = constant(entry.tree)
    try:
        if decision.declared is not None:
            decision.declared.fit(value, entry.text)
    except Problem:
        said = f"{entry.text} gives {kind_of(value)} that is no {decision.type}"
        yield f"{said}, and the decision declares {decision.type}: write the one or the other"


def _of_kind(cell: Cell, kind: str) -> Iterator[str]:
    """Constants that are nothing of the kind that the column has."""
    for text in _texts(cell.test.tree if cell.test else ast.Constant(value=None)):
        if kind in _TIMES:
            told = _no_time(text, kind)
            if told:
                yield told
        elif kind in _NUMBERS and decimal_of(text) is None:
            yield f"“{text}” is a text, and the column has numbers; a number is written without quotes, as in 1000.5"
        elif _WRITTEN.fullmatch(text) and is_by_size(cell):
            yield f'“{text}” is compared as a text; a date is written date("2026-01-31")'


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
        return str(error)
    if type(found) is wanted:
        return ""
    return f"“{text}” is compared as a text; write {example}"


def is_by_size(cell: Cell) -> bool:
    """Whether a cell asks for more, less or between."""
    by_size = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    return cell.test is not None and any(
        type(part).__name__ == "Interval" or (isinstance(part, ast.Compare) and isinstance(part.ops[0], by_size))
        for part in ast.walk(cell.test.tree)
    )
