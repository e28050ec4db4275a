"""The process that is measured: start, task, gateway, task with two boundary timers, end; ours is a case with forms."""

import json

BPMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    id="Definitions_bench" targetNamespace="bench">
  <bpmn:process id="bench" name="Bench" isExecutable="true" camunda:candidateStarterGroups="sales" camunda:historyTimeToLive="30">
    <bpmn:startEvent id="SE"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="SE" targetRef="A" />
    <bpmn:userTask id="A" name="First" camunda:candidateGroups="sales">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="A" targetRef="G" />
    <bpmn:exclusiveGateway id="G" default="f4">
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing><bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="f3" sourceRef="G" targetRef="B">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">amount &gt; 5</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" sourceRef="G" targetRef="EE" />
    <bpmn:userTask id="B" name="Second" camunda:candidateGroups="sales">
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f5</bpmn:outgoing></bpmn:userTask>
    <bpmn:boundaryEvent id="T1" attachedToRef="B" cancelActivity="false"><bpmn:outgoing>f6</bpmn:outgoing>
      <bpmn:timerEventDefinition id="t1"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">TIMER_1</bpmn:timeDuration>
      </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f6" sourceRef="T1" targetRef="E1" />
    <bpmn:endEvent id="E1"><bpmn:incoming>f6</bpmn:incoming></bpmn:endEvent>
    <bpmn:boundaryEvent id="T2" attachedToRef="B" cancelActivity="false"><bpmn:outgoing>f7</bpmn:outgoing>
      <bpmn:timerEventDefinition id="t2"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">TIMER_2</bpmn:timeDuration>
      </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f7" sourceRef="T2" targetRef="E2" />
    <bpmn:endEvent id="E2"><bpmn:incoming>f7</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f5" sourceRef="B" targetRef="EE" />
    <bpmn:endEvent id="EE"><bpmn:incoming>f4</bpmn:incoming><bpmn:incoming>f5</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""


FIRST = b'<bpmn:sequenceFlow id="f1" sourceRef="SE" targetRef="A" />'

CASE = b"""<bpmn:sequenceFlow id="f1" sourceRef="SE" targetRef="OPEN" />
    <bpmn:serviceTask id="OPEN" name="Open" camunda:type="external" camunda:topic="case.open" />
    <bpmn:sequenceFlow id="f8" sourceRef="OPEN" targetRef="CLOCK" />
    <bpmn:serviceTask id="CLOCK" name="Clock" camunda:type="external" camunda:topic="clock.start" />
    <bpmn:sequenceFlow id="f9" sourceRef="CLOCK" targetRef="A" />"""

DECLARATION = b"""
key = "bench"
name = { en = "Bench", zh = "Bench" }
prefix = "BE"

[register]
process = "bench"
groups = ["sales"]

[case]
title = "=customer"
description = "=story"

[[clocks]]
name = "answer"
label = { en = "Answer", zh = "Answer" }
start = "=received_at"
rule = "=limits"
limit = "answer"
stops = "answered_at"
sets = { due = "answer_by" }

[[facts]]
name = "customer"
label = { en = "Customer", zh = "Customer" }
value = "=customer"
searched = true
listed = true

[[facts]]
name = "amount"
label = { en = "Amount", zh = "Amount" }
value = "=amount"
kind = "money"
listed = true

[start]
customer = "=customer"
story = "=story"
limits = "=limits"
"""

BEGIN = {
    "customer": "Lu and Sons",
    "story": "12 of 200 casings cracked",
    "received_at": "2026-01-05T09:00:00+08:00",
    "limits": {"answer": 3, "unit": "working", "warn": 2},
}
"""What an instance is begun with, at both."""

TYPED = {
    "A": [
        ("amount", "3600.50"),
        ("kind", "quality"),
        ("lot", "L2610"),
        ("seen_on", "2026-01-05"),
        ("finding", "burrs"),
    ],
    "B": [("finding", "settled"), ("answered_at", "2026-01-06")],
}
"""What a browser sends for the two tasks."""

ANSWERS = {
    "A": {"amount": 3600.5, "kind": "quality", "lot": "L2610", "seen_on": "2026-01-05", "finding": "burrs"},
    "B": {"finding": "settled", "answered_at": "2026-01-06"},
}
"""The same as values, for who reads no forms."""

FIELDS = {
    "A": [
        {"type": "number", "key": "amount", "decimalDigits": 2, "serializeToString": True, "validate": {"min": 0}},
        {"type": "radio", "key": "kind", "values": [{"label": each, "value": each} for each in ("quality", "other")]},
        {"type": "textfield", "key": "lot", "validate": {"required": True, "pattern": "L[0-9]{4}"}},
        {"type": "datetime", "subtype": "date", "key": "seen_on", "dateLabel": "Seen on"},
        {"type": "textarea", "key": "finding", "validate": {"required": True, "maxLength": 2000}},
    ],
    "B": [
        {"type": "textarea", "key": "finding", "validate": {"required": True}},
        {"type": "datetime", "subtype": "date", "key": "answered_at", "dateLabel": "Answered on"},
    ],
}


def plain() -> bytes:
    """As plain SpiffWorkflow wants it: durations are Python expressions."""
    return BPMN.replace(b"TIMER_1", b'"P3D"').replace(b"TIMER_2", b'"P5D"')


def ours() -> dict[str, bytes]:
    """As a modeler writes it, with what stands beside it: a case is opened, its clock runs, the tasks have forms."""
    bpmn = BPMN.replace(b"TIMER_1", b"P3D").replace(b"TIMER_2", b"P5D").replace(FIRST, CASE)
    for task in FIELDS:
        old = f'<bpmn:userTask id="{task}" '.encode()
        bpmn = bpmn.replace(old, old + f'camunda:formRef="F_{task}" camunda:formRefBinding="deployment" '.encode())
    forms = {f"F_{task}.form": _form(task) for task in FIELDS}
    return {"bench.bpmn": bpmn, "procedure.toml": DECLARATION, **forms}


def _form(task: str) -> bytes:
    fields = [{"id": f"Field_{field['key']}", "label": field["key"], **field} for field in FIELDS[task]]
    return json.dumps({"schemaVersion": 19, "type": "default", "id": f"F_{task}", "components": fields}).encode()
