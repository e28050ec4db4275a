"""Puts an installation together: database, runtime, office, services and forms."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from engine import (
    SYSTEM,
    Clock,
    Database,
    Dispatcher,
    Limits,
    Runtime,
    SetClock,
    SystemClock,
    clock_functions,
    deployments,
    make_runtime,
)
from processes import folders, migrations
from processes.cases import notices
from processes.cases.observer import BESIDE, alarms, observers
from processes.clock.functions import functions
from processes.desk import mailing, overdue, purging
from processes.folders import Folder
from processes.mail import Mail, RecordingMail
from processes.office import Office
from processes.people import functions as staff
from processes.procedures.model import UNDECLARED
from processes.services import declared, services
from processes.settings import Settings
from processes.statistics import keeping
from web.gate import Gate

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Kesu:
    """One installation: what the pages, the command and the workers are given."""

    database: Database
    office: Office
    secret: bytes
    """For sessions; never leaves the machine."""

    @property
    def runtime(self) -> Runtime:
        """What the engine runs with."""
        return self.database.runtime

    @property
    def settings(self) -> Settings:
        """The decisions of this installation."""
        return self.office.settings


def compose(
    settings: Settings,
    url: str,
    *,
    secret: bytes,
    clock: Clock | None = None,
    mail: Mail | None = None,
    actor_signs: bool = False,
    dispatcher: Dispatcher | None = None,
) -> Kesu:
    """Put an installation together on a migrated database.

    Args:
        settings: its decisions.
        url: of the database, as SQLAlchemy writes it.
        secret: at least 32 random bytes.
        clock: default the machine's.
        mail: where letters go; default as the settings say.
        actor_signs: see `web.gate.Gate`.
        dispatcher: who is told of new jobs; default nobody, somebody looks for them.
    """
    office = Office(settings, mail=mail)
    database = Database(url, runtime_for(office, clock=clock, actor_signs=actor_signs, dispatcher=dispatcher))
    database.expect(migrations.are_known)
    office.open(database)
    return Kesu(database, office, secret)


def runtime_for(
    office: Office,
    *,
    clock: Clock | None = None,
    actor_signs: bool = False,
    dispatcher: Dispatcher | None = None,
) -> Runtime:
    """The engine's runtime with everything that procedures need."""
    zone, clock = ZoneInfo(office.settings.zone), clock or SystemClock()
    called, known = functions(office), declared(office)
    everywhere = {**called, **clock_functions(clock, zone), **staff.functions(office)}
    return make_runtime(
        clock=clock,
        zone=zone,
        dispatcher=dispatcher,
        settings=Limits(
            begin_by_date=office.settings.begin_by_date,
            most_messages=office.settings.most_messages,
            step_seconds=office.settings.step_seconds,
            inspect_hours=office.settings.inspect_hours,
            message_wait=f"P{office.settings.message_days}D",
        ),
        services=services(office),
        forms=Gate(
            zone,
            functions=lambda procedure: {**everywhere, **known.functions(procedure or UNDECLARED)},
            actor_signs=actor_signs,
        ),
        functions=called,
        observers=observers(office),
        beside=BESIDE,
        alarms=alarms(),
        declarations=known,
        chores=(
            partial(overdue.sweep, office=office),
            partial(mailing.send_waiting, office=office),
            partial(notices.sweep, office=office),
            partial(purging.sweep, office=office),
            partial(keeping.sweep, office=office),
        ),
    )


def checking(settings: Settings) -> Runtime:
    """A runtime for checking files: it knows topics, functions and forms, but has no database and no mail."""
    return runtime_for(Office(settings, mail=RecordingMail()))


def get_secret(folder: Path) -> bytes:
    """The secret of an installation: from the environment, or from a file that is made once, for its owner only."""
    given = os.environ.get("KESU_SECRET")
    if given:
        return given.encode()
    file = folder / "secret"
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as handle:
            handle.write(secrets.token_bytes(48))
    except FileExistsError:
        pass
    return file.read_bytes()


def deploy_shipped(database: Database, shipped: Iterable[Folder] | None = None) -> None:
    """Keep the folders that come with Kesu, or these in their place; never over what somebody of the house chose."""
    given = folders.shipped() if shipped is None else shipped
    with database.transaction() as session:
        waiting = deployments.seed(session, {each.key: each.files for each in given}, by=SYSTEM)
    for key in waiting:
        log.warning("a newer shipped version waits to be compared", folder=key)


@contextmanager
def on_a_set_clock(kesu: Kesu) -> Iterator[tuple[Kesu, SetClock]]:
    """The same installation on a clock of its own, with mail that goes nowhere: for demo cases with past dates."""
    clock = SetClock(kesu.runtime.clock.now())
    url = kesu.database.url.render_as_string(hide_password=False)
    past = compose(kesu.settings, url, secret=kesu.secret, clock=clock, mail=RecordingMail(), actor_signs=True)
    past.database.flush_seldom()
    try:
        yield past, clock
    finally:
        past.database.close()
