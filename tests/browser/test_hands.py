"""What people do with hands and keys; and that everything works without scripts."""

import pytest

from engine.errors import DatabaseAway
from processes.cases import comments

pytestmark = pytest.mark.seconds(35)


@pytest.fixture
def disputing(guest, served):
    """Somebody who has just chosen to dispute in the form of a task; the window, its page and the address of the task."""
    visitor, address = guest(), f"/tasks/{served.hall.open_task('UT_ReviewCm')}"
    visitor.go(address)
    visitor.page.locator("[name=cm_decision][value=dispute]").check()
    visitor.page.locator("[name=cm_reason]").wait_for()
    return visitor, visitor.page, address


def test_the_task_beside_the_list_is_filled_in_and_completed_by_keys(guest, served):
    visitor = guest()
    page = visitor.page
    visitor.go("/work")
    page.locator("#pane h1").get_by_text("Review the measure, round 3").wait_for()
    page.keyboard.press("Alt+3")
    page.locator("#pane textarea[name=cm_reason]").wait_for()
    page.locator("#pane textarea[name=cm_reason]").fill("Sorting takes until 16 October; the line stops on 12 October.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.get_by_text("Completed: Review the measure").wait_for()
    assert "UT_ReviewCm" not in served.hall.open_tasks()


def test_the_list_is_walked_with_j_and_k(guest, served):
    served.hall.claim("UT_AcceptCase", "wang")
    visitor = guest()
    page = visitor.page
    visitor.go("/work")
    first = page.locator("#pane h1").inner_text()
    page.keyboard.press("j")
    page.wait_for_function("first => document.querySelector('#pane h1')?.innerText !== first", arg=first)
    page.keyboard.press("k")
    page.wait_for_function("first => document.querySelector('#pane h1')?.innerText === first", arg=first)
    page.keyboard.press("o")
    page.wait_for_url("**/tasks/*")


def test_drafts_save_themselves_and_are_back_on_the_next_visit(disputing):
    visitor, page, address = disputing
    page.locator("[name=cm_reason]").fill("half a sen")
    page.get_by_text("Draft saved").wait_for()
    visitor.go("/cases")
    visitor.go(address)
    assert page.locator("[name=cm_reason]").input_value() == "half a sen"


def test_what_was_typed_without_a_connection_comes_back(disputing):
    visitor, page, address = disputing
    visitor.context.route("**/draft", lambda route: route.abort())
    page.locator("[name=cm_reason]").fill("typed in the tunnel")
    page.get_by_text("Offline. Your text is kept on this device.").wait_for()
    visitor.context.unroute("**/draft")
    visitor.go(address)
    page.get_by_text("Your text from this device is back.").wait_for()
    assert page.locator("[name=cm_reason]").input_value() == "typed in the tunnel"


def test_a_form_is_not_sent_to_a_server_that_does_not_answer_and_goes_once_it_does(disputing, served):
    visitor, page, _address = disputing
    page.locator("[name=cm_reason]").fill("typed while nobody listens, which nobody may lose")
    page.get_by_text("Draft saved").wait_for()
    visitor.context.route("**/*", lambda route: route.abort())
    page.locator(".bar .btn.p").click()
    page.get_by_text("Kesu cannot be reached. Nothing was sent").wait_for()
    assert page.locator("[name=cm_reason]").input_value() == "typed while nobody listens, which nobody may lose"
    assert "UT_ReviewCm" in served.hall.open_tasks()
    visitor.context.unroute("**/*")
    with page.expect_navigation():
        page.locator(".bar .btn.p").click()
    page.get_by_text("Completed: Review the measure").wait_for()


def test_what_could_not_be_sent_stands_beside_the_names_of_its_fields_not_over_them(guest, served, monkeypatch):
    visitor = guest(width=390)
    page = visitor.page
    visitor.go(f"/cases/{served.number}/comment")
    page.locator("main textarea").fill("She called again.")
    page.locator("main textarea").evaluate("field => field.name = 'a_field_whose_name_has_no_blank'")
    monkeypatch.setattr(comments, "write", away)
    with page.expect_navigation():
        page.locator("main .btn.p").click()
    name = page.locator("#typed dt")
    assert name.inner_text() == "a_field_whose_name_has_no_blank"
    assert name.evaluate("name => name.scrollWidth <= name.clientWidth")
    visitor.complaints.clear()  # of the answer 503 that was made here


def away(*_, **__):
    raise DatabaseAway


def test_what_is_typed_into_a_dialog_stays_when_the_server_does_not_answer(guest, served):
    visitor = guest()
    page = visitor.page
    visitor.go(f"/cases/{served.number}")
    page.keyboard.press("c")
    page.locator("dialog[open] textarea").fill("She called again.")
    visitor.context.route("**/health", lambda route: route.abort())
    page.locator("dialog[open] .btn.p").click()
    page.locator("dialog[open]").get_by_text("Kesu cannot be reached.").wait_for()
    visitor.context.unroute("**/health")
    with page.expect_navigation():
        page.locator("dialog[open] .btn.p").click()
    page.locator(".tl").get_by_text("She called again.").wait_for()


def test_a_lost_session_loses_no_text(disputing):
    visitor, page, address = disputing
    visitor.context.clear_cookies()
    page.locator("[name=cm_reason]").fill("typed after the session was gone, long enough")
    with page.expect_navigation():
        page.locator(".bar .btn.p").click()
    assert page.get_by_text("You were signed out").is_visible()
    visitor.sign_in("wang")
    assert page.url.endswith(address)
    assert page.locator("[name=cm_reason]").input_value() == "typed after the session was gone, long enough"


def test_handing_a_form_in_sends_no_draft_beside_it(disputing):
    _visitor, page, _address = disputing
    page.get_by_text("Draft saved").wait_for()
    sent = []
    page.on("request", lambda request: sent.append(request.url.rsplit("/", 1)[1]))
    page.locator("[name=cm_reason]").fill("still too short")
    with page.expect_navigation():
        page.locator(".bar .btn.p").click()
    assert "draft" not in sent


def test_leaving_a_page_saves_what_was_just_typed(disputing):
    visitor, page, address = disputing
    page.locator("[name=cm_reason]").fill("gone at once")
    visitor.go("/cases")
    visitor.go(address)
    assert page.locator("[name=cm_reason]").input_value() == "gone at once"


def test_the_slower_one_of_two_is_told_and_keeps_the_text(disputing, served):
    _visitor, page, _address = disputing
    page.locator("[name=cm_reason]").fill("my own words, which nobody may lose")
    served.hall.do("UT_ReviewCm", "wang", cm_decision="accept")
    with page.expect_navigation():
        page.locator(".bar .btn.p").click()
    assert page.get_by_text("was completed by Wang Li").is_visible()
    assert page.get_by_text("my own words, which nobody may lose").is_visible()
    page.get_by_role("button", name="Add my text as a comment").click()
    page.locator(".tl").get_by_text("my own words, which nobody may lose").wait_for()


def test_the_search_answers_while_one_types(guest, served):
    visitor = guest()
    page = visitor.page
    visitor.go("/cases")
    page.keyboard.press("/")
    page.keyboard.type("L2609")
    found = page.locator("#found a").first
    found.wait_for()
    assert served.number in page.locator("#found").inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.locator("#found").is_hidden()
    page.locator("#search").fill(served.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{served.number}")


def test_keys_are_shown_and_lead_to_places(guest):
    visitor = guest()
    page = visitor.page
    visitor.go("/work")
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/cases")
    page.keyboard.press("n")
    page.wait_for_url("**/register/kb_sales_quality")
    page.locator("[name=phone]").press("n")
    assert page.locator("[name=phone]").input_value() == "n"


def test_single_letters_can_be_switched_off(guest):
    visitor = guest()
    page = visitor.page
    visitor.go("/cases")
    page.keyboard.press("?")
    with page.expect_navigation():
        page.get_by_role("button", name="Switch single letters off").click()
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    assert page.url.endswith("/cases")


def test_the_theme_changes_at_once_and_stays(guest):
    visitor = guest()
    page = visitor.page
    visitor.go("/work")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(244, 245, 248)"
    with page.expect_response("**/preferences"):
        page.locator("header [data-theme-form] button:visible").click()
    assert page.evaluate(ground) == "rgb(16, 19, 26)"
    visitor.go("/cases")
    assert page.evaluate(ground) == "rgb(16, 19, 26)"


def test_an_act_with_a_reason_is_asked_in_a_dialog(guest, served):
    visitor = guest()
    page, task = visitor.page, served.hall.open_task("UT_ReviewCm")
    visitor.go(f"/tasks/{task}")
    page.keyboard.press("r")
    dialog = page.locator("dialog[open]")
    dialog.wait_for()
    dialog.locator("select").select_option("he")
    dialog.locator("textarea").fill("on leave from tomorrow")
    with page.expect_navigation():
        dialog.locator(".btn.p").click()
    page.get_by_text("Passed on to He Jun").wait_for()


def test_a_drawing_that_cannot_be_had_says_so_and_takes_no_room(guest, served):
    visitor = guest()
    page = visitor.page
    visitor.context.route("**/*.bpmn", lambda route: route.abort())
    visitor.go(f"/cases/{served.number}")
    page.locator("#diagram").get_by_text("The drawing cannot be shown").wait_for()
    assert page.locator("#diagram .dg").bounding_box()["height"] < 120
    visitor.context.unroute("**/*.bpmn")
    assert [text for text in visitor.complaints if "Failed to fetch" not in text] == []
    visitor.complaints.clear()  # for whoever looks why: the one that was made here


def test_an_element_of_the_drawing_filters_what_happened(guest, served):
    visitor = guest()
    page = visitor.page
    visitor.go(f"/cases/{served.number}")
    everything = page.locator(".tl > li:visible").count()
    page.locator('.dg [data-element-id="UT_ReviewCm"] .djs-hit').first.click()
    page.locator("[data-all-elements]").wait_for()
    assert 0 < page.locator(".tl > li:visible").count() < everything
    page.locator("[data-all-elements]").click()
    assert page.locator(".tl > li:visible").count() == everything


def test_the_drawing_shows_who_has_it_and_the_way_there(guest, served):
    visitor = guest()
    page = visitor.page
    visitor.go(f"/cases/{served.number}")
    assert "Wang Li · 22 min" in page.locator(".ovl.token").first.inner_text()
    assert page.locator(".dg .kd-now").count() >= 1
    assert page.locator(".dg .kd-path").count() > 5
    assert page.locator(".dg [data-element-id=UT_ReviewCm]").is_visible()


def test_everything_works_without_scripts(guest, served):
    visitor = guest(java_script_enabled=False)
    page, task = visitor.page, served.hall.open_task("UT_ReviewCm")
    page.goto(f"{served.address}/tasks/{task}")
    page.locator("[name=cm_decision][value=dispute]").check()
    with page.expect_navigation():
        page.locator(".bar .btn.p").click()
    assert page.locator(".form-errors").is_visible()
    page.locator("[name=cm_reason]").fill("Typed without any script, and long enough to count.")
    with page.expect_navigation():
        page.locator(".bar .btn.p").click()
    assert page.get_by_text("Completed: Review the measure").is_visible()


def test_on_a_phone_the_list_leads_to_the_task_and_back(guest):
    visitor = guest(width=390)
    page = visitor.page
    visitor.go("/work")
    assert page.locator("#pane").is_hidden()
    page.locator(".it > a").first.click()
    page.wait_for_url("**/tasks/*")
    assert page.locator(".bar .btn.p").is_visible()
    page.go_back()
    page.wait_for_url("**/work*")


def test_the_clerk_sees_who_calls_and_what_to_tell(guest, served):
    visitor = guest("sun")
    page = visitor.page
    visitor.go("/register")
    page.get_by_text("as soon as the form is complete").wait_for()
    page.fill("[name=phone]", "138-0574-4021")
    page.locator("[name=email]").focus()
    page.locator("#caller").get_by_text("林女士").wait_for()
    assert page.input_value("[name=name]") == "林女士"
    for name, value in (
        ("channel", "email"),
        ("complainant_kind", "dealer"),
        ("demands", "exchange"),
        ("injury_or_safety", "false"),
        ("regulator_or_media", "false"),
    ):
        page.locator(f"[name={name}][value={value}]").check(force=True)
    page.select_option("[name=complaint_type]", "quality_defect")
    page.fill("[name=description]", "Twelve of 200 shells are cracked at the gate.")
    page.locator("#outlook").get_by_text("You have our written answer by").wait_for()


def test_an_instance_is_replayed_by_keys_and_keeps_its_place(guest):
    visitor = guest("admin")
    page = visitor.page
    visitor.go("/admin/instances/1?diagram=kb_sales_quality")
    told, slider, now = page.locator("#step-told"), page.locator("#step"), page.locator(".dg .kd-now")
    last, frame = slider.input_value(), page.locator(".dg").bounding_box()
    assert page.locator(".dg [data-element-id=UT_ReviewCm].kd-now").count() == 1
    for key, step in (("ArrowLeft", int(last) - 1), ("ArrowLeft", int(last) - 2), ("ArrowRight", int(last) - 1)):
        page.keyboard.press(key)
        told.get_by_text(f"Step {step} of {last}").wait_for()
        assert slider.input_value() == str(step)
        assert f"step={step}" in page.url
    slider.focus()
    page.keyboard.press("Home")
    told.get_by_text(f"Step 1 of {last}").wait_for()
    assert now.count() == 0
    assert page.locator(".dg .kd-done").count() == 0
    assert page.locator("[rel=prev]").get_attribute("aria-disabled") == "true"
    assert slider.get_attribute("aria-valuetext") == f"Step 1 of {last}"
    page.keyboard.press("ArrowRight")
    told.get_by_text(f"Step 2 of {last}").wait_for()
    page.keyboard.press("End")
    told.get_by_text(f"Step {last} of {last}").wait_for()
    assert page.locator(".dg [data-element-id=UT_ReviewCm].kd-now").count() == 1
    assert page.locator(".dg").bounding_box() == frame
    page.reload()
    assert told.get_by_text(f"Step {last} of {last}").count() == 1


def test_an_instance_is_replayed_without_scripts(guest):
    visitor = guest("admin", java_script_enabled=False)
    page = visitor.page
    page.goto(visitor.served.address + "/admin/instances/1")
    count = page.locator("#step").get_attribute("max")
    with page.expect_navigation():
        page.locator("[rel=prev]").click()
    assert page.locator("#step-told").get_by_text(f"Step {int(count) - 1} of {count}").count() == 1
    with page.expect_navigation():
        page.locator("form.replay button").click()
    assert f"step={int(count) - 1}" in page.url
