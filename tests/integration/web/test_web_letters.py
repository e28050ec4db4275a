"""Letters on the pages of tasks: looked at before they go out, printed where they go by hand."""

from sqlalchemy import select

from processes.letters.schema import DbLetter

REASON = "机器铭牌为 220 伏，客户接到 380 伏电源，烧毁不属产品缺陷；使用说明书第 4 页已注明电压。"
EXPLAINED = {
    "reject_reason": REASON,
    "reject_apology": "给您带来不便，我们深感遗憾。",
    "reject_objection_how": "如有不同意见，请在五个工作日内来信或来电。",
    "reply_channel": "email",
    "reply_to": "zhang@example.com",
}


def explaining(hall):
    hall.register(email="zhang@example.com")
    hall.until("2026-09-28T10:05")
    hall.do("UT_AcceptCase", "wang")
    hall.do("UT_Verify", "wang", checked_items=["photos"], verify_result="misunderstanding", verify_reason=REASON)
    return hall.claim("UT_ExplainReject", "wang")


def kept(hall, template):
    with hall.database.reading() as session:
        letter = session.scalars(select(DbLetter).where(DbLetter.template == template)).one()
        session.expunge(letter)
        return letter


def test_the_preview_of_a_letter_is_what_is_sent_and_kept(hall):
    task = explaining(hall)
    client = hall.visitor("wang")
    assert f'formaction="/tasks/{task}/letter"' in client.get(f"/tasks/{task}").text
    looked = client.post(f"/tasks/{task}/letter", data=EXPLAINED)
    assert REASON in looked.text
    assert "default-src 'none'" in looked.headers["Content-Security-Policy"]
    assert "sandbox" in looked.headers["Content-Security-Policy"]
    client.post(f"/tasks/{task}", data=EXPLAINED)
    hall.do("UT_HeadConfirmReject", "zhao", reject_decision="confirm")
    hall.work()
    letter = kept(hall, "TPL-REJECT")
    assert letter.sent_at is not None
    assert letter.html == looked.text


def test_a_letter_that_is_not_finished_shows_its_gaps(hall):
    task = explaining(hall)
    looked = hall.visitor("wang").post(f"/tasks/{task}/letter", data={"reject_reason": ""})
    assert looked.status_code == 200
    assert "……" in looked.text


def test_a_task_without_a_letter_has_no_preview(hall):
    hall.register()
    task = hall.claim("UT_AcceptCase", "wang")
    client = hall.visitor("wang")
    assert f"/tasks/{task}/letter" not in client.get(f"/tasks/{task}").text
    assert client.post(f"/tasks/{task}/letter", data={}).status_code == 404


def test_a_letter_that_goes_by_hand_is_printed_from_its_task(hall):
    hall.register(email="")
    hall.work()
    task = hall.open_task("UT_SendByHand")
    letter = kept(hall, "TPL-ACK")
    page = hall.visitor("sun").get(f"/tasks/{task}").text
    assert f'href="/letters/{letter.id}.pdf"' in page
    assert letter.sent_at is None
    assert letter.subject in hall.visitor("sun").get(f"/letters/{letter.id}").text


def test_a_letter_is_on_the_paper_of_the_house_as_it_was_written(hall):
    hall.register(email="", company="华东电器有限公司", address="沪闵路1234号")
    hall.work()
    letter = kept(hall, "TPL-ACK")
    assert letter.sheet["addressee"] == ["华东电器有限公司", "林女士", "沪闵路1234号"]
    assert letter.sheet["salutation"] == "尊敬的林女士："
    assert letter.sheet["closing"] == ["此致", "敬礼"]
    assert all(said in letter.text for said in letter.sheet["body"])
    printed = hall.visitor("sun").get(f"/letters/{letter.id}.pdf")
    assert printed.data.startswith(b"%PDF")
    assert b"NotoSansSC" in printed.data


def test_strangers_see_no_preview(hall):
    task = explaining(hall)
    assert hall.visitor("qian").post(f"/tasks/{task}/letter", data=EXPLAINED).status_code == 404
