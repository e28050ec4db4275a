"""What is told of the names of a folder: all findings of the engine, and what a declaration is checked against."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from engine.deploy.names.beginnings import beginnings
from engine.deploy.names.calls import calls
from engine.deploy.names.codes import codes
from engine.deploy.names.columns import columns, groups_in_rows
from engine.deploy.names.handed import handed, handed_groups
from engine.deploy.names.house import House, Street
from engine.deploy.names.impossible import impossible
from engine.deploy.names.kinds import kinds
from engine.deploy.names.lone import lone
from engine.deploy.names.messages import messages
from engine.deploy.names.order import out_of_order
from engine.deploy.names.people import mentions, people
from engine.deploy.names.scopes import given_by
from engine.deploy.names.settled import settled_in
from engine.deploy.names.tables import unwritten_in_tables
from engine.deploy.names.taken import taken
from engine.deploy.names.undone import undone
from engine.deploy.names.unlike import gives, shapes_of, unlike, unlike_fields
from engine.deploy.names.unread import unread
from engine.deploy.names.unwritten import understood, unwritten
from engine.deploy.names.values import Known, Values, trees_of
from engine.errors import ExpressionError
from engine.language.expressions import compile_expression
from engine.phrases import Label, phrase, quoted
from engine.runtime import functions_with
from engine.seams import Deployable, Mention
from engine.session import Session
from engine.values import Contract, Finding, Severity


def of_names(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """All that is wrong with the names in a folder, as far as the engine can say."""
    yield from unwritten(street, home, known.scopes)
    yield from unwritten_in_tables(home, known)
    yield from impossible(street, home, known)
    yield from people(street, home, known)
    yield from out_of_order(street, home, known.scopes)
    yield from codes(street, home, known.scopes)
    yield from messages(home, known.scopes)
    yield from undone(home, known.scopes)
    yield from beginnings(home, known.scopes)
    yield from kinds(home, known)
    yield from unlike(street, home, known)
    yield from calls(street, home, known)
    yield from columns(street, home, known)
    yield from taken(street, home, known)
    yield from settled_in(street, home, known)
    yield from unread(street, home, known.scopes)
    yield from lone(street, home, known)


def of_callers(street: Street, home: House, known: Known, others: Mapping[str, House]) -> Iterator[Finding]:
    """What folders that stay as they are compare with a value that a process of this folder no longer gives them.

    And what they call of it that begins no more by itself.
    """
    for key, other in others.items():
        called = {name for process in other.compiled.processes.values() for name in process.calls}
        if called & home.compiled.processes.keys():
            compared = (replace(each, severity=Severity.WARNING) for each in impossible(street, other, known))
            for finding in (*compared, *beginnings(other, known.scopes, home)):
                message = phrase("the folder {key} calls what is drawn here: {said}", key=key, said=finding.message)
                yield replace(finding, message=message, about="")


def deployable(  # noqa: PLR0917 - a folder and all that stands around it
    street: Street,
    home: House,
    known: Known,
    contracts: Mapping[str, Contract | None],
    others: Sequence[Any],
    session: Session | None,
) -> Deployable:
    """What the check of a declaration is told of its folder."""
    compiled = home.compiled
    beside = (each for each in street.houses if each is not home)
    in_rows = partial(groups_in_rows, street, known=known)
    return Deployable(
        home.files,
        compiled.processes,
        compiled.decisions,
        frozenset(home.forms),
        {**contracts, **{key: process.contract for key, process in compiled.processes.items()}},
        others,
        session,
        names={
            key: frozenset(scope.outside) for key, scope in known.scopes.items() if not scope.open and not scope.blind
        },
        groups=list(dict.fromkeys([*mentions(home, known), *handed_groups(home, known), *in_rows(home)])),
        all_groups=[
            mention.name for each in beside for mention in dict.fromkeys([*mentions(each, known), *in_rows(each)])
        ],
        calls=[*_in_diagrams(home, known), *_in_forms(street, home), *_in_tables(home)],
        form_texts=_form_texts(street, home),
        handed=list(handed(home, known)),
        all_decisions=frozenset(key for each in street.houses for key in each.compiled.decisions),
        all_elements=frozenset(number for scope in known.scopes.values() for number in scope.process.elements),
        all_files=[each.files for each in street.houses],
        values=partial(_values, known),
        in_tables=partial(_in_cells, known),
        gives=partial(gives, shapes_of(street, known), functions_with(street.runtime, home.declaration), home),
        unlike=partial(unlike_fields, shapes_of(street, known), functions_with(street.runtime, home.declaration)),
    )


def _form_texts(street: Street, home: House) -> dict[str, tuple[str, ...]]:
    found = (street.form(home, key) for key in home.forms)
    return {each[0].path: each[1].texts for each in found if each is not None and each[1] is not None}


def _values(known: Known, process: str, element: str, parameter: str) -> Values:
    scope = known.scopes.get(process)
    drawn = None if scope is None else scope.process.elements.get(element)
    text = None if drawn is None else drawn.inputs.get(parameter)
    if scope is None or not isinstance(text, str):
        return None
    return known.of_text(scope, text, scope.uses.spots.get(element), own=False)


def _in_cells(known: Known, process: str, element: str, name: str) -> list[Mention]:
    scope = known.scopes.get(process)
    spot = None if scope is None else scope.uses.spots.get(element)
    cells = known.cells(scope, ast.Name(name), spot) if scope is not None else ()
    return [
        Mention(value, table.file, table.key, quoted(table.name), phrase("output {output}", output=output))
        for key, output in sorted(cells)
        for table in filter(None, [known.decision(key)])
        for value in sorted(each for each in given_by(table, output) or () if isinstance(each, str))
    ]


def _in_diagrams(home: House, known: Known) -> Iterator[Mention]:
    for scope in known.scopes.values():
        for read in scope.uses.reads if scope.house is home else ():
            for tree in trees_of(understood(read)):
                for function, name in _calls(tree):
                    yield Mention(
                        name,
                        read.spot.file,
                        read.spot.element,
                        phrase("{called}: {what}", called=read.spot.called, what=read.what),
                        function,
                    )


def _in_forms(street: Street, home: House) -> Iterator[Mention]:
    for key, form in home.forms.items():
        found = street.form(home, key)
        for read in found[1].reads if found is not None and found[1] is not None else ():
            called = phrase("{called}: {what}", called=quoted(read.label), what=read.what) if read.label else read.what
            try:
                tree = compile_expression(read.text).tree
            except ExpressionError:
                continue
            for function, name in _calls(tree):
                yield Mention(name, form.path, read.component or None, called, function)


def _in_tables(home: House) -> Iterator[Mention]:
    for decision in home.compiled.decisions.values():
        for expression in decision.expressions():
            for function, name in _calls(expression.tree):
                yield Mention(
                    name, decision.file, decision.key, phrase('"{name}": a cell', name=Label(decision.name)), function
                )


def _calls(tree: ast.expr) -> Iterator[tuple[str, str]]:
    """The functions that are given a text, with the text."""
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.args:
            first = each.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield each.func.id, first.value
