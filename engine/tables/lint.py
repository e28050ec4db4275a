"""Finds what is wrong with a table before it decides: gaps, overlaps, rows that are never reached."""

from collections.abc import Collection, Iterator

from engine.errors import ExpressionError
from engine.language.expressions import Expression
from engine.language.library import STANDARD_FUNCTIONS
from engine.tables.cells import bare_name
from engine.tables.model import Decision, Rule
from engine.tables.space import Space, space_of
from engine.values import Finding, Json, Severity

_ONE_ROW = {"UNIQUE", "FIRST", "ANY", "PRIORITY"}
_MAX_ROWS = 500
"""Rows up to which every pair is compared."""


def check_decision(decision: Decision, functions: Collection[str] | None) -> list[Finding]:
    """All findings about a decision that has been read without errors."""
    findings = list(_functions(decision, functions))
    if decision.literal is None:
        findings.extend(_rows(decision))
        space = space_of(decision)
        findings.extend(_pairs(decision, space))
        findings.extend(_catch_all(decision, space))
    return findings


def _finding(decision: Decision, message: str, code: str, rule: Rule | None = None, *, error: bool = False) -> Finding:
    severity = Severity.ERROR if error else Severity.WARNING
    element = decision.key if rule is None else rule.id or decision.key
    return Finding(decision.file, message, element, decision.name, severity, code)


def _functions(decision: Decision, functions: Collection[str] | None) -> Iterator[Finding]:
    if functions is None:
        return
    for name in sorted(decision.functions - set(functions) - set(STANDARD_FUNCTIONS)):
        yield _finding(decision, f"there is no function {name}", "function", error=True)


def _rows(decision: Decision) -> Iterator[Finding]:
    """Texts without quotes, and results that are not among the allowed ones."""
    known = {name for column in decision.inputs for name in column.expression.names}
    for rule in decision.rules:
        for column, cell in zip(decision.inputs, rule.cells, strict=True):
            name = bare_name(cell.test)
            if name is not None and name not in known:
                where = f"row {rule.number}, column {column.label}"
                yield _finding(decision, f'{where}: {name} is a variable; a text is written "{name}"', "quotes", rule)
        for output, entry in zip(decision.outputs, rule.entries, strict=True):
            name = bare_name(entry)
            where = f"row {rule.number}, output {output.name}"
            if name is not None and name not in known:
                yield _finding(decision, f'{where}: {name} is a variable; a text is written "{name}"', "quotes", rule)
            elif output.values is not None and entry is not None and _constant(entry) not in (*output.values, None):
                yield _finding(decision, f"{where}: {entry.text} is not an allowed value", "allowed", rule)


def _constant(entry: Expression) -> Json:
    """The value of a cell that depends on nothing; None for the others."""
    if entry.names or entry.functions:
        return None
    try:
        return entry.evaluate({})
    except ExpressionError:
        return None


def _pairs(decision: Decision, space: Space) -> Iterator[Finding]:
    """Rows that overlap under UNIQUE, or are hidden by one row above under FIRST."""
    if len(decision.rules) > _MAX_ROWS or decision.hit_policy not in {"UNIQUE", "FIRST"}:
        return
    for later, rule in enumerate(decision.rules):
        for earlier in range(later):
            numbers = f"{earlier + 1} and {later + 1}"
            if decision.hit_policy == "FIRST":
                if space.covers(earlier, later):
                    message = f"row {later + 1} is never reached, row {earlier + 1} comes first"
                    yield _finding(decision, message, "unreachable", rule)
                    break
            elif example := space.common(earlier, later):
                message = f"rows {numbers} both match, for example with {example}; UNIQUE allows one"
                yield _finding(decision, message, "overlap", rule, error=space.independent)
                break


def _catch_all(decision: Decision, space: Space) -> Iterator[Finding]:
    """A table that may leave somebody without an answer."""
    if decision.hit_policy not in _ONE_ROW or any(output.default is not None for output in decision.outputs):
        return
    if any(all(cell.test is None for cell in rule.cells) for rule in decision.rules):
        return
    gap = space.gap()
    if gap:
        message = f"no row matches, for example, {gap}; add a last row for all the rest, or a default"
        yield _finding(decision, message, "gap")
    elif gap is None:
        yield _finding(decision, "there is no last row for all the rest, and no default", "catch-all")
