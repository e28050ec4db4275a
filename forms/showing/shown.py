"""What of the case a form shows to be read."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from forms.kinds.table import Table
from forms.language.expressions import Json
from forms.model.form import Form
from forms.model.scope import Around, Scope, open_scope


def shown_names(form: Form, variables: Mapping[str, Json], *, zone: ZoneInfo, now: datetime) -> frozenset[str]:
    """The variables that a form shows as they are: in a read-only field or a table of its own, while that is visible.

    Args:
        form: as read_form gave it.
        variables: of the case, as the person may see them.
        zone: of the installation.
        now: the moment, aware.
    """
    return frozenset(_shown(open_scope(form, {}, Around(variables, now, zone, prefill=True))))


def _shown(scope: Scope) -> Iterator[str]:
    for each in scope.level.all:
        expr = each.kind.source if isinstance(each.kind, Table) else each.read_from
        if expr is not None and expr.text.lstrip("= ") in expr.names and not scope.is_hidden(each):
            yield from expr.names
