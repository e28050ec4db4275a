"""Mistakes in a folder that stands by itself: a form, a task with a decision behind it, a call, a table."""

import json

import pytest

from engine import spelling
from engine.deploy.checks import check_together
from tests.unit.processes.test_planted import BESIDE, RUNTIME

DRAWING = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">
<error id="E" errorCode="E"/>
<process id="p" name="Asking" isExecutable="true">
 <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="u"/>
 <userTask id="u" name="Look" camunda:formRef="F" camunda:candidateGroups="{groups}"/>
 <sequenceFlow id="f2" sourceRef="u" targetRef="c"/>
 <callActivity id="c" name="Ask" calledElement="q"><extensionElements>
  <camunda:in source="amount" target="given"/><camunda:out source="{back}" target="answer"/></extensionElements></callActivity>
 <sequenceFlow id="f3" sourceRef="c" targetRef="g"/>
 <exclusiveGateway id="g" name="Which?" default="f5"/>
 <sequenceFlow id="f4" name="yes" sourceRef="g" targetRef="v">
  <conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression></sequenceFlow>
 <userTask id="v" name="More" camunda:formRef="F" camunda:candidateGroups="qc"/>
 <sequenceFlow id="f5" sourceRef="g" targetRef="e"/><sequenceFlow id="f6" sourceRef="v" targetRef="e"/><endEvent id="e"/>
</process>
<process id="q" name="Asked" isExecutable="true">
 <startEvent id="qs"/><sequenceFlow id="q1" sourceRef="qs" targetRef="w"/>
 <userTask id="w" name="Answer" camunda:formRef="G" camunda:candidateGroups="qc">{inside}</userTask>
 <sequenceFlow id="q2" sourceRef="w" targetRef="qe"/><endEvent id="qe"/>
</process></definitions>"""
KIND = {
    "type": "radio",
    "id": "k",
    "key": "kind",
    "label": "Kind",
    "values": [{"label": "Goods", "value": "goods"}, {"label": "Money", "value": "money"}],
}
FIELDS = [
    KIND,
    {"type": "number", "id": "a", "key": "amount", "label": "Amount"},
    {"type": "datetime", "subtype": "date", "id": "d", "key": "day", "dateLabel": "Day"},
]
GOOD = {"groups": "qc", "back": "said", "condition": "${kind == 'goods'}", "inside": ""}


def form(number, *fields):
    return json.dumps({"type": "default", "id": number, "schemaVersion": 18, "components": fields}).encode()


def found(*, hidden=None, **changes):
    first = {**FIELDS[1], "conditional": {"hide": hidden}} if hidden else FIELDS[1]
    files = {
        "a.bpmn": DRAWING.format(**{**GOOD, **changes}).encode(),
        "F.form": form("F", KIND, first, FIELDS[2]),
        "G.form": form("G", {"type": "textfield", "id": "t", "key": "said", "label": "Said"}),
    }
    return [str(each) for each in check_together(RUNTIME, {"alone": files}, BESIDE)["alone"].findings]


def test_what_is_right_has_no_findings():
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"back": "sad"}, '"Ask": camunda:out asks for sad, which nobody writes: did you mean said?'),
        ({"back": "paid_at"}, '"Ask": camunda:out asks for paid_at, which nobody writes'),
        ({"condition": "${kind == 'goods' or 'money'}"}, "“money” beside “and” or “or” is neither true nor false"),
        ({"condition": "${day &gt; date('2026-02-30')}"}, "“2026-02-30” is no date of the calendar"),
        ({"condition": "${day + 'P3D' &lt; today()}"}, "adds a text to a date (day + 'P3D'): write duration(P3D)"),
        ({"condition": "${kind == ''}"}, 'compares kind with "", which it never is'),
        ({"condition": "${kind}"}, "takes kind for true or false, which it never is"),
        ({"groups": "${[]}"}, '"Look": camunda:candidateGroups names nobody'),
        ({"groups": ","}, '"Look": camunda:candidateGroups names nobody'),
        ({"groups": "${''}"}, '"Look": camunda:candidateGroups names nobody'),
        ({"hidden": '=day between "2026-01-01" and null'}, "nothing lies in an interval with an end that is null"),
        ({"hidden": '=kind = "goods" or "money"'}, "“money” beside “and” or “or” is neither true nor false"),
    ],
)
def test_a_mistake_is_told_once(changes, told):
    (said,) = found(**changes)
    assert told in said


def test_a_length_of_time_is_no_typing_error_of_a_code():
    border = "<standardLoopCharacteristics loopMaximum='2'/>"
    late = (
        "</userTask><boundaryEvent id='late' attachedToRef='w' cancelActivity='false'><timerEventDefinition>"
        "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
        "<sequenceFlow id='q3' sourceRef='late' targetRef='x'/>"
        "<userTask id='x' name='Hurry' camunda:formRef='G' camunda:candidateGroups='qc'>"
    )
    more = "<sequenceFlow id='q4' sourceRef='x' targetRef='qe'/>"
    drawn = DRAWING.replace("</process></definitions>", f"{more}</process></definitions>")
    files = {
        "a.bpmn": drawn.format(**{**GOOD, "inside": border + late}).encode(),
        "F.form": form("F", *FIELDS),
        "G.form": form("G", {"type": "textfield", "id": "t", "key": "said", "label": "Said"}),
    }
    assert check_together(RUNTIME, {"alone": files}, BESIDE)["alone"].findings == []


def test_many_names_are_compared_with_few(monkeypatch):
    known = [f"{letter}code{number}" for letter in "abc" for number in range(500)] + ["remedies", "warehouse"]
    names = {*known[:500], "remdies", "warehuose", "acode"}
    assert spelling.mistyped_among(names, known) == {
        name: close for name in names if (close := spelling.mistyped(name, known))
    }
    compared = []
    alike = spelling._mistyped
    monkeypatch.setattr(spelling, "_mistyped", lambda *pair: compared.append(pair) or alike(*pair))
    spelling.mistyped_among(names, known)
    assert len(compared) < 5 * len(names)
