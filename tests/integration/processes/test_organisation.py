from datetime import timedelta

import pytest
from house import SALES, actor

from engine.errors import NotFound
from processes.desk import drafts
from processes.errors import DraftTooLarge, LoginRefused, LoginTaken, PasswordRefused
from processes.people import organisation
from processes.people.schema import DbPerson, DbSignIn

PASSWORD = "correct horse"


@pytest.fixture
def staffed(house):
    with house.database.transaction() as session:
        for key in ("sales", "dept_head", "admin"):
            organisation.create_unit(session, key, name_zh=key, name_en=key, kind="role")
        organisation.create_person(
            session, "Li", name_zh="李娜", name_en="Li Na", password=PASSWORD, groups=["sales", "dept_head"], cost="low"
        )
    return house


def sign_in(house, login, password):
    with house.database.transaction() as session:
        return organisation.authenticate(session, login, password, house.office.settings)


def test_groups_are_resolved_each_time(staffed):
    with staffed.database.transaction() as session:
        assert organisation.actor_of(session, "li").groups == {"sales", "dept_head"}
        organisation.set_groups(session, "li", ["admin"])
        found = organisation.actor_of(session, "li")
    assert found.groups == {"admin"}
    assert found.admin


def test_who_is_unknown_or_gone_does_not_act(staffed):
    with staffed.database.transaction() as session:
        with pytest.raises(NotFound):
            organisation.actor_of(session, "nobody")
        session.get_one(DbPerson, "li").active = False
        session.flush()
        with pytest.raises(NotFound):
            organisation.actor_of(session, "li")
    assert sign_in(staffed, "li", PASSWORD).person is None


def test_signing_in(staffed):
    assert sign_in(staffed, " LI ", PASSWORD).person.name_zh == "李娜"
    assert sign_in(staffed, "li", "wrong").person is None
    assert sign_in(staffed, "nobody", PASSWORD).person is None


def test_failures_slow_down_and_are_remembered(staffed):
    for login in ("li", "nobody"):
        verdicts = [sign_in(staffed, login, "wrong") for _ in range(5)]
        assert [verdict.pause_until for verdict in verdicts[:4]] == [None] * 4
        assert verdicts[4].pause_until == staffed.clock.now() + timedelta(seconds=30)
    refused = sign_in(staffed, "li", PASSWORD)
    assert refused.person is None
    assert refused.pause_until is not None
    staffed.clock.advance(timedelta(seconds=31))
    assert sign_in(staffed, "li", "wrong").pause_until == staffed.clock.now() + timedelta(seconds=60)
    staffed.clock.advance(timedelta(seconds=61))
    assert sign_in(staffed, "li", PASSWORD).person is not None
    with staffed.database.reading() as session:
        assert session.get(DbSignIn, "li") is None


def test_passwords_are_hashed_checked_and_changed(staffed):
    with staffed.database.transaction() as session:
        assert session.get_one(DbPerson, "li").password.startswith("$argon2id$")
        assert organisation.check_password(session, "li", PASSWORD)
        assert not organisation.check_password(session, "li", "wrong")
        assert not organisation.check_password(session, "nobody", PASSWORD)
        for old, new in (("wrong", "another one"), (PASSWORD, "short"), (PASSWORD, PASSWORD), (PASSWORD, "x" * 129)):
            with pytest.raises(PasswordRefused):
                organisation.change_password(session, "li", old, new)
        organisation.change_password(session, "li", PASSWORD, "another one", cost="low")
    assert sign_in(staffed, "li", "another one").person is not None
    assert sign_in(staffed, "li", PASSWORD).person is None


def test_the_next_sign_in_brings_a_password_to_the_cost_that_was_set(make_house):
    house = make_house(password_cost="high")
    with house.database.transaction() as session:
        organisation.create_person(session, "li", name_zh="", name_en="", password=PASSWORD, cost="low")
        cheap = session.get_one(DbPerson, "li").password
    assert sign_in(house, "li", "wrong").person is None
    assert sign_in(house, "li", PASSWORD).person.password != cheap
    with house.database.transaction() as session:
        assert session.get_one(DbPerson, "li").password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert organisation.check_password(session, "li", PASSWORD)


def test_a_login_is_taken_once_whatever_its_letters(staffed):
    with staffed.database.transaction() as session:
        with pytest.raises(LoginTaken):
            organisation.create_person(session, "ｌＩ", name_zh="", name_en="", password=PASSWORD)
        with pytest.raises(NotFound):
            organisation.create_person(session, "he", name_zh="", name_en="", password=PASSWORD, groups=["nowhere"])


@pytest.mark.parametrize("login", ["system", "SYSTEM", "", "two words", "x" * 61, "a\nb", "-dash"])
def test_some_logins_are_not_taken(staffed, login):
    with staffed.database.transaction() as session, pytest.raises(LoginRefused):
        organisation.create_person(session, login, name_zh="", name_en="", password=PASSWORD)


def test_members_of_groups(staffed):
    with staffed.database.transaction() as session:
        assert organisation.members_of(session, ["sales", "gm"]) == {"sales": {"li"}, "gm": frozenset()}


def test_drafts_belong_to_a_person_and_a_subject(house):
    task, mine, other = drafts.of_task(7), SALES, actor("he", "sales")
    with house.database.transaction() as session:
        drafts.save(session, house.office.settings, mine, task, {"cause": "半句"}, "digest-1")
        drafts.save(session, house.office.settings, mine, task, {"cause": "半句话"}, "digest-2")
        drafts.save(session, house.office.settings, other, task, {"cause": "mine"}, "digest-2")
        drafts.save(session, house.office.settings, mine, drafts.of_registration("kb_sales_quality"), {}, None)
    with house.database.transaction() as session:
        found = drafts.find(session, mine, task)
        assert (found.values, found.form_digest) == ({"cause": "半句话"}, "digest-2")
        assert set(drafts.subjects_of(session, mine)) == {"task:7", "register:kb_sales_quality"}
        drafts.discard(session, mine, task)
        assert drafts.find(session, mine, task) is None
        assert drafts.find(session, other, task) is not None
        with pytest.raises(DraftTooLarge):
            drafts.save(session, house.office.settings, mine, task, {"x": "y" * 1_000_001}, None)


def test_old_drafts_go_when_a_new_one_comes(house):
    with house.database.transaction() as session:
        drafts.save(session, house.office.settings, SALES, drafts.of_task(7), {"cause": "x"}, None)
    house.clock.advance(timedelta(days=house.office.settings.draft_days))
    with house.database.transaction() as session:
        drafts.save(session, house.office.settings, SALES, drafts.of_task(8), {}, None)
        assert set(drafts.subjects_of(session, SALES)) == {"task:7", "task:8"}
    house.clock.advance(timedelta(seconds=1))
    with house.database.transaction() as session:
        drafts.save(session, house.office.settings, SALES, drafts.of_task(9), {}, None)
        assert set(drafts.subjects_of(session, SALES)) == {"task:8", "task:9"}
