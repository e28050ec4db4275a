"""Reckons what cases count as, from everything that is known of them: of many cases at once with few statements."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import func, select

from engine import Session, joins, now
from processes import procedures
from processes.cases.facts import fold
from processes.cases.schema import DbCase, DbCaseClock, DbCaseEntry, DbCaseFact
from processes.clock.calendar import WorkingCalendar
from processes.identity import Same
from processes.letters.schema import DbLetter
from processes.procedures.model import Procedure, Role
from processes.rows import among
from processes.statistics.dimensions import BETWEEN
from processes.statistics.durations import WorkingHours, tenths
from processes.statistics.records import IN_TIME, LATE, UNDATED, Record, Row, Taken
from processes.statistics.scope import NOT_COUNTED
from processes.values import money_of

ROLES: tuple[Role, ...] = ("area", "kind", "cause", "channel", "product", "lot")
RESULTS = ("upheld", "partly", "declined")
NOTED = {"reopened": "opened_again", "blocked": "blocked"}
"""What lines of the record count as."""
TAKEN_OVER = "accepted"
ONCE, TWICE = (fold(number, "number") for number in ("1", "2"))
OFTEN: tuple[tuple[str, Role, str], ...] = (
    ("redone", "redone", ONCE),
    ("redone_often", "redone", TWICE),
    ("mediated", "mediated", ONCE),
)
"""Measures that are told by how often something was done."""


@dataclass(frozen=True)
class Basis:
    """By what the cases of a procedure are counted."""

    names: Mapping[Role, frozenset[str]]
    """By role the facts that have it."""
    results: frozenset[str]
    """The outcomes that settle a complaint."""
    shares: frozenset[Role]
    """The roles that open a share of the cases to somebody."""
    digest: str


def bases(session: Session, calendar: WorkingCalendar) -> Mapping[str, Basis]:
    """By procedure; of those that have none no case is counted."""
    hours = [calendar.zone.key, str(calendar.country), *(f"{day} {text}" for day, text in _hours(calendar))]
    return _bases(procedures.current(session), "\n".join(hours))


def _hours(calendar: WorkingCalendar) -> Iterator[tuple[int, str]]:
    return ((day, " ".join(map(str, periods))) for day, periods in sorted(calendar.week.items()))


@lru_cache(maxsize=8)
def _bases(known: Same[Procedure], hours: str) -> Mapping[str, Basis]:
    return {each.key: _basis(each, hours) for each in known if each.kind == "complaint"}


def _basis(procedure: Procedure, hours: str) -> Basis:
    names: defaultdict[Role, set[str]] = defaultdict(set)
    for fact in procedure.facts:
        names[fact.role].add(fact.name)
    results = {key for key, outcome in procedure.outcomes.items() if outcome.kind in RESULTS}
    shares = {each.role for each in procedure.readers.shares}
    said = [hours, sorted((role, sorted(each)) for role, each in names.items()), sorted(results), sorted(shares)]
    digest = hashlib.sha256(orjson.dumps(said)).hexdigest()[:16]
    return Basis({role: frozenset(each) for role, each in names.items()}, frozenset(results), frozenset(shares), digest)


class _Case(NamedTuple):
    id: int
    number: str
    procedure: str
    status: str
    unit: str | None
    outcome: str | None
    received: datetime
    closed: datetime | None


class _Fact(NamedTuple):
    name: str
    role: str
    text: str
    folded: str


class _Clock(NamedTuple):
    place: int
    soft: bool
    due: datetime | None
    stopped: datetime | None


class _Step(NamedTuple):
    audience: int
    process: str
    element: str
    opened: datetime
    due: datetime | None
    ended: datetime | None


@dataclass
class _Known:
    """What is known of some cases beside their rows."""

    facts: Mapping[int, list[_Fact]]
    clocks: Mapping[int, list[_Clock]]
    noted: Mapping[int, Mapping[str, datetime]]
    """By kind of line the first moment."""
    letters: Mapping[int, datetime]
    steps: Mapping[int, list[_Step]]
    units: Mapping[int, str]
    calendar: WorkingCalendar
    hours: WorkingHours
    moment: datetime
    """That is now."""


def rows(session: Session, calendar: WorkingCalendar, cases: Collection[int]) -> dict[int, Row]:
    """What some cases count as now; a case that is not there any more has no row."""
    known = bases(session, calendar)
    columns = DbCase.id, DbCase.number, DbCase.procedure, DbCase.status, DbCase.unit, DbCase.outcome
    query = select(*columns, DbCase.received_at, DbCase.closed_at).where(among(session, DbCase.id, cases))
    every = [_Case(*row) for row in session.connection().execute(query)]
    counted = [case for case in every if case.procedure in known and case.status not in NOT_COUNTED]
    found = _known(session, calendar, [case.id for case in counted])
    found.hours.cover(_moments(counted, found))
    made = {case.id: _row(case, known[case.procedure], found) for case in counted}
    return {case.id: made.get(case.id) or _nothing(case, known.get(case.procedure)) for case in every}


def _nothing(case: _Case, basis: Basis | None) -> Row:
    return Row(case.id, case.procedure, "", "", "", basis.digest if basis else "", None, None, None)


def _known(session: Session, calendar: WorkingCalendar, cases: Sequence[int]) -> _Known:
    connection: Any = session.connection()
    fact, clock, entry = DbCaseFact, DbCaseClock, DbCaseEntry
    facts: defaultdict[int, list[_Fact]] = defaultdict(list)
    of_fact = select(fact.case_id, fact.name, fact.role, fact.text, fact.folded)
    for row in connection.execute(of_fact.where(among(session, fact.case_id, cases))):
        facts[row[0]].append(_Fact(*row[1:]))
    clocks: defaultdict[int, list[_Clock]] = defaultdict(list)
    of_clock = select(clock.case_id, clock.place, clock.soft, clock.due_at, clock.stopped_at)
    for row in connection.execute(of_clock.where(among(session, clock.case_id, cases))):
        clocks[row[0]].append(_Clock(*row[1:]))
    noted: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    of_entry = select(entry.case_id, entry.kind, func.min(entry.at)).group_by(entry.case_id, entry.kind)
    told = among(session, entry.case_id, cases), entry.kind.in_((*NOTED, TAKEN_OVER))
    for number, kind, at in connection.execute(of_entry.where(*told)):
        noted[number][kind] = at
    of_letter = select(DbLetter.case_id, func.min(DbLetter.written_at)).group_by(DbLetter.case_id)
    letters = {row[0]: row[1] for row in connection.execute(of_letter.where(among(session, DbLetter.case_id, cases)))}
    work = joins.work()
    steps: defaultdict[int, list[_Step]] = defaultdict(list)
    columns = work.c.audience_id, work.c.process_key, work.c.element, work.c.created_at, work.c.due_at, work.c.ended_at
    of_step = select(DbCase.id, *columns).join(work, work.c.business_key == DbCase.number)
    for row in connection.execute(of_step.where(among(session, DbCase.id, cases))):
        steps[row[0]].append(_Step(*row[1:]))
    audiences = {step.audience for some in steps.values() for step in some}
    units = {row[0]: row[1] for row in connection.execute(joins.units_of(audiences))}
    return _Known(facts, clocks, noted, letters, steps, units, calendar, WorkingHours(calendar), now(session))


def _moments(cases: Iterable[_Case], known: _Known) -> Iterator[datetime]:
    for case in cases:
        yield case.received
        found = [*_milestones(case, known).values(), *(step.opened for step in known.steps.get(case.id, ()))]
        yield from filter(None, (*found, *(step.ended for step in known.steps.get(case.id, ()))))


def _milestones(case: _Case, known: _Known) -> dict[str, datetime | None]:
    """The moments of `milestones.MILESTONES`."""
    stopped = [clock.stopped for clock in known.clocks.get(case.id, ()) if clock.place == 0 and clock.stopped]
    taken_over = known.noted.get(case.id, {}).get(TAKEN_OVER)
    reached = known.letters.get(case.id), taken_over, max(stopped, default=None), case.closed
    return dict(zip(("acknowledged", "taken_over", "answered", "ended"), reached, strict=True))


def _row(case: _Case, basis: Basis, known: _Known) -> Row:
    facts, steps = known.facts.get(case.id, []), known.steps.get(case.id, [])
    reached = {name: at for name, at in _milestones(case, known).items() if at is not None}
    times = {name: tenths(known.hours.between(case.received, at)) for name, at in reached.items()}
    of_role = {role: [fact for fact in facts if fact.name in names] for role, names in basis.names.items()}
    costs = [str(amount) for fact in of_role.get("cost", ()) if (amount := money_of(fact.text)) is not None]
    remedies = [kind for fact in of_role.get("remedies", ()) for kind in sorted(set(fact.text.split(", ")))]
    measures = [*_measures(case, basis, known, of_role)]
    taken = [_taken(step, known) for step in steps]
    shown = sorted(basis.shares & {fact.role for fact in facts})
    ahead = [clock.due for clock in known.clocks.get(case.id, ()) if clock.stopped is None and case.closed is None]
    ahead += [step.due for step in steps if step.ended is None]
    record = Record(_values(of_role), sorted(measures), times, sorted(costs), sorted(remedies), _ordered(taken))
    return Row(
        case.id,
        case.procedure,
        f"{case.received.astimezone(known.calendar.zone):%Y-%m}",
        f" {' '.join(shown)} " if shown else "",
        case.unit or "",
        basis.digest,
        min((due for due in ahead if due is not None and due >= known.moment), default=None),
        max([*reached.values(), *(step.ended for step in steps if step.ended)], default=None),
        orjson.dumps(tuple(record)).decode(),
    )


def _values(of_role: Mapping[Role, Sequence[_Fact]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for role in ROLES:
        if some := of_role.get(role):
            found[role] = min(fact.folded for fact in some)
    if "product" in found and "kind" in found:
        found["same"] = BETWEEN.join((found["product"], found["kind"]))
    return found


def _measures(case: _Case, basis: Basis, known: _Known, of_role: Mapping[Role, Sequence[_Fact]]) -> Iterator[str]:
    """As the conditions of `measures.MEASURES` say it."""
    noted = known.noted.get(case.id, {})
    yield "open" if case.closed is None else "closed"
    clocks = [clock for clock in known.clocks.get(case.id, ()) if clock.due is not None]
    yield from _kept(clocks, case.closed or known.moment)
    yield from (measure for kind, measure in NOTED.items() if kind in noted)
    settled = case.closed is not None and case.outcome in basis.results and "reopened" not in noted
    day_of = known.calendar.day_of
    if settled and day_of(case.received) == day_of(case.closed or known.moment):
        yield "first_contact"
    for measure, role, least in OFTEN:
        if any(fact.folded >= least for fact in of_role.get(role, ())):
            yield measure
    if of_role.get("cost"):
        yield "with_cost"


def _kept(clocks: Sequence[_Clock], moment: datetime) -> Iterator[str]:
    """What clocks count as that run until a moment, where they were not stopped before."""
    hard, soft = ([clock for clock in clocks if clock.soft is each] for each in (False, True))
    late = any(clock.due < (clock.stopped or moment) for clock in hard if clock.due)
    if late:
        yield "late"
    elif hard and all(clock.stopped for clock in hard):
        yield "in_time"
    if any(clock.stopped and clock.due and clock.stopped <= clock.due for clock in soft):
        yield "target_met"
    if any(clock.due < (clock.stopped or moment) for clock in soft if clock.due):
        yield "target_missed"


def _taken(step: _Step, known: _Known) -> Taken:
    state = UNDATED if step.due is None else LATE if step.due < (step.ended or known.moment) else IN_TIME
    took = tenths(known.hours.between(step.opened, step.ended)) if step.ended is not None else None
    return known.units.get(step.audience), step.process, step.element, state, took


def _ordered(steps: Iterable[Taken]) -> list[Taken]:
    """So that the same steps are the same text."""

    def place(step: Taken) -> Any:
        unit, process, element, state, took = step
        return process, element, unit or "", state, -1 if took is None else took

    return sorted(steps, key=place)
