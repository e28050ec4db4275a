"""A case with what hangs on it is read and written by statements worked out once: as SQLAlchemy would, but for less."""

import re
from datetime import UTC, datetime

import pytest
from counting import counting
from house import INTAKE, REGISTER
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from engine import Prepared, Whole
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
    columns = [{each.key: getattr(row, each.key) for each in type(row).__mapper__.column_attrs} for row in rows(found)]
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
        assert CASES.find(session, case) is found is session.get(DbCase, found.id)
        assert not session.dirty
        assert CASES.find(session, "KB-0000-000000") is None


@pytest.mark.parametrize("signs", ["[]", '"]', "]],[", "\\]", ""])
def test_brackets_and_quotation_marks_of_a_text_are_not_those_around_it(house, case, signs):
    with house.database.transaction() as session:
        found = CASES.find(session, case)
        found.title, found.language = signs, signs  # in the middle, and beside what hangs on it
        found.facts["new"] = DbCaseFact(name="new", text=signs, folded=signs, role=signs, whole=False)
        CASES.save(session, found, session.gathered)
    with house.database.reading() as session:
        ((value,),) = session.connection().execute(select(CASES.rows(DbCase.number == case))).all()
        (again,) = CASES.take(session, value)
        fact = again.facts["new"]
        assert (again.title, again.language, fact.text, fact.folded, fact.role) == (signs,) * 5


def test_what_changed_is_written_and_nothing_else(house, case):
    fact = DbCaseFact(name="new", text="n", folded="n", role="", whole=False)
    with house.database.transaction() as session:
        found = CASES.find(session, case)
        found.title, found.owner, found.clocks[0].breached_at = "Other", found.owner, AT
        found.facts["new"] = fact
        with counting(house.database) as (statements, _):
            CASES.save(session, found, session.gathered)
            CASES.save(session, found, session.gathered)
            session.send()
            session.flush()
        written = re.findall(r"(?:UPDATE|INSERT INTO) (\w+)", " ".join(statements))
        assert sorted(written) == ["case_clock", "case_fact", "case_file"]
        assert session.get(DbCaseFact, (found.id, "new")) is fact
        assert not session.dirty
        assert not session.new
    with house.database.reading() as session:
        found = CASES.find(session, case)
        assert (found.title, found.clocks[0].breached_at, found.facts["new"].text) == ("Other", AT, "n")


def test_what_more_there_is_to_write_is_left_to_sqlalchemy(house, case):
    with house.database.transaction() as session:
        found = CASES.find(session, case)
        session.delete(found.clocks[0])
        gone = found.clocks.pop(0).name
        CASES.save(session, found, session.gathered)
    with house.database.reading() as session:
        assert gone not in [each.name for each in CASES.find(session, case).clocks]


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
        session.expunge(clock)
