"""Nothing that is still to leave the house is cancelled silently."""

import pytest
from core_bpmn import both, bpmn, call, end, extension, inputs_outputs, path, service, start, terminate, user
from house import INTAKE, SALES
from sqlalchemy import select
from staff import settle

from processes.cases.schema import DbCaseEntry, DbNotice

TEXTS = {f"letters/NOTE.{tongue}.txt": b"fields:\nsubject: Received\n\nWe have it.\n" for tongue in ("zh", "en")}


@pytest.fixture
def staffed(house):
    with house.database.transaction() as session:
        settle(session, {"zhou": ["intake"], "li": ["sales"]}, ("intake", "sales"))
    house.deploy()
    inputs = inputs_outputs({"template": "NOTE", "letter_senders": "sales"})
    handed = [f'<camunda:in source="{name}" target="{name}"/>' for name in ("template", "letter_senders")]
    diagram = bpmn(
        start(),
        service("open", topic="case.open"),
        both("fork"),
        call("c", "send_letter", extension(*handed, inputs), name="Acknowledge"),
        end("sent"),
        user("main", camunda_candidateGroups="intake"),
        end("over", terminate()),
        path("start", "open", "fork", "main", "over"),
        path("fork", "c", "sent"),
    )
    house.deploy({"p.bpmn": diagram, **TEXTS})
    return house


def told(house):
    with house.database.reading() as session:
        entries = session.scalars(select(DbCaseEntry.data).where(DbCaseEntry.kind == "letter_dropped")).all()
        notices = session.scalars(select(DbNotice.person).where(DbNotice.kind == "letter_dropped")).all()
        return [entry["name"] for entry in entries], sorted(notices)


def test_a_letter_that_nobody_has_posted_is_told_of_when_the_case_ends(staffed):
    staffed.start("p", INTAKE, email=None)
    staffed.work()
    assert "UT_SendByHand" in staffed.open_tasks()
    assert told(staffed) == ([], [])
    staffed.do("main", INTAKE)
    assert staffed.open_tasks() == []
    assert told(staffed) == (["Acknowledge"], ["li", "zhou"])


def test_a_letter_that_waits_for_the_mail_server_is_told_of_as_well(staffed):
    staffed.start("p", INTAKE)
    with staffed.database.transaction() as session:
        from engine import tasks

        tasks.complete(session, staffed.open_task("main"), by=INTAKE, answers={})
    assert told(staffed) == (["Acknowledge"], ["zhou"])


def test_a_letter_that_went_out_is_not_told_of(staffed):
    staffed.start("p", INTAKE)
    staffed.work()
    staffed.do("UT_SendByHand", SALES, sent_manner="letter")
    staffed.do("main", INTAKE)
    assert told(staffed) == ([], [])
