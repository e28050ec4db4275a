"""What is found in a table before it decides, and files that are refused."""

import pytest
from tables import MODELER, file_of, read, table

from engine.tables.decisions import parse_dmn

ERROR, WARNING = "error", "warning"


def found(*args, **named):
    return [(finding.code, finding.severity.value, finding.element) for finding in read(*args, **named)[1]]


@pytest.mark.parametrize(
    ("rows", "named", "expected"),
    [
        # complete
        ([("< 5", "1"), (">= 5", "2")], {}, []),
        ([("[0..10]", "1"), ("< 0", "2"), ("> 10", "3")], {}, []),
        ([("not(3)", "1"), ("3", "2")], {}, []),
        ([("true", "1"), ("false", "2")], {"inputs": (("b", "boolean"),)}, []),
        ([('"a"', "1"), ('not("a")', "2")], {"inputs": (("t", "string"),)}, []),
        ([('"a"', "1"), ('"b"', "2")], {"inputs": (("t", "string"),), "allowed": '"a","b"'}, []),
        ([("<= 5", "1"), (">= 6", "2")], {"inputs": (("n", "integer"),)}, []),
        ([('< date("2026-01-01")', "1"), ('>= date("2026-01-01")', "2")], {"inputs": (("d", "date"),)}, []),
        ([("1", "1"), ("-", "2")], {"policy": "FIRST"}, []),
        ([("1", "1")], {"default": "2"}, []),
        ([("1", "1")], {"policy": "COLLECT"}, []),
        ([('< date("9999-12-31")', "1"), ('date("9999-12-31")', "2")], {"inputs": (("d", "date"),)}, []),
        ([('date("0001-01-01")', "1"), ('> date("0001-01-01")', "2")], {"inputs": (("d", "date"),)}, []),
        ([("1e308", "1"), ("not(1e308)", "2")], {}, []),
        ([("1e999", "1"), ("not(1e999)", "2")], {}, []),
        ([("null", "1"), ("not(null)", "2")], {}, []),
        (
            [("true", "-", "1"), ("false", "true", "2"), ("false", "false", "3")],
            {"inputs": (("a", "boolean"), ("b", "boolean"))},
            [],
        ),
        # gaps
        ([("< 5", "1"), ("> 5", "2")], {}, [("gap", WARNING, "k")]),
        ([("<= 5", "1"), (">= 6", "2")], {}, [("gap", WARNING, "k")]),
        ([('"a"', "1"), ('"b"', "2")], {"inputs": (("t", "string"),)}, [("gap", WARNING, "k")]),
        ([("true", "1")], {"inputs": (("b", "boolean"),)}, [("gap", WARNING, "k")]),
        (
            [("true", "-", "1"), ("false", "true", "2")],
            {"inputs": (("a", "boolean"), ("b", "boolean"))},
            [("gap", WARNING, "k")],
        ),
        ([("> lim", "1"), ("<= lim", "2")], {}, [("catch-all", WARNING, "k")]),
        ([('contains(?, "a")', "1")], {"inputs": (("t", "string"),)}, [("catch-all", WARNING, "k")]),
        # overlaps
        ([("< 5", "1"), (">= 4", "2")], {}, [("overlap", ERROR, "r2")]),
        ([("1", "1"), ("-", "2")], {}, [("overlap", ERROR, "r2")]),
        ([("1", "1"), ("not(3)", "2"), ("3", "3")], {}, [("overlap", ERROR, "r2")]),
        ([("1", "1"), ("-", "2")], {"inputs": (("x * 2", "number"),)}, [("overlap", WARNING, "r2")]),
        ([("> 5", "< 3", "1"), ("-", "-", "2")], {"inputs": (("x", "number"), ("x", "number"))}, []),
        ([("> lim", "1"), ("-", "2")], {}, []),
        # rows never reached
        ([("< 5", "1"), ("< 3", "2"), ("-", "3")], {"policy": "FIRST"}, [("unreachable", WARNING, "r2")]),
        (
            [("-", "1"), ("lim", "2")],
            {"policy": "FIRST", "inputs": (("lim", "number"),)},
            [("unreachable", WARNING, "r2")],
        ),
        (
            [('"a"', "-", "1"), ('"a"', "> 3", "2"), ("-", "-", "3")],
            {"policy": "FIRST", "inputs": (("t", "string"), ("n", "number"))},
            [("unreachable", WARNING, "r2")],
        ),
        ([('contains(?, "a")', "1"), ('"a"', "2"), ("-", "3")], {"policy": "FIRST", "inputs": (("t", "string"),)}, []),
        # cells
        ([("<", "1")], {"default": "2"}, [("cell", ERROR, "r1")]),
        ([("1", "1 +")], {"default": "2"}, [("cell", ERROR, "r1")]),
        ([("upper(1, 2)", "1")], {"default": "2"}, [("cell", ERROR, "r1")]),
        ([("1", "2")], {"default": "2 +"}, [("cell", ERROR, "out0")]),
        (
            [("1", "2")],
            {"default": "2", "inputs": (("x +", "number"),)},
            [("cell", ERROR, "in0")],
        ),
        ([("kb", '"a"')], {"default": '"a"', "inputs": (("t", "string"),)}, [("quotes", WARNING, "r1")]),
        ([("1", "gm")], {"default": '"a"'}, [("quotes", WARNING, "r1")]),
        ([("1", '"z"')], {"default": '"a"', "values": '"a","b"'}, [("allowed", WARNING, "r1")]),
        ([("later(?)", "1")], {"default": "2", "functions": ["now"]}, [("function", ERROR, "k")]),
        ([("later(?)", "1")], {"default": "2", "functions": ["later"]}, []),
        # the table
        ([("1", "1")], {"policy": "BEST", "default": "2"}, [("hit-policy", ERROR, "k")]),
        ([("1", "1")], {"aggregation": "SUM", "default": "2"}, [("hit-policy", ERROR, "k")]),
        ([("1", "1")], {"policy": "COLLECT", "aggregation": "AVG"}, [("hit-policy", ERROR, "k")]),
        (
            [("1", "1", "2")],
            {"policy": "COLLECT", "aggregation": "SUM", "outputs": ("a", "b")},
            [("hit-policy", ERROR, "k")],
        ),
        ([("1", "1")], {"policy": "PRIORITY", "default": "2"}, [("dmn", ERROR, "k")]),
        ([("1", "1", "2")], {"outputs": ("a", "a"), "default": "2"}, [("dmn", ERROR, "k")]),
        ([("1",)], {"default": "2"}, [("dmn", ERROR, "r1")]),
        ([("1", "1")], {"outputs": (), "policy": "COLLECT"}, [("dmn", ERROR, "k"), ("dmn", ERROR, "r1")]),
        ([("1", "1")], {"values": "a b", "default": "1"}, [("cell", ERROR, "out0")]),
    ],
)
def test_findings(rows, named, expected):
    assert found(rows, **named) == expected


def test_an_example_says_what_is_meant():
    _, findings = read([("< 5", '"a"', "1"), (">= 4", "-", "2")], inputs=(("x", "number"), ("t", "string")))
    assert 'rows 1 and 2 both match, for example with x = 4, t = "a"' in findings[0].message
    assert "no row matches, for example, x = 3, t = another text" in findings[1].message
    assert str(findings[0]).startswith("t.dmn:r2: ")


def test_a_table_with_errors_is_not_handed_out():
    decision, findings = read([("<", "1")])
    assert decision is None
    assert findings


BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 12))
    + f"]><definitions xmlns='{MODELER}'>&a11;</definitions>"
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB.encode(), ""),
        (f"<!DOCTYPE d SYSTEM 'file:///etc/passwd'><definitions xmlns='{MODELER}'/>".encode(), "document type"),
        (
            f"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><definitions xmlns='{MODELER}'>&x;</definitions>".encode(),
            "document type",
        ),
        (f"<!DOCTYPE d []><definitions xmlns='{MODELER}'/>".encode("utf-16"), "document type"),
        (b"", "no XML"),
        (b"<definitions", "no XML"),
        (b"\xff\xfe\x00", "no XML"),
        (b"<a/>", "no DMN"),
        (b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", "no DMN"),
        (f"<definitions xmlns='{MODELER}'/>".encode(), "holds no decision"),
        (file_of("<decision id='a'/>"), "the decision is empty"),
        (file_of("<decision><literalExpression><text>1</text></literalExpression></decision>"), "has no id"),
        (file_of("<decision id='a'><context/></decision>"), "not supported"),
        (file_of("<decision id='a'><invocation/></decision>"), "not supported"),
        (file_of("<businessKnowledgeModel id='a'/>"), "not supported"),
        (file_of("<decisionService id='a'/>"), "not supported"),
        (file_of(table([("1", "1")]), table([("1", "1")])), "stands twice"),
        (b" " * 5_000_001, "larger than"),
        (("<a>" * 100_000).encode(), "no XML"),
    ],
)
def test_files_that_are_refused(content, message):
    decisions, findings = parse_dmn(content, "t.dmn")
    assert decisions == {} or "stands twice" in message
    assert any(finding.severity.value == "error" and message in finding.message for finding in findings)
    assert "root:" not in str(findings)


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
    ],
)
def test_what_the_modeler_writes_around_a_table_is_passed_over(namespace):
    content = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<definitions xmlns="{namespace}" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
    xmlns:camunda="http://camunda.org/schema/1.0/dmn" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="d" name="d"
    namespace="http://camunda.org/schema/1.0/dmn" exporter="Camunda Modeler" modeler:executionPlatform="Camunda Platform">
  <inputData id="data" name="Amount"/>
  <textAnnotation id="note"><text>why</text></textAnnotation>
  <knowledgeSource id="source" name="KB-3.5"/>
  <decision id="k" name="Approval" camunda:versionTag="2" camunda:historyTimeToLive="P30D">
    <description>who approves</description>
    <extensionElements><camunda:properties/></extensionElements>
    <informationRequirement id="q"><requiredInput href="#data"/></informationRequirement>
    <authorityRequirement id="w"><requiredAuthority href="#source"/></authorityRequirement>
    <decisionTable id="t" hitPolicy="FIRST" preferredOrientation="Rule-as-Row">
      <!-- another -->
      <input id="i" label="Amount" camunda:inputVariable="">
        <inputExpression id="ie" typeRef="double"><text>amount</text></inputExpression>
      </input>
      <output id="o" label="Role" name="role" typeRef="string"/>
      <annotation name="basis"/>
      <rule id="r1">
        <inputEntry id="c"><text><![CDATA[<= 5000]]></text></inputEntry>
        <outputEntry id="e"><text>"dept_head"</text></outputEntry>
        <annotationEntry><text>KB-3.5-2a</text></annotationEntry>
      </rule>
      <rule id="r2">
        <description>all the rest</description>
        <inputEntry id="c2"><text></text></inputEntry>
        <outputEntry id="e2"><text>"gm"</text></outputEntry>
        <annotationEntry><text></text></annotationEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="x"/></dmndi:DMNDI>
</definitions>""".encode()
    decisions, findings = parse_dmn(content, "t.dmn")
    assert findings == []
    decision = decisions["k"]
    assert decision.version_tag == "2"
    assert decision.decide({"amount": "3600.00"}).result == {"role": "dept_head"}
    assert decision.decide({"amount": "9000.00"}).result == {"role": "gm"}
    assert [rule.annotation.strip() for rule in decision.rules] == ["KB-3.5-2a", "all the rest"]
