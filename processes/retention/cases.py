"""Finished cases go after a time, with everything of them; of one, on request, all but what statistics need."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import CTE, delete, or_, select, update

from engine import Actor, Database, Session, is_blank, now
from engine.errors import ReasonMissing
from processes.cases import entries, grams, links, rounds
from processes.cases.facts import fold
from processes.cases.schema import DbCase, DbCaseFact, DbCaseLink
from processes.errors import CaseStillOpen
from processes.letters.schema import DbLetter
from processes.mail import file_of
from processes.retention import copies, traces, views
from processes.retention.protection import lifted
from processes.settings import Settings
from processes.statistics import keeping

STATISTICS = ("case_file", "case_phase", "case_clock", "case_audience", "instance", "task")
"""What stays of an erased case: which procedure, when, how long, how it ended, who worked on it, who may see that."""

INSTANCES, PRESSED, TASKS = (traces.table(name) for name in ("instance", "pressed", "task"))


@dataclass(frozen=True)
class Gone:
    """What was deleted."""

    cases: int
    instances: int
    rows: int
    letters: tuple[str, ...]
    """The keys of the letters, of which a copy may lie in a folder."""
    beside: tuple[str, ...] = ()
    """The numbers of cases that keep what the erased one has said: see `copies.beside`."""


def finished_before(session: Session, before: datetime, *, most: int = 200) -> list[DbCase]:
    """The cases that were closed before a moment and in which nothing runs any more, the oldest first.

    A case that goes on in another one stays as long as that: its receipt and documents are the other's, too, and it can
    come back.
    """
    table = INSTANCES.c
    runs = select(table.id).where(table.business_key == DbCase.number, table.ended_at.is_(None)).exists()
    query = select(DbCase).where(DbCase.closed_at < before, DbCase.status != "open", ~runs)
    query = query.where(DbCase.id.not_in(select(_needed(before).c.case_id)))
    return list(session.scalars(query.order_by(DbCase.closed_at).limit(most)))


def _needed(before: datetime) -> CTE:
    """The cases that go on in one that was not closed before a moment, directly or by way of others."""
    merged = (DbCaseLink.kind == links.MERGED) & DbCaseLink.undone_at.is_(None)
    lives = or_(DbCase.closed_at.is_(None), DbCase.closed_at >= before)
    first = select(DbCaseLink.case_id).join(DbCase, DbCase.id == DbCaseLink.other_id).where(merged, lives)
    found = first.cte("needed", recursive=True)
    return found.union(select(DbCaseLink.case_id).where(merged, DbCaseLink.other_id == found.c.case_id))


def loose_instances(session: Session, before: datetime, *, most: int = 200) -> list[int]:
    """The instances that ended before a moment and belong to no case."""
    table = INSTANCES.c
    of_case = select(DbCase.id).where(or_(DbCase.instance_id == table.id, DbCase.number == table.business_key)).exists()
    query = select(table.id).where(table.ended_at < before, ~of_case).order_by(table.id).limit(most)
    return list(session.scalars(query))


def purge(session: Session, cases: Collection[DbCase], instances: Collection[int] = ()) -> Gone:
    """Delete cases with everything that belongs to them; NotTheOwner."""
    numbers = [case.number for case in cases]
    every = {each.id for case in cases for each in rounds.instances_of(session, case)} | set(instances)
    found = traces.of(session, cases=[case.id for case in cases], instances=every)
    letters = _letters(session, [case.id for case in cases])
    looking = views.looking(session, [case.id for case in cases])
    session.expunge_all()
    keeping.forget(session, found.numbers["case_file"], gone=True)
    with lifted(session):
        gone = traces.remove(session, found)
        session.execute(delete(PRESSED).where(PRESSED.c.result.in_(numbers)))
    rows = sum(gone.values()) + views.forget(session, looking)
    return Gone(len(cases), len(every), rows, letters)


def erase(session: Session, case: DbCase, *, by: Actor, reason: str) -> Gone:
    """Take everything out of a finished case that could tell of a person; what statistics need stays.

    CaseStillOpen; ReasonMissing; NotTheOwner.
    """
    if is_blank(reason):
        raise ReasonMissing
    running = [each for each in rounds.instances_of(session, case) if each.ended_at is None]
    if case.status == "open" or running:
        raise CaseStillOpen(number=case.number)
    number, case_id = case.number, case.id
    # who writes something into it at this moment is waited for, and whoever does so later is refused
    session.execute(select(DbCase.id).where(DbCase.id == case_id).with_for_update())
    every = {each.id for each in rounds.instances_of(session, case)}
    found = traces.of(session, cases=[case_id], instances=every)
    letters, beside = _letters(session, [case_id]), copies.beside(session, case, every)
    looking = views.looking(session, [case_id])
    session.expunge_all()
    keeping.forget(session, [case_id], gone=False)
    with lifted(session):
        gone = traces.remove(session, found, but=STATISTICS)
        searched = {"searched": fold(number), "grams": grams.column(fold(number))}
        bare = {"title": "", "description": "", **searched}
        session.execute(update(DbCase).where(DbCase.id == case_id).values(**bare))
        session.execute(update(INSTANCES).where(INSTANCES.c.id.in_(every)).values(state=b""))
        session.execute(update(TASKS).where(TASKS.c.instance_id.in_(every)).values(local={}))
        entries.note(session, session.get_one(DbCase, case_id), entries.ERASED, by=by, data={"reason": reason.strip()})
    session.flush()
    return Gone(1, len(every), sum(gone.values()) + views.forget(session, looking), letters, beside)


def of_person(session: Session, text: str) -> list[DbCase]:
    """The cases of which that is the whole of a fact, or stands in the values: a name, a number, an address."""
    folds = {fold(text, kind) for kind in ("text", "contact", "identity")} - {""}
    facts = DbCase.id.in_(select(DbCaseFact.case_id).where(DbCaseFact.folded.in_(folds)))
    query = select(DbCase).where(facts | copies.saying(session, text.strip(), *folds))
    return list(session.scalars(query.order_by(DbCase.number)))


def remove_copies(settings: Settings, gone: Gone) -> int:
    """Delete the letters that were written as files; how many there were. OSError where that cannot be done.

    Before the commit: a file that is gone is written again by nobody, one that is left behind would be found by nobody.
    """
    files = [file_of(Path(settings.mail_folder), key) for key in gone.letters]
    found = [file for file in files if file.exists()]
    for file in found:
        file.unlink()
    return len(found)


def rewrite(database: Database) -> None:
    """Let nothing of what was deleted stay in the files of the database."""
    with database.transaction() as session:
        grams.settle(session)
    database.rewrite()


def before(session: Session, settings: Settings) -> datetime:
    """What was closed before that moment has been kept for as long as the installation decides."""
    return now(session) - settings.kept_for


def _letters(session: Session, cases: Collection[int]) -> tuple[str, ...]:
    return tuple(session.scalars(select(DbLetter.key).where(DbLetter.case_id.in_(cases))))
