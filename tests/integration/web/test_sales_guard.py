"""What is decided in the sales procedure is what is done, once and by two people, whichever way somebody tries."""

import pytest
import story
from hall import PASSWORD
from lxml import html
from sqlalchemy import func, select

from engine.errors import KesuError
from engine.run import instances, messages, tasks
from engine.store.schema import DbVariable
from processes.cases.schema import DbCase, DbCaseEntry
from processes.letters.schema import DbLetter
from processes.people import organisation

pytestmark = pytest.mark.seconds(12)

APPROVE = {"decision": "approve", "_sign:approval_signature:password": PASSWORD}
LETTER = {
    "reply_channel": "email",
    "reply_to": "lin@example.com",
    "reply_cause": "浇口熔接痕，模温低于标准。",
    "reply_solution": "换货 12 件。",
    "reply_compensation": "无。",
    "reply_prevention": "模温联锁；每班首件跌落试验。",
    "reply_schedule": "10 月 12 日前送达。",
}
FIVE_THOUSAND = [story.PLAN["remedies"][0] | {"quantity": 5000}]
DEARER = {"remedies": [{"kind": "exchange", "quantity": 12, "worth": "9000.00", "promised_date": "2026-10-12"}]}


@pytest.fixture
def planned(make_played):
    """A plan of 3,600 yuan waits for the head of the department."""
    return make_played(story.planned)[0]


def dear(hall):
    """A plan beyond the head's authority waits for the head; the same person is of the general manager's office, too."""
    join(hall, "zhao", "dept_head", "gm_office")
    return story.planned(hall, **DEARER)


@pytest.fixture
def two_levels(make_played):
    return make_played(dear)[0]


def approved(hall):
    number = story.planned(hall)
    hall.do("UT_Approve", "zhao", decision="approve", approval_signature=True)
    return number


@pytest.fixture
def to_reply(make_played):
    """The plan is approved, the letter is to be written."""
    return make_played(approved)[0]


def join(hall, login, *groups):
    with hall.database.transaction() as session:
        organisation.set_groups(session, login, groups)


def tamper(hall, **values):
    """An administrator writes values by hand, wherever they are."""
    with hall.database.transaction() as session:
        instance = session.scalars(select(DbCase.instance_id)).one()
        query = select(DbVariable.scope, DbVariable.name).where(DbVariable.instance_id == instance)
        for scope, name in session.execute(query.where(DbVariable.name.in_(values))).all():
            instances.set_variables(
                session, instance, {name: values[name]}, by=hall.actor("admin"), reason="a test", scope=scope
            )


def entries(hall, kind):
    with hall.database.reading() as session:
        return session.scalars(select(DbCaseEntry.data).where(DbCaseEntry.kind == kind)).all()


def variable(hall, name):
    with hall.database.reading() as session:
        return session.scalars(select(DbVariable.value).where(DbVariable.name == name)).first()


def replies(hall):
    with hall.database.reading() as session:
        return session.scalar(select(func.count()).select_from(DbLetter).where(DbLetter.template == "TPL-REPLY"))


def post(hall, element, login, **data):
    """Hand a task in by a request of one's own."""
    task, client = hall.open_task(element), hall.visitor(login)
    client.post(f"/tasks/{task}/claim")
    answer = client.post(f"/tasks/{task}", data={"_once": element, **data})
    hall.work()
    return answer


def refuses(hall, element, login, **answers):
    """Neither by page nor by request nor by whoever asks the engine itself."""
    task, client = hall.open_task(element), hall.visitor(login)
    assert client.post(f"/tasks/{task}/claim").status_code in (403, 404)
    assert client.post(f"/tasks/{task}", data=answers).status_code in (403, 404, 409)
    with pytest.raises(KesuError), hall.database.transaction() as session:
        tasks.complete(session, task, answers=answers, by=hall.actor(login))
    assert element in hall.open_tasks()


# a plan that was changed


def test_who_decides_on_a_plan_that_changed_meanwhile_is_told_and_loses_nothing(planned):
    task, client = planned.claim("UT_Approve", "zhao"), planned.visitor("zhao")
    (seen,) = html.fromstring(client.get(f"/tasks/{task}").text).xpath("//input[@name='_seen']/@value")
    tamper(planned, remedies=FIVE_THOUSAND)
    typed = {"decision": "change", "approval_comment": "运费请写明由谁承担，并附清单。", "approved_amount": "3000"}
    answer = client.post(f"/tasks/{task}", data=APPROVE | typed | {"_seen": seen, "_once": "a"})
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    assert "was changed after you opened this page" in " ".join(page.text_content().split())
    assert typed["approval_comment"] in page.xpath("//textarea[@name='approval_comment']")[0].text
    assert page.xpath("//input[@name='approved_amount']/@value") == ["3000.00"]
    assert "5,000" in page.text_content() or "5000" in page.text_content()
    assert page.xpath("//input[@name='_seen']/@value") != [seen]
    assert entries(planned, "decided") == []
    # with what stands there now in sight, it counts; the plan itself is another than the one that was submitted
    (seen,) = page.xpath("//input[@name='_seen']/@value")
    client.post(f"/tasks/{task}", data=APPROVE | {"_seen": seen, "_once": "b"})
    planned.work()
    assert [each["result"] for each in entries(planned, "decided")] == ["refused"]
    assert "UT_DraftPlan" in planned.open_tasks()


def test_a_request_without_the_page_does_not_approve_a_plan_that_changed(planned):
    tamper(planned, remedies=FIVE_THOUSAND)
    post(planned, "UT_Approve", "zhao", **APPROVE)
    assert [each["result"] for each in entries(planned, "decided")] == ["refused"]
    assert "方案在核示期间被改动" in variable(planned, "approval_comment")


def test_a_decision_has_no_fields_of_the_plan(planned):
    own = {"plan_digest": "0", "approved_plan_version": "1", "approval_result": "approved", "approval_limit": "1000000"}
    for name, value in own.items():
        answer = post(planned, "UT_Approve", "zhao", **APPROVE, **{name: value})
        assert (answer.status_code, f"no field “{name}”" in answer.text) == (422, True)
    assert entries(planned, "decided") == []


@pytest.mark.parametrize(
    "changed",
    [
        {"remedies": FIVE_THOUSAND},
        {"remedies": [story.PLAN["remedies"][0] | {"promised_date": "2026-10-09"}]},
        {"schedule": "当日送达。"},
        {"options": [{"text": "换货或退货，任选其一"}]},
        {"reply_manner": "letter"},
    ],
)
def test_no_letter_goes_out_on_a_plan_that_was_changed_after_its_approval(to_reply, changed):
    tamper(to_reply, **changed)
    to_reply.do("UT_Compose", "wang", **LETTER)
    assert (replies(to_reply), len(entries(to_reply, "blocked"))) == (0, 1)
    assert "was changed after it was recorded" in entries(to_reply, "blocked")[0]["why"]
    assert "UT_Compose" in to_reply.open_tasks()


# a letter beyond the plan


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ({"reply_amount": "9000"}, "¥9,000.00"),
        ({"reply_compensation": "另赔偿贵司九千元。"}, "¥9,000.00"),
        ({"reply_solution": "换货 5000 件。"}, "5000"),
        ({"reply_prevention": "模温联锁。往返运费由我司负担。"}, "doubt"),
        ({"reply_schedule": "10 月 5 日前送达。"}, "doubt"),
    ],
)
def test_a_letter_beyond_the_plan_is_blocked_or_read_first(to_reply, letter, said):
    post(to_reply, "UT_Compose", "wang", **(LETTER | letter))
    assert replies(to_reply) == 0
    blocked = entries(to_reply, "blocked")
    if said == "doubt":
        assert (blocked, "UT_ReadLetter" in to_reply.open_tasks()) == ([], True)
        refuses(to_reply, "UT_ReadLetter", "wang", letter_read="send")
    else:
        assert said in blocked[0]["why"]


def test_a_letter_has_no_fields_of_the_approval(to_reply):
    for name in (
        "approved_amount",
        "approved_plan_version",
        "plan_version",
        "remedies",
        "letter_guard",
        "guard_passed",
    ):
        answer = post(to_reply, "UT_Compose", "wang", **(LETTER | {"reply_amount": "9000"}), **{name: "9000"})
        assert (answer.status_code, f"no field “{name}”" in answer.text) == (422, True)
    tamper(to_reply, approved_amount="9000.00")
    to_reply.do("UT_Compose", "wang", **(LETTER | {"reply_amount": "9000"}))
    assert replies(to_reply) == 0


def test_no_message_of_the_case_changes_what_was_decided(to_reply):
    with to_reply.database.reading() as session:
        number, instance = session.execute(select(DbCase.number, DbCase.instance_id)).one()
        waiting = messages.recordable(session, instance, by=to_reply.actor("wang"))
    client = to_reply.visitor("wang")
    assert waiting
    for each in waiting:
        foreign = {"approved_amount": "9000", "remedies": "[]", "approved_plan_version": "7", "_once": str(each.token)}
        answer = client.post(f"/cases/{number}/record/{each.token}", data=foreign)
        assert answer.status_code == 422, each.label
    assert (variable(to_reply, "approved_amount"), variable(to_reply, "approved_plan_version")) == ("3600.00", 1)


# a second approval


def test_one_person_does_not_approve_on_two_levels(two_levels):
    two_levels.do("UT_Approve", "zhao", decision="approve", approval_signature=True)
    assert entries(two_levels, "decided")[0]["result"] == "next"
    refuses(two_levels, "UT_Approve", "zhao", decision="approve", approval_signature=True)
    two_levels.do("UT_Approve", "gao", decision="approve", approval_signature=True)
    assert [each["result"] for each in entries(two_levels, "decided")] == ["next", "approved"]


@pytest.mark.parametrize(("absent", "substitute"), [("zhao", "he"), ("gao", "zhao")])
def test_nor_does_a_substitute_for_them_nor_they_for_another(two_levels, absent, substitute):
    told = {"substitute": substitute, "first_day": "2026-09-28", "last_day": "2026-09-30", "units": ["gm_office"]}
    answer = two_levels.visitor(absent).post("/account/substitutes", data=told | {"reason": "on a journey"})
    assert answer.status_code == 303
    two_levels.do("UT_Approve", "zhao", decision="approve", approval_signature=True)
    refuses(two_levels, "UT_Approve", substitute, decision="approve", approval_signature=True)


def test_who_decided_on_a_version_decides_on_the_next(two_levels):
    two_levels.do("UT_Approve", "zhao", decision="approve", approval_signature=True)
    two_levels.do("UT_Approve", "gao", decision="refuse", approval_comment="请补报价。", approval_signature=True)
    two_levels.do("UT_DraftPlan", "wang", **(story.PLAN | DEARER | {"schedule": "五个工作日内送达。"}))
    two_levels.do("UT_Approve", "zhao", decision="approve", approval_signature=True)
    two_levels.do("UT_Approve", "gao", decision="approve", approval_signature=True)
    assert entries(two_levels, "decided")[-1]["result"] == "approved"


def test_where_one_person_is_all_there_is_on_a_level_the_next_decides(make_hall):
    hall = make_hall()
    join(hall, "gao", "gm")
    dear(hall)
    hall.do("UT_Approve", "zhao", decision="approve", approval_signature=True)
    assert variable(hall, "approver_role") == "gm"
    hall.do("UT_Approve", "gao", decision="approve", approval_signature=True)
    assert entries(hall, "decided")[-1]["result"] == "approved"


# a third re-work


def test_a_third_rework_becomes_a_dispute(disputed):
    hall, _number = disputed
    again = {"cm_decision": "redo", "cm_reason": "第三次要求重拟对策，仍未处理其余部分。"}
    for name in ("redo_count", "max_redo", "mediation_count"):
        answer = post(hall, "UT_ReviewCm", "wang", **again, **{name: "0"})
        assert (answer.status_code, f"no field “{name}”" in answer.text) == (422, True)
    post(hall, "UT_ReviewCm", "wang", **again)
    assert "UT_CmInvestigate" not in hall.open_tasks()
    assert {"UT_StateDispute", "UT_StateUnit", "UT_ReviewCm"} & {*hall.open_tasks()}


# a number


def test_whoever_registers_gives_no_number(hall):
    with hall.database.transaction() as session:
        instances.start(session, "complaint_intake", by=hall.actor("sun"))
    answer = post(hall, "UT_Register", "sun", number="KB-2026-000001", case_number="KB-2026-000001")
    assert answer.status_code == 422
    assert "no field “case_number”" in answer.text


# what a customer said, recorded by two


def answered(hall):
    """The reply has gone out; somebody has the form open for what the customer says."""
    number = approved(hall)
    hall.do("UT_Compose", "wang", **LETTER)
    return number


def recording(hall, login):
    """The forms that somebody finds: their addresses by their words."""
    with hall.database.reading() as session:
        number, instance = session.execute(select(DbCase.number, DbCase.instance_id)).one()
        waiting = messages.recordable(session, instance, by=hall.actor(login))
    return {each.name: f"/cases/{number}/record/{each.token}" for each in waiting}


def test_who_records_an_answer_second_is_told_who_did_it_first_and_keeps_the_text(make_played):
    hall, _number = make_played(answered)
    forms, second = recording(hall, "he"), hall.visitor("he")
    assert second.get(forms["MsgReject"]).status_code == 200
    said = {"answer_channel": "phone", "answer_note": "同意换货，12 日前送到。", "_once": "1"}
    assert hall.visitor("wang").post(forms["MsgAccept"], data=said).status_code == 303
    typed = {"answer_channel": "phone", "answer_note": "林女士来电，对交期不满意，要求提前。", "_once": "2"}
    for form in (forms["MsgReject"], forms["MsgAccept"]):
        answer = second.post(form, data=typed)
        page = html.fromstring(answer.text)
        assert answer.status_code == 409
        assert "Customer accepts was recorded by Wang Li at 2026-09-28 16:00" in page.text_content()
        told = dict(
            zip(page.xpath("//dl[@id='typed']/dt/text()"), page.xpath("//dl[@id='typed']/dd/text()"), strict=True)
        )
        assert (told["Channel"], typed["answer_note"] in told.values(), "answer_note" in told) == ("Phone", True, False)
    with hall.database.reading() as session:
        assert messages.recordable(session, 1, by=hall.actor("he"))  # the rest of the case goes on


def test_an_answer_after_the_time_for_it_is_told_apart_from_one_that_was_recorded(make_played):
    hall, _number = make_played(answered)
    forms = recording(hall, "he")
    hall.visitor("he").post(forms["MsgSupplement"], data={"_once": "1"})
    hall.until("2026-10-26T12:00")
    answer = hall.visitor("he").post(forms["MsgAccept"], data={"answer_note": "迟来的同意。", "_once": "2"})
    assert (answer.status_code, "迟来的同意。" in answer.text) == (409, True)
    assert "nobody recorded it" in answer.text
    assert hall.visitor("he").post(f"{forms['MsgAccept']}999", data={}).status_code == 404
