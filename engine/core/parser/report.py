"""Where checks put what they find."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from lxml import etree

from engine.core.parser.drawing import NODES, Diagram
from engine.core.parser.spoken import called, label_of
from engine.core.parser.vocabulary import DRAWING, ELSEWHERE, READ
from engine.core.parser.xml import local
from engine.errors import ExpressionError
from engine.language.doubts import doubts
from engine.language.expressions import STANDARD_FUNCTIONS, Expression, Template, compile_expression, compile_template
from engine.phrases import phrase, said_by
from engine.spelling import meant
from engine.values import Finding, Severity

_ENGINE_NAMES = re.compile(
    r"\b(?:execution|task)\.(?:processBusinessKey|businessKey|processInstanceId|processDefinitionId|parentId|id"
    r"|currentActivityId|currentActivityName|eventName|getVariable)\b|\bauthenticatedUserId\b"
)
"""What expressions of other engines find beside variables."""


@dataclass
class Report:
    """The findings of one file."""

    diagram: Diagram
    functions: Collection[str] | None = None
    """What expressions may call beside the standard functions; None leaves that check out."""
    findings: dict[Finding, None] = field(default_factory=dict)
    """In the order in which they were found, each once."""
    others: dict[tuple[str, str], list[etree._Element]] = field(default_factory=dict)
    """What other tools have left on elements, by the tag of these and its own name."""
    prefixes: dict[str, str] = field(default_factory=dict)
    """What the file calls the namespaces of other tools."""

    def error(self, node: etree._Element, code: str, message: str, *, about: str = "") -> None:
        """Something that cannot be run; the message says what to draw instead, `about` which name is not there."""
        self._add(node, code, message, Severity.ERROR, about)

    def warn(self, node: etree._Element, code: str, message: str, *, about: str = "") -> None:
        """Something that is not read; `about` names what of another tool it is."""
        self._add(node, code, message, Severity.WARNING, about)

    def foreign(self, node: etree._Element, name: str, tag: str, prefix: str | None) -> None:
        """An attribute or extension of another tool, to be told of once for all that have it."""
        self.others.setdefault((tag, name), []).append(node)
        self.prefixes.setdefault(str(etree.QName(name).namespace), prefix or str(etree.QName(name).namespace))

    def expression(self, node: etree._Element, text: str | None, what: str) -> None:
        """Check a condition or another text that is an expression as a whole."""
        if not (text or "").strip():
            self.error(node, "bad_expression", phrase("{what} is empty: write one", what=what))
            return
        try:
            compiled = compile_expression(text or "")
        except ExpressionError as error:
            self.error(node, "bad_expression", phrase("{what}: {error}", what=what, error=said_by(error)))
        else:
            self._names(node, compiled, what)

    def template(self, node: etree._Element, text: str | None, what: str) -> None:
        """Check a text that may have `${…}` in it."""
        if text is None:
            return
        try:
            compiled = compile_template(text)
        except ExpressionError as error:
            self.error(node, "bad_expression", phrase("{what}: {error}", what=what, error=said_by(error)))
        else:
            self._names(node, compiled, what)

    def _names(self, node: etree._Element, compiled: Expression | Template, what: str) -> None:
        found = _ENGINE_NAMES.search(compiled.text)
        if found:
            self.error(
                node,
                "unknown_name",
                phrase("{what} asks for {it}, which only other engines know", what=what, it=found[0]),
            )
        parts = compiled.parts if isinstance(compiled, Template) else (compiled,)
        for part in parts:
            if isinstance(part, Expression):
                for doubt in doubts(part):
                    self.error(
                        node, "doubtful", phrase("{what}, {text}: {doubt}", what=what, text=part.text, doubt=doubt)
                    )
        if self.functions is None:
            return
        there = {*self.functions, *STANDARD_FUNCTIONS}
        for name in sorted(set(compiled.functions) - there):
            said = phrase(
                "{what} uses the function {name}, and there is none of that name{cure}",
                what=what,
                name=name,
                cure=meant(name, there),
            )
            self.error(node, "unknown_function", said)

    def unread_attribute(
        self, node: etree._Element, what: str, name: str, known: Collection[str], cure: str = ""
    ) -> None:
        """An attribute that nobody reads, most likely because of a typing error where one is like it."""
        mistaken = "" if cure else meant(name, known)
        code = "attribute" if mistaken else "not_read"
        self.warn(node, code, phrase("{what} is not read{cure}", what=what, cure=cure or mistaken))

    def _add(self, node: etree._Element, code: str, message: str, severity: Severity, about: str = "") -> None:
        named = node
        while named.get("id") is None or local(named).endswith(("EventDefinition", "Expression", "Characteristics")):
            parent = named.getparent()
            if parent is None or local(parent) == "definitions":
                break
            named = parent
        element = named.get("id")
        if node.get("id") is None and local(node) in {*NODES, "sequenceFlow"}:
            named = node
        label = label_of(named)
        said = (
            message
            if local(named) == "definitions"
            else phrase("{called}: {said}", called=called(self.diagram, named), said=message)
        )
        self.findings[Finding(self.diagram.file, said, element, label, severity, code, about=about)] = None

    def tell_foreign(self) -> None:
        """What other tools have left in the file and nobody reads: a line for each name that means something to them.

        What only draws there is one line for the whole file.
        """
        drawn: Counter[str] = Counter()
        for (tag, name), nodes in self.others.items():
            namespace, local_name = str(etree.QName(name).namespace), etree.QName(name).localname
            prefix = self.prefixes[namespace]
            if namespace in DRAWING:
                drawn[prefix] += len(nodes)
                continue
            more = phrase(", nor on {it} more", it=len(nodes) - 1) if len(nodes) > 1 else ""
            cure = (
                phrase(": write camunda:{local_name}", local_name=local_name) if local_name in READ.get(tag, ()) else ""
            )
            if not cure and ELSEWHERE.get(local_name):
                cure = phrase(": {it}", it=ELSEWHERE[local_name])
            self.warn(
                nodes[0],
                "not_read",
                phrase(
                    "{prefix}:{local_name} of another tool is not read here{more}{cure}",
                    prefix=prefix,
                    local_name=local_name,
                    more=more,
                    cure=cure,
                ),
                about=local_name,
            )
        if drawn:
            counted = ", ".join(f"{prefix} ({count})" for prefix, count in sorted(drawn.items()))
            self.warn(
                self.diagram.root,
                "not_read",
                phrase("what only other tools draw with is left out: {counted}", counted=counted),
            )
