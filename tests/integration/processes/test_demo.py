"""The demo cases, as the command makes them."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
import shipped
from played import shanghai
from sqlalchemy import func, select

from engine.clock import SetClock
from engine.database import Database
from engine.errors import Busy
from engine.look import history
from engine.session import Session
from engine.store.schema import DbEvent, DbIncident, DbInstance, DbTask
from engine.work import timers
from processes.cases.schema import DbCase, DbCaseClock, DbCaseEntry, DbCaseLink, DbCasePhase, DbDocument
from processes.demo import PASSWORD, WorkWaits, introduce, populate
from processes.kb_sales_quality.demo.answers import FORMS
from processes.kb_sales_quality.demo.stories import read
from processes.letters.schema import DbLetter
from processes.mail import RecordingMail
from processes.op_quality_claim.demo.answers import FORMS as CLAIMS
from processes.people import organisation, passwords
from processes.people.schema import DbPerson
from processes.pt_patient.demo.answers import FORMS as PATIENTS
from processes.settings import Settings
from web import compose

pytestmark = pytest.mark.seconds(30)

NOW = shanghai("2026-11-20T16:00")


@pytest.fixture
def installation(sqlite_url):
    clock = SetClock(NOW)
    kesu = compose.compose(
        Settings(), sqlite_url, secret=b"x" * 32, clock=clock, mail=RecordingMail(), actor_signs=True
    )
    shipped.put(kesu.database)
    yield kesu, clock
    kesu.database.close()


@contextmanager
def busy(monkeypatch):
    """Each eleventh commit that is insisted on is refused, as by a database that has waited too long for its machine."""
    commit, insist, asked, insisting = Session.commit, Database.insist, [], []

    def insist_and_say_so(database, work):
        insisting.append(work)
        try:
            return insist(database, work)
        finally:
            insisting.pop()

    def commit_or_not(session):
        if insisting:
            asked.append(session)
            if len(asked) % 11 == 0:
                raise Busy
        commit(session)

    with monkeypatch.context() as patched:
        patched.setattr(Session, "commit", commit_or_not)
        patched.setattr(Database, "insist", insist_and_say_so)
        patched.setattr("engine.database.INSIST_SECONDS", (0,) * 20)
        yield asked


def test_a_few_cases_of_each_kind_in_every_phase_made_once(installation, monkeypatch):
    kesu, clock = installation
    with busy(monkeypatch) as asked:
        count = populate(kesu.database, kesu.office, clock, few=True)
    assert len(asked) > 20 * count  # every step of a story is insisted on
    assert count >= 40
    assert clock.now() == NOW
    with kesu.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DbCase)) == count
        assert session.scalars(select(DbIncident.message)).all() == []
        open_phases = set(session.scalars(select(DbCase.phase).where(DbCase.status == "open")))
        assert open_phases >= {"received", "verified", "inspected", "measure", "plan", "approval", "reply", "remedy"}
        assert open_phases >= {"survey", "form", "cause", "proposal"}
        assert open_phases >= {"talk", "consultation", "negotiation", "opinion", "agreement", "follow_up"}
        outcomes = set(session.scalars(select(DbCase.outcome).where(DbCase.status == "closed")))
        assert outcomes >= {"upheld", "withdrawn", "not_accepted_misunderstanding", "no_objection_closed", "agreed"}
        assert outcomes >= {"declined_market", "not_our_responsibility"}
        completed = set(session.scalars(select(DbTask.element).where(DbTask.status == "completed")))
        assert completed - {"UT_Register"} >= {*FORMS, *PATIENTS, *CLAIMS}
        assert completed >= {
            "UT_HoldMeeting",
            "UT_Improve",
            "UT_Supervise",
            "UT_Analyse",
            "UT_Notice",
            "UT_Look",
            "UT_Draft",
        }
        assert {"held", "issued"} <= outcomes
        management = set(session.scalars(select(DbCase.procedure).where(DbCase.status == "open")))
        assert management >= {"review_meeting", "change_of_measure"}
        assert set(session.scalars(select(DbCaseLink.kind))) >= {"linked", "merged"}
        levels = set(session.scalars(select(DbCaseClock.level)))
        assert levels >= {0, 2, 3}
        kinds = set(session.scalars(select(DbCaseEntry.kind)))
        assert kinds >= {"resolution", "recurrence", "source_dismissed"}
        assert kinds >= {"blocked", "breached", "warned", "escalated", "decided", "process_started", "comment"}
        waiting = select(DbTask.assignee.is_not(None)).where(DbTask.status == "open")
        assert set(session.scalars(waiting)) == {True, False}
        assert max(session.scalars(select(DbEvent.at))) <= NOW
        assert min(session.scalars(select(DbCase.received_at))) < NOW - timedelta(days=60)
        assert session.scalar(select(func.max(DbCasePhase.round))) > 1
        assert session.scalar(select(func.count()).select_from(DbDocument).where(DbDocument.case_id.is_(None))) == 0
        assert session.scalar(select(func.count()).select_from(DbLetter).where(DbLetter.sent_at.is_(None))) == 0
        late = session.scalars(select(DbCaseClock).where(DbCaseClock.breached_at.is_not(None))).first()
        breach = next(entry for entry in session.scalars(select(DbCaseEntry)) if entry.kind == "breached")
        assert late.breached_at == late.due_at
        assert breach.at == breach.scheduled_at
        before = session.scalar(select(func.count()).select_from(DbEvent))
        first = session.scalar(select(DbInstance.id).limit(1))
        assert history.of(session, first)[0].kind == "started"
    assert populate(kesu.database, kesu.office, clock, few=True) == count
    with kesu.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DbEvent)) == before
        assert timers.next_due(session) > NOW
    with kesu.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(DbPerson)) == len(list(introduce()))
        for login, _ in introduce():
            assert organisation.actor_of(session, login).groups
        assert passwords.matches(organisation.get_person(session, "li").password, PASSWORD)


def test_it_leaves_alone_what_is_waiting(installation):
    kesu, clock = installation
    clock.set(shanghai("2026-06-01T09:00"))
    figure = next(iter(read()))
    from engine.run import instances, tasks
    from processes.demo.model import Scene
    from processes.kb_sales_quality.demo.answers import register
    from processes.kb_sales_quality.demo.people import PEOPLE

    with kesu.database.transaction() as session:
        instances.start(session, "complaint_intake", by=PEOPLE[0].actor)
        task = session.scalars(select(DbTask.id)).one()
        scene = Scene(figure, kesu.office.calendar(session), clock.now())
        tasks.complete(session, task, by=PEOPLE[0].actor, answers=register(scene))
    clock.set(NOW)
    with pytest.raises(WorkWaits):
        populate(kesu.database, kesu.office, clock)
    with kesu.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DbCase)) == 1
