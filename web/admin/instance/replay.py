"""The diagram of an instance as it was after a step of its history, and the ways to the steps beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from engine import Event, Session, pending
from engine.errors import NotFound
from web.admin.entrance import blueprint
from web.admin.instance.facts import Looked, look
from web.admin.instance.picture import Facts, Picture, picture
from web.admin.instance.steps import Told, steps_of, told
from web.admin.instance.trouble import tries_of
from web.diagrams.journey import follow
from web.shell import here
from web.shell.language import gettext as _
from web.shell.pages import show as page


@dataclass(frozen=True)
class Replay:
    """One step, as it stands beside the slider."""

    instance: int
    number: int
    count: int
    text: str
    told: Told
    before: str
    """Address of the step before; empty at the first."""
    after: str
    part: str
    """Where a script gets the card alone; it adds the step."""


@blueprint.get("/instances/<int:instance_id>/replay")
def replay(instance_id: int) -> Response:
    """The card with the diagram alone, as it was after a step."""
    with here.reading() as session:
        looked = look(session, instance_id)
        shown, step = card(session, looked)
        return page("admin/replay.html", picture=shown, replay=step)


def card(session: Session, looked: Looked) -> tuple[Picture, Replay]:
    """The diagram after the step that is asked for, by default the last one, and that step."""
    steps = steps_of(looked.events)
    if not steps:  # of a case whose content was taken out on request
        raise NotFound(what="history", key=looked.item.id)
    number = _asked(len(steps))
    last = number == len(steps)
    facts = _facts(session, looked) if last else _facts_after(session, looked, steps[:number])
    shown = picture(facts, request.args.get("diagram"), step=None if last else number)
    kept: dict[str, Any] = {
        "instance_id": looked.item.id,
        "diagram": shown.diagram.process,
        "tab": request.args.get("tab"),
    }

    def address(other: int) -> str:
        known = 1 <= other <= len(steps)
        return url_for("admin.instance", step=other, _anchor="diagram", **kept) if known else ""

    text = _("Step %(number)s of %(count)s", number=number, count=len(steps))
    said = told(steps[number - 1], looked.drawing, looked.called, shown.diagram.process)
    ways = address(number - 1), address(number + 1), url_for("admin.replay", **kept)
    return shown, Replay(looked.item.id, number, len(steps), text, said, *ways)


def _asked(count: int) -> int:
    asked = request.args.get("step", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else count
    return min(max(number, 1), count)


def _facts(session: Session, looked: Looked) -> Facts:
    """How it stands now; only now is it known which timers wait."""
    broken = {incident.token: incident.element for incident in pending.incidents_of(session, looked.item.id)}
    timers = pending.timers_of(session, looked.item.id)
    calendar = here.kesu().office.calendar(session)
    tries = tries_of(looked.events)
    return Facts(looked.item, looked.drawing, looked.journey, looked.reached, broken, timers, tries, calendar)


def _facts_after(session: Session, looked: Looked, steps: Sequence[Sequence[Event]]) -> Facts:
    """How it stood after some steps."""
    events = [event for step in steps for event in step]
    way, calendar = follow(events), here.kesu().office.calendar(session)
    return Facts(looked.item, looked.drawing, way, looked.reached, way.broken, (), tries_of(events), calendar)
