"""The list of shipments: imported or refused as a whole, and asked, or a company's own function instead of it."""

from datetime import date

import pytest
from house import actor
from sqlalchemy import select

from engine import instances
from engine.store.schema import DbIncident
from processes.errors import ShipmentFileRefused
from processes.shipments import listing
from processes.shipments.schema import DbShipment
from processes.shipments.shipment import Shipment

ADMIN, OFFICE = actor("ma", "admin"), actor("luo", "office")
LIST = """order_no,lot_no,customer,product,quantity,delivered_on
PO-1,L1,江南电机,端盖,2000,2026-10-28
PO-1,L2,江南电机,端盖,500,
po-2 ,l1,东海贸易,外壳,800,2026/10/15
"""
COMPLAINT = {
    "channel": "phone",
    "company": "江南电机",
    "name": "顾明",
    "email": "gu@example.com",
    "complaint_ground": "not_conforming",
    "description": "端盖轴孔偏大，装配后轴承松动。",
    "demands": ["exchange"],
    "injury_or_safety": False,
    "regulator_or_media": False,
}


def imported(house, text):
    with house.database.transaction() as session:
        return listing.import_csv(session, text if isinstance(text, bytes) else text.encode(), by=ADMIN)


def kept(house):
    with house.database.reading() as session:
        rows = session.scalars(select(DbShipment))
        return {(r.order_no, r.lot_no): (r.customer, r.quantity, r.delivered_on, r.entered_by) for r in rows}


def test_shipments_are_added_and_replaced_by_order_and_lot(house):
    assert imported(house, LIST) == listing.Imported(3, 0)
    later = "订单号,批号,客户,产品,数量,交货日期\nＰＯ-1,L2,江南电机,端盖,480,2026-11-02\nPO-3,L1,甲,乙,1,\n"
    assert imported(house, later.encode("gb18030")) == listing.Imported(1, 1)
    rows = kept(house)
    assert set(rows) == {("PO-1", "L1"), ("PO-1", "L2"), ("PO-2", "L1"), ("PO-3", "L1")}
    assert rows["PO-1", "L2"] == ("江南电机", 480, date(2026, 11, 2), "ma")
    assert rows["PO-1", "L1"] == ("江南电机", 2000, date(2026, 10, 28), "ma")


def test_more_shipments_than_one_statement_takes_are_imported(house):
    head = "order_no,lot_no,customer,product,quantity\n"
    many = head + "".join(f"PO-{number},L1,甲,乙,{number}\n" for number in range(1201))
    assert imported(house, many) == listing.Imported(1201, 0)
    assert imported(house, many) == listing.Imported(0, 1201)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "order_no,lot_no,customer,product\nPO-1,L1,甲,乙\n",
            ["line 1: the first line must name the columns order_no"],
        ),
        ("order_no,lot_no,customer,product,quantity,colour\n", ["line 1: unknown column colour"]),
        ("order_no,lot_no,customer,product,quantity\n", ["line 1: the file has no shipments"]),
        ("", ["line 1: the first line must name the columns"]),
        (LIST + "PO-9,,甲,乙,1,\n", ["line 5: lot_no is empty"]),
        (LIST + "PO-9,L1,甲,乙,1.5,\n", ["line 5: quantity '1.5' is no whole number of pieces"]),
        (LIST + "PO-9,L1,甲,乙,-3,\n", ["line 5: quantity '-3'"]),
        (LIST + "PO-9,L1,甲,乙,9999999999,\n", ["line 5: quantity '9999999999'"]),
        (LIST + "PO-9,L1,甲,乙,３,\nPO-9,L2,甲,乙,²,\n", ["line 5: quantity '３'", "line 6: quantity '²'"]),
        (LIST + "PO-9,L1,甲,乙,1,28.10.2026\n", ["line 5: delivered_on '28.10.2026' is no date"]),
        (LIST + "PO-9,L1,甲,乙,1,2026-10-28,x\n", ["line 5: more cells than columns"]),
        (LIST + "po-1,Ｌ1,甲,乙,1,\n", ["line 5: order PO-1, lot L1 stands in line 2 already"]),
        (LIST + f"{'P' * 101},L1,甲,乙,1,\n", ["line 5: order_no or lot_no has more than 100 letters"]),
        (LIST + "PO-9,L1,甲,乙,many,\n\nPO-8,L1,甲,,1,\n", ["line 5: quantity 'many'", "line 7: product is empty"]),
        (b"\xff\xfe\xfa", ["line 1: no readable CSV"]),
        (b"x" * (listing.MOST_BYTES + 1), ["line 1: the file is too large"]),
    ],
)
def test_a_wrong_list_changes_nothing_and_says_where(house, text, said):
    imported(house, "order_no,lot_no,customer,product,quantity\nPO-1,L1,before,before,1\n")
    with pytest.raises(ShipmentFileRefused) as refused:
        imported(house, text)
    assert len(refused.value.fields["lines"]) == len(said)
    for each in said:
        assert each in str(refused.value)
    assert [customer for customer, *_others in kept(house).values()] == ["before"]


@pytest.mark.parametrize(
    ("order", "lot", "check", "task"),
    [
        ("po-1 ", "Ｌ１", "delivered", "UT_FieldSurvey"),
        ("PO-1", "L2", "not_delivered", "UT_Decline"),
        ("PO-1", "L3", "no_lot", "UT_Decline"),
        ("PO-9", "L1", "no_order", "UT_Decline"),
    ],
)
def test_a_lot_is_found_as_it_was_delivered(make_house, order, lot, check, task):
    house = make_house(start="2026-11-05T09:00")
    house.deploy()
    imported(house, LIST)
    assert accepted(house, order, lot) == [task]
    assert value(house, "order_check") == check


def ask_company(order_no):
    """What a company may ask instead of the list."""
    if order_no == "DOWN":
        raise OSError("the other system does not answer")
    return [Shipment(order_no, "a7", "甲", "乙", 5, date(2026, 11, 5))]


def test_a_company_may_be_asked_instead_of_the_list(make_house):
    house = make_house(start="2026-11-05T09:00", shipments=f"{__name__}:ask_company")
    house.deploy()
    assert accepted(house, "X-1", "A7") == ["UT_FieldSurvey"]
    assert value(house, "shipment")["quantity"] == 5


@pytest.mark.parametrize(
    ("source", "order", "said"),
    [
        (f"{__name__}:ask_company", "DOWN", "the other system does not answer"),
        ("no.such.module:find", "X-1", "no.such.module:find"),
        (f"{__name__}:LIST", "X-1", "LIST is no function"),
    ],
)
def test_a_source_that_does_not_answer_is_an_incident_and_nothing_is_declined(make_house, source, order, said):
    house = make_house(start="2026-11-05T09:00", shipments=source)
    house.deploy()
    accepted(house, order, "A7")
    for hour in range(10, 24):
        house.until(f"2026-11-05T{hour}:00")
    assert house.open_tasks() == []
    with house.database.reading() as session:
        [incident] = session.scalars(select(DbIncident))
        assert incident.element == "ST_CheckOrder"
        assert said in incident.message


def accepted(house, order, lot):
    house.instance = house.start("op_quality_claim", OFFICE)
    house.do("UT_Accept", OFFICE, **COMPLAINT, order_no=order, lot_no=lot)
    return house.open_tasks()


def value(house, name):
    with house.database.reading() as session:
        return instances.get_variables(session, house.instance)[name]
