"""Whoever is named is told at once: a notice, by mail where they want it, and the case says when."""

import pytest
from house import INTAKE, REGISTER, SALES
from played import shanghai
from sqlalchemy import select

from engine import tasks
from processes.cases import access
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
