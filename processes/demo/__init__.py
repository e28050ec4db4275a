"""The demo people and cases that folders of procedures tell, with past dates, made by the engine itself."""

from datetime import datetime
from functools import partial

from engine import Database, Json, SetClock, admin, timers
from processes.demo.errors import WorkWaits
from processes.demo.people import PASSWORD, introduce, settle
from processes.demo.playing import MARK, Stage
from processes.demo.shipped import demos, stories
from processes.office import Office
from processes.people import passwords

__all__ = ["PASSWORD", "WorkWaits", "introduce", "populate"]


def populate(database: Database, office: Office, clock: SetClock, least: int = 0, *, few: bool = False) -> int:
    """Make the demo people and those demo cases that are not there yet; how many demo cases there are then.

    Each case is told once: run again at any time, it changes nothing. The people act as on the pages, with the real
    forms.

    Args:
        database: with the shipped procedures deployed, on a runtime with the same clock.
        office: of that runtime; its letters should go nowhere.
        clock: set to the present; it is moved to the past and comes back.
        least: how many cases there should be; the stories are told again until there are as many.
        few: only those that show each kind of case once; the others can be made later.

    WorkWaits when something of other cases is due, which the clock of the past would do at the wrong time.
    """
    hashed = passwords.hash_checked(PASSWORD, "low")  # everybody knows it
    database.insist(partial(settle, hashed=hashed))
    every = stories(least, few=few)
    told, due = database.persist(partial(_look, database))
    missing = [(demo, story) for demo, story in every if story.key not in told]
    if missing and due is not None and due <= clock.now():
        raise WorkWaits
    if missing:
        for demo in demos():
            database.insist(demo.prepare)
        Stage(database, office, clock).play(missing)
    return len(every)


def _look(database: Database) -> tuple[set[Json], datetime | None]:
    """What was told already, and when the next thing is due."""
    with database.reading() as session:
        return set(admin.values_of(session, MARK).values()), timers.next_due(session)
