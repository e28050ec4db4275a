"""What a folder asks of things of the wrong kind: fields of a text, words of a number, days of an amount."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.deploy.names.calling import KINDS
from engine.deploy.names.house import House, Street
from engine.deploy.names.meaning import Meaning
from engine.deploy.names.relations import KIND_WORDS, is_day, no_days, numbers
from engine.deploy.names.scopes import Scope
from engine.deploy.names.shapes import Find, Shape, Shapes, of_field, one_of
from engine.deploy.names.unwritten import lacking, of_read, openers_of, understood
from engine.deploy.names.values import Known, as_far, supposed, trees_of
from engine.errors import ExpressionError
from engine.language.doubts import doubts
from engine.language.expressions import STANDARD_FUNCTIONS, Expression, compile_expression
from engine.language.readings import STRETCH
from engine.phrases import Label, phrase, quoted
from engine.runtime import functions_with
from engine.spelling import meant
from engine.tables.decisions import Decision
from engine.uses import FormRead, FormUses, Read, Spot
from engine.values import Finding, Severity

CODE = "wrong_kind"
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", re.ASCII)
"""A field of a variable without `${…}` around it."""
_BRACED = re.compile(r"^[{｛] *([A-Za-z_][\w.]*) *[}｝]$", re.ASCII)
"""One without the sign before its braces."""
Functions = Mapping[str, Callable[..., Any]]
WANTED = {
    "the collection": ("list", "no_list", phrase("no list: loopCardinality takes a number, a collection needs a list")),
    "the number of items": ("number", "no_number", phrase("no number: write count(list)")),
}
"""What several instances are made of, by the word for it."""
FLAG, DAY = frozenset({"flag"}), frozenset({"date", "moment", "words"})
ANSWER = phrase("neither true nor false: compare it, or ask whether it is null")
OF_FORMS = {
    "the list of its options": (
        frozenset({"list"}),
        phrase("no list of choices: name one that has a label and a value in each row"),
    ),
    **dict.fromkeys(("its condition", "requiredWhen", "readonly"), (FLAG, ANSWER)),
    **dict.fromkeys(("not_before", "not_after"), (DAY, phrase("no date: name a field with a date"))),
}
"""What parts of forms are made of, by the word for them."""
IN_LETTERS = {
    "day": (frozenset({"date", "moment"}), phrase("“| day” writes a date")),
    "money": (frozenset({"number", "amount"}), phrase("“| money” writes an amount")),
    "join": (frozenset({"list"}), phrase("“| join” writes a list")),
    "shown": (
        frozenset(KIND_WORDS) - {"list", "row", "flag", "moment"},
        phrase("write a list with “| join(…)”, a date with time with “| day”, and what follows from true or false"),
    ),
}
"""What a letter writes in which way, by the word of `processes.letters.asked`."""
RHYTHM = "the rhythm of the timer"
NO_DATE = phrase("no date: name a field with a date, or reckon with stage_due or add_working_days")
TIMES = {
    "the timer": (frozenset({"date", "moment"}), NO_DATE),
    **dict.fromkeys(("camunda:dueDate", "camunda:followUpDate"), (frozenset({"date", "moment", "duration"}), NO_DATE)),
    "the duration of the timer": (
        frozenset({"duration"}),
        phrase("no length of time: write PT4H or duration(…), or make it the date of the timer"),
    ),
    RHYTHM: (
        frozenset({"rhythm"}),
        phrase("no rhythm: write R3/PT1H or a cron expression as in 0 0 9 ? * MON-FRI"),
    ),
}
"""What times are made of, by the word for it; each may be a text that says so, too."""
COUNTED = Shape("number")
"""What nrOfInstances and the like are."""


def unlike(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """What the diagrams, tables and forms of a folder ask of the wrong kind of thing."""
    functions = functions_with(street.runtime, home.declaration)
    sure, likely = (shapes_of(street, each) for each in (known, supposed(known)))
    for scope in known.scopes.values():
        if scope.house is home:
            found = _of_reads(scope, likely if scope.open else sure, functions)
            yield from (as_far([scope], each) for each in found)
    for decision in home.compiled.decisions.values():
        places = [
            (scope, spot)
            for scope in known.scopes.values()
            for spot, table in known.asked(street, scope)
            if table is decision
        ]
        within = [scope for scope, _ in places]
        if places and not decision.required and not decision.knowledge:
            found = _of_table(decision, places, likely if any(each.open for each in within) else sure, functions)
            yield from (as_far(within, each) for each in found)
    gate = street.runtime.forms
    for key, form in home.forms.items():
        uses = street.form(home, key)
        if gate is not None and uses is not None and uses[1] is not None:
            openers = openers_of(home, key, known.scopes)
            within = [scope for scope, _ in openers]
            shapes = likely if any(each.open for each in within) else sure
            found = _of_form(form.path, uses[1], openers, shapes, gate.functions(home.declaration))
            yield from (as_far(within, each) for each in found)


def unlike_fields(  # noqa: PLR0917 - a text and all that it is asked in
    shapes: Shapes, functions: Functions, process: str, element: str, parameter: str, text: str
) -> list[str]:
    """What an expression over the fields of a map, which an element is handed, asks of the wrong kind of thing."""
    scope = shapes.known.scopes.get(process)
    drawn = None if scope is None else scope.process.elements.get(element)
    fields = None if drawn is None else drawn.inputs.get(parameter)
    if scope is None or drawn is None or not isinstance(fields, Mapping):
        return []

    def find(name: str) -> Shape | None:
        written = fields.get(name, drawn.inputs.get(name))
        if not isinstance(written, str):
            return None
        return shapes.of_text(scope, written, scope.uses.spots.get(element), own=False)

    meaning = Meaning(find, functions)
    try:
        tree = compile_expression(text).tree
    except ExpressionError:
        return []
    meaning.of(tree)
    if isinstance(tree, ast.Call) and not meaning.said:
        kinds, cure = IN_LETTERS.get(getattr(tree.func, "id", ""), (frozenset(), ""))
        shape = meaning.of(tree.args[0]) if cure else None
        if shape is not None and shape.kind not in {"", *kinds} and not _stands_for(shape, kinds):
            kind = KIND_WORDS[shape.kind]
            return [phrase("writes {it} ({kind}): {cure}", it=meaning.write(tree.args[0]), kind=kind, cure=cure)]
    return meaning.said


def _stands_for(shape: Shape, kinds: frozenset[str]) -> bool:
    """Whether a text that is written out may be read as one of some kinds."""
    dates, amounts = "date" in kinds and not no_days(shape), "amount" in kinds and numbers(shape)
    return shape.kind == "text" and (dates or amounts)


def gives(shapes: Shapes, functions: Functions, home: House, process: str, text: str) -> tuple[str, Sequence[str]]:
    """What kind of thing an expression gives in a process, empty where nobody can tell, and what it asks wrongly.

    A name that the process does not know is looked for in the others of its folder.
    """
    try:
        compiled = compile_expression(text)
    except ExpressionError:
        return "", ()
    there = {*STANDARD_FUNCTIONS, *functions}
    said = [
        phrase("uses the function {name}, and there is none of that name{cure}", name=name, cure=meant(name, there))
        for name in sorted(compiled.functions - there)
    ]
    said += [phrase("cannot be meant: {doubt}", doubt=doubt) for doubt in doubts(compiled)]
    own = shapes.known.scopes.get(process)
    if own is None:
        return "", said
    scopes = [own, *(each for each in shapes.known.scopes.values() if each.house is home)]

    def find(name: str) -> Shape | None:
        knows = next((each for each in scopes if each.sources(name, None) is not None), own)
        return shapes.of(knows, name, None)

    meaning = Meaning(find, functions)
    found = meaning.of(compiled.tree)
    return "" if found is None else found.kind, [*said, *dict.fromkeys(meaning.said)]


def shapes_of(street: Street, known: Known) -> Shapes:
    """The shapes of the variables of all processes."""

    def reads(scope: Scope, expression: Expression, find: Find) -> Shape | None:
        return Meaning(find, functions_with(street.runtime, scope.house.declaration)).of(expression.tree)

    return Shapes(known, reads)


def _of_reads(scope: Scope, shapes: Shapes, functions: Functions) -> Iterator[Finding]:
    known = shapes.known
    for read in scope.uses.reads:

        def find(name: str, read: Read = read) -> Shape | None:
            counted = name in read.known and name.startswith(("nrOf", "loopCounter"))
            return COUNTED if counted else shapes.of(scope, name, read.spot, own=read.own or name in read.known)

        def told(tree: ast.expr, read: Read = read) -> bool:
            return known.of_tree(scope, tree, read.spot, own=read.own) is not None

        yield from _only_words(scope, read)
        for tree in trees_of(understood(read)):
            meaning = Meaning(find, functions, told=told)
            shape = meaning.of(tree)
            for each in dict.fromkeys(meaning.said):
                yield of_read(read, each, CODE)
            wanted, code, cure = WANTED.get(read.what, ("", "", ""))
            if wanted and shape is not None and shape.kind not in {"", wanted}:
                said = phrase(
                    "is {it} ({kind}), which is {cure}",
                    it=meaning.write(tree),
                    kind=KIND_WORDS[shape.kind],
                    cure=cure,
                )
                yield of_read(read, said, code)
            kinds, cure = TIMES.get(read.what, (frozenset(), ""))
            if (
                cure
                and shape is not None
                and shape.kind not in {"", "words", *kinds}
                and not _is_time(read.what, shape)
            ):
                said = phrase(
                    "is {it} ({kind}), which is {cure}", it=meaning.write(tree), kind=KIND_WORDS[shape.kind], cure=cure
                )
                yield of_read(read, said, "no_date")
            if (
                read.what == RHYTHM
                and shape == Shape("words")
                and isinstance(tree, ast.Call)
                and _is_setting(tree, functions)
            ):
                said = phrase(
                    'is {it}, a text of which nobody knows whether it is a rhythm: declare it with type = "cycle"',
                    it=meaning.write(tree),
                )
                yield replace(of_read(read, said, "no_date"), severity=Severity.WARNING)


def _only_words(scope: Scope, read: Read) -> Iterator[Finding]:
    """A parameter that is the name of a variable, or null, as it stands."""
    spot = read.spot
    if not read.what.startswith(("camunda:in", "the input parameter", "the output parameter")):
        return
    text = _BRACED.sub(r"\1", read.text.strip())
    root = text.partition(".")[0]
    typed = _DOTTED.fullmatch(text) or text != read.text.strip() or ("_" in text and text.isidentifier())
    if typed and scope.sources(root, spot) is not None:
        said = phrase(
            "{what} is the text {written} as it stands: write ${{{text}}} for what the variable has",
            what=read.what,
            written=read.text.strip(),
            text=text,
        )
        yield Finding(
            spot.file,
            phrase("{called}: {said}", called=spot.called, said=said),
            spot.element,
            spot.label,
            Severity.WARNING,
            "only_words",
        )
    if read.text.strip() == "null":
        said = phrase("{called}: {what} is the text null: write ${{null}}", called=spot.called, what=read.what)
        yield Finding(spot.file, said, spot.element, spot.label, Severity.WARNING, "only_words")


def _is_setting(tree: ast.Call, functions: Functions) -> bool:
    return bool(getattr(functions.get(getattr(tree.func, "id", "")), KINDS, None))


def _is_time(what: str, shape: Shape) -> bool:
    """Whether a text may be the time that is asked for."""
    if shape.kind != "text" or shape.values is None:
        return shape.kind == "text"
    day = what != "the duration of the timer" and any(map(is_day, shape.values))
    length = what != "the timer" and any(isinstance(each, str) and STRETCH.fullmatch(each) for each in shape.values)
    return day or length or what == RHYTHM


def _of_table(
    decision: Decision, places: Sequence[tuple[Scope, Spot]], shapes: Shapes, functions: Functions
) -> Iterator[Finding]:
    def find(name: str) -> Shape | None:
        return one_of(shapes.of(scope, name, spot) for scope, spot in places)

    for place, column in enumerate(decision.inputs):
        meaning = Meaning(find, functions)
        shape = meaning.of(column.expression.tree)
        said = [(column.label, each) for each in meaning.said]
        for rule in decision.rules:
            test = rule.cells[place].test
            cell = Meaning(find, functions, told=lambda _: True, column=shape, column_name=column.expression.text)
            if test is not None:
                cell.of(test.tree)
            said += [
                (phrase("row {number}, column {label}", number=rule.number, label=column.label), each)
                for each in cell.said
            ]
        yield from _in_table(decision, said)
    for place, output in enumerate(decision.outputs):
        for rule in decision.rules:
            entry, cell = rule.entries[place], Meaning(find, functions)
            if entry is not None:
                cell.of(entry.tree)
            where = phrase("row {number}, output {output}", number=rule.number, output=output.name)
            yield from _in_table(decision, [(where, each) for each in cell.said])


def _in_table(decision: Decision, said: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    for where, each in said:
        message = phrase('"{name}": {where}: {each}', name=Label(decision.name), where=where, each=each)
        yield Finding(decision.file, message, decision.key, decision.name, code=CODE, about=lacking(each))


def _of_form(
    path: str, uses: FormUses, openers: Sequence[tuple[Scope, Spot]], shapes: Shapes, functions: Functions
) -> Iterator[Finding]:
    for read in uses.reads:

        def find(name: str, read: FormRead = read) -> Shape | None:
            written = [each for each in uses.fields if each.name == name]
            if name in read.fields:
                return one_of(map(of_field, written)) if written else None
            if name not in read.names or not openers:
                return None
            return one_of(shapes.of(scope, name, spot) for scope, spot in openers)

        def told(tree: ast.expr, find: Find = find) -> bool:
            shape = find(tree.id) if isinstance(tree, ast.Name) else None
            return shape is not None and shape.values is not None

        try:
            tree = compile_expression(read.text).tree
        except ExpressionError:
            continue
        meaning = Meaning(find, functions, told=told)
        shape = meaning.of(tree)
        said = [*dict.fromkeys(meaning.said)]
        kinds, cure = OF_FORMS.get(read.what, (frozenset(), ""))
        if cure and not said and shape is not None and shape.kind not in {"", *kinds}:
            kind = KIND_WORDS[shape.kind]
            said.append(phrase("is {it} ({kind}), which is {cure}", it=meaning.write(tree), kind=kind, cure=cure))
        for each in said:
            message = phrase("{what} {said}", what=read.what, said=each)
            if read.label:
                message = phrase("{called}: {said}", called=quoted(read.label), said=message)
            yield Finding(path, message, read.component or None, read.label or None, code=CODE, about=lacking(each))
