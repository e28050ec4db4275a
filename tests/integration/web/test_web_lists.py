"""Registering and listing cases of two procedures: what each declares is offered, filtered, sorted and found."""

import re

import pytest
from core_bpmn import bpmn, end, path, service, start, user
from hall import COMPLAINT

from engine import SYSTEM, deployments, instances
from processes.cases.case_filter import CaseFilter
from processes.cases.offered import used
from processes.cases.own import few
from processes.cases.search import search

DECLARATION = """
key = "ward"
name = { en = "Ward complaints", zh = "病房投诉" }
prefix = "WD"

[register]
process = "ward_case"
groups = ["intake"]
keep = ["ward"]
purpose = { en = "For what happens on a ward.", zh = "登记病房发生的事。" }
steps = [ { en = "The leader reads it.", zh = "由领导阅读。" } ]

[[register.guide]]
title = { en = "At the bed", zh = "床边要点" }
items = [ { en = "Sit down first", zh = "先坐下" } ]

[readers]
groups = ["intake"]

[case]
title = "=subject"

[[facts]]
name = "ward"
label = { en = "Ward", zh = "科室" }
value = "=ward"
searched = true
filtered = true
listed = true

[[facts]]
name = "beds"
label = { en = "Beds", zh = "床位" }
value = "=beds"
kind = "number"
listed = true
"""
FORM = b"""{"type": "default", "id": "ward_form", "components": [
  {"type": "textfield", "key": "subject", "label": "Subject", "validate": {"required": true}},
  {"type": "textfield", "key": "ward", "label": "Ward"}]}"""
DIAGRAM = bpmn(
    start("begin"),
    user("enter", camunda_formRef="ward_form", camunda_candidateGroups="intake", name="Enter"),
    service("open", topic="case.open"),
    user("talk", camunda_candidateGroups="intake", name="Talk"),
    end("done"),
    path("begin", "enter", "open", "talk", "done"),
    key="ward_case",
).replace(b'id="ward_case"', b'id="ward_case" camunda:candidateStarterGroups="intake"')
FILES = {"ward.bpmn": DIAGRAM, "ward.form": FORM, "procedure.toml": DECLARATION.encode()}


@pytest.fixture
def clerk(hall):
    """Someone who may register cases of both procedures, with one of the one and three of the other."""
    with hall.database.transaction() as session:
        deployments.deploy(session, "ward", FILES, by=SYSTEM)
    hall.register(name="林女士")
    for ward, beds in (("儿科 Ａ区", 9), ("外科", 12), ("骨科", None)):
        with hall.database.transaction() as session:
            values = {"beds": beds, "received_at": COMPLAINT["received_at"]}
            instances.start(session, "ward_case", variables=values, by=hall.actor("sun"))
        hall.do("enter", "sun", subject=f"Noise, {ward}", ward=ward)
    return hall.visitor("sun")


def numbers(client, query):
    page = client.get(f"/cases?{query}").text
    return re.findall(r'class="w6" href="/cases/([A-Z]+-2026-\d+)"', page)


def wards(client, query):
    return [int(number[-1]) for number in numbers(client, f"procedure=ward&{query}")]


def test_a_person_chooses_between_procedures(clerk, hall):
    page = clerk.get("/register").text
    for text in ("/register/kb_sales_quality", "/register/ward", "For what happens on a ward."):
        assert text in page, text
    chinese = hall.visitor("sun", "zh").get("/register").text
    for text in ("病房投诉", "登记病房发生的事。", "客户抱怨处理"):
        assert text in chinese, text


def test_the_form_of_each_comes_with_what_it_declares(clerk):
    page = clerk.get("/register/ward").text
    for text in ("The leader reads it.", "At the bed", "Sit down first", 'name="subject"'):
        assert text in page, text
    assert "At the phone" not in page
    assert "At the phone" in clerk.get("/register/kb_sales_quality").text


def test_drafts_are_kept_for_each_procedure(clerk):
    clerk.post("/register/ward/draft", data={"subject": "half a word"})
    assert "half a word" in clerk.get("/register/ward").text
    assert "half a word" not in clerk.get("/register/kb_sales_quality").text


def test_who_may_register_one_goes_straight_to_its_form(hall):
    answer = hall.visitor("sun").get("/register?channel=email")
    assert (answer.status_code, answer.location) == (302, "/register/kb_sales_quality?channel=email")
    assert hall.visitor("sun").get("/register/nothing").status_code == 404
    assert hall.visitor("liu").get("/register").status_code == 404


def test_cases_are_filtered_by_procedure_and_by_its_facts(clerk):
    assert len(numbers(clerk, "state=open")) == 4
    assert numbers(clerk, "procedure=kb_sales_quality") == ["KB-2026-000001"]
    assert sorted(wards(clerk, "")) == [1, 2, 3]
    assert wards(clerk, "fact.ward=儿科 a区") == [1]
    assert wards(clerk, "fact.ward=儿科") == []
    assert numbers(clerk, "procedure=kb_sales_quality&fact.lot_no=l2609") == ["KB-2026-000001"]
    assert numbers(clerk, "procedure=kb_sales_quality&fact.lot_no=L1") == []


def test_cases_are_filtered_by_what_all_have(clerk):
    sale = ["KB-2026-000001"]
    assert numbers(clerk, "procedure=kb_sales_quality&severity=S3") == sale
    assert numbers(clerk, "procedure=kb_sales_quality&severity=S1") == []
    assert numbers(clerk, "procedure=kb_sales_quality&phase=received") == sale
    assert numbers(clerk, "owner=wang") == []
    assert numbers(clerk, "outcome=upheld") == []
    assert numbers(clerk, "unit=qc") == []
    assert numbers(clerk, "procedure=kb_sales_quality&received_from=2026-09-28&received_to=2026-09-28") == sale
    assert numbers(clerk, "received_to=2026-09-27") == []
    assert numbers(clerk, "received_from=2026-09-29&state=all") == []
    assert numbers(clerk, "state=late") == []


def test_cases_are_sorted_by_any_column_of_the_list(clerk):
    page = clerk.get("/cases?procedure=ward").text
    heads = re.findall(r'<th[^>]*><a href="[^"]*sort=-?([\w.]+)[^"]*"', page)
    assert {"number", "title", "ward", "beds", "phase", "due", "severity", "received", "owner"} <= set(heads)
    assert wards(clerk, "sort=beds") == [1, 2, 3]  # nine before twelve, what is not known last
    assert wards(clerk, "sort=-beds") == [2, 1, 3]
    assert wards(clerk, "sort=-number") == [3, 2, 1]
    assert 'aria-sort="descending"' in clerk.get("/cases?procedure=ward&sort=-beds").text


def test_a_list_of_many_counts_no_further_than_it_must(clerk, hall, monkeypatch):
    monkeypatch.setattr("processes.cases.search.MOST_COUNTED", 1)
    with hall.database.reading() as session:
        found = search(session, hall.actor("sun"), CaseFilter(per_page=2))
        last = search(session, hall.actor("sun"), CaseFilter(per_page=2, page=2))
    assert (len(found.cases), found.total, found.more) == (2, 3, True)
    assert (len(last.cases), last.total, last.more) == (2, 4, False)


def test_a_search_that_does_not_look_at_all_cases_says_so_and_its_file_has_all(clerk, monkeypatch):
    said = "only the youngest of them were looked through"
    assert said not in clerk.get("/cases?q=KB-2026").text
    monkeypatch.setattr("processes.cases.own.FEW", 0)
    monkeypatch.setattr("processes.cases.grams.FEW", 1)
    monkeypatch.setattr("processes.cases.words.MOST_FOUND", 1)
    every, found = clerk.get("/cases.csv?state=all").text.splitlines(), clerk.get("/cases?q=KB-2026").text
    assert said in found
    assert "1–1 of more than" in found
    assert clerk.get("/cases.csv?q=2026&state=all").text.splitlines() == every


def test_who_sees_few_cases_is_offered_and_shown_the_same_as_who_sees_many(clerk, hall, monkeypatch):
    owner = hall.actor("wang")
    hall.claim("UT_AcceptCase", "wang")

    def seen():
        with hall.database.reading() as session:
            found = search(session, owner, CaseFilter(sort="due"))
            offered = used(session, owner, ("owner", "unit"), found.few)
            return [case.number for case in found.cases], offered, few(session, owner)

    *as_few, known = seen()
    monkeypatch.setattr("processes.cases.own.FEW", 0)
    *as_many, unknown = seen()
    assert as_few == as_many
    assert as_few[0] == ["KB-2026-000001"]
    assert (len(known.numbers), unknown) == (1, None)


def test_cases_are_searched_in_chinese(clerk):
    assert wards(clerk, "q=儿科") == wards(clerk, "q=a区") == [1]
    assert numbers(clerk, "q=林女士") == ["KB-2026-000001"]
    assert numbers(clerk, "q=没有的词") == []


def test_the_list_names_what_the_procedure_names(clerk):
    page = clerk.get("/cases?procedure=ward").text
    assert "Beds" in page
    assert 'name="fact.ward"' in page
    assert 'name="fact.beds"' not in page, "it is listed, not filtered"
    assert 'name="fact.lot_no"' not in page
