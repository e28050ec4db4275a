import pytest

from engine.deploy.checks import check_together
from engine.values import Severity
from processes.settings import Settings
from web.compose import checking

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="t" id="d">
  <bpmn:process id="goods" isExecutable="true" name="Goods" camunda:candidateStarterGroups="sales">
    <bpmn:startEvent id="S" camunda:initiator="severity"/><bpmn:sequenceFlow id="f0" sourceRef="S" targetRef="Open"/>
    <bpmn:serviceTask id="Open" name="Open" camunda:type="external" camunda:topic="case.open"/>
    <bpmn:sequenceFlow id="f1" sourceRef="Open" targetRef="Look"/>
    <bpmn:manualTask id="Look" name="Look" camunda:candidateGroups="sales"
      camunda:dueDate="${stage_due('look', now(), severity)}">
      <bpmn:extensionElements><camunda:properties><camunda:property name="phase" value="first"/></camunda:properties>
      </bpmn:extensionElements></bpmn:manualTask>
    <bpmn:sequenceFlow id="f2" sourceRef="Look" targetRef="Stop"/>
    <bpmn:serviceTask id="Stop" name="Stop" camunda:type="external" camunda:topic="clock.stop">
      <bpmn:extensionElements><camunda:inputOutput>
        <camunda:inputParameter name="clock">reply</camunda:inputParameter>
        <camunda:inputParameter name="at">${if setting('rounds') > 0 then answered_at else null}</camunda:inputParameter>
      </camunda:inputOutput></bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:sequenceFlow id="f3" sourceRef="Stop" targetRef="E"/><bpmn:endEvent id="E"/>
  </bpmn:process>
</bpmn:definitions>"""

TEXT = """\
key = "goods"
name = { en = "Goods", zh = "货物" }
prefix = "G"
[register]
process = "goods"
groups = ["sales"]
[[phases]]
key = "first"
name = { en = "First", zh = "一" }
[[clocks]]
name = "reply"
label = { en = "Reply", zh = "答复" }
start = "=received_at"
rule = "=severity"
stops = "answered_at"
[[facts]]
name = "urgency"
label = { en = "Urgency", zh = "紧急" }
value = "=severity"
[start]
answered_at = "=null"
[stages]
look = "4h"
[settings.rounds]
type = "integer"
default = 2
reason = { en = "Nobody says.", zh = "未规定。" }
"""


def findings(text=TEXT, diagram=DIAGRAM, others=None, beside=None, **settings):
    files = {"goods.bpmn": diagram.encode(), "procedure.toml": text.encode(), **(beside or {})}
    folders = {"goods": files, **(others or {})}
    found = check_together(checking(Settings(**settings)), folders)["goods"].findings
    return [each for each in found if each.code != "first_task"]  # the first one here is done by hand, without a form


def test_nothing_is_wrong():
    assert [str(each) for each in findings()] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'process = "goods"',
            'process = "good"',
            "procedure.toml:5: register.process: the folder has no process good: did",
        ),
        (
            'groups = ["sales"]',
            'groups = ["qc"]',
            "procedure.toml:6: register.groups: the diagram goods.bpmn lets sales",
        ),
        (
            'key = "first"',
            'key = "fist"',
            'goods.bpmn:Look: "Look": the phase first is not declared in procedure.toml: did you',
        ),
        (
            'key = "first"',
            'key = "fist"',
            '"Look": the phase first is not declared in procedure.toml: did you mean fist?',
        ),
        (
            "[[phases]]",
            '[readers]\napart = ["Lok"]\n[[phases]]',
            "readers.apart: no diagram draws a process or a task Lok: did you mean Look?",
        ),
        (
            "[[phases]]",
            '[reopen]\nprocess = "again"\ngroups = ["sales"]\ndeciders = ["gm"]\ndecided = []\n[[phases]]',
            "reopen.decided: name at least one; with none nobody could open a case again",
        ),
        ('name = "reply"', 'name = "replies"', "declares no clock reply: did you mean replies?"),
        (
            'stops = "answered_at"',
            'stops = "answerd_at"',
            "nothing stops the clock reply: nobody writes answerd_at: did",
        ),
        (
            'stops = "answered_at"',
            (
                'stops = "answered_at"\n[[clocks]]\nname = "reply"\nlabel = { en = "a", zh = "b" }\n'
                'start = "=severity"\nrule = "=severity"\nstops = "answered_at"'
            ),
            "procedure.toml:16: clocks: reply is there 2 times",
        ),
        (
            'value = "=severity"',
            'value = "=severty"',
            "procedure.toml:19: facts.value: nobody writes the variable severty",
        ),
        ('prefix = "G"', 'prefix = "g1"', "procedure.toml:3: prefix: the numbers of cases need a prefix of letters"),
        ('look = "4h"', 'lock = "4h"', "stage_due('look') asks for what is not in [stages] of procedure.toml: did you"),
        ("[settings.rounds]", "[settings.round]", "setting('rounds') asks for what is not in [settings]"),
        ('prefix = "G"', 'prefix = "G"\nshared = true', "procedure.toml:5: register: shared processes have no cases"),
        ('prefix = "G"', "prefix = 7", "procedure.toml:3: prefix: 7 is no text"),
    ],
)
def test_what_is_wrong_says_where_and_what(old, new, said):
    assert old in TEXT
    assert said in "\n".join(str(each) for each in findings(TEXT.replace(old, new, 1)))


def test_a_prefix_is_of_one_procedure():
    other = TEXT.replace('key = "goods"', 'key = "others"').replace('"goods"', '"thing"').encode()
    diagram = DIAGRAM.replace('id="goods"', 'id="thing"').encode()
    found = findings(others={"others": {"others.bpmn": diagram, "procedure.toml": other}})
    assert [str(each) for each in found] == [
        "procedure.toml:3: prefix: others has the prefix G already; choose another"
    ]


def test_what_the_installation_says_of_a_procedure_is_checked():
    assert findings(procedures={"goods": {"rounds": 4, "stages": {"look": "1d"}}}) == []
    found = findings(procedures={"goods": {"round": 4, "rounds": "many", "stages": {"lock": "1d"}}})
    assert [each.severity for each in found] == [Severity.ERROR] * 3
    assert "did you mean rounds?" in str(found[0])
    assert "'many' is no whole number" in str(found[1])
    assert "did you mean look?" in str(found[2])


def test_without_a_declaration_what_diagrams_ask_for_is_warned_of():
    checked = check_together(checking(Settings()), {"goods": {"goods.bpmn": DIAGRAM.encode()}})["goods"].findings
    asked = [each for each in checked if each.code == "declaration"]
    assert len(asked) == 2
    assert {each.severity for each in checked} == {Severity.WARNING}


def test_the_expressions_of_the_declaration_ask_for_what_is_there():
    found = findings(TEXT.replace("[start]", "[start]\nrounds = \"=setting('round')\""))
    assert [str(each).partition(" asks")[0] for each in found] == ["procedure.toml:21: setting('round')"]


def test_a_rule_that_no_file_has_is_warned_of():
    marked = "<camunda:properties>"
    assert marked in DIAGRAM
    diagram = DIAGRAM.replace(marked, f'{marked}<camunda:property name="rules" value="KB-3.6-3b KB-3.6-3x"/>', 1)
    rules = b"id\tclause\tkind\tquote\tmeaning\nKB-3.6-3b\t3\tTIME\tq\tm.\n"
    (found,) = findings(diagram=diagram, beside={"rules.tsv": rules})
    assert (found.severity, found.code) == (Severity.WARNING, "unknown_rule")
    assert "has no rule KB-3.6-3x: did you mean KB-3.6-3b?" in str(found)
    assert len(findings(diagram=diagram)) == 2, "the rules of another folder are not shown beside the step"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("owner", "ture", "the property owner says 'ture': did you mean true?"),
        ("owner", "", "the property owner says '': there are if none, true"),
        ("recordBy", "desk", "nobody reads the property recordBy: did you mean recordedBy?"),
    ],
)
def test_a_property_that_nobody_understands_is_told_of_with_its_element(name, value, said):
    marked = "<camunda:properties>"
    diagram = DIAGRAM.replace(marked, f'{marked}<camunda:property name="{name}" value="{value}"/>', 1)
    (found,) = findings(diagram=diagram)
    assert said in str(found)
    assert found.element
    assert (found.severity is Severity.ERROR) == (name == "owner")
