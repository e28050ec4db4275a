"""Comparisons with values that a variable never has: an option that was renamed, a typing error."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope, given_by
from engine.deploy.names.unwritten import openers_of, understood
from engine.deploy.names.values import NOTHING, Compared, Known, Values, as_far, compared_in, supposed, trees_of, union
from engine.errors import ExpressionError
from engine.language.expressions import compile_expression
from engine.language.nodes import Input
from engine.phrases import Label, phrase, quoted
from engine.spelling import nearest, slipped
from engine.tables.decisions import Decision, Rule
from engine.uses import FormRead, FormUses, Spot
from engine.values import Finding, Json, Severity

CODE = "never_equal"


def impossible(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """What the files of a folder compare with a value that is never there."""
    scopes, likely = known.scopes, supposed(known)
    for scope in scopes.values():
        if scope.house is home:
            found = _of_reads(scope, likely if scope.open else known)
            yield from (as_far([scope], each) for each in found)
    yield from _unasked(home, known)
    for decision in home.compiled.decisions.values():
        asking = [
            (scope, spot)
            for scope in scopes.values()
            for spot, table in known.asked(street, scope)
            if table.key == decision.key
        ]
        within = [scope for scope, _ in asking]
        found = _of_table(decision, asking, likely if any(each.open for each in within) else known)
        yield from (as_far(within, each) for each in found)
    for key, form in home.forms.items():
        uses = street.form(home, key)
        if uses is not None and uses[1] is not None:
            openers = openers_of(home, key, scopes)
            within = [scope for scope, _ in openers]
            found = _of_form(form.path, uses[1], openers, likely if any(each.open for each in within) else known)
            yield from (as_far(within, each) for each in found)


def _of_reads(scope: Scope, known: Known) -> Iterator[Finding]:
    for read in scope.uses.reads:
        compiled = understood(read)
        for tree in trees_of(compiled):
            for each in compared_in(tree):
                if each.many:
                    name = each.tree.id if isinstance(each.tree, ast.Name) else ""
                    values = known.of(scope, name, read.spot, own=read.own, many=True)
                else:
                    values = known.of_tree(scope, each.tree, read.spot, own=read.own)
                if _never(values, each.value):
                    spot = read.spot
                    said = phrase(
                        "{called}: {what} {compares}",
                        called=spot.called,
                        what=read.what,
                        compares=_compares(each, values),
                    )
                    yield Finding(spot.file, said, spot.element, spot.label, code=CODE, about=_about(each))


def _unasked(home: House, known: Known) -> Iterator[Finding]:
    """What a table of the folder gives, where all that compares it does so with something else that is like it."""
    compared: dict[tuple[str, str], set[str]] = {}
    for scope in known.scopes.values():
        for read in scope.uses.reads:
            for tree in trees_of(understood(read)):
                for each in compared_in(tree):
                    if isinstance(each.value, str) and not each.many:
                        for cell in known.cells(scope, each.tree, read.spot):
                            compared.setdefault(cell, set()).add(each.value)
    for (key, output), asked in compared.items():
        decision = home.compiled.decisions.get(key)
        for value in sorted(map(str, (decision and given_by(decision, output)) or ())):
            close = slipped(value, asked) or next((each for each in asked if each.lower() == value.lower()), "")
            if decision is not None and value not in asked and close:
                said = phrase(
                    '"{name}": output {output}: nobody asks for {value}: did you mean {close}?',
                    name=Label(decision.name),
                    output=output,
                    value=value,
                    close=close,
                )
                yield Finding(decision.file, said, key, decision.name, Severity.WARNING, "never_asked")


def _of_table(decision: Decision, places: Sequence[tuple[Scope, Spot]], known: Known) -> Iterator[Finding]:
    for place, column in enumerate(decision.inputs if places else ()):
        values = union(known.of_tree(scope, column.expression.tree, spot) for scope, spot in places)
        for rule in decision.rules if values else ():
            for value in _constants(rule, place):
                if _never(values, value):
                    said = phrase(
                        '"{name}": row {number}, column {label}: ',
                        name=Label(decision.name),
                        number=rule.number,
                        label=column.label,
                    )
                    compared = Compared(column.expression.tree, value)
                    said += _compares(compared, values)
                    element = rule.id or decision.key
                    yield Finding(decision.file, said, element, decision.name, code=CODE, about=_about(compared))


def _constants(rule: Rule, place: int) -> Iterator[Json]:
    """The texts, true and false that a cell compares its column with."""
    test = rule.cells[place].test
    for each in ast.walk(test.tree) if test is not None else ():
        if isinstance(each, ast.Compare) and isinstance(each.left, Input):
            other = each.comparators[0]
            if isinstance(each.ops[0], ast.Eq | ast.NotEq) and isinstance(other, ast.Constant):
                yield other.value


def _of_form(path: str, uses: FormUses, openers: Sequence[tuple[Scope, Spot]], known: Known) -> Iterator[Finding]:
    for read in uses.reads:
        try:
            tree = compile_expression(read.text).tree
        except ExpressionError:
            continue
        for each in compared_in(tree):
            values: Values = None
            if isinstance(each.tree, ast.Name) and each.tree.id in read.fields:
                values = _of_field(uses, each.tree.id, many=each.many)
            elif not each.many and openers and not _names(each.tree) & read.fields and _names(each.tree) <= read.names:
                values = union(known.of_tree(scope, each.tree, spot) for scope, spot in openers)
            if _never(values, each.value):
                yield replace(_in_form(path, read, _compares(each, values)), about=_about(each))


def _about(compared: Compared) -> str:
    """What is compared with what: said once, however many rows and elements do it."""
    return f"{compared.said} {_shown(compared.value)}"


def _names(tree: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}


def _of_field(uses: FormUses, name: str, *, many: bool) -> Values:
    fields = [each for each in uses.fields if each.name == name]
    if not fields or any(each.many is not many or not each.whole for each in fields):
        return None
    return union(each.values for each in fields)


def _in_form(path: str, read: FormRead, said: str) -> Finding:
    message = phrase("{what} {said}", what=read.what, said=said)
    message = phrase("{called}: {said}", called=quoted(read.label), said=message) if read.label else message
    return Finding(path, message, read.component or None, read.label or None, code=CODE)


def _never(values: Values, value: Json) -> bool:
    """Whether something that can only be one of the values is compared with another one of its kind."""
    return bool(values) and not any(type(each) is type(value) and each == value for each in values or NOTHING)


def _compares(each: Compared, values: Values) -> str:
    kind = (
        phrase("the text ")
        if isinstance(each.value, str) and not any(isinstance(one, str) for one in values or ())
        else ""
    )
    said = phrase(
        "compares {said} with {kind}{shown}, which it never is", said=each.said, kind=kind, shown=_shown(each.value)
    )
    return said + nearest(_shown(each.value), (_shown(value) for value in values or ()))


def _shown(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) or '""'
