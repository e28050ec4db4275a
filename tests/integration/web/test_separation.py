"""Nobody decides on what they wrote or own: as head, as substitute, by take-over; by page, by request, by message."""

import pytest
import story
from lxml import etree
from sqlalchemy import select

from engine import messages, tasks
from engine.errors import KesuError
from processes import folders
from processes.cases.schema import DbCase
from processes.desk import assignments
from processes.people import organisation

CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
OWNER = "${owner}"
PLAN = {"UT_DraftPlan", "UT_CmInvestigate", "UT_QcSolution"}
DECIDES = {
    "UT_ChooseRoute": {"UT_FillSlip"},
    "UT_CmInvestigate": {"UT_QcInspect"},
    "UT_QcSolution": {"UT_CmInvestigate"},
    "UT_ReviewCm": {"UT_CmInvestigate", "UT_QcSolution"},
    "UT_GmAssign": {"UT_CmInvestigate", "UT_QcAttribute", "UT_FillSlip", "UT_NameUnit"},
    "UT_HeadConfirmReject": {"UT_Verify", "UT_ExplainReject", OWNER},
    "UT_SupervisorRule": {"UT_FillSlip", "UT_SalesOpinion", OWNER},
    "UT_HeadConfirmEnd": {"UT_EndLetter", "UT_DraftPlan", OWNER},
    "UT_Approve": {*PLAN, OWNER, "${plan_deciders}"},
    "UT_Mediate": {*PLAN, "UT_ReviewCm", "UT_StateDispute", "UT_StateUnit", OWNER},
    "UT_CoSign": {"UT_Convene", "UT_GmDecide"},
    "UT_Effect": {"UT_RootCause", "UT_Actions"},
    "UT_ConfirmWithdrawal": {"SE_Withdraw"},
    "UT_ConfirmExtension": {"SE_Extension"},
}
"""Who decides, and who wrote what is decided on: over the whole diagram and what it calls."""
DRAWN = [
    element
    for folder in folders.shipped()
    if folder.key not in ("pt_patient", "op_quality_claim")
    for name, content in folder.files.items()
    if name.endswith(".bpmn")
    for element in etree.fromstring(content).iter()
    if isinstance(element.tag, str)
]


@pytest.mark.parametrize("decider", DECIDES)
def test_who_wrote_it_is_set_apart_from_who_decides(decider):
    (task,) = [each for each in DRAWN if each.get("id") == decider]
    said = {each.get("name"): each.get("value") for each in task.iter(f"{CAMUNDA}property")}
    apart = f"{said.get('separationOfDuties', '')} {said.get('separationOfPeople', '')}"
    if "authors" in apart:
        called = next(each.get("id") for each in task.iterancestors() if each.tag.endswith("}process"))
        calls = [each for each in DRAWN if each.get("calledElement") == called]
        told = [
            {each.get("target"): each.get("sourceExpression") for each in call.iter(f"{CAMUNDA}in")} for call in calls
        ]
        assert all("owner" in each for each in told), "whoever calls it says who owns the case"
        apart = " ".join([apart, *(each["authors"] for each in told)])
    words = set(apart.replace("'", " ").split())
    assert DECIDES[decider] <= words


def test_where_the_head_filled_the_slip_somebody_else_chooses_the_route():
    (task,) = [each for each in DRAWN if each.get("id") == "UT_ChooseRoute"]
    assert task.get(f"{CAMUNDA}candidateGroups").split(",") == ["dept_head", "gm_office"]


def declined(hall, owner="wang"):
    """An explanation that waits for the head, written by one of sales."""
    hall.register()
    hall.do("UT_AcceptCase", owner)
    hall.do(
        "UT_Verify",
        "wang",
        checked_items=["order"],
        verify_result="misunderstanding",
        verify_reason="机器接入了 380 伏电源，客户误解。",
    )
    hall.do(
        "UT_ExplainReject",
        "wang",
        reject_reason="经查证，机器接入了 380 伏电源，而铭牌与说明书均注明为 220 伏，损坏并非产品品质所致。",
        reject_apology="给您造成不便，我们深表歉意。",
        reject_objection_how="收到本函五个工作日内书面提出。",
        reply_channel="email",
        reply_to="lin@example.com",
    )


def join(hall, login, *groups):
    with hall.database.transaction() as session:
        organisation.set_groups(session, login, groups)


def take_over(hall, by, owner):
    with hall.database.transaction() as session:
        actor = organisation.actor_of(session, by)
        told = {"new_owner": owner, "take_over_reason": "亲自处理。"}
        case = session.scalars(select(DbCase)).one()
        messages.correlate(session, "MsgTakeOver", instance_id=case.instance_id, payload=told, by=actor)
    hall.work()


def refuses(hall, element, login, **answers):
    """The page says so, the request is refused, and so is whoever asks the engine itself."""
    task, client = hall.open_task(element), hall.visitor(login)
    page = client.get(f"/tasks/{task}")
    assert page.status_code in (403, 404) or "therefore may not do" in page.text, "the page says why"
    assert client.post(f"/tasks/{task}/claim").status_code in (403, 404)
    assert client.post(f"/tasks/{task}", data=answers).status_code in (403, 404, 409)
    with pytest.raises(KesuError), hall.database.transaction() as session:
        tasks.complete(session, task, answers=answers, by=organisation.actor_of(session, login))
    assert element in hall.open_tasks()


def test_the_author_does_not_confirm_as_head(hall):
    declined(hall)
    join(hall, "wang", "sales", "dept_head")
    refuses(hall, "UT_HeadConfirmReject", "wang", reject_decision="confirm")


def test_the_author_does_not_confirm_as_substitute_of_the_head(hall):
    declined(hall)
    told = {"substitute": "wang", "first_day": "2026-09-28", "last_day": "2026-09-30", "units": ["dept_head"]}
    assert hall.visitor("zhao").post("/account/substitutes", data=told | {"reason": "on a journey"}).status_code == 303
    refuses(hall, "UT_HeadConfirmReject", "wang", reject_decision="confirm")


def test_who_is_barred_reads_who_can_do_it_or_that_nobody_is_left(hall):
    """A house in which one person is all there is of a role says openly who has to act."""
    declined(hall)
    join(hall, "wang", "sales", "dept_head")
    task = hall.open_task("UT_HeadConfirmReject")
    assert "It can be done by Zhao Min." in hall.visitor("wang").get(f"/tasks/{task}").text
    join(hall, "zhao", "manager")
    page = hall.visitor("wang").get(f"/tasks/{task}").text
    assert "Nobody of Head of department may do it: an administrator has to add somebody there or reassign" in page
    refuses(hall, "UT_HeadConfirmReject", "wang", reject_decision="confirm")


def test_the_owner_does_not_confirm_as_head(hall):
    join(hall, "he", "sales", "dept_head")
    declined(hall, owner="he")
    refuses(hall, "UT_HeadConfirmReject", "he", reject_decision="confirm")


def test_where_the_only_head_owns_the_case_the_next_role_confirms(hall):
    join(hall, "zhao", "sales", "dept_head")
    declined(hall, owner="zhao")
    refuses(hall, "UT_HeadConfirmReject", "zhao", reject_decision="confirm")
    hall.do("UT_HeadConfirmReject", "gao", reject_decision="confirm")
    assert "UT_HeadConfirmReject" not in hall.open_tasks()


def test_who_takes_the_case_over_does_not_confirm_and_another_head_does(hall):
    declined(hall)
    take_over(hall, "zhao", "zhao")
    refuses(hall, "UT_HeadConfirmReject", "zhao", reject_decision="confirm")
    join(hall, "gao", "dept_head")
    hall.do("UT_HeadConfirmReject", "gao", reject_decision="confirm")


def test_where_the_only_head_has_taken_the_case_over_an_administrator_reassigns_the_task(hall):
    declined(hall)
    take_over(hall, "zhao", "zhao")
    task = hall.open_task("UT_HeadConfirmReject")
    with hall.database.transaction() as session:
        assignments.hand_over(session, task, "gao", by=organisation.actor_of(session, "admin"), reason="zhao owns it")
    hall.do("UT_HeadConfirmReject", "gao", reject_decision="confirm")
    assert "UT_HeadConfirmReject" not in hall.open_tasks()


def test_the_head_who_takes_the_case_over_does_not_approve_its_plan(hall):
    story.measured(hall)
    hall.do("UT_ReviewCm", "wang", cm_decision="accept")
    take_over(hall, "zhao", "zhao")
    hall.do(
        "UT_DraftPlan",
        "wang",
        remedies=[
            {
                "kind": "exchange",
                "quantity": 12,
                "amount": "3600.00",
                "worth_none_because": "货值已计入金额。",
                "promised_date": "2026-10-12",
            }
        ],
        options=[{"text": "换货 12 件"}],
        schedule="三个工作日内送达。",
        reply_manner="email",
    )
    refuses(hall, "UT_Approve", "zhao", decision="approve", approval_signature=True)
    hall.claim("UT_Approve", "gao")  # the next role decides
