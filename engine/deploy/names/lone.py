"""Words that a folder says in one place alone, where a word like it stands elsewhere: typing errors."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope
from engine.deploy.names.unread import counted
from engine.deploy.names.unwritten import understood
from engine.deploy.names.values import Known, trees_of
from engine.errors import ExpressionError
from engine.language.expressions import compile_expression, is_expression
from engine.language.readings import STRETCH
from engine.phrases import Label, phrase, quoted
from engine.spelling import MEANT, mistyped_among
from engine.tables.decisions import Decision
from engine.values import Finding, Severity, parted

CODE = "stands_alone"
PROSE = ".po"
"""How files end in which no names stand."""
_NAME = re.compile(r"(?:^|[\"'>;,=(\[ ])([A-Za-z_]\w*)(?=[\"'<&,)\] ;]|$)", re.MULTILINE | re.ASCII)
_NAMES = re.compile(r"[A-Za-z_]\w*(?:[\s,]+[A-Za-z_]\w*)*", re.ASCII)
LABEL = "the label"
_MOST = 8
"""Words of a text that may be a list of names; a longer one is a sentence."""
Place = tuple[str, str | None, str | None, str]
"""The file, the element, its label, what it is called in a sentence."""


def lone(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """The words of a folder's drawings, tables and forms that stand nowhere else, each with the one that is meant."""
    own = Counter[str]()
    for content in _named(home):
        own.update(counted(content))
    found = [each for each in dict.fromkeys(_candidates(street, home, known)) if own[each[1]] == 1]
    if not found:
        return
    others = (content for house in street.houses if house is not home for content in _named(house))
    elsewhere = frozenset[str]().union(*map(counted, others))
    found = [each for each in found if each[1] not in elsewhere]
    there = frozenset().union(*(_coded(content) for house in street.houses for content in _named(house)))
    meant = mistyped_among({word for _, word in found}, there)
    for (file, element, label, called), word in found:
        close = meant.get(word)
        if close:
            said = phrase(
                "{called}: nothing else names {name}{cure}",
                called=called,
                name=word,
                cure=phrase(MEANT, name=close),
            )
            yield Finding(file, said, element, label, Severity.WARNING, CODE, about=word)


def _named(house: House) -> Iterator[bytes]:
    return (content for file, content in house.files.items() if not file.endswith(PROSE))


@lru_cache(maxsize=2048)
def _coded(content: bytes) -> frozenset[str]:
    """The words that stand where a file names something, those that are written as labels are left out."""
    words = _NAME.findall(content.decode(errors="replace"))
    return frozenset(word for word in words if not (word[0].isupper() and word[1:].isalpha() and word[1:].islower()))


def _candidates(street: Street, home: House, known: Known) -> Iterator[tuple[Place, str]]:
    for scope in known.scopes.values():
        if scope.house is home:
            yield from _of_drawing(scope)
    for decision in home.compiled.decisions.values():
        yield from _of_table(decision)
    for key, form in home.forms.items():
        yield from _of_form(form.path, form.content)
        uses = street.form(home, key)
        for read in uses[1].reads if uses is not None and uses[1] is not None else ():
            called = quoted(read.label) if read.label else phrase("the form")
            place = (
                form.path,
                read.component or None,
                read.label or None,
                phrase("{called}: {what}", called=called, what=read.what),
            )
            for word in _in_trees(_trees(read.text)):
                yield place, word


def _of_drawing(scope: Scope) -> Iterator[tuple[Place, str]]:
    for read in scope.uses.reads:
        spot = read.spot
        if read.what == LABEL:
            continue
        place = spot.file, spot.element, spot.label, phrase("{called}: {what}", called=spot.called, what=read.what)
        plain = not is_expression(read.text) and "${" not in read.text and not read.whole
        for word in _listed(read.text) if plain else _in_trees(trees_of(understood(read))):
            yield place, word
    for number, spot in scope.uses.spots.items():
        element = scope.process.elements[number]
        for name, value in element.inputs.items():
            what = phrase("the input parameter {name}", name=name)
            called = phrase("{called}: {what}", called=spot.called, what=what)
            for word in (name, *_keys(value)):
                yield (spot.file, spot.element, spot.label, called), word
        for name, text in element.properties.items():
            called = phrase("{called}: {what}", called=spot.called, what=phrase("the property {name}", name=name))
            for word in _listed(text):
                yield (spot.file, spot.element, spot.label, called), word


def _of_table(decision: Decision) -> Iterator[tuple[Place, str]]:
    name = Label(decision.name)
    for output in decision.outputs:
        called = phrase('"{name}": {what}', name=name, what=phrase("output {output}", output=output.name))
        yield from (((decision.file, decision.key, decision.name, called), word) for word in _listed(output.name))
    for rule in decision.rules:
        called = phrase('"{name}": row {number}', name=name, number=rule.number)
        place = decision.file, rule.id or decision.key, decision.name, called
        cells = [*(cell.test for cell in rule.cells), *rule.entries]
        for word in _in_trees(each.tree for each in cells if each is not None):
            yield place, word


def _of_form(path: str, content: bytes) -> Iterator[tuple[Place, str]]:
    """The values of options and the names of rows."""
    try:
        todo: list[Any] = [json.loads(content)]
    except (ValueError, RecursionError):
        return
    while todo:
        node = todo.pop(0)
        if not isinstance(node, dict):
            continue
        label = str(node.get("label") or "")
        number = str(node.get("id") or "") or None
        called = quoted(label) if label else phrase("the form")
        for option in node.get("values") or ():
            if isinstance(option, dict) and isinstance(option.get("value"), str):
                for word in _listed(option["value"]):
                    yield (path, number, label or None, phrase("{called}: an option", called=called)), word
        for word in _listed(str(node.get("path") or "")):
            yield (path, number, label or None, phrase("{called}: its path", called=called)), word
        todo += node.get("components") or ()


def _trees(text: str) -> list[ast.expr]:
    try:
        return [compile_expression(text).tree]
    except ExpressionError:
        return []


def _in_trees(trees: Iterable[ast.expr]) -> Iterator[str]:
    """The names among the texts of expressions."""
    for tree in trees:
        for each in ast.walk(tree):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield from _listed(each.value)


def _listed(text: str) -> Iterator[str]:
    """The names of a text that is nothing else; a length of time is no name."""
    words = parted(text)
    if _NAMES.fullmatch(text.strip()) and len(words) <= _MOST:
        yield from (word for word in words if not STRETCH.fullmatch(word))


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _listed(str(name))
            yield from _keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _keys(inner)
