"""The steps of the shipped sales procedure: a case is opened, taken over, and goes on with a plain step."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

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
from tests.counting import counting
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
    """Milliseconds that a step took."""

    wall: float
    cpu: float


class Sales:
    """An installation with the shipped procedures."""

    def __init__(self, url: str) -> None:
        migrate(url)
        kesu = compose.compose(Settings(password_cost="low"), url, secret=SECRET, mail=RecordingMail())
        self.database = kesu.database
        compose.deploy_shipped(self.database)

    def play(self) -> dict[str, Seen]:
        """A case from its registration; the steps that are measured."""
        return {name: self._time(*each) for name, each in self._steps()}

    def count(self) -> dict[str, int]:
        """The statements of the same steps; who listens to them slows them down."""
        found = {}
        for name, (element, by, answers) in self._steps():
            task = self._find(element)
            with counting(self.database) as (statements, _):
                self._hand_in(task, by, answers)
            found[name] = len(statements)
        return found

    def _steps(self) -> Iterator[tuple[str, tuple[str, Actor, Mapping[str, Json]]]]:
        with self.database.transaction() as session:
            instances.start(session, "complaint_intake", by=INTAKE)
        for name, step in STEPS.items():
            yield name, step
            dispatch.work_once(self.database)

    def _time(self, element: str, by: Actor, answers: Mapping[str, Json]) -> Seen:
        task = self._find(element)
        wall, cpu = time.perf_counter(), time.process_time()
        self._hand_in(task, by, answers)
        return Seen((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)

    def _find(self, element: str) -> int:
        with self.database.reading() as session:
            return session.scalars(select(DbTask.id).where(DbTask.element == element, DbTask.status == "open")).one()

    def _hand_in(self, task: int, by: Actor, answers: Mapping[str, Json]) -> None:
        with self.database.transaction() as session:
            tasks.complete(session, task, by=by, answers=answers)
            drafts.discard(session, by, drafts.of_task(task))

    def close(self) -> None:
        self.database.close()
