"""What the faults share: small diagrams, a database, processes that work on it, and letters that are counted."""

import json
import os
import time
from pathlib import Path

from engine.database import Database
from engine.deploy import deployments
from engine.runtime import Limits, make_runtime
from engine.services import Services
from engine.values import SYSTEM
from processes.migrations import migrate


def letters_to(file: Path, *, seconds: float = 0.0, surely: bool = True) -> Services:
    """A service `mail` that appends each letter to a file, as a mail server would take it."""
    services = Services()

    @services.task("mail", outside=True)
    def send(call):
        time.sleep(seconds)  # writing it takes so long
        if surely:
            call.make_sure()
        line = json.dumps({"key": call.idempotency_key, "by": os.getpid()}) + "\n"
        with file.open("a") as lines:
            lines.write(line)

    return services


def sent(file: Path) -> list[str]:
    """The keys of the letters that went out, in order."""
    return [json.loads(line)["key"] for line in file.read_text().splitlines()] if file.exists() else []


def open_database(url: str, services: Services | None = None, **limits: object) -> Database:
    """A migrated database on the machine's clock."""
    migrate(url)
    return Database(url, make_runtime(services=services, settings=Limits(**limits)))


def deploy(database: Database, *diagrams: bytes) -> None:
    """Make diagrams current, each in a folder of its own."""
    for number, content in enumerate(diagrams):
        with database.transaction() as session:
            deployments.deploy(session, f"fault{number}", {"p.bpmn": content}, by=SYSTEM)
