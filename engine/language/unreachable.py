"""What a script asks of the machine, and no sandbox gives it: told when it is deployed, not when somebody waits."""

import ast
from collections.abc import Iterator
from textwrap import dedent

from engine.phrases import phrase

MODULES = frozenset(
    [
        "base64",
        "bisect",
        "collections",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "functools",
        "hashlib",
        "itertools",
        "json",
        "math",
        "random",
        "re",
        "typing",
        "unicodedata",
    ]
)
"""What can be imported and has nothing of the machine."""
CLOCKS = frozenset({"now", "today", "utcnow"})


def unreachable(script: str) -> Iterator[str]:
    """Imports, files and clocks that are not there, each with its line; nothing for what is no Python."""
    try:
        tree = ast.parse(dedent(script))
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        line = phrase("line {number}: ", number=getattr(node, "lineno", 0))
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in sorted(_imported(node) - MODULES):
                said = phrase(
                    "{line}{name} is not there, since there are no files, no network and no clock", line=line, name=name
                )
                yield phrase(
                    "{said}: let a service do it, or import one of {names}", said=said, names=", ".join(sorted(MODULES))
                )
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield phrase("{line}there are no files: let a service read and write them", line=line)
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS and _is_clock(node.value):
            yield phrase("{line}there is no clock: write now() or today()", line=line)


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
    return {name.partition(".")[0] for name in names}


def _is_clock(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2] in {"date", "datetime"}
