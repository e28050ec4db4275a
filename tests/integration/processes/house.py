"""A small installation to play cases in, for the tests of this folder."""

import shipped
from played import Played

from engine.clock import SetClock
from engine.deploy import deployments
from engine.run import instances
from engine.runtime import make_runtime
from engine.values import SYSTEM, Actor
from processes.cases.observer import BESIDE, observers
from processes.clock.functions import functions
from processes.mail import RecordingMail
from processes.office import Office
from processes.services import declared, services


def actor(login, *groups):
    return Actor(login, frozenset(groups), admin="admin" in groups)


class House(Played):
    """An office with its database, and short words to play a case."""

    def __init__(self, open_database, settings, start):
        self.clock = SetClock(start)
        self.mail = RecordingMail()
        self.office = Office(settings, mail=self.mail)
        self.database = open_database(
            make_runtime(
                clock=self.clock,
                services=services(self.office),
                functions=functions(self.office),
                observers=observers(self.office),
                beside=BESIDE,
                declarations=declared(self.office),
            )
        )
        self.office.open(self.database)

    def deploy(self, files=None):
        """Deploy the shipped folders, or files of a test."""
        if files is None:
            shipped.put(self.database, shipped.as_own)
            return
        with self.database.transaction() as session:
            deployments.deploy(session, next(iter(files)).split(".")[0], files, by=SYSTEM)

    def start(self, key, by, **variables):
        with self.database.transaction() as session:
            return instances.start(session, key, variables=variables, by=by).id

    def register(self):
        """A case that sales has taken over."""
        self.instance = self.start("complaint_intake", INTAKE)
        self.do("UT_Register", INTAKE, received_at="2026-09-28T09:30:00+08:00", **REGISTER)
        self.until("2026-09-28T10:00")
        self.do("UT_AcceptCase", SALES)


REGISTER = {
    "description": "12 of 200 casings of lot L2610 cracked",
    "channel": "phone",
    "name": "王磊",
    "email": "wang@example.com",
    "phone": "13800000000",
    "lot_no": "L2610",
    "product_model": "C-200",
    "complaint_type": "quality_defect",
    "claimed_amount": "3600.00",
    "demands": ["exchange"],
    "injury_or_safety": False,
    "regulator_or_media": False,
    "affected_customers": 1,
    "emotion": "calm",
}
INTAKE = actor("zhou", "intake")
SALES = actor("li", "sales")
OTHER_SALES = actor("he", "sales")
QC = actor("wang", "qc")
UNIT = actor("sun", "injection_workshop")
HEAD = actor("chen", "dept_head")
GM_OFFICE = actor("gao", "gm_office")
