from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from house import SALES
from sqlalchemy import event as sa_event
from sqlalchemy import select
from zxcvbn import matching

from engine.errors import NotFound
from processes.errors import LoginRefused, LoginTaken, NameMissing, PasswordRefused
from processes.people import accounts, attempts, organisation, passwords
from processes.people.schema import DbPerson, DbSignIn

PASSWORD = "correct horse"
HERE, ELSEWHERE = "address 192.0.2.1", "address 198.51.100.7"


@pytest.fixture
def staffed(house):
    with house.database.transaction() as session:
        for key in ("sales", "dept_head", "admin"):
            organisation.create_unit(session, key, name_zh=key, name_en=key, kind="role")
        organisation.create_person(
            session,
            "Li",
            name_zh="李娜",
            name_en="Li Na",
            password=passwords.hash_new(PASSWORD, "low"),
            groups=["sales", "dept_head"],
        )
    return house


def waits(house, login, place=HERE):
    with house.database.reading() as session:
        return attempts.pause(session, login, place, house.office.settings)


def sign_in(house, login, password, place=HERE):
    """The person, or None."""
    settings = house.office.settings
    if waits(house, login, place) is not None:
        return None
    with house.database.transaction() as session:
        attempt = attempts.begin(session, login, place, settings)
    proof = attempts.prove(attempt, password, settings.password_cost)
    if proof is None:
        return None
    with house.database.transaction() as session:
        return attempts.settle(session, proof)


def matches(session, login, password):
    return passwords.matches(session.get_one(DbPerson, login).password, password)


def test_groups_are_resolved_each_time(staffed):
    with staffed.database.transaction() as session:
        assert organisation.actor_of(session, "li").groups == {"sales", "dept_head"}
        organisation.create_person(session, "he", name_zh="x", name_en="x", password="x", groups=["sales"])
        organisation.set_groups(session, "li", ["admin"])
        found = organisation.actor_of(session, "li")
        assert organisation.actor_of(session, "he").groups == {"sales"}
        assert organisation.names_of_units(session, "li") == [("admin", "admin")]
        assert [unit.key for unit in organisation.units_of(session, ["sales"])] == ["sales"]
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
    assert sign_in(staffed, "li", PASSWORD) is None


def test_signing_in(staffed):
    assert sign_in(staffed, " LI ", PASSWORD).name_zh == "李娜"
    assert sign_in(staffed, "li", "wrong") is None
    assert sign_in(staffed, "nobody", PASSWORD) is None


def test_failures_slow_down_and_are_remembered(staffed):
    for login in ("li", "nobody"):
        for _ in range(4):
            assert sign_in(staffed, login, "wrong") is None
            assert waits(staffed, login) is None
        sign_in(staffed, login, "wrong")
        assert waits(staffed, login) == staffed.clock.now() + timedelta(seconds=30)
    assert sign_in(staffed, "li", PASSWORD) is None
    staffed.clock.advance(timedelta(seconds=31))
    sign_in(staffed, "li", "wrong")
    assert waits(staffed, "li") == staffed.clock.now() + timedelta(seconds=60)
    staffed.clock.advance(timedelta(seconds=61))
    assert sign_in(staffed, "li", PASSWORD) is not None
    with staffed.database.reading() as session:
        assert session.get(DbSignIn, (attempts.digest("li"), HERE)) is None
        assert session.get(DbSignIn, (attempts.digest("nobody"), HERE)) is not None


def test_wrong_passwords_from_elsewhere_keep_nobody_out(staffed):
    for _ in range(9):
        sign_in(staffed, "li", "a guess", ELSEWHERE)
    assert waits(staffed, "li", ELSEWHERE) is not None
    assert sign_in(staffed, "li", PASSWORD) is not None
    assert waits(staffed, "li", ELSEWHERE) is not None


def test_who_tries_many_names_from_one_address_waits_but_not_known_browsers(staffed):
    for number in range(staffed.office.settings.sign_in_address_failures):
        assert waits(staffed, f"name{number}", ELSEWHERE) is None
        sign_in(staffed, f"name{number}", "a guess", ELSEWHERE)
    assert waits(staffed, "li", ELSEWHERE) == staffed.clock.now() + attempts.WITHIN
    assert waits(staffed, "li", HERE) is None
    assert waits(staffed, "li", "browser 1") is None
    staffed.clock.advance(attempts.WITHIN)
    assert waits(staffed, "li", ELSEWHERE) is None


def test_names_that_were_guessed_are_forgotten(staffed):
    sign_in(staffed, "nobody", "a guess", ELSEWHERE)
    staffed.clock.advance(attempts.FORGOTTEN + timedelta(seconds=1))
    sign_in(staffed, "li", "wrong")
    with staffed.database.reading() as session:
        assert session.scalars(select(DbSignIn.login)).all() == [attempts.digest("li")]


def test_a_password_typed_as_a_name_is_kept_nowhere(staffed):
    sign_in(staffed, f" {PASSWORD.upper()} ", "x", ELSEWHERE)
    sign_in(staffed, PASSWORD, "x", ELSEWHERE)
    with staffed.database.reading() as session:
        ((kept, failures),) = session.execute(select(DbSignIn.login, DbSignIn.failures)).all()
    assert (failures, PASSWORD[:7] in kept) == (2, False)


def test_attempts_at_the_same_moment_are_all_counted(staffed):
    """Each is counted before its password is looked at."""
    settings = staffed.office.settings
    for _ in range(5):
        with staffed.database.transaction() as session:
            attempts.begin(session, "li", HERE, settings)
    assert waits(staffed, "li") is not None


def test_no_password_is_compared_in_a_transaction(staffed, monkeypatch):
    """Another thread could write meanwhile; on SQLite there is one who writes."""
    looked = []

    def compare(kept, password):
        with staffed.database.transaction() as session:
            session.get_one(DbPerson, "li").theme = "dark"
        looked.append(password)
        return True

    monkeypatch.setattr(passwords, "matches", compare)
    assert sign_in(staffed, "li", PASSWORD) is not None
    assert looked == [PASSWORD]


def test_the_pause_is_an_hour_at_most(staffed):
    with staffed.database.transaction() as session:
        for _ in range(40):
            attempt = attempts.begin(session, "li", HERE, staffed.office.settings)
    assert attempt.then == staffed.clock.now() + timedelta(hours=1)


def test_a_clock_that_is_put_back_lets_nobody_wait_for_the_time_it_had(staffed):
    now = staffed.clock.now()
    staffed.clock.set(now + timedelta(days=2))
    with staffed.database.transaction() as session:
        for login, place, times in (("li", HERE, 5), ("nobody", ELSEWHERE, 100)):
            for _ in range(times):
                attempts.begin(session, login, place, staffed.office.settings)
    assert waits(staffed, "li") is not None
    assert waits(staffed, "anybody", ELSEWHERE) is not None
    staffed.clock.set(now)
    assert waits(staffed, "anybody", ELSEWHERE) is None
    assert sign_in(staffed, "li", PASSWORD) is not None


def test_for_an_invented_name_as_much_is_compared(staffed, monkeypatch):
    kept, matches = [], passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *given: kept.append(given[0]) or matches(*given))
    for login in ("li", "nobody"):
        sign_in(staffed, login, "wrong")
    known, invented = (each.split("$")[:4] for each in kept)
    assert known == invented == ["", "argon2id", "v=19", "m=8,t=1,p=1"]


def test_two_passwords_are_compared_at_a_time(monkeypatch):
    left = []

    class Hasher:
        def verify(self, _kept, password):
            assert len(password) == passwords.LENGTH[1]  # whatever somebody sends
            left.append(passwords._room._value)

        def hash(self, _password):
            left.append(passwords._room._value)
            return ""

    monkeypatch.setitem(passwords._HASHERS, "high", Hasher())
    passwords.matches("", "a password" * 100)
    passwords.hash_checked("a password", "high")
    assert left == [1, 1]  # of two places one is taken


def test_a_proof_is_worth_nothing_once_somebody_may_not_sign_in(staffed):
    with staffed.database.transaction() as session:
        attempt = attempts.begin(session, "li", HERE, staffed.office.settings)
    proof = attempts.prove(attempt, PASSWORD, "low")
    with staffed.database.transaction() as session:
        session.get_one(DbPerson, "li").active = False
    with staffed.database.transaction() as session:
        assert attempts.settle(session, proof) is None


def test_a_proof_is_worth_nothing_once_the_password_has_changed(staffed):
    settings = staffed.office.settings
    with staffed.database.transaction() as session:
        attempt = attempts.begin(session, "li", HERE, settings)
    proof = attempts.prove(attempt, PASSWORD, "low")
    with staffed.database.transaction() as session:
        organisation.set_password(session, "li", passwords.hash_new("another one", "low"), must_change=True)
    with staffed.database.transaction() as session:
        assert attempts.settle(session, proof) is None


@pytest.mark.parametrize(
    "common",
    [
        "short",
        "x" * 129,
        "".join(map(chr, range(0x4E00, 0x4E00 + 129))),
        "password12",
        "1234567890",
        "qwertyuiop",
        "kesukesukesu",
        "lina123456",
    ],
)
def test_passwords_are_long_and_not_common(common):
    with pytest.raises(PasswordRefused):
        passwords.hash_new(common, "low", about=("lina", "李娜"))


def test_measuring_a_password_tries_few_readings_of_its_signs(monkeypatch):
    tried, one = [], matching.translate
    monkeypatch.setattr(matching, "translate", lambda *given: tried.append(1) or one(*given))
    passwords.check_new("4@8({[<369&#!1/|0$5+7%2" * 5)
    assert len(tried) < 20  # thousands took twelve seconds
    with pytest.raises(PasswordRefused):
        passwords.check_new("p@$$w0rd12", about=("li.na@firm",))
    with pytest.raises(PasswordRefused):
        passwords.check_new("Li.na@firm", about=("li.na@firm",))


def test_passwords_need_no_kinds_of_characters():
    for good in ("correct horse", "开门见山万事大吉出入平安", "woaini wo jia"):
        assert passwords.hash_new(good, "low").startswith("$argon2id$")


def test_the_next_sign_in_brings_a_password_to_the_cost_that_was_set(make_house):
    house = make_house(password_cost="high")
    with house.database.transaction() as session:
        organisation.create_person(
            session, "li", name_zh="x", name_en="x", password=passwords.hash_new(PASSWORD, "low")
        )
        cheap = session.get_one(DbPerson, "li").password
    assert sign_in(house, "li", "wrong") is None
    assert sign_in(house, "li", PASSWORD).password != cheap
    with house.database.transaction() as session:
        assert session.get_one(DbPerson, "li").password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert matches(session, "li", PASSWORD)


def test_a_login_is_taken_once_whatever_its_letters(staffed):
    with staffed.database.transaction() as session:
        with pytest.raises(LoginTaken):
            organisation.create_person(
                session, "ｌＩ", name_zh="x", name_en="x", password=passwords.hash_new(PASSWORD, "low")
            )
        with pytest.raises(NotFound):
            organisation.create_person(
                session,
                "he",
                name_zh="x",
                name_en="x",
                password=passwords.hash_new(PASSWORD, "low"),
                groups=["nowhere"],
            )


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_who_add_the_same_login_at_once_one_is_told(staffed):
    begun = Event()

    def add(session):
        organisation.create_person(session, "he", name_zh="x", name_en="x", password="x")

    def second():
        with staffed.database.transaction() as session:
            told = session.connection().engine
            sa_event.listen(told, "before_cursor_execute", lambda *given: "INTO person" in given[2] and begun.set())
            add(session)

    with ThreadPoolExecutor(1) as pool:
        with staffed.database.transaction() as session:
            add(session)
            waiting = pool.submit(second)
            assert begun.wait(10)
        with pytest.raises(LoginTaken):
            waiting.result()


def test_who_changes_an_account_waits_for_who_else_does(staffed):
    """Both would put the person into the same units, or into those of both."""
    asked = []
    sa_event.listen(staffed.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with staffed.database.transaction() as session:
        accounts.change(session, "li", ["sales"], by=SALES)
    locked = [at for at, each in enumerate(asked) if "FROM person" in each and "FOR UPDATE" in each]
    written = [at for at, each in enumerate(asked) if each.startswith("DELETE FROM membership")]
    assert staffed.database.engine.dialect.name == "sqlite" or locked[0] < written[0]


@pytest.mark.parametrize("login", ["system", "SYSTEM", "", "two words", "x" * 61, "a\nb", "-dash", "new"])
def test_some_logins_are_not_taken(staffed, login):
    with staffed.database.transaction() as session, pytest.raises(LoginRefused):
        organisation.create_person(
            session, login, name_zh="x", name_en="x", password=passwords.hash_new(PASSWORD, "low")
        )


def test_a_person_has_a_name_that_is_seen(staffed):
    with staffed.database.transaction() as session, pytest.raises(NameMissing):
        organisation.create_person(session, "he", name_zh="\U000e0101", name_en="He", password="x")


def test_members_of_groups(staffed):
    with staffed.database.transaction() as session:
        assert organisation.members_of(session, ["sales", "gm"]) == {"sales": {"li"}, "gm": frozenset()}
        session.get_one(DbPerson, "li").active = False
        assert organisation.members_of(session, ["sales"]) == {"sales": frozenset()}


def test_who_may_not_sign_in_is_asked_as_somebody_unknown(staffed):
    with staffed.database.transaction() as session:
        assert attempts.begin(session, "li", HERE, staffed.office.settings).kept is not None
        accounts.change(session, "li", ["sales"], by=SALES, active=False)
        assert attempts.begin(session, "li", HERE, staffed.office.settings).kept is None
