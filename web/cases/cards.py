"""The parts of a case that several pages show: clock, phases, summary, timeline, documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select

from engine import Json, Prepared, Session, instances
from processes.cases import access, card, running
from processes.cases.card import CaseClock, Cell
from processes.cases.facts import Values
from processes.cases.phases import rounds as rounds_of
from processes.cases.schema import DbCase, DbCaseAudience, DbCaseClockPast
from processes.clock.calendar import WorkingCalendar
from processes.desk import overdue
from processes.procedures.model import Procedure
from web.cases.lines import lines
from web.shell import dates, here, language, words
from web.shell.language import gettext as _
from web.shell.parts import Badge, Clock, Day, Phase, answered_badge, left_badge
from web.shell.people import Names, joined
from web.shell.words import Vocabulary, text_of


@dataclass(frozen=True)
class Known:
    """A case with what its procedure and its variables say, read once a page."""

    session: Session
    case: DbCase
    words: Vocabulary
    variables: Mapping[str, Json]
    names: Names

    @property
    def values(self) -> Values:
        """For expressions of the declaration."""
        return Values(self.session, self.words.procedure, self.variables)


def know(session: Session, case: DbCase, names: Names) -> Known:
    """A case as the cards show it."""
    variables = instances.known_variables(session, case.instance_id)
    return Known(session, case, words.of_case(session, case), variables, names)


_AUDIENCE = Prepared(
    select(DbCaseAudience.kind, DbCaseAudience.value)
    .where(DbCaseAudience.case_id == bindparam("of"))
    .order_by(DbCaseAudience.value)
)


def phases(known: Known) -> list[Phase]:
    """The strip: what is done, where the case is and in which round."""
    case, declared = known.case, known.words.procedure.phases
    rounds = rounds_of(known.session, case)
    order = [phase.key for phase in declared]
    reached = order.index(case.phase) if case.phase in order and case.status == "open" else len(order)
    strip = []
    for place, phase in enumerate(declared):
        state = "now" if place == reached else "ok" if phase.key in rounds and place < reached else ""
        said = known.values.get(phase.rounds)
        times = said if isinstance(said, int) else rounds.get(phase.key, 1)
        strip.append(Phase(text_of(phase.name), state, times if state else 1))
    return strip


def clock_cards(known: Known, calendar: WorkingCalendar, now: datetime) -> list[Clock]:
    """The clocks of a case in words, under the names that the procedure gives them."""
    return [_clock_card(each, label, calendar, now) for each, label in clocks(known, calendar, now)]


def past_clock_cards(known: Known) -> list[Clock]:
    """The clocks of the rounds before, and of the procedure that the case has moved from: due when, and kept or not."""
    return [_past_clock_card(row) for row in running.past(known.session, known.case) if row.due_at is not None]


def _past_clock_card(row: DbCaseClockPast) -> Clock:
    tongue, year, zone = language.current(), here.now().year, here.zone()
    assert row.due_at is not None
    title = _("Due %(at)s", at=dates.due_text(row.due_at, tongue, zone, this_year=year))
    late = row.breached_at is not None or (row.stopped_at or row.at) >= row.due_at
    lines = []
    if row.stopped_at is not None:
        lines.append(_("Answered %(at)s", at=dates.moment_text(row.stopped_at, tongue, zone, this_year=year)))
    return Clock(
        label=_("%(name)s, before", name=text_of(row.label) or row.name),
        title=title,
        badge=answered_badge(in_time=not late) if late or row.stopped_at is not None else None,
        lines=lines,
        state=_("As it stood %(at)s.", at=dates.moment_text(row.at, tongue, zone, this_year=year)),
        state_icon="player-stop",
    )


def clocks(known: Known, calendar: WorkingCalendar, now: datetime) -> list[tuple[CaseClock, str]]:
    """The clocks of a case that have a date, with what the procedure calls them."""
    labels = {clock.name: text_of(clock.label) for clock in known.words.procedure.clocks}
    found = (card.clock(known.case, row, now, calendar, language.current()) for row in known.case.clocks)
    return [(each, labels.get(each.name, each.name)) for each in found if each.due_at is not None]


def owed(procedure: Procedure, case: DbCase) -> str:
    """What the case's due date is of: the earliest of its clocks that runs, as the procedure calls it."""
    running = [row for row in case.clocks if row.due_at == case.due_at and row.stopped_at is None and not row.soft]
    labels = {clock.name: text_of(clock.label) for clock in procedure.clocks}
    return next((labels[row.name] for row in running if row.name in labels), _("Case"))


def _clock_card(known: CaseClock, label: str, calendar: WorkingCalendar, now: datetime) -> Clock:
    return Clock(
        label=label,
        title=_clock_title(known, calendar),
        badge=_clock_badge(known),
        lines=_clock_lines(known, now),
        days=_ruler(known),
        state=_clock_state(known),
        state_icon="player-stop" if known.state in ("stopped", "closed") else "player-play",
    )


def _clock_title(known: CaseClock, calendar: WorkingCalendar) -> str:
    tongue, year = language.current(), here.now().year
    if known.state == "stopped" and known.stopped_at is not None:
        at = dates.moment_text(known.stopped_at, tongue, calendar.zone, this_year=year)
        return _("Answered %(at)s", at=at)
    assert known.due_at is not None
    return _("Due %(at)s", at=dates.due_text(known.due_at, tongue, calendar.zone, this_year=year))


def _clock_badge(known: CaseClock) -> Badge | None:
    if known.state == "stopped":
        return answered_badge(in_time=bool(known.in_time))
    if known.state == "closed":
        return Badge(_("closed"), "good", "circle-check")
    if known.provisional:
        return Badge(_("provisional"), "", "calendar-x")
    return left_badge(known.days_left or 0, late=known.state == "late")


def _clock_lines(known: CaseClock, now: datetime) -> list[str]:
    lines = []
    if known.moved and known.nominal_day is not None:
        day = dates.day_text(known.nominal_day, language.current(), this_year=now.year)
        why = known.why_moved or _("not a working day")
        lines.append(_("Nominal: %(day)s. Moved to the next working day: %(why)s.", day=day, why=why))
    if known.provisional:
        lines.append(_("The holidays of that year are not announced yet; the date may move."))
    if known.level:
        lines.append(_("Escalated to level %(level)s.", level=known.level))
    return lines


def _clock_state(known: CaseClock) -> str:
    if known.state == "stopped":
        return _("Stopped: it is done.")
    if known.state == "closed":
        return _("Stopped: the case is closed.")
    return _("Running.")


def _ruler(known: CaseClock) -> list[Day]:
    """The day ruler; on a clock that stands still its last day is named for what stopped it."""
    now = {"stopped": _("answered"), "closed": _("closed")}.get(known.state, _("today"))
    return _weeks(known.cells, now) if known.weeks else [_day(cell, now) for cell in known.cells]


def _day(cell: Cell, now: str) -> Day:
    tongue = language.current()
    kinds = [
        ("now", cell.today),
        ("past", cell.past and not cell.today),
        ("off", cell.rest),
        ("nominal", cell.nominal),
        ("due", cell.effective),
    ]
    captions = [
        (cell.received, _("in")),
        (cell.effective, _("due")),
        (cell.today, now),
        (cell.nominal, _("nominal")),
    ]
    said = [text for holds, text in captions if holds]
    alt = [
        *said,
        *([cell.name or _("not a working day")] if cell.rest else []),
        *([_("warned")] if cell.warning else []),
    ]
    return Day(
        head=dates.weekday(cell.day, tongue),
        foot=str(cell.day.day),
        kinds=" ".join(kind for kind, holds in kinds if holds),
        caption=said[0] if said else "",
        alt=joined(alt),
    )


def _weeks(cells: Sequence[Cell], now: str) -> list[Day]:
    """A long ruler: one cell a week, named by its Monday."""
    weeks: dict[date, list[Cell]] = {}
    for cell in cells:
        weeks.setdefault(cell.day.fromordinal(cell.day.toordinal() - cell.day.weekday()), []).append(cell)
    found = []
    for number, (monday, inside) in enumerate(weeks.items()):
        marked = [_day(cell, now) for cell in inside]
        kinds = {"past"} if all(cell.past for cell in inside) else set()
        kinds |= {kind for day in marked for kind in day.kinds.split() if kind in {"now", "nominal", "due"}}
        captions = [day.caption for day in marked if day.caption]
        alt = joined(day.alt for day in marked if day.caption)
        head = dates.short_day(monday, language.current()) if len(weeks) <= 8 or number % 2 == 0 else ""
        found.append(Day(head, "", " ".join(sorted(kinds)), captions[0] if captions else "", alt))
    return found


def summary(known: Known) -> list[tuple[str, str]]:
    """The case in a few lines, as its procedure wants them."""
    said = lines(known.words, known.words.procedure.summary, known.values, known.names)
    outcome = known.words.outcome(known.case.outcome)
    return [*said, (_("Outcome"), outcome)] if outcome else said


@dataclass(frozen=True)
class LateStep:
    """A step that is or was late, as the page shows it."""

    unit: str
    name: str
    due: str
    done: str
    """Empty while it is open."""


def late_steps(known: Known) -> list[LateStep]:
    """The steps of a case that were not done when they were due, against their unit."""
    tongue, year = language.current(), here.now().year

    def said(moment: datetime) -> str:
        return dates.moment_text(moment, tongue, here.zone(), this_year=year)

    return [
        LateStep(
            unit=known.names.unit(each.unit) if each.unit is not None else "",
            name=language.say(each.name, each.deployment_id),
            due=said(each.due),
            done=said(each.done) if each.done is not None else "",
        )
        for each in overdue.of_case(known.session, known.case)
    ]


def people(known: Known) -> list[tuple[str, str]]:
    """Who has to do with it and who may see it."""
    case, names = known.case, known.names
    found = _AUDIENCE.rows(known.session.connection(), {"of": case.id})
    readers = sorted(_readers(known))
    units = list(dict.fromkeys([*(value for kind, value in found if kind == "group"), *readers]))
    reading = access.readers_among(known.session, case, units)
    told = [
        (_("Owner"), names.person(case.owner) if case.owner else ""),
        (_("Registered by"), names.person(case.opened_by)),
        (_("Worked on it"), joined(names.person(value) for kind, value in found if kind == "person")),
        (_("May see it"), joined(names.unit(unit) for unit in units if unit in reading)),
    ]
    return [(name, text) for name, text in told if text]


def _readers(known: Known) -> frozenset[str]:
    """Who reads the case without working on it, by what it is about."""
    roles, readers = {fact.role for fact in known.case.facts.values()}, known.words.procedure.readers
    return readers.groups.union(*(share.groups for share in readers.shares if share.role in roles))
