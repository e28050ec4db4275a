"""What the camunda: extension says about parameters, calls and events."""

from lxml import etree

from engine.core.mappings import Parameter, Parameters, Transfer, Transfers, Value
from engine.core.parser.xml import CAMUNDA, elements, extensions, local, text


def parameters_of(node: etree._Element) -> Parameters:
    """The input and output parameters of an activity."""
    entries = [entry for holder in extensions(node, "inputOutput") for entry in elements(holder)]
    return Parameters(
        tuple(_parameter(entry) for entry in entries if local(entry) == "inputParameter"),
        tuple(_parameter(entry) for entry in entries if local(entry) == "outputParameter"),
    )


def transfers_of(node: etree._Element) -> Transfers:
    """What a call, or the definition of an event, hands over and takes back; business keys are always passed on."""
    return Transfers(_transfers(node, "in"), _transfers(node, "out"))


def value_of(node: etree._Element) -> Value:
    """The value of a parameter or of an entry of it: text, list or map."""
    inner = next(elements(node), None)
    if inner is None:
        return (node.text or "").strip()
    if inner.tag == f"{CAMUNDA}list":
        return tuple(value_of(entry) for entry in elements(inner))
    if inner.tag == f"{CAMUNDA}map":
        return {str(entry.get("key") or ""): value_of(entry) for entry in elements(inner)}
    return text(inner)


def _parameter(node: etree._Element) -> Parameter:
    return Parameter(str(node.get("name") or ""), value_of(node))


def _transfers(node: etree._Element, name: str) -> tuple[Transfer, ...]:
    return tuple(
        Transfer(
            target=entry.get("target"),
            source=entry.get("source"),
            expression=entry.get("sourceExpression"),
            everything=entry.get("variables") == "all",
        )
        for entry in extensions(node, name)
        if entry.get("businessKey") is None
    )
