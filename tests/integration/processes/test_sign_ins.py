from datetime import timedelta

import pytest
from sqlalchemy import select

from processes.people import organisation, passwords, sign_ins
from processes.people.schema import DbOpenSignIn, DbPerson


@pytest.fixture
def staffed(house):
    with house.database.transaction() as session:
        for login in ("li", "he"):
            organisation.create_person(
                session, login, name_zh="x", name_en="x", password=passwords.hash_new("correct horse", "low")
            )
    return house


def begin(house, login="li", **where):
    with house.database.transaction() as session:
        return sign_ins.begin(session, login, house.office.settings, **where)


def find(house, token):
    with house.database.reading() as session:
        found = sign_ins.find(session, token, house.office.settings)
        return None if found is None else (found.id, found.login)


def test_a_token_is_found_until_its_sign_in_ends(staffed):
    one, two = begin(staffed), begin(staffed)
    assert one != two
    assert find(staffed, one)[1] == find(staffed, two)[1] == "li"
    assert find(staffed, "guessed") is None
    with staffed.database.transaction() as session:
        sign_ins.end(session, find(staffed, one)[0])
    assert find(staffed, one) is None
    assert find(staffed, two) is not None


def test_the_token_itself_is_not_kept(staffed):
    token = begin(staffed)
    with staffed.database.reading() as session:
        kept = session.scalars(select(DbOpenSignIn.token_hash)).one()
    assert token not in kept
    assert find(staffed, kept) is None


def test_whoever_is_no_longer_active_is_not_found(staffed):
    token = begin(staffed)
    with staffed.database.transaction() as session:
        session.get_one(DbPerson, "li").active = False
    assert find(staffed, token) is None


def test_a_sign_in_ends_some_hours_after_one_was_last_seen(staffed):
    token = begin(staffed)
    staffed.clock.advance(timedelta(hours=11, minutes=59))
    number = find(staffed, token)[0]
    with staffed.database.transaction() as session:
        sign_ins.seen(session, number)
    staffed.clock.advance(timedelta(hours=11, minutes=59))
    assert find(staffed, token) is not None
    staffed.clock.advance(timedelta(minutes=1))
    assert find(staffed, token) is None


def test_a_sign_in_ends_some_day_however_often_one_is_seen(staffed):
    token = begin(staffed)
    for _ in range(7 * 24 - 1):
        staffed.clock.advance(timedelta(hours=1))
        with staffed.database.transaction() as session:
            sign_ins.seen(session, find(staffed, token)[0])
    staffed.clock.advance(timedelta(hours=1))
    assert find(staffed, token) is None


def test_being_seen_brings_back_nothing_that_has_ended(staffed):
    token = begin(staffed)
    number = find(staffed, token)[0]
    seen = staffed.clock.now()
    with staffed.database.transaction() as session:
        sign_ins.end(session, number)
    staffed.clock.advance(timedelta(minutes=10))
    with staffed.database.transaction() as session:
        sign_ins.seen(session, number)
        assert session.get_one(DbPerson, "li").last_seen_at == seen
    assert find(staffed, token) is None


def test_all_but_one_end(staffed):
    tokens, other = [begin(staffed) for _ in range(3)], begin(staffed, "he")
    kept = find(staffed, tokens[1])[0]
    with staffed.database.transaction() as session:
        assert sign_ins.end_all(session, "li", besides=kept) == 2
    assert [find(staffed, token) is None for token in tokens] == [True, False, True]
    with staffed.database.transaction() as session:
        assert sign_ins.end_all(session, "li") == 1
    assert find(staffed, tokens[1]) is None
    assert find(staffed, other) is not None


def test_what_is_over_is_cleared_away_by_the_next_sign_in(staffed):
    begin(staffed)
    staffed.clock.advance(timedelta(hours=13))
    with staffed.database.reading() as session:
        assert sign_ins.of_person(session, "li", staffed.office.settings) == []
    begin(staffed, "he")
    with staffed.database.reading() as session:
        assert session.scalars(select(DbOpenSignIn.person)).all() == ["he"]


def test_where_somebody_is_signed_in_the_last_seen_first(staffed):
    begin(staffed, browser="Firefox", address="10.0.0.1")
    staffed.clock.advance(timedelta(minutes=5))
    begin(staffed, browser="x" * 1000)
    with staffed.database.reading() as session:
        found = sign_ins.of_person(session, "li", staffed.office.settings)
        assert [(each.browser[:7], each.address) for each in found] == [("x" * 7, ""), ("Firefox", "10.0.0.1")]
        assert len(found[0].browser) == sign_ins.LONGEST
        assert session.get_one(DbPerson, "li").last_seen_at == staffed.clock.now()
        assert session.get_one(DbPerson, "he").last_seen_at is None
