"""Checks of input and output parameters, and of what calls and signals hand over."""

from collections import Counter

from lxml import etree

from engine.core.parser.report import Report
from engine.core.parser.xml import CAMUNDA, elements, extensions, local
from engine.phrases import phrase

VALUES = frozenset({"list", "map"})


def check_parameters(report: Report, node: etree._Element) -> None:
    """The camunda:inputOutput of an activity."""
    for holder in extensions(node, "inputOutput"):
        named = Counter((local(entry), entry.get("name")) for entry in elements(holder) if entry.get("name"))
        for (_, name), count in named.items():
            if count > 1:
                said = phrase(
                    "the parameter {name} is there {count} times: take all but one out", name=name, count=count
                )
                report.error(node, "parameter", said)
        for entry in elements(holder):
            name = entry.get("name")
            if local(entry) not in {"inputParameter", "outputParameter"}:
                report.error(
                    node, "parameter", phrase("camunda:{local} is not read in camunda:inputOutput", local=local(entry))
                )
            elif not name:
                report.error(node, "parameter", phrase("an {local} has no name", local=local(entry)))
            else:
                check_value(report, node, entry, phrase("the parameter {name}", name=name))


def check_value(report: Report, node: etree._Element, entry: etree._Element, what: str) -> None:
    """The value of a parameter or of an entry of it."""
    inner = list(elements(entry))
    if not inner:
        report.template(node, (entry.text or "").strip(), what)
    for part in inner:
        tag = local(part)
        if not part.tag.startswith(CAMUNDA) or tag not in VALUES or len(inner) > 1:
            report.error(
                node,
                "parameter",
                phrase("{what} holds {tag}: write a text, an expression, a list or a map", what=what, tag=tag),
            )
            continue
        for value in elements(part):
            if local(value) in VALUES:
                report.error(
                    node,
                    "parameter",
                    phrase("{what} holds a list or map inside another: write it as an expression", what=what),
                )
            elif local(value) not in {"value", "entry"} or (tag == "map" and not value.get("key")):
                report.error(node, "parameter", phrase("{what} holds a {tag} with a wrong entry", what=what, tag=tag))
            else:
                check_value(report, node, value, what)


def check_transfers(report: Report, node: etree._Element, holder: etree._Element) -> None:
    """The camunda:in and camunda:out of a call or of the definition of an event."""
    for entry in extensions(holder, "in", "out"):
        word = f"camunda:{local(entry)}"
        given = {name for name in ("source", "sourceExpression", "variables", "businessKey") if entry.get(name)}
        if len(given) != 1:
            report.error(
                node,
                "mapping",
                phrase("{word} needs exactly one of source, sourceExpression, variables, businessKey", word=word),
            )
        elif given == {"variables"} and entry.get("variables") != "all":
            report.error(node, "mapping", phrase('{word} can only hand over variables="all"', word=word))
        elif given <= {"source", "sourceExpression"} and not entry.get("target"):
            report.error(node, "mapping", phrase("{word} needs a target", word=word))
        if entry.get("local") == "true":
            report.error(
                node, "mapping", phrase('{word} with local="true" is not executed: name the variables', word=word)
            )
        report.template(node, entry.get("sourceExpression"), word)
        if "businessKey" in given and "execution.processBusinessKey" not in str(entry.get("businessKey")):
            report.warn(
                node, "not_read", phrase("a called process has the business key of its case, whatever is written here")
            )
