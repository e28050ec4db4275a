"""What is found in whole files: all at once, with what is around, hostile or big."""

import time

import pytest
from core_bpmn import (
    GOOD,
    bpmn,
    call,
    catch,
    definitions,
    end,
    extension,
    flow,
    line,
    message,
    messages,
    node,
    path,
    process,
    script,
    service,
    start,
    sub,
    user,
    xor,
)
from core_play import findings

from engine.core import ReadOptions, read
from engine.values import Severity


def test_all_findings_at_once_with_label_and_id():
    content = bpmn(
        start(),
        user("u", name="Verify", camunda_assignee="${"),
        user("v"),
        node("choreographyTask", "g"),
        path("start", "u", "v"),
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


def test_a_form_of_another_engine_is_one_finding():
    content = line(user("u", camunda_formKey="camunda-forms:deployment:f.form"))
    assert set(findings(content, forms=["f"])) == {("form", "u")}


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
    assert {each.code for each in read({"a.bpmn": content}).findings} == {"idle_gateway"}
    assert time.perf_counter() - began < 20


def test_how_many_start_events():
    found = findings(bpmn(*GOOD, start("s2"), path("s2", "u")))
    assert found["several_starts", "p"] == "the process p: there are two start events without a trigger: keep one"
