"""Messages find the one who waits; signals reach everybody, each in a step of its own."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from core_bpmn import (
    bpmn,
    catch,
    end,
    extension,
    message,
    messages,
    path,
    signal,
    signals,
    start,
    sub,
    throw,
    user,
)
from engine_world import LEE, ROOT, WANG

from engine.errors import Ambiguous, FormRefused, NotCorrelated, NotFound
from engine.look import history
from engine.run.messages import broadcast, correlate, record, recordable
from engine.store import schema

WAITS = bpmn(start(), catch("c", message("M")), end(), path("start", "c", "end"), extra=messages("M"))
HEARS = bpmn(start(), catch("c", signal("S")), end(), path("start", "c", "end"), extra=signals("S"))


def count(world):
    with world.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(schema.DbInstance))


def test_by_instance_or_business_key(world):
    world.deploy(WAITS)
    first, second, third = (world.start(business_key=key) for key in ("K1", "K2", "K3"))
    assert world.do(correlate, "M", business_key="K2", payload={"x": 1}, by=LEE) == second
    assert (world.status(first), world.status(second), world.variables(second)) == ("running", "completed", {"x": 1})
    world.do(correlate, "M", instance_id=first, by=LEE)
    assert world.do(correlate, "M", by=LEE) == third
    assert [line.actor for line in world.events(second, "message")] == ["lee"]


def test_nobody_or_too_many(world):
    world.deploy(WAITS)
    number = world.start(business_key="K1")
    world.start(business_key="K1")
    for options in ({"business_key": "K9"}, {}):
        with pytest.raises(NotCorrelated) as told:
            world.do(correlate, "Other", by=LEE, **options)
        assert told.value.name == "Other"
    with pytest.raises(NotCorrelated):
        world.do(correlate, "M", business_key="K9", by=LEE)
    with pytest.raises(Ambiguous):
        world.do(correlate, "M", business_key="K1", by=LEE)
    with pytest.raises(NotCorrelated):
        world.do(correlate, "Other", instance_id=number, by=LEE)
    with pytest.raises(NotFound):
        world.do(correlate, "M", instance_id=999, by=LEE)


def test_a_message_can_start_a_process(world):
    world.deploy(bpmn(start("s", message("New")), user("u"), end(), path("s", "u", "end"), extra=messages("New")))
    number = world.do(correlate, "New", business_key="K5", payload={"x": 1}, by=LEE)
    assert (world.variables(number), world.open(number)) == ({"x": 1}, ["u"])
    world.deploy(bpmn(start("s", message("New")), end(), path("s", "end"), extra=messages("New")))
    later = world.do(correlate, "New", by=LEE)
    assert world.status(later) == "completed"
    assert world.events(later, "started")[0].data["version"] == 2


def test_a_signal_reaches_every_waiting_instance_and_starts_processes(world):
    world.deploy(
        HEARS, bpmn(start("s", signal("S")), user("u"), end(), path("s", "u", "end"), key="q", extra=signals("S"))
    )
    numbers = [world.start() for _ in range(3)]
    assert world.do(broadcast, "S", {"x": 1}, by=ROOT) == 4
    assert {world.status(number) for number in numbers} == {"running"}
    assert world.work() == 4
    assert {world.status(number) for number in numbers} == {"completed"}
    assert all(world.variables(number) == {"x": 1} for number in numbers)
    assert (world.open(), count(world)) == (["u"], 4)
    assert world.events(numbers[0], "signal")[0].actor == "root"
    assert world.do(broadcast, "Nobody", by=ROOT) == 0


def test_a_signal_thrown_by_a_diagram_reaches_the_others(world):
    thrower = bpmn(start(), throw("t", signal("S")), end(), path("start", "t", "end"), key="q", extra=signals("S"))
    world.deploy(HEARS, thrower)
    numbers = [world.start() for _ in range(2)]
    world.start("q")
    world.work()
    assert {world.status(number) for number in numbers} == {"completed"}


def test_a_signal_that_nobody_waits_for_any_more_is_dropped(world):
    world.deploy(HEARS)
    number = world.start()
    world.do(broadcast, "S", by=ROOT)
    world.do(broadcast, "S", by=ROOT)
    assert world.work() == 2
    assert (world.status(number), len(world.events(number, "signal"))) == ("completed", 1)


def test_a_message_thrown_by_a_diagram_finds_the_case_of_the_same_key(world):
    thrower = bpmn(start(), throw("t", message("M")), end(), path("start", "t", "end"), key="q", extra=messages("M"))
    world.deploy(WAITS, thrower)
    other, mine = world.start(business_key="K1"), world.start(business_key="K2")
    world.start("q", business_key="K2")
    world.work()
    assert (world.status(other), world.status(mine)) == ("running", "completed")


def test_a_thrown_message_that_nobody_gets_is_tried_and_then_shown(world):
    from engine.store.schema import DbJob
    from engine.work import jobs

    thrower = bpmn(start(), throw("t", message("M")), end(), path("start", "t", "end"), key="q", extra=messages("M"))
    world.deploy(WAITS, thrower)
    world.start("q", business_key="K2")
    for _ in range(3):
        world.work()
        world.clock.advance(timedelta(minutes=1))
    with world.database.reading() as session:
        (job,) = session.execute(sa.select(*DbJob.__table__.c)).all()
    assert (job.status, job.attempts, job.last_error) == ("failed", 3, "Nobody waits for M.")
    number = world.start(business_key="K2")
    world.do(jobs.retry, job.id, by=ROOT)
    world.work()
    assert world.status(number) == "completed"
    with pytest.raises(NotFound):
        world.do(jobs.retry, job.id, by=ROOT)


class Gate:
    """Wants a field `why`."""

    def check(self, name, content):
        return []

    def uses(self, name, content):
        return None

    def accept(self, form, answers, variables, *, actor, now, signatures):
        if not answers.get("why"):
            raise FormRefused({"why": "say why"})
        return {"why": answers["why"]}


def test_people_record_messages_on_the_page_of_the_case(make_world):
    world = make_world(forms=Gate())
    properties = extension(
        '<camunda:properties><camunda:property name="recordedBy" value="sales" />'
        '<camunda:property name="recordForm" value="F21" /></camunda:properties>'
    )
    withdraw = start("withdrawn", properties, message("MsgWithdraw"), name="Withdrawal", isInterrupting="false")
    world.deploy(
        bpmn(
            start(), user("u", camunda_candidateGroups="qc"), end(), path("start", "u", "end"),
            sub("listen", withdraw, user("confirm", camunda_candidateGroups="sales"), end("e2"), path("withdrawn", "confirm", "e2"), event=True),
            extra=messages("MsgWithdraw"),
        ),
        f_form=json.dumps({"id": "F21", "components": []}).encode(),
    )  # fmt: skip
    number = world.start()
    assert world.ask(recordable, number, by=WANG) == []
    (offer,) = world.ask(recordable, number, by=LEE)
    assert (offer.element, offer.label, offer.name, offer.form.id) == ("withdrawn", "Withdrawal", "MsgWithdraw", "F21")
    with pytest.raises(NotFound):
        world.do(record, number, offer.token, by=WANG, answers={"why": "x"})
    with pytest.raises(FormRefused):
        world.do(record, number, offer.token, by=LEE, answers={})
    world.do(record, number, offer.token, by=LEE, answers={"why": "settled by phone"})
    assert (world.open(), world.variables(number)) == (["confirm", "u"], {"why": "settled by phone"})
    (kept,) = world.ask(history.submissions_of, number)
    assert (kept.task_id, kept.element, kept.form, kept.by) == (None, "withdrawn", "F21", "lee")
    assert world.events(number, "recorded")[0].actor == "lee"
