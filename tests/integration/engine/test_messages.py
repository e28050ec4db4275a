"""Messages find the one who waits; signals reach everybody, each in a step of its own."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from core_bpmn import (
    both,
    boundary,
    bpmn,
    catch,
    definitions,
    end,
    extension,
    message,
    messages,
    path,
    process,
    signal,
    signals,
    start,
    sub,
    throw,
    user,
)
from engine_world import LEE, ROOT, WANG, Gate

from engine.errors import Ambiguous, FormRefused, NotCorrelated, NotFound
from engine.look import admin, history, pending
from engine.run import instances
from engine.run.messages import broadcast, correlate, record, recordable
from engine.store import schema
from engine.work import jobs

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
    told = bpmn(start(), catch("c", message("S")), end(), path("start", "c", "end"), key="r", extra=messages("S"))
    world.deploy(told)
    world.start("r")  # which waits for a message of that name
    assert world.do(broadcast, "S", {"x": 1}, by=ROOT) == 4
    assert {world.status(number) for number in numbers} == {"running"}
    assert world.work() == 4
    assert {world.status(number) for number in numbers} == {"completed"}
    assert all(world.variables(number) == {"x": 1} for number in numbers)
    assert (world.open(), count(world)) == (["u"], 5)
    assert world.events(numbers[0], "signal")[0].actor == "root"
    assert world.do(broadcast, "Nobody", by=ROOT) == 0


def test_a_signal_thrown_by_a_diagram_reaches_the_others(world):
    thrower = bpmn(start(), throw("t", signal("S")), end(), path("start", "t", "end"), key="q", extra=signals("S"))
    world.deploy(HEARS, thrower)
    numbers = [world.start() for _ in range(2)]
    world.start("q")
    world.work()
    assert {world.status(number) for number in numbers} == {"completed"}


def test_who_throws_a_signal_hears_it_once(world):
    world.deploy(
        bpmn(
            start(), both("f"), user("u"), boundary("b", "u", signal("S"), interrupting=False), throw("t", signal("S")),
            user("v"), end(), end("e"), end("g"), path("start", "f", "u", "end"), path("f", "t", "e"),
            path("b", "v", "g"), extra=signals("S"),
        )
    )  # fmt: skip
    world.start()
    world.work()
    assert world.open() == ["u", "v"]


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


def the_jobs(world):
    with world.database.reading() as session:
        return session.execute(sa.select(*schema.DbJob.__table__.c)).all()


THROWS = bpmn(start(), throw("t", message("M")), end(), path("start", "t", "end"), key="q", extra=messages("M"))


def test_a_thrown_message_waits_for_its_receiver_and_then_becomes_an_incident(world):
    world.deploy(WAITS, THROWS)
    sender = world.start("q", business_key="K2")
    rounds = 0
    while the_jobs(world)[0].status == "open":
        world.work()
        world.clock.set(max(the_jobs(world)[0].due_at, world.clock.now() + timedelta(seconds=1)))
        rounds += 1
    (job,) = the_jobs(world)
    assert (job.instance_id, job.element, job.topic) == (sender, "t", "M")
    assert (job.status, job.last_error, rounds < 100) == ("failed", "Nobody waits for M.", True)
    assert timedelta(days=7) <= job.due_at - job.created_at < timedelta(days=7, seconds=5)
    assert [found.id for found in world.ask(pending.failed_jobs)] == [job.id]
    number = world.start(business_key="K2")
    world.do(jobs.retry, job.id, by=ROOT)
    world.work()
    assert world.status(number) == "completed"
    with pytest.raises(NotFound):
        world.do(jobs.retry, job.id, by=ROOT)


def test_a_message_is_there_when_its_receiver_comes(world):
    world.deploy(WAITS, THROWS)
    world.start("q")
    world.work()
    world.clock.advance(timedelta(days=2))
    number = world.start()
    world.work()
    assert (world.status(number), the_jobs(world)) == ("completed", [])


def test_a_message_for_which_two_wait_is_kept_until_it_is_clear_who_is_meant(world):
    world.deploy(WAITS, THROWS)
    first, second = world.start(), world.start()
    world.start("q")
    world.work()
    assert the_jobs(world)[0].last_error == "M could be meant for 2 receivers; say for which one."
    world.do(instances.cancel, first, by=ROOT, reason="a mistake")
    world.clock.advance(timedelta(minutes=2))
    world.work()
    assert (world.status(second), the_jobs(world)) == ("completed", [])


def test_a_message_within_one_case_stays_in_it(world):
    branches = path("start", "fork", "u", "t", "join", "end"), path("fork", "v", "c", "join")
    parts = both("fork"), user("u"), throw("t", message("M")), user("v"), catch("c", message("M")), both("join")
    world.deploy(bpmn(start(), *parts, end(), *branches, extra=messages("M")))
    early, waiting, other = world.start(), world.start(), world.start()
    for number in (waiting, other):
        world.complete("v", ROOT, number=number)
    for number in (early, waiting):
        world.complete("u", ROOT, number=number)
    world.work()
    assert [world.status(number) for number in (early, waiting, other)] == ["running", "completed", "running"]
    world.complete("v", ROOT, number=early)
    world.clock.advance(timedelta(minutes=2))
    world.work()
    assert [world.status(number) for number in (early, other)] == ["completed", "running"]


KEY = extension("<camunda:properties><camunda:property name='correlationKey' value='${order}'/></camunda:properties>")
DRAWN = (
    "<message id='M' name='M'><extensionElements><zeebe:subscription xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'"
    " correlationKey='=order'/></extensionElements></message>"
)


@pytest.mark.parametrize(("key", "extra"), [(KEY, messages("M")), ("", DRAWN)])
def test_a_correlation_key_says_who_is_meant(world, key, extra):
    world.deploy(bpmn(start(), catch("c", key, message("M")), end(), path("start", "c", "end"), extra=extra))
    world.deploy(bpmn(start(), throw("t", key, message("M")), end(), path("start", "t", "end"), key="q", extra=extra))
    numbers = {order: world.start(variables={"order": order}) for order in ("A1", 7, "A3")}
    world.start("q", variables={"order": 7})
    world.start("q", variables={"order": "A9"})
    world.work()
    assert {order: world.status(number) for order, number in numbers.items()} == {
        "A1": "running",
        7: "completed",
        "A3": "running",
    }
    assert [job.payload["key"] for job in the_jobs(world)] == ["A9"]
    stuck = world.start(variables={"order": None})
    assert [incident.message for incident in world.ask(pending.incidents_of, stuck)] != []


def test_two_pools_of_one_file_talk_however_many_of_them_there_are(world):
    asks = process(
        start(), throw("t1", message("M")), catch("w", message("R")), throw("t2", message("N")), end(),
        path("start", "t1", "w", "t2", "end"),
    )  # fmt: skip
    answers = process(
        start("s", message("M")), user("u"), throw("a", message("R")), catch("n", message("N")), end("over"),
        path("s", "u", "a", "n", "over"), key="q",
    )  # fmt: skip
    world.deploy(definitions(messages("M", "R", "N"), asks, answers))
    askers = [world.start(), world.start(), world.start()]
    world.work()
    answerers = [item.id for item in world.ask(admin.search_instances, admin.InstanceFilter(process="q")).items]
    world.complete("u", ROOT, number=sorted(answerers)[1])
    world.work()
    assert [world.status(number) for number in askers] == ["running", "completed", "running"]
    assert [world.status(number) for number in sorted(answerers)] == ["running", "completed", "running"]


class Asking(Gate):
    """Wants a field `why`."""

    def accept(self, form, answers, variables, *, actor, now, signatures):
        if not answers.get("why"):
            raise FormRefused({"why": "say why"})
        return {"why": answers["why"]}


def test_people_record_messages_on_the_page_of_the_case(make_world):
    world = make_world(forms=Asking())
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
