"""What stands still, and what goes on beside it."""

import pytest
from core_bpmn import bpmn, call, end, path, start, user
from engine_world import ROOT

from engine.errors import OnlyCalled, Refused, Suspended
from engine.run import instances, suspensions
from engine.session import Session

ONE = bpmn(start(), user("u"), end(), path("start", "u", "end"))


def test_a_process_that_stands_still_holds_no_other(world):
    world.deploy(ONE)
    world.deploy(ONE.replace(b'id="p"', b'id="q"'))
    with world.database.transaction() as session:
        suspensions.suspend(session, process_key="p", by=ROOT, reason="to be mended")
    with world.database.transaction() as session:
        assert instances.start(session, "q", by=ROOT).id
        with pytest.raises(Suspended):
            instances.start(session, "p", by=ROOT)


def test_of_two_who_let_something_stand_still_at_once_one_is_told(world, monkeypatch):
    world.deploy(ONE)
    number = world.do(instances.start, "p", by=ROOT).id
    with world.database.transaction() as session:
        suspensions.suspend(session, instance_id=number, by=ROOT, reason="first")
    monkeypatch.setattr(Session, "scalar", lambda *_: None)  # who looked before the other was done
    with pytest.raises(Refused, match="stands still already"), world.database.transaction() as session:
        suspensions.suspend(session, instance_id=number, by=ROOT, reason="second")


def test_what_only_others_call_is_not_said_to_stand_still(world):
    world.deploy(bpmn(start(), call("c", "q"), end(), path("start", "c", "end")), ONE.replace(b'id="p"', b'id="q"'))
    number = world.start()
    with pytest.raises(OnlyCalled, match="only p call it"), world.database.transaction() as session:
        suspensions.suspend(session, process_key="q", by=ROOT, reason="to be mended")
    assert world.ask(suspensions.current) == []
    world.do(instances.start, "q", by=ROOT)
    world.do(suspensions.suspend, process_key="q", by=ROOT, reason="one of its own can stand still")
    world.do(suspensions.suspend, process_key="p", by=ROOT, reason="with what it calls")
    with pytest.raises(Suspended):
        world.complete("u", by=ROOT, number=number)
