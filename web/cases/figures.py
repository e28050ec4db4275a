"""The figure behind which a list of cases stands: read from its address, put into words, found again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement

from engine import Session
from processes.cases import access
from processes.statistics import counting, periods, scope
from processes.statistics.counting import Figure
from processes.statistics.dimensions import BETWEEN
from processes.statistics.reading import Counts
from processes.statistics.scope import Scope
from web.shell import here
from web.shell.language import gettext as _
from web.shell.people import Names
from web.shell.words import N_, Words, word

MEASURES: Mapping[str, str] = {
    "cases": N_("Received"),
    "open": N_("Under way"),
    "closed": N_("Closed"),
    "late": N_("Late"),
    "in_time": N_("Answered in time"),
    "target_met": N_("Target met"),
    "target_missed": N_("Target missed"),
    "found_for": N_("Upheld, wholly or in part"),
    "found_against": N_("Not upheld"),
    "taken_back": N_("Withdrawn"),
    "left_open": N_("Ended without a result"),
    "first_contact": N_("Settled on the day of receipt"),
    "opened_again": N_("Opened again"),
    "redone": N_("Measure drawn up again"),
    "redone_often": N_("Measure drawn up again twice or more"),
    "mediated": N_("Mediated"),
    "with_cost": N_("With an amount approved"),
    "blocked": N_("A letter was held back"),
    "late_step": N_("With a late step"),
}
"""What is counted, in words."""

DIMENSIONS: Mapping[str, str] = {
    "procedure": N_("Procedure"),
    "area": N_("Area"),
    "kind": N_("Kind"),
    "cause": N_("Cause"),
    "unit": N_("Responsible unit"),
    "product": N_("Product"),
    "channel": N_("Channel"),
    "severity": N_("Severity"),
    "outcome": N_("Outcome"),
    "lot": N_("Lot"),
    "same": N_("Product and kind"),
    counting.STEP: N_("Unit of the step"),
    counting.REMEDY: N_("Kind of remedy"),
    counting.PLACE: N_("Step"),
}
"""By what, in words."""


@dataclass(frozen=True)
class Asked:
    """A figure in the address of a list."""

    measure: str = ""
    dimension: str = ""
    value: str = ""

    def __bool__(self) -> bool:
        return bool(self.measure)

    @property
    def parameters(self) -> Mapping[str, str]:
        """As the address has it."""
        return {"count": self.measure, "by": self.dimension, "is": self.value}

    @property
    def figure(self) -> Figure:
        """As it is counted."""
        if not self.dimension:
            return Figure(self.measure)
        return Figure(self.measure, self.dimension, self.value or None)

    @property
    def text(self) -> str:
        """In words, without the value."""
        said = word(MEASURES, self.measure)
        return f"{said} · {word(DIMENSIONS, self.dimension)}" if self.dimension else said


NONE = Asked()


def read(given: Mapping[str, str]) -> Asked:
    """The figure of an address; none where it names something that is not counted."""
    found = Asked(given.get("count", ""), given.get("by", ""), given.get("is", ""))
    return found if found and found.figure.known else NONE


def address(counted: Scope, figure: Figure, procedure: str) -> str:
    """The list of the cases behind a figure, which goes by the same rights."""
    by = "" if figure.dimension == "all" else figure.dimension
    asked = Asked(figure.measure, by, (figure.value or "") if by else "")
    first, last = counted.period.first.isoformat(), counted.period.last.isoformat()
    wanted = {"state": "all", "received_from": first, "received_to": last, "procedure": procedure}
    wanted |= {"unit": counted.unit, **asked.parameters}
    given: dict[str, Any] = {name: value or None for name, value in wanted.items()}
    return url_for("cases.list_cases", **given)


def condition(session: Session, asked: Asked, days: str, procedure: str, unit: str) -> ColumnElement[bool] | None:
    """The condition on cases under which they are behind the figure; None where none is asked for.

    Args:
        session: of the request.
        asked: the figure.
        days: the first and the last one of the period, as `2026-09-01..2026-09-30`.
        procedure: the one it is about; empty: all.
        unit: likewise.
    """
    period = periods.read(days)
    if not asked or period is None:
        return None
    counts = Counts(session, here.kesu().office.calendar(session))
    return counting.behind(counts, scope_of(session, period, procedure, unit), asked.figure)


def scope_of(session: Session, period: periods.Period, procedure: str, unit: str) -> Scope:
    """What is counted for the reader: cases that the person may read; of other procedures nothing is."""
    known, shares = scope.readable(session, here.actor()), access.read_shares(session, here.actor())
    return Scope(tuple(each for each in known if procedure in ("", each.key)), period, here.zone(), unit, shares)


def behind(counts: Counts) -> str:
    """That figures are not as of now, where too many cases have changed; empty where they are."""
    if not counts.behind:
        return ""
    return _(
        "%(num)s cases have changed and are being counted anew. Until then these figures have them as they were counted"
        " before, or not at all.",
        num=counts.behind,
    )


def said(asked: Asked, words: Words, called: Names) -> str:
    """What the list is narrowed to, in one sentence."""
    value = _value(asked, words, called)
    return _("Only cases counted as: %(figure)s", figure=f"{asked.text}: {value}" if value else asked.text)


def _value(asked: Asked, words: Words, called: Names) -> str:
    """What the value is called where that needs no case: units and procedures; else as it is compared."""
    if not asked.value:
        return _("not known") if asked.dimension else ""
    if asked.dimension in ("unit", counting.STEP):
        return called.unit(asked.value)
    if asked.dimension == "procedure":
        return words.named(asked.value).name
    return " · ".join(asked.value.split(BETWEEN))
