"""Findings that need a drawing, or a look, of their own."""

import pytest
from core_bpmn import (
    GOOD,
    both,
    boundary,
    bpmn,
    catch,
    end,
    error,
    link,
    message,
    messages,
    node,
    path,
    start,
    sub,
    throw,
    user,
)
from core_play import findings

from engine.core import read
from engine.values import Severity

COMPENSATE = "<compensateEventDefinition/>"


def test_a_throw_that_can_undo_nothing_is_warned_of():
    way = (start(), user("u"), throw("t", COMPENSATE), end(), path("start", "u", "t", "end"))
    asked = boundary("b", "u", COMPENSATE) + "<association id='a' sourceRef='b' targetRef='back'/>"
    back = user("back", isForCompensation="true")
    within = sub("s", start("s0"), user("v"), throw("w", COMPENSATE), path("s0", "v", "w"))
    assert ("undoes_nothing", "t") in findings(bpmn(*way), Severity.WARNING)
    assert findings(bpmn(*way, asked, back), Severity.WARNING) == {}
    outside = bpmn(*way[:3], asked, back, within, end(), path("start", "u", "t", "s", "end"))
    assert set(findings(outside, Severity.WARNING)) == {("undoes_nothing", "w")}


def test_a_correlation_that_is_drawn_as_bpmn_has_it_is_not_read():
    drawn = bpmn(*GOOD, "<correlationSubscription id='c' correlationKeyRef='k'/>")
    assert set(findings(drawn, Severity.WARNING)) == {("not_read", "c")}
    pools = "<collaboration id='k0'><correlationKey id='k' name='order'/></collaboration>"
    assert set(findings(bpmn(*GOOD, extra=pools), Severity.WARNING)) == {("not_read", "k")}


def test_what_has_no_id_is_called_by_what_it_joins():
    flow_without = "<sequenceFlow sourceRef='u' targetRef='end'/>"
    said = findings(bpmn(start(), user("u", name="Check"), end(), path("start", "u"), flow_without))
    assert said["no_id", "p"].startswith('the flow from "Check" to the end event')
    said = findings(bpmn(*GOOD, "<userTask name='Look'/>"))
    assert said["no_id", "p"].startswith('"Look"')


@pytest.mark.parametrize("kind", ["message", "error"])
def test_two_event_sub_processes_beside_each_other_wait_for_the_same(kind):
    trigger, extra = (
        (message("m"), messages("m")) if kind == "message" else (error("E"), "<error id='E' errorCode='E'/>")
    )

    def twice(first, second):
        inner = [sub(f"e{n}", start(f"s{n}", what), user(f"v{n}"), path(f"s{n}", f"v{n}"), event=True) for n, what in enumerate((first, second))]  # fmt: skip
        return bpmn(*GOOD, *inner, extra=extra + "<message id='n' name='n'/>")

    ((code, _),) = findings(twice(trigger, trigger))
    assert code == "same_event"
    assert findings(twice(trigger, message("n"))) == {}


def test_a_link_that_misses_its_other_end_is_told_once_at_each():
    drawn = bpmn(start(), throw("t", link("A")), catch("c", link("B")), end(), path("start", "t"), path("c", "end"))
    assert len(read({"a.bpmn": drawn}).findings) == 2


def test_a_complex_gateway_that_joins_says_when_it_goes_on():
    def joining(*inner):
        gateway = node("complexGateway", "x", *inner)
        return bpmn(start(), both("f"), user("a"), user("b"), gateway, end(), path("start", "f", "a", "x", "end"), path("f", "b", "x"))  # fmt: skip

    said = "<activationCondition>${activationCount &gt;= 2}</activationCondition>"
    assert set(findings(joining(), Severity.WARNING)) == {("joins_nothing", "x")}
    assert findings(joining(said), Severity.WARNING) == {}
