"""The steps of the shipped sales procedure: a case is opened, taken over, and goes on with a plain step."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import event, select

from engine import Json
from engine.run import instances, tasks
from engine.store.schema import DbTask
from engine.values import Actor
from engine.work import dispatch
from processes.desk import drafts
from processes.mail import RecordingMail
from processes.migrations import migrate
from processes.settings import Settings
from tests.bench.kesu import SECRET
from web import compose

INTAKE, LI = Actor("zhou", frozenset({"intake"})), Actor("li", frozenset({"sales"}))

REGISTER: Mapping[str, Json] = {
    "complainant_kind": "company",
    "restatement_confirmed": True,
    "description": "12 of 200 casings of lot L2610 cracked",
    "channel": "phone",
    "name": "王磊",
    "email": "wang@example.com",
    "phone": "13800000000",
    "customer_language": "zh",
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

STEPS = {
    "open": ("UT_Register", INTAKE, REGISTER),
    "take over": ("UT_AcceptCase", LI, {}),
    "plain step": ("UT_Verify", LI, {"checked_items": ["order", "photos"], "verify_result": "accept"}),
}


@dataclass(frozen=True)
class Seen:
    """What a step took: milliseconds and statements."""

    wall: float
    cpu: float
    statements: int


class Sales:
    """An installation with the shipped procedures."""

    def __init__(self, url: str) -> None:
        migrate(url)
        kesu = compose.compose(Settings(password_cost="low"), url, secret=SECRET, mail=RecordingMail())
        self.database = kesu.database
        compose.deploy_shipped(self.database)
        self.statements = 0
        event.listen(self.database.engine, "before_cursor_execute", self._count)

    def play(self) -> dict[str, Seen]:
        """A case from its registration; the steps that are measured."""
        with self.database.transaction() as session:
            instances.start(session, "complaint_intake", by=INTAKE)
        return {name: self._do(*each) for name, each in STEPS.items()}

    def _do(self, element: str, by: Actor, answers: Mapping[str, Json]) -> Seen:
        with self.database.reading() as session:
            open_ = select(DbTask.id).where(DbTask.element == element, DbTask.status == "open")
            task = session.scalars(open_).one()
        before, wall, cpu = self.statements, time.perf_counter(), time.process_time()
        with self.database.transaction() as session:
            tasks.complete(session, task, by=by, answers=answers)
            drafts.discard(session, by, drafts.of_task(task))
        wall, cpu = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
        seen = Seen(wall, cpu, self.statements - before)
        dispatch.work_once(self.database)
        return seen

    def close(self) -> None:
        self.database.close()

    def _count(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.statements += not statement.startswith(("BEGIN", "PRAGMA"))
