"""The templates: those of the page, and of each kind the one that stands beside it, put together into one."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from forms import kinds

HERE = Path(__file__).parent / "templates"
MACRO = re.compile(r"macro (\w+)\(v\)")


@cache
def templates() -> Environment:
    """The templates of the package: everything escaped, nothing undefined."""
    loader = ChoiceLoader([DictLoader({"fields.html": _fields()}), FileSystemLoader(HERE)])
    looks: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "auto_reload": False}  # they stay as they are
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, **looks)


def _fields() -> str:
    """All macros in one template, and `pieces`: the macro that shows a view, by its name."""
    beside = (file for folder in kinds.__path__ for file in sorted(Path(folder).glob("*.html")))
    files = (HERE / "parts.html", *beside)
    sources = [file.read_text(encoding="utf-8") for file in files]
    names = dict.fromkeys(name for source in sources for name in MACRO.findall(source))
    pieces = ", ".join(f'"{name}": {name}' for name in names)
    return "\n".join([*sources, f"{{% set pieces = {{{pieces}}} %}}"])


def fragment(name: str, **values: object) -> Markup:
    """A template of the package, filled in."""
    return Markup(templates().get_template(name).render(values))  # noqa: S704 its environment escapes everything
