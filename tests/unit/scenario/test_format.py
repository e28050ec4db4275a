from datetime import UTC, datetime

import pytest

from processes.scenario import located
from processes.scenario.errors import ScenarioUnreadable
from processes.scenario.format import moment, read

HEAD = "scenario: A name\nprocess: some_process\n"


def reading(tmp_path, text):
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


def test_everything_that_may_stand_in_a_file(tmp_path):
    scenario = reading(
        tmp_path,
        HEAD
        + """at: 2026-11-02T10:00+08:00
with: {description: "12 of 200"}
people: {lee: [sales], wang: [qc, dept_head]}
steps:
  - complete: UT_Verify
    as: lee
    with: {verify_result: accept}
  - complete: {task: UT_Opinion, item: 2}
  - refuse: UT_Compose
    with: {}
    because: reply_before_approval
  - advance: P3D
  - until: 2026-11-06T09:00+08:00
  - message: MsgWithdrawRequest
    with: {by: customer}
  - signal: Recall
    all: true
  - outage: PT37H
  - open: [UT_QcInspect, UT_QcInspect]
  - due: {UT_QcInspect: 2026-11-04T18:00+08:00}
  - timers: {BT_Reply7d: 2026-11-09T24:00+08:00}
  - incident: ST_Send
  - retry: ST_Send
  - variables: {route: quality}
then:
  state: completed
  ended: EE_End
  took: [UT_Verify, UT_FillSlip]
  never: [UT_QcInspect]
  times: {BT_Reply7dWarn: 1}
  sent: {TPL-REPLY: 1}
""",
    )
    assert [step.verb for step in scenario.steps] == [
        "complete", "complete", "refuse", "advance", "until", "message", "signal", "outage",
        "check", "check", "check", "check", "retry", "check",
    ]  # fmt: skip
    assert scenario.steps[0].line == 7
    assert scenario.people == {"lee": ("sales",), "wang": ("qc", "dept_head")}
    assert scenario.steps[10].data["timers"]["BT_Reply7d"] == datetime(2026, 11, 9, 16, tzinfo=UTC)
    assert scenario.then["ended"] == ["EE_End"]


def test_a_default_start(tmp_path):
    assert reading(tmp_path, HEAD).at == datetime(2026, 1, 5, 1, tzinfo=UTC)


def test_a_refusal_stands_alone(tmp_path):
    text = "scenario: s\ndiagram: ./some.bpmn\nthen: {refused: two start events}\n"
    assert reading(tmp_path, text).refused == "two start events"
    with pytest.raises(ScenarioUnreadable, match="stands alone"):
        reading(tmp_path, text.replace("}", ", state: running}"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("- a list", 1, "mapping"),
        ("scenario: s\n", 1, "either a process or a diagram"),
        (HEAD + "diagram: x.bpmn\n", 1, "either"),
        (HEAD + "colour: red\n", 3, "“colour” is not read here"),
        (HEAD + "steps:\n  - complete: A\n    wiht: {}\n", 5, "“wiht” is not read"),
        (HEAD + "steps:\n  - complete: A\n  - jump: B\n", 5, "“jump” is not read"),
        (HEAD + "steps:\n  - complete: A\n    advance: P1D\n", 4, "one step does one thing"),
        (HEAD + "steps:\n  - advance: 3 days\n", 4, "no duration"),
        (HEAD + "steps:\n  - advance: P\n", 4, "no duration"),
        (HEAD + "steps:\n  - until: tomorrow\n", 4, "no moment"),
        (HEAD + "steps:\n  - until: 2026-11-06T09:00\n", 4, "lacks its offset"),
        (HEAD + "then: {state: done}\n", 3, "is one of"),
        (HEAD + "then: {times: {A: often}}\n", 3, "counts"),
        (HEAD + "with: {a: 1, a: 2}\n", 3, "stands twice"),
        (HEAD + "with: &a {b: 1}\nthen: *a\n", 4, "aliases"),
        (HEAD + "with: [\n", 4, "expected"),
        (HEAD + "with: !!python/object/apply:os.system [ls]\n", 3, "constructor"),
        (HEAD + "people: {lee: sales}\n", 3, "are a list"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_its_line(tmp_path, text, line, message):
    with pytest.raises(ScenarioUnreadable, match=message) as caught:
        reading(tmp_path, text)
    assert caught.value.line == line


def test_bytes_that_are_no_text(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioUnreadable, match="UTF-8"):
        read(file)
    with pytest.raises(ScenarioUnreadable, match="cannot be opened"):
        read(tmp_path / "none.yaml")


def test_the_end_of_a_day_is_the_start_of_the_next():
    assert moment("2026-11-09T24:00+08:00") == moment("2026-11-10T00:00+08:00")


def test_a_scenario_is_read_to_its_largest_size(tmp_path, monkeypatch):
    file = tmp_path / "a.yaml"
    file.write_text("# told\n")
    monkeypatch.setattr(located, "SIZE_LIMIT", 7)
    assert located.load(file) is None
    file.write_text("# told.\n")
    with pytest.raises(ScenarioUnreadable, match="larger than 7 bytes"):
        located.load(file)
