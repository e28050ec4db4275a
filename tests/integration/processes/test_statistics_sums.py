"""The sums that are kept tell what a full computation tells."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from consistency import counted
from invented_cases import CALENDAR, NOW, OFFICE, SCOPES, ZONE, procedure
from sqlalchemy import func, select
from statistics_compared import compare

from engine.values import SYSTEM
from processes.clock import calendar_days
from processes.identity import Same
from processes.statistics import counting, keeping, periods, reckoning
from processes.statistics.reading import Counts
from processes.statistics.schema import DbCountedCase, DbCountedSum
from processes.statistics.scope import Scope

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
