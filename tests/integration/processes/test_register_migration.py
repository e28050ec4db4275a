"""A database of an earlier version comes along with what its cases knew."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from processes.cases import phases
from processes.cases.schema import DbCase, DbCasePhase, DbDocument
from processes.migrations import migrate

AT = datetime(2026, 9, 28, 1, 30, tzinfo=UTC)
DUE = datetime(2026, 10, 8, 16, 0, tzinfo=UTC)
RULE = {"hard_reply": 7, "unit": "calendar", "roll": None, "warn": 2}

BEFORE = (
    "INSERT INTO deployment (id, name, digest, deployed_at, deployed_by) VALUES (1, 'kb', 'd', :at, 'system')",
    (
        "INSERT INTO process_definition (id, deployment_id, key, version, name, file, startable) VALUES"
        " (1, 1, 'complaint_intake', 1, '', 'a.bpmn', :yes), (2, 1, 'sub_capa', 1, '', 'b.bpmn', :yes)"
    ),
    (
        "INSERT INTO instance (id, definition_id, business_key, status, state, revision, started_at, started_by)"
        " VALUES (1, 1, 'KB-2026-000001', 'running', :state, 1, :at, 'li'), (2, 1, 'KB-2026-000002', 'completed', :state,"
        " 1, :at, 'li'), (3, 2, 'KB-2026-000003', 'running', :state, 1, :at, 'li')"
    ),
)
CASE = """
    INSERT INTO case_file (id, number, instance_id, process_key, title, description, status, owner, opened_by, received_at,
        opened_at, language, provisional, escalation, redo_count, deadline_rule, clock_start, nominal_due_at, due_at,
        warn_at, replied_at, closed_at, complainant, company, phone, lot_no, confirmed_unit, channel)
    VALUES (:id, :number, :id, '', 'Cracked', 'twelve casings', :status, 'li', 'sun', :at, :at, 'zh', :no, :level, :redo,
        :rule, :start, :due, :due, :at, :replied, :closed, '林女士', 'Ｙuanfan', '+86 (0574) 8765-4321', 'L2610', 'qc',
        'phone')
"""

PHASES = (
    "INSERT INTO case_phase (id, case_id, phase, round, entered_at, left_at)"
    " VALUES (1, 1, 'received', 1, :at, :due), (2, 1, 'verified', 1, :due, NULL)"
)


@pytest.fixture
def migrated(new_database_url):
    """A database as it was before, brought up to date."""
    migrate(new_database_url, "0007")
    engine = create_engine(new_database_url)
    common = {"at": AT, "no": False, "rule": json.dumps(RULE), "start": AT, "due": DUE}
    rows = [
        {"id": 1, "number": "KB-2026-000001", "status": "open", "level": 2, "redo": 2, "replied": None, "closed": None},
        {"id": 2, "number": "KB-2026-000002", "status": "closed", "level": 0, "redo": 0, "replied": AT, "closed": AT},
        {"id": 3, "number": "KB-2026-000003", "status": "open", "level": 0, "redo": 0, "replied": None, "closed": None},
    ]
    rows[2] |= {"rule": "null", "start": None, "due": None}
    with engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement), {"at": AT, "state": b"", "yes": True})
        connection.execute(text(CASE), [common | row for row in rows])
        connection.execute(
            text(
                "INSERT INTO case_entry (id, case_id, at, kind, actor, data) VALUES (1, 1, :at, 'accepted', 'li', :data)"
            ),
            {"at": AT, "data": "{}"},
        )
        for number, name in enumerate(("photo.png", "signature.png", "quote.pdf"), 1):
            connection.execute(
                text(
                    "INSERT INTO document (id, case_id, name, type, size, sha256, content, uploaded_by, uploaded_at)"
                    " VALUES (:id, 1, :name, '', 1, '', :content, 'li', :at)"
                ),
                {"id": number, "name": name, "content": b"x", "at": AT},
            )
        connection.execute(
            text(
                "INSERT INTO case_entry (id, case_id, at, kind, actor, data) VALUES (90, 1, :at, 'comment', 'li', :data)"
            ),
            {"at": AT, "data": json.dumps({"text": "see", "files": [{"id": 3, "sha256": ""}]})},
        )
        connection.execute(text("UPDATE case_file SET phase = 'verified' WHERE id < 3"))
        connection.execute(text(PHASES), {"at": AT, "due": DUE})
    migrate(new_database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_columns_become_facts_and_the_seven_days_a_clock(migrated):
    first, second, third = migrated.scalars(select(DbCase).order_by(DbCase.id))
    assert (first.procedure, first.unit, first.due_at) == ("kb_sales_quality", "qc", DUE)
    assert {name: fact.text for name, fact in first.facts.items()} == {
        "channel": "phone",
        "complainant": "林女士",
        "company": "Ｙuanfan",
        "phone": "+86 (0574) 8765-4321",
        "lot_no": "L2610",
        "redo_count": "2",
    }
    assert (first.said("phone"), first.facts["phone"].folded) == ("+86 (0574) 8765-4321", "86057487654321")
    assert all(word in first.searched for word in ("kb-2026-000001", "yuanfan", "林女士", "l2610"))
    assert "8765" not in first.searched  # nobody finds a telephone number by its parts
    assert {name for name, fact in first.facts.items() if fact.whole} == {"phone"}
    (clock,) = first.clocks
    assert (clock.name, clock.rule, clock.level, clock.stopped_at) == ("reply", RULE, 2, None)
    assert (clock.start_at, clock.nominal_due_at, clock.due_at) == (AT, DUE, DUE)
    assert (second.due_at, second.clocks[0].stopped_at, second.clocks[0].due_at) == (None, AT, DUE)
    assert (third.procedure, third.clocks) == ("sub_capa", [])
    since = [(each.phase, each.phase_since) for each in (first, second, third)]
    assert since == [("verified", DUE), ("verified", AT), (None, None)]
    assert migrated.execute(select(DbCasePhase.phase, DbCasePhase.left_at)).all() == [("received", DUE)]
    assert phases.rounds(migrated, first) == {"received": 1, "verified": 1}


def test_the_record_can_still_not_be_changed(migrated):
    with pytest.raises(DBAPIError, match="append-only"):
        migrated.execute(text("DELETE FROM case_entry"))


def test_old_cases_are_found_by_the_digits_of_a_phone_number(new_database_url):
    migrate(new_database_url, "0003")
    engine = create_engine(new_database_url)
    row = {"at": AT, "no": False, "rule": "null", "start": None, "due": None, "id": 1, "number": "KB-2026-000001"}
    row |= {"status": "open", "level": 0, "redo": 0, "replied": None, "closed": None}
    with engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement), {"at": AT, "state": b"", "yes": True})
        connection.execute(text(CASE), row)
        connection.execute(text("UPDATE case_file SET searched = 'old words'"))
    migrate(new_database_url, "0004")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT searched FROM case_file")).scalar() == "old words 86057487654321"
    engine.dispose()


def test_documents_that_were_there_say_where_they_came_from(migrated):
    """Those of before are told by their name and by the comments that name them."""
    found = {document.name: document.source for document in migrated.scalars(select(DbDocument))}
    assert found == {"photo.png": "form", "signature.png": "signature", "quote.pdf": "comment"}
