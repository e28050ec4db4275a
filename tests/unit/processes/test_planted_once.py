"""Mistakes from which more follows, or that nothing but a likeness shows: each is told once."""

import pytest

from engine.values import Severity
from tests.unit.processes.test_planted import planted

SINGLE = {
    "a service": ("complaint_intake.bpmn", 'camunda:topic="case.open"', 'camunda:topic="case.opxen"', "unknown_topic"),
    "a service like no other": ("complaint_intake.bpmn", 'topic="case.open"', 'topic="zzz"', "unknown_topic"),
    "a letter": ("kb_sales_quality.bpmn", ">TPL-END<", ">TPL-ENDE<", "unknown_letter"),
    "a called process": (
        "complaint_intake.bpmn",
        'calledElement="kb_sales_quality"',
        'calledElement="kb_sales_qualixty"',
        "unknown_process",
    ),
    "a key of the case": ("procedure.toml", "[case]\ntitle", "[case]\ntitel", "declaration"),
    "whom a clock tells of what": ("procedure.toml", "tell = { warn =", "tell = { wran =", "declaration"),
    "who approves versions": ("procedure.toml", '"change_of_measure"', '"change_of_mesure"', "declaration"),
    "which process opens a case again": ("procedure.toml", '"sub_reopening"', '"sub_reopning"', "declaration"),
    "a phase in the declaration": ("procedure.toml", 'key = "follow_up"', 'key = "followup"', "declaration"),
    "a setting of many": ("procedure.toml", "[settings.capa_rounds]", "[settings.capa_rouds]", "declaration"),
    "a stage of several": ("procedure.toml", "\ncountermeasure =", "\ncounttermeasure =", "declaration"),
    "the groups that register": ("procedure.toml", 'groups = ["intake"', 'groups = ["intkae"', "starters"),
    "a form that is gone": ("kb_sales_quality.bpmn", ' camunda:formRef="F02"', "", "no_form"),
    "the id of another task": ("kb_sales_quality.bpmn", 'id="UT_QcAttribute"', 'id="UT_QcInspect"', "duplicate_id"),
    "the type of an output": ("D04_deadlines.dmn", 'typeRef="integer"', 'typeRef="boolean"', "cell"),
    "the name of a type": ("D04_deadlines.dmn", 'typeRef="string"', 'typeRef="striing"', "type"),
    "how a table decides": ("D03_approval.dmn", 'hitPolicy="FIRST"', 'hitPolicy="FIRRST"', "hit-policy"),
    "many rows that meet": ("D02_severity.dmn", 'hitPolicy="FIRST"', 'hitPolicy="UNIQUE"', "overlap"),
    "an input of a service": (
        "kb_sales_quality.bpmn",
        '<camunda:inputParameter name="to">',
        '<camunda:inputParameter name="tox">',
        "nobody_reads",
    ),
    "what is only tested": ("kb_sales_quality.bpmn", "is_defined(demands)", "is_defined(demnds)", "nobody_writes"),
    "what a table only tests": (
        "D03_approval.dmn",
        "is_defined(joint_result)",
        "is_defined(joint_reslt)",
        "nobody_writes",
    ),
    "what somebody is told": ("complaint_intake.bpmn", '"what">severity', '"what">seveity', "stands_alone"),
    "a severity": ("D02_severity.dmn", '"S3"', '"S3x"', "stands_alone"),
    "a remedy": ("D05_remedy.dmn", '"exchange"', '"exchxange"', "stands_alone"),
    "an output that no drawing reads": ("D04_deadlines.dmn", 'name="unit"', 'name="unitt"', "deadline"),
    "how a clock counts": ("D04_deadlines.dmn", '"calendar"', '"calender"', "deadline"),
    "the word of a value": ("procedure.toml", "price_cut = ", "price_cutt = ", "declaration"),
    "a value of a fact": ("procedure.toml", "else 'other'))", "else 'othlr'))", "stands_alone"),
    "a function of the declaration": ("procedure.toml", "=setting('max", "=settng('max", "declaration"),
    "a step that a started process is told": (
        "kb_sales_quality.bpmn",
        "UT_ExplainReject</camunda:input",
        "UT_ExplaiinReject</camunda:input",
        "stands_alone",
    ),
    "a code of several": (
        "kb_sales_quality.bpmn",
        'escalationCode="REPLY_SENT"',
        'escalationCode="REPLL_SENT"',
        "never_thrown",
    ),
    "where an event stands": ("complaint_intake.bpmn", 'attachedToRef="CA_KB"', 'attachedToRef="A_KB"', "no_host"),
    "a column that a service reads": ("D03_approval.dmn", 'name="next_role"', 'name="next_roles_of"', "wrong_kind"),
    "a column that a called process reads": ("D05_remedy.dmn", 'name="unit"', 'name="unit_new"', "wrong_kind"),
    "a column that a clock reads": ("D04_deadlines.dmn", 'name="warn"', 'name="warning"', "deadline"),
    "a form that another folder has": ("kb_sales_quality.bpmn", 'formRef="F02"', 'formRef="F15"', "unknown_form"),
    "an attribute of a table that is asked": (
        "complaint_intake.bpmn",
        "camunda:decisionRef=",
        "camunda:decisonRef=",
        "attribute",
    ),
    "an attribute of a service": ("complaint_intake.bpmn", "camunda:topic=", "camunda:topc=", "attribute"),
    "an attribute of a call": ("complaint_intake.bpmn", "calledElement=", "caledElement=", "attribute"),
    "the tag of a mapping": ("kb_sales_quality.bpmn", "<camunda:in ", "<camunda:inn ", "attribute"),
    "the form of a task": ("kb_sales_quality.bpmn", 'formRef="F02"', 'formRef="F022"', "unknown_form"),
    "an attribute of a flow": ("complaint_intake.bpmn", "targetRef=", "tagretRef=", "attribute"),
    "an attribute of a property": ("complaint_intake.bpmn", 'name="phase" value=', 'name="phase" vlaue=', "attribute"),
    "whether it runs": ("kb_sales_quality.bpmn", 'isExecutable="true"', 'isExecutable="ture"', "yes_or_no"),
    "whether events begin it": ("complaint_intake.bpmn", 'ByEvent="true"', 'ByEvent="tru"', "yes_or_no"),
    "who starts it": ("complaint_intake.bpmn", 'StarterGroups="intake', 'StarterGroups="intkae', "starters"),
    "rows of a form that all read": ("F05.form", '"path": "remedies"', '"path": "remdies"', "nobody_writes"),
    "an output of a table of two": ("D02_severity.dmn", 'name="notify"', 'name="notfy"', "wrong_kind"),
    "what the declaration begins with": ("procedure.toml", '"goods_b2b"', '"gods_b2b"', "never_equal"),
    "what a process gives back": ("kb_sales_quality.bpmn", '"outputs" value="', '"outputs" value="x', "output_unknown"),
}


def test_a_word_that_is_called_otherwise_is_said_somewhere():
    for old, new in (("customer = ", "custmer = "), ('"客户" = ', '"客尸" = ')):
        (found,) = planted("pt_patient", "procedure.toml", old, new)
        assert "did you mean c" in str(found) or "did you mean 客户?" in str(found), found


def test_what_the_declaration_asks_of_a_row_is_one_of_its_fields():
    (found,) = planted("pt_patient", "procedure.toml", "[r.kind for", "[r.kid for")
    assert "r has no field kid: did you mean kind?" in str(found)


def test_what_hides_an_error_is_one():
    (found,) = planted("kb_sales_quality", "complaint_intake.bpmn", "targetRef=", "tagretRef=")
    assert found.severity is Severity.ERROR


DOOR = {
    "groups with a blank between": ("front_door.bpmn", 'Groups="triage"', 'Groups="triage reception"', "separator"),
    "the sign before braces": ("front_door.bpmn", "${triage_reason}", "{triage_reason}", "only_words"),
    "a variable that is a text": ("front_door.bpmn", "${triage_reason}", "triage_reason", "only_words"),
    "a letter of another folder": ("front_door.bpmn", ">TPL-RECEIPT<", ">OP-REPLY<", "letter_field"),
    "a default flow with a condition": (
        "front_door.bpmn",
        'default="Flow_GW_Complaint_ST_NoComplaint"',
        'default="Flow_GW_Complaint_ST_Move"',
        "no_condition",
    ),
    "what a lane holds": ("front_door.bpmn", "Ref>UT_Triage</", "Ref>UT_Triag</", "lane"),
    "null in quotation marks": ("front_door.bpmn", "triage_decision == 'move'", "target != 'null'", "doubtful"),
    "null without its sign": ("procedure.toml", 'target = "=null"', 'target = "null"', "declaration"),
    "a phase twice": ("procedure.toml", 'key = "triage"', 'key = "taken_in"', "declaration"),
    "a row that gives nothing": ("D01_cc_route.dmn", '<text>"pt_patient"</text>', "<text></text>", "empty"),
    "a label that is another one": ("F41.form", '"label": "Reason"', '"label": "Why"', "untranslated"),
    "a choice that became a text": ("F41.form", '"type": "radio"', '"type": "textfield"', "form"),
    "an option twice": ("F41.form", '"value": "close"', '"value": "move"', "form"),
}


@pytest.mark.parametrize(("file", "old", "new", "code"), DOOR.values(), ids=DOOR)
def test_what_somebody_mistakes_at_the_front_door_is_told_once(file, old, new, code):
    assert [each.code for each in planted("front_door", file, old, new)] == [code]


@pytest.mark.parametrize(("file", "old", "new", "code"), SINGLE.values(), ids=SINGLE)
def test_what_only_follows_from_a_misspelt_name_is_not_told(file, old, new, code):
    assert [each.code for each in planted("kb_sales_quality", file, old, new)] == [code]
