"""A throw-away installation for one file of a suite, with a clock that is moved and a log that scripts write."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from engine import (
    SYSTEM,
    Actor,
    Database,
    Finding,
    SetClock,
    TaskFilter,
    admin,
    checks,
    deployments,
    dispatch,
    instances,
    make_runtime,
    pending,
    queries,
    tasks,
    timers,
)
from processes.migrations import migrate

ROOT = Actor("root", admin=True)
START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


@cache
def _template() -> Path:
    file = Path(tempfile.mkdtemp(prefix="kesu-suites-")) / "template.sqlite3"
    migrate(f"sqlite:///{file}")
    return file


@dataclass
class Installation:
    """A migrated database; scripts may call `log`."""

    database: Database
    clock: SetClock
    logged: list[str] = field(default_factory=list)

    def deploy(self, files: Mapping[str, bytes]) -> list[Finding]:
        """Deploy files; what their check found, and DeploymentRefused when that is an error."""
        with self.database.transaction() as session:
            deployments.deploy(session, "suite", files, by=SYSTEM)
        return list(checks.check(self.database.runtime, files).findings)

    def start(self, key: str, variables: Mapping[str, Any]) -> int:
        """Start a process and do what is due."""
        with self.database.transaction() as session:
            number = instances.start(session, key, variables=variables, by=SYSTEM).id
        dispatch.work_once(self.database)
        return number

    def advance(self, by: timedelta) -> None:
        """Move the clock from one due time to the next."""
        end = self.clock.now() + by
        while True:
            with self.database.reading() as session:
                due = timers.next_due(session)
            self.clock.set(end if due is None or due > end else max(due, self.clock.now()))
            dispatch.work_once(self.database)
            if due is None or due > end:
                return

    def begin_all(self) -> None:
        """Begin once, as an administrator, what people are offered to begin."""
        with self.database.reading() as session:
            offered = queries.list_tasks(session, ROOT, TaskFilter(whose="all")).items
        for task in offered:
            with self.database.transaction() as session:
                tasks.complete(session, task.id, by=ROOT, answers={})
        dispatch.work_once(self.database)

    def incidents(self) -> list[str]:
        """What stopped, of all instances."""
        with self.database.reading() as session:
            every = admin.search_instances(session).items
            return [each.message for found in every for each in pending.incidents_of(session, found.id)]


@contextmanager
def installation() -> Iterator[Installation]:
    """Open one; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kesu-suite-") as name:
        file = Path(name) / "kesu.sqlite3"
        shutil.copyfile(_template(), file)
        clock, logged = SetClock(START), list[str]()
        database = Database(f"sqlite:///{file}", make_runtime(clock=clock, functions={"log": logged.append}))
        try:
            yield Installation(database, clock, logged)
        finally:
            database.close()
