"""Diagrams, tables and forms checked together."""

from core_bpmn import bpmn, end, node, path, start, user
from core_play import FakeHost, Play

from engine.core import ReadOptions, read
from engine.lint import lint
from engine.values import Finding, Severity

TABLE = b"""<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t" namespace="t">
  <decision id="D1" name="Route"><decisionTable id="dt" hitPolicy="FIRST">
    <input id="i"><inputExpression id="ie" typeRef="number"><text>amount</text></inputExpression></input>
    <output id="o" name="route" typeRef="string"/>
    <rule id="r1"><inputEntry id="a"><text>&gt;= 100</text></inputEntry><outputEntry id="b"><text>"gm"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="c"><text></text></inputEntry><outputEntry id="d"><text>"head"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""


def rule(**more):
    facts = {
        "camunda_decisionRef": "D1",
        "camunda_resultVariable": "route",
        "camunda_mapDecisionResult": "singleEntry",
        **more,
    }
    return bpmn(
        start(),
        node("businessRuleTask", "d", **facts),
        user("u", camunda_formRef="F1"),
        end(),
        path("start", "d", "u", "end"),
    )


def test_a_table_decides():
    compiled = read({"a.bpmn": rule(), "t.dmn": TABLE})
    assert compiled.findings == ()
    host = FakeHost()
    host.files["d1"] = {"a.bpmn": rule(), "t.dmn": TABLE}
    host.known["d1"] = compiled
    host.find_decision = lambda key, ref, binding, version: host.known[ref].decisions[key]
    assert Play(host, variables={"amount": 150}).variables["route"] == "gm"
    assert Play(host, variables={"amount": 99}).variables["route"] == "head"
    play = Play(host)
    assert "amount" in play.incidents["d"]


def test_a_table_that_cannot_be_read_is_a_finding():
    compiled = read({"a.bpmn": rule(), "t.dmn": TABLE.replace(b">= 100", b"between")})
    assert compiled.has_errors or compiled.findings == ()
    assert read({"t.dmn": b"<x/>"}).has_errors


def test_same_decision_in_two_files():
    assert any(f.code == "duplicate_decision" for f in read({"a.dmn": TABLE, "b.dmn": TABLE}).findings)


def test_lint_joins_all():
    files = {"a.bpmn": rule(), "t.dmn": TABLE, "f.form": b'{"id": "F1"}', "g.form": b"[]"}

    def check(name, content):
        return [Finding(name, "no title", severity=Severity.WARNING)]

    found = lint(files, check_form=check)
    assert [(f.file, f.message) for f in found] == [
        ("f.form", "no title"),
        ("g.form", "this is no form: JSON with an id is expected"),
    ]
    assert [f.code for f in lint({"a.bpmn": rule()}, ReadOptions(external_decisions=["D1"]))] == ["unknown_form"]
    assert lint({"a.bpmn": rule()}, ReadOptions(external_decisions=["D1"], forms=["F1"])) == []
