"""Procrastinate as the one who keeps the order of work on PostgreSQL: its tables hold numbers of jobs, ours the truth.

Only this module hands anything over to it: never a job that is due later, for that would hold up its whole instance.
"""

from collections.abc import Sequence
from typing import Any

import procrastinate
import structlog
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, bindparam, text, update

from engine.database import Database
from engine.kinds import JobKind
from engine.runtime import JobRow, Session, now
from engine.store.schema import JOB_IS_OPEN, DbJob
from engine.work import leases

log = structlog.get_logger(__name__)

STEPS, OUTSIDE = "steps", "outside"
"""Its queues: a slow mail server holds up no timer."""
MANY = 150
"""After so many at once it has to look at its statistics again: by the old ones its table is empty."""
CROWDED = 300
"""While so many wait in it no more are handed over: the order is ours then, fair between processes."""

_VERSION = f"Made by Kesu for Procrastinate {procrastinate.__version__}; can be made anew at any time"
_PRESENT = text("SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')")
_WAITING = text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:locks)")
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
        """Whether so much waits that order is ours to keep; who works on it says so."""

    def hand_over(self, session: Session, jobs: Sequence[JobRow]) -> None:
        """Give new jobs that are due to Procrastinate within the step's transaction."""
        if not self.crowded:
            hand_over(session, self.app, [job.id for job in jobs])

    def run(self) -> None:
        """Nothing: others work."""


def hand_over(session: Session, app: procrastinate.App, numbers: Sequence[int]) -> int:
    """Give jobs that are due and that nobody has to Procrastinate, all or nothing with the transaction; how many.

    They count as handed over for a while; those that are open after it are handed over again.
    """
    connection = session.connection()
    ready = DbJob.id.in_(sorted(numbers)), JOB_IS_OPEN, DbJob.due_at <= now(session), leases.is_free(session)
    change = update(DbJob).where(*ready).returning(DbJob.id, DbJob.instance_id, DbJob.kind)
    values = {"owner": leases.HANDED, "leased_until": leases.from_now(session, leases.HANDED_FOR)}
    found = sorted(JobRow(*row) for row in connection.execute(change.values(**values)))
    locks = [_mark(job) for job in found]
    waiting = set(connection.execute(_WAITING, {"locks": locks}).scalars()) if locks else set()
    driver = connection.connection.driver_connection
    for job in found:
        if _mark(job) not in waiting:
            _defer(app, job, driver)
    return len(found)


def refresh_statistics(database: Database) -> None:
    """Let PostgreSQL see how many wait, after a burst into a table that is empty as a rule."""
    with database.transaction() as session:
        session.connection().exec_driver_sql("ANALYZE procrastinate_jobs")


def count_waiting(session: Session) -> int:
    """How many wait in Procrastinate, up to the number from which it is crowded."""
    query = text("SELECT count(*) FROM (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' LIMIT :most) AS few")
    return int(session.connection().execute(query.bindparams(bindparam("most", CROWDED))).scalar_one())


def _mark(job: JobRow) -> str:
    """By which a job is known again among those that wait."""
    return f"job:{job.id}"


def _defer(app: procrastinate.App, job: JobRow, connection: Any) -> None:
    outside = job.kind is JobKind.SERVICE
    task = app.configure_task(
        "kesu",
        allow_unknown=True,
        queue=OUTSIDE if outside else STEPS,
        lock=None if outside or job.instance_id is None else f"instance:{job.instance_id}",
        queueing_lock=_mark(job),
        connection=connection,
    )
    task.defer(job_id=job.id)
