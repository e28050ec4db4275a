"""What stands still, and what goes on beside it."""

import pytest
from core_bpmn import bpmn, end, path, start, user
from engine_world import ROOT

from engine.errors import Refused, Suspended
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
