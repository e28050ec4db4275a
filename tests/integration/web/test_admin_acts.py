"""What administrators do to an instance: each act says what it touches, wants a reason, and happens once."""

import re

import pytest
from admin_stage import FailingMail, Stage

from engine import SYSTEM, deployments
from web.admin.acts import moves
from web.admin.instance import past


@pytest.fixture
def stage(make_played):
    return make_played(Stage.start, kind=Stage)[0]


@pytest.fixture
def look(stage):
    return stage.visitor("admin")


def act(look, address, **data):
    """Open the question and answer it; the address that the form names carries the revision."""
    asked = look.get(address)
    assert asked.status_code == 200, asked.text
    target = re.search(r'<form method="post" action="(/admin[^"]+)"', asked.text)[1].replace("&amp;", "&")
    return look.post(target, data=data)


@pytest.mark.both_databases
def test_an_instance_shows_everything_it_holds(stage, look):
    page = look.get("/admin/instances/1").text
    for text in ("lot_no", "L2609", "Asia/Shanghai", "10-09 00:00:00", "Fire now…", "Move…", "Cancel…", "revision "):
        assert text in page, text
    assert "2026-10-09 00:00:00 Asia/Shanghai" in page
    folded = re.search(r"<summary>and \d+ more</summary>", page)
    assert folded.start() < page.index("reply_nominal_due")
    assert not re.search(r"<summary>and \d+ more</summary>", look.get("/admin/instances/1?find=e").text)
    tokens = look.get("/admin/instances/1?tab=tokens").text
    assert "Verify the complaint" in tokens
    assert "MsgWithdrawRequest" in look.get("/admin/instances/1?tab=messages").text
    assert "reply_effective_due" in look.get("/admin/instances/1?tab=history").text


@pytest.mark.both_databases
def test_answers_are_shown_as_they_were_given(stage, look):
    stage.do("UT_Verify", "wang", checked_items=["order"], verify_result="accept")
    page = look.get("/admin/instances/1?tab=submissions").text
    assert "Verify the complaint" in page
    assert "Wang Li" in page


@pytest.mark.both_databases
def test_a_long_history_has_pages(stage, look, monkeypatch):
    monkeypatch.setattr(past, "PER_PAGE", 200)
    first = look.get("/admin/instances/1?tab=history").text
    older = re.search(r'href="([^"]+before=\d+[^"]*)"', first)[1].replace("&amp;", "&")
    second = look.get(older).text
    assert "started" in second
    assert "Newest" in second


@pytest.mark.parametrize(
    "address",
    [
        "/admin/instances/1/cancel",
        "/admin/instances/1/timers/{timer}/fire",
        "/admin/instances/1/timers/{timer}/move",
        "/admin/instances/1/variables/0?name=lot_no",
        "/admin/instances/1/tasks/1/reassign",
    ],
)
def test_nothing_happens_without_a_reason(stage, look, address):
    before = stage.fingerprint()
    data = {"due": "2026-10-01T09:00", "kind": "text", "value": "L1", "to": "wang", "reason": "  "}
    answer = act(look, address.format(timer=stage.timer("BT_Reply7d")), **data)
    assert answer.status_code == 422
    assert "Give a reason" in answer.text
    assert stage.fingerprint() == before


@pytest.mark.both_databases
def test_cancelling_says_what_ends_and_ends_it(stage, look):
    asked = look.get("/admin/instances/1/cancel").text
    assert "Cancel KB-2026-000001?" in asked
    assert "Verify the complaint" in asked
    assert act(look, "/admin/instances/1/cancel", reason="Entered twice.").status_code == 303
    assert stage.status() == "cancelled"
    page = look.get("/admin/instances/1").text
    assert "Cancelled by hand: “Entered twice.”" in page
    assert "Fire now…" not in page
    assert act_is_refused(look, "/admin/instances/1/cancel")


def act_is_refused(look, address):
    return look.post(address, data={"reason": "again"}).status_code == 409


def test_a_timer_fires_now_once(stage, look):
    timer = stage.timer("BT_Reply7d")
    asked = look.get(f"/admin/instances/1/timers/{timer}/fire").text
    assert "Mark breach" in asked
    assert act(look, f"/admin/instances/1/timers/{timer}/fire", reason="To see it.").status_code == 303
    assert stage.timer("BT_Reply7d") is None
    assert stage.variable("breached_at") is not None
    page = look.get("/admin/instances/1?tab=log").text
    assert "timer fired by hand" in page
    assert "To see it." in page
    assert look.get(f"/admin/instances/1/timers/{timer}/fire").status_code == 404


def test_a_timer_is_moved_in_the_zone_of_the_installation(stage, look):
    timer = stage.timer("BT_Reply7d")
    address = f"/admin/instances/1/timers/{timer}/move"
    assert act(look, address, due="nonsense", reason="x").status_code == 422
    assert act(look, address, due="2026-10-12T09:30", reason="Agreed with the customer.").status_code == 303
    page = look.get("/admin/instances/1").text
    assert "10-12 09:30:00" in page
    assert "Chen Jie: Agreed with the customer." in page
    log = look.get("/admin/instances/1?tab=log").text
    assert "2026-10-12 09:30:00 Asia/Shanghai" in log
    assert "T01:30:00" not in log


def test_a_variable_is_changed_with_its_kind(stage, look):
    address = "/admin/instances/1/variables/0?name=lot_no"
    assert "L2609" in look.get(address).text
    assert act(look, address, kind="text", value="L2610", reason="A slip of the pen.").status_code == 303
    assert stage.variable("lot_no") == "L2610"
    page = look.get("/admin/instances/1?find=lot_no").text
    assert "L2609" in page
    assert "A slip of the pen." in page
    refused = act(look, "/admin/instances/1/variables/0?name=max_redo", kind="number", value="many", reason="x")
    assert refused.status_code == 422
    assert "“many” is no number." in refused.text
    assert stage.variable("max_redo") == 2
    added = act(look, "/admin/instances/1/variables/0", variable="note", kind="json", value='["a", 1]', reason="x")
    assert added.status_code == 303
    assert stage.variable("note") == ["a", 1]
    assert look.get("/admin/instances/1/variables/0?name=unknown").status_code == 404
    found = look.get("/admin/instances/1?find=l2610").text  # by its value
    assert ("lot_<wbr>no" in found, "max_<wbr>redo" in found) == (True, False)
    whole = look.get("/admin/instances/1").text
    assert "hold nothing" in whole.partition("lot_<wbr>no")[2]
    assert "hold nothing" not in found


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "", ""),
        ("number", "12.5", 12.5),
        ("truth", "yes", True),
        ("nothing", "whatever", None),
        ("json", "{}", {}),
    ],
)
def test_values_of_every_kind(stage, look, kind, text, value):
    assert act(look, "/admin/instances/1/variables/0?name=lot_no", kind=kind, value=text, reason="x").status_code == 303
    assert stage.variable("lot_no") == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", "NaN"), ("number", "true"), ("truth", "perhaps"), ("json", "{"), ("json", "null"), ("x", "1")],
)
def test_values_that_are_none_of_their_kind(stage, look, kind, text):
    before = stage.fingerprint()
    assert act(look, "/admin/instances/1/variables/0?name=lot_no", kind=kind, value=text, reason="x").status_code == 422
    assert stage.fingerprint() == before


@pytest.mark.both_databases
def test_a_task_goes_to_somebody_else(stage, look):
    address = f"/admin/instances/1/tasks/{stage.open_task('UT_Verify')}/reassign"
    assert act(look, address, to="he", reason="Wang Li is ill.").status_code == 303
    assert "He Jun" in look.get("/admin/instances/1?tab=tokens").text
    assert '<span class="m">is now</span> He Jun' in look.get("/admin/instances/1?tab=log").text
    assert act(look, address, to="nobody", reason="x").status_code == 404
    assert look.get("/admin/instances/2/tasks/1/reassign").status_code == 404


@pytest.mark.both_databases
def test_an_instance_that_moved_on_is_shown_again_before_anything_is_done(stage, look):
    address = "/admin/instances/1/variables/0?name=lot_no"
    target = re.search(r'action="(/admin[^"]+)"', look.get(address).text)[1].replace("&amp;", "&")
    stage.do("UT_Verify", "wang", checked_items=["order"], verify_result="accept")
    answer = look.post(target, data={"kind": "text", "value": "L9", "reason": "My reason"})
    assert answer.status_code == 409
    assert "The instance moved on meanwhile: Wang Li" in answer.text
    assert "My reason" in answer.text
    assert ">L9<" in answer.text
    assert stage.variable("lot_no") == "L2609"
    again = re.search(r'action="(/admin[^"]+)"', answer.text)[1].replace("&amp;", "&")
    assert look.post(again, data={"kind": "text", "value": "L9", "reason": "My reason"}).status_code == 303


@pytest.mark.both_databases
def test_a_timer_that_fired_meanwhile_is_not_fired_again(stage, look):
    timer = stage.timer("BT_Reply7dWarn")
    asked = look.get(f"/admin/instances/1/timers/{timer}/fire").text
    target = re.search(r'action="(/admin[^"]+)"', asked)[1].replace("&amp;", "&")
    stage.until("2026-09-30T09:00")
    before = stage.fingerprint()
    assert look.post(target, data={"reason": "x"}).status_code in (404, 409)
    assert stage.fingerprint() == before


def test_an_incident_stands_first_and_is_retried(make_hall):
    mail = FailingMail()
    stage = make_hall(kind=Stage, mail=mail)
    stage.register()
    stage.until_jobs_are_out_of_tries()
    look = stage.visitor("admin")
    page = look.get("/admin/instances/1").text
    assert page.index("The mail server is on fire") < page.index("Where it is")
    assert "Nothing else has this cause." in page
    address = re.search(r'href="(/admin/instances/1/incidents/\d+/retry)"', page)[1]
    answer = act(look, address, reason="Perhaps now.")
    assert answer.status_code == 303
    stage.until_jobs_are_out_of_tries()
    assert "The mail server is on fire" in look.get("/admin/instances/1").text
    mail.broken = False
    address = re.search(r'href="(/admin/instances/1/incidents/\d+/retry)"', look.get("/admin/instances/1").text)[1]
    assert act(look, address, reason="It is out.").status_code == 303
    stage.work()
    assert stage.status() == "running"
    assert mail.sent["TPL-ACK"] == 1
    assert look.get(address).status_code == 404


def test_a_question_comes_as_a_part_for_dialogs(stage, look):
    part = look.get("/admin/instances/1/cancel", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "<h2>" in part


def test_what_does_not_exist_is_not_found(look):
    for address in ("/admin/instances/99", "/admin/instances/99/cancel", "/admin/instances/1/timers/99/fire",
                    "/admin/instances/1/incidents/9/retry", "/admin/instances/1/jobs/9/retry"):  # fmt: skip
        assert look.get(address).status_code == 404, address
        if address.count("/") > 3:
            assert look.post(address, data={"reason": "x"}).status_code == 404, address


def newer(stage, change):
    """Make a changed version of the procedure the current one."""
    with stage.kesu.database.transaction() as session:
        current = deployments.find_deployment(session, "kb_sales_quality")
        files = dict(deployments.get_files(session, current.id))
        files["kb_sales_quality.bpmn"] = change(files["kb_sales_quality.bpmn"])
        deployments.deploy(session, "kb_sales_quality", files, by=SYSTEM, reason="changed")


@pytest.mark.both_databases
def test_an_instance_is_moved_to_the_new_version_when_what_it_waits_in_is_the_same(stage, look):
    assert "Move to the new version" not in look.get("/admin/instances/1").text
    newer(stage, lambda text: text.replace(b'name="Verify the complaint"', b'name="Check the complaint"'))
    assert "/admin/instances/1/move" in look.get("/admin/instances/1").text
    asked = look.get("/admin/instances/1/move").text
    assert "Move KB-2026-000001 to version 2?" in asked
    assert "the same" in asked
    assert act(look, "/admin/instances/1/move", reason=" ").status_code == 422
    assert act(look, "/admin/instances/1/move", reason="The measure was changed.").status_code == 303
    page = look.get("/admin/instances/1?tab=history").text
    assert "moved to a new version" in page
    assert "The measure was changed." in page
    assert "Check the complaint" in look.get("/admin/instances/1?tab=tokens").text
    assert "Goes on by version 2" in stage.visitor("wang").get("/cases/KB-2026-000001?tab=timeline").text
    assert "Move to the new version" not in page


def test_what_is_otherwise_in_the_new_version_is_told_and_not_moved(stage, look):
    newer(stage, lambda text: re.sub(rb'(<bpmn:userTask id="UT_Verify"[^>]*)', rb'\1 camunda:priority="70"', text))
    asked = look.get("/admin/instances/1/move").text
    assert "is drawn otherwise" in asked
    assert "cannot be moved while" in asked
    assert "Move it" not in asked
    before = stage.fingerprint()
    assert look.post("/admin/instances/1/move", data={"reason": "all the same"}).status_code == 422
    assert stage.fingerprint() == before


def test_all_that_runs_an_earlier_version_is_moved_where_it_goes(stage, look):
    stage.start()
    newer(stage, lambda text: text.replace(b'name="Verify the complaint"', b'name="Check the complaint"'))
    with stage.database.reading() as session:
        address = f"/admin/deployments/{deployments.find_deployment(session, 'kb_sales_quality').id}"
    assert f"{address}/move" in look.get(address).text
    asked = look.get(f"{address}/move").text
    assert "Can be moved" in asked
    assert "KB-2026-000001, KB-2026-000002" in asked
    assert look.post(f"{address}/move", data={"reason": " "}).status_code == 422
    done = look.post(f"{address}/move", data={"reason": "The measure was changed."}, follow_redirects=True).text
    assert "2 moved, 0 stay" in done
    assert f"{address}/move" not in done
    assert "Nothing that runs an earlier version" in look.get(f"{address}/move").text


def test_what_does_not_go_stays_and_is_told_beside_what_goes(stage, look):
    stage.start()
    stage.do("UT_Verify", "wang", checked_items=["order"], verify_result="accept")
    newer(stage, lambda text: re.sub(rb'(<bpmn:userTask id="UT_Verify"[^>]*)', rb'\1 camunda:priority="70"', text))
    with stage.database.reading() as session:
        address = f"/admin/deployments/{deployments.find_deployment(session, 'kb_sales_quality').id}/move"
    asked = look.get(address).text
    assert "1 stays" in asked
    assert "is drawn otherwise" in asked
    assert "1 moved, 1 stay" in look.post(address, data={"reason": "Changed."}, follow_redirects=True).text


def test_what_does_not_go_is_not_in_the_way_of_the_next_ones(stage, look, monkeypatch):
    monkeypatch.setattr(moves, "MOST_MOVED", 1)
    stage.start()
    stage.newest = True
    stage.do("UT_Verify", "wang", checked_items=["order"], verify_result="accept")
    newer(stage, lambda text: re.sub(rb'(<bpmn:userTask id="UT_Verify"[^>]*)', rb'\1 camunda:priority="70"', text))
    with stage.database.reading() as session:
        address = f"/admin/deployments/{deployments.find_deployment(session, 'kb_sales_quality').id}/move"
    asked = look.get(address).text
    assert "None of these can be moved now." in asked
    assert f'href="{address}?after=1"' in asked
    answer = look.post(address, data={"reason": "Changed."})
    assert answer.location == f"{address}?after=1"
    asked = look.get(answer.location).text
    assert "0 moved, 1 stay in their version. There are more; these are the next ones." in asked
    assert "KB-2026-000002" in asked
    assert "The next ones" not in asked
    done = look.post(answer.location, data={"reason": "Changed."}, follow_redirects=True).text
    assert "1 moved, 0 stay" in done


def test_only_administrators_move_instances(stage):
    assert stage.visitor("wang").get("/admin/instances/1/move").status_code == 404


def test_what_only_others_call_cannot_be_stopped_by_itself_and_says_so(stage, look):
    address = "/admin/processes/kb_sales_quality/suspend"
    asked = look.get(address).text
    assert "Only these call it, and nothing of it stands still by itself: Register a complaint." in asked
    assert 'name="reason"' not in asked
    assert look.post(address, data={"reason": "all the same"}).status_code == 422
    assert 'name="reason"' in look.get("/admin/processes/complaint_intake/suspend").text
