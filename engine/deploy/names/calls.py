"""Functions of the installation that are called with more or fewer values than they take."""

import ast
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from engine.deploy.names.house import House, Street
from engine.deploy.names.unwritten import of_read, understood
from engine.deploy.names.values import Known, trees_of
from engine.errors import ExpressionError
from engine.language.doubts import doubts
from engine.language.expressions import STANDARD_FUNCTIONS, compile_expression
from engine.phrases import Label, phrase, quoted
from engine.runtime import functions_with
from engine.spelling import meant
from engine.values import Finding

CODE = "wrong_call"
Functions = Mapping[str, Callable[..., Any]]


def calls(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """The wrong calls in the diagrams, tables and forms of a folder; standard functions are checked when it is read."""
    there = functions_with(street.runtime, home.declaration)
    functions = {name: each for name, each in there.items() if name not in STANDARD_FUNCTIONS}
    yield from _of_reads(home, known, functions)
    for decision in home.compiled.decisions.values():
        for expression in decision.expressions():
            for said in _wrong(expression.tree, functions):
                yield Finding(
                    decision.file,
                    phrase('"{name}": a cell {said}', name=Label(decision.name), said=said),
                    decision.key,
                    code=CODE,
                )
    if street.runtime.forms is not None:
        yield from _of_forms(street, home, street.runtime.forms.functions(home.declaration))


def _of_reads(home: House, known: Known, functions: Functions) -> Iterator[Finding]:
    for scope in known.scopes.values():
        for read in scope.uses.reads if scope.house is home else ():
            for tree in trees_of(understood(read)):
                for said in _wrong(tree, functions):
                    yield of_read(read, said, CODE)


def _of_forms(street: Street, home: House, functions: Functions) -> Iterator[Finding]:
    there = {*STANDARD_FUNCTIONS, *functions}
    own = {name: each for name, each in functions.items() if name not in STANDARD_FUNCTIONS}
    for key, form in home.forms.items():
        found = street.form(home, key)
        for asked in found[1].reads if found is not None and found[1] is not None else ():
            try:
                compiled = compile_expression(asked.text)
            except ExpressionError:
                continue
            wrong = [*_missing(compiled.functions, there), *_wrong(compiled.tree, own)]
            told = [(CODE, phrase("{what} {said}", what=asked.what, said=said)) for said in wrong]
            for doubt in doubts(compiled):
                said = phrase("{what}, {text}: {doubt}", what=asked.what, text=asked.text, doubt=doubt)
                told.append(("doubtful", said))
            for code, said in told:
                message = phrase("{called}: {said}", called=quoted(asked.label), said=said) if asked.label else said
                yield Finding(form.path, message, asked.component or None, asked.label or None, code=code)


def _missing(asked: Collection[str], there: Collection[str]) -> Iterator[str]:
    for name in sorted({*asked} - {*there}):
        yield phrase(
            "uses the function {name}, and there is none of that name{cure}", name=name, cure=meant(name, there)
        )


def _wrong(tree: ast.expr, functions: Functions) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in functions:
            signature = inspect.signature(functions[each.func.id])
            try:
                signature.bind(*each.args)
            except TypeError:
                usage = ", ".join(_taken(signature))
                yield phrase(
                    "calls {unparse}: it is written {id}({usage})",
                    unparse=ast.unparse(each),
                    id=each.func.id,
                    usage=usage,
                )


def _taken(signature: inspect.Signature) -> Iterator[str]:
    for name, each in signature.parameters.items():
        if each.kind is not each.KEYWORD_ONLY:
            yield name if each.default is each.empty else f"{name}?"
