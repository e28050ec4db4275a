"""The buttons that add and remove rows, for pages without JavaScript."""

import copy
import re
from collections.abc import Iterable, Mapping

from forms.errors import UnknownAction
from forms.language.expressions import Json
from forms.language.paths import MISSING, find, put
from forms.model.component import Component, rows_of
from forms.model.form import Form

ACTION = re.compile(r"_(add|remove):([A-Za-z0-9_.]{1,200})(?::(\d{1,4}))?", re.ASCII)


def find_action(names: Iterable[str]) -> str | None:
    """The row button among the names that were sent: `_add:remedies`, `_remove:remedies:2`; None when there is none."""
    return next(filter(ACTION.fullmatch, names), None)


def apply(form: Form, answers: Mapping[str, Json], action: str) -> dict[str, Json]:
    """The answers with a row added at the end, or one removed; unchanged when the list is full or has no such row.

    Args:
        form: as read_form gave it.
        answers: as decode gave them; they are not changed.
        action: as find_action gave it.

    Raises:
        UnknownAction: the form has no such list, or its rows are fixed.
    """
    read = ACTION.fullmatch(action)
    component = None if read is None else _find_list(form, read[2])
    if read is None or component is None:
        raise UnknownAction(action[:80])
    changed = copy.deepcopy(dict(answers))
    rows = find(changed, component.path)
    rows = list(rows) if rows is not MISSING and isinstance(rows, list | tuple) else []
    if read[1] == "add" and len(rows) < rows_of(component).most:
        rows.append({})
    elif read[1] == "remove" and read[3] is not None and int(read[3]) < len(rows):
        del rows[int(read[3])]
    put(changed, component.path, rows)
    return changed


def _find_list(form: Form, key: str) -> Component | None:
    for each in form.level.valued:
        if each.inside is not None and each.key == key and not rows_of(each).fixed:
            return each
    return None
