"""Whose tasks are meant: the sets of candidates that somebody is in now, and a branch of the index for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from engine.session import Session
from engine.store.schema import DbAudienceMember, DbTask
from engine.values import Actor

Whose = Literal["mine", "group", "both", "team", "all"]
"""mine: assigned to me · group: nobody's yet, I am a candidate · both · team: my groups', whoever has them · all: for
admins."""

MOST_BRANCHES = 50
"""Who is in more sets of candidates than this has them looked through together."""

MOST_KEPT = 120
"""So many statements are kept, each for somebody with some sets of candidates and a filter: to put one together takes
as long as to run it."""


@dataclass(frozen=True)
class Audiences:
    """The sets of candidates that somebody is in, and those of everybody the person stands in for."""

    own: tuple[int, ...] = ()
    of: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Each absent person with theirs."""


def needed(session: Session, actor: Actor, whose: Whose) -> Audiences:
    """The sets of candidates that have to be known to say which tasks are meant: groups are asked for, not copied."""
    if whose == "mine" or (whose == "all" and actor.admin):
        return Audiences()
    absent = {each.person: _numbers(session, each.person, each.groups) for each in actor.stands_in}
    return Audiences(_numbers(session, actor.id, actor.groups), tuple(absent.items()))


def branches_of(audiences: Audiences, actor: Actor, whose: Whose) -> list[ColumnElement[bool]]:
    """Which tasks are meant, each in one branch only: theirs first, then one for each set of candidates they are in."""
    mine = DbTask.assignee == actor.id
    if whose == "mine":
        return [mine]
    if whose == "all" and actor.admin:
        return [DbTask.id > 0]
    absent = _absent(audiences)
    if whose in ("team", "all"):
        team = [and_(one, DbTask.assignee.is_distinct_from(actor.id)) for one in _in(audiences.own)]
        return [mine, *team, *absent]
    group = [and_(one, DbTask.assignee.is_(None)) for one in _in(audiences.own)]
    common = [
        and_(DbTask.audience_id.in_(shared), DbTask.assignee == person)
        for person, numbers in audiences.of
        if (shared := sorted({*numbers} & {*audiences.own}))
    ]
    found = [*group, *absent, *common]
    return found or [DbTask.id < 0] if whose == "group" else [mine, *found]


def _absent(audiences: Audiences) -> list[ColumnElement[bool]]:
    """The work of absent people that is not the actor's own: nobody's yet, or with the absent person."""
    found, seen = [], set(audiences.own)
    named_nobody = ~exists().where(DbAudienceMember.audience_id == DbTask.audience_id).correlate(DbTask)
    for person, numbers in audiences.of:
        found.append(and_(DbTask.assignee == person, named_nobody))
        free = sorted(set(numbers) - seen)
        seen.update(free)
        others = sorted(set(numbers) - set(free) - set(audiences.own))
        if free:
            found.append(and_(DbTask.audience_id.in_(free), DbTask.assignee.is_(None)))
            found.append(and_(DbTask.audience_id.in_(free), DbTask.assignee == person))
        if others:  # of two absent people in one set, each has tasks of their own
            found.append(and_(DbTask.audience_id.in_(others), DbTask.assignee == person))
    return found


def _in(numbers: Sequence[int]) -> list[ColumnElement[bool]]:
    few = len(numbers) <= MOST_BRANCHES
    return [DbTask.audience_id == number for number in numbers] if few else [DbTask.audience_id.in_(numbers)]


def _numbers(session: Session, person: str, groups: frozenset[str]) -> tuple[int, ...]:
    return tuple(session.scalars(_memberships(person, groups)))


@lru_cache(maxsize=MOST_KEPT)
def _memberships(person: str, groups: frozenset[str]) -> Select[int]:
    query = select(DbAudienceMember.audience_id).where(is_member(Actor(person, groups)))
    return query.distinct().order_by(DbAudienceMember.audience_id)


def is_member(actor: Actor) -> ColumnElement[bool]:
    """Whether a row of audience members means an actor, or a group that the actor is in now."""
    groups = sorted(actor.groups)
    user = and_(DbAudienceMember.kind == "user", DbAudienceMember.value == actor.id)
    group = and_(DbAudienceMember.kind == "group", DbAudienceMember.value.in_(groups)) if groups else false()
    return or_(user, group)
