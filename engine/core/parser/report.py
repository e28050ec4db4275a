"""Where checks put what they find."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from lxml import etree

from engine.core.parser.drawing import Diagram
from engine.core.parser.xml import local
from engine.errors import ExpressionError
from engine.language.doubts import doubts
from engine.language.expressions import STANDARD_FUNCTIONS, Expression, Template, compile_expression, compile_template
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

    def error(self, node: etree._Element, code: str, message: str) -> None:
        """Something that cannot be run; the message says what to draw instead."""
        self._add(node, code, message, Severity.ERROR)

    def warn(self, node: etree._Element, code: str, message: str) -> None:
        """Something that is not read."""
        self._add(node, code, message, Severity.WARNING)

    def expression(self, node: etree._Element, text: str | None, what: str) -> None:
        """Check a condition or another text that is an expression as a whole."""
        try:
            compiled = compile_expression(text or "")
        except ExpressionError as error:
            self.error(node, "bad_expression", f"{what}: {error}")
        else:
            self._names(node, compiled, what)

    def template(self, node: etree._Element, text: str | None, what: str) -> None:
        """Check a text that may have `${…}` in it."""
        if text is None:
            return
        try:
            compiled = compile_template(text)
        except ExpressionError as error:
            self.error(node, "bad_expression", f"{what}: {error}")
        else:
            self._names(node, compiled, what)

    def _names(self, node: etree._Element, compiled: Expression | Template, what: str) -> None:
        found = _ENGINE_NAMES.search(compiled.text)
        if found:
            self.error(node, "unknown_name", f"{what} asks for {found[0]}, which only other engines know")
        parts = compiled.parts if isinstance(compiled, Template) else (compiled,)
        for part in parts:
            if isinstance(part, Expression):
                for doubt in doubts(part):
                    self.error(node, "doubtful", f"{what}, {part.text}: {doubt}")
        if self.functions is None:
            return
        there = {*self.functions, *STANDARD_FUNCTIONS}
        for name in sorted(set(compiled.functions) - there):
            said = f"{what} uses the function {name}, and there is none of that name{meant(name, there)}"
            self.error(node, "unknown_function", said)

    def _add(self, node: etree._Element, code: str, message: str, severity: Severity) -> None:
        named = node
        while named.get("id") is None or local(named).endswith(("EventDefinition", "Expression", "Characteristics")):
            parent = named.getparent()
            if parent is None or local(parent) == "definitions":
                break
            named = parent
        label = named.get("name") or None
        said = f'"{label}": {message}' if label else message
        element = named.get("id")
        self.findings[Finding(self.diagram.file, said, element, label, severity, code)] = None
