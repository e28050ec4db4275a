"""A small installation to play cases in, for the tests of this folder."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

import processes
from engine import deployments, instances, jobs, tasks, timers
from engine.clock import SetClock
from engine.runtime import make_runtime
from engine.schema import Task
from engine.values import SYSTEM, Actor
from processes.functions import functions
from processes.letters.mail import RecordingMail
from processes.observer import observers
from processes.office import Office
from processes.services import services

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHIPPED = Path(processes.__file__).parent / "kb_sales_quality"


def sh(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def actor(login, *groups):
    return Actor(login, frozenset(groups), admin="admin" in groups)


class House:
    """An office with its database, and short words to play a case."""

    def __init__(self, open_database, settings, start):
        self.clock = SetClock(start)
        self.mail = RecordingMail()
        self.office = Office(settings, secret=b"secret", mail=self.mail)
        self.database = open_database(
            make_runtime(
                clock=self.clock,
                services=services(self.office),
                functions=functions(self.office),
                observers=observers(self.office),
            )
        )
        self.office.open(self.database)

    def deploy(self, files=None):
        files = files or {
            path.name: path.read_bytes() for path in SHIPPED.iterdir() if path.suffix in (".bpmn", ".dmn", ".form")
        }
        with self.database.transaction() as session:
            deployments.deploy(session, "kb", files, by=SYSTEM)

    def start(self, key, by, **variables):
        with self.database.transaction() as session:
            return instances.start(session, key, variables=variables, by=by).id

    def work(self):
        while timers.fire_due(self.database) + jobs.run_due(self.database):
            pass

    def until(self, text):
        self.clock.set(sh(text))
        self.work()

    def do(self, element, by, **answers):
        with self.database.transaction() as session:
            query = select(Task.id).where(Task.element == element, Task.status == "open").order_by(Task.id)
            task = session.scalars(query).first()
            assert task is not None, f"{element} is not open, but {self.open_tasks(session)}"
            tasks.complete(session, task, by=by, answers=answers)
        self.work()

    def open_tasks(self, session=None):
        query = select(Task.element).where(Task.status == "open").order_by(Task.id)
        if session is not None:
            return list(session.scalars(query))
        with self.database.reading() as reader:
            return list(reader.scalars(query))


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
