"""Shared processes give their tasks to the units that a caller names, whatever these are called."""

import pytest
from house import actor
from sqlalchemy import select

from engine.store.schema import DbIncident, DbTask
from engine.values import SYSTEM

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
