"""What is refused at deployment, and what is warned of."""

import pytest
from core_bpmn import (
    GOOD,
    both,
    boundary,
    bpmn,
    call,
    catch,
    condition,
    definitions,
    end,
    error,
    extension,
    first_of,
    flow,
    inputs_outputs,
    line,
    link,
    message,
    messages,
    node,
    path,
    process,
    script,
    service,
    several,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)
from core_play import findings

from engine.core import read
from engine.values import Severity


def test_a_good_diagram_has_none():
    compiled = read({"a.bpmn": bpmn(*GOOD), "notes.txt": b"\0", "x.form": b"{}"})
    assert compiled.findings == ()
    assert list(compiled.processes) == ["p"]


REFUSED = {
    "no path to it": (bpmn(*GOOD, user("x"), path("x", "end")), ("unreachable", "x")),
    "ad hoc with nothing in it": (bpmn(*GOOD, node("adHocSubProcess", "x")), ("no_start", "x")),
    "ad hoc with a start": (line(node("adHocSubProcess", "x", start("s"), user("v"), path("s", "v"))), ("ad_hoc", "x")),
    "ad hoc in order": (line(node("adHocSubProcess", "x", user("v"), ordering="Sequential")), ("not_executed", "x")),
    "choreography": (bpmn(*GOOD, node("choreographyTask", "x")), ("not_executed", "x")),
    "bad activation": (
        line(node("complexGateway", "x", "<activationCondition>a b</activationCondition>")),
        ("bad_expression", "x"),
    ),
    "unknown tag": (bpmn(*GOOD, node("fancyTask", "x")), ("not_executed", "x")),
    "loop without end": (line(user("x", "<standardLoopCharacteristics/>")), ("loop", "x")),
    "loop of no times": (line(user("x", "<standardLoopCharacteristics loopMaximum='0'/>")), ("loop", "x")),
    "quantity": (line(user("x", startQuantity=0)), ("quantity", "x")),
    "several messages that start": (
        bpmn(node("receiveTask", "x", several(count=2), messageRef="M", instantiate="true"), extra=messages("M")),
        ("start_kind", "x"),
    ),
    "several tokens where no flow leads": (
        bpmn(user("x", startQuantity=2), user("b"), path("x", "b")),
        ("quantity", "x"),
    ),
    "compensation without a handler": (
        bpmn(*GOOD, boundary("x", "u", "<compensateEventDefinition/>")),
        ("handler", "x"),
    ),
    "compensation of what cannot be undone": (
        line(user("v"), throw("x", "<compensateEventDefinition activityRef='v'/>")),
        ("handler", "x"),
    ),
    "compensation of nothing": (
        line(throw("x", "<compensateEventDefinition activityRef='z'/>")),
        ("no_reference", "x"),
    ),
    "handler that nothing asks for": (bpmn(*GOOD, node("task", "x", isForCompensation="true")), ("handler", "x")),
    "cancel event on a task": (bpmn(*GOOD, boundary("x", "u", "<cancelEventDefinition/>")), ("cancel", "x")),
    "cancel end event of a process": (
        bpmn(*GOOD, end("x", "<cancelEventDefinition/>"), path("u", "x")),
        ("cancel", "x"),
    ),
    "cancel end event without a cancel event": (
        line(node("transaction", "t", start("s"), end("x", "<cancelEventDefinition/>"), path("s", "x"))),
        ("cancel", "x"),
    ),
    "a link among several": (
        line(catch("x", "<linkEventDefinition name='l'/>", message("M")), extra=messages("M")),
        ("several_definitions", "x"),
    ),
    "compensation among several": (
        line(throw("x", "<compensateEventDefinition/>", message("M")), extra=messages("M")),
        ("several_definitions", "x"),
    ),
    "several things that start a process together": (
        bpmn(
            start("x", timer("P1D"), message("M"), parallelMultiple="true"),
            user("u"),
            path("x", "u"),
            extra=messages("M"),
        ),
        ("several_definitions", "x"),
    ),
    "several behind an event-based gateway": (
        bpmn(
            start(),
            first_of("g"),
            catch("x", timer("P1D"), message("M")),
            catch("y", timer("P2D")),
            end(),
            path("start", "g", "x", "end"),
            path("g", "y", "end"),
            extra=messages("M"),
        ),
        ("several_definitions", "x"),
    ),
    "two starts": (bpmn(*GOOD, start("s2"), path("s2", "u")), ("several_starts", "p")),
    "no start": (bpmn(user("u"), user("v"), path("u", "v", "u")), ("no_start", "p")),
    "conditional process start": (bpmn(*GOOD, start("x", condition("${a}")), path("x", "u")), ("start_kind", "x")),
    "sub-process without start": (line(sub("x", user("v"), path("v", "v"))), ("no_start", "x")),
    "sub-process by message": (
        line(sub("x", start("s", message("M")), end("e"), path("s", "e")), extra=messages("M")),
        ("start_kind", "s"),
    ),
    "event sub-process by nothing": (bpmn(*GOOD, sub("x", start("s"), event=True)), ("start_kind", "s")),
    "event sub-process with two starts": (
        bpmn(*GOOD, sub("x", start("s", timer("P1D")), start("t", timer("P1D")), event=True)),
        ("several_starts", "x"),
    ),
    "event sub-process with a flow": (
        bpmn(*GOOD, sub("x", start("s", timer("P1D")), event=True), path("u", "x")),
        ("flow_at_event_subprocess", "u-x"),
    ),
    "error beside": (
        bpmn(*GOOD, sub("x", start("s", error(), isInterrupting="false"), event=True)),
        ("error_interrupts", "s"),
    ),
    "error boundary beside": (bpmn(*GOOD, boundary("x", "u", error(), interrupting=False)), ("error_interrupts", "x")),
    "boundary without host": (bpmn(*GOOD, boundary("x", "nobody", timer("P1D"))), ("no_host", "x")),
    "boundary on a gateway": (
        bpmn(start(), both("g"), end(), path("start", "g", "end"), boundary("x", "g", timer("P1D"))),
        ("no_host", "x"),
    ),
    "boundary without definition": (bpmn(*GOOD, boundary("x", "u")), ("event_kind", "x")),
    "loose flow": (bpmn(*GOOD, flow("u", "nobody")), ("loose_flow", "u-nobody")),
    "flow across scopes": (
        line(sub("x", start("s"), user("v"), end("e"), path("s", "v", "end"))),
        ("loose_flow", "v-end"),
    ),
    "flow from an end": (bpmn(*GOOD, flow("end", "u")), ("flow_from_end", "end-u")),
    "flow to a start": (bpmn(*GOOD, flow("u", "start")), ("flow_to_event", "u-start")),
    "bad default": (line(node("exclusiveGateway", "x", default="nothing")), ("bad_default", "x")),
    "flow without condition": (
        bpmn(*GOOD, xor("g"), path("u", "g"), flow("g", "end", "${a}", "f1"), flow("g", "end", None, "f2")),
        ("no_condition", "f2"),
    ),
    "condition behind a parallel gateway": (
        bpmn(start(), both("g"), end(), flow("start", "g"), flow("g", "end", "${a}")),
        ("condition_here", "g-end"),
    ),
    "bad condition": (
        bpmn(start(), xor("g"), end(), flow("start", "g"), flow("g", "end", "${a ==}")),
        ("bad_expression", "g-end"),
    ),
    "code in a condition": (
        bpmn(start(), xor("g"), end(), flow("start", "g"), flow("g", "end", '${__import__("os").system("id")}')),
        ("bad_expression", "g-end"),
    ),
    "any event behind the event gateway": (
        bpmn(start(), first_of("g"), user("u"), user("v"), flow("start", "g"), flow("g", "u"), flow("g", "v")),
        ("no_event", "g"),
    ),
    "events behind the event gateway": (
        bpmn(start(), first_of("g"), user("u"), flow("start", "g"), flow("g", "u")),
        ("no_event", "g-u"),
    ),
    "link without target": (line(throw("x", link("L"))), ("link", "x")),
    "timer without time": (line(catch("x", "<timerEventDefinition/>")), ("no_time", "x")),
    "id of the hidden start": (line(user("#start")), ("build", None)),
    "duration P": (line(catch("x", timer("P"))), ("bad_time", "x")),
    "fraction of a month": (line(catch("x", timer("P1.5M"))), ("bad_time", "x")),
    "wrong date": (line(catch("x", timer("2026-02-30", "timeDate"))), ("bad_time", "x")),
    "wrong cycle": (bpmn(*GOOD, boundary("x", "u", timer("R/P", "timeCycle"))), ("bad_time", "x")),
    "cron with numbered days": (
        bpmn(*GOOD, boundary("x", "u", timer("0 0 9 ? * 2-6", "timeCycle"))),
        ("bad_time", "x"),
    ),
    "script that asks for files": (line(script("x", "import os")), ("bad_script", "x")),
    "script that opens a file": (line(script("x", "a = open('b')")), ("bad_script", "x")),
    "script that asks for the clock": (
        line(script("x", "import datetime\na = datetime.date.today()")),
        ("bad_script", "x"),
    ),
    "cycle with a year": (
        bpmn(*GOOD, boundary("x", "u", timer("0 0 9 1 1 ? 2020", "timeCycle"))),
        ("bad_time", "x"),
    ),
    "duration in place of a date": (line(catch("x", timer("${duration('P5D')}", "timeDate"))), ("bad_time", "x")),
    "bad timer expression": (line(catch("x", timer("${a +}"))), ("bad_expression", "x")),
    "message without name": (line(catch("x", "<messageEventDefinition/>")), ("no_reference", "x")),
    "message that is missing": (line(catch("x", message("M"))), ("no_reference", "x")),
    "receive task without message": (line(node("receiveTask", "x")), ("no_reference", "x")),
    "error without code": (
        bpmn(*GOOD[:2], end("end", error("E")), path("start", "u", "end"), extra='<error id="E"/>'),
        ("no_reference", "end"),
    ),
    "error end without error": (
        bpmn(*GOOD[:2], end("end", error()), path("start", "u", "end")),
        ("no_reference", "end"),
    ),
    "service of another engine": (line(node("serviceTask", "x", camunda_class="org.X")), ("not_executed", "x")),
    "service without topic": (line(node("serviceTask", "x")), ("no_service", "x")),
    "send task without message": (line(node("sendTask", "x")), ("no_service", "x")),
    "listener": (line(user("x", extension('<camunda:taskListener event="create"/>'))), ("not_executed", "x")),
    "form data": (line(user("x", extension("<camunda:formData/>"))), ("not_executed", "x")),
    "potential owner": (line(user("x", "<potentialOwner/>")), ("not_executed", "x")),
    "embedded form": (line(user("x", camunda_formKey="embedded:app:x.html")), ("form", "x")),
    "items without collection": (line(user("x", several())), ("items", "x")),
    "bad completion condition": (line(user("x", several(count=2, enough="${a b}"))), ("bad_expression", "x")),
    "output items": (
        line(
            user(
                "x",
                "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><loopDataOutputRef>a</loopDataOutputRef></multiInstanceLoopCharacteristics>",
            )
        ),
        ("not_executed", "x"),
    ),
    "JavaScript": (
        line(node("scriptTask", "x", "<script>a = 1;</script>", scriptFormat="javascript")),
        ("script_language", "x"),
    ),
    "broken script": (line(script("x", "a = = 1")), ("bad_script", "x")),
    "no script": (line(node("scriptTask", "x", scriptFormat="python")), ("no_script", "x")),
    "call of nothing": (line(node("callActivity", "x")), ("no_process", "x")),
    "call of the unknown": (line(call("x", "nobody")), ("unknown_process", "x")),
    "call with a wrong mapping": (line(call("x", "p", extension('<camunda:in source="a"/>'))), ("mapping", "x")),
    "rule without decision": (line(node("businessRuleTask", "x")), ("no_decision", "x")),
    "rule without result": (line(node("businessRuleTask", "x", camunda_decisionRef="D")), ("no_result", "x")),
    "unknown decision": (
        line(node("businessRuleTask", "x", camunda_decisionRef="D", camunda_resultVariable="r")),
        ("unknown_decision", "x"),
    ),
    "decision result": (
        line(
            node(
                "businessRuleTask",
                "x",
                camunda_decisionRef="D",
                camunda_resultVariable="r",
                camunda_mapDecisionResult="best",
            )
        ),
        ("decision_result", "x"),
    ),
    "script in a parameter": (
        line(user("x", extension(inputs_outputs({"a": '<camunda:script scriptFormat="groovy">1</camunda:script>'})))),
        ("parameter", "x"),
    ),
    "parameter without name": (
        line(
            user(
                "x",
                extension(
                    "<camunda:inputOutput><camunda:inputParameter>1</camunda:inputParameter></camunda:inputOutput>"
                ),
            )
        ),
        ("parameter", "x"),
    ),
    "bad assignee": (line(user("x", camunda_assignee="${who(}")), ("bad_expression", "x")),
    "duplicate id": (bpmn(*GOOD, user("u")), ("duplicate_id", "u")),
    "parameters of an event": (
        line(catch("x", extension(inputs_outputs({"a": "1"})), timer("P1D"))),
        ("not_executed", "x"),
    ),
    "listener on a flow": (
        bpmn(
            *GOOD[:3],
            flow("start", "u"),
            flow("u", "end").replace("</seq", extension("<camunda:executionListener/>") + "</seq"),
        ),
        ("not_executed", "u-end"),
    ),
    "out of a signal": (
        line(
            throw("x", signal("S", extension('<camunda:out source="a" target="b"/>'))),
            extra='<signal id="S" name="S"/>',
        ),
        ("not_executed", "x"),
    ),
    "variables before the start": (
        bpmn(*GOOD, start("x", timer("${when}", "timeDate")), path("x", "u")),
        ("no_variables", "x"),
    ),
    "separation from nobody": (
        line(
            user(
                "x",
                extension(
                    '<camunda:properties><camunda:property name="separationOfDuties" value="u v"/></camunda:properties>'
                ),
            )
        ),
        ("unknown_element", "x"),
    ),
    "separation from rounds of nobody": (
        line(
            user(
                "x",
                extension(
                    '<camunda:properties><camunda:property name="separationOfRounds" value="v"/></camunda:properties>'
                ),
            )
        ),
        ("unknown_element", "x"),
    ),
    "retries": (
        line(service("x", extension("<camunda:failedJobRetryTimeCycle>often</camunda:failedJobRetryTimeCycle>"))),
        ("bad_time", "x"),
    ),
    "decision binding": (
        line(
            node(
                "businessRuleTask",
                "x",
                camunda_decisionRef="D",
                camunda_resultVariable="r",
                camunda_decisionRefBinding="best",
            )
        ),
        ("binding", "x"),
    ),
    "names of another engine": (line(user("x", camunda_assignee="${execution.id}")), ("unknown_name", "x")),
    "groovy condition": (
        bpmn(
            start(),
            xor("g"),
            end(),
            flow("start", "g"),
            flow("g", "end", "x").replace("<conditionExpression", '<conditionExpression language="groovy"'),
        ),
        ("language", "g-end"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    content, wanted = REFUSED[case]
    found = findings(content)
    assert wanted in found, found
    assert len(found[wanted]) > 15


SEVERAL = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
WARNED = {
    "async": (line(user("x", camunda_asyncBefore="true")), ("not_read", "x")),
    "unknown attribute": (line(user("x", camunda_color="red")), ("not_read", "x")),
    "attribute at the wrong place": (line(service("x", camunda_assignee="lee")), ("not_read", "x")),
    "job priority": (line(service("x", camunda_jobPriority="5")), ("not_read", "x")),
    "unknown extension": (line(user("x", extension("<camunda:potion/>"))), ("not_read", "x")),
    "extension of another tool": (
        line(user("x", extension('<z:taskDefinition xmlns:z="http://zeebe"/>'))),
        ("not_read", "x"),
    ),
    "attribute without a prefix": (line(user("x", candidateGroups="office")), ("not_read", "x")),
    "transaction of several that is cancelled": (
        bpmn(
            *GOOD,
            node("transaction", "t", start("s"), end("x", "<cancelEventDefinition/>"), path("s", "x"), SEVERAL),
            boundary("c", "t", "<cancelEventDefinition/>"),
            path("u", "t", "end"),
        ),
        ("cancels_one", "x"),
    ),
    "data object": (bpmn(*GOOD, node("dataObject", "x")), ("data_not_read", "x")),
    "cycle that can fire only once": (line(catch("x", timer("R3/PT1H", "timeCycle"))), ("fires_once", "x")),
    "condition of a default flow": (
        bpmn(*GOOD, xor("g", default="f"), path("u", "g"), flow("g", "end", "${a}", "f")),
        ("not_read", "f"),
    ),
    "offered to nobody": (line(node("adHocSubProcess", "h", service("x"), user("v"))), ("nobody", "x")),
    "not executable": (definitions(process(*GOOD), process(key="q", executable="false")), ("not_executable", "q")),
}


@pytest.mark.parametrize("case", WARNED)
def test_warned(case):
    content, wanted = WARNED[case]
    assert findings(content) == {}
    assert wanted in findings(content, Severity.WARNING)
