"""Finds conditions that depend on each other in a circle."""

from forms.model.component import Component, Level
from forms.model.dependencies import names_of


def find_circles(level: Level) -> list[list[str]]:
    """Groups of component ids that depend on each other, in the order of the form; repeated groups are not opened."""
    edges = {each.id: _needs(level, each) for each in level.all}
    order, reach = list(edges), {start: _reach(start, edges) for start in edges}
    seen: set[str] = set()
    circles = []
    for start in order:
        if start in seen or start not in reach[start]:
            continue
        circle = [other for other in order if other in reach[start] and start in reach[other]]
        seen.update(circle)
        circles.append(circle)
    return circles


def _needs(level: Level, component: Component) -> set[str]:
    """Components whose value must be known to know whether this one is visible, or what it computes."""
    names: frozenset[str] = component.hide.names if component.hide else frozenset()
    if component.kind.computes:
        names |= names_of(component)
    parent = level.parents.get(component.id)
    return {each.id for name in names for each in level.names.get(name, ())} | ({parent.id} if parent else set())


def _reach(start: str, edges: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(edges[start])
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += edges.get(each, ())
    return found
