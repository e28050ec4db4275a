"""What stands beside a case when it is opened is one statement on SQLite, too, and stands there as it was given."""

from datetime import UTC, datetime

from counting import counting
from sqlalchemy import insert, select

from engine.store.prepared import Prepared
from processes.cases.held import LINES
from processes.cases.schema import OPENING, DbCase, DbCaseAudience, DbCaseClock, DbCaseEntry, DbCaseFact
from processes.rows import add_missing

AT = datetime(2026, 9, 28, 1, 30, 0, 123456, tzinfo=UTC)
TEXTS = ("1.0", "null", '{"a": 1}', "裂纹 é'\"\\ %s ?1 :x", "", "\u2028\t\n🚰")
RULE = {"days": 1.0, "text": "1.0", "none": None, "list": [True, 2**60, "裂"]}
_FACT, _CLOCK = Prepared(insert(DbCaseFact)), Prepared(insert(DbCaseClock))


def rows_of(number):
    """Of each table some rows with all that a column may hold."""
    facts = [
        {"name": f"f{place}", "text": text, "folded": text, "role": text[:20], "whole": place % 2 == 1}
        for place, text in enumerate(TEXTS)
    ]
    moments = dict.fromkeys(("start_at", "nominal_due_at", "due_at", "reopened_at", "breached_at"), AT)
    clock = {"name": "c1", "place": 3, "rule": RULE, "soft": True, "level": 0, "provisional": False, **moments}
    clocks = [clock | dict.fromkeys(("warn_at", "stopped_at", "warned_at"))]
    line = {"task_id": None, "at": AT, "scheduled_at": None, "kind": "told", "element": None, "actor": "li"}
    reader = {"kind": "group", "value": "g'1", "open": True, "received_at": AT, "procedure": "kb", "due_at": None}
    rows = facts, clocks, [line | {"data": RULE}, line | {"data": {}, "element": "ST_1"}], [reader, reader]
    return [[{**row, "case_id": number} for row in each] for each in rows]


def found(session, table, number):
    columns = [column for column in table.__table__.c if column.name != "id"]
    query = select(*columns).where(table.case_id == number)
    return [{column.name: value for column, value in zip(columns, row, strict=True)} for row in session.execute(query)]


def test_what_stands_beside_a_case_is_written_at_once_as_it_was_given(registered):
    with registered.database.transaction() as session:
        number = session.scalars(select(DbCase.id)).one()
        tables = DbCaseFact, DbCaseClock, DbCaseEntry, DbCaseAudience
        before = {table: found(session, table, number) for table in tables}
        facts, clocks, lines, readers = rows_of(number)
        with counting(registered.database) as (statements, _):
            session.gathered.add(_FACT, facts)
            session.gathered.add(_CLOCK, clocks)
            session.gathered.add(LINES, lines)
            add_missing(session, DbCaseAudience, readers)
            session.send()
        assert len(statements) == 1
        for table, given in zip(tables, (facts, clocks, lines, readers[:1]), strict=True):
            assert [row for row in found(session, table, number) if row not in before[table]] == given


def test_without_one_of_the_tables_each_has_its_own_statement(registered):
    with registered.database.transaction() as session:
        number = session.scalars(select(DbCase.id)).one()
        _, clocks, lines, readers = rows_of(number)
        with counting(registered.database) as (statements, _):
            session.gathered.add(_CLOCK, clocks)
            session.gathered.add(LINES, lines)
            add_missing(session, DbCaseAudience, readers)
            session.send()
        assert len(statements) == (3 if session.dialect == "sqlite" else 1)
        assert not any(OPENING in each for each in statements)
