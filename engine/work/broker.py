"""Procrastinate as the one who keeps the order of work on PostgreSQL: its tables hold numbers of jobs, ours the truth.

Only this module hands anything over to it: never a job that is due later, for that would hold up its whole instance.
What a step has made is handed over in its transaction, each job by itself and locked by its instance. What is found
open is handed over in lots: to fetch and to end one costs Procrastinate more than a timer costs us. A lot needs no
lock, for it has of each instance only the step that comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager
from sqlalchemy import BigInteger, Connection, column, select, text

from engine.database import Database
from engine.kinds import JobKind
from engine.outages import of_postgresql
from engine.seams import JobRow
from engine.session import Session
from engine.work import leases

log = structlog.get_logger(__name__)

STEPS, OUTSIDE = "steps", "outside"
"""Its queues, and what is done in each: a slow mail server holds up no timer."""
LOT = 80
"""So many steps are handed over as one. While so many wait, a step hands over nothing by itself."""
MANY = 150
"""While so many rows wait it has to look at its statistics again: by the old ones its table is empty."""
MOST = {STEPS: 1000, OUTSIDE: 300}
"""So many jobs wait in it at most, a second or two of work: the order of the others is ours, fair between processes."""

_VERSION = f"Made by Kesu for Procrastinate {procrastinate.__version__}, in lots; can be made anew at any time"
_PRESENT = text("SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')")
_ALONE = text(
    "INSERT INTO lease (name, owner, leased_until) VALUES (:name, '', now())"
    " ON CONFLICT (name) DO UPDATE SET owner = lease.owner"
)
_WAITING = text(
    "SELECT queue_name, count(*), sum(jsonb_array_length(args -> 'job_ids')) FROM procrastinate_jobs"
    " WHERE status = 'todo' GROUP BY queue_name"
)
_HANDED = (
    text(
        "SELECT jsonb_array_elements_text(args -> 'job_ids')::bigint AS id FROM procrastinate_jobs"
        " LEFT JOIN procrastinate_workers ON procrastinate_workers.id = worker_id"
        " WHERE status = 'todo' OR (status = 'doing' AND last_heartbeat > clock_timestamp() - interval '10 s')"
    )
    .columns(column("id", BigInteger))
    .subquery("handed")
)
"""What waits, or is with a worker that lives; worked out by Procrastinate's own tables."""
_DROP = """
DROP TABLE IF EXISTS procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
  procrastinate_workers CASCADE;
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
              WHERE p.proname LIKE 'procrastinate\\_%' AND n.nspname = current_schema() LOOP
    EXECUTE 'DROP FUNCTION IF EXISTS ' || each.name || ' CASCADE';
  END LOOP;
END $$;
DROP TYPE IF EXISTS procrastinate_job_status, procrastinate_job_event_type, procrastinate_job_to_defer_v1 CASCADE;
"""
_INDEX = (
    "CREATE INDEX ix_procrastinate_jobs_lock_order ON procrastinate_jobs (lock, priority DESC, id)"
    " WHERE status = 'todo'"
)


def create_tables(connection: Connection) -> bool:
    """Make the dispatcher's tables, or make them anew for another version of it; whether there was anything to do.

    Nothing is lost: what they held is found in our own tables and handed over again.
    """
    found = connection.execute(_PRESENT).scalar()
    if found == _VERSION:
        return False
    driver: Any = connection.connection.driver_connection
    schema: Any = SchemaManager.get_schema()
    comment = f"COMMENT ON TABLE procrastinate_jobs IS '{_VERSION}'"
    for statement in (_DROP, schema, _INDEX, comment):
        driver.execute(statement)
    return True


class HandingOver:
    """The dispatcher of a process that does no jobs itself: it hands over what a step has made, in its transaction."""

    def __init__(self) -> None:
        """Nothing is opened: it uses the connection of the step."""
        self.app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        self.crowded = False
        """Whether so much waits that it goes in lots, a moment later; who works on it says so."""

    def hand_over(self, session: Session, jobs: Sequence[JobRow]) -> None:
        """Give new jobs that are due to Procrastinate, all or nothing with the step's transaction."""
        if self.crowded:
            return
        for job in jobs:
            outside = job.kind is JobKind.SERVICE
            lock = None if outside or job.instance_id is None else f"instance:{job.instance_id}"
            _defer(session, self.app, OUTSIDE if outside else STEPS, [[job.id]], lock)

    def run(self) -> None:
        """Nothing: others work."""


@dataclass(frozen=True)
class Waiting:
    """What waits in Procrastinate."""

    rows: int
    jobs: dict[str, int]
    """How many, by its queue."""

    @property
    def is_crowded(self) -> bool:
        """Whether more steps wait than go into one lot."""
        return self.jobs.get(STEPS, 0) >= LOT


def hand_over_open(session: Session, app: procrastinate.App, turn: int) -> Waiting:
    """Give open jobs that are due and that nobody has to Procrastinate, as far as there is room; what waits then.

    Each queue of ours has its share of the room. One process at a time does this, and sees what the one before it has
    handed over: by Procrastinate's own tables, so that what they lose is handed over anew.
    """
    connection = session.connection()
    connection.execute(_ALONE, {"name": "hand over"})
    waiting = {row[0]: (int(row[1]), int(row[2] or 0)) for row in connection.execute(_WAITING)}
    for queue, most in MOST.items():
        rows, jobs = waiting.get(queue, (0, 0))
        outside = queue == OUTSIDE
        names = leases.queues(session, service=outside) if jobs < most else []
        start = turn % len(names) if names else 0
        choose = partial(leases.choose, session, service=outside, but=select(_HANDED.c.id))
        found = leases.share_out(names[start:] + names[:start], most - jobs, choose)
        size = 1 if outside else LOT
        lots = [found[place : place + size] for place in range(0, len(found), size)]
        _defer(session, app, queue, lots)
        waiting[queue] = rows + len(lots), jobs + len(found)
    return Waiting(sum(rows for rows, _ in waiting.values()), {queue: jobs for queue, (_, jobs) in waiting.items()})


def refresh_statistics(database: Database) -> None:
    """Let PostgreSQL see how many wait, after a burst into a table that is empty as a rule."""
    with database.transaction() as session:
        session.connection().exec_driver_sql("ANALYZE procrastinate_jobs")


def _defer(
    session: Session, app: procrastinate.App, queue: str, lots: Sequence[Sequence[int]], lock: str | None = None
) -> None:
    if lots:
        driver: Any = session.connection().connection.driver_connection
        task = app.configure_task(queue, allow_unknown=True, queue=queue, lock=lock, connection=driver)
        told: list[Any] = [{"job_ids": lot} for lot in lots]
        try:
            task.batch_defer(*told)
        except ConnectorException as error:  # it speaks to the driver, past what tells us of outages
            raise of_postgresql(error.__cause__) or error from error
