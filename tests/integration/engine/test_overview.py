"""What administrators see of many instances: where they are, what is wrong, by cause and by element."""

from collections import Counter
from datetime import timedelta

import pytest
from core_bpmn import bpmn, catch, end, path, service, start, timer, user
from engine_world import LEE, ROOT

from engine.look import admin, overview, pending
from engine.look.admin import InstanceFilter
from engine.run import incidents


def count_running(session):
    found = Counter()
    for places, number in overview.running_places(session):
        found.update(dict.fromkeys(places, number))
    return found


@pytest.fixture
def busy(world):
    """Three instances before a task, two whose letters failed, one that waits for a time."""

    @world.services.task("mail", outside=True)
    def mail(call):
        raise OSError(f"no route to host for case KB-2026-{call.instance_id:06d}, error 451")

    work = bpmn(start(), user("u", camunda_candidateGroups="qc"), end(), path("start", "u", "end"), key="p")
    letters = bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end"), key="q")
    waits = bpmn(start(), catch("t", timer("P3D")), end(), path("start", "t", "end"), key="w")
    world.deploy(work, letters, waits)
    world.numbers = [world.start(key, variables={"lot": f"L26{key}"}) for key in ("p", "p", "p", "q", "q", "w")]
    for _ in range(4):
        world.work()
        world.clock.advance(timedelta(minutes=20))
    return world


def test_places(busy):
    places = busy.ask(overview.places_of, busy.numbers)
    assert [(place.element, place.kind, place.count) for place in places[busy.numbers[0]]] == [("u", "task", 1)]
    assert places[busy.numbers[0]][0].groups == ("qc",)
    assert [place.kind for place in places[busy.numbers[3]]] == ["incident"]
    assert [(place.element, place.kind) for place in places[busy.numbers[5]]] == [("t", "timer")]
    assert busy.ask(overview.places_of, []) == {}


def test_troubles_are_said_once(busy):
    wrong = busy.ask(overview.troubles_of, busy.numbers)
    assert set(wrong) == set(busy.numbers[3:5])
    assert all(len(said) == 1 and "no route to host" in said[0] for said in wrong.values())


def test_causes_put_together_what_differs_in_numbers_only(busy):
    (cause,) = busy.ask(overview.causes)
    assert (cause.element, cause.process_key) == ("s", "q")
    assert cause.instances == tuple(busy.numbers[3:5])
    assert "error 451" in cause.message
    assert "KB-2026" not in cause.key
    first = busy.ask(pending.incidents_of, busy.numbers[3])[0]
    assert [each.instance_id for each in busy.ask(overview.alike, first)] == busy.numbers[3:5]


def test_a_retry_keeps_its_reason(busy):
    (incident,) = busy.ask(pending.incidents_of, busy.numbers[3])
    busy.do(incidents.retry, incident.id, by=ROOT, reason="The cable is in again.")
    assert busy.events(busy.numbers[3], "retried")[0].reason == "The cable is in again."


def test_tokens_by_element(busy):
    found = {(count.process_key, count.element): count for count in busy.ask(overview.count_by_element)}
    assert found["p", "u"].tasks == 3
    assert found["q", "s"].incidents == 2
    assert found["w", "t"].timers == 1
    assert {count.process_key for count in busy.ask(overview.count_by_element, "w")} == {"w"}


def test_running_instances_by_definition(busy):
    assert sorted(busy.ask(count_running).values()) == [1, 2, 3]


def test_the_history_backwards_in_pages(busy):
    number = busy.numbers[0]
    every = busy.events(number)
    assert busy.ask(overview.count_events, number) == len(every)
    assert busy.ask(overview.count_events, number, kinds=("entered",)) == 2
    last = busy.ask(overview.latest_events, number, limit=2)
    assert [event.id for event in last] == [event.id for event in reversed(every[-2:])]
    rest = busy.ask(overview.latest_events, number, before=last[-1].id)
    assert [event.id for event in rest] == [event.id for event in reversed(every[:-2])]


def test_instances_are_found_by_text(busy):
    def found(text):
        return sorted(item.id for item in busy.ask(admin.search_instances, InstanceFilter(text=text)).items)

    assert found("l26P") == busy.numbers[:3]
    assert found("26q") == busy.numbers[3:5]
    assert found("%") == []
    keyed = busy.start("p", by=LEE, business_key="KB-7")
    assert found("b-7") == [keyed]
