"""What services and tables are asked in a way that they do not take: a value, a mapping of the result."""

from collections.abc import Iterator, Mapping

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import ENTRIES, Scope, tables_of
from engine.deploy.names.values import Known
from engine.language.expressions import is_expression
from engine.phrases import phrase
from engine.spelling import nearest
from engine.tables.decisions import Decision
from engine.uses import Spot
from engine.values import Element, Finding, Severity

MANY = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
"""Hit policies that give several rows."""


def taken(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """The values and mappings of a folder that no service or table takes."""
    for scope in known.scopes.values():
        if scope.house is home:
            for element in scope.process.elements.values():
                spot = scope.uses.spots.get(element.id)
                if spot is not None:
                    yield from _values(street, scope, element, spot, known)
            for spot, decision in tables_of(street, scope):
                said = _mapping(scope.process.elements[spot.element].attributes, decision)
                if said:
                    severity = Severity.WARNING if "takes one row" in said else Severity.ERROR
                    said = phrase("{called}: camunda:mapDecisionResult {said}", called=spot.called, said=said)
                    yield Finding(spot.file, said, spot.element, spot.label, severity, "decision_result")


def _values(street: Street, scope: Scope, element: Element, spot: Spot, known: Known) -> Iterator[Finding]:
    topic = element.attributes.get("topic", "")
    takes = street.runtime.services.get_service(topic).takes if topic in street.runtime.topics else {}
    for name, allowed in takes.items():
        text = element.inputs.get(name)
        values = known.of_text(scope, text, spot, own=False) if isinstance(text, str) else None
        for value in sorted(map(str, (values or frozenset()) - allowed)):
            said = phrase(
                "the service {topic} takes no {value} as {name}{cure}",
                topic=topic,
                value=value,
                name=name,
                cure=nearest(value, map(str, allowed)),
            )
            yield Finding(
                spot.file,
                phrase("{called}: {said}", called=spot.called, said=said),
                spot.element,
                spot.label,
                code="parameter",
            )


def _mapping(drawn: Mapping[str, str], decision: Decision) -> str:
    """Why the result of a table cannot be taken so; empty where it can."""
    mapping = drawn.get("mapDecisionResult", "")
    if is_expression(drawn.get("decisionRef") or "") or decision.literal is not None:
        return ""
    if mapping in ENTRIES and len(decision.outputs) > 1:
        names = ", ".join(each.name for each in decision.outputs)
        return phrase(
            "{mapping} takes one output, and the table has several ({names}): use singleResult",
            mapping=mapping,
            names=names,
        )
    if mapping.startswith("single") and decision.hit_policy in MANY and decision.aggregation is None:
        return phrase(
            "{mapping} takes one row, and the table gives several ({hit_policy}): use resultList",
            mapping=mapping,
            hit_policy=decision.hit_policy,
        )
    return ""
