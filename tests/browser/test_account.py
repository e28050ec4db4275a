"""An account by hand: the first password, two browsers, signing out elsewhere; a telephone number that is asked for."""

import re

import pytest
from gallery import violations

pytestmark = pytest.mark.seconds(35)


def send(page, button):
    with page.expect_navigation():
        button.click()


def sound(page):
    """Nothing that axe finds, and nothing that scrolls sideways."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def choose(page, present, new):
    for name, text in (("present_password", present), ("new_password", new), ("password_again", new)):
        page.fill(f"#{name}", text)
    send(page, page.get_by_role("button", name="Change the password"))


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_first_password_to_signing_out_elsewhere(guest, scripts):
    admin = guest("admin", java_script_enabled=scripts)
    page = admin.page
    page.goto(admin.served.address + "/admin/people/he")
    page.get_by_role("link", name="Reset the password…").click()
    page.fill("textarea[name=reason]", "He forgot it.")
    send(page, page.get_by_role("button", name="Reset the password"))
    first = page.locator("b.code").inner_text()
    assert page.locator("#log").get_by_text("He forgot it.").is_visible()

    mine = guest(None, java_script_enabled=scripts)
    page = mine.page
    page.goto(mine.served.address + "/sign-in?next=/cases")
    page.fill("#login", "he")
    page.fill("#password", first)
    send(page, page.locator("button.lg"))
    assert page.get_by_role("heading", name="Choose a password").is_visible()
    page.goto(mine.served.address + "/cases")
    assert page.url.endswith("/account/password?next=/cases")
    choose(page, first, "short ones")
    page.wait_for_url("**/cases")
    page.locator("details.drop > summary").click()
    page.get_by_role("link", name="Account").click()
    page.wait_for_url("**/account")

    other = guest(None, java_script_enabled=scripts)
    other.page.goto(mine.served.address + "/sign-in")
    other.page.fill("#login", "he")
    other.page.fill("#password", "short ones")
    send(other.page, other.page.locator("button.lg"))
    page.goto(mine.served.address + "/account")
    assert page.get_by_text("this browser", exact=True).count() == 1
    send(page, page.get_by_role("button", name="Sign out everywhere else"))
    assert page.get_by_text("Signed out on 1 other browser.").is_visible()
    other.page.goto(mine.served.address + "/work")
    assert re.search(r"/sign-in\?next=", other.page.url)
    page.goto(mine.served.address + "/work")
    assert page.url.endswith("/work")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_account_pages_are_sound(guest, width):
    mine = guest(width=width, theme="dark" if width == 390 else "light")
    page = mine.page
    mine.go("/account")
    sound(page)
    choose(page, "wrong", "short")
    assert page.locator(".err").count() == 2
    assert page.evaluate("document.activeElement.id") == "present_password"
    sound(page)
    admin = guest("admin", width=width)
    admin.go("/admin/people/wang")
    sound(admin.page)
    admin.go("/admin/people")
    sound(admin.page)


def test_a_sign_in_that_was_ended_elsewhere_loses_no_text(guest, served):
    mine = guest()
    page, task = mine.page, served.hall.open_task("UT_ReviewCm")
    mine.go(f"/tasks/{task}")
    page.locator("[name=cm_decision][value=dispute]").check()
    page.locator("[name=cm_reason]").wait_for()
    elsewhere = guest()
    elsewhere.go("/account")
    send(elsewhere.page, elsewhere.page.get_by_role("button", name="Sign out everywhere else"))
    page.locator("[name=cm_reason]").fill("typed after")
    page.get_by_text("You are signed out").wait_for()  # kept on this device, and older than what follows
    page.locator("[name=cm_reason]").fill("typed after somebody signed me out, long enough")
    send(page, page.locator(".bar .btn.p"))
    assert page.get_by_text("You were signed out").is_visible()
    mine.sign_in("wang")
    assert page.url.endswith(f"/tasks/{task}")
    assert page.locator("[name=cm_reason]").input_value() == "typed after somebody signed me out, long enough"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_telephone_number_is_asked_for_and_the_case_remembers(guest, served, scripts):
    mine = guest(java_script_enabled=scripts)
    page, address = mine.page, f"{served.address}/cases/{served.number}"
    page.goto(address)
    assert "13805744021" not in page.content()
    send(page, page.get_by_role("button", name="Show personal data"))
    assert page.url == address
    assert page.locator("aside").get_by_text("13805744021").is_visible()
    assert page.locator("#timeline").get_by_text("Looked at personal data").is_visible()
    other = guest("sun", java_script_enabled=scripts)
    other.page.goto(address)
    assert "13805744021" not in other.page.content()


def test_asking_for_a_number_keeps_what_was_typed(guest, served):
    mine = guest()
    page, task = mine.page, served.hall.open_task("UT_ReviewCm")
    mine.go(f"/tasks/{task}")
    page.locator("[name=cm_decision][value=dispute]").check()
    page.locator("[name=cm_reason]").wait_for()
    page.locator("[name=cm_reason]").fill("half a sentence")
    page.get_by_text("Draft saved").wait_for()
    send(page, page.get_by_role("button", name="Show personal data"))
    assert page.locator("aside").get_by_text("13805744021").is_visible()
    assert page.locator("[name=cm_reason]").input_value() == "half a sentence"


def test_the_buttons_of_a_card_do_not_touch_its_edge(guest):
    visitor = guest("wang", width=390)
    visitor.go("/account")
    for card in visitor.page.locator("section.card:has(.row.f .btn), form.card:has(.row.f .btn)").all():
        edge, button = card.bounding_box(), card.locator(".row.f .btn").last.bounding_box()
        assert button["x"] >= edge["x"] + 10
        assert button["x"] + button["width"] <= edge["x"] + edge["width"] - 10
