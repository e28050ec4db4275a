"""What the code says of each field of a dataclass: the text below it."""

import ast
import inspect
from collections.abc import Mapping
from functools import lru_cache


@lru_cache(maxsize=64)
def field_texts(kind: type) -> Mapping[str, str]:
    """The text below each field of a class, by its name; fields without one are left out."""
    tree = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=text)):
                found[name] = " ".join(str(text).split())
    return found
