import pytest
from house import GM_OFFICE, INTAKE, QC, REGISTER, actor
from sqlalchemy import select, update

from engine.deploy import deployments
from engine.run import instances
from engine.store.schema import DbInstance, DbTask
from engine.values import SYSTEM
from processes import folders
from processes.cases import entries, register, search
from processes.cases.case_filter import CaseFilter
from processes.cases.schema import DbCase
from processes.errors import HeldAlready
from processes.management import agenda, once
from processes.management.periods import last_month
from processes.people import organisation
from processes.retention import cases

pytestmark = pytest.mark.one_database

MANUFACTURING = actor("sun", "manufacturing")


def variables(house, number):
    with house.database.reading() as session:
        return instances.get_variables(session, number)


def note(house, case, kind, **data):
    with house.database.transaction() as session:
        entries.note(session, session.get_one(DbCase, case), kind, by=SYSTEM, data=data)


@pytest.fixture
def month(make_house):
    """September: three complaints about one product; in October the figures are there."""
    house = make_house("2026-09-14T09:30")
    house.deploy()
    with house.database.transaction() as session:
        organisation.create_unit(session, "manufacturing", name_zh="制造部", name_en="Manufacturing")
    for _ in range(3):
        house.start("complaint_intake", INTAKE)
        house.do("UT_Register", INTAKE, received_at="2026-09-14T09:30:00+08:00", **REGISTER)
    with house.database.transaction() as session:
        register.find_each(session, [2])[0].unit = "manufacturing"
    house.clock.set(house.clock.now().replace(month=10, day=12))
    return house


def hold(house, *resolutions):
    said = "逐件讨论了上月的案件。"
    house.do("UT_Report", QC, report_discussion=said, report_conclusion=said)
    house.do("UT_Report", MANUFACTURING, report_discussion=said, report_conclusion=said)
    house.do(
        "UT_HoldMeeting",
        GM_OFFICE,
        meeting_on=house.clock.now().date().isoformat(),
        attendees="总经理室、品管单位",
        minutes=said,
        resolutions=list(resolutions),
    )


@pytest.mark.both_databases
def test_agenda_has_what_was_repeated_and_what_had_no_effect(month):
    note(month, 1, agenda.INEFFECTIVE, unit="injection_workshop", root_cause="模温低")
    known = variables(month, month.start("review_meeting", GM_OFFICE))
    assert (known["period"], known["period_from"], known["period_to"]) == ("2026-09", "2026-09-01", "2026-09-30")
    total = known["figures"][0]
    assert (total["by"], total["received"], total["closed"], total["open"]) == ("total", 3, 0, 3)
    repeated, *_, last = known["candidates"]
    assert (repeated["why"], repeated["note"].count(",")) == ("repeated", 2)
    assert (last["why"], last["unit"]) == ("ineffective", "injection_workshop")
    assert [each["unit"] for each in known["reporters"]] == ["manufacturing"]


@pytest.mark.both_databases
def test_a_meeting_is_told_nothing_of_a_private_case(month):
    note(month, 1, agenda.INEFFECTIVE, unit="injection_workshop", root_cause="模温低")
    with month.database.transaction() as session:
        register.find_each(session, [1])[0].procedure = "pt_patient"
        session.flush()
        meeting = DbCase(procedure="review_meeting")
        assert agenda.ineffective(agenda.read(session, meeting, last_month(month.clock.now(), month.office.zone))) == []


def test_who_erases_a_case_is_told_of_the_meeting_that_talks_about_it(month):
    month.start("review_meeting", GM_OFFICE)
    with month.database.transaction() as session:
        [case] = register.find_each(session, [3])
        instances.cancel(session, case.instance_id, by=SYSTEM, reason="called off")
        found = cases.of_person(session, case.title[:12])
        gone = cases.erase(session, case, by=SYSTEM, reason="asked for")
    assert gone.beside == ("RM-2026-000001",)
    assert [each.number for each in found] == [*(f"KB-2026-00000{number}" for number in (1, 2, 3)), *gone.beside]


def test_what_is_overdue_or_without_effect_is_on_the_next_agenda_until_another_takes_its_place(month):
    month.start("review_meeting", GM_OFFICE)
    month.work()
    hold(
        month,
        {"text": "加装模温联锁。", "unit": "manufacturing", "due": "2026-10-16"},
        {"text": "出货前抽检外箱。", "unit": "manufacturing", "due": "2026-12-20"},
    )
    month.until("2026-11-04T09:00")
    second = month.start("review_meeting", GM_OFFICE)
    left = variables(month, second)["open_resolutions"]
    assert [(each["no"], each["state"]) for each in left] == [("RM-2026-000001-1", "open")]
    note(month, 4, agenda.RESULT, no="RM-2026-000001-2", effective=False)
    note(month, 4, agenda.SUPERSEDED, no="RM-2026-000001-1", by="RM-2026-000002-1")
    month.until("2026-12-04T09:00")
    third = variables(month, month.start("review_meeting", GM_OFFICE))["open_resolutions"]
    assert [(each["no"], each["state"]) for each in third] == [("RM-2026-000001-2", "no_effect")]


def test_minutes_are_kept_with_the_meeting(month):
    meeting = month.start("review_meeting", GM_OFFICE)
    month.work()
    hold(month, {"text": "加装模温联锁。", "unit": "manufacturing", "due": "2026-10-16"})
    assert variables(month, meeting)["minutes_document"]["name"] == "RM-2026-000001-minutes.pdf"


def test_a_meeting_is_no_complaint_in_lists(month):
    month.start("review_meeting", GM_OFFICE)
    with month.database.reading() as session:
        everything = search.search(session, actor("chen", "admin"))
        meetings = search.search(session, actor("chen", "admin"), CaseFilter(procedure="review_meeting"))
        assert {case.procedure for case in everything.cases} == {"kb_sales_quality"}
        assert [case.number for case in meetings.cases] == ["RM-2026-000001"]
        assert search.find_exact(session, actor("chen", "admin"), "RM-2026-000001") is not None


def test_it_begins_by_date_on_the_third_working_day(make_house):
    house = make_house("2026-10-20T09:00")
    with house.database.transaction() as session:
        files = folders.read(folders.ROOT / "review_meeting").files
        deployments.deploy(session, "review_meeting", files, by=SYSTEM)
    house.until("2026-11-01T00:00")
    assert house.open_tasks() == []
    house.until("2026-11-04T08:59")
    assert house.open_tasks() == []
    house.until("2026-11-04T09:00")
    assert house.open_tasks() == ["UT_Report"]


@pytest.mark.parametrize(
    ("folder", "moment", "before"),
    [
        ("reward_penalty", "2026-11-02T09:00", "2026-11-02T08:59"),
        ("periodic_statistics", "2026-11-01T09:00", "2026-11-01T08:59"),
        ("source_sweep", "2026-10-26T09:00", "2026-10-26T08:59"),
    ],
)
def test_the_others_begin_by_date_as_well(make_house, folder, moment, before):
    house = make_house("2026-10-20T09:00")
    with house.database.transaction() as session:
        deployments.deploy(session, folder, folders.read(folders.ROOT / folder).files, by=SYSTEM)
    house.until(before)
    with house.database.reading() as session:
        assert session.query(DbCase).count() == 0
    house.until(moment)
    with house.database.reading() as session:
        assert session.query(DbCase).one().procedure == folder


def test_a_resolution_that_another_takes_the_place_of_is_no_longer_carried_out(month):
    month.start("review_meeting", GM_OFFICE)
    month.work()
    hold(
        month,
        {"text": "加装模温联锁。", "unit": "manufacturing", "due": "2026-10-16"},
        {"text": "出货前抽检外箱。", "unit": "manufacturing", "due": "2026-12-20"},
    )
    assert improving(month) == [["manufacturing"], ["manufacturing"]]
    month.until("2026-11-12T09:00")
    month.start("review_meeting", GM_OFFICE)
    month.work()
    new = {"text": "三台注塑机加装联锁。", "unit": "qc", "due": "2026-11-30", "supersedes": "RM-2026-000001-1"}
    hold(month, new)
    assert improving(month) == [["manufacturing"], ["qc"]]  # the second of September, the one of October


def improving(house):
    with house.database.reading() as session:
        query = select(DbTask.candidate_groups).where(DbTask.element == "UT_Improve", DbTask.status == "open")
        return list(session.scalars(query.order_by(DbTask.id)))


ONCE = ["review_meeting", "reward_penalty", "periodic_statistics"]


@pytest.mark.parametrize("key", ONCE)
def test_there_is_one_about_each_month(month, key):
    month.start(key, GM_OFFICE)
    with month.database.transaction() as session, pytest.raises(HeldAlready) as refused:
        once.check(session, key, month.clock.now(), month.office.zone)
    first = refused.value.number
    assert first.endswith("-2026-000001")
    assert refused.value.month == "2026-09"
    month.start(key, GM_OFFICE)  # as by date: it ends at once
    with month.database.transaction() as session:
        assert session.query(DbCase).filter_by(procedure=key).count() == 1
        session.execute(update(DbCase).where(DbCase.procedure == key).values(status="cancelled"))
        session.flush()
        once.check(session, key, month.clock.now(), month.office.zone)  # one that was taken back is none
    month.clock.set(month.clock.now().replace(month=11, day=12))
    with month.database.transaction() as session:
        once.check(session, key, month.clock.now(), month.office.zone)


@pytest.mark.both_databases
def test_what_is_begun_by_date_ends_where_it_was_held_by_hand(make_house):
    house = make_house("2026-10-20T09:00")
    files = folders.read(folders.ROOT / "reward_penalty").files
    with house.database.transaction() as session:
        deployments.deploy(session, "reward_penalty", files, by=SYSTEM)
    house.until("2026-11-01T10:00")
    house.start("reward_penalty", GM_OFFICE)
    house.until("2026-11-02T09:00")
    with house.database.reading() as session:
        assert session.query(DbCase).one().number == "RP-2026-000001"
        ended = session.scalars(select(DbInstance.end_element).order_by(DbInstance.id)).all()
    assert ended == ["EE_Reviewed", "EE_Once"]


@pytest.mark.both_databases
def test_private_cases_are_nothing_for_a_meeting(month):
    with month.database.transaction() as session:
        register.find_each(session, [1])[0].procedure = "pt_patient"
    known = variables(month, month.start("review_meeting", GM_OFFICE))
    assert known["figures"][0]["received"] == 2
    assert "KB-2026-000001" not in str(known)
