"""V01 by hand: from the phone call to the archive, each unit at its own browser."""

import re
from pathlib import Path

import pytest
import yaml
from by_hand import take
from sqlalchemy import select

from engine.store.schema import DbTask

pytestmark = pytest.mark.seconds(22)

SCENARIO = Path("processes/kb_sales_quality/scenarios/v01_happy_path.yaml")
WHO = {
    "UT_AcceptCase": "li",
    "UT_Verify": "li",
    "UT_FillSlip": "li",
    "UT_QcInspect": "wang",
    "UT_QcAttribute": "wang",
    "UT_CmInvestigate": "sun",
    "UT_QcSolution": "wang",
    "UT_ReviewCm": "li",
    "UT_DraftPlan": "li",
    "UT_Approve": "chen",
    "UT_Compose": "li",
    "UT_Order": "li",
    "UT_SendNew": "tang",
    "UT_ConfirmReceipt": "li",
    "UT_Ask": "li",
    "UT_Close": "li",
}


def steps():
    return yaml.load(SCENARIO.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["steps"]


def answers(step):
    """What a person types: everything as text, signatures apart."""
    return {key: value for key, value in step.get("with", {}).items() if not key.endswith("signature")}


def complete(person, step):
    claim = person.page.get_by_role("button", name=re.compile("^Claim"))
    if claim.count():
        with person.page.expect_navigation():
            claim.first.click()
    for key in step.get("with", {}):
        if key.endswith("signature"):
            person.sign(key)
    person.fill(answers(step))
    with person.page.expect_navigation():
        person.page.locator("main form[data-main] .bar button.p").click()
    wrong = person.page.locator("main .form-errors, main .err").all_inner_texts()
    assert not wrong, f"{step}: {wrong}"


def test_v01_by_hand(house, visit):
    played = steps()
    clerk = visit("zhou", drawn=False)
    clerk.go("/register")
    complete(clerk, played[0])
    assert "KB-2026-000001" in clerk.page.inner_text("main")
    house.work()
    desks = {}
    for step in played[1:]:
        if "until" in step:
            house.until(step["until"])
        elif "message" in step:
            sales = desks["li"]
            sales.go("/cases/KB-2026-000001")
            sales.choose(sales.page.locator("main a", has_text="Customer accepts"))
            complete(sales, step)
            house.work()
        elif "complete" in step:
            login = WHO[step["complete"]]
            task = open_task(house, step["complete"])
            if login in desks:
                take(house, login, task)  # claimed on its page the first time
            else:
                desks[login] = visit(login, drawn=False)
            person = desks[login]
            person.go(f"/tasks/{task}")
            complete(person, step)
            house.work()
    sales = desks["li"]
    sales.go("/cases/KB-2026-000001")
    text = sales.page.inner_text("main")
    assert "Archived" in text or "Closed" in text
    assert house.mail.sent["TPL-REPLY"] == 1


def open_task(house, element):
    """Right away: the way through the list of one's work is gone in the patient's case."""
    with house.database.reading() as session:
        return session.scalars(select(DbTask.id).where(DbTask.element == element, DbTask.status == "open")).one()
