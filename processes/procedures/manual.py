"""The page of the documentation about declarations, from the model."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from typing import Any

from processes.docstrings import field_texts
from processes.procedures import model

TABLES: tuple[tuple[str, type], ...] = (
    ("the file itself", model.Procedure),
    ("[register]", model.Registration),
    ("[[register.guide]]", model.Guide),
    ("[readers]", model.Readers),
    ("[[readers.shares]]", model.Share),
    ("[reopen]", model.Reopening),
    ("[[phases]]", model.Phase),
    ("[outcomes]", model.Outcome),
    ("[[clocks]]", model.Clock),
    ("[[facts]]", model.Fact),
    ("[summary] lines, [[register.outlook]]", model.Line),
    ("[settings.*]", model.Option),
)
"""The tables of the file, in the order of the page, and what they are read into."""

NAMED_BY_THEIR_TABLE = {(model.Outcome, "key"), (model.Option, "name")}

HEAD = """# The declaration of a procedure

`procedure.toml` says what the diagrams of a folder cannot: what the procedure is called, who registers its cases,
which clocks run, what lists can be searched by. It is checked, deployed and versioned together with the diagrams,
tables, forms and letters of its folder; what is wrong is said with the file, the line and the nearest name
(`kesu lint FOLDER`).
A case follows the declaration that it was started under; lists take their words from the current one.

Texts are written in both languages: `{ en = "Lot", zh = "批号" }`. Expressions are written as in the diagrams, with `=`
before them, over the variables of the case; one that is not known is null. `setting('name')` gives a decision of the
folder in which it is written or, for zone, roll, warn_at, escalate_at and the company's names, of the installation;
`stage_due('name', moment, severity)` says until when a step should be done. A folder of shared processes
(`shared = true`) has a name, stages and settings, and nothing about cases.

Written by `make docs` from `processes/procedures/model.py`.
"""


def page() -> str:
    """The page."""
    return "\n".join([HEAD, *("\n".join(_table(title, kind)) for title, kind in TABLES)]).rstrip() + "\n"


def _table(title: str, kind: type) -> Iterator[str]:
    texts = field_texts(kind)
    yield f"## {title}\n\n{kind.__doc__}\n\n| key | meaning |\n|---|---|"
    for each in fields(kind):
        if (kind, each.name) not in NAMED_BY_THEIR_TABLE:
            yield f"| `{each.metadata.get('key', each.name)}`{_need(each)} | {texts[each.name]} |"
    yield ""


def _need(each: Field[Any]) -> str:
    free = each.default is not MISSING or each.default_factory is not MISSING or each.name == "shared"
    return "" if free else " (needed)"
