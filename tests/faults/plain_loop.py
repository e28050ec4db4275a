"""The floor for timers: `python -m tests.faults.plain_loop URL step|thin`, a loop that takes one with SKIP LOCKED.

With `step` it does what our timers do, in the transaction that takes the timer, without jobs, leases and threads. With
`thin` it does the step that the choice of a dispatcher was measured with: a JSON state of 7 KB locked and written, 1.5 ms
of CPU, three rows.
"""

import json
import sys
import time
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from engine.database import Database
from engine.run.steps import finish, load_step, lock_instance
from engine.runtime import make_runtime

_TAKEN = (
    "DELETE FROM timer WHERE id = (SELECT id FROM timer WHERE due_at <= now() ORDER BY due_at, id LIMIT 1"
    " FOR UPDATE SKIP LOCKED) RETURNING instance_id, token, due_at"
)


def do_steps(url: str) -> None:
    """Fire what is due by the engine's own step, until nothing is."""
    database = Database(url, make_runtime())
    taking = text(_TAKEN)
    while True:
        with database.transaction() as session:
            row = session.connection().execute(taking).one_or_none()
            if row is None:
                return
            step = load_step(session, lock_instance(session, row.instance_id), scheduled_at=row.due_at)
            step.execution.fire_timer(row.token)
            finish(step)


def do_thin(url: str) -> None:
    """The thin step, by the driver alone."""
    address: dict[str, Any] = make_url(url).translate_connect_args(username="user", database="dbname")
    with psycopg.connect(host=make_url(url).query["host"], **address) as connection:
        while True:
            row = connection.execute(_TAKEN).fetchone()
            if row is None:
                return
            number = row[0]
            found = connection.execute("SELECT state FROM thin WHERE id = %s FOR UPDATE", (number,)).fetchone()
            assert found is not None
            state = json.loads(found[0])
            until = time.thread_time() + 0.0015
            while time.thread_time() < until:
                pass
            connection.execute("UPDATE thin SET state = %s WHERE id = %s", (json.dumps(state), number))
            for line in ("entered", "left", "taken"):
                connection.execute("INSERT INTO thin_line (thin, said) VALUES (%s, %s)", (number, line))
            connection.commit()


def main(url: str, loop: str) -> int:
    """Wait for the word, then work."""
    print("ready", flush=True)
    sys.stdin.readline()
    {"step": do_steps, "thin": do_thin}[loop](url)
    sys.stdin.read()  # whoever measures reads the CPU of a process that is still there
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
