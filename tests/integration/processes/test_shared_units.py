"""Shared processes give their tasks to the units that a caller names, whatever these are called."""

import pytest
from sqlalchemy import select

from engine.store.schema import DbTask
from engine.values import SYSTEM

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
