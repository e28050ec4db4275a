"""Half-filled forms: saved as they are typed, one for each person and subject, gone when the form is handed in."""

from collections.abc import Collection, Mapping
from datetime import datetime

import orjson
from sqlalchemy import bindparam, delete, select

from engine import Actor, Json, Prepared, Session, now
from processes.desk.schema import DbDraft
from processes.errors import DraftTooLarge
from processes.rows import insert

MOST_BYTES = 1_000_000
"""A draft of more than this is not kept."""

_DISCARD = Prepared(delete(DbDraft).where(DbDraft.person == bindparam("whose"), DbDraft.subject == bindparam("about")))

_SUBJECTS = Prepared(select(DbDraft.subject, DbDraft.saved_at).where(DbDraft.person == bindparam("whose")))
_TYPING = Prepared(
    select(DbDraft.person)
    .where(
        DbDraft.subject == bindparam("about"),
        DbDraft.saved_at >= bindparam("since"),
        DbDraft.person != bindparam("whose"),
    )
    .order_by(DbDraft.saved_at.desc())
)


def of_task(task_id: int) -> str:
    """The subject of a draft for a task."""
    return f"task:{task_id}"


def of_registration(procedure_key: str) -> str:
    """The subject of a draft for a new case of a procedure."""
    return f"register:{procedure_key}"


def save(session: Session, actor: Actor, subject: str, values: Mapping[str, Json], form_digest: str | None) -> None:
    """Keep what has been typed so far, in place of the person's earlier draft. DraftTooLarge.

    Args:
        session: of the transaction that keeps it.
        actor: whose draft it is; others never see it.
        subject: `of_task(…)` or `of_registration(…)`.
        values: what stands in the fields, unchecked.
        form_digest: of the form that was shown, so that a later version can be pointed out.
    """
    if len(orjson.dumps(dict(values))) > MOST_BYTES:
        raise DraftTooLarge
    known = find(session, actor, subject)
    kept = {"values": dict(values), "form_digest": form_digest, "saved_at": now(session)}
    # the same person may save it on another page, or hand it in, at this very moment
    new = insert(session, DbDraft).values(person=actor.id, subject=subject, **kept)
    session.execute(new.on_conflict_do_update(index_elements=["person", "subject"], set_=kept))
    if known is not None:
        session.expire(known)


def find(session: Session, actor: Actor, subject: str) -> DbDraft | None:
    """The person's draft, if there is one; it stays after a conflict, a lost session and a new form version."""
    return session.get(DbDraft, (actor.id, subject))


def subjects_of(session: Session, actor: Actor) -> dict[str, datetime]:
    """When each of the person's drafts was saved, by subject."""
    return dict(_SUBJECTS.rows(session.connection(), {"whose": actor.id}))


def typing(session: Session, actor: Actor, subject: str, since: datetime) -> list[str]:
    """Who else has saved a draft on the subject since a moment, the latest first."""
    asked = {"about": subject, "since": since, "whose": actor.id}
    return [person for (person,) in _TYPING.rows(session.connection(), asked)]


def discard(session: Session, actor: Actor, subject: str) -> None:
    """Forget the person's draft, because it was handed in or is not wanted; others keep theirs."""
    session.gathered.add(_DISCARD, [{"whose": actor.id, "about": subject}])
    session.expunge_row(DbDraft, (actor.id, subject))


_OLDER = Prepared(select(DbDraft.subject).where(DbDraft.saved_at < bindparam("before")).limit(1))


def are_older(session: Session, before: datetime) -> bool:
    """Whether there are drafts last saved before a moment."""
    return bool(_OLDER.rows(session.connection(), {"before": before}))


def purge(session: Session, before: datetime) -> int:
    """Forget all drafts last saved before a moment; how many they were."""
    gone = session.execute(delete(DbDraft).where(DbDraft.saved_at < before).returning(DbDraft.subject))
    return len(gone.all())


def values_of(session: Session, people: Collection[str]) -> list[Json]:
    """What some people have filled in and not handed in yet."""
    return list(session.scalars(select(DbDraft.values).where(DbDraft.person.in_(people))))
