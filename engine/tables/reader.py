"""Reads DMN 1.1 to 1.5 as the Camunda Modeler writes it; what is not understood is refused, not guessed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lxml import etree

from engine.errors import ExpressionError
from engine.language.expressions import Expression
from engine.phrases import phrase, said_by
from engine.spelling import meant, nearest, plainly, slipped
from engine.tables.cells import Cell, compile_cell, compile_entry, constants
from engine.tables.model import Column, Decision, Knowledge, Output, Rule
from engine.tables.policies import AGGREGATIONS, HIT_POLICIES
from engine.tables.types import KINDS, Declared, Type
from engine.values import Finding, Severity

T = TypeVar("T")
Node = etree._Element  # noqa: SLF001 - the name that lxml gives the type of its elements

MAX_BYTES = 5_000_000
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
_CAMUNDA = ("{http://camunda.org/schema/1.0/dmn}", "{http://operaton.org/schema/1.0/dmn}")
_REFUSED = {
    "decisionService": phrase("decision services are not supported; call the decision itself"),
    **dict.fromkeys(
        ("context", "invocation", "functionDefinition", "relation", "list", "conditional", "filter", "iterator"),
        phrase("this kind of decision is not supported; draw a decision table or a literal expression"),
    ),
}


@dataclass
class Reading:
    """What has been found in one file so far."""

    file: str
    types: Mapping[str, Type] = field(default_factory=dict)
    """The types that the file declares."""
    phrases: frozenset[str] = frozenset()
    """The names that the file declares and that are more than one word."""
    findings: list[Finding] = field(default_factory=list)

    def report(
        self, message: str, node: Node | None = None, *, severity: Severity = Severity.ERROR, code: str = "dmn"
    ) -> None:
        """Keep a finding about an element of the file."""
        element = None if node is None else node.get("id")
        label = None if node is None else node.get("name") or node.get("label")
        self.findings.append(Finding(self.file, message, element, label, severity, code))

    def entry(self, text: str) -> Expression | None:
        """An output cell or the expression of a column."""
        return compile_entry(text, self.phrases)

    def cell(self, text: str) -> Cell:
        """An input cell."""
        return compile_cell(text, self.phrases)

    def declared(self, name: str | None) -> Declared | None:
        """A type by its name; None where nothing is said of it."""
        if not name:
            return None
        return Declared(self.types.get(name) or Type(name, name), self.types)

    def attempt(self, read: Callable[[str], T], text: str, node: Node, where: str) -> T | None:
        """What `read` makes of the text; a finding and None when it cannot."""
        try:
            return read(text)
        except ExpressionError as error:
            self.report(phrase("{where}: {error}", where=where, error=said_by(error)), node, code="cell")
            return None


def parse_xml(reading: Reading, content: bytes) -> Node | None:
    """The root of the file, without comments; entities, external files and other dialects are refused."""
    if len(content) > MAX_BYTES:
        reading.report(phrase("the file is larger than {most} bytes", most=MAX_BYTES), code="size")
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reading.report(phrase("the file is no XML: {error}", error=plainly(error)), code="xml")
        return None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr] # the stubs lack it
        reading.report(phrase("the file declares a document type; entities are refused"), code="xml")
    elif local(root) != "definitions" or namespace(root) not in NAMESPACES:
        reading.report(phrase("the file is no DMN 1.1 to 1.5"), root, code="xml")
    else:
        return root
    return None


NAMED = frozenset(
    ["inputData", "decision", "variable", "itemComponent", "businessKnowledgeModel", "formalParameter", "output"]
)


def phrases_of(root: Node) -> frozenset[str]:
    """The names that a file declares and that are more than one word."""
    names = (" ".join((node.get("name") or "").split()) for node in root.iter("{*}*") if local(node) in NAMED)
    return frozenset(name for name in names if name and not name.isidentifier())


def types_of(root: Node) -> dict[str, Type]:
    """The types that a file declares, by name."""
    return {each.name: each for each in map(_type, children(root, "itemDefinition")) if each.name}


def _type(node: Node) -> Type:
    base = child(node, "typeRef")
    parts = {each.name: each for each in map(_type, children(node, "itemComponent"))}
    written = "" if base is None else (base.text or "").strip()
    return Type(node.get("name") or "", written, node.get("isCollection") == "true", parts)


def local(node: Node) -> str:
    """The tag without its namespace."""
    return etree.QName(node).localname


def namespace(node: Node) -> str | None:
    """The namespace of the tag."""
    return etree.QName(node).namespace


def children(node: Node, *tags: str) -> list[Node]:
    """The children with one of these tags in the namespace of `node`: extensions and layout are left out."""
    own = namespace(node)
    return [child for child in node if namespace(child) == own and local(child) in tags]


def text_of(node: Node | None) -> str:
    """The content of the `text` child."""
    found = [] if node is None else children(node, "text")
    return "".join(str(part) for part in found[0].itertext()).strip() if found else ""


def child(node: Node, tag: str) -> Node | None:
    """The first child with that tag."""
    return next(iter(children(node, tag)), None)


def read_decision(reading: Reading, node: Node) -> Decision | None:
    """One decision, its requirements left out; None with findings when it cannot be read."""
    before = len(reading.findings)
    for part in node.iter("{*}*"):
        if namespace(part) == namespace(node) and local(part) in _REFUSED:
            reading.report(_REFUSED[local(part)], node, code="unsupported")
            return None
    table, literal = child(node, "decisionTable"), child(node, "literalExpression")
    key, variable = node.get("id") or "", child(node, "variable")
    head: dict[str, Any] = {
        "key": key,
        "name": node.get("name") or key,
        "file": reading.file,
        "version_tag": next((tag for prefix in _CAMUNDA if (tag := node.get(f"{prefix}versionTag"))), None),
        "variable": (variable.get("name") if variable is not None else None) or key,
    }
    decision = None
    if not key:
        reading.report(phrase("a decision has no id"), node)
    elif table is not None:
        decision = _table(reading, node, table, head)
    elif literal is not None:
        declared = ("" if variable is None else variable.get("typeRef")) or literal.get("typeRef") or ""
        expression = reading.attempt(reading.entry, text_of(literal), node, "the expression")
        kind = reading.declared(declared)
        decision = None if expression is None else Decision(**head, literal=expression, type=declared, declared=kind)
    if decision is None and len(reading.findings) == before:
        reading.report(phrase("the decision is empty"), node)
    return None if any(found.severity is Severity.ERROR for found in reading.findings[before:]) else decision


def read_knowledge(reading: Reading, node: Node) -> Knowledge | None:
    """A business knowledge model whose body is an expression; None with a finding for any other."""
    logic = child(node, "encapsulatedLogic")
    body = None if logic is None else child(logic, "literalExpression")
    if (
        logic is None
        or body is None
        or logic.get("kind", "FEEL") != "FEEL"
        or child(node, "knowledgeRequirement") is not None
    ):
        told = phrase(
            "business knowledge models are not supported, but for a FEEL expression that calls no other model"
        )
        reading.report(phrase("{told}; write it into the decision", told=told), node, code="unsupported")
        return None
    expression = reading.attempt(reading.entry, text_of(body), node, "the expression")
    parameters = tuple(part.get("name") or "" for part in children(logic, "formalParameter"))
    missing = () if expression is None else sorted(expression.names - set(parameters))
    if missing:
        reading.report(
            phrase("the expression asks for {names}, which is no parameter of the model", names=", ".join(missing)),
            node,
        )
        return None
    if expression is None:
        return None
    types = tuple(reading.declared(part.get("typeRef")) for part in children(logic, "formalParameter"))
    return Knowledge(node.get("name") or "", parameters, expression, types, reading.declared(body.get("typeRef")))


def _table(reading: Reading, node: Node, table: Node, head: dict[str, Any]) -> Decision:
    policy, aggregation = table.get("hitPolicy") or "UNIQUE", table.get("aggregation")
    if policy not in HIT_POLICIES:
        said = phrase("there is no hit policy {policy}{cure}", policy=policy, cure=nearest(policy, HIT_POLICIES))
        reading.report(said, node, code="hit-policy")
    if aggregation is not None and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
        reading.report(
            phrase("{policy} cannot aggregate with {aggregation}", policy=policy, aggregation=aggregation),
            node,
            code="hit-policy",
        )
    inputs = [_column(reading, node, part, at) for at, part in enumerate(children(table, "input"), 1)]
    drawn = children(table, "output")
    outputs = [
        _output(reading, part, head["variable"] if len(drawn) == 1 else str(at)) for at, part in enumerate(drawn, 1)
    ]
    columns, results = [part for part in inputs if part], outputs
    if not outputs:
        reading.report(phrase("the table has no output"), node)
    if aggregation is not None and len(outputs) > 1:
        reading.report(phrase("a table that aggregates has one output"), node, code="hit-policy")
    if policy in {"PRIORITY", "OUTPUT ORDER"} and not any(output.values for output in results):
        reading.report(
            phrase("{policy} needs the allowed values of an output, the most important first", policy=policy), node
        )
    if len({output.name for output in results}) < len(results):
        reading.report(phrase("two outputs have the same name"), node)
    whole = len(columns) == len(inputs)  # else the column is told, and its cells belong to none
    rules = tuple(
        _rule(reading, row, number, columns, results)
        for number, row in enumerate(children(table, "rule") if whole else (), 1)
    )
    return Decision(
        **head,
        hit_policy=policy,
        aggregation=aggregation,
        inputs=tuple(columns),
        outputs=tuple(results),
        rules=rules,
    )


def _column(reading: Reading, decision: Node, node: Node, number: int) -> Column | None:
    source = child(node, "inputExpression")
    text = text_of(source)
    where = phrase("column {label}", label=node.get("label") or text or number)
    if any(node.get(f"{prefix}inputVariable") for prefix in _CAMUNDA):
        reading.report(
            phrase("{where}: inputVariable is not read; a cell calls the value ?", where=where),
            node,
            severity=Severity.WARNING,
        )
    expression = reading.attempt(reading.entry, text, node, where)
    if not text:
        reading.report(phrase("{where} has no expression", where=where), decision)
    allowed = _allowed(reading, child(node, "inputValues"), node, where)
    if expression is None:
        return None
    kind = "" if source is None else source.get("typeRef") or ""
    _type_there(reading, node, kind, where)
    return Column(node.get("id") or "", node.get("label") or text, expression, kind, allowed)


def _output(reading: Reading, node: Node, usual: str) -> Output:
    """An output; `usual` is what it is called without a name, which only the single one of a table needs not have."""
    name = node.get("name") or node.get("label") or usual
    where = phrase("output {name}", name=name)
    if name == usual and usual.isdigit():
        reading.report(phrase("{where} has no name, and the table has several", where=where), node)
    _type_there(reading, node, node.get("typeRef") or "", where)
    values = _allowed(reading, child(node, "outputValues"), node, where)
    default = child(node, "defaultOutputEntry")
    entry = (
        None
        if default is None
        else reading.attempt(reading.entry, text_of(default), node, phrase("default of {where}", where=where))
    )
    return Output(node.get("id") or "", name, node.get("label") or name, node.get("typeRef") or "", values, entry)


def _type_there(reading: Reading, node: Node, kind: str, where: str) -> None:
    """Tell of a type that is most likely a typing error: nothing is compared as one of it."""
    known = {*reading.types, *KINDS}
    close = "" if kind in known or kind.lower() in KINDS else slipped(kind, known)
    if close:
        said = phrase("{where}: there is no type {kind}{cure}", where=where, kind=kind, cure=meant(kind, [close]))
        reading.report(said, node, severity=Severity.WARNING, code="type")


def _allowed(reading: Reading, values: Node | None, node: Node, where: str) -> tuple[object, ...] | None:
    text = text_of(values)
    return reading.attempt(constants, text, node, phrase("allowed values of {where}", where=where)) if text else None


def _rule(reading: Reading, node: Node, number: int, columns: list[Column], outputs: list[Output]) -> Rule:
    cells, entries = children(node, "inputEntry"), children(node, "outputEntry")
    if len(cells) != len(columns) or len(entries) != len(outputs):
        reading.report(phrase("row {number} has not as many cells as the table has columns", number=number), node)
        return Rule(node.get("id") or "", number, (), (), "")
    left = [
        reading.attempt(
            reading.cell, text_of(cell), node, phrase("row {number}, column {label}", number=number, label=column.label)
        )
        or Cell("", None)
        for column, cell in zip(columns, cells, strict=True)
    ]
    right = [
        reading.attempt(
            reading.entry, text_of(entry), node, phrase("row {number}, output {name}", number=number, name=output.name)
        )
        for output, entry in zip(outputs, entries, strict=True)
    ]
    return Rule(node.get("id") or "", number, tuple(left), tuple(right), " ".join(_annotations(node)))


def _annotations(node: Node) -> Iterator[str]:
    for part in children(node, "description"):
        yield "".join(str(text) for text in part.itertext()).strip()
    for part in children(node, "annotationEntry"):
        yield text_of(part)


def required_ids(node: Node) -> Iterator[str]:
    """The references to decisions that must be made first, as written."""
    for requirement in children(node, "informationRequirement"):
        for part in children(requirement, "requiredDecision"):
            yield part.get("href") or ""


def knowledge_ids(node: Node) -> Iterator[str]:
    """The references to business knowledge models that a decision calls, as written."""
    for requirement in children(node, "knowledgeRequirement"):
        for part in children(requirement, "requiredKnowledge"):
            yield part.get("href") or ""
