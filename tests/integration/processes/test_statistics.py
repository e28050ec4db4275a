"""The figures of the statistics against a plain count over invented cases, and in full, on both databases."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import full_statistics as full
import pytest
import sqlalchemy as sa
from consistency import counted
from played import shanghai
from sqlalchemy import func, insert, select
from statistics_compared import compare

from engine.store.schema import DbAudience, DbAudienceMember, DbInstance, DbTask
from engine.values import SYSTEM
from processes.cases.facts import fold
from processes.cases.schema import DbCase, DbCaseClock, DbCaseEntry, DbCaseFact
from processes.clock import calendar_days
from processes.clock.calendar import WorkingCalendar
from processes.identity import Same
from processes.office import Office
from processes.procedures.model import Fact, Outcome, Procedure
from processes.settings import Settings
from processes.statistics import counting, keeping, periods, reckoning, remedies, steps
from processes.statistics.counting import REMEDY, STEP, Figure, behind
from processes.statistics.dimensions import BETWEEN, DIMENSIONS
from processes.statistics.measures import MEASURES
from processes.statistics.milestones import times
from processes.statistics.reading import Counts
from processes.statistics.schema import DbCountedCase, DbCountedSum
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
    until = case.stopped or case.closed or NOW  # a limit runs no longer than its case
    hard_late = bool(case.due and not case.soft and case.due < until)
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
        "target_missed": soft_due and case.due < until,
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


OFFICE = Office(Settings())
CALENDAR = WorkingCalendar()


@pytest.fixture
def crowd(database, clock, monkeypatch):
    clock.set(NOW)
    known = Same((procedure("goods"), procedure("care")))
    monkeypatch.setattr("processes.procedures.current", lambda _session: known)
    chance = random.Random(568)
    cases = [invent(chance, number) for number in range(2, 92)]
    with database.transaction() as session:
        write(session, cases)
    return database, cases


def shown(length):
    """A length as it is shown, in tenths of an hour."""
    return length and timedelta(hours=1) * round(length / timedelta(hours=1), 1)


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
                found = {each.value: each.counts for each in full.count(session, scope, dimension, names)}
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
            counts = Counts(session, CALENDAR)
            assert counting.count(counts, scope, "kind", ()) == []
            assert set(counting.total(counts, scope, tuple(MEASURES)).values()) == {0}
            assert times(counts, scope)["ended"].median is None
            assert steps.by_unit(counts, scope) == {}
            assert remedies.kinds(counts, scope) == []
            assert remedies.costs(counts, scope) == []


def test_steps_are_those_of_the_units_and_open_their_cases(crowd):
    database, cases = crowd
    calendar = WorkingCalendar()
    with database.reading() as session:
        for scope in SCOPES:
            made = [(case, step) for case in inside(cases, scope) for step in case.steps if not step[5]]
            found = steps.by_unit(Counts(session, calendar), scope)
            assert set(found) == {step[1] for _case, step in made}
            for unit, worked in found.items():
                mine = [(case, step) for case, step in made if step[1] == unit]
                late = [case.id for case, step in mine if step[3] and step[3] < (step[4] or NOW)]
                took = [calendar.working_time_between(step[2], step[4]) for _case, step in mine if step[4]]
                assert (worked.steps, worked.late) == (len(mine), len(late))
                assert worked.dated == sum(step[3] is not None for _case, step in mine)
                assert (worked.took.median, worked.took.ninth) == (
                    shown(percentile(took, 50)),
                    shown(percentile(took, 90)),
                )
                for measure, wanted in (("cases", {case.id for case, _ in mine}), ("late_step", set(late))):
                    query = select(DbCase.id).where(behind(session, scope, Figure(measure, STEP, unit)))
                    assert set(session.scalars(query)) == wanted


def test_times_are_working_times_from_the_receipt_and_remedies_are_added_up(crowd):
    database, cases = crowd
    calendar = WorkingCalendar()
    with database.reading() as session:
        for scope in SCOPES[:3]:
            every = inside(cases, scope)
            found = times(Counts(session, calendar), scope)
            ended = [calendar.working_time_between(case.received, case.closed) for case in every if case.closed]
            answered = [calendar.working_time_between(case.received, case.stopped) for case in every if case.stopped]
            assert (found["ended"].number, found["ended"].median) == (len(ended), shown(percentile(ended, 50)))
            assert (found["answered"].number, found["answered"].ninth) == (
                len(answered),
                shown(percentile(answered, 90)),
            )
            assert found["taken_over"].number == sum("accepted" in case.entries for case in every)

    with database.reading() as session:
        for scope in SCOPES:
            every = inside(cases, scope)
            given = {case.id: (case.role("remedies") or "").split(", ") for case in every if case.role("remedies")}
            found = {each.kind: each.cases for each in remedies.kinds(Counts(session, CALENDAR), scope)}
            assert found == dict(Counter(kind for kinds in given.values() for kind in kinds))
            for kind in found:
                query = select(DbCase.id).where(behind(session, scope, Figure("cases", REMEDY, kind)))
                assert set(session.scalars(query)) == {number for number, kinds in given.items() if kind in kinds}
            paid = defaultdict(Decimal)
            for case in every:
                if case.role("cost"):
                    paid[case.unit] += Decimal(case.role("cost"))
            assert {each.unit: each.amount for each in remedies.costs(Counts(session, CALENDAR), scope)} == dict(paid)


ALL = Scope((procedure("goods"), procedure("care")), periods.read("2026"), ZONE)
SHARED = Scope(ALL.procedures, ALL.period, ZONE, shares={"goods": ("lot",)})
DAYS = Scope(ALL.procedures, periods.read("2026-08-27..2026-10-03"), ZONE)
FEW_DAYS = Scope(ALL.procedures, periods.read("2026-09-03..2026-09-20"), ZONE, unit="sales", shares={"goods": ("lot",)})

CHANGES = [
    "UPDATE case_file SET closed_at = NULL, outcome = NULL, status = 'open' WHERE id IN (3, 5, 8)",
    "UPDATE case_file SET status = 'merged' WHERE id IN (10, 11)",
    "UPDATE case_file SET unit = 'qc', procedure = 'care' WHERE id IN (12, 13, 14)",
    "UPDATE case_file SET received_at = '2026-09-30 16:00:00.000000' WHERE id = 15",
    "UPDATE case_clock SET due_at = '2026-10-12 03:30:00.000000', stopped_at = NULL WHERE case_id IN (16, 17, 18, 19)",
    "INSERT INTO case_entry (case_id, at, kind, actor, data) SELECT id, received_at, 'reopened', 'me', '{}' FROM case_file WHERE id IN (20, 21)",
    "UPDATE task SET audience_id = 1 WHERE instance_id IN (22, 23)",
    "UPDATE task SET due_at = '2026-10-12 04:00:00.000000', ended_at = NULL, status = 'open' WHERE instance_id IN (24, 25)",
    # as a step does it
    "DELETE FROM case_fact WHERE case_id IN (26, 27)",
    "UPDATE task SET ended_at = '2026-10-12 02:00:00.000000', status = 'completed' WHERE instance_id IN (26, 27, 28)",
    "UPDATE instance SET revision = revision + 1 WHERE id IN (26, 27, 28)",
]


def agree(database, *more):
    """What the sums tell is what a full computation tells, for everybody."""
    with database.reading() as session:
        assert [*counted(session, CALENDAR)] == []
        return [compare(session, CALENDAR, scope) for scope in (SHARED, FEW_DAYS, *more)]


def test_sums_are_the_full_computation_whatever_changes(crowd, clock):
    database, _ = crowd
    before = agree(database, ALL)  # nothing is kept yet
    assert before[2] > before[0] > 0
    assert keeping.sweep(database, OFFICE) == 0  # so few are counted by the page
    assert keeping.recount(database, OFFICE) == 90
    assert keeping.recount(database, OFFICE) == 0
    assert agree(database, ALL, DAYS, *SCOPES)[:3] == before
    for change in CHANGES:
        with database.transaction() as session:
            assert session.execute(sa.text(change)).rowcount, change
    changed = agree(database)
    assert changed != before
    assert 0 < keeping.recount(database, OFFICE) < 40
    assert agree(database) == changed
    clock.set(NOW + timedelta(minutes=31))  # what was due at 11:30 is late by itself
    with database.reading() as session:
        assert keeping.waiting(session, {}, 90)
    agree(database)
    clock.set(NOW + timedelta(days=40))
    agree(database)
    assert keeping.recount(database, OFFICE)
    agree(database)


def test_another_declaration_or_calendar_counts_anew(crowd, monkeypatch):
    database, _ = crowd
    keeping.recount(database, OFFICE)
    facts = tuple(replace(fact, role="cause") if fact.name == "lot" else fact for fact in procedure("goods").facts)
    known = Same((replace(procedure("goods"), facts=facts), procedure("care")))
    monkeypatch.setattr("processes.procedures.current", lambda _session: known)
    with database.reading() as session:
        compare(session, CALENDAR, replace(ALL, procedures=known))
    assert 0 < keeping.recount(database, OFFICE) < 90
    with database.reading() as session:
        compare(session, CALENDAR, replace(ALL, procedures=known))
    with database.transaction() as session:
        calendar_days.import_csv(session, b"date,kind\n2026-09-10,rest\n", source="x", by=SYSTEM)
    with database.reading() as session:
        calendar = OFFICE.calendar(session)
        compare(session, calendar, replace(ALL, procedures=known))
    assert 0 < keeping.recount(database, OFFICE) < 90
    with database.reading() as session:
        compare(session, calendar, replace(ALL, procedures=known))


def test_many_that_changed_are_told_and_counted_by_and_by(crowd, monkeypatch):
    database, _ = crowd
    keeping.recount(database, OFFICE)
    with database.transaction() as session:
        session.execute(sa.text("UPDATE case_file SET unit = 'other'"))
    monkeypatch.setattr(keeping, "AT_ONCE", 20)
    with database.reading() as session:
        counts = Counts(session, CALENDAR)
        assert counts.behind == 90
        assert {each.value for each in counting.count(counts, ALL, "unit", ())} == {"qc", "sales", None}
    for _ in range(5):
        assert keeping.recount(database, OFFICE)
    with database.reading() as session:
        counts = Counts(session, CALENDAR)
        assert counts.behind == 0
        assert {each.value for each in counting.count(counts, ALL, "unit", ())} == {"other"}
    agree(database)


def test_who_counts_while_somebody_else_did_writes_nothing(crowd, monkeypatch):
    database, _ = crowd
    reckon, once = reckoning.rows, []

    def meanwhile(*given):
        if not once:
            once.append(True)
            with database.transaction() as session:
                keeping.forget(session, [2], gone=False)
        return reckon(*given)

    monkeypatch.setattr(reckoning, "rows", meanwhile)
    assert keeping.recount(database, OFFICE) == 0
    assert keeping.recount(database, OFFICE) == 90
    agree(database)


def test_what_is_forgotten_is_in_no_sum(crowd):
    database, cases = crowd
    keeping.recount(database, OFFICE)
    with database.transaction() as session:
        keeping.forget(session, [case.id for case in cases], gone=False)
    with database.reading() as session:
        for table in DbCountedCase, DbCountedSum:
            assert session.scalar(select(func.count()).select_from(table)) == 0
    agree(database)
