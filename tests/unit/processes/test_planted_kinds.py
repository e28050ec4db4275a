"""Mistakes in what kind of thing stands somewhere: a time, a list, a name; each is told once, with what to write."""

import pytest

from engine.values import Severity
from tests.unit.processes.test_planted import planted

DOOR, DRAWN = "front_door", "front_door.bpmn"
CLAIM = "op_quality_claim"
WARNS = '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">${reply_warn_at}</bpmn:timeDate>'
BEGINS = "${setting('begins')}"
MOVES = "triage_decision == 'move'"


def _lasting(text):
    return WARNS.replace("timeDate", "timeDuration").replace("${reply_warn_at}", text)


ERRORS = {
    "a choice as a day": (DOOR, "procedure.toml", 'value = "=channel"\nkind = "choice"', 'value = "=channel"\nkind = "day"', "channel gives a text, and the kind day is asked for"),
    "a number as a moment": (DOOR, "procedure.toml", 'received = "=received_at"', 'received = "=5"', "case.received: 5 gives a number, and the kind moment is asked for"),
    "a choice as an amount": (DOOR, "procedure.toml", 'value = "=channel", kind = "choice"', 'value = "=channel", kind = "money"', "channel gives a text, and the kind money is asked for"),
    "words as a day of a letter": ("kb_sales_quality", "letters/TPL-REJECT.en.txt", "{{ reject_reason }}", "{{ reject_reason | day }}", "writes reject_reason (a text): “| day” writes a date"),
    "words as an amount of a letter": ("kb_sales_quality", "letters/TPL-END.en.txt", "{{ end_reason | sentence }}", "{{ end_reason | money }}", "writes end_reason (a text): “| money” writes an amount"),
    "words joined in a letter": ("kb_sales_quality", "letters/TPL-END.en.txt", "{{ end_reason | sentence }}", "{{ end_reason | join }}", "gives join end_reason (a text): it takes a list"),
    "a list as it stands in a letter": ("kb_sales_quality", "letters/TPL-END.en.txt", "{{ end_reason | sentence }}", "{{ end_reason | sentence }} {{ demands }}", "writes demands (a list): write a list with"),
    "a condition of a form that is words": (DOOR, "F41.form", '"=triage_decision != \\"move\\""', '"=description"', "its condition is description (a text), which is neither true nor false"),
    "a cell that holds for all": ("kb_sales_quality", "D02_severity.dmn", "&gt;= 50000<", "&gt;= 50000, &lt; 50000<", "it holds for every value: leave it empty"),
    "a function without its brackets": (DOOR, DRAWN, "now())}", "now)}", "asks for now, which nobody writes: did you mean now()?"),
    "a parameter twice": (DOOR, DRAWN, '<camunda:outputParameter name="target">', '<camunda:outputParameter name="target">${null}</camunda:outputParameter><camunda:outputParameter name="target">', "the parameter target is there 2 times"),
    "a moment for a duration": (CLAIM, f"{CLAIM}.bpmn", WARNS, _lasting("${reply_warn_at}"), "is reply_warn_at (a date with time), which is no length of time: write PT4H"),
    "a number for a duration": (CLAIM, f"{CLAIM}.bpmn", WARNS, _lasting("${setting('objection_window_days')}"), "(a number), which is no length of time"),
    "a number for a date": (CLAIM, f"{CLAIM}.bpmn", ">${reply_warn_at}</bpmn:timeDate", ">${setting('objection_window_days')}</bpmn:timeDate", "the timer is setting('objection_window_days') (a number), which is no date"),
    "a duration for a date": (CLAIM, f"{CLAIM}.bpmn", ">${reply_warn_at}</bpmn:timeDate", ">${duration('PT4H')}</bpmn:timeDate", "PT4H is not a time that can be used"),
    "a setting compared with words": (CLAIM, f"{CLAIM}.bpmn", ">${reply_warn_at}</bpmn:timeDate", ">${if setting('objection_window_days') == 'x' then reply_warn_at else null}</bpmn:timeDate", "compares setting('objection_window_days') (a number) with the text x"),
    "a day that never comes": ("source_sweep", "procedure.toml", '"0 0 9 ? * MON"', '"0 0 9 31 2 ?"', "settings.begins: 0 0 9 31 2 ? is not a time that can be used: it never fires"),
    "a text for a list": (DOOR, DRAWN, MOVES, "triage_decision in 'move,close'", 'a list is written ["move", "close"]'),
    "two ways at once": (DOOR, DRAWN, MOVES, f"{MOVES} and triage_decision == 'close'", "holds never, whatever the case is: write or"),
    "options of a text": (DOOR, "F41.form", '"valuesKey": "move_targets"', '"valuesKey": "description"', "the list of its options is description (a text), which is no list of choices"),
    "neither yes nor no": (DOOR, DRAWN, '<bpmn:serviceTask id="ST_Move"', '<bpmn:serviceTask camunda:asyncBefore="yes" id="ST_Move"', "camunda:asyncBefore is yes: write true or false"),
    "nor in a mapping": (DOOR, DRAWN, 'target="template" />', 'target="template" local="yes" />', "camunda:in local is yes: write true or false"),
    "a file for a form": (DOOR, DRAWN, 'formRef="F41"', 'formRef="F41.form"', "did you mean F41?"),
    "a comma in a number": (CLAIM, "D02_op_severity.dmn", "&gt;= 50000<", "&gt;= 50.000,50<", "write >= 50000.50, or a blank after the comma"),
    "a task of another tool": (DOOR, DRAWN, 'camunda:topic="case.move"', 'xmlns:flowable="http://flowable.org/bpmn" flowable:topic="case.move"', "flowable:topic of another tool is not read here: write camunda:topic"),
}  # fmt: skip
WARNINGS = {
    "a group as a person": (DOOR, DRAWN, 'camunda:candidateGroups="triage"', 'camunda:candidateUsers="triage"', "camunda:candidateUsers is triage, which is a group: write camunda:candidateGroups"),
    "months for minutes": (CLAIM, f"{CLAIM}.bpmn", WARNS, _lasting("P30M"), "P30M is 30 months; minutes are written PT30M"),
    "null as a text": (DOOR, DRAWN, ">${triage_reason}<", ">null<", "the input parameter move_reason is the text null: write ${null}"),
    "whatever is chosen": (DOOR, DRAWN, MOVES, f"{MOVES} or triage_decision != 'move'", "holds always, whatever the case is: change it"),
    "the same twice": (DOOR, DRAWN, MOVES, f"{MOVES} or {MOVES}", "asks the same twice"),
    "a part that never holds": (DOOR, "F41.form", '"=triage_decision', "\"=triage_decision == 'move' and triage_decision == 'close' or triage_decision", "holds never, whatever the case is: change it"),
    "a rhythm that nobody checks": ("source_sweep", "procedure.toml", 'type = "cycle"', 'type = "text"', 'declare it with type = "cycle"'),
    "a moment for a rhythm": ("source_sweep", "source_sweep.bpmn", BEGINS, "${now()}", "is now() (a date with time), which is no rhythm"),
    "an end for a beginning": ("source_sweep", "source_sweep.bpmn", BEGINS, "R5/PT1H/2026-01-01T00:00:00Z", "write R5/2026-01-01T00:00:00Z/PT1H where the first time is meant"),
    "a procedure that is none": (DOOR, "D01_cc_route.dmn", '"kb_sales_quality"', '"kb_sales"', "names kb_sales, and there is no procedure kb_sales: did you mean kb_sales_quality?"),
    "a stage for nothing": (DOOR, "procedure.toml", 'triage = "4h"', 'triage = "4h"\nsorting = "2d"', "no expression asks for stage_due('sorting')"),
    "two groups as one value": (DOOR, DRAWN, 'Groups="triage"', "Groups=\"${'triage reception'}\"", 'names triage reception: this is one name: write "triage, reception"'),
    "two groups of a lane": (DOOR, DRAWN, 'name="group" value="triage"', 'name="group" value="triage reception"', "the lane Triage names triage reception: this is one name"),
    "a form of another tool": (DOOR, DRAWN, 'camunda:formRef="F41"', 'xmlns:flowable="http://flowable.org/bpmn" flowable:formKey="F41"', "flowable:formKey of another tool is not read here: write camunda:formKey"),
}  # fmt: skip


@pytest.mark.parametrize(("folder", "file", "old", "new", "said"), ERRORS.values(), ids=ERRORS)
def test_what_cannot_be_there_is_refused_with_one_finding(folder, file, old, new, said):
    (found,) = planted(folder, file, old, new)
    assert found.severity is Severity.ERROR
    assert said in str(found)


@pytest.mark.parametrize(("folder", "file", "old", "new", "said"), WARNINGS.values(), ids=WARNINGS)
def test_what_is_likely_wrong_is_told_with_one_finding(folder, file, old, new, said):
    (found,) = planted(folder, file, old, new)
    assert found.severity is Severity.WARNING
    assert said in str(found)
