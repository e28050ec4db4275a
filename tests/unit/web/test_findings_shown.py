"""Findings on a page: file by file, many of one kind folded, each kind of finding named."""

import ast
from pathlib import Path

import pytest

from engine import Finding, Severity, phrase, quoted
from web.admin.deployments.findings import by_file, counted
from web.admin.deployments.kinds import KINDS
from web.shell import language

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _labels(monkeypatch):
    """No procedure runs here that would translate labels."""
    monkeypatch.setattr(language, "label", str)


def finding(number, file="a.bpmn", severity=Severity.ERROR, code="nobody_writes"):
    return Finding(file, f'"Step {number}": it is wrong', f"t{number}", f"Step {number}", severity, code)


def shown(findings):
    return by_file(findings, {}, lambda path, element: f"{path}#{element}")


def test_files_with_errors_come_first_and_many_of_a_kind_are_folded():
    warning = finding(0, "z.bpmn", Severity.WARNING)
    first, last = shown([warning, *(finding(number) for number in range(200))])
    assert (first.path, last.path) == ("a.bpmn", "z.bpmn")
    (pile,) = first.piles
    assert (len(pile.first), len(pile.more), pile.kind) == (3, 197, "a name that nobody writes")
    assert [badge.text for badge in counted([warning, finding(1)])] == ["1 error", "1 warning"]


def test_a_few_of_a_kind_are_not_folded_and_each_leads_to_its_element():
    (file,) = shown([finding(number) for number in range(5)])
    assert [(len(pile.first), len(pile.more)) for pile in file.piles] == [(5, 0)]
    row = file.piles[0].first[0]
    assert (row.where, row.message, row.address, row.kind) == ("Step 0", "it is wrong", "a.bpmn#t0", "")


def test_in_another_language_the_kind_stands_in_the_readers(monkeypatch):
    monkeypatch.setattr(language, "current", lambda: "zh")
    (file,) = shown([finding(1), Finding("b.form", "odd", code="no such kind")])[:1]
    assert file.piles[0].first[0].kind == "名称无人写入"


@pytest.mark.parametrize(
    ("called", "where"),
    [
        (quoted("Replace the part"), "Replace the part"),
        (phrase("the gateway behind {label}", label=quoted("Check")), 'the gateway behind "Check"'),
        ("", "t1"),
    ],
)
def test_an_element_is_called_as_its_sentence_calls_it(called, where):
    said = phrase("{called}: {what} names {name}", called=called, what="assignee", name="salles")
    for message in (said, said + phrase(": did you mean {name}?", name="sales")) if called else ("it is wrong",):
        (file,) = shown([Finding("a.bpmn", message, "t1")])
        row = file.piles[0].first[0]
        assert (row.where, row.message) == (where, message.removeprefix(f"{called}: "))


def codes(tree):
    """The codes that stand in calls that make findings."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            told = isinstance(call.func, ast.Attribute) and call.func.attr in {"error", "warn"} and len(call.args) == 3
            given = [each.value for each in call.keywords if each.arg == "code"]
            for each in [*given, *(call.args[1:2] if told else ())]:
                if isinstance(each, ast.Constant):
                    yield each.value


def test_every_kind_of_finding_has_its_words():
    places = ("engine/core/parser", "engine/deploy", "engine/tables", "processes/procedures", "processes/letters")
    files = [file for place in places for file in (ROOT / place).glob("**/*.py")]
    found = {code for file in files for code in codes(ast.parse(file.read_text("utf-8")))}
    assert len(found) > 60
    assert sorted(found - set(KINDS)) == []
