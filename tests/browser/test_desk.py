"""The list of my work by hand: rows chosen and done together, comments, snoozing, what is new, saved views."""

import pytest

pytestmark = pytest.mark.seconds(15)


def group_list(guest, served):
    """Three rows in the list of the groups."""
    for number in range(2):
        served.hall.register(
            description=f"外箱压损 {number} 件，客户要求补发。", received_at="2026-09-30T08:00:00+08:00"
        )
    visitor = guest()
    visitor.go("/work?view=group")
    return visitor.page


def test_rows_are_chosen_by_keys_and_done_together(guest, served):
    page = group_list(guest, served)
    head = page.locator(".list > .h:visible").bounding_box()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    assert page.locator(".pick input:checked").count() == 3
    assert page.locator("#chosen [data-chosen]").inner_text() == "3"
    assert page.locator(".list > .h:visible").bounding_box() == head
    page.get_by_role("button", name="Comment …").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill("Same lorry, same day.")
    with page.expect_navigation():
        dialog.locator(".btn.p").click()
    page.get_by_text("Commented: 3 tasks.").wait_for()
    page.locator(".pick").first.click()
    with page.expect_navigation():
        page.locator("#chosen").get_by_role("button", name="Claim").click()
    page.get_by_text("Claimed: 1 task.").wait_for()
    assert page.locator(".it").count() == 2


def test_rows_are_chosen_and_done_without_scripts(guest, served):
    visitor = guest(java_script_enabled=False)
    page = visitor.page
    page.goto(f"{served.address}/work?view=group")
    assert page.locator("#chosen").is_hidden()
    page.locator(".pick").first.click()
    page.get_by_role("button", name="Complete …").click()
    page.get_by_role("button", name="Complete", exact=True).click()
    page.get_by_text("Completed: 1 task.").wait_for()


def test_a_task_is_commented_and_snoozed_by_keys(guest, served):
    served.hall.claim("UT_AcceptCase", "wang")
    visitor = guest()
    page, task = visitor.page, served.hall.open_task("UT_ReviewCm")
    visitor.go(f"/tasks/{task}")
    page.keyboard.press("c")
    page.locator("dialog[open] textarea").fill("The customer called again.")
    with page.expect_navigation():
        page.locator("dialog[open] .btn.p").click()
    page.locator(".tl").get_by_text("The customer called again.").wait_for()
    assert page.url.endswith(f"/tasks/{task}")
    with page.expect_navigation():
        page.keyboard.press("z")
    page.get_by_text("cannot be put off past that").wait_for()


def test_what_is_new_waits_behind_a_bar(guest, served):
    visitor = guest()
    page = visitor.page
    visitor.again = False
    page.clock.install()
    visitor.go("/work?view=group")
    assert page.locator(".it").count() == 1
    served.hall.register(description="外箱压损两件，客户要求补发。", received_at="2026-09-30T08:00:00+08:00")
    with page.expect_response("**/work/news*"):
        page.clock.fast_forward(61_000)
    page.get_by_text("1 new, show").wait_for()
    assert page.locator(".it").count() == 1
    page.get_by_text("1 new, show").click()
    page.locator(".it").nth(1).wait_for()


def test_views_are_saved_and_reached_by_their_number(guest):
    visitor = guest()
    page = visitor.page
    visitor.go("/work?view=group")
    page.get_by_role("link", name="Save this view").click()
    page.locator("dialog[open] [name=name]").fill("Arrivals")
    with page.expect_navigation():
        page.locator("dialog[open] .btn.p").click()
    page.get_by_role("heading", name="Arrivals").wait_for()
    visitor.go("/work")
    with page.expect_navigation():
        page.keyboard.press("7")
    page.get_by_role("heading", name="Arrivals").wait_for()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_number_beside_the_registration_is_taken_by_keys_and_given_back(guest, served, width):
    visitor = guest("sun", width=width)
    page = visitor.page
    visitor.go("/register/kb_sales_quality")
    page.fill("[name=lot_no]", "L2609")
    page.fill("[name=order_no]", "SO-26-08114")
    page.fill("[name=phone]", "13805744021")
    take = page.locator(f'#alike [data-value="{served.number}"]')
    take.focus()
    page.keyboard.press("Enter")
    page.locator("[name=same_kind][value=link]").wait_for(state="attached")
    named = page.locator("[name=same_as]")
    named.and_(page.locator(":focus")).wait_for()
    assert named.input_value() == served.number
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name=same_kind]:checked").input_value() == "link"
    named.fill("")  # it is another one after all
    page.keyboard.press("Tab")
    page.locator("[name=same_kind]").first.wait_for(state="detached")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
