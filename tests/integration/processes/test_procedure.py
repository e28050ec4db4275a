"""The services on the shipped diagrams: what they write, when, and what they refuse."""

import pytest
from house import GM_OFFICE, HEAD, INTAKE, OTHER_SALES, REGISTER, SALES, actor
from played import shanghai
from sales_way import PLAN, REPLY, kinds, the_case, to_plan, to_reply
from sqlalchemy import select, text
from staff import settle

from engine.look import history
from engine.run import instances, messages
from engine.store.schema import DbTimer
from processes.cases import card, outbox, timeline
from processes.cases.recompute import recompute_all, take_notice
from processes.cases.schema import DbCase, DbCaseEntry
from processes.values import moment_of, money_of
from web.diagrams import journey

ADMIN = actor("ma", "admin")
WAREHOUSE = actor("xu", "warehouse", "finance")


def variables(house):
    with house.database.reading() as session:
        case = the_case(session)
        return instances.get_variables(session, case.instance_id)


def test_the_customer_is_told_number_and_date(registered):
    assert registered.mail.sent == {"TPL-ACK": 1}
    letter = next(iter(registered.mail.messages.values()))
    assert "KB-2026-000001" in letter.text
    assert "查询码" not in letter.text  # there is no page for a code
    assert "2026年10月8日" in letter.text
    assert letter.to == "wang@example.com"
    with registered.database.reading() as session:
        (kept,) = outbox.of_case(session, the_case(session))
        assert kept.sent_at is not None
        assert kept.receipt


def test_warning_breach_and_escalations_each_happen_once(registered):
    house = registered
    house.until("2026-09-30T08:59")
    assert kinds(house) == ["accepted"]
    house.until("2026-09-30T09:00")
    assert kinds(house)[1:] == ["warned"]
    house.until("2026-10-09T00:00")
    assert kinds(house)[2:] == ["breached"]
    house.until("2026-10-12T09:00")
    assert kinds(house)[3:] == ["escalated", "escalated"]
    house.until("2026-11-30T09:00")
    assert len(kinds(house)) == 5
    with house.database.reading() as session:
        case = the_case(session)
        assert (case.clocks[0].breached_at, case.clocks[0].level) == (shanghai("2026-10-09T00:00"), 3)
        assert case.clocks[0].warned_at == shanghai("2026-09-30T09:00")


def test_after_37_hours_without_a_worker_the_breach_has_its_own_date(registered):
    house = registered
    house.until("2026-09-30T10:00")
    house.until("2026-10-10T13:00")
    assert kinds(house) == ["accepted", "warned", "breached", "escalated"]
    with house.database.reading() as session:
        assert the_case(session).clocks[0].breached_at == shanghai("2026-10-09T00:00")


def test_without_rolling_the_breach_is_dated_the_nominal_day(make_house):
    house = make_house(roll="none")
    house.deploy()
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, received_at="2026-09-28T09:30:00+08:00", **REGISTER)
    house.do("UT_AcceptCase", SALES)
    house.until("2026-10-07T00:00")
    assert kinds(house).count("breached") == 1
    with house.database.reading() as session:
        assert the_case(session).clocks[0].breached_at == shanghai("2026-10-06T00:00")


def test_a_reply_beyond_the_approval_is_blocked_and_recorded(registered):
    house = registered
    to_reply(house)
    house.do("UT_Compose", SALES, **{**REPLY, "reply_solution": "我们赔偿18000元"})
    assert house.open_tasks() == ["UT_Compose"]
    assert house.mail.sent == {"TPL-ACK": 1}
    assert kinds(house)[-1] == "blocked"
    with house.database.reading() as session:
        entry = session.scalars(select(DbCaseEntry).order_by(DbCaseEntry.id.desc())).first()
        assert "promises ¥18,000.00, approved are ¥3,600.00" in entry.data["why"]
        assert entry.actor == "li"
    house.do("UT_Compose", SALES, **REPLY)
    assert house.mail.sent == {"TPL-ACK": 1, "TPL-REPLY": 1}
    with house.database.reading() as session:
        case = the_case(session)
        assert case.clocks[0].stopped_at == shanghai("2026-09-28T10:00")
    house.until("2026-10-20T09:00")
    assert "breached" not in kinds(house)
    assert "warned" not in kinds(house)


def test_more_than_the_head_may_approve_goes_on_to_the_next_role(registered):
    house = registered
    to_plan(house)
    house.do("UT_DraftPlan", SALES, **{**PLAN, "remedies": [{"kind": "compensation", "amount": "18000.00"}]})
    house.do("UT_Approve", HEAD, decision="approve")
    assert house.open_tasks() == ["UT_Approve"]
    house.do("UT_Approve", GM_OFFICE, decision="change", approved_amount="15000.00", approval_comment="too much")
    assert house.open_tasks() == ["UT_DraftPlan"]
    house.do("UT_DraftPlan", SALES, **{**PLAN, "remedies": [{"kind": "compensation", "amount": "15000.00"}]})
    house.do("UT_Approve", HEAD, decision="approve")
    house.do("UT_Approve", GM_OFFICE, decision="approve")
    house.do("UT_Compose", SALES, **{**REPLY, "reply_solution": "我们赔偿15,000元"})
    assert house.mail.sent["TPL-REPLY"] == 1
    with house.database.reading() as session:
        results = [
            entry.data["result"]
            for entry in session.scalars(
                select(DbCaseEntry).where(DbCaseEntry.kind == "decided").order_by(DbCaseEntry.id)
            )
        ]
    assert results == ["next", "changed", "next", "approved"]


def test_nobody_approves_their_own_work(registered):
    house = registered
    with house.database.transaction() as session:
        people = {"li": ["sales", "dept_head"], "gao": ["gm_office"]}
        settle(session, people, ("sales", "dept_head", "gm_office"))
    to_plan(house)
    house.do("UT_DraftPlan", SALES, **PLAN)
    with house.database.reading() as session:
        case = the_case(session)
        changes = history.of(session, case.instance_id, kinds=["variable"])
        roles = [event.data["new"] for event in changes if event.data["name"] == "approver_role" and event.data["new"]]
    assert roles == ["gm_office"]
    house.do("UT_Approve", GM_OFFICE, decision="approve")
    assert house.open_tasks() == ["UT_Compose"]


def test_a_notice_moves_the_deadlines_of_open_cases(make_house):
    house = make_house(start="2026-12-28T09:00")
    house.deploy()
    for _ in range(2):
        house.start("complaint_intake", INTAKE)
        house.do("UT_Register", INTAKE, received_at="2026-12-28T09:00:00+08:00", **REGISTER)
    house.do("UT_AcceptCase", SALES)
    house.do("UT_AcceptCase", SALES)
    with house.database.reading() as session:
        rows = {case.number: (case.clocks[0].provisional, case.due_at) for case in session.scalars(select(DbCase))}
    assert rows == {
        "KB-2026-000001": (True, shanghai("2027-01-05T00:00")),
        "KB-2026-000002": (True, shanghai("2027-01-05T00:00")),
    }
    notice = "date,kind,name\n2027-01-04,rest,元旦\n2027-01-09,work,元旦补班\n"
    told = {"source": "the notice for 2027", "by": ADMIN}
    imported, moved = take_notice(house.database, house.office, notice.encode(), **told)
    assert len(imported.added) == 2
    assert [(each.number, each.after) for each in moved] == [
        ("KB-2026-000001", shanghai("2027-01-06T00:00")),
        ("KB-2026-000002", shanghai("2027-01-06T00:00")),
    ]
    assert set(moved[0].timers) == {"BT_Reply7d", "BT_EscL2", "BT_EscL3"}
    with house.database.reading() as session:
        case = session.scalars(select(DbCase).order_by(DbCase.id)).first()
        assert not case.clocks[0].provisional
        assert case.clocks[0].nominal_due_at == shanghai("2027-01-05T00:00")
        assert case.due_at == shanghai("2027-01-06T00:00")
        due = session.scalars(select(DbTimer.due_at).where(DbTimer.element == "BT_Reply7d")).all()
        assert due == [shanghai("2027-01-06T00:00")] * 2
        reasons = {event.reason for event in history.of(session, case.instance_id, kinds=["changed", "timer_moved"])}
        assert reasons == {"the notice for 2027"}
    with house.database.reading() as session:  # the owner and the head are told
        told_of = session.scalars(select(DbCaseEntry).where(DbCaseEntry.kind == "moved")).all()
        assert ["owner" in entry.data["to"] for entry in told_of] == [True, True]
    again = take_notice(house.database, house.office, notice.encode(), **told)
    assert (again[0].any_change, again[0].unchanged, again[1]) == (False, 2, [])
    assert kinds(house).count("moved") == 2  # nobody is told twice
    assert recompute_all(house.database, house.office, by=ADMIN, reason="again") == []
    house.until("2027-01-05T12:00")
    assert "breached" not in kinds(house)
    house.until("2027-01-06T00:00")
    assert kinds(house).count("breached") == 2


@pytest.mark.parametrize("machine_zone", ["America/New_York"], indirect=True)
def test_the_seven_days_are_those_of_the_installation_wherever_the_machine_stands(machine_zone, make_house):
    """A complaint at ten past midnight: in the machine's zone it is the day before."""
    house = make_house(start="2026-09-28T00:10")
    if house.database.engine.dialect.name == "postgresql":  # whatever zone its server is set to
        with house.database.transaction() as session:
            name = session.scalar(text("SELECT current_database()"))
            session.execute(text(f"ALTER DATABASE \"{name}\" SET timezone TO '{machine_zone}'"))
        house.database.close()
    house.deploy()
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, received_at="2026-09-28T00:10:00+08:00", **REGISTER)
    house.do("UT_AcceptCase", SALES)
    with house.database.reading() as session:
        case = the_case(session)
        clock = case.clocks[0]
        assert case.number == "KB-2026-000001"
        assert (clock.nominal_due_at, case.due_at) == (shanghai("2026-10-06T00:00"), shanghai("2026-10-09T00:00"))
        assert clock.warn_at == shanghai("2026-09-30T09:00")
        values = instances.get_variables(session, case.instance_id)
        assert values["received_at"] == "2026-09-28T00:10:00+08:00"
        due = session.scalars(select(DbTimer.due_at).where(DbTimer.element == "BT_Reply7d")).all()
        assert due == [shanghai("2026-10-09T00:00")]
    house.until("2026-10-08T23:59")
    assert "breached" not in kinds(house)
    house.until("2026-10-09T00:00")
    assert "breached" in kinds(house)


def assert_parts_are_of_the_whole(session, case, entries):
    """What a page asks of the timeline is a part of all of it, whichever way."""
    numbers = timeline.count(session, case)
    for group in (None, "form", "contact", "system"):
        wanted = [entry for entry in entries if group in (None, entry.group)]
        assert len(wanted) == (numbers[group] if group else numbers.total())
        for most in (1, 6, len(wanted) // 2, len(wanted) + 1):
            assert timeline.timeline(session, case, group=group, most=most) == wanted[::-1][:most]
            oldest = timeline.timeline(session, case, group=group, most=most, newest_first=False)
            assert oldest == wanted[:most]


def assert_the_way_is_the_same(session, number):
    """Put together by the database as from all events."""
    gathered = journey.gather(history.visits_of(session, number), history.flows_of(session, number))
    followed = journey.follow(history.of(session, number))
    assert (gathered.stays, gathered.trails) == (followed.stays, followed.trails)
    assert list(gathered.trails) == list(followed.trails)


def test_a_whole_case_and_what_its_page_shows(registered):
    house = registered
    to_reply(house)
    house.do("UT_Compose", OTHER_SALES, **REPLY)
    with house.database.transaction() as session:
        case = the_case(session)
        messages.correlate(session, "MsgAccept", instance_id=case.instance_id, payload={}, by=SALES)
    house.work()
    house.do("UT_Order", SALES, order_slip_no="HH-1", goods_back=False)
    house.do("UT_SendNew", WAREHOUSE, sent_on="2026-09-29", sent_quantity=12, consignment_no="SF1")
    house.do("UT_ConfirmReceipt", SALES, customer_confirmed="yes", confirmed_on="2026-09-29", confirmed_how="phone")
    house.until("2026-09-30T09:00")
    house.do("UT_Ask", SALES, reached=True, solved=True, wants_reopen=False, score=5)
    house.do("UT_Close", SALES, outcome="upheld", severity="S3", responsible_unit="injection_workshop")
    with house.database.reading() as session:
        case = the_case(session)
        assert (case.status, case.outcome) == ("closed", "upheld")
        assert case.closed_at == house.clock.now()
        entries = timeline.timeline(session, case, newest_first=False)
        clock = card.clock(case, case.clocks[0], house.clock.now(), house.office.calendar(session))
        assert_parts_are_of_the_whole(session, case, entries)
        assert_the_way_is_the_same(session, case.instance_id)
    completed = [entry.element for entry in entries if entry.kind == "completed"]
    assert completed[0] == "UT_Register"
    assert completed[-1] == "UT_Close"
    assert all(entry.answers is not None for entry in entries if entry.kind == "completed")
    assert next(entry for entry in entries if entry.element == "UT_Verify").label
    assert [entry.data["template"] for entry in entries if entry.kind == "letter"] == ["TPL-ACK", "TPL-REPLY"]
    assert [entry.kind for entry in entries].count("process_started") == 1
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert len({entry.key for entry in entries}) == len(entries)
    assert (clock.state, clock.in_time, clock.days_left) == ("stopped", True, 3)
    capa = next(entry for entry in entries if entry.kind == "process_started").data["instance"]
    with house.database.reading() as session:
        assert instances.get_instance(session, capa).business_key == "KB-2026-000001"


def test_changes_by_hand_are_on_the_timeline_with_old_and_new(registered):
    with registered.database.transaction() as session:
        case = the_case(session)
        instances.set_variables(session, case.instance_id, {"severity": "S2"}, by=ADMIN, reason="two more lots")
    with registered.database.reading() as session:
        case = the_case(session)
        assert case.severity == "S2"
        entry = next(entry for entry in timeline.timeline(session, case) if entry.kind == "changed")
    assert (entry.actor, entry.reason) == ("ma", "two more lots")
    assert entry.data["changes"] == [{"name": "severity", "old": "S3", "new": "S2"}]


def test_alike_complaints_are_counted(house):
    house.deploy()
    counts = []
    both = [("L1", "C-9"), ("L1", "C-9"), ("L9", "C-9")]  # who is alike in both ways counts once
    for lot, product in [*((lot, None) for lot in ("L1", "L1", "L2", "L1")), *both]:
        number = house.start("complaint_intake", INTAKE)
        who = {"phone": f"1390000000{len(counts)}", "email": None}  # the same customer would be asked about first
        house.do("UT_Register", INTAKE, **{**REGISTER, **who, "lot_no": lot, "product_model": product})
        with house.database.reading() as session:
            counts.append(instances.get_variables(session, number)["same_90d"])
    assert counts == [1, 2, 1, 3, 4, 5, 3]


def test_cases_module_reads_moments_and_money():
    zone = shanghai("2026-01-01").tzinfo
    assert moment_of("2026-01-01T09:00", zone) == shanghai("2026-01-01T09:00")
    assert moment_of("yesterday", zone) is None
    assert moment_of(7, zone) is None
    assert str(money_of("1,200.50")) == "1200.50"
    assert [money_of(value) for value in (None, True, "much", "NaN", "Infinity")] == [None] * 5
