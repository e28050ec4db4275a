"""A small world for the tests of the engine: people, and a database spoken to as the pages would."""

import re

import sqlalchemy as sa

from engine.deploy import deployments
from engine.look import history, queries
from engine.run import instances, tasks
from engine.runtime import Limits, make_runtime
from engine.services import Services
from engine.store import base
from engine.values import Actor
from engine.work.dispatch import work_once

LEE = Actor("lee", frozenset({"sales"}))
WANG = Actor("wang", frozenset({"qc"}))
HU = Actor("hu", frozenset({"qc"}))
ROOT = Actor("root", admin=True)


class World:
    """A database with everything around it, spoken to as the web would."""

    def __init__(self, open_database, clock, **options):
        self.clock = clock
        self.services = Services()
        self.seen = []
        settings = Limits(**options.pop("settings", {}))
        observers = [lambda session, result: self.seen.append(result)]
        runtime = make_runtime(clock=clock, services=self.services, settings=settings, observers=observers, **options)
        self.database = open_database(runtime)

    def deploy(self, *diagrams, by=ROOT, folder=None, **files):
        """Deploy diagrams as a version of a folder, by default one that is called like the first process."""
        folder = folder or re.search(rb'<(?:\w+:)?process [^>]*id="([^"]*)"', b"".join(diagrams))[1].decode()
        files = {name.replace("_form", ".form").replace("_dmn", ".dmn"): content for name, content in files.items()}
        with self.database.transaction() as session:
            named = {f"d{number}.bpmn": content for number, content in enumerate(diagrams)}
            return deployments.deploy(session, folder, {**named, **files}, by=by)

    def start(self, key="p", by=LEE, **options):
        with self.database.transaction() as session:
            return instances.start(session, key, by=by, **options).id

    def task(self, element, number=None):
        with self.database.reading() as session:
            wanted = queries.TaskFilter(whose="all", element=element, instance_id=number)
            found = queries.list_tasks(session, ROOT, wanted).items
        assert found, f"{element} is not open"
        return found[0]

    def open(self, number=None):
        with self.database.reading() as session:
            wanted = queries.TaskFilter(whose="all", instance_id=number, per_page=1000)
            return sorted(task.element for task in queries.list_tasks(session, ROOT, wanted).items)

    def complete(self, element, by=WANG, number=None, **answers):
        with self.database.transaction() as session:
            return tasks.complete(session, self.task(element, number).id, by=by, answers=answers)

    def do(self, function, *arguments, **options):
        with self.database.transaction() as session:
            return function(session, *arguments, **options)

    def ask(self, function, *arguments, **options):
        with self.database.reading() as session:
            return function(session, *arguments, **options)

    def status(self, number):
        return self.ask(instances.get_instance, number).status

    def variables(self, number):
        return self.ask(instances.get_variables, number)

    def events(self, number, *kinds):
        return self.ask(history.of, number, kinds=kinds)

    def work(self):
        return work_once(self.database)


def table(world, name):
    """All rows of a table."""
    with world.database.reading() as session:
        return session.execute(sa.select(base.Base.metadata.tables[name])).all()


class Gate:
    """A gate of forms that finds nothing wrong with their files; what it accepts a test says."""

    def check(self, name, content):
        return []

    def functions(self, declaration):
        return {}

    def uses(self, name, content):
        return None
