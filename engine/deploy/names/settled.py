"""Conditions that hold always or never, whatever the variables are, and ways that an earlier one takes all from."""

import ast
from collections.abc import Iterator

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope
from engine.deploy.names.unwritten import understood
from engine.deploy.names.values import Known, trees_of
from engine.errors import ExpressionError
from engine.language.expressions import compile_expression
from engine.language.nodes import written
from engine.language.settled import parts_of, settled
from engine.phrases import phrase, quoted
from engine.uses import FormRead, Read
from engine.values import Finding, Severity

CODE = "no_question"
WAY = "the condition"
HIDES = "its condition"


def settled_in(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """The conditions of the diagrams and forms of a folder that are no question."""
    for scope in known.scopes.values():
        if scope.house is home:
            for read in scope.uses.reads:
                for tree in trees_of(understood(read)):
                    yield from _of_read(read, tree)
            yield from _taken(scope)
    for key, form in home.forms.items():
        found = street.form(home, key)
        for asked in found[1].reads if found is not None and found[1] is not None else ():
            yield from _of_form(form.path, asked)


def _of_read(read: Read, tree: ast.expr) -> Iterator[Finding]:
    spot = read.spot
    holds = settled(tree) if read.what == WAY else None
    if holds is None:
        for part, always in parts_of(tree):
            said = phrase(
                "{called}: {what}: {said}", called=spot.called, what=read.what, said=_of_part(part, always, read.text)
            )
            yield Finding(spot.file, said, spot.element, spot.label, Severity.WARNING, CODE)
        return
    cure = (
        phrase("leave it out, or let the flow be the default one")
        if holds
        else phrase("change it, or take out what follows")
    )
    if isinstance(tree, ast.BoolOp):
        either = isinstance(tree.op, ast.Or)
        turned = settled(ast.BoolOp(ast.And() if either else ast.Or(), tree.values))
        cure = phrase("write {what}, or change it", what="and" if either else "or")
        cure = phrase("change it") if turned is not None else cure
    said = phrase(
        "{called}: {what} {text} holds {often}, whatever the case is: {cure}",
        called=spot.called,
        what=read.what,
        text=read.text.strip().removeprefix("${").removesuffix("}"),
        often=_often(holds),
        cure=cure,
    )
    meant = holds or isinstance(tree, ast.Constant)  # a way that is shut by a false has been shut by somebody
    yield Finding(spot.file, said, spot.element, spot.label, Severity.WARNING if meant else Severity.ERROR, CODE)


def _of_form(path: str, asked: FormRead) -> Iterator[Finding]:
    try:
        tree = compile_expression(asked.text).tree
    except ExpressionError:
        return
    holds = settled(tree) if asked.what == HIDES else None
    if holds is None:
        for part, always in parts_of(tree):
            said = phrase("{called}: {said}", called=asked.what, said=_of_part(part, always, asked.text))
            said = phrase("{called}: {said}", called=quoted(asked.label), said=said) if asked.label else said
            yield Finding(path, said, asked.component or None, asked.label or None, Severity.WARNING, CODE)
        return
    message = phrase(
        "{called}: its condition ({text}) holds {often}, so that {shown}",
        called=quoted(asked.label),
        text=asked.text,
        often=_often(holds),
        shown=phrase("it is never shown") if holds else phrase("it is always shown"),
    )
    cure = phrase("{said}: take out the one or the other", said=message)
    yield Finding(path, cure, asked.component, asked.label, Severity.WARNING, CODE)


def _of_part(part: ast.expr, holds: bool | None, whole: str) -> str:  # noqa: FBT001 - it is what is told
    """What is said of a part of an expression; of one that Python cannot write, by the whole."""
    text = written(part) or whole.strip()
    if holds is None:
        return phrase("{text} asks the same twice: change one of them, or take it out", text=text)
    return phrase("{text} holds {often}, whatever the case is: change it", text=text, often=_often(holds))


def _taken(scope: Scope) -> Iterator[Finding]:
    """Of the ways behind an exclusive gateway those with the condition of an earlier one."""
    conditions: dict[tuple[str, str], Read] = {}
    reads = {read.spot.element: read for read in scope.uses.reads if read.what == WAY}
    for flow in scope.process.flows.values():
        source, read = scope.process.elements.get(flow.source), reads.get(flow.id)
        if source is None or source.kind != "exclusiveGateway" or read is None:
            continue
        for tree in trees_of(understood(read)):
            first = conditions.setdefault((flow.source, ast.dump(tree)), read)
            if first is not read:
                spot, other = read.spot, first.spot
                said = phrase(
                    "{called}: the condition is that of {other}, too, so that this way is never taken",
                    called=spot.called,
                    other=other.called,
                )
                yield Finding(
                    spot.file, phrase("{said}: change one of them", said=said), spot.element, spot.label, code=CODE
                )


def _often(holds: bool) -> str:  # noqa: FBT001 - it is all that it is told
    return phrase("always") if holds else phrase("never")
