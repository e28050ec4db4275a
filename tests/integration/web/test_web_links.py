"""One complaint that came twice: seen while registering, merged, shown both ways, and taken apart again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hall import COMPLAINT, PATIENT
from sqlalchemy import select

from engine.run import instances
from processes.cases import likeness, links, register
from processes.cases.schema import DbCase, DbCaseClock, DbCaseLink
from processes.retention import cases as retention
from processes.settings import ALIKE

REASON = {"reason": "核对后不是同一批货。"}
SAME = {"same_kind": "same"}


def cases(hall):
    with hall.database.reading() as session:
        found = list(session.scalars(select(DbCase).order_by(DbCase.id)))
        session.expunge_all()
        return found


@pytest.fixture
def merged(make_hall):
    """Two registrations, the second received an hour later and merged into the first."""
    hall = make_hall()
    first = hall.register()
    hall.clock.set(hall.clock.now() + timedelta(hours=1))
    second = hall.register(same_as=first, received_at=hall.clock.now().isoformat(), **SAME)
    return hall, first, second


@pytest.mark.both_databases
def test_a_merged_case_counts_once_and_is_shown_both_ways_until_it_is_taken_apart(merged):
    hall, first, second = merged
    one, two = cases(hall)
    assert (one.status, two.status, two.due_at) == ("open", links.MERGED, None)
    sun = hall.visitor("sun")
    page, other = (sun.get(f"/cases/{number}").text for number in (first, second))
    assert f'href="/cases/{second}"' in page
    assert f'href="/cases/{first}"' in other
    assert second not in sun.get("/cases").text
    address = f"/cases/{second}/links/{first}"
    assert sun.post(address, data={"reason": " "}).status_code == 422
    assert sun.post(address, data=REASON).status_code == 303
    one, two = cases(hall)
    assert (one.status, two.status) == ("open", "open")
    hall.do("UT_Register", "sun", **COMPLAINT)
    with hall.database.reading() as session:
        clocks = {row.case_id: row.start_at for row in session.scalars(select(DbCaseClock))}
        assert clocks == {one.id: one.received_at, two.id: two.received_at}
        assert session.scalars(select(DbCaseLink)).one().undone_by == "sun"
    late = hall.visitor("sun").post(f"/cases/{first}/links/{second}", data=REASON)
    assert (late.status_code, "Sun Yue said at 2026-09-28 10:30" in late.text) == (409, True)
    assert REASON["reason"] in late.text


def close(hall, number):
    with hall.database.transaction() as session:
        case = register.find_by_number(session, number)
        instances.cancel(session, case.instance_id, by=hall.actor("admin"), reason="called off")
    hall.work()


def purge(hall):
    """What would go by now, the newest case included; it goes."""
    hall.clock.set(hall.clock.now() + timedelta(seconds=1))
    with hall.database.transaction() as session:
        found = retention.finished_before(session, hall.clock.now())
        numbers = [each.number for each in found]
        retention.purge(session, found)
    return numbers


@pytest.mark.both_databases
def test_a_merged_case_is_kept_as_long_as_the_one_in_which_it_goes_on(merged):
    hall, first, second = merged
    third = hall.register(same_as=first, received_at=hall.clock.now().isoformat(), **SAME)
    assert purge(hall) == []
    close(hall, first)
    assert sorted(purge(hall)) == [first, second, third]
    with hall.database.reading() as session:
        assert session.scalars(select(DbCaseLink)).all() == []
    sun = hall.visitor("sun")
    assert sun.get(f"/cases/{second}").status_code == 404
    assert sun.post(f"/cases/{second}/links/{first}", data=REASON).status_code == 404


def test_a_link_goes_with_either_case_and_nothing_can_be_taken_apart_any_more(make_hall):
    hall = make_hall()
    first = hall.register()
    second = hall.register(same_as=first, same_kind="link")
    with hall.database.reading() as session:
        assert session.scalars(select(DbCaseLink.kind)).all() == ["linked"]
    close(hall, first)
    assert purge(hall) == [first]
    with hall.database.reading() as session:
        assert session.scalars(select(DbCaseLink)).all() == []
    sun = hall.visitor("sun")
    page = sun.get(f"/cases/{second}")
    assert (page.status_code, f'href="/cases/{first}"' in page.text) == (200, False)
    assert sun.post(f"/cases/{second}/links/{first}", data=REASON).status_code == 404


def test_who_erases_a_merged_case_is_told_where_else_it_stands(merged):
    hall, first, second = merged
    with hall.database.transaction() as session:
        case = register.find_by_number(session, second)
        gone = retention.erase(session, case, by=hall.actor("admin"), reason="asked for by letter")
    assert gone.beside == (first,)
    sun = hall.visitor("sun")
    assert sun.post(f"/cases/{second}/links/{first}", data=REASON).status_code == 404
    assert [sun.get(f"/cases/{number}").status_code for number in (first, second)] == [200, 200]
    close(hall, first)
    assert sorted(purge(hall)) == [first, second]


def test_the_earlier_receipt_stays_with_the_case_that_goes_on(make_hall):
    hall = make_hall()
    first = hall.register()
    before = cases(hall)[0].received_at - timedelta(hours=20)
    hall.register(same_as=first, received_at=before.isoformat(), **SAME)
    one, two = cases(hall)
    assert (one.received_at, two.status) == (before, links.MERGED)
    assert hall.visitor("sun").post(f"/cases/{two.number}/links/{first}", data=REASON).status_code == 303
    assert cases(hall)[0].received_at == before + timedelta(hours=20)


def test_what_is_alike_stands_beside_the_form_for_those_who_may_see_it(make_hall):
    hall = make_hall()
    first = hall.register()
    typed = {**COMPLAINT, "csrf_token": ""}
    address = "/register/kb_sales_quality/alike"
    said = hall.visitor("sun").post(address, data=typed).text
    assert first in said
    assert "the lot" in said
    assert first not in hall.visitor("sun").post(address, data={"description": typed["description"]}).text


def test_to_who_may_not_see_a_case_nothing_is_alike_and_nothing_linked(merged):
    hall, first, second = merged
    with hall.database.reading() as session:
        for mine, other in ((first, second), (second, first)):
            case, only = (register.find_by_number(session, number) for number in (mine, other))
            for login, found in (("sun", [other]), ("stranger", [])):
                actor = hall.actor(login)
                alike = likeness.compare(session, hall.kesu.settings, case, actor, only=only)
                assert [each.number for each in alike] == found
                assert [each.other.number for each in links.of_case(session, case, actor)] == found


def test_what_an_agreement_counts_is_the_installation_s_beside_the_form_and_in_the_case(make_hall):
    hall = make_hall(settings=replace(PATIENT, **dict.fromkeys(ALIKE, 0)))
    first = hall.register()
    typed = {**COMPLAINT, "csrf_token": ""}
    assert first not in hall.visitor("sun").post("/register/kb_sales_quality/alike", data=typed).text
    hall.register()
    assert hall.open_task("UT_ConfirmDuplicate") is None


def test_the_third_of_a_lot_is_told_in_the_record_of_the_first_in_words(make_hall):
    hall = make_hall(settings=replace(PATIENT, **dict.fromkeys(ALIKE, 0)))
    numbers = [hall.register() for _ in range(3)]
    page = hall.visitor("sun").get(f"/cases/{numbers[0]}").text
    assert "Occurrence 3 of the same complaint" in page
    assert not {name for name in ("weigh_again", "same_90d", "by hand") if name in page}
