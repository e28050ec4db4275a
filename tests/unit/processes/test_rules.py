import re

import pytest

from processes import folders
from processes.rules import SOURCES, of_files, parse, rules_of

FOLDERS = folders.shipped()
EVERY = {key: rule for folder in FOLDERS for key, rule in of_files(folder.files).items()}


SALES = next(folder.files for folder in FOLDERS if folder.key == "kb_sales_quality")


def test_every_rule_is_whole():
    for rule in EVERY.values():
        assert rule.source in SOURCES.values()
        assert rule.clause
        assert rule.quote
        assert rule.meaning.endswith(".")
        assert not rule.because or rule.because.endswith(".")
        assert len(rule.quote) < 60
    assert len(EVERY) > 100


def test_the_clause_of_the_seven_days():
    rule = EVERY["KB-3.6-3b"]
    assert (rule.clause, rule.kind, rule.quote) == ("3.6-3", "TIME", "所有对策答复均应在七日内为之")
    assert rule.source == "客户抱怨处理办法"


def test_elements_name_their_rules():
    found = rules_of({"rules": "KB-3.6-2b KB-3.6-2c unknown"}, SALES)
    assert [rule.id for rule in found] == ["KB-3.6-2b", "KB-3.6-2c"]
    assert rules_of({}, SALES) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.key)
def test_every_rule_that_a_diagram_or_a_form_names_is_in_its_folder(folder):
    own = parse(folder.files["rules.tsv"])
    assert folder.files["rules.tsv"].count(b"\n") == len(own) + 1
    named = {
        rule_id
        for path, content in folder.files.items()
        if path.endswith((".bpmn", ".form"))
        for rules in re.findall(r'(?:name="rules" value=|"rules": )"([^"]*)"', content.decode())
        for rule_id in rules.split()
    }
    assert named - set(own) == set()
    assert named


def test_a_rule_reads_the_same_in_all_folders():
    every = set().union(*(parse(folder.files["rules.tsv"]).values() for folder in FOLDERS))
    assert len(every) == len(EVERY)
