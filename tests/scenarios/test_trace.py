"""Rule, element, scenario: what is proved, and what is said where a proof is missing."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import Deployable, Element, Process
from processes.folders import ROOT
from processes.rules import Rule
from processes.scenario import ledger, tracing
from web.command import main

pytestmark = pytest.mark.seconds(12)

LOAN = Path(__file__).parents[1] / "procedures" / "library_loan"


@pytest.fixture
def loan(tmp_path):
    folder = tmp_path / "library_loan"
    shutil.copytree(LOAN, folder)
    return folder


def trace(folder, *options):
    return CliRunner().invoke(main, ["trace", str(folder), *options])


MORE = (
    "LL-96\t96\tTIME\t两分钟内回电\tCall back within two minutes.\tIt is a story and sets no limit.",
    "LL-97\t97\tTIME\t期限\tA limit.",
    "LL-98\t98\tCOMM\t态度诚恳\tBe sincere.",
    "LL-99\t99\tTIME\t三日内\tWithin three days.",
)
TOLD = {}
"""What the command says of each rule of a folder with these, too; it plays all its scenarios for that."""


@pytest.fixture
def told(loan):
    if not TOLD:
        file, table = loan / "rules.tsv", loan / "loan_limits.dmn"
        file.write_text(file.read_text("utf-8") + "".join(f"{row}\n" for row in MORE), "utf-8")
        text = table.read_text("utf-8")
        table.write_text(text.replace("<inputEntry", "<description>LL-97</description><inputEntry", 1), "utf-8")
        found = trace(loan)
        assert found.exit_code == 1
        TOLD.update((each.split()[0], each) for each in re.split(r"\n(?=\S)", found.output))
    return TOLD


def test_a_rule_that_an_element_follows_and_a_scenario_walks_is_proved(loan):
    found = trace(loan, "LL-1")
    assert found.exit_code == 0, found.output
    assert found.output.splitlines()[0].startswith("LL-1  STEP  ")
    assert "missing" not in found.output
    assert found.output.splitlines()[-1] == "1 rules, 1 to be executed, 0 not proved"


def test_a_rule_that_nothing_follows_is_told(told):
    assert "missing: nothing follows it" in told["LL-99"]
    assert [rule for rule, each in told.items() if "missing" in each] == ["LL-99"]


def test_what_no_step_can_do_says_why(told):
    assert told["LL-96"].splitlines()[1:] == ["    no step does it: It is a story and sets no limit."]


def test_guidance_for_people_needs_no_element(told):
    assert len(told["LL-98"].splitlines()) == 1


def test_a_row_of_a_table_counts_when_it_decides(told):
    assert "loan_limits.1 (" in told["LL-97"]
    assert not told["LL-97"].endswith(": -")


def test_what_no_step_is_said_to_do_is_claimed_by_none():
    rule = Rule("LL-1", "1", "STEP", "查", "Look.", "Nobody can.")
    claimed = tracing.Traced(rule, [tracing.Step("loan_check", "Check_Shelf", "Look on the shelf", ["one"])])
    assert claimed.faults == ["no step is said to do it, but loan_check.Check_Shelf claims it"]
    assert "not executed: Nobody can." in ledger.page([claimed])


def test_rules_that_are_nowhere_are_refused_before_anything_is_played(loan):
    found = trace(loan, "LL", "G9")
    assert found.exit_code == 2
    assert "G9 is no folder, and no rule begins with it. The rules begin with LL." in found.output


def test_an_element_that_no_scenario_walks_is_named(loan):
    for file in (loan / "scenarios").glob("*.yaml"):
        file.unlink()
    found = trace(loan, "LL-1")
    assert found.exit_code == 1
    assert "missing: no scenario walks loan_complaint." in found.output


def test_a_field_counts_when_it_is_filled_in_and_a_text_when_it_is_shown():
    given = {"key": "reason", "label": "Reason", "properties": {"rules": "LL-1"}}
    form = {"id": "L9", "components": [{"id": "Text", "text": "Look", "properties": {"rules": "LL-2"}}, given]}
    task = Element("UT", "userTask", "Do", "", None, "p", attributes={"formRef": "L9"})
    process = Process(
        *("p", "P", "", "p.bpmn", None),
        executable=True,
        startable=False,
        candidate_starter_groups=(),
        elements={"UT": task},
        flows={},
    )
    folder = Deployable({"L9.form": json.dumps(form).encode()}, {"p": process}, {}, ())
    rules = {key: Rule(key, "1", "STEP", "查", "Look.") for key in ("LL-1", "LL-2")}
    walked = {("p", "UT"): ["one"]}
    hidden, shown = tracing.trace(rules, [folder], walked)
    assert hidden.faults == ["no scenario walks L9.reason (Reason)"]
    assert shown.faults == []
    filled, _ = tracing.trace(rules, [folder], {**walked, ("L9", "reason"): ["two"]})
    assert filled.faults == []


def test_what_the_scenarios_of_a_folder_walk_is_kept_in_that_folder_alone(loan):
    before = tracing.kept(ROOT)
    found = trace(loan, "--keep")
    assert found.exit_code == 0, found.output
    assert ("loan_check", "Check_Shelf") in tracing.load((loan / tracing.KEPT).read_text(encoding="utf-8"))
    assert tracing.kept(ROOT) == before


def test_what_is_kept_is_read_back():
    walked = {("p", "a"): ["one", "two"], ("p", "b"): ["two"], ("d", "1"): ["one"]}
    assert tracing.load(tracing.dump(walked)) == walked
