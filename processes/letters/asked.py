"""What the words of a letter ask of its fields, as expressions: parts of them, items to go through, comparisons."""

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial

from jinja2 import TemplateSyntaxError, nodes

from processes.letters.rendering import environment

SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}

WRITTEN = frozenset({"day", "money", "join"})
"""Forms of writing that take one kind of thing."""


@lru_cache(maxsize=500)
def asked_of(text: str) -> tuple[str, ...]:
    """All that a template asks; nothing of one that cannot be read, which is told elsewhere."""
    try:
        return tuple(dict.fromkeys(_asked(environment().parse(text), {})))
    except (TemplateSyntaxError, RecursionError):
        return ()


def _asked(node: nodes.Node, bound: Mapping[str, str]) -> Iterator[str]:
    if isinstance(node, nodes.For):
        source = _path(node.iter, bound)
        if source:
            yield f"[each for each in {source}]"
        yield from _asked(node.iter, bound)
        name = node.target.name if isinstance(node.target, nodes.Name) else ""
        for each in (*node.body, *node.else_):
            yield from _asked(each, {**bound, name: source, "loop": ""})
        return
    path = _path(node, bound)
    if isinstance(node, nodes.Getattr) and path:
        yield path
        return
    if isinstance(node, nodes.Filter) and node.name in WRITTEN and node.node is not None:
        path = _path(node.node, bound)
        if path:
            yield f"{node.name}({path})"
    if isinstance(node, nodes.Output):
        paths = [each for each in node.nodes if isinstance(each, nodes.Name | nodes.Getattr)]
        yield from (f"shown({each})" for each in map(partial(_path, bound={}), paths) if _root(each) not in bound)
    if isinstance(node, nodes.Compare):
        yield from _compared(node, bound)
    for each in node.iter_child_nodes():
        yield from _asked(each, bound)


def _compared(node: nodes.Compare, bound: Mapping[str, str]) -> Iterator[str]:
    left = _side(node.expr, bound)
    for operand in node.ops:
        right = _side(operand.expr, bound)
        if left and right and operand.op in SIGNS:
            yield f"{left} {SIGNS[operand.op]} {right}"
        left = right


def _side(node: nodes.Node, bound: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Const) and isinstance(node.value, str | int | float | bool):
        shown = str(node.value)
        return f"'{shown}'" if isinstance(node.value, str) and not {"'", "\\"} & {*shown} else shown.lower()
    if isinstance(node, nodes.List | nodes.Tuple):
        sides = [_side(each, bound) for each in node.items]
        return f"[{', '.join(sides)}]" if all(sides) else ""
    return _path(node, bound)


def _root(path: str) -> str:
    return path.partition(".")[0]


def _path(node: nodes.Node, bound: Mapping[str, str]) -> str:
    """A field or part of one as it is written in diagrams; empty for anything else."""
    if isinstance(node, nodes.Name):
        return bound.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        owner = _path(node.node, bound)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
