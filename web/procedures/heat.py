"""How often the steps of a diagram are taken, how long they take and how many are late, drawn and as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from engine import LoadedDeployment, Process, Session, deployments, loading
from engine.errors import NotFound
from processes.cases import access
from processes.procedures.model import Procedure
from processes.statistics import periods, scope, steps
from processes.statistics.counting import PLACE, Figure, place_of
from processes.statistics.reading import Counts
from processes.statistics.scope import Scope
from processes.statistics.shares import rate
from processes.statistics.steps import Worked
from web.cases import figures
from web.cases.periods import kinds, period_text
from web.diagrams import drawings
from web.diagrams.labels import label_of, title_of
from web.shell import here
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.parts import Choice, Diagram, Overlay
from web.shell.static_files import sprite

blueprint = Blueprint("heat", __name__, url_prefix="/procedures")

LEVELS = 3
"""So many strengths of colour: by the median, against the longest one of the diagram."""


@dataclass(frozen=True)
class StepRow:
    """A step in the table."""

    name: str
    taken: int
    cases: int
    cases_address: str
    median: str
    ninth: str
    late: int
    late_address: str
    share: str


@blueprint.get("/<name>/times")
def times(name: str) -> Response:
    """One diagram of a folder in a period."""
    with here.reading() as session:
        found = deployments.find_deployment(session, name)
        counted = read_by(session, loading.load(session, found.id)) if found is not None else ()
        if found is None or not counted:
            raise NotFound(what="procedure", key=name)
        loaded = loading.load(session, loading.current(session).folders[name])
        drawn = loaded.compiled.processes
        chosen = request.args.get("diagram", "")
        process = drawn.get(chosen) or drawn[_most(loaded)]
        today = here.now().astimezone(here.zone()).date()
        period = periods.read(request.args.get("period", "")) or periods.containing("quarter", today)
        asked = Scope(tuple(counted), period, here.zone(), shares=access.read_shares(session, here.actor()))
        counts = Counts(session, here.kesu().office.calendar(session))
        worked = steps.of_diagram(counts, asked, process.key)

        def address(**changes: str) -> str:
            given: dict[str, Any] = {"name": name, "diagram": process.key, "period": period.key, **changes}
            return url_for("heat.times", **given)

        return show(
            "heat.html",
            active="procedures",
            name=name,
            title=title_of(process, found.id),
            behind=figures.behind(counts),
            period=period_text(period),
            kinds=kinds(period, lambda key: address(period=key)),
            before=address(period=period.moved(-1).key),
            after=address(period=period.moved(1).key),
            choices=[
                Choice(title_of(each, found.id), address(diagram=key), key == process.key)
                for key, each in drawn.items()
            ],
            drawing=_drawing(process, worked, found.id),
            rows=_rows(process, worked, found.id, asked),
        )


def read_by(session: Session, loaded: LoadedDeployment) -> Sequence[Procedure]:
    """The procedures whose steps of a folder the reader may see counted: its own, or all that may call a shared one."""
    known, declared = scope.readable(session, here.actor()), loaded.declaration
    if not isinstance(declared, Procedure):
        return ()
    return [each for each in known if declared.shared or each.key == declared.key]


def _most(loaded: LoadedDeployment) -> str:
    """The diagram with most elements."""
    return max(loaded.compiled.processes.values(), key=lambda process: len(process.elements)).key


def level(worked: Worked, longest: float) -> int:
    """How strongly a step is coloured, from 1 to 3; 0 where none of it is done."""
    took = worked.took.median.total_seconds() if worked.took.median is not None else None
    if took is None:
        return 0
    return min(LEVELS, 1 + int(LEVELS * took / longest)) if longest else 1


def _drawing(process: Process, worked: Mapping[str, Worked], deployment: int) -> Diagram:
    known = {element: each for element, each in worked.items() if element in process.elements}
    longest = max((each.took.median.total_seconds() for each in known.values() if each.took.median), default=0.0)
    notes = []
    for element, each in known.items():
        notes.append(Overlay(element, f"{each.steps} · {_hours(each)} h", "", "refresh", "below-right"))
        if each.late:
            said = _("%(share)s %% late", share=rate(each.late, each.dated, 0))
            notes.append(Overlay(element, said, "bad", "alert-triangle", "below-left"))
    levels = {element: level(each, longest) for element, each in known.items()}
    return Diagram(
        drawings.address(deployment, process.key),
        _("Diagram of %(name)s: the longer a step takes, the stronger its colour.", name=title_of(process, deployment)),
        heat=[[element for element, found in levels.items() if found == step] for step in range(1, LEVELS + 1)],
        overlays=notes,
        sprite=sprite(),
        process=process.key,
    )


def _rows(process: Process, worked: Mapping[str, Worked], deployment: int, asked: Scope) -> list[StepRow]:
    """The longest first."""
    found = [(process.elements[element], each) for element, each in worked.items() if element in process.elements]
    found.sort(key=lambda row: (-(row[1].took.median.total_seconds() if row[1].took.median else 0), row[0].id))
    rows = []
    for element, each in found:
        place = place_of(process.key, element.id)
        share = rate(each.late, each.dated)
        rows.append(
            StepRow(
                label_of(element, deployment),
                each.steps,
                each.cases,
                figures.address(asked, Figure("cases", PLACE, place), ""),
                _hours(each),
                f"{each.took.ninth.total_seconds() / 3600:.1f}" if each.took.ninth is not None else "–",
                each.late,
                figures.address(asked, Figure("late_step", PLACE, place), "") if each.late else "",
                "–" if share is None else f"{share} %",
            )
        )
    return rows


def _hours(worked: Worked) -> str:
    return f"{worked.took.median.total_seconds() / 3600:.1f}" if worked.took.median is not None else "–"
