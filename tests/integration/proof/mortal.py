"""Plays a shipped scenario in lives that end by SIGKILL at chosen moments, each going on where the last one stopped.

Arguments: the address of a migrated database, the scenario, a file to which every letter is appended, and the moments
as JSON: for each life a kind of moment and its number within the life, or `ms` and milliseconds; then one life without
end. Prints, as JSON, how each life ended and what the last one counted. Lives are forked, so that only what a life
itself needs is done anew; every fifth one begins with nothing parsed, as a process does.
"""

import json
import os
import signal
import sys
import threading
from collections import Counter
from pathlib import Path

from moments import Moments
from sqlalchemy import func, select

from engine.clock import SetClock
from engine.store.schema import DbEvent, DbInstance, DbTask
from engine.values import SYSTEM
from engine.work import leases
from processes import folders
from processes.people import chart
from processes.scenario.checks import check
from processes.scenario.format import read
from processes.scenario.play import _Player
from processes.scenario.stage import Stage
from processes.settings import Settings
from web.compose import compose, deploy_shipped

SECRET = b"a secret of tests, which nobody else has"


class AppendingMail:
    """Every letter is a line of a file, so that one sent twice can be seen."""

    def __init__(self, file, moments):
        self.file, self.moments = Path(file), moments

    def send(self, message):
        self.moments("before letter")
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps([message.key, message.template, message.to, message.text]) + "\n")
            lines.flush()
            os.fsync(lines.fileno())
        self.moments("after letter")
        return "appended"


class Player(_Player):
    """Knows from the database alone how far the case has come, and plays the rest."""

    def go_on(self):
        self.find_case()
        seen = Counter()
        for step in self.scenario.steps:
            if step.verb in ("complete", "message"):
                name = step.data["task"]["task"] if step.verb == "complete" else step.data["name"]
                seen[name] += 1
                if seen[name] > self.done(name):
                    self.step(step)
            elif step.verb == "until" and step.data["at"] > self.clock.now():
                self.step(step)
        check(self.facts(), {name: wanted for name, wanted in self.scenario.then.items() if name != "sent"})

    def find_case(self):
        with self.database.reading() as session:
            self.instance_id = session.scalar(select(func.min(DbInstance.id))) or 0
            last = session.scalar(select(func.max(DbEvent.at)))
        if not self.instance_id:
            self.start()
        elif last > self.clock.now():
            self.clock.set(last)
        self.work()

    def done(self, name):
        """How often a task was completed or a message was received."""
        with self.database.reading() as session:
            tasks = select(func.count()).select_from(DbTask).where(DbTask.element == name, DbTask.status == "completed")
            told = session.scalars(select(DbEvent.data).where(DbEvent.kind == "message"))
            return session.scalar(tasks) + sum(data.get("name") == name for data in told)


def live(url, scenario, mail_file, parsed, moments):
    """One life: from an empty process, but for what is parsed, to the end of the case."""
    scenario = read(Path(scenario))
    clock, mail = SetClock(scenario.at), AppendingMail(mail_file, moments)
    kesu = compose(Settings(begin_by_date=False), url, secret=SECRET, clock=clock, mail=mail, actor_signs=True)
    kesu.runtime.deployments.update(parsed)
    moments.watch(kesu.database)
    if not parsed:
        deploy_shipped(kesu.database)
    with kesu.database.transaction() as session:
        leases.release_all(session)  # nobody else works here: whoever had something has been killed
    Player(scenario, Stage(kesu.database, clock, dict)).go_on()
    kesu.database.close()


def give_life(arguments, kind=None, number=0):
    """Fork a life; how it ended (minus the signal, or the exit status), and what it counted, if it told."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        moments = Moments(kind, number)
        if kind == "ms":
            threading.Timer(number / 1000, os.kill, (os.getpid(), signal.SIGKILL)).start()
        live(*arguments, moments)
        os.write(writing, json.dumps(moments.counts).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        text = told.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), json.loads(text or "null")


def install(url, scenario):
    """Deploy what is shipped before the first life: the state of a case names deployments by their numbers.

    Gives what was parsed.
    """
    clock = SetClock(read(Path(scenario)).at)
    kesu = compose(Settings(begin_by_date=False), url, secret=SECRET, clock=clock, actor_signs=True)
    deploy_shipped(kesu.database)
    with kesu.database.transaction() as session:
        chart.create(session, chart.of_folders(folders.shipped()), by=SYSTEM)
    kesu.database.close()
    return dict(kesu.runtime.deployments)


def main(url, scenario, mail_file, chosen):
    parsed = install(url, scenario)
    moments = [*json.loads(chosen), (None, 0)]
    lives = [
        give_life((url, scenario, mail_file, parsed if number % 5 else {}), *moment)
        for number, moment in enumerate(moments)
    ]
    sys.stdout.write(json.dumps({"ends": [end for end, _ in lives], "counts": lives[-1][1]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
