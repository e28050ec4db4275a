"""Shared processes give their tasks to the units that a caller names, whatever these are called."""

import pytest
from core_bpmn import bpmn, call, end, extension, path, service, start
from house import actor
from sqlalchemy import select

from engine import messages
from engine.store.schema import DbIncident, DbTask
from engine.values import SYSTEM
from processes.cases import entries, register
from processes.letters.schema import DbLetter

MODELER = "https://www.omg.org/spec/DMN/20191111/MODEL/"
NURSE, WARD = actor("lu", "nurse"), actor("mo", "ward")
MEDIATION = {"disputing_unit": "nurse", "unit": "ward", "mediator": "leader", "severity": "S3", "solution": "x"}
IMPROVEMENT = {"capa_unit": "nurse", "effect_unit": "leader", "capa_round": 0, "max_capa_rounds": 1, "severity": "S3"}


@pytest.mark.parametrize(
    ("key", "handed", "first"),
    [
        ("sub_mediation", MEDIATION | {"redo_possible": True, "redo_count": 0}, {"nurse", "ward"}),
        ("sub_capa", IMPROVEMENT, {"nurse"}),
    ],
)
def test_the_first_tasks_are_for_the_units_that_were_handed_over(house, key, handed, first):
    house.deploy()
    number = house.start(key, SYSTEM, **handed)
    with house.database.reading() as session:
        open_tasks = session.scalars(select(DbTask).where(DbTask.instance_id == number)).all()
        assert {group for task in open_tasks for group in task.candidate_groups} == first


def groups_of(house, element):
    with house.database.reading() as session:
        [task] = session.scalars(select(DbTask).where(DbTask.element == element, DbTask.ended_at.is_(None)))
        return set(task.candidate_groups)


def test_who_mediates_and_who_checks_the_effect_is_what_the_caller_says(house):
    house.deploy()
    house.start("sub_mediation", SYSTEM, **MEDIATION, redo_possible=True, redo_count=0)
    house.do("UT_StateDispute", NURSE, disputing_position="The gauze was not ours.")
    house.do("UT_StateUnit", WARD, unit_position="It was counted before.")
    assert groups_of(house, "UT_Mediate") == {"leader"}
    house.start("sub_capa", SYSTEM, **IMPROVEMENT)
    house.do("UT_RootCause", NURSE, root_cause="Nobody counted twice.")
    house.do("UT_Actions", NURSE, actions=[], effect_date="2026-09-29")
    house.until("2026-09-30T09:00")
    assert groups_of(house, "UT_Effect") == {"leader"}


def authority(role, next_role, limit):
    """A table with one row: who approves, who decides beyond that, up to what amount."""
    cells = {"role": role, "next_role": next_role, "may_approve_up_to": limit}
    outputs = "".join(f'<output id="o{name}" name="{name}" typeRef="string"/>' for name in cells)
    entries = "".join(f'<outputEntry id="e{name}"><text>{cell}</text></outputEntry>' for name, cell in cells.items())
    return (
        f'<definitions xmlns="{MODELER}" id="d" name="d" namespace="n"><decision id="who_decides" name="who">'
        '<decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="x" typeRef="string">'
        f"<text>severity</text></inputExpression></input>{outputs}"
        f'<rule id="r"><inputEntry id="n"><text>-</text></inputEntry>{entries}</rule></decisionTable></decision></definitions>'
    ).encode()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", "", ""), "the row that fits names no role"),
        (('"leader"', "", '"100.00"'), "leader has a limit and no next_role"),
    ],
)
def test_a_table_of_a_caller_that_names_nobody_says_so(house, row, said):
    house.deploy()
    house.deploy({"who_decides.dmn": authority(*row)})
    plan = {"plan_version": 0, "remedies": [], "severity": "S3", "authors": []}
    house.start("sub_approval", SYSTEM, **plan, authority_table="who_decides")
    with house.database.reading() as session:
        [message] = session.scalars(select(DbIncident.message))
    assert said in message
    assert "who_decides" in message


HANDED = {
    "reply_unit": "'nurse'",
    "reply_template": "'ANSWER'",
    "reminder_template": "'NUDGE'",
    "answer_recorders": "'ward'",
    "severity": "'S3'",
    "remedies": "[]",
    "plan_version": "1",
    "approved_plan_version": "1",
    "approved_amount": "'0.00'",
}
REPLIED = {
    "reply_channel": "email",
    "reply_to": "lin@example.com",
    "reply_cause": "It was counted once.",
    "reply_solution": "It is counted twice.",
    "reply_compensation": None,
    "reply_prevention": None,
    "reply_schedule": None,
    "reply_route": None,
}


def test_a_shared_process_sends_the_letter_of_its_caller_and_lets_those_record_whom_it_names(house):
    rows = "".join(f'<camunda:in sourceExpression="${{{value}}}" target="{name}"/>' for name, value in HANDED.items())
    told = call("c", "sub_reply", extension(rows))
    drawn = bpmn(start(), service("open", topic="case.open"), told, end(), path("start", "open", "c", "end"))
    letter = b"fields: reply_cause reply_solution reply_compensation? reply_prevention? reply_schedule? reply_route?\n"
    letters = {
        f"letters/{name}.{each}.txt": head + b"subject: Answer\n\n" + said
        for name, head, said in (("ANSWER", letter, b"{{ reply_cause }}\n"), ("NUDGE", b"", b"Please answer.\n"))
        for each in ("en", "zh")
    }
    house.deploy()
    house.deploy({"caller.bpmn": drawn, **letters})
    number = house.start("p", SYSTEM)
    assert groups_of(house, "UT_Compose") == {"nurse"}
    with house.database.transaction() as session:
        case = register.find_of_instance(session, number)
        approved = {"plan_version": 1, "result": "approved", "amount": "0.00"}
        for kind, data in (("planned", {"version": 1, "total": "0.00"}), ("decided", approved)):
            entries.note(session, case, kind, by=SYSTEM, element=None, data=data)
    house.do("UT_Compose", NURSE, **REPLIED)
    with house.database.reading() as session:
        assert session.scalars(select(DbIncident.message)).all() == []
        [sent] = session.scalars(select(DbLetter))
        assert (sent.template, sent.sent_at is not None, "counted once" in sent.text) == ("ANSWER", True, True)
        may = {by.id: {each.name for each in messages.recordable(session, number, by=by)} for by in (NURSE, WARD)}
        assert may == {"lu": set(), "mo": {"MsgAccept", "MsgReject"}}
