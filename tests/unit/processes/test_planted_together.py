"""Many mistakes planted into one folder at once, each told once; and files of which nothing can be read."""

import pytest

from engine.deploy.checks import check_together
from tests.unit.processes.test_planted import BESIDE, RUNTIME, SHIPPED

FOLDER = "kb_sales_quality"
DRAWN = "kb_sales_quality.bpmn"
THROWS = (
    '<bpmn:intermediateThrowEvent id="Tell" name="Tell">'
    '<bpmn:messageEventDefinition messageRef="Message_Tell"/></bpmn:intermediateThrowEvent>'
    '<bpmn:sequenceFlow id="ToTell" sourceRef="UT_Close" targetRef="Tell"/>'
)
EDITS = (
    (DRAWN, "now(), setting('objection_window_days')", "now()"),
    (DRAWN, 'candidateGroups="qc"', 'candidateGroups="qcc"'),
    (DRAWN, 'name="Head of department"', 'name="Head of&#10;department"'),
    (DRAWN, 'candidateGroups="gm_office"', 'candidateGroups="GM_OFFICE"'),
    ("procedure.toml", 'breach = ["owner", "dept_head"]', 'breach = ["ownr", "dept_head"]'),
    (DRAWN, "${confirmed_unit if route == 'quality' else", "${'qualty' if route == 'quality' else"),
    (DRAWN, 'name="group" value="dept_head"', 'name="group" value="dept_heads"'),
    (DRAWN, "${stage_due('inspect', now(), severity)}", "${verify_reason}"),
    (
        DRAWN,
        '<camunda:out source="satisfaction" target="satisfaction"',
        '<camunda:out source="satisfaction" target="satisfacton"',
    ),
    (DRAWN, '<camunda:outputParameter name="verify_count">', '<camunda:outputParameter name="verify_cuont">'),
    (DRAWN, '<camunda:inputParameter name="outcome">unresolved', '<camunda:inputParameter name="outcom">unresolved'),
    (DRAWN, "${verify_result == 'accept'}", "${verify_result}"),
    (DRAWN, "${facts_match == 'not'}", "${checked_items}"),
    (DRAWN, 'camunda:formRef="F02" ', 'formRef="F02" camunda:formRef="F02" '),
    (DRAWN, "<bpmn:userTask id", THROWS + "<bpmn:userTask id"),
    (DRAWN, "<bpmn:message id", '<bpmn:message id="Message_Tell" name="MsgDutty"/><bpmn:message id'),
    (DRAWN, 'target="letter_senders"', 'target="letter_sender"'),
    (DRAWN, 'key="reject_reason"', 'key="reject_reson"'),
    (DRAWN, 'name="separationOfDuties"', 'name="seperationOfDuties"'),
    ("D05_remedy.dmn", '"warehouse"', '"warehuose"'),
    ("D05_remedy.dmn", '"sub_domestic_sales"', '"sub_domestic_sale"'),
    ("D01_route.dmn", '<text>"contract"', '<text>"contrct"'),
    ("D01_route.dmn", '"packaging"', "packaging"),
    ("letters/TPL-END.en.txt", "| day", "| days"),
    ("letters/TPL-REJECT.en.txt", "We regret", "{{ reject_apology.text }} {{ customer.name }} We regret"),
    (DRAWN, "${negotiation_round &lt; negotiation_rounds}", "${negotiation_round == 'first'}"),
    (DRAWN, "${not_ours != true}", "${not_ours != 1}"),
    ("F01.form", '"=source_path !=', "\"=claimed_amount == 'much' or source_path !="),
    ("translations/zh.po", 'msgid "Area"', 'msgid "Area'),
)
SAID = (
    '"Send the explanation": the input parameter letter calls add_working_days(now()): it is written add_working_days(',
    '"Inspect quality": camunda:candidateGroups names qcc: nothing else names a group qcc: did you mean qc?',
    "names GM_OFFICE: nothing else names a group GM_OFFICE: did you mean gm_office?",
    "clocks.tell: nothing else names a group ownr: did you mean owner?",
    "the lane Head of department names dept_heads: nothing else names a group dept_heads: did you mean dept_head?",
    '"Inspect quality": camunda:dueDate is verify_reason, a field for words',
    '"Check satisfaction" writes satisfacton, which nobody reads: did you mean satisfaction?',
    '"Verify the complaint" writes verify_cuont, which nobody reads: did you mean verify_count?',
    '"Outcome: unresolved" writes outcom, which nobody reads: did you mean outcome?',
    "the condition takes verify_result for true or false, which it never is: write verify_result == …",
    "the condition takes checked_items for true or false, which it never is: write count(checked_items) > 0",
    '"Fill in contact slip": the attribute formRef is not read: write camunda:formRef',
    '"Tell": nobody waits for the message MsgDutty: did you mean MsgDuty?',
    '"Send the explanation": send_letter declares no input letter_sender: did you mean letter_senders?',
    '"Send the explanation": the letter TPL-REJECT has no field reject_reson: did you mean reject_reason?',
    '"Verify the complaint": nobody reads the property seperationOfDuties: did you mean separationOfDuties?',
    "output unit names warehuose: nothing else names a group warehuose: did you mean warehouse?",
    '"Who carries out a remedy": output process: nobody asks for sub_domestic_sale: did you mean sub_domestic_sales?',
    '"Route": output route: nobody asks for contrct: did you mean contract?',
    "column Kind of complaint: packaging is a variable; a text is written",
    "“| days” is not taken: did you mean day?",
    "these are no translations: line 19 cannot be read",
    "TPL-REJECT.en asks for reject_apology.text, and reject_apology is a text without fields: write reject_apology",
    "customer.name: customer is a text without parts: write {{ customer }}",
    "compares negotiation_round (a number) with the text first, which it never is: compare it with a number",
    "compares not_ours (true or false) with the number 1, which it never is: compare it with true or false",
    "its condition compares claimed_amount (an amount) with the text much, which it never is",
)


def edited(*edits, folder=FOLDER):
    """What is told of a folder with some edits."""
    files = dict(SHIPPED[folder])
    for file, old, new in edits:
        text = files[file].decode()
        assert old in text, f"{file} no longer says {old}"
        files[file] = text.replace(old, new, 1).encode()
    return [str(each) for each in check_together(RUNTIME, {folder: files}, BESIDE)[folder].findings]


def test_each_of_many_mistakes_is_told_once():
    found = edited(*EDITS)
    for said in SAID:
        assert len([each for each in found if said in each]) == 1, (said, found)


def test_a_field_of_a_form_is_called_by_its_label():
    found = edited(
        ("F41.form", '"minLength": 10', '"minLength": 10, "maxLength": 5'),
        folder="front_door",
    )
    assert len(found) == 1, found
    assert "minLength is above maxLength: nothing could be entered" in found[0]
    assert found[0].startswith('F41.form:Field_triage_reason: "'), found


def test_what_follows_from_a_mistake_in_a_drawing_is_not_told_beside_it():
    found = edited(
        (DRAWN, 'targetRef="GW_JointEarly"', 'targetRef="GW_JointErly"'),
        (DRAWN, 'attachedToRef="CA_Reply"', 'attachedToRef="CA_Replyy"'),
        (DRAWN, "${verify_result == 'accept'}", "accepted"),
        (DRAWN, 'default="Flow_GW_Satisfied_GW_Rounds"', 'default="Flow_GW_Satisfied"'),
        (DRAWN, "${started}", "${startd}"),
    )
    assert len(found) == 5, found


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("front_door.bpmn", "</bpmn:process>", "</bpmn:proces>", "the file is not well-formed XML"),
        ("procedure.toml", "purpose =", "purpos =", "there is no key purpos: did you mean purpose?"),
        ("F41.form", '"components": [', '"components": [,', "this is no JSON"),
        ("D01_cc_route.dmn", "</decision>", "", "the file is no XML"),
        ("D01_cc_route.dmn", 'hitPolicy="FIRST"', 'hitPolicy="FRIST"', "there is no hit policy FRIST"),
        ("rules.tsv", "\t", " ", "no rule can be read of it"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_finding(file, old, new, said):
    everything = SHIPPED["front_door"][file].decode() if file == "rules.tsv" else old
    found = edited((file, everything, everything.replace(old, new)), folder="front_door")
    assert len(found) == 1, found
    assert said in found[0]


def test_a_process_that_is_only_drawn_is_not_missing_beside_that():
    found = edited((DRAWN, 'isExecutable="true"', 'isExecutable="false"'))
    assert len(found) == 1, found
    assert "it is not executable: tick Executable" in found[0]


def test_translations_of_other_texts_than_there_are_are_told_by_the_text():
    found = edited(
        ("front_door.bpmn", 'name="Outcome: no complaint"', 'name="Outcome: no complaints"'),
        ("F41.form", '"label": "', '"label": "Whatever else there is '),
        ("translations/zh.po", 'msgid "Hand it over"', 'msgid "Nobody says so"'),
        folder="front_door",
    )
    for said in (
        'front_door.bpmn says "Outcome: no complaints", and here "Outcome: no complaint" is translated: change its msgid',
        '"Hand it over" (front_door.bpmn)',
        'translates what no file says any more: "Nobody says so"',
    ):
        assert len([each for each in found if each.startswith("translations/zh.po: ") and said in each]) == 1, found


PATIENT = "pt_patient.bpmn"
PATIENT_EDITS = (
    (PATIENT, "${agreement_status == 'changed'}", "${agreement_status == 'signed'}"),
    (PATIENT, "${further_enquiry == true}", "${further_enquiry == true and further_enquiry == false}"),
    (PATIENT, "${round &lt; rounds}", "${round != 1 or round != 2}"),
    (PATIENT, 'sourceExpression="D03_pt"', 'sourceExpression="D3_pt"'),
    (PATIENT, '<camunda:in sourceExpression="regulation" target="reply_clock"', '<camunda:in sourceExpression="regulator" target="reply_clock"'),
    (PATIENT, 'sourceExpression="PT-REPLY"', 'sourceExpression="PT-REPLAY"'),
    (PATIENT, 'sourceExpression="UT_Opinion" target="authors"', 'sourceExpression="UT_Opinions" target="authors"'),
    (PATIENT, 'sourceExpression="after_sales" target="reply_unit"', 'sourceExpression="aftersales" target="reply_unit"'),
    (PATIENT, 'collection="${consultations}"', 'collection="${deadline}"'),
    (PATIENT, "satisfies r.kind == 'gift'", "satisfies r.kind == 'gifts'"),
    (PATIENT, "distinct([r.executor for r in to_do])", "distinct([r.executr for r in to_do])"),
    ("F10.form", '"=promises_made != true"', '"=true"'),
    ("F11.form", '"key": "question"', '"key": "questions"'),
    (PATIENT, 'messageRef="Message_MsgAccept"', 'messageRef="Message_MsgReject"'),
    (PATIENT, 'calledElement="pt_consultation" camunda:calledElementBinding="deployment"', 'calledElement="pt_consultation" camunda:calledElementBinding="versionTag"'),
    (PATIENT, '<bpmn:endEvent id="EE_ReplyNoted" name="Reply sent">', '<bpmn:endEvent id="EE_ReplyNoted" name="Noted"><bpmn:escalationEventDefinition escalationRef="Escalation_Moved"/>'),
    (PATIENT, '<camunda:entry key="no_reason">${no_reason}<', '<camunda:entry key="no_reason">${null}<'),
    (PATIENT, 'name="sends" value="true"', 'name="sends" value="tru"'),
    ("letters/PT-NO.en.txt", "contact.en.txt", "contact.zh.txt"),
    ("procedure.toml", 'keep = ["channel", "ward"]', 'keep = ["channel", "wrd"]'),
    ("procedure.toml", '"PT-T1b", "PT-M1d"', '"PT-T1x", "PT-M1d"'),
)  # fmt: skip
PATIENT_SAID = (
    "the condition is that of",
    "the condition further_enquiry == true and further_enquiry == false holds never, whatever the case is: write or",
    "the condition round != 1 or round != 2 holds always, whatever the case is: write and",
    "sub_approval is handed D3_pt as authority_table, and there is no table D3_pt: did you mean D03_pt?",
    "handed regulator as reply_clock, and there is no clock in procedure.toml regulator: did you mean regulation?",
    "handed PT-REPLAY as reply_template, and there is no letter PT-REPLAY: did you mean PT-REPLY?",
    "handed UT_Opinions as authors, and there is no step UT_Opinions: did you mean UT_Opinion?",
    "reply_unit of sub_reply names aftersales: nothing else names a group aftersales: did you mean after_sales?",
    "the collection is deadline (a group of fields), which is no list",
    "compares r.kind (a text) with the text gifts, which it never is",
    "asks for r.executr, and r has no field executr: did you mean executor?",
    "its condition (=true) holds always, so that it is never shown",
    "its column asks for consult_answers.questions, and consult_answers has no field questions: did you mean question?",
    '"Patient does not accept the no" waits for the message MsgReject, too, so that nobody knows which is meant',
    "camunda:calledElementBinding is versionTag, and camunda:calledElementVersionTag does not say which",
    '"Noted": nobody catches the escalation MOVED, so that nothing comes of it',
    "the letter PT-NO needs no_reason, and it is handed nothing: write its value",
    "the property sends says 'tru': write true where the task sends a letter",
    "the letter is in en and includes contact.zh.txt: write contact.en.txt",
    "no form writes wrd, which is to be kept for the next case: did you mean ward?",
    "rules.tsv has no rule PT-T1x: did you mean PT-T1",
)


def test_conditions_that_are_no_question_and_names_that_calls_hand_over():
    found = edited(*PATIENT_EDITS, folder="pt_patient")
    for said in PATIENT_SAID:
        assert len([each for each in found if said in each]) == 1, (said, found)


@pytest.mark.parametrize(
    ("key", "default", "said"),
    [
        ("contact_mode", "telefon", "the defaultValue telefon is none of the options: known: fax, phone, visit"),
        ("contacted_at", "tomorrow", "the defaultValue 'tomorrow' cannot be an answer: Write a date and a time like"),
    ],
)
def test_a_field_begins_with_what_could_be_its_answer(key, default, said):
    form = SHIPPED["pt_patient"]["F10.form"].decode()
    form = form.replace(f'"key": "{key}"', f'"key": "{key}", "defaultValue": "{default}"', 1)
    found = [str(each) for each in RUNTIME.forms.check("F10.form", form.encode())]
    assert len(found) == 1, found
    assert said in found[0], found


MORE_EDITS = (
    (PATIENT, 'sourceExpression="${consulted.unit}"', 'sourceExpression="consulted.unit"'),
    (PATIENT, 'camunda:candidateGroups="gift_admin"', 'camunda:assignee="leader"'),
    (PATIENT, 'name="to">leader owner<', 'name="to">leadr owner<'),
    (PATIENT, 'name="letter_senders">after_sales<', 'name="letter_senders">aftersales<'),
    (PATIENT, 'name="letter_guard">strict<', 'name="letter_guard">strct<'),
    (PATIENT, 'decisionRef="D02_pt" camunda:decisionRefBinding="deployment" camunda:mapDecisionResult="singleResult"', 'decisionRef="D02_pt" camunda:decisionRefBinding="deployment" camunda:mapDecisionResult="singleEntry"'),
    ("D06b_guidance.dmn", 'hitPolicy="FIRST"', 'hitPolicy="COLLECT"'),
    ("procedure.toml", 'rule = "=deadline"', 'rule = "=reply_manner"'),
    ("procedure.toml", 'rounds = "=round"', 'rounds = "=grave"'),
    ("procedure.toml", "[start]", "[start]\ngrave = true"),
)  # fmt: skip
MORE_SAID = (
    "camunda:in is the text consulted.unit as it stands: write ${consulted.unit} for what the variable has",
    '"Send the gift": camunda:assignee is leader, which is a group: write camunda:candidateGroups',
    "the input parameter to names leadr: nothing else names a group leadr: did you mean leader?",
    "letter_senders of send_letter names aftersales: nothing else names a group aftersales: did you mean after_sales?",
    "the service reply.guard takes no strct as letter_guard: did you mean strict?",
    "singleEntry takes one output, and the table has several (severity, priority, notify): use singleResult",
    "singleResult takes one row, and the table gives several (COLLECT): use resultList",
    "clocks.rule: reply_manner gives a text, and the kind row is asked for: name one",
    "phases.rounds: grave gives true or false, and the kind number is asked for: name one",
)


def test_what_services_tables_and_the_declaration_do_not_take():
    found = edited(*MORE_EDITS, folder="pt_patient")
    for said in MORE_SAID:
        assert len([each for each in found if said in each]) == 1, (said, found)
