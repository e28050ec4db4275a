"""The figures of the statistics against a plain count over invented cases, and in full, on both databases."""

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal

import full_statistics as full
import pytest
from invented_cases import CALENDAR, ENDS, NOW, OFFICE, SCOPES, ZONE
from sqlalchemy import insert, select

from processes.cases.facts import fold
from processes.cases.schema import DbCase, DbCaseFact
from processes.clock.calendar import WorkingCalendar
from processes.statistics import counting, dimensions, keeping, measures, remedies, steps
from processes.statistics.counting import REMEDY, STEP, Figure, behind
from processes.statistics.dimensions import BETWEEN, DIMENSIONS
from processes.statistics.measures import MEASURES
from processes.statistics.milestones import times
from processes.statistics.reading import Counts
from processes.statistics.schema import MARKS, DbRecount


def plain(case):
    """What a case counts in, in plain Python."""
    until = case.stopped or case.closed or NOW  # a limit runs no longer than its case
    hard_late = bool(case.due and not case.soft and case.due < until)
    soft_due = bool(case.due and case.soft)
    redone = case.role("redone")
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


def shown(length):
    """A length as it is shown, in tenths of an hour."""
    return length and timedelta(hours=1) * round(length / timedelta(hours=1), 1)


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


def test_every_measure_by_every_dimension_is_the_plain_count_and_opens_its_cases(crowd, monkeypatch):
    database, cases = crowd
    names = tuple(MEASURES)
    with database.reading() as session:
        for scope, asked in zip(SCOPES, [DIMENSIONS, ["same"], ["all"], ["all"], ["all"]], strict=True):
            every = inside(cases, scope)
            for dimension in asked:
                wanted = defaultdict(lambda: defaultdict(set))
                for case in every:
                    for name, fits in plain(case).items():
                        wanted[value_of(case, dimension)][name] |= {case.id} if fits else set()
                found = {each.value: each.counts for each in full.count(session, scope, dimension, names)}
                assert found == {value: {name: len(rows[name]) for name in names} for value, rows in wanted.items()}
            for dimension, rare in ("all", 0), ("unit", 0), ("same", 5000), ("lot", 1):  # the lists behind the numbers
                monkeypatch.setattr(dimensions, "RARE", rare)
                for case in every[:1]:
                    value = value_of(case, dimension)
                    alike = [each for each in every if value_of(each, dimension) == value]
                    for name in names:
                        query = select(DbCase.id).where(
                            behind(Counts(session, CALENDAR), scope, Figure(name, dimension, value))
                        )
                        fits = {each.id for each in alike if plain(each)[name]}
                        assert set(session.scalars(query)) == fits, (dimension, value, name)


def test_lists_of_counted_cases_are_the_plain_count_also_of_what_has_changed_since(crowd, monkeypatch):
    database, cases = crowd
    keeping.recount(database, OFFICE)
    changed = next(case for case in inside(cases, SCOPES[0]) if not plain(case)["redone"] and not plain(case)["late"])
    with database.transaction() as session:
        fact = {"name": "again", "text": "1", "folded": fold("1", "number"), "role": "redone"}
        session.execute(insert(DbCaseFact).values(case_id=changed.id, **fact))
        session.execute(insert(DbRecount).values(case_id=changed.id))  # as the step does that writes a fact
    changed.facts["again"] = "1"
    for rare in (5000, 1):
        monkeypatch.setattr(measures, "RARE", rare)
        with database.reading() as session:
            counts = Counts(session, CALENDAR)
            assert counts.waiting == [changed.id]
            for scope in SCOPES:
                for name in MEASURES:
                    query = select(DbCase.id).where(behind(counts, scope, Figure(name)))
                    fits = {each.id for each in inside(cases, scope) if plain(each)[name]}
                    assert set(session.scalars(query)) == fits, (scope.period, name, rare)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", MARKS)
def test_the_cases_of_a_measure_are_read_from_its_index_as_far_as_its_months_go(crowd, name):
    database, _ = crowd
    with database.reading() as session:
        query = measures.marked(SCOPES[0], name).limit(5001)
        compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = [row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]
    assert plan == [f"SEARCH counted_case USING INDEX ix_counted_case_{name} (procedure=? AND month>? AND month<?)"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's planner knows how many there are
@pytest.mark.parametrize(
    ("figure", "index"),
    [
        (
            Figure("first_contact"),
            "SEARCH case_file USING INDEX ix_case_file_closed_soon (received_at>? AND received_at<?)",
        ),
        (Figure("cases"), "SEARCH case_file USING INDEX ix_case_file_received_at_id (received_at>? AND received_at<?)"),
        (Figure("late", "lot", "l-1"), "SEARCH case_fact USING COVERING INDEX ix_case_fact_folded_name_case_id"),
        (Figure("opened_again"), "SCAN case_entry USING INDEX ix_case_entry_reopened"),
        (Figure("blocked", "unit", None), "SCAN case_entry USING INDEX ix_case_entry_blocked"),
        (
            Figure("left_open"),
            "SEARCH case_file_1 USING COVERING INDEX ix_case_file_outcome (outcome=? AND received_at>? AND received_at<?)",
        ),
    ],
)
def test_what_stands_behind_a_number_is_read_from_an_index_as_far_as_a_page_goes(crowd, figure, index):
    database, _ = crowd
    with database.reading() as session:
        query = select(DbCase.id).where(behind(Counts(session, CALENDAR), SCOPES[0], figure))
        query = query.order_by(DbCase.received_at.desc(), DbCase.id.desc()).limit(25)
        compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
        plan = "\n".join(row[-1] for row in rows)
    assert index in plan, plan
    few = "case_entry" in index or "case_fact" in index or "outcome" in index  # these are sorted when they are found
    assert few or "TEMP B-TREE" not in plan, plan


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
                    shown(full.percentile(took, 50)),
                    shown(full.percentile(took, 90)),
                )
                for measure, wanted in (("cases", {case.id for case, _ in mine}), ("late_step", set(late))):
                    query = select(DbCase.id).where(
                        behind(Counts(session, CALENDAR), scope, Figure(measure, STEP, unit))
                    )
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
            assert (found["ended"].number, found["ended"].median) == (len(ended), shown(full.percentile(ended, 50)))
            assert (found["answered"].number, found["answered"].ninth) == (
                len(answered),
                shown(full.percentile(answered, 90)),
            )
            assert found["taken_over"].number == sum("accepted" in case.entries for case in every)

    with database.reading() as session:
        for scope in SCOPES:
            every = inside(cases, scope)
            given = {case.id: (case.role("remedies") or "").split(", ") for case in every if case.role("remedies")}
            found = {each.kind: each.cases for each in remedies.kinds(Counts(session, CALENDAR), scope)}
            assert found == dict(Counter(kind for kinds in given.values() for kind in kinds))
            for kind in found:
                query = select(DbCase.id).where(behind(Counts(session, CALENDAR), scope, Figure("cases", REMEDY, kind)))
                assert set(session.scalars(query)) == {number for number, kinds in given.items() if kind in kinds}
            paid = defaultdict(Decimal)
            for case in every:
                if case.role("cost"):
                    paid[case.unit] += Decimal(case.role("cost"))
            assert {each.unit: each.amount for each in remedies.costs(Counts(session, CALENDAR), scope)} == dict(paid)
