"""The list of instances: who may see it, how it is filtered, what is exported, what is wrong by cause."""

import csv
import io
import re

import pytest
from admin_stage import FailingMail, Stage

from processes.spreadsheet import harmless
from web.admin.acts import retries

pytestmark = pytest.mark.seconds(14)


@pytest.fixture
def stage(make_hall):
    return make_hall(kind=Stage)


PAGES = [
    "/admin/",
    "/admin/instances",
    "/admin/instances.csv",
    "/admin/instances/by-element",
    "/admin/instances/by-cause",
    "/admin/instances/1",
    "/admin/instances/1/replay",
    "/admin/instances/1/cancel",
    "/admin/instances/1/variables/0?name=lot_no",
    "/admin/incidents/retry?cause=x",
    "/admin/deployments",
    "/admin/deployments/1",
    "/admin/deployments/1/files/sub_agreement.bpmn",
    "/admin/deployments/new",
    "/admin/calendar",
    "/admin/people",
    "/admin/people/wang",
    "/admin/people/new",
]


def test_only_administrators_find_these_pages(stage):
    stage.start()
    for login in ("wang", "zhao", "gao", "stranger"):
        visitor = stage.visitor(login)
        nothing = visitor.get("/admin/nothing-of-this-name")
        assert nothing.status_code == 404
        for address in PAGES:
            answer = visitor.get(address)
            assert answer.status_code == 404, (login, address)
            assert (
                answer.text.replace(address.split("?")[0], "")
                == nothing.text.replace("/admin/nothing-of-this-name", "")
                or "You cannot open this" in answer.text
            )


def test_nobody_else_can_act_by_a_direct_post(stage):
    stage.start()
    before = stage.fingerprint()
    visitor = stage.visitor("wang")
    for address in (
        "/admin/instances/1/cancel",
        "/admin/instances/1/timers/1/fire",
        "/admin/instances/1/timers/1/move",
        "/admin/instances/1/variables/0",
        "/admin/instances/1/tasks/1/reassign",
        "/admin/incidents/retry?cause=x",
        "/admin/deployments/new",
        "/admin/calendar",
        "/admin/people/wang",
        "/admin/people/new",
    ):
        data = {"reason": "because", "groups": "admin", "login": "x", "name_zh": "x", "name_en": "x", "active": "on"}
        assert visitor.post(address, data=data).status_code == 404, address
    assert stage.fingerprint() == before
    assert "admin" not in stage.actor("wang").groups


def test_whoever_is_not_signed_in_is_asked_to(stage):
    assert "/sign-in" in stage.visitor().get("/admin/instances").headers["Location"]


@pytest.mark.both_databases
def test_every_page_opens_in_both_languages(stage):
    stage.start()
    for language in ("en", "zh"):
        visitor = stage.visitor("admin", language)
        for address in PAGES:
            if "retry" not in address:
                assert visitor.get(address, follow_redirects=True).status_code == 200, address
        for tab in ("variables", "tokens", "jobs", "messages", "submissions", "called", "history", "log", "unknown"):
            assert visitor.get(f"/admin/instances/1?tab={tab}").status_code == 200, tab


@pytest.mark.both_databases
def test_the_list_says_where_instances_are_and_until_when(stage):
    stage.register()  # the clock is drawn where cases begin
    page = stage.visitor("admin").get("/admin/instances").text
    assert "1 running" in page
    assert "KB-2026-000001" in page
    assert "Take over the case" in page
    assert "Thu 8 Oct" in page


@pytest.mark.both_databases
def test_what_only_listens_is_not_where_an_instance_is(stage):
    stage.start()
    stage.do(
        "UT_Verify",
        "wang",
        checked_items=["photos"],
        verify_result="not_our_responsibility",
        verify_reason="损坏发生在客户自行改装之后。",
    )
    stage.do(
        "UT_ExplainReject",
        "wang",
        reject_reason="机器铭牌为 220 伏，客户接到 380 伏电源，烧毁不属产品缺陷；使用说明书第 4 页已注明电压。",
        reject_apology="给您带来不便，我们深感遗憾。",
        reject_objection_how="如有不同意见，请在五个工作日内来信或来电。",
        reply_channel="email",
        reply_to="zhang@example.com",
    )
    stage.do("UT_HeadConfirmReject", "zhao", reject_decision="confirm")
    rows = stage.visitor("admin").get("/admin/instances").text.split("<tbody>", 1)[1]
    assert "Customer objects" in rows
    assert "Window over" in rows
    assert "Customer withdraws" not in rows
    assert "What may come in between" not in rows


@pytest.mark.both_databases
def test_filters_narrow_the_list(stage):
    stage.start(lot_no="L2609")
    stage.start(lot_no="L2610")
    stage.cancel(2)
    look = stage.visitor("admin")
    numbers = {"KB-2026-000001", "KB-2026-000002"}

    def found(query):
        page = look.get(f"/admin/instances?{query}").text
        return {number for number in numbers if f">{number}<" in page}

    assert found("") == {"KB-2026-000001"}
    assert found("state=any") == numbers
    assert found("state=cancelled") == {"KB-2026-000002"}
    assert found("state=any&q=2610") == {"KB-2026-000002"}
    assert found("state=any&variable=lot_no&value=L2609") == {"KB-2026-000001"}
    assert found("state=any&variable=lot_no&value=L26%25") == set()
    assert found("element=UT_Verify") == {"KB-2026-000001"}
    assert found("element=UT_Approve") == set()
    assert found("procedure=kb_sales_quality") == {"KB-2026-000001"}
    assert found("procedure=pt_patient") == set()
    assert found("older=1") == set()
    stage.clock.advance_days(2)
    assert found("older=1") == {"KB-2026-000001"}


@pytest.mark.both_databases
@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=999999", "state=nothing", "older=x", "q=%27"])
def test_what_cannot_be_meant_is_left_out(stage, query):
    stage.start()
    assert stage.visitor("admin").get(f"/admin/instances?{query}").status_code == 200


@pytest.mark.both_databases
def test_the_pages_of_a_long_list_hang_together(stage):
    for _ in range(27):
        stage.start()
    look = stage.visitor("admin")
    first, second = look.get("/admin/instances").text, look.get("/admin/instances?page=2").text
    assert "1–25 of 27" in first
    assert "26–27 of 27" in second
    assert ">KB-2026-000027<" in first
    assert ">KB-2026-000001<" in second
    assert ">KB-2026-000001<" in look.get("/admin/instances?order=oldest").text


@pytest.mark.both_databases
def test_the_export_holds_what_is_filtered_and_no_formula(stage):
    stage.start(description="=HYPERLINK(1)")
    stage.start(description="something else")
    answer = stage.visitor("admin").get("/admin/instances.csv?q=HYPERLINK")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["Number"] for row in rows] == ["KB-2026-000001"]
    assert rows[0]["Title"].startswith("'=")
    assert rows[0]["Where it is"] == "Verify the complaint"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        (" =1", "' =1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1+1", "'-1+1"),
        ("＝1", "'＝1"),
        ("\t=1", "'\t=1"),
        ("-12.5", "-12.5"),
        ("KB-2026-000001", "KB-2026-000001"),
        ("", ""),
    ],
)
def test_cells_are_never_taken_for_formulas(cell, safe):
    assert harmless(cell) == safe


@pytest.mark.both_databases
def test_incidents_stand_by_cause_and_are_retried_together(make_hall, monkeypatch):
    mail = FailingMail()
    stage = make_hall(kind=Stage, mail=mail)
    for _ in range(3):
        stage.register()
    stage.until_jobs_are_out_of_tries()
    look = stage.visitor("admin")
    page = look.get("/admin/instances/by-cause").text
    assert "The mail server is on fire" in page
    assert "Retry all 3" in page
    assert "3 with incidents" in page
    one = look.get("/admin/instances/2").text
    assert "6 of 6 tries" in one
    assert "a server that was away or a value under Variables; then retry." in one
    assert "The same cause holds 2 other instances (KB-2026-000001, KB-2026-000003)." in one
    address = "/admin/incidents/retry"
    cause = {"cause": re.search(r"retry\?cause=(\w+)", page)[1]}
    assert "fire" not in cause["cause"]  # an address is written down in many places
    asked = look.get(address, query_string=cause).text
    assert "Retry 3 incidents?" in asked
    assert look.post(address, query_string=cause, data={"reason": " "}).status_code == 422
    with monkeypatch.context() as changed:
        changed.setattr(retries, "MOST_RETRIED", 1)
        further = re.search(r'href="([^"]+after=\d+)"', look.get(address, query_string=cause).text)[1]
        rest = look.get(further.replace("&amp;", "&")).text  # what fails again is not in the way of these
        assert "Retry 2 incidents?" in rest
        assert "KB-2026-000002" in rest
        assert "KB-2026-000001" not in rest
    mail.broken = False
    assert look.post(address, query_string=cause, data={"reason": "It is out now."}).status_code == 303
    stage.work()
    assert "Nothing is wrong" in look.get("/admin/instances/by-cause").text
    assert mail.sent["TPL-ACK"] == 3
    assert "It is out now." in look.get("/admin/instances/1?tab=log").text
    assert look.get(address, query_string=cause).status_code == 404
