"""Who does the tasks of people: those that nobody sees, without a form, due at no date; the groups that are named."""

import ast
import re
from collections.abc import Iterator

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope, given_by
from engine.deploy.names.unwritten import understood
from engine.deploy.names.values import Known, Values, trees_of
from engine.errors import ExpressionError
from engine.language.expressions import Template, compile_template, is_expression
from engine.phrases import phrase, quoted
from engine.seams import Mention
from engine.uses import Spot
from engine.values import Element, Finding, Json, Severity, parted

SEPARATORS = re.compile("[，、；;/|]")
"""What people type in place of a comma, and what is then part of a name."""
BLANKS = re.compile("[，、；;/|,\\s]+")
WITH_COMMAS = frozenset({"camunda:candidateGroups", "camunda:candidateUsers"})
"""Where names stand with commas between, and a blank parts nothing."""
WHO = ("assignee", "candidateUsers", "candidateGroups")
OPENLY = "audience"
"""The property of a task that says `administrators` where nobody else is meant to see it."""
WORDS = frozenset({"text", "area"})
"""Kinds of form fields that people fill with words."""
MOMENTS = ("dueDate", "followUpDate")


def people(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """What is wrong with who does the tasks of a folder, and until when."""
    for scope in known.scopes.values():
        for element in scope.process.elements.values() if scope.house is home else ():
            spot = scope.uses.spots.get(element.id)
            if spot is not None:
                yield from _separators(spot, element)
                yield from _nobody_records(scope, spot, element, known)
                if element.kind in {"userTask", "manualTask"}:
                    yield from _nobody(scope, spot, element, known)
                    if street.runtime.forms is not None:
                        yield from _no_form(spot, element)
        for read in scope.uses.reads if scope.house is home else ():
            if read.what in {f"camunda:{name}" for name in MOMENTS} | {"the timer"}:
                for tree in trees_of(understood(read)):
                    yield from _no_date(scope, read.spot, read.what, tree)


def mentions(home: House, known: Known) -> Iterator[Mention]:
    """The groups that the diagrams of a folder name, as far as they are known before it runs."""
    for scope in known.scopes.values():
        yield from _of_tables(home, scope, known)
        process = scope.process
        for group in process.candidate_starter_groups if scope.house is home else ():
            yield Mention(group, process.file, process.key, quoted(process.name), "camunda:candidateStarterGroups")
        for element in process.elements.values() if scope.house is home else ():
            yield from _of_element(scope, element, known)


def _of_element(scope: Scope, element: Element, known: Known) -> Iterator[Mention]:
    spot, process = scope.uses.spots.get(element.id), scope.process
    if element.group and not is_expression(element.group):
        yield Mention(
            element.group, process.file, process.key, quoted(process.name), phrase("the lane {lane}", lane=element.lane)
        )
    if spot is None:
        return
    for what, text in _naming(element):
        if any(known.cells(scope, tree, spot) for tree in trees_of(_read(text))):
            continue  # the table is told of it, where it is
        values = known.of_text(scope, text, spot)
        for value in _constants(text) if values is None else values:
            for group in groups_in(value, what):
                yield Mention(group, spot.file, spot.element, spot.called, what)


def _of_tables(home: House, scope: Scope, known: Known) -> Iterator[Mention]:
    """The groups that tables of a folder give to whatever process asks them."""
    for element in scope.process.elements.values():
        spot = scope.uses.spots.get(element.id)
        for what, text in _naming(element) if spot is not None else ():
            for tree in trees_of(_read(text)):
                for key, output in sorted(known.cells(scope, tree, spot)):
                    decision = home.compiled.decisions.get(key)
                    if decision is None:
                        continue
                    for value in given_by(decision, output) or ():
                        for group in groups_in(value, what):
                            yield Mention(
                                group,
                                decision.file,
                                key,
                                quoted(decision.name),
                                phrase("output {output}", output=output),
                            )


def groups_in(value: Json, *whats: str) -> list[str]:
    """The names of groups in a text, parted by commas and, where it is not for candidates, by blanks."""
    if not WITH_COMMAS & {*whats}:
        return parted(str(value))
    return [name for name in map(str.strip, str(value).split(",")) if name]


def _constants(text: str) -> Iterator[str]:
    """The texts that an expression may give, where the rest of it is not known."""
    todo = trees_of(_read(text))
    while todo:
        tree = todo.pop()
        if isinstance(tree, ast.IfExp):
            todo += [tree.body, tree.orelse]
        elif isinstance(tree, ast.Call):
            todo += tree.args if isinstance(tree.func, ast.Name) and tree.func.id == "coalesce" else []
        elif isinstance(tree, ast.Constant) and isinstance(tree.value, str):
            yield tree.value


def _read(text: str) -> Template | None:
    try:
        return compile_template(text)
    except ExpressionError:
        return None


def _naming(element: Element) -> Iterator[tuple[str, str]]:
    """Where an element names groups."""
    groups = element.attributes.get("candidateGroups")
    if groups:
        yield "camunda:candidateGroups", groups
    if element.properties.get("recordedBy"):
        yield phrase("the property recordedBy"), element.properties["recordedBy"]


def _separators(spot: Spot, element: Element) -> Iterator[Finding]:
    named = {f"camunda:{name}": element.attributes.get(name, "") for name in ("candidateGroups", "candidateUsers")}
    named[phrase("the property recordedBy")] = element.properties.get("recordedBy", "")
    for what, text in named.items():
        parted = [part.split() if what in WITH_COMMAS else [part] for part in text.split(",")]
        blanks = any(len(part) > 1 for part in parted) and "$" not in text
        if not is_expression(text) and (SEPARATORS.search(text) or blanks):
            split = BLANKS if blanks else SEPARATORS
            meant = ",".join(part.strip() for part in split.split(text) if part.strip())
            said = phrase(
                '{what} is "{text}", which is one name: put a plain comma between names: "{meant}"',
                what=what,
                text=text,
                meant=meant,
            )
            yield _finding(spot, said, "separator", error=True)


def _nobody(scope: Scope, spot: Spot, element: Element, known: Known) -> Iterator[Finding]:
    """A task that no group, no person, no lane leads to; a warning, because administrators see it."""
    if element.properties.get(OPENLY) == "administrators":
        return
    drawn = {name: element.attributes[name] for name in WHO if name in element.attributes}
    if any(_somebody(known.of_text(scope, text, spot), text) for text in drawn.values()):
        return
    cure = phrase(
        "name candidateGroups or draw it into a lane; if it is meant so, its property {openly} says administrators",
        openly=OPENLY,
    )
    if element.group and not is_expression(element.group):
        return
    if element.group:
        said = phrase("the group of the lane {lane} is an expression, which is worked out nowhere", lane=element.lane)
    elif drawn:
        said = phrase("{names} names nobody", names=phrase(" and ").join(f"camunda:{name}" for name in drawn))
    else:
        said = phrase("nobody is named for it")
    yield _finding(
        spot, phrase("{said}, so that only administrators see it: {cure}", said=said, cure=cure), "nobody_sees"
    )


def _nobody_records(scope: Scope, spot: Spot, element: Element, known: Known) -> Iterator[Finding]:
    """A message that people record, and nobody may."""
    written = element.properties.get("recordedBy")
    if written is not None and not _somebody(known.of_text(scope, written, spot), written):
        said = phrase("the property recordedBy names nobody, so that only administrators can record it: name groups")
        yield _finding(spot, said, "nobody_sees")


def _somebody(values: Values, text: str) -> bool:
    if values is None:
        return not any(isinstance(tree, ast.List) and not tree.elts for tree in trees_of(_read(text)))
    return any(isinstance(value, str) and groups_in(value) for value in values)


def _no_form(spot: Spot, element: Element) -> Iterator[Finding]:
    if element.kind == "userTask" and not (element.attributes.get("formRef") or element.attributes.get("formKey")):
        said = phrase(
            "it has no form: whoever does it can say nothing but that it is done. Link one with camunda:formRef"
        )
        yield _finding(spot, said, "no_form")


def _no_date(scope: Scope, spot: Spot, what: str, tree: ast.expr) -> Iterator[Finding]:
    """A moment that is the value of a field for words; that of a field of another kind is told by the kind."""
    if isinstance(tree, ast.Name):
        _, sources = scope.sources(tree.id, spot) or ("", ())
        kinds = {source.kind for source in sources}
        if kinds and kinds <= WORDS:
            said = phrase(
                "{what} is {name}, a field for words: it is no date unless somebody happens to write one",
                what=what,
                name=tree.id,
            )
            yield _finding(spot, phrase("{said}. Name a field with a date", said=said), "no_date")


def _finding(spot: Spot, said: str, code: str, *, error: bool = False) -> Finding:
    severity = Severity.ERROR if error else Severity.WARNING
    return Finding(
        spot.file, phrase("{called}: {said}", called=spot.called, said=said), spot.element, spot.label, severity, code
    )
