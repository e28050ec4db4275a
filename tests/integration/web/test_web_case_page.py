"""The page of a case: what happened, what is to be done, what is recorded there."""

import html
import re

import pytest

from web.cases import history

pytestmark = pytest.mark.seconds(22)


def test_the_page_of_a_case_tells_everything_that_happened(disputed):
    hall, number = disputed
    page = hall.visitor("wang").get(f"/cases/{number}").text
    for text in ("Due Thu 8 Oct, 24:00", "Nominal: Mon 5 Oct", "1 working day left", "Measure, round 3", "×3"):
        assert text in page, text
    for text in ("同批其余 188 件未作处理。", "Q/HF 012", "Chen Wei", "Wang Li", "138****4021"):
        assert text in page, text
    assert "Planned 09-30 09:00:00, done" in page


@pytest.mark.both_databases
def test_the_timeline_is_filtered_and_turned_round(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    forms = client.get(f"/cases/{number}?show=form").text
    assert "Claimed: Review the measure" not in forms
    assert "Claimed: Review the measure" in client.get(f"/cases/{number}?show=system").text
    oldest = client.get(f"/cases/{number}?order=oldest").text
    assert oldest.index("Case begun") < oldest.index("Inspect quality")


def test_the_page_of_a_case_begins_with_what_is_to_be_done_and_who_may_do_it_gets_there(disputed):
    hall, number = disputed
    for login, own in (("wang", True), ("he", False)):
        page = hall.visitor(login).get(f"/cases/{number}").text
        first = page.split('id="to-do"')[1].split("</section>")[0]
        assert "Review the measure" in first
        assert "Wang Li" in first
        assert ("To the task" in first) is own, login
        assert page.index('id="to-do"') < page.index('id="diagram"') < page.index('id="timeline"')
        assert set(re.findall(r'class="chip" href="#([a-z]+)"', page)) <= set(re.findall(r' id="([a-z]+)"', page))


def test_the_page_of_a_case_folds_what_is_long_and_says_the_gist_of_it(disputed):
    hall, number = disputed
    client = hall.visitor("wang")

    def seen(query=""):
        told = client.get(f"/cases/{number}{query}").text.split('id="timeline"')[1].split("<aside")[0]
        first, _, rest = told.partition('class="rest"')
        return first, rest

    first, rest = seen()
    assert len(re.findall(r'<li[^>]* id="', first)) == history.FIRST_ENTRIES
    assert "earlier entries" in rest
    assert "Case begun" in rest
    folded = re.findall(r'<details><summary.*?class="gist el">([^<]+)<', first + rest, re.DOTALL)
    assert any(gist.startswith("Decision: ") for gist in folded)
    assert all(len(gist) <= 200 for gist in folded)
    assert (first + rest).count("<details open>") == 1
    whole, nothing = seen("?answers=all")
    assert nothing == ""
    assert whole.count("<details open>") > len(folded)
    assert "<details><summary" not in whole
    assert seen("?show=form")[1] == ""


def test_of_a_long_timeline_the_older_entries_are_a_link_away(disputed, monkeypatch):
    hall, number = disputed
    monkeypatch.setattr(history, "SHOWN_ENTRIES", 4)
    client = hall.visitor("wang")
    every = re.findall(r'<li[^>]* id="([a-z]+-\d+)"', client.get(f"/cases/{number}?entries=999").text)
    for order, wanted in (("", every), ("&order=oldest", every[::-1])):
        page = client.get(f"/cases/{number}?{order}").text
        shown = re.findall(r'<li[^>]* id="([a-z]+-\d+)"', page)
        assert shown == wanted[:4]
        address = html.unescape(re.search(r'href="([^"]*entries=204[^"]*)"', page)[1])
        assert address.endswith(f"#{shown[-1]}")
        assert f"{len(every) - 4} entries are not shown" in page
        more = client.get(address.split("#")[0]).text
        assert re.findall(r'<li[^>]* id="([a-z]+-\d+)"', more) == wanted
        assert "not shown" not in more
    assert client.get(f"/cases/{number}?entries={10**30}").status_code in (200, 404)


def test_the_case_file_has_it_all_for_paper(disputed):
    hall, number = disputed
    page = hall.visitor("wang").get(f"/cases/{number}/file").text
    assert f"Case file {number}" in page
    assert page.index("Case begun") < page.index("Inspect quality")


def test_diagrams_speak_the_readers_language(disputed):
    hall, _ = disputed
    client = hall.visitor("wang")
    number = hall.deployed("kb_sales_quality")
    english = client.get(f"/diagrams/{number}/kb_sales_quality.en.bpmn")
    chinese = client.get(f"/diagrams/{number}/kb_sales_quality.zh.bpmn")
    assert "Review the measure" in english.text
    assert "审阅对策" in chinese.text
    assert "max-age" in english.headers["Cache-Control"]
    assert client.get(f"/diagrams/{number}/nothing.en.bpmn").status_code == 404


@pytest.mark.both_databases
def test_a_withdrawal_is_recorded_on_the_page_of_its_case(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    page = client.get(f"/cases/{number}").text
    address = re.search(rf'(/cases/{number}/record/\d+)">Customer withdraws', page)[1]
    form = client.get(address)
    assert form.status_code == 200
    assert client.post(address, data={"unknown": "x"}).status_code == 422
    names = set(re.findall(r' name="([a-z_]+)"', form.text)) - {"csrf_token", "login"}
    filled = dict.fromkeys(names, "客户来电说明撤诉") | {"withdrawn_by": "林女士"}
    answer = client.post(address, data=_answers(form.text, filled))
    assert answer.status_code == 303, answer.text
    assert "UT_ConfirmWithdrawal" in hall.open_tasks()
    assert "Recorded:" in client.get(f"/cases/{number}").text


def _answers(page, texts):
    """Something in every field of the form: the first option, the text, a moment."""
    main = page.split("data-main", 1)[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", main):
        name, kind, value = (re.search(rf' {each}="([^"]*)"', tag) for each in ("name", "type", "value"))
        if name is None or name[1].startswith("_") or name[1] in ("csrf_token", "q"):
            continue
        if kind is not None and kind[1] in ("radio", "checkbox"):
            found.setdefault(name[1], value[1])
        elif kind is not None and kind[1].startswith("datetime"):
            found[name[1]] = "2026-09-30T10:00"
        elif kind is not None and kind[1] == "date":
            found[name[1]] = "2026-09-30"
        elif not (kind is not None and kind[1] == "file"):
            found[name[1]] = texts.get(name[1], "说明文字说明文字")
    return found


def test_a_stranger_records_nothing(disputed):
    hall, number = disputed
    address = re.search(rf"/cases/{number}/record/\d+", hall.visitor("wang").get(f"/cases/{number}").text)[0]
    for login in ("stranger", "chen"):
        client = hall.visitor(login)
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
