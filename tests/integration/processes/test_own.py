"""Lists that begin with what somebody has to do with show what going through all cases shows."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from engine import queries
from engine.store.schema import FAR_FUTURE, DbAudience, DbAudienceMember, DbInstance, DbTask
from engine.values import Actor, StandIn
from processes.cases import access, at_work, offered, own, search
from processes.cases.case_filter import CaseFilter, order
from processes.cases.readership import Rules
from processes.cases.schema import STATUSES, DbCase, DbCaseAudience
from processes.procedures.model import Readers
from tests import consistency
from tests.conftest import START
from tests.integration.engine.test_database import instance
from tests.integration.processes.test_grams import row

RULES = Rules(
    (
        ("open", Readers()),
        ("read", Readers(groups=frozenset({"board"}))),
        ("private", Readers(private=True, apart=frozenset({"aside"}))),
    ),
    (),
)
ACTORS = (
    Actor("me", frozenset({"rare"})),
    Actor("me", frozenset({"rare", "usual"})),
    Actor("owner", frozenset({"nobody"})),
    Actor("opener", frozenset({"board"})),
    Actor("away", frozenset(), stands_in=(StandIn("me", frozenset({"rare"})),)),
    Actor("stranger", frozenset({"else"})),
)
WANTED = [{"sort": "-received", "status": status} for status in (None, "open", "closed")]
WANTED += [{"sort": "due", "status": "open"}, {"sort": "-received", "severity": "A"}]


@pytest.fixture
def cases(database, monkeypatch):
    """Some invented cases of three procedures, with readers and tasks, of which some were received at one moment."""
    for module in (access, own):
        monkeypatch.setattr(module, "rules_of", lambda _session: RULES)
    for module, name, value in (own, "FEW", 3), (at_work, "SOME", 4), (own, "RARE", 2):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(search, "MORE", 1)
    chance = random.Random(7)
    with database.transaction() as session:
        first = session.get_one(DbInstance, instance(session))
        shared = {"definition_id": first.definition_id, "status": "running", "state": b"", "revision": 1}
        shared |= {"started_at": first.started_at, "started_by": "me"}
        numbers = range(2, 182)
        session.execute(
            insert(DbInstance),
            [{"id": number, "business_key": f"KB-2026-{number:06}", **shared} for number in numbers],
        )
        session.execute(insert(DbAudience), [{"id": 1, "key": "rare"}])
        session.execute(insert(DbAudienceMember), [{"kind": "group", "value": "rare", "audience_id": 1}])
        rows, readers, tasks = [], set(), []
        for number in numbers:
            at = first.started_at + timedelta(hours=chance.randint(0, 60))
            status = chance.choice(STATUSES if number % 3 else ("open",))
            said = {"procedure": chance.choice(("open", "open", "read", "private")), "received_at": at}
            said |= {"status": status, "due_at": at if status == "open" and number % 4 else None}
            said |= {"owner": chance.choice(("owner", "me", None, None, None)), "severity": chance.choice("AB")}
            rows.append(row(number, at) | said | {"opened_by": chance.choice(("opener", "me", "x", "x"))})
            for kind, value, share in ("group", "rare", 0.1), ("group", "usual", 0.4), ("person", "me", 0.1):
                if chance.random() < share:
                    readers.add((number, kind, value))
            if chance.random() < 0.2:
                tasks.append(task(number, first.started_at, chance.choice(("aside", "e"))))
            if number % 20 == 0:  # something goes on beside it
                beside = {"id": 1000 + number, "business_key": f"KB-2026-{number:06}"}
                session.execute(insert(DbInstance), [beside | shared])
                tasks.append(task(1000 + number, first.started_at, "e"))
        session.execute(insert(DbCase), rows)
        session.execute(
            insert(DbCaseAudience), [{"case_id": of, "kind": kind, "value": value} for of, kind, value in readers]
        )
        session.execute(insert(DbTask), tasks)
    return database


def task(number, at, element):
    return {
        "instance_id": number,
        "token": 1,
        "deployment_id": 1,
        "process_key": "k",
        "element": element,
        "name": "",
        "status": "open",
        "audience_id": 1,
        "candidate_users": [],
        "candidate_groups": ["rare"],
        "priority": 0,
        "due_sort": FAR_FUTURE,
        "local": {},
        "revision": 1,
        "created_at": at,
    }


@pytest.mark.parametrize("tasks", [4, 1000])
@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_a_list_shows_what_going_through_all_cases_shows(cases, wanted, tasks, monkeypatch):
    monkeypatch.setattr(at_work, "SOME", tasks)
    sorting = order((), CaseFilter(**wanted))
    conditions = [getattr(DbCase, name) == value for name, value in wanted.items() if name != "sort" and value]
    with cases.reading() as session:
        for actor in ACTORS:
            may = access.visible_to(session, actor)
            query = select(DbCase.id).where(*conditions, may.condition).order_by(*sorting)
            every, shown = list(session.scalars(query, may.given)), []
            for page in range(1, 4):
                found = search.search(session, actor, CaseFilter(**wanted, per_page=4, page=page))
                shown += [each.id for each in found.cases]
            assert shown == every[:12], actor
            assert found.more or found.total == len(every), actor
    assert actor.id == "stranger"
    assert every == []


def test_nothing_that_somebody_may_see_is_left_out_before_the_right_is_asked(cases):
    with cases.reading() as session:
        every = session.scalars(select(DbCase.id)).all()
        for actor in ACTORS:
            may = access.visible_to(session, actor)
            seen = {*session.scalars(select(DbCase.id).where(may.condition), may.given)}
            assert seen <= {*own.narrowed(session, actor, every)}, actor
            assert seen & {*every[:20]} <= {*own.narrowed(session, actor, every[:20])}, actor
    assert len({*own.narrowed(session, ACTORS[-1], every)}) < len(every) / 2


@pytest.fixture
def at_all(cases):
    """All open private cases with a task for a unit, as moment of receipt, due date and number, due first."""
    columns = DbCase.received_at, DbCase.due_at, DbCase.id
    query = select(*columns).where(DbCase.procedure == "private", DbCase.status == "open")
    with cases.transaction() as session:
        found = sorted(session.execute(query).all(), key=by_due)
        session.execute(
            insert(DbTask), [task(number, START, "e") | {"token": 2} for *_moments, number in reversed(found)]
        )
    assert len({due for _received, due, _number in found}) < len(found)  # some are due at one moment, some never
    return found


def test_private_cases_that_are_due_first_are_found_first(cases, at_all, monkeypatch):
    monkeypatch.setattr(at_work, "SOME", 1000)
    places = [(due, number) for _received, due, number in at_all]
    with cases.reading() as session:
        parts = set()
        for most in range(1, 60):
            found = at_work.due(session, ACTORS[0], RULES, most)
            end = places.index(found.last) + 1 if found.last else len(places)
            assert found.numbers == {number for _due, number in places[:end]}, most
            parts.add(end)
    assert min(parts) == 1
    assert len(parts - {len(at_all)}) > 2  # mostly they are not all


@pytest.mark.parametrize("tasks", [4, 1000])
@pytest.mark.parametrize("status", ["open", "closed", None])
def test_private_cases_that_were_received_later_are_found(cases, at_all, tasks, status, monkeypatch):
    monkeypatch.setattr(at_work, "SOME", tasks)
    keys = select(DbInstance.business_key).join(DbTask).where(DbTask.element == "e")
    at_work_now = select(DbCase.id, DbCase.received_at).where(DbCase.procedure == "private", DbCase.number.in_(keys))
    if status:
        at_work_now = at_work_now.where((DbCase.status == "open") == (status == "open"))
    with cases.reading() as session:
        received = dict(map(tuple, session.execute(at_work_now)))
        assert any(number % 20 == 0 for number in received) or status == "closed"  # something goes on beside it
        for behind in sorted({*received.values()}):
            found = at_work.received(session, ACTORS[0], RULES, status, behind)
            assert found.numbers == {number for number, at in received.items() if at > behind}
    assert received
    assert status == "closed" or {number for *_moments, number in at_all} <= received.keys()


@pytest.mark.parametrize("actor", ACTORS[:3], ids=lambda actor: f"{actor.id} in {', '.join(sorted(actor.groups))}")
def test_what_somebody_has_to_do_with_is_read_in_the_order_of_lists(cases, actor):
    def is_ones_own(row):
        return row.owner == actor.id or (row.id, "person", actor.id) in readers

    kind, mine = own.alike(actor, RULES), own.given(actor)
    with cases.reading() as session:
        every = session.execute(select(*DbCase.__table__.c)).all()
        readers = {
            *map(tuple, session.execute(select(DbCaseAudience.case_id, DbCaseAudience.kind, DbCaseAudience.value)))
        }
        connection, some = session.connection(), []
        for row in every:
            read = any((row.id, "group", group) in readers for group in actor.groups) and row.procedure != "private"
            if read or is_ones_own(row):
                some.append(row)
        open_ = [row for row in every if row.status == "open"]
        due = [row.id for row in sorted(some, key=by_due) if row.status == "open"]
        for most in range(1, len(due) + 2):
            found = own._by_due(kind, RULES, frozenset()).rows(connection, {**mine, "most": most})
            assert [number for number, _due in found] == due[:most]
        for place, row in enumerate(sorted(open_, key=by_due)):
            assert own._due_before().rows(connection, {"place": place})[0][0] == row.id
        some += [row for row in every if row.opened_by == actor.id and row not in some]
        some += [row for row in every if row.procedure == "read" and "board" in actor.groups and row not in some]
        received = [row.id for row in sorted(some, key=lambda row: (row.received_at, row.id), reverse=True)]
        for most in range(1, len(received) + 2):
            found = own._in_order(kind, RULES, None, frozenset()).rows(connection, {**mine, "most": most})
            assert [number for number, _at in found] == received[:most]


def by_due(row):
    return row.due_at is None, row.due_at or START, row.id


def test_readers_stand_in_the_order_of_the_list_whoever_writes(cases):
    changes = (
        update(DbCase).where(DbCase.id < 9).values(status="closed"),
        update(DbCase).where(DbCase.id < 5).values(status="open"),
        update(DbCase).where(DbCase.id < 9).values(received_at=START),
        update(DbCase).where(DbCase.id < 9).values(procedure="moved"),
        update(DbCase).where(DbCase.id < 5).values(due_at=START),
        update(DbCase).where(DbCase.id < 4).values(due_at=None),
        update(DbCase).where(DbCase.id < 9).values(due_at=START, status="closed"),
        update(DbCase).where(DbCase.id < 9).values(due_at=None, status="open"),
        update(DbCase).where(DbCase.id < 9).values(due_at=START, received_at=START),
        insert(DbCaseAudience).values(case_id=2, kind="person", value="new"),
    )
    columns = DbCaseAudience.open, DbCaseAudience.received_at, DbCaseAudience.procedure, DbCaseAudience.due_at
    kept = select(*columns, DbCase.status == "open", DbCase.received_at, DbCase.procedure, DbCase.due_at)
    for change in changes:
        with cases.transaction() as session:
            session.execute(change)
        with cases.reading() as session:
            for row in session.execute(kept.join(DbCase)):
                assert row[:4] == row[4:], str(change)


def test_open_tasks_know_their_case_whoever_writes(cases):
    beside = 1000 + 20
    changes = (
        update(DbCase).where(DbCase.id < 30).values(status="closed"),
        update(DbCase).where(DbCase.id < 25).values(status="open"),
        update(DbCase).where(DbCase.id < 30).values(received_at=START, procedure="moved"),
        update(DbCase).where(DbCase.id < 30).values(due_at=START),
        update(DbCase).where(DbCase.id < 25).values(due_at=None),
        update(DbTask).where(DbTask.instance_id < 30).values(status="completed"),
        update(DbCase).where(DbCase.id < 30).values(due_at=START),
        update(DbTask).where(DbTask.instance_id < 30).values(status="open"),
        insert(DbTask).values(task(20, START, "e") | {"token": 7}),
        insert(DbTask).values(task(beside, START, "e") | {"token": 7, "status": "completed"}),
        update(DbInstance).where(DbInstance.id == beside).values(business_key="KB-2026-000021"),
        update(DbInstance).where(DbInstance.id == beside).values(business_key=None),
        update(DbInstance).where(DbInstance.id == beside).values(business_key="KB-2026-000020"),
        update(DbTask).where(DbTask.instance_id == 20, DbTask.token == 7).values(instance_id=21),
        delete(DbCaseAudience).where(DbCaseAudience.case_id == 20),
        delete(DbCase).where(DbCase.id == 20),
    )
    seen = set()
    for change in changes:
        with cases.transaction() as session:
            session.execute(change)
        with cases.reading() as session:
            assert [*consistency.about(session)] == [], str(change)
            here = select(DbTask.instance_id, DbTask.token, DbTask.about_id, DbTask.about_kind, DbTask.about_open)
            kept = here.add_columns(DbTask.about_since, DbTask.about_due).where(DbTask.status == "open")
            seen.add(tuple(map(tuple, session.execute(kept.order_by(DbTask.id)))))
    assert len(seen) > 10  # what is checked changes with most of them


def test_what_lists_offer_is_what_cases_that_one_may_see_have(cases, monkeypatch):
    for most in 100, 4:
        monkeypatch.setattr(offered, "OFFERED", most)
        with cases.reading() as session:
            for actor in ACTORS:
                may = access.visible_to(session, actor)
                seen = session.scalars(select(DbCase.owner).where(may.condition, DbCase.owner.is_not(None)), may.given)
                every, found = sorted({*seen}), offered.used(session, actor, ("owner", "unit"), None)
                assert {*found["owner"]} <= {*every}, actor
                assert most == 4 or found == {"owner": every, "unit": []}, actor


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's planner knows how many there are
@pytest.mark.parametrize(("status", "left_out"), [(None, ()), ("open", ()), ("closed", ()), (None, ("open", "read"))])
def test_what_somebody_has_to_do_with_is_read_from_indexes_in_their_order(cases, status, left_out):
    with cases.reading() as session:
        said = (
            own._in_order(own.alike(ACTORS[3], RULES), RULES, status, frozenset(left_out))
            .text(session.connection())
            .sql
        )
        plan = planned(session, said)
    read = [line.partition("USING")[2] for line in plan if "case_file" in line or "case_audience" in line]
    for name in ("audience_reader", "file_opened_by", *(() if left_out else ["file_procedure"])):
        assert any(f"ix_case_{name}_in_order" in line for line in read), plan
    assert all(" COVERING INDEX " in line or "ix_case_file_owner" in line for line in read), plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_due_first_is_read_from_indexes_in_that_order(cases):
    with cases.reading() as session:
        plan = planned(
            session, own._by_due(own.alike(ACTORS[0], RULES), RULES, frozenset()).text(session.connection()).sql
        )
    read = [line.partition("USING")[2] for line in plan if "case_file" in line or "case_audience" in line]
    assert len(read) == 3, plan  # as a person, as a unit, as the owner
    assert all("ix_case_audience_reader_due" in line or "ix_case_file_owner_due" in line for line in read), plan
    assert sum("TEMP B-TREE FOR ORDER BY" in line for line in plan) <= 1, plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("part", ["all", "received", "due"])
def test_whose_cases_tasks_are_of_is_read_from_indexes_of_tasks_alone(cases, part):
    rules = Rules((("private", Readers(private=True, apart=frozenset({"aside"}))),), ())
    with cases.reading() as session:
        work, given = queries.worked_on(session, ACTORS[0])
        which = at_work._Which(open=True, part=part)
        query = at_work._about(work, rules, which).params(**given, tasks=9, most=9, behind=START)
        said = query.compile(session.get_bind(), compile_kwargs={"render_postcompile": True})
        plan = planned(session, str(said))
        assert not any("case_file" in line or "instance" in line for line in plan), plan
        for name in "ix_task_mine", "ix_task_group":  # of a partial index SQLite never says that it covers
            kept = {row[2] for row in session.connection().exec_driver_sql(f"PRAGMA index_info ({name})")}
            assert any(f"INDEX {name} " in line for line in plan), plan
            assert {column.key for column in work.selected_columns} <= kept


def planned(session, said):
    given = (9,) * said.count("?")
    return [row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)]
