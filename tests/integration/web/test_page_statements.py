"""What a page asks of the database and sends: each statement, each byte is time that whoever reads the page waits for."""

import json
import re
from html import unescape

import pytest
import story
from counting import counting

LIMITS = {"/work": 30, "/cases": 18, "/tasks/{task}": 40, "/cases/{number}": 38, "/admin/instances": 28}
STATISTICS = 44
"""Of all nine reports; what several of them tell is asked for once."""
SIGNED_IN = 4
"""Who is signed in, with groups, units, and what may be registered."""


@pytest.fixture
def accepted(make_played):
    return make_played(story.accepted)


def ask(hall, client, address):
    client.get(address)  # what is read once for all, diagrams and forms, is read now
    with counting(hall.database) as (statements, _commits):
        assert client.get(address).status_code == 200, address
    return statements


def test_pages_take_few_statements(accepted):
    hall, number = accepted
    task, seen = hall.claim("UT_FillSlip", "wang"), {}
    for address in LIMITS:
        client = hall.visitor("admin" if address.startswith("/admin") else "wang")
        seen[address] = ask(hall, client, address.format(task=task, number=number))
    few = {address: len(each) for address, each in seen.items()}
    assert {address: number for address, number in few.items() if number > LIMITS[address]} == {}


def test_the_reports_of_the_statistics_ask_for_nothing_twice(accepted):
    hall, _number = accepted
    statements = ask(hall, hall.visitor("feng"), "/statistics?period=2026-09")
    assert len(statements) <= STATISTICS
    assert sum("letter.written_at" in each for each in statements) == 1  # the times, which need every case


def test_who_is_signed_in_takes_four_and_every_page_reads_what_is_current_once_at_most(accepted):
    hall, _number = accepted
    client = hall.visitor("wang")
    assert len(ask(hall, client, "/search/suggest?q=")) == SIGNED_IN
    current = [each for each in ask(hall, client, "/work") if "is_current" in each and "FROM deployment" in each]
    assert len(current) <= 1, current


def test_administrators_ask_no_more_for_many_instances_than_for_few(hall):
    client, few = hall.visitor("admin"), None
    for _ in range(2):
        hall.register()
        hall.register()
        several = len(ask(hall, client, "/admin/instances"))
        few = several if few is None else few
    assert several == few


MOST_BYTES = 38_000
"""Of a case page and its drawings: with scripts, styles, icons and font, which the build bounds, 190 kB at a first load."""


def test_a_case_page_and_its_drawings_are_small_and_the_drawings_are_kept(accepted):
    hall, number = accepted
    client, packed = hall.visitor("wang"), {"Accept-Encoding": "gzip"}
    page = client.get(f"/cases/{number}", headers=packed)
    drawn = re.findall(r'data-diagram="([^"]+)"', client.get(f"/cases/{number}").text)
    answers = [client.get(json.loads(unescape(each))["url"], headers=packed) for each in drawn]
    assert answers
    assert all("max-age=" in each.headers["Cache-Control"] for each in answers)
    assert sum(len(each.data) for each in (page, *answers)) <= MOST_BYTES
