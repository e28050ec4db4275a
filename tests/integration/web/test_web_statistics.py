"""The pages of the statistics: who sees them, numbers that open their cases, files for spreadsheets."""

import html
import re
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
import story
from counting import listening
from played import shanghai

from engine.run import instances
from engine.values import SYSTEM
from processes.cases import entries, register
from processes.cases.schema import DbCaseLook
from processes.statistics.schema import DbRecount
from web.statistics import notices as notices_behind

SEPTEMBER = "/statistics?period=2026-09"


def numbers(page):
    return re.findall(r'class="w6" href="/cases/([A-Z0-9-]+)"', page)


def links(page):
    """The lists that numbers open, each with its number."""
    found = re.findall(r'<td class="r n"><a href="(/cases\?[^"]+)">(\d+)</a>', page)
    return {html.unescape(address): int(number) for address, number in found}


def counted(hall):
    """Two cases of one lot and one kind in September, one of them at its measure, and one of October."""
    first = story.measured(hall)
    second = hall.register(channel="counter")
    hall.until("2026-10-09T09:00")
    third = hall.register(received_at="2026-10-01T00:00:00+08:00", back_dating_reason="国庆值班收到")
    return first, second, third


@pytest.fixture
def september(make_played):
    return make_played(counted)


def test_each_number_opens_as_many_cases(september):
    hall, (first, second, _third) = september
    client = hall.visitor("feng")
    page = client.get(SEPTEMBER).text
    found = links(page)
    assert len(found) > 25
    for address, number in found.items():
        listed = client.get(address).text
        several = "by=step_unit" in address  # a case may have several steps of a unit
        assert (0 < len(numbers(listed)) <= number) if several else len(numbers(listed)) == number, address
        assert "Only cases counted as" in listed
    by_channel = next(address for address in found if "by=channel" in address and "is=counter" in address)
    assert numbers(client.get(by_channel).text) == [second]
    assert numbers(client.get(next(address for address in found if "by=lot" in address)).text) == [second, first]


def test_how_often_how_late_and_why_stand_above_the_reports_which_are_folded(september):
    hall, _ = september
    page = html.unescape(hall.visitor("feng").get(SEPTEMBER).text)
    asked = page.split('class="answers"', 1)[1].split("<details", 1)[0].split("<section")[1:]
    said = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", each)) for each in asked]
    assert [next(each for each in ("How often", "How late", "Why") if each in text) for text in said] == [
        "How often",
        "How late",
        "Why",
    ]
    assert "Quality defect 2" in said[0]
    assert "In time, % Complaints desk 1 – Sales 2 60.0 % " in said[1]  # those with a late step, and no others
    assert "Cause Cases Late" in said[2]
    anchors = [re.search(r'href="#([^"]+)"', each)[1] for each in asked]
    assert all(f'id="{anchor}"' in page for anchor in anchors), anchors
    assert page.count('<details class="card"><summary>') == 9
    filters = r'<details class="more-filters"( open)?>'
    assert re.search(filters, page)[1] is None
    assert re.search(filters, hall.visitor("feng").get(f"{SEPTEMBER}&unit=sales").text)[1]


def test_a_month_ends_at_midnight_of_the_installation(september):
    hall, (_first, _second, third) = september
    client = hall.visitor("feng")
    october = client.get("/statistics?period=2026-10").text
    address = next(address for address in links(october) if "received_from=2026-10-01" in address)
    assert numbers(client.get(address).text) == [third]
    assert "The period is not over." in october
    assert "The period is not over." not in client.get(SEPTEMBER).text


@pytest.mark.both_databases
def test_it_is_for_those_who_read_every_case_of_a_procedure(hall):
    assert 'href="/statistics"' in hall.visitor("feng").get("/cases").text
    assert hall.visitor("feng").get("/statistics").status_code == 200
    for login in ("wang", "stranger"):
        visitor = hall.visitor(login)
        assert 'href="/statistics"' not in visitor.get("/cases").text
        for address in ("/statistics", "/statistics/R01.csv"):
            assert visitor.get(address).status_code == 404


def test_figures_and_lists_are_of_the_cases_that_one_reads(september):
    hall, (first, second, _third) = september
    seen = {"feng": [second, first], "gao": [second, first], "chen": [first], "zhao": None, "wang": None}
    for login, wanted in seen.items():  # zhao is a head of department, chen of quality control
        client = hall.visitor(login)
        answer = client.get(SEPTEMBER)
        assert answer.status_code == (404 if wanted is None else 200), login
        if wanted is not None:
            address = next(iter(links(answer.text)))
            assert numbers(client.get(address).text) == wanted, login
            said = "only the cases that you may read: About the quality of a product." in answer.text
            assert said == (login == "chen")
    client = hall.visitor("chen")
    assert client.get(f"/cases/{second}").status_code == 404
    assert ",1,1," in client.get("/statistics/R01.csv?period=2026-09").text
    assert "May see it" in client.get(f"/cases/{first}").text
    assert client.get("/procedures/kb_sales_quality/times?period=2026-09").status_code == 200


def test_private_procedures_are_counted_for_their_readers_only(hall):
    page = hall.visitor("admin").get("/statistics").text
    options = re.findall(r'<option value="(\w+)"', page)
    assert "kb_sales_quality" in options
    assert "pt_patient" not in options
    assert hall.visitor("admin").get("/statistics?procedure=pt_patient").status_code == 200


def test_a_figure_shows_nobody_more_than_a_list(september):
    hall, (first, second, _third) = september
    address = "/cases?state=all&received_from=2026-09-01&received_to=2026-09-30&count=cases"
    assert numbers(hall.visitor("feng").get(address).text) == [second, first]
    assert numbers(hall.visitor("stranger").get(address).text) == []
    assert numbers(hall.visitor("wang").get(address).text) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_received_is_said_and_nothing_is_divided(hall, language):
    page = hall.visitor("feng", language).get("/statistics?period=2025").text
    assert ("No cases" if language == "en" else "没有符合筛选条件的案件") in page
    assert "R09" in page


@pytest.mark.parametrize(
    "asked", ["period=2026-13", "first=x&last=y", "first=2026-09-30&last=2026-09-01", "procedure=none", "unit=none"]
)
def test_what_nobody_can_mean_does_no_harm(hall, asked):
    assert hall.visitor("feng").get(f"/statistics?{asked}").status_code == 200


def test_each_report_is_a_file_that_spreadsheets_open(september):
    hall, _ = september
    client = hall.visitor("feng", "zh")
    for key in ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09"):
        answer = client.get(f"/statistics/{key}.csv?period=2026-09")
        assert answer.data.startswith(b"\xef\xbb\xbf"), key
        assert answer.mimetype == "text/csv"
        assert key in answer.text
    assert "品质瑕疵,2,–,0" in client.get("/statistics/R02.csv?period=2026-09").text
    assert client.get("/statistics/R10.csv").status_code == 404


def test_pages_say_that_many_cases_are_still_to_be_counted(september):
    hall, _ = september
    with hall.database.transaction() as session:
        session.execute(sa.insert(DbRecount), [{"case_id": number} for number in range(10_000, 12_001)])
    client = hall.visitor("feng")
    for address in SEPTEMBER, "/statistics/R01.csv", "/procedures/kb_sales_quality/times":
        assert "are being counted anew" in client.get(address).text, address
    hall.work()
    for address in SEPTEMBER, "/statistics/R01.csv", "/procedures/kb_sales_quality/times":
        assert "are being counted anew" not in client.get(address).text, address
    assert len(links(client.get(SEPTEMBER).text)) > 25


def test_values_are_called_as_people_call_them(september):
    hall, _ = september
    pages = (hall.visitor("feng", language).get(SEPTEMBER).text for language in ("en", "zh"))
    for page, words in zip(pages, (("Product quality", "By phone"), ("产品品质", "电话", "注塑车间")), strict=True):
        shown = re.sub(r"<[^>]+>", " ", page)
        assert all(word in shown for word in words[:1]), words
        assert "quality_defect" not in shown
        assert "injection_workshop" not in shown


def test_the_diagram_tells_how_often_and_how_long_its_steps_are_taken(september):
    hall, (first, second, _third) = september
    client = hall.visitor("feng")
    assert "/procedures/kb_sales_quality/times" in client.get("/procedures/kb_sales_quality").text
    page = html.unescape(client.get("/procedures/kb_sales_quality/times?period=2026-09").text)
    row = page.split(">Inspect", 1)[1].split("</tr>")[0]
    taken, times = re.search(
        r'<td class="r">1</td><td class="r"><a href="([^"]+)">1</a></td><td class="r">([\d.]+)', row
    ).groups()
    assert numbers(client.get(taken).text) == [first]
    assert times == "2.2"  # from 11:20 to 14:35, without the hour of lunch
    assert any(f'"heat{level}": ["UT_' in page for level in (1, 2, 3))
    intake = html.unescape(
        client.get("/procedures/kb_sales_quality/times?period=2026-09&diagram=complaint_intake").text
    )
    assert second in client.get(re.search(r'<a href="(/cases[^"]+by=step&[^"]+)">2</a>', intake)[1]).text


def test_the_times_of_a_procedure_are_for_its_readers(hall):
    assert hall.visitor("wang").get("/procedures/kb_sales_quality/times").status_code == 404
    assert hall.visitor("feng").get("/procedures/pt_patient/times").status_code == 404
    assert "/times" not in hall.visitor("wang").get("/procedures/kb_sales_quality").text
    assert "No steps" in hall.visitor("feng").get("/procedures/kb_sales_quality/times?period=2025").text


PENALTIES = [
    ("2026-09-30T23:59:59", {"penalty_result": "published", "penalty_kind": "discipline", "discipline": "记过一次。"}),
    ("2026-10-01T00:00:00", {"penalty_result": "carried_out", "penalty_kind": "bonus", "notice_amount": "400.00"}),
    ("2026-10-31T23:59:59", {"penalty_result": "carried_out", "penalty_kind": "reward", "notice_amount": "99.50"}),
    ("2026-10-31T23:59:59", {"penalty_result": "refused", "penalty_kind": "bonus", "gm_comment": "=依据不足"}),
    ("2026-10-31T23:59:59", {"penalty_result": "none", "penalty_kind": "none", "decision_reason": "客户原因。"}),
    ("2026-11-01T00:00:00", {"penalty_result": "carried_out", "penalty_kind": "bonus", "notice_amount": "7"}),
]


def penalised(hall):
    """What was recorded at the edges of October, of one complaint."""
    number = hall.register()
    with hall.database.transaction() as session:
        case = instances.start(session, "reward_penalty", by=hall.actor("gao")).id
    hall.work()
    for place, (at, data) in enumerate(PENALTIES, 1):
        hall.clock.set(shanghai(at))
        whose = {"subject_unit": "qc", "subject_name": "陈伟"} if data["penalty_kind"] != "none" else {}
        said = {"no": f"RP-1-{place}", "case": number, "severity": "S2", **whose, **data}
        with hall.database.transaction() as session:
            found = register.find_of_instance(session, case)
            entries.note(session, found, "penalty", by=SYSTEM, data=said)
    return number


def notices(page):
    return re.findall(r"<td>(RP-1-\d)</td>", page)


def test_rewards_and_penalties_are_counted_by_month_and_open_their_notices(make_played):
    hall, number = make_played(penalised)
    client = hall.visitor("gao")
    report = client.get("/statistics?period=2026-10").text.split('id="R09"', 1)[1]
    addresses = {
        html.unescape(a): int(n) for a, n in re.findall(r'<a href="(/statistics/rewards[^"]+)">(\d+)</a>', report)
    }
    assert sum(n for a, n in addresses.items() if "kind=" in a and "unit=" not in a and "2026-10" in a) == 4
    for address, count in addresses.items():
        assert len(notices(client.get(address).text)) == count, address
    october = client.get("/statistics/rewards?period=2026-10").text
    assert notices(october) == ["RP-1-2", "RP-1-3", "RP-1-4", "RP-1-5"]
    assert f'href="/cases/{number}"' in october
    assert notices(client.get("/statistics/rewards?period=2026-10&unit=-").text) == ["RP-1-5"]
    assert notices(client.get("/statistics/rewards?period=2026-10&procedure=op_quality_claim").text) == []
    assert "¥400.00" in report
    assert "¥99.50" in report
    lines = client.get("/statistics/R09.csv?period=2026-10").text.splitlines()
    assert lines[lines.index("By unit") + 2 :][:2] == [
        "Quality control,3,0,1,1,1,0,400.00,99.50",
        "nobody,1,0,0,0,0,1,0.00,0.00",
    ]
    listed = client.get("/statistics/rewards/notices.csv?period=2026-10").text
    assert "RP-1-4,2026-10-31 23:59" in listed
    assert "'=依据不足" in listed  # no formula
    with hall.database.reading() as session:  # who looked at private records is written down
        assert {each.person for each in session.query(DbCaseLook)} == {"gao"}


def test_the_notices_behind_a_number_come_a_page_at_a_time(make_played, monkeypatch):
    hall, _number = make_played(penalised)
    monkeypatch.setattr(notices_behind, "PER_PAGE", 3)
    client, address, found = hall.visitor("gao"), "/statistics/rewards?period=2026-10", []
    while address:
        page = client.get(address).text
        found.append(notices(page))
        after = re.search(r'href="([^"]+)" rel="next"', page)
        address = after and html.unescape(after[1])
    assert found == [["RP-1-2", "RP-1-3", "RP-1-4"], ["RP-1-5"]]
    file = client.get("/statistics/rewards/notices.csv?period=2026-10&page=2").text
    assert sum(line.startswith("RP-1-") for line in file.splitlines()) == 4


def test_the_notices_of_a_period_are_read_from_an_index_of_them(make_played):
    hall, _number = make_played(penalised)
    with planning(hall.database, "case_entry.kind = 'penalty'") as plan:
        assert hall.visitor("gao").get("/statistics/rewards?period=2026-10").status_code == 200
    assert "SEARCH case_entry USING INDEX ix_case_entry_penalty (at>? AND at<?)" in plan, plan
    assert not any("TEMP B-TREE" in line for line in plan), plan


@contextmanager
def planning(database, sign):
    """How the statements of the block find what they ask for in which a sign stands."""
    found = []

    def note(connection, _cursor, statement, given, *_others):
        if sign in statement:
            plan = connection.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            found.extend(row[-1] for row in plan)

    with listening(database, "before_cursor_execute", note):
        yield found


def test_rewards_and_penalties_are_for_their_readers(make_played):
    hall, _number = make_played(penalised)
    for login in ("feng", "admin"):
        client = hall.visitor(login)
        report = client.get("/statistics?period=2026-10").text.split('id="R09"', 1)[1]
        assert "for those who read the notices" in report
        assert "/statistics/rewards" not in report
        assert client.get("/statistics/rewards?period=2026-10").status_code == 404
        assert client.get("/statistics/rewards/notices.csv?period=2026-10").status_code == 404
        assert "400.00" not in client.get("/statistics/R09.csv?period=2026-10").text


def test_without_notices_nothing_is_divided(hall):
    client = hall.visitor("gao", "zh")
    report = client.get("/statistics?period=2025-02").text.split('id="R09"', 1)[1]
    assert "/statistics/rewards" not in report
    assert "罚扣奖金" in report
    assert notices(client.get("/statistics/rewards?period=2025-02").text) == []
