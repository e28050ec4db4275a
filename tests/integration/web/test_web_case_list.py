"""The list of cases: narrowed down by what the declarations know, in the order of any column."""

import re

import pytest
from flask import g

from web.filling import contacts
from web.shell.words import Words


def numbers(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.findall(r'class="w6" href="/cases/([A-Z0-9-]+)"', answer.text)


@pytest.fixture
def two(hall):
    first = hall.register(lot_no="L2609", channel="phone", company="宁波远帆电器商行")
    return hall, first, hall.register(lot_no="L2610", channel="counter", company="苏州明光")


@pytest.mark.both_databases
def test_facts_narrow_the_list(two):
    hall, first, second = two
    client = hall.visitor("feng")
    assert numbers(client, "/cases?fact.lot_no=l2610") == [second]
    assert numbers(client, "/cases?fact.channel=phone") == [first]
    assert numbers(client, "/cases?q=明光") == [second]
    assert numbers(client, "/cases?received_from=2026-09-29") == []
    assert len(numbers(client, "/cases?received_from=2026-09-28&received_to=2026-09-28")) == 2
    assert numbers(client, "/cases?procedure=none") == []
    assert numbers(client, "/cases?outcome=upheld&state=all") == []
    assert numbers(client, "/cases?received_from=gestern&sort=nothing")


@pytest.mark.both_databases
def test_the_list_stands_in_the_order_of_any_column(two):
    hall, first, second = two
    client = hall.visitor("feng")
    assert numbers(client, "/cases?sort=number") == [first, second]
    assert numbers(client, "/cases?sort=-number") == [second, first]
    assert numbers(client, "/cases?sort=company") != numbers(client, "/cases?sort=-company")
    assert 'aria-sort="descending"' in client.get("/cases?sort=-number").text


def test_the_list_is_a_file_as_it_is_filtered(two):
    hall, first, second = two
    client = hall.visitor("feng", "zh")
    answer = client.get("/cases.csv?state=all&sort=number")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert re.findall(r"^KB-[0-9-]+", answer.text, re.MULTILINE) == [first, second]
    assert "宁波远帆电器商行" in answer.text
    assert second not in client.get("/cases.csv?fact.lot_no=L2609").text
    assert first not in hall.visitor("stranger").get("/cases.csv?state=all").text


def test_what_is_due_at_the_end_of_a_day_is_due_on_that_day(two):
    hall, first, second = two
    client = hall.visitor("feng")
    assert sorted(numbers(client, "/cases?due_from=2026-10-08&due_to=2026-10-08")) == [first, second]
    assert numbers(client, "/cases?due_to=2026-10-07") == []
    assert numbers(client, "/cases?due_from=2026-10-09") == []


@pytest.mark.both_databases
def test_a_view_of_the_list_is_kept_and_deleted_by_its_person(two):
    hall, first, _second = two
    client = hall.visitor("feng")
    asked = client.get("/cases/views/new?state=all&fact.lot_no=L2609&sort=number").text
    assert 'name="fact.lot_no" value="L2609"' in asked
    form = {"state": "all", "fact.lot_no": "L2609", "sort": "number"}
    assert client.post("/cases/views/new", data=form | {"name": " "}).status_code == 422
    answer = client.post("/cases/views/new", data=form | {"name": "One lot"})
    assert (answer.status_code, numbers(client, answer.location)) == (303, [first])
    page = client.get(answer.location).text
    assert re.search(r'class="chip on" href="[^"]+" aria-current="true">One lot</a>', page)
    assert "One lot" not in client.get("/work").text
    assert "One lot" not in hall.visitor("wang").get("/cases").text
    delete = re.search(r'href="(/cases/views/\d+/delete)"', page)[1]
    assert hall.visitor("wang").post(delete).status_code == 404
    assert "One lot" in client.get(delete).text
    assert client.post(delete).status_code == 303
    assert 'class="chip' not in client.get("/cases").text


def test_values_are_called_as_the_procedure_calls_them(two):
    hall, number, _second = two
    for language, words in (("en", ("Received", "S3 ordinary")), ("zh", ("受理", "一般"))):
        page = hall.visitor("feng", language).get("/cases").text
        row = re.search(rf"<tr>(?:(?!</tr>).)*{number}.*?</tr>", page, re.DOTALL)[0]
        assert all(word in row for word in words), row
    options = hall.visitor("feng", "zh").get("/cases?procedure=kb_sales_quality").text
    assert '<option value="counter">' in options
    assert ">counter<" not in options


def test_who_may_register_one_procedure_comes_straight_to_its_form(hall):
    answer = hall.visitor("sun").get("/register?channel=fax")
    assert (answer.status_code, answer.location) == (302, "/register/kb_sales_quality?channel=fax")
    assert hall.visitor("sun").get("/register/none").status_code == 404
    assert hall.visitor("stranger").get("/register").status_code == 404


def test_choices_of_shared_forms_have_their_words(hall):
    with hall.database.reading() as session, hall.app.test_request_context():
        known = Words(session).named("kb_sales_quality")
        assert known.choice("decision", "approve") not in ("", "approve")


def test_of_an_identity_number_the_last_four_are_shown(hall):
    with hall.app.test_request_context():
        assert contacts.identity("330203199001011234") == "**************1234"
        assert contacts.identity("1234") == "****"
        g.veil_is_lifted = True
        assert contacts.identity("330203199001011234") == "330203199001011234"


def test_a_unit_lists_its_cases_with_how_far_they_are_and_which_of_its_steps_are_late(two):
    hall, first, second = two
    hall.do("UT_AcceptCase", "wang")
    hall.until("2026-09-30T10:00")
    client = hall.visitor("wang")
    assert set(numbers(client, "/cases?part=sales")) == {first, second}
    assert numbers(client, "/cases?part=qc") == []
    page = client.get("/cases?part=sales").text
    assert len(re.findall(r"\d late steps?", page)) == 2
    assert re.search(r'<option value="sales" selected>\s*Sales', page)
    case = re.search(r"<h2>Late steps</h2>.*?</details>", client.get(f"/cases/{second}").text, re.DOTALL)[0]
    for text in ('<span class="cnt">2</span>', "Sales", "Verify the complaint", "due Tue 29 Sep", "still open"):
        assert text in case, case
