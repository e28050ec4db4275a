"""A process killed at any moment and started again goes on where it was: nothing lost, nothing twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import consistency
import pytest
import sqlalchemy as sa
from kill_player import CASES, make_database

from engine.look import history
from engine.run import instances
from engine.store import schema

pytestmark = pytest.mark.seconds(11)

KILLS = 24


def test_killed_again_and_again_it_still_finishes_once(database_url, tmp_path):
    effects = tmp_path / "effects"
    effects.touch()
    command = [sys.executable, str(Path(__file__).with_name("kill_player.py")), database_url, str(effects)]
    chance = random.Random(20261121)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as nursery:
        for _ in range(KILLS):
            number = begin(nursery)
            time.sleep(chance.uniform(0, 0.08))
            os.kill(number, signal.SIGKILL)
            assert int(nursery.stdout.readline()) == -signal.SIGKILL, "it had finished before it could be killed"
        begin(nursery)
        assert int(nursery.stdout.readline()) == 0
        nursery.stdin.close()
    database = make_database(database_url, effects)
    try:
        check(database, effects)
        consistency.check(database)
    finally:
        database.close()


def begin(nursery):
    nursery.stdin.write(b"go\n")
    return int(nursery.stdout.readline())


def check(database, effects):
    called = [line.split() for line in effects.read_text().splitlines()]
    with database.reading() as session:
        for table in (schema.DbJob, schema.DbTimer, schema.DbSubscription, schema.DbIncident):
            assert session.scalars(sa.select(table)).all() == []
        assert session.scalars(sa.select(schema.DbTask.status).distinct()).all() == ["completed"]
        for number in range(CASES):
            (case,) = instances.find_by_business_key(session, f"K{number}")
            assert (case.status, case.end_element) == ("completed", "reminded end")
            assert instances.get_variables(session, case.id) == dict.fromkeys(
                ("inspect", "contact", "told", "close"), True
            )
            lines = history.of(session, case.id)
            for element in ("inspect", "contact", "tell", "close", "remind", "end"):
                assert [line.kind for line in lines if line.element == element].count("entered") == 1, element
            assert len([line for line in lines if line.kind == "timer"]) == 1
            assert len([line for line in lines if line.kind == "job_done"]) == 1
            assert len(history.submissions_of(session, case.id)) == 3
            keys = {key for instance, key in called if int(instance) == case.id}
            assert len(keys) == 1
