"""The rows of the list of instances: what is known of each, put into words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from engine import Element, InstanceItem, Place, Session, Suspension, overview
from processes.cases import disclosure
from processes.cases.schema import DbCase
from processes.clock.calendar import WorkingCalendar
from web.diagrams.labels import Drawn, drawn
from web.shell import dates, here, language
from web.shell.kept_words import in_words
from web.shell.kinds import INSTANCES
from web.shell.language import gettext as _
from web.shell.parts import Badge, due_badge
from web.shell.people import Names, joined
from web.shell.words import Words


@dataclass(frozen=True)
class Row:
    """An instance in the list."""

    id: int
    number: str
    title: str
    address: str
    process: str
    """The procedure of the case or, where there is none, the process."""
    inside: str
    """The called processes in which it is now; not those that only listen."""
    version: int
    state: Badge
    where: str
    age: str
    started_at: datetime
    due: Badge | None
    due_at: datetime | None
    wrong: str
    """The first of what is wrong."""
    more: int
    """How much more is wrong."""
    units: str


@dataclass(frozen=True)
class Around:
    """What the words of a row come from."""

    drawing: Drawn
    called: Names
    calendar: WorkingCalendar
    words: Words


def number_of(item: InstanceItem, case: DbCase | None) -> str:
    """What people call an instance: the number of its case, its business key, or its own number."""
    return (case.number if case is not None else item.business_key) or f"#{item.id}"


def cases_of(session: Session, instances: Sequence[int]) -> dict[int, DbCase]:
    """The cases that some instances run, by instance."""
    query = select(DbCase).where(DbCase.instance_id.in_(instances))
    return {case.instance_id: case for case in session.scalars(query)}


def rows(session: Session, items: Sequence[InstanceItem], standing: Sequence[Suspension], called: Names) -> list[Row]:
    """The rows for some instances; a handful of statements, however many they are."""
    ids = [item.id for item in items]
    cases, places, wrong = cases_of(session, ids), overview.places_of(session, ids), overview.troubles_of(session, ids)
    calendar = here.kesu().office.calendar(session)
    closed, words = disclosure.closed_among(session, here.actor(), ids), Words(session)
    still = {each.process_key or each.instance_id: each for each in standing}
    return [
        _row(
            item,
            cases.get(item.id),
            places.get(item.id, ()),
            wrong.get(item.id, ()),
            Around(drawn(session, item), called, calendar, words),
            still=None if item.ended_at is not None else still.get(item.process_key) or still.get(item.id),
            closed=item.id in closed,
        )
        for item in items
    ]


def fault_text(message: str) -> str:
    """What a fault says or, where that is empty or not for this administrator, that there is one."""
    return in_words(message) or _("A fault has stopped it; what it says belongs to what the case is about.")


def _row(
    item: InstanceItem,
    case: DbCase | None,
    places: Sequence[Place],
    wrong: Sequence[str],
    around: Around,
    *,
    still: Suspension | None,
    closed: bool,
) -> Row:
    drawing, called = around.drawing, around.called
    now = here.now()
    # which of several faults of a closed case it is, is not told
    wrong = [fault_text("")] * len(wrong) if closed else wrong
    due_at = case.due_at if case is not None else None
    return Row(
        id=item.id,
        number=number_of(item, case),
        title=around.words.of(case).title(case) if case is not None and not closed else "",
        address=url_for("admin.instance", instance_id=item.id),
        process=_procedure(item, case, around.words),
        inside=_inside(item, places, drawing),
        version=item.version,
        state=INSTANCES[item.status].badge if still is None else Badge(_("stands still"), "warn", "player-pause"),
        where=_where(item, places, drawing),
        age=dates.length_text((item.ended_at or now) - item.started_at, language.current()),
        started_at=item.started_at,
        due=due_badge(due_at, now, around.calendar),
        due_at=due_at,
        wrong=in_words(wrong[0]) if wrong else "",
        more=max(0, len(wrong) - 1),
        units=joined(called.unit(group) for group in dict.fromkeys(group for each in places for group in each.groups)),
    )


def _procedure(item: InstanceItem, case: DbCase | None, words: Words) -> str:
    """The procedure of the case; of what is no case, or of no declared one, the process that it runs."""
    known = words.named(case.procedure).name if case is not None else ""
    return known or language.say(item.process_name, item.deployment_id)


def _inside(item: InstanceItem, places: Sequence[Place], drawing: Drawn) -> str:
    """The called processes in which something is done, side by side or one in another: which is not said."""
    busy = {place.process_key for place in _busy(places, drawing)}
    running = (each for each in item.called if each.running and each.process_key in busy)
    return joined(drawing.title(drawing.processes[each.process_key]) for each in running)


def _where(item: InstanceItem, places: Sequence[Place], drawing: Drawn) -> str:
    if item.ended_at is not None:
        return joined(drawing.label(element, item.process_key) for element in (item.end_element or "").split())
    named = [(drawing.label(place.element, place.process_key), place.count) for place in _busy(places, drawing)]
    texts = [label + (f" · {count}" if count > 1 else "") for label, count in named]
    return joined(texts[:3]) + (" …" if len(texts) > 3 else "")


def _busy(places: Sequence[Place], drawing: Drawn) -> Sequence[Place]:
    """The places but for those that only listen, event sub-processes and boundary events, where there are others."""
    return [place for place in places if not _listens(drawing.element(place.element, place.process_key))] or places


def _listens(element: Element | None) -> bool:
    return element is not None and element.kind in ("startEvent", "boundaryEvent")
