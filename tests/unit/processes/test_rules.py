import re
from pathlib import Path

import pytest

import processes
from engine.errors import NotFound
from processes.rules import SOURCES, all_rules, get_rule, rules_of

HOME = Path(processes.__file__).parent


def test_every_rule_is_whole():
    for rule in all_rules().values():
        assert rule.source in SOURCES.values()
        assert rule.clause
        assert rule.quote
        assert rule.meaning.endswith(".")
        assert len(rule.quote) < 60
    assert len(all_rules()) > 100


def test_the_clause_of_the_seven_days():
    rule = get_rule("KB-3.6-3b")
    assert (rule.clause, rule.kind, rule.quote) == ("3.6-3", "TIME", "所有对策答复均应在七日内为之")
    assert rule.source == "客户抱怨处理办法"
    with pytest.raises(NotFound):
        get_rule("KB-9.9-9")


def test_elements_name_their_rules():
    found = rules_of({"rules": "KB-3.6-2b KB-3.6-2c unknown"})
    assert [rule.id for rule in found] == ["KB-3.6-2b", "KB-3.6-2c"]
    assert rules_of({}) == []


def test_every_rule_that_a_diagram_names_is_known():
    named = {
        rule_id
        for path in HOME.rglob("*.bpmn")
        for rules in re.findall(r'name="rules" value="([^"]*)"', path.read_text(encoding="utf-8"))
        for rule_id in rules.split()
    }
    assert named - set(all_rules()) == set()
    assert named
