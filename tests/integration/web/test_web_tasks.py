"""Tasks in the pages: fill in, complete, refuse, keep what was typed."""

import pytest
import story
from hall import PASSWORD
from sqlalchemy import select

from processes.cases.schema import DbCase, DbDocument
from processes.desk.schema import DbDraft


def answers(hall, element, login):
    with hall.database.reading() as session:
        draft = session.get(DbDraft, (login, f"task:{hall.open_task(element)}"))
        return draft.values if draft else None


def verify(**changes):
    return {"checked_items": ["order"], "verify_result": "accept"} | changes


def start(hall):
    hall.register()
    hall.until("2026-09-28T10:05")
    hall.do("UT_AcceptCase", "wang")
    return hall.claim("UT_Verify", "wang")


def test_a_form_that_is_filled_in_completes_the_task_and_says_what_comes_next(hall):
    task = start(hall)
    client = hall.visitor("wang")
    answer = client.post(f"/tasks/{task}", data=verify())
    assert (answer.status_code, answer.location) == (303, "/work")
    assert "Completed: Verify the complaint. Next: Fill in contact slip (Sales)." in client.get("/work").text
    assert hall.open_tasks() == ["UT_FillSlip"]


def test_the_next_task_is_opened_where_that_is_asked_for(hall):
    task = start(hall)
    hall.register()
    hall.claim("UT_AcceptCase", "wang")
    other = hall.open_task("UT_AcceptCase")
    answer = hall.visitor("wang").post(f"/tasks/{task}", data=verify(_next="1"))
    assert answer.location == f"/tasks/{other}"


def test_a_form_with_something_missing_is_refused_field_by_field_and_kept(hall):
    task = start(hall)
    client = hall.visitor("wang")
    answer = client.post(f"/tasks/{task}", data={"verify_result": "misunderstanding", "verify_reason": "没有问题"})
    assert answer.status_code == 422
    assert "answers need a change" in answer.text or "One answer needs a change" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "没有问题" in answer.text
    assert answers(hall, "UT_Verify", "wang")["verify_reason"] == "没有问题"
    assert hall.open_tasks() == ["UT_Verify"]


def test_a_field_that_nobody_declared_is_refused(hall):
    task = start(hall)
    answer = hall.visitor("wang").post(f"/tasks/{task}", data=verify(approved_amount="99999"))
    assert answer.status_code == 422
    assert "approved_amount" in answer.text
    assert hall.open_tasks() == ["UT_Verify"]


def test_a_script_in_a_text_stays_a_text(hall):
    task = start(hall)
    nasty = '<script>alert(1)</script> and " onmouseover=x'
    data = verify(
        verify_result="misunderstanding", verify_reason=nasty + " " * 3 + "long enough to be taken as a reason"
    )
    client = hall.visitor("wang")
    refused = client.post(f"/tasks/{task}", data=data | {"checked_items": []})
    assert "<script>alert" not in refused.text
    client.post(f"/tasks/{task}", data=data)
    with hall.database.reading() as session:
        number = session.scalars(select(DbCase.number)).one()
    page = client.get(f"/cases/{number}")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_claim_that_is_not_ones_own_shows_the_form_to_read(hall):
    task = start(hall)
    page = hall.visitor("he").get(f"/tasks/{task}").text
    assert "has been with Wang Li since 2026-09-28 10:05" in page
    assert "data-draft=" not in page


def test_an_unclaimed_task_is_claimed_first(hall):
    story.accepted(hall)
    task = hall.open_task("UT_FillSlip")
    client = hall.visitor("he")
    assert f'formaction="/tasks/{task}/claim"' in client.get(f"/tasks/{task}").text
    client.post(f"/tasks/{task}/claim")
    assert "Yours since" in client.get(f"/tasks/{task}").text
    client.post(f"/tasks/{task}/unclaim")
    assert "Nobody’s yet" in client.get(f"/tasks/{task}").text


@pytest.mark.both_databases
def test_two_people_complete_the_same_task_and_the_second_keeps_the_text(hall):
    start(hall)
    hall.do("UT_Verify", "wang", checked_items=["order"], verify_result="accept")
    task = hall.open_task("UT_FillSlip")
    slip = dict(story.SLIP)
    first, second = hall.visitor("wang"), hall.visitor("he", "en")
    assert first.post(f"/tasks/{task}", data=slip).status_code == 303
    lost = second.post(f"/tasks/{task}", data=slip | {"verified_facts": "我写的另一段文字"})
    assert lost.status_code == 409
    assert "was completed by Wang Li at 2026-09-28" in lost.text
    assert "我写的另一段文字" in lost.text
    with hall.database.reading() as session:
        assert session.get(DbDraft, ("he", f"task:{task}")).values["verified_facts"] == "我写的另一段文字"


@pytest.mark.both_databases
def test_drafts_save_themselves_and_come_back(hall):
    task = start(hall)
    client = hall.visitor("wang")
    data = {"verify_result": "misunderstanding", "verify_reason": "half a sen"}
    assert client.post(f"/tasks/{task}/draft", data=data).text == "Draft saved 10:05"
    page = client.get(f"/tasks/{task}").text
    assert "half a sen" in page
    assert "Draft saved 10:05" in page
    assert "half a sen" not in hall.visitor("he").get(f"/tasks/{task}").text


def test_fields_appear_as_the_answers_ask_for_them(hall):
    task = start(hall)
    client = hall.visitor("wang")
    assert 'name="verify_reason"' not in client.get(f"/tasks/{task}").text
    fields = client.post(f"/tasks/{task}/fields", data={"verify_result": "misunderstanding"}).text
    assert 'name="verify_reason"' in fields
    assert "<html" not in fields


def test_who_lost_the_session_finds_the_text_after_signing_in(hall):
    task = start(hall)
    client = hall.visitor()
    data = {"verify_result": "misunderstanding", "verify_reason": "typed before the session was lost"}
    lost = client.post(f"/tasks/{task}", data=data)
    assert lost.status_code == 401
    kept = lost.text.split('name="kept" value="', 1)[1].split('"', 1)[0].replace("&#34;", '"')
    form = {"login": "wang", "password": PASSWORD, "next": f"/tasks/{task}", "kept": kept}
    assert client.post("/sign-in", data=form).location == f"/tasks/{task}"
    assert "typed before the session was lost" in client.get(f"/tasks/{task}").text


def test_a_draft_that_cannot_be_saved_says_so_by_its_status(hall):
    task = start(hall)
    answer = hall.visitor().post(f"/tasks/{task}/draft", data={}, headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_passing_on_needs_a_reason_and_somebody_who_may(hall):
    task = start(hall)
    client = hall.visitor("wang")
    assert "He Jun" in client.get(f"/tasks/{task}/reassign").text
    assert client.post(f"/tasks/{task}/reassign", data={"to": "he", "reason": " "}).status_code == 422
    assert client.post(f"/tasks/{task}/reassign", data={"to": "chen", "reason": "x"}).status_code == 403
    assert client.post(f"/tasks/{task}/reassign", data={"to": "he", "reason": "on leave"}).status_code == 303
    assert "Yours since" in hall.visitor("he").get(f"/tasks/{task}").text


@pytest.mark.both_databases
def test_nobody_signs_with_a_wrong_password(hall):
    story.accepted(hall)
    hall.do("UT_FillSlip", "wang", **story.SLIP)
    task = hall.claim("UT_QcInspect", "chen")
    inspection = {
        "sample_received": "true",
        "sample_id": "P-1",
        "inspection_method": "visual",
        "inspection_standard": "Q/HF 012",
        "conform": "no",
    }
    client = hall.visitor("chen")
    wrong = client.post(f"/tasks/{task}", data=inspection | {"_sign:inspector_signature:password": "guess"})
    assert wrong.status_code == 422
    assert "This is not your password" in wrong.text
    claimed = client.post(f"/tasks/{task}", data=inspection | {"inspector_signature": "true"})
    assert claimed.status_code == 422
    right = client.post(f"/tasks/{task}", data=inspection | {"_sign:inspector_signature:password": PASSWORD})
    assert right.status_code == 303


def test_places_to_sign_that_the_form_does_not_have_are_not_looked_at(hall, monkeypatch):
    from processes.people import passwords

    task, client, compared = start(hall), hall.visitor("wang"), []
    monkeypatch.setattr(passwords, "matches", lambda kept, text: compared.append(text))
    invented = {f"_sign:field{number}:password": PASSWORD for number in range(150)}
    drawn = {f"_sign:field{number}:drawn": "data:image/png;base64,iVBORw0KGgo=" for number in range(150)}
    assert client.post(f"/tasks/{task}", data=verify() | invented | drawn).status_code == 303
    assert compared == []
    with hall.database.reading() as session:
        assert session.scalars(select(DbDocument.id)).all() == []


def test_guessing_at_a_place_to_sign_counts_as_at_the_sign_in(hall):
    story.accepted(hall)
    hall.do("UT_FillSlip", "wang", **story.SLIP)
    task, client = hall.claim("UT_QcInspect", "chen"), hall.visitor("chen")

    def sign(password, **more):
        return client.post(f"/tasks/{task}", data={"_sign:inspector_signature:password": password} | more).text

    for _ in range(5):
        sign("a guess", **{"_add:rows": "1"})  # a button for another row hands nothing in
    for guesses, waits in ((4, False), (4, False), (5, True)):  # who signs rightly has guessed nothing
        for _ in range(guesses):
            sign("a guess")
        assert ("Too many wrong passwords" in sign(PASSWORD)) is waits


@pytest.mark.both_databases
def test_files_are_kept_when_the_form_is_refused_and_seen_by_nobody_else(hall):
    from io import BytesIO

    task = start(hall)
    client = hall.visitor("wang")
    data = {"verify_result": "accept", "verify_evidence": (BytesIO(b"%PDF-1.4 evidence"), "事实.pdf")}
    refused = client.post(f"/tasks/{task}", data=data, content_type="multipart/form-data")
    assert refused.status_code == 422
    with hall.database.reading() as session:
        number, case = session.execute(select(DbDocument.id, DbDocument.case_id)).one()
    assert case is None
    assert f'name="_keep:verify_evidence" value="{number}"' in refused.text
    assert client.get(f"/files/{number}").status_code == 200
    assert hall.visitor("he").get(f"/files/{number}").status_code == 404
    stolen = verify(**{"_keep:verify_evidence": str(number)})
    assert client.post(f"/tasks/{task}", data=stolen).status_code == 303
    assert hall.visitor("he").get(f"/files/{number}").status_code == 200
    disposition = client.get(f"/files/{number}").headers["Content-Disposition"]
    assert "%E4%BA%8B%E5%AE%9E.pdf" in disposition


def test_a_file_of_a_wrong_kind_is_refused_in_its_field(hall):
    from io import BytesIO

    task = start(hall)
    data = verify(verify_evidence=(BytesIO(b"MZ\x90\x00 program"), "photo.jpg"))
    refused = hall.visitor("wang").post(f"/tasks/{task}", data=data, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "photo.jpg was not taken" in refused.text


@pytest.mark.both_databases
def test_text_that_cannot_be_kept_comes_back_in_its_form(hall):
    task = start(hall)
    reason = "客户寄来的文字里有看不见的字符，其余都清楚。"
    data = {"verify_result": "misunderstanding", "verify_reason": f"{reason}\0", "checked_items": ["order"]}
    answer = hall.visitor("wang").post(f"/tasks/{task}", data=data)
    assert answer.status_code == 422
    assert 'name="verify_reason"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert reason in answer.text
    assert hall.open_tasks() == ["UT_Verify"]


def test_the_own_second_tab_is_not_somebody_else(hall):
    hall.register()
    task = hall.claim("UT_AcceptCase", "wang")
    for language, said, not_said in (
        ("en", "Already done in another tab", "Somebody else was faster"),
        ("zh-CN", "已在另一个页面中完成", "他人已先一步处理"),
    ):
        client = hall.visitor("wang", language)
        client.post(f"/tasks/{task}", data={})
        page = client.post(f"/tasks/{task}", data={})
        assert page.status_code == 409
        assert said in page.text
        assert not_said not in page.text
    other = hall.visitor("he").post(f"/tasks/{task}", data={})
    assert "Somebody else was faster" in other.text
