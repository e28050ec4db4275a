"""What the text of a letter may be made of: names, conditions and lists, so that writing one always comes to an end."""

from collections.abc import Iterator

from jinja2 import nodes

from engine import nearest, phrase

FILTERS = ("day", "sentence", "money", "join", "default", "first", "last", "length", "lower", "upper", "title", "trim")
"""The forms of writing a value; others fill up, repeat, or reach for what is inside of Python."""

PARTS = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Include, nodes.If, nodes.For, nodes.Assign),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.CondExpr, nodes.Call),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Concat),
    *(nodes.Dict, nodes.Pair, nodes.List, nodes.Tuple, nodes.Keyword),
)


def beyond(root: nodes.Template) -> Iterator[str]:
    """What a text has that letters have not, each with what to write."""
    yield from dict.fromkeys(_beyond(root, within=False))


def _beyond(node: nodes.Node, *, within: bool) -> Iterator[str]:
    """The same of a part, which may stand within a list that is gone through."""
    said = _said(node, within=within)
    if said:
        yield phrase("line {number}: {said}", number=node.lineno, said=said)
        return
    for each in node.iter_child_nodes():
        yield from _beyond(each, within=within or isinstance(node, nodes.For))


def _said(node: nodes.Node, *, within: bool) -> str:
    said: str
    if not isinstance(node, PARTS):
        return phrase(
            "a letter has no {name}: calculate in the diagram and name what came of it", name=type(node).__name__
        )
    match node:
        case nodes.Getattr() if node.attr.startswith("_"):
            said = phrase("{attr} is no part of a value", attr=node.attr)
        case nodes.Filter() if node.name not in FILTERS:
            said = phrase("“| {name}” is not taken{cure}", name=node.name, cure=nearest(node.name, FILTERS))
        case nodes.Call() if not (isinstance(node.node, nodes.Getattr) and node.node.attr == "get"):
            said = phrase("nothing is called but .get(…) of a table of words")
        case nodes.Include() if not isinstance(node.template, nodes.Const):
            said = phrase("what is included is written by its name in quotes")
        case nodes.For() if within or not isinstance(node.iter, nodes.Name | nodes.Getattr):
            said = phrase("a list is gone through by its name, and not within another list")
        case nodes.Assign() if any(each.ctx == "load" for each in node.node.find_all(nodes.Name)):
            said = phrase("{% set %} names words that are written out, none that are put together")
        case _:
            said = ""
    return said
