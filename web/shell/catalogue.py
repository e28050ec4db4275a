"""What the catalogue takes beside texts in code and templates: the messages of errors, which are docstrings."""

import ast
from collections.abc import Iterator
from typing import IO, Any

Found = tuple[int, str | None, str, list[str]]
"""As Babel takes it: the line, no function, the text, comments for the translator."""


def extract_errors(file: IO[bytes], *_given: Any, **_options: Any) -> Iterator[Found]:
    """The first paragraph of each class's docstring in an errors module: the template that people read."""
    for node in ast.walk(ast.parse(file.read())):
        text = ast.get_docstring(node) if isinstance(node, ast.ClassDef) else None
        if text:
            assert isinstance(node, ast.ClassDef)
            yield node.lineno, None, " ".join(text.split("\n\n")[0].split()), []
