"""Mistakes of somebody who draws: one small edit of a shipped folder each, found with its place and a cure."""

import pytest

from engine import in_words
from engine.deploy.checks import check_together, draw
from engine.values import Severity
from processes import folders
from processes.settings import Settings
from web.compose import checking
from web.shell.language import translations

RUNTIME = checking(Settings())
SHIPPED = {each.key: each.files for each in folders.shipped()}
BESIDE = {key: draw(RUNTIME, files) for key, files in SHIPPED.items()}

REPLY = ("reply", "sub_reply.bpmn")
DOOR = ("front_door", "front_door.bpmn")
DOOR_TOML = ("front_door", "procedure.toml")
CLAIM = ("op_quality_claim", "op_quality_claim.bpmn")
CLAIM_TOML = ("op_quality_claim", "procedure.toml")
PATIENT = ("pt_patient", "pt_patient.bpmn")

ERRORS = {
    # names that nobody writes
    "a condition misspells a counter": (
        *(*REPLY, "${reminders_sent &lt; setting", "${reminder_sent &lt; setting"),
        '"yes": the condition asks for reminder_sent, which nobody writes: did you mean reminders_sent?',
    ),
    "a timer misspells a moment": (
        *(*CLAIM, ">${reply_warn_at}</bpmn:timeDate", ">${reply_warned_at}</bpmn:timeDate"),
        "the timer asks for reply_warned_at, which nobody writes: did you mean reply_warn_at?",
    ),
    "a due date misspells a variable": (
        *(*REPLY, "coalesce(pace, severity)", "coalesce(pace, severty)"),
        '"Write the reply": camunda:dueDate asks for severty, which nobody writes: did you mean severity?',
    ),
    "a collection misspells a list": (
        *(*CLAIM, 'collection="${joint_units}"', 'collection="${joined_units}"'),
        "the collection asks for joined_units, which nobody writes: did you mean joint_units?",
    ),
    "an input parameter misspells a variable": (
        *(*REPLY, '"letter_to">${reply_to}', '"letter_to">${replay_to}'),
        '"Send the reply": the input parameter letter_to asks for replay_to, which nobody writes: did you mean reply_to?',
    ),
    "an output parameter misspells a variable": (
        *(*REPLY, "${reminders_sent + 1}", "${reminder_sent + 1}"),
        '"Remind the customer": the output parameter reminders_sent asks for reminder_sent, which nobody writes',
    ),
    "a map of a letter misspells a field": (
        *(*REPLY, "${reply_schedule}", "${reply_shedule}"),
        "the input parameter letter asks for reply_shedule, which nobody writes: did you mean reply_schedule?",
    ),
    "a call hands over what is not there": (
        *(*CLAIM, '<camunda:in source="remedies"', '<camunda:in source="remedy_rows"'),
        "camunda:in asks for remedy_rows, which nobody writes",
    ),
    "a group is read from nowhere": (
        *(*REPLY, 'candidateGroups="${reply_unit}"', 'candidateGroups="${replying_unit}"'),
        '"Write the reply": camunda:candidateGroups asks for replying_unit, which nobody writes: did you mean reply_unit?',
    ),
    "who records is read from nowhere": (
        *(*REPLY, "${answer_recorders}", "${answer_recorder}"),
        '"Customer accepts": the property recordedBy asks for answer_recorder, which nobody writes: did you mean',
    ),
    "a form field is renamed": (
        *("front_door", "F41.form", '"key": "triage_decision"', '"key": "triage_choice"'),
        '"yes": the condition asks for triage_decision, which nobody writes',
    ),
    "a condition of a form misspells a field": (
        *("follow_up", "F14.form", '"=reached != true"', '"=reachd != true"'),
        '"Satisfied?": its condition asks for reachd, which nobody writes: did you mean reached?',
    ),
    "a condition of a form calls what is not there": (
        *("follow_up", "F14.form", '"=reached != true"', '"=contans(reached, true)"'),
        "uses the function contans, and there is none of that name: did you mean contains?",
    ),
    "a service names no clock": (
        *(*CLAIM, "<camunda:inputOutput>", '<camunda:inputOutput><camunda:inputParameter name="clock">x</camunda:inputParameter>'),
        "procedure.toml declares no clock x",
    ),
    "a form shows a variable that is not there": (
        *("front_door", "F41.form", '"readFrom": "=description"', '"readFrom": "=descripton"'),
        "readFrom asks for descripton, which nobody writes: did you mean description?",
    ),
    "a default of a form misspells a variable": (
        *("reply", "F06.form", '"defaultValue": "=prevention"', '"defaultValue": "=preventions"'),
        "its default value asks for preventions, which nobody writes: did you mean prevention?",
    ),
    "a column of a table misspells a variable": (
        *("front_door", "D01_cc_route.dmn", "<text>about</text>", "<text>abuot</text>"),
        '"Find the procedure": the table Procedure of a complaint (D01_cc_route.dmn) asks for abuot, which nobody',
    ),
    "a table's result is called otherwise": (
        *(*DOOR, 'resultVariable="routing"', 'resultVariable="route"'),
        "the output parameter target asks for routing, which nobody writes",
    ),
    "a service lacks what it needs": (
        *(*DOOR, '<camunda:inputParameter name="move_reason">', '<camunda:inputParameter name="reason">'),
        '"Hand it over": the service case.move asks for move_reason, which nobody writes',
    ),
    "a contract promises what nobody sets": (
        *(*REPLY, 'value="customer_answer answer_note?"', 'value="customer_answer asked_again answer_note?"'),
        "the property outputs asks for asked_again, which nobody writes",
    ),
    "the declaration reads what nobody writes": (
        *(*DOOR_TOML, 'value = "=company"', 'value = "=compny"'),
        "facts.value: nobody writes the variable compny: did you mean company?",
    ),
    "the summary reads what nobody writes": (
        *(*DOOR_TOML, 'value = "=[company, name]"', 'value = "=[company, nam]"'),
        "summary.lines.value: nobody writes the variable nam: did you mean name?",
    ),
    # values that a variable never has
    "several are made of a choice": (
        *(*CLAIM, 'collection="${joint_units}"', 'collection="${op_class}"'),
        "the collection is op_class (a text), which is no list",
    ),
    "a condition compares with no option": (
        *(*DOOR, "triage_decision == 'move'", "triage_decision == 'moved'"),
        '"yes": the condition compares triage_decision with moved, which it never is: did you mean move?',
    ),
    "a condition lists no option": (
        *(*CLAIM, "op_class in ('appeal', 'claim')", "op_class in ('apeal', 'claim')"),
        "the condition compares op_class with apeal, which it never is: did you mean appeal?",
    ),
    "an option is renamed": (
        *("front_door", "F40.form", '"value": "lot"', '"value": "batch"'),
        "row 3, column What it is about: compares about with lot, which it never is",
    ),
    "a form compares with no option": (
        *("front_door", "F41.form", '"=triage_decision != \\"move\\""', '"=triage_decision != \\"mov\\""'),
        "its condition compares triage_decision with mov, which it never is: did you mean move?",
    ),
    "a cell compares with no option": (
        *("front_door", "D01_cc_route.dmn", '<text>"lot"</text>', '<text>"lots"</text>'),
        '"Procedure of a complaint": row 3, column What it is about: compares about with lots, which it never is',
    ),
    "a text is compared with a tick": (
        *(*CLAIM, "cause_found == true", "cause_found == 'true'"),
        "compares cause_found with the text true, which it never is",
    ),
    "a condition compares with nothing that a service says": (
        *("pt_patient", "pt_patient.bpmn", "agreement_status == 'signed'", "agreement_status == 'singed'"),
        '"yes": the condition compares agreement_status with singed, which it never is: did you mean signed?',
    ),
    "an error event catches what the service never raises": (
        *(*REPLY, 'errorCode="SEND_BLOCKED"', 'errorCode="SENT_BLOCKED"'),
        '"Blocked": it waits for the error SENT_BLOCKED, which nothing there throws: did you mean SEND_BLOCKED?',
    ),
    # names of the house
    "a phase is not declared": (
        *(*DOOR, 'name="phase" value="triage"', 'name="phase" value="triag"'),
        '"Choose the procedure": the phase triag is not declared in procedure.toml: did you mean triage?',
    ),
    "a stage is not declared": (
        *(*DOOR, "stage_due(&#39;triage&#39;", "stage_due(&#39;triges&#39;"),
        "\"Choose the procedure\": camunda:dueDate stage_due('triges') asks for what is not in [stages]",
    ),
    "a setting is not declared": (
        *(*REPLY, "setting('silent_reminders')}</bpmn:cond", "setting('silent_reminder')}</bpmn:cond"),
        "\"yes\": the condition setting('silent_reminder') asks for what is not in [settings] of procedure.toml: did you",
    ),
    "a topic does not exist": (
        *(*DOOR, 'camunda:topic="case.archive"', 'camunda:topic="case.achive"'),
        '"Archive": no service is registered under the topic case.achive: did you mean case.archive?',
    ),
    "a function does not exist": (
        *(*REPLY, "${end_of_day(", "${end_of_days("),
        "uses the function end_of_days, and there is none of that name: did you mean end_of_day?",
    ),
    "a form does not exist": (
        *(*DOOR, 'camunda:formRef="F41"', 'camunda:formRef="F42"'),
        '"Choose the procedure": there is no form F42 in the deployment',
    ),
    "a table does not exist": (
        *(*DOOR, 'decisionRef="D01_cc"', 'decisionRef="D01_c"'),
        '"Find the procedure": there is no decision D01_c in the deployment: did you mean D01_cc?',
    ),
    "a called process does not exist": (
        *(*DOOR, 'calledElement="send_letter"', 'calledElement="send_leter"'),
        '"Acknowledge receipt": there is no process send_leter in the deployment: did you mean send_letter?',
    ),
    "a process beside the case is handed what it does not take": (
        *(*CLAIM, '<camunda:inputParameter name="capa_unit">', '<camunda:inputParameter name="capa_units">'),
        "sub_capa declares no input capa_units: did you mean capa_unit?",
    ),
    "a process beside the case lacks what it needs": (
        *(*CLAIM, '<camunda:inputParameter name="effect_unit">', '<camunda:inputParameter name="severity">'),
        "sub_capa needs the input effect_unit: hand it over as an input parameter",
    ),
    "a letter does not exist": (
        *(*DOOR, ">TPL-RECEIPT<", ">TPL-RECEPT<"),
        '"Acknowledge receipt": there is no letter TPL-RECEPT: no folder has letters/TPL-RECEPT.zh.txt: did you mean',
    ),
    "a letter lacks a field": (
        *(*REPLY, 'key="reply_cause"', 'key="reply_case"'),
        "has no field reply_case: did you mean reply_cause?",
    ),
    "a letter uses what its head does not name": (
        *("front_door", "letters/TPL-RECEIPT.en.txt", "{{ case_no }}\n", "{{ case_nr }}\n"),
        "the letter uses case_nr, which its head does not name",
    ),
    "an outcome is not declared": (
        *(*DOOR, 'name="outcome">no_complaint</camunda:input', 'name="outcome">no_complain</camunda:input'),
        '"Outcome: no complaint": the outcome no_complain is not declared in [outcomes] of procedure.toml: did you mean',
    ),
    "a clock is not declared": (
        *(*PATIENT, 'name="clock">regulation<', 'name="clock">regulations<'),
        "declares no clock regulations: did you mean regulation?",
    ),
    "a clock reads no column of its table": (
        *(*CLAIM_TOML, 'limit = "hard_reply"', 'limit = "hard_replay"'),
        "clocks.limit: the table D04_op gives no hard_replay: did you mean hard_reply?",
    ),
    "whoever did no step is kept apart": (
        *("approval", "sub_approval.bpmn", '"separationOfRounds" value="UT_Approve"', '"separationOfRounds" value="UT_Aprove"'),
        '"Approve plan and reply": separationOfRounds names UT_Aprove, which is not in the deployment: did you mean',
    ),
    "a preview is of no call": (
        *(*REPLY, 'name="letterOf" value="CA_Send"', 'name="letterOf" value="CA_Sent"'),
        '"Write the reply": letterOf names CA_Sent, which is not in the process: did you mean CA_Send?',
    ),
    # due dates, people, tables
    "a due date is words": (
        *(*REPLY, "${stage_due(&#39;reply&#39;, now(), coalesce(pace, severity))}", "tomorrow"),
        '"Write the reply": camunda:dueDate',
    ),
    "a due date is another field": (
        *("front_door", "front_door.bpmn", "${stage_due(&#39;triage&#39;, now())}", "${channel}"),
        '"Choose the procedure": camunda:dueDate is channel (a text), which is no date: name a field with a date',
    ),
    "a table of routes has no last row": (
        *("front_door", "D01_cc_route.dmn", '<inputEntry id="In_D01_cc_4_1">\n          <text></text>', '<inputEntry id="In_D01_cc_4_1">\n          <text>"other"</text>'),
        "add a last row for all the rest, or a default. It is needed:",
    ),
    "groups are parted by a Chinese comma": (
        *(*CLAIM, 'candidateGroups="office,op_manager"', 'candidateGroups="office，op_manager"'),
        'put a plain comma between names: "office,op_manager"',
    ),
    "an owner is nobody": (
        *(*CLAIM, 'name="owner" value="true"', 'name="owner" value="yes"'),
        "the property owner says 'yes'",
    ),
    "a default flow leads elsewhere": (
        *(*DOOR, 'default="Flow_GW_Complaint_ST_NoComplaint"', 'default="Flow_GW_Clear_UT_Triage"'),
        '"A complaint?": the default flow',
    ),
    "an error mapping is misspelt": (
        *(*REPLY, 'errorRef="Error_SEND_BLOCKED"', 'errorRef="Error_BLOCKED"'),
        '"Blocked"',
    ),
}  # fmt: skip

WARNINGS = {
    "a group has a typing error": (
        *(*CLAIM, 'camunda:candidateGroups="office"', 'camunda:candidateGroups="ofice"'),
        "names ofice: nothing else names a group ofice: did you mean office?",
    ),
    "a group of the declaration has a typing error": (
        *(*CLAIM_TOML, '["owner", "op_manager"]', '["owner", "op_manger"]'),
        "nothing else names a group op_manger: did you mean op_manager?",
    ),
    "a task has no form": (
        *(*DOOR, 'camunda:formRef="F41" camunda:formRefBinding="deployment" ', ""),
        '"Choose the procedure": it has no form',
    ),
    "a task is nobody's": (
        *(*REPLY, 'candidateGroups="${reply_unit}"', 'priority="50"'),
        '"Write the reply": the group of the lane Unit that replies is an expression, which is worked out nowhere',
    ),
    "nobody may record a message": (
        *(*CLAIM, 'name="recordedBy" value="', 'name="recordedBy" value="${null}" data="'),
        '"Customer objects": the property recordedBy names nobody, so that only administrators can record it',
    ),
    "a phase of two elements is renamed": (
        *(*CLAIM_TOML, '[[phases]]\nkey = "received"', '[[phases]]\nkey = "recieved"'),
        "the phase received is not declared in procedure.toml: did you mean recieved? (and 1 more)",
    ),
    "a task has an empty group": (
        *(*REPLY, 'candidateGroups="${reply_unit}"', 'candidateGroups="${null}"'),
        '"Write the reply":',
    ),
    "a property is misspelt": (
        *(*REPLY, 'name="recordedBy"', 'name="recordBy"'),
        "nobody reads the property recordBy: did you mean recordedBy?",
    ),
    "a rule is not in the list": (
        *(*DOOR, 'value="GC-A4-1"', 'value="GC-A4-9"'),
        "rules.tsv has no rule GC-A4-9",
    ),
}


def planted(folder, file, old, new):
    """What the checks say of a folder with one edit."""
    text = SHIPPED[folder][file].decode()
    assert old in text, f"{file} no longer says {old}"
    files = {**SHIPPED[folder], file: text.replace(old, new, 1).encode()}
    found = check_together(RUNTIME, {folder: files}, BESIDE)[folder].findings
    english = [each for each in found if in_words(each.message, translations("zh").ugettext) == each.message]
    assert not english, english
    return found


@pytest.mark.parametrize(("folder", "file", "old", "new", "said"), ERRORS.values(), ids=ERRORS)
def test_a_mistake_is_refused(folder, file, old, new, said):
    found = [str(each) for each in planted(folder, file, old, new) if each.severity is Severity.ERROR]
    assert any(said in each for each in found), found


@pytest.mark.parametrize(("folder", "file", "old", "new", "said"), WARNINGS.values(), ids=WARNINGS)
def test_a_mistake_is_warned_of(folder, file, old, new, said):
    found = [str(each) for each in planted(folder, file, old, new)]
    assert any(said in each for each in found), found


def test_a_task_may_say_that_only_administrators_are_meant():
    hidden = '"letterOf" value="CA_Send"', '"audience" value="administrators"'
    text = SHIPPED["reply"]["sub_reply.bpmn"].decode().replace('candidateGroups="${reply_unit}"', 'priority="50"', 1)
    files = {**SHIPPED["reply"], "sub_reply.bpmn": text.replace(*hidden, 1).encode()}
    assert not check_together(RUNTIME, {"reply": files}, BESIDE)["reply"].findings


def test_a_value_that_callers_compare_with_is_missed_in_them():
    found = planted(*REPLY, 'camunda:expression="reject"', 'camunda:expression="rejected"')
    said = [str(each) for each in found if each.code == "never_equal"]
    assert any("op_quality_claim.bpmn" in each and "compares customer_answer with reject" in each for each in said), (
        said
    )


def test_another_mistake_beside_a_misspelt_service_is_told_all_the_same():
    text = SHIPPED["reply"]["sub_reply.bpmn"].decode()
    topic = text.partition('camunda:topic="')[2].partition('"')[0]
    text = text.replace(f'topic="{topic}"', f'topic="{topic[:-1]}x{topic[-1]}"', 1)
    files = {
        **SHIPPED["reply"],
        "sub_reply.bpmn": text.replace("${reminders_sent &lt; ", "${reminder_sent &lt; ").encode(),
    }
    found = check_together(RUNTIME, {"reply": files}, BESIDE)["reply"].findings
    assert {each.code for each in found} == {"unknown_topic", "nobody_writes"}
