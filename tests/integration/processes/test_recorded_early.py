"""What is recorded of a case before its registration is filled in, as after it was moved, stops no case."""

from functools import cache
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from engine.run import messages
from engine.store.schema import DbIncident, DbSubscription
from engine.values import SYSTEM

pytestmark = [pytest.mark.usefixtures("checked_once"), pytest.mark.one_database]

PROCESSES = Path(__file__).parents[3] / "processes"


@cache
def recorded():
    """By the name of a message, what the scenarios record."""
    found = {}
    for path in sorted(PROCESSES.glob("*/scenarios/*.yaml")):
        for step in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["steps"]:
            if "message" in step:
                found.setdefault(step["message"], []).append(step.get("with", {}))
    return found


@pytest.mark.parametrize("key", ["op_quality_claim", "pt_patient"])
def test_a_message_before_the_registration_is_an_incident_of_no_process(house, key):
    house.deploy()
    number = house.start(key, SYSTEM)
    with house.database.reading() as session:
        query = select(DbSubscription.name, DbSubscription.token).where(DbSubscription.instance_id == number)
        waited = [(name, token) for name, token in session.execute(query) if name in recorded()]
    wrong = []
    for name, token in waited:
        for payload in recorded()[name]:
            with house.database.transaction() as session:
                messages.correlate(session, name, instance_id=number, payload=payload, token=token, by=SYSTEM)
                said = session.scalars(select(DbIncident.message).where(DbIncident.instance_id == number)).all()
                session.rollback()
            wrong += [(name, each) for each in said]
    assert (bool(waited), wrong) == (True, [])
