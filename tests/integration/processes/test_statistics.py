"""The figures of the statistics against a plain count over invented cases, on both databases."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from played import shanghai
from sqlalchemy import insert, select

from engine.store.schema import DbAudience, DbAudienceMember, DbInstance, DbTask
from processes.cases.facts import fold
from processes.cases.schema import DbCase, DbCaseClock, DbCaseEntry, DbCaseFact
from processes.clock.calendar import WorkingCalendar
from processes.procedures.model import Fact, Outcome, Procedure
from processes.statistics import periods, remedies, steps
from processes.statistics.counting import REMEDY, STEP, Figure, behind, count, total
from processes.statistics.dimensions import BETWEEN, DIMENSIONS
from processes.statistics.durations import times
from processes.statistics.measures import MEASURES
from processes.statistics.scope import Scope
from processes.statistics.shares import percentile
from tests.integration.engine.test_database import instance

ZONE = ZoneInfo("Asia/Shanghai")
ROLES = {
    "goods": {"way": "channel", "sort": "kind", "item": "product", "lot": "lot", "again": "redone", "fix": "remedies"},
    "care": {"by": "channel", "care_sort": "kind", "item": "product", "paid": "cost"},
}
ENDS = {"good": "upheld", "bad": "declined", "gone": "withdrawn", "stuck": "open"}


def procedure(key):
    facts = tuple(Fact(name, {}, "=x", role=role) for name, role in ROLES[key].items())
    return Procedure(key, shared=False, name={}, facts=facts, outcomes={k: Outcome(k, {}, v) for k, v in ENDS.items()})


@dataclass
class Made:
    """An invented case."""

    id: int
    procedure: str
    received: datetime
    closed: datetime | None
    status: str
    unit: str | None
    outcome: str | None
    facts: dict = field(default_factory=dict)
    due: datetime | None = None
    stopped: datetime | None = None
    soft: bool = False
    entries: tuple = ()
    steps: tuple = ()

    def role(self, role):
        name = next((name for name, each in ROLES[self.procedure].items() if each == role), "")
        return self.facts.get(name)


NOW = shanghai("2026-10-12T11:00")
EDGES = [shanghai("2026-09-01T00:00"), shanghai("2026-09-30T23:59"), shanghai("2026-10-01T00:00")]
EDGES += [edge - timedelta(microseconds=1) for edge in EDGES]


def invent(chance, number):
    received = (
        chance.choice(EDGES)
        if chance.random() < 0.3
        else shanghai("2026-08-20T08:00") + timedelta(minutes=chance.randint(0, 60 * 24 * 50))
    )
    closed = received + timedelta(hours=chance.choice([1, 5, 12, 30, 200])) if chance.random() < 0.6 else None
    which = chance.choice(list(ROLES))
    values = {
        "channel": chance.choice(["phone", "web", None]),
        "kind": chance.choice(["broken", "late"]),
        "product": chance.choice(["GF-220", "GF-300", None]),
        "lot": chance.choice(["L1", "L2", "L3", "L4", None]),
        "redone": chance.choice([None, "1", "2", "10"]),
        "remedies": chance.choice([None, "exchange", "exchange, apology", "free_apology"]),
        "cost": chance.choice([None, "100.50", "2000"]),
    }
    due = received + timedelta(days=7) if chance.random() < 0.8 else None
    stopped = received + timedelta(days=chance.choice([1, 7, 9])) if due and chance.random() < 0.7 else None
    made = [
        (
            chance.choice(["UT_A", "UT_B"]),
            chance.choice(["qc", "sales", None]),
            received + timedelta(hours=chance.randint(0, 40)),
            chance.choice([None, received + timedelta(hours=30)]),
            chance.choice([None, received + timedelta(hours=chance.randint(41, 99))]),
            chance.random() < 0.15,
        )
        for _ in range(chance.randint(0, 4))
    ]
    return Made(
        number,
        which,
        received,
        closed,
        chance.choice(["cancelled", "merged"]) if chance.random() < 0.1 else ("closed" if closed else "open"),
        chance.choice(["qc", "sales", None]),
        chance.choice(list(ENDS)) if closed else None,
        {name: values[role] for name, role in ROLES[which].items() if values[role] is not None},
        due,
        stopped,
        chance.random() < 0.2,
        tuple(kind for kind in ("reopened", "blocked", "accepted") if chance.random() < 0.3),
        tuple(made),
    )


def write(session, cases):
    first = session.get_one(DbInstance, instance(session))
    shared = {"definition_id": first.definition_id, "status": "running", "state": b"", "revision": 1}
    shared |= {"started_at": first.started_at, "started_by": "me"}
    rows = [{"id": case.id, "business_key": f"K-{case.id}", **shared} for case in cases]
    session.execute(insert(DbInstance), rows)
    for number, unit in enumerate((None, "qc", "sales"), 1):
        session.execute(insert(DbAudience), [{"id": number, "key": str(unit)}])
        if unit:
            session.execute(insert(DbAudienceMember), [{"kind": "group", "value": unit, "audience_id": number}])
    audience = {None: 1, "qc": 2, "sales": 3}
    token, rows = 0, {DbCase: [], DbCaseFact: [], DbCaseClock: [], DbCaseEntry: [], DbTask: []}
    for case in cases:
        rows[DbCase].append(
            {
                "id": case.id,
                "instance_id": case.id,
                "number": f"K-{case.id}",
                "procedure": case.procedure,
                "title": "t",
                "description": "",
                "status": case.status,
                "unit": case.unit,
                "outcome": case.outcome,
                "opened_by": "me",
                "received_at": case.received,
                "opened_at": case.received,
                "closed_at": case.closed,
                "language": "zh",
            }
        )
        for name, text in case.facts.items():
            kind = "number" if ROLES[case.procedure][name] in ("redone", "cost") else "text"
            folded = fold(text, kind)
            rows[DbCaseFact].append({"case_id": case.id, "name": name, "text": text, "folded": folded, "role": ""})
        if case.due:
            clock = {"rule": {}, "level": 0, "provisional": False, "start_at": case.received, "place": 0, "name": "c"}
            clock |= {"due_at": case.due, "stopped_at": case.stopped, "soft": case.soft, "case_id": case.id}
            rows[DbCaseClock].append(clock)
        for kind in case.entries:
            at = case.received + timedelta(hours=2)
            rows[DbCaseEntry].append({"case_id": case.id, "at": at, "kind": kind, "actor": "me", "data": {}})
        for element, unit, opened, due, ended, cancelled in case.steps:
            token += 1
            rows[DbTask].append(
                {
                    "instance_id": case.id,
                    "token": token,
                    "deployment_id": 1,
                    "process_key": "p",
                    "element": element,
                    "name": element,
                    "status": "cancelled" if cancelled else "completed" if ended else "open",
                    "audience_id": audience[unit],
                    "candidate_users": [],
                    "candidate_groups": [unit] if unit else [],
                    "priority": 0,
                    "due_at": due,
                    "due_sort": due or NOW,
                    "local": {},
                    "revision": 1,
                    "created_at": opened,
                    "ended_at": ended,
                }
            )
    for table, made in rows.items():
        session.execute(insert(table), made)


def plain(case, scope, every):
    """What a case counts in, in plain Python."""
    hard_late = bool(case.due and not case.soft and case.due < (case.stopped or NOW))
    soft_due = bool(case.due and case.soft)
    redone = case.role("redone")
    same = Counter((each.role("product"), each.role("kind")) for each in every if each.role("product"))
    lots = Counter(each.role("lot") for each in every)
    kind = ENDS.get(case.outcome)
    ended = case.closed is not None

    def local(moment):
        return moment.astimezone(ZONE).date()

    return {
        "cases": True,
        "open": not ended,
        "closed": ended,
        "late": hard_late,
        "in_time": bool(case.due and not case.soft and case.stopped) and not hard_late,
        "target_met": bool(soft_due and case.stopped and case.stopped <= case.due),
        "target_missed": soft_due and case.due < (case.stopped or NOW),
        "found_for": ended and kind in ("upheld", "partly"),
        "found_against": ended and kind == "declined",
        "taken_back": ended and kind == "withdrawn",
        "left_open": ended and kind == "open",
        "first_contact": ended
        and kind in ("upheld", "partly", "declined")
        and local(case.closed) == local(case.received)
        and "reopened" not in case.entries,
        "opened_again": "reopened" in case.entries,
        "redone": bool(redone) and int(redone) >= 1,
        "redone_often": bool(redone) and int(redone) >= 2,
        "mediated": False,
        "with_cost": case.role("cost") is not None,
        "blocked": "blocked" in case.entries,
        "same_lot": case.role("lot") is not None and lots[case.role("lot")] >= 3,
        "same_kind": bool(case.role("product")) and same[case.role("product"), case.role("kind")] >= 3,
        "late_step": any(due and due < (ended_at or NOW) and not off for _e, _u, _o, due, ended_at, off in case.steps),
    }


def value_of(case, dimension):
    if dimension == "all":
        return "all"
    if dimension in ("procedure", "unit", "outcome"):
        return getattr(case, dimension)
    if dimension == "severity":
        return None
    if dimension == "same":
        parts = case.role("product"), case.role("kind")
        return BETWEEN.join(fold(part) for part in parts) if all(parts) else None
    text = case.role(dimension)
    return fold(text) if text is not None else None


@pytest.fixture
def crowd(database, clock):
    clock.set(NOW)
    chance = random.Random(568)
    cases = [invent(chance, number) for number in range(2, 92)]
    with database.transaction() as session:
        write(session, cases)
    return database, cases


SCOPES = [
    Scope((procedure("goods"), procedure("care")), periods.read("2026-09"), ZONE),
    Scope((procedure("goods"),), periods.read("2026-Q3"), ZONE, unit="qc"),
    Scope((procedure("care"),), periods.read("2026-10-01..2026-10-01"), ZONE),
    Scope((procedure("goods"), procedure("care")), periods.read("2025"), ZONE),
    Scope((), periods.read("2026"), ZONE),
]


def inside(cases, scope):
    keys = [each.key for each in scope.procedures]
    return [
        case
        for case in cases
        if case.procedure in keys
        and case.status not in ("cancelled", "merged")
        and scope.period.first <= case.received.astimezone(ZONE).date() <= scope.period.last
        and (not scope.unit or case.unit == scope.unit)
    ]


def test_every_measure_by_every_dimension_is_the_plain_count_and_opens_its_cases(crowd):
    database, cases = crowd
    names = tuple(MEASURES)
    with database.reading() as session:
        for scope, dimensions in zip(SCOPES, [DIMENSIONS, ["same"], ["all"], ["all"], ["all"]], strict=True):
            every = inside(cases, scope)
            for dimension in dimensions:
                wanted = defaultdict(lambda: defaultdict(set))
                for case in every:
                    for name, fits in plain(case, scope, every).items():
                        wanted[value_of(case, dimension)][name] |= {case.id} if fits else set()
                found = {each.value: each.counts for each in count(session, scope, dimension, names)}
                assert found == {value: {name: len(rows[name]) for name in names} for value, rows in wanted.items()}
            for dimension in ("all", "unit", "same"):  # the lists behind the numbers
                for case in every[:1]:
                    value = value_of(case, dimension)
                    alike = [each for each in every if value_of(each, dimension) == value]
                    for name in names:
                        query = select(DbCase.id).where(behind(session, scope, Figure(name, dimension, value)))
                        fits = {each.id for each in alike if plain(each, scope, every)[name]}
                        assert set(session.scalars(query)) == fits, (dimension, value, name)


def test_zero_cases_give_noughts(crowd):
    database, _ = crowd
    with database.reading() as session:
        for scope in SCOPES[-2:]:
            assert count(session, scope, "kind") == []
            assert set(total(session, scope, tuple(MEASURES)).values()) == {0}
            assert times(session, scope, WorkingCalendar())["ended"].median is None
            assert steps.by(session, scope, WorkingCalendar(), lambda step: step.unit) == {}
            assert remedies.kinds(session, scope) == []
            assert remedies.costs(session, scope) == []


def test_steps_are_those_of_the_units_and_open_their_cases(crowd):
    database, cases = crowd
    calendar = WorkingCalendar()
    with database.reading() as session:
        for scope in SCOPES:
            made = [(case, step) for case in inside(cases, scope) for step in case.steps if not step[5]]
            found = steps.by(session, scope, calendar, lambda step: step.unit)
            assert set(found) == {step[1] for _case, step in made}
            for unit, worked in found.items():
                mine = [(case, step) for case, step in made if step[1] == unit]
                late = [case.id for case, step in mine if step[3] and step[3] < (step[4] or NOW)]
                took = [calendar.working_time_between(step[2], step[4]) for _case, step in mine if step[4]]
                assert (worked.steps, worked.late) == (len(mine), len(late))
                assert worked.dated == sum(step[3] is not None for _case, step in mine)
                assert (worked.took.median, worked.took.ninth) == (percentile(took, 50), percentile(took, 90))
                for measure, wanted in (("cases", {case.id for case, _ in mine}), ("late_step", set(late))):
                    query = select(DbCase.id).where(behind(session, scope, Figure(measure, STEP, unit)))
                    assert set(session.scalars(query)) == wanted


def test_times_are_working_times_from_the_receipt_and_remedies_are_added_up(crowd):
    database, cases = crowd
    calendar = WorkingCalendar()
    with database.reading() as session:
        for scope in SCOPES[:3]:
            every = inside(cases, scope)
            found = times(session, scope, calendar)
            ended = [calendar.working_time_between(case.received, case.closed) for case in every if case.closed]
            answered = [calendar.working_time_between(case.received, case.stopped) for case in every if case.stopped]
            assert (found["ended"].number, found["ended"].median) == (len(ended), percentile(ended, 50))
            assert (found["answered"].number, found["answered"].ninth) == (len(answered), percentile(answered, 90))
            assert found["taken_over"].number == sum("accepted" in case.entries for case in every)

    with database.reading() as session:
        for scope in SCOPES:
            every = inside(cases, scope)
            given = {case.id: (case.role("remedies") or "").split(", ") for case in every if case.role("remedies")}
            found = {each.kind: each.cases for each in remedies.kinds(session, scope)}
            assert found == dict(Counter(kind for kinds in given.values() for kind in kinds))
            for kind in found:
                query = select(DbCase.id).where(behind(session, scope, Figure("cases", REMEDY, kind)))
                assert set(session.scalars(query)) == {number for number, kinds in given.items() if kind in kinds}
            paid = defaultdict(Decimal)
            for case in every:
                if case.role("cost"):
                    paid[case.unit] += Decimal(case.role("cost"))
            assert {each.unit: each.amount for each in remedies.costs(session, scope)} == dict(paid)
