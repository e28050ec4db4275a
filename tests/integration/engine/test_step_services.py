"""What services within a step write goes with it, and is undone with whatever fails."""

from itertools import pairwise

import sqlalchemy as sa
from core_bpmn import (
    boundary,
    bpmn,
    end,
    error,
    extension,
    flow,
    inputs_outputs,
    path,
    service,
    start,
    user,
)
from counting import counting
from engine_world import ROOT, WANG, table

from engine.database import MOST_SAVEPOINTS
from engine.errors import (
    BpmnError,
)
from engine.look import pending
from engine.run import incidents, instances
from engine.store import schema


def test_services_write_with_the_step_and_are_undone_with_their_incident(world):
    calls = []

    @world.services.task("note")
    def note(session, told):
        calls.append(told)
        session.execute(
            sa.insert(schema.DbAudienceMember), [{"kind": "user", "value": f"n{len(calls)}", "audience_id": 1}]
        )
        if told.variables.get("bad"):
            raise ValueError("no luck")
        told.set_business_key(f"KB-{told.instance_id}")
        return {"noted": told.inputs["x"] + 1}

    world.deploy(
        bpmn(
            start(),
            user("u", camunda_candidateGroups="qc"),
            service("s", topic="note"),
            end(),
            path("start", "u", "s", "end"),
        )
    )
    bad, good = world.start(), world.start()
    world.complete("u", number=bad, bad=True, x=1)
    world.complete("u", number=good, x=1)
    values = {row.value for row in table(world, "audience_member")}
    assert (world.status(bad), world.status(good), values) == ("incident", "completed", {"qc", "n2"})
    assert world.variables(good) == {"x": 1, "noted": 2}
    assert world.ask(instances.get_instance, good).business_key == f"KB-{good}"
    assert world.seen[-1].business_key == f"KB-{good}"
    assert (calls[1].actor, calls[1].element.id, calls[1].now) == (WANG, "s", world.clock.now())


def test_what_a_service_wrote_is_undone_alone_however_many_wrote_before_it(world):
    """The first savepoints of a transaction are left for the commit to release, the others are not."""
    count = MOST_SAVEPOINTS + 3

    @world.services.task("write")
    def write(session, told):
        session.execute(sa.insert(schema.DbAudience).values(key=told.element.id))
        if told.element.id in told.variables["bad"]:
            raise BpmnError("BAD", "")

    services = [f"s{number}" for number in range(count)]
    caught = [boundary(f"b_{each}", each, error()) for each in services]
    ways = [flow(f"b_{one}", two) for one, two in pairwise([*services, "end"])]
    world.deploy(
        bpmn(
            start(),
            *(service(each, topic="write") for each in services),
            *caught,
            *ways,
            end(),
            path("start", *services, "end"),
        )
    )
    bad = ["s0", "s4", services[-2]]
    assert world.status(world.start(variables={"bad": bad})) == "completed"
    assert {row.key for row in table(world, "audience")} & {*services} == {*services} - {*bad}


def test_what_only_reads_sets_no_savepoint(world):
    """Nor does what asks nothing of the database, or what is looked up after it."""

    @world.services.task("read", reads=True)
    def read(session, told):
        return {"seen": session.scalar(sa.select(sa.func.count()).select_from(schema.DbTask))}

    @world.services.task("think")
    def think(session, told):
        return {"thought": told.inputs["seen"] + 1}

    world.deploy(named(service("r", topic="read"), service("t", topic="think"), user("u")))
    with counting(world.database) as (statements, _):
        number = world.start()
    assert world.variables(number) == {"seen": 0, "thought": 1}
    assert not [each for each in statements if "SAVEPOINT" in each]


def named(*steps, key="p"):
    ids = [step.split('id="', 1)[1].split('"', 1)[0] for step in steps]
    return bpmn(start(), *steps, end(), path("start", *ids, "end"), key=key)


def test_a_service_that_starts_another_instance_loses_nothing_of_its_own(world):
    """Whatever it starts, before or after: each instance keeps the number that its own services gave it."""

    @world.services.task("open")
    def open_(session, told):
        first = instances.start(session, "inner", by=told.actor)
        told.set_business_key("OUT-1")
        second = instances.start(session, "inner", by=told.actor)
        return {"first": first.id, "second": second.id}

    @world.services.task("name")
    def name(session, told):
        told.set_business_key(f"IN-{told.instance_id}")

    @world.services.task("ask")
    def ask(session, told):
        return {"seen": told.business_key}

    world.deploy(named(service("n", topic="name"), user("u", camunda_candidateGroups="qc"), key="inner"))
    world.deploy(named(service("o", topic="open"), service("a", topic="ask"), user("v")))
    number = world.start(business_key="OLD")
    found = world.variables(number)
    assert found["seen"] == "OUT-1"
    keys = [world.ask(instances.get_instance, each).business_key for each in (number, found["first"], found["second"])]
    assert keys == ["OUT-1", f"IN-{found['first']}", f"IN-{found['second']}"]


def test_a_number_given_from_elsewhere_within_the_step_stays(world):
    @world.services.task("tell")
    def tell(session, told):
        instances.set_business_key(session, told.instance_id, "GIVEN")

    world.deploy(named(service("s", topic="tell"), user("u")))
    number = world.start()
    assert world.ask(instances.get_instance, number).business_key == "GIVEN"


def test_a_number_is_undone_with_the_service_that_gave_it(world):
    @world.services.task("name")
    def name(session, told):
        told.set_business_key("WRONG")
        raise ValueError("no luck")

    world.deploy(named(service("s", topic="name")))
    number = world.start(business_key="RIGHT")
    assert world.status(number) == "incident"
    assert (world.ask(instances.get_instance, number).business_key, world.seen[-1].business_key) == ("RIGHT", "RIGHT")


def test_a_service_outside_of_a_step_names_nothing(world):
    @world.services.task("far", outside=True)
    def far(told):
        told.set_business_key("X")

    world.deploy(named(service("s", topic="far", camunda_failedJobRetryTimeCycle="R1/PT1M")))
    number = world.start()
    world.work()
    assert "acts outside of a step" in world.ask(pending.incidents_of, number)[0].message


def test_outputs_that_fail_undo_what_their_service_wrote(world):
    calls = []

    @world.services.task("note")
    def note(session, told):
        calls.append(told)
        session.execute(
            sa.insert(schema.DbAudienceMember), [{"kind": "user", "value": f"n{len(calls)}", "audience_id": 1}]
        )
        return {"half": 2}

    mapped = service("s", extension(inputs_outputs({}, {"whole": "${half * missing}"})), topic="note")
    world.deploy(bpmn(start(), user("u", camunda_candidateGroups="qc"), mapped, end(), path("start", "u", "s", "end")))
    number = world.start()
    world.complete("u")
    assert (world.status(number), {row.value for row in table(world, "audience_member")}) == ("incident", {"qc"})
    world.do(instances.set_variables, number, {"missing": 4}, by=ROOT, reason="mended")
    (incident,) = world.ask(pending.incidents_of, number)
    assert world.do(incidents.retry, incident.id, by=ROOT) is True
    assert (world.variables(number)["whole"], {row.value for row in table(world, "audience_member")}) == (
        8,
        {"qc", "n2"},
    )
