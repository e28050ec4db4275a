"""An agreement is signed on a telephone that is handed over, printed, and recognised by whoever has the paper."""

import pypdfium2
import pytest
from playwright.sync_api import expect
from settlement import CASE, DECLARATION, DIAGRAM
from sqlalchemy import select

from engine.deploy import deployments
from engine.run import instances, tasks
from engine.store.schema import DbTask
from engine.values import SYSTEM
from processes.agreements.schema import DbAgreement
from processes.cases.schema import DbDocument
from processes.demo import PASSWORD
from processes.people import organisation, passwords
from processes.people.schema import DbUnit

pytestmark = pytest.mark.seconds(13)

UNITS = {
    "after_sales": ("售后服务", "After-sales"),
    "leader": ("领导", "Leader"),
    "finance": ("财务", "Finance"),
    "dept_surgery": ("外科", "Surgery"),
}
PEOPLE = {"tan_sign": ("谭敏", "Tan Min", "after_sales"), "gu_sign": ("顾宏", "Gu Hong", "leader")}


@pytest.fixture
def planned(house):
    """A case whose plan is approved and waits for its agreement."""
    files = {"settled.bpmn": DIAGRAM.format(approved="approved_plan_version").encode()}
    with house.database.transaction() as session:
        for key, (chinese, english) in UNITS.items():
            if session.get(DbUnit, key) is None:
                organisation.create_unit(session, key, name_zh=chinese, name_en=english)
        for login, (chinese, english, unit) in PEOPLE.items():
            organisation.create_person(
                session,
                login,
                password=passwords.hash_checked(PASSWORD, "low"),
                name_zh=chinese,
                name_en=english,
                groups=[unit],
            )
        deployments.deploy(session, "settled", files | {"procedure.toml": DECLARATION.encode()}, by=SYSTEM)
        clerk, leader = (organisation.actor_of(session, login) for login in PEOPLE)
        instances.start(session, "settled_case", variables=CASE, by=clerk)
    house.work()
    with house.database.transaction() as session:
        tasks.complete(session, task(house, "Decide"), by=leader, answers={"decision": "approve"})
    house.work()
    return house


def task(house, element):
    with house.database.reading() as session:
        query = select(DbTask.id).where(DbTask.element == element, DbTask.status == "open")
        return session.scalars(query).one()


def open_task(person, house, element):
    person.go(f"/tasks/{task(house, element)}")
    claim = person.page.locator("[data-key=a]")
    if claim.count():
        with person.page.expect_navigation():
            claim.first.click()


def send(person, house):
    with person.page.expect_navigation():
        person.page.locator("main form[data-main] .bar button.p").click()
    wrong = person.page.locator("main .form-errors, main .err").all_inner_texts()
    assert not wrong, wrong
    house.work()


def touch(page):
    """Draw with a finger."""
    pad = page.locator(".sign-pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    finger = page.context.new_cdp_session(page)
    for number in range(12):
        point = {"x": box["x"] + 20 + 12 * number, "y": box["y"] + 40 + 25 * (number % 2)}
        kind = "touchMove" if number else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def at_the_pad(visit, house, language):
    """The telephone before it is signed on: all of the text is there, and nothing runs out of the screen."""
    desk = visit("tan_sign", language=language, width=390, height=844, has_touch=True, is_mobile=True)
    open_task(desk, house, "UT_Sign")
    expect(desk.page.locator("main")).to_contain_text("叁仟陆佰元伍角")
    desk.fill({"sign_result": "drawn"})
    desk.page.locator(".sign-pad canvas").wait_for()
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    whole = "field => field.scrollHeight <= field.clientHeight + 2"
    assert desk.page.locator("textarea[readonly]").first.evaluate(whole), "who signs sees all of the text"
    return desk


def test_it_is_signed_on_a_telephone(planned, visit, tmp_path):
    clerk = visit("tan_sign", language="en-GB")
    open_task(clerk, planned, "UT_Prepare")
    clerk.fill({"prepare_result": "offer"})
    clerk.page.locator("[name=party_patient]").wait_for()
    clerk.fill({"signed_by_agent": False})
    send(clerk, planned)

    at_the_pad(visit, planned, "en-GB").go("/work")
    desk = at_the_pad(visit, planned, "zh-CN")
    desk.fill({"signing_place": "接待室"})
    touch(desk.page)
    send(desk, planned)

    leader = visit("gu_sign", language="en-GB")
    open_task(leader, planned, "UT_CounterSign")
    leader.fill({"counter_result": "sign"})
    leader.page.locator("main [name='_sign:house_signature:password']").wait_for()
    leader.sign("house_signature")
    send(leader, planned)

    assert task(planned, "Pay")
    with planned.database.reading() as session:
        signing = session.scalars(select(DbAgreement)).one().signing
        assert signing.data["patient_signature"]["kind"] == "drawn"
        assert signing.data["patient_signature"]["file"]["type"] == "image/png"
    leader.go("/cases/SC-2026-000001")
    expect(leader.page.locator("main")).to_contain_text("SC-2026-000001-1-signed.pdf")
    with planned.database.reading() as session:
        kept = session.scalars(select(DbDocument.id).where(DbDocument.name.endswith("signed.pdf"))).one()
    content = leader.context.request.get(f"{planned.address}/files/{kept}").body()
    document = pypdfium2.PdfDocument(content)
    words, pictures = document[0].get_textpage().get_text_range(), list(document[0].get_objects(filter=[3]))
    document.close()
    assert "何敏" in words
    assert pictures, "the signature is on the paper"
    (tmp_path / "signed.pdf").write_bytes(content)

    desk.go("/verify")
    desk.page.set_input_files("[name=file]", tmp_path / "signed.pdf")
    with desk.page.expect_navigation():
        desk.page.locator("main form button.p").click()
    expect(desk.page.locator("[data-verdict=signed]")).to_be_visible()
