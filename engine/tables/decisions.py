"""Decision tables: read from DMN 1.1 to 1.5, checked, and decided as the standard says."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from engine.errors import DecisionError
from engine.phrases import phrase
from engine.tables.lint import check_decision
from engine.tables.model import Column, Decided, Decision, Output, Rule
from engine.tables.reader import (
    Node,
    Reading,
    children,
    knowledge_ids,
    parse_xml,
    phrases_of,
    read_decision,
    read_knowledge,
    required_ids,
    types_of,
)
from engine.values import Finding

__all__ = ["Column", "Decided", "Decision", "DecisionError", "Output", "Rule", "parse_dmn"]


def parse_dmn(
    content: bytes, file: str, *, functions: Collection[str] | None = None
) -> tuple[dict[str, Decision], list[Finding]]:
    """Read and check the decisions of a DMN file; never raises for what is in it.

    Args:
        content: the file, at most 5 MB.
        file: its name, for the findings.
        functions: the functions beside the standard ones that a table may call; None leaves that unchecked.

    Returns:
        The decisions that have no error, by their keys, and all findings, in the order of the file.
    """
    reading = Reading(file)
    root = parse_xml(reading, content)
    if root is None:
        return {}, reading.findings
    reading.phrases, reading.types = phrases_of(root), types_of(root)
    nodes: dict[str, Node] = {}
    found: dict[str, Decision] = {}
    known = {
        f"#{node.get('id')}": model
        for node in children(root, "businessKnowledgeModel")
        if (model := read_knowledge(reading, node)) is not None
    }
    for node in children(root, "decision", "decisionService"):
        key = node.get("id") or ""
        if key in nodes:
            reading.report(phrase("the id {key} stands twice", key=key), node)
            continue
        decision = read_decision(reading, node)
        nodes[key] = node
        if decision is not None and any(each not in known for each in knowledge_ids(node)):
            reading.report(phrase("a business knowledge model that it calls cannot be used"), node, code="unsupported")
            continue
        if decision is not None:
            found[key] = replace(decision, knowledge=tuple(known[each] for each in knowledge_ids(node)))
    if not nodes:
        reading.report(phrase("the file holds no decision"))
    linked: dict[str, Decision] = {}
    for key in found:
        _link(reading, key, nodes, found, linked, ())
    for decision in linked.values():
        reading.findings.extend(check_decision(decision, functions))
    return {key: linked[key] for key in found if key in linked}, reading.findings


def _link(  # noqa: PLR0917 - a walk hands its state on
    reading: Reading,
    key: str,
    nodes: Mapping[str, Node],
    found: Mapping[str, Decision],
    linked: dict[str, Decision],
    path: tuple[str, ...],
) -> Decision | None:
    """The decision with those it needs, all of them linked; None with a finding when one of them is missing."""
    if key in linked:
        return linked[key]
    if key in path or len(path) > 50:
        reading.report(
            phrase("{names}: decisions need each other in a circle", names=" → ".join([*path, key])), nodes[key]
        )
        return None
    if key not in found:
        return None
    required = []
    for reference in required_ids(nodes[key]):
        name = reference.removeprefix("#")
        if not reference.startswith("#") or name not in nodes:
            reading.report(
                phrase("the required decision {reference} is not in this file", reference=reference), nodes[key]
            )
            return None
        needed = _link(reading, name, nodes, found, linked, (*path, key))
        if needed is None:
            reading.report(phrase("the required decision {name} cannot be used", name=name), nodes[key])
            return None
        required.append(needed)
    linked[key] = replace(found[key], required=tuple(required))
    return linked[key]
