"""Findings that need a drawing, or a look, of their own."""

import pytest
from core_bpmn import (
    GOOD,
    both,
    boundary,
    bpmn,
    call,
    catch,
    end,
    error,
    escalation,
    first_of,
    line,
    link,
    message,
    messages,
    node,
    path,
    several,
    start,
    sub,
    throw,
    timer,
    user,
)
from core_play import findings

from engine.core import read
from engine.deploy.checks import check, check_together, draw
from engine.runtime import make_runtime
from engine.values import Severity

LOOP = "<standardLoopCharacteristics loopMaximum='2'/>"
COMPENSATE = "<compensateEventDefinition/>"


def undo_findings(*files):
    """What a deployment says of compensation: code and element."""
    found = check(make_runtime(), {f"{place}.bpmn": content for place, content in enumerate(files)}).findings
    return {(each.code, each.element) for each in found if each.code in {"undoes_nothing", "handler"}}


WAY = (start(), user("u"), throw("t", COMPENSATE), end(), path("start", "u", "t", "end"))
ASKED = boundary("b", "u", COMPENSATE) + "<association id='a' sourceRef='b' targetRef='back'/>"
BACK = user("back", isForCompensation="true")


def test_a_throw_that_can_undo_nothing_is_warned_of():
    within = sub("s", start("s0"), user("v"), throw("w", COMPENSATE), path("s0", "v", "w"))
    assert undo_findings(bpmn(*WAY)) == {("undoes_nothing", "t")}
    assert undo_findings(bpmn(*WAY, ASKED, BACK)) == set()
    outside = bpmn(*WAY[:3], ASKED, BACK, within, end(), path("start", "u", "t", "s", "end"))
    assert undo_findings(outside) == {("undoes_nothing", "w")}
    later = sub("e", start("e0", escalation()), user("v"), throw("w", COMPENSATE), path("e0", "v", "w"), event=True)
    assert undo_findings(bpmn(*WAY, ASKED, BACK, later)) == set()
    assert undo_findings(bpmn(*WAY, later)) == {("undoes_nothing", "t"), ("undoes_nothing", "w")}


@pytest.mark.parametrize("named", ["", " activityRef='c'"])
def test_a_throw_undoes_what_a_call_before_it_did_where_something_there_can_be_undone(named):
    def caller(key):
        thrown = throw("t", f"<compensateEventDefinition{named}/>")
        return bpmn(start(), call("c", key), thrown, end(), path("start", "c", "t", "end"))

    def called(*more, key="q", task=user("u")):  # noqa: B008 - a text
        return bpmn(start("s0"), task, end("s1"), path("s0", "u", "s1"), *more, key=key)

    told = {("handler" if named else "undoes_nothing", "t")}
    assert undo_findings(caller("q"), called()) == told
    assert undo_findings(caller("q"), called(ASKED, BACK)) == set()
    between = called(key="r", task=call("u", "q"))
    assert undo_findings(caller("r"), between, called(ASKED, BACK)) == set()
    assert undo_findings(caller("r"), between, called()) == told
    assert undo_findings(caller("${'q'}"), called()) == set()
    whole = sub("e", start("e0", COMPENSATE), user("v"), end("e1"), path("e0", "v", "e1"), event=True)
    assert undo_findings(caller("q"), called(whole)) == set()
    assert undo_findings(called(whole)) == {("undoes_nothing", "e0")}


def test_a_process_that_begins_with_a_compensation_is_refused():
    content = bpmn(start("x", COMPENSATE), user("u"), end(), path("x", "u", "end"))
    found = check(make_runtime(), {"a.bpmn": content}).findings
    assert ("start_kind", "x") in {(each.code, each.element) for each in found}


def test_a_call_of_what_begins_only_by_a_message_is_refused():
    caller = bpmn(start(), call("c", "q"), end(), path("start", "c", "end"))
    called = bpmn(start("s0", message("M")), user("u"), end(), path("s0", "u", "end"), key="q", extra=messages("M"))
    more = called.replace(
        b"<endEvent", b"<startEvent id='s1'/><sequenceFlow id='f' sourceRef='s1' targetRef='u'/><endEvent"
    )
    for files, told in (((caller, called), [("start_kind", "c")]), ((caller, more), [])):
        found = check(make_runtime(), {f"{place}.bpmn": content for place, content in enumerate(files)}).findings
        assert [(each.code, each.element) for each in found if each.severity is Severity.ERROR] == told


def test_a_process_that_others_call_keeps_a_start_that_they_can_begin():
    runtime, caller = make_runtime(), bpmn(start(), call("c", "q"), end(), path("start", "c", "end"))
    called = bpmn(start("s0", message("M")), user("u"), end(), path("s0", "u", "end"), key="q", extra=messages("M"))
    beside = {"first": draw(runtime, {"a.bpmn": caller})}
    (told,) = [
        each
        for each in check_together(runtime, {"second": {"b.bpmn": called}}, beside)["second"].findings
        if each.severity is Severity.ERROR
    ]
    assert (told.code, told.element) == ("start_kind", "c")
    assert str(told.message).startswith("the folder first calls what is drawn here: ")


def test_a_throw_names_what_lies_beside_it():
    inside = sub("s", start("s0"), *WAY[1:2], ASKED, BACK, end("s1"), path("s0", "u", "s1"))
    named = throw("t", "<compensateEventDefinition activityRef='u'/>")
    found = findings(bpmn(start(), inside, named, end(), path("start", "s", "t", "end")))
    assert "the user task lies elsewhere" in found["handler", "t"]
    fine = bpmn(start(), inside, named.replace("'u'", "'s'"), end(), path("start", "s", "t", "end"))
    assert findings(fine) == {}


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


def undone_twice():
    """By what is undone twice over: the drawing, and the event that is told."""
    again = boundary("b2", "u", COMPENSATE) + "<association id='a2' sourceRef='b2' targetRef='other'/>"
    two = (*WAY, ASKED, BACK, again, user("other", isForCompensation="true"))
    ways = [
        sub(name, start(f"{name}0", COMPENSATE), user(f"{name}u"), path(f"{name}0", f"{name}u"), event=True)
        for name in "ef"
    ]
    inside = (start("s0"), user("v"), path("s0", "v"))
    cancelled = "<cancelEventDefinition/>"
    borders = boundary("b", "x", cancelled) + boundary("c", "x", cancelled) + path("b", "end") + path("c", "end")
    tx = node("transaction", "x", start("s0"), end("s1", cancelled), path("s0", "s1"))
    return {
        "by two events": (bpmn(*two), "b2"),
        "by two event sub-processes": (bpmn(*WAY, sub("s", *inside, *ways), path("u", "s", "end")), "e0"),
        "by both": (
            bpmn(
                *WAY,
                ASKED.replace("'u'", "'s'").replace('"u"', '"s"'),
                BACK,
                sub("s", *inside, ways[0]),
                path("u", "s", "end"),
            ),
            "b",
        ),
        "cancelled twice": (bpmn(start(), tx, borders, end(), path("start", "x", "end")), "c"),
    }


@pytest.mark.parametrize("twice", undone_twice())
def test_what_says_a_second_time_how_something_is_undone_is_refused(twice):
    content, event = undone_twice()[twice]
    assert list(findings(content)) == [("same_event", event)]


@pytest.mark.parametrize("quantity", ["startQuantity", "completionQuantity"])
def test_only_activities_have_quantities(quantity):
    gateway = node("exclusiveGateway", "g", **{quantity: 2})
    found = findings(bpmn(start(), gateway, user("u"), end(), path("start", "g", "u", "end")))
    assert list(found) == [("quantity", "g")]


RECEIVE = "<message id='M' name='M'/>"
MISPLACED = {
    "a transaction that an event starts": (
        bpmn(
            *GOOD, node("transaction", "x", start("s0", message("M")), user("v"), path("s0", "v"), triggeredByEvent="true"),
            extra=RECEIVE,
        ),
        "not_executed",
    ),
    "a task that starts its process": (
        bpmn(start(), user("x", instantiate="true"), end(), path("start", "x", "end")),
        "not_executed",
    ),
    "a loop of several": (line(user("x", LOOP, several(count=2))), "loop"),
    "several messages behind an event gateway": (
        bpmn(
            start(), first_of("g"), node("receiveTask", "x", several(count=2), messageRef="M"), catch("c", timer("P1D")),
            end(), path("start", "g", "x", "end"), path("g", "c", "end"), extra=RECEIVE,
        ),
        "loop",
    ),
    "an event in an ad-hoc sub-process that nothing leads to": (
        line(node("adHocSubProcess", "h", user("v"), user("w"), catch("x", timer("P1D")), path("x", "v"))),
        "no_start",
    ),
}  # fmt: skip


@pytest.mark.parametrize("misplaced", MISPLACED)
def test_what_would_never_begin_or_be_something_else_is_refused(misplaced):
    content, code = MISPLACED[misplaced]
    assert list(findings(content)) == [(code, "x")]
