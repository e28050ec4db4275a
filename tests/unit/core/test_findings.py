"""What is refused at deployment, and what is warned of."""

import time

import pytest
from core_bpmn import (
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

from engine.core import ReadOptions, read
from engine.values import Severity

GOOD = (start(), user("u"), end(), path("start", "u", "end"))


def findings(content, severity=Severity.ERROR, **options):
    files = content if isinstance(content, dict) else {"a.bpmn": content}
    compiled = read(files, language=ReadOptions(**options))
    assert compiled.has_errors == any(f.severity is Severity.ERROR for f in compiled.findings)
    return {(f.code, f.element): f.message for f in compiled.findings if f.severity is severity}


def line(*nodes, extra=""):
    ids = [text.split('id="', 1)[1].split('"', 1)[0] for text in nodes]
    return bpmn(start(), *nodes, end(), path("start", *ids, "end"), extra=extra)


def test_a_good_diagram_has_none():
    compiled = read({"a.bpmn": bpmn(*GOOD), "notes.txt": b"\0", "x.form": b"{}"})
    assert compiled.findings == ()
    assert list(compiled.processes) == ["p"]


REFUSED = {
    "ad hoc": (bpmn(*GOOD, node("adHocSubProcess", "x")), ("not_executed", "x")),
    "complex gateway": (line(node("complexGateway", "x")), ("not_executed", "x")),
    "transaction": (line(node("transaction", "x", start("s"), end("e"), path("s", "e"))), ("not_executed", "x")),
    "unknown tag": (bpmn(*GOOD, node("fancyTask", "x")), ("not_executed", "x")),
    "loop marker": (line(user("x", "<standardLoopCharacteristics/>")), ("not_executed", "x")),
    "compensation boundary": (bpmn(*GOOD, boundary("x", "u", "<compensateEventDefinition/>")), ("event_kind", "x")),
    "compensation throw": (line(throw("x", "<compensateEventDefinition/>")), ("event_kind", "x")),
    "compensation handler": (line(node("task", "x", isForCompensation="true")), ("not_executed", "x")),
    "cancel event": (bpmn(*GOOD, boundary("x", "u", "<cancelEventDefinition/>")), ("event_kind", "x")),
    "several definitions": (
        line(catch("x", timer("P1D"), message("M")), extra=messages("M")),
        ("several_definitions", "x"),
    ),
    "two starts": (bpmn(*GOOD, start("s2"), path("s2", "u")), ("several_starts", "p")),
    "no start": (bpmn(user("u"), end(), path("u", "end")), ("no_start", "p")),
    "conditional process start": (bpmn(*GOOD, start("x", condition("${a}")), path("x", "u")), ("start_kind", "x")),
    "sub-process without start": (line(sub("x", user("v"))), ("no_start", "x")),
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
    "events behind the event gateway": (
        bpmn(start(), first_of("g"), user("u"), flow("start", "g"), flow("g", "u")),
        ("no_event", "g-u"),
    ),
    "link without target": (line(throw("x", link("L"))), ("link", "x")),
    "timer without time": (line(catch("x", "<timerEventDefinition/>")), ("no_time", "x")),
    "duration P": (line(catch("x", timer("P"))), ("bad_time", "x")),
    "fraction of a month": (line(catch("x", timer("P1.5M"))), ("bad_time", "x")),
    "wrong date": (line(catch("x", timer("2026-02-30", "timeDate"))), ("bad_time", "x")),
    "wrong cycle": (bpmn(*GOOD, boundary("x", "u", timer("R/P", "timeCycle"))), ("bad_time", "x")),
    "cron with numbered days": (
        bpmn(*GOOD, boundary("x", "u", timer("0 0 9 ? * 2-6", "timeCycle"))),
        ("bad_time", "x"),
    ),
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
    "start quantity": (line(node("task", "x", startQuantity="2")), ("not_executed", "x")),
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
    "unreachable": (bpmn(*GOOD, user("x")), ("unreachable", "x")),
    "data object": (bpmn(*GOOD, node("dataObject", "x")), ("data_not_read", "x")),
    "cycle that can fire only once": (line(catch("x", timer("R3/PT1H", "timeCycle"))), ("fires_once", "x")),
    "condition of a default flow": (
        bpmn(*GOOD, xor("g", default="f"), path("u", "g"), flow("g", "end", "${a}", "f")),
        ("not_read", "f"),
    ),
    "not executable": (definitions(process(*GOOD), process(key="q", executable="false")), ("not_executable", "q")),
    "variable of a condition": (
        line(
            catch(
                "x",
                condition("${a}")
                .replace("<conditional", "<conditional", 1)
                .replace("<conditionalEventDefinition", '<conditionalEventDefinition camunda:variableName="a"'),
            )
        ),
        ("not_read", "x"),
    ),
}


@pytest.mark.parametrize("case", WARNED)
def test_warned(case):
    content, wanted = WARNED[case]
    assert findings(content) == {}
    assert wanted in findings(content, Severity.WARNING)


def test_all_findings_at_once_with_label_and_id():
    content = bpmn(
        start(), user("u", name="Verify", camunda_assignee="${"), user("v"), node("complexGateway", "g"), end()
    )
    found = read({"a.bpmn": content}).findings
    assert {f.element for f in found if f.severity is Severity.ERROR} == {"u", "g"}
    verify = next(f for f in found if f.element == "u" and f.severity is Severity.ERROR)
    assert verify.label == "Verify"
    assert str(verify).startswith('a.bpmn:u: "Verify": ')


def test_what_is_known_around():
    content = line(
        service("s", topic="send"), user("u", camunda_formRef="F1"), script("c", "a = 1"), user("v", name="${soon(1)}")
    )
    found = findings(content, topics=["other"], forms=["F2"], functions=["later"])
    assert set(found) == {("unknown_topic", "s"), ("unknown_form", "u"), ("unknown_function", "v")}
    assert findings(content, topics=["send"], forms=["F1"], functions=["soon"]) == {}


def test_same_process_in_two_files():
    found = findings({"a.bpmn": bpmn(*GOOD), "b.bpmn": bpmn(*GOOD)})
    assert ("duplicate_process", "p") in found


def test_same_subprocess_id_in_two_files():
    box = sub("box", start("s"), end("e"), path("s", "e"))
    files = {f"{key}.bpmn": bpmn(start(), box, end(), path("start", "box", "end"), key=key) for key in "ab"}
    compiled = read(files)
    assert not compiled.has_errors
    assert compiled.specs["a"].task_specs["box"].inner is not compiled.specs["b"].task_specs["box"].inner


HOSTILE = {
    "entity bomb": b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><d>&c;</d>',
    "external entity": b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&x;</definitions>',
    "external DTD": b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd"><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    "no XML": b"hello",
    "empty": b"",
    "binary": bytes(range(256)),
    "cut off": bpmn(*GOOD)[:-20],
    "deep": b"<a>" * 5000 + b"</a>" * 5000,
    "not BPMN": b"<html/>",
    "too big": b"<!-- " + b"x" * 5_000_001 + b" -->",
    "wrong encoding": b'<?xml version="1.0" encoding="klingon"?><a/>',
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_findings(case):
    compiled = read({"a.bpmn": HOSTILE[case]})
    assert compiled.has_errors
    assert compiled.specs == {}


def test_operaton_is_read_as_camunda():
    content = line(user("u", camunda_candidateGroups="sales")).replace(
        b"camunda:candidateGroups", b"operaton:candidateGroups"
    )
    element = read({"a.bpmn": content}).processes["p"].elements["u"]
    assert element.attributes == {"candidateGroups": "sales"}


def test_what_a_process_says_of_itself():
    content = definitions(
        '<collaboration id="c"><participant id="pa" name="Us" processRef="p"/><participant id="pb" name="Customer"/><messageFlow id="mf" sourceRef="pb" targetRef="u"/></collaboration>',
        messages("M"),
        process(
            "<documentation>Why</documentation>",
            extension('<camunda:properties><camunda:property name="rules" value="KB-1"/></camunda:properties>'),
            start(),
            catch(
                "m",
                message("M"),
                extension(
                    '<camunda:properties><camunda:property name="recordedBy" value="sales"/></camunda:properties>'
                ),
            ),
            user("u", "<documentation>Do</documentation>", name="Do it", camunda_formRef="F1"),
            end(),
            call("c1", "p"),
            node("businessRuleTask", "d", camunda_decisionRef="D1", camunda_resultVariable="r"),
            path("start", "m", "u", "c1", "d", "end"),
            name="Complaint",
            camunda_versionTag="3",
            camunda_candidateStarterGroups="a, b",
            camunda_isStartableInTasklist="false",
        ),
    )
    compiled = read({"a.bpmn": content}, language=ReadOptions(external_decisions=["D1"]))
    assert compiled.findings == ()
    found = compiled.processes["p"]
    assert (found.name, found.documentation, found.version_tag, found.candidate_starter_groups, found.startable) == (
        "Complaint",
        "Why",
        "3",
        ("a", "b"),
        False,
    )
    assert (found.calls, found.decisions, found.forms, found.properties) == (
        ("p",),
        ("D1",),
        ("F1",),
        {"rules": "KB-1"},
    )
    assert (found.elements["m"].event, found.elements["m"].event_name, found.elements["m"].properties) == (
        "message",
        "M",
        {"recordedBy": "sales"},
    )
    assert (found.elements["u"].name, found.elements["u"].documentation, found.elements["u"].parent) == (
        "Do it",
        "Do",
        "p",
    )
    assert found.flows["start-m"].target == "m"


def test_a_big_diagram_is_checked_in_no_time():
    count = 6_000
    nodes = [xor(f"g{i}") for i in range(count)]
    flows = [flow(f"g{i}", f"g{i + 1}", "${x == " + str(i % 50) + "}", f"f{i}") for i in range(count - 1)]
    content = bpmn(start(), *nodes, end(), flow("start", "g0"), *flows, flow(f"g{count - 1}", "end"))
    assert len(content) > 1_000_000
    began = time.perf_counter()
    assert read({"a.bpmn": content}).findings == ()
    assert time.perf_counter() - began < 20


def test_how_many_start_events():
    found = findings(bpmn(*GOOD, start("s2"), path("s2", "u")))
    assert found["several_starts", "p"] == "there are two start events without a trigger: keep one"
