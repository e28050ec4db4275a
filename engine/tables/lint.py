"""Finds what is wrong with a table before it decides: gaps, overlaps, rows that are never reached."""

from collections.abc import Collection, Iterator, Mapping

from engine.errors import ExpressionError
from engine.language.doubts import failures
from engine.language.expressions import Expression
from engine.language.library import STANDARD_FUNCTIONS
from engine.phrases import phrase
from engine.tables.cells import bare_names
from engine.tables.compare import TooMuch, gap, hidden, overlaps
from engine.tables.model import Decision, Rule
from engine.tables.space import Space, space_of
from engine.tables.suspects import suspects
from engine.values import Finding, Json, Severity

_ONE_ROW = {"UNIQUE", "FIRST", "ANY", "PRIORITY"}
_MOST = 100
"""Rows of a table that findings of one kind are told of; the last says how many more there are."""


def check_decision(decision: Decision, functions: Collection[str] | None) -> list[Finding]:
    """All findings about a decision that has been read without errors."""
    findings = [*_functions(decision, functions), *(list(_suspects(decision)) or _failing(decision))]
    if decision.literal is None:
        findings.extend(_rows(decision))
        findings.extend(_empty(decision))
        space = space_of(decision)
        findings.extend(_pairs(decision, space))
        findings.extend(_catch_all(decision, space))
    return findings


def _finding(
    decision: Decision, message: str, code: str, rule: Rule | None = None, about: str = "", *, error: bool = False
) -> Finding:
    severity = Severity.ERROR if error else Severity.WARNING
    element = decision.key if rule is None else rule.id or decision.key
    return Finding(decision.file, message, element, decision.name, severity, code, about=about)


def _unquoted(decision: Decision, rule: Rule, where: str, name: str) -> Finding:
    said = phrase('{where}: {name} is a variable; a text is written "{name}"', where=where, name=name)
    return _finding(decision, said, "quotes", rule, name)


def _functions(decision: Decision, functions: Collection[str] | None) -> Iterator[Finding]:
    if functions is None:
        return
    for name in sorted(decision.functions - set(functions) - set(STANDARD_FUNCTIONS)):
        yield _finding(decision, phrase("there is no function {name}", name=name), "function", about=name, error=True)


def _suspects(decision: Decision) -> Iterator[Finding]:
    """Cells that look like something else than they are read as."""
    for number, (where, reason) in enumerate(suspects(decision)):
        if number == _MOST:
            yield _finding(decision, phrase("and there are further cells of this kind"), "more", error=True)
            return
        rule, place = where
        yield _finding(decision, phrase("{place}: {reason}", place=place, reason=reason), "cell", rule, error=True)


def _failing(decision: Decision) -> Iterator[Finding]:
    """An expression that never gives anything: FEEL gives null, which somebody may want; here who asks is told."""
    for reason in failures(decision.literal) if decision.literal is not None else ():
        yield _finding(decision, phrase("{place}: {reason}", place="the expression", reason=reason), "cell")


def _rows(decision: Decision) -> Iterator[Finding]:
    """Texts without quotes, and results that are not among the allowed ones."""
    known = {name for column in decision.inputs for name in column.expression.names}
    for rule in decision.rules:
        for column, cell in zip(decision.inputs, rule.cells, strict=True):
            where = phrase("row {number}, column {label}", number=rule.number, label=column.label)
            for name in bare_names(cell.test):
                if name not in known:
                    yield _unquoted(decision, rule, where, name)
        for output, entry in zip(decision.outputs, rule.entries, strict=True):
            bare = bare_names(entry)
            where = phrase("row {number}, output {name}", number=rule.number, name=output.name)
            if bare and bare[0] not in known:
                yield _unquoted(decision, rule, where, bare[0])
            elif output.values is not None and entry is not None and _constant(entry) not in (*output.values, None):
                yield _finding(
                    decision,
                    phrase("{where}: {text} is not an allowed value", where=where, text=entry.text),
                    "allowed",
                    rule,
                )


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
    try:
        if decision.hit_policy == "FIRST":
            pairs = hidden(space)
        elif decision.hit_policy == "UNIQUE":
            pairs = overlaps(space)
        else:
            return
    except TooMuch:
        message = phrase(
            "the rows have so much in common that they are not compared: two may match, or hide each other"
        )
        yield _finding(decision, message, "not-compared")
        return
    if decision.hit_policy == "FIRST":
        yield from _hidden(decision, pairs)
        return
    for later, earlier in list(pairs.items())[:_MOST]:
        message = phrase(
            "rows {earlier} and {later} both match, for example with {example}; UNIQUE allows one",
            earlier=earlier + 1,
            later=later + 1,
            example=space.common(earlier, later),
        )
        rule = decision.rules[later]
        yield _finding(decision, message, "overlap", rule, decision.key, error=space.independent)
    if len(pairs) > _MOST:
        yield _finding(decision, phrase("and so are {count} further rows", count=len(pairs) - _MOST), "more")


def _empty(decision: Decision) -> Iterator[Finding]:
    """The one row of several that leaves out what all others give: most likely it was forgotten."""
    for place, output in enumerate(decision.outputs):
        empty = [rule for rule in decision.rules if rule.entries[place] is None]
        if len(empty) == 1 and len(decision.rules) > 2 and output.default is None:
            said = phrase(
                "row {number} gives no {name}, and all others do: write it, or null",
                number=empty[0].number,
                name=output.name,
            )
            yield _finding(decision, said, "empty", empty[0])


def _hidden(decision: Decision, pairs: Mapping[int, int]) -> Iterator[Finding]:
    """Rows that are never reached, those behind one row together."""
    behind: dict[int, list[int]] = {}
    for later, earlier in pairs.items():
        behind.setdefault(earlier, []).append(later)
    for earlier, rows in behind.items():
        if len(rows) == 1:
            later = rows[0] + 1
            said = phrase("row {later} is never reached, row {earlier} comes first", later=later, earlier=earlier + 1)
        else:
            listed = ", ".join(str(each + 1) for each in rows[:_MOST])
            listed += "…" if len(rows) > _MOST else ""
            said = phrase("rows {rows} are never reached, row {earlier} comes first", rows=listed, earlier=earlier + 1)
        yield _finding(decision, said, "unreachable", decision.rules[rows[0]])


def _catch_all(decision: Decision, space: Space) -> Iterator[Finding]:
    """A table that may leave somebody without an answer."""
    if decision.hit_policy not in _ONE_ROW or any(output.default is not None for output in decision.outputs):
        return
    if any(all(cell.test is None for cell in rule.cells) for rule in decision.rules):
        return
    example = gap(space)
    if example:
        message = phrase(
            "no row matches, for example, {example}; add a last row for all the rest, or a default", example=example
        )
        yield _finding(decision, message, "gap")
    elif example is None:
        yield _finding(decision, phrase("there is no last row for all the rest, and no default"), "catch-all")
