"""Phone numbers and e-mail addresses: veiled wherever a case is shown, until somebody asks, which the case remembers."""

import re
from datetime import timedelta

import pytest
import story
from hall import COMPLAINT
from sqlalchemy import select

from engine.run import instances
from processes.cases.schema import DbCase, DbCaseEntry

PHONE, EMAIL = COMPLAINT["phone"], COMPLAINT["email"]
VEILED_PHONE, VEILED_EMAIL = "138****4021", "l***@example.com"
BUTTON = "Show personal data"


@pytest.fixture
def case(hall):
    """A case that sales has verified, the task that waits, and the case's number."""
    number = story.accepted(hall)
    return hall, number, hall.claim("UT_FillSlip", "wang")


def pages_of(number, task):
    return (
        *(f"/cases/{number}", f"/cases/{number}/file", f"/cases/{number}?show=contact"),
        *(f"/tasks/{task}", f"/tasks/{task}/pane", "/work"),
    )


def looks(hall):
    with hall.database.reading() as session:
        query = select(DbCaseEntry.actor).where(DbCaseEntry.kind == "contact_shown").order_by(DbCaseEntry.id)
        return session.scalars(query).all()


def lift(client, number, **sent):
    return client.post(f"/cases/{number}/contact", data=sent)


def test_they_are_veiled_wherever_a_case_is_shown(case):
    hall, number, task = case
    client = hall.visitor("wang")
    for address in (*pages_of(number, task), "/cases", f"/cases?q={number}", "/search/suggest?q=L2609"):
        page = client.get(address).text
        assert PHONE not in page, address
        assert EMAIL not in page, address
    for address in (f"/cases/{number}", f"/cases/{number}/file", f"/tasks/{task}"):
        page = client.get(address).text
        assert page.count(VEILED_PHONE) == 2 + len(re.findall(f'class="gist[^<]*{re.escape(VEILED_PHONE)}', page)), (
            address
        )
        assert VEILED_EMAIL in page, address
        assert BUTTON in page, address
    assert f" · {VEILED_EMAIL} · sent" in client.get(f"/cases/{number}").text
    assert looks(hall) == []


def test_they_are_shown_to_who_asks_and_the_timeline_says_so(case):
    hall, number, task = case
    client = hall.visitor("wang")
    assert lift(client, number, next=f"/tasks/{task}").location == f"/tasks/{task}"
    for address in (f"/cases/{number}", f"/cases/{number}/file", f"/tasks/{task}"):
        page = client.get(address).text
        assert page.count(PHONE) == 2 + len(re.findall(f'class="gist[^<]*{PHONE}', page)), address
        assert EMAIL in page, address
        assert VEILED_PHONE not in page, address
        assert BUTTON not in page, address
    assert "shown to you until 10:55" in client.get(f"/cases/{number}").text
    entry = client.get(f"/cases/{number}").text.split("Looked at personal data")[1][:300]
    assert "Wang Li" in entry
    assert "Mon 28 Sep 10:40" in entry


def test_they_are_shown_to_nobody_else(case):
    hall, number, _task = case
    lift(hall.visitor("wang"), number)
    other = hall.visitor("sun")
    page = other.get(f"/cases/{number}").text
    assert PHONE not in page
    assert EMAIL not in page
    assert "Looked at personal data" in page
    assert BUTTON in page


def test_they_are_shown_for_that_case_alone(case):
    hall, number, _task = case
    hall.register(phone="13900001111", description="another complaint of the same kind")
    client = hall.visitor("sun")
    lift(client, number)
    assert "13900001111" not in client.get("/cases/KB-2026-000002").text
    assert PHONE in client.get(f"/cases/{number}").text


def test_after_a_while_one_has_to_ask_again_and_that_is_written_down_again(case):
    hall, number, _task = case
    client = hall.visitor("wang")
    for minutes, written in ((0, 1), (14, 1), (1, 2)):
        hall.clock.advance(timedelta(minutes=minutes))
        lift(client, number)
        assert looks(hall) == ["wang"] * written
    hall.clock.advance(timedelta(minutes=15))
    assert PHONE not in client.get(f"/cases/{number}").text


@pytest.mark.both_databases
def test_who_may_not_see_the_case_can_lift_nothing(case):
    hall, number, _task = case
    stranger = hall.visitor("stranger")
    assert lift(stranger, number).status_code == lift(stranger, "KB-2026-009999").status_code == 404
    assert lift(hall.visitor(), number).status_code == 401
    assert hall.visitor("wang").get(f"/cases/{number}/contact").status_code == 405
    assert looks(hall) == []


def test_lifting_is_safe_against_forged_requests_and_foreign_addresses(case):
    hall, number, _task = case
    client = hall.visitor("wang")
    assert lift(client, number, next="https://example.com/").location == "/work"
    hall.app.config["WTF_CSRF_ENABLED"] = True
    assert lift(client, number).status_code == 400


@pytest.mark.both_databases
def test_changes_by_hand_are_veiled_too(case):
    hall, number, _task = case
    with hall.database.transaction() as session:
        instance = session.scalars(select(DbCase.instance_id)).one()
        values = {"phone": "13811112222", "lot_no": "L2610", "letter_to": EMAIL, "copies": [{"to": PHONE}, "L2610-2"]}
        instances.set_variables(session, instance, values, by=hall.actor("admin"), reason="A wrong digit.")
    client = hall.visitor("wang")
    page = client.get(f"/cases/{number}").text
    assert "phone: 138****4021 → 138****2222" in page
    assert "lot_no: L2609 → L2610" in page
    assert VEILED_EMAIL in re.search("letter_to: .*", page)[0]  # a number or an address under any name
    assert "L2610-2" in page
    assert (EMAIL in page, PHONE in page) == (False, False)
    lift(client, number)
    assert f"phone: {PHONE} → 13811112222" in client.get(f"/cases/{number}").text


def test_who_fills_in_a_form_sees_what_was_typed(hall):
    typed = {"phone": PHONE, "email": EMAIL, "channel": "phone", "complainant_kind": "dealer"}
    client = hall.visitor("sun")
    answer = client.post("/register/kb_sales_quality", data=typed)
    assert answer.status_code == 422
    for page in (answer.text, client.get("/register/kb_sales_quality").text):
        assert f'value="{PHONE}"' in page
        assert f'value="{EMAIL}"' in page


def test_a_complaint_without_them_has_nothing_to_show(hall):
    number = hall.register(complainant_kind="anonymous", name=None, company=None, phone=None, email=None)
    page = hall.visitor("sun").get(f"/cases/{number}").text
    assert BUTTON not in page
    assert "Contact" not in page.split('id="timeline"')[1].split("<aside")[1]


def test_administrators_ask_for_them_like_everybody_else(case):
    hall, number, _task = case
    client, tabs = hall.visitor("admin"), ("submissions", "variables", "history&before=90")  # its first events
    for tab in tabs:
        page = client.get(f"/admin/instances/1?tab={tab}").text
        assert PHONE not in page, tab
        assert EMAIL not in page, tab
        assert VEILED_PHONE in page, tab
        assert BUTTON in page, tab
    back = "/admin/instances/1?tab=variables#tabs"
    assert lift(client, number, next=back).location == back
    for tab in tabs:
        assert PHONE in client.get(f"/admin/instances/1?tab={tab}").text, tab
    assert looks(hall) == ["admin"]
