"""What is recorded of a case before its registration is filled in, as after it was moved, stops no case; nor does what others tell it."""

from functools import cache
from pathlib import Path

import pytest
import yaml
from house import INTAKE, REGISTER
from sqlalchemy import select

from engine.run import instances, messages
from engine.store.schema import DbIncident, DbSubscription
from engine.values import SYSTEM
from processes import procedures
from processes.cases import again, merging, register
from processes.cases.schema import DbCase

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


def test_a_case_that_recurs_before_its_registration_finds_its_severity_with_it(house, monkeypatch):
    house.deploy()
    house.instance = house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, received_at="2026-09-28T09:30:00+08:00", **REGISTER)
    assert recurring(house) == ([], "S2")
    with house.database.transaction() as session:
        (case,) = register.find_each(session, session.scalars(select(DbCase.id)).all())
        monkeypatch.setattr(again, "_told", lambda *_: {})  # another procedure asks for other things
        again.begin(session, case, procedures.find(session, case.procedure))
    assert recurring(house) == ([], None)
    house.do("UT_Register", INTAKE, received_at="2026-09-28T09:30:00+08:00", **REGISTER)
    assert known(house) == ([], "S2")


def recurring(house):
    with house.database.transaction() as session:
        (case,) = register.find_each(session, session.scalars(select(DbCase.id)).all())
        merging.weigh(session, case, {"same_90d": 3}, "recurrence", by=SYSTEM, reason="recurrence")
    return known(house)


def known(house):
    with house.database.reading() as session:
        variables = instances.get_variables(session, session.scalars(select(DbCase.instance_id)).one())
        return session.scalars(select(DbIncident.message)).all(), variables.get("severity")
