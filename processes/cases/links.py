"""Cases that belong together: linked, or one merged into another, which goes on for both."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    insert,
    or_,
    select,
    union,
)

from engine import Actor, Json, Prepared, Session, now
from processes.cases import access, entries
from processes.cases.held import is_new, row_of
from processes.cases.schema import DbCase, DbCaseLink

Kind = Literal["linked", "merged", "apart"]
"""Of a link: they belong together, the first goes on in the other, or somebody said that they are not the same."""

MERGED = "merged"
"""The status of a case that goes on in another one."""


@dataclass(frozen=True)
class Linked:
    """A case beside the one that is asked for."""

    link: DbCaseLink
    other: DbCase
    into: bool
    """Whether the one that is asked for goes on in it."""


_LINK = Prepared(insert(DbCaseLink))


def join(session: Session, case: DbCase, other_id: int, number: str, kind: Kind, *, by: Actor, reason: str) -> None:
    """Gather how a case and the other of some row and number belong together, for the record of both."""
    case_id = row_of(session, case)
    told: dict[str, Json] = {"kind": kind, "reason": reason.strip()}
    told_each = {
        case_id: {**told, "number": number, "into": True},
        other_id: {**told, "number": case.number, "into": False},
    }
    entries.note_each(session, "linked", told_each, by=by)
    ends = {"case_id": case_id, "other_id": other_id, "kind": kind, "reason": reason.strip()}
    session.gathered.add(_LINK, [{**ends, "at": now(session), "by": by.id, "undone_at": None, "undone_by": None}])


def undo(session: Session, link: DbCaseLink, *, by: Actor, reason: str) -> None:
    """Say that two cases do not belong together after all; the link stays written down."""
    link.undone_at, link.undone_by = now(session), by.id
    case, other = session.get_one(DbCase, link.case_id), session.get_one(DbCase, link.other_id)
    for one, two, into in ((case, other, True), (other, case, False)):
        data: dict[str, Json] = {"kind": link.kind, "number": two.number, "into": into, "reason": reason.strip()}
        entries.note(session, one, "unlinked", by=by, data=data)


_ANY = Prepared(
    select(DbCaseLink.id)
    .where(or_(DbCaseLink.case_id == bindparam("of"), DbCaseLink.other_id == bindparam("of")))
    .limit(1)
)


def of_case(session: Session, case: DbCase, actor: Actor) -> Sequence[Linked]:
    """The cases that belong to a case now and that the actor may see, the newest link first."""
    if not _ANY.rows(session.connection(), {"of": case.id}):
        return []  # as it is of most cases
    found = []
    seen = access.visible_to(session, actor)
    for query in _linked(seen.condition):
        rows = session.execute(query, {**seen.given, "of": case.id})
        found += [Linked(link, other, link.case_id == case.id and link.kind == MERGED) for link, other in rows]
    return sorted(found, key=lambda each: -each.link.id)


@lru_cache(maxsize=access.MOST_KEPT)
def _linked(condition: ColumnElement[bool]) -> tuple[Select[DbCaseLink, DbCase], ...]:
    one = DbCaseLink.undone_at.is_(None) & (DbCaseLink.kind != "apart")
    ends = ((DbCaseLink.case_id, DbCaseLink.other_id), (DbCaseLink.other_id, DbCaseLink.case_id))
    query = select(DbCaseLink, DbCase)
    return tuple(
        query.join(DbCase, DbCase.id == there).where(one, here == bindparam("of"), condition) for here, there in ends
    )


def undone(session: Session, case: DbCase, number: str) -> DbCaseLink | None:
    """The link of a case to the one of that number that was undone last, if any was."""
    ends = (DbCaseLink.case_id, DbCaseLink.other_id)
    for here, there in (ends, ends[::-1]):
        query = select(DbCaseLink).join(DbCase, DbCase.id == there).where(here == case.id, DbCase.number == number)
        found = session.scalars(query.where(DbCaseLink.undone_at.is_not(None)).order_by(DbCaseLink.id.desc())).first()
        if found is not None:
            return found
    return None


def undecided(session: Session, case: DbCase, number: str) -> int | None:
    """The row of the case of a number of which nobody has said yet whether it belongs to a case; None for none."""
    asked = {"number": number, "own": 0 if is_new(case) else case.id}
    return next((found for (found,) in _undecided().rows(session.connection(), asked)), None)


@cache
def _undecided() -> Prepared:
    own: BindParameter[int] = bindparam("own", type_=Integer())
    others = select(DbCase.id).where(DbCase.number == bindparam("number"), DbCase.id != own)
    return Prepared(others.where(DbCase.id.not_in(decided(own))))


def decided(case_id: int | BindParameter[int]) -> CompoundSelect[int]:
    """The query for the numbers of the cases of which it is known already whether they belong to a case."""
    return union(
        select(DbCaseLink.other_id).where(DbCaseLink.case_id == case_id),
        select(DbCaseLink.case_id).where(DbCaseLink.other_id == case_id),
    )


def merged_with(case_id: int) -> CompoundSelect[int]:
    """The query for the numbers of the cases that ever were one with a case."""
    merged = DbCaseLink.kind == MERGED
    return union(
        select(DbCaseLink.other_id).where(DbCaseLink.case_id == case_id, merged),
        select(DbCaseLink.case_id).where(DbCaseLink.other_id == case_id, merged),
    )


def survivor(session: Session, case: DbCase) -> DbCase | None:
    """The case in which a merged one goes on."""
    query = select(DbCase).join(DbCaseLink, DbCaseLink.other_id == DbCase.id)
    merged = (DbCaseLink.case_id == case.id) & (DbCaseLink.kind == MERGED) & DbCaseLink.undone_at.is_(None)
    return session.scalars(query.where(merged).order_by(DbCaseLink.id.desc()).limit(1)).first()


def joined(session: Session, case: DbCase) -> Sequence[DbCase]:
    """The cases that go on in a case."""
    query = select(DbCase).join(DbCaseLink, DbCaseLink.case_id == DbCase.id)
    merged = (DbCaseLink.other_id == case.id) & (DbCaseLink.kind == MERGED) & DbCaseLink.undone_at.is_(None)
    return session.scalars(query.where(merged).order_by(DbCase.id)).all()
