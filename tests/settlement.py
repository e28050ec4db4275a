"""A small procedure around the shared agreement: a plan is made, decided, agreed on, and can be made anew meanwhile."""

DECLARATION = """
key = "settled"
name = { en = "Settled complaints", zh = "和解投诉" }
prefix = "SC"

[register]
process = "settled_case"
groups = ["after_sales"]

[case]
title = "=subject"
description = "=subject"
"""

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t" id="d">
  <bpmn:process id="settled_case" isExecutable="true" name="Settled complaint" camunda:candidateStarterGroups="after_sales" camunda:historyTimeToLive="3650">
    <bpmn:startEvent id="S"/><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="Open"/>
    <bpmn:serviceTask id="Open" name="Open" camunda:type="external" camunda:topic="case.open"/>
    <bpmn:sequenceFlow id="f2" sourceRef="Open" targetRef="Plan"/>
    <bpmn:serviceTask id="Plan" name="Plan" camunda:type="external" camunda:topic="plan.record"/>
    <bpmn:sequenceFlow id="f3" sourceRef="Plan" targetRef="Decide"/>
    <bpmn:userTask id="Decide" name="Decide" camunda:candidateGroups="leader"/>
    <bpmn:sequenceFlow id="f4" sourceRef="Decide" targetRef="Note"/>
    <bpmn:serviceTask id="Note" name="Note" camunda:type="external" camunda:topic="approval.record"/>
    <bpmn:sequenceFlow id="f5" sourceRef="Note" targetRef="Agree"/>
    <bpmn:callActivity id="Agree" name="Agree" calledElement="sub_agreement">
      <bpmn:extensionElements>
        <camunda:in source="parties" target="parties"/><camunda:in source="facts" target="facts"/>
        <camunda:in source="remedies" target="remedies"/><camunda:in source="approved_amount" target="approved_amount"/>
        <camunda:in source="plan_version" target="plan_version"/>
        <camunda:in source="{approved}" target="approved_version"/>
        <camunda:in sourceExpression="after_sales" target="agreement_unit"/>
        <camunda:in sourceExpression="leader" target="agreement_signer"/>
        <camunda:in sourceExpression="legal" target="legal_unit"/>
        <camunda:out source="agreement_status" target="agreement_status"/>
        <camunda:out source="agreed_amount" target="agreed_amount"/>
        <camunda:out source="agreement_document" target="agreement_document"/>
        <camunda:out source="change_reason" target="change_reason"/>
      </bpmn:extensionElements>
    </bpmn:callActivity>
    <bpmn:sequenceFlow id="f6" sourceRef="Agree" targetRef="W"/>
    <bpmn:exclusiveGateway id="W" default="f8"/>
    <bpmn:sequenceFlow id="f7" sourceRef="W" targetRef="Pay">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${{agreement_status == 'signed'}}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:userTask id="Pay" name="Pay" camunda:candidateGroups="finance"/>
    <bpmn:sequenceFlow id="f8" sourceRef="W" targetRef="Again"/>
    <bpmn:userTask id="Again" name="Again" camunda:candidateGroups="after_sales"/>
    <bpmn:sequenceFlow id="f9" sourceRef="Again" targetRef="Agree"/>
    <bpmn:sequenceFlow id="f10" sourceRef="Pay" targetRef="E"/><bpmn:endEvent id="E"/>
    <bpmn:subProcess id="Else" triggeredByEvent="true">
      <bpmn:startEvent id="MS" isInterrupting="false"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>
      <bpmn:sequenceFlow id="f11" sourceRef="MS" targetRef="Replan"/>
      <bpmn:serviceTask id="Replan" name="Plan anew" camunda:type="external" camunda:topic="plan.record"/>
      <bpmn:sequenceFlow id="f12" sourceRef="Replan" targetRef="ME"/><bpmn:endEvent id="ME"/>
    </bpmn:subProcess>
  </bpmn:process>
  <bpmn:message id="m" name="PlanAnew"/>
</bpmn:definitions>"""

REMEDIES = [
    {"kind": "compensation", "nature": "material", "amount": "3600.50", "due": "2026-11-20", "executor": "finance"},
    {"kind": "apology", "nature": "moral", "amount": None, "due": "2026-11-10", "executor": "dept_surgery"},
]
CASE = {
    "subject": "Wound infected after the operation",
    "parties": {"patient": "何敏", "agent": None, "unit": "仁和医院"},
    "facts": "术后三日伤口感染，延长住院五天。",
    "remedies": REMEDIES,
}
PREPARED = {
    "prepare_result": "offer",
    "party_patient": "何敏",
    "party_house": "仁和医院",
    "agent_name": None,
    "agreement_facts": "术后三日伤口感染，延长住院五天。",
    "agreement_clauses": ["双方对协议内容保密。"],
}
