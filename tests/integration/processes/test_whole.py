"""A case with what hangs on it is read and written by statements worked out once, as a plain object."""

import re
from datetime import UTC, datetime

import pytest
from counting import counting
from house import INTAKE, REGISTER
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from engine import Prepared, Whole
from engine.errors import OnlyRead
from engine.run import instances
from processes.cases import register
from processes.cases.schema import DbCase, DbCaseClock, DbCaseFact

AT = datetime(2026, 9, 28, 1, 30, tzinfo=UTC)
CASES = Whole(DbCase.number, DbCase.facts, DbCase.clocks)


@pytest.fixture
def case(house):
    house.deploy()
    number = house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **REGISTER)
    with house.database.reading() as session:
        return session.scalars(select(DbCase.number).where(DbCase.instance_id == number)).one()


def said(found):
    kinds = [DbCase, *[DbCaseFact] * len(found.facts), *[DbCaseClock] * len(found.clocks)]
    names = [[each.key for each in kind.__mapper__.column_attrs if not each.deferred] for kind in kinds]
    columns = [[getattr(row, name) for name in each] for row, each in zip(rows(found), names, strict=True)]
    return columns, list(found.facts), [each.name for each in found.clocks]


def rows(found):
    return [found, *sorted(found.facts.values(), key=lambda fact: fact.name), *found.clocks]


def test_it_is_read_as_sqlalchemy_reads_it_and_known_again(house, case):
    with house.database.reading() as session:
        usual = session.scalars(select(DbCase).where(DbCase.number == case)).one()
        expected = said(usual)
    with house.database.reading() as session:
        with counting(house.database) as (statements, _):
            found = CASES.find(session, case)
            assert (len(found.facts), len(found.clocks)) == (len(expected[1]), len(expected[2]))
        assert len(statements) == 1
        columns, names, clocks = said(found)
        assert (columns, sorted(names), clocks) == (expected[0], sorted(expected[1]), expected[2])
        assert CASES.find(session, case) is found is CASES.find_known(session, case)
        assert (found.fact("lot_no"), found.said("company")) == (usual.fact("lot_no"), usual.said("company"))
        assert not session.has_objects
        assert CASES.find(session, "KB-0000-000000") is None


@pytest.mark.parametrize("signs", ["[]", '"]', "]],[", "\\]", ""])
def test_brackets_and_quotation_marks_of_a_text_are_not_those_around_it(house, case, signs):
    with house.database.transaction() as session:
        found = CASES.find(session, case)
        found.title, found.language = signs, signs  # in the middle, and beside what hangs on it
        CASES.hang(found, "facts", {"name": "new", "text": signs, "folded": signs, "role": signs, "whole": False})
    with house.database.reading() as session:
        ((value,),) = session.connection().execute(select(CASES.rows(DbCase.number == case))).all()
        (again,) = CASES.take(session, value)
        fact = again.facts["new"]
        assert (again.title, again.language, fact.text, fact.folded, fact.role) == (signs,) * 5


def test_what_changed_is_written_and_nothing_else(house, case):
    with house.database.transaction() as session:
        found = CASES.find(session, case)
        found.title, found.owner, found.clocks[0].breached_at = "Other", found.owner, AT
        CASES.hang(found, "facts", {"name": "new", "text": "n", "folded": "n", "role": "", "whole": False})
        with counting(house.database) as (statements, _):
            CASES.save(session, found)
            CASES.save(session, found)
            session.flush()
            session.send()
        written = re.findall(r"(?:UPDATE|INSERT INTO) (\w+)", " ".join(statements))
        assert sorted(written) == ["case_clock", "case_fact", "case_file"]
    with house.database.reading() as session:
        found = CASES.find(session, case)
        assert (found.title, found.clocks[0].breached_at, found.facts["new"].text) == ("Other", AT, "n")


def test_what_hangs_on_it_no_more_is_deleted_and_another_may_take_its_place(house, case):
    with house.database.transaction() as session:
        found = CASES.find(session, case)
        gone = found.clocks.pop(0)
        again = {**vars(gone), "level": 2}
        CASES.hang(found, "clocks", again)
        found.facts.clear()
    with house.database.reading() as session:
        found = CASES.find(session, case)
        assert ([each.level for each in found.clocks if each.name == gone.name], found.facts) == ([2], {})


def test_a_new_one_is_written_with_all_that_hangs_on_it_and_then_known(house, case):
    with house.database.transaction() as session:
        old = CASES.find(session, case)
        instance = instances.start(session, "complaint_intake", by=INTAKE).id
        same = {name: getattr(old, name) for name in ("procedure", "title", "description", "status", "opened_by")}
        moments = {"received_at": AT, "opened_at": AT, "language": "en", "searched": "", "grams": ""}
        made = CASES.new(number="XX-1", instance_id=instance, **same, **moments)
        CASES.hang(made, "facts", {"name": "new", "text": "n", "folded": "n", "role": "", "whole": False})
        assert CASES.find(session, "XX-1") is None
        CASES.save(session, made)
        assert CASES.find(session, "XX-1") is made
    with house.database.reading() as session:
        found = CASES.find(session, "XX-1")
        assert (found.id, found.owner, found.facts["new"].case_id, found.clocks) == (made.id, None, made.id, [])


def test_what_a_savepoint_takes_back_is_read_anew(house, case):
    with house.database.transaction() as session:
        found = CASES.find(session, case)
        savepoint = session.begin_nested()
        found.title = "not kept"
        session.flush()
        session.drop()
        savepoint.rollback()
        assert CASES.find(session, case).title != "not kept"


def test_a_row_that_is_gone_is_noticed_and_what_a_database_refuses_is_said(house, case):
    with house.database.transaction() as session:
        found = CASES.find(session, case)
        clock = found.clocks[0]
        values = {each.key: getattr(clock, each.key) for each in DbCaseClock.__mapper__.column_attrs}
        with pytest.raises(IntegrityError), session.begin_nested():
            Prepared(DbCaseClock.__table__.insert()).run(session.connection(), values)
        session.connection().execute(DbCaseClock.__table__.delete())
        clock.level = 3
        register.save(session, found)
        with pytest.raises(StaleDataError):
            session.send()
        session.expunge_all()


def test_what_changes_again_before_it_is_sent_is_written_twice(house, case):
    with house.database.transaction() as session:
        found = CASES.find(session, case)
        for title in ("once", "again"):
            found.title, found.clocks[0].level = title, len(title)
            session.flush()
    with house.database.reading() as session:
        found = CASES.find(session, case)
        assert (found.title, found.clocks[0].level) == ("again", 5)


CHANGES = {
    "a column": lambda case: setattr(case, "title", "x"),
    "a column of what hangs on it": lambda case: setattr(case.clocks[0], "place", 9),
    "a new fact": lambda case: case.facts.update(x=DbCaseFact(name="x", text="x", folded="x", role="", whole=False)),
    "a fact less": lambda case: case.facts.popitem(),
    "a clock less": lambda case: case.clocks.clear(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_sqlalchemy_reads_of_a_case_refuses_to_be_changed(house, case, change):
    """What a step knows of the case would not see it, and write the row without it."""
    with house.database.reading() as session:
        usual = session.scalars(select(DbCase).where(DbCase.number == case)).one()
        with pytest.raises(OnlyRead):
            change(usual)
