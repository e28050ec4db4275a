"""The shipped procedure on any database, in short words, for the tests of this folder."""

import shipped
from sqlalchemy import select

from engine.clock import SetClock
from engine.look import history
from engine.run import instances, tasks
from engine.store.schema import DbTask
from engine.values import SYSTEM, Actor
from engine.work.dispatch import work_once
from processes.folders import ROOT
from processes.mail import RecordingMail
from processes.office import Office
from processes.scenario.format import moment, read
from processes.settings import Settings
from web.compose import runtime_for

V01 = read(ROOT / "kb_sales_quality" / "scenarios" / "v01_happy_path.yaml")
"""Received on a Monday, 2026-11-02, at ten in the morning; the reply is due at the end of Monday after."""
ANSWERS = {step.data["task"]["task"]: step.data["with"] for step in V01.steps if step.verb == "complete"}


def people(group, *names):
    return [Actor(name, frozenset({group})) for name in names]


class Case:
    """A case of the shipped procedure that waits for its verification, with the clock where V01 begins."""

    def __init__(self, open_database, clock: SetClock):
        self.clock = clock
        clock.set(V01.at)
        office = Office(Settings(), mail=RecordingMail())
        self.database = open_database(runtime_for(office, clock=clock, actor_signs=True))
        office.open(self.database)
        shipped.put(self.database)
        with self.database.transaction() as session:
            self.number = instances.start(session, "complaint_intake", by=SYSTEM).id
        self.complete("UT_Register", Actor("zhou", frozenset({"intake"})))
        self.complete("UT_AcceptCase", Actor("lee", frozenset({"sales"})))

    def task(self, element):
        with self.database.reading() as session:
            return session.scalars(select(DbTask.id).where(DbTask.element == element, DbTask.status == "open")).one()

    def complete(self, element, by):
        with self.database.transaction() as session:
            tasks.complete(session, self.task(element), by=by, answers=ANSWERS[element])
        work_once(self.database)

    def events(self, *kinds):
        with self.database.reading() as session:
            return history.of(session, self.number, kinds=kinds)

    def until(self, text):
        self.clock.set(moment(text))
        work_once(self.database)
