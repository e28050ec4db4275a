"""Finds in a drawing which variables its elements read and write."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import dedent

from lxml import etree

from engine.core.mappings import Transfer
from engine.core.parser.drawing import (
    NODES,
    Diagram,
    Drawn,
    compensates,
    correlation_key,
    definitions_of,
    event_kind,
    event_name,
    handler_of,
    timer_of,
)
from engine.core.parser.extensions import parameters_of, transfers_of
from engine.core.parser.spoken import called, label_of
from engine.core.parser.vocabulary import ACTIVITIES, THROWERS
from engine.core.parser.xml import camunda, child, local, properties, text
from engine.language.expressions import is_expression
from engine.phrases import phrase
from engine.uses import Caught, Coded, Handing, Read, Spot, Thrown, Uses, Write

PEOPLE = ("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority", "formRef", "formKey")
VERSIONS = ("calledElementVersion", "calledElementVersionTag", "decisionRefVersion", "decisionRefVersionTag")
OF_SERVICES = ("topic", "expression", "decisionRef", *VERSIONS)
OWN_PROPERTIES = ("separationOfDuties", "separationOfRounds", "separationOfPeople", "recordedBy", "correlationKey")
CONDITIONS = {
    "complexGateway": ("activationCondition", phrase("the activation condition"), "activationCount"),
    "adHocSubProcess": ("completionCondition", phrase("the completion condition")),
}
"""By tag the part that is a condition, and what it may ask for beside variables."""
TIMERS = {
    "date": phrase("the timer"),
    "duration": phrase("the duration of the timer"),
    "cycle": phrase("the rhythm of the timer"),
}
"""What the text of a timer is called, by what it is."""
COUNTS = frozenset({"nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"})
RESULT = "decisionResult"
"""Under this name output parameters of a business rule task find what its table gave."""


@dataclass
class _Found:
    reads: list[Read] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    calls: list[Handing] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    caught: list[Caught] = field(default_factory=list)
    coded: list[Coded] = field(default_factory=list)

    def read(self, spot: Spot, what: str, written: str | None, *, whole: bool = False, own: bool = True) -> None:
        """Note a text, if there is one."""
        if written:
            self.reads.append(Read(spot, what, written, whole, own))


def uses_of(diagram: Diagram, drawn: Drawn) -> Uses:
    """The uses of variables in a process."""
    found = _Found()
    hosts = {handler_of(node): str(node.get("attachedToRef")) for node in drawn.nodes.values() if compensates(node)}
    spots = {number: _spot(diagram, drawn, node, hosts.get(number, "")) for number, node in drawn.nodes.items()}
    for number, node in drawn.nodes.items():
        if local(node) in NODES:
            _of_node(diagram, node, spots[number], found)
    for number, flow in drawn.flow_nodes.items():
        source = drawn.nodes.get(str(flow.get("sourceRef")))
        if source is not None and source.get("default") != number:
            spot, condition = _spot(diagram, drawn, flow), text(child(flow, "conditionExpression"))
            found.read(spot, phrase("the condition"), condition, whole=True)
    return Uses(
        tuple(found.reads),
        tuple(found.writes),
        tuple(found.calls),
        tuple(found.thrown),
        tuple(found.caught),
        tuple(found.coded),
        spots,
    )


def _spot(diagram: Diagram, drawn: Drawn, node: etree._Element, undoes: str = "") -> Spot:
    around, parent = [], node.getparent()
    while parent is not None and parent is not drawn.node:
        around.append(str(parent.get("id") or ""))
        parent = parent.getparent()
    return Spot(diagram.file, str(node.get("id") or ""), called(diagram, node), label_of(node), tuple(around), undoes)


def _of_node(diagram: Diagram, node: etree._Element, spot: Spot, found: _Found) -> None:
    tag = local(node)
    if tag in ACTIVITIES:
        _of_activity(node, spot, found)
    if tag in {"userTask", "manualTask"}:
        _of_people(node, spot, found)
    for name in OWN_PROPERTIES:
        found.read(spot, phrase("the property {name}", name=name), properties(node).get(name))
    if tag == "startEvent" and camunda(node, "initiator"):
        found.writes.append(Write(spot, str(camunda(node, "initiator"))))
    if tag == "scriptTask":
        _of_script(node, spot, found)
    if tag == "callActivity":
        _of_call(node, spot, found)
    if tag in {"sendTask", "receiveTask"}:
        _of_message_task(diagram, node, spot, found)
    if tag in CONDITIONS:
        part, what, *known = CONDITIONS[tag]
        _of_condition(node, part, what, spot, found, *known, own=True)
    for definition in definitions_of(node):
        _of_event(diagram, node, definition, spot, found)


def _of_condition(
    holder: etree._Element, tag: str, what: str, spot: Spot, found: _Found, *known: str, own: bool = False
) -> None:
    written = text(child(holder, tag))
    if written:
        found.reads.append(Read(spot, what, written, whole=True, own=own, known=frozenset(known)))


def _of_message_task(diagram: Diagram, node: etree._Element, spot: Spot, found: _Found) -> None:
    name = event_name(diagram, node, None) or ""
    if local(node) == "receiveTask":
        found.caught.append(_caught(diagram, node, None, spot, "message", name))
    elif camunda(node, "topic") is None:
        payload = {entry.name: _text(entry.value) or "" for entry in parameters_of(node).inputs}
        found.thrown.append(Thrown(spot, "message", name, payload))


def _of_people(node: etree._Element, spot: Spot, found: _Found) -> None:
    found.read(spot, phrase("the label"), node.get("name"))
    for name in PEOPLE:
        found.read(spot, f"camunda:{name}", camunda(node, name))
    letter = properties(node).get("letter")
    found.read(spot, phrase("the property letter"), f"${{{letter}}}" if letter else None)


def _of_activity(node: etree._Element, spot: Spot, found: _Found) -> None:
    parameters = parameters_of(node)
    loop, again = child(node, "multiInstanceLoopCharacteristics"), child(node, "standardLoopCharacteristics")
    each = frozenset() if loop is None else frozenset({"loopCounter", *filter(None, [_item(loop)])})
    for entry in parameters.inputs:
        for written in _texts(entry.value):
            what = phrase("the input parameter {name}", name=entry.name)
            found.reads.append(Read(spot, what, written, own=False, known=each))
        found.writes.append(Write(spot, entry.name, _text(entry.value), inside=True))
    for entry in parameters.outputs:
        for written in _texts(entry.value):
            found.read(spot, phrase("the output parameter {name}", name=entry.name), written)
        found.writes.append(Write(spot, entry.name, _text(entry.value)))
    for name in OF_SERVICES:
        found.read(spot, f"camunda:{name}", camunda(node, name))
    result = camunda(node, "resultVariable")
    if result and camunda(node, "expression") is not None:
        found.writes.append(Write(spot, result, camunda(node, "expression"), inside=bool(parameters.outputs)))
    if camunda(node, "decisionRef") is not None and parameters.outputs:
        found.writes.append(Write(spot, RESULT, inside=True))
    if loop is not None:
        _of_loop(loop, spot, found)
    if again is not None:
        _of_condition(again, "loopCondition", phrase("the condition of the loop"), spot, found, "loopCounter")
        found.writes += [Write(spot, name, inside=True) for name in ("loopCounter", *sorted(COUNTS))]


def _of_loop(loop: etree._Element, spot: Spot, found: _Found) -> None:
    collection = camunda(loop, "collection") or text(child(loop, "loopDataInputRef"))
    found.read(spot, phrase("the collection"), collection, whole=True, own=False)
    found.read(spot, phrase("the number of items"), text(child(loop, "loopCardinality")), whole=True, own=False)
    enough = text(child(loop, "completionCondition"))
    if enough:
        found.reads.append(Read(spot, phrase("the completion condition"), enough, whole=True, own=False, known=COUNTS))
    variable = _item(loop)
    if variable:
        found.writes.append(Write(spot, variable, collection or None, inside=True, item=True))
    found.writes += [Write(spot, name, inside=True) for name in ("loopCounter", *sorted(COUNTS))]


def _item(loop: etree._Element) -> str | None:
    """The variable that each item of several has to itself."""
    named = child(loop, "inputDataItem")
    return camunda(loop, "elementVariable") or (None if named is None else named.get("name"))


def _of_call(node: etree._Element, spot: Spot, found: _Found) -> None:
    key, transfers, kept = node.get("calledElement") or "", transfers_of(node), bool(parameters_of(node).outputs)
    found.read(spot, phrase("the called process"), key)
    for entry in transfers.into:
        found.read(spot, "camunda:in", _source(entry))
    into = {entry.target: _source(entry) for entry in transfers.into if entry.target}
    back = {entry.target: _source(entry) for entry in transfers.back if entry.target}
    all_in, all_back = (any(entry.everything for entry in way) for way in (transfers.into, transfers.back))
    found.calls.append(Handing(spot, key, into, back, all_in, all_back, kept))


def _source(entry: Transfer) -> str:
    return f"${{{entry.source}}}" if entry.source is not None else entry.expression or ""


def _of_event(diagram: Diagram, node: etree._Element, definition: etree._Element, spot: Spot, found: _Found) -> None:
    kind, name = event_kind(definition), event_name(diagram, node, definition)
    timer = timer_of(definition)
    if kind == "timer" and timer is not None:
        found.read(spot, TIMERS[timer[0]], timer[1])
    if kind == "conditional":
        found.read(spot, phrase("the condition"), text(child(definition, "condition")), whole=True)
    if kind in {"message", "signal", "error", "escalation"}:
        found.read(spot, phrase("the name of the {kind}", kind=phrase(kind)), name)
    for variable in ("errorCodeVariable", "errorMessageVariable", "escalationCodeVariable"):
        if camunda(definition, variable):
            found.writes.append(Write(spot, str(camunda(definition, variable))))
    _of_code(node, kind, name, spot, found)
    if kind not in {"message", "signal"}:
        return
    if local(node) not in THROWERS:
        found.caught.append(_caught(diagram, node, definition, spot, kind, name or ""))
    elif camunda(definition, "topic") is None:
        into = transfers_of(definition).into
        for entry in into:
            found.read(spot, "camunda:in", _source(entry))
        payload = {entry.target: _source(entry) for entry in into if entry.target}
        found.thrown.append(Thrown(spot, kind, name or "", payload, any(entry.everything for entry in into)))
    else:
        found.read(spot, "camunda:topic", camunda(definition, "topic"))


def _of_code(node: etree._Element, kind: str, name: str | None, spot: Spot, found: _Found) -> None:
    thrown = local(node) in THROWERS
    if kind in {"error", "escalation"} and (thrown or name == _told(name)):
        found.coded.append(Coded(spot, kind, _told(name), thrown))


def _caught(  # noqa: PLR0917 - a trigger and where it stands
    diagram: Diagram, node: etree._Element, definition: etree._Element | None, spot: Spot, kind: str, name: str
) -> Caught:
    keyed = correlation_key(diagram, node, definition) is not None
    return Caught(spot, kind, name, properties(node).get("recordForm"), keyed)


def _of_script(node: etree._Element, spot: Spot, found: _Found) -> None:
    """What a script reads before it has set it anywhere, and what it leaves behind."""
    script = child(node, "script")
    try:
        tree = ast.parse(dedent("" if script is None else script.text or ""))
    except (SyntaxError, ValueError):
        return  # told by the check of the script
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "BpmnError":
            first = each.args[0] if each.args else None
            told = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
            found.coded.append(Coded(spot, "error", told, thrown=True))
    names = [each for each in ast.walk(tree) if isinstance(each, ast.Name)]
    bound = {each.id for each in names if not isinstance(each.ctx, ast.Load)} | set(_bound(tree))
    for name in sorted({each.id for each in names} - bound - set(dir(builtins)) - {"BpmnError"}):
        found.read(spot, phrase("the script"), f"${{{name}}}")
    left = {each for each in _bound(tree) if not each.startswith("_")}
    left |= {each.id for each in names if not isinstance(each.ctx, ast.Load) and not each.id.startswith("_")}
    found.writes += [Write(spot, name) for name in sorted(left)]


def _bound(tree: ast.AST) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            yield each.name
        elif isinstance(each, ast.arg):
            yield each.arg
        elif isinstance(each, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in each.names)
        elif isinstance(each, ast.ExceptHandler) and each.name:
            yield each.name


def _told(code: str | None) -> str | None:
    """A code as written; None for one that is worked out, or left out."""
    return None if code is None or is_expression(code) or "{" in code else code


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> Iterator[str]:
    """The texts in a parameter, a list or map of it included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts(each)
