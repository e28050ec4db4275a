"""A called process of another deployment: the instance knows where it is found, whatever its own deployment has."""

import json
from collections import Counter

import pytest
from core_bpmn import boundary, bpmn, call, end, extension, flow, message, messages, node, path, start, timer, user
from engine_world import LEE, ROOT, Gate

from engine import InstanceStatus, admin, drawings, overview, pending
from engine import messages as told
from engine.look.admin import InstanceFilter
from engine.run import instances

RECORDED = extension(
    '<camunda:properties><camunda:property name="recordedBy" value="sales" />'
    '<camunda:property name="recordForm" value="says" /></camunda:properties>'
)
INNER = bpmn(
    start(),
    user("look", camunda_candidateGroups="qc", camunda_formRef="looked", name="Look at the pump"),
    node(
        "boundaryEvent", "said", RECORDED, message("Said"), attachedToRef="look", cancelActivity="false", name="Heard"
    ),
    boundary("late", "look", timer("P3D"), interrupting=False),
    end(),
    end("e1"),
    end("e2"),
    path("start", "look", "end"),
    flow("said", "e1"),
    flow("late", "e2"),
    key="inner",
    extra=messages("Said"),
)
OUTER = bpmn(start(), call("c", "inner"), user("last"), end(), path("start", "c", "last", "end"), key="outer")


def count_running(session):
    found = Counter()
    for places, number in overview.running_places(session):
        found.update(dict.fromkeys(places, number))
    return found


def form(key):
    return json.dumps({"id": key, "components": []}).encode()


@pytest.fixture
def apart(world):
    """Two deployments, of which one calls the other; an instance that is inside."""
    world.inner = world.deploy(INNER, looked_form=form("looked"), says_form=form("says")).id
    world.outer = world.deploy(OUTER).id
    world.number = world.start("outer")
    return world


def test_where_its_processes_are_found(apart):
    item = apart.ask(admin.get_instance, apart.number)
    assert item.homes == {"outer": apart.outer, "inner": apart.inner}
    assert [each.running for each in item.called] == [1]
    drawn = apart.ask(drawings.drawings_of, item)
    assert drawn["inner"].process.elements["look"].name == "Look at the pump"
    for waits in (*apart.ask(pending.timers_of, apart.number), *apart.ask(pending.subscriptions_of, apart.number)):
        assert (waits.deployment_id, waits.process_key) == (apart.inner, "inner")


def test_it_is_found_and_counted_in_both_while_the_call_goes_on(apart):
    def found(process, **state):
        wanted = InstanceFilter(process=process, **state)
        return [item.id for item in apart.ask(admin.search_instances, wanted).items]

    running = {(apart.outer, "outer"): 1, (apart.inner, "inner"): 1}
    assert apart.ask(count_running) == running
    assert (found("outer"), found("inner"), found("inne")) == ([apart.number], [apart.number], [])
    apart.complete("look")
    assert apart.ask(count_running) == {(apart.outer, "outer"): 1}
    assert (found("outer"), found("inner")) == ([apart.number], [])
    apart.complete("last", by=ROOT)
    assert apart.ask(count_running) == {}
    assert found("inner", status=InstanceStatus.COMPLETED) == [apart.number]
    assert apart.ask(admin.get_instance, apart.number).homes == {"outer": apart.outer, "inner": apart.inner}


def test_what_it_waits_for_can_be_recorded_with_its_own_form(apart):
    (offer,) = apart.ask(told.recordable, apart.number, by=LEE)
    assert (offer.element, offer.label, offer.form.id) == ("said", "Heard", "says")
    apart.do(told.record, apart.number, offer.token, by=LEE, answers={})
    assert [event.process for event in apart.events(apart.number, "recorded")] == ["inner"]


def test_the_form_of_a_message_sees_the_variables_of_the_scope_that_waits(make_world):
    class Keeping(Gate):
        def accept(self, content, answers, variables, **others):
            self.seen = dict(variables)
            return answers

    world = make_world(forms=Keeping())
    world.deploy(INNER, looked_form=form("looked"), says_form=form("says"))
    handed = extension('<camunda:in source="said" target="heard"/>')
    world.deploy(bpmn(start(), call("c", "inner", handed), end(), path("start", "c", "end"), key="outer"))
    number = world.start("outer", variables={"said": "it leaks", "other": 1})
    (offer,) = world.ask(told.recordable, number, by=LEE)
    assert world.ask(told.visible_variables, number, offer) == {"heard": "it leaks"}
    world.do(told.record, number, offer.token, by=LEE, answers={})
    assert world.database.runtime.forms.seen == {"heard": "it leaks"}


def test_a_later_version_of_the_called_process_does_not_change_where_it_was(apart):
    again = apart.deploy(
        INNER.replace(b"Look at the pump", b"Look twice"), looked_form=form("looked"), says_form=form("says")
    )
    item = apart.ask(admin.get_instance, apart.number)
    assert item.homes["inner"] == apart.inner != again.id
    second = apart.ask(admin.get_instance, apart.start("outer"))
    assert second.homes["inner"] == again.id


def test_incidents_say_where_their_element_is_drawn(apart):
    apart.do(instances.set_variables, apart.number, {"x": 1}, by=ROOT, reason="none")
    counted = {(each.process_key, each.element): each.deployment_id for each in apart.ask(overview.count_by_element)}
    assert counted == {("inner", name): apart.inner for name in ("look", "said", "late")}
    places = apart.ask(overview.places_of, [apart.number])[apart.number]
    assert [(each.deployment_id, each.process_key, each.element) for each in places] == [(apart.inner, "inner", "look")]


def test_an_instance_is_found_by_what_a_process_that_it_called_knows(make_world):
    passed = extension('<camunda:in source="lot" target="batch" />')
    outer = bpmn(
        start(), call("c", "inner", passed), user("last"), end(), path("start", "c", "last", "end"), key="outer"
    )
    world = make_world()
    world.deploy(INNER, looked_form=form("looked"), says_form=form("says"))
    world.deploy(outer)
    number = world.start("outer", variables={"lot": "L26"})
    for name, value, met in (
        ("batch", "L26", True),
        ("batch", None, True),
        ("batch", "L27", False),
        ("lot", "L26", True),
    ):
        page = world.ask(admin.search_instances, InstanceFilter(variable=name, value=value))
        assert [each.id for each in page.items] == ([number] if met else []), name
