"""The index of texts finds what looking through all of them finds, whatever is asked for."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, insert, select, text, update

from engine.store.schema import DbInstance
from engine.values import Actor
from processes.cases import facts, grams, own
from processes.cases.case_filter import CaseFilter, order
from processes.cases.schema import DbCase
from processes.cases.search import search
from processes.migrations import migrate
from tests.conftest import START
from tests.integration.engine.test_database import instance

ADMIN = Actor("ma", frozenset({"admin"}), admin=True)
WORDS = (
    *(
        "壳体",
        "开裂",
        "壳体开裂",
        "体开",
        "注塑车间",
        "漏油",
        "客户投诉",
        "ＫＢ-2026",
        "kb-2026-0001",
        "L2610-17",
        "２６１０",
    ),
    *(
        "casing",
        "cracked",
        "Müller",
        "GmbH",
        "100%",
        "O_77",
        "o'neil",
        "\\",
        '"quoted"',
        "*",
        "e-mail",
        "ß",
        "ok",
        "鑫",
    ),
)
SOME = st.lists(st.sampled_from(WORDS) | st.text("壳体开裂漏油０1234-%_* abk", min_size=1, max_size=5), max_size=3)


@pytest.fixture
def cases(database):
    """Some hundred invented cases."""
    chance = random.Random(29)
    with database.transaction() as session:
        first = session.get_one(DbInstance, instance(session))
        shared = {"definition_id": first.definition_id, "status": "running", "state": b"", "revision": 1}
        shared |= {"started_at": first.started_at, "started_by": "me"}
        session.execute(insert(DbInstance), [{"id": number, **shared} for number in range(2, 302)])
        rows = []
        for number in range(2, 302):
            said = " ".join(chance.choices(WORDS, k=chance.randint(0, 5))) + str(chance.randint(0, 99999))
            searched = facts.fold(f"KB-2026-{number:06}") + "\n" + facts.fold(said)
            rows.append(row(number, first.started_at) | {"searched": searched, "grams": grams.column(searched)})
        session.execute(insert(DbCase), rows)
    return database


def row(number, at):
    return {
        "id": number,
        "instance_id": number,
        "number": f"KB-2026-{number:06}",
        "procedure": "p",
        "title": "t",
        "description": "",
        "status": "open",
        "opened_by": "me",
        "received_at": at,
        "opened_at": at,
        "language": "zh",
    }


@pytest.mark.parametrize("few", [2000, 20])
def test_the_index_finds_what_a_look_at_all_finds(cases, monkeypatch, few):
    monkeypatch.setattr(grams, "FEW", few)
    with cases.reading() as session:
        every = session.execute(select(DbCase.id, DbCase.searched)).all()

        @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(SOME)
        def check(words):
            asked = " ".join(words)
            folded = [facts.fold(word) for word in asked.split()]
            wanted = {number for number, searched in every if all(word in searched for word in folded)}
            thorough = search(session, ADMIN, CaseFilter(text=asked, per_page=400, thorough=True))
            assert {case.id for case in thorough.cases} == wanted
            assert thorough.total == len(wanted)
            found = search(session, ADMIN, CaseFilter(text=asked, per_page=400))
            numbers = {case.id for case in found.cases}
            assert numbers == wanted if found.whole else numbers <= wanted
            assert found.total == len(numbers)
            assert found.more is not found.whole

        check()


def test_single_signs_are_looked_for_among_the_youngest(cases, monkeypatch):
    monkeypatch.setattr(grams, "FEW", 5)
    with cases.reading() as session:
        found = search(session, ADMIN, CaseFilter(text="0", per_page=400))
        assert {case.id for case in found.cases} == {301, 300, 299, 298, 297}
        assert (found.whole, found.more) == (False, True)


def test_a_word_of_very_many_is_looked_for_among_the_youngest_of_them_which_is_said(cases, monkeypatch):
    monkeypatch.setattr(grams, "FEW", 5)
    with cases.transaction() as session:
        old = {"searched": "xyzzy", "grams": grams.column("xyzzy")}
        session.execute(update(DbCase).where(DbCase.id < 10).values(old))
    with cases.reading() as session:
        found = search(session, ADMIN, CaseFilter(text="kb-2026", per_page=400, sort="number"))
        oldest = search(session, ADMIN, CaseFilter(text="xyzzy", per_page=400))
        assert (found.whole, found.more, found.total) == (False, True, 5)
        assert [case.id for case in found.cases] == [*range(297, 302)]
        assert [case.id for case in oldest.cases] == [9, 8, 7, 6, 5]  # however old they are
        assert len(search(session, ADMIN, CaseFilter(text="kb-2026", per_page=400, thorough=True)).cases) == 292


def test_the_youngest_are_found_first_whichever_era_they_are_of(cases, monkeypatch):
    era, said = 2**grams.ERA, {"searched": "xyzzy", "grams": grams.column("xyzzy")}
    with cases.transaction() as session:
        for number in 3 * era, era, era - 1, era + 1:
            moved = select(DbInstance).where(DbInstance.id == 2)
            shared = {"definition_id": session.scalars(moved).one().definition_id, "status": "running", "state": b""}
            shared |= {"revision": 1, "started_at": START, "started_by": "me"}
            session.execute(insert(DbInstance), [{"id": number, **shared}])
            session.execute(insert(DbCase), [row(number, START) | said])
    with cases.reading() as session:
        for many in 1, 9:  # looked through era by era, or at once
            monkeypatch.setattr(grams, "MANY", many)
            for few in 2, 4:
                monkeypatch.setattr(grams, "FEW", few)
                found = grams.fitting(session, ["xyzzy"])
                assert [*found] == [3 * era, era + 1, era, era - 1][:few]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["壳体开裂"], ["58f34f53", "4f535f00", "5f0088c2"]),
        (["casing", "ok"], ["636173", "6f6b", "617369", "73696e", "696e67"]),
        (["1234", "12开3", "鑫", ""], ["313233", "3132", "323334", "325f00", "5f0033"]),
    ],
)
def test_the_index_is_asked_for_the_signs_that_tell_most(words, asked):
    assert grams._telling(words) == asked
    assert {*asked} <= grams.of(*words)


def test_the_index_follows_what_is_changed_and_deleted(cases):
    def found(word):
        with cases.reading() as session:
            return set(grams.fitting(session, [word]))

    with cases.transaction() as session:
        session.execute(update(DbCase).where(DbCase.id == 2).values(grams=grams.column("xyzzy")))
    assert found("xyzzy") == {2}
    with cases.transaction() as session:
        session.execute(update(DbCase).where(DbCase.id == 2).values(grams="", searched=""))
        session.execute(update(DbCase).where(DbCase.id == 3).values(grams=grams.column("xyzzy")))
    assert found("xyzzy") == {3}
    with cases.transaction() as session:
        session.execute(DbCase.__table__.delete().where(DbCase.id == 3))
    assert found("xyzzy") == set()


def test_what_was_there_before_the_index_is_found_by_it(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    migrate(url, "0028")
    engine = create_engine(url)
    columns = ", ".join(row(1, START))
    with engine.begin() as connection:
        for number, searched in enumerate(("kb-2026-1\n壳体开裂 cracked\u00a0casing", "", "壳 体"), 1):
            values = row(number, START.isoformat()) | {"searched": searched}
            names = ", ".join(f":{name}" for name in values)
            connection.execute(text(f"INSERT INTO case_file ({columns}, searched) VALUES ({names})"), values)
    migrate(url)
    with engine.begin() as connection:
        kept = connection.execute(text("SELECT searched, grams FROM case_file ORDER BY id")).all()
        assert [said for _, said in kept] == [grams.column(searched) for searched, _ in kept]
        asked = {"asked": " ".join(grams.of("壳体"))}
        assert connection.scalars(text("SELECT rowid FROM case_gram WHERE case_gram MATCH :asked"), asked).all() == [1]
    engine.dispose()


@pytest.mark.parametrize("column", ["owner", "unit"])
def test_the_open_cases_of_a_unit_or_owner_stand_in_an_index_as_their_list_does(cases, column):
    with cases.reading() as session:
        sorting = order(session, CaseFilter(sort="due"))
        query = select(DbCase.id).where(getattr(DbCase, column) == "x", DbCase.status == "open").order_by(*sorting)
        said = str(query.limit(25).compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        postgresql = session.get_bind().dialect.name == "postgresql"
        if postgresql:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        rows = session.connection().exec_driver_sql(("EXPLAIN " if postgresql else "EXPLAIN QUERY PLAN ") + said)
        plan = "\n".join(str(row[-1]) for row in rows)
    assert f"ix_case_file_{column}_due" in plan, plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan


def test_who_sees_few_cases_has_these_looked_at_and_no_index_of_all(cases):
    said = []

    def listen(_connection, _cursor, statement, values, *_):
        said.append((statement, values))

    event.listen(Engine, "before_cursor_execute", listen)
    with cases.reading() as session:
        try:
            found = search(session, Actor("me", frozenset({"x"})), CaseFilter(status="open", sort="due"))
        finally:
            event.remove(Engine, "before_cursor_execute", listen)
        assert (found.total, found.more) == (250, True)
        (asked, values) = next(each for each in said if "ORDER BY case_file.due_at" in each[0])
        if session.get_bind().dialect.name == "sqlite":
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values).all()
            assert "SEARCH case_file USING INTEGER PRIMARY KEY (rowid=?)" in {row[-1] for row in plan}


def test_of_cases_with_a_word_those_are_looked_at_that_somebody_has_to_do_with(cases, monkeypatch):
    monkeypatch.setattr(own, "FEW", 5)
    mine, numbers = {10, 300}, range(5, 302)
    with cases.transaction() as session:
        session.execute(update(DbCase).where(DbCase.id.in_(mine)).values(opened_by="narrow"))
        session.execute(update(DbCase).where(DbCase.id == 3).values(owner="narrow"))
    with cases.reading() as session:
        assert {*own.narrowed(session, Actor("narrow", frozenset({"x"})), numbers)} == mine
        assert {*own.narrowed(session, Actor("me", frozenset({"x"})), numbers)} == {*numbers} - mine
        assert own.narrowed(session, ADMIN, numbers) == numbers
