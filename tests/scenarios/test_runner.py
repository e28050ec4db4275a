"""What the scenario runner does and says, on small diagrams, as the command does it."""

import itertools
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.command import main

DIAGRAMS = Path(__file__).with_name("diagrams")


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Writes a scenario on one of the diagrams and runs it; the exit status and the lines."""
    monkeypatch.chdir(tmp_path)

    def run(diagram, text, *options):
        file = tmp_path / "case.yaml"
        file.write_text(f"scenario: A case\ndiagram: {DIAGRAMS / diagram}.bpmn\n{text}", encoding="utf-8")
        told = CliRunner().invoke(main, ["scenario", "run", "case.yaml", *options])
        assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
        return told.exit_code, told.output

    return run


GOOD = """steps:
  - complete: Propose
    as: lee
    with: {amount: "100.00"}
  - open: [Approve the proposal]
  - refuse: Approve
    as: lee
    because: separation_of_duties
  - complete: Approve
    with: {approved: true}
then:
  state: completed
  ended: Done
  took: [Propose, Approve, Which, Done]
  never: [Refused, Remind]
  times: {Approve: 1}
  variables: {amount: 100}
"""
PEOPLE = "people: {lee: [sales], kim: [head]}\n"


def test_what_holds_passes(play):
    status, told = play("approval", PEOPLE + GOOD)
    assert (status, told) == (0, "passed  A case  (case.yaml)\n1 passed, 0 failed\n")


FAILING = {
    "open": ("steps:\n  - open: [Approve]", "line 4, step 1: open: wanted Approve, there was Propose"),
    "second step": (
        "steps:\n  - open: [Propose]\n  - complete: Approve",
        "line 5, step 2: no task called Approve; open are Propose",
    ),
    "refuse what is taken": (
        "steps:\n  - refuse: Propose",
        "line 4, step 1: Propose should have been refused, but was done",
    ),
    "refused for another reason": (
        PEOPLE + "steps:\n  - refuse: Propose\n    as: kim\n    because: separation_of_duties",
        "line 5, step 1: refused, but for not_found: refused to kim",
    ),
    "complete what is refused": (
        PEOPLE + "steps:\n  - complete: Propose\n    as: kim",
        "line 5, step 1: refused to kim, not_found",
    ),
    "variables": (
        "steps:\n  - variables: {amount: 1}",
        "line 4, step 1: variables: wanted amount = 1, there is none of that name",
    ),
    "state": ("then:\n  state: completed", "line 4, then: state: wanted completed, there was running, open: Propose"),
    "took": (
        "steps:\n  - complete: Propose\nthen:\n  took: [Approve, Propose]",
        "then: took: wanted Propose after Approve, the way was Received, Propose, Approve",
    ),
    "never": ("then:\n  never: [Propose]", "line 4, then: never: Propose was entered 1 times"),
    "times": ("then:\n  times: {Propose: 2}", "line 4, then: times: wanted Propose 2 times, there were 1"),
    "ended": ("then:\n  ended: Done", "line 4, then: ended: wanted Done, there was none"),
    "sent": ("then:\n  sent: {TPL-ACK: 1}", "line 4, then: sent: wanted TPL-ACK 1 times, there was {}"),
    "due": (
        "steps:\n  - due: {Propose: 2026-01-06T09:00+08:00}",
        "step 1: due: wanted Propose at 2026-01-06T09:00+08:00, there was no date",
    ),
    "timers": (
        "steps:\n  - complete: Propose\n  - timers: {Late: 2026-01-06T09:00+08:00}",
        "step 2: timers: wanted Late at 2026-01-06T09:00+08:00, there was 2026-01-07T09:00+08:00",
    ),
    "incident": ("steps:\n  - incident: Which", "step 1: incident: wanted one on Which, there was none"),
    "retry without incident": ("steps:\n  - retry: Which", "step 1: there is no incident on Which"),
    "message that nobody waits for": ("steps:\n  - message: Nobody", "step 1: refused, not_correlated"),
    "back in time": ("steps:\n  - until: 2026-01-04T09:00+08:00", "step 1: the clock already stands at"),
    "somebody unknown": (
        PEOPLE + "steps:\n  - complete: Propose\n    as: hu",
        "nobody here is called hu; there are lee, kim",
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_does_not_hold_says_step_wanted_and_found(name, play):
    text, wanted = FAILING[name]
    status, told = play("approval", text)
    assert status == 1
    first, second, last = told.splitlines()
    assert first == "failed  A case  (case.yaml)"
    assert wanted in second
    assert last == "0 passed, 1 failed"


UNREADABLE = {
    "an unknown key": ("stpes: []", "case.yaml:3: “stpes” is not read here"),
    "an unknown verb": ("steps:\n  - compelte: Propose", "case.yaml:4: “compelte” is not read here"),
    "two verbs": ("steps:\n  - complete: Propose\n    advance: P1D", "case.yaml:4: one step does one thing"),
    "no duration": ("steps:\n  - advance: 3 days", "case.yaml:4: “3 days” is no duration"),
    "no offset": ("steps:\n  - until: 2026-01-06T09:00", "case.yaml:4:"),
    "no YAML": ("steps: [", "case.yaml:"),
    "refused and more": ("then:\n  refused: x\n  state: completed", "“refused” stands alone"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_2(name, play):
    text, wanted = UNREADABLE[name]
    status, told = play("approval", text)
    assert status == 2
    assert told.splitlines()[0].startswith("unreadable  ")
    assert wanted in told
    assert told.splitlines()[-1] == "0 passed, 1 failed"


def test_a_path_that_does_not_exist_is_2(tmp_path):
    told = CliRunner().invoke(main, ["scenario", "run", str(tmp_path / "nowhere")])
    assert (told.exit_code, "nowhere" in told.output) == (2, True)


def test_refused(play):
    drawn = "../conformance/java_class"
    assert play(drawn, 'then:\n  refused: "a class of another engine"')[0] == 0
    status, told = play(drawn, 'then:\n  refused: "two start events"')
    assert (status, "refused, but for:" in told) == (1, True)
    status, told = play("approval", 'then:\n  refused: "anything"')
    assert (status, "wanted a refusal with “anything”, it was taken" in told) == (1, True)
    status, told = play(drawn, "then:\n  state: completed")
    assert (status, told.startswith("refused  A case")) == (1, True)


def test_a_diagram_that_is_not_there(play):
    status, told = play("nothing", "then:\n  state: completed")
    assert status == 2
    assert "nothing.bpmn that it names cannot be opened" in told


UNITS = "with: {units: [qc, gm], agreed: null}\n"


def test_items_incident_retry_signal_message_and_outage(play):
    status, told = play(
        "opinions",
        UNITS
        + """steps:
  - open: [Opinion, Opinion]
  - complete: {task: Opinion, item: 2}
  - complete: {task: Opinion, item: qc}
    with: {agreed: perhaps}
  - incident: Which
  - state: incident
  - signal: Recall
    all: true
  - retry: Which
  - incident: Which
  - message: Call
    with: {agreed: true}
  - retry: Which
  - open: [Close]
  - outage: PT37H
  - complete: Close
then:
  state: completed
  times: {Opinion: 2, Recall: 1, Called: 1, Done: 3}
  never: [Mend]
""",
    )
    assert (status, told) == (0, "passed  A case  (case.yaml)\n1 passed, 0 failed\n")


def test_an_item_that_is_none_says_which_are_open(play):
    status, told = play("opinions", UNITS + "steps:\n  - complete: {task: Opinion, item: sales}")
    assert status == 1
    assert "no task called item sales of Opinion; open are Opinion" in told
    assert "qc" in told


def test_an_outage_lets_time_pass_without_a_worker(play):
    steps = "steps:\n  - complete: Propose\n  - {verb}: P5D\n  - times: {{Late: 1}}\n  - complete: Approve\n    with: {{approved: false}}\n"
    for verb in ("outage", "advance"):
        assert play("approval", steps.format(verb=verb) + "then:\n  ended: [Reminded, Refused]")[0] == 0


def test_a_message_with_two_receivers_is_ambiguous(play):
    status, told = play("ambiguous", "steps:\n  - message: Answer\n")
    assert (status, "step 1: refused, ambiguous" in told) == (1, True)


def test_for_programs(play, tmp_path):
    status, told = play("approval", PEOPLE + GOOD, "--json", "out.json", "--coverage", "--at-least", "90")
    assert status == 1
    assert "approval: 5 of 9 flow nodes, 4 of 7 sequence flows (57.1 %)" in told
    assert "untouched sequence flows: Flow_Late_Remind, Flow_Remind_Reminded, Flow_Which_Refused" in told
    assert "less than 90 % of the sequence flows are covered" in told
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    (scenario,) = document["scenarios"]
    assert scenario == {"file": "case.yaml", "scenario": "A case", "result": "passed", "reason": ""}
    assert document["coverage"]["approval"]["untouched_sequence_flows"] == [
        "Flow_Late_Remind", "Flow_Remind_Reminded", "Flow_Which_Refused",
    ]  # fmt: skip


def test_many_files_and_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good").mkdir()
    head = f"scenario: One\ndiagram: {DIAGRAMS / 'approval'}.bpmn\n"
    (tmp_path / "good" / "a.yaml").write_text(head, encoding="utf-8")
    (tmp_path / "good" / "b.yaml").write_text(head + "then: {state: incident}\n", encoding="utf-8")
    (tmp_path / "c.yml").write_text("[]", encoding="utf-8")
    told = CliRunner().invoke(main, ["scenario", "run", "good"])
    assert (told.exit_code, told.output.splitlines()[-1]) == (1, "1 passed, 1 failed")
    told = CliRunner().invoke(main, ["scenario", "run", "."])
    assert (told.exit_code, told.output.splitlines()[-1]) == (2, "1 passed, 2 failed")


def test_six_hundred_elements_in_a_row(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [f"T{number}" for number in range(600)]
    way = ["S", *names, "E"]
    nodes = "".join(f'<bpmn:task id="{name}" />' for name in names)
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{a}" sourceRef="{a}" targetRef="{b}" />' for a, b in itertools.pairwise(way)
    )
    (tmp_path / "long.bpmn").write_text(
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">'
        f'<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="S" />{nodes}<bpmn:endEvent id="E" />{flows}'
        "</bpmn:process></bpmn:definitions>"
    )
    (tmp_path / "long.yaml").write_text(
        "scenario: Long\ndiagram: long.bpmn\nthen: {state: completed, took: [T0, T599, E]}\n"
    )
    told = CliRunner().invoke(main, ["scenario", "run", "long.yaml"])
    assert (told.exit_code, told.output) == (0, "passed  Long  (long.yaml)\n1 passed, 0 failed\n")


def test_an_element_of_two_diagrams_is_covered_only_where_a_token_was(tmp_path, monkeypatch):
    """The caller takes the way past its task X, the called process that through its own X."""
    monkeypatch.chdir(tmp_path)

    def diagram(key, taken, first=""):
        ways = "".join(
            f'<bpmn:sequenceFlow id="{name}" sourceRef="G" targetRef="{target}"><bpmn:conditionExpression>'
            f"{str(target == taken).lower()}</bpmn:conditionExpression></bpmn:sequenceFlow>"
            for name, target in (("to_X", "X"), ("to_Y", "Y"))
        )
        flows = [("S", "C"), ("C", "G")] if first else [("S", "G")]
        rest = "".join(
            f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}" />'
            for a, b in (*flows, ("X", "E"), ("Y", "E"))
        )
        (tmp_path / f"{key}.bpmn").write_text(
            '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">'
            f'<bpmn:process id="{key}" isExecutable="true"><bpmn:startEvent id="S" />{first}'
            '<bpmn:exclusiveGateway id="G" /><bpmn:task id="X" /><bpmn:task id="Y" />'
            f'<bpmn:endEvent id="E" />{ways}{rest}</bpmn:process></bpmn:definitions>'
        )

    diagram("caller", "Y", '<bpmn:callActivity id="C" calledElement="called" />')
    diagram("called", "X")
    (tmp_path / "two.yaml").write_text(
        "scenario: Two\ndiagram: [caller.bpmn, called.bpmn]\nthen: {state: completed, times: {E: 2}}\n"
    )
    told = CliRunner().invoke(main, ["scenario", "run", "two.yaml", "--coverage"]).output.splitlines()
    assert told[1:] == [
        "called: 4 of 5 flow nodes, 3 of 5 sequence flows (60.0 %)",
        "    untouched flow nodes: Y",
        "    untouched sequence flows: Y_E, to_Y",
        "caller: 5 of 6 flow nodes, 4 of 6 sequence flows (66.6 %)",
        "    untouched flow nodes: X",
        "    untouched sequence flows: X_E, to_X",
        "sequence flows covered: 63.6 %",
        "1 passed, 0 failed",
    ]
