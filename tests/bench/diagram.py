"""The process that is measured: start, task, gateway, task with two boundary timers, end."""

BPMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    id="Definitions_bench" targetNamespace="bench">
  <bpmn:process id="bench" name="Bench" isExecutable="true" camunda:historyTimeToLive="30">
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


def plain() -> bytes:
    """As plain SpiffWorkflow wants it: durations are Python expressions."""
    return BPMN.replace(b"TIMER_1", b'"P3D"').replace(b"TIMER_2", b'"P5D"')


def ours() -> bytes:
    """As a modeler writes it."""
    return BPMN.replace(b"TIMER_1", b"P3D").replace(b"TIMER_2", b"P5D")
