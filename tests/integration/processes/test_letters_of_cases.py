"""Letters of a case: tried again, posted where no mail goes, and sent once."""

from datetime import timedelta

import pytest
from house import INTAKE, REGISTER, SALES
from played import shanghai
from sales_way import REPLY, the_case, to_reply
from sqlalchemy import select, text

from engine.look import pending
from engine.run import instances
from engine.store.schema import DbIncident
from engine.values import Actor
from processes.cases import outbox
from processes.cases.schema import DbCase
from processes.errors import MailRefused
from processes.letters.schema import DbLetter


def test_a_letter_that_fails_is_tried_again_and_goes_out_once(registered):
    house = registered
    to_reply(house)
    send, fail = house.mail.send, [True, True]

    def shaky(message):
        if fail:
            fail.pop()
            raise OSError("the mail server is away")
        return send(message)

    house.mail.send = shaky
    house.do("UT_Compose", SALES, **REPLY)
    assert "TPL-REPLY" not in house.mail.sent
    for _ in range(3):
        house.clock.advance(timedelta(hours=1))
        house.work()
    assert house.mail.sent["TPL-REPLY"] == 1
    with house.database.reading() as session:
        assert [letter.template for letter in outbox.of_case(session, the_case(session))] == ["TPL-ACK", "TPL-REPLY"]


def test_a_customer_without_an_address_gets_a_letter_to_be_printed(house):
    house.deploy()
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **{**REGISTER, "email": None, "customer_language": "en"})
    assert house.mail.messages == {}
    assert sorted(house.open_tasks()) == ["UT_AcceptCase", "UT_SendByHand"]
    with house.database.reading() as session:
        (letter,) = outbox.of_case(session, the_case(session))
        assert (letter.channel, letter.recipient, letter.sent_at) == ("letter", "", None)
        assert letter.subject.startswith("We have registered")
    house.clock.advance(timedelta(days=2))
    house.do("UT_SendByHand", INTAKE, sent_manner="fax", sent_on="2026-09-29")
    with house.database.reading() as session:
        (letter,) = outbox.of_case(session, the_case(session))
        assert (letter.channel, letter.sent_at) == ("fax", shanghai("2026-09-29T12:00"))


def test_a_letter_cannot_have_gone_out_on_a_day_that_has_not_come(house):
    house.deploy()
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **{**REGISTER, "email": None})
    house.do("UT_SendByHand", INTAKE, sent_manner="letter", sent_on="2026-12-01")
    with house.database.reading() as session:
        (letter,) = outbox.of_case(session, the_case(session))
        assert letter.sent_at is None
        (incident,) = pending.incidents_of(session, the_case(session).instance_id)
        assert "cannot have gone out on 2026-12-01" in incident.message


@pytest.fixture
def posted(house):
    """Two cases, each with a letter that somebody has to post."""
    house.deploy()
    for lot in ("L1", "L2"):
        house.start("complaint_intake", INTAKE)
        house.do("UT_Register", INTAKE, **{**REGISTER, "email": None, "lot_no": lot})
    return house


def letters(house):
    with house.database.reading() as session:
        return [(each.channel, each.sent_at) for each in session.scalars(select(DbLetter).order_by(DbLetter.id))]


def test_of_the_letters_that_wait_one_is_noted(posted):
    posted.do("UT_SendByHand", INTAKE, sent_manner="fax", sent_on=None)
    assert letters(posted) == [("fax", posted.clock.now()), ("letter", None)]
    with posted.database.reading() as session:
        cases = session.scalars(select(DbCase).order_by(DbCase.id)).all()
        assert [[each.channel for each in outbox.of_case(session, case)] for case in cases] == [["fax"], ["letter"]]


@pytest.mark.parametrize(
    ("other", "answers"),
    [
        (True, {"sent_manner": "fax", "sent_on": None}),
        (False, {"sent_manner": "x" * (outbox.MOST_MANNER + 1), "sent_on": None}),
        (False, {"sent_manner": "fax", "sent_on": "2026-09-27"}),
    ],
)
def test_a_letter_of_another_case_a_long_manner_and_a_day_before_it_was_written_are_refused(posted, other, answers):
    if other:
        with posted.database.transaction() as session:
            ids = session.scalars(select(DbLetter.id).order_by(DbLetter.id)).all()
            scope = session.scalar(text("SELECT scope FROM variable WHERE name = 'letter_id' ORDER BY instance_id"))
            case = session.scalars(select(DbCase).order_by(DbCase.id)).first()
            root = Actor("ma", admin=True)
            changed = {"letter_id": ids[1]}
            instances.set_variables(session, case.instance_id, changed, by=root, reason="a test", scope=scope)
    posted.do("UT_SendByHand", INTAKE, **answers)
    assert letters(posted) == [("letter", None), ("letter", None)]
    with posted.database.reading() as session:
        assert session.scalars(select(DbIncident.element)).all() == ["ST_NoteSent"]


def test_whom_nobody_can_reach_is_sent_nothing(house):
    house.deploy()
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **{**REGISTER, "email": None, "phone": None})
    assert house.open_tasks() == ["UT_AcceptCase"]
    with house.database.reading() as session:
        assert outbox.of_case(session, the_case(session)) == []


def test_a_reply_that_the_mail_server_refuses_is_posted_and_stops_the_clock_that_day(registered):
    house = registered
    to_reply(house)

    def refuse(message):
        raise MailRefused(letter=message.template, why="550 no such user")

    house.mail.send = refuse
    house.do("UT_Compose", SALES, **REPLY)
    assert house.open_tasks() == ["UT_SendByHand"]
    with house.database.reading() as session:
        assert the_case(session).clocks[0].stopped_at is None
    house.do("UT_SendByHand", SALES, sent_manner="letter", sent_on=None)
    with house.database.reading() as session:
        assert the_case(session).clocks[0].stopped_at == house.clock.now()
