"""What errors say is neither in the log nor in the history: it may be a letter, a name, a code."""

import smtplib
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog
from core_bpmn import bpmn, end, path, script, service, start
from structlog.testing import CapturingLogger

from engine import failures
from engine.errors import BpmnError, VariablesRefused
from engine.look import pending
from engine.store.schema import DbEvent

WORD = "Zhang Wei 13805744021"


def of_the_database(session):
    session.execute(sa.text("INSERT INTO job (topic) VALUES (:name)"), {"name": WORD})


FAILURES = {
    "ValueError": lambda _s: (_ for _ in ()).throw(ValueError(WORD)),
    "ConnectionRefusedError ECONNREFUSED": lambda _s: (_ for _ in ()).throw(ConnectionRefusedError(111, WORD)),
    "SMTPDataError 554": lambda _s: (_ for _ in ()).throw(smtplib.SMTPDataError(554, WORD.encode())),
    "SMTPRecipientsRefused": lambda _s: (_ for _ in ()).throw(smtplib.SMTPRecipientsRefused({WORD: (550, b"no")})),
    "VariablesRefused": lambda _s: (_ for _ in ()).throw(VariablesRefused(name=WORD, problem=WORD)),
    "the error E is caught nowhere": lambda _s: (_ for _ in ()).throw(BpmnError("E", WORD)),
    "IntegrityError": of_the_database,
}


@pytest.fixture
def log():
    captured = CapturingLogger()
    structlog.configure(
        processors=[failures.without_words, structlog.processors.JSONRenderer()], logger_factory=lambda *_: captured
    )
    yield lambda: " ".join(str(call) for call in captured.calls)
    structlog.reset_defaults()


def history_of(world):
    with world.database.reading() as session:
        return [str(data) for data in session.scalars(sa.select(DbEvent.data))]


@pytest.mark.parametrize("kept", FAILURES)
@pytest.mark.parametrize("outside", [True, False])
def test_a_job_that_fails_leaves_its_words_with_the_incident_only(world, log, kept, outside):
    fail = FAILURES[kept]
    if outside:

        @world.services.task("t", outside=True)
        def failing_outside(call):
            with world.database.transaction() as session:
                fail(session)

    else:

        @world.services.task("t")
        def failing(session, call):
            fail(session)

    world.deploy(bpmn(start(), service("s", topic="t"), end(), path("start", "s", "end")))
    try:
        number = world.start()
    except sa.exc.DBAPIError:  # a step whose transaction the database has ended is undone as a whole
        assert kept == "IntegrityError"
        return
    for _ in range(3):
        world.work()
        world.clock.advance(timedelta(minutes=10))
    told = history_of(world)
    assert WORD not in log() + " ".join(told)
    assert any(kept in each or ("caught nowhere" in kept and "Stuck" in each) for each in told)
    (incident,) = world.ask(pending.incidents_of, number)
    assert (WORD in incident.message) is (kept != "IntegrityError")


@pytest.mark.parametrize("broken", ["who + 1", "1 / 0 if who else 0"])
def test_a_script_that_fails_does_neither(world, log, broken):
    world.deploy(bpmn(start(), script("s", broken), end(), path("start", "s", "end")))
    world.start(variables={"who": WORD})
    assert WORD not in log() + " ".join(each for each in history_of(world) if "message" in each)


def test_an_exception_is_logged_by_where_it_came_from(log):
    try:
        try:
            int(WORD)
        except ValueError as error:
            raise VariablesRefused(name=WORD, problem=WORD) from error
    except VariablesRefused:
        structlog.get_logger().exception("something failed")
    assert WORD not in log()
    for said in ("ValueError", "then", "VariablesRefused", "test_words_of_errors.py", "something failed"):
        assert said in log()
