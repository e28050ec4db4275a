"""Checks of input and output parameters, and of what calls and signals hand over."""

from lxml import etree

from engine.core.parser.report import Report
from engine.core.parser.xml import CAMUNDA, elements, extensions, local

VALUES = frozenset({"list", "map"})


def check_parameters(report: Report, node: etree._Element) -> None:
    """The camunda:inputOutput of an activity."""
    for holder in extensions(node, "inputOutput"):
        for entry in elements(holder):
            name = entry.get("name")
            if local(entry) not in {"inputParameter", "outputParameter"}:
                report.error(node, "parameter", f"camunda:{local(entry)} is not read in camunda:inputOutput")
            elif not name:
                report.error(node, "parameter", f"an {local(entry)} has no name")
            else:
                check_value(report, node, entry, f"the parameter {name}")


def check_value(report: Report, node: etree._Element, entry: etree._Element, what: str) -> None:
    """The value of a parameter or of an entry of it."""
    inner = list(elements(entry))
    if not inner:
        report.template(node, (entry.text or "").strip(), what)
    for part in inner:
        tag = local(part)
        if not part.tag.startswith(CAMUNDA) or tag not in VALUES or len(inner) > 1:
            report.error(node, "parameter", f"{what} holds {tag}: write a text, an expression, a list or a map")
            continue
        for value in elements(part):
            if local(value) in VALUES:
                report.error(node, "parameter", f"{what} holds a list or map inside another: write it as an expression")
            elif local(value) not in {"value", "entry"} or (tag == "map" and not value.get("key")):
                report.error(node, "parameter", f"{what} holds a {tag} with a wrong entry")
            else:
                check_value(report, node, value, what)


def check_transfers(report: Report, node: etree._Element, holder: etree._Element) -> None:
    """The camunda:in and camunda:out of a call or of the definition of an event."""
    for entry in extensions(holder, "in", "out"):
        word = f"camunda:{local(entry)}"
        given = {name for name in ("source", "sourceExpression", "variables", "businessKey") if entry.get(name)}
        if len(given) != 1:
            report.error(
                node, "mapping", f"{word} needs exactly one of source, sourceExpression, variables, businessKey"
            )
        elif given == {"variables"} and entry.get("variables") != "all":
            report.error(node, "mapping", f'{word} can only hand over variables="all"')
        elif given <= {"source", "sourceExpression"} and not entry.get("target"):
            report.error(node, "mapping", f"{word} needs a target")
        if entry.get("local") == "true":
            report.error(node, "mapping", f'{word} with local="true" is not executed: name the variables')
        report.template(node, entry.get("sourceExpression"), word)
        if "businessKey" in given and "execution.processBusinessKey" not in str(entry.get("businessKey")):
            report.warn(node, "not_read", "a called process has the business key of its case, whatever is written here")
