"""Ours: everything that a handed-in form costs here: values, rights, variables, the case, history, one transaction."""

import time

import orjson
from sqlalchemy import select

import forms
from engine import loading
from engine.deploy import deployments
from engine.loaded import FormFile
from engine.run import instances, tasks
from engine.store.schema import DbInstance, DbTask, DbVariable
from engine.values import SYSTEM, Actor
from processes.desk import drafts
from processes.mail import RecordingMail
from processes.migrations import migrate
from processes.settings import Settings
from tests.bench.diagram import BEGIN, TYPED, ours
from tests.counting import counting
from web import compose

LEE = Actor("lee", frozenset({"sales"}))
SECRET = b"a secret of the bench, known to all"


class Kesu:
    """A whole installation with the measured process deployed."""

    def __init__(self, url: str) -> None:
        migrate(url)
        self.kesu = compose.compose(Settings(password_cost="low"), url, secret=SECRET, mail=RecordingMail())
        self.database = self.kesu.database
        self.gate = self.database.runtime.forms
        with self.database.transaction() as session:
            deployed = deployments.deploy(session, "bench", ours(), by=SYSTEM)
        with self.database.reading() as session:
            self.files = {name: _form(session, deployed.id, name) for name in TYPED}

    def start(self) -> int:
        with self.database.transaction() as session:
            return instances.start(session, "bench", variables=BEGIN, by=LEE).id

    def complete(self, instance: int, name: str) -> tuple[float, float]:
        """Milliseconds of wall and of CPU from what a browser sent to what is kept for good."""
        task = self.open_task(instance, name)
        wall, cpu = time.perf_counter(), time.process_time()
        self._hand_in(task, name)
        return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000

    def count_statements(self) -> int:
        """Those of completing the first task."""
        instance = self.start()
        task = self.open_task(instance, "A")
        with counting(self.database) as (statements, _):
            self._hand_in(task, "A")
        return len(statements)

    def _hand_in(self, task: int, name: str) -> None:
        answers = forms.decode(self.gate.form(self.files[name]), TYPED[name], {})
        with self.database.transaction() as session:
            tasks.complete(session, task, by=LEE, answers=answers, revision=1)
            drafts.discard(session, LEE, drafts.of_task(task))

    def open_task(self, instance: int, name: str) -> int:
        with self.database.reading() as session:
            query = select(DbTask.id).where(DbTask.instance_id == instance, DbTask.status == "open")
            return session.scalars(query.where(DbTask.element == name)).one()

    def bytes_of(self, instance: int) -> tuple[int, int]:
        """The bytes of its state, and of its variables."""
        with self.database.reading() as session:
            query = select(DbVariable.name, DbVariable.value).where(DbVariable.instance_id == instance)
            variables = session.execute(query).all()
            state = len(session.get_one(DbInstance, instance).state)
        return state, sum(len(name) + len(orjson.dumps(value)) for name, value in variables)

    def close(self) -> None:
        self.database.close()


def _form(session, deployment: int, task: str) -> FormFile:
    found = loading.find_form(session, f"F_{task}", deployment, "deployment")
    assert found is not None
    return found
