"""Whoever is named is told at once: a notice, by mail where they want it, and the case says when."""

import pytest
from house import HEAD, INTAKE, REGISTER, SALES
from played import shanghai
from sqlalchemy import select

from engine import leases, tasks
from engine.errors import LeaseLost
from processes.cases import access, notices
from processes.cases.schema import DbCase, DbCaseEntry, DbNotice
from processes.desk import mailing, overdue
from processes.errors import MailRefused
from processes.people import organisation, passwords
from processes.people.schema import DbPerson


@pytest.fixture
def staffed(house):
    """The house with people; one of them wants no mail."""
    with house.database.transaction() as session:
        for key in ("sales", "dept_head", "gm_office", "intake"):
            organisation.create_unit(session, key, name_zh=key, name_en=key)
        for login, groups in (("li", ["sales"]), ("chen", ["dept_head"]), ("gao", ["gm_office"]), ("zhou", ["intake"])):
            organisation.create_person(
                session,
                login,
                name_zh="x",
                name_en="x",
                password=passwords.hash_new("a password here", "low"),
                groups=groups,
                email=f"{login}@example.com",
            )
        session.get(DbPerson, "gao").mail_notices = False
    house.deploy()
    return house


def heard(house):
    with house.database.reading() as session:
        return {(notice.person, notice.kind) for notice in session.scalars(select(DbNotice))}


def entries(house, kind):
    with house.database.reading() as session:
        found = session.scalars(select(DbCaseEntry).where(DbCaseEntry.kind == kind)).all()
        session.expunge_all()
        return found


def test_whom_the_table_of_severities_names_is_told_at_once_and_may_open_the_case(staffed):
    house = staffed
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **{**REGISTER, "injury_or_safety": True})
    assert {("gao", "told"), ("chen", "told")} <= heard(house)
    (entry,) = entries(house, "told")
    assert (entry.at, entry.data["to"]) == (house.clock.now(), ["gm_office", "dept_head"])
    with house.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        for login in ("gao", "chen"):
            assert access.may_see(session, organisation.actor_of(session, login), case)


def test_notices_go_by_mail_once_to_who_wants_them(staffed):
    house = staffed
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **{**REGISTER, "injury_or_safety": True})
    assert "notice" not in house.mail.sent  # not within the step
    assert mailing.send_waiting(house.database, house.office) == 1
    assert mailing.send_waiting(house.database, house.office) == 0
    (message,) = [each for each in house.mail.messages.values() if each.template == "notice"]
    assert message.to == "chen@example.com"
    assert "KB-2026-000001" in message.subject
    assert REGISTER["description"] not in message.text


def test_a_server_that_is_away_gets_the_mail_later_and_one_that_refuses_never(staffed):
    house = staffed
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **{**REGISTER, "injury_or_safety": True})
    send, wrong = house.mail.send, [OSError("away"), MailRefused(letter="notice", why="no such address")]

    def fail(message):
        raise wrong.pop(0)

    house.mail.send = fail
    with pytest.raises(OSError, match="away"):
        mailing.send_waiting(house.database, house.office)
    mailing.send_waiting(house.database, house.office)
    house.mail.send = send
    assert mailing.send_waiting(house.database, house.office) == 0
    with house.database.reading() as session:
        assert set(session.scalars(select(DbNotice.mail))) == {"failed", ""}


def mails(house):
    with house.database.reading() as session:
        return sorted(session.scalars(select(DbNotice.mail).where(DbNotice.mail != "")))


def hurt(house):
    """A case of which chen and gao are told at once."""
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **{**REGISTER, "injury_or_safety": True})


def test_what_one_sends_for_all_is_written_down_for_each_and_stops_with_the_lease(staffed):
    house = staffed
    with house.database.transaction() as session:
        session.get(DbPerson, "gao").mail_notices = True
    hurt(house)
    assert mails(house) == ["waiting", "waiting"]
    with leases.one_at_a_time(house.database, "mail of notices"):
        assert mailing.send_waiting(house.database, house.office) == 0
    send = house.mail.send

    def lose(message):
        with house.database.transaction() as session:
            leases.release_all(session)
        return send(message)

    house.mail.send = lose
    with pytest.raises(LeaseLost):
        mailing.send_waiting(house.database, house.office)
    assert house.mail.sent["notice"] == 1
    assert mails(house) == ["sent", "waiting"]


def test_who_causes_it_is_told_nothing_and_what_needs_no_mail_sends_none(staffed):
    with staffed.database.transaction() as session:
        for key in ("dept_head", "sales"):
            notices.tell(session, "told", by=HEAD, people=["chen"], groups=[key])
    assert heard(staffed) == {("li", "told")}
    assert mails(staffed) == []


def test_who_has_no_address_or_may_not_sign_in_or_hear_of_it_any_more_gets_no_mail(staffed, monkeypatch):
    house = staffed
    with house.database.transaction() as session:
        session.get(DbPerson, "chen").email = ""
        session.get(DbPerson, "gao").active = False
    hurt(house)
    assert ("gao", "told") not in heard(house)
    assert mails(house) == []
    with house.database.transaction() as session:
        session.get(DbPerson, "chen").email = "chen@example.com"
    hurt(house)
    for active, sent in ((False, 0), (True, 1)):
        with house.database.transaction() as session:
            session.get(DbPerson, "chen").active = active
        monkeypatch.setattr(notices, "may_hear", lambda *_given: False)
        assert mails(house) == ["waiting"]
        assert mailing.send_waiting(house.database, house.office) == sent
    assert mails(house) == []
    assert "notice" not in house.mail.sent


def test_a_step_that_is_late_is_told_once_and_recorded_against_its_unit(staffed):
    house = staffed
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **REGISTER)
    due = shanghai("2026-09-28T14:30")
    house.clock.set(due)
    with house.database.transaction() as session:
        tasks.claim(session, house.open_task("UT_AcceptCase"), by=SALES)
    assert overdue.sweep(house.database, house.office) == 1
    assert overdue.sweep(house.database, house.office) == 0
    (entry,) = entries(house, "stage_late")
    assert (entry.element, entry.data["unit"], entry.scheduled_at) == ("UT_AcceptCase", "sales", due)
    told = {person for person, kind in heard(house) if kind == "stage_late"}
    assert told == {"li", "zhou", "chen"}, "who has it, who answers for the case, and the head"


def test_the_head_of_the_unit_is_told_of_its_late_steps_and_no_other_head(staffed):
    house = staffed
    with house.database.transaction() as session:
        organisation.set_groups(session, "li", ["sales", "dept_head"])
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **REGISTER)
    house.clock.set(shanghai("2026-09-28T14:30"))
    assert overdue.sweep(house.database, house.office) == 1
    assert {person for person, kind in heard(house) if kind == "stage_late"} == {"li", "zhou"}
    with house.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        assert access.may_see(session, organisation.actor_of(session, "li"), case)


def test_nobody_is_reminded_at_night_and_the_step_is_late_since_it_was_due(staffed):
    house = staffed
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **REGISTER)
    due = shanghai("2026-09-28T14:30")
    house.clock.set(shanghai("2026-09-28T22:00"))
    assert overdue.sweep(house.database, house.office) == 0
    house.clock.set(shanghai("2026-09-29T09:00"))
    assert overdue.sweep(house.database, house.office) == 1
    house.do("UT_AcceptCase", SALES)
    with house.database.reading() as session:
        (late,) = overdue.of_case(session, session.scalars(select(DbCase)).one())
    assert (late.unit, late.element, late.due, late.done) == ("sales", "UT_AcceptCase", due, house.clock.now())


def test_a_step_that_is_done_before_anybody_noticed_counts_as_late_and_one_in_time_does_not(staffed):
    house = staffed
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **REGISTER)
    house.do("UT_AcceptCase", SALES)
    with house.database.reading() as session:
        assert overdue.of_case(session, session.scalars(select(DbCase)).one()) == []
    house.clock.set(shanghai("2026-09-30T10:00"))
    house.do("UT_Verify", SALES, verify_result="accept")
    with house.database.reading() as session:
        (late,) = overdue.of_case(session, session.scalars(select(DbCase)).one())
    assert (late.element, late.done) == ("UT_Verify", house.clock.now())


def test_a_case_that_nobody_takes_over_is_told_of_like_any_other(staffed):
    house = staffed
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **REGISTER)
    house.until("2026-10-09T00:00")
    # nobody owns it yet: who registered it answers for it
    assert {("zhou", "warned"), ("zhou", "breached"), ("chen", "breached")} <= heard(house)
    with house.database.reading() as session:
        clocks = session.scalars(select(DbNotice.clock).where(DbNotice.kind.in_(["warned", "breached"])))
        assert set(clocks) == {case_clock.name for case_clock in session.scalars(select(DbCase)).one().clocks}
