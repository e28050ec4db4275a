"""What may come in between on any case: it moves, is taken over, its later date stays agreed."""

import re

from sqlalchemy import select

from engine.look import history
from engine.run import messages
from processes.cases.recompute import recompute_all
from processes.cases.schema import DbCase, DbCaseEntry
from processes.people import organisation

AWAY = {
    "substitute": "stranger",
    "first_day": "2026-09-28",
    "last_day": "2026-09-30",
    "units": ["sales"],
    "reason": "on a journey",
}


def record(house, name, by="zhao", **payload):
    with house.database.transaction() as session:
        case = session.scalars(select(DbCase)).one()
        actor = organisation.actor_of(session, by) if by else None
        messages.correlate(session, name, instance_id=case.instance_id, payload=payload, by=actor)
    house.work()


def case_of(hall):
    with hall.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        return (
            case.number,
            case.procedure,
            case.owner,
            case.received_at,
            case.status,
            [each.due_at for each in case.clocks],
        )


def test_a_case_that_moves_keeps_its_number_and_its_receipt(make_hall):
    hall = make_hall()
    number = hall.register()
    received = case_of(hall)[3]
    record(hall, "MsgReclassifyRequest", target="pt_patient", move_reason="投诉人是患者，应走患者投诉流程。")
    moved = case_of(hall)
    assert moved[:2] == (number, "pt_patient")
    assert moved[3:5] == (received, "open")
    assert hall.open_tasks() == ["UT_Register"]
    for login in ("sun", "zhao"):  # the patient's data are not for those who worked on it before, or moved it
        assert hall.visitor(login).get(f"/cases/{number}").status_code == 404
    with hall.database.reading() as session:
        kinds = session.scalars(select(DbCaseEntry.kind)).all()
    assert "moved_to" in kinds


def test_somebody_else_takes_over_and_is_told(make_hall):
    hall = make_hall()
    number = hall.register()
    record(hall, "MsgTakeOver", new_owner="gao", take_over_reason="总经理室亲自处理。")
    assert case_of(hall)[2] == "gao"
    assert number in hall.visitor("gao").get("/notices").text
    record(hall, "MsgTakeOver", by="sun", new_owner="nobody", take_over_reason="没有这个人。")
    assert case_of(hall)[2] == "gao"
    assert "Say that nobody took over" in hall.visitor("zhao").get("/notices").text


def test_an_agreed_date_outlives_a_new_calendar(make_hall):
    hall = make_hall()
    hall.register()
    extended = {
        "extended_until": "2026-10-20",
        "extension_channel": "email",
        "extension_reason": "送检",
        "extension_files": [],
    }
    record(hall, "MsgExtendAgreed", **extended)
    hall.do("UT_ConfirmExtension", "zhao", extension_confirmed=True)
    [due] = case_of(hall)[5]
    assert due.isoformat().startswith("2026-10-20T16:00")
    recompute_all(hall.database, hall.kesu.office, by=hall.actor("admin"), reason="notice")
    assert case_of(hall)[5] == [due]


def test_the_history_of_the_case_says_who_moved_it(make_hall):
    hall = make_hall()
    hall.register()
    with hall.database.reading() as session:
        before = session.scalars(select(DbCase.instance_id)).one()
    record(hall, "MsgReclassifyRequest", target="pt_patient", move_reason="投诉人是患者，应走患者投诉流程。")
    with hall.database.reading() as session:
        assert [event.kind for event in history.of(session, before)][-1] == "ended"
        entry = session.scalars(select(DbCaseEntry).where(DbCaseEntry.kind == "moved_to")).one()
        assert entry.actor == "zhao"


def address_of(client, number, name):
    """Where something is recorded that the case's page offers somebody."""
    return re.search(rf'(/cases/{number}/record/\d+)">{name}', client.get(f"/cases/{number}").text)[1]


def test_whoever_takes_over_is_chosen_from_those_who_may(make_hall):
    hall = make_hall()
    number = hall.register()
    head = hall.visitor("zhao")
    address = address_of(head, number, "Somebody takes over")
    page = head.get(address).text
    offered = re.findall(r'<option value="(\w+)"', page)
    assert sorted(offered) == ["he", "wang", "zhao"]  # the heads, and the unit that handles it
    assert "Wang Li" in page
    reason = {"take_over_reason": "主管亲自处理。"}
    assert head.post(address, data=reason | {"new_owner": "stranger"}).status_code == 422
    assert head.post(address, data=reason | {"new_owner": "he"}).status_code == 303
    assert case_of(hall)[2] == "he"


def test_a_substitute_records_for_the_absent_person_and_neither_confirms_it(make_hall):
    hall = make_hall()
    number = hall.register()
    hall.do("UT_AcceptCase", "wang")
    substitute = hall.visitor("stranger")
    assert hall.visitor("wang").post("/account/substitutes", data=AWAY).status_code == 303
    address = address_of(substitute, number, "Customer withdraws")
    assert "for Wang Li" in substitute.get(address).text
    said = {"withdrawn_by": "林女士", "withdrawal_channel": "phone", "withdrawal_reason": "已解决"}
    assert substitute.post(address, data=said).status_code == 303
    assert "Lu Ren, for Wang Li" in substitute.get(f"/cases/{number}").text
    task = hall.open_task("UT_ConfirmWithdrawal")
    for login in ("stranger", "wang"):
        page = hall.visitor(login).get(f"/tasks/{task}").text
        assert "Customer withdraws" in page
        assert hall.visitor(login).post(f"/tasks/{task}/claim").status_code == 403
    assert hall.visitor("he").post(f"/tasks/{task}/claim").status_code == 303


def test_whoever_stands_in_for_several_says_for_whom(make_hall):
    hall = make_hall()
    hall.register()
    for login in ("wang", "he"):
        assert hall.visitor(login).post("/account/substitutes", data=AWAY).status_code == 303
    substitute, task = hall.visitor("stranger"), hall.open_task("UT_AcceptCase")
    page = substitute.get(f"/tasks/{task}").text
    assert re.findall(r'<option value="(\w+)">for ', page) == ["he", "wang"]
    assert "for He Jun, Wang Li" in page
    substitute.post(f"/tasks/{task}/claim", data={"_absent": "wang"})
    page = substitute.get(f"/tasks/{task}").text
    assert "for Wang Li" in page
    assert "He Jun" not in page.split("<h1", 1)[1].split("<form", 1)[0]
