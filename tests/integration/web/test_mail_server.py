"""Letters leave through a real mail server, from the table of jobs: once each, again after what passes, by hand else."""

import socket
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from hall import PATIENT
from sqlalchemy import select

from engine.errors import DatabaseAway
from engine.services import Call
from processes import mail
from processes.letters.schema import DbLetter
from processes.mail import SmtpMail


class Postbox:
    """Takes what a server is handed; answers first what it was told to."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.taken = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 # the server's name
        if self.answers:
            answer = self.answers.pop(0)
            if answer is not None:
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 taken"


@contextmanager
def server(postbox):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def house(make_hall):
    def make(port):
        settings = replace(PATIENT, mail="smtp", smtp_host="127.0.0.1", smtp_port=port, mail_from="desk@example.com")
        hall = make_hall(settings=settings)
        hall.kesu.office.mail = SmtpMail(settings)
        return hall

    return make


def letters(hall):
    with hall.database.reading() as session:
        return [(each.template, each.sent_at is not None) for each in session.scalars(select(DbLetter))]


def test_a_letter_is_handed_to_the_server_once(house):
    postbox = Postbox()
    with server(postbox) as port:
        hall = house(port)
        number = hall.register(email="lin@example.com")
        for _ in range(3):
            hall.work()
    [(to, email)] = postbox.taken
    assert to == ["lin@example.com"]
    assert number in email.get_body(("plain",)).get_content()
    assert email["From"] == "desk@example.com"
    assert letters(hall) == [("TPL-ACK", True)]


def test_who_is_cut_off_from_the_database_before_the_server_takes_a_letter_does_not_hand_it_over(house, monkeypatch):
    answers = iter([None, DatabaseAway()])  # ours when it is begun, unknown when the server is ready for it

    def make_sure(_call):
        if (error := next(answers, None)) is not None:
            raise error

    monkeypatch.setattr(Call, "make_sure", make_sure)
    postbox = Postbox()
    with server(postbox) as port:
        hall = house(port)
        hall.register(email="lin@example.com")
        hall.work()
        hall.work()
    assert next(answers, "asked") == "asked"
    assert len(postbox.taken) == 1
    assert letters(hall) == [("TPL-ACK", True)]


def test_what_the_server_cannot_take_now_is_tried_again_and_arrives_once(house):
    postbox = Postbox("451 4.3.0 later", "452 4.2.2 full")
    with server(postbox) as port:
        hall = house(port)
        hall.register(email="lin@example.com")
        hall.work()
        assert postbox.taken == []
        assert letters(hall) == [("TPL-ACK", False)]
        for moment in ("09:31", "09:36", "16:00"):
            hall.until(f"2026-09-28T{moment}")
    assert len(postbox.taken) == 1
    assert letters(hall) == [("TPL-ACK", True)]


def test_what_the_server_will_never_take_goes_by_hand(house):
    postbox = Postbox("550 5.1.1 no such user")
    with server(postbox) as port:
        hall = house(port)
        hall.register(email="lin@example.com")
        hall.work()
    assert postbox.taken == []
    assert "UT_SendByHand" in hall.open_tasks()


def test_a_server_that_is_away_loses_nothing(house):
    postbox = Postbox()
    with server(postbox) as port:
        pass
    hall = house(port)
    hall.register(email="lin@example.com")
    hall.work()
    assert letters(hall) == [("TPL-ACK", False)]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        hall.until("2026-09-28T16:00")
    finally:
        controller.stop()
    assert len(postbox.taken) == 1
    assert letters(hall) == [("TPL-ACK", True)]


class Rude(SMTP):
    """Takes letters and answers the goodbye with an error."""

    async def smtp_QUIT(self, _arg):  # noqa: N802 # the server's name
        await self.push("554 5.3.0 no")


def test_a_letter_that_the_server_has_is_not_sent_again_whatever_it_says_to_the_goodbye(house, monkeypatch):
    monkeypatch.setattr(Controller, "factory", lambda self: Rude(self.handler))
    postbox = Postbox()
    with server(postbox) as port:
        hall = house(port)
        hall.register(email="lin@example.com")
        hall.work()
    assert len(postbox.taken) == 1
    assert letters(hall) == [("TPL-ACK", True)]


def test_a_server_that_has_a_letter_may_look_at_it_for_long(monkeypatch):
    waits = []
    monkeypatch.setattr("processes.mail.smtplib.SMTP.data", lambda self, _letter: waits.append(self.sock.gettimeout()))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        given = mail._Server()
        given.make_sure = lambda: waits.append("asked")
        given.sock = socket.create_connection(listening.getsockname(), timeout=mail.TIMEOUT_SECONDS)
        given.data("")
        given.close()
    assert waits == ["asked", mail.ANSWER_SECONDS]
