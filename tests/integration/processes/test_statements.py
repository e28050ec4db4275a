"""What a step of the shipped procedure asks of the database, with the register, its phases and its readers."""

from contextlib import suppress

from counting import counting
from house import INTAKE, REGISTER, SALES
from sqlalchemy import select

from engine.deploy import loading
from engine.errors import BpmnError
from engine.run import instances, messages, tasks
from engine.services import Call
from engine.store.schema import DbTask
from processes.cases import register
from processes.errors import SettingRefused

LIMITS = {
    "sqlite": {"opens": 15, "takes over": 12, "goes on": 7, "moves": 33},
    "postgresql": {"opens": 6, "takes over": 2, "goes on": 3, "moves": 21},
}
"""PostgreSQL is sent as one what is written together."""


def count(house, element, by, **answers):
    with house.database.reading() as session:
        task = session.scalars(select(DbTask.id).where(DbTask.element == element, DbTask.status == "open")).one()
    with counting(house.database) as (statements, commits), house.database.transaction() as session:
        tasks.complete(session, task, by=by, answers=answers)
    house.work()
    assert len(commits) == 1
    return statements


def count_move(house, number):
    """Of a case that goes on in another procedure: the step that ends it and the one that begins there."""
    told = {"target": "pt_patient", "move_reason": "wrong house"}
    with counting(house.database) as (statements, _), house.database.transaction() as session:
        messages.correlate(session, "MsgReclassifyRequest", instance_id=number, payload=told, by=SALES)
    with house.database.reading() as session:
        assert register.find_of_instance(session, number) is None
    return statements


def test_a_step_that_opens_a_case_or_enters_a_phase_takes_few_statements(registered):
    house = registered
    house.do("UT_Verify", SALES, verify_result="accept")
    house.start("complaint_intake", INTAKE)  # all units have had a task by now
    seen = {
        "opens": count(house, "UT_Register", INTAKE, received_at="2026-09-28T09:30:00+08:00", **REGISTER),
        "takes over": count(house, "UT_AcceptCase", SALES),
        "goes on": count(house, "UT_Verify", SALES, verify_result="accept"),
        "moves": count_move(house, house.instance),
    }
    limits = LIMITS[house.database.engine.dialect.name]
    assert all(len(seen[name]) <= limit for name, limit in limits.items()), {
        each: len(found) for each, found in seen.items()
    }


def test_services_that_only_read_can_work_where_nothing_may_be_written(registered):
    house = registered
    reading = [each for each in house.database.runtime.services if each.reads]
    assert {each.topic for each in reading} == {"case.choose", "claim.check", "followup.schedule", "source.read"}
    with house.database.reading() as session:
        found = instances.get_instance(session, house.instance)
        known = instances.get_variables(session, house.instance)
        deployment = instances.deployment_of(session, house.instance)
        process = next(iter(loading.load(session, deployment).compiled.processes.values()))
        for service in reading:
            told = Call(
                topic=service.topic,
                instance_id=found.id,
                business_key=found.business_key,
                deployment_id=deployment,
                root_deployment_id=deployment,
                element=next(iter(process.elements.values())),
                inputs={"desk": "intake", "same_as": "KB-2026-000001"},
                variables=known,
                actor=SALES,
                now=house.clock.now(),
            )
            with suppress(BpmnError, SettingRefused):
                service.function(session, told)
